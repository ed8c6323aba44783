/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settings.h"

#include <stddef.h>
#include <string.h>

typedef enum {
    KIND_NUMBER,
    KIND_SWITCH,
    KIND_TEXT,
    KIND_LIST,
    KIND_NOTICE_WINDOW,
    KIND_EXTENT
} Kind;

typedef struct {
    const char *group;
    const char *key;
    Kind kind;
    gsize offset;
    const char *initial;
    guint least, most; /* of a number */
    const char *meaning;
} Setting;

#define AT(field) offsetof(Settings, field)
#define WEEK_SECONDS (7 * 24 * 60 * 60) /* the longest limit */

static const Setting table[] = {
    { "front", "address", KIND_TEXT, AT(address), "*", 0, 0,
      "IP address that the web address listens on; * is all of this host" },
    { "front", "port", KIND_NUMBER, AT(port), "8443", 1, 65535,
      "TCP port of the web address (HTTPS)" },
    { "front", "certificate", KIND_TEXT, AT(certificate), "/etc/manyseat/tls/certificate.pem", 0, 0,
      "the web address's certificate (PEM)" },
    { "front", "certificate-key", KIND_TEXT, AT(certificate_key), "/etc/manyseat/tls/key.pem", 0, 0,
      "and its key (PEM)" },
    { "roles", "dashboard-group", KIND_TEXT, AT(dashboard_group), "manyseat-dashboard", 0, 0,
      "members are dashboard users" },
    { "roles", "administrator-group", KIND_TEXT, AT(administrator_group), "manyseat-administrators",
      0, 0, "members are administrators" },
    { "roles", "dashboard-sees-all", KIND_SWITCH, AT(dashboard_sees_all), "false", 0, 0,
      "dashboard users see dashboard users' and administrators' sessions too (they never act on "
      "them)" },
    { "roles", "uid-min", KIND_NUMBER, AT(uid_min), "1000", 1, 60000,
      "accounts with a lower uid are the system's and never log on" },
    { "sessions", "one-session-per-account", KIND_SWITCH, AT(one_session_per_account), "true", 0, 0,
      "a second log-on resumes the session that is there" },
    { "sessions", "sessions-max", KIND_NUMBER, AT(sessions_max), "100", 1, 1000,
      "sessions at once on this host" },
    { "sessions", "desktop", KIND_TEXT, AT(desktop), "xfce", 0, 0,
      "the desktop when none is chosen: a file name of /usr/share/xsessions without .desktop" },
    { "sessions", "layout", KIND_TEXT, AT(layout), "us", 0, 0,
      "the keyboard layout when none is chosen; \"us,ru\" has a switch (Alt+Shift)" },
    { "sessions", "layouts", KIND_LIST, AT(layouts), "us;es;ru;us,ru;us,es;es,ru;gb;de;fr", 0, 0,
      "keyboard layouts to choose from" },
    { "sessions", "width", KIND_NUMBER, AT(width), "1280", 640, 7680, "pixels of a new desktop" },
    { "sessions", "height", KIND_NUMBER, AT(height), "720", 480, 4320, "pixels of a new desktop" },
    { "sessions", "monitored", KIND_SWITCH, AT(monitored), "true", 0, 0,
      "thumbnails of this host's sessions are to be had" },
    { "sessions", "foreign-monitored", KIND_SWITCH, AT(foreign_monitored), "false", 0, 0,
      "and of those that others began: a local seat, xrdp; whoever is at one is told who enlarges "
      "it, not of thumbnails" },
    { "sessions", "station-absence", KIND_NUMBER, AT(station_absence), "60", 5, 3600,
      "seconds without a connection until the station's login ends" },
    { "log-off", "warn", KIND_NUMBER, AT(warn), "60", 0, 3600,
      "seconds that a user is warned before his session is ended" },
    { "log-off", "ask", KIND_NUMBER, AT(ask), "45", 1, 3600,
      "seconds that programs have to save and close" },
    { "log-off", "grace", KIND_NUMBER, AT(grace), "30", 0, 3600,
      "seconds between what held up was shown and force, in ask-then-force" },
    { "log-off", "force-suspended", KIND_SWITCH, AT(force_suspended), "false", 0, 0,
      "ask-then-force ends sessions by force that nobody is looking at" },
    { "log-off", "stop", KIND_NUMBER, AT(stop), "12", 1, 300,
      "seconds between SIGTERM and SIGKILL" },
    { "log-off", "kill", KIND_NUMBER, AT(kill), "5", 1, 300, "seconds that SIGKILL is waited for" },
    { "log-off", "verify", KIND_NUMBER, AT(verify), "10", 1, 300,
      "seconds until what is still there is reported as left over" },
    { "log-off", "extent", KIND_EXTENT, AT(extent), "services", 0, 0,
      "what ends with a desktop: desktop (what belongs to the session alone), services (with the "
      "user's last session his own services too, lingering ones among them), everything (when a "
      "log-off ends it, his text sessions on this host too: ssh ...)" },
    { "log-off", "notice-window", KIND_NOTICE_WINDOW, AT(notice_window), "foreign", 0, 0,
      "whom a window in his session tells that it is being ended, and a line at the top who looks "
      "at it: foreign (sessions that no station page of ours shows), always (those of our stations "
      "too) or never" },
    { "limits", "standard-idle", KIND_NUMBER, AT(idle[ROLE_STANDARD]), "0", 0, WEEK_SECONDS,
      "seconds without a key or a move of the pointer until a standard user's session is "
      "suspended; 0 is never" },
    { "limits", "standard-suspended", KIND_NUMBER, AT(suspended[ROLE_STANDARD]), "0", 0,
      WEEK_SECONDS,
      "seconds with nobody at it until a standard user's session is logged off; 0 is never" },
    { "limits", "dashboard-idle", KIND_NUMBER, AT(idle[ROLE_DASHBOARD]), "0", 0, WEEK_SECONDS,
      "the same, of a dashboard user's session" },
    { "limits", "dashboard-suspended", KIND_NUMBER, AT(suspended[ROLE_DASHBOARD]), "0", 0,
      WEEK_SECONDS, "the same, of a dashboard user's session" },
    { "limits", "administrator-idle", KIND_NUMBER, AT(idle[ROLE_ADMINISTRATOR]), "0", 0,
      WEEK_SECONDS, "the same, of an administrator's session" },
    { "limits", "administrator-suspended", KIND_NUMBER, AT(suspended[ROLE_ADMINISTRATOR]), "0", 0,
      WEEK_SECONDS, "the same, of an administrator's session" },
    { "limits", "warn", KIND_NUMBER, AT(idle_warn), "60", 1, 3600,
      "seconds before an idle session is suspended that its station says so; at most half of the "
      "limit" },
    { "watching", "cpu-share", KIND_NUMBER, AT(cpu_share), "0", 0, 10000,
      "percent of one core that thumbnails may use; kept by lowering their rates; 0 is no limit" },
    { "watching", "bytes-per-second", KIND_NUMBER, AT(bytes_per_second), "0", 0, 1000000000,
      "bytes of thumbnails that may go to all viewers together; 0 is no limit" },
    { "audit", "keep", KIND_NUMBER, AT(audit_keep), "90", 1, 36500,
      "days that audit rows are kept" },
};

