/* SPDX-License-Identifier: ISC */
/*
 * outage_test: what clients see while the way to PostgreSQL, or the way to the
 * daemon, is cut, silent, slow or gone - and that all is well afterwards
 * without anybody starting anything again.
 *
 * An answer that is lost is forced, not hoped for: a proxy keeps it back until
 * the database shows that its write is done.
 */
#include "tests/support/faultproxy.h"
#include "tests/support/town.h"

#include "daemon/base/mem.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	AT_ONCE_MS = 1000,
	NOTICED_MS = 20000,
	SOON_MS = 30000,
	CUTS = 24,
	BYTES = 3000 /* of a few writes and their answers */
};

#define HOURS "hours=\"mon-sun M 09:00-12:00 A 14:00-18:00\""

static struct pgcluster *cluster;

struct scene {
	struct town *town;
	struct faultproxy *proxy; /* between daemon 0 and PostgreSQL */
	struct talk *talk;
};

static void
scene_begin(struct scene *scene, const char *settings)
{
	char *target = xasprintf("unix:%s/.s.PGSQL.%u",
	    pgcluster_socket_folder(cluster), pgcluster_port(cluster));
	char *conninfo;

	scene->town = town_new(cluster);
	scene->proxy = faultproxy_new(NULL, target);
	conninfo = xasprintf("host=127.0.0.1 port=%u dbname=%s user=%s",
	    faultproxy_port(scene->proxy), scene->town->database,
	    PGCLUSTER_DAEMON);
	town_start(scene->town, 0, conninfo, settings);
	town_sites(scene->town, 4, HOURS);
	town_physicians(scene->town, 4);
	scene->talk = town_talk(scene->town, 0);
	free(conninfo);
	free(target);
}

static void
scene_end(struct scene *scene)
{
	talk_free(scene->talk);
	town_free(scene->town);
	faultproxy_free(scene->proxy);
}

static char *
assign_line(unsigned physician, int day, const char *key)
{
	return xasprintf("slot assign physician=%s site=%s day=%s part=M%s%s",
	    town_rpps(physician), town_finess(physician), town_day(day),
	    key == NULL ? "" : " key=", key == NULL ? "" : key);
}

static void
expect(const char *answer, const char *words)
{
	ck_assert_msg(line_begins(answer, words), "\"%s\" instead of \"%s\"",
	    answer, words);
}

/* The database shows that the write under the key is done. */
static void
wait_for_key(struct town *town, const char *key)
{
	uint64_t deadline = town_now_ms() + SOON_MS;

	while (
	    pgcluster_number(town->sql,
		"SELECT count(*) FROM rota.key WHERE key = '%s'", key) != 1) {
		ck_assert_msg(
		    town_now_ms() < deadline, "the write is not done");
		town_pause();
	}
}

static void
wait_for_waiting(struct faultproxy *proxy, enum faultproxy_way way)
{
	uint64_t deadline = town_now_ms() + SOON_MS;

	while (faultproxy_waiting(proxy, way) == 0) {
		ck_assert_msg(town_now_ms() < deadline, "nothing to keep back");
		town_pause();
	}
}

/* The retry gets the first answer: that of the write that was done. */
static void
check_replay(struct scene *scene, const char *line, const char *key)
{
	uint64_t deadline = town_now_ms() + SOON_MS;
	const char *answer;
	char *slot;

	for (;;) {
		answer = talk_ask(scene->talk, "%s", line);
		if (!line_begins(answer, "fail"))
			break;
		ck_assert_msg(town_now_ms() < deadline, "%s", answer);
		town_pause();
	}
	expect(answer, "ok");
	ck_assert_msg(line_has(answer, "replayed=yes"), "%s", answer);
	ck_assert_int_eq(line_number(answer, "rev"), 1);
	slot = line_value(answer, "slot");
	ck_assert_int_eq(
	    pgcluster_number(scene->town->sql,
		"SELECT count(*) FROM rota.assignment a, rota.key k"
		" WHERE a.id = '%s' AND k.key = '%s'"
		" AND k.answer LIKE '%%' || a.id || '%%'",
		slot, key),
	    1);
	ck_assert_int_eq(pgcluster_number(scene->town->sql,
			     "SELECT count(*) FROM rota.assignment"),
	    1);
	free(slot);
}

/* ----- an answer that is lost ----- */

