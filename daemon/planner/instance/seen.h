/* SPDX-License-Identifier: ISC */
/*
 * seen: in which line a thing was said first.  A thing is two numbers of 64
 * bits; what they mean is for the caller.
 *
 * 20 bytes a slot, at most three quarters full.  All zeros is empty.
 */
#ifndef PLANNER_SEEN_H
#define PLANNER_SEEN_H

#include "daemon/base/compiler.h"

#include <stddef.h>
#include <stdint.h>

struct seen {
	uint64_t *key;  /* two of each slot */
	uint32_t *line; /* 0: the slot is free */
	size_t count, capacity;
};

void seen_fini(struct seen *seen);
/* The line that said it before, or 0 and from now on it is this one, which is
 * not 0. */
uint32_t seen_add(struct seen *seen, uint64_t a, uint64_t b, uint32_t line)
    MUST_CHECK;

#endif
