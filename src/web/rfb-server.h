/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's half of rfb-filter.h, and what both halves share. */
#pragma once

#include "base/names.h"
#include "rfb-reader.h"

/* Encodings that rfb-filter.h lets a client announce. */
#define RFB_RAW 0
#define RFB_COPY_RECT 1
#define RFB_HEXTILE 5
#define RFB_TIGHT 7
#define RFB_ZRLE 16
#define RFB_QUALITY_LOWEST (-32)
#define RFB_QUALITY_HIGHEST (-23)
#define RFB_DESKTOP_SIZE (-223)
#define RFB_LAST_RECT (-224)
#define RFB_CURSOR (-239)
#define RFB_COMPRESSION_LOWEST (-256)
#define RFB_COMPRESSION_HIGHEST (-247)
#define RFB_QEMU_KEY (-258)
#define RFB_QEMU_LED (-261)
#define RFB_EXTENDED_DESKTOP_SIZE (-308)
#define RFB_FENCE (-312)
#define RFB_CONTINUOUS_UPDATES (-313)
#define RFB_VMWARE_CURSOR 0x574d5664
#define RFB_EXTENDED_CLIPBOARD ((gint32) 0xc0a1e5ce)

#define RFB_VERSION "RFB 003.008\n"
#define RFB_VERSION_BYTES 12
#define RFB_SECURITY_NONE 1
#define RFB_FENCE_PAYLOAD_MAX 64

typedef struct {
    guint pixel;       /* bytes of a pixel */
    guint tight_pixel; /* bytes of a pixel in Tight */
} RfbFormat;

/* Read the 16 bytes of PIXEL_FORMAT; FALSE if no server could mean it. */
gboolean rfb_format_parse(const guint8 *bytes, RfbFormat *ret);

typedef struct {
    RfbReader reader;
    ViewMode mode;
    RfbFormat format;
    /* The client has chosen one: ServerInit's does not count any more. */
    gboolean format_is_clients;
    guint rectangles;    /* still to come in this update */
    guint width, height; /* of the rectangle under way */
} RfbServer;

void rfb_server_init(RfbServer *server, ViewMode mode);
