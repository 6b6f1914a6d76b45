/* SPDX-License-Identifier: ISC */
/*
 * migrate_report_test: rota-migrate report, and restored after a dump was read
 * into another cluster.
 */
#include "tests/integration/migrated.h"

#include "daemon/base/mem.h"
#include "tests/integration/migrate_kit.h"

#include <stdlib.h>

static struct pgcluster *other;

/* One write through the daemon's own way in. */
static void
write_territory(PGconn *pg, const char *code)
{
	pgcluster_run(pg,
	    "SELECT * FROM rota.write('{NULL}', '{NULL}', '{NULL}', '{NULL}',"
	    " '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{1}',"
	    " '{territory}', ARRAY[jsonb_build_object("
	    "  'id', gen_random_uuid(), 'rev', 1, 'code', '%s', 'kind', 'cpts',"
	    "  'name', '', 'state', 'active', 'source', 'generated')])",
	    code);
}

START_TEST(report_shows_the_state)
{
	PGconn *pg = pgcluster_connect(
	    migrated.cluster, migrated.name, PGCLUSTER_DAEMON);
	struct run run;

	migrated_expect("report", 0, "oldest mark            none\n");
	write_territory(pg, "CPTS-A");
	write_territory(pg, "CPTS-B");
	pgcluster_run(pg, "SELECT rota.mark('1 minute', 'tick')");
	pgcluster_run(pg, "SET application_name = 'rotad'");
	run_start(&run, migrated.conninfo, NULL, "report");
	run_end(&run);
	run_check(&run, 0, ", as in the newest epoch\n");
	run_check(&run, 0, "oldest daemon allowed  written for schema 3\n");
	run_check(&run, 0, "daemon sessions        1\n");
	run_check(&run, 0, "oldest mark            00:00:0");
	run_check(&run, 0, "migration  name");
	run_check(&run, 0, "\n        1  spine");
	run_check(&run, 0, "\n        2  working_day");
	run_check(&run, 0, "epoch  why      opened  ");
	run_check(&run, 0, "  created  ");
	run_check(&run, 0, "\ntable          rows  dead rows   rows take");
	run_check(&run, 0, "\nchange            2  ");
	run_check(&run, 0, "\nterritory         2  ");
	PQfinish(pg);
}
END_TEST

/* Reads a dump of the test's database into a new one of the other cluster. */
static char *
dump_and_restore(void)
{
	const char *bin = getenv("ROTA_TEST_PG_BIN");
	char *name = pgcluster_database(other, true);
	char *to = pgcluster_conninfo(other, name, PGCLUSTER_ADMIN);
	char *command = xasprintf("'%s/pg_dump' -d '%s' | '%s/psql' -XAtq "
				  "-v ON_ERROR_STOP=1 -d '%s' >/dev/null",
	    bin, migrated.conninfo, bin, to);

	ck_assert_int_eq(system(command), 0); // NOLINT(cert-env33-c): our words
	free(command);
	free(to);
	return name;
}

static const char history_sql[] =
    "SELECT string_agg(concat_ws(' ', seq, epoch, xid, payload->>'code'), ','"
    " ORDER BY seq) FROM rota.change";

