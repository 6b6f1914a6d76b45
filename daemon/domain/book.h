/* SPDX-License-Identifier: ISC */
/*
 * book: the plan in memory, as the database was at one snapshot.
 *
 * book_apply() is its only lasting mutator and is fed by the change feed alone.
 * book_suppose() changes it for the length of one judgement, within one turn of
 * the event loop, and book_retract() takes all of that back; rules therefore
 * read an ordinary book that is already in the end state of the unit they
 * judge.  What such a judgement is to rest on may be supposed beneath it.
 *
 * In full from book->from on; older assignments are counters, see counter.h.
 */
#ifndef DOMAIN_BOOK_H
#define DOMAIN_BOOK_H

#include "daemon/base/compiler.h"
#include "daemon/domain/change.h"
#include "daemon/domain/counter.h"

#include <stdbool.h>

struct book;
struct put_word;

/* from: first day kept in full.  Older assignments go to the counters. */
struct book *book_new(int32_t from) MUST_CHECK;
void book_free(struct book *book);
int32_t book_from(const struct book *book);
/* First day to keep in full when today is `today`: the first day of the
 * quarter, at least five weeks back. */
int32_t book_first_day(int32_t today);

enum apply {
	APPLY_DONE,
	APPLY_REPEATED, /* rev is not above the one the book has */
	APPLY_GAP,      /* rev skips one: something was lost; reload */
	APPLY_OLD,     /* an assignment before book_from; reload the counters */
	APPLY_DANGLING /* refers to an entity that the book does not have */
};

/* Copies what it keeps.  Nothing is changed unless APPLY_DONE. */
enum apply book_apply(struct book *book, const struct change *change);
/* While loading at a snapshot: any rev is taken as the first. */
enum apply book_load(struct book *book, const struct change *change);
/* The number of a guard after a write, from the feed or the load. */
void book_set_guard(struct book *book, struct id guard, uint64_t number);
uint64_t book_guard(const struct book *book, struct id guard); /* 0: never */

/*
 * Puts n changes in, in their order, as if they had been applied; revisions are
 * not looked at.  A change that refers to an unknown entity is a bug of the
 * caller.  One more may be made on top of one, BOOK_SUPPOSE_MAX in all; what
 * follows is about the last that was made and not retracted.
 */
enum { BOOK_SUPPOSE_MAX = 2 };
void book_suppose(
    struct book *book, const struct change *const changes[], size_t n);
void book_retract(struct book *book);
/* One change more in the same supposition, and the last one taken back. */
void book_suppose_more(struct book *book, const struct change *change);
void book_suppose_less(struct book *book);
/* The number of a guard, until the supposition is retracted. */
void book_suppose_guard(struct book *book, struct id guard, uint64_t number);

/* The latest state of anything, by its id; NULL when the book does not have it.
 * Borrowed until the next change of the book. */
const union after *book_latest(
    const struct book *book, enum kind kind, struct id id);
/* Its revision; 0 when the book does not have it. */
uint32_t book_revision(const struct book *book, enum kind kind, struct id id);

/* Directory: entities of a kind have indices 0..count-1 in order of arrival. */
int32_t book_count(const struct book *book, enum kind kind);
const struct entity *book_entity(
    const struct book *book, enum kind kind, int32_t index);
/*
 * Its entity_handle(), out of a table that stays in the cache where entities do
 * not; sites and physicians only.  Lent until the next change of the book.
 */
const struct put_word *book_handle(
    const struct book *book, enum kind kind, int32_t index);
int32_t book_find(const struct book *book, enum kind kind, struct id id);
/* By FINESS, RPPS, code, or the id in text form; REF_NONE when there is none.
 * A token is found by its hash. */
int32_t book_resolve(
    const struct book *book, enum kind kind, struct span handle);
/*
 * All indices of a kind in the order of lists: bytewise by handle, by the id as
 * text where there is no handle; zones by commune, kind, first day; other facts
 * by their owner's id and first day.  Lent until the next change of the book.
 */
const int32_t *book_sorted(const struct book *book, enum kind kind);
/*
 * How many entities stand in that order up to `handle`, which may also be the
 * id as text: where the page after it begins.  The entity need not exist,
 * except for zones and other facts, whose order the id does not tell: 0 then.
 */
int32_t book_rank(const struct book *book, enum kind kind, struct span handle);

