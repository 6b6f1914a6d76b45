/* SPDX-License-Identifier: ISC */
/*
 * repair_rank: who could take a vacant half-day as the plan stands, what that
 * costs and of what, and why everybody else cannot.
 */
#include "daemon/planner/repair/repair_private.h"

#include "daemon/base/mem.h"
#include "daemon/planner/instance/filter.h"
#include "daemon/planner/reduce/reduce.h"

#include <stdlib.h>

struct ranking {
	struct repairer *repairer;
	struct repair_rank *rank;
	struct repair_left *left;
	size_t ranks, lefts, rank_room, left_room;
};

static const struct reach *
reach_of(const struct instance *in, int32_t physician, int32_t site)
{
	const struct worker *worker = &in->physician[physician];

	for (int32_t r = worker[0].first; r < worker[1].first; r++)
		if (in->reach[r].site == site)
			return &in->reach[r];
	abort(); /* he has an option there */
}

/* What a free half-day brings. */
static int32_t
worth(const struct repairer *repairer, const struct offer *offer)
{
	const struct model *model = repairer->model;
	const struct slot *slot = &model->slot[offer->need];
	int32_t points =
	    model->level[slot->level + repairer->board.fill[offer->need]];

	if ((offer->flags & FLAG_VISIT) != 0 &&
	    repairer->board.seen[slot->visit] == 0)
		points += model->visit[slot->visit].worth;
	return points;
}

/* What the facts say of an option by itself. */
static struct half_points
facts_of(const struct instance *in, int32_t physician, const struct need *need)
{
	return in->reduction == NULL
	    ? (struct half_points){0}
	    : reduction_points(in->reduction, physician, need->site, need->half,
		  need->activity);
}

static int32_t
wish(const struct instance *in, const struct reach *reach, int32_t half)
{
	size_t day = (size_t)reach->physician * (size_t)in->days +
	    (size_t)half_day(half);
	int32_t points = in->weight.preference * reach->preference;

	if ((in->disliked[day] >> half_part(half) & 1) != 0)
		points += in->weight.dislike;
	return points;
}

static int32_t
anchor(const struct instance *in, const struct reach *reach,
    const struct need *need)
{
	int32_t usual = in->physician[reach->physician]
			    .anchor[half_day(need->half) % DAYS_PER_WEEK];

	return in->activity[need->activity].anchored && usual != NAMES_NONE &&
		usual != need->site
	    ? in->weight.anchor
	    : 0;
}

/* Terms of one option; what is left over after all others is fairness and
 * minima. */
static struct repair_rank
terms(const struct repairer *repairer, int32_t seat, int32_t option)
{
	const struct model *model = repairer->model;
	const struct instance *in = model->in;
	const struct offer *offer = &model->option[option];
	const struct need *need = &in->need[offer->need];
	int32_t p = model->seat[seat].physician, week = half_week(need->half);
	const struct reach *reach = reach_of(in, p, need->site);
	const struct half_points facts = facts_of(in, p, need);
	struct repair_rank rank = {.physician = p,
	    .need = offer->need,
	    .cost = desk_cost(&repairer->desk, seat, option),
	    .worth = -worth(repairer, offer),
	    .wish = wish(in, reach, need->half) + facts.wish + facts.dislike,
	    .anchor = anchor(in, reach, need) + facts.away,
	    .stable = instance_stability(in, p, need).add,
	    .minutes = reach->minutes,
	    .week_left = model_week_max(model, p, week) -
		repairer->board.worked[week * in->physicians + p]};
	int32_t saved = 0;

	desk_neighbours(&repairer->desk, seat, offer->place, &saved);
	rank.fair = rank.cost - (offer->cost - saved) - rank.worth;
	rank.worth += facts.duty;
	rank.travel = offer->cost - rank.wish - rank.anchor - rank.stable -
	    facts.duty - saved;
	return rank;
}

/* Whether shares of unscheduled care bear it. */
static bool
keeps_shares(struct repairer *repairer, int32_t seat, int32_t option)
{
	struct desk *desk = &repairer->desk;
	bool keeps;

	desk->logged = 0;
	desk_put(desk, seat, option);
	keeps = desk_minority(desk);
	desk_undo(desk, 0);
	return keeps;
}

/* Of what the plan has of him. */
static const char *
limit(struct repairer *repairer, int32_t seat, int32_t option)
{
	const struct desk *desk = &repairer->desk;
	const struct model *model = repairer->model;
	const struct offer *offer = &model->option[option];
	int32_t p = model->seat[seat].physician;
	int32_t week = half_week(model->seat[seat].half), saved;

	if (repairer->board.worked[week * model->in->physicians + p] >=
	    model_week_max(model, p, week))
		return "week";
	if (model->shape.count[desk_day(desk, seat)] >= model->seat[seat].most)
		return "day";
	if (!desk_neighbours(desk, seat, offer->place, &saved))
		return "near";
	if (desk_unrested(desk, seat) != OPTION_NONE)
		return "rest";
	if (!desk_can(desk, seat, option))
		return (offer->flags & FLAG_UNSCHEDULED) != 0 &&
			!model_capped(model, p)
		    ? "share"
		    : "limit";
	return keeps_shares(repairer, seat, option) ? NULL : "share";
}

