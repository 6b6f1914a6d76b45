/* SPDX-License-Identifier: ISC */
/*
 * planner_serve_test: the planner that stays, line by line: the program itself
 * with the facts of a small town, before and after an absence, a closure and a
 * lock; what it hears of changes.
 */
#include "daemon/base/mem.h"
#include "tests/support/suite.h"
#include "tests/unit/serve_kit.h"

#include <stdlib.h>
#include <string.h>

START_TEST(before_an_absence_all_of_it_is_in_the_lines)
{
	const char *answer = ask("repair id=1 physician=" ANN WEEK);

	ck_assert_int_eq(settled(answer, "vacant=3 filled=3"), 1);
	ck_assert_int_eq(
	    settled(answer, "drop id=1 physician=" ANN " site=" NEAR), 3);
	ck_assert_int_eq(settled(answer, "assign id=1"), 3);
	ck_assert_int_eq(settled(answer, "assign id=1 physician=" ANN), 0);
	has(answer, "current=yes");
	has(answer, "done id=1 vacant=yes");
}
END_TEST

static void
hear_holes(const char *current)
{
	const char *answer = ask("repair id=2 physician=" ANN WEEK);

	ck_assert_int_eq(settled(answer, "vacant=3 filled=3"), 1);
	ck_assert_int_eq(settled(answer, "drop "), 0);
	ck_assert_int_eq(settled(answer, "assign id=2"), 3);
	has(answer, current);
}

START_TEST(after_an_absence_what_it_left_is_filled)
{
	say(ANN_LEAVES ANN_IS_ILL);
	/* That was plain: nothing is made anew. */
	hear_holes("current=yes");
	/* Whoever takes one is heard too; the others are vacant still. */
	say(MONDAY("3", CARL, "published"));
	has(ask("repair id=3 physician=" ANN WEEK), "vacant=2 filled=2");
	say(TUESDAY("3", BEN, "published") WEDNESDAY("3", BEN, "published"));
	has(ask("repair id=4 physician=" ANN WEEK), "done id=4 vacant=no");
}
END_TEST

/* Also by an instance that is made anew, where she is no physician any more. */
START_TEST(what_an_absence_left_is_known_to_a_new_instance)
{
	say(ANN_LEAVES ANN_IS_ILL);
	say(NEEDS(ID("62"), "2", FAR, "mon,tue M"));
	hear_holes("current=no");
	(void)hear_until("renewed");
	hear_holes("current=yes");
}
END_TEST

START_TEST(before_and_after_a_closure)
{
	const char *answer = ask("repair id=1 site=" NEAR WEEK);

	ck_assert_int_eq(settled(answer, "vacant=0 filled=0 released=3"), 1);
	ck_assert_int_eq(
	    settled(answer, "drop id=1 physician=" ANN " site=" NEAR), 3);
	/* She is free for what is open elsewhere. */
	ck_assert_int_eq(
	    settled(answer, "assign id=1 physician=" ANN " site=" FAR), 1);
	ck_assert_int_eq(settled(answer, "assign id=1"), 1);
	say(ANN_LEAVES "closure id=" ID(
	    "72") " rev=1 state=active "
		  "source=real cause=works parts=MAESN site=" NEAR WEEK "\n");
	for (int round = 0; round < 2; round++) {
		answer = ask("repair id=2 site=" NEAR WEEK);
		ck_assert_int_eq(settled(answer, "drop "), 0);
		ck_assert_int_eq(
		    settled(answer, "assign id=2 physician=" ANN " site=" FAR),
		    1);
		ck_assert_int_eq(settled(answer, "site=" NEAR), 0);
		has(answer, round == 0 ? "current=no" : "current=yes");
		if (round == 0)
			(void)hear_until("renewed");
	}
}
END_TEST

START_TEST(somebody_shall_be_there)
{
	const char *answer = ask(
	    "keep id=1 physician=" BEN " site=" NEAR " day=2096-01-02 part=M");

	ck_assert_int_eq(settled(answer, "drop id=1 physician=" ANN), 1);
	ck_assert_int_eq(settled(answer, "assign id=1 physician=" BEN), 1);
	/* Ann alone is another one: she is sent elsewhere, or has nothing. */
	ck_assert_int_eq(settled(answer, "half-days=1 physicians=1 "), 1);
	answer = ask(
	    "keep id=7 physician=" BEN " site=" NEAR " day=2096-01-03 part=M");
	ck_assert_int_eq(settled(answer, "assign id=7"), 1);
	ck_assert_int_eq(settled(answer, "half-days=1 physicians=1 "), 1);
	/* Already so. */
	has(ask("keep id=2 physician=" ANN " site=" NEAR
		" day=2096-01-02 part=M activity=MT"),
	    "done id=2 vacant=no");
	/* Carl may not work there, Ann is somewhere else, nobody is wanted. */
	has(ask("keep id=3 physician=" CARL " site=" FAR
		" day=2096-01-02 part=M"),
	    "error id=3 line=");
	has(program.text, "text=\"H05: ");
	answer = ask(
	    "keep id=4 physician=" ANN " site=" FAR " day=2096-01-02 part=M");
	ck_assert_int_eq(
	    settled(answer, "drop id=4 physician=" ANN " site=" NEAR), 1);
	has(answer, "vacant=1 filled=1");
	has(ask("keep id=5 physician=" BEN " site=" NEAR
		" day=2096-01-05 part=M"),
	    "text=\"need: ");
	has(ask("keep id=6 physician=" ANN " site=" FAR
		" day=2096-01-02 part=M frozen=2096-01-03"),
	    "text=\"frozen: ");
}
END_TEST

