/* SPDX-License-Identifier: ISC */
/*
 * instance_read: an instance from its lines.  A line may only name what a line
 * before it has made; the first fault ends the reading.
 */
#include "daemon/planner/instance.h"

#include "daemon/base/mem.h"
#include "daemon/domain/pattern.h"
#include "daemon/planner/record.h"
#include "daemon/planner/shape.h"
#include "proto/out.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_LEN_MAX = 4096 };

struct reader {
	struct instance *in;
	struct error *error;
	size_t site_room, physician_room, need_room, reach_room, road_room;
	bool started; /* the first line was there */
};

enum line_kind {
	LINE_INSTANCE,
	LINE_WEIGHTS,
	LINE_PAIR,
	LINE_REST,
	LINE_MINORITY,
	LINE_UNPOPULAR,
	LINE_ACTIVITY,
	LINE_SITE,
	LINE_ROAD,
	LINE_NEED,
	LINE_PHYSICIAN,
	LINE_REACH,
	LINE_FREE,
	LINE_ANCHOR,
	LINE_COUNT
};

#define NUMBER(name, from, to)                                                 \
	{                                                                      \
		name, VALUE_NUMBER, true, from, to                             \
	}
#define TOKEN(name)                                                            \
	{                                                                      \
		name, VALUE_TOKEN, true, 0, 0                                  \
	}
#define OTHER(name, type, needed)                                              \
	{                                                                      \
		name, type, needed, 0, 0                                       \
	}

static const struct kind kinds[LINE_COUNT] = {
    [LINE_INSTANCE] = {"instance",
	{NUMBER("version", 1, 1), OTHER("from", VALUE_DAY, true),
	    NUMBER("weeks", 0, WEEKS_MAX), OTHER("name", VALUE_TEXT, false)}},
    [LINE_WEIGHTS] = {"weights",
	{NUMBER("travel", 0, 1000), NUMBER("preference", 0, 10000),
	    NUMBER("dislike", 0, 10000), NUMBER("anchor", 0, 10000),
	    NUMBER("week-short", 0, 10000), NUMBER("horizon-short", 0, 10000),
	    NUMBER("unfair", 0, 10000), NUMBER("presence", 0, 10000),
	    OTHER("presence-parts", VALUE_PARTS, true),
	    OTHER("levels", VALUE_TEXT, true)}},
    [LINE_PAIR] = {"pair",
	{OTHER("first", VALUE_PART, true), OTHER("second", VALUE_PART, true),
	    NUMBER("gap", 0, MINUTES_MAX)}},
    [LINE_REST] = {"rest",
	{OTHER("after", VALUE_PART, true), OTHER("before", VALUE_PARTS, true),
	    OTHER("across-weeks", VALUE_FLAG, true)}},
    [LINE_MINORITY] = {"minority",
	{OTHER("physicians", VALUE_FLAG, true),
	    OTHER("sites", VALUE_FLAG, true)}},
    [LINE_UNPOPULAR] = {"unpopular",
	{OTHER("parts", VALUE_PARTS, false), OTHER("days", VALUE_TEXT, false)}},
    [LINE_ACTIVITY] = {"activity",
	{TOKEN("id"), NUMBER("factor", 0, 10000),
	    OTHER("specialty", VALUE_TEXT, false),
	    OTHER("remote", VALUE_FLAG, false),
	    OTHER("unscheduled", VALUE_FLAG, false),
	    OTHER("anchored", VALUE_FLAG, false)}},
    [LINE_SITE] = {"site",
	{TOKEN("id"), NUMBER("value", 0, 10000),
	    NUMBER("rooms", 0, ROOMS_MAX)}},
    [LINE_ROAD] = {"road",
	{TOKEN("a"), TOKEN("b"), NUMBER("minutes", 0, MINUTES_MAX)}},
    [LINE_NEED] = {"need",
	{TOKEN("site"), OTHER("day", VALUE_DAY, true),
	    OTHER("part", VALUE_PART, true), TOKEN("activity"),
	    OTHER("specialty", VALUE_TEXT, false), NUMBER("count", 1, 100)}},
    [LINE_PHYSICIAN] = {"physician",
	{TOKEN("id"), OTHER("skills", VALUE_TEXT, true),
	    NUMBER("week-min", 0, HALVES_PER_WEEK),
	    NUMBER("week-max", 0, HALVES_PER_WEEK),
	    NUMBER("horizon-min", 0, COUNT_MAX),
	    NUMBER("horizon-max", 0, COUNT_MAX),
	    NUMBER("day-max", 0, PART_COUNT),
	    NUMBER("fair-share", 0, COUNT_MAX)}},
    [LINE_REACH] = {"reach",
	{TOKEN("physician"), TOKEN("site"), NUMBER("minutes", 0, MINUTES_MAX),
	    NUMBER("preference", 0, 10)}},
    [LINE_FREE] = {"free",
	{TOKEN("physician"), OTHER("week", VALUE_DAY, true),
	    OTHER("parts", VALUE_TEXT, true),
	    OTHER("disliked", VALUE_TEXT, false)}},
    [LINE_ANCHOR] = {"anchor",
	{TOKEN("physician"), OTHER("weekday", VALUE_TEXT, true),
	    TOKEN("site")}},
};

