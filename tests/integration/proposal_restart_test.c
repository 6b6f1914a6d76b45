/* SPDX-License-Identifier: ISC */
/*
 * proposal_restart_test: jobs while the database is started anew, is out of
 * reach or has no room, and daemons that die while a proposal is on its way:
 * whose daemon is there is never lost, what is not whole is never a proposal.
 */
#include "tests/integration/proposal_kit.h"
#include "tests/support/faultproxy.h"

#include "daemon/base/mem.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A start of the database spares jobs for thirty seconds. */
enum { SOON_MS = 60000, IN_THE_END_MS = 120000 };

/* ----- who looks ----- */

/* A job of daemon `at`, whose planner says how far it has come and waits. */
static char *
start_job(unsigned at)
{
	struct talk *first = bench.talk;
	char *plan;

	bench.talk = town_talk(bench.town, at);
	plan = bench_start(0, 6, "");
	talk_free(bench.talk);
	bench.talk = first;
	return plan;
}

/* A connection to daemon `at` that hears of a job whose planner has begun. */
static struct talk *
watch_job(unsigned at, const char *plan)
{
	struct talk *talk = town_talk(bench.town, at);
	const char *line = talk_ask(talk, "plan watch plan=%s", plan);

	bench_expect(line, "ok");
	while (!line_has(line, "cost=300")) {
		line = talk_push(talk, "plan", SOON_MS);
		ck_assert_msg(line != NULL, "the planner does not begin");
	}
	return talk;
}

/* All that it is told from now on: no failure, and in the end that it is done.
 */
static void
hear_done(struct talk *talk)
{
	const char *line = "";

	while (!line_has(line, "state=done")) {
		line = talk_push(talk, "plan", SOON_MS);
		ck_assert_msg(line != NULL, "the job does not end");
		ck_assert_msg(!line_has(line, "state=failed"), "%s", line);
	}
	talk_free(talk);
}

/* The answer, as soon as the daemon is with the database. */
static const char *
ask(struct talk *talk, const char *line)
{
	uint64_t deadline = town_now_ms() + SOON_MS;
	const char *answer = talk_ask(talk, "%s", line);

	while (!line_begins(answer, "ok")) {
		bench_expect(answer, "fail unavailable");
		ck_assert_uint_lt(town_now_ms(), deadline);
		town_pause();
		answer = talk_ask(talk, "%s", line);
	}
	return answer;
}

/* The first line of what a daemon shows of a plan. */
static const char *
show(struct talk *talk, const char *plan)
{
	char *line = xasprintf("plan show plan=%s", plan);

	(void)ask(talk, line);
	free(line);
	return talk_data(talk, 0);
}

static void
wait_lost(struct talk *talk, const char *plan)
{
	uint64_t deadline = town_now_ms() + IN_THE_END_MS;
	const char *line = show(talk, plan);

	while (!line_has(line, "state=failed")) {
		ck_assert_msg(town_now_ms() < deadline, "%s", line);
		town_pause();
		line = show(talk, plan);
	}
	ck_assert_msg(line_has(line, "error=lost"), "%s", line);
}

/* Nobody has said for long that there are such jobs. */
static void
age_jobs(void)
{
	pgcluster_run(bench.town->sql,
	    "UPDATE rota.plan SET seen = seen - interval '1 hour'");
}

/* A start of the database long ago spares nobody. */
static void
wait_until_old(void)
{
	uint64_t deadline = town_now_ms() + SOON_MS;

	while (
	    bench_count("SELECT (pg_postmaster_start_time() < "
			"clock_timestamp() - interval '31 s')::integer") != 1) {
		ck_assert_uint_lt(town_now_ms(), deadline);
		town_pause();
	}
}

static void
check_adopts(unsigned at, const char *plan)
{
	struct talk *talk = town_talk(bench.town, at);
	const char *line;

	town_settle(bench.town);
	line = talk_ask(talk, "plan adopt plan=%s", plan);
	ck_assert_msg(line_has(line, "adopted=1"), "%s", line);
	talk_free(talk);
}