/*
 * Indices of the facts of a kind about one owner (see struct kind_info),
 * retired ones too, in the order of their first day.  Lent until the next
 * change of the book.
 */
const int32_t *book_facts(
    const struct book *book, enum kind kind, struct id owner, size_t *count);

/* Indices of the sites of a territory, in no order; lent until the next change
 * of the book. */
const int32_t *book_territory_sites(
    const struct book *book, int32_t territory, size_t *count);

/* Sites near a point, for book_near(). */
struct near {
	struct near_site {
		int32_t site;
		double metres; /* great circle; of a mobile site -1 */
	} * at;                /* owned: to be freed */
	size_t count, capacity;
};

/*
 * Sites whose coordinates are known and within so many metres of a point, in no
 * order, and every mobile site, which stands elsewhere each half-day.
 */
void book_near(const struct book *book, int32_t lat, int32_t lon, double metres,
    struct near *near);

static inline const struct site *
book_site(const struct book *book, int32_t index)
{
	return (const struct site *)book_entity(book, KIND_SITE, index);
}

static inline const struct physician *
book_physician(const struct book *book, int32_t index)
{
	return (const struct physician *)book_entity(
	    book, KIND_PHYSICIAN, index);
}

/*
 * Class of a commune on a day for a kind of zoning ("gp"): NULL when unknown.
 * A later fact of the same kind ends one without a last day.
 */
const char *book_zone(const struct book *book, const char *commune,
    const char *kind, int32_t day);

/*
 * Words interned by the book: programme references.  They are kept as long as
 * the book, so at most BOOK_WORDS_MAX: REF_NONE for one more, and for "".
 */
enum { BOOK_WORDS_MAX = 100000 };
int32_t book_word(struct book *book, struct span word); /* interns */
/* Without interning: REF_NONE when the book does not have it. */
int32_t book_word_find(const struct book *book, struct span word);
/* The empty span for REF_NONE. */
struct span book_word_text(const struct book *book, int32_t word);

/* Assignments. */
size_t book_assignments(const struct book *book); /* in full, cancelled too */
/* NULL when there is none. Borrowed until the next change of the book. */
const struct assignment *book_assignment(const struct book *book, struct id id);

/*
 * Assignments of one physician, or of one site, in the order of (from, id),
 * cancelled ones included: a sorted run of the book's own memory.
 */
struct run {
	const uint32_t *slot; /* positions, for book_at() */
	size_t count;
	const int32_t *minute; /* in which each begins, for run_from_*() */
	const struct assignment *pool; /* for run_at() */
};
/* The i-th of a run. */
static inline const struct assignment *
run_at(struct run run, size_t i)
{
	return &run.pool[run.slot[i]];
}
struct run book_physician_run(const struct book *book, int32_t physician);
struct run book_site_run(const struct book *book, int32_t site);
const struct assignment *book_at(const struct book *book, uint32_t slot);
/* First position in a run whose service day is >= day.  Time zones differ, so
 * some that follow may still be of the day before: look at each one's day. */
size_t run_from_day(const struct book *book, struct run run, int32_t day);
/* First position in a run whose `from` is >= instant. */
size_t run_from_instant(
    const struct book *book, struct run run, int64_t instant);
/* Longest length of any assignment, seconds: how far back an overlap may start.
 */
uint32_t book_longest(const struct book *book);

const struct counters *book_counters(const struct book *book);
/* While loading: a cell of older time, of an index that the book has. */
void book_load_older(struct book *book, enum counter_side side, int32_t index,
    const struct counter_cell *cell);
/*
 * The days at which older time is cut beyond weeks and months: of a physician,
 * or (REF_NONE) of everybody; and one more while loading, once all quotas are
 * there.
 */
struct book_cut {
	int32_t physician, day;
};
const struct book_cut *book_cuts(const struct book *book, size_t *count);
void book_load_cut(struct book *book, const struct book_cut *cut);
/*
 * Whether older time is counted from the first day of this quota on: always but
 * for one that begins in the middle of a counter and was not there when the
 * counters were loaded.
 */
bool book_counts_from(const struct book *book, const struct quota *quota);
/* Bytes held, for figures. */
size_t book_memory(const struct book *book);
/* Whether two books hold the same: entities, assignments, guards, counters.  On
 * false, `why` names the first difference. */
bool book_equal(
    const struct book *a, const struct book *b, char *why, size_t size);

#endif
