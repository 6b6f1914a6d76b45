/* SPDX-License-Identifier: ISC */
/* instance_build: the arrays of an instance grow here. */
#include "daemon/planner/instance/instance_build.h"

#include "daemon/base/mem.h"
#include "proto/out.h"

#include <stdlib.h>
#include <string.h>

void
instance_init(struct instance *in, int32_t from, int32_t weeks)
{
	memset(in, 0, sizeof(*in));
	in->from = from;
	in->weeks = weeks;
	in->days = weeks * DAYS_PER_WEEK;
	in->halves = in->days * PART_COUNT;
	for (size_t i = 0; i < ARRAY_SIZE(in->rule.gap); i++)
		in->rule.gap[i] = -1;
	memset(in->rule.units, 1, sizeof(in->rule.units));
	in->weight.ladder = (struct ladder){1, {1000}};
}

void
instance_fini(struct instance *in)
{
	struct names *names[] = {&in->activity_names, &in->site_names,
	    &in->physician_names, &in->programme_names, &in->cap_names,
	    &in->share_names, &in->group_names[SPREAD_SITE],
	    &in->group_names[SPREAD_AREA]};
	void *array[] = {in->site, in->physician, in->need, in->need_first,
	    in->reach, in->road, in->care, in->cap, in->share, in->mark,
	    in->held, in->apart, in->cap_first, in->cap_list, in->share_first,
	    in->share_list, in->rate, in->family, in->free_parts, in->disliked,
	    in->held_parts, in->week_min, in->week_max, in->spread, in->dear,
	    in->ladder};

	if (in->hook.release != NULL)
		in->hook.release(in->hook.context);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		names_fini(names[i]);
	for (size_t i = 0; i < ARRAY_SIZE(array); i++)
		free(array[i]);
	memset(in, 0, sizeof(*in));
}

int32_t
instance_add_activity(struct instance *in, struct span word,
    struct span specialty, const struct activity_kind *kind)
{
	struct activity_kind *to = &in->activity[in->activities];
	char text[260];
	struct out out = OUT(text);
	int32_t number;

	out_bytes(&out, word.ptr, word.len);
	if (specialty.len > 0) {
		out_char(&out, ':');
		out_bytes(&out, specialty.ptr, specialty.len);
	}
	number = names_add(&in->activity_names, (struct span){text, out.len});
	if (number == NAMES_NONE)
		return NAMES_NONE;
	*to = *kind;
	to->word = names_text(&in->activity_names, number);
	to->word_len = (int)word.len;
	to->special = to->word + word.len + (specialty.len > 0 ? 1 : 0);
	in->activities++;
	return number;
}

int32_t
instance_add_site(
    struct instance *in, struct span name, const struct place *site)
{
	int32_t number = names_add(&in->site_names, name);

	if (number == NAMES_NONE)
		return NAMES_NONE;
	in->site = xgrow(in->site, &in->room.site, (size_t)in->sites + 1,
	    sizeof(in->site[0]));
	in->site[in->sites++] = *site;
	return number;
}

static void
grow_physicians(struct instance *in)
{
	size_t need = (size_t)in->physicians + 2, days = (size_t)in->days;
	uint8_t **by_day[] = {&in->free_parts, &in->disliked, &in->held_parts};
	uint8_t **by_week[] = {&in->week_min, &in->week_max};

	if (in->room.physician >= need)
		return;
	in->physician = xgrow(
	    in->physician, &in->room.physician, need, sizeof(in->physician[0]));
	for (size_t i = 0; i < ARRAY_SIZE(by_day); i++)
		*by_day[i] = xrealloc(*by_day[i], in->room.physician * days);
	for (size_t i = 0; i < ARRAY_SIZE(by_week); i++)
		*by_week[i] = xrealloc(
		    *by_week[i], in->room.physician * (size_t)in->weeks);
}

int32_t
instance_add_physician(
    struct instance *in, struct span name, const struct worker *worker)
{
	int32_t number = names_add(&in->physician_names, name);
	size_t days = (size_t)in->days, weeks = (size_t)in->weeks, at;

	if (number == NAMES_NONE)
		return NAMES_NONE;
	grow_physicians(in);
	at = (size_t)in->physicians++;
	in->physician[at] = *worker;
	in->physician[at].first = 0;
	in->physician[at].reaches = 0;
	in->physician[at].caps = 0;
	in->physician[at].shares = 0;
	memset(in->free_parts + at * days, 0, days);
	memset(in->disliked + at * days, 0, days);
	memset(in->held_parts + at * days, 0, days);
	memset(in->week_min + at * weeks, worker->week_min, weeks);
	memset(in->week_max + at * weeks, worker->week_max, weeks);
	return number;
}

