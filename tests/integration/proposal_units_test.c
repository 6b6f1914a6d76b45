/* SPDX-License-Identifier: ISC */
/*
 * proposal_units_test: proposals that are adopted in several writes: which
 * lines are one, what leans on what another has, and what is left of it when
 * the connection or the daemon is lost in between.
 */
#include "tests/integration/proposal_kit.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { PEOPLE = 120, TERRITORIES = 3, MANY_WEEKS = 17, WAIT_MS = 30000 };

/* Everybody has a site of their own, and ten half-days in each week. */
enum { OF_WEEK = 10 };

static long long
count(const char *sql)
{
	return pgcluster_number(bench.town->sql, "%s", sql);
}

static void
tell(const char *line)
{
	bench_expect(talk_ask(bench.talk, "%s", line), "ok");
}

/* A town whose sites are of territories in turn, and a plan that is done and
 * has no lines yet; owned by the caller. */
static char *
found(unsigned people, const char *settings)
{
	char *line;

	bench_begin(people, "rooms=1", settings);
	for (unsigned i = 0; i < TERRITORIES; i++) {
		line = xasprintf("territory put code=T%u kind=cpts", i);
		tell(line);
		free(line);
	}
	for (unsigned i = 0; i < people; i++) {
		line = xasprintf("site put finess=%s territory=T%u",
		    town_finess(i), i % TERRITORIES);
		tell(line);
		free(line);
	}
	return bench_make(0, 6, "done");
}

/* Adds lines for everybody at the own site, all half-days of so many weeks, as
 * a planner that was asked for so many would have brought them. */
static void
plant(const char *plan, unsigned weeks)
{
	pgcluster_run(bench.town->sql,
	    "WITH p AS (SELECT id, row_number() OVER (ORDER BY rpps) AS n"
	    "  FROM rota.physician),"
	    " s AS (SELECT id, row_number() OVER (ORDER BY finess) AS n"
	    "  FROM rota.site)"
	    " INSERT INTO rota.plan_line (plan, number, action, slot,"
	    "  physician, site, day, part, activity)"
	    " SELECT '%s', row_number() OVER (ORDER BY s.n, d.d, x.part),"
	    "  'put', gen_random_uuid(), p.id, s.id, date '%s' + d.d,"
	    "  x.part::rota.part, 'MT'"
	    " FROM p JOIN s USING (n), generate_series(0, %u) AS d (d),"
	    "  (VALUES ('M'), ('A')) AS x (part) WHERE d.d %% 7 < 5",
	    plan, town_day(0), weeks * 7 - 1);
}

/* One line more, in a morning: the half-day `slot` is to be cancelled, or
 * (NULL) one is to be made. */
static void
plant_one(const char *plan, const char *slot, unsigned person, unsigned site,
    int day, const char *activity)
{
	pgcluster_run(bench.town->sql,
	    "INSERT INTO rota.plan_line (plan, number, action, slot, physician,"
	    "  site, day, part, activity)"
	    " SELECT '%s', 1 + count(l), '%s', '%s',"
	    "  (SELECT id FROM rota.physician WHERE rpps = '%s'),"
	    "  (SELECT id FROM rota.site WHERE finess = '%s'), '%s', 'M', '%s'"
	    " FROM rota.plan_line l",
	    plan, slot == NULL ? "put" : "cancel",
	    slot == NULL ? town_uuid() : slot, town_rpps(person),
	    town_finess(site), town_day(day), activity);
}

static void
expect_answer(const char *answer, long long adopted, long long refused,
    long long unchanged, long long units)
{
	ck_assert_msg(line_number(answer, "adopted") == adopted &&
		line_number(answer, "refused") == refused &&
		line_number(answer, "unchanged") == unchanged &&
		line_number(answer, "units") == units,
	    "%s", answer);
}

/* Each line of the proposal is a draft, and there is nothing else. */
static void
expect_all(long long lines)
{
	ck_assert_int_eq(count("SELECT count(*) FROM rota.assignment"), lines);
	ck_assert_int_eq(
	    count("SELECT count(*) FROM rota.plan_line l JOIN rota.assignment a"
		  " ON a.id = l.slot AND a.physician = l.physician"
		  "  AND a.site = l.site AND a.day = l.day AND a.part = l.part"
		  " WHERE l.state = 'adopted' AND a.state = 'draft'"),
	    lines);
}

