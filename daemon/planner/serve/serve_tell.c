/* SPDX-License-Identifier: ISC */
/* serve_tell: the lines of an answer. */
#include "daemon/planner/search/search.h"
#include "daemon/planner/serve/serve_private.h"
#include "proto/out.h"

#include <stdio.h>

enum { OUT_MAX = 1024 };

static void
print(const struct out *out)
{
	fwrite(out->ptr, 1, out->len, stdout);
	putc('\n', stdout);
}

static void
begin(struct out *out, const struct hearing *hearing, const char *word)
{
	out_text(out, word);
	out_key_value(out, "id", hearing->id);
}

static void
put_i64(struct out *out, const char *key, int64_t number)
{
	out_key(out, key);
	out_i64(out, number);
}

/* An id of a mobile site's stop or of remote work ends before the slash. */
static void
put_half_day(struct out *out, const struct instance *in, int32_t number)
{
	const struct need *need = &in->need[number];
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
put_programme(
    struct out *out, const struct instance *in, int32_t physician, int32_t need)
{
	int32_t programme = in->need[need].programme;

	if (programme == NAMES_NONE)
		programme = in->physician[physician].programme - 1;
	if (programme >= 0)
		out_key_text(out, "programme",
		    names_text(&in->programme_names, programme));
}

static void
print_line(const struct hearing *hearing, const struct repair_line *line)
{
	const struct instance *in = &hearing->served->in;
	char text[OUT_MAX];
	struct out out = OUT(text);

	begin(&out, hearing, line->drop ? "drop" : "assign");
	out_key_text(&out, "physician",
	    names_text(&in->physician_names, line->physician));
	put_half_day(&out, in, line->need);
	put_programme(&out, in, line->physician, line->need);
	print(&out);
}

static void
on_answer(void *arg, bool settled, const struct repair_answer *answer)
{
	const struct hearing *hearing = arg;
	char text[OUT_MAX];
	struct out out = OUT(text);

	begin(&out, hearing, settled ? "settled" : "first");
	put_i64(&out, "cost", answer->cost);
	put_i64(&out, "bound", answer->bound);
	out_key(&out, "bound-gap");
	out_fixed(&out,
	    (int64_t)(search_gap(answer->cost, answer->bound) * 1000 + 0.5), 3);
	put_i64(&out, "vacant", answer->vacant);
	put_i64(&out, "filled", answer->filled);
	put_i64(&out, "released", answer->released);
	put_i64(&out, "opened", answer->opened);
	out_key_u64(&out, "beside", hearing->besides);
	put_i64(&out, "half-days", answer->half_days);
	put_i64(&out, "physicians", answer->physicians);
	out_key_u64(&out, "lines", answer->lines + hearing->besides);
	out_key_text(&out, "current", hearing->world->current ? "yes" : "no");
	if (answer->cut)
		out_literal(&out, " cut=yes");
	out_key_u64(&out, "us", answer->us);
	print(&out);
	for (size_t i = 0; i < answer->lines; i++)
		print_line(hearing, &answer->line[i]);
	for (size_t i = 0; i < hearing->besides; i++)
		serve_fact_print(hearing, &hearing->beside[i]);
	fflush(stdout);
}

static void
print_rank(const struct hearing *hearing, const struct repair_rank *rank,
    unsigned number)
{
	const struct instance *in = &hearing->served->in;
	char text[OUT_MAX];
	struct out out = OUT(text);

	begin(&out, hearing, "candidate");
	put_half_day(&out, in, rank->need);
	out_key_u64(&out, "rank", number);
	out_key_text(&out, "physician",
	    names_text(&in->physician_names, rank->physician));
	put_i64(&out, "cost", rank->cost);
	put_i64(&out, "worth", rank->worth);
	put_i64(&out, "travel", rank->travel);
	put_i64(&out, "wish", rank->wish);
	put_i64(&out, "continuity", rank->anchor);
	put_i64(&out, "change", rank->stable);
	put_i64(&out, "fair", rank->fair);
	put_i64(&out, "minutes", rank->minutes);
	put_i64(&out, "week-left", rank->week_left);
	print(&out);
}

static void
on_ranks(void *arg, const struct repair_rank *rank, size_t count,
    const struct repair_left *left, size_t lefts)
{
	const struct hearing *hearing = arg;
	const struct instance *in = &hearing->served->in;
	unsigned number = 0;

	for (size_t i = 0; i < count; i++) {
		number =
		    i > 0 && rank[i].need == rank[i - 1].need ? number + 1 : 1;
		print_rank(hearing, &rank[i], number);
	}
	for (size_t i = 0; i < lefts; i++) {
		char text[OUT_MAX];
		struct out out = OUT(text);

		begin(&out, hearing, "excluded");
		put_half_day(&out, in, left[i].need);
		out_key_text(&out, "physician",
		    names_text(&in->physician_names, left[i].physician));
		out_key_text(&out, "why", left[i].why);
		print(&out);
	}
}

const struct repair_hooks serve_hooks = {
    .on_ranks = on_ranks, .on_answer = on_answer};

void
serve_tell_done(const struct hearing *hearing, bool any)
{
	char text[OUT_MAX];
	struct out out = OUT(text);

	begin(&out, hearing, "done");
	out_key_text(&out, "vacant", any ? "yes" : "no");
	print(&out);
	fflush(stdout);
}