static bool
refuse(struct reader *reader, const char *what, struct span token)
{
	int len = (int)(token.len < 80 ? token.len : 80);

	error_set(reader->error, "%s %.*s", what, len, token.ptr);
	return false;
}

static bool
read_instance(struct reader *reader, const struct value *value)
{
	struct instance *in = reader->in;

	if (day_weekday((int32_t)value[1].number) != 0)
		return refuse(reader, "from= is not a Monday:", value[1].text);
	in->from = (int32_t)value[1].number;
	in->weeks = (int32_t)value[2].number;
	in->days = in->weeks * DAYS_PER_WEEK;
	in->halves = in->days * PART_COUNT;
	return true;
}

static bool
read_weights(struct reader *reader, const struct value *value)
{
	struct weights *weight = &reader->in->weight;
	int32_t *field[] = {&weight->travel, &weight->preference,
	    &weight->dislike, &weight->anchor, &weight->week_short,
	    &weight->horizon_short, &weight->unfair, &weight->presence};
	struct span rest = value[9].text, word;
	uint64_t level, last = 10000;

	for (size_t i = 0; i < ARRAY_SIZE(field); i++)
		*field[i] = (int32_t)value[i].number;
	weight->presence_parts = (uint8_t)value[8].number;
	weight->levels = 0;
	while (span_cut(&rest, ',', &word)) {
		if (weight->levels == LEVELS_MAX ||
		    !span_to_u64(word, last, &level))
			return refuse(reader,
			    "levels= are at most 8 numbers that do not rise:",
			    value[9].text);
		weight->level[weight->levels++] = (int32_t)level;
		last = level;
	}
	return weight->levels > 0 ||
	    refuse(reader, "levels= is empty", value[9].text);
}

static bool
read_pair(struct reader *reader, const struct value *value)
{
	if (value[1].number != value[0].number + 1)
		return refuse(
		    reader, "second= does not follow first=:", value[1].text);
	reader->in->rule.gap[value[0].number] = (int32_t)value[2].number;
	return true;
}

static bool
read_rest(struct reader *reader, const struct value *value)
{
	reader->in->rule.rest[value[0].number] = (uint8_t)value[1].number;
	reader->in->rule.rest_across = value[2].number != 0;
	return true;
}

static bool
read_minority(struct reader *reader, const struct value *value)
{
	reader->in->rule.minority_physician = value[0].number != 0;
	reader->in->rule.minority_site = value[1].number != 0;
	return true;
}