START_TEST(more_than_a_write_holds_is_adopted_and_published)
{
	const char *answer;
	char *plan = found(PEOPLE, "planner-unit = 250\n");
	long long lines = PEOPLE * OF_WEEK * MANY_WEEKS;

	/* Asked for so much in the first place. */
	pgcluster_run(bench.town->sql, "UPDATE rota.plan SET \"to\" = '%s'",
	    town_day(MANY_WEEKS * 7 - 1));

	ck_assert_int_gt(lines, 20000);
	plant(plan, MANY_WEEKS);
	answer = talk_ask(bench.talk, "plan adopt plan=%s", plan);
	expect_answer(answer, lines, 0, 0, TERRITORIES * MANY_WEEKS);
	expect_all(lines);
	answer = talk_ask(bench.talk, "plan publish plan=%s", plan);
	ck_assert_msg(line_number(answer, "published") == lines &&
		line_number(answer, "units") == MANY_WEEKS,
	    "%s", answer);
	ck_assert_int_eq(count("SELECT count(*) FROM rota.assignment"
			       " WHERE state = 'published'"),
	    lines);
	answer = talk_ask(bench.talk, "plan list state=adopted");
	ck_assert_int_eq(line_number(answer, "count"), 1);
	free(plan);
	bench_end();
}
END_TEST

/* Adopts four weeks of three people in writes of so many lines. */
static void
check_units(const char *settings, long long units)
{
	enum { THREE = 3, FOUR = 4 };
	char *plan = found(THREE, settings);

	plant(plan, FOUR);
	expect_answer(talk_ask(bench.talk, "plan adopt plan=%s", plan),
	    THREE * FOUR * OF_WEEK, 0, 0, units);
	expect_all(THREE * FOUR * OF_WEEK);
	free(plan);
	bench_end();
}

START_TEST(a_unit_is_some_weeks_or_some_territories_of_one)
{
	check_units("", 1);
	check_units("planner-unit = 60\n", 2);
	check_units("planner-unit = 59\n", 4);
	check_units("planner-unit = 20\n", 8);
	check_units("planner-unit = 1\n", 12);
}
END_TEST

/* The first of two weeks of one quarter. */
static int
week_of_a_quarter(void)
{
	return pgcluster_number(bench.town->sql,
		   "SELECT (date_trunc('quarter', date '%s') ="
		   " date_trunc('quarter', date '%s'))::integer",
		   town_day(0), town_day(13)) == 1
	    ? 0
	    : 14;
}

START_TEST(what_leans_on_a_later_unit_is_tried_again)
{
	char *plan = found(3, "planner-unit = 1\nrules-off = H05 H21\n");
	int day = week_of_a_quarter();

	bench_expect(talk_ask(bench.talk,
			 "slot assign physician=%s site=%s day=%s part=A "
			 "activity=MT state=published",
			 town_rpps(0), town_finess(0), town_day(day)),
	    "ok");
	/* No more than half of the care may be unscheduled. */
	plant_one(plan, NULL, 0, 0, day, "SNP");
	plant_one(plan, NULL, 0, 0, day + 1, "SNP");
	plant_one(plan, NULL, 0, 0, day + 7, "MT");
	plant_one(plan, NULL, 0, 0, day + 8, "MT");
	expect_answer(
	    talk_ask(bench.talk, "plan adopt plan=%s", plan), 4, 0, 0, 3);
	ck_assert_uint_eq(talk_count(bench.talk), 0);
	free(plan);
	bench_end();
}
END_TEST

START_TEST(what_no_unit_takes_is_refused_once)
{
	char *plan = found(3, "planner-unit = 1\n");

	/* The room is taken. */
	bench_expect(talk_ask(bench.talk,
			 "slot assign physician=%s site=%s day=%s "
			 "part=M",
			 town_rpps(1), town_finess(0), town_day(0)),
	    "ok");
	plant_one(plan, NULL, 0, 0, 0, "MT");
	plant_one(plan, NULL, 0, 0, 7, "MT");
	plant_one(plan, NULL, 2, 2, 7, "MT");
	expect_answer(
	    talk_ask(bench.talk, "plan adopt plan=%s", plan), 2, 1, 0, 4);
	ck_assert_uint_eq(talk_count(bench.talk), 1);
	ck_assert_msg(line_has(talk_data(bench.talk, 0), "rule=H03"), "%s",
	    talk_data(bench.talk, 0));
	free(plan);
	bench_end();
}
END_TEST

/* Somebody goes from one territory to another; returns the id of the half-day
 * that is left for that, owned by the caller. */
static char *
plant_move(const char *plan)
{
	char *slot;

	bench_expect(talk_ask(bench.talk,
			 "slot assign physician=%s site=%s day=%s "
			 "part=M",
			 town_rpps(0), town_finess(0), town_day(0)),
	    "ok");
	slot =
	    pgcluster_text(bench.town->sql, "SELECT id FROM rota.assignment");
	plant_one(plan, slot, 0, 0, 0, "MT");
	return slot;
}

