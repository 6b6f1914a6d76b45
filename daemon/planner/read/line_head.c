/* SPDX-License-Identifier: ISC */
/* line_head: rules, weights, activities and programmes. */
#include "daemon/planner/instance/shape.h"
#include "daemon/planner/read/line_value.h"

#include <string.h>

bool
line_read_instance(const struct line *line)
{
	if (day_weekday(line_number(line, 1)) != 0)
		return line_refuse(
		    line, "from= is not a Monday:", line->value[1].text);
	instance_init(line->in, line_number(line, 1), line_number(line, 2));
	return true;
}

bool
line_levels(const struct line *line, size_t key, struct ladder *ladder)
{
	struct span rest = line->value[key].text, word;
	uint64_t level, last = 10000;

	*ladder = (struct ladder){.levels = 0};
	while (span_cut(&rest, ',', &word)) {
		if (ladder->levels == LEVELS_MAX ||
		    !span_to_u64(word, last, &level))
			return line_refuse(line,
			    "levels= are at most 8 numbers that do not rise:",
			    line->value[key].text);
		ladder->level[ladder->levels++] = (int32_t)level;
		last = level;
	}
	return ladder->levels > 0 ||
	    line_refuse(line, "levels= is empty", line->value[key].text);
}

bool
line_read_weights(const struct line *line)
{
	struct weights *weight = &line->in->weight;
	int32_t *field[] = {&weight->travel, &weight->preference,
	    &weight->dislike, &weight->anchor, &weight->week_short,
	    &weight->horizon_short, &weight->unfair, &weight->presence};

	for (size_t i = 0; i < ARRAY_SIZE(field); i++)
		*field[i] = line_number(line, i);
	weight->presence_parts = (uint8_t)line->value[8].number;
	weight->stability =
	    (struct stability){line_number(line, 10), line_number(line, 11)};
	return line_levels(line, 9, &weight->ladder) && line_once(line, 0, 0);
}

bool
line_read_pair(const struct line *line)
{
	if (line_number(line, 1) != line_number(line, 0) + 1)
		return line_refuse(line,
		    "second= does not follow first=:", line->value[1].text);
	line->in->rule.gap[line_number(line, 0)] = line_number(line, 2);
	return line_once(line, (uint64_t)line->value[0].number, 0);
}

bool
line_read_rest(const struct line *line)
{
	struct shape shape;

	line->in->rule.rest[line_number(line, 0)] =
	    (uint8_t)line_number(line, 1);
	line->in->rule.rest_across = line_number(line, 2) != 0;
	if (!line_once(line, (uint64_t)line->value[0].number, 0))
		return false;
	/* One more line makes no way to rest less. */
	if (shape_make(&shape, &line->in->rule))
		return true;
	error_set(line->error, "more than %d ways to rest", REST_MAX - 1);
	return false;
}

bool
line_read_minority(const struct line *line)
{
	line->in->rule.minority_physician = line_number(line, 0) != 0;
	line->in->rule.minority_site = line_number(line, 1) != 0;
	return line_once(line, 0, 0);
}

bool
line_read_unpopular(const struct line *line)
{
	struct rules *rule = &line->in->rule;
	struct span rest = line->value[1].text, word;
	unsigned weekday;

	rule->unpopular_parts = (uint8_t)line_number(line, 0);
	rule->unpopular_days = 0;
	while (span_cut(&rest, ',', &word)) {
		if (!line_weekday(word, &weekday))
			return line_refuse(line,
			    "days= is not mon,tue,...:", line->value[1].text);
		rule->unpopular_days |= (uint8_t)(1u << weekday);
	}
	return line_once(line, 0, 0);
}

bool
line_read_units(const struct line *line)
{
	line->in->rule.units[line_number(line, 0)] =
	    (uint8_t)line_number(line, 1);
	return line_once(line, (uint64_t)line->value[0].number, 0);
}

bool
line_read_activity(const struct line *line)
{
	const struct value *value = line->value;
	struct activity_kind kind = {.factor = line_number(line, 1),
	    .remote = value[3].number != 0,
	    .unscheduled = value[4].number != 0,
	    .anchored = value[5].number != 0};

	int32_t found =
	    instance_activity(line->in, value[0].text, value[2].text);

	if (memchr(value[0].text.ptr, ':', value[0].text.len) != NULL ||
	    memchr(value[0].text.ptr, ',', value[0].text.len) != NULL ||
	    value[2].text.len > 64)
		return line_refuse(
		    line, "not the id of an activity:", value[0].text);
	if (!line_new(line, found, line->in->activities) ||
	    !line_fits(
		line, line->in->activities, ACTIVITIES_MAX, "activities"))
		return false;
	(void)instance_add_activity(
	    line->in, value[0].text, value[2].text, &kind);
	return true;
}

bool
line_read_programme(const struct line *line)
{
	struct names *names = &line->in->programme_names;
	struct span name = line->value[0].text;

	if (!line_new(line, names_find(names, name), names->count) ||
	    !line_fits(line, names->count, MOST_PROGRAMMES, "programmes"))
		return false;
	(void)names_add(names, name);
	return true;
}
