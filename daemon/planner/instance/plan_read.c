/* SPDX-License-Identifier: ISC */
/* plan_read: a plan from its lines, against its instance. */
#include "daemon/planner/instance/plan_file.h"

#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "daemon/planner/instance/record.h"

#include <stdlib.h>
#include <string.h>

enum {
	LINE_PLAN,
	LINE_PHASE,
	LINE_ASSIGN,
	LINE_DROP,
	LINE_CONFLICT,
	LINE_PRICE,
	LINE_TERM,
	LINE_END,
	LINE_COUNT
};

enum { LINE_LEN_MAX = 4096, TERMS_MAX = 64 };

/* Of a term: they are summed up. */
#define COST_MAX ((int64_t)1 << 56)

/* No price may be larger: sums of them stay far from the end of int64. */
#define PRICE_MAX ((int64_t)1 << 40)

enum {
	KEY_SLOT = HALF_DAY_KEYS,
	KEY_MINORITY,
	KEY_UNPOPULAR,
	KEY_SHARE,
	KEY_CAP,
	KEY_UNIT
};

static const struct record_kind kinds[LINE_COUNT] = {
    [LINE_PLAN] = {"plan",
	{{"version", RECORD_NUMBER, true, 1, 1},
	    {"seed", RECORD_NUMBER, true, 0, INT64_MAX},
	    {"rounds", RECORD_NUMBER, true, 0, PLAN_PHASES_MAX},
	    {"phases", RECORD_NUMBER, true, 0, PLAN_PHASES_MAX},
	    {"cost", RECORD_PRICE, true, 0, INT64_MAX},
	    {"bound", RECORD_PRICE, true, 0, INT64_MAX},
	    {"sweeps", RECORD_NUMBER, false, 0, PLAN_PHASES_MAX},
	    {"answers", RECORD_NUMBER, false, 0, INT32_MAX}}},
    [LINE_PHASE] = {"phase",
	{{"number", RECORD_NUMBER, true, 0, PLAN_PHASES_MAX},
	    {"temperature", RECORD_NUMBER, true, 0, INT32_MAX}}},
    [LINE_ASSIGN] = {"assign", {RECORD_HALF_DAY(true)}},
    [LINE_DROP] = {"drop", {{"slot", RECORD_TOKEN, true, 0, 0}}},
    [LINE_CONFLICT] = {"conflict",
	{RECORD_HALF_DAY(true), {"why", RECORD_TEXT, true, 0, 0}}},
    [LINE_PRICE] = {"price",
	{RECORD_HALF_DAY(false), {"slot", RECORD_PRICE, false, 0, PRICE_MAX},
	    {"minority", RECORD_PRICE, false, 0, PRICE_MAX},
	    {"unpopular", RECORD_PRICE, false, 0, PRICE_MAX},
	    {"share", RECORD_TOKEN, false, 0, 0},
	    {"cap", RECORD_TOKEN, false, 0, 0},
	    {"unit", RECORD_PRICE, false, 0, PRICE_MAX}}},
    [LINE_TERM] = {"term",
	{{"term", RECORD_TOKEN, true, 0, 0}, {"key", RECORD_TOKEN, true, 0, 0},
	    {"count", RECORD_PRICE, true, 0, PRICE_MAX},
	    {"points", RECORD_PRICE, true, 0, COST_MAX}}},
    [LINE_END] = {"end", {{"lines", RECORD_NUMBER, true, 0, INT64_MAX}}},
};

/* Explanations are for people: nothing is proved by them.  The first are the
 * last lines of a plan, which has an end then. */
static const char *const explanations[] = {
    "open", "runner", "advice", "figure", "against", "weight"};

enum { LAST_EXPLANATIONS = 3 };

/* What a price line may have, by what it is of. */
enum {
	KEYS_NEED = 1 << HALF_DAY_SITE | 1 << HALF_DAY_DAY |
	    1 << HALF_DAY_PART | 1 << HALF_DAY_ACTIVITY |
	    1 << HALF_DAY_SPECIALTY | 1 << HALF_DAY_PROGRAMME | 1 << KEY_SLOT,
	KEYS_PHYSICIAN =
	    1 << HALF_DAY_PHYSICIAN | 1 << KEY_MINORITY | 1 << KEY_UNPOPULAR,
	KEYS_SITE = 1 << HALF_DAY_SITE | 1 << KEY_MINORITY,
	KEYS_SHARE = 1 << KEY_SHARE | 1 << KEY_MINORITY,
	KEYS_CAP = 1 << KEY_CAP | 1 << KEY_UNIT
};

