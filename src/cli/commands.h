/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands do, one file each: command.h says what they return. */
#pragma once

#include "arguments.h"

int cmd_sessions(const Arguments *arguments, GError **error);
int cmd_log_on(const Arguments *arguments, GError **error);
int cmd_suspend(const Arguments *arguments, GError **error);
int cmd_lock(const Arguments *arguments, GError **error);
int cmd_unlock(const Arguments *arguments, GError **error);
int cmd_log_off(const Arguments *arguments, GError **error);
int cmd_jobs(const Arguments *arguments, GError **error);
int cmd_cancel(const Arguments *arguments, GError **error);
int cmd_grant(const Arguments *arguments, GError **error);
int cmd_refuse(const Arguments *arguments, GError **error);
int cmd_screenshot(const Arguments *arguments, GError **error);
int cmd_stations(const Arguments *arguments, GError **error);
int cmd_users(const Arguments *arguments, GError **error);
int cmd_audit(const Arguments *arguments, GError **error);
int cmd_status(const Arguments *arguments, GError **error);
int cmd_watch(const Arguments *arguments, GError **error);