static void
restart_database(void)
{
	pgcluster_start(bench.town->cluster);
	town_sql_anew(bench.town);
}

/* ----- the database is started anew ----- */

/* While it was away nobody could say that the job is there, and the daemon that
 * is back first is another one. */
START_TEST(a_job_outlives_a_restart_of_the_database)
{
	struct talk *other, *watcher[2];
	const char *line;
	char *plan;

	bench_begin(1, "rooms=1", "");
	bench_daemon(1, "");
	bench_assign(0, 0, 0, "M");
	bench_planner(BENCH_WAITS);
	plan = start_job(0);
	watcher[0] = watch_job(0, plan);
	watcher[1] = watch_job(1, plan);
	other = town_talk(bench.town, 1);
	daemon_suspend(bench.town->daemon[0]);
	pgcluster_stop(bench.town->cluster, PGCLUSTER_CRASH);
	restart_database();
	age_jobs();
	line = show(other, plan);
	ck_assert_msg(line_has(line, "state=running"), "%s", line);
	daemon_continue(bench.town->daemon[0]);
	bench_go();
	hear_done(watcher[0]);
	hear_done(watcher[1]);
	check_adopts(1, plan);
	talk_free(other);
	free(plan);
	bench_end();
}
END_TEST

START_TEST(a_daemon_that_died_meanwhile_has_lost_its_job)
{
	struct talk *watcher;
	char *plan, *lost;

	bench_begin(1, "rooms=1", "");
	bench_daemon(1, "");
	bench_assign(0, 0, 0, "M");
	bench_planner(BENCH_WAITS);
	plan = start_job(0);
	lost = start_job(1);
	watcher = watch_job(0, plan);
	talk_free(watch_job(1, lost));
	pgcluster_stop(bench.town->cluster, PGCLUSTER_CRASH);
	daemon_kill(bench.town->daemon[1]);
	restart_database();
	wait_lost(bench.talk, lost);
	daemon_restart(bench.town->daemon[1]);
	bench_go();
	hear_done(watcher);
	check_adopts(1, plan);
	free(plan);
	free(lost);
	bench_end();
}
END_TEST

/* ----- it is out of reach ----- */

START_TEST(a_daemon_that_is_back_has_not_lost_its_job)
{
	char *target = xasprintf("unix:%s/.s.PGSQL.%u",
	    pgcluster_socket_folder(bench.cluster),
	    pgcluster_port(bench.cluster));
	struct faultproxy *proxy = faultproxy_new(NULL, target);
	struct talk *talk, *watcher;
	char *conninfo, *settings, *plan;
	const char *line;

	bench_begin(1, "rooms=1", "");
	conninfo = xasprintf("host=127.0.0.1 port=%u dbname=%s user=%s",
	    faultproxy_port(proxy), bench.town->database, PGCLUSTER_DAEMON);
	settings = xasprintf("planner = %s/planner\n", bench.folder);
	town_start(bench.town, 1, conninfo, settings);
	talk = town_talk(bench.town, 1);
	(void)ask(talk, "plan list");
	bench_assign(0, 0, 0, "M");
	bench_planner(BENCH_WAITS);
	wait_until_old();
	plan = start_job(1);
	watcher = watch_job(1, plan);
	faultproxy_refuse(proxy);
	faultproxy_cut(proxy);
	bench_expect(talk_ask(talk, "plan show plan=%s", plan), "fail");
	age_jobs();
	faultproxy_pass(proxy);
	line = show(talk, plan);
	ck_assert_msg(line_has(line, "state=running"), "%s", line);
	bench_go();
	hear_done(watcher);
	check_adopts(0, plan);
	talk_free(talk);
	free(plan);
	free(settings);
	free(conninfo);
	bench_end();
	faultproxy_free(proxy);
	free(target);
}
END_TEST

/* ----- a daemon dies while the proposal is on its way ----- */