START_TEST(who_moves_between_territories_moves_in_one_unit)
{
	char *plan = found(3, "planner-unit = 1\n");

	free(plant_move(plan));
	plant_one(plan, NULL, 0, 1, 0, "MT");
	plant_one(plan, NULL, 2, 2, 7, "MT");
	/* Somebody else has the room by now: nothing moves. */
	bench_expect(talk_ask(bench.talk,
			 "slot assign physician=%s site=%s day=%s "
			 "part=M",
			 town_rpps(1), town_finess(1), town_day(0)),
	    "ok");
	expect_answer(
	    talk_ask(bench.talk, "plan adopt plan=%s", plan), 1, 2, 0, 3);
	ck_assert_int_eq(count("SELECT count(*) FROM rota.assignment"
			       " WHERE state = 'draft'"),
	    3);
	free(plan);
	bench_end();
}
END_TEST

START_TEST(what_is_replaced_by_what_cannot_be_stays)
{
	char *plan = found(3, "");

	free(plant_move(plan));
	plant_one(plan, NULL, 0, 1, 0, "MT");
	pgcluster_run(bench.town->sql,
	    "UPDATE rota.plan_line SET site = '%s' WHERE action = 'put'",
	    town_uuid());
	expect_answer(
	    talk_ask(bench.talk, "plan adopt plan=%s", plan), 0, 2, 0, 1);
	ck_assert_int_eq(count("SELECT count(*) FROM rota.assignment"
			       " WHERE state = 'draft'"),
	    1);
	free(plan);
	bench_end();
}
END_TEST

/* The place is free for another one only when who has it goes. */
START_TEST(who_was_to_come_for_what_stays_does_not_come)
{
	char *plan = found(3, "rules-off = H05 H21\n"), *slot;
	int day = week_of_a_quarter();

	tell("programme put code=OWN");
	bench_expect(talk_ask(bench.talk,
			 "enrolment put physician=%s programme=OWN "
			 "from=2020-01-01",
			 town_rpps(0)),
	    "ok");
	bench_expect(
	    talk_ask(bench.talk, "site put finess=%s rooms=2", town_finess(0)),
	    "ok");
	for (int i = 0; i < 3; i++)
		bench_expect(talk_ask(bench.talk,
				 "slot assign physician=%s site=%s day=%s "
				 "part=M activity=%s programme=OWN "
				 "state=published",
				 town_rpps(0), town_finess(0),
				 town_day(day + i), i < 2 ? "MT" : "SNP"),
		    "ok");
	slot = pgcluster_text(bench.town->sql,
	    "SELECT id FROM rota.assignment WHERE day = '%s'", town_day(day));
	/* The share of the programme leans on it, and the other one is of none.
	 */
	plant_one(plan, slot, 0, 0, day, "MT");
	plant_one(plan, NULL, 1, 0, day, "MT");
	plant_one(plan, NULL, 2, 2, day, "MT");
	expect_answer(
	    talk_ask(bench.talk, "plan adopt plan=%s", plan), 1, 2, 0, 1);
	ck_assert_uint_eq(talk_count(bench.talk), 2);
	for (unsigned i = 0; i < 2; i++)
		ck_assert_msg(line_has(talk_data(bench.talk, i), "rule=H16"),
		    "%s", talk_data(bench.talk, i));
	ck_assert_int_eq(count("SELECT count(*) FROM rota.assignment"
			       " WHERE state = 'published'"),
	    3);
	free(slot);
	free(plan);
	bench_end();
}
END_TEST

/* Everybody goes on to the next site, whose only room the next one leaves; the
 * last one cannot.  What follows from that follows one by one, for longer than
 * lines are sifted. */
START_TEST(nobody_leaves_who_cannot_come)
{
	enum { CHAIN = 24 };
	char *plan = found(CHAIN, ""), *slot;

	for (unsigned i = 0; i < CHAIN; i++)
		bench_fill(i, i, 0, "M");
	for (unsigned i = 0; i + 1 < CHAIN; i++) {
		slot = pgcluster_text(bench.town->sql,
		    "SELECT a.id FROM rota.assignment a, rota.physician p"
		    " WHERE p.id = a.physician AND p.rpps = '%s'",
		    town_rpps(i));
		plant_one(plan, slot, i, i, 0, "MT");
		plant_one(plan, NULL, i, i + 1, 0, "SNP");
		free(slot);
	}
	expect_answer(talk_ask(bench.talk, "plan adopt plan=%s", plan), 0,
	    2 * (CHAIN - 1), 0, 1);
	ck_assert_int_eq(count("SELECT count(*) FROM rota.assignment"
			       " WHERE state = 'draft'"),
	    CHAIN);
	free(plan);
	bench_end();
}
END_TEST