static gboolean
set_number(const Setting *setting, Settings *settings, const char *value, GError **error)
{
    guint64 number;

    if (!g_ascii_string_to_unsigned(value, 10, setting->least, setting->most, &number, NULL)) {
        g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                    "'%s' is not a number from %u to %u", value, setting->least, setting->most);
        return FALSE;
    }
    *(guint *) G_STRUCT_MEMBER_P(settings, setting->offset) = (guint) number;
    return TRUE;
}

static gboolean
set_switch(const Setting *setting, Settings *settings, const char *value, GError **error)
{
    gboolean on = strcmp(value, "true") == 0;

    if (!on && strcmp(value, "false") != 0) {
        g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                    "'%s' is neither true nor false", value);
        return FALSE;
    }
    *(gboolean *) G_STRUCT_MEMBER_P(settings, setting->offset) = on;
    return TRUE;
}

static gboolean
set_notice_window(const Setting *setting, Settings *settings, const char *value, GError **error)
{
    if (notice_window_from_name(value, G_STRUCT_MEMBER_P(settings, setting->offset)))
        return TRUE;
    g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                "'%s' is neither foreign, always nor never", value);
    return FALSE;
}

static gboolean
set_extent(const Setting *setting, Settings *settings, const char *value, GError **error)
{
    if (extent_from_name(value, G_STRUCT_MEMBER_P(settings, setting->offset)))
        return TRUE;
    g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                "'%s' is neither desktop, services nor everything", value);
    return FALSE;
}

static gboolean
set_value(const Setting *setting, Settings *settings, const char *value, GError **error)
{
    gpointer at = G_STRUCT_MEMBER_P(settings, setting->offset);

    if (setting->kind == KIND_NUMBER)
        return set_number(setting, settings, value, error);
    if (setting->kind == KIND_SWITCH)
        return set_switch(setting, settings, value, error);
    if (setting->kind == KIND_NOTICE_WINDOW)
        return set_notice_window(setting, settings, value, error);
    if (setting->kind == KIND_EXTENT)
        return set_extent(setting, settings, value, error);
    if (value[0] == '\0') {
        g_set_error_literal(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                            "the value is empty");
        return FALSE;
    }
    if (setting->kind == KIND_LIST) {
        g_strfreev(*(char ***) at);
        *(char ***) at = g_strsplit(value, ";", -1);
    } else {
        g_free(*(char **) at);
        *(char **) at = g_strdup(value);
    }
    return TRUE;
}

