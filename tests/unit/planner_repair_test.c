/* SPDX-License-Identifier: ISC */
/*
 * planner_repair_test: plans of random small towns, published, and mended after
 * somebody drops out, a site closes or a half-day is locked, before or after
 * that was said; what every answer has to be, repair_support.c judges.  And
 * lines of an instance that is none of facts.
 */
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "tests/unit/repair_support.h"

#include <stdlib.h>
#include <string.h>

enum { TOWNS = 40, ALL_PARTS = (1 << PART_COUNT) - 1 };

START_TEST(somebody_drops_out)
{
	struct office office;
	int asked = 0;

	office_open(&office, _i);
	ck_assert_uint_eq(repairer_misfits(office.served->repairer), 0);
	for (int32_t p = 0; p < office.served->in.physicians; p++) {
		office_question(&office, _i + p);
		office.ask.physician = p;
		asked += office_ask_twice(&office);
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
		office_question(&office, _i + s);
		office_name_site(&office, s);
		(void)office_ask_twice(&office);
		/* For one of its physicians only. */
		office.ask.physician = _i % office.served->in.physicians;
		(void)office_ask_twice(&office);
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
		office_question(&office, _i);
		office.ask.keep = (int32_t)o;
		office.ask.physician =
		    model->seat[model_seat(model, (int32_t)o)].physician;
		kept += office_ask_twice(&office);
		/* There it is already, or why it cannot be. */
		if (office.answers == 0)
			ck_assert_ptr_nonnull(
			    repairer_why(office.served->repairer));
	}
	ck_assert(kept > 0 || office.plan.assigns < 8);
	office_close(&office);
}
END_TEST

START_TEST(as_if_nothing_were_published)
{
	struct office office;

	office_open(&office, _i);
	office_question(&office, _i);
	office.ask.variant = REPAIR_FREE;
	office.ask.budget_us = 20000;
	office.ask.physician = _i % office.served->in.physicians;
	(void)office_ask_twice(&office);
	/* Nobody asked about other weeks. */
	for (size_t i = 0; i < office.last.lines; i++)
		ck_assert_int_eq(
		    half_week(office.served->in.need[office.line[i].need].half),
		    half_week(office.ask.from));
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
	repairer_close(repairer, 0, 0, office.served->in.halves, ALL_PARTS);
	ck_assert_int_eq(repairer_cost(repairer), cost);
	ck_assert_int_le(repairer_bound(repairer), cost);
	office_close(&office);
}
END_TEST

/* What is left behind by who is away is mended as if he had not gone yet. */
struct left {
	struct repair_hole hole[HALVES_PER_WEEK];
	size_t count;
};

static struct left
leave(struct office *office, int32_t physician)
{
	const struct instance *in = &office->served->in;
	const struct repair_ask *ask = &office->ask;
	struct left left = {.count = 0};

	for (size_t i = 0; i < office->plan.assigns; i++) {
		const struct assign *assign = &office->plan.assign[i];
		int32_t half = in->need[assign->need].half;

		if (assign->physician != physician || half < ask->from ||
		    half >= ask->until)
			continue;
		ck_assert(repairer_set(
		    office->served->repairer, physician, assign->need, false));
		left.hole[left.count++] =
		    (struct repair_hole){physician, half, assign->need};
	}
	repairer_close(office->served->repairer, physician, ask->from,
	    ask->until, ALL_PARTS);
	return left;
}

/* The plan without what was left, for the judge. */
static void
forget(struct office *office, const struct left *left)
{
	const struct instance *in = &office->served->in;

	for (size_t h = 0; h < left->count; h++) {
		office->gone += instance_stability(
		    in, left->hole[h].physician, &in->need[left->hole[h].need])
				    .drop;
		for (size_t i = 0; i < office->plan.assigns; i++)
			if (office->plan.assign[i].physician ==
				left->hole[h].physician &&
			    office->plan.assign[i].need == left->hole[h].need)
				office->plan.assign[i--] =
				    office->plan.assign[--office->plan.assigns];
	}
}

START_TEST(before_and_after_are_alike)
{
	struct office office;
	int32_t p;
	struct left left;
	struct repair_answer before;
	int64_t drops;

	office_open(&office, _i);
	p = _i % office.served->in.physicians;
	office_question(&office, _i);
	office.ask.physician = p;
	office.ask.variant = REPAIR_MINIMAL;
	if (!office_has_lock(&office, p, NAMES_NONE) &&
	    office_ask(&office) == REPAIR_DONE) {
		before = office.last;
		left = leave(&office, p);
		forget(&office, &left);
		drops = office.gone;
		ck_assert_int_eq(before.vacant, (int)left.count);
		office.ask.hole = left.hole;
		office.ask.holes = left.count;
		/* Costs of dropping are no more of the plan. */
		ck_assert_int_eq(office_ask(&office), REPAIR_DONE);
		ck_assert_int_eq(office.last.vacant, before.vacant);
		ck_assert_int_eq(office.last.filled, before.filled);
		ck_assert_int_eq(office.last.cost, before.cost - drops);
		ck_assert_uint_eq(office.last.lines + left.count, before.lines);
		office.ask.variant = REPAIR_LOCAL;
		ck_assert(office_ask_twice(&office));
	}
	office_close(&office);
}
END_TEST