int32_t
instance_programme(struct instance *in, struct span name)
{
	int32_t number = names_find(&in->programme_names, name);

	return number != NAMES_NONE ? number
				    : names_add(&in->programme_names, name);
}

/* The number of the care, old or new; there are few. */
static uint16_t
find_care(struct instance *in, struct care care)
{
	size_t i = 0;

	while (i < in->cares &&
	    (in->care[i].minutes != care.minutes ||
		in->care[i].unscheduled != care.unscheduled))
		i++;
	if (i == in->cares && i < CARES_MAX) {
		in->care = xgrow(in->care, &in->room.care, in->cares + 1,
		    sizeof(in->care[0]));
		in->care[in->cares++] = care;
	}
	return (uint16_t)i;
}

uint16_t
instance_ladder(struct instance *in, const struct ladder *ladder)
{
	size_t i = 0;

	while (i < in->ladders &&
	    memcmp(ladder, &in->ladder[i], sizeof(*ladder)) != 0)
		i++;
	if (i == in->ladders && i < LADDERS_MAX) {
		in->ladder = xgrow(in->ladder, &in->room.ladder,
		    in->ladders + 1, sizeof(in->ladder[0]));
		in->ladder[in->ladders++] = *ladder;
	}
	return (uint16_t)(i + 1);
}

void
instance_add_need(
    struct instance *in, const struct need *need, struct care care)
{
	struct need *to;

	in->need =
	    xgrow(in->need, &in->room.need, in->needs + 1, sizeof(in->need[0]));
	to = &in->need[in->needs++];
	*to = *need;
	to->care = find_care(in, care);
	to->rooms = (uint8_t)in->site[need->site].rooms;
	to->present = 0;
}

void
instance_add_reach(struct instance *in, const struct reach *reach)
{
	in->reach = xgrow(
	    in->reach, &in->room.reach, in->reaches + 1, sizeof(in->reach[0]));
	in->reach[in->reaches++] = *reach;
	in->physician[reach->physician].reaches++;
}

void
instance_add_road(struct instance *in, int32_t a, int32_t b, int32_t minutes)
{
	in->road =
	    xgrow(in->road, &in->room.road, in->roads + 1, sizeof(in->road[0]));
	in->road[in->roads++] =
	    (struct road){a < b ? a : b, a < b ? b : a, minutes};
}

int32_t
instance_add_cap(struct instance *in, struct span name, const struct cap *cap)
{
	int32_t number = names_add(&in->cap_names, name);

	if (number == NAMES_NONE)
		return NAMES_NONE;
	in->cap =
	    xgrow(in->cap, &in->room.cap, in->caps + 1, sizeof(in->cap[0]));
	in->cap[in->caps++] = *cap;
	in->physician[cap->physician].caps++;
	return number;
}

int32_t
instance_add_share(
    struct instance *in, struct span name, const struct share *share)
{
	int32_t number = names_add(&in->share_names, name);

	if (number == NAMES_NONE)
		return NAMES_NONE;
	in->share = xgrow(
	    in->share, &in->room.share, in->shares + 1, sizeof(in->share[0]));
	in->share[in->shares++] = *share;
	if (share->physician != NAMES_NONE)
		in->physician[share->physician].shares++;
	return number;
}

void
instance_add_mark(struct instance *in, const struct mark *mark)
{
	in->mark =
	    xgrow(in->mark, &in->room.mark, in->marks + 1, sizeof(in->mark[0]));
	in->mark[in->marks++] = *mark;
}

void
instance_add_held(struct instance *in, const struct held *held)
{
	in->held =
	    xgrow(in->held, &in->room.held, in->helds + 1, sizeof(in->held[0]));
	in->held[in->helds++] = *held;
}

void
instance_add_dear(struct instance *in, const struct dear_day *dear)
{
	in->dear =
	    xgrow(in->dear, &in->room.dear, in->dears + 1, sizeof(in->dear[0]));
	in->dear[in->dears++] = *dear;
}

void
instance_add_apart(struct instance *in, const struct apart *apart)
{
	in->apart = xgrow(
	    in->apart, &in->room.apart, in->aparts + 1, sizeof(in->apart[0]));
	in->apart[in->aparts++] = *apart;
}

int32_t
instance_name_group(struct instance *in, enum spread_of of, struct span name)
{
	int32_t number = names_find(&in->group_names[of], name);

	return number != NAMES_NONE ? number
				    : names_add(&in->group_names[of], name);
}

void
instance_add_spread(struct instance *in, const struct spread *spread)
{
	in->spread = xgrow(in->spread, &in->room.spread, in->spreads + 1,
	    sizeof(in->spread[0]));
	in->spread[in->spreads++] = *spread;
}
