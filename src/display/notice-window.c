/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice-window.h"

#include <stdlib.h>
#include <string.h>
#include <xcb/randr.h>
#include <xcb/shape.h>

#include "average.h"
#include "x-screen.h"

#define CHUNK_BYTES (60 * 1024) /* of pixels in one request: any X server takes so much */
#define TOP_SHARE 14            /* so many times the space above it is as high as the monitor */
#define DEAF_US (500 * 1000)
#define FIGHT_US G_USEC_PER_SEC /* covered so soon after it was raised, it waits that long */
#define CLASS "manyseat-notice\0Manyseat"
#define WM_HINTS_WORDS 9
#define WM_HINTS_INPUT 1U /* the flag: the second word says whether keys are wanted */

enum { ATOM_TYPE, ATOM_NOTIFICATION, ATOM_OPACITY, N_ATOMS };

static const char *const atom_names[N_ATOMS] = {
    [ATOM_TYPE] = "_NET_WM_WINDOW_TYPE",
    [ATOM_NOTIFICATION] = "_NET_WM_WINDOW_TYPE_NOTIFICATION",
    [ATOM_OPACITY] = "_NET_WM_WINDOW_OPACITY",
};

typedef struct {
    xcb_window_t id; /* 0: there is none, or not any more */
    int x, y;        /* of the monitor */
    guint width, height;
} Pane;

struct NoticeWindow {
    XScreen screen;
    xcb_connection_t *x; /* the screen's */
    xcb_window_t root;
    xcb_atom_t atoms[N_ATOMS];
    guint8 randr_event; /* 0: without RandR */
    gboolean has_shape;
    guint8 shape_event;
    gboolean reshaped; /* somebody gave a window of ours a shape */
    Pane panes[NOTICE_MONITORS_MAX];
    guint n_panes;
    NoticePicture picture;
    guint8 *pixels; /* the picture's, BGRX; NULL: nothing to show yet */
    guint8 *packed; /* CHUNK_BYTES in the screen's format */
    xcb_pixmap_t pixmap;
    xcb_gcontext_t gc;
    int armed;        /* the NoticeAnswer whose button is held down; -1: none */
    gint64 deaf_to;   /* until then buttons are not: whoever clicked meant what was there before */
    gboolean covered; /* since it was raised */
    gint64 raised;    /* when, monotonic */
    gboolean broken;  /* a window or the pixmap was taken away without a word */
};

static gboolean
find_extensions(NoticeWindow *window)
{
    const xcb_query_extension_reply_t *randr = xcb_get_extension_data(window->x, &xcb_randr_id);
    const xcb_query_extension_reply_t *shape = xcb_get_extension_data(window->x, &xcb_shape_id);
    xcb_randr_query_version_cookie_t asked;
    autoreply xcb_randr_query_version_reply_t *version = NULL;

    window->has_shape = shape != NULL && shape->present;
    if (window->has_shape)
        window->shape_event = shape->first_event + XCB_SHAPE_NOTIFY;
    if (randr == NULL || !randr->present)
        return !xcb_connection_has_error(window->x);
    asked = xcb_randr_query_version(window->x, 1, 5);
    version = xcb_randr_query_version_reply(window->x, asked, NULL);
    /* Monitors are of 1.5; before, the screen counts as one. */
    if (version != NULL && (version->major_version > 1 || version->minor_version >= 5))
        window->randr_event = randr->first_event + XCB_RANDR_SCREEN_CHANGE_NOTIFY;
    return !xcb_connection_has_error(window->x);
}

static gboolean
find_atoms(NoticeWindow *window)
{
    xcb_intern_atom_cookie_t asked[N_ATOMS];

    for (guint i = 0; i < N_ATOMS; i++)
        asked[i] = xcb_intern_atom(window->x, 0, (guint16) strlen(atom_names[i]), atom_names[i]);
    for (guint i = 0; i < N_ATOMS; i++) {
        autoreply xcb_intern_atom_reply_t *reply = xcb_intern_atom_reply(window->x, asked[i], NULL);

        window->atoms[i] = reply != NULL ? reply->atom : XCB_ATOM_NONE;
    }
    return !xcb_connection_has_error(window->x);
}

