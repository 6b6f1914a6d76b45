/* SPDX-License-Identifier: ISC */
/* plan_read: a plan from its lines, against its instance. */
#include "daemon/planner/plan_file.h"

#include "daemon/base/mem.h"
#include "daemon/planner/record.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_PLAN, LINE_PHASE, LINE_ASSIGN, LINE_PRICE, LINE_COUNT };

enum { LINE_LEN_MAX = 4096, PHASES_MAX = 10000000 };

/* No price may be larger: sums of them stay far from the end of int64. */
#define PRICE_MAX ((int64_t)1 << 40)

/* The need of a line, in assign and price at the same places. */
enum {
	KEY_PHYSICIAN,
	KEY_SITE,
	KEY_DAY,
	KEY_PART,
	KEY_ACTIVITY,
	KEY_SPECIALTY
};

enum { KEY_SLOT = 6, KEY_MINORITY, KEY_UNPOPULAR };

static const struct kind kinds[LINE_COUNT] = {
    [LINE_PLAN] = {"plan",
	{{"version", VALUE_NUMBER, true, 1, 1},
	    {"seed", VALUE_NUMBER, true, 0, INT64_MAX},
	    {"rounds", VALUE_NUMBER, true, 0, PHASES_MAX},
	    {"phases", VALUE_NUMBER, true, 0, PHASES_MAX},
	    {"cost", VALUE_NUMBER, true, 0, INT64_MAX},
	    {"bound", VALUE_PRICE, true, 0, INT64_MAX}}},
    [LINE_PHASE] = {"phase",
	{{"number", VALUE_NUMBER, true, 0, PHASES_MAX},
	    {"temperature", VALUE_NUMBER, true, 0, INT32_MAX}}},
    [LINE_ASSIGN] = {"assign",
	{{"physician", VALUE_TOKEN, true, 0, 0},
	    {"site", VALUE_TOKEN, true, 0, 0}, {"day", VALUE_DAY, true, 0, 0},
	    {"part", VALUE_PART, true, 0, 0},
	    {"activity", VALUE_TOKEN, true, 0, 0},
	    {"specialty", VALUE_TEXT, false, 0, 0}}},
    [LINE_PRICE] = {"price",
	{{"physician", VALUE_TOKEN, false, 0, 0},
	    {"site", VALUE_TOKEN, false, 0, 0}, {"day", VALUE_DAY, false, 0, 0},
	    {"part", VALUE_PART, false, 0, 0},
	    {"activity", VALUE_TOKEN, false, 0, 0},
	    {"specialty", VALUE_TEXT, false, 0, 0},
	    {"slot", VALUE_PRICE, false, 0, PRICE_MAX},
	    {"minority", VALUE_PRICE, false, 0, PRICE_MAX},
	    {"unpopular", VALUE_PRICE, false, 0, PRICE_MAX}}},
};

struct reader {
	struct plan *plan;
	const struct instance *in;
	struct error *error;
	size_t room;
	int32_t phases; /* lines so far */
	bool started;
};

static bool
refuse(struct reader *reader, const char *why)
{
	error_set(reader->error, "%s", why);
	return false;
}

static bool
find_need(struct reader *reader, const struct value *value, int32_t *out)
{
	const struct instance *in = reader->in;
	int32_t site = names_find(&in->site_names, value[KEY_SITE].text);
	int64_t day = value[KEY_DAY].number - in->from;
	int32_t activity = instance_activity(
	    in, value[KEY_ACTIVITY].text, value[KEY_SPECIALTY].text);
	int32_t half;
	const int32_t *first;

	if (!value[KEY_SITE].given || !value[KEY_DAY].given ||
	    !value[KEY_PART].given || !value[KEY_ACTIVITY].given)
		return refuse(reader,
		    "site=, day=, part= and activity= belong "
		    "together");
	if (site == NAMES_NONE || activity == NAMES_NONE || day < 0 ||
	    day >= in->days)
		return refuse(reader, "no such need in the instance");
	half = (int32_t)day * PART_COUNT + (int32_t)value[KEY_PART].number;
	first = &in->need_first[half_week(half) * in->sites + site];
	for (int32_t n = first[0]; n < first[1]; n++) {
		if (in->need[n].half == half &&
		    in->need[n].activity == activity) {
			*out = n;
			return true;
		}
	}
	return refuse(reader, "no such need in the instance");
}

static bool
find_physician(struct reader *reader, const struct value *value, int32_t *out)
{
	*out =
	    names_find(&reader->in->physician_names, value[KEY_PHYSICIAN].text);
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

static bool
read_price(struct reader *reader, const struct value *value)
{
	struct plan *plan = reader->plan;
	const struct value *minority = &value[KEY_MINORITY];
	const struct value *unpopular = &value[KEY_UNPOPULAR];
	int32_t at;

	if (minority->number < 0 || unpopular->number < 0)
		return refuse(reader,
		    "a price of the minority or of unpopular half-days is "
		    "negative");
	if (value[KEY_SLOT].given) {
		if (!find_need(reader, value, &at))
			return false;
		plan->slot[at] = value[KEY_SLOT].number;
	} else if (value[KEY_PHYSICIAN].given) {
		if (!find_physician(reader, value, &at))
			return false;
		plan->physician[at] = minority->number;
		plan->unpopular[at] = unpopular->number;
	} else {
		at = names_find(&reader->in->site_names, value[KEY_SITE].text);
		if (at == NAMES_NONE || !minority->given)
			return refuse(reader, "a price of what?");
		plan->site[at] = minority->number;
	}
	return true;
}

static bool
read_line(struct reader *reader, struct span line, char *scratch)
{
	struct record record;

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
	default:
		return read_price(reader, record.value);
	}
}

static bool
read_lines(struct reader *reader, struct span text)
{
	char scratch[LINE_LEN_MAX];
	struct span line;
	size_t number = 0;

	while (span_cut(&text, '\n', &line)) {
		bool good;

		number++;
		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		good = line.len <= LINE_LEN_MAX
		    ? read_line(reader, line, scratch)
		    : refuse(reader, "too long");
		if (!good) {
			error_prefix(reader->error, "line %zu", number);
			return false;
		}
	}
	if (!reader->started)
		return refuse(reader, "no line \"plan\"");
	return reader->phases == reader->plan->phases ||
	    refuse(reader, "a line \"phase\" is missing");
}

bool
plan_read(struct plan *plan, const struct instance *in, struct span text,
    struct error *error)
{
	struct reader reader = {.plan = plan, .in = in, .error = error};

	memset(plan, 0, sizeof(*plan));
	plan->slot = xcalloc(in->needs + 1, sizeof(int64_t));
	plan->physician = xcalloc((size_t)in->physicians + 1, sizeof(int64_t));
	plan->unpopular = xcalloc((size_t)in->physicians + 1, sizeof(int64_t));
	plan->site = xcalloc((size_t)in->sites + 1, sizeof(int64_t));
	return read_lines(&reader, text);
}

void
plan_free(struct plan *plan)
{
	free(plan->assign);
	free(plan->slot);
	free(plan->physician);
	free(plan->unpopular);
	free(plan->site);
	free(plan->temperature);
	memset(plan, 0, sizeof(*plan));
}
