/* SPDX-License-Identifier: ISC */
/*
 * signals: what the operator asks for, as events of the loop.
 */
#ifndef DAEMON_SIGNALS_H
#define DAEMON_SIGNALS_H

#include "daemon/base/compiler.h"

struct event_base;
struct signals;

struct signals_hooks {
	void (*on_hup)(void *arg);  /* read the configuration again */
	void (*on_term)(void *arg); /* drain */
	void (*on_int)(void *arg);  /* stop now */
};

/* Ignores SIGPIPE from now on; the hooks are copied. */
struct signals *signals_new(struct event_base *base,
    const struct signals_hooks *hooks, void *arg) MUST_CHECK;
void signals_free(struct signals *signals);

#endif