START_TEST(lost_between_daemon_and_client)
{
	char *key = xstrdup(town_uuid()), *line = assign_line(0, 0, key);
	struct faultproxy *front;
	struct scene scene;
	char *target;

	scene_begin(&scene, NULL);
	target = xasprintf("127.0.0.1:%u", daemon_port(scene.town->daemon[0]));
	front = faultproxy_new(NULL, target);
	talk_free(scene.talk);
	scene.talk = talk_open_port(faultproxy_port(front));
	free(target);
	target = daemon_token(scene.town->daemon[0], "role=admin");
	expect(talk_ask(scene.talk, "auth token=%s", target), "ok");

	faultproxy_stall(front, FAULTPROXY_DOWN);
	talk_send(scene.talk, "%s", line);
	wait_for_key(scene.town, key);
	wait_for_waiting(front, FAULTPROXY_DOWN);
	faultproxy_cut(front);
	faultproxy_pass(front);
	ck_assert_str_eq(talk_answer(scene.talk), "");
	ck_assert(talk_over(scene.talk));

	talk_free(scene.talk);
	scene.talk = talk_open_port(faultproxy_port(front));
	expect(talk_ask(scene.talk, "auth token=%s", target), "ok");
	check_replay(&scene, line, key);
	free(target);
	free(line);
	free(key);
	scene_end(&scene);
	faultproxy_free(front);
}
END_TEST

START_TEST(lost_between_database_and_daemon)
{
	char *key = xstrdup(town_uuid()), *line = assign_line(0, 0, key);
	struct scene scene;
	const char *answer;

	scene_begin(&scene, NULL);
	faultproxy_stall(scene.proxy, FAULTPROXY_DOWN);
	talk_send(scene.talk, "%s", line);
	wait_for_key(scene.town, key);
	faultproxy_cut(scene.proxy);
	answer = talk_answer(scene.talk);
	expect(answer, "fail unavailable");
	ck_assert(line_has(answer, "retry=yes"));
	faultproxy_pass(scene.proxy);
	check_replay(&scene, line, key);
	free(line);
	free(key);
	scene_end(&scene);
}
END_TEST

START_TEST(daemon_killed_between_commit_and_answer)
{
	char *key = xstrdup(town_uuid()), *line = assign_line(0, 0, key);
	struct scene scene;

	scene_begin(&scene, NULL);
	faultproxy_stall(scene.proxy, FAULTPROXY_DOWN);
	talk_send(scene.talk, "%s", line);
	wait_for_key(scene.town, key);
	daemon_kill(scene.town->daemon[0]);
	ck_assert_str_eq(talk_answer(scene.talk), "");
	faultproxy_cut(scene.proxy);
	faultproxy_pass(scene.proxy);
	daemon_restart(scene.town->daemon[0]);
	talk_free(scene.talk);
	scene.talk = town_talk(scene.town, 0);
	check_replay(&scene, line, key);
	free(line);
	free(key);
	scene_end(&scene);
}
END_TEST

/* ----- the database is away ----- */

/* A request that must be answered at once, and how. */
static const char *
ask_at_once(struct scene *scene, const char *line, const char *words)
{
	uint64_t start = town_now_ms();
	const char *answer = talk_ask(scene->talk, "%s", line);

	ck_assert_msg(town_now_ms() - start < AT_ONCE_MS,
	    "%s: %s after %llu ms", line, answer,
	    (unsigned long long)(town_now_ms() - start));
	expect(answer, words);
	return answer;
}

/* Until reads say since when they are stale. */
static void
wait_until_stale(struct scene *scene)
{
	uint64_t deadline = town_now_ms() + NOTICED_MS;
	const char *answer;

	for (;;) {
		answer = talk_ask(scene->talk, "site list limit=1");
		expect(answer, "ok");
		if (strstr(answer, " stale-since=") != NULL)
			break;
		ck_assert_msg(town_now_ms() < deadline, "%s", answer);
		town_pause();
	}
	ck_assert_ptr_null(strstr(answer, " cursor="));
}