/* "mon" to "sun". */
static bool
find_weekday(struct span word, unsigned *out)
{
	static const char *const words[DAYS_PER_WEEK] = {
	    "mon", "tue", "wed", "thu", "fri", "sat", "sun"};

	for (*out = 0; *out < DAYS_PER_WEEK; ++*out) {
		if (span_is(word, words[*out]))
			return true;
	}
	return false;
}

static bool
read_unpopular(struct reader *reader, const struct value *value)
{
	struct rules *rule = &reader->in->rule;
	struct span rest = value[1].text, word;
	unsigned weekday;

	rule->unpopular_parts = (uint8_t)value[0].number;
	rule->unpopular_days = 0;
	while (span_cut(&rest, ',', &word)) {
		if (!find_weekday(word, &weekday))
			return refuse(
			    reader, "days= is not mon,tue,...:", value[1].text);
		rule->unpopular_days |= (uint8_t)(1u << weekday);
	}
	return true;
}

static bool
read_activity(struct reader *reader, const struct value *value)
{
	struct instance *in = reader->in;
	struct activity_kind *kind = &in->activity[in->activities];
	char text[260];
	struct out out = OUT(text);
	int32_t number;

	if (in->activities == ACTIVITIES_MAX)
		return refuse(reader, "too many activities at", value[0].text);
	if (memchr(value[0].text.ptr, ':', value[0].text.len) != NULL ||
	    memchr(value[0].text.ptr, ',', value[0].text.len) != NULL ||
	    value[2].text.len > 64)
		return refuse(
		    reader, "not the id of an activity:", value[0].text);
	out_bytes(&out, value[0].text.ptr, value[0].text.len);
	if (value[2].text.len > 0) {
		out_char(&out, ':');
		out_bytes(&out, value[2].text.ptr, value[2].text.len);
	}
	number = names_add(&in->activity_names, (struct span){text, out.len});
	if (number == NAMES_NONE)
		return refuse(reader, "activity stands twice:", value[0].text);
	kind->factor = (int32_t)value[1].number;
	kind->word = names_text(&in->activity_names, number);
	kind->word_len = (int)value[0].text.len;
	kind->special =
	    kind->word + value[0].text.len + (value[2].text.len > 0 ? 1 : 0);
	kind->remote = value[3].number != 0;
	kind->unscheduled = value[4].number != 0;
	kind->anchored = value[5].number != 0;
	in->activities++;
	return true;
}

static bool
read_site(struct reader *reader, const struct value *value)
{
	struct instance *in = reader->in;
	struct place *site;

	if (names_add(&in->site_names, value[0].text) == NAMES_NONE)
		return refuse(reader, "site stands twice:", value[0].text);
	in->site = xgrow(in->site, &reader->site_room, (size_t)in->sites + 1,
	    sizeof(in->site[0]));
	site = &in->site[in->sites++];
	site->value = (int32_t)value[1].number;
	site->rooms = (int32_t)value[2].number;
	return true;
}

/* The number of a site or physician that has its line. */
static bool
known(struct reader *reader, const struct names *names, const char *what,
    const struct value *value, int32_t *out)
{
	*out = names_find(names, value->text);
	return *out != NAMES_NONE || refuse(reader, what, value->text);
}

static bool
read_road(struct reader *reader, const struct value *value)
{
	struct instance *in = reader->in;
	int32_t a, b;

	if (!known(reader, &in->site_names, "no site", &value[0], &a) ||
	    !known(reader, &in->site_names, "no site", &value[1], &b))
		return false;
	if (a == b)
		return refuse(reader, "a road to itself:", value[0].text);
	in->road = xgrow(
	    in->road, &reader->road_room, in->roads + 1, sizeof(in->road[0]));
	in->road[in->roads++] = (struct road){
	    a < b ? a : b, a < b ? b : a, (int32_t)value[2].number};
	return true;
}

static bool
day_of(struct reader *reader, const struct value *value, int32_t *out)
{
	int64_t day = value->number - reader->in->from;

	if (day < 0 || day >= reader->in->days)
		return refuse(
		    reader, "outside the weeks planned:", value->text);
	*out = (int32_t)day;
	return true;
}

