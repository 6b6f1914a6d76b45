/* SPDX-License-Identifier: ISC */
/*
 * offering: a half-day within reach of who asks, and what it gives; for the
 * planners of places.
 *
 * Who has one has read the guards on which its verdict depends: of the site and
 * day, so that nobody gets a place of a half-day that is being cancelled, and
 * of the site, which says how many places there are.
 */
#ifndef SERVER_OFFERING_H
#define SERVER_OFFERING_H

#include "daemon/server/change/plan.h"

struct offering {
	struct plan *plan;
	int64_t now;                   /* instant */
	const struct assignment *slot; /* as the unit leaves it */
	const struct site *site;       /* likewise */
	const struct offer *offer;     /* NULL: as the site says */
	struct contingent contingent;
	struct visits visits;
};

/* The half-day that slot= names; false when it is not to be found or not to be
 * touched, which the refusal says then. */
bool offering_find_slot(struct plan *plan, const struct request *request,
    struct offering *offering) MUST_CHECK;
/* The visit that place= names, with its half-day. */
bool offering_find_place(struct plan *plan, const struct request *request,
    struct offering *offering, struct visit *visit) MUST_CHECK;

/* Whether it gives places to book: STATUS_OK or STATUS_NO_PLACES. */
enum status offering_check_gives(const struct offering *offering);
/* Whether its places are still kept: STATUS_OK or STATUS_EXPIRED.  What was
 * said of an older one is no more known here, and so cannot be said anew. */
enum status offering_check_kept(const struct offering *offering);
/* Whether its day has come: STATUS_OK or STATUS_CLOSED. */
enum status offering_check_day(const struct offering *offering);

/* STATUS_STATE, which is told. */
enum status offering_refuse_state(
    struct plan *plan, enum key key, const char *state);
/* STATUS_EXPIRED, and since when. */
enum status offering_refuse_expired(
    const struct offering *offering, enum key key, int64_t at);
/* Appends words to the closing line of a refusal. */
struct out offering_figures(struct plan *plan);

#endif