static void
check_outage(struct scene *scene)
{
	char *line = assign_line(1, 1, NULL), *list;
	const char *answer;

	list = xasprintf("slot list physician=%s from=%s to=%s", town_rpps(0),
	    town_day(0), town_day(0));
	wait_until_stale(scene);
	answer = ask_at_once(scene, list, "ok count=1");
	ck_assert_ptr_nonnull(strstr(answer, " stale-since="));
	ask_at_once(scene, "site list limit=1", "ok count=1");
	answer = ask_at_once(scene, line, "fail unavailable");
	ck_assert(line_has(answer, "retry=yes"));
	ask_at_once(
	    scene, "territory put code=T kind=cpts", "fail unavailable");
	answer = ask_at_once(scene, "status", "ok");
	ck_assert(line_has(answer, "database=down"));
	ck_assert(line_has(answer, "book=ready"));
	free(list);
	free(line);
}

/* All is as before, and writes work. */
static void
check_recovery(struct scene *scene)
{
	char *line = assign_line(1, 1, NULL);
	const char *answer;

	town_wait_up(scene->town, 0);
	answer = talk_ask(scene->talk, "%s", line);
	expect(answer, "ok");
	ck_assert_ptr_nonnull(strstr(answer, " cursor="));
	answer = talk_ask(scene->talk, "slot list physician=%s from=%s to=%s",
	    town_rpps(1), town_day(1), town_day(1));
	expect(answer, "ok count=1");
	ck_assert_ptr_null(strstr(answer, " stale-since="));
	free(line);
}

START_TEST(database_stopped)
{
	char *line = assign_line(0, 0, NULL);
	struct scene scene;

	scene_begin(&scene, NULL);
	expect(talk_ask(scene.talk, "%s", line), "ok");
	pgcluster_stop(cluster, _i == 0 ? PGCLUSTER_FAST : PGCLUSTER_CRASH);
	check_outage(&scene);
	pgcluster_start(cluster);
	town_sql_anew(scene.town);
	check_recovery(&scene);
	free(line);
	scene_end(&scene);
}
END_TEST

START_TEST(database_out_of_reach)
{
	char *line = assign_line(0, 0, NULL);
	struct scene scene;

	scene_begin(&scene, NULL);
	expect(talk_ask(scene.talk, "%s", line), "ok");
	faultproxy_refuse(scene.proxy);
	faultproxy_cut(scene.proxy);
	check_outage(&scene);
	faultproxy_pass(scene.proxy);
	check_recovery(&scene);
	free(line);
	scene_end(&scene);
}
END_TEST

/* Nobody says that the other side is gone: only time tells. */
START_TEST(database_silent)
{
	char *line = assign_line(0, 0, NULL);
	uint64_t start;
	struct scene scene;

	scene_begin(&scene,
	    "statement-timeout = 500ms\nlock-timeout = 200ms\n"
	    "connect-timeout = 500ms\n");
	expect(talk_ask(scene.talk, "%s", line), "ok");
	faultproxy_stall(scene.proxy, FAULTPROXY_UP);
	if (_i == 1)
		faultproxy_stall(scene.proxy, FAULTPROXY_DOWN);
	free(line);
	line = assign_line(2, 2, NULL);
	start = town_now_ms();
	ck_assert(line_begins(talk_ask(scene.talk, "%s", line), "fail"));
	ck_assert_uint_lt(town_now_ms() - start, NOTICED_MS);
	check_outage(&scene);
	faultproxy_pass(scene.proxy);
	faultproxy_cut(scene.proxy);
	check_recovery(&scene);
	free(line);
	scene_end(&scene);
}
END_TEST

/* The server itself hangs, as a machine that swaps. */
START_TEST(database_frozen)
{
	char *line = assign_line(0, 0, NULL);
	struct scene scene;

	scene_begin(&scene,
	    "statement-timeout = 500ms\nlock-timeout = 200ms\n"
	    "connect-timeout = 500ms\n");
	expect(talk_ask(scene.talk, "%s", line), "ok");
	pgcluster_suspend(cluster);
	check_outage(&scene);
	pgcluster_continue(cluster);
	check_recovery(&scene);
	free(line);
	scene_end(&scene);
}
END_TEST

/* ----- one session of it hangs ----- */

/* Stops the sessions of the daemon whose last statement is like the pattern. */
static void
signal_sessions(struct scene *scene, const char *pattern, int number)
{
	PGresult *pids = PQexecParams(scene->town->sql,
	    "SELECT pid FROM pg_stat_activity WHERE application_name = 'rotad'"
	    " AND datname = current_database() AND query LIKE $1",
	    1, NULL, &pattern, NULL, NULL, 0);

	ck_assert_int_gt(PQntuples(pids), 0);
	for (int i = 0; i < PQntuples(pids); i++)
		ck_assert_int_eq(
		    kill((pid_t)atoi(PQgetvalue(pids, i, 0)), number), 0);
	PQclear(pids);
}

