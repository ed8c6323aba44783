/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/limits.h"
#include "text.h"

#define ANSWER_BYTES (LIMIT_CONVERSATION_PACKET - 1)

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };

/* GDBus has threads, and a signal may be delivered to any: the handler wakes the reader through a pipe. */
static volatile sig_atomic_t caught;
static volatile sig_atomic_t wake_fd = -1;

typedef struct {
    int tty;
    int wake[2];
    gboolean hidden;
    struct termios before;
    struct sigaction actions[G_N_ELEMENTS(signals)];
} Terminal;

static void
on_signal(int number)
{
    int kept = errno;

    caught = number;
    (void) !write(wake_fd, "", 1);
    errno = kept;
}

static gboolean
fail_errno(GError **error, const char *what)
{
    int number = errno;

    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(number), "%s: %s", what,
                g_strerror(number));
    return FALSE;
}

static void
catch_signals(Terminal *terminal)
{
    struct sigaction action = { .sa_handler = on_signal };

    caught = 0;
    wake_fd = terminal->wake[1];
    sigemptyset(&action.sa_mask);
    for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
        sigaction(signals[i], &action, &terminal->actions[i]);
}

static void
release_signals(Terminal *terminal)
{
    for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
        sigaction(signals[i], &terminal->actions[i], NULL);
    wake_fd = -1;
}

static void
close_terminal(Terminal *terminal)
{
    fd_clear(&terminal->tty);
    fd_clear(&terminal->wake[0]);
    fd_clear(&terminal->wake[1]);
}

static gboolean
open_terminal(Terminal *terminal, GError **error)
{
    terminal->tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal->tty < 0) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "there is no terminal");
        return FALSE;
    }
    if (!g_unix_open_pipe(terminal->wake, FD_CLOEXEC, error))
        return FALSE;
    return tcgetattr(terminal->tty, &terminal->before) == 0 || fail_errno(error, "/dev/tty");
}

/* The handlers stand before the echo goes off: no signal finds it off without one. */
static gboolean
begin(Terminal *terminal, gboolean hidden, GError **error)
{
    struct termios quiet;

    if (!open_terminal(terminal, error)) {
        close_terminal(terminal);
        return FALSE;
    }
    catch_signals(terminal);
    quiet = terminal->before;
    quiet.c_lflag &= ~(tcflag_t) (ECHO | ECHOE | ECHOK | ECHONL);
    terminal->hidden = hidden && tcsetattr(terminal->tty, TCSAFLUSH, &quiet) == 0;
    if (terminal->hidden == hidden)
        return TRUE;
    fail_errno(error, "/dev/tty");
    release_signals(terminal);
    close_terminal(terminal);
    return FALSE;
}

static void
end(Terminal *terminal)
{
    if (terminal->hidden)
        tcsetattr(terminal->tty, TCSAFLUSH, &terminal->before);
    release_signals(terminal);
    close_terminal(terminal);
}

Secret *
terminal_read_line(int fd, GError **error)
{
    char line[ANSWER_BYTES + 1];
    gsize length = 0;
    gssize n;
    Secret *secret;

    while ((n = read(fd, line + length, 1)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 || line[length] == '\n' || ++length > ANSWER_BYTES)
            break;
    }
    if (n < 0)
        fail_errno(error, _("cannot read the answer"));
    else if (n == 0 && length == 0)
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("the input has ended"));
    else if (length > ANSWER_BYTES)
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("the line is too long"));
    else {
        secret = secret_new(line, length);
        secret_wipe(line, sizeof line);
        return secret;
    }
    secret_wipe(line, sizeof line);
    return NULL;
}

static Secret *
wait_and_read(Terminal *terminal, int other, GError **error)
{
    struct pollfd fds[] = { { .fd = terminal->wake[0], .events = POLLIN },
                            { .fd = other, .events = POLLIN },
                            { .fd = terminal->tty, .events = POLLIN } };

    while (poll(fds, G_N_ELEMENTS(fds), -1) < 0 && errno == EINTR && caught == 0)
        ;
    if (caught != 0 || fds[0].revents != 0) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("interrupted"));
        return NULL;
    }
    if (fds[1].revents != 0) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_PENDING, "the other side has spoken");
        return NULL;
    }
    return terminal_read_line(terminal->tty, error);
}

static Secret *
ask_once(const char *prompt, gboolean hidden, int other, GError **error)
{
    Terminal terminal = { .tty = -1, .wake = { -1, -1 } };
    Secret *answer = NULL;

    if (!begin(&terminal, hidden, error))
        return NULL;
    if (dprintf(terminal.tty, "%s", prompt) >= 0)
        answer = wait_and_read(&terminal, other, error);
    else
        fail_errno(error, "/dev/tty");
    if (hidden || answer == NULL)
        dprintf(terminal.tty, "\n"); /* the person's own was not echoed */
    end(&terminal);
    return answer;
}

/* As getpass(3): without a terminal, stdin is asked, and whoever wrote it knows what. */
static Secret *
ask_stdin(const char *prompt, GError **error)
{
    g_printerr("%s\n", prompt);
    return terminal_read_line(STDIN_FILENO, error);
}

Secret *
terminal_ask(const char *prompt, gboolean hidden, int other, GError **error)
{
    g_autofree char *visible = text_visible(prompt);

    for (;;) {
        GError *failure = NULL;
        Secret *answer = ask_once(visible, hidden, other, &failure);
        int number = caught;

        caught = 0;
        if (answer != NULL)
            return answer;
        if (g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)) {
            g_error_free(failure);
            return ask_stdin(visible, error);
        }
        if (number != 0)
            raise(number); /* with the terminal and the handlers as they were */
        if (number != SIGTSTP) {
            g_propagate_error(error, failure);
            return NULL;
        }
        g_error_free(failure); /* it was stopped, and goes on: ask again */
    }
}