/* Two mornings at once, of which the plan has the lesser one by who drops out,
 * and nobody for the better one: who is free is for what fell vacant. */
#define MORNINGS(site)                                                         \
	"instance version=1 from=2001-01-01 weeks=1\n"                         \
	"weights travel=1 preference=0 dislike=0 anchor=0 week-short=0 "       \
	"horizon-short=0 unfair=0 presence=0 presence-parts=MA levels=1000 "   \
	"drop=150 new=75\n"                                                    \
	"activity id=MT factor=1000\n"                                         \
	"site id=less value=1000 rooms=1\n"                                    \
	"site id=more value=2000 rooms=1\n"                                    \
	"need site=less day=2001-01-01 part=M activity=MT count=1\n"           \
	"need site=more day=2001-01-01 part=M activity=MT count=1\n"           \
	"physician id=away skills=MT week-min=0 week-max=5 horizon-min=0 "     \
	"horizon-max=5 day-max=2 fair-share=0\n"                               \
	"reach physician=away site=" site " minutes=10 preference=0\n"         \
	"free physician=away week=2001-01-01 parts=M,M,M,M,M,-,-\n"            \
	"physician id=free skills=MT week-min=0 week-max=5 horizon-min=0 "     \
	"horizon-max=5 day-max=2 fair-share=0\n"                               \
	"reach physician=free site=less minutes=10 preference=0\n"             \
	"reach physician=free site=more minutes=10 preference=0\n"             \
	"free physician=free week=2001-01-01 parts=M,M,M,M,M,-,-\n"

static const char two_mornings[] =
    MORNINGS("less") "existing physician=away site=less day=2001-01-01 part=M "
		     "activity=MT\n";

/* Who has less is worth more where the other was. */
static const char moved_up[] =
    MORNINGS("more") "existing physician=away site=more day=2001-01-01 part=M "
		     "activity=MT\n"
		     "existing physician=free site=less day=2001-01-01 part=M "
		     "activity=MT\n";

static void
on_mornings(void *arg, bool settled, const struct repair_answer *answer)
{
	int *answers = arg;

	ck_assert_int_eq(settled, *answers);
	++*answers;
	ck_assert_int_eq(answer->vacant, 1);
	ck_assert_int_eq(answer->filled, 1);
}

START_TEST(a_replacement_is_not_sent_elsewhere)
{
	struct error error = {""};
	struct served *served =
	    served_new(span_of(two_mornings), (struct span){NULL, 0}, &error);
	int answers = 0;
	const struct repair_hooks hooks = {NULL, on_mornings, &answers};
	const struct repair_ask ask = {.physician = 0,
	    .keep = OPTION_NONE,
	    .until = HALVES_PER_WEEK,
	    .parts = ALL_PARTS,
	    .variant = REPAIR_LOCAL,
	    .budget_us = 10000000,
	    .seed = (uint64_t)_i,
	    .misses = 200};

	ck_assert_msg(served != NULL, "%s", error.text);
	ck_assert_int_eq(
	    repairer_run(served->repairer, &ask, &hooks), REPAIR_DONE);
	ck_assert_int_eq(answers, 2);
	served_free(served);
}
END_TEST

static void
on_moved(void *arg, bool settled, const struct repair_answer *answer)
{
	int32_t *opened = arg;

	ck_assert_int_eq(answer->vacant, 1);
	if (!settled)
		return;
	ck_assert_int_eq(answer->filled, 1);
	*opened = answer->opened;
}

/* One is filled by leaving another: that is said. */
START_TEST(what_falls_open_instead_is_counted)
{
	struct error error = {""};
	struct served *served =
	    served_new(span_of(moved_up), (struct span){NULL, 0}, &error);
	int32_t opened = 0;
	const struct repair_hooks hooks = {NULL, on_moved, &opened};
	const struct repair_ask ask = {.physician = 0,
	    .keep = OPTION_NONE,
	    .until = HALVES_PER_WEEK,
	    .parts = ALL_PARTS,
	    .variant = REPAIR_LOCAL,
	    .budget_us = 10000000,
	    .seed = 1,
	    .misses = 200};

	ck_assert_msg(served != NULL, "%s", error.text);
	ck_assert_int_eq(
	    repairer_run(served->repairer, &ask, &hooks), REPAIR_DONE);
	ck_assert_int_eq(opened, 1);
	served_free(served);
}
END_TEST

