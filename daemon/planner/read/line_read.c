/* SPDX-License-Identifier: ISC */
/* line_read: from the values of a line to the instance, kind by kind. */
#include "daemon/domain/pattern.h"
#include "daemon/planner/read/line_value.h"

#include <string.h>

/* Keys by what they are of: group= and area=. */
enum { SITE_GROUP = 4, GROUP_LEN_MAX = 64 };

/* ----- sites ----- */

/* Its number plus 1; -1: the site is said to be in none, 0: nothing is said. */
static bool
find_group(const struct line *line, enum spread_of of, int32_t *group)
{
	const struct value *value = &line->value[SITE_GROUP + of];

	if (!value->given)
		return true;
	if (value->text.len > GROUP_LEN_MAX)
		return line_refuse(line, "longer than 64 bytes:", value->text);
	*group = value->text.len == 0
	    ? -1
	    : instance_name_group(line->in, of, value->text) + 1;
	return true;
}

static bool
read_site(const struct line *line)
{
	struct instance *in = line->in;
	struct span name = line->value[0].text;
	struct place site = {
	    line_number(line, 1), line_number(line, 2), -1, {0}};

	if (!line_new(
		line, names_find(&in->site_names, name), (size_t)in->sites) ||
	    !line_fits(line, (size_t)in->sites, MOST_SITES, "sites"))
		return false;
	if (line->value[3].given)
		site.presence = line_number(line, 3);
	for (unsigned of = 0; of < SPREADS; of++)
		if (!find_group(line, (enum spread_of)of, &site.group[of]))
			return false;
	(void)instance_add_site(in, name, &site);
	return true;
}