static bool
read_need(struct reader *reader, const struct value *value)
{
	struct instance *in = reader->in;
	int32_t site, day, activity;

	if (!known(reader, &in->site_names, "no site", &value[0], &site) ||
	    !day_of(reader, &value[1], &day))
		return false;
	activity = instance_activity(in, value[3].text, value[4].text);
	if (activity == NAMES_NONE)
		return refuse(reader, "no activity", value[3].text);
	in->need = xgrow(
	    in->need, &reader->need_room, in->needs + 1, sizeof(in->need[0]));
	in->need[in->needs++] =
	    (struct need){site, day * PART_COUNT + (int32_t)value[2].number,
		(uint8_t)activity, (uint8_t)value[5].number};
	return true;
}

static bool
read_skills(struct reader *reader, struct span list, uint64_t *skills)
{
	struct span word;
	int32_t activity;

	*skills = 0;
	while (span_cut(&list, ',', &word)) {
		activity = names_find(&reader->in->activity_names, word);
		if (activity == NAMES_NONE)
			return refuse(reader, "no activity", word);
		*skills |= (uint64_t)1 << activity;
	}
	return true;
}

static bool
read_physician(struct reader *reader, const struct value *value)
{
	struct instance *in = reader->in;
	struct worker *worker;
	size_t days = (size_t)in->days, count = (size_t)in->physicians + 1;

	if (names_add(&in->physician_names, value[0].text) == NAMES_NONE)
		return refuse(reader, "physician stands twice:", value[0].text);
	if (reader->physician_room < count + 1) {
		in->physician = xgrow(in->physician, &reader->physician_room,
		    count + 1, sizeof(in->physician[0]));
		in->free_parts =
		    xrealloc(in->free_parts, reader->physician_room * days);
		in->disliked =
		    xrealloc(in->disliked, reader->physician_room * days);
	}
	worker = &in->physician[in->physicians++];
	memset(in->free_parts + (count - 1) * days, 0, days);
	memset(in->disliked + (count - 1) * days, 0, days);
	worker->week_min = (int32_t)value[2].number;
	worker->week_max = (int32_t)value[3].number;
	worker->horizon_min = (int32_t)value[4].number;
	worker->horizon_max = (int32_t)value[5].number;
	worker->day_max = (int32_t)value[6].number;
	worker->fair_share = (int32_t)value[7].number;
	worker->first = 0;
	for (size_t i = 0; i < DAYS_PER_WEEK; i++)
		worker->anchor[i] = NAMES_NONE;
	return read_skills(reader, value[1].text, &worker->skills);
}

static bool
read_reach(struct reader *reader, const struct value *value)
{
	struct instance *in = reader->in;
	int32_t physician, site;

	if (!known(reader, &in->physician_names, "no physician", &value[0],
		&physician) ||
	    !known(reader, &in->site_names, "no site", &value[1], &site))
		return false;
	in->reach = xgrow(in->reach, &reader->reach_room, in->reaches + 1,
	    sizeof(in->reach[0]));
	in->reach[in->reaches++] = (struct reach){physician, site,
	    (int32_t)value[2].number, (int32_t)value[3].number};
	return true;
}

/* Seven groups of parts, "-" for none: MA,-,M,MAS,-,-,- */
static bool
read_days(struct reader *reader, struct span list, uint8_t *days)
{
	struct span rest = list, word;
	unsigned bits, count = 0;

	while (span_cut(&rest, ',', &word)) {
		bits = 0;
		if (count == DAYS_PER_WEEK ||
		    (!span_is(word, "-") && !parts_parse(word, &bits)))
			return refuse(
			    reader, "not seven days of parts or \"-\":", list);
		days[count++] = (uint8_t)bits;
	}
	return count == DAYS_PER_WEEK ||
	    refuse(reader, "not seven days of parts or \"-\":", list);
}

