/* SPDX-License-Identifier: ISC */
/*
 * repair_test: the morning call.  A region planned and published by the real
 * planner; a physician is ill; the planner that stays says what to do, and what
 * it says is accepted; so is whom the daemon itself ranks first.
 */
#include "tests/integration/repair_kit.h"

#include "daemon/base/mem.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lines after "settled", told to the daemon. */
static size_t
follow(const struct said *said, const char *word)
{
	bool settled = false;
	size_t done = 0;

	for (size_t i = 0; i < said->count; i++) {
		const char *line = said->line[i];
		char *physician, *site, *day, *part, *programme;

		settled = settled || line_begins(line, "settled");
		if (!settled || !line_begins(line, word))
			continue;
		physician = line_value(line, "physician");
		site = line_value(line, "site");
		day = line_value(line, "day");
		part = line_value(line, "part");
		programme = line_value(line, "programme");
		bench_tell("slot assign physician=%s site=%s day=%s part=%s "
			   "activity=MT programme=%s",
		    physician, site, day, part, programme);
		free(physician);
		free(site);
		free(day);
		free(part);
		free(programme);
		done++;
	}
	return done;
}

START_TEST(what_it_says_is_accepted)
{
	struct said said;
	const char *answer, *line;
	long long count, filled;
	unsigned ill;

	repair_found("");
	ill = repair_somebody(&count);
	answer = talk_ask(bench.talk,
	    "plan repair physician=%s from=%s to=%s variant=minimal",
	    town_rpps(ill), town_day(0), town_day(6));
	ck_assert_msg(line_has(answer, "state=answered"), "%s", answer);
	ck_assert(line_has(answer, "vacant=yes"));
	said_listen(&said);
	line = said_find(&said, "first");
	ck_assert_ptr_nonnull(line);
	ck_assert_int_le(line_number(line, "bound"), line_number(line, "cost"));
	line = said_find(&said, "settled");
	ck_assert_ptr_nonnull(line);
	ck_assert_int_eq(line_number(line, "vacant"), count);
	ck_assert_int_gt(line_number(line, "filled"), 0);
	ck_assert_int_eq(
	    line_number(line, "filled"), line_number(line, "half-days"));
	ck_assert_ptr_nonnull(said_find(&said, "candidate"));
	ck_assert_ptr_nonnull(said_find(&said, "excluded"));
	bench_tell("absence put physician=%s from=%s to=%s category=SICK "
		   "slots=cancel",
	    town_rpps(ill), town_day(0), town_day(6));
	filled = line_number(said_find(&said, "settled"), "filled");
	ck_assert_uint_eq(follow(&said, "assign"), (size_t)filled);
	said_forget(&said);
	/* Of his only what nobody could take is left to repair. */
	answer = talk_ask(bench.talk, "plan repair physician=%s from=%s to=%s",
	    town_rpps(ill), town_day(0), town_day(6));
	ck_assert_msg(
	    line_has(answer, filled < count ? "vacant=yes" : "vacant=no"), "%s",
	    answer);
	said_listen(&said);
	if (filled < count)
		ck_assert_int_eq(
		    line_number(said_find(&said, "settled"), "vacant"),
		    count - filled);
	said_forget(&said);
	bench_end();
}
END_TEST

/* Under one key, on two connections. */
START_TEST(asked_twice_at_once_it_is_done_once)
{
	struct talk *talk[2];
	char *plan[2], *request;
	long long count;
	unsigned ill;

	repair_found("");
	ill = repair_somebody(&count);
	request = xasprintf("plan repair physician=%s from=%s to=%s ",
	    town_rpps(ill), town_day(0), town_day(6));
	/* the planner is there, so that both come to it at once */
	while (line_has(talk_ask(bench.talk, "%s", request), "state=starting"))
		town_pause();
	for (unsigned i = 0; i < 2; i++) {
		talk[i] = town_talk(bench.town, 0);
		ck_assert(talk_send(talk[i],
		    "%spublish=yes key=0f4f16d4-7c54-4b19-9df1-7b1a60f4a9a1",
		    request));
	}
	for (unsigned i = 0; i < 2; i++) {
		const char *answer = talk_answer(talk[i]);

		bench_expect(answer, "ok");
		plan[i] = line_value(answer, "plan");
		ck_assert_msg(plan[i] != NULL, "%s", answer);
	}
	ck_assert_str_eq(plan[0], plan[1]);
	ck_assert_int_eq(
	    pgcluster_number(bench.town->sql,
		"SELECT count(*) FROM rota.plan WHERE variant = 'repair'"),
	    1);
	for (unsigned i = 0; i < 2; i++) {
		talk_free(talk[i]);
		free(plan[i]);
	}
	free(request);
	bench_end();
}
END_TEST

