/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "log.h"

#include <stdio.h>

static const char *program_name = "manyseat";

static const char *
domain_of(const GLogField *fields, gsize n_fields)
{
    for (gsize i = 0; i < n_fields; i++)
        if (g_strcmp0(fields[i].key, "GLIB_DOMAIN") == 0)
            return fields[i].value;
    return NULL;
}

/* Debug lines only for the domains of G_MESSAGES_DEBUG, as GLib's own writer has it. */
static GLogWriterOutput
write_line(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
    if (g_log_writer_default_would_drop(level, domain_of(fields, n_fields)))
        return G_LOG_WRITER_HANDLED;
    if (g_log_writer_is_journald(fileno(stderr)))
        return g_log_writer_journald(level, fields, n_fields, data);
    return g_log_writer_standard_streams(level, fields, n_fields, data);
}

void
log_init(const char *program)
{
    program_name = program;
    g_set_prgname(program);
    g_log_writer_default_set_use_stderr(TRUE);
    g_log_set_writer_func(write_line, NULL, NULL);
}

static const char *
priority_of(GLogLevelFlags level)
{
    if (level & G_LOG_LEVEL_WARNING)
        return "4";
    if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL))
        return "3";
    return level & G_LOG_LEVEL_DEBUG ? "7" : "5";
}

void
log_about(GLogLevelFlags level, const char *session, const char *user, const char *job,
          const char *format, ...)
{
    GLogField fields[7];
    gsize n = 0;
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    fields[n++] = (GLogField){ "GLIB_DOMAIN", G_LOG_DOMAIN, -1 };
    fields[n++] = (GLogField){ "MESSAGE", text, -1 };
    fields[n++] = (GLogField){ "PRIORITY", priority_of(level), -1 };
    fields[n++] = (GLogField){ "SYSLOG_IDENTIFIER", program_name, -1 };
    if (session != NULL)
        fields[n++] = (GLogField){ "SESSION_ID", session, -1 };
    if (user != NULL)
        fields[n++] = (GLogField){ "USER_NAME", user, -1 };
    if (job != NULL)
        fields[n++] = (GLogField){ "JOB_ID", job, -1 };
    g_log_structured_array(level, fields, n);
}
