/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draw a notice. Runs in the painter: letters come from the host's font files, any script, either direction. */
#pragma once

#include "notice-text.h"

/* Draw text for a screen of this size: a NoticePicture and its pixels. Never wider than the screen, and at most NOTICE_SCREEN_SHARE of
 * its height: the message is cut first, with "…". On a screen of many pixels everything is twice as large. */
#define NOTICE_SCREEN_SHARE 0.6
GByteArray *notice_paint(const NoticeText *text, guint screen_width, guint screen_height);
