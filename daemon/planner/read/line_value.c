/* SPDX-License-Identifier: ISC */
/* line_value: what a line names, and days as numbers. */
#include "daemon/planner/read/line_value.h"

bool
line_refuse(const struct line *line, const char *what, struct span token)
{
	int len = (int)(token.len < 80 ? token.len : 80);

	error_set(line->error, "%s %.*s", what, len, token.ptr);
	return false;
}

int32_t
line_number(const struct line *line, size_t key)
{
	return (int32_t)line->value[key].number;
}

bool
line_known(const struct line *line, const struct names *names, const char *what,
    size_t key, int32_t *out)
{
	const struct value *value = &line->value[key];

	*out = names_find(names, value->text);
	return *out != NAMES_NONE || line_refuse(line, what, value->text);
}

bool
line_site(const struct line *line, size_t key, int32_t *out)
{
	return line_known(line, &line->in->site_names, "no site", key, out);
}

bool
line_physician(const struct line *line, size_t key, int32_t *out)
{
	return line_known(
	    line, &line->in->physician_names, "no physician", key, out);
}

/* NAMES_NONE where the line has none. */
bool
line_programme(const struct line *line, size_t key, int32_t *out)
{
	*out = NAMES_NONE;
	return !line->value[key].given ||
	    line_known(
		line, &line->in->programme_names, "no programme", key, out);
}

bool
line_activity(const struct line *line, int32_t *out)
{
	const struct value *value = line->value;

	*out = instance_activity(
	    line->in, value[KEY_ACTIVITY].text, value[KEY_SPECIALTY].text);
	return *out != NAMES_NONE ||
	    line_refuse(line, "no activity", value[KEY_ACTIVITY].text);
}

bool
line_day(const struct line *line, size_t key, int32_t *out)
{
	int64_t day = line->value[key].number - line->in->from;

	if (day < 0 || day >= line->in->days)
		return line_refuse(
		    line, "outside the weeks planned:", line->value[key].text);
	*out = (int32_t)day;
	return true;
}

bool
line_half(const struct line *line, int32_t *out)
{
	if (!line_day(line, KEY_DAY, out))
		return false;
	*out = *out * PART_COUNT + line_number(line, KEY_PART);
	return true;
}

/* The Monday of a week. */
bool
line_week(const struct line *line, size_t key, int32_t *day)
{
	if (!line_day(line, key, day))
		return false;
	return *day % DAYS_PER_WEEK == 0 ||
	    line_refuse(line, "week= is not a Monday:", line->value[key].text);
}

/* Days from..to, cut to those planned, as half-days: none is fine. */
void
line_interval(
    const struct line *line, size_t key, int32_t *from, int32_t *until)
{
	const struct instance *in = line->in;
	int64_t first = line->value[key].number - in->from;
	int64_t end = line->value[key + 1].number - in->from + 1;

	if (!line->value[key].given || first < 0)
		first = 0;
	if (!line->value[key + 1].given || end > in->days)
		end = in->days;
	*from = (int32_t)(first < in->days ? first : in->days) * PART_COUNT;
	*until = (int32_t)(end > 0 ? end : 0) * PART_COUNT;
}

/* "mon" to "sun". */
bool
line_weekday(struct span word, unsigned *out)
{
	static const char *const words[DAYS_PER_WEEK] = {
	    "mon", "tue", "wed", "thu", "fri", "sat", "sun"};

	for (*out = 0; *out < DAYS_PER_WEEK; ++*out) {
		if (span_is(word, words[*out]))
			return true;
	}
	return false;
}