static void
add_pane(NoticeWindow *window, int x, int y, guint width, guint height)
{
    if (window->n_panes < NOTICE_MONITORS_MAX && width > 0 && height > 0 &&
        width <= AVERAGE_SCREEN_MAX && height <= AVERAGE_SCREEN_MAX)
        window->panes[window->n_panes++] =
            (Pane){ .x = x, .y = y, .width = width, .height = height };
}

static void
find_monitors(NoticeWindow *window)
{
    xcb_randr_get_monitors_cookie_t asked;
    autoreply xcb_randr_get_monitors_reply_t *monitors = NULL;

    if (window->randr_event == 0)
        return;
    asked = xcb_randr_get_monitors(window->x, window->root, 1);
    monitors = xcb_randr_get_monitors_reply(window->x, asked, NULL);
    if (monitors == NULL)
        return;
    for (xcb_randr_monitor_info_iterator_t at = xcb_randr_get_monitors_monitors_iterator(monitors);
         at.rem > 0; xcb_randr_monitor_info_next(&at))
        add_pane(window, at.data->x, at.data->y, at.data->width, at.data->height);
}

static void
find_whole_screen(NoticeWindow *window)
{
    xcb_get_geometry_cookie_t asked = xcb_get_geometry(window->x, window->root);
    autoreply xcb_get_geometry_reply_t *geometry = xcb_get_geometry_reply(window->x, asked, NULL);

    if (geometry != NULL)
        add_pane(window, 0, 0, geometry->width, geometry->height);
}

static void
destroy_panes(NoticeWindow *window)
{
    for (guint i = 0; i < window->n_panes; i++)
        if (window->panes[i].id != 0)
            (void) xcb_destroy_window(window->x, window->panes[i].id);
    for (guint i = 0; i < window->n_panes; i++)
        window->panes[i].id = 0;
}

gboolean
notice_window_resize(NoticeWindow *window, GError **error)
{
    destroy_panes(window);
    window->n_panes = 0;
    find_monitors(window);
    if (window->n_panes == 0)
        find_whole_screen(window);
    return window->n_panes > 0 ||
           x_screen_set_failed(&window->screen, error, "its size is out of range");
}

/* Whatever is put above us is told to the root window. */
static void
watch_root(NoticeWindow *window)
{
    const guint32 events = XCB_EVENT_MASK_STRUCTURE_NOTIFY | XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY;

    (void) xcb_change_window_attributes(window->x, window->root, XCB_CW_EVENT_MASK, &events);
    if (window->randr_event != 0)
        (void) xcb_randr_select_input(window->x, window->root, XCB_RANDR_NOTIFY_MASK_SCREEN_CHANGE);
}

NoticeWindow *
notice_window_open(int x, int cookie, const char *display, GError **error)
{
    g_autoptr(NoticeWindow) window = g_new0(NoticeWindow, 1);

    if (!x_screen_open(&window->screen, x, cookie, display, error))
        return NULL;
    window->x = window->screen.x;
    window->root = window->screen.screen->root;
    window->packed = g_malloc(CHUNK_BYTES);
    window->armed = -1;
    if (!find_extensions(window) || !find_atoms(window)) {
        (void) x_screen_set_ended(error);
        return NULL;
    }
    watch_root(window);
    return notice_window_resize(window, error) ? g_steal_pointer(&window) : NULL;
}

void
notice_window_free(NoticeWindow *window)
{
    if (window == NULL)
        return;
    x_screen_clear(&window->screen);
    g_free(window->pixels);
    g_free(window->packed);
    g_free(window);
}

int
notice_window_get_fd(const NoticeWindow *window)
{
    return xcb_get_file_descriptor(window->x);
}

