/* SPDX-License-Identifier: ISC */
/*
 * book_cuts: the days at which older time is cut beyond its weeks and months.
 *
 * A quota that begins in the middle of a bucket counts from its first day on,
 * so the counters of its physician - of everybody, where it is a programme's -
 * are cut there.  Quotas are loaded before assignments; one that comes later
 * and would need a cut that was not made has the counters loaded again.
 */
#include "daemon/domain/book_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>

enum { EVERYBODY = REF_NONE };

void
cuts_fini(struct cuts *cuts)
{
	free(cuts->at);
}

static int
compare(const void *a, const void *b)
{
	const struct book_cut *x = a, *y = b;

	if (x->physician != y->physician)
		return x->physician < y->physician ? -1 : 1;
	return (x->day > y->day) - (x->day < y->day);
}

static bool
needs_cut(const struct quota *quota)
{
	return bucket_first(quota->from) != quota->from;
}

static struct book_cut
cut_of(const struct quota *quota)
{
	return (struct book_cut){
	    quota->physician == REF_NONE ? EVERYBODY : quota->physician,
	    quota->from};
}

static void
settle(struct book *book)
{
	struct cuts *cuts = &book->cuts;
	int32_t n = book_count(book, KIND_QUOTA);

	if (!cuts->stale)
		return;
	cuts->stale = false;
	cuts->count = 0;
	for (int32_t i = 0; i < n; i++) {
		const struct quota *quota =
		    (const struct quota *)book_entity(book, KIND_QUOTA, i);

		if (!needs_cut(quota))
			continue;
		cuts->at = xgrow(cuts->at, &cuts->capacity, cuts->count + 1,
		    sizeof(cuts->at[0]));
		cuts->at[cuts->count++] = cut_of(quota);
	}
	if (cuts->count > 0)
		qsort(cuts->at, cuts->count, sizeof(cuts->at[0]), compare);
}

/* The last one of the physician not after the day, else the day `otherwise`. */
static int32_t
last_of(
    const struct cuts *cuts, int32_t physician, int32_t day, int32_t otherwise)
{
	const struct book_cut key = {physician, day};
	size_t low = 0, high = cuts->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&cuts->at[middle], &key) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || cuts->at[low - 1].physician != physician ||
	    cuts->at[low - 1].day < otherwise)
		return otherwise;
	return cuts->at[low - 1].day;
}

int32_t
book_cut(struct book *book, const struct assignment *a)
{
	int32_t day = bucket_first(a->day);

	settle(book);
	if (book->cuts.count == 0)
		return day;
	day = last_of(&book->cuts, EVERYBODY, a->day, day);
	return last_of(&book->cuts, a->physician, a->day, day);
}

bool
book_counts_from(const struct book *book, const struct quota *quota)
{
	struct book_cut cut = cut_of(quota);
	int32_t bucket = bucket_first(quota->from);

	return quota->from >= book->from || !needs_cut(quota) ||
	    last_of(&book->cuts, cut.physician, cut.day, bucket) == cut.day ||
	    !counters_begin_in(
		book->counters, quota->physician, bucket, quota->from);
}

const struct book_cut *
book_cuts(const struct book *book, size_t *count)
{
	*count = book->cuts.count;
	return book->cuts.at;
}

void
book_load_cut(struct book *book, const struct book_cut *cut)
{
	struct cuts *cuts = &book->cuts;
	size_t at;

	cuts->stale = false;
	cuts->at = xgrow(
	    cuts->at, &cuts->capacity, cuts->count + 1, sizeof(cuts->at[0]));
	for (at = cuts->count; at > 0; at--) {
		if (compare(&cuts->at[at - 1], cut) <= 0)
			break;
		cuts->at[at] = cuts->at[at - 1];
	}
	cuts->at[at] = *cut;
	cuts->count++;
}
