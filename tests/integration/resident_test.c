/* SPDX-License-Identifier: ISC */
/*
 * resident_test: the planner that stays: there from publication on, begun anew
 * when it dies, not begun too often when it cannot be, and never more of them
 * than there may be.
 */
#include "tests/integration/repair_kit.h"

#include "daemon/base/mem.h"
#include "tests/support/client.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 60000, SOON_MS = 15000 };

/* A figure of status. */
static long long
figure(const char *key)
{
	return line_number(talk_ask(bench.talk, "status"), key);
}

static void
wait_for(const char *key, long long least)
{
	uint64_t deadline = town_now_ms() + PATIENCE_MS;

	while (figure(key) < least) {
		ck_assert_msg(town_now_ms() < deadline, "%s stays below %lld",
		    key, least);
		town_pause();
	}
}

/* A coordinator of the places, on a connection of her own. */
static struct talk *
coordinator(const char *scope)
{
	struct talk *talk = town_talk(bench.town, 0);
	const char *answer = talk_ask(
	    bench.talk, "account invite role=coordinator scope=%s", scope);
	char *code;

	bench_expect(answer, "ok");
	code = line_value(answer, "code");
	bench_expect(talk_ask(talk, "auth code=%s", code), "ok");
	free(code);
	return talk;
}

/* A draft of physician and site n, published by the coordinator. */
static void
publish_one(struct talk *talk, unsigned n)
{
	bench_expect(talk_ask(bench.talk,
			 "slot assign physician=%s site=%s day=%s part=M",
			 town_rpps(n), town_finess(n), town_day(1)),
	    "ok");
	bench_expect(talk_ask(talk, "slot publish site=%s from=%s to=%s",
			 town_finess(n), town_day(0), town_day(6)),
	    "ok");
}

static char *
site_scope(unsigned n)
{
	return xasprintf("site:%s", town_finess(n));
}

START_TEST(it_is_there_from_publication_on)
{
	struct talk *talk;
	char *scope = site_scope(0);
	const char *answer;

	bench_begin(
	    2, "rooms=1", "planner =\nrules-off = H05 H07 H09 H15 H21\n");
	talk = coordinator(scope);
	/* who has no bounds has no planner either */
	bench_expect(talk_ask(bench.talk,
			 "slot assign physician=%s site=%s day=%s part=M",
			 town_rpps(1), town_finess(1), town_day(1)),
	    "ok");
	bench_expect(talk_ask(bench.talk, "slot publish site=%s from=%s to=%s",
			 town_finess(1), town_day(0), town_day(6)),
	    "ok");
	ck_assert_int_eq(figure("residents"), 0);
	publish_one(talk, 0);
	wait_for("residents-ready", 1);
	ck_assert_int_eq(figure("residents"), 1);
	ck_assert_int_eq(figure("resident-starts"), 1);
	/* the first question finds it */
	answer = talk_ask(talk, "plan repair site=%s from=%s to=%s",
	    town_finess(0), town_day(0), town_day(6));
	bench_expect(answer, "ok");
	ck_assert_msg(strstr(answer, "retry=") == NULL, "%s", answer);
	ck_assert_int_eq(figure("resident-starts"), 1);
	/* one that dies is begun again, as something published is ahead */
	ck_assert_int_eq(kill(repair_resident(), SIGKILL), 0);
	wait_for("resident-deaths", 1);
	wait_for("resident-starts", 2);
	wait_for("residents-ready", 1);
	free(scope);
	talk_free(talk);
	bench_end();
}
END_TEST

/* Stopped, it neither answers nor ends. */
START_TEST(one_that_says_nothing_is_given_up)
{
	struct talk *talk;
	char *scope = site_scope(0);
	const char *answer;

	bench_begin(
	    2, "rooms=1", "planner =\nrules-off = H05 H07 H09 H15 H21\n");
	talk = coordinator(scope);
	publish_one(talk, 0);
	wait_for("residents-ready", 1);
	ck_assert_int_eq(kill(repair_resident(), SIGSTOP), 0);
	answer = talk_ask(talk, "plan repair site=%s from=%s to=%s",
	    town_finess(0), town_day(0), town_day(6));
	ck_assert_msg(strstr(answer, " state=gone ") != NULL &&
		line_number(answer, "retry") > 0,
	    "%s", answer);
	ck_assert_int_eq(figure("resident-deaths"), 1);
	free(scope);
	talk_free(talk);
	bench_end();
}
END_TEST

