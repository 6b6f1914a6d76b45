/* SPDX-License-Identifier: ISC */
/*
 * planner_explain_test: on random small towns, what is told of a plan is so:
 * points add up to the cost, reasons to all physicians, a forced half-day costs
 * what it says.
 */
#include "tests/unit/planner_support.h"

#include "daemon/base/mem.h"
#include "daemon/planner/explain/explain.h"
#include "daemon/planner/instance/filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOWNS = 12, PHASES = 20 };

static struct town_plan
some_town(int number)
{
	return (struct town_plan){(uint64_t)number + 100,
	    3 + (uint32_t)number % 4, 1 + (uint32_t)number % 3,
	    1 + (uint32_t)number % 3, 2 + (uint32_t)number % 3, number % 2 != 0,
	    number % 3 != 0};
}

struct explained {
	struct town town;
	struct search search;
	struct explain explain;
};

static void
explained_make(struct explained *e, int number)
{
	struct town_plan plan = some_town(number);

	town_make(&e->town, &plan);
	town_search(&e->town, &e->search, 1, PHASES);
	explain_make(&e->explain, &e->search);
}

static void
explained_free(struct explained *e)
{
	explain_free(&e->explain);
	search_free(&e->search);
	town_free(&e->town);
}

static int64_t
sum_of(const struct ledger *ledger)
{
	int64_t sum = 0;

	for (int i = 0; i < ITEM_COUNT; i++)
		sum += ledger->points[i];
	return sum;
}

START_TEST(the_terms_are_the_cost)
{
	struct explained e;
	struct ledger ledger;

	explained_make(&e, _i);
	ledger_board(&ledger, &e.search.best);
	ck_assert_int_eq(sum_of(&ledger), e.search.cost);
	ck_assert_int_eq(ledger.points[ITEM_ZIP], 0);
	explained_free(&e);
}
END_TEST

START_TEST(reasons_are_of_all_physicians)
{
	struct explained e;
	const struct model *model = &e.town.model;

	explained_make(&e, _i);
	for (size_t n = 0; n < model->slots; n++) {
		struct reasons reasons;
		int32_t sum = 0, rules = 0;

		explain_reasons(&e.explain, (int32_t)n, &reasons);
		for (int i = 0; i < REASON_COUNT; i++)
			sum += reasons.count[i];
		for (int32_t i = 0; i < reasons.rules; i++)
			rules += reasons.rule[i].count;
		ck_assert_int_eq(sum, e.town.in.physicians);
		ck_assert_int_eq(rules, reasons.count[REASON_RULE]);
	}
	board_verify(&e.explain.force.board);
	explained_free(&e);
}
END_TEST

/* A reason other than cost is one: without another change it cannot be. */
START_TEST(a_reason_is_one)
{
	struct explained e;
	const struct model *model = &e.town.model;
	struct desk *desk = &e.explain.force.desk;

	explained_make(&e, _i);
	for (size_t r = 0; r < e.town.in.reaches; r++) {
		const struct reach *reach = &e.town.in.reach[r];

		for (size_t n = 0; n < model->slots; n++) {
			enum reason reason;
			int32_t option, seat;
			bool can;

			if (e.town.in.need[n].site != reach->site)
				continue;
			reason =
			    explain_reason(&e.explain, reach, (int32_t)n, NULL);
			option =
			    force_option(model, reach->physician, (int32_t)n);
			if (option == OPTION_NONE) {
				ck_assert_int_le(reason, REASON_RULE);
				continue;
			}
			seat = model_seat(model, option);
			can = desk->board->choice[seat] == OPTION_NONE &&
			    desk_can(desk, seat, option);
			if (can) {
				desk_put(desk, seat, option);
				can = desk_minority(desk);
				desk_undo(desk, 0);
			}
			ck_assert_int_eq(can, reason == REASON_COST);
		}
	}
	explained_free(&e);
}
END_TEST

