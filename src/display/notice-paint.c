/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice-paint.h"

#include <pango/pangocairo.h>

/* All in pixels of an ordinary screen. */
#define WIDTH 640
#define LEAST_WIDTH 160
#define MARGIN 16 /* left of and right of the notice, at least */
#define PADDING 16
#define GAP 8
#define STRIPE 6 /* at the left, in the colour of what it is about */
#define BUTTON_PADDING 14
#define BUTTON_HEIGHT 34
#define BORDER 1.0
#define STRIP_PADDING 4 /* above and below its line */
#define STRIP_TEXT 14
#define LARGE_SCREEN 1700 /* rows and columns from which on everything is twice as large */
#define MESSAGE_LINES 5
#define OTHER_LINES 4 /* of a sentence, a hint or an answer */
#define N_ROWS 4      /* of text, one below the other */

typedef struct {
    double red, green, blue;
} Colour;

static const Colour ink = { 0.09, 0.12, 0.11 };
static const Colour warn = { 0.54, 0.32, 0.0 };
static const Colour warn_soft = { 0.99, 0.94, 0.82 };
static const Colour danger = { 0.66, 0.14, 0.11 };
static const Colour danger_soft = { 0.98, 0.90, 0.89 };
static const Colour info = { 0.15, 0.35, 0.61 };
static const Colour info_soft = { 0.886, 0.929, 0.984 };
static const Colour surface = { 1.0, 1.0, 1.0 };

typedef struct {
    const NoticeText *text;
    guint scale;
    int width, height; /* of the whole, in pixels */
    PangoContext *context;
    PangoLayout *rows[N_ROWS]; /* NULL: there is none */
    PangoLayout *labels[NOTICE_BUTTONS_MAX];
    Rect buttons[NOTICE_BUTTONS_MAX];
} Drawing;

static int
px(const Drawing *drawing, int pixels)
{
    return pixels * (int) drawing->scale;
}

static int
height_of(PangoLayout *layout)
{
    int height;

    pango_layout_get_pixel_size(layout, NULL, &height);
    return height;
}

static PangoLayout *
new_layout(const Drawing *drawing, int size, PangoWeight weight)
{
    PangoLayout *layout = pango_layout_new(drawing->context);
    PangoFontDescription *font = pango_font_description_from_string("sans-serif");

    pango_font_description_set_absolute_size(font, (double) px(drawing, size) * PANGO_SCALE);
    pango_font_description_set_weight(font, weight);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    return layout;
}

/* A paragraph as wide as the notice. */
static PangoLayout *
new_row(const Drawing *drawing, int size, const char *text, int lines)
{
    PangoLayout *layout = new_layout(drawing, size, PANGO_WEIGHT_NORMAL);
    int width = drawing->width - 2 * px(drawing, PADDING) - px(drawing, STRIPE);

    pango_layout_set_width(layout, width * PANGO_SCALE);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    pango_layout_set_height(layout, -lines);
    pango_layout_set_auto_dir(layout, FALSE); /* our sentence, whatever name is in it */
    pango_layout_set_text(layout, text, -1);
    return layout;
}

static void
make_rows(Drawing *drawing)
{
    const NoticeText *text = drawing->text;

    drawing->rows[0] = new_row(drawing, 17, "", OTHER_LINES);
    pango_layout_set_markup(drawing->rows[0], text->sentence, -1);
    if (text->hint != NULL)
        drawing->rows[1] = new_row(drawing, 14, text->hint, OTHER_LINES);
    if (text->message != NULL) {
        g_autofree char *quoted = g_strconcat("“", text->message, "”", NULL);

        drawing->rows[2] = new_row(drawing, 15, quoted, MESSAGE_LINES);
        pango_layout_set_auto_dir(drawing->rows[2], TRUE);
    }
    if (text->answer != NULL)
        drawing->rows[3] = new_row(drawing, 14, text->answer, OTHER_LINES);
}

static int
width_of_button(const Drawing *drawing, guint i)
{
    int width;

    pango_layout_get_pixel_size(drawing->labels[i], &width, NULL);
    return width + 2 * px(drawing, BUTTON_PADDING);
}

static Rect
rect_at(int left, int top, int width, int height)
{
    return (Rect){ (guint) left, (guint) top, (guint) (left + width), (guint) (top + height) };
}

/* Buttons stand beside each other at the end of the line, or if they do not fit, one below the other. Returns the height of all;
 * ret (one Rect a button, NULL: only to know that height) says where they are when they begin at top. */
