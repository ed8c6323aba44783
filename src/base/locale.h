/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locales by their names. Pure. */
#pragma once

#include <glib.h>

/* The language of a locale or of LANGUAGE: "ru" of "ru_RU.UTF-8" and of "ru:en", "en" of "C" and its like, "" of what is none. */
char *locale_get_language(const char *locale);

/* The same of a set of variables as gettext(3) takes them, each NULL or "" when it is not set; "" when none says anything. */
char *locale_find_language(const char *language, const char *lc_all, const char *lc_messages,
                           const char *lang);
