/* SPDX-License-Identifier: ISC */
/*
 * outage_test: what clients see while PostgreSQL, or one session of it, is
 * gone, out of reach, silent or frozen - and that all is well afterwards
 * without anybody starting anything again.
 */
#include "tests/fault/fault_kit.h"

#include "daemon/base/mem.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* At once: without waiting for the five seconds that connecting may take. */
enum { AT_ONCE_MS = 4000, NOTICED_MS = 20000 };

static struct pgcluster *cluster;

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
	kit_expect(answer, words);
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
		kit_expect(answer, "ok");
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
	char *line = kit_assign_line(1, 1, NULL), *list;
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

START_TEST(database_stopped)
{
	char *line = kit_assign_line(0, 0, NULL);
	struct scene scene;

	scene_begin(&scene, cluster, NULL);
	kit_expect(talk_ask(scene.talk, "%s", line), "ok");
	pgcluster_stop(cluster, _i == 0 ? PGCLUSTER_FAST : PGCLUSTER_CRASH);
	check_outage(&scene);
	pgcluster_start(cluster);
	town_sql_anew(scene.town);
	scene_check_recovery(&scene);
	free(line);
	scene_end(&scene);
}
END_TEST

START_TEST(database_out_of_reach)
{
	char *line = kit_assign_line(0, 0, NULL);
	struct scene scene;

	scene_begin(&scene, cluster, NULL);
	kit_expect(talk_ask(scene.talk, "%s", line), "ok");
	faultproxy_refuse(scene.proxy);
	faultproxy_cut(scene.proxy);
	check_outage(&scene);
	faultproxy_pass(scene.proxy);
	scene_check_recovery(&scene);
	free(line);
	scene_end(&scene);
}
END_TEST

/* Nobody says that the other side is gone: only time tells. */
START_TEST(database_silent)
{
	char *line = kit_assign_line(0, 0, NULL);
	uint64_t start;
	struct scene scene;

	scene_begin(&scene, cluster,
	    "statement-timeout = 500ms\nlock-timeout = 200ms\n"
	    "connect-timeout = 500ms\n");
	kit_expect(talk_ask(scene.talk, "%s", line), "ok");
	faultproxy_stall(scene.proxy, FAULTPROXY_UP);
	if (_i == 1)
		faultproxy_stall(scene.proxy, FAULTPROXY_DOWN);
	free(line);
	line = kit_assign_line(2, 2, NULL);
	start = town_now_ms();
	ck_assert(line_begins(talk_ask(scene.talk, "%s", line), "fail"));
	ck_assert_uint_lt(town_now_ms() - start, NOTICED_MS);
	check_outage(&scene);
	faultproxy_pass(scene.proxy);
	faultproxy_cut(scene.proxy);
	scene_check_recovery(&scene);
	free(line);
	scene_end(&scene);
}
END_TEST

/* The server itself hangs, as a machine that swaps. */
START_TEST(database_frozen)
{
	char *line = kit_assign_line(0, 0, NULL);
	struct scene scene;

	scene_begin(&scene, cluster,
	    "statement-timeout = 500ms\nlock-timeout = 200ms\n"
	    "connect-timeout = 500ms\n");
	kit_expect(talk_ask(scene.talk, "%s", line), "ok");
	pgcluster_suspend(cluster);
	check_outage(&scene);
	pgcluster_continue(cluster);
	scene_check_recovery(&scene);
	free(line);
	scene_end(&scene);
}
END_TEST

/* ----- one session of it hangs ----- */

/* Without the feed, writes are done all the same: what is answered says that
 * reads do not show it yet. */
START_TEST(feed_frozen)
{
	char *line = kit_assign_line(0, 0, NULL);
	struct scene scene;
	const char *answer;

	scene_begin(&scene, cluster,
	    "statement-timeout = 500ms\nlock-timeout = 200ms\n");
	scene_signal(&scene, "%pg_current_snapshot%", SIGSTOP);
	answer = talk_ask(scene.talk, "%s", line);
	kit_expect(answer, "ok");
	ck_assert_msg(line_number(answer, "lag") > 0, "%s", answer);
	ck_assert_ptr_null(strstr(answer, " cursor="));
	scene_signal(&scene, "%pg_current_snapshot%", SIGCONT);
	scene_check_recovery(&scene);
	kit_expect(talk_ask(scene.talk, "slot list physician=%s from=%s to=%s",
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
	char *key = xstrdup(town_uuid()), *line = kit_assign_line(0, 0, key);
	char *other = kit_assign_line(1, 0, NULL);
	PGconn *holder;
	struct scene scene;
	struct talk *second;
	const char *answer;

	scene_begin(&scene, cluster,
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
	scene_signal(&scene, "%rota.write%", SIGSTOP);
	pgcluster_run(holder, "ROLLBACK");
	PQfinish(holder);
	answer = talk_answer(scene.talk);
	ck_assert_msg(line_begins(answer, "fail timeout") ||
		line_begins(answer, "fail unavailable"),
	    "%s", answer);
	/* Whoever needs what it holds cannot go on, others can. */
	second = town_talk(scene.town, 0);
	ck_assert(line_begins(talk_ask(scene.talk, "%s", line), "fail"));
	kit_expect(talk_ask(second, "%s", other), "ok");
	scene_signal(&scene, "%rota.write%", SIGCONT);
	do
		answer = talk_ask(scene.talk, "%s", line);
	while (line_begins(answer, "fail"));
	kit_expect(answer, "ok");
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
	char *conninfo, *line = kit_assign_line(0, 0, NULL);
	struct daemon_options options = {NULL};
	const char *answer;

	scene_begin(&scene, cluster, NULL);
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
	kit_expect(answer, "fail loading");
	ck_assert(line_has(answer, "retry=yes"));
	kit_expect(talk_ask(talk, "%s", line), "fail loading");
	kit_expect(talk_ask(talk, "ping"), "ok");
	answer = talk_ask(talk, "status");
	ck_assert(line_has(answer, "book=loading"));
	faultproxy_pass(scene.proxy);
	daemon_wait_ready(scene.town->daemon[1]);
	kit_expect(talk_ask(talk, "%s", line), "ok");
	talk_free(talk);
	free(conninfo);
	free(line);
	scene_end(&scene);
}
END_TEST

static Suite *
outage_suite(void)
{
	Suite *suite = suite_create("outage");
	TCase *tcase = tcase_create("outage");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, database_stopped, 0, 2);
	tcase_add_test(tcase, database_out_of_reach);
	tcase_add_loop_test(tcase, database_silent, 0, 2);
	tcase_add_test(tcase, database_frozen);
	tcase_add_test(tcase, feed_frozen);
	tcase_add_test(tcase, write_session_frozen);
	tcase_add_test(tcase, started_without_a_database);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	static const struct pgcluster_options options = {.durable = true};
	int status;

	cluster = pgcluster_new(&options);
	status = kit_run(outage_suite());
	pgcluster_free(cluster);
	return status;
}
