/* SPDX-License-Identifier: ISC */
/*
 * capacity: half-days that have free places, near a point or of somebody.
 *
 * A question collects the half-days of sites or of physicians, each with what
 * it has left in a window of time; the answer is in one order for everybody:
 * minutes of travel, site, time.  Nothing is drawn by lot, and nothing of it is
 * private.
 */
#ifndef DOMAIN_CAPACITY_H
#define DOMAIN_CAPACITY_H

#include "daemon/domain/book.h"
#include "daemon/domain/travel.h"

struct capacity_line {
	const struct assignment *assignment; /* lent: until the book changes */
	struct contingent contingent;
	struct vacancy vacancy; /* at least one is free */
	struct id site;
	unsigned minutes; /* of travel from the point; 0 without one */
	double metres;    /* to the point; -1 without one */
};

struct capacity {
	const struct book *book;     /* borrowed */
	const struct travel *travel; /* borrowed; of a point only */
	/* Places that begin in [from, to], and not before now. */
	int64_t now, from, to;

	struct capacity_line *line; /* owned */
	size_t count, capacity;
	unsigned radius; /* km that were looked at; 0 without a point */
	bool widened;    /* nothing was within the usual radius */
};

enum { CAPACITY_RADIUS_MAX = 300 /* km */ };

void capacity_fini(struct capacity *capacity);

void capacity_of_site(struct capacity *capacity, int32_t site);
void capacity_of_physician(struct capacity *capacity, int32_t physician);
/* Of the sites around a point; km 0: as far as is usual where the nearest site
 * is, and farther when nothing is free there. */
void capacity_around(
    struct capacity *capacity, int32_t lat, int32_t lon, unsigned km);
/* Puts the lines in their order. */
void capacity_sort(struct capacity *capacity);
/* By the same order: below 0 when a stands before b. */
int capacity_compare(
    const struct capacity_line *a, const struct capacity_line *b);

/* Free places of a territory that begin in [now, to]. */
unsigned capacity_of_territory(
    const struct book *book, int32_t territory, int64_t now, int64_t to);

#endif
