/* SPDX-License-Identifier: ISC */
/*
 * book: its life, its mutators and its guards.
 *
 * A supposition is made by the same put functions as an application; each
 * leaves an undo, and retracting plays these backwards.
 */
#include "daemon/domain/book.h"

#include "daemon/base/mem.h"
#include "daemon/domain/book_private.h"

#include <stdlib.h>

enum { DAYS_BACK = 35 };

struct book *
book_new(int32_t from)
{
	struct book *book = xcalloc(1, sizeof(*book));

	book->from = from;
	for (unsigned i = 0; i < KIND_DIRECTORY_COUNT; i++)
		directory_init(&book->directories[i], book, (enum kind)i);
	words_init(&book->words);
	slots_init(book);
	places_init(&book->places);
	book->grid.stale = true;
	book->counters = counters_new();
	idmap_init(&book->guards);
	return book;
}

void
book_free(struct book *book)
{
	if (book == NULL)
		return;
	while (book->supposing > 0)
		book_retract(book);
	for (unsigned i = 0; i < KIND_DIRECTORY_COUNT; i++)
		directory_fini(&book->directories[i]);
	words_fini(&book->words);
	territories_fini(&book->territories);
	grid_fini(&book->grid);
	places_fini(&book->places);
	slots_fini(book);
	counters_free(book->counters);
	cuts_fini(&book->cuts);
	idmap_fini(&book->guards);
	free(book->undo);
	free(book);
}

int32_t
book_from(const struct book *book)
{
	return book->from;
}

int32_t
book_first_day(int32_t today)
{
	int32_t quarter = day_quarter(today), back = today - DAYS_BACK;

	return quarter < back ? quarter : back;
}

/* Offers and visits: no rule looks at them, and none is supposed. */
static bool
is_of_places(enum kind kind)
{
	return kind == KIND_OFFER || kind == KIND_PLACE;
}

const union after *
book_latest(const struct book *book, enum kind kind, struct id id)
{
	int32_t index;

	if (kind == KIND_ASSIGNMENT)
		return (const union after *)book_assignment(book, id);
	if (is_of_places(kind))
		return places_find(&book->places, kind, id);
	index = book_find(book, kind, id);
	return index == REF_NONE
	    ? NULL
	    : (const union after *)book_entity(book, kind, index);
}

uint32_t
book_revision(const struct book *book, enum kind kind, struct id id)
{
	const union after *latest = book_latest(book, kind, id);

	if (latest == NULL)
		return 0;
	return kind == KIND_ASSIGNMENT ? latest->assignment.rev
				       : latest->entity.rev;
}

/* Whether it is of a day whose places are not kept any more. */
static bool
is_forgotten(const struct book *book, const struct change *change)
{
	if (!is_of_places(change->kind))
		return false;
	return places_are_past(&book->places, change);
}

static bool
refers(const struct book *book, const struct change *change)
{
	if (change->kind == KIND_ASSIGNMENT)
		return slots_refers(book, &change->after->assignment);
	/* Their half-day may be older than the book. */
	if (is_of_places(change->kind))
		return true;
	return directory_refers(book, change->kind, &change->after->entity);
}

static void
put(struct book *book, const struct change *change, bool later,
    struct undo *undo)
{
	if (change->kind == KIND_SITE || change->kind == KIND_TERRITORY)
		book->territories.stale = book->grid.stale = true;
	if (is_of_places(change->kind))
		places_put(&book->places, change);
	else if (change->kind == KIND_ASSIGNMENT)
		slots_put(book, change, later, undo);
	else
		directory_put(
		    &book->directories[change->kind], change, later, undo);
}

enum apply
book_apply(struct book *book, const struct change *change)
{
	uint32_t have = book_revision(book, change->kind, change->id);

	if (book->supposing > 0)
		abort();
	if (change->rev <= have)
		return APPLY_REPEATED;
	if (is_forgotten(book, change))
		return APPLY_DONE;
	if (change->kind == KIND_ASSIGNMENT &&
	    change->after->assignment.day < book->from)
		return APPLY_OLD;
	if (change->rev != have + 1)
		return APPLY_GAP;
	if (!refers(book, change))
		return APPLY_DANGLING;
	put(book, change, false, NULL);
	return APPLY_DONE;
}

