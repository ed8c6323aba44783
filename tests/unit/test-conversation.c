/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log-on conversation's packets: what is one, what is none, and what goes over a socket. */
#include "base/conversation.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"

static void
test_parse(void)
{
    static const struct {
        const char *packet;
        gsize length;
        ConversationType type;
        const char *text;
    } cases[] = {
        { "Plogin:", 7, CONVERSATION_PROMPT, "login:" },
        { "HContraseña: ", 14, CONVERSATION_PROMPT_HIDDEN, "Contraseña: " },
        { "I", 1, CONVERSATION_INFO, "" },
        { "EНет", 7, CONVERSATION_ERROR, "Нет" },
        { "Sstarted 12", 11, CONVERSATION_SUCCESS, "started 12" },
        { "Fdenied", 7, CONVERSATION_FAILURE, "denied" },
        { "A s3cret ", 9, CONVERSATION_ANSWER, " s3cret " },
        { "C", 1, CONVERSATION_CANCEL, "" },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Secret) text = NULL;
        g_autoptr(GError) error = NULL;
        ConversationType type = 0;
        guint8 packet[LIMIT_CONVERSATION_PACKET];

        g_assert_true(conversation_parse((const guint8 *) cases[i].packet, cases[i].length, &type,
                                         &text, &error));
        g_assert_no_error(error);
        g_assert_cmpint(type, ==, cases[i].type);
        g_assert_cmpstr(secret_bytes(text), ==, cases[i].text);
        g_assert_cmpuint(conversation_format(type, secret_bytes(text), packet), ==,
                         cases[i].length);
        g_assert_cmpmem(packet, cases[i].length, cases[i].packet, cases[i].length);
    }
}

static void
test_no_packet(void)
{
    g_autofree char *long_text = g_strnfill(LIMIT_CONVERSATION_PACKET + 1, 'A');
    const struct {
        const char *packet;
        gsize length;
    } cases[] = {
        { "", 0 },
        { "\0", 1 },
        { "Xx", 2 },
        { "p", 1 },
        { "A\xff", 2 },
        { "A\xc3", 2 },         /* half a character */
        { "A\xed\xa0\x80", 4 }, /* a surrogate */
        { "A\xc0\x80", 3 },     /* NUL, the long way */
        { "Aa\0b", 4 },
        { long_text, LIMIT_CONVERSATION_PACKET + 1 },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        Secret *text = NULL;
        ConversationType type = 99;

        g_assert_false(conversation_parse((const guint8 *) cases[i].packet, cases[i].length, &type,
                                          &text, &error));
        g_assert_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
        g_assert_null(text);
        g_assert_cmpint(type, ==, 99);
        /* What a person typed is not repeated in what may be logged. */
        g_assert_null(strstr(error->message, "AAA"));
    }
}

/* Every byte as a type: exactly the eight are known. */
static void
test_types(void)
{
    g_autoptr(GString) known = g_string_new(NULL);

    for (guint byte = 0; byte < 256; byte++) {
        guint8 packet = (guint8) byte;
        g_autoptr(Secret) text = NULL;
        ConversationType type;

        if (conversation_parse(&packet, 1, &type, &text, NULL))
            g_string_append_c(known, (char) byte);
    }
    g_assert_cmpstr(known->str, ==, "ACEFHIPS");
}

static void
test_longest(void)
{
    g_autofree char *text = g_strnfill(LIMIT_CONVERSATION_PACKET - 1, 'x');
    guint8 packet[LIMIT_CONVERSATION_PACKET];
    g_autoptr(Secret) back = NULL;
    ConversationType type;

    g_assert_cmpuint(conversation_format(CONVERSATION_INFO, text, packet), ==, sizeof packet);
    g_assert_true(conversation_parse(packet, sizeof packet, &type, &back, NULL));
    g_assert_cmpstr(secret_bytes(back), ==, text);
    g_assert_cmpuint(conversation_format(CONVERSATION_CANCEL, NULL, packet), ==, 1);
}

/* Cut where a character ends, wherever the limit falls. */
static void
test_too_long(void)
{
    static const char *const letters[] = { "x", "я", "€", "😀" };

    for (guint i = 0; i < G_N_ELEMENTS(letters); i++)
        for (guint lead = 0; lead < 4; lead++) {
            g_autoptr(GString) text = g_string_new(NULL);
            guint8 packet[LIMIT_CONVERSATION_PACKET];
            gsize length;

            for (guint n = 0; n < lead; n++)
                g_string_append_c(text, 'a');
            while (text->len < LIMIT_CONVERSATION_PACKET)
                g_string_append(text, letters[i]);
            length = conversation_format(CONVERSATION_INFO, text->str, packet);
            g_assert_cmpuint(length, <=, LIMIT_CONVERSATION_PACKET);
            g_assert_cmpuint(length, >, LIMIT_CONVERSATION_PACKET - strlen(letters[i]));
            g_assert_true(g_utf8_validate((char *) packet + 1, (gssize) length - 1, NULL));
            g_assert_cmpmem(packet + 1, length - 1, text->str, length - 1);
        }
}

static void
test_socket(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Secret) text = NULL;
    ConversationType type;
    int ends[2];

    g_assert_true(fd_socketpair(ends, NULL));
    g_assert_true(conversation_send(ends[0], CONVERSATION_PROMPT, "login:", &error));
    g_assert_true(conversation_receive(ends[1], &type, &text, &error));
    g_assert_no_error(error);
    g_assert_cmpint(type, ==, CONVERSATION_PROMPT);
    g_assert_cmpstr(secret_bytes(text), ==, "login:");
    fd_clear(&ends[0]);
    g_assert_false(conversation_receive(ends[1], &type, &text, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CLOSED);
    fd_clear(&ends[1]);
}

/* A peer that sends too much, nonsense, or descriptors. */
static void
test_hostile_peer(void)
{
    static const char huge[LIMIT_CONVERSATION_PACKET + 1] = "A";
    autofd null = dup(STDIN_FILENO);
    int ends[2];

    g_assert_true(fd_socketpair(ends, NULL));
    g_assert_true(fd_send_packet(ends[0], huge, sizeof huge, NULL, 0, NULL));
    g_assert_true(fd_send_packet(ends[0], "Zzz", 3, NULL, 0, NULL));
    g_assert_true(fd_send_packet(ends[0], "Aok", 3, &null, 1, NULL));
    for (guint i = 0; i < 3; i++) {
        g_autoptr(GError) error = NULL;
        Secret *text = NULL;
        ConversationType type;

        g_assert_false(conversation_receive(ends[1], &type, &text, &error));
        g_assert_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
        g_assert_null(text);
    }
    fd_clear(&ends[0]);
    fd_clear(&ends[1]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/conversation/parse", test_parse);
    g_test_add_func("/conversation/no-packet", test_no_packet);
    g_test_add_func("/conversation/types", test_types);
    g_test_add_func("/conversation/longest", test_longest);
    g_test_add_func("/conversation/too-long", test_too_long);
    g_test_add_func("/conversation/socket", test_socket);
    g_test_add_func("/conversation/hostile-peer", test_hostile_peer);
    return g_test_run();
}
