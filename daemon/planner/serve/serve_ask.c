/* SPDX-License-Identifier: ISC */
/* serve_ask: questions. */
#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/planner/instance/filter.h"
#include "daemon/planner/instance/record.h"
#include "daemon/planner/reduce/reduce.h"
#include "daemon/planner/serve/serve_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MILLISECONDS = 50, /* of a local repair, unless told */
	FREE_MILLISECONDS = 10000,
	MISSES = 1000,
	RANKS = 5,
	ALL_PARTS = (1 << PART_COUNT) - 1
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
	{"id", RECORD_TOKEN, true, 0, 0},                                      \
	    {"physician", RECORD_TOKEN, whose, 0, 0},                          \
	    {"site", RECORD_TOKEN, whose, 0, 0},                               \
	    {"variant", RECORD_TEXT, false, 0, 0},                             \
	    {"milliseconds", RECORD_NUMBER, false, 0, 600000},                 \
	    {"frozen", RECORD_DAY, false, 0, 0},                               \
	    {"ranks", RECORD_NUMBER, false, 0, 100},                           \
	    {"seed", RECORD_NUMBER, false, 0, INT64_MAX},                      \
	{                                                                      \
		"misses", RECORD_NUMBER, false, 0, 1000000                     \
	}
#define ONE                                                                    \
	{"day", RECORD_DAY, true, 0, 0}, {"part", RECORD_PART, true, 0, 0},    \
	    {"activity", RECORD_TOKEN, false, 0, 0},                           \
	{                                                                      \
		"specialty", RECORD_TEXT, false, 0, 0                          \
	}
static const struct record_kind kinds[LINE_COUNT] = {
    [LINE_REPAIR] = {"repair",
	{QUESTION(false), {"from", RECORD_DAY, true, 0, 0},
	    {"to", RECORD_DAY, true, 0, 0},
	    {"parts", RECORD_PARTS, false, 0, 0}}},
    [LINE_KEEP] = {"keep", {QUESTION(true), ONE}},
};

static enum heard
refuse(struct hearing *hearing, const char *why)
{
	error_set(hearing->error, "%s", why);
	return HEARD_BAD;
}

/* ----- what all have ----- */

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

/* The sites that are meant; false when there is none of the name. */
static bool
find_sites(const struct served *served, struct span name, bool *site)
{
	int32_t first = serve_site(served, name);

	for (int32_t s = first; s != NAMES_NONE; s = served->next_site[s])
		site[s] = true;
	return first != NAMES_NONE ||
	    (served->is_facts && book_has_site(served->in.reduction, name));
}

/* Who is away for all of the plan is no physician of it any more. */
static bool
find_physician(
    const struct served *served, struct span name, int32_t *physician)
{
	*physician = names_find(&served->in.physician_names, name);
	return *physician != NAMES_NONE ||
	    (served->is_facts &&
		book_has_physician(served->in.reduction, name));
}

static bool
take_common(
    struct hearing *hearing, const struct value *value, struct repair_ask *ask)
{
	const struct instance *in = &hearing->served->in;
	int64_t usual = MILLISECONDS;

	hearing->id = value[KEY_ID].text;
	memcpy(hearing->served->refused, hearing->id.ptr, hearing->id.len);
	hearing->served->refused[hearing->id.len] = '\0';
	*ask = (struct repair_ask){.physician = NAMES_NONE,
	    .keep = OPTION_NONE,
	    .misses = (int32_t)number(&value[KEY_MISSES], MISSES),
	    .ranks = (unsigned)number(&value[KEY_RANKS], RANKS),
	    .seed = (uint64_t)number(&value[KEY_SEED], 1)};
	if (!take_variant(hearing, value, ask))
		return false;
	if (value[KEY_PHYSICIAN].given &&
	    !find_physician(
		hearing->served, value[KEY_PHYSICIAN].text, &ask->physician)) {
		refuse(hearing, "no such physician in the plan");
		return false;
	}
	if (value[KEY_FROZEN].given)
		ask->frozen = serve_half(in, value[KEY_FROZEN].number);
	if (ask->variant == REPAIR_FREE)
		usual = FREE_MILLISECONDS;
	ask->budget_us =
	    (uint64_t)number(&value[KEY_MILLISECONDS], usual) * 1000;
	return true;
}

