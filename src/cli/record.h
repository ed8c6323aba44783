/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The a{sv} records of interfaces/org.manyseat.Manager.xml. A key that is not there, or of another type, reads as empty. */
#pragma once

#include <glib.h>

/* A string; "" if there is none; good as long as record. */
const char *record_text(GVariant *record, const char *key);

/* Any integer; 0 if there is none. */
gint64 record_number(GVariant *record, const char *key);

gboolean record_switch(GVariant *record, const char *key);

/* An aa{sv}; an empty one if there is none. */
GVariant *record_rows(GVariant *record, const char *key);

/* What a person reads of one key; free it. A column of a listing is shown by one of these. */
typedef char *(*RecordShow)(GVariant *record, const char *key);
char *record_show_text(GVariant *record, const char *key);
char *record_show_number(GVariant *record, const char *key);
char *record_show_switch(GVariant *record, const char *key);
char *record_show_time(GVariant *record, const char *key);
char *record_show_span(GVariant *record, const char *key);
char *record_show_role(GVariant *record, const char *key);
char *record_show_state(GVariant *record, const char *key);
char *record_show_outcome(GVariant *record, const char *key); /* with "detail", if there is one */
char *record_show_stage(GVariant *record, const char *key);
char *record_show_mode(GVariant *record, const char *key);
char *record_show_station_kind(GVariant *record, const char *key);
char *record_show_who(GVariant *record, const char *key); /* a user, or a limit */
char *record_show_act(GVariant *record, const char *key);
char *record_show_result(GVariant *record, const char *key);
