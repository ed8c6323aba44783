/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/limits.h"
#include "bus/error.h"
#include "web/log-on-message.h"
#include "web/message.h"
#include "web/method.h"

#define CALL(method, arguments)                                                                    \
    "{\"type\":\"call\",\"id\":3,\"method\":\"" method "\",\"arguments\":" arguments "}"

static const struct {
    const char *text;
    const char *wanted; /* the arguments as GVariant text; or "!" and a part of the error */
    gint64 id;
} messages[] = {
    { CALL("GetCaller", "[]"), "()", 3 },
    { "{\"type\":\"call\",\"id\":0,\"method\":\"ListSessions\"}", "()", 0 },
    { CALL("GetJob", "[\"7\"]"), "('7',)", 3 },
    { CALL("GetAudit", "[1700000000000000,10]"), "(int64 1700000000000000, uint32 10)", 3 },
    { CALL("LogOff", "[{\"sessions\":[\"17\",\"18\"]},{\"mode\":\"ask\",\"warn\":60}]"),
      "({'sessions': <['17', '18']>}, {'mode': <'ask'>, 'warn': <uint32 60>})", 3 },
    { CALL("Suspend", "[{\"all\":true}]"), "({'all': <true>},)", 3 },
    { CALL("Lock", "[{\"user\":\"Ana \\u00d1\"}]"), "({'user': <'Ana Ñ'>},)", 3 },
    { CALL("CancelJob", "[\"5\",[]]"), "('5', @as [])", 3 },
    { CALL("Grant", "[\"17\",5]"), "('17', uint32 5)", 3 },
    { CALL("Grant", "[\"17\",-1]"), "!'minutes' is out of range", 3 },
    { CALL("Grant", "[\"17\",4294967296]"), "!'minutes' is out of range", 3 },
    { CALL("Grant", "[\"17\",1.5]"), "!'minutes' must be an integer", 3 },
    { CALL("Grant", "[17,1]"), "!'session' must be a string", 3 },
    { CALL("Grant", "[\"17\"]"), "!'arguments' must be 2, not 1", 3 },
    { CALL("Suspend", "[{\"seat\":\"1\"}]"), "!'seat' is no key", 3 },
    { CALL("Suspend", "[{\"all\":1}]"), "!'all' must be true or false", 3 },
    { CALL("Suspend", "[{\"all\":null}]"), "!'all' must be true or false", 3 },
    { CALL("Suspend", "[{\"sessions\":\"17\"}]"), "!'sessions' must be a list", 3 },
    { CALL("Suspend", "[{\"sessions\":[17]}]"), "!'sessions' must be a string", 3 },
    { CALL("Suspend", "[{\"sessions\":[null]}]"), "!'sessions' must be a string", 3 },
    { CALL("Suspend", "[[]]"), "!'selection' must be an object", 3 },
    { CALL("Suspend", "{}"), "!'arguments' must be a list", 3 },
    { CALL("LogOn", "[{}]"), "!'LogOn' is no method", 3 },
    { CALL("IssueTicket", "[]"), "!'IssueTicket' is no method", 3 },
    { CALL("Attach", "[]"), "!'Attach' is no method", 3 },
    { "{\"type\":\"call\",\"method\":\"GetCaller\"}", "!'id' must be an integer", -1 },
    { "{\"type\":\"call\",\"id\":\"1\",\"method\":\"GetCaller\"}", "!'id' must be", -1 },
    { "{\"type\":\"jump\",\"id\":9}", "!'type' is none of", 9 },
    { "{\"id\":9}", "!'type' must be a string", 9 },
    { "[]", "!no JSON object", -1 },
    { "", "!no JSON", -1 },
    { "{", "!no JSON", -1 },
    { "{}{}", "!", -1 },
    { "{\"type\":/* x */\"call\"}", "!no JSON", -1 },
    { "{'type':'call'}", "!no JSON", -1 },
    { "\xff", "!no JSON", -1 },
    { "{\"type\":[[[[[[[]]]]]]]}", "!'type'", -1 },
    { "{\"type\":[[[[[[[[]]]]]]]]}", "!deeper", -1 },
    { "{\"type\":\"watch\",\"tiles\":[[\"17\",\"small\"],[\"18\",\"large\"]]}",
      "[('17', 'small'), ('18', 'large')]", -1 },
    { "{\"type\":\"watch\",\"tiles\":[]}", "@a(ss) []", -1 },
    { "{\"type\":\"watch\",\"tiles\":[[\"17\",\"full\"]]}", "!'tiles' has a size", -1 },
    { "{\"type\":\"watch\",\"tiles\":[[\"17\"]]}", "!'tiles' must be a list", -1 },
    { "{\"type\":\"watch\"}", "!'tiles' must be a list", -1 },
    { "{\"type\":\"drawn\",\"session\":\"17\",\"size\":\"huge\"}", "!'size' must be", -1 },
    { "{\"type\":\"drawn\",\"session\":\"x\",\"size\":\"small\"}", "!'session' must be", -1 },
    { "{\"type\":\"drawn\",\"session\":\"17\",\"size\":\"small\"}", "!'sequence'", -1 },
    { "{\"type\":\"drawn\",\"session\":\"17\",\"size\":\"small\",\"sequence\":4294967296,\"whole\":"
      "0}",
      "!'sequence' must be", -1 },
    { "{\"type\":\"drawn\",\"session\":\"17\",\"size\":\"small\",\"sequence\":1,\"whole\":-1}",
      "!'whole' must be", -1 },
    { "{\"type\":\"ticket\",\"id\":1,\"session\":\"17\",\"mode\":\"own\"}", "!'mode' must be", 1 },
    { "{\"type\":\"ticket\",\"id\":1,\"mode\":\"view\"}", "!'session' must be", 1 },
};

