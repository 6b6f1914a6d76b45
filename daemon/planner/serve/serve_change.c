/* SPDX-License-Identifier: ISC */
/*
 * serve_change: half-days as others name them, and lines that change what is
 * served.
 */
#include "daemon/base/mem.h"
#include "daemon/planner/instance/record.h"
#include "daemon/planner/reduce/facts.h"
#include "daemon/planner/serve/serve_private.h"
#include "proto/lex.h"

#include <string.h>

/* Both kinds have the same keys. */
enum { LINE_ASSIGN, LINE_DROP, LINE_COUNT };

static const struct record_kind kinds[LINE_COUNT] = {
    [LINE_ASSIGN] = {"assign", {RECORD_HALF_DAY(true)}},
    [LINE_DROP] = {"drop", {RECORD_HALF_DAY(true)}}};

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

static int32_t
word_of(struct served *served, struct span text)
{
	int32_t number = names_find(&served->word, text);

	return number == NAMES_NONE ? names_add(&served->word, text) : number;
}

void
serve_index_sites(struct served *served)
{
	const struct instance *in = &served->in;
	size_t sites = (size_t)in->sites;

	served->site_of = xcalloc(sites + 1, sizeof(int32_t));
	served->next_site = xcalloc(sites + 1, sizeof(int32_t));
	for (int32_t s = in->sites - 1; s >= 0; s--) {
		struct span name = span_of(names_text(&in->site_names, s));
		struct span rest = name, base = name;
		int32_t word;

		/* Of facts: its remote work, its stops are of the site. */
		if (served->is_facts)
			(void)span_cut(&rest, '/', &base);
		word = word_of(served, base);
		if (word == served->site_words) {
			served->site_words++;
			served->site_of[word] = NAMES_NONE;
		}
		served->next_site[s] = served->site_of[word];
		served->site_of[word] = s;
	}
}

int32_t
serve_site(const struct served *served, struct span name)
{
	int32_t word = names_find(&served->word, name);

	return word == NAMES_NONE || word >= served->site_words
	    ? NAMES_NONE
	    : served->site_of[word];
}

/* The need is one that he could have, or anybody. */
static bool
suits(const struct served *served, const struct serve_place *place,
    int32_t number)
{
	const struct instance *in = &served->in;
	const struct activity_kind *kind =
	    &in->activity[in->need[number].activity];
	struct span word = {kind->word, (size_t)kind->word_len};

	return (place->activity.len == 0 ||
		   span_equal(word, place->activity)) &&
	    (place->specialty.len == 0 ||
		span_is(place->specialty, kind->special)) &&
	    (place->physician == NAMES_NONE ||
		repairer_option(served->repairer, place->physician, number) !=
		    OPTION_NONE);
}

/* The needs of a site in one half-day, from *found on. */
static bool
look_at(const struct served *served, const struct serve_place *place,
    int32_t site, int32_t half, int32_t *found)
{
	const struct instance *in = &served->in;
	const int32_t *first =
	    &in->need_first[half_week(half) * in->sites + site];

	for (int32_t n = first[0]; n < first[1]; n++) {
		if (in->need[n].half != half || !suits(served, place, n))
			continue;
		if (place->physician != NAMES_NONE &&
		    repairer_holds(served->repairer, place->physician, n)) {
			*found = n;
			return true;
		}
		if (*found == NAMES_NONE ||
		    (!repairer_is_open(served->repairer, *found) &&
			repairer_is_open(served->repairer, n)))
			*found = n;
	}
	return false;
}

int32_t
serve_need(const struct served *served, const struct serve_place *place)
{
	const struct instance *in = &served->in;
	int32_t found = NAMES_NONE;

	if (place->day < in->from || place->day >= in->from + in->days)
		return NAMES_NONE;
	for (int32_t s = serve_site(served, place->site); s != NAMES_NONE;
	     s = served->next_site[s])
		if (look_at(served, place, s,
			serve_half(in, place->day) + (int32_t)place->part,
			&found))
			break;
	return found;
}

void
serve_note_gone(struct served *served, struct span physician,
    const struct serve_place *place, int32_t need)
{
	served->gone = xgrow(served->gone, &served->gone_room,
	    served->gones + 1, sizeof(served->gone[0]));
	served->gone[served->gones++] = (struct gone){
	    word_of(served, physician), word_of(served, place->site),
	    place->physician,
	    serve_half(&served->in, place->day) + (int32_t)place->part, need};
}

/* ----- lines of a plan ----- */

static enum heard
hear_half_day(struct served *served, struct span line, struct error *error)
{
	char scratch[SERVE_LINE_MAX];
	struct record record;
	const struct value *value = record.value;
	struct serve_place place;
	int32_t need = NAMES_NONE;

	if (!record_parse(line, kinds, LINE_COUNT, scratch, &record, error))
		return HEARD_BAD;
	place = (struct serve_place){
	    .physician = names_find(
		&served->in.physician_names, value[HALF_DAY_PHYSICIAN].text),
	    .site = value[HALF_DAY_SITE].text,
	    .day = value[HALF_DAY_DAY].number,
	    .part = (unsigned)value[HALF_DAY_PART].number,
	    .activity = value[HALF_DAY_ACTIVITY].text,
	    .specialty = value[HALF_DAY_SPECIALTY].text};
	if (place.physician != NAMES_NONE)
		need = serve_need(served, &place);
	if (need != NAMES_NONE &&
	    repairer_set(served->repairer, place.physician, need,
		record.kind == LINE_ASSIGN)) {
		if (record.kind == LINE_DROP)
			serve_note_gone(served, value[HALF_DAY_PHYSICIAN].text,
			    &place, need);
		return HEARD_CHANGED;
	}
	error_set(error, "the plan has no such half-day for the physician");
	return HEARD_BAD;
}

enum heard
serve_change(struct served *served, struct span line, struct error *error)
{
	struct span rest = line, word;

	span_cut(&rest, ' ', &word);
	if (!served->is_facts &&
	    (span_is(word, kinds[LINE_ASSIGN].name) ||
		span_is(word, kinds[LINE_DROP].name)))
		return hear_half_day(served, line, error);
	if (served->is_facts && lex_line_length(line) == line.len &&
	    facts_is_change(line) && store_name(line).len > 0)
		return serve_fact_change(served, line);
	error_set(error, "not a kind of line");
	return HEARD_BAD;
}
