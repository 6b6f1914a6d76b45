/* SPDX-License-Identifier: ISC */
/* repair: the course of one question. */
#include "daemon/planner/repair/repair_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

static void
note(struct repairer *repairer, int32_t physician, int32_t need, bool drop)
{
	repairer->line = xgrow(repairer->line, &repairer->line_room,
	    repairer->lines + 1, sizeof(repairer->line[0]));
	repairer->line[repairer->lines++] =
	    (struct repair_line){physician, need, drop};
}

/* What is another way than published; and whom it concerns beside who is asked
 * about, and those whose site closes. */
static void
compare(struct repairer *repairer, struct repair_answer *answer)
{
	const struct model *model = repairer->model;

	repairer->lines = 0;
	memset(
	    repairer->moved, 0, (size_t)model->in->physicians * sizeof(bool));
	for (size_t s = 0; s < model->seats; s++) {
		int32_t was = repairer->published[s];
		int32_t now = repairer->board.choice[s];
		int32_t p = model->seat[s].physician;

		if (was == now)
			continue;
		if (was != OPTION_NONE)
			note(repairer, p, model->option[was].need, true);
		if (now != OPTION_NONE)
			note(repairer, p, model->option[now].need, false);
		if (p == repairer->ask->physician ||
		    (now == OPTION_NONE && repairer->emptied[s] &&
			repairer->ask->keep == OPTION_NONE))
			continue;
		answer->half_days++;
		answer->physicians += !repairer->moved[p];
		repairer->moved[p] = true;
	}
	for (size_t i = 0; i < repairer->let_gos; i++) {
		int32_t number = repairer->let_go[i];
		const struct misfit *misfit =
		    &repairer->misfit[number < 0 ? ~number : number];

		note(repairer, misfit->physician, misfit->need, true);
	}
	answer->line = repairer->line;
	answer->lines = repairer->lines;
}

/* How many of the vacant half-days are held again; what was open before is
 * filled last. */
static void
count(const struct repairer *repairer, struct repair_answer *answer)
{
	const struct model *model = repairer->model;

	for (size_t i = 0; i < repairer->vacancies; i++) {
		int32_t need = repairer->vacancy[i].need, open, empty;
		bool first = repairer->vacancy[i].wanted;

		answer->vacant += repairer->vacancy[i].wanted;
		answer->released += !repairer->vacancy[i].wanted;
		for (size_t j = 0; j < i; j++)
			first = first &&
			    (repairer->vacancy[j].need != need ||
				!repairer->vacancy[j].wanted);
		open = repairer->open[need];
		empty = model->slot[need].count - repairer->board.fill[need] -
		    repairer->bare[need];
		empty = empty < 0 ? 0 : empty;
		if (first && empty < open)
			answer->filled += open - empty;
	}
}

static bool
is_vacancy(const struct repairer *repairer, int32_t need)
{
	for (size_t i = 0; i < repairer->vacancies; i++)
		if (repairer->vacancy[i].need == need)
			return true;
	return false;
}

/* How many others fall open, by the lines. */
static void
count_opened(struct repairer *repairer, struct repair_answer *answer)
{
	for (size_t i = 0; i < repairer->lines; i++)
		repairer->net[repairer->line[i].need] +=
		    repairer->line[i].drop ? -1 : 1;
	for (size_t i = 0; i < repairer->lines; i++) {
		int32_t need = repairer->line[i].need;

		if (repairer->net[need] < 0 && !is_vacancy(repairer, need))
			answer->opened -= repairer->net[need];
		repairer->net[need] = 0;
	}
}

/* What was added up is what it costs; where board_debug() looks. */
static void
verify(struct repairer *repairer)
{
	size_t forceds = repairer->model->forceds;

	/* Who drops out keeps no lock either. */
	repairer->model->forceds = 0;
	board_debug(&repairer->board);
	repairer->model->forceds = forceds;
#ifdef __SANITIZE_ADDRESS__
	if (repairer->ask->variant != REPAIR_FREE &&
	    board_cost(&repairer->board) != repairer->now_cost)
		abort();
#endif
}

static void
answer(
    struct repairer *repairer, const struct repair_hooks *hooks, bool settled)
{
	struct repair_answer answer = {.cost = repairer->now_cost,
	    .bound = relax_points(repairer->now_bound),
	    .cut = settled && repairer->cut};

	board_total(&repairer->board);
	verify(repairer);
	count(repairer, &answer);
	compare(repairer, &answer);
	count_opened(repairer, &answer);
	answer.us = clock_mono_us() - repairer->begun_us;
	hooks->on_answer(hooks->arg, settled, &answer);
}

enum repair_end
repairer_run(struct repairer *repairer, const struct repair_ask *ask,
    const struct repair_hooks *hooks)
{
	enum repair_end end;

	repairer->ask = ask;
	repairer->why = NULL;
	repairer->cut = false;
	repairer->begun_us = clock_mono_us();
	repairer->desk.rng = rng_of(ask->seed, 0, 0);
	repair_refresh(repairer);
	end = repair_open(repairer);
	if (end == REPAIR_DONE) {
		repair_rank(repairer, hooks);
		repair_open_desk(repairer);
		repair_fill(repairer);
		answer(repairer, hooks, false);
		if (ask->variant == REPAIR_FREE)
			repair_anew(repairer);
		else if (ask->variant == REPAIR_LOCAL)
			repair_chains(repairer);
		answer(repairer, hooks, true);
	}
	repair_restore(repairer);
	board_debug(&repairer->board);
	return end;
}

const char *
repairer_why(const struct repairer *repairer)
{
	return repairer->why;
}
