/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A step of s for every frequency changes a pixel by s * s / 12 in the mean square, but never by more than there is: the variance v
 * of its block. To SSIM a block of variance v with an error e is similar by about 1 - e / (2 * v + C2).
 */
#include "similarity.h"

#include <libyuv/convert_from_argb.h>

#include "pixel.h"

#define BLOCK 8
#define C2 58.5F        /* (0.03 * 255) squared: SSIM's own */
#define LOSS_MAX 0.021F /* the rest to 0.03 is what windows that lie across blocks take */

/* The sums of a block at luma: of its values, and of their squares. */
static void
sum_block(const guint8 *luma, guint stride, guint32 *ret_sum, guint32 *ret_squares)
{
    guint32 sum = 0, squares = 0;

    for (guint y = 0; y < BLOCK; y++)
        for (guint x = 0; x < BLOCK; x++) {
            guint32 value = luma[y * stride + x];

            sum += value;
            squares += value * value;
        }
    *ret_sum = sum;
    *ret_squares = squares;
}

static float *
find_variances(const guint8 *pixels, guint stride, guint width, guint height, guint *ret_n)
{
    const guint columns = width / BLOCK, rows = height / BLOCK;
    float *variances = g_new(float, (gsize) columns *rows);
    g_autofree guint8 *luma = g_malloc((gsize) columns * BLOCK * BLOCK);
    guint n = 0;

    for (guint row = 0; row < rows; row++) {
        (void) ARGBToJ400(pixels + (gsize) row * BLOCK * stride, (int) stride, luma,
                          (int) (columns * BLOCK), (int) (columns * BLOCK), BLOCK);
        for (guint column = 0; column < columns; column++) {
            guint32 sum, squares;

            sum_block(luma + (gsize) column * BLOCK, columns * BLOCK, &sum, &squares);
            /* 64 values of at most 255: all of this fits, and is no less than 0. */
            variances[n++] =
                (float) (squares * BLOCK * BLOCK - sum * sum) / (BLOCK * BLOCK * BLOCK * BLOCK);
        }
    }
    *ret_n = n;
    return variances;
}

static float
expect_loss(const float *variances, guint n, guint step)
{
    const float error = (float) (step * step) / 12;
    float sum = 0;

    for (guint i = 0; i < n; i++)
        sum += MIN(error, variances[i]) / (2 * variances[i] + C2);
    return sum / (float) n;
}

guint
similarity_find_step(const guint8 *pixels, guint stride, guint width, guint height, guint finest)
{
    guint n;
    g_autofree float *variances = find_variances(pixels, stride, width, height, &n);
    guint good = finest, bad = SIMILARITY_COARSEST + 1;

    while (n > 0 && bad - good > 1) {
        guint step = (good + bad) / 2;

        if (expect_loss(variances, n, step) <= LOSS_MAX)
            good = step;
        else
            bad = step;
    }
    return good;
}
