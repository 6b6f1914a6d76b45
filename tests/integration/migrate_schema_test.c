/* SPDX-License-Identifier: ISC */
/*
 * migrate_schema_test: what the migrations have made - privileges, comments -
 * and the commands of rota-migrate that look at it: report, daemon-role,
 * restored.
 */
#include "daemon/base/mem.h"
#include "tests/integration/migrate_kit.h"
#include "tests/support/pgcluster.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* All that rota_daemon may read and call; each migration that adds to it is
 * followed here. */
static const char daemon_reads[] =
    "absence,account,assignment,authorisation,availability,busy,change,closure,"
    "enrolment,epoch,guard,holiday,mark,migration,need,offer,opening,"
    "physician,place,plan,plan_line,plan_reason,plan_site,presence,"
    "present,"
    "private,programme,quota,rotation,site,"
    "stop,structure,"
    "territory,token,weight,zone";
static const char daemon_calls[] =
    "hello,key_answer,mark,plan_answered,plan_begin,plan_edit,plan_end,"
    "plan_lapse,plan_put_lines,plan_put_reasons,plan_put_sites,"
    "plan_settle,plan_start,"
    "plan_stop,plan_tick,sweep,write";

static struct pgcluster *cluster, *other;

/* The migrated database of a test, and the owner's session in it. */
static struct {
	char *name, *conninfo;
	PGconn *session;
} db;

static void
setup(void)
{
	db.name = pgcluster_database(cluster, true);
	db.conninfo = pgcluster_conninfo(cluster, db.name, PGCLUSTER_OWNER);
	run_expect(db.conninfo, NULL, "apply", 0, "applied");
	db.session = pgcluster_connect(cluster, db.name, PGCLUSTER_OWNER);
}

static void
teardown(void)
{
	PQfinish(db.session);
	free(db.conninfo);
	free(db.name);
}

static void
expect(const char *args, int status, const char *expected)
{
	run_expect(db.conninfo, NULL, args, status, expected);
}

static void
check_text(PGconn *session, const char *sql, const char *expected)
{
	char *text = pgcluster_text(session, "%s", sql);

	ck_assert_pstr_eq(text, expected);
	free(text);
}

/* ----- privileges and comments ----- */

START_TEST(daemon_may_do_what_it_needs_and_no_more)
{
	PGconn *pg = db.session;

	check_text(pg,
	    "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class"
	    " WHERE relnamespace = 'rota'::regnamespace AND relkind = 'r'"
	    "  AND has_table_privilege('rota_daemon', oid, 'SELECT')",
	    daemon_reads);
	check_text(pg,
	    "SELECT string_agg(proname, ',' ORDER BY proname) FROM pg_proc"
	    " WHERE pronamespace = 'rota'::regnamespace"
	    "  AND has_function_privilege('rota_daemon', oid, 'EXECUTE')",
	    daemon_calls);
	/* nothing else on tables, and nothing at all on other relations */
	check_text(pg,
	    "SELECT string_agg(relname || ' ' || p, ',') FROM pg_class,"
	    " unnest(ARRAY['INSERT','UPDATE','DELETE','TRUNCATE','REFERENCES',"
	    "  'TRIGGER','SELECT WITH GRANT OPTION']) p"
	    " WHERE relnamespace = 'rota'::regnamespace AND relkind = 'r'"
	    "  AND has_table_privilege('rota_daemon', oid, p)",
	    NULL);
	check_text(pg,
	    "SELECT string_agg(relname, ',') FROM pg_class WHERE relnamespace"
	    " = 'rota'::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'f')"
	    " AND (relkind <> 'r' AND has_table_privilege('rota_daemon', oid,"
	    "  'SELECT') OR has_any_column_privilege('rota_daemon', oid,"
	    "  'INSERT, UPDATE, REFERENCES'))",
	    NULL);
	check_text(pg,
	    "SELECT string_agg(relname, ',') FROM pg_class"
	    " WHERE relnamespace = 'rota'::regnamespace"
	    "  AND CASE WHEN relkind = 'S' THEN has_sequence_privilege("
	    "   'rota_daemon', oid, 'USAGE, SELECT, UPDATE') END",
	    NULL);
	check_text(pg,
	    "SELECT concat_ws(' ', has_schema_privilege('rota_daemon', 'rota',"
	    " 'USAGE'), has_schema_privilege('rota_daemon', 'rota', 'CREATE'),"
	    " has_database_privilege('rota_daemon', current_database(),"
	    "  'CREATE'))",
	    "t f f");
}
END_TEST

