/* SPDX-License-Identifier: ISC */
/* plan_write: a plan as lines. */
#include "daemon/planner/output/plan_write.h"

#include "daemon/planner/explain/explain.h"
#include "daemon/planner/reduce/reduce.h"
#include "proto/out.h"

#include <inttypes.h>
#include <stdlib.h>

/* REHEARSED: one half-day and one need in so many. */
enum { LINE_MAX_LEN = 1024, REHEARSED = 64 };

/* For which programme the physician works there, which a need need not say. */
static void
put_programme(struct out *out, const struct instance *in, int32_t physician,
    const struct need *need)
{
	int32_t programme = in->physician[physician].programme - 1;

	if (need->programme == NAMES_NONE && programme >= 0)
		out_key_text(out, "programme",
		    names_text(&in->programme_names, programme));
}

static void
put_price(struct out *out, const char *key, int64_t price)
{
	out_key(out, key);
	out_i64(out, price);
}

static void
print(FILE *file, const struct out *out)
{
	/* Ids are short: it cannot be. */
	if (out->overflow)
		abort();
	fwrite(out->ptr, 1, out->len, file);
	putc('\n', file);
}

/* One in so many, for a rehearsal. */
static void
write_assigns(FILE *file, const struct search *search, size_t step)
{
	const struct model *model = search->model;
	const struct instance *in = model->in;
	char text[LINE_MAX_LEN];

	for (size_t s = 0; s < model->seats; s += step) {
		struct out out = OUT(text);
		int32_t choice = search->best.choice[s];

		if (choice == OPTION_NONE)
			continue;
		out_literal(&out, "assign");
		out_key_text(&out, "physician",
		    names_text(&in->physician_names, model->seat[s].physician));
		explain_need(&out, in, &in->need[model->option[choice].need]);
		put_programme(&out, in, model->seat[s].physician,
		    &in->need[model->option[choice].need]);
		print(file, &out);
	}
}

/* What is planned and is not in the plan any more. */
static void
write_drops(FILE *file, const struct instance *in)
{
	char text[LINE_MAX_LEN];
	size_t at = 0;
	struct id id;

	while (in->reduction != NULL &&
	    reduction_dropped(in->reduction, &at, &id)) {
		struct out out = OUT(text);

		out_literal(&out, "drop");
		out_key_id(&out, "slot", id);
		print(file, &out);
	}
}

static void
write_conflicts(FILE *file, const struct model *model)
{
	const struct instance *in = model->in;
	char text[LINE_MAX_LEN];

	for (size_t i = 0; i < model->conflicts; i++) {
		const struct mark *mark = &in->mark[model->conflict[i].mark];
		struct out out = OUT(text);

		out_literal(&out, "conflict");
		out_key_text(&out, "physician",
		    names_text(&in->physician_names, mark->physician));
		explain_need(&out, in, &in->need[mark->need]);
		out_key_text(&out, "why", model->conflict[i].word);
		print(file, &out);
	}
}

static void
write_slot_prices(FILE *file, const struct search *search, size_t step)
{
	const struct instance *in = search->model->in;
	const int64_t *price = search->dual.best.slot;
	char text[LINE_MAX_LEN];

	for (size_t n = 0; n < in->needs; n += step) {
		struct out out = OUT(text);

		if (price[n] == 0)
			continue;
		out_literal(&out, "price");
		explain_need(&out, in, &in->need[n]);
		put_price(&out, "slot", price[n]);
		print(file, &out);
	}
}

/* Named shares by their name, others by whom they are of. */
static void
write_share_prices(FILE *file, const struct search *search)
{
	const struct instance *in = search->model->in;
	const int64_t *price = search->dual.best.share;
	char text[LINE_MAX_LEN];

	for (size_t g = 0; g < in->shares; g++) {
		const struct share *share = &in->share[g];
		struct out out = OUT(text);

		if (price[g] == 0 ||
		    (g >= in->share_names.count &&
			share->physician != NAMES_NONE))
			continue;
		out_literal(&out, "price");
		if (g < in->share_names.count)
			out_key_text(&out, "share",
			    names_text(&in->share_names, (int32_t)g));
		else
			out_key_text(&out, "site",
			    names_text(&in->site_names, share->site));
		put_price(&out, "minority", price[g]);
		print(file, &out);
	}
}

static void
write_physician_prices(FILE *file, const struct search *search)
{
	const struct instance *in = search->model->in;
	const struct prices *prices = &search->dual.best;
	size_t first = in->share_names.count;
	char text[LINE_MAX_LEN];

	for (int32_t p = 0; p < in->physicians; p++) {
		int64_t minority = in->rule.minority_physician
		    ? prices->share[first + (size_t)p]
		    : 0;
		struct out out = OUT(text);

		if (minority == 0 && prices->unpopular[p] == 0)
			continue;
		out_literal(&out, "price");
		out_key_text(
		    &out, "physician", names_text(&in->physician_names, p));
		if (minority != 0)
			put_price(&out, "minority", minority);
		put_price(&out, "unpopular", prices->unpopular[p]);
		print(file, &out);
	}
}

static void
write_cap_prices(FILE *file, const struct search *search)
{
	const struct instance *in = search->model->in;
	const int64_t *price = search->dual.best.cap;
	char text[LINE_MAX_LEN];

	for (size_t c = 0; c < in->caps; c++) {
		struct out out = OUT(text);

		if (price[c] == 0)
			continue;
		out_literal(&out, "price");
		out_key_text(
		    &out, "cap", names_text(&in->cap_names, (int32_t)c));
		put_price(&out, "unit", price[c]);
		print(file, &out);
	}
}

bool
plan_write(FILE *file, const struct search *search, uint64_t seed)
{
	fprintf(file,
	    "plan version=1 seed=%" PRIu64 " rounds=%d phases=%" PRId32
	    " cost=%" PRId64 " bound=%" PRId64 " sweeps=%" PRId32,
	    seed, search->dual.rounds, search->phases, search->cost,
	    search->bound, search->sweeps);
	if (search->answers > 0)
		fprintf(file, " answers=%" PRId32, search->answers);
	putc('\n', file);
	for (int32_t i = 0; i < search->phases; i++)
		fprintf(file,
		    "phase number=%" PRId32 " temperature=%" PRId32 "\n", i,
		    search->temperature[i]);
	write_assigns(file, search, 1);
	write_drops(file, search->model->in);
	write_conflicts(file, search->model);
	write_slot_prices(file, search, 1);
	write_physician_prices(file, search);
	write_share_prices(file, search);
	write_cap_prices(file, search);
	return fflush(file) == 0 && ferror(file) == 0;
}

double
plan_rehearse(FILE *file, const struct search *search)
{
	double start = search_worked();

	write_assigns(file, search, REHEARSED);
	write_slot_prices(file, search, REHEARSED);
	return (search_worked() - start) * REHEARSED;
}
