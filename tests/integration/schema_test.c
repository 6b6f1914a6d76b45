/* SPDX-License-Identifier: ISC */
/*
 * schema_test: what database a daemon serves: a schema that has what it needs
 * and does not ask for a newer one; and with which privileges: those of
 * rota_daemon, which suffice, and no other.
 */
#include "tests/support/town.h"

#include "daemon/base/mem.h"
#include "tests/support/suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REFUSED = 3, SOON_MS = 30000 };

static struct pgcluster *cluster;

/* A daemon on that database ends, and has said these words. */
static void
check_refused(const char *database, const char *login, const char *words)
{
	char *conninfo = pgcluster_conninfo(cluster, database, login), *log;
	struct daemon_options options = {.conninfo = conninfo};
	struct daemon *daemon = daemon_spawn(&options);
	int status = daemon_wait_exit(daemon);

	log = daemon_log(daemon);
	ck_assert_msg(status == REFUSED, "exit status %d\n%s", status, log);
	ck_assert_msg(strstr(log, "database-refused") != NULL, "%s", log);
	ck_assert_msg(strstr(log, words) != NULL, "%s", log);
	free(log);
	daemon_free(daemon);
	free(conninfo);
}

START_TEST(no_schema)
{
	char *database = pgcluster_database(cluster, true);

	check_refused(database, PGCLUSTER_DAEMON, "rota-migrate");
	free(database);
}
END_TEST

START_TEST(schema_too_old)
{
	struct town *town = town_new(cluster);

	pgcluster_run(town->sql,
	    "ALTER TABLE rota.migration"
	    " DROP CONSTRAINT IF EXISTS migration_check,"
	    " DROP CONSTRAINT IF EXISTS migration_number_check;"
	    "DELETE FROM rota.migration WHERE number > 1;"
	    "UPDATE rota.migration SET number = 0");
	check_refused(town->database, PGCLUSTER_DAEMON, "rota-migrate");
	pgcluster_run(town->sql, "DELETE FROM rota.migration");
	check_refused(
	    town->database, PGCLUSTER_DAEMON, "rota.migration is empty");
	town_free(town);
}
END_TEST

START_TEST(schema_too_new)
{
	struct town *town = town_new(cluster);

	pgcluster_run(town->sql,
	    "INSERT INTO rota.migration (number, name, oldest_daemon)"
	    " VALUES (9998, 'far', 9998), (9999, 'farther', 1)");
	check_refused(town->database, PGCLUSTER_DAEMON, "9998");
	town_free(town);
}
END_TEST

START_TEST(schema_newer_but_kind)
{
	struct town *town = town_new(cluster);
	struct talk *talk;

	pgcluster_run(town->sql,
	    "INSERT INTO rota.migration (number, name, oldest_daemon)"
	    " VALUES (9999, 'far', 1);"
	    "ALTER TABLE rota.site ADD COLUMN colour text NOT NULL"
	    " DEFAULT 'white';"
	    "ALTER TABLE rota.assignment ADD COLUMN mood text;"
	    "CREATE TABLE rota.mood (id uuid PRIMARY KEY)");
	town_start(town, 0, NULL, NULL);
	town_sites(town, 1, "rooms=2");
	town_physicians(town, 1);
	talk = town_talk(town, 0);
	/* What this daemon does not know stays as it is. */
	pgcluster_run(town->sql, "UPDATE rota.site SET colour = 'red'");
	ck_assert(line_begins(
	    talk_ask(talk, "site put site=%s rooms=3", town_finess(0)), "ok"));
	ck_assert_int_eq(
	    pgcluster_number(town->sql,
		"SELECT count(*) FROM rota.site WHERE colour = 'red'"),
	    1);
	ck_assert(line_begins(
	    talk_ask(talk, "slot assign physician=%s site=%s day=%s part=M",
		town_rpps(0), town_finess(0), town_day(0)),
	    "ok"));
	talk_free(talk);
	town_free(town);
}
END_TEST

