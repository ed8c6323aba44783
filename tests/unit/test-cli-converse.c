/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The person's side of a log-on: the conversation over a real socket, and questions at a real (pseudo) terminal. */
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/conversation.h"
#include "base/fd.h"
#include "cli/converse.h"
#include "cli/terminal.h"

#define DEADLINE_SECONDS 10

typedef struct {
    ConversationType type;
    const char *text;
} Packet;

static void
send_all(int socket, const Packet *packets)
{
    for (guint i = 0; packets[i].type != 0; i++)
        g_assert_true(conversation_send(socket, packets[i].type, packets[i].text, NULL));
}

static void
test_converse(void)
{
    static const struct {
        Packet says[4];
        const char *success; /* NULL: it fails */
        int failure;         /* a Failure, or -1: another error */
        Packet hears;        /* type 0: nothing */
    } cases[] = {
        { { { 'S', "started 17" } }, "started 17", -1, { 0 } },
        { { { 'I', "Welcome\033[2J" }, { 'H', "Password: " }, { 'S', "resumed 3" } },
          "resumed 3",
          -1,
          { 'A', "secret" } },
        { { { 'H', "Password: " }, { 'F', "denied" } }, NULL, FAILURE_DENIED, { 'A', "secret" } },
        { { { 'F', "elsewhere" } }, NULL, FAILURE_ELSEWHERE, { 0 } },
        { { { 'F', "unheard-of" } }, NULL, FAILURE_INTERNAL, { 0 } },
        { { { 'P', "Token: " } }, NULL, -1, { 'C', "" } }, /* not for a password */
        { { { 'A', "an answer" } }, NULL, -1, { 0 } },     /* out of turn */
        { { { 0 } }, NULL, -1, { 0 } },                    /* closed without a word */
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Secret) password = secret_new("secret", 6);
        g_autoptr(Secret) heard = NULL;
        g_autoptr(GError) error = NULL;
        g_autofree char *success = NULL;
        ConversationType type;
        int ends[2];

        g_assert_true(fd_socketpair(ends, NULL));
        send_all(ends[0], cases[i].says);
        if (cases[i].says[0].type == 0)
            fd_clear(&ends[0]);
        success = converse(ends[1], password, &error);
        g_assert_cmpstr(success, ==, cases[i].success);
        if (cases[i].success == NULL && cases[i].failure >= 0)
            g_assert_error(error, CONVERSE_FAILURE, cases[i].failure);
        if (cases[i].success == NULL)
            g_assert_nonnull(error);
        if (cases[i].hears.type != 0) {
            g_assert_true(conversation_receive(ends[0], &type, &heard, NULL));
            g_assert_cmpint(type, ==, cases[i].hears.type);
            g_assert_cmpstr(secret_bytes(heard), ==, cases[i].hears.text);
        }
        fd_clear(&ends[0]);
        fd_clear(&ends[1]);
    }
}

static void
test_second_prompt(void)
{
    static const Packet packets[] = { { 'H', "Password: " }, { 'H', "New password: " }, { 0 } };
    g_autoptr(Secret) password = secret_new("secret", 6);
    g_autoptr(GError) error = NULL;
    int ends[2];

    g_assert_true(fd_socketpair(ends, NULL));
    send_all(ends[0], packets);
    g_assert_null(converse(ends[1], password, &error)); /* never the same word for a new password */
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_FAILED);
    fd_clear(&ends[0]);
    fd_clear(&ends[1]);
}

static void
test_read_line(void)
{
    g_autofree char *longest = g_strnfill(LIMIT_CONVERSATION_PACKET - 1, 'x');
    g_autofree char *good = g_strdup_printf("%s\nrest", longest);
    g_autofree char *bad = g_strdup_printf("%sx\n", longest);
    const struct {
        const char *input;
        const char *line; /* NULL: an error */
    } cases[] = {
        { "secret\nrest", "secret" },
        { "secret", "secret" },
        { "\n", "" },
        { "пароль ñ\n", "пароль ñ" },
        { "", NULL },
        { good, longest },
        { bad, NULL },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Secret) line = NULL;
        int ends[2];

        g_assert_true(g_unix_open_pipe(ends, FD_CLOEXEC, NULL));
        g_assert_cmpint(write(ends[1], cases[i].input, strlen(cases[i].input)), ==,
                        (gssize) strlen(cases[i].input));
        fd_clear(&ends[1]);
        line = terminal_read_line(ends[0], &error);
        g_assert_cmpstr(line == NULL ? NULL : secret_bytes(line), ==, cases[i].line);
        g_assert_true((line == NULL) == (error != NULL));
        fd_clear(&ends[0]);
    }
}