static int
place_buttons(const Drawing *drawing, int top, Rect *ret)
{
    const int left = px(drawing, PADDING + STRIPE);
    const int right = drawing->width - px(drawing, PADDING);
    const int height = px(drawing, BUTTON_HEIGHT);
    const int first = top;
    int at = right;

    for (guint i = drawing->text->n_buttons; i-- > 0;) {
        int width = MIN(width_of_button(drawing, i), right - left);

        if (at - width < left) {
            at = right;
            top += height + px(drawing, GAP);
        }
        if (ret != NULL)
            ret[i] = rect_at(at - width, top, width, height);
        at -= width + px(drawing, GAP);
    }
    return drawing->text->n_buttons > 0 ? top + height - first : 0;
}

static void
make_labels(Drawing *drawing)
{
    for (guint i = 0; i < drawing->text->n_buttons; i++) {
        drawing->labels[i] = new_layout(drawing, 15, PANGO_WEIGHT_MEDIUM);
        pango_layout_set_text(drawing->labels[i], drawing->text->labels[i], -1);
    }
}

/* The height of it all. */
static int
measure(const Drawing *drawing)
{
    int top = px(drawing, PADDING);

    for (guint i = 0; i < N_ROWS; i++)
        if (drawing->rows[i] != NULL)
            top += height_of(drawing->rows[i]) + px(drawing, GAP);
    if (drawing->text->n_buttons == 0)
        top -= px(drawing, GAP);
    return top + place_buttons(drawing, 0, NULL) + px(drawing, PADDING);
}

/* On a small screen less is said of the message, then of the rest. */
static void
fit(Drawing *drawing, int most)
{
    static const guint shortened[] = { 2, 1, 0, 3 };

    drawing->height = measure(drawing);
    for (gsize i = 0; i < G_N_ELEMENTS(shortened); i++)
        for (int lines = MESSAGE_LINES; lines >= 1 && drawing->height > most; lines--) {
            if (drawing->rows[shortened[i]] != NULL)
                pango_layout_set_height(drawing->rows[shortened[i]], -lines);
            drawing->height = measure(drawing);
        }
    drawing->height = CLAMP(drawing->height, 1, NOTICE_SIDE_MAX);
}

static void
set_colour(cairo_t *cairo, const Colour *colour)
{
    cairo_set_source_rgb(cairo, colour->red, colour->green, colour->blue);
}

static void
draw_button(const Drawing *drawing, cairo_t *cairo, guint i)
{
    const Rect *area = &drawing->buttons[i];
    const double line = BORDER * drawing->scale;
    const double width = area->right - area->left;
    int label_width, label_height;

    pango_layout_set_width(drawing->labels[i],
                           ((int) width - px(drawing, BUTTON_PADDING)) * PANGO_SCALE);
    pango_layout_set_ellipsize(drawing->labels[i], PANGO_ELLIPSIZE_END);
    pango_layout_set_alignment(drawing->labels[i], PANGO_ALIGN_CENTER);
    pango_layout_get_pixel_size(drawing->labels[i], &label_width, &label_height);
    cairo_rectangle(cairo, area->left + line / 2, area->top + line / 2, width - line,
                    area->bottom - area->top - line);
    set_colour(cairo, &surface);
    cairo_fill_preserve(cairo);
    set_colour(cairo, &ink);
    cairo_set_line_width(cairo, line);
    cairo_stroke(cairo);
    cairo_move_to(cairo, area->left + px(drawing, BUTTON_PADDING) / 2.0,
                  area->top + (area->bottom - area->top - label_height) / 2.0);
    pango_cairo_show_layout(cairo, drawing->labels[i]);
}

static void
draw(const Drawing *drawing, cairo_t *cairo)
{
    const Colour *strong = drawing->text->urgent ? &danger : &warn;
    const double line = BORDER * drawing->scale;
    int top = px(drawing, PADDING);

    set_colour(cairo, drawing->text->urgent ? &danger_soft : &warn_soft);
    cairo_paint(cairo);
    set_colour(cairo, strong);
    cairo_rectangle(cairo, 0, 0, px(drawing, STRIPE), drawing->height);
    cairo_fill(cairo);
    cairo_set_line_width(cairo, line);
    cairo_rectangle(cairo, line / 2, line / 2, drawing->width - line, drawing->height - line);
    cairo_stroke(cairo);
    set_colour(cairo, &ink);
    for (guint i = 0; i < N_ROWS; i++) {
        if (drawing->rows[i] == NULL)
            continue;
        cairo_move_to(cairo, px(drawing, PADDING + STRIPE), top);
        pango_cairo_show_layout(cairo, drawing->rows[i]);
        top += height_of(drawing->rows[i]) + px(drawing, GAP);
    }
    for (guint i = 0; i < drawing->text->n_buttons; i++)
        draw_button(drawing, cairo, i);
}

