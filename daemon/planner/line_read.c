/* SPDX-License-Identifier: ISC */
/* line_read: from the values of a line to the instance, kind by kind. */
#include "daemon/domain/pattern.h"
#include "daemon/planner/line_value.h"

#include <string.h>

/* ----- sites ----- */

static bool
read_site(const struct line *line)
{
	struct place site = {line_number(line, 1), line_number(line, 2), -1};

	if (line->value[3].given)
		site.presence = line_number(line, 3);
	return instance_add_site(line->in, line->value[0].text, &site) !=
	    NAMES_NONE ||
	    line_refuse(line, "site stands twice:", line->value[0].text);
}

static bool
read_road(const struct line *line)
{
	int32_t a, b;

	if (!line_site(line, 0, &a) || !line_site(line, 1, &b))
		return false;
	if (a == b)
		return line_refuse(
		    line, "a road to itself:", line->value[0].text);
	instance_add_road(line->in, a, b, line_number(line, 2));
	return true;
}

enum {
	NEED_COUNT = 0,
	NEED_VALUE = 7,
	NEED_MINUTES,
	NEED_UNSCHEDULED,
	NEED_SHARE,
	NEED_FILLED
};

/* Minutes of a half-day: where the line does not say, one. */
static bool
care_of(const struct line *line, const struct activity_kind *kind,
    struct care *care)
{
	const struct value *value = line->value;

	care->minutes =
	    value[NEED_MINUTES].given ? line_number(line, NEED_MINUTES) : 1;
	care->unscheduled = value[NEED_UNSCHEDULED].given
	    ? line_number(line, NEED_UNSCHEDULED)
	    : (kind->unscheduled ? care->minutes : 0);
	return care->unscheduled <= care->minutes ||
	    line_refuse(line, "unscheduled= is more than minutes=:",
		value[NEED_UNSCHEDULED].text);
}

static bool
read_need(const struct line *line)
{
	struct instance *in = line->in;
	const struct value *value = line->value;
	struct need need = {.share = NAMES_NONE};
	struct care care;
	int32_t activity, programme;

	if (!line_site(line, KEY_SITE, &need.site) ||
	    !line_half(line, &need.half) || !line_activity(line, &activity) ||
	    !line_programme(line, KEY_PROGRAMME, &programme) ||
	    !care_of(line, &in->activity[activity], &care))
		return false;
	if (value[NEED_SHARE].given) {
		if (!line_known(line, &in->share_names, "no share", NEED_SHARE,
			&need.share))
			return false;
		if (in->share[need.share].site != need.site)
			return line_refuse(line,
			    "not a share of the site:", value[NEED_SHARE].text);
	}
	if (line_number(line, NEED_FILLED) > line_number(line, NEED_COUNT))
		return line_refuse(line,
		    "filled= is more than count=:", value[NEED_FILLED].text);
	need.worth = value[NEED_VALUE].given
	    ? line_number(line, NEED_VALUE) * 1000
	    : in->site[need.site].value * in->activity[activity].factor;
	need.activity = (uint8_t)activity;
	need.programme = (int16_t)programme;
	need.count = (uint8_t)line_number(line, NEED_COUNT);
	need.filled = (uint8_t)line_number(line, NEED_FILLED);
	instance_add_need(in, &need, care);
	return true;
}

static bool
read_share(const struct line *line)
{
	struct instance *in = line->in;
	const struct value *value = line->value;
	struct share share = {.physician = NAMES_NONE,
	    .site = NAMES_NONE,
	    .bound = value[8].given ? line_number(line, 8) : 50,
	    .minutes = value[4].number,
	    .unscheduled = value[5].number};
	bool of_site = value[KEY_SITE].given;

	if (of_site == value[KEY_PHYSICIAN].given)
		return line_refuse(line,
		    "a share is of a site or of a physician:", value[7].text);
	if (of_site ? !line_site(line, KEY_SITE, &share.site)
		    : !line_physician(line, KEY_PHYSICIAN, &share.physician))
		return false;
	if (of_site &&
	    (value[2].given || value[3].given || value[KEY_PROGRAMME].given))
		return line_refuse(line,
		    "the needs of a site's share name it:", value[7].text);
	if (share.unscheduled > share.minutes)
		return line_refuse(
		    line, "unscheduled= is more than minutes=:", value[5].text);
	line_interval(line, 2, &share.from, &share.until);
	if (!line_programme(line, KEY_PROGRAMME, &share.programme))
		return false;
	return instance_add_share(in, value[7].text, &share) != NAMES_NONE ||
	    line_refuse(line, "share stands twice:", value[7].text);
}

