/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jpeg-colour FILE: "WIDTH HEIGHT R G B", the mean colour of a JPEG: what a picture shows, where no browser is. */
#include <glib.h>
#include <stdio.h>
#include <turbojpeg.h>

static gboolean
print_mean(tjhandle decoder, const unsigned char *bytes, gsize length)
{
    g_autofree unsigned char *pixels = NULL;
    guint64 sums[3] = { 0 };
    int width, height, subsampling, space;
    gsize count;

    if (tjDecompressHeader3(decoder, bytes, length, &width, &height, &subsampling, &space) < 0)
        return FALSE;
    count = (gsize) width * (gsize) height;
    pixels = g_malloc(count * 3);
    if (tjDecompress2(decoder, bytes, length, pixels, width, 0, height, TJPF_RGB, 0) < 0)
        return FALSE;
    for (gsize i = 0; i < count * 3; i++)
        sums[i % 3] += pixels[i];
    (void) printf("%d %d %u %u %u\n", width, height, (guint) (sums[0] / count),
                  (guint) (sums[1] / count), (guint) (sums[2] / count));
    return TRUE;
}

int
main(int argc, char **argv)
{
    g_autofree char *bytes = NULL;
    tjhandle decoder = tjInitDecompress();
    gsize length;
    gboolean done = argc == 2 && g_file_get_contents(argv[1], &bytes, &length, NULL) &&
                    print_mean(decoder, (const unsigned char *) bytes, length);

    if (!done)
        (void) fprintf(stderr, "jpeg-colour: no JPEG to read\n");
    (void) tjDestroy(decoder);
    return done ? 0 : 1;
}
