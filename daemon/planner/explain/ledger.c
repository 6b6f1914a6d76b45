/* SPDX-License-Identifier: ISC */
/* ledger: every point has an item. */
#include "daemon/planner/explain/ledger.h"

#include "daemon/base/mem.h"
#include "daemon/planner/explain/explain_facts.h"
#include "daemon/planner/instance/filter.h"
#include "daemon/planner/model/spread.h"
#include "daemon/planner/reduce/reduce.h"

#include <stdlib.h>
#include <string.h>

static void
add(struct ledger *ledger, enum item item, int64_t points, int sign)
{
	if (points == 0)
		return;
	ledger->points[item] += sign * points;
	ledger->count[item] += sign;
}

enum item
ledger_item(const struct instance *in, const struct need *need)
{
	return in->reduction == NULL
	    ? ITEM_UNFILLED
	    : explain_zone(in->reduction, need->site, need->half);
}

/* ----- one half-day ----- */

static const struct reach *
find_reach(const struct instance *in, int32_t physician, int32_t site)
{
	const struct worker *worker = &in->physician[physician];
	int32_t low = worker[0].first, high = worker[1].first;

	while (low < high) {
		int32_t middle = low + (high - low) / 2;

		if (in->reach[middle].site < site)
			low = middle + 1;
		else
			high = middle;
	}
	return &in->reach[low];
}

/* The points of marks: existing ones, and those given by hand. */
static int64_t
add_marks(struct ledger *ledger, const struct candidate *candidate, int sign)
{
	const struct instance *in = candidate->in;
	int32_t number = (int32_t)(candidate->need - in->need);
	struct stability stability = instance_stability(
	    in, candidate->reach->physician, candidate->need);
	int64_t fresh = stability.add, extra = 0, dropped = 0;
	const struct mark *mark;
	size_t count;

	mark = instance_marks(
	    in, candidate->reach->physician, candidate->need->half, &count);
	for (size_t i = 0; i < count; i++) {
		if (mark[i].need != number)
			continue;
		if (mark[i].kind == MARK_EXTRA)
			extra += mark[i].points;
		if (mark[i].kind != MARK_EXISTING)
			continue;
		fresh -= stability.add;
		dropped -= stability.drop;
	}
	add(ledger, ITEM_ADD, fresh, sign);
	/* One dropped the less. */
	add(ledger, ITEM_KEEP, -dropped, -sign);
	add(ledger, ITEM_EXTRA, extra, sign);
	return fresh + dropped + extra;
}

/* What the facts add; of the way apart from the rest. */
static struct half_points
facts_of(const struct candidate *candidate)
{
	const struct reduction *reduction = candidate->in->reduction;

	return reduction == NULL
	    ? (struct half_points){0}
	    : reduction_points(reduction, candidate->reach->physician,
		  candidate->need->site, candidate->need->half,
		  candidate->need->activity);
}

/* An option by itself. */
static void
add_option(struct ledger *ledger, const struct model *model, int32_t physician,
    int32_t number, int sign)
{
	const struct instance *in = model->in;
	const struct offer *option = &model->option[number];
	const struct need *need = &in->need[option->need];
	const struct reach *reach = find_reach(in, physician, need->site);
	const struct activity_kind *kind = &in->activity[need->activity];
	const struct candidate candidate = {in, reach, need};
	const struct half_points facts = facts_of(&candidate);
	int32_t day = half_day(need->half), saved;
	int32_t anchor = in->physician[physician].anchor[day % DAYS_PER_WEEK];
	size_t at = (size_t)physician * (size_t)in->days + (size_t)day;
	int64_t travel, preference, dislike = facts.dislike, away = facts.away;
	int64_t rest = option->cost;

	filter_beside(&candidate, &saved);
	travel = (kind->remote ? 0
			       : 2 * in->physician[physician].travel *
			     reach->minutes) -
	    saved - facts.saved;
	preference = in->weight.preference * reach->preference;
	if ((in->disliked[at] >> half_part(need->half) & 1) != 0)
		dislike += in->weight.dislike;
	if (kind->anchored && anchor != NAMES_NONE && anchor != need->site)
		away += in->weight.anchor;
	rest -= add_marks(ledger, &candidate, sign);
	rest -= travel + facts.wish + facts.duty;
	add(ledger, ITEM_WISH, facts.wish, sign);
	add(ledger, ITEM_DUTY, facts.duty, sign);
	add(ledger, ITEM_TRAVEL, travel, sign);
	add(ledger, ITEM_PREFERENCE, preference, sign);
	add(ledger, ITEM_DISLIKE, dislike, sign);
	add(ledger, ITEM_CONTINUITY, away, sign);
	add(ledger, ITEM_EXTRA, rest - preference - dislike - away, sign);
}

