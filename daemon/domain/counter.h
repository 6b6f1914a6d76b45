/* SPDX-License-Identifier: ISC */
/*
 * counter: older time, one number per week x month cut.
 *
 * A bucket begins at the Monday of a week or the first of a month, whichever is
 * later, so that any sum over weeks, months, quarters or years is exact; the
 * book cuts some of a physician's further, see book_cuts.c.
 * Cancelled and not-held assignments are not counted.
 */
#ifndef DOMAIN_COUNTER_H
#define DOMAIN_COUNTER_H

#include "daemon/base/compiler.h"
#include "daemon/domain/assignment.h"

#include <stddef.h>

/*
 * Unpopular classes, the first that applies.  HOLIDAY, EVE and BRIDGE are
 * filled once there is a holiday calendar; until then nothing falls into them.
 */
enum class {
	CLASS_PLAIN,
	CLASS_HOLIDAY,
	CLASS_EVE,
	CLASS_BRIDGE,
	CLASS_SUNDAY,
	CLASS_NIGHT,
	CLASS_SATURDAY,
	CLASS_EVENING,
	CLASS_KINDS
};

enum class assignment_class(const struct assignment *a);
/* First day of the bucket of a day. */
int32_t bucket_first(int32_t day);

struct counters;

struct counters *counters_new(void) MUST_CHECK;
void counters_free(struct counters *counters);
/* first: of the physician's bucket; bucket_first() of its day, or later. */
void counters_add(
    struct counters *counters, const struct assignment *a, int32_t first);
/* Whether a physician, or (REF_NONE) anybody, has a bucket that begins in
 * [from, to). */
bool counters_begin_in(const struct counters *counters, int32_t physician,
    int32_t from, int32_t to);

struct counter_question {
	int32_t programme;      /* REF_NONE: any */
	enum activity activity; /* ACTIVITY_COUNT: any */
	enum class class;       /* CLASS_KINDS: any; not kept for sites */
	int32_t from, to;       /* buckets that begin in [from, to) */
};

/* Half-days of a physician. */
uint64_t counters_half_days(const struct counters *counters, int32_t physician,
    const struct counter_question *question);
/* Minutes at a site, whatever the class; portions by what they are. */
uint64_t counters_minutes(const struct counters *counters, int32_t site,
    const struct counter_question *question);

/* What is added up: of a physician half-days, of a site minutes. */
struct counter_cell {
	int32_t bucket; /* first day */
	int32_t programme;
	uint8_t activity, class;
	uint32_t number;
};

enum counter_side { COUNTER_PHYSICIAN, COUNTER_SITE };

/* Cell by cell, in the order of indices, and of time within one. */
typedef void counters_each_fn(void *arg, enum counter_side side, int32_t index,
    const struct counter_cell *cell);
void counters_each(
    const struct counters *counters, counters_each_fn *each, void *arg);
/* Adds such a cell. */
void counters_put(struct counters *counters, enum counter_side side,
    int32_t index, const struct counter_cell *cell);

size_t counters_memory(const struct counters *counters);
bool counters_equal(const struct counters *a, const struct counters *b);
/* Likewise for counters of two books: index in b of each index in a. */
struct counter_map {
	const int32_t *physicians, *sites, *programmes; /* NULL: the same */
};
bool counters_equal_mapped(const struct counters *a, const struct counters *b,
    const struct counter_map *map);

#endif
