/* SPDX-License-Identifier: ISC */
/*
 * serve_change: what others change, as far as it is plain: somebody does a
 * half-day, or no longer does; somebody is absent.
 */
#include "daemon/domain/assignment.h"
#include "daemon/planner/facts.h"
#include "daemon/planner/record.h"
#include "daemon/planner/serve_private.h"
#include "proto/lex.h"
#include "proto/out.h"

#include <string.h>

enum { FACT_KEYS_MAX = 40 };

/* Both kinds have the same keys. */
enum { LINE_ASSIGN, LINE_DROP, LINE_COUNT };
enum {
	KEY_PHYSICIAN,
	KEY_SITE,
	KEY_DAY,
	KEY_PART,
	KEY_ACTIVITY,
	KEY_SPECIALTY
};

#define HELD                                                                   \
	{"physician", VALUE_TOKEN, true, 0, 0},                                \
	    {"site", VALUE_TOKEN, true, 0, 0}, {"day", VALUE_DAY, true, 0, 0}, \
	    {"part", VALUE_PART, true, 0, 0},                                  \
	    {"activity", VALUE_TOKEN, true, 0, 0},                             \
	    {"specialty", VALUE_TEXT, false, 0, 0},                            \
	{                                                                      \
		"programme", VALUE_TOKEN, false, 0, 0                          \
	}

static const struct kind kinds[LINE_COUNT] = {
    [LINE_ASSIGN] = {"assign", {HELD}}, [LINE_DROP] = {"drop", {HELD}}};

int32_t
serve_half(const struct instance *in, int64_t day)
{
	int64_t half;

	if (day < in->from)
		return 0;
	if (day >= in->from + in->days)
		return in->halves;
	half = (day - in->from) * PART_COUNT;
	return (int32_t)half;
}

/* The need at a site of the instance of which he has an option, or none. */
static int32_t
need_at(const struct served *served, const struct serve_place *place,
    int32_t site, int32_t half)
{
	const struct instance *in = &served->in;

	for (unsigned a = 0; a < in->activities; a++) {
		const struct activity_kind *kind = &in->activity[a];
		struct span word = {kind->word, (size_t)kind->word_len};
		int32_t need;

		if (!span_equal(word, place->activity) ||
		    (place->specialty.len > 0 &&
			!span_is(place->specialty, kind->special)))
			continue;
		need = instance_need(in, site, half, (int32_t)a, NAMES_NONE);
		if (need != NAMES_NONE &&
		    repairer_option(served->repairer, place->physician, need) !=
			OPTION_NONE)
			return need;
	}
	return NAMES_NONE;
}

int32_t
serve_need(const struct served *served, const struct serve_place *place)
{
	/* The site's own half-days, its remote work, stops of a mobile one. */
	static const char *const ends[] = {
	    "", "/r", "/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9"};
	const struct instance *in = &served->in;
	int32_t half = serve_half(in, place->day) + (int32_t)place->part;

	for (size_t i = 0; i < ARRAY_SIZE(ends) && half < in->halves; i++) {
		char text[SERVE_LINE_MAX];
		struct out out = OUT(text);
		int32_t site, need;

		out_bytes(&out, place->site.ptr, place->site.len);
		out_text(&out, ends[i]);
		if (out.overflow)
			break;
		site =
		    names_find(&in->site_names, (struct span){text, out.len});
		need = site == NAMES_NONE ? NAMES_NONE
					  : need_at(served, place, site, half);
		if (need != NAMES_NONE)
			return need;
	}
	return NAMES_NONE;
}

/* What is no option keeps him busy, and only the rules know what else. */
static enum heard
set(struct served *served, const struct serve_place *place, bool does)
{
	const struct instance *in = &served->in;
	int32_t need, half;

	if (place->physician == NAMES_NONE || place->day < in->from ||
	    place->day >= in->from + in->days)
		return HEARD_UNKNOWN;
	need = serve_need(served, place);
	if (need != NAMES_NONE &&
	    repairer_set(served->repairer, place->physician, need, does))
		return HEARD_CHANGED;
	half = serve_half(in, place->day) + (int32_t)place->part;
	if (does)
		repairer_close(
		    served->repairer, place->physician, half, half + 1);
	return HEARD_UNKNOWN;
}