/* With what going on to the next half-day saves. */
static void
add_seat(
    struct ledger *ledger, const struct board *board, int32_t number, int sign)
{
	const struct model *model = board->model;
	const struct seat *seat = &model->seat[number];
	const int32_t *choice = &board->choice[number];
	unsigned part = half_part(seat->half);

	if (choice[0] == OPTION_NONE)
		return;
	add_option(ledger, model, seat->physician, choice[0], sign);
	if (seat->ahead == 0 || seat[1].half != seat->half + 1 ||
	    model->in->rule.gap[part] < 0 || choice[1] == OPTION_NONE)
		return;
	ledger->points[ITEM_TRAVEL] -= sign *
	    model_saving(model, seat->physician, part,
		model->option[choice[0]].place, model->option[choice[1]].place);
}

/* ----- counts ----- */

static void
add_short(struct ledger *ledger, enum item item, int64_t missing,
    int64_t weight, int sign)
{
	if (missing <= 0 || weight == 0)
		return;
	ledger->points[item] += sign * missing * weight;
	ledger->count[item] += sign * missing;
}

static void
add_week(struct ledger *ledger, const struct board *board, int32_t physician,
    int32_t week, int sign)
{
	const struct model *model = board->model;
	const struct instance *in = model->in;
	const int32_t *at =
	    &model->week_seat[week * in->physicians + physician];

	for (int32_t s = at[0]; s < at[1]; s++)
		add_seat(ledger, board, s, sign);
	add_short(ledger, ITEM_OWED,
	    model_week_min(model, physician, week) -
		board->worked[week * in->physicians + physician],
	    in->physician[physician].week_short, sign);
}

/* What stands over all weeks. */
static void
add_totals(struct ledger *ledger, const struct model *model, int32_t physician,
    const struct tally *tally, const int32_t *caps, int sign)
{
	const struct instance *in = model->in;
	const struct worker *worker = &in->physician[physician];
	int64_t above = tally->unpopular - worker->fair_share;

	add_short(ledger, ITEM_OWED, worker->horizon_min - tally->all,
	    in->weight.horizon_short, sign);
	if (above > 0 && worker->unfair != 0) {
		ledger->points[ITEM_FAIR] +=
		    sign * worker->unfair * (above * (above + 1) / 2);
		ledger->count[ITEM_FAIR] += sign * above;
	}
	for (int32_t i = in->cap_first[physician];
	     i < in->cap_first[physician + 1]; i++) {
		const struct cap *cap = &in->cap[in->cap_list[i]];

		add_short(ledger, cap->turn == 0 ? ITEM_OWED : ITEM_TURN,
		    cap->min - caps[in->cap_list[i]], cap->weight, sign);
	}
}

/* Of all his spreads. */
static void
add_spreads(struct ledger *ledger, const struct board *board, int32_t physician,
    int sign)
{
	const struct model_spread *all = &board->model->spread;

	if (!spread_any(board->model, physician))
		return;
	for (int32_t i = all->first[physician]; i < all->first[physician + 1];
	     i++) {
		int32_t missing = spread_missing(board, (size_t)i);

		if (all->list[i].weight == 0)
			continue;
		ledger->points[ITEM_SITES] +=
		    (int64_t)sign * all->list[i].weight * missing;
		ledger->count[ITEM_SITES] += sign * missing;
	}
}

static void
add_need(
    struct ledger *ledger, const struct board *board, int32_t need, int sign)
{
	const struct model *model = board->model;
	const struct slot *slot = &model->slot[need];
	enum item item = ledger_item(model->in, &model->in->need[need]);

	for (unsigned k = board->fill[need]; k < slot->count; k++) {
		ledger->points[item] +=
		    sign * model->level[slot->level + (int)k];
		ledger->count[item] += sign;
	}
}