/* A change of a kind that is not known yet is passed over, and counted. */
START_TEST(unknown_kind_of_change)
{
	struct town *town = town_new(cluster);
	struct talk *talk, *watch;
	const char *answer;

	town_start(town, 0, NULL, NULL);
	town_sites(town, 1, "rooms=2");
	talk = town_talk(town, 0);
	watch = town_talk(town, 0);
	ck_assert(line_begins(talk_ask(watch, "watch"), "ok"));
	pgcluster_run(town->sql,
	    "INSERT INTO rota.change (epoch, kind, entity, rev, payload)"
	    " SELECT epoch, 'mood', gen_random_uuid(), 1,"
	    " '{\"colour\": [1, {\"a\": null}]}' FROM rota.present");
	answer = talk_ask(talk, "territory put code=T kind=cpts");
	ck_assert(line_begins(answer, "ok"));
	ck_assert_ptr_nonnull(talk_push(watch, "territory", SOON_MS));
	/* The book can still be loaded with it in the feed. */
	town_start(town, 1, NULL, NULL);
	town_settle(town);
	talk_free(watch);
	talk_free(talk);
	town_free(town);
}
END_TEST

/* The schema becomes too new under a daemon that runs: it may not write what
 * it does not understand, and says so, and is there again when it may. */
START_TEST(schema_changes_under_a_daemon)
{
	struct town *town = town_new(cluster);
	uint64_t deadline = town_now_ms() + SOON_MS;
	struct talk *talk;
	const char *answer;

	town_start(town, 0, NULL, NULL);
	town_sites(town, 1, "rooms=2");
	talk = town_talk(town, 0);
	pgcluster_run(town->sql,
	    "INSERT INTO rota.migration (number, name, oldest_daemon)"
	    " VALUES (9999, 'far', 9999)");
	pgcluster_run(town->sql,
	    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
	    " WHERE application_name = 'rotad'"
	    " AND datname = current_database()");
	daemon_expect_log(town->daemon[0], "9999");
	answer = talk_ask(talk, "territory put code=T kind=cpts");
	ck_assert_msg(line_begins(answer, "fail unavailable"), "%s", answer);
	while (!line_has(talk_ask(talk, "status"), "database=down")) {
		ck_assert_uint_lt(town_now_ms(), deadline);
		town_pause();
	}
	ck_assert_int_eq(
	    pgcluster_number(town->sql, "SELECT count(*) FROM rota.territory"),
	    0);
	pgcluster_run(
	    town->sql, "DELETE FROM rota.migration WHERE number = 9999");
	do {
		answer = talk_ask(talk, "territory put code=T kind=cpts");
		ck_assert_msg(town_now_ms() < deadline, "%s", answer);
		town_pause();
	} while (line_begins(answer, "fail"));
	ck_assert(line_begins(answer, "ok"));
	talk_free(talk);
	town_free(town);
}
END_TEST

/* ----- privileges ----- */

