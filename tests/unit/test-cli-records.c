/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the CLI makes of manyseatd's records: texts, JSON, exit statuses. */
#include <gio/gio.h>
#include <string.h>

#include "cli/event.h"
#include "cli/json.h"
#include "cli/log-off.h"
#include "cli/record.h"
#include "cli/results.h"
#include "cli/words.h"

static GVariant *
parse(const char *text)
{
    GVariant *value = g_variant_ref_sink(g_variant_new_parsed(text));

    g_assert_nonnull(value);
    return value;
}

static void
test_json(void)
{
    static const struct {
        const char *value;
        const char *json;
    } cases[] = {
        { "[{'id': <'17'>, 'since': <int64 1795249800000001>, 'own': <false>}]",
          "[{\"id\":\"17\",\"since\":1795249800000001,\"own\":false}]" },
        { "@aa{sv} []", "[]" },
        { "{'may': <['view', 'lock']>, 'detail': <'Привет \"ñ\"'>}",
          "{\"may\":[\"view\",\"lock\"],\"detail\":\"Привет \\\"ñ\\\"\"}" },
        { "{'rows': <[{'session': <'1'>}]>}", "{\"rows\":[{\"session\":\"1\"}]}" },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GVariant) value = parse(cases[i].value);
        g_autofree char *json = json_from_value(value);

        g_assert_cmpstr(json, ==, cases[i].json);
    }
}

static void
test_record(void)
{
    g_autoptr(GVariant) record =
        parse("{'s': <'x'>, 'u': <uint32 7>, 'x': <int64 -1>, 'b': <true>, 'i': <3>}");
    g_autoptr(GVariant) rows = record_rows(record, "rows");

    g_assert_cmpstr(record_text(record, "s"), ==, "x");
    g_assert_cmpstr(record_text(record, "u"), ==, ""); /* of another type */
    g_assert_cmpstr(record_text(record, "none"), ==, "");
    g_assert_cmpint(record_number(record, "u"), ==, 7);
    g_assert_cmpint(record_number(record, "x"), ==, -1);
    g_assert_cmpint(record_number(record, "i"), ==, 3);
    g_assert_cmpint(record_number(record, "s"), ==, 0);
    g_assert_true(record_switch(record, "b"));
    g_assert_false(record_switch(record, "s"));
    g_assert_cmpuint(g_variant_n_children(rows), ==, 0);
}

static void
test_results(void)
{
    static const struct {
        const char *results;
        int status;
    } cases[] = {
        { "@aa{sv} []", 0 },
        { "[{'done': <true>}, {'done': <true>}]", 0 },
        { "[{'done': <true>}, {'done': <false>, 'error': <'NotPermitted'>}]", 1 },
        { "[{'done': <false>, 'error': <'NotPermitted'>}]", 3 },
        { "[{'done': <false>, 'error': <'org.manyseat.Error.NoSuchSession'>}]", 4 },
        { "[{'done': <false>, 'error': <'NotPermitted'>}, {'done': <false>, 'error': "
          "<'NotPermitted'>}]",
          3 },
        { "[{'done': <false>, 'error': <'NotPermitted'>}, {'done': <false>, 'error': "
          "<'NoSuchSession'>}]",
          1 },
        { "[{'done': <false>, 'error': <'NoSuchSession'>}, {'done': <false>, 'error': "
          "<'NotPermitted'>}, {'done': <false>, 'error': <'NotPermitted'>}]",
          1 },
        { "[{'done': <false>, 'error': <'Unheard'>}]", 1 },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GVariant) results = parse(cases[i].results);

        g_assert_cmpint(results_status(results), ==, cases[i].status);
    }
}

static void
test_results_format(void)
{
    g_autoptr(GVariant) results =
        parse("[{'session': <'17'>, 'user': <'ana'>, 'done': <true>}, {'session': <'18'>, 'user': "
              "<'b\033en'>, 'done': <false>, 'error': <'NotPermitted'>, 'detail': <'no'>}]");
    g_autofree char *text = results_format(results, "suspended");

    g_assert_cmpstr(text, ==,
                    "17 ana: suspended\n18 b\xef\xbf\xbd"
                    "en: This is not permitted: no\n");
}