/* ----- physicians ----- */

static bool
read_skills(const struct line *line, uint64_t *skills)
{
	struct span list = line->value[1].text, word;
	int32_t activity;

	*skills = 0;
	while (span_cut(&list, ',', &word)) {
		activity = names_find(&line->in->activity_names, word);
		if (activity == NAMES_NONE)
			return line_refuse(line, "no activity", word);
		*skills |= (uint64_t)1 << activity;
	}
	return true;
}

static bool
read_physician(const struct line *line)
{
	struct worker worker = {.week_min = line_number(line, 2),
	    .week_max = line_number(line, 3),
	    .horizon_min = line_number(line, 4),
	    .horizon_max = line_number(line, 5),
	    .day_max = line_number(line, 6),
	    .fair_share = line_number(line, 7)};

	for (size_t i = 0; i < DAYS_PER_WEEK; i++)
		worker.anchor[i] = NAMES_NONE;
	if (!read_skills(line, &worker.skills))
		return false;
	return instance_add_physician(line->in, line->value[0].text, &worker) !=
	    NAMES_NONE ||
	    line_refuse(line, "physician stands twice:", line->value[0].text);
}

static bool
read_reach(const struct line *line)
{
	struct reach reach = {0, 0, line_number(line, 2), line_number(line, 3)};

	if (!line_physician(line, 0, &reach.physician) ||
	    !line_site(line, 1, &reach.site))
		return false;
	instance_add_reach(line->in, &reach);
	return true;
}

/* Seven groups of parts, "-" for none: MA,-,M,MAS,-,-,- */
static bool
read_days(const struct line *line, struct span list, uint8_t *days)
{
	struct span rest = list, word;
	unsigned bits, count = 0;

	while (span_cut(&rest, ',', &word)) {
		bits = 0;
		if (count == DAYS_PER_WEEK ||
		    (!span_is(word, "-") && !parts_parse(word, &bits)))
			return line_refuse(
			    line, "not seven days of parts or \"-\":", list);
		days[count++] = (uint8_t)bits;
	}
	return count == DAYS_PER_WEEK ||
	    line_refuse(line, "not seven days of parts or \"-\":", list);
}

static bool
read_free(const struct line *line)
{
	struct instance *in = line->in;
	const struct value *value = line->value;
	int32_t physician, day;
	size_t at;

	if (!line_physician(line, 0, &physician) || !line_week(line, 1, &day))
		return false;
	at = (size_t)physician * (size_t)in->days + (size_t)day;
	return read_days(line, value[2].text, in->free_parts + at) &&
	    (!value[3].given ||
		read_days(line, value[3].text, in->disliked + at));
}

static bool
read_week(const struct line *line)
{
	struct instance *in = line->in;
	int32_t physician, day;
	size_t at;

	if (!line_physician(line, 0, &physician) || !line_week(line, 1, &day))
		return false;
	at =
	    (size_t)physician * (size_t)in->weeks + (size_t)day / DAYS_PER_WEEK;
	in->week_min[at] = (uint8_t)line_number(line, 2);
	in->week_max[at] = (uint8_t)line_number(line, 3);
	return true;
}

static bool
read_anchor(const struct line *line)
{
	int32_t physician, site;
	unsigned weekday;

	if (!line_physician(line, 0, &physician) || !line_site(line, 2, &site))
		return false;
	if (!line_weekday(line->value[1].text, &weekday))
		return line_refuse(line,
		    "weekday= is not mon, tue, ...:", line->value[1].text);
	line->in->physician[physician].anchor[weekday] = site;
	return true;
}