/* Likewise of two daemons, at the same instant of the database. */
START_TEST(asked_of_two_daemons_at_once_it_is_done_once)
{
	struct talk *talk[2];
	char *plan[2], *request;
	long long count;
	unsigned ill;

	repair_found("");
	bench_daemon(1, "planner =\nrules-off =\n");
	ill = repair_somebody(&count);
	request = xasprintf("plan repair physician=%s from=%s to=%s ",
	    town_rpps(ill), town_day(0), town_day(6));
	for (unsigned i = 0; i < 2; i++) {
		talk[i] = town_talk(bench.town, i);
		while (line_has(
		    talk_ask(talk[i], "%s", request), "state=starting"))
			town_pause();
	}
	pgcluster_run(bench.town->sql,
	    "BEGIN; LOCK TABLE rota.plan_line IN SHARE ROW EXCLUSIVE MODE");
	for (unsigned i = 0; i < 2; i++) {
		ck_assert(talk_send(talk[i],
		    "%skeep=yes key=0f4f16d4-7c54-4b19-9df1-7b1a60f4a9a2",
		    request));
		bench_wait_count(BENCH_BLOCKED, i + 1);
	}
	pgcluster_run(bench.town->sql, "COMMIT");
	for (unsigned i = 0; i < 2; i++) {
		const char *answer = talk_answer(talk[i]);

		bench_expect(answer, "ok state=answered");
		ck_assert(line_has(answer, "replayed=yes") == (i == 1));
		plan[i] = line_value(answer, "plan");
		ck_assert_msg(plan[i] != NULL, "%s", answer);
	}
	ck_assert_str_eq(plan[0], plan[1]);
	for (unsigned i = 0; i < 2; i++) {
		talk_free(talk[i]);
		free(plan[i]);
	}
	free(request);
	bench_end();
}
END_TEST

/* Whoever is absent since is not asked to help. */
START_TEST(it_hears_of_changes)
{
	struct said said;
	const char *answer;
	long long count;
	unsigned ill;
	char *id;

	repair_found("");
	ill = repair_somebody(&count);
	answer = talk_ask(bench.talk, "plan repair physician=%s from=%s to=%s",
	    town_rpps(ill), town_day(0), town_day(6));
	ck_assert_msg(line_has(answer, "state=answered"), "%s", answer);
	said_listen(&said);
	ck_assert_ptr_nonnull(said_find(&said, "candidate"));
	id = line_value(said_find(&said, "candidate"), "physician");
	said_forget(&said);
	bench_tell("absence put physician=%s from=%s to=%s slots=cancel", id,
	    town_day(0), town_day(6));
	answer = talk_ask(bench.talk, "plan repair physician=%s from=%s to=%s",
	    town_rpps(ill), town_day(0), town_day(6));
	ck_assert_msg(line_has(answer, "vacant=yes"), "%s", answer);
	said_listen(&said);
	for (size_t i = 0; i < said.count; i++) {
		char *other = line_value(said.line[i], "physician");

		if (line_begins(said.line[i], "candidate") ||
		    line_begins(said.line[i], "assign"))
			ck_assert_str_ne(other, id);
		free(other);
	}
	said_forget(&said);
	free(id);
	bench_end();
}
END_TEST

