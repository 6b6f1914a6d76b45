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
		directory_init(&book->directories[i], (enum kind)i);
	words_init(&book->words);
	slots_init(book);
	book->counters = counters_new();
	idmap_init(&book->guards);
	return book;
}

void
book_free(struct book *book)
{
	if (book == NULL)
		return;
	if (book->supposing)
		book_retract(book);
	for (unsigned i = 0; i < KIND_DIRECTORY_COUNT; i++)
		directory_fini(&book->directories[i]);
	words_fini(&book->words);
	territories_fini(&book->territories);
	slots_fini(book);
	counters_free(book->counters);
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

/* The revision that the book has, 0: none. */
static uint32_t
revision(const struct book *book, enum kind kind, struct id id)
{
	if (kind == KIND_ASSIGNMENT) {
		const struct assignment *a = book_assignment(book, id);

		return a == NULL ? 0 : a->rev;
	} else {
		int32_t index = book_find(book, kind, id);

		return index == REF_NONE ? 0
					 : book_entity(book, kind, index)->rev;
	}
}

static bool
refers(const struct book *book, const struct change *change)
{
	if (change->kind == KIND_ASSIGNMENT)
		return slots_refers(book, &change->after->assignment);
	return directory_refers(book, change->kind, &change->after->entity);
}

static void
put(struct book *book, const struct change *change, bool later,
    struct undo *undo)
{
	if (change->kind == KIND_SITE || change->kind == KIND_TERRITORY)
		book->territories.stale = true;
	if (change->kind == KIND_ASSIGNMENT)
		slots_put(book, change, later, undo);
	else
		directory_put(
		    &book->directories[change->kind], change, later, undo);
}

enum apply
book_apply(struct book *book, const struct change *change)
{
	uint32_t have = revision(book, change->kind, change->id);

	if (book->supposing)
		abort();
	if (change->rev <= have)
		return APPLY_REPEATED;
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
	if (book->supposing)
		abort();
	if (!refers(book, change))
		return APPLY_DANGLING;
	if (change->kind == KIND_ASSIGNMENT &&
	    change->after->assignment.day < book->from)
		counters_add(book->counters, &change->after->assignment);
	else
		put(book, change, true, NULL);
	return APPLY_DONE;
}

void
book_suppose(struct book *book, const struct change *const changes[], size_t n)
{
	if (book->supposing)
		abort();
	book->supposing = true;
	book->longest_before = book->longest;
	book->undo =
	    xgrow(book->undo, &book->undo_capacity, n, sizeof(book->undo[0]));
	for (size_t i = 0; i < n; i++) {
		if (!refers(book, changes[i]))
			abort();
		put(book, changes[i], false, &book->undo[i]);
		book->undo_count++;
	}
}

void
book_retract(struct book *book)
{
	if (!book->supposing)
		abort();
	while (book->undo_count > 0) {
		struct undo *undo = &book->undo[--book->undo_count];

		if (undo->kind == KIND_SITE || undo->kind == KIND_TERRITORY)
			book->territories.stale = true;
		if (undo->kind == KIND_ASSIGNMENT)
			slots_undo(book, undo);
		else
			directory_undo(&book->directories[undo->kind], undo);
	}
	book->longest = book->longest_before;
	book->supposing = false;
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
	bytes += slots_memory(book);
	bytes += counters_memory(book->counters);
	bytes += idmap_memory(&book->guards);
	bytes += book->undo_capacity * sizeof(book->undo[0]);
	return bytes;
}