enum apply
book_load(struct book *book, const struct change *change)
{
	if (book->supposing > 0)
		abort();
	if (!refers(book, change))
		return APPLY_DANGLING;
	if (change->kind == KIND_ASSIGNMENT &&
	    change->after->assignment.day < book->from)
		counters_add(book->counters, &change->after->assignment,
		    book_cut(book, &change->after->assignment));
	else
		put(book, change, true, NULL);
	if (change->kind == KIND_QUOTA)
		book->cuts.stale = true;
	return APPLY_DONE;
}

void
book_load_older(struct book *book, enum counter_side side, int32_t index,
    const struct counter_cell *cell)
{
	counters_put(book->counters, side, index, cell);
}

static struct undo *
undo_add(struct book *book)
{
	book->undo = xgrow(book->undo, &book->undo_capacity,
	    book->undo_count + 1, sizeof(book->undo[0]));
	return &book->undo[book->undo_count++];
}

/* Puts one change in on top of those that are supposed. */
static void
suppose(struct book *book, const struct change *change)
{
	if (is_of_places(change->kind))
		return;
	if (!refers(book, change))
		abort();
	put(book, change, false, undo_add(book));
}

static void
guard_undo(struct book *book, const struct undo *undo)
{
	if (undo->before.guard.number == IDMAP_NONE)
		idmap_remove(&book->guards, undo->before.guard.id);
	else
		idmap_set(&book->guards, undo->before.guard.id,
		    undo->before.guard.number);
}

static void
retract(struct book *book)
{
	struct undo *undo = &book->undo[--book->undo_count];

	if (undo->kind == KIND_SITE || undo->kind == KIND_TERRITORY)
		book->territories.stale = book->grid.stale = true;
	if (undo->kind == KIND_COUNT)
		guard_undo(book, undo);
	else if (undo->kind == KIND_ASSIGNMENT)
		slots_undo(book, undo);
	else
		directory_undo(&book->directories[undo->kind], undo);
}

void
book_suppose(struct book *book, const struct change *const changes[], size_t n)
{
	if (book->supposing == BOOK_SUPPOSE_MAX)
		abort();
	book->suppositions[book->supposing++] =
	    (struct supposition){book->undo_count, book->longest};
	for (size_t i = 0; i < n; i++)
		suppose(book, changes[i]);
}

void
book_suppose_more(struct book *book, const struct change *change)
{
	if (book->supposing == 0)
		abort();
	suppose(book, change);
}

void
book_suppose_less(struct book *book)
{
	if (book->supposing == 0 ||
	    book->undo_count == book->suppositions[book->supposing - 1].undo)
		abort();
	retract(book);
}

void
book_suppose_guard(struct book *book, struct id guard, uint64_t number)
{
	if (book->supposing == 0)
		abort();
	*undo_add(book) = (struct undo){.kind = KIND_COUNT,
	    .before.guard = {guard, idmap_get(&book->guards, guard)}};
	idmap_set(&book->guards, guard, number);
}

void
book_retract(struct book *book)
{
	const struct supposition *last;

	if (book->supposing == 0)
		abort();
	last = &book->suppositions[--book->supposing];
	while (book->undo_count > last->undo)
		retract(book);
	book->longest = last->longest;
}

void
book_set_guard(struct book *book, struct id guard, uint64_t number)
{
	idmap_set(&book->guards, guard, number);
}

uint64_t
book_guard(const struct book *book, struct id guard)
{
	uint64_t number = idmap_get(&book->guards, guard);

	return number == IDMAP_NONE ? 0 : number;
}

const struct counters *
book_counters(const struct book *book)
{
	return book->counters;
}

size_t
book_memory(const struct book *book)
{
	size_t bytes = sizeof(*book);

	for (unsigned i = 0; i < KIND_DIRECTORY_COUNT; i++)
		bytes += directory_memory(&book->directories[i]);
	bytes += words_memory(&book->words);
	bytes += territories_memory(&book->territories);
	bytes += grid_memory(&book->grid);
	bytes += places_memory(&book->places);
	bytes += slots_memory(book);
	bytes += counters_memory(book->counters);
	bytes += idmap_memory(&book->guards);
	bytes += book->undo_capacity * sizeof(book->undo[0]);
	return bytes;
}
