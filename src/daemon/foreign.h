/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Foreign sessions: graphical ones that logind lists and that somebody else began (a local seat, xrdp ...). They stand in the
 * manager's table beside the hosted ones and are ended by the same jobs. What is known of one is logind's word, looked up when it
 * is asked for; of its end, its control group's. Numbers live as long as the session does, over restarts of manyseatd too:
 * /run/manyseat/sessions has them by logind's id and the time that it began, and is as old as the boot.
 */
#pragma once

#include "daemon.h"
#include "logind.h"
#include "session.h"

extern const SessionKind foreign_kind;

/* What logind tells; data is the Manager. */
extern const LogindEvents foreign_events;