static bool
read_free(struct reader *reader, const struct value *value)
{
	struct instance *in = reader->in;
	int32_t physician, day;
	size_t at;

	if (!known(reader, &in->physician_names, "no physician", &value[0],
		&physician) ||
	    !day_of(reader, &value[1], &day))
		return false;
	if (day % DAYS_PER_WEEK != 0)
		return refuse(reader, "week= is not a Monday:", value[1].text);
	at = (size_t)physician * (size_t)in->days + (size_t)day;
	return read_days(reader, value[2].text, in->free_parts + at) &&
	    (!value[3].given ||
		read_days(reader, value[3].text, in->disliked + at));
}

static bool
read_anchor(struct reader *reader, const struct value *value)
{
	struct instance *in = reader->in;
	int32_t physician, site;
	unsigned weekday;

	if (!known(reader, &in->physician_names, "no physician", &value[0],
		&physician) ||
	    !known(reader, &in->site_names, "no site", &value[2], &site))
		return false;
	if (!find_weekday(value[1].text, &weekday))
		return refuse(
		    reader, "weekday= is not mon, tue, ...:", value[1].text);
	in->physician[physician].anchor[weekday] = site;
	return true;
}

static bool (*const read_kind[LINE_COUNT])(
    struct reader *reader, const struct value *value) = {
    [LINE_INSTANCE] = read_instance,
    [LINE_WEIGHTS] = read_weights,
    [LINE_PAIR] = read_pair,
    [LINE_REST] = read_rest,
    [LINE_MINORITY] = read_minority,
    [LINE_UNPOPULAR] = read_unpopular,
    [LINE_ACTIVITY] = read_activity,
    [LINE_SITE] = read_site,
    [LINE_ROAD] = read_road,
    [LINE_NEED] = read_need,
    [LINE_PHYSICIAN] = read_physician,
    [LINE_REACH] = read_reach,
    [LINE_FREE] = read_free,
    [LINE_ANCHOR] = read_anchor,
};

static bool
read_line(struct reader *reader, struct span line, char *scratch)
{
	struct record record;

	if (!record_parse(
		line, kinds, LINE_COUNT, scratch, &record, reader->error))
		return false;
	if (reader->started != (record.kind != LINE_INSTANCE)) {
		error_set(reader->error,
		    "one line \"instance\" stands, before all others");
		return false;
	}
	reader->started = true;
	return read_kind[record.kind](reader, record.value);
}

/* Blank lines and comments ("#") are skipped. */
static bool
read_lines(struct reader *reader, struct span text)
{
	struct span line;
	size_t number = 0, room = 0;
	char *scratch = NULL;
	bool good = true;

	while (good && span_cut(&text, '\n', &line)) {
		number++;
		if (line.len > 0 && line.ptr[line.len - 1] == '\r')
			line.len--;
		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		if (line.len > LINE_LEN_MAX) {
			error_set(reader->error, "longer than %d bytes",
			    LINE_LEN_MAX);
			good = false;
		} else {
			scratch = xgrow(scratch, &room, line.len, 1);
			good = read_line(reader, line, scratch);
		}
	}
	free(scratch);
	if (!good)
		error_prefix(reader->error, "line %zu", number);
	return good;
}

bool
instance_read(struct instance *in, struct span text, struct error *error)
{
	struct reader reader = {.in = in, .error = error};
	struct shape shape;

	memset(in, 0, sizeof(*in));
	for (size_t i = 0; i < ARRAY_SIZE(in->rule.gap); i++)
		in->rule.gap[i] = -1;
	in->weight.levels = 1;
	if (!read_lines(&reader, text))
		return false;
	if (!reader.started) {
		error_set(error, "no line \"instance\"");
		return false;
	}
	if (!shape_make(&shape, &in->rule)) {
		error_set(error, "more than %d ways to rest", REST_MAX - 1);
		return false;
	}
	return instance_sort(in, error);
}