/* As wide as its words. */
static void
lay_strip(Drawing *drawing, int screen_width)
{
    const int around = 2 * px(drawing, PADDING);
    int width;

    drawing->width = screen_width;
    drawing->rows[0] = new_row(drawing, STRIP_TEXT, "", 1);
    pango_layout_set_markup(drawing->rows[0], drawing->text->sentence, -1);
    pango_layout_set_width(drawing->rows[0], -1);
    pango_layout_get_pixel_size(drawing->rows[0], &width, NULL);
    drawing->width = CLAMP(width + around, LEAST_WIDTH, MAX(screen_width, LEAST_WIDTH));
    drawing->width = MIN(drawing->width, NOTICE_SIDE_MAX);
    pango_layout_set_width(drawing->rows[0], (drawing->width - around) * PANGO_SCALE);
    pango_layout_set_alignment(drawing->rows[0], PANGO_ALIGN_CENTER);
    pango_layout_set_ellipsize(drawing->rows[0],
                               PANGO_ELLIPSIZE_MIDDLE); /* names, not what they do */
    drawing->height = height_of(drawing->rows[0]) + 2 * px(drawing, STRIP_PADDING);
}

static void
draw_strip(const Drawing *drawing, cairo_t *cairo)
{
    const double line = BORDER * drawing->scale;

    set_colour(cairo, &info_soft);
    cairo_paint(cairo);
    set_colour(cairo, &info);
    cairo_set_line_width(cairo, line);
    cairo_rectangle(cairo, line / 2, line / 2, drawing->width - line, drawing->height - line);
    cairo_stroke(cairo);
    set_colour(cairo, &ink);
    cairo_move_to(cairo, px(drawing, PADDING), px(drawing, STRIP_PADDING));
    pango_cairo_show_layout(cairo, drawing->rows[0]);
}

static GByteArray *
pack(const Drawing *drawing, cairo_surface_t *surface_drawn)
{
    NoticePicture picture = { .width = (guint) drawing->width,
                              .height = (guint) drawing->height,
                              .at_edge = drawing->text->strip,
                              .n_buttons = drawing->text->n_buttons };
    const guint8 *pixels = cairo_image_surface_get_data(surface_drawn);
    const int stride = cairo_image_surface_get_stride(surface_drawn);
    const guint row = picture.width * 4;
    GByteArray *bytes =
        g_byte_array_sized_new((guint) sizeof picture + row * (guint) drawing->height);

    for (guint i = 0; i < picture.n_buttons; i++)
        picture.buttons[i] = (NoticeButton){ drawing->text->answers[i], drawing->buttons[i] };
    g_byte_array_append(bytes, (const guint8 *) &picture, sizeof picture);
    for (int y = 0; y < drawing->height; y++)
        g_byte_array_append(bytes, pixels + (gssize) y * stride, row);
    return bytes;
}

static void
drawing_clear(Drawing *drawing)
{
    for (guint i = 0; i < N_ROWS; i++)
        g_clear_object(&drawing->rows[i]);
    for (guint i = 0; i < NOTICE_BUTTONS_MAX; i++)
        g_clear_object(&drawing->labels[i]);
    g_clear_object(&drawing->context);
}

static void
lay_notice(Drawing *drawing, int screen_width, int screen_height)
{
    drawing->width = CLAMP(screen_width - 2 * px(drawing, MARGIN), LEAST_WIDTH, px(drawing, WIDTH));
    make_rows(drawing);
    make_labels(drawing);
    fit(drawing, (int) (screen_height * NOTICE_SCREEN_SHARE));
    (void) place_buttons(drawing,
                         drawing->height - px(drawing, PADDING) - place_buttons(drawing, 0, NULL),
                         drawing->buttons);
}

GByteArray *
notice_paint(const NoticeText *text, guint screen_width, guint screen_height)
{
    Drawing drawing = { .text = text,
                        .scale = MIN(screen_width, screen_height) >= LARGE_SCREEN ? 2 : 1 };
    cairo_surface_t *image;
    GByteArray *bytes;
    cairo_t *cairo;

    drawing.context = pango_font_map_create_context(pango_cairo_font_map_get_default());
    if (text->strip)
        lay_strip(&drawing, (int) screen_width);
    else
        lay_notice(&drawing, (int) screen_width, (int) screen_height);
    image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, drawing.width, drawing.height);
    cairo = cairo_create(image);
    (text->strip ? draw_strip : draw)(&drawing, cairo);
    cairo_destroy(cairo);
    cairo_surface_flush(image);
    bytes = pack(&drawing, image);
    cairo_surface_destroy(image);
    drawing_clear(&drawing);
    return bytes;
}