/* It is begun again after twenty seconds, then after forty. */
START_TEST(one_that_cannot_live_is_not_begun_too_often)
{
	struct talk *talk;
	char *scope = site_scope(0);
	uint64_t begun;

	bench_begin(2, "rooms=1", "planner = /bin/false\n");
	talk = coordinator(scope);
	begun = town_now_ms();
	publish_one(talk, 0);
	wait_for("resident-deaths", 1);
	/* publishing again does not begin it either */
	bench_expect(talk_ask(bench.talk,
			 "slot assign physician=%s site=%s day=%s part=M",
			 town_rpps(0), town_finess(0), town_day(2)),
	    "ok");
	bench_expect(talk_ask(talk, "slot publish site=%s from=%s to=%s",
			 town_finess(0), town_day(0), town_day(6)),
	    "ok");
	wait_for("resident-starts", 2);
	ck_assert_uint_ge(town_now_ms() - begun, 20000);
	wait_for("resident-deaths", 2);
	ck_assert_int_eq(figure("residents"), 0);
	free(scope);
	talk_free(talk);
	bench_end();
}
END_TEST

static struct talk *
site_coordinator(unsigned n)
{
	char *scope = site_scope(n);
	struct talk *talk = coordinator(scope);

	free(scope);
	return talk;
}

/* One that others' publications began is not ended by the next: whoever
 * published is about to ask.  A question ends it. */
START_TEST(there_are_no_more_than_may_be)
{
	struct talk *talk[2];

	bench_begin(2, "rooms=1",
	    "planner =\nplanner-residents = 1\n"
	    "rules-off = H05 H07 H09 H15 H21\n");
	for (unsigned n = 0; n < 2; n++) {
		talk[n] = site_coordinator(n);
		publish_one(talk[n], n);
		if (n == 0)
			wait_for("residents-ready", 1);
		ck_assert_int_eq(figure("residents-ready"), 1);
		ck_assert_int_eq(figure("resident-starts"), 1);
	}
	bench_expect(talk_ask(talk[0], "plan repair site=%s from=%s to=%s",
			 town_finess(0), town_day(0), town_day(6)),
	    "ok state=answered");
	ck_assert_int_eq(figure("resident-starts"), 1);
	(void)talk_ask(talk[1], "plan repair site=%s from=%s to=%s",
	    town_finess(1), town_day(0), town_day(6));
	wait_for("resident-starts", 2);
	wait_for("residents-ready", 1);
	ck_assert_int_eq(figure("residents"), 1);
	ck_assert_int_eq(figure("resident-deaths"), 0);
	for (unsigned n = 0; n < 2; n++)
		talk_free(talk[n]);
	bench_end();
}
END_TEST

START_TEST(one_that_was_asked_stays_when_others_publish)
{
	struct talk *talk[2];
	const char *answer;

	bench_begin(2, "rooms=1",
	    "planner =\nplanner-residents = 1\n"
	    "rules-off = H05 H07 H09 H15 H21\n");
	for (unsigned n = 0; n < 2; n++)
		talk[n] = site_coordinator(n);
	publish_one(talk[0], 0);
	wait_for("residents-ready", 1);
	for (unsigned n = 0; n < 2; n++) {
		answer = talk_ask(talk[0], "plan repair site=%s from=%s to=%s",
		    town_finess(0), town_day(0), town_day(6));
		bench_expect(answer, "ok state=answered");
		if (n == 0)
			publish_one(talk[1], 1);
		ck_assert_int_eq(figure("residents-ready"), 1);
		ck_assert_int_eq(figure("resident-starts"), 1);
	}
	/* a question has one begin all the same */
	(void)talk_ask(talk[1], "plan repair site=%s from=%s to=%s",
	    town_finess(1), town_day(0), town_day(6));
	wait_for("resident-starts", 2);
	ck_assert_int_le(figure("residents"), 1);
	for (unsigned n = 0; n < 2; n++)
		talk_free(talk[n]);
	bench_end();
}
END_TEST

/* Asked for twenty seconds, it says at once what it has, because somebody else
 * asks. */
