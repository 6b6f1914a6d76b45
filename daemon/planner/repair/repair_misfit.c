/* SPDX-License-Identifier: ISC */
/*
 * repair_misfit: what is published and has no place in the plan.  It is there
 * all the same: it closes its physician's half-day, takes a room, is wanted no
 * more, and counts against every limit that the rules would count it for.
 */
#include "daemon/planner/repair/repair_private.h"

#include "daemon/base/mem.h"

enum { ALL_PARTS = (1 << PART_COUNT) - 1 };

bool
repair_is_misfit(
    const struct repairer *repairer, int32_t physician, int32_t need)
{
	for (size_t i = 0; i < repairer->misfits; i++)
		if (repairer->misfit[i].physician == physician &&
		    repairer->misfit[i].need == need)
			return true;
	return false;
}

/* He is there: what is too far before or behind it is not to be had. */
static void
close_beside(
    struct repairer *repairer, int32_t physician, int32_t need, int32_t other)
{
	const struct model *model = repairer->model;
	const struct instance *in = model->in;
	int32_t half = in->need[need].half, site = in->need[need].site;
	unsigned first = half_part(half < other ? half : other);
	int32_t seat;

	if (other < 0 || half_day(other) != half_day(half))
		return;
	seat = repair_seat(repairer, physician, other);
	if (seat == OPTION_NONE)
		return;
	for (int32_t o = model->seat[seat].first;
	     o < model->seat[seat + 1].first; o++) {
		int32_t there = in->need[model->option[o].need].site, minutes;

		if (there == site)
			continue;
		minutes = instance_minutes(in, site, there);
		if (minutes < 0 || minutes > in->rule.gap[first] ||
		    (in->aparts > 0 &&
			instance_apart(in, physician, first, site, there)))
			repair_shut(repairer, seat, o);
	}
}

void
repair_leave_out(struct repairer *repairer, const struct mark *mark)
{
	struct model *model = repairer->model;
	struct slot *slot = &model->slot[mark->need];
	struct room *room = &model->room[slot->room];
	struct misfit *misfit;

	repairer->misfit = xgrow(repairer->misfit, &repairer->misfit_room,
	    repairer->misfits + 1, sizeof(*misfit));
	misfit = &repairer->misfit[repairer->misfits++];
	*misfit = (struct misfit){mark->physician, mark->need,
	    slot->count > repairer->board.fill[mark->need],
	    room->rooms > repairer->board.used[slot->room]};
	slot->count = (uint8_t)(slot->count - misfit->counted);
	room->rooms -= misfit->housed;
	repairer_close(
	    repairer, mark->physician, mark->half, mark->half + 1, ALL_PARTS);
	close_beside(repairer, mark->physician, mark->need, mark->half - 1);
	close_beside(repairer, mark->physician, mark->need, mark->half + 1);
}

static int32_t
less(int32_t number, int32_t by)
{
	return number > by ? number - by : 0;
}

/* A limit that is broken already leaves no room, but what is there is there. */
static int32_t
less_but(int32_t most, int32_t by, int32_t there)
{
	return most - by > there ? most - by : most < there ? most : there;
}

static void
count_caps(struct repairer *repairer, const struct misfit *misfit)
{
	struct instance *in = repairer->in;
	const struct need *need = &in->need[misfit->need];
	int32_t p = misfit->physician;
	int32_t units = in->rule.units[half_part(need->half)];

	for (int32_t i = in->cap_first[p]; i < in->cap_first[p + 1]; i++) {
		int32_t c = in->cap_list[i];
		struct cap *cap = &in->cap[c];

		if (!instance_in_cap(in, cap, need))
			continue;
		cap->max = less_but(cap->max, units, repairer->desk.cap[c]);
		cap->min = less(cap->min, units);
		if (cap->most > cap->max)
			cap->most = cap->max;
	}
}

static void
count_share(struct repairer *repairer, const struct need *need, int32_t number)
{
	struct model *model = repairer->model;
	struct instance *in = repairer->in;
	const struct care *care = &in->care[need->care];
	struct share *share;

	if (number == NAMES_NONE || model->share_limit[number] >= SHARE_FREE)
		return;
	share = &in->share[number];
	model->share_limit[number] -= instance_weight(in, share, need->care);
	share->minutes += care->minutes;
	share->unscheduled += care->unscheduled;
	/* It is void no longer: some is unscheduled. */
	if (share->unscheduled > 0)
		model->share_whole[number] = false;
}

void
repair_count_misfits(struct repairer *repairer)
{
	struct instance *in = repairer->in;

	for (size_t i = 0; i < repairer->misfits; i++) {
		const struct misfit *misfit = &repairer->misfit[i];
		const struct need *need = &in->need[misfit->need];
		int32_t p = misfit->physician, week = half_week(need->half);
		struct worker *worker = &in->physician[p];
		size_t at = (size_t)p * (size_t)in->weeks + (size_t)week;

		in->week_max[at] = (uint8_t)less_but(in->week_max[at], 1,
		    repairer->board.worked[week * in->physicians + p]);
		in->week_min[at] = (uint8_t)less(in->week_min[at], 1);
		worker->horizon_max = less_but(
		    worker->horizon_max, 1, repairer->desk.physician[p].all);
		worker->horizon_min = less(worker->horizon_min, 1);
		count_caps(repairer, misfit);
		count_share(repairer, need, instance_own_share(in, p, need));
		count_share(repairer, need, need->share);
	}
}
