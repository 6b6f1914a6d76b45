/* SPDX-License-Identifier: ISC */
/* reply_value: what options are worth to a physician who answers. */
#include "daemon/base/mem.h"
#include "daemon/planner/search/reply_private.h"

#include <stdlib.h>
#include <string.h>

/* All minima of a turn may be worth as much as its half-days are worth less:
 * what they have in common says nothing. */
static void
lift_turns(
    struct tariff *tariff, const struct instance *in, const int64_t *price)
{
	int32_t *common;
	size_t turns = 0;

	for (size_t c = 0; c < in->caps; c++)
		if (in->cap[c].turn > turns)
			turns = in->cap[c].turn;
	if (turns == 0)
		return;
	common = xcalloc(turns + 1, sizeof(common[0]));
	for (size_t t = 1; t <= turns; t++)
		common[t] = INT32_MAX;
	for (size_t c = 0; c < in->caps; c++) {
		int32_t *least = &common[in->cap[c].turn];

		if (-price[c] / PRICE_ONE < *least)
			*least = (int32_t)(-price[c] / PRICE_ONE);
	}
	for (size_t n = 0; n < in->needs; n++)
		if (in->need[n].turn > 0 && in->need[n].turn <= turns &&
		    common[in->need[n].turn] != INT32_MAX)
			tariff->slot[n] += common[in->need[n].turn];
	free(common);
}

void
tariff_make(struct tariff *tariff, const struct model *model,
    const struct prices *prices)
{
	const struct instance *in = model->in;

	tariff->slot = xcalloc(model->slots + 1, sizeof(int32_t));
	tariff->share = xcalloc(in->shares + 1, sizeof(int32_t));
	tariff->heaviest = xcalloc(in->shares + 1, sizeof(int32_t));
	for (size_t n = 0; n < model->slots; n++)
		tariff->slot[n] = (int32_t)(prices->slot[n] / PRICE_ONE);
	lift_turns(tariff, in, prices->cap);
	for (size_t g = 0; g < in->shares; g++) {
		tariff->heaviest[g] = instance_heaviest(in, &in->share[g]);
		tariff->share[g] = (int32_t)(prices->share[g] *
		    tariff->heaviest[g] / PRICE_ONE);
	}
}

/* Half-days of a turn in a week: of so many, who lacks fewer wants some only,
 * and not each of them. */
enum { TURN_WEEK = 6 };

void
tariff_free(struct tariff *tariff)
{
	free(tariff->slot);
	free(tariff->share);
	free(tariff->heaviest);
	memset(tariff, 0, sizeof(*tariff));
}

/* What taking the option brings; INT32_MIN if it may not be. */
static int32_t
gain(const struct attempt *attempt, const struct offer *option, int32_t *twice)
{
	const struct board *board = attempt->desk->board;
	const struct model *model = board->model;
	const struct taste *taste = attempt->taste;
	const struct slot *slot = &model->slot[option->need];
	int32_t price = attempt->reply->tariff->slot[option->need], own;
	uint8_t fill = board->fill[option->need];

	if (fill >= slot->count ||
	    board->used[slot->room] >= model->room[slot->room].rooms)
		return taste->eject < 0 ? INT32_MIN : price - taste->eject;
	own = model->level[slot->level + fill];
	if ((option->flags & FLAG_VISIT) != 0 &&
	    board->seen[slot->visit] == 0) {
		*twice = model->visit[slot->visit].worth;
		own += *twice;
	}
	*twice = *twice * (THETA_ONE - taste->theta) / THETA_ONE;
	return own +
	    (int32_t)((int64_t)(price - own) * taste->theta / THETA_ONE);
}

/* What a half-day costs in a share, at so many points for the heaviest. */
static int32_t
share_value(
    const struct attempt *attempt, int32_t share, unsigned care, int32_t points)
{
	const struct instance *in = attempt->desk->model->in;
	int64_t weight = instance_weight(in, &in->share[share], care);

	return (
	    int32_t)(points * weight / attempt->reply->tariff->heaviest[share]);
}

/* Of a site's share: its price as soon as little of it is left. */
static int32_t
site_share(const struct attempt *attempt, int32_t share, unsigned care)
{
	const struct desk *desk = attempt->desk;
	const struct tariff *tariff = attempt->reply->tariff;

	if (tariff->share[share] == 0 ||
	    desk->share[share].weight + tariff->heaviest[share] <
		desk->share_leave[share].most)
		return 0;
	return share_value(attempt, share, care,
	    (int32_t)((int64_t)tariff->share[share] * attempt->taste->share /
		THETA_ONE));
}

static int32_t
shares_value(const struct attempt *attempt, const struct offer *option)
{
	const struct instance *in = attempt->desk->model->in;
	const struct slot *slot = &attempt->desk->model->slot[option->need];
	const struct need *need = &in->need[option->need];
	int32_t value = 0, own;

	if (slot->share != NAMES_NONE)
		value += site_share(attempt, slot->share, slot->care);
	if (attempt->share_price == 0 && need->family == 0)
		return value;
	own = instance_own_share(in, attempt->question->physician, need);
	if (own == NAMES_NONE)
		return value;
	return value +
	    (in->share[own].physician == NAMES_NONE
		    ? site_share(attempt, own, slot->care)
		    : share_value(
			  attempt, own, slot->care, attempt->share_price));
}