/* ----- interrupted ----- */

/* Holds what the daemon is to note of a line, until it is freed. */
static PGconn *
hold_line(const char *where)
{
	PGconn *other = pgcluster_connect(
	    bench.cluster, bench.town->database, PGCLUSTER_ADMIN);

	pgcluster_run(other, "BEGIN");
	pgcluster_run(
	    other, "UPDATE rota.plan_line SET words_en = '' WHERE %s", where);
	return other;
}

/* The unit with that line is in the plan, and what became of it is not noted.
 */
static void
wait_held(void)
{
	uint64_t deadline = town_now_ms() + WAIT_MS;

	while (count("SELECT count(*) FROM pg_stat_activity"
		     " WHERE wait_event_type = 'Lock'"
		     "  AND query LIKE '%plan_settle%'") == 0) {
		ck_assert_uint_lt(town_now_ms(), deadline);
		town_pause();
	}
}

#define ADOPT "plan adopt plan=%s key=5a1ff3e0-6a52-4c39-8f6a-3b1f1d0c9a51"

/* A daemon that has just begun is still on its way to the database. */
static const char *
adopt_anew(const char *plan)
{
	uint64_t deadline = town_now_ms() + WAIT_MS;
	const char *answer;

	while (line_begins(
	    answer = talk_ask(bench.talk, ADOPT, plan), "fail unavailable")) {
		ck_assert_uint_lt(town_now_ms(), deadline);
		town_pause();
	}
	return answer;
}

START_TEST(a_daemon_that_died_in_between_goes_on_where_it_ended)
{
	char *plan = found(1, "planner-unit = 1\n");
	const char *answer;
	PGconn *other;

	plant(plan, 4);
	other = hold_line("number = 15");
	talk_send(bench.talk, ADOPT, plan);
	wait_held();
	talk_free(bench.talk);
	daemon_kill(bench.town->daemon[0]);
	/* What it has asked for is not done either. */
	ck_assert_int_eq(
	    count("SELECT count(pg_terminate_backend(pid, 30000))"
		  " FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
		  "  AND query LIKE '%plan_settle%'"),
	    1);
	PQfinish(other);
	ck_assert_int_eq(count("SELECT count(*) FROM rota.assignment"), 20);
	ck_assert_int_eq(count("SELECT count(*) FROM rota.plan_line"
			       " WHERE state = 'adopted'"),
	    10);
	daemon_restart(bench.town->daemon[0]);
	bench.talk = town_talk(bench.town, 0);
	answer = adopt_anew(plan);
	expect_answer(answer, 20, 0, 10, 3);
	expect_all(40);
	answer = talk_ask(bench.talk, ADOPT, plan);
	ck_assert_msg(line_has(answer, "replayed=yes"), "%s", answer);
	expect_answer(answer, 20, 0, 10, 3);
	free(plan);
	bench_end();
}
END_TEST

START_TEST(a_connection_that_broke_in_between_makes_nothing_twice)
{
	char *plan = found(1, "planner-unit = 1\n");
	const char *answer;
	PGconn *other;

	plant(plan, 4);
	other = hold_line("number = 15");
	talk_send(bench.talk, ADOPT, plan);
	wait_held();
	talk_free(bench.talk);
	bench.talk = town_talk(bench.town, 0);
	PQfinish(other);
	/* The first may still be at it, or have ended with its client. */
	answer = talk_ask(bench.talk, ADOPT, plan);
	ck_assert_msg(line_has(answer, "refused=0"), "%s", answer);
	expect_all(40);
	answer = talk_ask(bench.talk, "plan list state=adopted");
	ck_assert_int_eq(line_number(answer, "count"), 1);
	free(plan);
	bench_end();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("proposal_units");
	TCase *tcase = tcase_create("units");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, more_than_a_write_holds_is_adopted_and_published);
	tcase_add_test(tcase, a_unit_is_some_weeks_or_some_territories_of_one);
	tcase_add_test(tcase, what_leans_on_a_later_unit_is_tried_again);
	tcase_add_test(tcase, what_no_unit_takes_is_refused_once);
	tcase_add_test(tcase, who_moves_between_territories_moves_in_one_unit);
	tcase_add_test(tcase, what_is_replaced_by_what_cannot_be_stays);
	tcase_add_test(tcase, who_was_to_come_for_what_stays_does_not_come);
	tcase_add_test(tcase, nobody_leaves_who_cannot_come);
	tcase_add_test(
	    tcase, a_daemon_that_died_in_between_goes_on_where_it_ended);
	tcase_add_test(
	    tcase, a_connection_that_broke_in_between_makes_nothing_twice);
	suite_add_tcase(suite, tcase);
	return bench_run(suite);
}
