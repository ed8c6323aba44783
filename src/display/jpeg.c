/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Screens made small are text above all, which is as strong in high frequencies as in low ones: equal steps keep the most of it for
 * its bytes, and the codes of the standard, made for photographs, cost a seventh more than these. Codes made for each picture
 * would be no shorter by much, and cost twice the time.
 */
#include "jpeg.h"

#include <stdio.h> /* jpeglib.h wants it */
#include <string.h>

#include <jpeglib.h>

#include "pixel.h"

#define DC_STEP 8 /* at most: soft shades show their mean's steps */
#define HEADERS 2048

/* How many codes have each length, and whose they are: optimal for terminals, text and photographs, made small, in equal shares; any
 * other symbol has one of 16 bits. */
static const JHUFF_TBL dc_codes = {
    .bits = { 0, 0, 2, 3, 1, 1, 1, 1, 0, 3, 0, 0, 0, 0, 0, 0, 0 },
    .huffval = { 0x00, 0x03, 0x01, 0x02, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b },
};
static const JHUFF_TBL ac_codes = {
    .bits = { 0, 0, 2, 1, 4, 1, 2, 4, 4, 3, 5, 5, 1, 1, 2, 0, 127 },
    .huffval = {
        0x01, 0x02, 0x11, 0x00, 0x03, 0x12, 0x21, 0x31, 0x22, 0x41, 0x04, 0x13, 0x32, 0x51, 0x23, 0x42,
        0x61, 0x71, 0x05, 0x52, 0x81, 0x14, 0x33, 0x62, 0x91, 0xa1, 0x43, 0x72, 0x82, 0xb1, 0xd1, 0x24,
        0x53, 0x63, 0x92, 0xc1, 0x06, 0x15, 0xa2, 0xe1, 0xf0, 0x34, 0x44, 0x54, 0x93, 0xd2, 0xf1, 0x16,
        0x73, 0x83, 0x94, 0xb2, 0xc2, 0xd3, 0xa3, 0x35, 0x74, 0xe2, 0x25, 0x07, 0x08, 0x09, 0x0a, 0x17,
        0x18, 0x19, 0x1a, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x45, 0x46, 0x47,
        0x48, 0x49, 0x4a, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a,
        0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x95, 0x96, 0x97,
        0x98, 0x99, 0x9a, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8,
        0xb9, 0xba, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9,
        0xda, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8,
        0xf9, 0xfa,    },
};

typedef struct {
    struct jpeg_destination_mgr base;
    guint8 *to;
    gsize size;
    gboolean overflowed;
} Target;

static void
on_begin(j_compress_ptr jpeg)
{
    Target *target = (Target *) jpeg->dest;

    target->base.next_output_byte = target->to;
    target->base.free_in_buffer = target->size;
}

/* What does not fit is written over what is there: nobody will look at it. */
static boolean
on_full(j_compress_ptr jpeg)
{
    ((Target *) jpeg->dest)->overflowed = TRUE;
    on_begin(jpeg);
    return TRUE;
}

static void
on_end(j_compress_ptr jpeg)
{
    (void) jpeg;
}

/* No memory, or an error of ours. */
static void
on_error(j_common_ptr jpeg)
{
    char words[JMSG_LENGTH_MAX];

    jpeg->err->format_message(jpeg, words);
    g_error("cannot encode a picture: %s", words);
}

static void
set_steps(j_compress_ptr jpeg, guint step)
{
    guint steps[DCTSIZE2];

    for (guint i = 0; i < DCTSIZE2; i++)
        steps[i] = i == 0 ? MIN(step, DC_STEP) : step;
    for (int table = 0; table < 2; table++)
        jpeg_add_quant_table(jpeg, table, steps, 100, step <= G_MAXUINT8);
}

static void
set_up(j_compress_ptr jpeg, guint width, guint height, guint step)
{
    jpeg->image_width = width;
    jpeg->image_height = height;
    jpeg->input_components = BGRX_BYTES;
    jpeg->in_color_space = JCS_EXT_BGRX;
    jpeg_set_defaults(jpeg); /* 4:2:0 */
    set_steps(jpeg, step);
    *jpeg->dc_huff_tbl_ptrs[0] = dc_codes;
    *jpeg->ac_huff_tbl_ptrs[0] = ac_codes;
}

static void
write_rows(j_compress_ptr jpeg, const guint8 *pixels, guint stride)
{
    jpeg_start_compress(jpeg, TRUE);
    while (jpeg->next_scanline < jpeg->image_height) {
        /* It does not write there. */
        JSAMPROW row = (guint8 *) pixels + (gsize) jpeg->next_scanline * stride;

        (void) jpeg_write_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_compress(jpeg);
}

gsize
jpeg_bound(guint width, guint height)
{
    guint64 padded = ((guint64) width + JPEG_UNIT - 1) / JPEG_UNIT * JPEG_UNIT *
                     (((guint64) height + JPEG_UNIT - 1) / JPEG_UNIT * JPEG_UNIT);

    return padded * 3 + HEADERS > G_MAXINT ? 0 : padded * 3 + HEADERS;
}

gsize
jpeg_encode(const guint8 *pixels, guint stride, guint width, guint height, guint step, guint8 *to,
            gsize size)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    Target target = { .base = { .init_destination = on_begin,
                                .empty_output_buffer = on_full,
                                .term_destination = on_end },
                      .to = to,
                      .size = size };

    g_return_val_if_fail(step >= 1 && step <= JPEG_STEP_MAX && size > 0, 0);
    jpeg.err = jpeg_std_error(&errors);
    errors.error_exit = on_error;
    jpeg_create_compress(&jpeg);
    jpeg.dest = &target.base;
    set_up(&jpeg, width, height, step);
    write_rows(&jpeg, pixels, stride);
    jpeg_destroy_compress(&jpeg);
    return target.overflowed ? 0 : size - target.base.free_in_buffer;
}
