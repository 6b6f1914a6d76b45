/* SPDX-License-Identifier: ISC */
/*
 * upkeep: what is done by the clock: marks, the sweep of keys and guards past
 * their use, the book's places of days past, and a look whether the database is
 * still what it was.
 */
#ifndef STORE_UPKEEP_H
#define STORE_UPKEEP_H

#include "daemon/base/compiler.h"
#include "daemon/store/env.h"

struct feed;
struct pgsession;
struct upkeep;

/* env, feed and session (of history_role) are lent until upkeep_free(). */
struct upkeep *upkeep_new(const struct store_env *env, struct feed *feed,
    struct pgsession *session) MUST_CHECK;
void upkeep_free(struct upkeep *upkeep);
/* The session has become READY: what is due is done at once. */
void upkeep_ready(struct upkeep *upkeep);
/* The first service date whose places are kept: yesterday, since a night is of
 * the day before. */
int32_t upkeep_places_day(void);

#endif
