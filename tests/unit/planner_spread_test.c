/* SPDX-License-Identifier: ISC */
/*
 * planner_spread_test: physicians who shall work at several sites, or areas, on
 * towns so small that all their plans can be gone through.  The cheapest lies
 * between bound and plan, every change costs what it says, and the independent
 * checker finds the same cost.
 */
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "daemon/planner/explain/explain.h"
#include "daemon/planner/model/spread.h"
#include "tests/unit/planner_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOWNS = 24, PHASES = 60, SITES = 4, PHYSICIANS = 2, HALVES = 4 };

static uint32_t
roll(struct rng *rng, uint32_t below)
{
	return rng_below(rng, below);
}

static void
write_sites(FILE *file, struct rng *rng)
{
	static const char *const more[SITES] = {
	    "", " group=x", " area=a", " group=x area=b"};

	for (uint32_t s = 0; s < SITES; s++)
		fprintf(file, "site id=s%u value=%u rooms=2%s\n", s,
		    300 + 50 * roll(rng, 4), more[s]);
	for (uint32_t s = 1; s < SITES; s++)
		fprintf(file, "road a=s0 b=s%u minutes=%u\n", s,
		    10 + roll(rng, 40));
	for (uint32_t h = 0; h < HALVES; h++) {
		for (uint32_t s = 0; s < SITES; s++) {
			if (roll(rng, 3) != 0)
				fprintf(file,
				    "need site=s%u day=2001-01-0%u part=%c "
				    "activity=%s count=1\n",
				    s, 1 + h / 2, "MA"[h % 2],
				    roll(rng, 5) == 0 ? "TLC" : "MT");
		}
	}
}

/* Of what he shall work at several, and which he has had already. */
static void
write_spread(FILE *file, struct rng *rng, uint32_t p, const char *of)
{
	static const char *const used[] = {" used=s0", " used=x", " used=y"};

	fprintf(file, "spread physician=p%u of=%s want=%u weight=%u%s\n", p, of,
	    1 + roll(rng, 3), 40 + 20 * roll(rng, 15),
	    roll(rng, 3) != 0             ? ""
		: strcmp(of, "site") == 0 ? used[roll(rng, 3)]
					  : " used=a");
}

static void
write_physicians(FILE *file, struct rng *rng)
{
	for (uint32_t p = 0; p < PHYSICIANS; p++) {
		fprintf(file,
		    "physician id=p%u skills=MT,TLC week-min=1 week-max=%u "
		    "horizon-min=0 horizon-max=4 day-max=2 fair-share=0\n"
		    "free physician=p%u week=2001-01-01 "
		    "parts=MA,MA,-,-,-,-,-\n",
		    p, 2 + roll(rng, 3), p);
		for (uint32_t s = 0; s < SITES; s++)
			fprintf(file,
			    "reach physician=p%u site=s%u minutes=%u "
			    "preference=0\n",
			    p, s, 5 + roll(rng, 60));
		if (roll(rng, 4) != 0)
			write_spread(file, rng, p, "site");
		if (roll(rng, 2) != 0)
			write_spread(file, rng, p, "area");
	}
}

static void
make_town(struct town *town, int number)
{
	struct rng rng = rng_of((uint64_t)number, 7, 7);
	struct error error = {""};
	size_t len = 0;
	FILE *file = open_memstream(&town->text, &len);

	ck_assert_ptr_nonnull(file);
	fprintf(file,
	    "instance version=1 from=2001-01-01 weeks=1\n"
	    "weights travel=2 preference=40 dislike=150 anchor=80 "
	    "week-short=300 horizon-short=400 unfair=60 presence=700 "
	    "presence-parts=MA levels=1000,700\n"
	    "pair first=M second=A gap=30\n"
	    "activity id=MT factor=1000\n"
	    "activity id=TLC factor=600 remote=yes\n");
	write_sites(file, &rng);
	write_physicians(file, &rng);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_msg(
	    instance_read(&town->in, (struct span){town->text, len}, &error),
	    "town %d: %s", number, error.text);
	model_make(&town->model, &town->in);
}

/* ----- all plans ----- */

struct walk {
	struct board board;
	struct desk desk;
	int64_t best;
	size_t plans;
};

