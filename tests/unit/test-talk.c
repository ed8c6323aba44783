/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/talk.h"

#include <string.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "base/limits.h"
#include "clock.h"

typedef struct {
    Talk *talk;
    int person;
} Pair;

static void
pair_init(Pair *pair)
{
    int ends[2];

    g_assert_true(fd_socketpair(ends, NULL));
    pair->talk = talk_new(ends[0]);
    pair->person = ends[1];
}

static void
pair_clear(Pair *pair)
{
    talk_free(pair->talk);
    fd_clear(&pair->person);
}

static void
expect(int person, ConversationType type, const char *text)
{
    g_autoptr(Secret) got = NULL;
    ConversationType got_type;

    g_assert_true(conversation_receive(person, &got_type, &got, NULL));
    g_assert_cmpint(got_type, ==, type);
    g_assert_cmpstr(secret_bytes(got), ==, text);
}

static void
test_answers(void)
{
    Pair pair;
    g_autoptr(Secret) answer = NULL;
    Failure failure;

    pair_init(&pair);
    g_assert_true(conversation_send(pair.person, CONVERSATION_ANSWER, "geheim", NULL));
    talk_tell(pair.talk, FALSE, "first this\n");
    talk_tell(pair.talk, TRUE, "then \xff that");
    answer = talk_ask(pair.talk, TRUE, "Password: ");
    g_assert_cmpstr(secret_bytes(answer), ==, "geheim");
    g_assert_false(talk_get_failure(pair.talk, &failure));
    expect(pair.person, CONVERSATION_INFO, "first this");
    expect(pair.person, CONVERSATION_ERROR, "then \xef\xbf\xbd that");
    expect(pair.person, CONVERSATION_PROMPT_HIDDEN, "Password: ");
    talk_succeed(pair.talk, "started 1");
    expect(pair.person, CONVERSATION_SUCCESS, "started 1");
    pair_clear(&pair);
}

static const struct {
    const char *packet; /* NULL: hang up */
    Failure failure;
} broken[] = {
    { "C", FAILURE_CANCELLED }, { "Psurprise", FAILURE_CANCELLED },  { "A\xff", FAILURE_CANCELLED },
    { "X", FAILURE_CANCELLED }, { "Sstarted 1", FAILURE_CANCELLED }, { NULL, FAILURE_CANCELLED },
};

static void
test_broken(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(broken); i++) {
        Failure failure = FAILURE_INTERNAL;
        Pair pair;

        pair_init(&pair);
        g_test_message("%s", broken[i].packet);
        if (broken[i].packet == NULL)
            fd_clear(&pair.person);
        else
            g_assert_true(fd_send_packet(pair.person, broken[i].packet, strlen(broken[i].packet),
                                         NULL, 0, NULL));
        g_assert_null(talk_ask(pair.talk, FALSE, "login:"));
        g_assert_null(talk_ask(pair.talk, FALSE, "again:")); /* it stays so */
        g_assert_true(talk_get_failure(pair.talk, &failure));
        g_assert_cmpint(failure, ==, broken[i].failure);
        pair_clear(&pair);
    }
}

static void
test_limit(void)
{
    Failure failure = FAILURE_INTERNAL;
    Pair pair;

    pair_init(&pair);
    for (guint i = 0; i < LIMIT_CONVERSATION_PROMPTS; i++) {
        g_autoptr(Secret) answer = NULL;

        g_assert_true(conversation_send(pair.person, CONVERSATION_ANSWER, "", NULL));
        answer = talk_ask(pair.talk, FALSE, "?");
        g_assert_nonnull(answer);
        expect(pair.person, CONVERSATION_PROMPT, "?");
    }
    g_assert_null(talk_ask(pair.talk, FALSE, "?"));
    g_assert_true(talk_get_failure(pair.talk, &failure));
    g_assert_cmpint(failure, ==, FAILURE_LIMIT);
    pair_clear(&pair);
}

/* A module that chatters: what is more than that is not held for the person. */
static void
test_messages_limit(void)
{
    Pair pair;

    pair_init(&pair);
    for (guint i = 0; i < LIMIT_CONVERSATION_PROMPTS + 5; i++)
        talk_tell(pair.talk, FALSE, "again");
    talk_succeed(pair.talk, "user ana");
    for (guint i = 0; i < LIMIT_CONVERSATION_PROMPTS; i++)
        expect(pair.person, CONVERSATION_INFO, "again");
    expect(pair.person, CONVERSATION_SUCCESS, "user ana");
    pair_clear(&pair);
}

#define HOLD_MS 150

static void
test_refusal_takes_its_time(void)
{
    Pair pair;
    gint64 before = g_get_monotonic_time();

    pair_init(&pair);
    talk_hold_refusal(pair.talk, HOLD_MS);
    talk_tell(pair.talk, TRUE, "why");
    talk_refuse(pair.talk, FAILURE_DENIED);
    g_assert_cmpint(g_get_monotonic_time() - before, >=, HOLD_MS * 1000);
    expect(pair.person, CONVERSATION_ERROR, "why");
    expect(pair.person, CONVERSATION_FAILURE, "denied");
    pair_clear(&pair);
}

/* A person who takes all the time there is, and one who takes more. */
static void
test_seconds(void)
{
    Failure failure = FAILURE_INTERNAL;
    g_autoptr(Secret) answer = NULL;
    Pair pair;

    pair_init(&pair);
    clock_forward((LIMIT_LAUNCH_SECONDS - 2) * 1000);
    g_assert_true(conversation_send(pair.person, CONVERSATION_ANSWER, "late", NULL));
    answer = talk_ask(pair.talk, FALSE, "login:");
    g_assert_nonnull(answer);
    g_assert_false(talk_get_failure(pair.talk, &failure));
    clock_forward(2000);
    g_assert_null(talk_ask(pair.talk, FALSE, "again:"));
    g_assert_true(talk_get_failure(pair.talk, &failure));
    g_assert_cmpint(failure, ==, FAILURE_TIMEOUT);
    pair_clear(&pair);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/talk/answers", test_answers);
    g_test_add_func("/talk/broken", test_broken);
    g_test_add_func("/talk/limit", test_limit);
    g_test_add_func("/talk/messages-limit", test_messages_limit);
    g_test_add_func("/talk/refusal-takes-its-time", test_refusal_takes_its_time);
    g_test_add_func("/talk/seconds", test_seconds);
    return g_test_run();
}