static void
test_messages(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
        g_autoptr(GError) error = NULL;
        gsize length = strlen(messages[i].text);
        g_autofree char *copy = g_memdup2(messages[i].text, length + 1);
        gint64 id = 77;
        g_autoptr(Message) message = message_parse(copy, length, &id, &error);

        if (messages[i].wanted[0] == '!') {
            g_assert_null(message);
            g_assert_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT);
            if (strstr(error->message, messages[i].wanted + 1) == NULL)
                g_error("%s: '%s'", messages[i].text, error->message);
        } else {
            g_autofree char *printed = NULL;

            g_assert_no_error(error);
            printed = g_variant_print(message->arguments, TRUE);
            g_assert_cmpstr(printed, ==, messages[i].wanted);
        }
        g_assert_cmpint(id, ==, messages[i].id);
    }
}

static void
test_ticket_and_drawn(void)
{
    static const char ticket[] =
        "{\"type\":\"ticket\",\"id\":2,\"session\":\"17\",\"mode\":\"control\"}";
    static const char drawn[] = "{\"type\":\"drawn\",\"session\":\"17\",\"size\":\"medium\","
                                "\"sequence\":4294967295,\"whole\":0}";
    g_autoptr(Message) one = NULL, other = NULL;
    gint64 id;

    one = message_parse(ticket, sizeof ticket - 1, &id, NULL);
    g_assert_cmpint(one->type, ==, MESSAGE_TICKET);
    g_assert_cmpint(one->id, ==, 2);
    g_assert_cmpstr(one->session, ==, "17");
    g_assert_cmpint(one->mode, ==, VIEW_MODE_CONTROL);
    other = message_parse(drawn, sizeof drawn - 1, &id, NULL);
    g_assert_cmpint(other->type, ==, MESSAGE_DRAWN);
    g_assert_cmpuint(other->drawn.session, ==, 17);
    g_assert_cmpint(other->drawn.size, ==, PICTURE_MEDIUM);
    g_assert_cmpuint(other->drawn.sequence, ==, G_MAXUINT32);
    g_assert_cmpuint(other->drawn.whole, ==, 0);
}

/* LIMIT_SELECTION ids pass, one more does not; nor do too many tiles. */
static void
test_long_lists(void)
{
    for (guint n = LIMIT_SELECTION; n <= LIMIT_SELECTION + 1; n++) {
        g_autoptr(JsonArray) arguments = json_array_new();
        JsonObject *selection = json_object_new();
        JsonArray *ids = json_array_new();
        g_autoptr(GVariant) tuple = NULL;

        for (guint i = 0; i < n; i++)
            json_array_add_string_element(ids, "1");
        json_object_set_array_member(selection, "sessions", ids);
        json_array_add_object_element(arguments, selection);
        tuple = method_build("Lock", arguments, NULL);
        if (tuple != NULL)
            g_variant_ref_sink(tuple);
        g_assert_cmpint(tuple != NULL, ==, n == LIMIT_SELECTION);
    }
}

static void
test_deep(void)
{
    g_autofree char *deep = g_strnfill(LIMIT_WEB_MESSAGE, '[');
    gint64 id;

    g_assert_null(message_parse(deep, LIMIT_WEB_MESSAGE, &id, NULL));
}

