/* SPDX-License-Identifier: ISC */
#include "tests/unit/solve_support.h"

#include "daemon/base/mem.h"
#include "daemon/planner/check/check.h"
#include "daemon/planner/explain/explain.h"
#include "daemon/planner/instance/instance_build.h"
#include "daemon/planner/output/plan_write.h"
#include "daemon/planner/search/settle.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct solved_state {
	struct instance in;
	struct model model;
	struct search search;
};

static void
list(const struct solved_state *state, struct solved *solved)
{
	const struct model *model = &state->model;
	const struct board *board = &state->search.best;

	solved->chosen = xcalloc(model->seats, sizeof(solved->chosen[0]));
	for (size_t s = 0; s < model->seats; s++) {
		const struct need *need;

		if (board->choice[s] == OPTION_NONE)
			continue;
		need = &model->in->need[model->option[board->choice[s]].need];
		solved->chosen[solved->count++] =
		    (struct chosen){.doctor = model->seat[s].physician,
			.spot = need->site,
			.half = need->half,
			.class = need->activity};
	}
}

/* Every physician is counted at every need, by something with words; every
 * point of the cost by what the facts say. */
static void
check_explanation(const struct solved_state *state, struct solved *solved)
{
	struct explain explain;
	struct reasons reasons;
	struct ledger ledger;
	int64_t sum_of_points = 0;

	explain_make(&explain, &state->search);
	for (size_t n = 0; n < state->in.needs; n++) {
		int32_t sum = 0;

		explain_reasons(&explain, (int32_t)n, &reasons);
		for (int i = 0; i < REASON_COUNT; i++)
			sum += reasons.count[i];
		ck_assert_int_eq(sum, state->in.physicians);
		for (int32_t i = 0; i < reasons.rules; i++)
			ck_assert_msg(reasons.rule[i].code[0] == 'H', "%s",
			    reasons.rule[i].code);
	}
	explain_free(&explain);
	ledger_board(&ledger, &state->search.best);
	for (int i = 0; i < ITEM_COUNT; i++) {
		sum_of_points += ledger.points[i];
		solved->points[i] = ledger.points[i];
		solved->counts[i] = ledger.count[i];
	}
	ck_assert_int_eq(sum_of_points, state->search.cost);
	ck_assert_int_eq(ledger.points[ITEM_EXTRA], 0);
	ck_assert_int_eq(ledger.points[ITEM_UNFILLED], 0);
}

/* By what was written of it alone. */
static void
check_certificate(const struct solved_state *state)
{
	char *text = NULL;
	size_t len = 0, lines = 0;
	FILE *file = open_memstream(&text, &len);
	struct error error = {""};
	struct plan plan;
	struct verdict verdict;

	ck_assert_ptr_nonnull(file);
	ck_assert(plan_write(file, &state->search, 1));
	ck_assert(explain_write(file, &state->search));
	/* What a program that writes it says at its end. */
	ck_assert_int_eq(fflush(file), 0);
	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	fprintf(file, "end lines=%zu\n", lines);
	fclose(file);
	ck_assert_msg(
	    plan_read(&plan, &state->in, (struct span){text, len}, &error),
	    "%s", error.text);
	ck_assert_msg(
	    check_plan(&state->in, &plan, &verdict, &error), "%s", error.text);
	ck_assert_int_eq(verdict.cost, state->search.cost);
	ck_assert_int_le(verdict.bound, verdict.cost);
	plan_free(&plan);
	free(text);
}

void
solve(struct reduction *reduction, int32_t phases, struct solved *solved)
{
	struct solved_state *state = xcalloc(1, sizeof(*state));
	const struct limits limits = {
	    .threads = 1, .seed = 1, .phases = phases, .gap = -1, .rounds = -1};
	struct error error = {""};

	memset(solved, 0, sizeof(*solved));
	solved->state = state;
	ck_assert_msg(
	    reduction_fill(reduction, &state->in, &error), "%s", error.text);
	model_make(&state->model, &state->in);
	search_make(&state->search, &state->model, &limits);
	search_run(&state->search, &limits);
	ck_assert(settle_plan(&state->search, &solved->judged));
	solved->cost = state->search.cost;
	solved->bound = state->search.bound;
	list(state, solved);
	check_certificate(state);
	check_explanation(state, solved);
}

void
solved_free(struct solved *solved)
{
	free(solved->chosen);
	search_free(&solved->state->search);
	model_free(&solved->state->model);
	instance_fini(&solved->state->in);
	free(solved->state);
}

char *
solved_explained(const struct solved *solved)
{
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(file);
	ck_assert(explain_write(file, &solved->state->search));
	ck_assert_int_eq(fclose(file), 0);
	return text;
}
