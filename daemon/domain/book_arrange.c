/* SPDX-License-Identifier: ISC */
/*
 * book_arrange: moves the assignments of a loaded book together.
 *
 * Those of a physician stand side by side, in the order of time, and all runs
 * stand in one piece: what a list reads is then in few lines of the cache and
 * few pages.
 */
#include "daemon/domain/book_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20 };

/* Of huge pages, where the system has them: what a list reads stands together,
 * but what the next list reads is far away. */
static void *
large_new(size_t size)
{
	size_t whole = (size + HUGE_PAGE - 1) & ~(size_t)(HUGE_PAGE - 1);
	void *large;

	if (size <= HUGE_PAGE || posix_memalign(&large, HUGE_PAGE, whole) != 0)
		return xmalloc(size);
	madvise(large, whole, MADV_HUGEPAGE);
	return large;
}

/* Moves the runs of a table to `to`; where the next one goes. */
static int32_t *
table_pack(struct run_table *table, int32_t *to)
{
	for (size_t i = 0; i < table->capacity; i++) {
		struct run_list *run = &table->at[i];

		if (run->count == 0) {
			slots_free_run(run);
			*run = (struct run_list){.count = 0};
			continue;
		}
		slots_move_run(run, to, run->count);
		run->packed = true;
		to += 2 * (size_t)run->count;
	}
	return to;
}

/* Every assignment stands in two runs. */
static void
pack(struct book *book)
{
	void *runs = large_new(2 * book->count * PER_RUN_ENTRY);

	table_pack(&book->sites, table_pack(&book->physicians, runs));
	free(book->runs);
	book->runs = runs;
}

/* Every assignment stands in one run of a physician. */
void
slots_arrange(struct book *book)
{
	struct assignment *pool =
	    large_new(book->capacity * sizeof(book->pool[0]));
	uint32_t *moved = xcalloc(book->count, sizeof(moved[0]));
	uint32_t to = 0;

	for (size_t i = 0; i < book->physicians.capacity; i++) {
		struct run_list *run = &book->physicians.at[i];

		for (uint32_t j = 0; j < run->count; j++, to++) {
			pool[to] = book->pool[run->slot[j]];
			moved[run->slot[j]] = to;
			run->slot[j] = to;
		}
	}
	for (size_t i = 0; i < book->sites.capacity; i++) {
		struct run_list *run = &book->sites.at[i];

		for (uint32_t j = 0; j < run->count; j++)
			run->slot[j] = moved[run->slot[j]];
	}
	free(moved);
	free(book->pool);
	book->pool = pool;
	pack(book);
	idindex_fini(&book->by_id);
	idindex_init(&book->by_id, sizeof(struct assignment));
	for (to = 0; to < book->count; to++)
		idindex_add(&book->by_id, pool, to);
}
