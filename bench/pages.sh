#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What bench/watch.mjs has its terminals show: names of files, full lines of them, a page each second.
size=$(stty size)
while :; do
    find /usr/share | tr '\n' ' ' | fold -w "${size#* }" | awk -v rows="${size% *}" '{ print } NR % rows == 0 { fflush(); system("sleep 1") }'
done