START_TEST(a_site_closes)
{
	struct said said;
	const char *answer;

	repair_found("");
	answer = talk_ask(bench.talk, "plan repair site=%s from=%s to=%s",
	    town_finess(0), town_day(0), town_day(4));
	ck_assert_msg(line_has(answer, "vacant=yes"), "%s", answer);
	said_listen(&said);
	ck_assert_ptr_nonnull(said_find(&said, "settled"));
	ck_assert_int_eq(line_number(said_find(&said, "settled"), "filled"), 0);
	/* nobody is told who could come to where it is closed */
	for (size_t i = 0; i < said.count; i++)
		ck_assert_msg(strstr(said.line[i], "rank=") == NULL &&
			strstr(said.line[i], "replacements=") == NULL,
		    "%s", said.line[i]);
	said_forget(&said);
	bench_end();
}
END_TEST

/* In the breath of the cancellation itself. */
START_TEST(a_cancellation_names_replacements)
{
	struct said said;
	char *slot, *best = NULL, *day, *site, *part;
	long long count;
	unsigned ill;
	size_t left = 0;

	repair_found("");
	ill = repair_somebody(&count);
	bench_expect(talk_ask(bench.talk,
			 "slot list physician=%s from=%s to=%s state=published",
			 town_rpps(ill), town_day(0), town_day(6)),
	    "ok");
	slot = line_value(talk_data(bench.talk, 0), "slot");
	site = line_value(talk_data(bench.talk, 0), "site");
	day = line_value(talk_data(bench.talk, 0), "day");
	part = line_value(talk_data(bench.talk, 0), "part");
	bench_tell("slot cancel slot=%s replace=yes reason=ill", slot);
	said_listen(&said);
	for (size_t i = 0; i < said.count; i++) {
		if (line_has(said.line[i], "rank=1"))
			best = line_value(said.line[i], "physician");
		if (strstr(said.line[i], "rule=") != NULL) {
			ck_assert_ptr_nonnull(strstr(said.line[i], "text="));
			left++;
		}
	}
	for (size_t i = 0; best == NULL && i < said.count; i++)
		printf("%s\n", said.line[i]);
	ck_assert_ptr_nonnull(best);
	ck_assert_uint_gt(left, 0);
	ck_assert_int_eq(
	    line_number(said.line[said.count - 1], "replacements") +
		line_number(said.line[said.count - 1], "others"),
	    REPAIR_PEOPLE - 2);
	bench_tell(
	    "slot assign physician=%s site=%s day=%s part=%s activity=MT "
	    "programme=P",
	    best, site, day, part);
	said_forget(&said);
	free(slot);
	free(site);
	free(day);
	free(part);
	free(best);
	/* And of an absence. */
	bench_tell(
	    "absence put physician=%s from=%s to=%s slots=cancel replace=yes "
	    "dry=yes",
	    town_rpps(ill), town_day(0), town_day(6));
	said_listen(&said);
	ck_assert_int_eq(line_number(said.line[said.count - 1], "others") +
		line_number(said.line[said.count - 1], "replacements"),
	    REPAIR_PEOPLE - 2);
	said_forget(&said);
	bench_end();
}
END_TEST

/* A need names no programme: who is enrolled in another one comes for that. */
START_TEST(each_comes_for_a_programme_of_the_own)
{
	static const char *const programmes[] = {"P", "Q"};
	char *slot;

	bench_begin(2, "rooms=1", "rules-off = H05 H07 H09 H15 H21\n");
	for (unsigned n = 0; n < ARRAY_SIZE(programmes); n++) {
		bench_tell("programme put code=%s name=%s", programmes[n],
		    programmes[n]);
		bench_tell("enrolment put physician=%s programme=%s "
			   "from=2020-01-01",
		    town_rpps(n), programmes[n]);
	}
	slot = line_value(
	    talk_ask(bench.talk,
		"slot assign physician=%s site=%s day=%s part=M programme=P",
		town_rpps(0), town_finess(0), town_day(1)),
	    "slot");
	ck_assert_ptr_nonnull(slot);
	bench_tell("slot cancel slot=%s replace=yes dry=yes", slot);
	ck_assert_uint_eq(talk_count(bench.talk), 2);
	ck_assert(line_has(talk_data(bench.talk, 0), "rank=1"));
	ck_assert(line_has(talk_data(bench.talk, 0), "programme=Q"));
	ck_assert_ptr_nonnull(strstr(talk_data(bench.talk, 0), town_rpps(1)));
	/* who is in none cannot */
	bench_tell("enrolment put physician=%s programme=Q from=2020-01-01 "
		   "state=retired",
	    town_rpps(1));
	bench_tell("slot cancel slot=%s replace=yes dry=yes", slot);
	ck_assert(line_has(talk_data(bench.talk, 0), "rule=H04"));
	free(slot);
	bench_end();
}
END_TEST

