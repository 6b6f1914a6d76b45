/* SPDX-License-Identifier: ISC */
/* explain_write: all of it, as lines behind those of the plan. */
#include "daemon/planner/explain.h"

#include "proto/out.h"

#include <inttypes.h>
#include <stdlib.h>

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
		explain_advice(file, &explain);
		if (!search_interrupted(search))
			explain_open(file, &explain);
		if (!search_interrupted(search))
			explain_runners(file, &explain);
		explain_free(&explain);
	}
	return fflush(file) == 0 && ferror(file) == 0;
}
