/* SPDX-License-Identifier: ISC */
/*
 * planner_anew_test: the planner that stays is told what makes no instance, and
 * is asked while it thinks about something else: nothing is lost unsaid, and
 * nobody waits for long.
 */
#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "tests/support/suite.h"
#include "tests/unit/serve_kit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ----- what it is told ----- */

#define STRUCTURE(id) "structure id=" id DATED " code=T kind=CDS name=T\n"
#define NEAR_OF(structure)                                                     \
	"site id=" NEAR " rev=2 state=active source=real kind=fixed "          \
	"tz=Europe/Paris holidays=closed rooms=2 minutes=20 manner=bookable "  \
	"finess=160004578 name=N structure=" structure " territory=" ID(       \
	    "01") " commune=16374 departement=16 lat=4563000 lon=20703 "       \
		  "precision=commune hours=\"mon-fri M 09:00-12:00 A "         \
		  "14:00-18:00\"\n"

/* Whether the instance knows of a need there on Tuesday: Ben may not fill it.
 */
static void
is_needed_far_off(bool needed)
{
	has(ask("keep id=9 physician=" BEN " site=" FAR
		" day=2096-01-03 part=M"),
	    needed ? "text=\"H05: " : "text=\"need: ");
}

START_TEST(what_was_there_may_name_what_is_new)
{
	say(STRUCTURE(ID("03")) NEAR_OF(ID("03")));
	(void)hear_until("renewed");
	ck_assert_ptr_null(strstr(program.text, "error"));
	has(ask("repair id=1 physician=" ANN WEEK), "current=yes");
	ck_assert_int_eq(settled(program.text, "vacant=3 filled=3"), 1);
}
END_TEST

/* All three of Ann's are cancelled, and known to be. */
static void
hear_holes(const char *current)
{
	const char *answer = ask("repair id=2 physician=" ANN WEEK);

	ck_assert_int_eq(settled(answer, "vacant=3 filled=3"), 1);
	ck_assert_int_eq(settled(answer, "drop "), 0);
	has(answer, current);
}

START_TEST(a_faulty_line_is_refused_alone)
{
	/* Plain ones, that are served at once, before and behind. */
	say(ANN_LEAVES NEEDS(ID("63"), "1", ID("99"), "mon M"));
	say(NEEDS(ID("62"), "2", FAR, "mon,tue M") ANN_IS_ILL);
	has(hear_until("error"), "text=\"need id=" ID("63") ": line ");
	hear_holes("current=no");
	/* It may have come before the answer. */
	if (strstr(program.text, "renewed ") == NULL)
		(void)hear_until("renewed");
	hear_holes("current=no");
	is_needed_far_off(true);
	/* Nor are they lost when there is a next instance. */
	say(NEEDS(ID("62"), "3", FAR, "mon M"));
	(void)hear_until("renewed");
	hear_holes("current=no");
	is_needed_far_off(false);
	/* Until it is said otherwise. */
	say(NEEDS(ID("63"), "2", FAR, "tue M"));
	(void)hear_until("renewed");
	hear_holes("current=yes");
	is_needed_far_off(true);
}
END_TEST

/* What it was is left. */
START_TEST(a_faulty_change_of_what_is_there_is_refused)
{
	say(NEEDS(ID("61"), "2", NEAR, "some day"));
	has(hear_until("error"), "text=\"need id=" ID("61") ": line ");
	(void)hear_until("renewed");
	has(ask("repair id=1 physician=" ANN WEEK), "current=no");
	ck_assert_int_eq(settled(program.text, "vacant=3 filled=3"), 1);
	say(NEEDS(ID("61"), "3", NEAR, "mon,tue M"));
	(void)hear_until("renewed");
	has(ask("repair id=1 physician=" ANN WEEK), "current=yes");
	ck_assert_int_eq(settled(program.text, "vacant=2 filled=2"), 1);
}
END_TEST

START_TEST(what_cannot_be_read_is_not_current)
{
	say("need id=" ID("61") " rev=2 pattern=\x01\n");
	(void)hear_until("error");
	has(ask("repair id=1 physician=" ANN WEEK), "current=no");
	say(NEEDS(ID("61"), "3", NEAR, "mon,tue M"));
	(void)hear_until("renewed");
	has(ask("repair id=2 physician=" ANN WEEK), "current=yes");
}
END_TEST