static bool
read_cap(const struct line *line)
{
	const struct value *value = line->value;
	struct cap cap = {.max = line_number(line, 4),
	    .min = line_number(line, 5),
	    .weight = line_number(line, 7),
	    .unscheduled = value[8].number != 0};

	if (!line_physician(line, 0, &cap.physician) ||
	    !line_programme(line, KEY_PROGRAMME, &cap.programme))
		return false;
	line_interval(line, 2, &cap.from, &cap.until);
	return instance_add_cap(line->in, value[1].text, &cap) != NAMES_NONE ||
	    line_refuse(line, "cap stands twice:", value[1].text);
}

/* ----- half-days ----- */

static bool
read_held(const struct line *line)
{
	struct held held = {NAMES_NONE, 0, 0, line->value[4].number != 0};

	if ((line->value[KEY_PHYSICIAN].given &&
		!line_physician(line, KEY_PHYSICIAN, &held.physician)) ||
	    !line_site(line, KEY_SITE, &held.site) ||
	    !line_half(line, &held.half))
		return false;
	instance_add_held(line->in, &held);
	return true;
}

static bool
read_apart(const struct line *line)
{
	struct apart apart;

	if (!line_physician(line, 0, &apart.physician) ||
	    !line_site(line, 2, &apart.a) || !line_site(line, 3, &apart.b))
		return false;
	if (line_number(line, 1) + 1 == PART_COUNT)
		return line_refuse(
		    line, "no part follows first=:", line->value[1].text);
	apart.first = (unsigned)line_number(line, 1);
	instance_add_apart(line->in, &apart);
	return true;
}

static bool
read_mark(const struct line *line, struct mark mark)
{
	mark.line = line->number;
	if (!line_physician(line, KEY_PHYSICIAN, &mark.physician) ||
	    !line_site(line, KEY_SITE, &mark.site) ||
	    !line_half(line, &mark.half) ||
	    !line_activity(line, &mark.activity) ||
	    !line_programme(line, KEY_PROGRAMME, &mark.programme))
		return false;
	instance_add_mark(line->in, &mark);
	return true;
}

static bool
read_lock(const struct line *line)
{
	struct span state = line->value[KEY_REST].text;
	struct mark mark = {.kind = MARK_KEEP};

	if (span_is(state, "forbid"))
		mark.kind = MARK_FORBID;
	else if (!span_is(state, "keep"))
		return line_refuse(
		    line, "state= is not keep or forbid:", state);
	return read_mark(line, mark);
}

static bool
read_existing(const struct line *line)
{
	return read_mark(line, (struct mark){.kind = MARK_EXISTING});
}

static bool
read_extra(const struct line *line)
{
	return read_mark(line,
	    (struct mark){
		.kind = MARK_EXTRA, .points = line_number(line, KEY_REST)});
}

static bool (*const read_kind[LINE_COUNT])(const struct line *line) = {
    [LINE_INSTANCE] = line_read_instance,
    [LINE_WEIGHTS] = line_read_weights,
    [LINE_PAIR] = line_read_pair,
    [LINE_REST] = line_read_rest,
    [LINE_MINORITY] = line_read_minority,
    [LINE_UNPOPULAR] = line_read_unpopular,
    [LINE_UNITS] = line_read_units,
    [LINE_ACTIVITY] = line_read_activity,
    [LINE_PROGRAMME] = line_read_programme,
    [LINE_SITE] = read_site,
    [LINE_ROAD] = read_road,
    [LINE_NEED] = read_need,
    [LINE_PHYSICIAN] = read_physician,
    [LINE_REACH] = read_reach,
    [LINE_FREE] = read_free,
    [LINE_WEEK] = read_week,
    [LINE_ANCHOR] = read_anchor,
    [LINE_CAP] = read_cap,
    [LINE_SHARE] = read_share,
    [LINE_HELD] = read_held,
    [LINE_APART] = read_apart,
    [LINE_LOCK] = read_lock,
    [LINE_EXISTING] = read_existing,
    [LINE_EXTRA] = read_extra,
};

bool
line_read(struct instance *in, const struct record *record, size_t number_of,
    struct error *error)
{
	struct line line = {in, record->value, number_of, error};

	return read_kind[record->kind](&line);
}
