/* SPDX-License-Identifier: ISC */
/* desk_rule: how far a desk may go, and what may not go together. */
#include "daemon/planner/model/board.h"

#include <string.h>

/*
 * One desk owns what is left, the others get a small part of it each; so the
 * sum of what they take is never more than there is.
 */
static struct freedom
divide(const struct mixture *share, int64_t limit, bool owner, uint32_t count)
{
	int64_t left = limit - share->weight, others = (int64_t)count - 1;
	int64_t part = left > 0 && others > 0 ? left / (2 * others) : 0;

	if (owner)
		return (struct freedom){limit - part * others, true, true};
	return (struct freedom){
	    share->weight + part, false, share->unscheduled > 0};
}

static void
divide_shares(struct desk *desk, uint64_t salt, uint32_t number, uint32_t count)
{
	const struct instance *in = desk->model->in;

	memcpy(desk->share, desk->board->share,
	    in->shares * sizeof(struct mixture));
	for (size_t g = 0; g < in->shares; g++) {
		const struct share *share = &in->share[g];
		uint64_t who = share->physician != NAMES_NONE
		    ? salt + (uint64_t)share->physician
		    : ~salt + (uint64_t)share->site;

		desk->share_leave[g] =
		    divide(&desk->share[g], desk->model->share_limit[g],
			rng_mix(who) % count == number, count);
		if (share->unscheduled > 0)
			desk->share_leave[g].may_start = true;
	}
}

/* How many of the weeks that a cap looks at are the desk's: 2 all, 1 some. */
static int
own_weeks(const struct desk *desk, const struct cap *cap)
{
	bool all = true, any = false;

	if (cap->from >= cap->until)
		return 2;
	for (int32_t w = half_week(cap->from); w <= half_week(cap->until - 1);
	     w++) {
		all = all && desk->own[w];
		any = any || desk->own[w];
	}
	return all ? 2 : any;
}

static void
divide_caps(struct desk *desk, uint64_t salt, uint32_t number, uint32_t count)
{
	const struct instance *in = desk->model->in;

	memcpy(desk->cap, desk->board->cap, in->caps * sizeof(int32_t));
	for (size_t c = 0; c < in->caps; c++) {
		const struct cap *cap = &in->cap[c];
		int own = own_weeks(desk, cap);
		bool owner =
		    own == 2 || rng_mix(salt ^ (uint64_t)c) % count == number;

		desk->cap_leave[c].most =
		    owner || desk->cap[c] > cap->max ? cap->max : desk->cap[c];
	}
}

void
desk_open(struct desk *desk, uint64_t salt, uint32_t number, uint32_t count)
{
	const struct board *board = desk->board;
	const struct instance *in = desk->model->in;

	desk->logged = 0;
	memset(desk->own, 0, sizeof(desk->own));
	for (int32_t i = 0; i < desk->weeks; i++)
		desk->own[desk->week[i]] = true;
	memcpy(desk->physician, board->physician,
	    (size_t)in->physicians * sizeof(struct tally));
	for (int32_t p = 0; p < in->physicians; p++) {
		int32_t most = in->physician[p].horizon_max;
		int32_t all = desk->physician[p].all;

		if (rng_mix(salt + (uint64_t)p) % count != number && all < most)
			most = all;
		desk->physician_leave[p].most = most;
	}
	divide_shares(desk, salt, number, count);
	divide_caps(desk, salt, number, count);
}

unsigned
desk_day(const struct desk *desk, int32_t seat)
{
	const struct seat *at = &desk->model->seat[seat];
	const int32_t *choice = desk->board->choice;
	unsigned mask = 0;

	for (int32_t s = seat - at->back; s <= seat + at->ahead; s++) {
		if (choice[s] != OPTION_NONE)
			mask |= 1u << half_part(desk->model->seat[s].half);
	}
	return mask;
}

/* The first seat of a physician's day, and the end of the day: none when the
 * day lies in a week that rest does not look into. */
static void
day_seats(const struct desk *desk, int32_t physician, int32_t day, int32_t week,
    int32_t *from, int32_t *to)
{
	const struct model *model = desk->model;
	int32_t at = day / DAYS_PER_WEEK;
	const int32_t *first;

	*from = *to = 0;
	if (day < 0 || day >= model->in->days ||
	    (at != week && !model->shape.across))
		return;
	first = &model->week_seat[at * model->in->physicians + physician];
	*from = first[0];
	while (*from < first[1] && half_day(model->seat[*from].half) < day)
		++*from;
	*to = *from;
	while (*to < first[1] && half_day(model->seat[*to].half) == day)
		++*to;
}

/* Parts of the day before that forbid the part, as bits. */
static unsigned
forbidden_by(const struct rules *rule, unsigned part)
{
	unsigned bits = 0;

	for (unsigned p = 0; p < PART_COUNT; p++)
		bits |= (rule->rest[p] >> part & 1u) << p;
	return bits;
}

