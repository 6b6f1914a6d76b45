/* SPDX-License-Identifier: ISC */
/*
 * explain_sector: a half-day that any site of a sector may have, in the facts
 * behind the instance: the plan has it at one of them, explain_near.c tells of
 * the others.
 */
#ifndef PLANNER_EXPLAIN_SECTOR_H
#define PLANNER_EXPLAIN_SECTOR_H

#include "daemon/base/compiler.h"
#include "daemon/planner/explain/explain_facts.h"
#include "proto/id.h"

#include <stdbool.h>
#include <stddef.h>

/* Who is authorised where in the sectors of the plan. */
struct mates;

/* NULL: no sector needs anything.  The reduction is lent until mates_free. */
struct mates *mates_new(const struct reduction *reduction) MUST_CHECK;
void mates_free(struct mates *mates); /* accepts NULL */

/* Who could do it there by the rules of the half-day alone. */
struct comer {
	char id[ID_TEXT_LEN + 1];
	int32_t physician; /* of the instance, or NAMES_NONE: none of it */
	int32_t minutes;   /* one way */
};

/* A site that is open to it, and those who could come, the nearest first;
 * `here` is where the plan has it.  All lent. */
typedef void sector_site_fn(void *arg, const char *site, bool here,
    const struct comer *comers, size_t count);

/* Of a need by its site, half and activity, and its turn: the code of the
 * sector; NULL: it is of none. */
const char *mates_sector(const struct mates *mates, uint16_t turn);
void mates_each_site(const struct mates *mates, const struct query *query,
    uint16_t turn, sector_site_fn *each, void *arg);

#endif
