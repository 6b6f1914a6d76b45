/* SPDX-License-Identifier: ISC */
/*
 * timetable: the half-days of a week and some places, with who is there.
 */
#ifndef SERVER_TIMETABLE_H
#define SERVER_TIMETABLE_H

#include "daemon/domain/gap.h"
#include "daemon/server/session.h"

enum { TIMETABLE_DAYS = 7, TIMETABLE_HALF_DAYS = TIMETABLE_DAYS * PART_COUNT };

/* A half-day of a place. */
struct row {
	int32_t day;
	enum part part;
	enum kind kind; /* KIND_SITE; KIND_TERRITORY: a sector's needs */
	int32_t place;  /* index of the book */
	bool opens;
	struct opening opening;
	struct open_why why;
	uint32_t need, filled;
	unsigned missing;    /* activities, as bits */
	size_t first, count; /* assignments: timetable.slots[first] ... */
};

/* Good until the next change of the book. */
struct timetable {
	const struct session *session; /* borrowed: for whom it is */
	const struct book *book;       /* likewise */
	int32_t monday;
	struct row *rows; /* owned */
	size_t nrows, row_capacity;
	const struct assignment **slots; /* owned; borrowed from the book */
	size_t nslots, slot_capacity;
	struct gap_sheet sheet;
};

void timetable_init(struct timetable *timetable, const struct session *session,
    const struct book *book, int32_t monday);
void timetable_fini(struct timetable *timetable);
/*
 * Adds the half-days in which the site opens, would open but for a closure, a
 * holiday or a missing stop, needs somebody or has somebody whom the session
 * may know of.  Places are added in the order in which they are told.
 */
void timetable_add_site(struct timetable *timetable, int32_t site);
/* The sites of a territory or sector in the session's scope, and what it needs
 * itself. */
void timetable_add_territory(struct timetable *timetable, int32_t territory);
/* Puts the rows in the order of day, part and place. */
void timetable_order(struct timetable *timetable);

#endif
