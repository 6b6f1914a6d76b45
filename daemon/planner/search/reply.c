/* SPDX-License-Identifier: ISC */
/* reply: the weeks of a physician, and how they are joined. */
#include "daemon/base/mem.h"
#include "daemon/planner/search/reply_private.h"

#include <stdlib.h>
#include <string.h>

/* The most options of a physician over all weeks. */
static size_t
most_options(const struct model *model)
{
	const struct instance *in = model->in;
	size_t most = 0;

	for (int32_t p = 0; p < in->physicians; p++) {
		size_t own = 0;

		for (int32_t w = 0; w < in->weeks; w++) {
			const int32_t *at =
			    &model->week_seat[w * in->physicians + p];

			own += (size_t)(model->seat[at[1]].first -
			    model->seat[at[0]].first);
		}
		most = own > most ? own : most;
	}
	return most;
}

void
reply_make(
    struct reply *reply, const struct model *model, const struct tariff *tariff)
{
	const struct instance *in = model->in;
	size_t weeks = (size_t)in->weeks, options = most_options(model);
	int32_t most = 0;

	memset(reply, 0, sizeof(*reply));
	reply->model = model;
	reply->tariff = tariff;
	for (int32_t p = 0; p < in->physicians; p++) {
		if (in->physician[p].horizon_max > most)
			most = in->physician[p].horizon_max;
	}
	reply->totals = (most < in->halves ? most : in->halves) + 1;
	reply->quick = xcalloc(weeks + 1, sizeof(struct quick));
	reply->ask = xcalloc(weeks + 1, sizeof(struct quick_ask));
	reply->value = xcalloc(options + 1, sizeof(int32_t));
	reply->twice = xcalloc(options + 1, sizeof(int32_t));
	reply->total =
	    xcalloc((weeks + 1) * (size_t)reply->totals, sizeof(int32_t));
	reply->top = xcalloc(weeks + 1, sizeof(int32_t));
	reply->option = xcalloc(weeks * HALVES_PER_WEEK + 1, sizeof(int32_t));
	reply->stay = xcalloc(weeks * HALVES_PER_WEEK + 1, sizeof(int32_t));
}

void
reply_free(struct reply *reply)
{
	free(reply->quick);
	free(reply->ask);
	free(reply->value);
	free(reply->twice);
	free(reply->total);
	free(reply->top);
	free(reply->option);
	free(reply->stay);
	memset(reply, 0, sizeof(*reply));
}

/* ----- weeks ----- */

/* Parts at which the physician works on the first or the last day of a week;
 * none for weeks that do not see each other. */
static unsigned
edge(const struct desk *desk, int32_t physician, int32_t week, bool last)
{
	const struct model *model = desk->model;
	int32_t day = week * DAYS_PER_WEEK + (last ? DAYS_PER_WEEK - 1 : 0);
	const int32_t *at;
	unsigned mask = 0;

	if (!model->shape.across || week < 0 || week >= model->in->weeks)
		return 0;
	at = &model->week_seat[week * model->in->physicians + physician];
	for (int32_t s = at[0]; s < at[1]; s++) {
		if (half_day(model->seat[s].half) == day &&
		    desk->board->choice[s] != OPTION_NONE)
			mask |= 1u << half_part(model->seat[s].half);
	}
	return mask;
}

/* What the physician has outside the weeks, and what stays within. */
static void
set_base(struct attempt *attempt)
{
	const struct desk *desk = attempt->desk;
	const struct question *question = attempt->question;
	const struct model *model = desk->model;
	int32_t p = question->physician;

	attempt->base = desk->physician[p];
	attempt->stays = 0;
	for (int32_t n = 0; n < question->weeks; n++) {
		const int32_t *at =
		    &model
			 ->week_seat[question->week[n] * model->in->physicians +
			     p];

		for (int32_t s = at[0]; s < at[1]; s++) {
			int32_t choice = desk->board->choice[s];

			if (choice == OPTION_NONE)
				continue;
			attempt->reply->stay[attempt->stays++] = choice;
			attempt->base.all--;
			attempt->base.unpopular -=
			    (model->option[choice].flags & FLAG_UNPOPULAR) != 0;
		}
	}
}