/* It has no name by which it could be refused later. */
START_TEST(a_change_without_a_name_is_refused)
{
	say("absence id= x=1\n");
	has(hear_until("error"), "error line=1 ");
	say("absence id=" NEAR NEAR NEAR " x=1\n");
	has(hear_until("error"), "error line=2 ");
	has(ask("repair id=1 physician=" ANN WEEK), "current=yes");
}
END_TEST

/* Of a line that comes in many pieces the beginning says whose it is. */
START_TEST(what_is_too_long_is_not_current)
{
	enum { LONG = 300000 };
	char *line =
	    xasprintf("need id=" ID("61") " rev=2 pattern=%0*d\n", LONG, 0);

	say(line);
	free(line);
	has(hear_until("error"), "longer than ");
	has(ask("repair id=1 physician=" ANN WEEK), "current=no");
	say(NEEDS(ID("61"), "3", NEAR, "mon,tue M"));
	(void)hear_until("renewed");
	has(ask("repair id=2 physician=" ANN WEEK), "current=yes");
}
END_TEST

/* Needs of as many specialties, or of one. */
static void
say_needs(const char *rev, bool many)
{
	for (unsigned i = 10; i < 80; i++) {
		char *line = xasprintf("need id=00000000-0000-4000-8000-"
				       "0000000001%02u rev=%s state=active "
				       "from=2026-01-01 source=real number=1 "
				       "site=" FAR " pattern=\"mon M\" "
				       "activity=MT specialty=S%02u\n",
		    i, rev, many ? i : 0);

		say(line);
		free(line);
	}
}

/* More kinds of work than there may be, and no line of them is wrong. */
START_TEST(where_no_line_is_to_blame_it_goes_on)
{
	say_needs("1", true);
	has(hear_until("error"), "kinds of work");
	ck_assert_ptr_null(strstr(program.text, "line="));
	say(ANN_LEAVES);
	(void)hear_until("error");
	hear_holes("current=no");
	say_needs("2", false);
	/* It may be tried before all of them are there. */
	while (strstr(hear_until("renewed"), "renewed ") == NULL)
		has(program.text, "kinds of work");
	hear_holes("current=yes");
}
END_TEST

/* Lines of an instance that is none of facts. */
START_TEST(what_is_no_fact_is_no_change)
{
	start("instance version=1 from=2001-01-01 weeks=1\n"
	      "weights travel=1 preference=0 dislike=0 anchor=0 week-short=0 "
	      "horizon-short=0 unfair=0 presence=0 presence-parts=MA "
	      "levels=1000 drop=150 new=75\n"
	      "activity id=MT factor=1000\n"
	      "site id=s value=1000 rooms=1\n"
	      "need site=s day=2001-01-01 part=M activity=MT count=1\n"
	      "physician id=p skills=MT week-min=0 week-max=5 horizon-min=0 "
	      "horizon-max=5 day-max=2 fair-share=0\n"
	      "reach physician=p site=s minutes=10 preference=0\n"
	      "free physician=p week=2001-01-01 parts=M,M,M,M,M,-,-\n"
	      "existing physician=p site=s day=2001-01-01 part=M "
	      "activity=MT\n");
	say("absence id=1 x=1\n");
	has(hear_until("error"), "error line=1 ");
	has(ask("repair id=1 physician=p from=2001-01-01 to=2001-01-07"),
	    "current=yes");
	stop();
}
END_TEST

/* ----- what it is asked meanwhile ----- */

#define FREE(id, ms)                                                           \
	"repair id=" id " physician=" ANN WEEK                                 \
	" variant=free milliseconds=" ms "\n"

enum { SOON_MS = 1000 };

