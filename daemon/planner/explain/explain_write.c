/* SPDX-License-Identifier: ISC */
/* explain_write: all of it, as lines behind those of the plan. */
#include "daemon/planner/explain/explain.h"

#include "daemon/base/clock.h"
#include "daemon/planner/bound/pool.h"
#include "daemon/planner/reduce/reduce.h"
#include "proto/out.h"

#include <inttypes.h>
#include <stdlib.h>

enum { REST_US = 5000 };

void
explain_need(
    struct out *out, const struct instance *in, const struct need *need)
{
	const struct activity_kind *kind = &in->activity[need->activity];

	out_key_text(out, "site", names_text(&in->site_names, need->site));
	out_key_day(out, "day", in->from + half_day(need->half));
	out_key(out, "part");
	out_char(out, part_letter((enum part)half_part(need->half)));
	out_key_value(
	    out, "activity", (struct span){kind->word, (size_t)kind->word_len});
	if (kind->special[0] != '\0')
		out_key_text(out, "specialty", kind->special);
	if (need->programme != NAMES_NONE)
		out_key_text(out, "programme",
		    names_text(&in->programme_names, need->programme));
}

void
explain_print(FILE *file, const struct out *out)
{
	/* Ids are short: it cannot be. */
	if (out->overflow)
		abort();
	fwrite(out->ptr, 1, out->len, file);
	putc('\n', file);
}

static void
write_terms(FILE *file, const struct board *board)
{
	struct ledger ledger;

	ledger_board(&ledger, board);
	for (int i = 0; i < ITEM_COUNT; i++) {
		const struct item_info *info = item_info((enum item)i);

		if (ledger.points[i] == 0 && ledger.count[i] == 0)
			continue;
		fprintf(file,
		    "term term=%s key=%s count=%" PRId64 " points=%" PRId64
		    "\n",
		    info->id, info->key, ledger.count[i], ledger.points[i]);
	}
	if (board->model->in->reduction != NULL)
		reduction_weights(board->model->in->reduction, file);
}

bool
explain_over(const struct explain *explain)
{
	return search_interrupted(explain->search) ||
	    (explain->until_us != 0 && clock_mono_us() >= explain->until_us);
}

/* Lines by the thousand: first those of open half-days, for half of the time at
 * most. */
static void
write_lines(FILE *file, struct explain *explain)
{
	uint64_t until = explain->until_us, now = clock_mono_us();

	if (until > now)
		explain->until_us = now + (until - now) / 2;
	explain_open(file, explain);
	explain->until_us = until;
	explain_runners(file, explain);
}

bool
explain_write(FILE *file, const struct search *search)
{
	struct explain explain;

	write_terms(file, &search->best);
	/* Who ends the run waits for the plan, not for its reasons. */
	if (!search_interrupted(search))
		explain_locks(file, search->model);
	if (!search_interrupted(search)) {
		explain_make(&explain, search);
		/* What is left for the end of the file. */
		if (explain.until_us != 0)
			explain.until_us -= REST_US;
		explain_advice(file, &explain);
		explain_contracts(file, &explain);
		write_lines(file, &explain);
		explain_free(&explain);
	}
	return fflush(file) == 0 && ferror(file) == 0;
}

/*
 * The seconds on lines, of all threads together: those that went by, for a busy
 * machine does not run all threads at once, but as far as they can be trusted,
 * being few: not less than when all run, not more than one alone would take.
 */
static double
shared(struct explain *explain)
{
	unsigned threads = pool_threads(explain->search->pool);
	double sum = 0;

	for (unsigned t = 0; t < threads; t++)
		sum += explain_hand(explain, t)->worked;
	if (explain->shared > sum)
		return sum;
	return explain->shared < sum / threads ? sum / threads
					       : explain->shared;
}

double
explain_rehearse(FILE *file, const struct search *search)
{
	double start = search_worked(), before, between, seconds;
	struct explain explain;

	write_terms(file, &search->best);
	explain_make(&explain, search);
	explain_advice(file, &explain);
	before = search_worked();
	explain.step = EXPLAIN_PART;
	explain_contracts(file, &explain);
	between = search_worked();
	write_lines(file, &explain);
	/* Whoever writes a part of the lines has looked for all of them. */
	seconds = before - start + (between - before) * EXPLAIN_PART +
	    (search_worked() - between - explain.worked) +
	    shared(&explain) * EXPLAIN_PART;
	explain_free(&explain);
	return seconds;
}
