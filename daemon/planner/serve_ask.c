/* SPDX-License-Identifier: ISC */
/* serve_ask: questions, and the lines of the answers. */
#include "daemon/base/mem.h"
#include "daemon/planner/record.h"
#include "daemon/planner/search.h"
#include "daemon/planner/serve_private.h"
#include "proto/out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MILLISECONDS = 50, /* of a local repair, unless told */
	FREE_MILLISECONDS = 10000,
	MISSES = 1000,
	RANKS = 5,
	ALL_PARTS = (1 << PART_COUNT) - 1,
	OUT_MAX = 1024
};

enum { LINE_REPAIR, LINE_KEEP, LINE_COUNT };

/* Of a question, in both kinds at the same places. */
enum {
	KEY_ID,
	KEY_PHYSICIAN,
	KEY_SITE,
	KEY_VARIANT,
	KEY_MILLISECONDS,
	KEY_FROZEN,
	KEY_RANKS,
	KEY_SEED,
	KEY_MISSES,
	KEY_FIRST
};

#define QUESTION(whose)                                                        \
	{"id", VALUE_TOKEN, true, 0, 0},                                       \
	    {"physician", VALUE_TOKEN, whose, 0, 0},                           \
	    {"site", VALUE_TOKEN, whose, 0, 0},                                \
	    {"variant", VALUE_TEXT, false, 0, 0},                              \
	    {"milliseconds", VALUE_NUMBER, false, 0, 600000},                  \
	    {"frozen", VALUE_DAY, false, 0, 0},                                \
	    {"ranks", VALUE_NUMBER, false, 0, 100},                            \
	    {"seed", VALUE_NUMBER, false, 0, INT64_MAX},                       \
	{                                                                      \
		"misses", VALUE_NUMBER, false, 0, 1000000                      \
	}
#define ONE                                                                    \
	{"day", VALUE_DAY, true, 0, 0}, {"part", VALUE_PART, true, 0, 0},      \
	    {"activity", VALUE_TOKEN, true, 0, 0},                             \
	{                                                                      \
		"specialty", VALUE_TEXT, false, 0, 0                           \
	}
static const struct kind kinds[LINE_COUNT] = {
    [LINE_REPAIR] = {"repair",
	{QUESTION(false), {"from", VALUE_DAY, true, 0, 0},
	    {"to", VALUE_DAY, true, 0, 0},
	    {"parts", VALUE_PARTS, false, 0, 0}}},
    [LINE_KEEP] = {"keep", {QUESTION(true), ONE}},
};

/* One line being answered. */
struct hearing {
	struct served *served;
	bool current;
	struct span id; /* of the question */
	struct error *error;
};

static enum heard
refuse(struct hearing *hearing, const char *why)
{
	error_set(hearing->error, "%s", why);
	return HEARD_BAD;
}

/* ----- answers ----- */

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
	put_i64(&out, "half-days", answer->half_days);
	put_i64(&out, "physicians", answer->physicians);
	out_key_u64(&out, "lines", answer->lines);
	out_key_text(&out, "current", hearing->current ? "yes" : "no");
	out_key_u64(&out, "us", answer->us);
	print(&out);
	for (size_t i = 0; i < answer->lines; i++)
		print_line(hearing, &answer->line[i]);
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

/* ----- questions ----- */

static bool
take_variant(
    struct hearing *hearing, const struct value *value, struct repair_ask *ask)
{
	static const char *const words[] = {"minimal", "local", "free"};
	bool known = !value[KEY_VARIANT].given;

	ask->variant = REPAIR_LOCAL;
	for (unsigned i = 0; i < ARRAY_SIZE(words) && !known; i++) {
		ask->variant = (enum repair_variant)i;
		known = span_is(value[KEY_VARIANT].text, words[i]);
	}
	if (!known)
		refuse(hearing, "variant= is not minimal, local or free");
	return known;
}

static int64_t
number(const struct value *value, int64_t otherwise)
{
	return value->given ? value->number : otherwise;
}

static bool
take_names(
    struct hearing *hearing, const struct value *value, struct repair_ask *ask)
{
	const struct instance *in = &hearing->served->in;

