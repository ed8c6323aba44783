/* SPDX-License-Identifier: GPL-3.0-or-later */
/* X servers that nobody should have to do with, each in a thread of the test. */
#pragma once

#include <glib.h>

typedef enum {
    FAKE_HONEST,        /* a grey screen of 64x48 that never changes */
    FAKE_MUTE,          /* reads, never says a word */
    FAKE_DEAF,          /* neither */
    FAKE_CLOSING,       /* hangs up */
    FAKE_REFUSING,      /* wants another cookie */
    FAKE_GARBAGE,       /* whatever comes */
    FAKE_HALF_SETUP,    /* stops in the middle of its first answer */
    FAKE_NO_SCREEN,     /* a setup without one */
    FAKE_HUGE_SCREEN,   /* 65535x65535 */
    FAKE_EMPTY_SCREEN,  /* 0x0 */
    FAKE_NO_EXTENSIONS, /* none of those that we need */
    FAKE_STOPPING,      /* answers no more once it is watched */
    FAKE_LONG_REPLY,    /* a reply that never ends */
    FAKE_FLOOD,         /* events without end */
    FAKE_RESIZING,      /* another size at each look */
    FAKE_WRONG_IMAGE,   /* fewer bytes than asked for */
    FAKE_NO_IMAGE,      /* an error instead of pixels */
    FAKE_WILD_REGION,   /* changes far outside of its screen, negative ones too; does no harm */
    N_FAKES
} Fake;

/* Start one; it ends when its peer closes. Returns the peer's socket. */
int fake_x_start(Fake fake);