START_TEST(daemon_owns_nothing_and_is_nobody_else)
{
	PGconn *pg = db.session;

	check_text(pg,
	    "SELECT string_agg(classid::regclass || ' ' || objid, ',')"
	    " FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass"
	    "  AND refobjid = 'rota_daemon'::regrole AND deptype = 'o'",
	    NULL);
	check_text(pg,
	    "SELECT concat_ws(' ', rolsuper, rolinherit, rolcreaterole,"
	    " rolcreatedb, rolcanlogin, rolreplication, rolbypassrls)"
	    " FROM pg_roles WHERE rolname = 'rota_daemon'",
	    "f t f f f f f");
	check_text(pg,
	    "SELECT string_agg(roleid::regrole::text, ',') FROM pg_auth_members"
	    " WHERE member = 'rota_daemon'::regrole",
	    NULL);
}
END_TEST

START_TEST(others_may_do_nothing)
{
	PGconn *pg = db.session;

	check_text(pg,
	    "SELECT string_agg(o.name, ',') FROM ("
	    "  SELECT nspname, nspacl, 'n' FROM pg_namespace"
	    "   WHERE nspname = 'rota'"
	    "  UNION ALL SELECT relname, relacl, CASE relkind WHEN 'S' THEN 's'"
	    "   ELSE 'r' END FROM pg_class"
	    "   WHERE relnamespace = 'rota'::regnamespace"
	    "  UNION ALL SELECT proname, proacl, 'f' FROM pg_proc"
	    "   WHERE pronamespace = 'rota'::regnamespace) o (name, acl, type),"
	    " aclexplode(coalesce(o.acl, acldefault(o.type::\"char\","
	    "  'rota_owner'::regrole))) a"
	    " WHERE a.grantee NOT IN ('rota_owner'::regrole,"
	    "  'rota_daemon'::regrole)",
	    NULL);
}
END_TEST

static const char *const forbidden[] = {
    "INSERT INTO rota.guard VALUES (gen_random_uuid(), 1)",
    "UPDATE rota.change SET payload = '{}'",
    "DELETE FROM rota.change",
    "TRUNCATE rota.change",
    "SELECT * FROM rota.key",
    "SELECT nextval('rota.change_seq_seq')",
    "SELECT rota.put_entity('site', '{}')",
    "CREATE TABLE rota.mine (a int)",
    "INSERT INTO rota.migration VALUES (999, 'mine', 1)",
    "ALTER TABLE rota.change ALTER COLUMN epoch SET DEFAULT 7",
};

START_TEST(daemon_is_stopped_by_the_database)
{
	PGconn *pg = pgcluster_connect(cluster, db.name, PGCLUSTER_DAEMON);
	PGresult *result = PQexec(pg, forbidden[_i]);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	ck_assert_pstr_eq(state, "42501");
	PQclear(result);
	ck_assert_int_eq(
	    pgcluster_number(pg, "SELECT schema_number FROM rota.hello()"),
	    folder_count());
	PQfinish(pg);
}
END_TEST

START_TEST(everything_has_a_comment)
{
	PGconn *pg = db.session;

	check_text(pg,
	    "SELECT string_agg(c.oid::regclass || coalesce('.' || a.attname,"
	    "  ''), ', ') FROM pg_class c LEFT JOIN pg_attribute a"
	    "  ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
	    " WHERE c.relnamespace = 'rota'::regnamespace"
	    "  AND c.relkind IN ('r', 'v', 'm', 'p')"
	    "  AND (coalesce(obj_description(c.oid, 'pg_class'), '') = ''"
	    "   OR coalesce(col_description(c.oid, a.attnum), '') = '')",
	    NULL);
	check_text(pg,
	    "SELECT string_agg(typname, ', ') FROM pg_type t"
	    " WHERE typnamespace = 'rota'::regnamespace AND typtype = 'e'"
	    "  AND obj_description(oid, 'pg_type') IS NULL",
	    NULL);
	check_text(pg,
	    "SELECT string_agg(proname, ', ') FROM pg_proc"
	    " WHERE pronamespace = 'rota'::regnamespace AND prosecdef"
	    "  AND obj_description(oid, 'pg_proc') IS NULL",
	    NULL);
}
END_TEST

