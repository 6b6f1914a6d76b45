/* SPDX-License-Identifier: ISC */
/* plan_write: a plan as lines. */
#include "daemon/planner/plan_write.h"

#include "proto/out.h"

#include <inttypes.h>

enum { LINE_MAX_LEN = 1024 };

static void
put_need(struct out *out, const struct instance *in, const struct need *need)
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
	fwrite(out->ptr, 1, out->len, file);
	putc('\n', file);
}

static void
write_assigns(FILE *file, const struct search *search)
{
	const struct model *model = search->model;
	const struct instance *in = model->in;
	char text[LINE_MAX_LEN];

	for (size_t s = 0; s < model->seats; s++) {
		struct out out = OUT(text);
		int32_t choice = search->best.choice[s];

		if (choice == OPTION_NONE)
			continue;
		out_literal(&out, "assign");
		out_key_text(&out, "physician",
		    names_text(&in->physician_names, model->seat[s].physician));
		put_need(&out, in, &in->need[model->option[choice].need]);
		print(file, &out);
	}
}

static void
write_prices(FILE *file, const struct search *search)
{
	const struct instance *in = search->model->in;
	const struct prices *prices = &search->dual.best;
	char text[LINE_MAX_LEN];

	for (size_t n = 0; n < in->needs; n++) {
		struct out out = OUT(text);

		if (prices->slot[n] == 0)
			continue;
		out_literal(&out, "price");
		put_need(&out, in, &in->need[n]);
		put_price(&out, "slot", prices->slot[n]);
		print(file, &out);
	}
	for (int32_t p = 0; p < in->physicians; p++) {
		struct out out = OUT(text);

		if (prices->physician[p] == 0 && prices->unpopular[p] == 0)
			continue;
		out_literal(&out, "price");
		out_key_text(
		    &out, "physician", names_text(&in->physician_names, p));
		put_price(&out, "minority", prices->physician[p]);
		put_price(&out, "unpopular", prices->unpopular[p]);
		print(file, &out);
	}
	for (int32_t s = 0; s < in->sites; s++) {
		struct out out = OUT(text);

		if (prices->site[s] == 0)
			continue;
		out_literal(&out, "price");
		out_key_text(&out, "site", names_text(&in->site_names, s));
		put_price(&out, "minority", prices->site[s]);
		print(file, &out);
	}
}

bool
plan_write(FILE *file, const struct search *search, uint64_t seed)
{
	fprintf(file,
	    "plan version=1 seed=%" PRIu64 " rounds=%d phases=%" PRId32
	    " cost=%" PRId64 " bound=%" PRId64 "\n",
	    seed, search->dual.rounds, search->phases, search->cost,
	    search->bound);
	for (int32_t i = 0; i < search->phases; i++)
		fprintf(file,
		    "phase number=%" PRId32 " temperature=%" PRId32 "\n", i,
		    search->temperature[i]);
	write_assigns(file, search);
	write_prices(file, search);
	return fflush(file) == 0 && ferror(file) == 0;
}