START_TEST(somebody_shall_not_be_there)
{
	const char *answer =
	    ask("repair id=1 physician=" ANN " site=" NEAR WEEK);

	ck_assert_int_eq(settled(answer, "vacant=3 filled=3"), 1);
	ck_assert_int_eq(settled(answer, "site=" NEAR), 6);
	/* But elsewhere. */
	ck_assert_int_eq(
	    settled(answer, "assign id=1 physician=" ANN " site=" FAR), 1);
}
END_TEST

/* What has portions is no plan's to move: it falls, and that is said. */
START_TEST(what_a_plan_does_not_move_falls_too)
{
	const char *answer;

	say("assignment id=" ID(
	    "52") " rev=2 day=2096-01-03 part=M "
		  "from=3976416000 length=10800 physician=" ANN " site=" NEAR
		  " room=1 activity=MT unscheduled=60 state=published count=1 "
		  "offset-from=4 offset-to=4\n");
	(void)hear_until("renewed");
	answer = ask("repair id=1 physician=" ANN WEEK);
	ck_assert_int_eq(settled(answer, "vacant=2 filled=2"), 1);
	ck_assert_int_eq(settled(answer, "beside=1"), 1);
	ck_assert_int_eq(settled(answer, "lines=5"), 1);
	ck_assert_int_eq(settled(answer, "drop id=1 physician=" ANN), 3);
}
END_TEST

static void
replace(char *text, const char *old, const char *new)
{
	for (char *at = text; (at = strstr(at, old)) != NULL;)
		for (size_t i = 0; new[i] != '\0'; i++)
			at[i] = new[i];
}

/* The same days of a year that is long over: nobody can be sent there. */
START_TEST(what_has_begun_is_left_alone)
{
	static const char *const years[][2] = {{"2096-01-0", "2017-01-0"},
	    {"2095-10", "2016-10"}, {"2026-01-01", "2016-01-01"},
	    {"3976243200", "1483257600"}, {"3976329600", "1483344000"},
	    {"3976416000", "1483430400"}, {"3976502400", "1483516800"}};
	char *past = all_facts();

	for (size_t i = 0; i < ARRAY_SIZE(years); i++)
		replace(past, years[i][0], years[i][1]);
	stop();
	start(past);
	free(past);
	has(program.text, "misfits=0");
	has(ask("repair id=1 physician=" ANN " from=2017-01-02 to=2017-01-08"),
	    "done id=1 vacant=no");
}
END_TEST

/* Where one is wanted two are there: the second is no plan's, but he has it. */
START_TEST(what_has_no_place_counts_against_limits)
{
	const char *answer;

	say("quota id=" ID("81") EVER
	    " physician=" BEN " period=month max=1\n" SLOT(
		ID("54"), "1", "02", "3976329600", BEN, NEAR, "published"));
	(void)hear_until("renewed");
	has(program.text, "misfits=1");
	answer =
	    ask("repair id=1 physician=" ANN " from=2096-01-03 to=2096-01-08");
	ck_assert_int_eq(settled(answer, "vacant=2 filled=2"), 1);
	ck_assert_int_eq(settled(answer, "assign id=1 physician=" BEN), 0);
	ck_assert_int_eq(settled(answer, "assign id=1 physician=" CARL), 2);
	has(answer,
	    "part=M activity=MT specialty=MG physician=" BEN " why=limit");
}
END_TEST

START_TEST(nonsense_is_refused)
{
	has(ask("repair id=1 physician=x" WEEK), "error id=1 line=");
	has(ask("repair id=2 site=x" WEEK), "error id=2 line=");
	has(ask("repair id=3 physician=" ANN " from=x to=2096-01-08"),
	    "error id=3 line=");
	has(ask("nonsense"), "error line=");
	has(ask("assign physician=" ANN " site=" NEAR
		" day=2096-01-05 part=M activity=MT"),
	    "error line=");
	/* None of that ended it. */
	has(ask("repair id=4 physician=" ANN WEEK), "vacant=3 filled=3");
}
END_TEST

int
main(void)
{
	TCase *town = tcase_create("town");
	Suite *suite = suite_create("planner_serve");

	suite_add_tcase(suite, town);
	tcase_set_timeout(town, 60);
	tcase_add_checked_fixture(town, start_town, stop);
	tcase_add_test(town, before_an_absence_all_of_it_is_in_the_lines);
	tcase_add_test(town, after_an_absence_what_it_left_is_filled);
	tcase_add_test(town, what_an_absence_left_is_known_to_a_new_instance);
	tcase_add_test(town, before_and_after_a_closure);
	tcase_add_test(town, somebody_shall_be_there);
	tcase_add_test(town, somebody_shall_not_be_there);
	tcase_add_test(town, what_a_plan_does_not_move_falls_too);
	tcase_add_test(town, what_has_begun_is_left_alone);
	tcase_add_test(town, what_has_no_place_counts_against_limits);
	tcase_add_test(town, nonsense_is_refused);
	return suite_run(suite);
}