START_TEST(dump_in_another_cluster_needs_restored)
{
	PGconn *pg = pgcluster_connect(
	    migrated.cluster, migrated.name, PGCLUSTER_DAEMON);
	char *name, *conninfo, *before;
	PGconn *restored;

	/* Higher than those of the other cluster, as those of an old one are.
	 */
	for (int i = 0; i < 50; i++)
		pgcluster_run(migrated.session, "SELECT pg_current_xact_id()");
	write_territory(pg, "CPTS-A");
	write_territory(pg, "CPTS-B");
	before = pgcluster_text(pg, "%s", history_sql);
	name = dump_and_restore();
	conninfo = pgcluster_conninfo(other, name, PGCLUSTER_OWNER);

	migrated_expect("restored", 1, "opened in this very cluster");
	run_expect(conninfo, NULL, "check", 1, "run rota-migrate restored");
	run_expect(conninfo, NULL, "report", 0,
	    ", NOT that of the newest epoch: run rota-migrate restored\n");
	restored = pgcluster_connect(other, name, PGCLUSTER_DAEMON);
	pgcluster_run(restored, "SET application_name = 'rotad'");
	run_expect(conninfo, NULL, "restored", 1,
	    "a rotad is connected (" PGCLUSTER_DAEMON
	    " from this machine): stop it first");
	run_expect(conninfo, NULL, "restored --force", 1, "stop it first");
	pgcluster_run(restored, "SET application_name = 'psql'");
	run_expect(conninfo, NULL, "restored", 0, " is open: daemons may");
	run_expect(conninfo, NULL, "check", 0, "the newest\n");

	migrated_check(restored, history_sql, before);
	write_territory(restored, "CPTS-C");
	migrated_check(restored,
	    "SELECT string_agg(payload->>'code', ',') FROM rota.change"
	    " WHERE epoch = (SELECT max(epoch) FROM rota.epoch)",
	    "CPTS-C");
	migrated_check(restored,
	    "SELECT string_agg(why, ',' ORDER BY epoch) FROM rota.epoch",
	    "created,restored");
	migrated_check(restored,
	    "SELECT concat_ws(' ', system_identifier = epoch_system,"
	    " epoch = epoch_floor, epoch = (SELECT max(epoch) FROM rota.epoch))"
	    " FROM rota.hello()",
	    "t t t");
	run_expect(conninfo, NULL, "restored", 1, "opened in this very");
	run_expect(conninfo, NULL, "restored --force", 0, " is open");
	PQfinish(restored);
	PQfinish(pg);
	free(before);
	free(conninfo);
	free(name);
}
END_TEST

START_TEST(two_restored_at_once_open_one_epoch)
{
	char *name = dump_and_restore();
	char *conninfo = pgcluster_conninfo(other, name, PGCLUSTER_OWNER);
	PGconn *pg = pgcluster_connect(other, name, PGCLUSTER_OWNER);
	struct run runs[2];

	for (int i = 0; i < 2; i++)
		run_start(&runs[i], conninfo, NULL, "restored");
	for (int i = 0; i < 2; i++)
		run_end(&runs[i]);
	ck_assert_int_eq(runs[0].status + runs[1].status, 1);
	run_check(&runs[runs[0].status == 0 ? 0 : 1], 0, " is open");
	run_check(&runs[runs[0].status == 0 ? 1 : 0], 1, "this very cluster");
	migrated_check(pg, "SELECT count(*)::text FROM rota.epoch", "2");
	PQfinish(pg);
	free(conninfo);
	free(name);
}
END_TEST

/* A daemon that comes while the new epoch is being opened waits for it. */
START_TEST(hello_waits_for_the_new_epoch)
{
	PGconn *pg = pgcluster_connect(
	    migrated.cluster, migrated.name, PGCLUSTER_DAEMON);
	PGresult *result;

	pgcluster_run(migrated.session,
	    "BEGIN; LOCK TABLE rota.epoch IN ACCESS EXCLUSIVE MODE");
	pgcluster_run(pg, "SET lock_timeout = '100ms'");
	result = PQexec(pg, "SELECT * FROM rota.hello()");
	ck_assert_pstr_eq(
	    PQresultErrorField(result, PG_DIAG_SQLSTATE), "55P03");
	PQclear(result);
	pgcluster_run(migrated.session, "COMMIT");
	migrated_check(pg, "SELECT epoch = epoch_floor FROM rota.hello()", "t");
	PQfinish(pg);
}
END_TEST

int
main(void)
{
	enum { SECONDS = 300 };
	TCase *state = tcase_create("state");
	Suite *all = suite_create("migrate-report");
	int result;

	tcase_set_timeout(state, SECONDS);
	tcase_add_checked_fixture(state, migrated_set_up, migrated_tear_down);
	tcase_add_test(state, report_shows_the_state);
	tcase_add_test(state, dump_in_another_cluster_needs_restored);
	tcase_add_test(state, two_restored_at_once_open_one_epoch);
	tcase_add_test(state, hello_waits_for_the_new_epoch);
	suite_add_tcase(all, state);
	other = pgcluster_new(NULL);
	result = migrated_run(all);
	pgcluster_free(other);
	return result;
}