/* The daemon's login may read these, call these, and nothing else of ours. */
START_TEST(daemon_may_read_and_call)
{
	struct town *town = town_new(cluster);
	PGconn *sql =
	    pgcluster_connect(cluster, town->database, PGCLUSTER_DAEMON);

	ck_assert_int_eq(
	    pgcluster_number(sql,
		"SELECT count(*) FROM pg_class c WHERE relnamespace ="
		" 'rota'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') AND"
		" has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE,"
		" REFERENCES, TRIGGER')"),
	    0);
	ck_assert_int_eq(
	    pgcluster_number(sql,
		"SELECT count(*) FROM pg_class c WHERE CASE WHEN relkind = 'S'"
		" AND relnamespace = 'rota'::regnamespace THEN"
		" has_sequence_privilege(c.oid, 'USAGE, UPDATE') ELSE false"
		" END"),
	    0);
	ck_assert_int_eq(
	    pgcluster_number(sql,
		"SELECT count(*) FROM pg_class c WHERE relnamespace ="
		" 'rota'::regnamespace AND relname = 'key' AND"
		" has_table_privilege(c.oid, 'SELECT')"),
	    0);
	ck_assert_int_eq(
	    pgcluster_number(sql,
		"SELECT count(*) FROM pg_proc p WHERE pronamespace ="
		" 'rota'::regnamespace AND has_function_privilege(p.oid,"
		" 'EXECUTE') AND NOT prosecdef"),
	    0);
	ck_assert_int_eq(
	    pgcluster_number(sql,
		"SELECT count(*) FROM pg_proc p WHERE pronamespace ="
		" 'rota'::regnamespace AND prosecdef AND NOT EXISTS (SELECT"
		" FROM unnest(proconfig) c WHERE c LIKE 'search_path=%%')"),
	    0);
	ck_assert_int_eq(
	    pgcluster_number(sql,
		"SELECT count(*) FROM (SELECT relowner AS owner FROM pg_class"
		" WHERE relnamespace = 'rota'::regnamespace UNION SELECT"
		" proowner FROM pg_proc WHERE pronamespace ="
		" 'rota'::regnamespace) o WHERE pg_has_role(owner, 'MEMBER')"),
	    0);
	ck_assert_int_eq(pgcluster_number(sql,
			     "SELECT (has_schema_privilege('rota', 'CREATE') OR"
			     " has_database_privilege(current_database(),"
			     " 'CREATE'))::int"),
	    0);
	PQfinish(sql);
	town_free(town);
}
END_TEST

static const char *const forbidden[] = {
    "INSERT INTO rota.change DEFAULT VALUES",
    "UPDATE rota.assignment SET state = 'cancelled'",
    "DELETE FROM rota.change",
    "TRUNCATE rota.key",
    "UPDATE rota.guard SET rev = 0",
    "SELECT * FROM rota.key",
    "SELECT rota.put_entity('site', '{}')",
    "SELECT rota.open_epoch()",
    "INSERT INTO rota.epoch (epoch, system_identifier, why) VALUES (0, 1, '')",
    "INSERT INTO rota.migration VALUES (3, 'mine', 1)",
    "CREATE TABLE rota.mine (n int)",
    "ALTER TABLE rota.site DISABLE TRIGGER ALL",
    "SET ROLE rota_owner",
    "SET SESSION AUTHORIZATION rota_owner",
    "DROP SCHEMA rota CASCADE",
};

START_TEST(daemon_may_not_do_otherwise)
{
	struct town *town = town_new(cluster);
	PGconn *sql =
	    pgcluster_connect(cluster, town->database, PGCLUSTER_DAEMON);

	for (size_t i = 0; i < ARRAY_SIZE(forbidden); i++) {
		PGresult *result = PQexec(sql, forbidden[i]);
		const char *state =
		    PQresultErrorField(result, PG_DIAG_SQLSTATE);

		ck_assert_msg(state != NULL && strcmp(state, "42501") == 0,
		    "%s: %s", forbidden[i], PQresultErrorMessage(result));
		PQclear(result);
	}
	PQfinish(sql);
	town_free(town);
}
END_TEST

/* A login that nobody has made a member of rota_daemon. */
START_TEST(login_without_the_role)
{
	struct town *town = town_new(cluster);

	pgcluster_run(town->sql, "CREATE ROLE stranger LOGIN");
	check_refused(town->database, "stranger", "rota_daemon");
	pgcluster_run(town->sql, "DROP ROLE stranger");
	town_free(town);
}
END_TEST

static Suite *
schema_suite(void)
{
	Suite *suite = suite_create("schema");
	TCase *tcase = tcase_create("schema");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, no_schema);
	tcase_add_test(tcase, schema_too_old);
	tcase_add_test(tcase, schema_too_new);
	tcase_add_test(tcase, schema_newer_but_kind);
	tcase_add_test(tcase, unknown_kind_of_change);
	tcase_add_test(tcase, schema_changes_under_a_daemon);
	tcase_add_test(tcase, daemon_may_read_and_call);
	tcase_add_test(tcase, daemon_may_not_do_otherwise);
	tcase_add_test(tcase, login_without_the_role);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	int result;

	cluster = pgcluster_new(NULL);
	result = suite_run(schema_suite());
	pgcluster_free(cluster);
	return result;
}
