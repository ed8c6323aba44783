/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals to those who subscribed, each told only what the policy lets him see. */
#pragma once

#include "daemon.h"

void announce_session(Session *session);
void announce_session_removed(Session *session);
void announce_station(Login *login);
void announce_station_removed(Login *login);
void announce_job(Job *job);