static void
test_result(void)
{
    static const struct {
        const char *answer, *wanted;
    } answers[] = {
        { "()", "null" },
        { "('5',)", "\"5\"" },
        { "([{'id': <'17'>, 'since': <int64 1700000000000000>, 'own': <true>, 'may': "
          "<['view']>}],)",
          "[{\"id\":\"17\",\"since\":1700000000000000,\"own\":true,\"may\":[\"view\"]}]" },
        { "(@aa{sv} [],)", "[]" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_autoptr(GVariant) answer = g_variant_parse(NULL, answers[i].answer, NULL, NULL, NULL);
        g_autoptr(JsonNode) node = method_result(answer);
        g_autofree char *text = json_to_string(node, FALSE);

        g_assert_cmpstr(text, ==, answers[i].wanted);
    }
}

static const struct {
    const char *text;
    const char *wanted; /* the request, the answer, "cancel", or "!" and a part of the error */
} log_on_messages[] = {
    { "{\"type\":\"start\",\"user\":\"ana\"}", "@a{sv} {}" },
    { "{\"type\":\"start\",\"user\":\"ana\",\"desktop\":\"xfce\"}", "{'desktop': <'xfce'>}" },
    { "{\"type\":\"start\",\"user\":\"ana\",\"width\":1280}", "{'width': <uint32 1280>}" },
    { "{\"type\":\"start\",\"user\":\"ana\",\"station\":\"Seat 4\",\"token-hash\":\"x\"}",
      "{'station': <'Seat 4'>}" },
    { "{\"type\":\"start\",\"user\":\"ana\\u0000x\"}", "!no JSON" },
    { "{\"type\":\"answer\",\"text\":\"a\\\\u0000b\"}", "a\\u0000b" },
    { "{\"type\":\"start\"}", "!'user' must be a string" },
    { "{\"type\":\"start\",\"user\":\"\"}", "!'user' is empty" },
    { "{\"type\":\"start\",\"user\":\"ana\",\"desktop\":5}", "!'desktop' must be a string" },
    { "{\"type\":\"start\",\"user\":\"ana\",\"width\":-1}", "!'width' is out of range" },
    { "{\"type\":\"start\",\"user\":\"ana\",\"width\":8192}", "{'width': <uint32 8192>}" },
    { "{\"type\":\"start\",\"user\":\"ana\",\"width\":8193}", "!'width' is out of range" },
    { "{\"type\":\"answer\",\"text\":\"s3 \\\"cret\\u00f1\"}", "s3 \"cretñ" },
    { "{\"type\":\"answer\"}", "!'text' must be a string" },
    { "{\"type\":\"cancel\"}", "cancel" },
    { "{\"type\":\"done\"}", "!'type' is none of" },
    { "nonsense", "!no JSON" },
};

static void
test_log_on_messages(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(log_on_messages); i++) {
        const char *wanted = log_on_messages[i].wanted;
        g_autoptr(GError) error = NULL;
        g_autoptr(LogOnMessage) message =
            log_on_message_parse(log_on_messages[i].text, strlen(log_on_messages[i].text), &error);

        if (wanted[0] == '!') {
            g_assert_error(error, MANYSEAT_ERROR, MANYSEAT_ERROR_INVALID_ARGUMENT);
            g_assert_nonnull(strstr(error->message, wanted + 1));
        } else if (message->type == LOG_ON_START) {
            g_autofree char *printed = g_variant_print(message->request, TRUE);

            g_assert_cmpstr(printed, ==, wanted);
            g_assert_cmpstr(message->user, ==, "ana");
        } else if (message->type == LOG_ON_ANSWER) {
            g_assert_cmpstr(secret_bytes(message->answer), ==, wanted);
        } else {
            g_assert_cmpstr("cancel", ==, wanted);
        }
    }
}

static void
test_long_answer(void)
{
    for (gsize n = LIMIT_CONVERSATION_PACKET - 1; n <= LIMIT_CONVERSATION_PACKET; n++) {
        g_autofree char *filler = g_strnfill(n, 'x');
        g_autofree char *text = g_strdup_printf("{\"type\":\"answer\",\"text\":\"%s\"}", filler);
        g_autoptr(LogOnMessage) message = log_on_message_parse(text, strlen(text), NULL);

        g_assert_cmpint(message != NULL, ==, n < LIMIT_CONVERSATION_PACKET);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/web-message/messages", test_messages);
    g_test_add_func("/web-message/ticket and drawn", test_ticket_and_drawn);
    g_test_add_func("/web-message/long lists", test_long_lists);
    g_test_add_func("/web-message/deep", test_deep);
    g_test_add_func("/web-message/result", test_result);
    g_test_add_func("/web-message/log-on", test_log_on_messages);
    g_test_add_func("/web-message/long answer", test_long_answer);
    return g_test_run();
}
