/* SPDX-License-Identifier: ISC */
/* reply_trim: what a physician takes out of his answer again, because together
 * it is too much. */
#include "daemon/planner/search/reply_private.h"

/* Where the values of the week of the option are. */
static const struct quick_ask *
ask_of(const struct attempt *attempt, int32_t option)
{
	const struct model *model = attempt->reply->model;
	int32_t week = half_week(model->slot[model->option[option].need].half);
	int32_t n = 0;

	while (attempt->question->week[n] != week)
		n++;
	return &attempt->reply->ask[n];
}

/* What taking the option cost when the answer was found, below 0 mostly;
 * without what is saved by the half-days beside it. */
static int32_t
value_of(const struct attempt *attempt, int32_t option)
{
	const struct model *model = attempt->reply->model;
	const struct quick_ask *ask = ask_of(attempt, option);
	int32_t cell =
	    ask->week * model->in->physicians + attempt->question->physician;

	return ask->value[option - model->seat[model->week_seat[cell]].first];
}

static bool
is_forced(const struct model *model, int32_t option)
{
	return model->seat[model_seat(model, option)].forced;
}

static void
leave(struct reply *reply, int32_t at)
{
	reply->option[at] = reply->option[--reply->options];
	reply->trimmed = true;
}

/* ----- shares ----- */

/* Any unscheduled half-day; false when there is none. */
static bool
leave_unscheduled(const struct attempt *attempt)
{
	struct reply *reply = attempt->reply;
	const struct model *model = reply->model;
	uint32_t seen = 0;
	int32_t found = -1;

	for (int32_t i = 0; i < reply->options; i++) {
		int32_t option = reply->option[i];

		if ((model->option[option].flags & FLAG_UNSCHEDULED) != 0 &&
		    !is_forced(model, option) &&
		    rng_below(&attempt->desk->rng, ++seen) == 0)
			found = i;
	}
	if (found >= 0)
		leave(reply, found);
	return found >= 0;
}

/* ----- caps ----- */

/* The half-day of the cap that brings least; false when there is none. */
static bool
leave_capped(const struct attempt *attempt, int32_t cap)
{
	struct reply *reply = attempt->reply;
	const struct model *model = reply->model;
	const struct instance *in = model->in;
	int32_t found = -1, worst = 0;

	for (int32_t i = 0; i < reply->options; i++) {
		int32_t option = reply->option[i], value;

		if (is_forced(model, option) ||
		    !instance_in_cap(in, &in->cap[cap],
			&in->need[model->option[option].need]))
			continue;
		value = value_of(attempt, option);
		if (found < 0 || value > worst) {
			found = i;
			worst = value;
		}
	}
	if (found >= 0)
		leave(reply, found);
	return found >= 0;
}

/* ----- fairness ----- */

int32_t
reply_above(const struct attempt *attempt)
{
	const struct reply *reply = attempt->reply;
	const struct model *model = reply->model;
	int32_t above = attempt->base.unpopular -
	    model->in->physician[attempt->question->physician].fair_share;

	for (int32_t i = 0; i < reply->options; i++)
		above += (model->option[reply->option[i]].flags &
			     FLAG_UNPOPULAR) != 0;
	return above;
}

/* The unpopular half-day that brings least, if that is less than it costs;
 * false when none does. */
static bool
leave_unpopular(const struct attempt *attempt)
{
	struct reply *reply = attempt->reply;
	const struct model *model = reply->model;
	int32_t above = reply_above(attempt), found = -1, worst = 0;

	if (above <= 0)
		return false;
	for (int32_t i = 0; i < reply->options; i++) {
		int32_t option = reply->option[i], value;

		if ((model->option[option].flags & FLAG_UNPOPULAR) == 0 ||
		    is_forced(model, option))
			continue;
		value = value_of(attempt, option) - attempt->unfair -
		    ask_of(attempt, option)->hunger;
		if (found < 0 || value > worst) {
			found = i;
			worst = value;
		}
	}
	if (found < 0 ||
	    worst +
		    model->in->physician[attempt->question->physician].unfair *
			above <=
		0)
		return false;
	leave(reply, found);
	return true;
}

void
reply_trim(const struct attempt *attempt)
{
	int32_t cap;

	while (attempt->capped &&
	    (cap = reply_broken_cap(attempt)) != NAMES_NONE &&
	    leave_capped(attempt, cap))
		;
	while (leave_unpopular(attempt))
		;
	while (reply_breaks_share(attempt) && leave_unscheduled(attempt))
		;
}