static void
add_visit(
    struct ledger *ledger, const struct board *board, int32_t visit, int sign)
{
	const struct model *model = board->model;
	const struct visit *at = &model->visit[visit];
	int32_t half = model->slot[model->room[at->room].slot].half, dear;

	if (board->seen[visit] != 0 || at->worth == 0)
		return;
	dear = instance_dear(model->in, at->site, half_day(half));
	add(ledger, ITEM_FIVE_DAYS, dear, sign);
	add(ledger, ITEM_PRESENCE, at->worth - dear, sign);
}

void
ledger_board(struct ledger *ledger, const struct board *board)
{
	const struct model *model = board->model;
	const struct instance *in = model->in;

	memset(ledger, 0, sizeof(*ledger));
	for (size_t i = 0; i < in->marks; i++) {
		const struct mark *mark = &in->mark[i];

		if (mark->kind == MARK_EXISTING)
			add(ledger, ITEM_KEEP,
			    instance_stability(
				in, mark->physician, &in->need[mark->need])
				.drop,
			    1);
	}
	for (int32_t p = 0; p < in->physicians; p++) {
		for (int32_t w = 0; w < in->weeks; w++)
			add_week(ledger, board, p, w, 1);
		add_totals(
		    ledger, model, p, &board->physician[p], board->cap, 1);
		add_spreads(ledger, board, p, 1);
	}
	for (size_t n = 0; n < model->slots; n++)
		add_need(ledger, board, (int32_t)n, 1);
	for (size_t v = 0; v < model->visits; v++)
		add_visit(ledger, board, (int32_t)v, 1);
}

/* ----- changes ----- */

/* What the log touches, each once. */
struct touch {
	int32_t person[LOG_MAX], week[LOG_MAX]; /* physician, or -1; his week */
	int32_t need[2 * LOG_MAX], visit[2 * LOG_MAX];
	int32_t persons, weeks, needs, visits;
};

static void
note(int32_t *list, int32_t *count, int32_t number)
{
	for (int32_t i = 0; i < *count; i++) {
		if (list[i] == number)
			return;
	}
	list[(*count)++] = number;
}

static void
note_option(struct touch *touch, const struct model *model, int32_t option)
{
	int32_t need;

	if (option == OPTION_NONE)
		return;
	need = model->option[option].need;
	note(touch->need, &touch->needs, need);
	note(touch->visit, &touch->visits, model->slot[need].visit);
}

static void
note_log(struct touch *touch, const struct desk *desk, int32_t from)
{
	const struct model *model = desk->model;

	touch->persons = touch->weeks = touch->needs = touch->visits = 0;
	for (int32_t i = from; i < desk->logged; i++) {
		const struct change *change = &desk->log[i];
		const struct seat *seat = &model->seat[change->seat];

		note(touch->person, &touch->persons, seat->physician);
		note(touch->week, &touch->weeks,
		    half_week(seat->half) * model->in->physicians +
			seat->physician);
		note_option(touch, model, change->was);
		note_option(touch, model, desk->board->choice[change->seat]);
	}
}

static void
add_touched(struct ledger *ledger, const struct touch *touch,
    const struct desk *desk, int sign)
{
	const struct model *model = desk->model;
	int32_t physicians = model->in->physicians;

	for (int32_t i = 0; i < touch->weeks; i++)
		add_week(ledger, desk->board, touch->week[i] % physicians,
		    touch->week[i] / physicians, sign);
	for (int32_t i = 0; i < touch->persons; i++) {
		add_totals(ledger, model, touch->person[i],
		    &desk->physician[touch->person[i]], desk->cap, sign);
		add_spreads(ledger, desk->board, touch->person[i], sign);
	}
	for (int32_t i = 0; i < touch->needs; i++)
		add_need(ledger, desk->board, touch->need[i], sign);
	for (int32_t i = 0; i < touch->visits; i++)
		add_visit(ledger, desk->board, touch->visit[i], sign);
}

void
ledger_undo(struct ledger *ledger, struct desk *desk, int32_t from)
{
	struct touch *touch = xmalloc(sizeof(*touch));

	memset(ledger, 0, sizeof(*ledger));
	note_log(touch, desk, from);
	add_touched(ledger, touch, desk, 1);
	desk_undo(desk, from);
	add_touched(ledger, touch, desk, -1);
	free(touch);
}