static void
force_one(struct explained *e, int32_t option)
{
	struct force *force = &e->explain.force;
	int64_t before = board_cost(&force->board), cost;
	int32_t seat = model_seat(&e->town.model, option);
	struct ledger ledger;

	cost = force_week(force, option);
	if (cost == FORCE_NEVER) {
		ck_assert_int_eq(force->desk.logged, 0);
		ck_assert_int_eq(board_cost(&force->board), before);
		return;
	}
	ck_assert_int_eq(force->board.choice[seat], option);
	ck_assert_int_eq(board_cost(&force->board), before + cost);
	board_total(&force->board);
	board_verify(&force->board);
	ledger_undo(&ledger, &force->desk, 0);
	board_total(&force->board);
	ck_assert_int_eq(sum_of(&ledger), cost);
	ck_assert_int_eq(board_cost(&force->board), before);
}

START_TEST(a_forced_half_day_costs_what_it_says)
{
	struct explained e;
	const struct model *model = &e.town.model;
	const struct board *board = &e.explain.force.board;

	explained_make(&e, _i);
	for (int32_t o = 0; o < (int32_t)model->options; o++) {
		int32_t need = model->option[o].need;

		if (board->fill[need] < model->slot[need].count &&
		    board->choice[model_seat(model, o)] != o)
			force_one(&e, o);
	}
	explained_free(&e);
}
END_TEST

/* Of all who could, the cheapest is found when all are tried. */
START_TEST(the_best_is_the_cheapest)
{
	struct explained e;
	const struct model *model = &e.town.model;
	struct force *force = &e.explain.force;

	explained_make(&e, _i);
	for (size_t n = 0; n < model->slots; n++) {
		struct taker takers[2] = {{OPTION_NONE, 0}, {OPTION_NONE, 0}};
		int64_t best = FORCE_NEVER;
		int32_t count;

		if (force->board.fill[n] >= model->slot[n].count)
			continue;
		count = explain_takers(
		    &e.explain, (int32_t)n, NAMES_NONE, 1000, takers, 2);
		for (int32_t o = 0; o < (int32_t)model->options; o++) {
			int64_t cost;

			if (model->option[o].need != (int32_t)n ||
			    force->board.choice[model_seat(model, o)] == o)
				continue;
			cost = force_week(force, o);
			force_undo(force, 0);
			best = cost < best ? cost : best;
		}
		ck_assert_int_eq(count > 0, best < FORCE_NEVER);
		if (count > 0)
			ck_assert_int_eq(takers[0].cost, best);
		if (count > 1)
			ck_assert_int_le(takers[0].cost, takers[1].cost);
	}
	explained_free(&e);
}
END_TEST

START_TEST(a_runner_up_costs_what_it_says)
{
	struct explained e;
	const struct model *model = &e.town.model;
	struct force *force = &e.explain.force;
	int64_t plan;

	explained_make(&e, _i);
	plan = board_cost(&force->board);
	for (size_t s = 0; s < model->seats; s++) {
		struct taker takers[EXPLAIN_OTHERS];
		int32_t choice = force->board.choice[s], count;
		int64_t loss;

		if (choice == OPTION_NONE || model->seat[s].forced)
			continue;
		loss = desk_put(&force->desk, (int32_t)s, OPTION_NONE);
		count = explain_takers(&e.explain, model->option[choice].need,
		    model->seat[s].physician, 6, takers, EXPLAIN_OTHERS);
		for (int32_t i = 0; i < count; i++) {
			ck_assert_int_ne(
			    model->seat[model_seat(model, takers[i].option)]
				.physician,
			    model->seat[s].physician);
			ck_assert_int_eq(force_week(force, takers[i].option),
			    takers[i].cost);
			ck_assert_int_eq(board_cost(&force->board),
			    plan + loss + takers[i].cost);
			force_undo(force, 1);
		}
		force_undo(force, 0);
	}
	ck_assert_int_eq(board_cost(&force->board), plan);
	explained_free(&e);
}
END_TEST

static char *
explained_text(const struct search *search)
{
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(file);
	ck_assert(explain_write(file, search));
	ck_assert_int_eq(fclose(file), 0);
	return text;
}