static const Setting *
find_setting(const char *group, const char *key)
{
    for (guint i = 0; i < G_N_ELEMENTS(table); i++)
        if (strcmp(table[i].group, group) == 0 && strcmp(table[i].key, key) == 0)
            return &table[i];
    return NULL;
}

/* One line of a file, as GLib's syntax has it; GKeyFile itself keeps no line numbers and lets a key stand twice. */
static gboolean
read_line(const char *line, char **group, GHashTable *seen, Settings *settings, GError **error)
{
    const char *equals = strchr(line, '=');
    g_autofree char *key = NULL;
    g_autofree char *value = NULL;
    const Setting *setting;

    if (line[0] == '[' && g_str_has_suffix(line, "]")) {
        g_free(*group);
        *group = g_strndup(line + 1, strlen(line) - 2);
        return TRUE;
    }
    if (equals == NULL || *group == NULL) {
        g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE,
                    "'%s' is neither a [group] nor a key=value in one", line);
        return FALSE;
    }
    key = g_strchomp(g_strndup(line, (gsize) (equals - line)));
    value = g_strchug(g_strdup(equals + 1));
    setting = find_setting(*group, key);
    if (setting == NULL) {
        g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND,
                    "no setting is called '%s' in group '%s'", key, *group);
        return FALSE;
    }
    if (!g_hash_table_add(seen, (gpointer) setting)) {
        g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE, "'%s' is set twice", key);
        return FALSE;
    }
    if (!set_value(setting, settings, value, error)) {
        g_prefix_error(error, "%s: ", key);
        return FALSE;
    }
    return TRUE;
}

static gboolean
read_file(const char *path, Settings *settings, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    g_autofree char *contents = NULL;
    g_autofree char *group = NULL;
    g_auto(GStrv) lines = NULL;
    GError *failure = NULL;
    gsize length;

    if (!g_file_get_contents(path, &contents, &length, &failure)) {
        if (g_error_matches(failure, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
            g_error_free(failure);
            return TRUE;
        }
        g_propagate_error(error, failure);
        return FALSE;
    }
    if (!g_utf8_validate_len(contents, length, NULL)) {
        g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_UNKNOWN_ENCODING,
                    "%s:1: not UTF-8 text", path);
        return FALSE;
    }
    lines = g_strsplit(contents, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        char *line = g_strstrip(lines[i]);

        if (line[0] == '\0' || line[0] == '#')
            continue;
        if (!read_line(line, &group, seen, settings, error)) {
            g_prefix_error(error, "%s:%u: ", path, i + 1);
            return FALSE;
        }
    }
    return TRUE;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

static gboolean
read_directory(const char *path, Settings *settings, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
    const char *name;

    if (directory == NULL)
        return TRUE;
    while ((name = g_dir_read_name(directory)) != NULL)
        if (g_str_has_suffix(name, ".conf"))
            g_ptr_array_add(names, g_build_filename(path, name, NULL));
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++)
        if (!read_file(names->pdata[i], settings, error))
            return FALSE;
    return TRUE;
}

Settings *
settings_load(const char *path, GError **error)
{
    g_autoptr(Settings) settings = g_new0(Settings, 1);
    g_autofree char *directory = g_strconcat(path, ".d", NULL);

    for (guint i = 0; i < G_N_ELEMENTS(table); i++)
        if (!set_value(&table[i], settings, table[i].initial, error))
            return NULL;
    if (!read_file(path, settings, error) || !read_directory(directory, settings, error))
        return NULL;
    return g_steal_pointer(&settings);
}

void
settings_free(Settings *settings)
{
    if (settings == NULL)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        gpointer at = G_STRUCT_MEMBER_P(settings, table[i].offset);

        if (table[i].kind == KIND_TEXT)
            g_free(*(char **) at);
        else if (table[i].kind == KIND_LIST)
            g_strfreev(*(char ***) at);
    }
    g_free(settings);
}

char *
settings_example(void)
{
    GString *text =
        g_string_new("# Settings of Manyseat. Every line shows a default; see manyseat.conf(5).\n");
    const char *group = "";

    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        const Setting *setting = &table[i];

        if (strcmp(group, setting->group) != 0)
            g_string_append_printf(text, "\n[%s]\n", setting->group);
        group = setting->group;
        g_string_append_printf(text, "# %s", setting->meaning);
        if (setting->kind == KIND_NUMBER)
            g_string_append_printf(text, " (%u to %u)", setting->least, setting->most);
        g_string_append_printf(text, "\n#%s=%s\n", setting->key, setting->initial);
    }
    return g_string_free(text, FALSE);
}

gboolean
settings_describe(guint n, SettingInfo *ret_info)
{
    if (n >= G_N_ELEMENTS(table))
        return FALSE;
    *ret_info = (SettingInfo){ table[n].group,   table[n].key,   table[n].initial,
                               table[n].meaning, table[n].least, table[n].most };
    return TRUE;
}
