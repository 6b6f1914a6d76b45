/* SPDX-License-Identifier: ISC */
/*
 * planner_repair_test: plans of random small towns, published, and mended after
 * somebody drops out, a site closes or a half-day is locked.  The plan mended
 * keeps every rule and costs what is said, by the independent checker; the
 * bound lies below; what may not move does not; and after each question all is
 * as before.
 */
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "daemon/planner/serve_private.h"
#include "tests/unit/planner_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PHASES = 20,
	TOWNS = 40,
	ALL_PARTS = (1 << PART_COUNT) - 1,
	LINES_MAX = 4096
};

static struct town_plan
some_town(int number)
{
	return (struct town_plan){(uint64_t)number, 3 + (uint32_t)number % 6,
	    2 + (uint32_t)number % 3, 1 + (uint32_t)number % 4,
	    3 + (uint32_t)number % 3, number % 2 != 0, number % 3 != 0};
}

/* A published plan, and the last answer. */
struct office {
	struct town town;
	struct served *served;
	struct plan plan; /* as published */
	struct repair_ask ask;
	struct repair_line line[LINES_MAX];
	struct repair_answer last;
	int answers;
	size_t ranks;
};

static void
office_open(struct office *office, int number)
{
	struct town_plan plan = some_town(number);
	struct error error = {""};
	struct search search;
	char *text;

	memset(office, 0, sizeof(*office));
	town_make(&office->town, &plan);
	town_search(&office->town, &search, 1, PHASES);
	text = town_plan_text(&search);
	search_free(&search);
	office->served =
	    served_new(span_of(office->town.text), span_of(text), &error);
	ck_assert_msg(office->served != NULL, "%s", error.text);
	ck_assert_msg(plan_read(&office->plan, &office->served->in,
			  span_of(text), &error),
	    "%s", error.text);
	free(text);
}

static void
office_close(struct office *office)
{
	plan_free(&office->plan);
	served_free(office->served);
	town_free(&office->town);
}

static void
take_line(struct plan *plan, size_t *room, const struct repair_line *line)
{
	size_t i = 0;

	if (!line->drop) {
		plan->assign = xgrow(plan->assign, room, plan->assigns + 1,
		    sizeof(plan->assign[0]));
		plan->assign[plan->assigns++] =
		    (struct assign){line->physician, line->need};
		return;
	}
	while (i < plan->assigns &&
	    (plan->assign[i].physician != line->physician ||
		plan->assign[i].need != line->need))
		i++;
	ck_assert_uint_lt(i, plan->assigns);
	plan->assign[i] = plan->assign[--plan->assigns];
}

/* Who drops out keeps no lock. */
static bool *
conflicts(const struct office *office, const struct repair_answer *answer)
{
	const struct instance *in = &office->served->in;
	bool *conflict = xcalloc(in->marks + 1, sizeof(conflict[0]));

	for (size_t m = 0; m < in->marks; m++) {
		conflict[m] = office->plan.conflict[m];
		for (size_t i = 0; i < answer->lines; i++)
			if (answer->line[i].drop &&
			    in->mark[m].kind == MARK_KEEP &&
			    answer->line[i].physician ==
				in->mark[m].physician &&
			    answer->line[i].need == in->mark[m].need)
				conflict[m] = true;
	}
	return conflict;
}

/* What it says is the cost of the plan that it makes, and the plan is good. */
static void
judge(struct office *office, const struct repair_answer *answer)
{
	struct plan mended = office->plan;
	struct error error = {""};
	size_t room = 0;
	int64_t cost = 0;

	mended.assign = NULL;
	mended.assigns = 0;
	mended.conflict = conflicts(office, answer);
	for (size_t i = 0; i < office->plan.assigns; i++)
		take_line(&mended, &room,
		    &(struct repair_line){office->plan.assign[i].physician,
			office->plan.assign[i].need, false});
	for (size_t i = 0; i < answer->lines; i++)
		if (answer->line[i].drop)
			take_line(&mended, &room, &answer->line[i]);
	for (size_t i = 0; i < answer->lines; i++)
		if (!answer->line[i].drop)
			take_line(&mended, &room, &answer->line[i]);
	if (!check_cost(&office->served->in, &mended, &cost, &error)) {
		/* Who leaves may leave too little other care behind. */
		ck_assert_msg(
		    strstr(error.text, "minority") != NULL, "%s", error.text);
		cost = answer->cost;
	}
	if (office->ask.variant != REPAIR_FREE)
		ck_assert_int_eq(cost, answer->cost);
	free(mended.assign);
	free(mended.conflict);
}