void
notice_window_get_size(const NoticeWindow *window, guint *ret_width, guint *ret_height)
{
    *ret_width = *ret_height = AVERAGE_SCREEN_MAX;
    for (guint i = 0; i < window->n_panes; i++) {
        *ret_width = MIN(*ret_width, window->panes[i].width);
        *ret_height = MIN(*ret_height, window->panes[i].height);
    }
}

static gboolean
is_within(const Rect *area, const NoticePicture *picture)
{
    return area->left <= area->right && area->right <= picture->width &&
           area->top <= area->bottom && area->bottom <= picture->height;
}

/* The picture's head, checked: our parent and its painter are believed nothing here either. */
static gboolean
read_picture(const void *memory, gsize length, NoticePicture *ret)
{
    if (length < sizeof *ret)
        return FALSE;
    memcpy(ret, memory, sizeof *ret);
    if (ret->width == 0 || ret->height == 0 || ret->width > NOTICE_SIDE_MAX ||
        ret->height > NOTICE_SIDE_MAX || ret->n_buttons > NOTICE_BUTTONS_MAX ||
        length != sizeof *ret + (gsize) ret->width * ret->height * BGRX_BYTES)
        return FALSE;
    for (guint i = 0; i < ret->n_buttons; i++)
        if (ret->buttons[i].answer >= N_NOTICE_ANSWERS || !is_within(&ret->buttons[i].area, ret))
            return FALSE;
    return TRUE;
}

/* The pixmap that windows are drawn from, of the picture's size. */
static void
make_pixmap(NoticeWindow *window)
{
    static const guint32 no_exposures;

    if (window->pixmap != 0) {
        (void) xcb_free_gc(window->x, window->gc);
        (void) xcb_free_pixmap(window->x, window->pixmap);
    }
    window->pixmap = xcb_generate_id(window->x);
    window->gc = xcb_generate_id(window->x);
    (void) xcb_create_pixmap(window->x, window->screen.screen->root_depth, window->pixmap,
                             window->root, (guint16) window->picture.width,
                             (guint16) window->picture.height);
    (void) xcb_create_gc(window->x, window->gc, window->pixmap, XCB_GC_GRAPHICS_EXPOSURES,
                         &no_exposures);
}

/* Send an area of the picture. */
static void
upload(NoticeWindow *window, const Rect *area)
{
    const guint width = area->right - area->left;
    const guint stride = x_screen_get_stride(&window->screen, width);
    const guint row = window->picture.width * BGRX_BYTES;
    const guint most = MAX(CHUNK_BYTES / stride, 1);

    for (guint top = area->top, n = 0; top < area->bottom; top += n) {
        n = MIN(most, area->bottom - top);
        pixel_format_from_bgrx(window->screen.format,
                               window->pixels + (gsize) top * row + area->left * BGRX_BYTES, row,
                               width, n, window->packed, stride);
        (void) xcb_put_image(window->x, XCB_IMAGE_FORMAT_Z_PIXMAP, window->pixmap, window->gc,
                             (guint16) width, (guint16) n, (gint16) area->left, (gint16) top, 0,
                             window->screen.screen->root_depth, n * stride, window->packed);
    }
}

/* The area in which two pictures of one size differ; FALSE: nowhere. */
static gboolean
find_difference(const NoticePicture *size, const guint8 *old, const guint8 *new, Rect *ret)
{
    const gsize row = (gsize) size->width * BGRX_BYTES;
    Rect area = { size->width, size->height, 0, 0 };

    for (guint y = 0; y < size->height; y++) {
        const guint32 *before = (const guint32 *) (const void *) (old + y * row);
        const guint32 *now = (const guint32 *) (const void *) (new + y *row);
        guint left = 0, right = size->width;

        if (memcmp(before, now, row) == 0)
            continue;
        while (before[left] == now[left])
            left++;
        while (before[right - 1] == now[right - 1])
            right--;
        area = (Rect){ MIN(area.left, left), MIN(area.top, y), MAX(area.right, right), y + 1 };
    }
    *ret = area;
    return area.bottom > 0;
}

