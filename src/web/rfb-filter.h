/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may pass between a browser and an Xvnc, RFB 3.8 with security None. Pure, incremental, bounded: no more than one
 * message's head is ever stored.
 *
 * From the client an allow-list of messages, in both modes checked for their shape:
 *
 *   message                         view                       control
 *   ClientInit                      shared forced to 1         shared forced to 1
 *   SetPixelFormat                  before the first update    passes
 *                                   request only, see below
 *   SetEncodings                    rewritten, see below       rewritten, see below
 *   FramebufferUpdateRequest        passes                     passes
 *   EnableContinuousUpdates, Fence  pass                       pass
 *   KeyEvent, PointerEvent          dropped                    pass
 *   QEMU extended key event         dropped                    passes
 *   ClientCutText                   dropped                    passes, up to LIMIT_RFB_CUT_TEXT; the extended form only
 *                                                              after it was announced
 *   SetDesktopSize                  dropped                    passes, up to LIMIT_RFB_SCREENS screens and LIMIT_RFB_SIDE
 *   anything else                   malformed                  malformed
 *
 * SetEncodings is rewritten to what this table knows: Raw, CopyRect, ZRLE, Tight and its JPEG quality and compression levels,
 * Cursor and VMware's cursor, DesktopSize, ExtendedDesktopSize, QEMU key events and LED state, Fence, ContinuousUpdates,
 * LastRect; in control mode Hextile and the extended clipboard too.
 *
 * From the server the handshake is followed in both modes: version 3.8, security None offered (and nothing else shown to the
 * client), accepted. After that, control mode passes all bytes. View mode follows every message, which the allow-list of
 * encodings makes possible (each one's length can be computed or stands before it), passes them, and drops ServerCutText,
 * so that a viewer never sees what was copied. The length of a pixel depends on the pixel format, so in view mode that must
 * be settled before the first FramebufferUpdateRequest; a later change is malformed. An encoding or message that was not
 * announced is malformed too: a view ends rather than lets through what it does not understand.
 */
#pragma once

#include <gio/gio.h>

#include "base/names.h"

typedef struct RfbFilter RfbFilter;

RfbFilter *rfb_filter_new(ViewMode mode);
void rfb_filter_free(RfbFilter *filter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RfbFilter, rfb_filter_free)

/* Take bytes of one side and append to out what the other side shall get. FALSE with G_IO_ERROR_INVALID_DATA when they are
 * malformed: out may hold a part then, and the view must end. */
gboolean rfb_filter_from_client(RfbFilter *filter, const guint8 *bytes, gsize length,
                                GByteArray *out, GError **error);
gboolean rfb_filter_from_server(RfbFilter *filter, const guint8 *bytes, gsize length,
                                GByteArray *out, GError **error);

/* Whether a key or the pointer has passed since this was last asked. */
gboolean rfb_filter_take_input(RfbFilter *filter);
