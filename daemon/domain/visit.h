/* SPDX-License-Identifier: ISC */
/*
 * visit: the unscheduled places of a half-day.
 *
 * A published half-day of unscheduled care, or one with a portion of it, leaves
 * a contingent of places to rota: so many, of so many minutes, one behind the
 * other.  How many stands
 * with the site; an *offer* says what is otherwise in one half-day.  A *visit*
 * is one holding of one place: held until it expires, then taken, then honoured
 * or missed, or released, after which the place is free again and its next
 * holding is another visit.  A place without a visit is free, so nothing is
 * stored of it.
 *
 * On the wire and in the database a visit is a "place".  It says nothing of who
 * is to come.
 */
#ifndef DOMAIN_VISIT_H
#define DOMAIN_VISIT_H

#include "daemon/domain/assignment.h"
#include "daemon/domain/directory.h"

enum {
	OFFER_PLACES_MAX = 99,
	OFFER_USUAL = 100 /* as many as the site says */
};

struct offer {
	struct entity entity;
	struct id slot;
	int32_t day;      /* service date of the half-day */
	uint32_t number;  /* places, 0..99, or OFFER_USUAL */
	uint32_t minutes; /* of each; 0: as the site says */
	/* First and last minute, clock of the site since midnight of the
	 * service date; 0: as the half-day, a portion being as long as it is
	 * from the other one. */
	uint32_t opens, closes;
	char contact[8]; /* site visit remote; "": by the activity */
	char manner[10]; /* bookable walk-in; "": as the site says */
	char walk_in[8]; /* of walk-in: open full closed */
	uint32_t shut;   /* minute from which it is closed to walk-ins; 0 */
	char arrived[4]; /* the desk has seen the physician: yes no */
};

struct visit {
	struct entity entity;
	struct id slot;
	int32_t day;      /* service date of the half-day */
	uint32_t number;  /* of the place, from 1; 0: beside the contingent */
	int64_t at;       /* instant at which it begins */
	uint32_t minutes; /* that it lasts */
	char state[10];   /* held taken honoured missed released */
	int64_t expires;  /* instant at which a hold is over; 0: is none */
};

struct visits {
	const struct visit *at; /* lent until the next change of the book */
	size_t count;
};

/* Unscheduled care, some of it at least: SNP, a portion of another activity, or
 * follow-up at the end of the day, which is opened for unscheduled care only.
 */
static inline bool
assignment_is_unscheduled(const struct assignment *a)
{
	return a->activity == ACTIVITY_SNP || a->unscheduled > 0 ||
	    (a->part == PART_E && a->activity == ACTIVITY_MT);
}

/*
 * The time of its unscheduled care: the end of the half-day as far as it is a
 * portion; of SNP the half-day but for the care from elsewhere at its end; else
 * all of it.
 */
struct interval {
	int64_t from, to; /* instants */
};
struct interval assignment_unscheduled_time(const struct assignment *a);

/* Whether it gives places: what is published or held of it. */
static inline bool
assignment_gives(const struct assignment *a)
{
	return (a->state == STATE_PUBLISHED || a->state == STATE_HELD) &&
	    assignment_is_unscheduled(a);
}

/* What a half-day gives, site and offer taken together. */
struct contingent {
	unsigned number, minutes;
	int64_t from, to; /* instants */
	const char *contact, *manner;
	bool is_walk_in;
	int64_t shut;        /* instant from which no walk-in is taken */
	const char *walk_in; /* of walk-in: open full closed, as it will be */
	bool arrived;
};

/* The contact, manner and minutes of a half-day, whether it gives places or
 * not; offer: NULL when there is none. */
struct contingent contingent_of(const struct site *site,
    const struct assignment *a, const struct offer *offer);
/* The instant at which a place begins, from 1. */
int64_t contingent_at(const struct contingent *contingent, unsigned number);
/* Whether the visit keeps its place from others. */
bool visit_holds(const struct visit *visit, int64_t now);

/*
 * Marks the places, by number, that cannot be given: another visit has the
 * number, or some of the time, which is not the same once the length of places
 * was changed.
 */
void contingent_gone(const struct contingent *contingent, struct visits visits,
    int64_t now, bool gone[OFFER_PLACES_MAX + 1]);

/* Free places that begin in [from, to]. */
struct vacancy {
	unsigned free;
	int64_t first;   /* when the first of them begins */
	unsigned number; /* its number */
};
struct vacancy contingent_vacancy(const struct contingent *contingent,
    struct visits visits, int64_t from, int64_t to, int64_t now);

#endif