/* ----- lines of a plan ----- */

static enum heard
hear_half_day(struct served *served, struct span line, struct error *error)
{
	char scratch[SERVE_LINE_MAX];
	struct record record;
	const struct value *value = record.value;
	struct serve_place place;

	if (!record_parse(line, kinds, LINE_COUNT, scratch, &record, error))
		return HEARD_BAD;
	place = (struct serve_place){
	    .physician = names_find(
		&served->in.physician_names, value[KEY_PHYSICIAN].text),
	    .site = value[KEY_SITE].text,
	    .day = value[KEY_DAY].number,
	    .part = (unsigned)value[KEY_PART].number,
	    .activity = value[KEY_ACTIVITY].text,
	    .specialty = value[KEY_SPECIALTY].text};
	if (set(served, &place, record.kind == LINE_ASSIGN) == HEARD_CHANGED)
		return HEARD_CHANGED;
	error_set(error, "the plan has no such half-day for the physician");
	return served->is_facts ? HEARD_UNKNOWN : HEARD_BAD;
}

/* ----- facts ----- */

/* The values of some keys; false when one is not there. */
static bool
find_keys(struct span line, const char *const *keys, struct span *value,
    size_t count, char *scratch)
{
	struct lex lex = {line, 0};
	size_t used = 0, found = 0;
	unsigned pairs = 0;

	lex_more(&lex);
	(void)lex_word(&lex, ' ');
	while (lex_more(&lex) && pairs++ < FACT_KEYS_MAX) {
		struct span key = lex_word(&lex, '='), text;

		if (lex_at_gap(&lex))
			return false;
		lex.at++;
		if (lex_value(&lex, scratch, &used, &text) != NULL)
			return false;
		for (size_t i = 0; i < count; i++) {
			if (!span_is(key, keys[i]) || value[i].ptr != NULL)
				continue;
			value[i] = text;
			found++;
		}
	}
	return found == count;
}

static void
hear_assignment(struct served *served, struct span line)
{
	static const char *const keys[] = {
	    "physician", "site", "day", "part", "activity", "state"};
	struct span value[ARRAY_SIZE(keys)];
	struct serve_place place = {.part = 0};
	char scratch[SERVE_LINE_MAX];
	enum state state;
	enum part part;
	int32_t day;

	memset(value, 0, sizeof(value));
	if (!find_keys(line, keys, value, ARRAY_SIZE(keys), scratch) ||
	    !span_to_day(value[2], &day) || !part_find(value[3], &part) ||
	    !state_find(value[5], &state))
		return;
	place.physician = names_find(&served->in.physician_names, value[0]);
	place.site = value[1];
	place.day = day;
	place.part = (unsigned)part;
	place.activity = value[4];
	(void)set(served, &place, state_blocks(state));
}

static void
hear_absence(struct served *served, struct span line)
{
	static const char *const keys[] = {"physician", "from", "to", "state"};
	struct span value[ARRAY_SIZE(keys)];
	char scratch[SERVE_LINE_MAX];
	int32_t physician, from, to;

	memset(value, 0, sizeof(value));
	if (!find_keys(line, keys, value, ARRAY_SIZE(keys), scratch) ||
	    !span_to_day(value[1], &from) || !span_to_day(value[2], &to) ||
	    !span_is(value[3], "active"))
		return;
	physician = names_find(&served->in.physician_names, value[0]);
	if (physician == NAMES_NONE ||
	    serve_half(&served->in, from) >=
		serve_half(&served->in, (int64_t)to + 1))
		return;
	repairer_close(served->repairer, physician,
	    serve_half(&served->in, from),
	    serve_half(&served->in, (int64_t)to + 1));
}

enum heard
serve_change(struct served *served, struct span line, struct error *error)
{
	struct span rest = line, word;

	span_cut(&rest, ' ', &word);
	if (span_is(word, "assign") || span_is(word, "drop"))
		return hear_half_day(served, line, error);
	if (!served->is_facts || lex_line_length(line) != line.len ||
	    !facts_is_change(line)) {
		error_set(error, "not a kind of line");
		return HEARD_BAD;
	}
	if (span_is(word, "assignment"))
		hear_assignment(served, line);
	else if (span_is(word, "absence"))
		hear_absence(served, line);
	return HEARD_UNKNOWN;
}
