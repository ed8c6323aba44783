/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a method call to its handler. There is one table an interface; the gate is here, in one place: who may call at all,
 * how much at once, and that the accounts of caller and sessions are known afresh before the policy is asked.
 */
#pragma once

#include "daemon.h"

/* Who may call a method, before the policy is asked about what it does. */
typedef enum {
    GATE_CALLER, /* somebody: a local account, or a login */
    GATE_ACT, /* the same, for what is written down, or looks into sessions: an account has LIMIT_ACTS_A_MINUTE of them */
    GATE_ANYBODY, /* also a manyseat-web connection that is nobody's yet */
    GATE_WEB,     /* manyseat-web only */
    GATE_AT_STATION, /* a station's login, about its own session: the policy has no say, so nobody is looked up */
    GATE_ROOT,   /* uid 0 */
    GATE_DISPLAY /* manyseat-display */
} Gate;

typedef struct {
    const char *name;
    Gate gate;
    /* Answers the invocation, exactly once; it may do so later. parameters is the method's tuple. */
    void (*handle)(Peer *peer, GVariant *parameters, GDBusMethodInvocation *invocation);
} Method;

/* Ends with a Method without a name. */
extern const Method manager_methods[];
extern const Method log_off_methods[];
extern const Method login_methods[];
extern const Method launch_methods[];
extern const Method display_methods[];

/* Put our objects on the peer's connection. */
void dispatch_register(Peer *peer);

/* Answer with an error; takes it. */
void dispatch_fail(GDBusMethodInvocation *invocation, GError *error);

/* Answer with a descriptor (taken) as handle 0 of values, a floating tuple. */
void dispatch_answer_fd(GDBusMethodInvocation *invocation, GVariant *values, int fd);