static bool
read_presence(const struct line *line)
{
	struct dear_day dear = {.points = line_number(line, 2)};

	if (!line_site(line, 0, &dear.site) || !line_day(line, 1, &dear.day) ||
	    !line_once(line, (uint64_t)dear.site, (uint64_t)dear.day) ||
	    !line_fits(line, line->in->dears, MOST_DEARS, "days of presence"))
		return false;
	instance_add_dear(line->in, &dear);
	return true;
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
	if (!line_once(
		line, (uint64_t)(a < b ? a : b), (uint64_t)(a < b ? b : a)) ||
	    !line_fits(line, line->in->roads, MOST_ROADS, "roads"))
		return false;
	instance_add_road(line->in, a, b, line_number(line, 2));
	return true;
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

static int32_t
or_weights(const struct line *line, size_t value)
{
	return line->value[value].given ? line_number(line, value) : BY_WEIGHTS;
}

static bool
read_physician(const struct line *line)
{
	struct worker worker = {.week_min = line_number(line, 2),
	    .week_max = line_number(line, 3),
	    .horizon_min = line_number(line, 4),
	    .horizon_max = line_number(line, 5),
	    .day_max = line_number(line, 6),
	    .fair_share = line_number(line, 7),
	    .travel = or_weights(line, 9),
	    .week_short = or_weights(line, 10),
	    .unfair = or_weights(line, 11)};
	struct instance *in = line->in;
	struct span name = line->value[0].text;
	int32_t programme;

	for (size_t i = 0; i < DAYS_PER_WEEK; i++)
		worker.anchor[i] = NAMES_NONE;
	if (!line_new(line, names_find(&in->physician_names, name),
		(size_t)in->physicians) ||
	    !line_fits(
		line, (size_t)in->physicians, MOST_PHYSICIANS, "physicians") ||
	    !read_skills(line, &worker.skills) ||
	    !line_programme(line, 8, &programme))
		return false;
	worker.programme = programme + 1;
	(void)instance_add_physician(in, name, &worker);
	return true;
}

static bool
read_reach(const struct line *line)
{
	struct instance *in = line->in;
	struct reach reach = {0, 0, line_number(line, 2), line_number(line, 3)};

	if (!line_physician(line, 0, &reach.physician) ||
	    !line_site(line, 1, &reach.site))
		return false;
	if (!line_once(line, (uint64_t)reach.physician, (uint64_t)reach.site) ||
	    !line_fits(line, (size_t)in->physician[reach.physician].reaches,
		REACHES_MAX, "sites of a physician"))
		return false;
	instance_add_reach(in, &reach);
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

	if (!line_physician(line, 0, &physician) || !line_week(line, 1, &day) ||
	    !line_once(line, (uint64_t)physician, (uint64_t)day))
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

	if (!line_physician(line, 0, &physician) || !line_week(line, 1, &day) ||
	    !line_once(line, (uint64_t)physician, (uint64_t)day))
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
	return line_once(line, (uint64_t)physician, weekday);
}

static bool
read_cap(const struct line *line)
{
	const struct value *value = line->value;
	struct instance *in = line->in;
	struct span name = value[1].text;
	struct cap cap = {.max = line_number(line, 4),
	    .min = line_number(line, 5),
	    .weight = line_number(line, 7),
	    .unscheduled = value[8].number != 0,
	    .turn = (uint16_t)line_number(line, 9)};

	if (!line_new(line, names_find(&in->cap_names, name), in->caps) ||
	    !line_physician(line, 0, &cap.physician) ||
	    !line_programme(line, KEY_PROGRAMME, &cap.programme) ||
	    !line_fits(line, (size_t)in->physician[cap.physician].caps,
		LIMITS_MAX, "caps of a physician"))
		return false;
	line_interval(line, 2, &cap.from, &cap.until);
	(void)instance_add_cap(in, name, &cap);
	return true;
}

/* What counts as one already: of sites a site, or a group of them. */
static void
find_used(const struct line *line, struct spread *spread)
{
	struct instance *in = line->in;
	struct span used = line->value[4].text;
	int32_t site = NAMES_NONE;

	spread->used = NAMES_NONE;
	if (!line->value[4].given)
		return;
	if (spread->of == SPREAD_SITE)
		site = names_find(&in->site_names, used);
	if (site != NAMES_NONE)
		spread->used = instance_group(in, spread->of, site);
	else
		spread->used = instance_name_group(in, spread->of, used);
}

static bool
read_spread(const struct line *line)
{
	struct span of = line->value[1].text;
	struct spread spread = {
	    .want = line_number(line, 2), .weight = line_number(line, 3)};

	spread.of = span_is(of, "area") ? SPREAD_AREA : SPREAD_SITE;
	if (spread.of == SPREAD_SITE && !span_is(of, "site"))
		return line_refuse(line, "of= is not site or area:", of);
	if (!line_physician(line, 0, &spread.physician) ||
	    !line_once(line, (uint64_t)spread.physician, spread.of))
		return false;
	find_used(line, &spread);
	instance_add_spread(line->in, &spread);
	return true;
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
    [LINE_PRESENCE] = read_presence,
    [LINE_ROAD] = read_road,
    [LINE_NEED] = line_read_need,
    [LINE_PHYSICIAN] = read_physician,
    [LINE_REACH] = read_reach,
    [LINE_FREE] = read_free,
    [LINE_WEEK] = read_week,
    [LINE_ANCHOR] = read_anchor,
    [LINE_CAP] = read_cap,
    [LINE_SPREAD] = read_spread,
    [LINE_SHARE] = line_read_share,
    [LINE_HELD] = line_read_held,
    [LINE_APART] = line_read_apart,
    [LINE_LOCK] = line_read_lock,
    [LINE_EXISTING] = line_read_existing,
    [LINE_EXTRA] = line_read_extra,
};

bool
line_read(struct instance *in, struct said *said, const struct record *record,
    size_t number, struct error *error)
{
	struct line line = {in, (enum line_kind)record->kind, record->value,
	    number, said->by_kind, error};

	return read_kind[record->kind](&line);
}
