/* SPDX-License-Identifier: ISC */
/*
 * unit: what one write changes, all or nothing.
 *
 * A unit holds the end state of every entity that it touches, once each, in the
 * order of kinds, and the guards that its verdict depends on: those it raises
 * (`bump`) and those it only read.  Its bumps are sorted by id, so that units
 * of any daemon lock in one order.
 *
 * A unit is built and judged on one state of the book: an entity that is new in
 * it has the index that it will have once supposed, the book's count plus its
 * number among the new ones.  When the book has changed, build it again.
 */
#ifndef DOMAIN_UNIT_H
#define DOMAIN_UNIT_H

#include "daemon/base/compiler.h"
#include "daemon/domain/book.h"
#include "daemon/domain/change.h"

struct unit_change {
	struct change change; /* change.after is owned by the unit */
	unsigned line;        /* of the batch, from 1; 0: a single request */
	struct span reason;   /* borrowed from the request */
	/* Borrowed, static; stored beside and never in the feed. */
	struct span private;
	int32_t fresh; /* which new entity of its kind, from 0; or REF_NONE */
};

struct unit {
	struct unit_change *changes;
	size_t count, capacity;
	struct guard *bumps, *reads; /* sorted, unique; a bump is not a read */
	size_t bump_count, bump_capacity, read_count, read_capacity;
	bool sealed;
	int32_t fresh[KIND_COUNT]; /* how many are new to the book */
	struct unit_index *index;  /* large units only */
};

void unit_init(struct unit *unit);
void unit_fini(struct unit *unit);

/*
 * Adds the end state of an entity, or replaces the one that an earlier line of
 * the same unit left; copies the kind's member of *after.  The revision is the
 * book's plus one, set here.  Adds the guards that a change of this kind raises
 * and reads, before and after (an assignment raises its physician, its site x
 * day and the shares of unscheduled care that it may raise, see share.h, and
 * reads its site and its programme, and raises its own places when it gave any,
 * as does an offer or a visit of it; a fact that verdicts read raises its
 * owner, any other entity of the directory itself).
 */
void unit_put(struct unit *unit, const struct book *book, enum kind kind,
    const union after *after, unsigned line, struct span reason);

/* Sets what is to be stored apart of an entity that the unit changes. */
void unit_set_private(
    struct unit *unit, enum kind kind, struct id id, struct span private);

/* Sets the room of the assignment at a position of unit->changes. */
void unit_set_room(struct unit *unit, size_t position, unsigned room);

/* What the unit has for an entity so far, else what the book has, else NULL. */
const union after *unit_entity(const struct unit *unit, const struct book *book,
    enum kind kind, struct id id);
const struct assignment *unit_assignment(
    const struct unit *unit, const struct book *book, struct id id);

/* As book_entity(), book_find() and book_resolve(), with the unit's changes. */
const struct entity *unit_at(const struct unit *unit, const struct book *book,
    enum kind kind, int32_t index);
int32_t unit_find(const struct unit *unit, const struct book *book,
    enum kind kind, struct id id);
int32_t unit_resolve(const struct unit *unit, const struct book *book,
    enum kind kind, struct span handle);

/* A guard that the verdict read beyond those that unit_put() adds. */
void unit_read(struct unit *unit, struct id guard, int32_t day);

/* Sorts, removes doubles, sets `seen` from the book; done once, before judging.
 */
void unit_seal(struct unit *unit, const struct book *book);

/*
 * Names of guards: a mix of what the aggregate consists of.  Every daemon and
 * release computes the same names, see guard.c.
 */
struct id guard_entity(enum kind kind, struct id entity);
struct id guard_site_day(struct id site, int32_t day);
/* programme: text of the reference, "" none; quarter: its first day */
struct id guard_share(struct span programme, struct id site, int32_t quarter);

#endif