static bool
is_hit(const struct office *office, const struct repair_line *line)
{
	const struct repair_ask *ask = &office->ask;
	const struct need *need = &office->served->in.need[line->need];

	return (ask->physician == NAMES_NONE ||
		   ask->physician == line->physician) &&
	    (ask->site == NAMES_NONE || ask->site == need->site) &&
	    need->half >= ask->from && need->half < ask->until;
}

static void
judge_line(const struct office *office, const struct repair_line *line)
{
	const struct need *need = &office->served->in.need[line->need];

	if (!line->drop) {
		ck_assert(!is_hit(office, line));
		return;
	}
	if (is_hit(office, line))
		return;
	ck_assert_int_ge(need->half, office->ask.frozen);
	ck_assert_int_ne(office->ask.variant, REPAIR_MINIMAL);
}

static void
on_answer(void *arg, bool settled, const struct repair_answer *answer)
{
	struct office *office = arg;

	ck_assert_int_eq(settled, office->answers == 1);
	office->answers++;
	ck_assert_int_le(answer->bound, answer->cost);
	ck_assert_int_le(answer->filled, answer->vacant);
	ck_assert_int_le(answer->physicians, answer->half_days);
	if (office->ask.keep == OPTION_NONE)
		for (size_t i = 0; i < answer->lines; i++)
			judge_line(office, &answer->line[i]);
	if (office->ask.variant == REPAIR_MINIMAL &&
	    office->ask.keep == OPTION_NONE)
		ck_assert_int_eq(answer->filled, answer->half_days);
	if (settled && office->ask.variant != REPAIR_FREE)
		ck_assert_int_le(answer->cost, office->last.cost);
	judge(office, answer);
	ck_assert_uint_le(answer->lines, LINES_MAX);
	if (answer->lines > 0)
		memcpy(office->line, answer->line,
		    answer->lines * sizeof(office->line[0]));
	office->last = *answer;
}

/* Terms add up; the order is by cost. */
static void
on_ranks(void *arg, const struct repair_rank *rank, size_t count,
    const struct repair_left *left, size_t lefts)
{
	struct office *office = arg;

	for (size_t i = 0; i < count; i++) {
		ck_assert_int_eq(rank[i].cost,
		    rank[i].worth + rank[i].travel + rank[i].wish +
			rank[i].anchor + rank[i].stable + rank[i].fair);
		if (i > 0 && rank[i].need == rank[i - 1].need)
			ck_assert_int_ge(rank[i].cost, rank[i - 1].cost);
	}
	for (size_t i = 0; i < lefts; i++) {
		ck_assert_ptr_nonnull(left[i].why);
		for (size_t r = 0; r < count; r++)
			ck_assert(left[i].need != rank[r].need ||
			    left[i].physician != rank[r].physician);
	}
	office->ranks += count;
}

static bool
ask(struct office *office)
{
	const struct repair_hooks hooks = {on_ranks, on_answer, office};

	office->answers = 0;
	return repairer_run(office->served->repairer, &office->ask, &hooks);
}

