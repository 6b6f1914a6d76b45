/* SPDX-License-Identifier: ISC */
/*
 * status_test: the answers of the class fail that only a fault brings about,
 * each from its own fault, and that the same request succeeds once that is
 * over.  (Of "unavailable" and "loading" outage_test tells.)
 */
#include "tests/fault/fault_kit.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOON_MS = 30000, CROWD = 3 };

static struct pgcluster *cluster;

/* A town with one daemon and a few people. */
static struct town *
begin(const char *settings)
{
	struct town *town = town_new(cluster);

	town_start(town, 0, NULL, settings);
	town_sites(town, CROWD, KIT_HOURS);
	town_physicians(town, CROWD);
	return town;
}

/* A session in whose transaction nobody else can write a change. */
static PGconn *
hold(struct town *town)
{
	PGconn *holder =
	    pgcluster_connect(cluster, town->database, PGCLUSTER_ADMIN);

	pgcluster_run(holder, "BEGIN; LOCK TABLE rota.change IN SHARE MODE");
	return holder;
}

static void
let_go(PGconn *holder)
{
	pgcluster_run(holder, "ROLLBACK");
	PQfinish(holder);
}

static void
send_assign(struct talk *talk, unsigned n)
{
	talk_send(talk, "slot assign physician=%s site=%s day=%s part=M",
	    town_rpps(n), town_finess(n), town_day(0));
}

/* Until so many writes wait for the holder. */
static void
wait_for_lock(struct town *town, long long count)
{
	uint64_t deadline = town_now_ms() + SOON_MS;

	while (pgcluster_number(town->sql,
		   "SELECT count(*) FROM pg_stat_activity"
		   " WHERE application_name = 'rotad' AND wait_event_type ="
		   " 'Lock' AND datname = current_database()") < count) {
		ck_assert_msg(town_now_ms() < deadline, "nobody waits");
		town_pause();
	}
}

/* _i: whether it is the time for a lock, or for the statement, that is over. */
START_TEST(timeout)
{
	struct town *town = begin(_i == 0
		? "lock-timeout = 100ms\nstatement-timeout = 20s\n"
		: "lock-timeout = 200ms\nstatement-timeout = 200ms\n");
	struct talk *talk = town_talk(town, 0);
	PGconn *holder = hold(town);
	const char *answer;

	send_assign(talk, 0);
	answer = talk_answer(talk);
	kit_expect(answer, "fail timeout"); /* after so long */
	ck_assert(line_has(answer, "retry=yes"));
	kit_expect(talk_ask(talk, "site list limit=1"), "ok");
	let_go(holder);
	send_assign(talk, 0);
	kit_expect(talk_answer(talk), "ok");
	talk_free(talk);
	town_free(town);
}
END_TEST

/* One session, one place in its queue: the third is turned away at once. */
START_TEST(busy)
{
	struct town *town = begin("write-sessions = 1\nwrite-depth = 1\n"
				  "write-queue = 1\nlock-timeout = 9s\n");
	struct talk *talk[CROWD];
	unsigned done = 0, turned_away = 0;
	PGconn *holder = hold(town);

	for (unsigned i = 0; i < CROWD; i++)
		talk[i] = town_talk(town, 0);
	send_assign(talk[0], 0);
	wait_for_lock(town, 1);
	for (unsigned i = 1; i < CROWD; i++)
		send_assign(talk[i], i);
	/* Which of the two came first is for the kernel to say. */
	for (unsigned i = 1; i < CROWD; i++)
		talk_patience(talk[i], 1000);
	for (unsigned i = 1; i < CROWD; i++) {
		const char *answer = talk_answer(talk[i]);

		if (*answer == '\0')
			continue;
		kit_expect(answer, "fail busy");
		ck_assert(line_has(answer, "retry=yes"));
		turned_away++;
	}
	ck_assert_uint_eq(turned_away, CROWD - 2);
	let_go(holder);
	for (unsigned i = 0; i < CROWD; i++) {
		talk_patience(talk[i], 1000);
		done += line_begins(talk_answer(talk[i]), "ok");
		talk_free(talk[i]);
	}
	ck_assert_uint_eq(done, 2);
	town_free(town);
}
END_TEST

/* A daemon that does not hear of the database any more cannot know what
 * another one has written. */
