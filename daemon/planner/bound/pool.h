/* SPDX-License-Identifier: ISC */
/*
 * pool: threads that share the items of one piece of work after another.
 *
 * Items are taken in order by whoever is free; what they compute must not
 * depend on who takes them.
 */
#ifndef PLANNER_POOL_H
#define PLANNER_POOL_H

#include <stddef.h>

struct pool;

/* work: called once for each item, by the thread of this number. */
typedef void pool_work(void *context, size_t item, unsigned thread);

/* threads >= 1; the caller of pool_run is one of them. */
struct pool *pool_new(unsigned threads);
void pool_free(struct pool *pool);
unsigned pool_threads(const struct pool *pool);
void pool_run(struct pool *pool, size_t items, pool_work *work, void *context);

#endif
