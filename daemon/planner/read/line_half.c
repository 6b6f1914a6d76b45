/* SPDX-License-Identifier: ISC */
/* line_half: needs, the shares that they count for, and single half-days. */
#include "daemon/planner/read/line_value.h"

enum {
	NEED_COUNT = 0,
	NEED_VALUE = 7,
	NEED_MINUTES,
	NEED_UNSCHEDULED,
	NEED_SHARE,
	NEED_FILLED,
	NEED_FAMILY,
	NEED_TURN,
	NEED_LEVELS
};

enum {
	SHARE_FROM = 2,
	SHARE_TO,
	SHARE_MINUTES,
	SHARE_UNSCHEDULED,
	SHARE_PROGRAMME,
	SHARE_ID,
	SHARE_BOUND,
	SHARE_FAMILY
};

/* Two numbers that are not negative as one. */
static uint64_t
both(int32_t high, int32_t low)
{
	return (uint64_t)high << 32 | (uint32_t)low;
}

/* ----- needs ----- */

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

/* The shares that the need counts for: of the site one by itself; a family may
 * be of several places. */
static bool
find_shares(const struct line *line, struct need *need)
{
	const struct instance *in = line->in;
	const struct value *value = line->value;
	int32_t first;

	if (value[NEED_SHARE].given) {
		if (!line_known(line, &in->share_names, "no share", NEED_SHARE,
			&need->share))
			return false;
		if (in->share[need->share].site != need->site ||
		    in->share[need->share].family != 0)
			return line_refuse(line,
			    "not a share of the site:", value[NEED_SHARE].text);
	}
	if (!value[NEED_FAMILY].given)
		return true;
	if (!line_known(
		line, &in->share_names, "no share", NEED_FAMILY, &first))
		return false;
	need->family = first + 1;
	return in->share[first].family == need->family ||
	    line_refuse(
		line, "not the first of a family:", value[NEED_FAMILY].text);
}

static bool
find_ladder(const struct line *line, struct need *need)
{
	struct ladder ladder;

	if (!line->value[NEED_LEVELS].given)
		return true;
	if (!line_levels(line, NEED_LEVELS, &ladder))
		return false;
	need->ladder = instance_ladder(line->in, &ladder);
	return true;
}

static bool
add_need(const struct line *line, const struct need *need, struct care care)
{
	struct instance *in = line->in;

	if (!line_once(line, both(need->site, need->half),
		both(need->activity, need->programme + 1)) ||
	    !line_fits(line, in->needs, MOST_NEEDS, "needs"))
		return false;
	instance_add_need(in, need, care);
	if (in->cares == CARES_MAX)
		error_set(line->error,
		    "more than %d kinds of half-days by minutes",
		    CARES_MAX - 1);
	else if (in->ladders == LADDERS_MAX)
		error_set(line->error, "more than %d kinds of levels",
		    LADDERS_MAX - 1);
	return in->cares < CARES_MAX && in->ladders < LADDERS_MAX;
}

bool
line_read_need(const struct line *line)
{
	const struct instance *in = line->in;
	const struct value *value = line->value;
	struct need need = {.share = NAMES_NONE};
	struct care care;
	int32_t activity, programme;

	if (!line_site(line, KEY_SITE, &need.site) ||
	    !line_half(line, &need.half) || !line_activity(line, &activity) ||
	    !line_programme(line, KEY_PROGRAMME, &programme) ||
	    !care_of(line, &in->activity[activity], &care) ||
	    !find_shares(line, &need) || !find_ladder(line, &need))
		return false;
	if (line_number(line, NEED_FILLED) > line_number(line, NEED_COUNT))
		return line_refuse(line,
		    "filled= is more than count=:", value[NEED_FILLED].text);
	need.worth = value[NEED_VALUE].given
	    ? line_number(line, NEED_VALUE)
	    : in->site[need.site].value * in->activity[activity].factor;
	need.activity = (uint8_t)activity;
	need.programme = (int16_t)programme;
	need.count = (uint8_t)line_number(line, NEED_COUNT);
	need.filled = (uint8_t)line_number(line, NEED_FILLED);
	need.turn = (uint16_t)line_number(line, NEED_TURN);
	return add_need(line, &need, care);
}

/* ----- shares ----- */

/* The first of a family has the family's name; each has its programme. */
static bool
find_family(const struct line *line, struct share *share)
{
	const struct instance *in = line->in;
	const struct value *value = line->value;
	int32_t first = (int32_t)in->share_names.count, column;

	if (!span_equal(value[SHARE_FAMILY].text, value[SHARE_ID].text) &&
	    !line_known(
		line, &in->share_names, "no share", SHARE_FAMILY, &first))
		return false;
	share->family = first + 1;
	if ((size_t)first < in->share_names.count &&
	    (in->share[first].site != share->site ||
		in->share[first].family != share->family))
		return line_refuse(line,
		    "not a family of the site:", value[SHARE_FAMILY].text);
	/* Names have 0 there. */
	column = share->programme + 2;
	if (line_before(line, (uint64_t)share->family, (uint64_t)column) == 0)
		return true;
	return line_refuse(line,
	    "of this programme the family has one:", value[SHARE_FAMILY].text);
}