/* Between two pieces, and with the last word of it already said: then it is
 * there or it is not, but never a part of it. */
START_TEST(half_a_proposal_is_none)
{
	static const char *const held[] = {
	    "LOCK TABLE rota.plan_line IN SHARE MODE",
	    "LOCK TABLE rota.plan_proof IN SHARE MODE",
	    "SELECT * FROM rota.plan FOR UPDATE"};
	const char *line;
	char *plan;

	bench_begin(1, "rooms=1", "");
	bench_assign(0, 0, 0, "M");
	bench_planner(BENCH_WAITS);
	plan = start_job(0);
	talk_free(watch_job(0, plan));
	pgcluster_run(bench.town->sql, "BEGIN");
	pgcluster_run(bench.town->sql, "%s", held[_i]);
	bench_go();
	bench_wait_count(BENCH_BLOCKED, 1);
	talk_free(bench.talk);
	daemon_kill(bench.town->daemon[0]);
	pgcluster_run(bench.town->sql, "COMMIT");
	daemon_restart(bench.town->daemon[0]);
	bench.talk = town_talk(bench.town, 0);
	line = show(bench.talk, plan);
	if (_i == 2 && line_has(line, "state=done")) {
		check_adopts(0, plan);
	} else {
		wait_lost(bench.talk, plan);
		line = talk_ask(bench.talk, "plan lines plan=%s", plan);
		ck_assert_msg(line_has(line, "count=0"), "%s", line);
		bench_expect(
		    talk_ask(bench.talk, "plan adopt plan=%s", plan), "no");
		bench_expect(
		    talk_ask(bench.talk, "plan proof plan=%s kind=plan", plan),
		    "no");
	}
	ck_assert_int_eq(bench_count("SELECT count(*) FROM rota.assignment"),
	    line_has(show(bench.talk, plan), "state=adopted"));
	free(plan);
	bench_end();
}
END_TEST

/* ----- no room ----- */

START_TEST(a_proposal_waits_for_room_in_the_database)
{
	static const char *const errors[] = {"could not extend file", NULL};
	struct talk *watcher;
	const char *line;
	char *plan;

	bench_begin(1, "rooms=1", "");
	bench.errors = errors;
	bench_assign(0, 0, 0, "M");
	bench_planner(BENCH_WAITS);
	plan = start_job(0);
	watcher = watch_job(0, plan);
	pgcluster_run(bench.town->sql,
	    "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$"
	    "BEGIN RAISE EXCEPTION 'could not extend file: no space left'"
	    " USING ERRCODE = 'disk_full'; END $$;"
	    "CREATE TRIGGER no_room BEFORE INSERT ON rota.plan_line"
	    " FOR EACH ROW EXECUTE FUNCTION no_room()");
	bench_go();
	daemon_expect_log(bench.town->daemon[0], "sqlstate=53100");
	line = show(bench.talk, plan);
	ck_assert_msg(line_has(line, "state=running"), "%s", line);
	bench_fill(0, 0, 1, "M");
	pgcluster_run(
	    bench.town->sql, "DROP TRIGGER no_room ON rota.plan_line");
	hear_done(watcher);
	check_adopts(0, plan);
	free(plan);
	bench_end();
}
END_TEST

int
main(void)
{
	static const struct pgcluster_options durable = {.durable = true};
	Suite *suite = suite_create("proposal_restart");
	TCase *tcase = tcase_create("restarts");

	tcase_set_timeout(tcase, 240);
	tcase_add_test(tcase, a_job_outlives_a_restart_of_the_database);
	tcase_add_test(tcase, a_daemon_that_died_meanwhile_has_lost_its_job);
	tcase_add_test(tcase, a_daemon_that_is_back_has_not_lost_its_job);
	tcase_add_loop_test(tcase, half_a_proposal_is_none, 0, 3);
	tcase_add_test(tcase, a_proposal_waits_for_room_in_the_database);
	suite_add_tcase(suite, tcase);
	return bench_run_on(&durable, suite);
}