static enum heard
run(struct hearing *hearing, const struct repair_ask *about)
{
	struct served *served = hearing->served;
	struct repair_hooks hooks = serve_hooks;
	struct fact_clock clock = {served, clock_real_s()};
	struct repair_ask ask = *about;
	enum repair_end end = REPAIR_VOID;
	char text[128];

	hooks.arg = hearing;
	ask.waits = hearing->world->waits;
	ask.waiter = hearing->world->arg;
	if (served->is_facts) {
		ask.has_begun = serve_fact_has_begun;
		ask.arg = &clock;
		/* Zones differ by a day, a night lasts until the next. */
		ask.began =
		    serve_half(&served->in, clock.now / SECONDS_PER_DAY + 2);
	}
	if (ask.until > ask.from)
		end = repairer_run(served->repairer, &ask, &hooks);
	if (end == REPAIR_REFUSED) {
		(void)snprintf(text, sizeof(text),
		    "%s: the physician cannot have this half-day",
		    repairer_why(served->repairer));
		return refuse(hearing, text);
	}
	serve_tell_done(hearing, end == REPAIR_DONE);
	return HEARD_ASKED;
}

/* ----- who is away, what closes ----- */

/* What the same left before the question. */
static struct repair_hole *
find_holes(const struct served *served, const struct value *value,
    const struct repair_ask *ask, size_t *count)
{
	struct repair_hole *hole = xcalloc(served->gones + 1, sizeof(hole[0]));
	int32_t who = NAMES_NONE, where = NAMES_NONE;

	*count = 0;
	if (value[KEY_PHYSICIAN].given)
		who = names_find(&served->word, value[KEY_PHYSICIAN].text);
	if (value[KEY_SITE].given)
		where = names_find(&served->word, value[KEY_SITE].text);
	for (size_t i = 0; i < served->gones; i++) {
		const struct gone *gone = &served->gone[i];

		if (gone->half >= ask->from && gone->half < ask->until &&
		    (!value[KEY_PHYSICIAN].given || gone->who == who) &&
		    (!value[KEY_SITE].given || gone->where == where))
			hole[(*count)++] = (struct repair_hole){
			    gone->physician, gone->half, gone->need};
	}
	return hole;
}

static enum heard
ask_repair(
    struct hearing *hearing, const struct value *value, struct repair_ask *ask)
{
	struct served *served = hearing->served;
	struct repair_hole *hole = find_holes(served, value, ask, &ask->holes);
	enum heard heard;

	ask->hole = hole;
	if (served->is_facts && ask->until > ask->from)
		serve_fact_beside(hearing, value[KEY_PHYSICIAN].text,
		    value[KEY_SITE].text, ask, clock_real_s());
	heard = run(hearing, ask);
	free(hole);
	free(hearing->beside);
	return heard;
}

static enum heard
hear_repair(struct hearing *hearing, const struct value *value)
{
	const struct instance *in = &hearing->served->in;
	struct repair_ask ask;
	enum heard heard;
	bool *site;

	if (!take_common(hearing, value, &ask))
		return HEARD_BAD;
	if (!value[KEY_PHYSICIAN].given && !value[KEY_SITE].given)
		return refuse(hearing, "physician= or site= is missing");
	site = xcalloc((size_t)in->sites + 1, sizeof(site[0]));
	ask.from = serve_half(in, value[KEY_FIRST].number);
	ask.until = serve_half(in, value[KEY_FIRST + 1].number + 1);
	ask.parts = (unsigned)number(&value[KEY_FIRST + 2], ALL_PARTS);
	if (value[KEY_SITE].given &&
	    !find_sites(hearing->served, value[KEY_SITE].text, site)) {
		free(site);
		return refuse(hearing, "no such site in the plan");
	}
	/* Of who is none of the plan nothing is left but holes. */
	if (value[KEY_SITE].given &&
	    (!value[KEY_PHYSICIAN].given || ask.physician != NAMES_NONE))
		ask.site = site;
	heard = ask_repair(hearing, value, &ask);
	free(site);
	return heard;
}

