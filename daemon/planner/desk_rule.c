/* SPDX-License-Identifier: ISC */
/* desk_rule: how far a desk may go, and what may not go together. */
#include "daemon/planner/board.h"

#include <string.h>

static int32_t
spare(const struct tally *tally)
{
	return tally->all - 1 - 2 * tally->unscheduled;
}

/*
 * One desk owns what is left, the others get a small part of it each; so the
 * sum of what they take is never more than there is.
 */
static struct leave
divide(const struct tally *tally, int32_t most, bool minority, bool owner,
    uint32_t count)
{
	int32_t left = spare(tally), others = (int32_t)count - 1;
	int32_t share = left > 0 && others > 0 ? left / (2 * others) : 0;
	struct leave leave = {most, share * others, owner, true};

	if (!owner) {
		leave.most = tally->all < most ? tally->all : most;
		leave.spare = left - share;
		leave.may_start = tally->unscheduled > 0;
	}
	if (!minority) {
		leave.spare = INT32_MIN;
		leave.may_start = true;
	}
	return leave;
}

static uint64_t
unscheduled_skills(const struct instance *in)
{
	uint64_t skills = 0;

	for (unsigned a = 0; a < in->activities; a++) {
		if (in->activity[a].unscheduled)
			skills |= (uint64_t)1 << a;
	}
	return skills;
}

void
desk_open(struct desk *desk, uint64_t salt, uint32_t number, uint32_t count)
{
	const struct board *board = desk->board;
	const struct instance *in = desk->model->in;
	uint64_t skills = unscheduled_skills(in);

	desk->logged = 0;
	memset(desk->own, 0, sizeof(desk->own));
	for (int32_t i = 0; i < desk->weeks; i++)
		desk->own[desk->week[i]] = true;
	memcpy(desk->physician, board->physician,
	    (size_t)in->physicians * sizeof(struct tally));
	memcpy(
	    desk->site, board->site, (size_t)in->sites * sizeof(struct tally));
	for (int32_t p = 0; p < in->physicians; p++)
		desk->physician_leave[p] =
		    divide(&desk->physician[p], in->physician[p].horizon_max,
			in->rule.minority_physician &&
			    (in->physician[p].skills & skills) != 0,
			rng_mix(salt + (uint64_t)p) % count == number, count);
	for (int32_t s = 0; s < in->sites; s++)
		desk->site_leave[s] =
		    divide(&desk->site[s], INT32_MAX, in->rule.minority_site,
			rng_mix(~salt + (uint64_t)s) % count == number, count);
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

	if (!model->shape.across || model->shape.rests == 1)
		return false;
	weekday = half_day(at->half) % DAYS_PER_WEEK;
	if (weekday == DAYS_PER_WEEK - 1 && week + 1 < model->in->weeks &&
	    !desk->own[week + 1] && model->in->rule.rest[part] != 0)
		return true;
	return weekday == 0 && week > 0 && !desk->own[week - 1] &&
	    forbidden_by(&model->in->rule, part) != 0;
}

static bool
may_start(const struct tally *tally, const struct leave *leave)
{
	return leave->may_start || tally->unscheduled > 0;
}

bool
desk_can(const struct desk *desk, int32_t seat, int32_t number)
{
	const struct model *model = desk->model;
	const struct board *board = desk->board;
	const struct offer *option = &model->option[number];
	const struct slot *slot = &model->slot[option->need];
	int32_t physician = model->seat[seat].physician, saved;
	const struct worker *worker = &model->in->physician[physician];
	unsigned day = desk_day(desk, seat);

	if (board->fill[option->need] >= slot->count ||
	    board->used[slot->room] >= model->room[slot->room].rooms ||
	    desk->physician[physician].all >=
		desk->physician_leave[physician].most ||
	    board->worked[half_week(slot->half) * model->in->physicians +
		physician] >= worker->week_max ||
	    model->shape.count[day] >= worker->day_max)
		return false;
	if ((option->flags & FLAG_UNSCHEDULED) != 0 &&
	    (!may_start(&desk->physician[physician],
		 &desk->physician_leave[physician]) ||
		!may_start(
		    &desk->site[slot->site], &desk->site_leave[slot->site])))
		return false;
	return desk_neighbours(desk, seat, option->place, &saved) &&
	    desk_unrested(desk, seat) == OPTION_NONE &&
	    !desk_frozen(desk, seat);
}

static bool
is_minority(const struct tally *tally, const struct leave *leave)
{
	/* The owner need not care as long as there are none. */
	return spare(tally) >= leave->spare ||
	    (tally->unscheduled == 0 && leave->owner);
}

static bool
option_minority(const struct desk *desk, int32_t option)
{
	int32_t site;

	if (option == OPTION_NONE)
		return true;
	site = desk->model->slot[desk->model->option[option].need].site;
	return is_minority(&desk->site[site], &desk->site_leave[site]);
}

bool
desk_minority(const struct desk *desk)
{
	for (int32_t i = 0; i < desk->logged; i++) {
		const struct change *change = &desk->log[i];
		int32_t p = desk->model->seat[change->seat].physician;

		if (!is_minority(
			&desk->physician[p], &desk->physician_leave[p]) ||
		    !option_minority(desk, change->was) ||
		    !option_minority(desk, desk->board->choice[change->seat]))
			return false;
	}
	return true;
}