/* A function that runs as the owner must not look where its caller says. */
START_TEST(functions_of_the_owner_have_a_fixed_path)
{
	check_text(db.session,
	    "SELECT string_agg(proname, ',') FROM pg_proc"
	    " WHERE pronamespace = 'rota'::regnamespace AND prosecdef"
	    "  AND NOT coalesce('search_path=\"\"' = ANY (proconfig), false)",
	    NULL);
	check_text(db.session,
	    "SELECT string_agg(proname, ',' ORDER BY proname) FROM pg_proc"
	    " WHERE pronamespace = 'rota'::regnamespace AND prosecdef",
	    daemon_calls);
}
END_TEST

/* ----- roles ----- */

START_TEST(login_becomes_a_member)
{
	PGconn *admin = pgcluster_connect(cluster, "postgres", PGCLUSTER_ADMIN);
	char *conninfo = pgcluster_conninfo(cluster, db.name, PGCLUSTER_ADMIN);

	run_expect(conninfo, NULL, "apply --grant \"O'Neil \\\"x\\\"\"", 1,
	    "no role O'Neil \"x\": --create-login makes it");
	run_expect(conninfo, NULL,
	    "--create-login apply --grant \"O'Neil \\\"x\\\"\"", 0,
	    "created the login O'Neil \"x\", without a password\n"
	    "O'Neil \"x\" is a member of rota_daemon\n");
	run_expect(conninfo, NULL,
	    "daemon-role --create-login \"O'Neil \\\"x\\\"\"", 0,
	    "O'Neil \"x\" is a member of rota_daemon\n");
	run_expect(conninfo, NULL, "report", 0,
	    "logins of daemons      O'Neil \"x\", " PGCLUSTER_DAEMON "\n");
	run_expect(conninfo, NULL, "daemon-role " PGCLUSTER_ADMIN, 0,
	    "warning: postgres may do more than a daemon needs");
	run_expect(conninfo, NULL, "daemon-role " PGCLUSTER_OWNER, 0,
	    "warning: rota_owner may do more than a daemon needs");
	check_text(admin,
	    "SELECT concat_ws(' ', rolcanlogin, rolsuper, rolcreaterole,"
	    " rolcreatedb) FROM pg_roles WHERE rolname = 'O''Neil \"x\"'",
	    "t f f f");
	pgcluster_run(admin,
	    "DROP ROLE \"O'Neil \"\"x\"\"\"; REVOKE rota_daemon FROM "
	    "postgres, rota_owner");
	/* who may not grant is told so */
	run_expect(db.conninfo, NULL, "daemon-role " PGCLUSTER_DAEMON, 1,
	    "must have admin option on role \"rota_daemon\" [42501]");
	free(conninfo);
	PQfinish(admin);
}
END_TEST

START_TEST(lost_grants_are_noticed)
{
	expect("check", 0, "the newest\n");
	pgcluster_run(
	    db.session, "REVOKE USAGE ON SCHEMA rota FROM rota_daemon");
	expect("check", 1, "rota_daemon may not use schema rota");
}
END_TEST

/* In a cluster that has never seen rota, from several databases at once. */
START_TEST(role_is_made_once)
{
	enum { AT_ONCE = 4 };
	PGconn *admin = pgcluster_connect(cluster, "postgres", PGCLUSTER_ADMIN);
	char *names[AT_ONCE], *conninfos[AT_ONCE];
	struct run runs[AT_ONCE];

	pgcluster_run(admin, "ALTER ROLE rota_daemon RENAME TO set_aside");
	for (int i = 0; i < AT_ONCE; i++) {
		names[i] = pgcluster_database(cluster, true);
		conninfos[i] =
		    pgcluster_conninfo(cluster, names[i], PGCLUSTER_ADMIN);
	}
	for (int i = 0; i < AT_ONCE; i++)
		run_start(&runs[i], conninfos[i], NULL, "apply");
	for (int i = 0; i < AT_ONCE; i++) {
		run_end(&runs[i]);
		run_check(&runs[i], 0, "applied 0001_spine.sql\n");
		pgcluster_run(admin, "DROP DATABASE %s", names[i]);
		free(names[i]);
		free(conninfos[i]);
	}
	check_text(admin,
	    "SELECT concat_ws(' ', rolsuper, rolcreaterole, rolcanlogin)"
	    " FROM pg_roles WHERE rolname = 'rota_daemon'",
	    "f f f");
	pgcluster_run(admin,
	    "DROP ROLE rota_daemon; ALTER ROLE set_aside RENAME TO "
	    "rota_daemon");
	PQfinish(admin);
}
END_TEST

