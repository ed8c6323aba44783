/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lengths are whole numbers: down a column, a row of the screen is `height` long and a row of the picture is `screen_height`
 * long; the same along a row. Rows of the screen that lie wholly in one row of the picture are added up first (nearly all
 * work; one addition a byte), and only their sum is averaged along the row; a row that two rows of the picture share is averaged
 * alone, and given to both by its parts.
 */
#include "average.h"

#include <string.h>

#include "pixel.h"

#define SUMS_MAX 256 /* rows that fit the sums */
#define NO_ROW G_MAXUINT
#define COLOURS                                                                                    \
    GUINT32_FROM_LE(0x00ffffff) /* of a BGRX pixel; what programs leave in its X means nothing */
#define PIXELS_MAX (G_MAXUINT16 / G_MAXUINT8) /* whose sum is one of 16 bits */

typedef guint32 Quad __attribute__((vector_size(16))); /* a sum of pixels: blue, green, red, x */
typedef guint16 Half __attribute__((vector_size(8)));
typedef guint16 Pair __attribute__((vector_size(16))); /* of Halfs */
typedef float Real __attribute__((vector_size(16)));

struct Average {
    guint screen_width, screen_height;
    guint width, height;
    guint32 *pixels; /* width * height */
    Rect to;         /* of the picture: what is being made */
    Rect from;       /* of the screen: what that takes */
    guint row;       /* of the screen: the next one that is needed */
    guint to_row;    /* of the picture: the one that is being made */
    guint n_summed;  /* rows in sums */
    guint line_row;  /* of the screen: the one that line is of; or NO_ROW */
    guint16 *sums;   /* screen_width pixels; from.left is the first */
    Quad *line;      /* width; sums averaged along the row, not divided yet; to.left is the first */
    float *averages; /* width pixels */
    guint32 *finished; /* width pixels: a row of the picture as it is going to be */
    Rect changed;      /* of the picture; empty: nothing */
};

Average *
average_new(guint screen_width, guint screen_height, guint width, guint height)
{
    Average *average;

    g_return_val_if_fail(width > 0 && width <= screen_width && screen_width <= AVERAGE_SCREEN_MAX,
                         NULL);
    g_return_val_if_fail(
        height > 0 && height <= screen_height && screen_height <= AVERAGE_SCREEN_MAX, NULL);
    average = g_new0(Average, 1);
    average->screen_width = screen_width;
    average->screen_height = screen_height;
    average->width = width;
    average->height = height;
    average->pixels = g_new0(guint32, (gsize) width * height);
    average->sums = g_new(guint16, (gsize) screen_width * BGRX_BYTES);
    average->line = g_new(Quad, width);
    average->averages = g_new(float, (gsize) width *BGRX_BYTES);
    average->finished = g_new(guint32, width);
    average->line_row = NO_ROW;
    return average;
}

void
average_free(Average *average)
{
    if (average == NULL)
        return;
    g_free(average->pixels);
    g_free(average->sums);
    g_free(average->line);
    g_free(average->averages);
    g_free(average->finished);
    g_free(average);
}

const guint8 *
average_get_pixels(const Average *average)
{
    return (const guint8 *) average->pixels;
}

/* From first to end of a side of the screen: first to end of the picture's, and back to what all of that takes. */
static void
map_side(guint screen, guint picture, const guint changed[2], guint to[2], guint from[2])
{
    to[0] = changed[0] * picture / screen;
    to[1] = (changed[1] * picture + screen - 1) / screen;
    from[0] = to[0] * screen / picture;
    from[1] = (to[1] * screen + picture - 1) / picture;
}

static void
clear_row(Average *average)
{
    memset(average->averages, 0,
           sizeof *average->averages * (average->to.right - average->to.left) * BGRX_BYTES);
    average->n_summed = 0;
}

void
average_begin(Average *average, const Rect *changed, Rect *need)
{
    const guint columns[2] = { changed->left, MIN(changed->right, average->screen_width) };
    const guint rows[2] = { changed->top, MIN(changed->bottom, average->screen_height) };
    guint to[2], from[2];

    g_return_if_fail(columns[0] < columns[1] && rows[0] < rows[1]);
    map_side(average->screen_width, average->width, columns, to, from);
    average->to.left = to[0], average->to.right = to[1];
    average->from.left = from[0], average->from.right = from[1];
    map_side(average->screen_height, average->height, rows, to, from);
    average->to.top = to[0], average->to.bottom = to[1];
    average->from.top = from[0], average->from.bottom = from[1];
    average->row = average->from.top;
    average->to_row = average->to.top;
    average->line_row = NO_ROW;
    clear_row(average);
    need->left = MIN(need->left, average->from.left);
    need->top = MIN(need->top, average->from.top);
    need->right = MAX(need->right, average->from.right);
    need->bottom = MAX(need->bottom, average->from.bottom);
}