/* What one half-day may cost at most and still be wanted. */
static int32_t
hunger(const struct attempt *attempt, int32_t week)
{
	const struct model *model = attempt->desk->model;
	const struct instance *in = model->in;
	int32_t p = attempt->question->physician;
	int32_t points = model_week_min(model, p, week) > 0
	    ? in->physician[p].week_short
	    : 0;

	if (attempt->base.all < in->physician[p].horizon_min)
		points += in->weight.horizon_short;
	return points;
}

/* The question of the nth week, whose options begin at the offset; returns how
 * many those are. */
static int32_t
open_week(const struct attempt *attempt, int32_t n, int32_t offset)
{
	const struct desk *desk = attempt->desk;
	const struct model *model = desk->model;
	struct reply *reply = attempt->reply;
	struct quick_ask *ask = &reply->ask[n];
	int32_t p = attempt->question->physician;
	int32_t week = attempt->question->week[n];
	const int32_t *at = &model->week_seat[week * model->in->physicians + p];
	int32_t first = model->seat[at[0]].first;
	int32_t left = desk->physician_leave[p].most - attempt->base.all;

	*ask = (struct quick_ask){.model = model,
	    .physician = p,
	    .week = week,
	    .value = reply->value + offset,
	    .twice = reply->twice + offset,
	    .least = model_week_min(model, p, week),
	    .most = model_week_max(model, p, week),
	    .hunger = hunger(attempt, week),
	    .rest = model->shape.rest[edge(desk, p, week - 1, true)],
	    .ahead = edge(desk, p, week + 1, false)};
	if (ask->most > left)
		ask->most = left > 0 ? left : 0;
	if (ask->most > HALVES_PER_WEEK)
		ask->most = HALVES_PER_WEEK;
	for (int32_t s = at[0]; s < at[1]; s++) {
		int32_t i = offset + model->seat[s].first - first;

		reply_values(attempt, s, reply->value + i, reply->twice + i);
	}
	return model->seat[at[1]].first - first;
}

/* The value of the best week of k half-days, its minimum included. */
static int32_t
week_value(const struct reply *reply, int32_t n, int32_t k)
{
	int32_t value = reply->quick[n].least[k], least = reply->ask[n].least;

	if (k < least && value < QUICK_NEVER)
		value += reply->model->in->physician[reply->ask[n].physician]
			     .week_short *
		    (least - k);
	return value;
}

static void
join_week(struct reply *reply, int32_t n)
{
	int32_t *now = reply->total + (size_t)n * (size_t)reply->totals;
	int32_t *next = now + reply->totals, top = reply->top[n + 1];

	for (int32_t t = 0; t <= top; t++)
		next[t] = QUICK_NEVER;
	for (int32_t k = 0; k <= reply->quick[n].most && k <= top; k++) {
		int32_t value = week_value(reply, n, k);
		int32_t most =
		    reply->top[n] < top - k ? reply->top[n] : top - k;

		if (value >= QUICK_NEVER)
			continue;
		for (int32_t t = 0; t <= most; t++) {
			if (now[t] + value < next[t + k])
				next[t + k] = now[t] + value;
		}
	}
}

/* From the total of all weeks back to the options of each. */
static void
trace(struct reply *reply, int32_t weeks, int32_t total)
{
	reply->options = 0;
	for (int32_t n = weeks; n-- > 0;) {
		const int32_t *now =
		    reply->total + (size_t)n * (size_t)reply->totals;
		int32_t value = now[reply->totals + total];
		int32_t k = total > reply->top[n] ? total - reply->top[n] : 0;

		while (now[total - k] + week_value(reply, n, k) != value)
			k++;
		reply->options += quick_trace(&reply->quick[n], &reply->ask[n],
		    k, reply->option + reply->options);
		total -= k;
	}
}

/* The number of half-days that costs least with the minimum of the horizon; -1
 * when there is none. */
static int32_t
best_total(const struct attempt *attempt, int32_t top)
{
	const struct reply *reply = attempt->reply;
	const struct instance *in = reply->model->in;
	const struct worker *worker =
	    &in->physician[attempt->question->physician];
	const int32_t *total = reply->total +
	    (size_t)attempt->question->weeks * (size_t)reply->totals;
	int32_t best = QUICK_NEVER / 2, best_t = -1;

	for (int32_t t = 0; t <= top; t++) {
		int32_t lack = worker->horizon_min - attempt->base.all - t;
		int32_t value =
		    total[t] + (lack > 0 ? in->weight.horizon_short * lack : 0);

		if (value < best) {
			best = value;
			best_t = t;
		}
	}
	return best_t;
}