struct reader {
	struct plan *plan;
	const struct instance *in;
	struct error *error;
	size_t room;
	size_t lines;   /* so far */
	int32_t phases; /* lines so far */
	int32_t terms;  /* likewise */
	bool started, explained, ended;
	/* Which prices there are so far; of physicians, lines. */
	bool *slot, *share, *physician, *cap;
};

static bool
refuse(struct reader *reader, const char *why)
{
	error_set(reader->error, "%s", why);
	return false;
}

static bool
first_time(struct reader *reader, bool *seen)
{
	if (*seen)
		return refuse(reader, "it stands twice");
	*seen = true;
	return true;
}

/* Whether a price line has no keys but these. */
static bool
only(struct reader *reader, const struct value *value, unsigned keys)
{
	for (unsigned i = 0; i <= KEY_UNIT; i++) {
		if (value[i].given && (keys >> i & 1) == 0)
			return refuse(
			    reader, "keys that do not belong together");
	}
	return true;
}

static bool
find_need(struct reader *reader, const struct value *value, int32_t *out)
{
	const struct instance *in = reader->in;
	int32_t site = names_find(&in->site_names, value[HALF_DAY_SITE].text);
	int64_t day = value[HALF_DAY_DAY].number - in->from;
	int32_t activity = instance_activity(
	    in, value[HALF_DAY_ACTIVITY].text, value[HALF_DAY_SPECIALTY].text);
	int32_t programme = NAMES_NONE;

	if (!value[HALF_DAY_SITE].given || !value[HALF_DAY_DAY].given ||
	    !value[HALF_DAY_PART].given || !value[HALF_DAY_ACTIVITY].given)
		return refuse(
		    reader, "site=, day=, part= and activity= belong together");
	if (value[HALF_DAY_PROGRAMME].given)
		programme = names_find(
		    &in->programme_names, value[HALF_DAY_PROGRAMME].text);
	if (site == NAMES_NONE || activity == NAMES_NONE || day < 0 ||
	    day >= in->days ||
	    (programme == NAMES_NONE && value[HALF_DAY_PROGRAMME].given))
		return refuse(reader, "no such need in the instance");
	*out = instance_need(in, site,
	    (int32_t)day * PART_COUNT + (int32_t)value[HALF_DAY_PART].number,
	    activity, programme);
	/* It may be the physician's, and the need's own is none. */
	if (*out == NAMES_NONE && programme != NAMES_NONE)
		*out = instance_need(in, site,
		    (int32_t)day * PART_COUNT +
			(int32_t)value[HALF_DAY_PART].number,
		    activity, NAMES_NONE);
	return *out != NAMES_NONE ||
	    refuse(reader, "no such need in the instance");
}

static bool
find_physician(struct reader *reader, const struct value *value, int32_t *out)
{
	*out = names_find(
	    &reader->in->physician_names, value[HALF_DAY_PHYSICIAN].text);
	return *out != NAMES_NONE ||
	    refuse(reader, "no such physician in the instance");
}

static bool
read_plan_line(struct reader *reader, const struct value *value)
{
	struct plan *plan = reader->plan;

	plan->seed = (uint64_t)value[1].number;
	plan->rounds = (int32_t)value[2].number;
	plan->phases = (int32_t)value[3].number;
	plan->cost = value[4].number;
	plan->bound = value[5].number;
	plan->sweeps = (int32_t)value[6].number;
	plan->answers = (int32_t)value[7].number;
	plan->temperature =
	    xcalloc((size_t)plan->phases + 1, sizeof(plan->temperature[0]));
	return true;
}

static bool
read_phase(struct reader *reader, const struct value *value)
{
	if (value[0].number != reader->phases ||
	    reader->phases == reader->plan->phases)
		return refuse(reader,
		    "phases are not numbered from 0 to the "
		    "number that the first line says");
	reader->plan->temperature[reader->phases++] = (int32_t)value[1].number;
	return true;
}