static void
test_log_off_status(void)
{
    static const struct {
        const char *rows;
        const char *left_out;
        gboolean named;
        int status;
    } cases[] = {
        { "@aa{sv} []", "@aa{sv} []", FALSE, 0 },
        { "[{'outcome': <'clean'>}, {'outcome': <'forced'>}, {'outcome': <'ended-by-user'>}]",
          "@aa{sv} []", TRUE, 0 },
        { "[{'outcome': <'clean'>}, {'outcome': <'held-up'>}]", "@aa{sv} []", FALSE, 1 },
        { "[{'outcome': <'cancelled'>}]", "@aa{sv} []", FALSE, 1 },
        { "[{'outcome': <'leftovers'>}]", "@aa{sv} []", FALSE, 1 },
        { "[{'outcome': <'failed'>}]", "@aa{sv} []", FALSE, 1 },
        { "[{'outcome': <''>}]", "@aa{sv} []", FALSE, 1 },
        { "[{'outcome': <'unheard'>}]", "@aa{sv} []", FALSE, 1 },
        { "[{'outcome': <'clean'>}]", "[{'reason': <'own'>}]", FALSE, 0 },
        { "[{'outcome': <'clean'>}]", "[{'reason': <'ending'>}]", TRUE, 1 },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *job_text = g_strdup_printf("{'rows': <%s>}", cases[i].rows);
        g_autofree char *plan_text = g_strdup_printf("{'left-out': <%s>}", cases[i].left_out);
        g_autoptr(GVariant) job = parse(job_text);
        g_autoptr(GVariant) plan = parse(plan_text);

        g_assert_cmpint(log_off_status(job, plan, cases[i].named), ==, cases[i].status);
    }
}

static void
test_log_off_texts(void)
{
    g_autoptr(GVariant) plan =
        parse("{'hit': <[{'id': <'17'>, 'user': <'ana'>, 'state': <'active'>}]>, 'left-out': "
              "<[{'session': <'9'>, 'user': <'rosa'>, 'reason': <'own'>}]>}");
    g_autoptr(GVariant) nothing = parse("@a{sv} {}");
    g_autoptr(GVariant) job =
        parse("{'rows': <[{'outcome': <'clean'>}, {'outcome': <'held-up'>}]>}");
    g_autoptr(GVariant) row = parse("{'session': <'17'>, 'user': <'ana'>, 'outcome': <'held-up'>, "
                                    "'detail': <'mousepad'>}");
    g_autofree char *plan_text = log_off_format_plan(plan);
    g_autofree char *nothing_text = log_off_format_plan(nothing);
    g_autofree char *summary = log_off_format_summary(job);
    g_autofree char *line = log_off_format_row(row);

    g_assert_cmpstr(plan_text, ==,
                    "1 session would be ended:\n  17 ana: active\n"
                    "1 session is left out:\n  9 rosa: it is your own\n");
    g_assert_cmpstr(nothing_text, ==, "No session would be ended.\n");
    g_assert_cmpstr(summary, ==, "1 session was ended, 1 was not.\n");
    g_assert_cmpstr(line, ==, "17 ana: held up (mousepad)\n");
}

static void
test_log_off_unsaved(void)
{
    g_autoptr(GVariant) plan = parse(
        "{'hit': <[{'id': <'1'>, 'user': <'ana'>, 'state': <'active'>}, {'id': <'2'>, 'user': "
        "<'boris'>, 'state': <'active'>}, {'id': <'3'>, 'user': <'carla'>, 'state': <'active'>}, "
        "{'id': <'4'>, 'user': <'dmitri'>, 'state': <'active'>}]>}");
    g_autoptr(GVariant) unsaved = parse(
        "[{'session': <'2'>, 'known': <true>, 'unsaved': <@a(ss) []>, 'unknown': <@a(ss) []>}, "
        "{'session': <'1'>, 'known': <false>, 'unsaved': <[('Mousepad', '*essay'), ('Burner', "
        "'')]>, 'unknown': <[('Writer', 'a\033b')]>}, {'session': <'3'>, 'known': <false>, "
        "'unsaved': <@a(ss) []>, 'unknown': <@a(ss) []>}]");
    g_autoptr(GVariant) joined = g_variant_ref_sink(log_off_join(plan, unsaved));
    g_autofree char *text = log_off_format_plan(joined);

    g_assert_true(g_str_has_prefix(text, "4 sessions would be ended:\n  1 ana: active\n"
                                         "      unsaved: Mousepad: *essay; Burner\n"
                                         "      not known whether it is saved: Writer: a"));
    g_assert_null(strchr(text, '\033'));
    g_assert_true(g_str_has_suffix(text, "  2 boris: active\n      nothing unsaved\n"
                                         "  3 carla: active\n      unsaved work: unknown\n"
                                         "  4 dmitri: active\n"));
}