/* Whether he could be somewhere else then. */
static bool
could_go(
    const struct office *office, const struct repair_hole *hole, int32_t site)
{
	const struct model *model = &office->served->model;

	for (size_t o = 0; o < model->options; o++) {
		const struct seat *seat =
		    &model->seat[model_seat(model, (int32_t)o)];

		if (seat->physician == hole->physician &&
		    seat->half == hole->half &&
		    model->slot[model->option[o].need].site != site)
			return true;
	}
	return false;
}

/* Who has nothing to do any more is offered what is open; nothing is written
 * of where he was. */
START_TEST(a_site_is_closed_already)
{
	struct office office;
	struct repair_hole hole[OFFICE_LINES_MAX];

	office_open(&office, _i);
	office_question(&office, 1);
	office_name_site(&office, 0);
	office.ask.hole = hole;
	for (size_t i = 0; i < office.plan.assigns &&
	     !office_has_lock(&office, NAMES_NONE, 0);
	     i++) {
		const struct assign *assign = &office.plan.assign[i];
		const struct need *need = &office.served->in.need[assign->need];
		const struct left left = {
		    {{assign->physician, need->half, assign->need}}, 1};

		if (need->site != 0 || need->half < office.ask.from ||
		    need->half >= office.ask.until)
			continue;
		ck_assert(repairer_set(office.served->repairer,
		    assign->physician, assign->need, false));
		hole[office.ask.holes++] = left.hole[0];
		forget(&office, &left);
		i--;
	}
	repairer_close_site(office.served->repairer, 0, office.ask.from,
	    office.ask.until, ALL_PARTS);
	if (office.ask.holes > 0 && !office_ask_twice(&office))
		for (size_t i = 0; i < office.ask.holes; i++)
			ck_assert(!could_go(&office, &hole[i], 0));
	ck_assert_int_eq(office.last.vacant, 0);
	ck_assert_int_eq(office.last.released, 0);
	office_close(&office);
}
END_TEST

static bool
every_other(const void *arg, int32_t need)
{
	(void)arg;
	return need % 2 == 0;
}

/* What has begun is in no line, whoever drops out or is locked. */
START_TEST(nothing_begun_is_touched)
{
	struct office office;
	const struct instance *in;

	office_open(&office, _i);
	in = &office.served->in;
	for (int32_t p = 0; p < in->physicians; p++) {
		office_question(&office, _i + p);
		office.ask.has_begun = every_other;
		office.ask.began = office.ask.from + 4 * PART_COUNT;
		office.ask.physician = p;
		(void)office_ask_twice(&office);
	}
	office_close(&office);
}
END_TEST

/* With all of the week frozen nobody leaves anything, not even for a chain. */
START_TEST(nothing_frozen_is_touched)
{
	struct office office;
	int asked = 0;

	office_open(&office, _i);
	for (int32_t p = 0; p < office.served->in.physicians; p++) {
		office_question(&office, _i + p);
		office.ask.variant = REPAIR_LOCAL;
		office.ask.misses = 200;
		office.ask.frozen = office.ask.until;
		office.ask.physician = p;
		asked += office_ask_twice(&office);
	}
	ck_assert(asked > 0 || office.plan.assigns < 8);
	office_close(&office);
}
END_TEST

/* ----- lines of who stays ----- */

/* Lines of an instance that is none of facts; nothing ends it. */
int
main(void)
{
	TCase *tcase = tcase_create("repair");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, somebody_drops_out, 1, TOWNS);
	tcase_add_loop_test(tcase, a_site_closes, 1, TOWNS);
	tcase_add_loop_test(tcase, a_half_day_is_locked, 1, TOWNS / 2);
	tcase_add_loop_test(tcase, before_and_after_are_alike, 1, TOWNS);
	tcase_add_loop_test(tcase, a_site_is_closed_already, 1, TOWNS);
	tcase_add_loop_test(tcase, nothing_begun_is_touched, 1, TOWNS / 2);
	tcase_add_loop_test(tcase, nothing_frozen_is_touched, 1, TOWNS / 2);
	tcase_add_loop_test(tcase, as_if_nothing_were_published, 1, TOWNS / 2);
	tcase_add_loop_test(tcase, prices_get_better, 1, TOWNS / 4);
	tcase_add_loop_test(tcase, others_change_the_plan, 1, TOWNS / 2);
	tcase_add_loop_test(tcase, a_replacement_is_not_sent_elsewhere, 1, 6);
	tcase_add_test(tcase, what_falls_open_instead_is_counted);
	return planner_main("planner_repair", tcase);
}
