/* SPDX-License-Identifier: ISC */
/*
 * series: the half-days of one rotation on their way into a unit.
 *
 * What is wanted is expanded anew each time, and every occurrence is found
 * again by its id, which comes from the rotation, the day and the part.  So the
 * half-days to come end as the series says, whatever it said before; those that
 * have begun, and those that were changed by hand, are left as they are.
 */
#ifndef SERVER_SERIES_H
#define SERVER_SERIES_H

#include "daemon/domain/open.h"
#include "daemon/domain/rotation.h"
#include "daemon/server/change/plan.h"

enum change_word { CREATED, CHANGED, CANCELLED };

/* One half-day that is to become another one. */
struct occurrence {
	struct assignment after;
	enum change_word word;
	bool lives; /* there is a half-day that it was before */
	bool refused;
	struct finding finding; /* when refused */
};

struct series {
	struct plan *plan;
	const struct rotation *before; /* borrowed; NULL: there was none */
	const struct rotation *after;  /* likewise; of the unit */
	uint32_t rotation;             /* of struct assignment */
	int64_t now;
	struct span reason;
	enum agreement agreed;
	bool has_agreed;
	enum activity activity;
	int32_t programme; /* word */
	int32_t physicians[ROTATION_PHYSICIANS_MAX];
	unsigned nphysicians;
	struct site_view *views; /* owned: where it may take place */
	int32_t *sites;          /* owned: their indices */
	size_t nsites;
	struct wanted *wanted; /* owned; in order of time */
	size_t nwanted;
	struct occurrence *at; /* owned; in order of time, cancelled last */
	size_t count, capacity;
	size_t kept; /* half-days to come that were changed by hand */
	size_t refused;
};

/* The rotation is in the book or in the plan's unit; it is borrowed until the
 * plan ends. */
void series_init(struct series *series, struct plan *plan,
    const struct request *request, struct id rotation);
void series_fini(struct series *series);

/* Finds out what becomes of each half-day that the rotation has, and of those
 * that it does not have any more. */
enum status series_want(struct series *series, const struct request *request);
/* The half-days from that day on are not wanted any more. */
void series_drop(struct series *series, int32_t first);
/*
 * Puts what the rules accept into the unit and the counts into the answer.
 * What they refuse is told, date by date; unless `partial`, it refuses all.
 */
enum status series_finish(struct series *series, bool partial);

/* ----- series_place.c ----- */

/* Where it may take place at all. */
void series_find_sites(struct series *series);
/* Whether one of these opens; a rotation_open_fn. */
bool series_is_open(void *series, int32_t day, enum part part);
/* Sets the site and the interval of a half-day; `was`: where it is already, or
 * NULL. */
void series_choose_site(const struct series *series,
    const struct assignment *was, struct assignment *a);

#endif