START_TEST(one_that_dies_is_begun_again)
{
	const char *answer;
	long long count;
	unsigned ill;
	int first;

	repair_found("");
	ill = repair_somebody(&count);
	for (int i = 0; i < 2; i++) {
		answer = talk_ask(bench.talk,
		    "plan repair physician=%s from=%s to=%s", town_rpps(ill),
		    town_day(0), town_day(6));
		ck_assert_msg(line_has(answer, "state=answered"), "%s", answer);
		first = repair_resident();
		ck_assert_int_gt(first, 0);
		ck_assert_int_eq(kill(first, SIGKILL), 0);
		while (repair_resident() == first)
			town_pause();
	}
	bench_end();
}
END_TEST

/* A planner that cannot be run: the plain replacements come all the same. */
START_TEST(without_a_planner_the_daemon_answers)
{
	const char *answer;

	bench_begin(2, "rooms=1", "");
	bench_planner("exit 1\n");
	bench_tell("slot assign physician=%s site=%s day=%s part=M",
	    town_rpps(0), town_finess(0), town_day(1));
	answer = talk_ask(bench.talk, "plan repair physician=%s from=%s to=%s",
	    town_rpps(0), town_day(0), town_day(6));
	bench_expect(answer, "ok");
	ck_assert_msg(line_has(answer, "state=gone"), "%s", answer);
	ck_assert_uint_ge(talk_count(bench.talk), 2);
	ck_assert(line_has(talk_data(bench.talk, 0), "rank=1"));
	bench_end();
}
END_TEST

START_TEST(what_is_wrong_is_refused)
{
	bench_begin(1, "rooms=1", "");
	bench_expect(talk_ask(bench.talk, "plan repair from=%s to=%s",
			 town_day(0), town_day(6)),
	    "bad missing what=physician");
	bench_expect(
	    talk_ask(bench.talk, "plan repair physician=x from=%s to=%s",
		town_day(0), town_day(6)),
	    "no not-found");
	bench_expect(
	    talk_ask(bench.talk, "plan repair physician=%s from=%s to=%s",
		town_rpps(0), town_day(6), town_day(0)),
	    "bad value");
	bench_expect(
	    talk_ask(bench.talk,
		"plan repair physician=%s from=2001-01-01 to=2001-01-02",
		town_rpps(0)),
	    "no closed");
	bench_expect(talk_ask(bench.talk,
			 "plan repair physician=%s from=%s to=%s variant=best",
			 town_rpps(0), town_day(0), town_day(6)),
	    "bad value");
	bench_expect(
	    talk_ask(bench.talk,
		"plan repair physician=%s from=%s to=%s milliseconds=60001",
		town_rpps(0), town_day(0), town_day(6)),
	    "bad value");
	bench_end();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("repair");
	TCase *tcase = tcase_create("repair");

	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, what_it_says_is_accepted);
	tcase_add_test(tcase, asked_twice_at_once_it_is_done_once);
	tcase_add_test(tcase, asked_of_two_daemons_at_once_it_is_done_once);
	tcase_add_test(tcase, it_hears_of_changes);
	tcase_add_test(tcase, a_site_closes);
	tcase_add_test(tcase, a_cancellation_names_replacements);
	tcase_add_test(tcase, each_comes_for_a_programme_of_the_own);
	tcase_add_test(tcase, one_that_dies_is_begun_again);
	tcase_add_test(tcase, without_a_planner_the_daemon_answers);
	tcase_add_test(tcase, what_is_wrong_is_refused);
	suite_add_tcase(suite, tcase);
	return bench_run(suite);
}