/* The same question twice has one answer, and nothing is left of it. */
static bool
ask_twice(struct office *office)
{
	struct repairer *repairer = office->served->repairer;
	int64_t cost = repairer_cost(repairer);
	int64_t bound = repairer_bound(repairer);
	struct repair_line line[LINES_MAX];
	struct repair_answer first;

	if (!ask(office))
		return false;
	ck_assert_int_eq(office->answers, 2);
	ck_assert_int_eq(repairer_cost(repairer), cost);
	ck_assert_int_eq(repairer_bound(repairer), bound);
	if (office->ask.variant == REPAIR_FREE)
		return true; /* as far as the time went */
	first = office->last;
	memcpy(line, office->line, first.lines * sizeof(line[0]));
	ck_assert(ask(office));
	ck_assert_int_eq(office->last.cost, first.cost);
	ck_assert_int_eq(office->last.bound, first.bound);
	ck_assert_uint_eq(office->last.lines, first.lines);
	for (size_t i = 0; i < first.lines; i++) {
		ck_assert_int_eq(line[i].physician, office->line[i].physician);
		ck_assert_int_eq(line[i].need, office->line[i].need);
	}
	return true;
}

static struct repair_ask
question(const struct office *office, int number)
{
	const struct instance *in = &office->served->in;
	int32_t from = number % in->weeks * HALVES_PER_WEEK;

	return (struct repair_ask){.physician = NAMES_NONE,
	    .site = NAMES_NONE,
	    .keep = OPTION_NONE,
	    .from = from,
	    .until = from + HALVES_PER_WEEK > in->halves
		? in->halves
		: from + HALVES_PER_WEEK,
	    .parts = ALL_PARTS,
	    .frozen = number % 3 == 0 ? from + 3 * PART_COUNT : 0,
	    .variant = number % 4 == 0 ? REPAIR_MINIMAL : REPAIR_LOCAL,
	    .budget_us = 10000000,
	    .seed = 1,
	    .misses = 50,
	    .ranks = 3};
}

START_TEST(somebody_drops_out)
{
	struct office office;
	int asked = 0;

	office_open(&office, _i);
	ck_assert_uint_eq(repairer_misfits(office.served->repairer), 0);
	for (int32_t p = 0; p < office.served->in.physicians; p++) {
		office.ask = question(&office, _i + p);
		office.ask.physician = p;
		asked += ask_twice(&office);
	}
	ck_assert(asked > 0 || office.plan.assigns < 8);
	office_close(&office);
}
END_TEST

START_TEST(a_site_closes)
{
	struct office office;

	office_open(&office, _i);
	for (int32_t s = 0; s < office.served->in.sites; s++) {
		office.ask = question(&office, _i + s);
		office.ask.site = s;
		ask_twice(&office);
		/* For one of its physicians only. */
		office.ask.physician = _i % office.served->in.physicians;
		ask_twice(&office);
	}
	office_close(&office);
}
END_TEST

START_TEST(a_half_day_is_locked)
{
	struct office office;
	const struct model *model;
	int kept = 0;

	office_open(&office, _i);
	model = &office.served->model;
	for (size_t o = 0; o < model->options && kept < 20; o += 7) {
		office.ask = question(&office, _i);
		office.ask.frozen = 0;
		office.ask.keep = (int32_t)o;
		office.ask.physician =
		    model->seat[model_seat(model, (int32_t)o)].physician;
		kept += ask_twice(&office);
	}
	office_close(&office);
}
END_TEST

START_TEST(as_if_nothing_were_published)
{
	struct office office;

	office_open(&office, _i);
	office.ask = question(&office, _i);
	office.ask.variant = REPAIR_FREE;
	office.ask.budget_us = 20000;
	office.ask.physician = _i % office.served->in.physicians;
	ask_twice(&office);
	office_close(&office);
}
END_TEST

/* Prices only move the bound, and never above what a plan costs. */
START_TEST(prices_get_better)
{
	struct office office;
	struct repairer *repairer;
	int64_t bound;

	office_open(&office, _i);
	repairer = office.served->repairer;
	bound = repairer_bound(repairer);
	for (int i = 0; i < 30; i++)
		(void)repairer_improve(repairer, 1);
	ck_assert_int_ge(repairer_bound(repairer), bound);
	ck_assert_int_le(repairer_bound(repairer), repairer_cost(repairer));
	office_close(&office);
}
END_TEST