gboolean
notice_window_show(NoticeWindow *window, const void *memory, gsize length)
{
    g_autofree guint8 *old = NULL;
    NoticePicture picture;
    Rect area;

    if (!read_picture(memory, length, &picture))
        return FALSE;
    old = g_steal_pointer(&window->pixels);
    window->pixels = g_memdup2((const guint8 *) memory + sizeof picture, length - sizeof picture);
    area = (Rect){ 0, 0, picture.width, picture.height };
    if (old == NULL || picture.width != window->picture.width ||
        picture.height != window->picture.height) {
        window->deaf_to = g_get_monotonic_time() + DEAF_US;
        window->picture = picture;
        make_pixmap(window);
        upload(window, &area);
    } else {
        window->picture = picture;
        if (find_difference(&picture, old, window->pixels, &area))
            upload(window, &area);
    }
    (void) notice_window_assert(window);
    return TRUE;
}

static void
set_properties(NoticeWindow *window, xcb_window_t id)
{
    const guint32 hints[WM_HINTS_WORDS] = { WM_HINTS_INPUT, FALSE };

    (void) xcb_change_property(window->x, XCB_PROP_MODE_REPLACE, id, XCB_ATOM_WM_HINTS,
                               XCB_ATOM_WM_HINTS, 32, WM_HINTS_WORDS, hints);
    (void) xcb_change_property(window->x, XCB_PROP_MODE_REPLACE, id, XCB_ATOM_WM_CLASS,
                               XCB_ATOM_STRING, 8, sizeof CLASS, CLASS);
    (void) xcb_change_property(window->x, XCB_PROP_MODE_REPLACE, id, window->atoms[ATOM_TYPE],
                               XCB_ATOM_ATOM, 32, 1, &window->atoms[ATOM_NOTIFICATION]);
}

static void
create(NoticeWindow *window, Pane *pane)
{
    const xcb_screen_t *screen = window->screen.screen;
    const guint32 events = XCB_EVENT_MASK_EXPOSURE | XCB_EVENT_MASK_BUTTON_PRESS |
                           XCB_EVENT_MASK_BUTTON_RELEASE | XCB_EVENT_MASK_VISIBILITY_CHANGE |
                           XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY;
    /* In the order of the mask's bits; without a background nothing flashes. */
    const guint32 values[] = { XCB_BACK_PIXMAP_NONE, TRUE, events };

    pane->id = xcb_generate_id(window->x);
    (void) xcb_create_window(window->x, XCB_COPY_FROM_PARENT, pane->id, window->root, 0, 0, 1, 1, 0,
                             XCB_WINDOW_CLASS_INPUT_OUTPUT, screen->root_visual,
                             XCB_CW_BACK_PIXMAP | XCB_CW_OVERRIDE_REDIRECT | XCB_CW_EVENT_MASK,
                             values);
    set_properties(window, pane->id);
    if (window->has_shape)
        (void) xcb_shape_select_input(window->x, pane->id, TRUE);
}

/* Whatever shape somebody gave it. */
static void
clear_shape(NoticeWindow *window, xcb_window_t id)
{
    static const xcb_shape_sk_t kinds[] = { XCB_SHAPE_SK_BOUNDING, XCB_SHAPE_SK_CLIP,
                                            XCB_SHAPE_SK_INPUT };

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        (void) xcb_shape_mask(window->x, XCB_SHAPE_SO_SET, kinds[i], id, 0, 0, XCB_PIXMAP_NONE);
}

/* Onto whatever is on top there: a locker that answers each raise with its own, or that stands in Composite's overlay window, where
 * no raise reaches. Where we are on top, that is our own window. */
