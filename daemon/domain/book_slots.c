/* SPDX-License-Identifier: ISC */
/*
 * book_slots: the assignments.
 *
 * They stand in one array; an index finds them by id, and each physician and
 * site has a run of their positions in the order of time.  Loading appends to
 * the runs; a run that came out of order is sorted once, before the first
 * reading, and the array is arranged so that the half-days of a physician stand
 * together: a list then costs as much in a nation as in a region.
 */
#include "daemon/domain/book_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum {
	RUN_FIRST_CAPACITY = 8,
	/* The clock east of UTC is ahead by this at most, seconds. */
	FARTHEST_EAST = 15 * 3600,
	/* A search asks for so much of a run at once, by lines of the cache. */
	LOOK_AHEAD = 128,
	PER_LINE = 64 / sizeof(int32_t),
	/* Then for so many of the assignments that it finds. */
	FIRST_FOUND = 6
};

void
slots_init(struct book *book)
{
	idindex_init(&book->by_id, sizeof(struct assignment));
}

void
slots_free_run(struct run_list *run)
{
	if (!run->packed)
		free(run->minute);
}

static void
table_fini(struct run_table *table)
{
	for (size_t i = 0; i < table->capacity; i++)
		slots_free_run(&table->at[i]);
	free(table->at);
}

void
slots_fini(struct book *book)
{
	free(book->pool);
	idindex_fini(&book->by_id);
	table_fini(&book->physicians);
	table_fini(&book->sites);
	free(book->runs);
}

bool
slots_refers(const struct book *book, const struct assignment *a)
{
	return a->physician >= 0 && a->site >= 0 &&
	    a->physician < book_count(book, KIND_PHYSICIAN) &&
	    a->site < book_count(book, KIND_SITE) && a->programme >= REF_NONE &&
	    a->programme < book->words.count &&
	    a->rotation <= (uint32_t)book_count(book, KIND_ROTATION);
}

/* Rounded down, so that minutes stand in the order of instants. */
static int32_t
minute_of(int64_t instant)
{
	int64_t minute = instant / 60 - (instant % 60 < 0);

	if (minute > INT32_MAX)
		return INT32_MAX;
	return minute < INT32_MIN ? INT32_MIN : (int32_t)minute;
}

/* First position of a minute that is not before `minute`. */
static size_t
first_minute(const int32_t *minutes, size_t count, int32_t minute)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (minutes[middle] < minute)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int
compare(const struct assignment *a, const struct assignment *b)
{
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return id_compare(a->id, b->id);
}

/* First position in a run that does not stand before `key`. */
static uint32_t
lower_bound(const struct book *book, const struct run_list *run,
    const struct assignment *key)
{
	int32_t minute = minute_of(key->from);
	size_t low = first_minute(run->minute, run->count, minute);
	size_t high = low;

	while (high < run->count && run->minute[high] == minute)
		high++;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&book->pool[run->slot[middle]], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return (uint32_t)low;
}

static struct run_list *
run_of(struct run_table *table, int32_t index)
{
	table->at = xgrow_zero(table->at, &table->capacity, (size_t)index + 1,
	    sizeof(table->at[0]));
	return &table->at[index];
}

void
slots_move_run(struct run_list *run, int32_t *to, size_t capacity)
{
	uint32_t *slot = (uint32_t *)(to + capacity);

	if (run->count > 0) {
		memcpy(to, run->minute, run->count * sizeof(*to));
		memcpy(slot, run->slot, run->count * sizeof(*slot));
	}
	slots_free_run(run);
	run->minute = to;
	run->slot = slot;
	run->capacity = (uint32_t)capacity;
}

static void
run_grow(struct run_list *run)
{
	size_t capacity = run->capacity;

	if (run->count < capacity)
		return;
	/* By half: a year of runs leaves little unused. */
	capacity += capacity / 2;
	if (capacity < RUN_FIRST_CAPACITY)
		capacity = RUN_FIRST_CAPACITY;
	slots_move_run(run, xmalloc(capacity * PER_RUN_ENTRY), capacity);
	run->packed = false;
}