/* What others change is what is published then. */
START_TEST(others_change_the_plan)
{
	struct office office;
	struct repairer *repairer;
	int64_t cost;

	office_open(&office, _i);
	repairer = office.served->repairer;
	cost = repairer_cost(repairer);
	for (size_t i = 0; i < office.plan.assigns; i++) {
		const struct assign *assign = &office.plan.assign[i];
		int32_t option =
		    repairer_option(repairer, assign->physician, assign->need);
		const struct model *model = &office.served->model;

		if (model->seat[model_seat(model, option)].forced)
			continue;
		ck_assert(repairer_set(
		    repairer, assign->physician, assign->need, false));
		ck_assert(repairer_set(
		    repairer, assign->physician, assign->need, true));
		ck_assert_int_eq(repairer_cost(repairer), cost);
	}
	repairer_close(repairer, 0, 0, office.served->in.halves);
	ck_assert_int_eq(repairer_cost(repairer), cost);
	ck_assert_int_le(repairer_bound(repairer), cost);
	office_close(&office);
}
END_TEST

/* Lines as they come; nothing ends it. */
START_TEST(lines_are_heard)
{
	static const struct {
		const char *line;
		enum heard heard;
	} lines[] = {
	    {"", HEARD_NOTHING},
	    {"# nothing", HEARD_NOTHING},
	    {"repair", HEARD_BAD},
	    {"repair id=1", HEARD_BAD},
	    {"repair id=1 from=2001-01-01 to=2001-01-07", HEARD_BAD},
	    {"repair id=1 physician=nobody from=2001-01-01 to=2001-01-07",
		HEARD_BAD},
	    {"repair id=1 site=nowhere from=2001-01-01 to=2001-01-07",
		HEARD_BAD},
	    {"repair id=1 physician=nobody from=x to=2001-01-07", HEARD_BAD},
	    {"keep id=1 physician=a site=b day=2001-01-01 part=M activity=MT",
		HEARD_BAD},
	    {"assign physician=a site=b day=2001-01-01 part=M activity=MT",
		HEARD_BAD},
	    {"drop physician=a", HEARD_BAD},
	    {"absence id=1", HEARD_BAD},
	    {"\x01\xff", HEARD_BAD},
	    {"repair id=\"1", HEARD_BAD},
	};
	struct office office;

	office_open(&office, 7);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct error error = {""};

		ck_assert_msg(serve_hear(office.served, span_of(lines[i].line),
				  true, &error) == lines[i].heard,
		    "%s", lines[i].line);
		ck_assert_int_eq(
		    error.text[0] != '\0', lines[i].heard == HEARD_BAD);
	}
	office_close(&office);
}
END_TEST

START_TEST(newer_lines_replace)
{
	struct store store;
	size_t len;
	char *text;

	store_init(&store);
	store_put_all(&store,
	    SPAN("instance version=1\nsite id=1 rev=1\n"
		 "site id=2 rev=1\ncut day=2001-01-01\n"));
	store_put(&store, SPAN("site id=1 rev=2 x=y"));
	store_put(&store, SPAN("site id=3 rev=1"));
	store_put(&store, SPAN("physician id=1 rev=1"));
	text = store_text(&store, &len);
	ck_assert_uint_eq(len, store.bytes);
	text[len - 1] = '\0';
	ck_assert_str_eq(text,
	    "instance version=1\nsite id=1 rev=2 x=y\nsite id=2 rev=1\n"
	    "cut day=2001-01-01\nsite id=3 rev=1\nphysician id=1 rev=1");
	free(text);
	store_fini(&store);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("repair");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, somebody_drops_out, 1, TOWNS);
	tcase_add_loop_test(tcase, a_site_closes, 1, TOWNS);
	tcase_add_loop_test(tcase, a_half_day_is_locked, 1, TOWNS / 2);
	tcase_add_loop_test(tcase, as_if_nothing_were_published, 1, TOWNS / 2);
	tcase_add_loop_test(tcase, prices_get_better, 1, TOWNS / 4);
	tcase_add_loop_test(tcase, others_change_the_plan, 1, TOWNS / 2);
	tcase_add_test(tcase, lines_are_heard);
	tcase_add_test(tcase, newer_lines_replace);
	return planner_main("planner_repair", tcase);
}