static bool
read_assign(struct reader *reader, const struct value *value)
{
	struct plan *plan = reader->plan;
	struct assign assign;

	if (!find_physician(reader, value, &assign.physician) ||
	    !find_need(reader, value, &assign.need))
		return false;
	plan->assign = xgrow(plan->assign, &reader->room, plan->assigns + 1,
	    sizeof(plan->assign[0]));
	plan->assign[plan->assigns++] = assign;
	return true;
}

/* The lock that it says cannot be kept. */
static bool
read_conflict(struct reader *reader, const struct value *value)
{
	const struct instance *in = reader->in;
	struct assign assign;
	const struct mark *mark;
	size_t count;

	if (!find_physician(reader, value, &assign.physician) ||
	    !find_need(reader, value, &assign.need))
		return false;
	mark = instance_marks(
	    in, assign.physician, in->need[assign.need].half, &count);
	for (size_t i = 0; i < count; i++) {
		if (mark[i].need != assign.need || mark[i].kind != MARK_KEEP)
			continue;
		return first_time(
		    reader, &reader->plan->conflict[&mark[i] - in->mark]);
	}
	return refuse(reader, "no such lock in the instance");
}

/* The share that an instance has by itself for a physician or a site. */
static int32_t
minority_of(const struct instance *in, int32_t physician, int32_t site)
{
	for (size_t g = in->share_names.count; g < in->shares; g++) {
		if (in->share[g].physician == physician &&
		    in->share[g].site == site)
			return (int32_t)g;
	}
	return NAMES_NONE;
}

static bool
set_share(struct reader *reader, int32_t number, const struct value *price)
{
	const struct instance *in = reader->in;

	if (!price->given)
		return true;
	if (number == NAMES_NONE)
		return refuse(reader, "no such share in the instance");
	if (price->number < 0 ||
	    price->number >
		PRICE_MAX / instance_heaviest(in, &in->share[number]))
		return refuse(
		    reader, "a price of the minority is out of range");
	reader->plan->share[number] = price->number;
	return first_time(reader, &reader->share[number]);
}

static bool
read_named_price(struct reader *reader, const struct value *value)
{
	const struct instance *in = reader->in;
	int32_t at;

	if (value[KEY_SHARE].given) {
		at = names_find(&in->share_names, value[KEY_SHARE].text);
		if (!only(reader, value, KEYS_SHARE))
			return false;
		if (!value[KEY_MINORITY].given)
			return refuse(reader, "a price of what?");
		return set_share(reader, at, &value[KEY_MINORITY]);
	}
	at = names_find(&in->cap_names, value[KEY_CAP].text);
	if (at == NAMES_NONE || !value[KEY_UNIT].given)
		return refuse(reader, "no such cap in the instance");
	reader->plan->cap[at] = value[KEY_UNIT].number;
	return only(reader, value, KEYS_CAP) &&
	    first_time(reader, &reader->cap[at]);
}

static bool
read_price(struct reader *reader, const struct value *value)
{
	struct plan *plan = reader->plan;
	const struct value *minority = &value[KEY_MINORITY];
	int32_t at;

	if (value[KEY_UNPOPULAR].number < 0)
		return refuse(
		    reader, "a price of unpopular half-days is negative");
	if (value[KEY_SHARE].given || value[KEY_CAP].given)
		return read_named_price(reader, value);
	if (value[KEY_SLOT].given) {
		if (!find_need(reader, value, &at))
			return false;
		plan->slot[at] = value[KEY_SLOT].number;
		return only(reader, value, KEYS_NEED) &&
		    first_time(reader, &reader->slot[at]);
	}
	if (value[HALF_DAY_PHYSICIAN].given) {
		if (!find_physician(reader, value, &at))
			return false;
		plan->unpopular[at] = value[KEY_UNPOPULAR].number;
		return only(reader, value, KEYS_PHYSICIAN) &&
		    first_time(reader, &reader->physician[at]) &&
		    set_share(reader, minority_of(reader->in, at, NAMES_NONE),
			minority);
	}
	at = names_find(&reader->in->site_names, value[HALF_DAY_SITE].text);
	if (at == NAMES_NONE || !minority->given)
		return refuse(reader, "a price of what?");
	return only(reader, value, KEYS_SITE) &&
	    set_share(
		reader, minority_of(reader->in, NAMES_NONE, at), minority);
}