static void
paint_over(NoticeWindow *window, int left, int top)
{
    static const guint32 inferiors = XCB_SUBWINDOW_MODE_INCLUDE_INFERIORS;
    static const guint32 own = XCB_SUBWINDOW_MODE_CLIP_BY_CHILDREN;

    (void) xcb_change_gc(window->x, window->gc, XCB_GC_SUBWINDOW_MODE, &inferiors);
    (void) xcb_copy_area(window->x, window->pixmap, window->root, window->gc, 0, 0, (gint16) left,
                         (gint16) top, (guint16) window->picture.width,
                         (guint16) window->picture.height);
    (void) xcb_change_gc(window->x, window->gc, XCB_GC_SUBWINDOW_MODE, &own);
}

static void
assert_pane(NoticeWindow *window, Pane *pane, gboolean may_raise)
{
    const NoticePicture *picture = &window->picture;
    const int left = pane->x + ((int) pane->width - (int) picture->width) / 2;
    const int top = pane->y + (picture->at_edge ? 0 : (int) pane->height / TOP_SHARE);
    const guint32 values[] = {
        (guint32) left, (guint32) top, picture->width, picture->height, 0, XCB_STACK_MODE_ABOVE
    };

    if (pane->id == 0)
        create(window, pane);
    if (window->reshaped)
        clear_shape(window, pane->id);
    (void) xcb_delete_property(window->x, pane->id, window->atoms[ATOM_OPACITY]);
    (void) xcb_destroy_subwindows(window->x, pane->id); /* that somebody put into ours */
    (void) xcb_configure_window(window->x, pane->id,
                                XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y |
                                    XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT |
                                    XCB_CONFIG_WINDOW_BORDER_WIDTH |
                                    (may_raise ? XCB_CONFIG_WINDOW_STACK_MODE : 0),
                                values);
    (void) xcb_map_window(window->x, pane->id);
    (void) xcb_copy_area(window->x, window->pixmap, pane->id, window->gc, 0, 0, 0, 0,
                         (guint16) picture->width, (guint16) picture->height);
    paint_over(window, left, top);
}

/* Start again with windows and pixmap: one of them is not ours any more. */
static void
mend(NoticeWindow *window)
{
    const Rect whole = { 0, 0, window->picture.width, window->picture.height };

    window->broken = FALSE;
    destroy_panes(window);
    make_pixmap(window);
    upload(window, &whole);
}

gboolean
notice_window_assert(NoticeWindow *window)
{
    gint64 now = g_get_monotonic_time();
    gboolean may_raise = !window->covered || now - window->raised >= FIGHT_US;

    if (window->pixels == NULL)
        return TRUE;
    if (window->broken)
        mend(window);
    for (guint i = 0; i < window->n_panes; i++)
        assert_pane(window, &window->panes[i], may_raise);
    if (may_raise) {
        window->covered = FALSE;
        window->raised = now;
    }
    window->reshaped = FALSE;
    (void) xcb_flush(window->x);
    return may_raise;
}

static Pane *
find_pane(NoticeWindow *window, xcb_window_t id)
{
    for (guint i = 0; id != 0 && i < window->n_panes; i++)
        if (window->panes[i].id == id)
            return &window->panes[i];
    return NULL;
}

static int
find_button(const NoticeWindow *window, int x, int y)
{
    for (guint i = 0; i < window->picture.n_buttons; i++) {
        const Rect *area = &window->picture.buttons[i].area;

        if (x >= (int) area->left && x < (int) area->right && y >= (int) area->top &&
            y < (int) area->bottom)
            return (int) window->picture.buttons[i].answer;
    }
    return -1;
}

/* Pressed and released on the same one. What another program made up does not count. */
static void
take_button(NoticeWindow *window, const xcb_button_press_event_t *event, NoticeEvents *ret)
{
    gboolean made_up = (event->response_type & 0x80) != 0;
    gboolean released = (event->response_type & 0x7f) == XCB_BUTTON_RELEASE;
    int button = -1;

    if (made_up || event->detail != XCB_BUTTON_INDEX_1)
        return;
    if (find_pane(window, event->event) != NULL && g_get_monotonic_time() >= window->deaf_to)
        button = find_button(window, event->event_x, event->event_y);
    if (released && button == window->armed)
        ret->pressed = button;
    window->armed = released ? -1 : button;
}