/* QUICK_NEVER when a cap is full without those weeks. */
static int32_t
caps_value(const struct attempt *attempt, const struct offer *option)
{
	const struct desk *desk = attempt->desk;
	const struct instance *in = desk->model->in;
	const struct need *need = &in->need[option->need];
	int32_t p = attempt->question->physician, value = 0;
	int32_t units = in->rule.units[half_part(need->half)];

	for (int32_t i = in->cap_first[p]; i < in->cap_first[p + 1]; i++) {
		int32_t c = in->cap_list[i], lack;

		if (!instance_in_cap(in, &in->cap[c], need))
			continue;
		if (desk->cap[c] + units > desk->cap_leave[c].most)
			return QUICK_NEVER;
		if (c == attempt->cap)
			value += attempt->cap_price * units;
		lack = in->cap[c].min - desk->cap[c];
		if (lack > 0 && in->cap[c].turn != 0 && lack < TURN_WEEK &&
		    rng_below(&attempt->desk->rng, TURN_WEEK) >= (uint32_t)lack)
			continue;
		if (lack > 0)
			value -=
			    in->cap[c].weight * (lack < units ? lack : units);
	}
	return value;
}

static int32_t
option_value(
    const struct attempt *attempt, const struct offer *option, int32_t *twice)
{
	int32_t value, brings, caps = 0;

	*twice = 0;
	brings = gain(attempt, option, twice);
	if (brings == INT32_MIN)
		return QUICK_NEVER;
	if (attempt->capped) {
		caps = caps_value(attempt, option);
		if (caps == QUICK_NEVER)
			return QUICK_NEVER;
	}
	value = option->cost - brings + caps + shares_value(attempt, option);
	if ((option->flags & FLAG_UNPOPULAR) != 0)
		value += attempt->unfair;
	if (attempt->fresh != NEVER &&
	    (attempt->fresh == EVER ||
		attempt->fresh ==
		    half_day(attempt->desk->model->slot[option->need].half)))
		value -= spread_group_gain(
		    attempt->desk->board, &attempt->group, option->place);
	if (attempt->taste->noise > 0)
		value += (int32_t)rng_below(
		    &attempt->desk->rng, (uint32_t)attempt->taste->noise);
	return value;
}

void
reply_values(
    const struct attempt *attempt, int32_t seat, int32_t *value, int32_t *twice)
{
	const struct desk *desk = attempt->desk;
	const struct model *model = desk->model;
	int32_t first = model->seat[seat].first;
	int32_t count = model->seat[seat + 1].first - first;
	int32_t choice = desk->board->choice[seat];
	bool frozen = desk_frozen(desk, seat);

	for (int32_t i = 0; i < count; i++) {
		if (!frozen) {
			value[i] = option_value(
			    attempt, &model->option[first + i], &twice[i]);
			continue;
		}
		value[i] = first + i == choice ? model->option[first + i].cost
					       : QUICK_NEVER;
		twice[i] = 0;
	}
}

/* ----- what an answer breaks ----- */

/* Adds the half-day to what the share holds, if it is of it. */
static void
mix(const struct attempt *attempt, int32_t option, int32_t share, int sign,
    struct mixture *mixture)
{
	const struct model *model = attempt->desk->model;
	const struct instance *in = model->in;
	const struct offer *offer = &model->option[option];
	const struct need *need = &in->need[offer->need];

	if (instance_own_share(in, attempt->question->physician, need) != share)
		return;
	mixture->weight +=
	    sign * instance_weight(in, &in->share[share], need->care);
	if ((offer->flags & FLAG_UNSCHEDULED) != 0)
		mixture->unscheduled += sign;
}

/* Whether the answer breaks one share of the physician's. */
static bool
breaks(const struct attempt *attempt, int32_t share)
{
	const struct desk *desk = attempt->desk;
	const struct reply *reply = attempt->reply;
	const struct freedom *leave = &desk->share_leave[share];
	struct mixture mixture = desk->share[share];

	for (int32_t i = 0; i < attempt->stays; i++)
		mix(attempt, reply->stay[i], share, -1, &mixture);
	for (int32_t i = 0; i < reply->options; i++)
		mix(attempt, reply->option[i], share, 1, &mixture);
	return mixture.weight > leave->most &&
	    (mixture.unscheduled > 0 ||
		desk->model->in->share[share].unscheduled > 0);
}

bool
reply_breaks_share(const struct attempt *attempt)
{
	const struct instance *in = attempt->desk->model->in;
	int32_t p = attempt->question->physician;

	for (int32_t i = in->share_first[p]; i < in->share_first[p + 1]; i++) {
		if (breaks(attempt, in->share_list[i]))
			return true;
	}
	return false;
}

static int32_t
units_in(const struct instance *in, const struct cap *cap, int32_t number)
{
	const struct need *need = &in->need[number];

	return instance_in_cap(in, cap, need)
	    ? in->rule.units[half_part(need->half)]
	    : 0;
}

int32_t
reply_broken_cap(const struct attempt *attempt)
{
	const struct desk *desk = attempt->desk;
	const struct reply *reply = attempt->reply;
	const struct offer *option = desk->model->option;
	const struct instance *in = desk->model->in;
	int32_t p = attempt->question->physician;

	for (int32_t i = in->cap_first[p]; i < in->cap_first[p + 1]; i++) {
		int32_t c = in->cap_list[i], units = desk->cap[c];

		for (int32_t n = 0; n < attempt->stays; n++)
			units -= units_in(
			    in, &in->cap[c], option[reply->stay[n]].need);
		for (int32_t n = 0; n < reply->options; n++)
			units += units_in(
			    in, &in->cap[c], option[reply->option[n]].need);
		if (units > desk->cap_leave[c].most)
			return c;
	}
	return NAMES_NONE;
}