/* Without the feed, writes are done all the same: what is answered says that
 * reads do not show it yet. */
START_TEST(feed_frozen)
{
	char *line = assign_line(0, 0, NULL);
	struct scene scene;
	const char *answer;

	scene_begin(
	    &scene, "statement-timeout = 500ms\nlock-timeout = 200ms\n");
	signal_sessions(&scene, "%pg_current_snapshot%", SIGSTOP);
	answer = talk_ask(scene.talk, "%s", line);
	expect(answer, "ok");
	ck_assert_msg(line_number(answer, "lag") > 0, "%s", answer);
	ck_assert_ptr_null(strstr(answer, " cursor="));
	signal_sessions(&scene, "%pg_current_snapshot%", SIGCONT);
	check_recovery(&scene);
	expect(talk_ask(scene.talk, "slot list physician=%s from=%s to=%s",
		   town_rpps(0), town_day(0), town_day(0)),
	    "ok count=1");
	free(line);
	scene_end(&scene);
}
END_TEST

/* The session that has a write hangs: the others go on, and the key tells what
 * became of it. */
START_TEST(write_session_frozen)
{
	char *key = xstrdup(town_uuid()), *line = assign_line(0, 0, key);
	char *other = assign_line(1, 0, NULL);
	PGconn *holder;
	struct scene scene;
	struct talk *second;
	const char *answer;

	scene_begin(&scene,
	    "statement-timeout = 500ms\nlock-timeout = 500ms\n"
	    "write-sessions = 2\nwrite-depth = 1\n");
	holder =
	    pgcluster_connect(cluster, scene.town->database, PGCLUSTER_ADMIN);
	pgcluster_run(holder, "BEGIN; LOCK TABLE rota.change IN SHARE MODE");
	talk_send(scene.talk, "%s", line);
	while (pgcluster_number(scene.town->sql,
		   "SELECT count(*) FROM pg_stat_activity WHERE"
		   " wait_event_type = 'Lock'"
		   " AND datname = current_database()") == 0)
		town_pause();
	/* It has the key and the guards, and does not hear its time-outs. */
	signal_sessions(&scene, "%rota.write%", SIGSTOP);
	pgcluster_run(holder, "ROLLBACK");
	PQfinish(holder);
	answer = talk_answer(scene.talk);
	ck_assert_msg(line_begins(answer, "fail timeout") ||
		line_begins(answer, "fail unavailable"),
	    "%s", answer);
	/* Whoever needs what it holds cannot go on, others can. */
	second = town_talk(scene.town, 0);
	ck_assert(line_begins(talk_ask(scene.talk, "%s", line), "fail"));
	expect(talk_ask(second, "%s", other), "ok");
	signal_sessions(&scene, "%rota.write%", SIGCONT);
	do
		answer = talk_ask(scene.talk, "%s", line);
	while (line_begins(answer, "fail"));
	expect(answer, "ok");
	ck_assert_int_eq(
	    pgcluster_number(scene.town->sql, "SELECT count(*) FROM rota.key"),
	    1);
	ck_assert_int_eq(pgcluster_number(scene.town->sql,
			     "SELECT count(*) FROM rota.assignment"),
	    2);
	talk_free(second);
	free(other);
	free(line);
	free(key);
	scene_end(&scene);
}
END_TEST

/* A daemon that starts while the database is away says that it loads. */
START_TEST(started_without_a_database)
{
	struct scene scene;
	struct talk *talk;
	char *conninfo, *line = assign_line(0, 0, NULL);
	struct daemon_options options = {NULL};
	const char *answer;

	scene_begin(&scene, NULL);
	faultproxy_refuse(scene.proxy);
	conninfo = xasprintf("host=127.0.0.1 port=%u dbname=%s user=%s",
	    faultproxy_port(scene.proxy), scene.town->database,
	    PGCLUSTER_DAEMON);
	options.conninfo = conninfo;
	options.config = "reconnect-min = 5ms\nreconnect-max = 50ms\n";
	scene.town->daemon[1] = daemon_spawn(&options);
	while ((talk = talk_open(daemon_socket(scene.town->daemon[1]))) == NULL)
		town_pause();
	answer = talk_ask(talk, "site list");
	expect(answer, "fail loading");
	ck_assert(line_has(answer, "retry=yes"));
	expect(talk_ask(talk, "%s", line), "fail loading");
	expect(talk_ask(talk, "ping"), "ok");
	answer = talk_ask(talk, "status");
	ck_assert(line_has(answer, "book=loading"));
	faultproxy_pass(scene.proxy);
	daemon_wait_ready(scene.town->daemon[1]);
	expect(talk_ask(talk, "%s", line), "ok");
	talk_free(talk);
	free(conninfo);
	free(line);
	scene_end(&scene);
}
END_TEST

