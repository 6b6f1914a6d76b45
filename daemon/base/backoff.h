/* SPDX-License-Identifier: ISC */
/*
 * backoff: how long to wait before trying again.
 *
 * The n-th delay is drawn uniformly from [min, min * 2^n], never above max: it
 * grows while the other side stays away, and the whole range is used so that
 * those who lost the same server do not come back together.
 */
#ifndef BASE_BACKOFF_H
#define BASE_BACKOFF_H

#include "daemon/base/compiler.h"

/* Caller's storage, to be embedded; the members are backoff's own. */
struct backoff {
	unsigned min_ms;
	unsigned max_ms;
	unsigned ceiling_ms; /* upper end of the last range; min_ms at first */
};

/* Milliseconds; a max below min counts as min. */
void backoff_init(struct backoff *backoff, unsigned min_ms, unsigned max_ms);

/* The delay in milliseconds before the next attempt. */
unsigned backoff_next(struct backoff *backoff) MUST_CHECK;

/* After success: the next delay is a first one again. */
void backoff_reset(struct backoff *backoff);

#endif
