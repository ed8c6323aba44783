/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A notice that is to be seen in one session: the process that shows it, drawn anew whenever it says something else (each second,
 * while it counts down), and started anew whenever it is gone.
 */
#pragma once

#include "easel.h"
#include "notice-picture.h"
#include "nursery.h"
#include "order.h"

typedef struct Notice Notice;

/* What a notice asks of the program. None of them may free it. */
typedef struct {
    /* An X connection is needed: answer with notice_opened() or notice_refused(), later. */
    void (*open)(Notice *notice, gpointer data);
    /* The user pressed a button of it. */
    void (*pressed)(Notice *notice, NoticeAnswer answer, gpointer data);
} NoticeCalls;

/* Show content (the a{sv} of org.manyseat.Watch.ShowNotice) in session id. */
Notice *notice_new(const char *id, GVariant *content, Nursery *nursery, Easel *easel,
                   const NoticeCalls *calls, gpointer data);
/* It is not to be seen any more. */
void notice_free(Notice *notice);

const char *notice_get_id(const Notice *notice);

/* It says something else from now on. */
void notice_set_content(Notice *notice, GVariant *content);

/* Answers to open. The descriptors are the caller's. */
void notice_opened(Notice *notice, const char *display, int x, int cookie);
void notice_refused(Notice *notice, Reason reason);
