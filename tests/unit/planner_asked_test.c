/* SPDX-License-Identifier: ISC */
/*
 * planner_asked_test: of one small plan, known by heart, what a question about
 * it is about: the days asked for, and nothing that has begun.
 *
 * Ann has the mornings from Monday to Wednesday at a; those of Monday and
 * Tuesday at b, which are worth less, Ben could have, or has.
 */
#include "daemon/planner/serve/serve_private.h"
#include "tests/unit/planner_support.h"

#include <stdio.h>
#include <string.h>

enum { MONDAY = 0, TUESDAY = PART_COUNT, WEDNESDAY = 2 * PART_COUNT };

static const char text[] =
    "instance version=1 from=2001-01-01 weeks=1\n"
    "weights travel=1 preference=0 dislike=0 anchor=0 week-short=0 "
    "horizon-short=0 unfair=0 presence=0 presence-parts=MA levels=1000 "
    "drop=150 new=75\n"
    "activity id=MT factor=1000\n"
    "site id=a value=1000 rooms=1\n"
    "site id=b value=1000 rooms=1\n"
    "need site=a day=2001-01-01 part=M activity=MT count=1\n"
    "need site=a day=2001-01-02 part=M activity=MT count=1\n"
    "need site=a day=2001-01-03 part=M activity=MT count=1\n"
    "need site=b day=2001-01-01 part=M activity=MT count=1 value=200\n"
    "need site=b day=2001-01-02 part=M activity=MT count=1 value=200\n"
    "physician id=ann skills=MT week-min=0 week-max=14 horizon-min=0 "
    "horizon-max=99 day-max=3 fair-share=0\n"
    "physician id=ben skills=MT week-min=0 week-max=14 horizon-min=0 "
    "horizon-max=99 day-max=3 fair-share=0\n"
    "reach physician=ann site=a minutes=10 preference=0\n"
    "reach physician=ben site=a minutes=10 preference=0\n"
    "reach physician=ben site=b minutes=10 preference=0\n"
    "free physician=ann week=2001-01-01 parts=M,M,M,-,-,-,-\n"
    "free physician=ben week=2001-01-01 parts=M,M,M,-,-,-,-\n";
static const char existing[] =
    "existing physician=ann site=a day=2001-01-01 part=M activity=MT\n"
    "existing physician=ann site=a day=2001-01-02 part=M activity=MT\n"
    "existing physician=ann site=a day=2001-01-03 part=M activity=MT\n";

static const char of_ben[] =
    "existing physician=ben site=b day=2001-01-01 part=M activity=MT\n"
    "existing physician=ben site=b day=2001-01-02 part=M activity=MT\n";

static struct served *served;
static struct repair_answer last;
static int32_t lines_at[WEDNESDAY + 1]; /* of the answer, by half-day */

static void
open_with(const char *half_days)
{
	char all[4096];
	struct error error = {""};

	(void)snprintf(all, sizeof(all), "%s%s", text, half_days);
	served = served_new(span_of(all), (struct span){NULL, 0}, &error);
	ck_assert_msg(served != NULL, "%s", error.text);
}

static void
on_answer(
    void *arg UNUSED, bool settled UNUSED, const struct repair_answer *answer)
{
	last = *answer;
	memset(lines_at, 0, sizeof(lines_at));
	for (size_t i = 0; i < answer->lines; i++)
		lines_at[served->in.need[answer->line[i].need].half]++;
}

static void
on_ranks(void *arg UNUSED, const struct repair_rank *ranks UNUSED,
    size_t count UNUSED, const struct repair_left *left UNUSED,
    size_t lefts UNUSED)
{
}

/* Ann drops out from the one half-day to the other. */
static struct repair_ask
of_ann(int32_t from, int32_t until)
{
	return (struct repair_ask){.physician = 0,
	    .keep = OPTION_NONE,
	    .from = from,
	    .until = until,
	    .parts = 31,
	    .variant = REPAIR_LOCAL,
	    .budget_us = 10000000,
	    .seed = 1,
	    .misses = 50,
	    .ranks = 5};
}

static void
run(const struct repair_ask *ask)
{
	static const struct repair_hooks hooks = {on_ranks, on_answer, NULL};

	ck_assert_int_eq(
	    repairer_run(served->repairer, ask, &hooks), REPAIR_DONE);
}

/* What she left on other days is another question's. */
START_TEST(holes_of_other_days_stay)
{
	static const struct repair_hole holes[] = {
	    {0, MONDAY, 0}, {0, WEDNESDAY, 2}};
	struct repair_ask ask = of_ann(MONDAY, TUESDAY);

	open_with("");
	ck_assert_int_eq(served->in.need[2].half, WEDNESDAY);
	ask.hole = holes;
	ask.holes = 2;
	ask.variant = REPAIR_MINIMAL;
	run(&ask);
	ck_assert_int_eq(last.vacant, 1);
	ck_assert_int_eq(last.filled, 1);
	ck_assert_int_eq(lines_at[MONDAY], 1);
	ck_assert_int_eq(lines_at[WEDNESDAY], 0);
	ask.until = WEDNESDAY + 1;
	run(&ask);
	ck_assert_int_eq(last.vacant, 2);
	served_free(served);
}
END_TEST

static bool
is_monday(const void *arg UNUSED, int32_t need)
{
	return served->in.need[need].half < TUESDAY;
}

/* Nobody is sent where it has begun, however open it is. */
START_TEST(what_has_begun_is_over)
{
	struct repair_ask ask = of_ann(TUESDAY, WEDNESDAY);

	open_with(existing);
	run(&ask);
	ck_assert_int_eq(last.filled, 1);
	ck_assert_int_eq(lines_at[TUESDAY], 2);
	ck_assert_int_eq(lines_at[MONDAY], 1);
	ask.has_begun = is_monday;
	ask.began = TUESDAY;
	run(&ask);
	ck_assert_int_eq(last.filled, 1);
	ck_assert_int_eq(lines_at[TUESDAY], 2);
	ck_assert_int_eq(lines_at[MONDAY], 0);
	served_free(served);
}
END_TEST

/* He would come where more is lost, but on frozen days. */
START_TEST(frozen_days_end_with_the_day_before)
{
	struct repair_ask ask = of_ann(MONDAY, WEDNESDAY);
	char half_days[1024];

	(void)snprintf(half_days, sizeof(half_days), "%s%s", existing, of_ben);
	open_with(half_days);
	run(&ask);
	ck_assert_int_eq(last.vacant, 2);
	ck_assert_int_eq(last.filled, 2);
	ck_assert_int_eq(last.half_days, 2);
	ask.frozen = TUESDAY;
	run(&ask);
	ck_assert_int_eq(last.filled, 1);
	ck_assert_int_eq(last.half_days, 1);
	ck_assert_int_eq(lines_at[MONDAY], 1);
	ck_assert_int_eq(lines_at[TUESDAY], 3);
	ask.frozen = WEDNESDAY;
	run(&ask);
	ck_assert_int_eq(last.filled, 0);
	ck_assert_int_eq(last.half_days, 0);
	served_free(served);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("asked");

	tcase_add_test(tcase, holes_of_other_days_stay);
	tcase_add_test(tcase, what_has_begun_is_over);
	tcase_add_test(tcase, frozen_days_end_with_the_day_before);
	return planner_main("asked", tcase);
}
