/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unsaved inhibit|xsmp|deaf|swarm FILE: a program with unsaved work, for the stories.
 *
 *   inhibit  a GtkApplication with a window; it inhibits the log-off, as GTK's programs do, and asks when its window is closed
 *   xsmp     a program without a window that speaks XSMP alone; it asks when its session manager has it save
 *   deaf     the same, but it asks nobody and says nothing
 *   swarm    many windows, with titles too long that say "*" and what they must not
 *
 * It asks "Save the drawing?", without a window "Save the notes?": Save or Cancel. FILE is what it saves to.
 */
#include <gtk/gtk.h>
#include <stdlib.h>
#include <string.h>
#include <X11/SM/SMlib.h>

#define SWARM 60         /* windows */
#define SWARM_TITLE 9000 /* bytes */
#define REASON "The drawing has not been saved"

typedef struct {
    const char *file;
    GtkApplication *application;
    GtkWidget *window;
    guint cookie;
    SmcConn connection;
    gboolean is_deaf;
} Program;

static gboolean
ask(Program *program)
{
    const char *question = program->window != NULL ? "Save the drawing?" : "Save the notes?";
    GtkWidget *dialog = gtk_message_dialog_new(
        program->window != NULL ? GTK_WINDOW(program->window) : NULL, GTK_DIALOG_MODAL,
        GTK_MESSAGE_QUESTION, GTK_BUTTONS_NONE, "%s", question);
    gboolean save;

    (void) gtk_dialog_add_button(GTK_DIALOG(dialog), "_Cancel", GTK_RESPONSE_CANCEL);
    (void) gtk_dialog_add_button(GTK_DIALOG(dialog), "_Save", GTK_RESPONSE_ACCEPT);
    gtk_dialog_set_default_response(GTK_DIALOG(dialog), GTK_RESPONSE_ACCEPT);
    gtk_window_set_title(GTK_WINDOW(dialog), question);
    save = gtk_dialog_run(GTK_DIALOG(dialog)) == GTK_RESPONSE_ACCEPT;
    gtk_widget_destroy(dialog);
    return save && g_file_set_contents(program->file, "Saved.\n", -1, NULL);
}

static gboolean
on_delete(GtkWidget *window, GdkEvent *event, gpointer data)
{
    Program *program = data;

    if (!ask(program))
        return TRUE;
    if (program->cookie != 0)
        gtk_application_uninhibit(program->application, program->cookie);
    return FALSE;
}

static void
on_activate(GApplication *application, gpointer data)
{
    Program *program = data;

    program->window = gtk_application_window_new(GTK_APPLICATION(application));
    gtk_window_set_title(GTK_WINDOW(program->window), "Drawing");
    gtk_window_set_default_size(GTK_WINDOW(program->window), 300, 200);
    (void) g_signal_connect(program->window, "delete-event", G_CALLBACK(on_delete), program);
    gtk_widget_show_all(program->window);
    program->cookie =
        gtk_application_inhibit(GTK_APPLICATION(application), GTK_WINDOW(program->window),
                                GTK_APPLICATION_INHIBIT_LOGOUT, REASON);
    g_print("inhibits: %s\n", program->cookie != 0 ? "yes" : "no");
}

static gboolean
on_swarm_delete(GtkWidget *window, GdkEvent *event, gpointer data)
{
    return TRUE;
}

static int
run_swarm(void)
{
    g_autofree char *tail = g_strnfill(SWARM_TITLE, 'x');
    g_autofree char *title = g_strconcat("*\n\033[2J\xe2\x80\xae", "<b>", tail, NULL);

    for (guint i = 0; i < SWARM; i++) {
        GtkWidget *window = gtk_window_new(GTK_WINDOW_TOPLEVEL);

        gtk_window_set_title(GTK_WINDOW(window), title);
        gtk_window_set_default_size(GTK_WINDOW(window), 20, 20);
        (void) g_signal_connect(window, "delete-event", G_CALLBACK(on_swarm_delete), NULL);
        gtk_widget_show(window);
    }
    g_print("swarms\n");
    gtk_main();
    return EXIT_SUCCESS;
}