/* The hot loops: plain, so that compilers make vectors of them. */
static void
set_sums(guint16 *restrict sums, const guint8 *restrict row, gsize n)
{
    for (gsize i = 0; i < n; i++)
        sums[i] = row[i];
}

static void
add_one(guint16 *restrict sums, const guint8 *restrict row, gsize n)
{
    for (gsize i = 0; i < n; i++)
        sums[i] = (guint16) (sums[i] + row[i]);
}

static void
add_four(guint16 *restrict sums, const guint8 *restrict row, gsize stride, gsize n)
{
    const guint8 *restrict second = row + stride;
    const guint8 *restrict third = second + stride;
    const guint8 *restrict fourth = third + stride;

    for (gsize i = 0; i < n; i++)
        sums[i] = (guint16) (sums[i] + row[i] + second[i] + third[i] + fourth[i]);
}

static void
add_rows(Average *average, const guint8 *rows, guint stride, guint n_rows)
{
    gsize n = (gsize) (average->from.right - average->from.left) * BGRX_BYTES;
    guint done = 0;

    if (average->n_summed == 0) {
        set_sums(average->sums, rows, n);
        done = 1;
    }
    for (; done + 4 <= n_rows; done += 4)
        add_four(average->sums, rows + (gsize) done * stride, stride, n);
    for (; done < n_rows; done++)
        add_one(average->sums, rows + (gsize) done * stride, n);
    average->n_summed += n_rows;
}

static Quad
sum_at(const guint16 *sums, guint column)
{
    Half half;

    memcpy(&half, sums + (gsize) column * BGRX_BYTES, sizeof half);
    return __builtin_convertvector(half, Quad);
}

/* The columns from first to end; their sum must be one of 16 bits. */
static Quad
sum_columns(const guint16 *sums, guint first, guint end)
{
    Pair pairs = { 0 };
    Half halves[2];

    for (; first + 2 <= end; first += 2) {
        Pair pair;

        memcpy(&pair, sums + (gsize) first * BGRX_BYTES, sizeof pair);
        pairs += pair;
    }
    memcpy(halves, &pairs, sizeof halves);
    halves[0] += halves[1];
    if (first < end) {
        memcpy(&halves[1], sums + (gsize) first * BGRX_BYTES, sizeof halves[1]);
        halves[0] += halves[1];
    }
    return __builtin_convertvector(halves[0], Quad);
}

/* The same of as many as there may be. */
static Quad
sum_all_columns(const guint16 *sums, guint first, guint end)
{
    Quad sum = { 0 };

    for (; first < end; first++)
        sum += sum_at(sums, first);
    return sum;
}

/* Average the sums along the row, into line. */
static void
make_line(Average *average)
{
    const guint whole = average->screen_width / average->width;
    const guint part = average->screen_width % average->width;
    const gboolean few = average->n_summed * (whole + 1) <= PIXELS_MAX;
    guint left = average->to.left * average->screen_width;
    guint over = left % average->width; /* what of the first column is the pixel before's */
    guint column = left / average->width - average->from.left;

    for (guint i = 0; i < average->to.right - average->to.left; i++) {
        Quad line = { 0 };
        guint first = column, end = column + whole;

        if (over > 0)
            line = sum_at(average->sums, first++) * (average->width - over);
        over += part;
        if (over >= average->width) {
            over -= average->width;
            end++;
        }
        line += (few ? sum_columns(average->sums, first, end)
                     : sum_all_columns(average->sums, first, end)) *
                average->width;
        if (over > 0)
            line += sum_at(average->sums, end) * over;
        average->line[i] = line;
        column = end;
    }
}

/* Add the line to the averages; length is how much of a row each of the rows in it counts. */
static void
add_line(Average *average, guint length)
{
    const float weight =
        (float) length / ((float) average->screen_width * (float) average->screen_height);

    for (guint i = 0; i < average->to.right - average->to.left; i++) {
        /* To signed numbers first, as processors do that at once; lines are below 2^31. */
        typedef gint32 Signed __attribute__((vector_size(16)));
        Real *at = (Real *) (void *) (average->averages + (gsize) i * BGRX_BYTES);

        *at += __builtin_convertvector((Signed) average->line[i], Real) * weight;
    }
}

