/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between a WebSocket and an Xvnc, through the filter. Who does not read is not written to: while more than
 * LIMIT_WEB_UNSENT_VIEW bytes wait for the browser, Xvnc is not read; while Xvnc takes no input, the browser is not.
 */
#pragma once

#include "base/names.h"
#include "socket.h"

typedef struct RfbRelay RfbRelay;

typedef enum { RFB_RELAY_CLOSED, RFB_RELAY_STUCK, RFB_RELAY_MALFORMED } RfbRelayEnd;

/* Called once, from the main loop or from inside rfb_relay_from_client(); nothing is relayed after it. error says why it was
 * malformed, else NULL. */
typedef void (*RfbRelayFunc)(RfbRelayEnd end, const GError *error, gpointer data);

/* fd is taken over, socket must outlive the relay. */
RfbRelay *rfb_relay_new(Socket *socket, int fd, ViewMode mode, RfbRelayFunc on_end, gpointer data);
void rfb_relay_free(RfbRelay *relay);

/* The browser's bytes. */
void rfb_relay_from_client(RfbRelay *relay, const guint8 *bytes, gsize length);

/* The socket has drained. */
void rfb_relay_drained(RfbRelay *relay);

/* Whether a key or the pointer has passed since this was last asked. */
gboolean rfb_relay_take_input(RfbRelay *relay);