/* What has closed matters to him whose session stays. */
static void
test_log_off_closed(void)
{
    static const struct {
        const char *outcome, *line;
    } cases[] = {
        { "held-up", "17 ana: held up\n      programs that have closed: Thunar, Writer\n" },
        { "clean", "17 ana: clean\n" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strdup_printf("{'session': <'17'>, 'user': <'ana'>, 'outcome': <'%s'>, 'closed': "
                            "<['Thunar', 'Writer']>}",
                            cases[i].outcome);
        g_autoptr(GVariant) row = parse(text);
        g_autofree char *line = log_off_format_row(row);

        g_assert_cmpstr(line, ==, cases[i].line);
    }
}

static void
test_events(void)
{
    static const struct {
        const char *signal;
        const char *parameters;
        const char *line; /* after the time; NULL: not for people */
        const char *json;
    } cases[] = {
        { "SessionChanged",
          "({'id': <'17'>, 'user': <'ana'>, 'state': <'active'>, 'station': "
          "<'Seat 4'>},)",
          "session 17 ana: active, station Seat 4\n",
          "{\"event\":\"SessionChanged\",\"when\":0,\"session\":{\"id\":\"17\",\"user\":\"ana\","
          "\"state\":\"active\",\"station\":\"Seat 4\"}}" },
        { "SessionRemoved", "({'id': <'17'>, 'user': <'ana'>, 'outcome': <'clean'>},)",
          "session 17 ana has ended: clean\n", NULL },
        { "StationRemoved", "('Seat 4',)", "station Seat 4 is gone\n",
          "{\"event\":\"StationRemoved\",\"when\":0,\"name\":\"Seat 4\"}" },
        { "JobChanged",
          "({'id': <'5'>, 'state': <'running'>, 'rows': <[{'session': <'17'>, 'user': "
          "<'ana'>, 'stage': <'warn'>, 'outcome': <''>}]>},)",
          "job 5: running; 17 ana: counting down\n", NULL },
        { "ViewClosed", "('moved',)", NULL,
          "{\"event\":\"ViewClosed\",\"when\":0,\"reason\":\"moved\"}" },
        { "SessionChanged", "('not a record',)", NULL, NULL },
        { "Unheard", "(1, 2)", NULL, "{\"event\":\"Unheard\",\"when\":0,\"arguments\":[1,2]}" },
        { "Unheard", "()", NULL, NULL },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GVariant) parameters = parse(cases[i].parameters);
        g_autofree char *line = event_format(cases[i].signal, parameters, G_USEC_PER_SEC);
        g_autofree char *json = json_from_value(event_to_record(cases[i].signal, parameters, 0));

        g_assert_cmpstr(line == NULL ? NULL : line + strlen("1970-01-01 00:00:01 "), ==,
                        cases[i].line);
        if (cases[i].json != NULL)
            g_assert_cmpstr(json, ==, cases[i].json);
    }
}

static void
test_words(void)
{
    g_assert_cmpstr(words_state("active"), ==, "active");
    g_assert_cmpstr(words_outcome("ended-by-user"), ==, "ended by the user");
    g_assert_cmpstr(words_outcome(""), ==, "");
    g_assert_cmpstr(words_state("unheard"), ==, "unheard");
    for (guint code = 0; code < N_MANYSEAT_ERRORS; code++) {
        g_assert_cmpstr(words_error(code), !=, "");
        g_assert_cmpint(words_error_code(manyseat_error_name(code)), ==, code);
    }
}

int
main(int argc, char **argv)
{
    g_setenv("TZ", "UTC", TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/json", test_json);
    g_test_add_func("/record", test_record);
    g_test_add_func("/results/status", test_results);
    g_test_add_func("/results/format", test_results_format);
    g_test_add_func("/log-off/status", test_log_off_status);
    g_test_add_func("/log-off/texts", test_log_off_texts);
    g_test_add_func("/log-off/log-off-unsaved", test_log_off_unsaved);
    g_test_add_func("/log-off/log-off-closed", test_log_off_closed);
    g_test_add_func("/events", test_events);
    g_test_add_func("/words", test_words);
    return g_test_run();
}