static bool
find_owner(const struct line *line, struct share *share)
{
	const struct value *value = line->value;
	bool of_site = value[KEY_SITE].given;
	bool family = value[SHARE_FAMILY].given;

	if (of_site == value[KEY_PHYSICIAN].given)
		return line_refuse(line,
		    "a share is of a site or of a physician:",
		    value[SHARE_ID].text);
	if (of_site ? !line_site(line, KEY_SITE, &share->site)
		    : !line_physician(line, KEY_PHYSICIAN, &share->physician))
		return false;
	if (family && !of_site)
		return line_refuse(
		    line, "a family is of a site:", value[SHARE_FAMILY].text);
	if (of_site &&
	    (value[SHARE_FROM].given || value[SHARE_TO].given ||
		(value[SHARE_PROGRAMME].given && !family)))
		return line_refuse(line, "the needs of a site's share name it:",
		    value[SHARE_ID].text);
	return line_programme(line, SHARE_PROGRAMME, &share->programme) &&
	    (!family || find_family(line, share));
}

/* One more may be every physician's. */
static bool
share_fits(const struct line *line, const struct share *share)
{
	const struct instance *in = line->in;

	return line_fits(line, in->shares, MOST_SHARES, "shares") &&
	    (share->physician == NAMES_NONE ||
		line_fits(line, (size_t)in->physician[share->physician].shares,
		    LIMITS_MAX - 1, "shares of a physician"));
}

bool
line_read_share(const struct line *line)
{
	struct instance *in = line->in;
	const struct value *value = line->value;
	struct span name = value[SHARE_ID].text;
	struct share share = {.physician = NAMES_NONE,
	    .site = NAMES_NONE,
	    .bound =
		value[SHARE_BOUND].given ? line_number(line, SHARE_BOUND) : 50,
	    .minutes = value[SHARE_MINUTES].number,
	    .unscheduled = value[SHARE_UNSCHEDULED].number};

	if (!line_new(line, names_find(&in->share_names, name), in->shares) ||
	    !find_owner(line, &share))
		return false;
	if (share.unscheduled > share.minutes)
		return line_refuse(line, "unscheduled= is more than minutes=:",
		    value[SHARE_UNSCHEDULED].text);
	line_interval(line, SHARE_FROM, &share.from, &share.until);
	if (!share_fits(line, &share))
		return false;
	(void)instance_add_share(in, name, &share);
	return true;
}

/* ----- single half-days ----- */

bool
line_read_held(const struct line *line)
{
	struct held held = {NAMES_NONE, 0, 0, line->value[4].number != 0};

	if ((line->value[KEY_PHYSICIAN].given &&
		!line_physician(line, KEY_PHYSICIAN, &held.physician)) ||
	    !line_site(line, KEY_SITE, &held.site) ||
	    !line_half(line, &held.half) ||
	    (held.physician != NAMES_NONE &&
		!line_once(
		    line, (uint64_t)held.physician, (uint64_t)held.half)) ||
	    !line_fits(line, line->in->helds, MOST_HELDS, "held half-days"))
		return false;
	instance_add_held(line->in, &held);
	return true;
}

bool
line_read_apart(const struct line *line)
{
	struct apart apart;

	if (!line_physician(line, 0, &apart.physician) ||
	    !line_site(line, 2, &apart.a) || !line_site(line, 3, &apart.b))
		return false;
	if (line_number(line, 1) + 1 == PART_COUNT)
		return line_refuse(
		    line, "no part follows first=:", line->value[1].text);
	apart.first = (unsigned)line_number(line, 1);
	if (!line_once(line, both(apart.physician, line_number(line, 1)),
		both(apart.a, apart.b)) ||
	    !line_fits(line, line->in->aparts, MOST_APARTS, "pairs of sites"))
		return false;
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
	/* Half-day, activity, programme and kind: 12, 6, 10 and 2 bits. */
	if (!line_once(line, both(mark.physician, mark.site),
		both(mark.half, mark.activity) << 16 |
		    (uint64_t)(mark.programme + 1) << 2 | mark.kind) ||
	    !line_fits(line, line->in->marks, MOST_MARKS,
		"locks, existing half-days and extras"))
		return false;
	instance_add_mark(line->in, &mark);
	return true;
}

bool
line_read_lock(const struct line *line)
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

bool
line_read_existing(const struct line *line)
{
	return read_mark(line,
	    (struct mark){.kind = MARK_EXISTING,
		.points = line->value[KEY_REST].given
		    ? line_number(line, KEY_REST)
		    : BY_WEIGHTS});
}

bool
line_read_extra(const struct line *line)
{
	return read_mark(line,
	    (struct mark){
		.kind = MARK_EXTRA, .points = line_number(line, KEY_REST)});
}