int32_t
desk_unrested(const struct desk *desk, int32_t seat)
{
	const struct model *model = desk->model;
	const struct rules *rule = &model->in->rule;
	const struct seat *at = &model->seat[seat];
	const int32_t *choice = desk->board->choice;
	int32_t day = half_day(at->half), week = half_week(at->half);
	unsigned part = half_part(at->half);
	int32_t from = 0, to = 0, s;

	if (model->shape.rests == 1)
		return OPTION_NONE;
	if (forbidden_by(rule, part) != 0)
		day_seats(desk, at->physician, day - 1, week, &from, &to);
	for (s = from; s < to; s++) {
		unsigned other = half_part(model->seat[s].half);

		if (choice[s] != OPTION_NONE &&
		    (rule->rest[other] >> part & 1) != 0)
			return s;
	}
	if (rule->rest[part] == 0)
		return OPTION_NONE;
	day_seats(desk, at->physician, day + 1, week, &from, &to);
	for (s = from; s < to; s++) {
		unsigned other = half_part(model->seat[s].half);

		if (choice[s] != OPTION_NONE &&
		    (rule->rest[part] >> other & 1) != 0)
			return s;
	}
	return OPTION_NONE;
}

bool
desk_frozen(const struct desk *desk, int32_t seat)
{
	const struct model *model = desk->model;
	const struct seat *at = &model->seat[seat];
	int32_t week = half_week(at->half), weekday;
	unsigned part = half_part(at->half);

	if (at->forced)
		return true;
	if (!model->shape.across || model->shape.rests == 1)
		return false;
	weekday = half_day(at->half) % DAYS_PER_WEEK;
	if (weekday == DAYS_PER_WEEK - 1 && week + 1 < model->in->weeks &&
	    !desk->own[week + 1] && model->in->rule.rest[part] != 0)
		return true;
	return weekday == 0 && week > 0 && !desk->own[week - 1] &&
	    forbidden_by(&model->in->rule, part) != 0;
}

/* ----- caps ----- */

/* The cap that the option would break, or NAMES_NONE. */
static int32_t
broken_cap(const struct desk *desk, int32_t physician, const struct need *need)
{
	const struct instance *in = desk->model->in;
	int32_t units = in->rule.units[half_part(need->half)];

	for (int32_t i = in->cap_first[physician];
	     i < in->cap_first[physician + 1]; i++) {
		int32_t c = in->cap_list[i];

		if (desk->cap[c] + units > desk->cap_leave[c].most &&
		    instance_in_cap(in, &in->cap[c], need))
			return c;
	}
	return NAMES_NONE;
}

/* ----- shares ----- */

static bool
may_start(const struct desk *desk, int32_t share)
{
	return share == NAMES_NONE || desk->share_leave[share].may_start ||
	    desk->share[share].unscheduled > 0;
}

static bool
is_minority(const struct desk *desk, int32_t number)
{
	const struct freedom *leave;
	const struct mixture *share;

	if (number == NAMES_NONE)
		return true;
	leave = &desk->share_leave[number];
	share = &desk->share[number];
	/* The owner need not care as long as there are none. */
	return share->weight <= leave->most ||
	    (share->unscheduled == 0 && leave->owner &&
		desk->model->in->share[number].unscheduled == 0);
}

static bool
option_minority(const struct desk *desk, int32_t physician, int32_t option)
{
	const struct model *model = desk->model;
	const struct need *need;

	if (option == OPTION_NONE)
		return true;
	need = &model->in->need[model->option[option].need];
	return is_minority(desk, need->share) &&
	    is_minority(desk, instance_own_share(model->in, physician, need));
}

bool
desk_minority(const struct desk *desk)
{
	for (int32_t i = 0; i < desk->logged; i++) {
		const struct change *change = &desk->log[i];
		int32_t p = desk->model->seat[change->seat].physician;
		int32_t now = desk->board->choice[change->seat];

		/* Often it is again as it was. */
		if (!option_minority(desk, p, now) ||
		    (change->was != now &&
			!option_minority(desk, p, change->was)))
			return false;
	}
	return true;
}

bool
desk_can(const struct desk *desk, int32_t seat, int32_t number)
{
	const struct model *model = desk->model;
	const struct board *board = desk->board;
	const struct offer *option = &model->option[number];
	const struct slot *slot = &model->slot[option->need];
	const struct need *need = &model->in->need[option->need];
	int32_t physician = model->seat[seat].physician, saved;
	int32_t week = half_week(slot->half);

	if (board->fill[option->need] >= slot->count ||
	    board->used[slot->room] >= model->room[slot->room].rooms ||
	    desk->physician[physician].all >=
		desk->physician_leave[physician].most ||
	    board->worked[week * model->in->physicians + physician] >=
		model_week_max(model, physician, week) ||
	    model->shape.count[desk_day(desk, seat)] >= model->seat[seat].most)
		return false;
	if ((option->flags & FLAG_UNSCHEDULED) != 0 &&
	    (!may_start(desk, slot->share) ||
		!may_start(
		    desk, instance_own_share(model->in, physician, need))))
		return false;
	if (model_capped(model, physician) &&
	    broken_cap(desk, physician, need) != NAMES_NONE)
		return false;
	return desk_neighbours(desk, seat, option->place, &saved) &&
	    desk_unrested(desk, seat) == OPTION_NONE &&
	    !desk_frozen(desk, seat);
}