START_TEST(a_free_question_holds_nobody_up)
{
	struct client *other;
	long long count;
	uint64_t begun;
	unsigned ill;
	char *keys;

	repair_found("");
	ill = repair_somebody(&count);
	keys = xasprintf("plan repair physician=%s from=%s to=%s",
	    town_rpps(ill), town_day(0), town_day(6));
	while (line_has(talk_ask(bench.talk, "%s", keys), "state=starting"))
		town_pause();
	other = daemon_operator(bench.town->daemon[0]);
	client_send(other, "%s variant=free milliseconds=20000", keys);
	/* it is under way once its first answer is told */
	(void)client_expect_after(other, "* first ...");
	begun = town_now_ms();
	bench_expect(talk_ask(bench.talk, "%s", keys), "ok state=answered");
	ck_assert_uint_lt(town_now_ms() - begun, SOON_MS);
	(void)client_expect_after(other, "* settled ... cut=yes ...");
	(void)client_expect_after(other, "ok state=answered ...");
	ck_assert_uint_lt(town_now_ms() - begun, SOON_MS);
	free(keys);
	client_close(other);
	bench_end();
}
END_TEST

/* It refuses what it is told of the book: it is begun anew from that. */
START_TEST(one_that_does_not_understand_is_begun_anew)
{
	struct talk *talk;

	bench_begin(2, "rooms=1", "rules-off = H05 H07 H09 H15 H21\n");
	bench_planner("echo ready cost=0 bound=0; while read -r line; do "
		      "echo 'error line=1 text=no'; done\n");
	talk = site_coordinator(0);
	publish_one(talk, 0);
	wait_for("residents-ready", 1);
	ck_assert_int_eq(figure("resident-starts"), 1);
	bench_expect(talk_ask(bench.talk,
			 "slot assign physician=%s site=%s day=%s part=M",
			 town_rpps(0), town_finess(0), town_day(2)),
	    "ok");
	wait_for("resident-starts", 2);
	ck_assert_int_eq(figure("resident-deaths"), 0);
	talk_free(talk);
	bench_end();
}
END_TEST

/* What it says nothing of is counted, in every answer to an absence. */
START_TEST(what_it_does_not_know_is_counted)
{
	static const char *const more[] = {"", "keep=yes dry=yes",
	    "adopt=yes dry=yes", "keep=yes", "adopt=yes"};
	const char *answer;
	struct talk *talk;

	bench_begin(2, "rooms=1", "rules-off = H05 H07 H09 H15 H21\n");
	bench_planner("echo ready cost=0 bound=0; while read -r word id rest; "
		      "do [ $word != repair ] || echo done $id vacant=yes; "
		      "done\n");
	talk = site_coordinator(0);
	publish_one(talk, 0);
	answer = talk_ask(bench.talk, "plan repair site=%s from=%s to=%s",
	    town_finess(0), town_day(0), town_day(6));
	bench_expect(answer, "ok state=answered vacant=yes");
	ck_assert_msg(strstr(answer, "unplanned=") == NULL, "%s", answer);
	for (unsigned i = 0; i < ARRAY_SIZE(more); i++) {
		answer = talk_ask(bench.talk,
		    "plan repair physician=%s from=%s to=%s %s", town_rpps(0),
		    town_day(0), town_day(6), more[i]);
		bench_expect(
		    answer, "ok state=answered vacant=yes unplanned=1");
	}
	talk_free(talk);
	bench_end();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("resident");
	TCase *tcase = tcase_create("resident");

	tcase_set_timeout(tcase, 240);
	tcase_add_test(tcase, it_is_there_from_publication_on);
	tcase_add_test(tcase, one_that_says_nothing_is_given_up);
	tcase_add_test(tcase, one_that_cannot_live_is_not_begun_too_often);
	tcase_add_test(tcase, there_are_no_more_than_may_be);
	tcase_add_test(tcase, one_that_was_asked_stays_when_others_publish);
	tcase_add_test(tcase, a_free_question_holds_nobody_up);
	tcase_add_test(tcase, one_that_does_not_understand_is_begun_anew);
	tcase_add_test(tcase, what_it_does_not_know_is_counted);
	suite_add_tcase(suite, tcase);
	return bench_run(suite);
}