static bool
read_term(struct reader *reader, const struct value *value)
{
	if (reader->terms++ == TERMS_MAX)
		return refuse(reader, "too many terms");
	reader->plan->has_terms = true;
	reader->plan->terms += value[3].number;
	return true;
}

static bool
read_end(struct reader *reader, const struct value *value)
{
	reader->ended = true;
	return value[0].number == (int64_t)reader->lines ||
	    refuse(reader, "lines are missing, or too many");
}

static bool
is_word(struct span line, const char *what)
{
	struct span word;

	(void)span_cut(&line, ' ', &word);
	return span_is(word, what);
}

static bool
take_explanation(struct reader *reader, struct span line)
{
	for (size_t i = 0; i < ARRAY_SIZE(explanations); i++) {
		if (!is_word(line, explanations[i]))
			continue;
		if (i < LAST_EXPLANATIONS)
			reader->explained = true;
		return true;
	}
	return false;
}

static bool
read_line(struct reader *reader, struct span line, char *scratch)
{
	struct record record;

	/* On standard output it stands behind the plan. */
	if (reader->ended)
		return is_word(line, "result") ||
		    refuse(reader, "it stands behind the end");
	if (reader->started && take_explanation(reader, line))
		return true;
	if (!record_parse(
		line, kinds, LINE_COUNT, scratch, &record, reader->error))
		return false;
	if (reader->started != (record.kind != LINE_PLAN))
		return refuse(
		    reader, "one line \"plan\" stands, before all others");
	reader->started = true;
	switch (record.kind) {
	case LINE_PLAN:
		return read_plan_line(reader, record.value);
	case LINE_PHASE:
		return read_phase(reader, record.value);
	case LINE_ASSIGN:
		return read_assign(reader, record.value);
	case LINE_DROP: /* for the daemon */
		return true;
	case LINE_CONFLICT:
		return read_conflict(reader, record.value);
	case LINE_TERM:
		return read_term(reader, record.value);
	case LINE_END:
		return read_end(reader, record.value);
	default:
		return read_price(reader, record.value);
	}
}

static bool
read_lines(struct reader *reader, struct span text)
{
	char scratch[LINE_LEN_MAX];
	struct span line;

	while (span_cut(&text, '\n', &line)) {
		bool good = line.len == 0 || line.ptr[0] == '#' ||
		    (line.len <= LINE_LEN_MAX ? read_line(reader, line, scratch)
					      : refuse(reader, "too long"));

		if (!good) {
			error_prefix(
			    reader->error, "line %zu", reader->lines + 1);
			return false;
		}
		reader->lines++;
	}
	if (!reader->started)
		return refuse(reader, "no line \"plan\"");
	if (reader->phases != reader->plan->phases)
		return refuse(reader, "a line \"phase\" is missing");
	return reader->ended || !reader->explained ||
	    refuse(reader, "no line \"end\": it is cut");
}

bool
plan_read(struct plan *plan, const struct instance *in, struct span text,
    struct error *error)
{
	struct reader reader = {.plan = plan, .in = in, .error = error};
	bool good;

	memset(plan, 0, sizeof(*plan));
	plan->slot = xcalloc(in->needs + 1, sizeof(int64_t));
	plan->share = xcalloc(in->shares + 1, sizeof(int64_t));
	plan->unpopular = xcalloc((size_t)in->physicians + 1, sizeof(int64_t));
	plan->cap = xcalloc(in->caps + 1, sizeof(int64_t));
	plan->conflict = xcalloc(in->marks + 1, sizeof(bool));
	reader.slot = xcalloc(in->needs + 1, sizeof(bool));
	reader.share = xcalloc(in->shares + 1, sizeof(bool));
	reader.physician = xcalloc((size_t)in->physicians + 1, sizeof(bool));
	reader.cap = xcalloc(in->caps + 1, sizeof(bool));
	good = read_lines(&reader, text);
	free(reader.slot);
	free(reader.share);
	free(reader.physician);
	free(reader.cap);
	return good;
}

void
plan_free(struct plan *plan)
{
	free(plan->assign);
	free(plan->slot);
	free(plan->share);
	free(plan->unpopular);
	free(plan->cap);
	free(plan->conflict);
	free(plan->temperature);
	memset(plan, 0, sizeof(*plan));
}