static bool
is_good(const struct town *town, const char *text, struct error *error)
{
	struct plan plan;
	struct verdict verdict;
	bool good = plan_read(&plan, &town->in, span_of(text), error) &&
	    check_plan(&town->in, &plan, &verdict, error);

	plan_free(&plan);
	return good;
}

/* A plan, what explains it and one line more, with its end; owned. */
static char *
whole(const char *plan, const char *why, const char *more)
{
	char *text = NULL;
	size_t len = 0, lines = 0;
	FILE *file = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(file);
	fprintf(file, "%s%s%s", plan, why, more);
	ck_assert_int_eq(fflush(file), 0);
	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	fprintf(file, "end lines=%zu\n", lines);
	ck_assert_int_eq(fclose(file), 0);
	return text;
}

START_TEST(the_checker_sums_up)
{
	struct explained e;
	struct error error = {""};
	char *plan, *why, *text;

	explained_make(&e, _i);
	plan = town_plan_text(&e.search);
	why = explained_text(&e.search);
	text = whole(plan, why, "");
	ck_assert_msg(is_good(&e.town, text, &error), "%s", error.text);
	free(text);
	text = whole(plan, why, "term term=S05 key=travel count=1 points=-3\n");
	ck_assert(!is_good(&e.town, text, &error));
	ck_assert_ptr_nonnull(strstr(error.text, "its terms"));
	free(text);
	free(plan);
	free(why);
	explained_free(&e);
}
END_TEST

START_TEST(it_is_told_the_same_again)
{
	struct town_plan plan = some_town(_i);
	char *first = NULL, *text;
	struct search search;
	struct town town;

	town_make(&town, &plan);
	for (unsigned threads = 1; threads <= 3; threads++) {
		town_search(&town, &search, threads, PHASES);
		text = explained_text(&search);
		search_free(&search);
		if (first != NULL)
			ck_assert_str_eq(first, text);
		else
			first = xstrdup(text);
		free(text);
	}
	free(first);
	town_free(&town);
}
END_TEST

START_TEST(everything_has_words)
{
	for (int i = 0; i < REASON_COUNT; i++) {
		const struct reason_info *info = reason_info((enum reason)i);

		ck_assert_int_eq(reason_find(span_of(info->word)), i);
		for (int lang = 0; lang < LANG_COUNT; lang++)
			ck_assert_uint_gt(strlen(info->text[lang]), 5);
		ck_assert_str_ne(info->text[LANG_EN], info->text[LANG_FR]);
	}
	for (int i = 0; i < ITEM_COUNT; i++) {
		const struct item_info *info = item_info((enum item)i);

		ck_assert_int_eq(item_find(span_of(info->key)), i);
		for (int lang = 0; lang < LANG_COUNT; lang++)
			ck_assert_uint_gt(strlen(info->text[lang]), 5);
		ck_assert_str_ne(info->text[LANG_EN], info->text[LANG_FR]);
	}
	for (size_t i = 0; i < filter_count; i++)
		ck_assert_int_ne(
		    reason_find(span_of(filters[i].word)), REASON_COUNT);
	ck_assert_int_eq(reason_find(SPAN("sleepy")), REASON_COUNT);
	ck_assert_int_eq(item_find(SPAN("")), ITEM_COUNT);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("explain");

	tcase_add_loop_test(tcase, the_terms_are_the_cost, 0, TOWNS);
	tcase_add_loop_test(tcase, reasons_are_of_all_physicians, 0, TOWNS);
	tcase_add_loop_test(tcase, a_reason_is_one, 0, TOWNS);
	tcase_add_loop_test(
	    tcase, a_forced_half_day_costs_what_it_says, 0, TOWNS);
	tcase_add_loop_test(tcase, the_best_is_the_cheapest, 0, TOWNS);
	tcase_add_loop_test(tcase, a_runner_up_costs_what_it_says, 0, TOWNS);
	tcase_add_loop_test(tcase, the_checker_sums_up, 0, TOWNS);
	tcase_add_loop_test(tcase, it_is_told_the_same_again, 0, 4);
	tcase_add_test(tcase, everything_has_words);
	return planner_main("planner_explain", tcase);
}
