/* SPDX-License-Identifier: ISC */
/*
 * repair_lock: somebody shall have a half-day.  Of what is in its way the
 * plan loses least by goes first, until nothing is.
 */
#include "daemon/planner/repair/repair_private.h"

#include <string.h>

enum { STEPS_MAX = 64 };

/* The seat that is found, of those that may be emptied; or that some may not.
 */
struct search_seat {
	int32_t seat, loss;
	bool frozen;
};

static void
look(const struct repairer *repairer, int32_t seat, struct search_seat *best)
{
	int32_t loss;

	if (seat == OPTION_NONE || repairer->board.choice[seat] == OPTION_NONE)
		return;
	if (repairer->model->seat[seat].forced) {
		best->frozen = true;
		return;
	}
	loss = desk_loss(&repairer->desk, seat);
	if (best->seat != OPTION_NONE && loss >= best->loss)
		return;
	best->seat = seat;
	best->loss = loss;
}

/* His seats of some half-days; cap: of those that count for it, unless NULL.
 */
static void
look_at_span(const struct repairer *repairer, int32_t physician, int32_t from,
    int32_t until, const struct cap *cap, struct search_seat *best)
{
	const struct model *model = repairer->model;
	const struct instance *in = model->in;

	for (int32_t w = half_week(from); w <= half_week(until - 1); w++) {
		const int32_t *at =
		    &model->week_seat[w * in->physicians + physician];

		for (int32_t s = at[0]; s < at[1]; s++) {
			int32_t choice = repairer->board.choice[s];

			if (choice != OPTION_NONE &&
			    model->seat[s].half >= from &&
			    model->seat[s].half < until &&
			    (cap == NULL ||
				instance_in_cap(in, cap,
				    &in->need[model->option[choice].need])))
				look(repairer, s, best);
		}
	}
}

static void
look_at_holders(
    const struct repairer *repairer, int32_t need, struct search_seat *best)
{
	const struct board *board = &repairer->board;
	const struct slot *slot = &repairer->model->slot[need];

	for (uint8_t i = 0; i < board->fill[need]; i++)
		look(repairer, board->holder[slot->holder + i], best);
}

static void
look_at_room(
    const struct repairer *repairer, int32_t number, struct search_seat *best)
{
	const struct room *room = &repairer->model->room[number];

	for (int32_t n = room->slot; n < room[1].slot; n++)
		look_at_holders(repairer, n, best);
}

/* Beside it, where it is too far to go from. */
static void
look_beside(const struct repairer *repairer, int32_t seat, unsigned place,
    struct search_seat *best)
{
	const struct model *model = repairer->model;
	const struct seat *at = &model->seat[seat];
	const int32_t *choice = &repairer->board.choice[seat];
	unsigned part = half_part(at->half);

	if (at->back > 0 && at[-1].half == at->half - 1 &&
	    choice[-1] != OPTION_NONE && model->in->rule.gap[part - 1] >= 0 &&
	    model_saving(model, at->physician, part - 1,
		model->option[choice[-1]].place, place) == APART)
		look(repairer, seat - 1, best);
	if (at->ahead > 0 && at[1].half == at->half + 1 &&
	    choice[1] != OPTION_NONE && model->in->rule.gap[part] >= 0 &&
	    model_saving(model, at->physician, part, place,
		model->option[choice[1]].place) == APART)
		look(repairer, seat + 1, best);
}

/* Of a cap that has no unit left for it. */
static bool
look_for_cap(struct repairer *repairer, int32_t seat, int32_t option,
    struct search_seat *best)
{
	const struct model *model = repairer->model;
	const struct instance *in = model->in;
	const struct need *need = &in->need[model->option[option].need];
	int32_t p = model->seat[seat].physician;
	int32_t units = in->rule.units[half_part(need->half)];
	bool any = false;

	for (int32_t i = in->cap_first[p]; i < in->cap_first[p + 1]; i++) {
		int32_t c = in->cap_list[i];
		const struct cap *cap = &in->cap[c];

		if (repairer->desk.cap[c] + units <=
			repairer->desk.cap_leave[c].most ||
		    !instance_in_cap(in, cap, need))
			continue;
		any = true;
		look_at_span(repairer, p, 0, in->halves, cap, best);
	}
	return any;
}

static void
look_for_limit(struct repairer *repairer, int32_t seat, int32_t option,
    struct search_seat *best)
{
	int32_t physician = repairer->model->seat[seat].physician;

	if (!look_for_cap(repairer, seat, option, best) &&
	    repairer->desk.physician[physician].all >=
		repairer->desk.physician_leave[physician].most)
		look_at_span(repairer, physician, 0,
		    repairer->model->in->halves, NULL, best);
}

/* What has to go first because of a word of repair_in_the_way(). */
static struct search_seat
find(struct repairer *repairer, int32_t seat, int32_t option, const char *why)
{
	const struct model *model = repairer->model;
	const struct slot *slot = &model->slot[model->option[option].need];
	int32_t p = model->seat[seat].physician;
	int32_t day = slot->half - (int32_t)half_part(slot->half);
	int32_t week = half_week(slot->half) * HALVES_PER_WEEK;
	struct search_seat best = {OPTION_NONE, 0, false};

	if (strcmp(why, "elsewhere") == 0)
		look(repairer, seat, &best);
	else if (strcmp(why, "wanted") == 0)
		look_at_holders(repairer, model->option[option].need, &best);
	else if (strcmp(why, "room") == 0)
		look_at_room(repairer, slot->room, &best);
	else if (strcmp(why, "week") == 0)
		look_at_span(
		    repairer, p, week, week + HALVES_PER_WEEK, NULL, &best);
	else if (strcmp(why, "day") == 0)
		look_at_span(repairer, p, day, day + PART_COUNT, NULL, &best);
	else if (strcmp(why, "near") == 0)
		look_beside(repairer, seat, model->option[option].place, &best);
	else if (strcmp(why, "rest") == 0)
		look(repairer, desk_unrested(&repairer->desk, seat), &best);
	else if (strcmp(why, "limit") == 0)
		look_for_limit(repairer, seat, option, &best);
	return best;
}

bool
repair_lock(struct repairer *repairer)
{
	int32_t option = repairer->ask->keep;
	int32_t seat = model_seat(repairer->model, option);
	const char *why = NULL;

	repairer->why = "held"; /* already */
	if (repairer->board.choice[seat] == option)
		return true;
	if (repair_has_begun(repairer, repairer->model->option[option].need))
		why = "begun";
	for (int step = 0; why == NULL && step < STEPS_MAX; step++) {
		struct search_seat found;

		why = repair_in_the_way(repairer, seat, option);
		if (why == NULL)
			break;
		found = find(repairer, seat, option, why);
		if (found.seat == OPTION_NONE) {
			why = found.frozen ? "frozen" : why;
			break;
		}
		repair_vacate(repairer, found.seat, true);
		why = NULL;
	}
	repairer->why = why;
	if (why != NULL)
		return false;
	repairer->now_cost += repair_put(repairer, seat, option);
	repair_pin(repairer, seat);
	return true;
}
