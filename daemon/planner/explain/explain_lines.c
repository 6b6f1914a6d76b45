/* SPDX-License-Identifier: ISC */
/*
 * explain_lines: lines by the thousand, by all threads of the search.
 *
 * Batch by batch: a thread writes the lines that it took one behind the other,
 * then they go to the file in order.  What is tried for a line is taken back,
 * so it does not matter who writes it; those behind the first that time or a
 * signal left out are left out as well.
 */
#include "daemon/planner/explain/explain.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/planner/bound/pool.h"
#include "proto/out.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH = 512, LINE_LEN_MAX = 4096 };

struct piece {
	int32_t number;
	size_t before; /* lines of the kind */
	bool done;
	/* Its text: on whose page, where; none if there is nothing to tell. */
	unsigned thread;
	size_t at, len;
};

struct page {
	char *text;
	size_t len, room;
};

struct batch {
	struct explain *explain;
	const struct lines *lines;
	struct piece piece[BATCH];
	int32_t site[BATCH]; /* to be counted, or NAMES_NONE */
	size_t count;
	struct page *page; /* by thread */
};

static void
append(struct page *page, struct piece *piece, const struct out *out)
{
	/* Ids are short: it cannot be. */
	if (out->overflow)
		abort();
	page->text =
	    xgrow(page->text, &page->room, page->len + out->len + 1, 1);
	piece->at = page->len;
	piece->len = out->len + 1;
	memcpy(page->text + page->len, out->ptr, out->len);
	page->len += piece->len;
	page->text[page->len - 1] = '\n';
}

static void
on_piece(void *context, size_t item, unsigned thread)
{
	struct batch *batch = context;
	struct piece *piece = &batch->piece[item];
	struct explain *hand = explain_hand(batch->explain, thread);
	char text[LINE_LEN_MAX];
	struct out out = OUT(text);
	double began;

	if (explain_over(batch->explain))
		return;
	began = search_worked();
	piece->thread = thread;
	if (batch->lines->write(&out, hand, piece->number, batch->lines->tries))
		append(&batch->page[thread], piece, &out);
	piece->done = true;
	hand->worked += search_worked() - began;
}

/* The next lines, from *number on; a rehearsal leaves most of them out. */
static void
fill(struct batch *batch, size_t *number, size_t *told)
{
	const struct lines *lines = batch->lines;

	batch->count = 0;
	for (; *number < lines->numbers && *told < lines->most &&
	     batch->count < BATCH;
	     ++*number) {
		if (!lines->has(batch->explain, *number))
			continue;
		if (*told % batch->explain->step == 0)
			batch->piece[batch->count++] = (struct piece){
			    .number = (int32_t)*number, .before = *told};
		++*told;
	}
}

static void
on_site(void *context, size_t item, unsigned thread)
{
	const struct batch *batch = context;
	double began;

	if (batch->site[item] == NAMES_NONE || explain_over(batch->explain))
		return;
	began = search_worked();
	explain_absent(batch->explain, batch->site[item]);
	explain_hand(batch->explain, thread)->worked += search_worked() - began;
}

/* Who has no way to the sites of the lines, before several of them ask at once
 * for the same. */
static void
count_absent(struct batch *batch)
{
	struct explain *explain = batch->explain;
	const struct instance *in = explain->model->in;

	for (size_t i = 0; i < batch->count; i++) {
		int32_t site = in->need[batch->piece[i].number].site;

		batch->site[i] =
		    explain_ask_absent(explain, site) ? site : NAMES_NONE;
	}
	pool_run(explain->search->pool, batch->count, on_site, batch);
}

static void
run(struct batch *batch)
{
	struct explain *explain = batch->explain;
	uint64_t began = clock_mono_us();

	if (batch->lines->needs)
		count_absent(batch);
	pool_run(explain->search->pool, batch->count, on_piece, batch);
	explain->shared += (double)(clock_mono_us() - began) / 1e6;
}

/* To the file, as far as they go without a gap; how many pieces. */
static size_t
print(FILE *file, struct batch *batch, unsigned threads)
{
	size_t i;

	for (i = 0; i < batch->count && batch->piece[i].done; i++) {
		const struct piece *piece = &batch->piece[i];

		if (piece->len > 0)
			fwrite(batch->page[piece->thread].text + piece->at, 1,
			    piece->len, file);
	}
	for (unsigned t = 0; t < threads; t++)
		batch->page[t].len = 0;
	return i;
}

/* What the others have tried counts as if one had. */
static void
gather_tries(struct explain *explain, unsigned threads)
{
	for (unsigned t = 1; t < threads; t++) {
		struct force *force = &explain_hand(explain, t)->force;

		explain->force.tries += force->tries;
		force->tries = 0;
	}
}

size_t
explain_lines(FILE *file, struct explain *explain, const struct lines *lines)
{
	unsigned threads = pool_threads(explain->search->pool);
	struct batch *batch = xcalloc(1, sizeof(*batch));
	size_t number = 0, told = 0, done;

	batch->explain = explain;
	batch->lines = lines;
	batch->page = xcalloc(threads, sizeof(batch->page[0]));
	while (number < lines->numbers && told < lines->most &&
	    !explain_over(explain)) {
		fill(batch, &number, &told);
		run(batch);
		done = print(file, batch, threads);
		if (done < batch->count) {
			told = batch->piece[done].before;
			break;
		}
	}
	gather_tries(explain, threads);
	for (unsigned t = 0; t < threads; t++)
		free(batch->page[t].text);
	free(batch->page);
	free(batch);
	return told;
}

size_t
explain_count(const struct explain *explain, const struct lines *lines)
{
	size_t count = 0;

	for (size_t n = 0; n < lines->numbers; n++)
		count += lines->has(explain, n);
	return count;
}