/* In its place, whatever the order of calls. */
static void
run_insert(const struct book *book, struct run_list *run, uint32_t slot)
{
	uint32_t at = lower_bound(book, run, &book->pool[slot]);

	run_grow(run);
	memmove(run->slot + at + 1, run->slot + at,
	    (run->count - at) * sizeof(run->slot[0]));
	memmove(run->minute + at + 1, run->minute + at,
	    (run->count - at) * sizeof(run->minute[0]));
	run->slot[at] = slot;
	run->minute[at] = minute_of(book->pool[slot].from);
	run->count++;
}

static void
run_remove(const struct book *book, struct run_list *run, uint32_t slot)
{
	uint32_t at = lower_bound(book, run, &book->pool[slot]);

	if (at >= run->count || run->slot[at] != slot)
		abort();
	run->count--;
	memmove(run->slot + at, run->slot + at + 1,
	    (run->count - at) * sizeof(run->slot[0]));
	memmove(run->minute + at, run->minute + at + 1,
	    (run->count - at) * sizeof(run->minute[0]));
}

/* At the end, for now. */
static void
run_append(struct book *book, struct run_list *run, uint32_t slot)
{
	run_grow(run);
	if (!run->unsorted && run->count > 0 &&
	    compare(&book->pool[run->slot[run->count - 1]], &book->pool[slot]) >
		0) {
		run->unsorted = true;
		book->unsorted = true;
	}
	run->minute[run->count] = minute_of(book->pool[slot].from);
	run->slot[run->count++] = slot;
}

static int
compare_slots(const void *a, const void *b, void *arg)
{
	const struct assignment *pool = arg;

	return compare(
	    &pool[*(const uint32_t *)a], &pool[*(const uint32_t *)b]);
}

static void
table_settle(struct book *book, struct run_table *table)
{
	for (size_t i = 0; i < table->capacity; i++) {
		struct run_list *run = &table->at[i];

		if (!run->unsorted)
			continue;
		qsort_r(run->slot, run->count, sizeof(run->slot[0]),
		    compare_slots, book->pool);
		for (uint32_t j = 0; j < run->count; j++)
			run->minute[j] =
			    minute_of(book->pool[run->slot[j]].from);
		run->unsorted = false;
	}
}

bool
slots_settle(struct book *book)
{
	if (book->unsorted) {
		table_settle(book, &book->physicians);
		table_settle(book, &book->sites);
		book->unsorted = false;
	}
	/* Rarely enough to cost little for each one loaded. */
	if (book->loaded == 0 || book->loaded * 2 < book->count)
		return false;
	slots_arrange(book);
	book->loaded = 0;
	return true;
}

static void
add(struct book *book, const struct assignment *after, bool later)
{
	uint32_t at = (uint32_t)book->count;
	struct run_list *physician, *site;

	book->pool = xgrow(book->pool, &book->capacity, book->count + 1,
	    sizeof(book->pool[0]));
	book->pool[book->count++] = *after;
	idindex_add(&book->by_id, book->pool, at);
	physician = run_of(&book->physicians, after->physician);
	site = run_of(&book->sites, after->site);
	if (later) {
		run_append(book, physician, at);
		run_append(book, site, at);
		book->loaded++;
	} else {
		run_insert(book, physician, at);
		run_insert(book, site, at);
	}
}

static void
replace(struct book *book, uint32_t at, const struct assignment *after)
{
	struct assignment *a = &book->pool[at];
	bool physician =
	    a->from != after->from || a->physician != after->physician;
	bool site = a->from != after->from || a->site != after->site;

	if (physician)
		run_remove(book, run_of(&book->physicians, a->physician), at);
	if (site)
		run_remove(book, run_of(&book->sites, a->site), at);
	*a = *after;
	if (physician)
		run_insert(book, run_of(&book->physicians, a->physician), at);
	if (site)
		run_insert(book, run_of(&book->sites, a->site), at);
}

void
slots_put(struct book *book, const struct change *change, bool later,
    struct undo *undo)
{
	struct assignment after = change->after->assignment;
	uint32_t at = idindex_find(&book->by_id, book->pool, change->id);

