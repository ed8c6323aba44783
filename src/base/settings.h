/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings of /etc/manyseat/manyseat.conf and the files manyseat.conf.d/NN.conf beside it (read in the order of their
 * names, a later value wins). Key files in GLib's syntax. Strict: an unknown group or key, a value out of its range, or a key
 * twice in one file stops with file and line. The table in settings.c is the only list of keys; the example file, the man page
 * and the check come from it.
 */
#pragma once

#include <gio/gio.h>

#include "names.h"

typedef struct {
    /* [front] */
    char *address; /* "*": every address of the host */
    guint port;
    char *certificate;
    char *certificate_key;
    /* [roles] */
    char *dashboard_group;
    char *administrator_group;
    /* Dashboard users see dashboard users' and administrators' sessions. */
    gboolean dashboard_sees_all;
    guint uid_min; /* below: system accounts, which never log on */
    /* [sessions] */
    gboolean one_session_per_account;
    guint sessions_max;
    char *desktop;              /* id of the default xsession */
    char *layout;               /* default keyboard layout */
    char **layouts;             /* that a user may choose */
    guint width, height;        /* of a new desktop, pixels */
    gboolean monitored;         /* thumbnails are to be had */
    gboolean foreign_monitored; /* of foreign sessions too */
    guint station_absence;      /* seconds without a connection until a station's login ends */
    /* [log-off], seconds */
    guint warn;
    guint ask;
    guint grace;
    gboolean force_suspended; /* a session that nobody looks at may be forced by a timer */
    guint stop;
    guint kill;
    guint verify;
    Extent extent;
    NoticeWindow notice_window; /* whom a window in his session tells of its end, and who looks */
    /* [limits], seconds; 0: never */
    guint idle[N_ROLES];      /* without input, until a session is suspended */
    guint suspended[N_ROLES]; /* with nobody at it, until it is logged off */
    guint idle_warn;
    /* [watching] */
    guint cpu_share;        /* percent of one core; 0: no limit */
    guint bytes_per_second; /* to all viewers together; 0: no limit */
    /* [audit], days */
    guint audit_keep;
} Settings;

/* Defaults, then path, then path.d/; a file that is not there is fine. NULL with the error "FILE:LINE: what is wrong". */
Settings *settings_load(const char *path, GError **error);

void settings_free(Settings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_free)

/* The commented example file: every key with its default, range and meaning. */
char *settings_example(void);

/* One row of the table, for manuals: most is 0 unless the setting is a number. */
typedef struct {
    const char *group;
    const char *key;
    const char *initial;
    const char *meaning;
    guint least, most;
} SettingInfo;

/* The n-th row; FALSE after the last. The texts are static. */
gboolean settings_describe(guint n, SettingInfo *ret_info);