	if (value[KEY_PHYSICIAN].given) {
		ask->physician =
		    names_find(&in->physician_names, value[KEY_PHYSICIAN].text);
		if (ask->physician == NAMES_NONE)
			refuse(hearing, "no such physician in the plan");
	}
	if (value[KEY_SITE].given) {
		ask->site = names_find(&in->site_names, value[KEY_SITE].text);
		if (ask->site == NAMES_NONE)
			refuse(hearing, "no such site in the plan");
	}
	return (ask->physician != NAMES_NONE || !value[KEY_PHYSICIAN].given) &&
	    (ask->site != NAMES_NONE || !value[KEY_SITE].given);
}

static bool
take_common(
    struct hearing *hearing, const struct value *value, struct repair_ask *ask)
{
	const struct instance *in = &hearing->served->in;
	int64_t usual = MILLISECONDS;

	hearing->id = value[KEY_ID].text;
	*ask = (struct repair_ask){.physician = NAMES_NONE,
	    .site = NAMES_NONE,
	    .keep = OPTION_NONE,
	    .misses = (int32_t)number(&value[KEY_MISSES], MISSES),
	    .ranks = (unsigned)number(&value[KEY_RANKS], RANKS),
	    .seed = (uint64_t)number(&value[KEY_SEED], 1)};
	if (!take_variant(hearing, value, ask) ||
	    !take_names(hearing, value, ask))
		return false;
	if (value[KEY_FROZEN].given)
		ask->frozen = serve_half(in, value[KEY_FROZEN].number);
	if (ask->variant == REPAIR_FREE)
		usual = FREE_MILLISECONDS;
	ask->budget_us =
	    (uint64_t)number(&value[KEY_MILLISECONDS], usual) * 1000;
	return true;
}

static enum heard
run(struct hearing *hearing, const struct repair_ask *ask)
{
	const struct repair_hooks hooks = {on_ranks, on_answer, hearing};
	char text[OUT_MAX];
	struct out out = OUT(text);
	bool any = ask->until > ask->from &&
	    repairer_run(hearing->served->repairer, ask, &hooks);

	begin(&out, hearing, "done");
	out_key_text(&out, "vacant", any ? "yes" : "no");
	print(&out);
	fflush(stdout);
	return HEARD_ASKED;
}

static enum heard
hear_repair(struct hearing *hearing, const struct value *value)
{
	const struct instance *in = &hearing->served->in;
	struct repair_ask ask;

	if (!take_common(hearing, value, &ask))
		return HEARD_BAD;
	if (ask.physician == NAMES_NONE && ask.site == NAMES_NONE)
		return refuse(hearing, "physician= or site= is missing");
	ask.from = serve_half(in, value[KEY_FIRST].number);
	ask.until = serve_half(in, value[KEY_FIRST + 1].number + 1);
	ask.parts = (unsigned)number(&value[KEY_FIRST + 2], ALL_PARTS);
	return run(hearing, &ask);
}

static enum heard
hear_keep(struct hearing *hearing, const struct value *value)
{
	struct served *served = hearing->served;
	struct serve_place place;
	struct repair_ask ask;
	int32_t need;

	if (!take_common(hearing, value, &ask))
		return HEARD_BAD;
	place = (struct serve_place){.physician = ask.physician,
	    .site = value[KEY_SITE].text,
	    .day = value[KEY_FIRST].number,
	    .part = (unsigned)value[KEY_FIRST + 1].number,
	    .activity = value[KEY_FIRST + 2].text,
	    .specialty = value[KEY_FIRST + 3].text};
	need = serve_need(served, &place);
	if (need == NAMES_NONE)
		return refuse(hearing, "the physician cannot do this half-day");
	ask.keep = repairer_option(served->repairer, ask.physician, need);
	ask.from = served->in.need[need].half;
	ask.until = ask.from + 1;
	ask.parts = ALL_PARTS;
	return run(hearing, &ask);
}

enum heard
serve_hear(
    struct served *served, struct span line, bool current, struct error *error)
{
	struct hearing hearing = {served, current, {NULL, 0}, error};
	char scratch[SERVE_LINE_MAX];
	struct record record;
	struct span rest = line, word;

	if (line.len == 0 || line.ptr[0] == '#')
		return HEARD_NOTHING;
	span_cut(&rest, ' ', &word);
	if (!span_is(word, kinds[LINE_REPAIR].name) &&
	    !span_is(word, kinds[LINE_KEEP].name))
		return serve_change(served, line, error);
	if (!record_parse(line, kinds, LINE_COUNT, scratch, &record, error))
		return HEARD_BAD;
	return record.kind == LINE_REPAIR ? hear_repair(&hearing, record.value)
					  : hear_keep(&hearing, record.value);
}