	after.id = change->id;
	after.rev = change->rev;
	/* Only what is new may wait for its place. */
	if ((!later || at != IDINDEX_NONE) && slots_settle(book))
		at = idindex_find(&book->by_id, book->pool, change->id);
	if (undo != NULL) {
		*undo = (struct undo){.kind = KIND_ASSIGNMENT};
		undo->fresh = at == IDINDEX_NONE;
		undo->at = undo->fresh ? (uint32_t)book->count : at;
		if (!undo->fresh)
			undo->before.assignment = book->pool[at];
	}
	if (at == IDINDEX_NONE)
		add(book, &after, later);
	else
		replace(book, at, &after);
	if (after.length > book->longest)
		book->longest = after.length;
}

void
slots_undo(struct book *book, const struct undo *undo)
{
	const struct assignment *a = &book->pool[undo->at];

	if (!undo->fresh) {
		replace(book, undo->at, &undo->before.assignment);
		return;
	}
	run_remove(book, run_of(&book->physicians, a->physician), undo->at);
	run_remove(book, run_of(&book->sites, a->site), undo->at);
	idindex_remove(&book->by_id, book->pool, undo->at);
	book->count--;
}

size_t
book_assignments(const struct book *book)
{
	return book->count;
}

const struct assignment *
book_assignment(const struct book *book, struct id id)
{
	uint32_t at;

	/* Settling does not change what the book holds. */
	slots_settle((struct book *)book);
	at = idindex_find(&book->by_id, book->pool, id);
	return at == IDINDEX_NONE ? NULL : &book->pool[at];
}

const struct assignment *
book_at(const struct book *book, uint32_t slot)
{
	return &book->pool[slot];
}

static struct run
run_read(const struct book *book, const struct run_table *table, int32_t index)
{
	struct run run = {NULL, 0, NULL, NULL};

	/* Settling does not change what the book holds. */
	slots_settle((struct book *)book);
	run.pool = book->pool;
	if (index < 0 || (size_t)index >= table->capacity)
		return run;
	run.slot = table->at[index].slot;
	run.count = table->at[index].count;
	run.minute = table->at[index].minute;
	/* In a large book none of it is in a cache, and what a search looks at
	 * first decides what it looks at next. */
	for (size_t i = 0; i < run.count && i < LOOK_AHEAD; i += PER_LINE) {
		__builtin_prefetch(run.minute + i);
		__builtin_prefetch(run.slot + i);
	}
	return run;
}

struct run
book_physician_run(const struct book *book, int32_t physician)
{
	return run_read(book, &book->physicians, physician);
}

struct run
book_site_run(const struct book *book, int32_t site)
{
	return run_read(book, &book->sites, site);
}

size_t
run_from_instant(const struct book *book, struct run run, int64_t instant)
{
	int32_t minute = minute_of(instant);
	size_t at = first_minute(run.minute, run.count, minute);

	/* Those that began earlier in this very minute. */
	while (at < run.count && run.minute[at] == minute &&
	    book->pool[run.slot[at]].from < instant)
		at++;
	return at;
}

size_t
run_from_day(const struct book *book, struct run run, int32_t day)
{
	size_t at = run_from_instant(
	    book, run, (int64_t)day * SECONDS_PER_DAY - FARTHEST_EAST);

	for (size_t i = at; i < run.count && i < at + FIRST_FOUND; i++)
		__builtin_prefetch(&book->pool[run.slot[i]]);
	while (at < run.count && book->pool[run.slot[at]].day < day)
		at++;
	return at;
}

uint32_t
book_longest(const struct book *book)
{
	return book->longest;
}

static size_t
table_memory(const struct run_table *table)
{
	size_t bytes = table->capacity * sizeof(table->at[0]);

	for (size_t i = 0; i < table->capacity; i++)
		bytes += table->at[i].capacity * PER_RUN_ENTRY;
	return bytes;
}

size_t
slots_memory(const struct book *book)
{
	return book->capacity * sizeof(book->pool[0]) +
	    idindex_memory(&book->by_id) + table_memory(&book->physicians) +
	    table_memory(&book->sites);
}
