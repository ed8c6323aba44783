/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process that draws notices: it reads the host's fonts and catalogues, and meets no byte of an X server's. */
#pragma once

/* Obey ORDER_PAINT (order.h) from parent until it closes; the descriptor is taken over. Returns the process's exit status. */
int painter_run(int parent);