static void
try(const struct attempt *attempt)
{
	struct reply *reply = attempt->reply;
	const struct question *question = attempt->question;
	int32_t left =
	    attempt->desk->physician_leave[question->physician].most -
	    attempt->base.all;
	int32_t offset = 0, total;

	if (left > reply->totals - 1)
		left = reply->totals - 1;
	if (left < 0)
		left = 0;
	reply->total[0] = reply->top[0] = 0;
	for (int32_t n = 0; n < question->weeks; n++) {
		int32_t top;

		offset += open_week(attempt, n, offset);
		quick_solve(&reply->quick[n], &reply->ask[n]);
		top = reply->top[n] + reply->ask[n].most;
		reply->top[n + 1] = top < left ? top : left;
		join_week(reply, n);
	}
	total = best_total(attempt, reply->top[question->weeks]);
	if (total >= 0) {
		trace(reply, question->weeks, total);
		return;
	}
	/* What stays leaves no way to go on: then that is all. */
	memcpy(reply->option, reply->stay,
	    (size_t)attempt->stays * sizeof(int32_t));
	reply->options = attempt->stays;
}

/* Makes what the answer breaks dearer, once more; false when it breaks nothing.
 */
static bool
raise_prices(struct attempt *attempt, int32_t points)
{
	bool raised = false;

	if (reply_breaks_share(attempt)) {
		attempt->share_price = points;
		raised = true;
	}
	if (attempt->capped && attempt->patient) {
		int32_t cap = reply_broken_cap(attempt);

		if (cap != NAMES_NONE) {
			attempt->cap = cap;
			attempt->cap_price = points;
			raised = true;
		}
	}
	return raised;
}

/* Unpopular half-days are dearer the more there are: the answer may have more
 * than at the price it was found at. */
static void
be_fair(struct attempt *attempt)
{
	int32_t weight =
	    attempt->reply->model->in->physician[attempt->question->physician]
		.unfair;
	int32_t above = reply_above(attempt);

	if (above <= 0 || weight * above <= attempt->unfair)
		return;
	if (attempt->patient) {
		attempt->unfair = weight *
		    (1 +
			(int32_t)rng_below(
			    &attempt->desk->rng, (uint32_t)above));
		try(attempt);
	}
}

/* Where work in a group of sites that is new to him is to count: of all groups
 * one, for he may have had the others in these weeks; and of several half-days
 * there only one counts, so half of the time it is that of one day. */
static void
draw_group(struct attempt *attempt)
{
	const struct question *question = attempt->question;
	struct rng *rng = &attempt->desk->rng;
	uint32_t n;

	attempt->fresh = NEVER;
	if (question->weeks == 0 ||
	    !spread_any(attempt->reply->model, question->physician))
		return;
	attempt->group =
	    spread_draw(attempt->reply->model, question->physician, rng);
	if (attempt->group.spread < 0)
		return;
	attempt->fresh = EVER;
	if (rng_below(rng, 2) == 0)
		return;
	n = rng_below(rng, (uint32_t)question->weeks);
	attempt->fresh = question->week[n] * DAYS_PER_WEEK +
	    (int32_t)rng_below(rng, DAYS_PER_WEEK);
}

void
reply_find(struct reply *reply, struct desk *desk,
    const struct question *question, const struct taste *taste)
{
	static const int32_t points[] = {60, 180, 400};
	const struct model *model = desk->model;
	const struct worker *worker =
	    &model->in->physician[question->physician];
	struct attempt attempt = {.reply = reply,
	    .desk = desk,
	    .question = question,
	    .taste = taste,
	    .cap = NAMES_NONE,
	    .capped = model_capped(model, question->physician),
	    .patient = rng_below(&desk->rng, 2) == 0};
	int32_t above;

	reply->trimmed = false;
	draw_group(&attempt);
	set_base(&attempt);
	above = attempt.base.unpopular - worker->fair_share + 1;
	if (above > 0)
		attempt.unfair = worker->unfair * above;
	try(&attempt);
	be_fair(&attempt);
	for (size_t i = 0; i < ARRAY_SIZE(points); i++) {
		if (!raise_prices(&attempt, points[i]))
			break;
		try(&attempt);
	}
	reply_trim(&attempt);
}