START_TEST(a_free_question_gives_way)
{
	uint64_t begun;

	say(FREE("1", "20000"));
	(void)hear_until("first id=1");
	begun = clock_mono_us();
	say("repair id=2 physician=" ANN WEEK "\n");
	(void)hear_until("done id=2");
	ck_assert_uint_lt(clock_mono_us() - begun, SOON_MS * 1000);
	/* It has answered all the same, and says why so early. */
	ck_assert_int_eq(settled(program.text, "cut=yes"), 1);
	has(program.text, "done id=1 vacant=yes");
	ck_assert_ptr_null(
	    strstr(strstr(program.text, "first id=2"), "cut=yes"));
	/* One of a lock likewise. */
	say(FREE("3", "20000"));
	(void)hear_until("first id=3");
	begun = clock_mono_us();
	say("keep id=4 physician=" BEN " site=" NEAR
	    " day=2096-01-02 part=M\n");
	(void)hear_until("done id=4");
	ck_assert_uint_lt(clock_mono_us() - begun, SOON_MS * 1000);
	/* However it is written. */
	say("repair id=5 physician=" ANN WEEK
	    " variant=\"free\" milliseconds=20000\n");
	(void)hear_until("first id=5");
	begun = clock_mono_us();
	say("repair id=6 physician=" ANN WEEK "\n");
	(void)hear_until("done id=6");
	has(program.text, "done id=5 ");
	ck_assert_uint_lt(clock_mono_us() - begun, SOON_MS * 1000);
	ck_assert_int_eq(settled(program.text, "cut=yes"), 1);
}
END_TEST

START_TEST(a_free_question_waits_for_others)
{
	const char *text;

	say(FREE("1", "300") FREE("2", "300"));
	say("repair id=3 physician=" ANN WEEK "\n");
	text = hear_until("done id=2");
	ck_assert_ptr_nonnull(strstr(text, "done id=3"));
	ck_assert_ptr_null(strstr(strstr(text, "done id=3"), "id=3 cost"));
	ck_assert(strstr(text, "done id=3") < strstr(text, "first id=1"));
	/* Of two free ones neither ends early. */
	ck_assert(strstr(text, "done id=1") < strstr(text, "first id=2"));
	ck_assert_ptr_null(strstr(text, "cut=yes"));
}
END_TEST

START_TEST(changes_do_not_end_a_free_question)
{
	say(FREE("1", "500"));
	(void)hear_until("first id=1");
	say(ANN_LEAVES ANN_IS_ILL);
	ck_assert_ptr_null(strstr(hear_until("done id=1"), "cut=yes"));
	hear_holes("current=yes");
}
END_TEST

/* What was asked is answered. */
START_TEST(the_end_of_the_input_does_not_either)
{
	int status;

	start_town();
	say(FREE("1", "300"));
	/* The last line has no end. */
	say("repair id=2 physician=" ANN WEEK " variant=free milliseconds=300");
	ck_assert_int_eq(fclose(program.to), 0);
	program.to = NULL;
	ck_assert_ptr_null(strstr(hear_until("done id=2"), "cut=yes"));
	ck_assert_int_eq(waitpid(program.pid, &status, 0), program.pid);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(fclose(program.from), 0);
	ck_assert_int_eq(unlink(program.name), 0);
}
END_TEST

int
main(void)
{
	TCase *town = tcase_create("town"), *ends = tcase_create("ends");
	Suite *suite = suite_create("planner_anew");

	suite_add_tcase(suite, town);
	suite_add_tcase(suite, ends);
	tcase_set_timeout(town, 60);
	tcase_set_timeout(ends, 60);
	tcase_add_checked_fixture(town, start_town, stop);
	tcase_add_test(town, what_was_there_may_name_what_is_new);
	tcase_add_test(town, a_faulty_line_is_refused_alone);
	tcase_add_test(town, a_faulty_change_of_what_is_there_is_refused);
	tcase_add_test(town, what_cannot_be_read_is_not_current);
	tcase_add_test(town, a_free_question_gives_way);
	tcase_add_test(town, a_free_question_waits_for_others);
	tcase_add_test(town, changes_do_not_end_a_free_question);
	tcase_add_test(town, a_change_without_a_name_is_refused);
	tcase_add_test(town, what_is_too_long_is_not_current);
	tcase_add_test(town, where_no_line_is_to_blame_it_goes_on);
	tcase_add_test(ends, what_is_no_fact_is_no_change);
	tcase_add_test(ends, the_end_of_the_input_does_not_either);
	return suite_run(suite);
}