START_TEST(behind)
{
	struct town *town = begin(NULL);
	char *target = xasprintf("unix:%s/.s.PGSQL.%u",
	    pgcluster_socket_folder(cluster), pgcluster_port(cluster));
	struct faultproxy *proxy = faultproxy_new(NULL, target);
	char *conninfo = xasprintf("host=127.0.0.1 port=%u dbname=%s user=%s",
	    faultproxy_port(proxy), town->database, PGCLUSTER_DAEMON);
	struct talk *talk = town_talk(town, 0), *other;
	const char *answer;
	char *cursor;

	town_start(town, 1, conninfo, "read-behind-timeout = 200ms\n");
	town_settle(town);
	faultproxy_stall(proxy, FAULTPROXY_DOWN);
	send_assign(talk, 0);
	answer = talk_answer(talk);
	kit_expect(answer, "ok");
	cursor = line_value(answer, "cursor");
	other = town_talk(town, 1);
	answer = talk_ask(other, "slot list physician=%s from=%s after=%s",
	    town_rpps(0), town_day(0), cursor);
	kit_expect(answer, "fail behind");
	ck_assert(line_has(answer, "retry=yes"));
	/* Without it, it answers as it knows. */
	kit_expect(talk_ask(other, "slot list physician=%s from=%s",
		       town_rpps(0), town_day(0)),
	    "ok count=0");
	faultproxy_pass(proxy);
	do
		answer =
		    talk_ask(other, "slot list physician=%s from=%s after=%s",
			town_rpps(0), town_day(0), cursor);
	while (line_begins(answer, "fail"));
	kit_expect(answer, "ok count=1");
	talk_free(other);
	talk_free(talk);
	free(conninfo);
	free(target);
	free(cursor);
	town_free(town);
	faultproxy_free(proxy);
}
END_TEST

/* PostgreSQL says what no daemon has ever heard. */
START_TEST(internal)
{
	struct town *town = begin(NULL);
	struct talk *talk = town_talk(town, 0);
	const char *answer;

	pgcluster_run(town->sql,
	    "CREATE FUNCTION public.trip() RETURNS trigger LANGUAGE plpgsql"
	    " AS $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'XX777', MESSAGE ="
	    " 'the sky fell'; END $$; CREATE TRIGGER trip BEFORE INSERT ON"
	    " rota.change FOR EACH ROW EXECUTE FUNCTION public.trip()");
	send_assign(talk, 0);
	answer = talk_answer(talk);
	kit_expect(answer, "fail internal");
	ck_assert(line_has(answer, "retry=no"));
	/* The client is not told what the log is. */
	ck_assert_ptr_null(strstr(answer, "sky"));
	daemon_expect_log(town->daemon[0], "the sky fell");
	pgcluster_run(town->sql, "DROP FUNCTION public.trip CASCADE");
	send_assign(talk, 0);
	kit_expect(talk_answer(talk), "ok");
	talk_free(talk);
	town_free(town);
}
END_TEST

/* The time to drain is over before the write is. */
START_TEST(stopping)
{
	struct town *town = town_new(cluster);
	char *conninfo =
	    pgcluster_conninfo(cluster, town->database, PGCLUSTER_DAEMON);
	PGconn *holder;
	struct talk *talk;

	town->daemon[0] =
	    daemon_new(conninfo, "drain-timeout = 300ms\nlock-timeout = 9s\n");
	free(conninfo);
	town_sites(town, CROWD, KIT_HOURS);
	town_physicians(town, CROWD);
	talk = town_talk(town, 0);
	holder = hold(town);
	send_assign(talk, 0);
	wait_for_lock(town, 1);
	daemon_term(town->daemon[0]);
	kit_expect(talk_answer(talk), "fail stopping");
	ck_assert_int_eq(daemon_wait_exit(town->daemon[0]), 0);
	let_go(holder);
	talk_free(talk);
	town_free(town);
}
END_TEST

static Suite *
status_suite(void)
{
	Suite *suite = suite_create("status");
	TCase *tcase = tcase_create("status");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, timeout, 0, 2);
	tcase_add_test(tcase, busy);
	tcase_add_test(tcase, behind);
	tcase_add_test(tcase, internal);
	tcase_add_test(tcase, stopping);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	int status;

	cluster = pgcluster_new(NULL);
	status = kit_run(status_suite());
	pgcluster_free(cluster);
	return status;
}