/* ----- who shall be there ----- */

/* Why the physician has no option of the need: the rule, where there are any,
 * or the word of a filter. */
static const char *
no_option(const struct served *served, int32_t physician, int32_t number)
{
	const struct instance *in = &served->in;
	const struct worker *worker = &in->physician[physician];
	struct candidate candidate = {in, NULL, &in->need[number]};
	const char *why = NULL;
	size_t refusing;

	if (served->is_facts)
		why = reduction_why_not(in->reduction, physician,
		    candidate.need->site, candidate.need->half,
		    candidate.need->activity);
	if (why != NULL)
		return why;
	for (int32_t r = worker[0].first; r < worker[1].first; r++) {
		if (in->reach[r].site != candidate.need->site)
			continue;
		candidate.reach = &in->reach[r];
		refusing = filter_refusing(&candidate);
		return refusing < filter_count ? filters[refusing].word
					       : "rule";
	}
	return "reach";
}

static enum heard
refuse_keep(struct hearing *hearing, struct serve_place *place)
{
	int32_t physician = place->physician, need;
	char text[128];

	place->physician = NAMES_NONE;
	need = serve_need(hearing->served, place);
	(void)snprintf(text, sizeof(text), "%s: %s",
	    physician == NAMES_NONE ? "absent"
		: need == NAMES_NONE
		? "need"
		: no_option(hearing->served, physician, need),
	    need == NAMES_NONE ? "nothing more is wanted there then"
			       : "the physician cannot have this half-day");
	return refuse(hearing, text);
}

static enum heard
hear_keep(struct hearing *hearing, const struct value *value)
{
	struct served *served = hearing->served;
	struct serve_place place;
	struct repair_ask ask;
	int32_t need = NAMES_NONE;

	if (!take_common(hearing, value, &ask))
		return HEARD_BAD;
	place = (struct serve_place){.physician = ask.physician,
	    .site = value[KEY_SITE].text,
	    .day = value[KEY_FIRST].number,
	    .part = (unsigned)value[KEY_FIRST + 1].number,
	    .activity = value[KEY_FIRST + 2].text,
	    .specialty = value[KEY_FIRST + 3].text};
	if (ask.physician != NAMES_NONE)
		need = serve_need(served, &place);
	if (need == NAMES_NONE)
		return refuse_keep(hearing, &place);
	ask.keep = repairer_option(served->repairer, ask.physician, need);
	ask.from = served->in.need[need].half;
	ask.until = ask.from + 1;
	ask.parts = ALL_PARTS;
	return run(hearing, &ask);
}

/* Of a question that cannot be read, as far as it says whose it is. */
static void
note_id(struct served *served, struct span rest)
{
	struct span word;

	while (span_cut(&rest, ' ', &word)) {
		if (word.len <= 3 || word.len > 3 + SERVE_ID_MAX ||
		    memcmp(word.ptr, "id=", 3) != 0)
			continue;
		memcpy(served->refused, word.ptr + 3, word.len - 3);
		served->refused[word.len - 3] = '\0';
		return;
	}
}

enum heard
serve_hear(struct served *served, struct span line,
    const struct serve_world *world, struct error *error)
{
	struct hearing hearing = {
	    .served = served, .world = world, .error = error};
	char scratch[SERVE_LINE_MAX];
	struct record record;
	struct span rest = line, word;

	served->refused[0] = '\0';
	if (line.len == 0 || line.ptr[0] == '#')
		return HEARD_NOTHING;
	span_cut(&rest, ' ', &word);
	if (!span_is(word, kinds[LINE_REPAIR].name) &&
	    !span_is(word, kinds[LINE_KEEP].name))
		return serve_change(served, line, error);
	if (!record_parse(line, kinds, LINE_COUNT, scratch, &record, error)) {
		note_id(served, rest);
		return HEARD_BAD;
	}
	return record.kind == LINE_REPAIR ? hear_repair(&hearing, record.value)
					  : hear_keep(&hearing, record.value);
}
