/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where things are. Directories come from the build; tests and the demo run the installed tree in namespaces of their own, so
 * nothing here can be changed by an environment variable. */
#pragma once

#include "manyseat-config.h" /* MANYSEAT_LIBEXECDIR, MANYSEAT_SYSCONFDIR, MANYSEAT_DATADIR, MANYSEAT_LOCALEDIR, MANYSEAT_VERSION */

#define PATH_CONFIG                                                                                \
    MANYSEAT_SYSCONFDIR "/manyseat/manyseat.conf" /* and manyseat.conf.d/ beside it */
#define PATH_RUN "/run/manyseat"
#define PATH_API_SOCKET PATH_RUN "/api.sock"       /* manyseatd: D-Bus, peer to peer; mode 0666 */
#define PATH_LAUNCH_SOCKET PATH_RUN "/launch.sock" /* starts manyseat-session; root only */
#define PATH_SESSIONS                                                                              \
    PATH_RUN "/sessions" /* ID/ root 0711; ID/user/ the user's, 0700: rfb, Xauthority, log */
#define PATH_STATE "/var/lib/manyseat"
#define PATH_DATABASE PATH_STATE "/manyseat.db"
#define PATH_DASHBOARD_SOCKET PATH_RUN "/dashboard/http.sock"
#define PATH_STATION_SOCKET PATH_RUN "/station/http.sock"
#define PATH_XSESSIONS "/usr/share/xsessions"

/* Accounts of the system that the programs run as (data/sysusers.d). */
#define ACCOUNT_DASHBOARD "manyseat-web"
#define ACCOUNT_STATION "manyseat-station"
#define ACCOUNT_DISPLAY "manyseat-display"