/* Whole rows of the picture's row that have been added up so far. */
static void
flush_sums(Average *average)
{
    if (average->n_summed == 0)
        return;
    make_line(average);
    average->line_row = NO_ROW;
    average->n_summed = 0;
    add_line(average, average->height);
}

/* A row of the picture, from to.left on, is finished. Only what is another pixel than before counts as changed: much that is drawn
 * again is what was there. */
static void
put_row(Average *average, guint row)
{
    const guint n = average->to.right - average->to.left;
    guint32 *to = average->pixels + (gsize) row * average->width + average->to.left;
    guint32 *finished = average->finished;
    guint first = 0, end = n;
    Rect here;

    for (guint i = 0; i < n; i++)
        finished[i] &= COLOURS;
    if (memcmp(to, finished, n * sizeof *to) == 0)
        return;
    while (to[first] == finished[first])
        first++;
    while (to[end - 1] == finished[end - 1])
        end--;
    memcpy(to + first, finished + first, (end - first) * sizeof *to);
    here = (Rect){ average->to.left + first, row, average->to.left + end, row + 1 };
    rect_grow(&average->changed, &here);
}

gboolean
average_take_changed(Average *average, Rect *ret)
{
    if (rect_is_empty(&average->changed))
        return FALSE;
    *ret = average->changed;
    average->changed = (Rect){ 0 };
    return TRUE;
}

static void
finish_row(Average *average)
{
    const gsize n = (gsize) (average->to.right - average->to.left) * BGRX_BYTES;
    guint8 *restrict finished = (guint8 *) average->finished;
    const float *restrict averages = average->averages;

    flush_sums(average);
    for (gsize i = 0; i < n; i++)
        finished[i] = (guint8) (int) (averages[i] + 0.5F);
    put_row(average, average->to_row);
    average->to_row++;
    clear_row(average);
}

/* length of the one row at rows, which is not whole, is part of the picture's row. */
static void
add_part(Average *average, const guint8 *row, guint length)
{
    flush_sums(average);
    if (average->line_row != average->row) {
        add_rows(average, row, 0, 1);
        make_line(average);
        average->n_summed = 0;
        average->line_row = average->row;
    }
    add_line(average, length);
}

/* Use up the rows at rows (at most n_rows) that are whole in the picture's row, or a part of one. Returns the rows that
 * nothing more is wanted of. */
static guint
take_rows(Average *average, const guint8 *rows, guint stride, guint n_rows)
{
    const guint end = (average->to_row + 1) * average->screen_height;
    const guint row_begin = average->row * average->height;
    const guint row_end = row_begin + average->height;
    guint begin = MAX(row_begin, average->to_row * average->screen_height);
    guint n = 1;

    if (begin > row_begin || row_end > end) {
        add_part(average, rows, MIN(row_end, end) - begin);
    } else {
        n = MIN(MIN(n_rows, end / average->height - average->row), SUMS_MAX);
        if (average->n_summed + n > SUMS_MAX)
            flush_sums(average);
        add_rows(average, rows, stride, n);
    }
    if (row_begin + n * average->height >= end)
        finish_row(average);
    return row_end > end && average->to_row < average->to.bottom ? 0 : n;
}

static void
copy_rows(Average *average, const guint8 *rows, guint stride, guint n_rows)
{
    const gsize n = (gsize) (average->from.right - average->from.left) * BGRX_BYTES;

    for (guint i = 0; i < n_rows; i++) {
        memcpy(average->finished, rows + (gsize) i * stride, n);
        put_row(average, average->row + i);
    }
}

void
average_give(Average *average, const Rect *given, const guint8 *pixels, guint stride)
{
    const gboolean same =
        average->width == average->screen_width && average->height == average->screen_height;

    while (average->row >= given->top && average->row < MIN(given->bottom, average->from.bottom)) {
        guint n_rows = MIN(given->bottom, average->from.bottom) - average->row;
        const guint8 *rows = pixels + (gsize) (average->row - given->top) * stride +
                             (gsize) (average->from.left - given->left) * BGRX_BYTES;

        if (same)
            copy_rows(average, rows, stride, n_rows);
        else
            n_rows = take_rows(average, rows, stride, n_rows);
        average->row += n_rows;
    }
}
