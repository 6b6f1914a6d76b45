/* SPDX-License-Identifier: ISC */
/*
 * wake: tells the other daemons that there is something to poll.
 *
 * A NOTIFY inside a write would make all writes of the database commit one by
 * one; this one goes out after their commit, on a session of its own, at most
 * once in so many milliseconds.  A lost one costs nothing but the pause of the
 * poll behind it.
 */
#ifndef STORE_WAKE_H
#define STORE_WAKE_H

#include "daemon/base/compiler.h"
#include "daemon/store/env.h"

struct feed;
struct wake;

/* env and feed are lent until wake_free(). */
struct wake *wake_new(const struct store_env *env, struct feed *feed)
    MUST_CHECK;
void wake_free(struct wake *wake);
void wake_start(struct wake *wake);
void wake_restart(struct wake *wake, const char *why);

/* Something was committed. */
void wake_ask(struct wake *wake);

#endif
