/* SPDX-License-Identifier: ISC */
/*
 * planner_told_test: of one small plan, known by heart, what is told of it: the
 * worth of what stays open, who would give up what for it, what is owed.
 */
#include "tests/unit/planner_support.h"

#include "daemon/base/mem.h"
#include "daemon/planner/explain/explain.h"
#include "daemon/planner/explain/figure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ann has one morning, and takes it where it is worth most; she owes five, and
 * two of a turn, which is no minimum of hers. */
static const char text[] =
    "instance version=1 from=2001-01-01 weeks=1\n"
    "weights travel=1 preference=0 dislike=0 anchor=0 week-short=50 "
    "horizon-short=0 unfair=0 presence=0 presence-parts=MA "
    "levels=1000,500,300\n"
    "activity id=MT factor=1000\n"
    "site id=a value=1000 rooms=3\n"
    "site id=b value=400 rooms=3\n"
    "need site=a day=2001-01-01 part=M activity=MT count=3\n"
    "need site=b day=2001-01-01 part=M activity=MT count=1 turn=1\n"
    "physician id=ann skills=MT week-min=5 week-max=14 horizon-min=0 "
    "horizon-max=99 day-max=3 fair-share=0\n"
    "reach physician=ann site=a minutes=10 preference=0\n"
    "reach physician=ann site=b minutes=10 preference=0\n"
    "free physician=ann week=2001-01-01 parts=M,-,-,-,-,-,-\n"
    "cap id=turn physician=ann from=2001-01-01 to=2001-01-07 max=9 min=2 "
    "weight=10 turn=1\n";

static struct town town;
static struct search search;
static char *told; /* owned */

static void
set_up(void)
{
	struct error error = {""};
	struct explain explain;
	size_t len = 0;
	FILE *file = open_memstream(&told, &len);

	ck_assert_ptr_nonnull(file);
	town.text = xstrdup(text);
	ck_assert_msg(instance_read(&town.in, span_of(town.text), &error), "%s",
	    error.text);
	model_make(&town.model, &town.in);
	town_search(&town, &search, 1, 5);
	explain_make(&explain, &search);
	explain_open(file, &explain);
	explain_free(&explain);
	ck_assert(figure_write(file, &search.best));
	ck_assert_int_eq(fclose(file), 0);
}

static void
tear_down(void)
{
	free(told);
	search_free(&search);
	town_free(&town);
}

static void
tells(const char *line)
{
	ck_assert_msg(
	    strstr(told, line) != NULL, "no \"%s\" in\n%s", line, told);
}

/* The second and the third of them: what each would have been worth. */
START_TEST(what_stays_open_is_worth_all_of_it)
{
	tells("open site=a day=2001-01-01 part=M activity=MT count=2 "
	      "points=800 ");
	tells("open site=b day=2001-01-01 part=M activity=MT count=1 "
	      "points=400 ");
}
END_TEST

/* She would come from there: that half-day goes. */
START_TEST(whoever_comes_leaves_another_half_day)
{
	tells(" best=ann cost=");
	tells(" drops=1 ");
	ck_assert_ptr_null(strstr(told, " drops=0"));
}
END_TEST

START_TEST(what_is_owed_is_owed_until_sunday)
{
	tells("figure kind=pace minima=1 kept=0 missing=4\n");
	tells("figure kind=owed physician=ann from=2001-01-01 to=2001-01-07 "
	      "missing=4\n");
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("told");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, what_stays_open_is_worth_all_of_it);
	tcase_add_test(tcase, whoever_comes_leaves_another_half_day);
	tcase_add_test(tcase, what_is_owed_is_owed_until_sunday);
	return planner_main("told", tcase);
}