static int
run_inhibit(Program *program)
{
    program->application =
        gtk_application_new("org.manyseat.test.Unsaved", G_APPLICATION_NON_UNIQUE);
    g_object_set(program->application, "register-session", TRUE, NULL);
    (void) g_signal_connect(program->application, "activate", G_CALLBACK(on_activate), program);
    return g_application_run(G_APPLICATION(program->application), 0, NULL);
}

static void
on_interact(SmcConn connection, SmPointer data)
{
    gboolean saved = ask(data);

    SmcInteractDone(connection, !saved);
    SmcSaveYourselfDone(connection, saved);
}

static void
on_save_yourself(SmcConn connection, SmPointer data, int type, Bool shutdown, int style, Bool fast)
{
    Program *program = data;

    if (program->is_deaf)
        return;
    if (shutdown && style == SmInteractStyleAny)
        (void) SmcInteractRequest(connection, SmDialogNormal, on_interact, data);
    else
        SmcSaveYourselfDone(connection, True);
}

static void
on_die(SmcConn connection, SmPointer data)
{
    (void) SmcCloseConnection(connection, 0, NULL);
    exit(EXIT_SUCCESS);
}

static void
on_nothing(SmcConn connection, SmPointer data)
{
}

static gboolean
on_message(GIOChannel *channel, GIOCondition condition, gpointer data)
{
    if (IceProcessMessages(data, NULL, NULL) == IceProcessMessagesIOError)
        exit(EXIT_FAILURE);
    return G_SOURCE_CONTINUE;
}

/* A session manager asks nobody who has not said what he is. */
static void
say_who(SmcConn connection, const char *path)
{
    char name[] = "unsaved";
    SmPropValue program = { (int) strlen(path), (SmPointer) path };
    SmPropValue user = { (int) strlen(g_get_user_name()), (SmPointer) g_get_user_name() };
    SmPropValue clone = { (int) sizeof name - 1, name };
    SmProp properties[] = {
        { (char *) SmProgram, (char *) SmARRAY8, 1, &program },
        { (char *) SmUserID, (char *) SmARRAY8, 1, &user },
        { (char *) SmCloneCommand, (char *) SmLISTofARRAY8, 1, &clone },
        { (char *) SmRestartCommand, (char *) SmLISTofARRAY8, 1, &clone },
    };
    SmProp *list[G_N_ELEMENTS(properties)];

    for (gsize i = 0; i < G_N_ELEMENTS(properties); i++)
        list[i] = &properties[i];
    SmcSetProperties(connection, G_N_ELEMENTS(properties), list);
}

static int
run_xsmp(Program *program, const char *path)
{
    SmcCallbacks callbacks = {
        .save_yourself = { on_save_yourself, program },
        .die = { on_die, program },
        .save_complete = { on_nothing, NULL },
        .shutdown_cancelled = { on_nothing, NULL },
    };
    char *id = NULL;
    char error[256];
    IceConn ice;

    program->connection =
        SmcOpenConnection(NULL, NULL, 1, 0,
                          SmcSaveYourselfProcMask | SmcDieProcMask | SmcSaveCompleteProcMask |
                              SmcShutdownCancelledProcMask,
                          &callbacks, NULL, &id, sizeof error, error);
    if (program->connection == NULL) {
        g_printerr("no session manager: %s\n", error);
        return EXIT_FAILURE;
    }
    say_who(program->connection, path);
    ice = SmcGetIceConnection(program->connection);
    (void) g_io_add_watch(g_io_channel_unix_new(IceConnectionNumber(ice)), G_IO_IN | G_IO_HUP,
                          on_message, ice);
    g_print("speaks XSMP\n");
    gtk_main();
    return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
    Program program = { .file = argc == 3 ? argv[2] : "" };

    if (argc != 3 || !gtk_init_check(NULL, NULL)) {
        g_printerr("usage: unsaved inhibit|xsmp|deaf|swarm FILE\n");
        return 2;
    }
    if (strcmp(argv[1], "inhibit") == 0)
        return run_inhibit(&program);
    if (strcmp(argv[1], "swarm") == 0)
        return run_swarm();
    program.is_deaf = strcmp(argv[1], "deaf") == 0;
    return run_xsmp(&program, argv[0]);
}