const char *
repair_in_the_way(struct repairer *repairer, int32_t seat, int32_t option)
{
	const struct model *model = repairer->model;
	int32_t need = model->option[option].need;
	const struct slot *slot = &model->slot[need];

	if (repair_is_closed(repairer, option))
		return "absent";
	if (repairer->board.choice[seat] != OPTION_NONE)
		return "elsewhere";
	if (repairer->board.fill[need] >= slot->count)
		return "wanted";
	if (repairer->board.used[slot->room] >= model->room[slot->room].rooms)
		return "room";
	return limit(repairer, seat, option);
}

static void
leave(struct ranking *ranking, int32_t physician, int32_t need, const char *why)
{
	ranking->left = xgrow(ranking->left, &ranking->left_room,
	    ranking->lefts + 1, sizeof(ranking->left[0]));
	ranking->left[ranking->lefts++] =
	    (struct repair_left){physician, need, why};
}

static int
compare(const void *left, const void *right)
{
	const struct repair_rank *a = left, *b = right;

	if (a->cost != b->cost)
		return a->cost < b->cost ? -1 : 1;
	return (a->physician > b->physician) - (a->physician < b->physician);
}

/* Whoever drops out is known to be absent. */
static bool
is_asked_of(const struct repairer *repairer, int32_t seat)
{
	return repairer->model->seat[seat].physician ==
	    repairer->ask->physician;
}

/* Those who have an option. */
static void
rank_takers(struct ranking *ranking, int32_t need)
{
	struct repairer *repairer = ranking->repairer;
	size_t from = ranking->ranks, most = repairer->ask->ranks;

	for (int32_t i = repairer->taker_first[need];
	     i < repairer->taker_first[need + 1]; i++) {
		int32_t option = repairer->taker[i];
		int32_t seat = model_seat(repairer->model, option);
		const char *why = repair_in_the_way(repairer, seat, option);

		if (is_asked_of(repairer, seat))
			continue;
		if (why != NULL) {
			leave(ranking, repairer->model->seat[seat].physician,
			    need, why);
			continue;
		}
		ranking->rank = xgrow(ranking->rank, &ranking->rank_room,
		    ranking->ranks + 1, sizeof(ranking->rank[0]));
		ranking->rank[ranking->ranks++] = terms(repairer, seat, option);
	}
	if (ranking->ranks - from > 1)
		qsort(ranking->rank + from, ranking->ranks - from,
		    sizeof(ranking->rank[0]), compare);
	if (ranking->ranks - from > most)
		ranking->ranks = from + most;
}

/* Those who work at the site and have none. */
static void
leave_others(struct ranking *ranking, int32_t number)
{
	const struct instance *in = ranking->repairer->model->in;
	const struct need *need = &in->need[number];

	for (size_t r = 0; r < in->reaches; r++) {
		struct candidate candidate = {in, &in->reach[r], need};
		size_t refusing;
		const char *why;

		if (in->reach[r].site != need->site ||
		    in->reach[r].physician == ranking->repairer->ask->physician)
			continue;
		refusing = filter_refusing(&candidate);
		if (refusing == filter_count)
			continue;
		why = filters[refusing].word;
		if (in->reduction != NULL && refusing + 1 == filter_count)
			why = reduction_why_not(in->reduction,
			    in->reach[r].physician, need->site, need->half,
			    need->activity);
		leave(ranking, in->reach[r].physician, number,
		    why == NULL ? filters[refusing].word : why);
	}
}

void
repair_rank(struct repairer *repairer, const struct repair_hooks *hooks)
{
	struct ranking ranking = {.repairer = repairer};
	bool *done;

	if (hooks->on_ranks == NULL || repairer->ask->ranks == 0)
		return;
	done = xcalloc(repairer->model->slots + 1, sizeof(done[0]));
	for (size_t i = 0; i < repairer->vacancies; i++) {
		int32_t need = repairer->vacancy[i].need;

		if (done[need] || !repairer->vacancy[i].wanted)
			continue;
		done[need] = true;
		rank_takers(&ranking, need);
		leave_others(&ranking, need);
	}
	hooks->on_ranks(hooks->arg, ranking.rank, ranking.ranks, ranking.left,
	    ranking.lefts);
	free(done);
	free(ranking.rank);
	free(ranking.left);
}