/* ----- cut anywhere, and slow ----- */

/* Writes under one key until it is done. */
static void
insist(struct scene *scene, const char *line)
{
	uint64_t deadline = town_now_ms() + SOON_MS;
	const char *answer;

	do {
		answer = talk_ask(scene->talk, "%s", line);
		ck_assert_msg(town_now_ms() < deadline, "%s: %s", line, answer);
		town_pause();
	} while (line_begins(answer, "fail"));
	expect(answer, "ok");
	ck_assert_int_eq(line_number(answer, "rev"), 1);
}

/* _i: the way on which the bytes are counted. */
START_TEST(cut_in_the_middle_of_a_message)
{
	uint64_t chance = town_seed();
	struct scene scene;

	scene_begin(&scene, NULL);
	for (int i = 0; i < CUTS; i++) {
		char *line = assign_line(0, i, town_uuid());

		faultproxy_cut_after(scene.proxy, (enum faultproxy_way)_i,
		    1 + town_below(&chance, BYTES));
		/* Those that connect again are cut there too, so at some time
		 * the daemon is given a way that holds. */
		ck_assert(*talk_ask(scene.talk, "%s", line) != '\0');
		faultproxy_pass(scene.proxy);
		insist(&scene, line);
		free(line);
	}
	ck_assert_int_eq(pgcluster_number(scene.town->sql,
			     "SELECT count(*) FROM rota.assignment"),
	    CUTS);
	ck_assert_int_eq(
	    pgcluster_number(scene.town->sql, "SELECT count(*) FROM rota.key"),
	    CUTS);
	town_wait_up(scene.town, 0);
	expect(talk_ask(scene.talk, "slot list physician=%s from=%s to=%s",
		   town_rpps(0), town_day(0), town_day(CUTS)),
	    "ok count=24");
	scene_end(&scene);
}
END_TEST

START_TEST(one_byte_at_a_time)
{
	char *line;
	struct scene scene;

	scene_begin(&scene, NULL);
	faultproxy_trickle(scene.proxy, FAULTPROXY_UP);
	faultproxy_trickle(scene.proxy, FAULTPROXY_DOWN);
	for (int i = 0; i < 10; i++) {
		line = assign_line(0, i, town_uuid());
		expect(talk_ask(scene.talk, "%s", line), "ok");
		free(line);
	}
	expect(talk_ask(scene.talk, "slot list physician=%s from=%s to=%s",
		   town_rpps(0), town_day(0), town_day(10)),
	    "ok count=10");
	scene_end(&scene);
}
END_TEST

static Suite *
outage_suite(void)
{
	Suite *suite = suite_create("outage");
	TCase *tcase = tcase_create("outage");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, lost_between_daemon_and_client);
	tcase_add_test(tcase, lost_between_database_and_daemon);
	tcase_add_test(tcase, daemon_killed_between_commit_and_answer);
	tcase_add_loop_test(tcase, database_stopped, 0, 2);
	tcase_add_test(tcase, database_out_of_reach);
	tcase_add_loop_test(tcase, database_silent, 0, 2);
	tcase_add_test(tcase, database_frozen);
	tcase_add_test(tcase, feed_frozen);
	tcase_add_test(tcase, write_session_frozen);
	tcase_add_test(tcase, started_without_a_database);
	tcase_add_loop_test(tcase, cut_in_the_middle_of_a_message, 0, 2);
	tcase_add_test(tcase, one_byte_at_a_time);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	static const struct pgcluster_options options = {.durable = true};
	SRunner *runner;
	int failed;

	cluster = pgcluster_new(&options);
	runner = srunner_create(outage_suite());
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	pgcluster_free(cluster);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