/* In the child: ask on the pseudo terminal; 0 when the answer was "secret", 3 when the other side spoke first. */
static void
ask_in_child(gboolean hidden, int other)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Secret) answer = terminal_ask("Question? ", hidden, other, &error);

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_PENDING))
        _exit(3);
    _exit(answer != NULL && strcmp(secret_bytes(answer), "secret") == 0 ? 0 : 1);
}

/* Everything that the terminal shows until the needle is there. */
static gboolean
read_until(int master, const char *needle, GString *shown)
{
    struct pollfd wait = { .fd = master, .events = POLLIN };

    while (strstr(shown->str, needle) == NULL) {
        char bytes[256];
        gssize n =
            poll(&wait, 1, DEADLINE_SECONDS * 1000) > 0 ? read(master, bytes, sizeof bytes) : -1;

        if (n <= 0)
            return FALSE;
        g_string_append_len(shown, bytes, n);
    }
    return TRUE;
}

static gboolean
echoes(int master)
{
    struct termios now;

    g_assert_cmpint(tcgetattr(master, &now), ==, 0);
    return (now.c_lflag & ECHO) != 0;
}

typedef struct {
    gboolean hidden;
    const char *typed;  /* "" types nothing */
    gboolean other;     /* the other side speaks */
    int status, signal; /* of the child */
} Question;

static void
check_question(const Question *question)
{
    g_autoptr(GString) shown = g_string_new(NULL);
    int other[2], master, status;
    struct termios setting;
    pid_t child;

    g_assert_true(g_unix_open_pipe(other, FD_CLOEXEC, NULL));
    child = forkpty(&master, NULL, NULL, NULL);
    g_assert_cmpint(child, >=, 0);
    if (child == 0)
        ask_in_child(question->hidden, other[0]);
    g_assert_true(read_until(master, "Question? ", shown));
    g_assert_cmpint(echoes(master), ==, !question->hidden);
    if (question->other)
        g_assert_cmpint(write(other[1], "x", 1), ==, 1);
    g_assert_cmpint(write(master, question->typed, strlen(question->typed)), ==,
                    (gssize) strlen(question->typed));
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    if (question->signal != 0)
        g_assert_cmpint(WIFSIGNALED(status) ? WTERMSIG(status) : 0, ==, question->signal);
    else
        g_assert_cmpint(WEXITSTATUS(status), ==, question->status);
    g_assert_cmpint(tcgetattr(master, &setting), ==, 0);
    g_assert_true((setting.c_lflag & ECHO) != 0); /* put back, whatever happened */
    (void) read_until(master, "\r\n", shown);
    g_assert_true((strstr(shown->str, "secret") != NULL) ==
                  (!question->hidden && strstr(question->typed, "secret") != NULL));
    fd_clear(&other[0]);
    fd_clear(&other[1]);
    fd_clear(&master);
}

static void
test_questions(void)
{
    static const Question cases[] = {
        { TRUE, "secret\n", FALSE, 0, 0 },   { FALSE, "secret\n", FALSE, 0, 0 },
        { TRUE, "wrong\n", FALSE, 1, 0 },    { TRUE, "secr\003", FALSE, 0, SIGINT },
        { TRUE, "\034", FALSE, 0, SIGQUIT }, { FALSE, "\003", FALSE, 0, SIGINT },
        { TRUE, "\004", FALSE, 1, 0 },       { TRUE, "", TRUE, 3, 0 },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        check_question(&cases[i]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    alarm(60);
    g_test_add_func("/converse/packets", test_converse);
    g_test_add_func("/converse/second-prompt", test_second_prompt);
    g_test_add_func("/terminal/read-line", test_read_line);
    g_test_add_func("/terminal/questions", test_questions);
    return g_test_run();
}