/* ----- report and restored ----- */

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
	PGconn *pg = pgcluster_connect(cluster, db.name, PGCLUSTER_DAEMON);
	struct run run;

	expect("report", 0, "oldest mark            none\n");
	write_territory(pg, "CPTS-A");
	write_territory(pg, "CPTS-B");
	pgcluster_run(pg, "SELECT rota.mark('1 minute', 'tick')");
	pgcluster_run(pg, "SET application_name = 'rotad'");
	run_start(&run, db.conninfo, NULL, "report");
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
	    bin, db.conninfo, bin, to);

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
	PGconn *pg = pgcluster_connect(cluster, db.name, PGCLUSTER_DAEMON);
	char *name, *conninfo, *before;
	PGconn *restored;

	/* Higher than those of the other cluster, as those of an old one are.
	 */
	for (int i = 0; i < 50; i++)
		pgcluster_run(db.session, "SELECT pg_current_xact_id()");
	write_territory(pg, "CPTS-A");
	write_territory(pg, "CPTS-B");
	before = pgcluster_text(pg, "%s", history_sql);
	name = dump_and_restore();
	conninfo = pgcluster_conninfo(other, name, PGCLUSTER_OWNER);

	expect("restored", 1, "opened in this very cluster");
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

	check_text(restored, history_sql, before);
	write_territory(restored, "CPTS-C");
	check_text(restored,
	    "SELECT string_agg(payload->>'code', ',') FROM rota.change"
	    " WHERE epoch = (SELECT max(epoch) FROM rota.epoch)",
	    "CPTS-C");
	check_text(restored,
	    "SELECT string_agg(why, ',' ORDER BY epoch) FROM rota.epoch",
	    "created,restored");
	check_text(restored,
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
	check_text(pg, "SELECT count(*)::text FROM rota.epoch", "2");
	PQfinish(pg);
	free(conninfo);
	free(name);
}
END_TEST

/* A daemon that comes while the new epoch is being opened waits for it. */
START_TEST(hello_waits_for_the_new_epoch)
{
	PGconn *pg = pgcluster_connect(cluster, db.name, PGCLUSTER_DAEMON);
	PGresult *result;

	pgcluster_run(db.session,
	    "BEGIN; LOCK TABLE rota.epoch IN ACCESS EXCLUSIVE MODE");
	pgcluster_run(pg, "SET lock_timeout = '100ms'");
	result = PQexec(pg, "SELECT * FROM rota.hello()");
	ck_assert_pstr_eq(
	    PQresultErrorField(result, PG_DIAG_SQLSTATE), "55P03");
	PQclear(result);
	pgcluster_run(db.session, "COMMIT");
	check_text(pg, "SELECT epoch = epoch_floor FROM rota.hello()", "t");
	PQfinish(pg);
}
END_TEST

static Suite *
suite(void)
{
	enum { SECONDS = 300 };
	TCase *schema = tcase_create("schema"), *state = tcase_create("state");
	Suite *all = suite_create("migrate-schema");

	tcase_set_timeout(schema, SECONDS);
	tcase_add_checked_fixture(schema, setup, teardown);
	tcase_add_test(schema, daemon_may_do_what_it_needs_and_no_more);
	tcase_add_test(schema, daemon_owns_nothing_and_is_nobody_else);
	tcase_add_test(schema, others_may_do_nothing);
	tcase_add_loop_test(schema, daemon_is_stopped_by_the_database, 0,
	    (int)ARRAY_SIZE(forbidden));
	tcase_add_test(schema, everything_has_a_comment);
	tcase_add_test(schema, functions_of_the_owner_have_a_fixed_path);
	suite_add_tcase(all, schema);
	tcase_set_timeout(state, SECONDS);
	tcase_add_checked_fixture(state, setup, teardown);
	tcase_add_test(state, login_becomes_a_member);
	tcase_add_test(state, lost_grants_are_noticed);
	tcase_add_test(state, role_is_made_once);
	tcase_add_test(state, report_shows_the_state);
	tcase_add_test(state, dump_in_another_cluster_needs_restored);
	tcase_add_test(state, two_restored_at_once_open_one_epoch);
	tcase_add_test(state, hello_waits_for_the_new_epoch);
	suite_add_tcase(all, state);
	return all;
}

int
main(void)
{
	SRunner *runner = srunner_create(suite());
	int failed;

	cluster = pgcluster_new(NULL);
	other = pgcluster_new(NULL);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	pgcluster_free(other);
	pgcluster_free(cluster);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
