#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# How long a room full of desktops takes to end, beside what the system itself takes for that:
#
#   bench/log-off.sh [-n DESKTOPS] [-r RUNS] [-b BUILD] [room|host]...
#
# XFCE desktops, idle, all ended at once: manyseat log-off in the modes force and ask; loginctl terminate-user (in a room, where
# there is no logind, SIGTERM to everything); xfce4-session-logout in each. The last two on desktops that Manyseat did not start. In
# turn, RUNS times, with fresh desktops each time; medians are told. Root only; 24 desktops take half a minute to come up on 2 cores.
set -eu -o pipefail
cd "$(dirname "$0")/.."
desktops=24 runs=3 build=build
while getopts n:r:b: option; do
    case $option in
    n) desktops=$OPTARG ;;
    r) runs=$OPTARG ;;
    b) build=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- room host
for place in "$@"; do
    case $place in
    room) in=(tools/room --alone --port 0) ;;
    host) in=(tools/host) ;;
    *) echo "log-off.sh: '$place' is neither room nor host" >&2; exit 2 ;;
    esac
    echo "$place: $desktops desktops, medians of $runs runs; load $(cut -d ' ' -f 1 /proc/loadavg)"
    "${in[@]}" --build "$build" --pupils "$desktops" -- node bench/log-off.mjs "$desktops" "$runs"
done
