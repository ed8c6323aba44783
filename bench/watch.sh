#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What it costs a host to show small pictures of its desktops, once a second each:
#
#   bench/watch.sh [-n DESKTOPS] [-t SECONDS] [-r RUNS] [-w page|typing|noise|still] [-s SIZE] [-b BUILD] [TOOL...]
#
# Tools: ours (manyseat-display's parent and workers), floor (bench/floor.c), x11vnc (full-size VNC; Debian's package). Each
# looks in turn, RUNS times, at the same desktops (Xvnc of 1920x1080) at the same work (bench/page.c); medians are told. Viewers are
# not counted, and for ours neither manyseatd nor manyseat-web, for the others no relay. Figures are for one desktop and second.
set -eu -o pipefail
cd "$(dirname "$0")/.."
desktops=4 seconds=10 runs=3 work=page size=medium build=build
while getopts n:t:r:w:s:b: option; do
    case $option in
    n) desktops=$OPTARG ;;
    t) seconds=$OPTARG ;;
    r) runs=$OPTARG ;;
    w) work=$OPTARG ;;
    s) size=$OPTARG ;;
    b) build=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
tools=("$@")
if [ $# -eq 0 ]; then
    tools=(ours floor)
    if command -v x11vnc >/dev/null; then tools+=(x11vnc); else echo "watch.sh: x11vnc is not installed: left out" >&2; fi
fi
warm_up=3
first=60 # displays from here on
geometry=1920x1080
declare -A box=([small]="240 135" [medium]="320 180" [large]="640 360")

scratch=$(mktemp -d)
started=() # in this shell
xservers=()
cleanup() {
    [ ${#started[@]} -eq 0 ] || kill "${started[@]}" 2>/dev/null || true
    [ ${#xservers[@]} -eq 0 ] || kill "${xservers[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$scratch"
}
trap cleanup EXIT

ninja -C "$build" bench/look bench/floor bench/page bench/rfb-read >/dev/null

displays=()
for ((i = 0; i < desktops; i++)); do
    displays+=(":$((first + i))")
    Xvnc ":$((first + i))" -geometry $geometry -depth 24 -rfbport -1 -SecurityTypes None -nolisten tcp \
        >/dev/null 2>&1 &
    xservers+=($!)
done
for display in "${displays[@]}"; do
    for ((i = 0; i < 50; i++)); do
        [ -S "/tmp/.X11-unix/X${display#:}" ] && break
        sleep 0.1
    done
    "$build/bench/page" "$display" "$work" >/dev/null 2>&1 &
    started+=($!)
done
painters=("${started[@]}")

# start TOOL: processes that look, in $scratch/pids; lengths of what they send in $scratch/sent.*
start() {
    : >"$scratch/pids"
    rm -f "$scratch"/sent.*
    for display in "${displays[@]}"; do
        case $1 in
        floor)
            # shellcheck disable=SC2086
            "$build/bench/floor" "$display" ${box[$size]} >"$scratch/sent.$display" 2>/dev/null &
            ;;
        x11vnc)
            x11vnc -display "$display" -rfbport $((5900 + ${display#:})) -localhost -nopw -forever -shared -quiet \
                -norc -nocursor >/dev/null 2>&1 &
            ;;
        ours) continue ;;
        *) echo "watch.sh: there is no tool '$1'" >&2; exit 2 ;;
        esac
        started+=($!)
        echo $! >>"$scratch/pids"
    done
    if [ "$1" = ours ]; then
        "$build/bench/look" "$size" "${displays[@]}" >"$scratch/sent.all" 2>/dev/null &
        started+=($!)
        echo $! >>"$scratch/pids"
    fi
    sleep $warm_up
    if [ "$1" = x11vnc ]; then
        for display in "${displays[@]}"; do
            "$build/bench/rfb-read" $((5900 + ${display#:})) >"$scratch/sent.$display" &
            started+=($!)
        done
        sleep $warm_up
    fi
}

# x11vnc does not always end when it is asked to.
stop() {
    local looking=("${started[@]:${#painters[@]}}")
    kill "${looking[@]}" 2>/dev/null || true
    for ((i = 0; i < 20; i++)); do
        kill -0 "${looking[@]}" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "${looking[@]}" 2>/dev/null || true
    wait "${looking[@]}" 2>/dev/null || true
    started=("${painters[@]}")
}

# The processes and what they started, viewers apart.
family() {
    local todo=("$@") pid comm
    while [ ${#todo[@]} -gt 0 ]; do
        pid=${todo[0]}
        todo=("${todo[@]:1}")
        comm=$(cat "/proc/$pid/comm" 2>/dev/null) || continue
        [ "$comm" != bench-viewer ] || continue
        echo "$pid"
        # shellcheck disable=SC2207
        todo+=($(cat "/proc/$pid/task/$pid/children"))
    done
}

# Nanoseconds of CPU of processes so far.
cpu() {
    local pid
    for pid in "$@"; do
        cat "/proc/$pid/task/"*/schedstat
    done | awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}

pss() {
    local pid
    for pid in "$@"; do
        cat "/proc/$pid/smaps_rollup"
    done | awk '/^Pss:/ { sum += $2 } END { printf "%.0f\n", sum }'
}

sent() {
    cat "$scratch"/sent.* | awk '{ bytes += $1 } END { printf "%.0f %d\n", bytes, NR }'
}

# run TOOL: one line: CPU ms, X servers' CPU ms, KB, pictures, PSS MB
run() {
    local pids cpu0 cpu1 x0 x1 sent0 sent1
    start "$1"
    # shellcheck disable=SC2046
    pids=($(family $(cat "$scratch/pids")))
    cpu0=$(cpu "${pids[@]}") x0=$(cpu "${xservers[@]}") sent0=$(sent)
    sleep "$seconds"
    cpu1=$(cpu "${pids[@]}") x1=$(cpu "${xservers[@]}") sent1=$(sent)
    awk -v n="$desktops" -v t="$seconds" -v cpu=$((cpu1 - cpu0)) -v x=$((x1 - x0)) -v from="$sent0" -v to="$sent1" \
        -v pss="$(pss "${pids[@]}")" 'BEGIN {
            split(from, a); split(to, b)
            printf "%.3f %.3f %.2f %.2f %.2f\n", cpu / 1e6 / n / t, x / 1e6 / n / t, (b[1] - a[1]) / 1000 / n / t,
                (b[2] - a[2]) / n / t, pss / 1024 / n }' >>"$scratch/runs.$1"
    stop
}

median() {
    awk -v column="$2" '{ print $column }' "$1" | sort -n | awk '{ at[NR] = $1 } END { print at[int((NR + 1) / 2)] }'
}

for ((round = 0; round < runs; round++)); do
    for tool in "${tools[@]}"; do
        run "$tool"
    done
done

echo "$desktops desktops of $geometry, $work, size $size, medians of $runs runs of $seconds s; load $(cut -d' ' -f1-3 /proc/loadavg)"
echo
echo "| | CPU ms | X server's CPU ms | KB | pictures | PSS MB |"
echo "|---|---|---|---|---|---|"
for tool in "${tools[@]}"; do
    printf '| %s |' "$tool"
    for column in 1 2 3 4 5; do
        printf ' %s |' "$(median "$scratch/runs.$tool" $column)"
    done
    echo
done