static void
open_walk(struct walk *walk, const struct model *model)
{
	board_make(&walk->board, model);
	desk_make(&walk->desk, &walk->board);
	walk->desk.week[walk->desk.weeks++] = 0;
	desk_open(&walk->desk, 0, 0, 1);
	walk->best = INT64_MAX;
}

/* cost: by what each change says. */
static void /* NOLINTNEXTLINE(misc-no-recursion) */
go_on(struct walk *walk, size_t seat, int64_t cost)
{
	const struct model *model = walk->desk.model;
	struct desk *desk = &walk->desk;

	if (seat == model->seats) {
		ck_assert_int_eq(board_cost(&walk->board), cost);
		walk->plans++;
		if (cost < walk->best)
			walk->best = cost;
		return;
	}
	go_on(walk, seat + 1, cost);
	for (int32_t o = model->seat[seat].first;
	     o < model->seat[seat + 1].first; o++) {
		int32_t more;

		if (!desk_can(desk, (int32_t)seat, o))
			continue;
		more = desk_put(desk, (int32_t)seat, o);
		ck_assert_int_eq(desk_loss(desk, (int32_t)seat), -more);
		go_on(walk, seat + 1, cost + more);
		desk_undo(desk, desk->logged - 1);
	}
}

static void
close_walk(struct walk *walk)
{
	desk_free(&walk->desk);
	board_free(&walk->board);
}

/* ----- what is said of a plan ----- */

static void
check_terms(const struct search *search)
{
	const struct model *model = search->model;
	struct ledger ledger;
	int64_t sum = 0, missing = 0;

	ledger_board(&ledger, &search->best);
	for (int i = 0; i < ITEM_COUNT; i++)
		sum += ledger.points[i];
	ck_assert_int_eq(sum, search->cost);
	for (size_t i = 0; i < model->in->spreads; i++)
		missing += spread_missing(&search->best, i);
	ck_assert_int_eq(ledger.count[ITEM_SITES], missing);
}

static void
check_file(const struct town *town, const struct search *search)
{
	char *text = town_plan_text(search);
	struct plan plan;
	struct verdict verdict;
	struct error error = {""};

	ck_assert_msg(plan_read(&plan, &town->in, span_of(text), &error), "%s",
	    error.text);
	ck_assert_msg(
	    check_plan(&town->in, &plan, &verdict, &error), "%s", error.text);
	ck_assert_int_eq(verdict.cost, search->cost);
	plan_free(&plan);
	free(text);
}

START_TEST(the_cheapest_of_all_lies_between)
{
	struct town town;
	struct search search;
	struct walk walk = {.plans = 0};

	make_town(&town, _i);
	open_walk(&walk, &town.model);
	go_on(&walk, 0, board_cost(&walk.board));
	town_search(&town, &search, 2, PHASES);
	ck_assert_int_le(search.bound, walk.best);
	/* So small a town leaves nothing to be missed. */
	ck_assert_int_eq(search.cost, walk.best);
	check_terms(&search);
	check_file(&town, &search);
	search_free(&search);
	close_walk(&walk);
	town_free(&town);
}
END_TEST

/* Of all towns together: with weights that change what is planned. */
START_TEST(the_towns_have_every_kind)
{
	size_t of[SPREADS] = {0}, used = 0, kept = 0, missed = 0, plain = 0;

	for (int number = 0; number < TOWNS; number++) {
		struct town town;
		struct search search;

		make_town(&town, number);
		town_search(&town, &search, 1, PHASES);
		for (size_t i = 0; i < town.in.spreads; i++) {
			of[town.in.spread[i].of]++;
			used += town.in.spread[i].used != NAMES_NONE;
			kept += spread_missing(&search.best, i) == 0;
			missed += spread_missing(&search.best, i) > 0;
		}
		for (int32_t p = 0; p < town.in.physicians; p++)
			plain += !spread_any(&town.model, p);
		search_free(&search);
		town_free(&town);
	}
	ck_assert_uint_gt(of[SPREAD_SITE], TOWNS / 2);
	ck_assert_uint_gt(of[SPREAD_AREA], TOWNS / 2);
	ck_assert_uint_gt(used, 5);
	ck_assert_uint_gt(kept, 5);
	ck_assert_uint_gt(missed, 5);
	ck_assert_uint_gt(plain, 0);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("spread");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, the_cheapest_of_all_lies_between, 0, TOWNS);
	tcase_add_test(tcase, the_towns_have_every_kind);
	return planner_main("planner_spread", tcase);
}