/* Ours is put right again, and so is our place above a window of somebody else's that came or moved. Of our own acts nothing
 * follows, or we would follow ourselves. */
static void
take_structure(NoticeWindow *window, const xcb_generic_event_t *event, NoticeEvents *ret)
{
    /* In all of these the window follows the one that is told of it. */
    const xcb_map_notify_event_t *told = (const xcb_map_notify_event_t *) event;
    Pane *pane = find_pane(window, told->window);

    switch (event->response_type & 0x7f) {
    case XCB_DESTROY_NOTIFY:
        if (pane != NULL)
            pane->id = 0;
        ret->disturbed = ret->disturbed || pane != NULL;
        break;
    case XCB_REPARENT_NOTIFY:
        window->broken = window->broken || pane != NULL;
        ret->disturbed = TRUE;
        break;
    case XCB_CONFIGURE_NOTIFY:
        ret->resized = ret->resized || told->window == window->root;
        ret->disturbed = TRUE;
        break;
    case XCB_UNMAP_NOTIFY:
        ret->disturbed = ret->disturbed || pane != NULL;
        break;
    case XCB_MAP_NOTIFY:
        ret->disturbed = ret->disturbed || pane == NULL;
        break;
    default: /* put on top, or at the bottom */
        ret->disturbed = TRUE;
        break;
    }
}

static void
take_error(NoticeWindow *window, const xcb_generic_error_t *error, NoticeEvents *ret)
{
    if (error->error_code == XCB_WINDOW || error->error_code == XCB_PIXMAP ||
        error->error_code == XCB_DRAWABLE || error->error_code == XCB_G_CONTEXT)
        window->broken = ret->disturbed = TRUE;
}

static void
take_event(NoticeWindow *window, const xcb_generic_event_t *event, NoticeEvents *ret)
{
    guint8 type = event->response_type & 0x7f;
    xcb_window_t parent;
    gboolean covered;

    if (window->has_shape && type == window->shape_event) {
        window->reshaped = window->reshaped || ((const xcb_shape_notify_event_t *) event)->shaped;
        ret->disturbed = ret->disturbed || window->reshaped;
        return;
    }
    if (window->randr_event != 0 && type == window->randr_event) {
        ret->resized = TRUE;
        return;
    }
    switch (type) {
    case 0:
        take_error(window, (const xcb_generic_error_t *) event, ret);
        break;
    case XCB_BUTTON_PRESS:
    case XCB_BUTTON_RELEASE:
        take_button(window, (const xcb_button_press_event_t *) event, ret);
        break;
    case XCB_EXPOSE:
        ret->disturbed = TRUE;
        break;
    case XCB_VISIBILITY_NOTIFY:
        covered =
            ((const xcb_visibility_notify_event_t *) event)->state != XCB_VISIBILITY_UNOBSCURED;
        window->covered = window->covered || covered;
        ret->disturbed = ret->disturbed || covered;
        break;
    case XCB_CREATE_NOTIFY: /* in a window of ours: nobody else has a place there */
        parent = ((const xcb_create_notify_event_t *) event)->parent;
        ret->disturbed = ret->disturbed || find_pane(window, parent) != NULL;
        break;
    case XCB_DESTROY_NOTIFY:
    case XCB_REPARENT_NOTIFY:
    case XCB_CONFIGURE_NOTIFY:
    case XCB_MAP_NOTIFY:
    case XCB_UNMAP_NOTIFY:
    case XCB_CIRCULATE_NOTIFY:
        take_structure(window, event, ret);
        break;
    default:
        break;
    }
}

gboolean
notice_window_take_events(NoticeWindow *window, NoticeEvents *ret, GError **error)
{
    *ret = (NoticeEvents){ .pressed = -1 };
    for (;;) {
        autoreply xcb_generic_event_t *event = xcb_poll_for_event(window->x);

        if (event == NULL)
            break;
        take_event(window, event, ret);
    }
    return !xcb_connection_has_error(window->x) || x_screen_set_ended(error);
}
