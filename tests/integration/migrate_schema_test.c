/* SPDX-License-Identifier: ISC */
/*
 * migrate_schema_test: what the migrations have made - privileges, comments,
 * roles.
 */
#include "tests/integration/migrated.h"

#include "daemon/base/compiler.h"
#include "tests/integration/migrate_kit.h"

#include <stdlib.h>

/* All that rota_daemon may read and call; each migration that adds to it is
 * followed here. */
static const char daemon_reads[] =
    "absence,account,assignment,authorisation,availability,busy,change,closure,"
    "enrolment,epoch,guard,holiday,mark,migration,need,offer,opening,"
    "physician,place,plan,plan_line,plan_proof,plan_reason,plan_site,presence,"
    "present,"
    "private,programme,quota,rotation,site,"
    "stop,structure,"
    "territory,token,weight,zone";
static const char daemon_calls[] =
    "hello,key_answer,mark,plan_answered,plan_begin,plan_edit,plan_end,"
    "plan_forget,plan_keep,plan_lapse,plan_put_lines,plan_put_proof,plan_put_"
    "reasons,plan_"
    "put_sites,"
    "plan_settle,plan_start,"
    "plan_stop,plan_tick,sweep,write";

/* ----- privileges and comments ----- */

START_TEST(daemon_may_do_what_it_needs_and_no_more)
{
	PGconn *pg = migrated.session;

	migrated_check(pg,
	    "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class"
	    " WHERE relnamespace = 'rota'::regnamespace AND relkind = 'r'"
	    "  AND has_table_privilege('rota_daemon', oid, 'SELECT')",
	    daemon_reads);
	migrated_check(pg,
	    "SELECT string_agg(proname, ',' ORDER BY proname) FROM pg_proc"
	    " WHERE pronamespace = 'rota'::regnamespace"
	    "  AND has_function_privilege('rota_daemon', oid, 'EXECUTE')",
	    daemon_calls);
	/* nothing else on tables, and nothing at all on other relations */
	migrated_check(pg,
	    "SELECT string_agg(relname || ' ' || p, ',') FROM pg_class,"
	    " unnest(ARRAY['INSERT','UPDATE','DELETE','TRUNCATE','REFERENCES',"
	    "  'TRIGGER','SELECT WITH GRANT OPTION']) p"
	    " WHERE relnamespace = 'rota'::regnamespace AND relkind = 'r'"
	    "  AND has_table_privilege('rota_daemon', oid, p)",
	    NULL);
	migrated_check(pg,
	    "SELECT string_agg(relname, ',') FROM pg_class WHERE relnamespace"
	    " = 'rota'::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'f')"
	    " AND (relkind <> 'r' AND has_table_privilege('rota_daemon', oid,"
	    "  'SELECT') OR has_any_column_privilege('rota_daemon', oid,"
	    "  'INSERT, UPDATE, REFERENCES'))",
	    NULL);
	migrated_check(pg,
	    "SELECT string_agg(relname, ',') FROM pg_class"
	    " WHERE relnamespace = 'rota'::regnamespace"
	    "  AND CASE WHEN relkind = 'S' THEN has_sequence_privilege("
	    "   'rota_daemon', oid, 'USAGE, SELECT, UPDATE') END",
	    NULL);
	migrated_check(pg,
	    "SELECT concat_ws(' ', has_schema_privilege('rota_daemon', 'rota',"
	    " 'USAGE'), has_schema_privilege('rota_daemon', 'rota', 'CREATE'),"
	    " has_database_privilege('rota_daemon', current_database(),"
	    "  'CREATE'))",
	    "t f f");
}
END_TEST

START_TEST(daemon_owns_nothing_and_is_nobody_else)
{
	PGconn *pg = migrated.session;

	migrated_check(pg,
	    "SELECT string_agg(classid::regclass || ' ' || objid, ',')"
	    " FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass"
	    "  AND refobjid = 'rota_daemon'::regrole AND deptype = 'o'",
	    NULL);
	migrated_check(pg,
	    "SELECT concat_ws(' ', rolsuper, rolinherit, rolcreaterole,"
	    " rolcreatedb, rolcanlogin, rolreplication, rolbypassrls)"
	    " FROM pg_roles WHERE rolname = 'rota_daemon'",
	    "f t f f f f f");
	migrated_check(pg,
	    "SELECT string_agg(roleid::regrole::text, ',') FROM pg_auth_members"
	    " WHERE member = 'rota_daemon'::regrole",
	    NULL);
}
END_TEST

START_TEST(others_may_do_nothing)
{
	PGconn *pg = migrated.session;

	migrated_check(pg,
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
	PGconn *pg = pgcluster_connect(
	    migrated.cluster, migrated.name, PGCLUSTER_DAEMON);
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
	PGconn *pg = migrated.session;

	migrated_check(pg,
	    "SELECT string_agg(c.oid::regclass || coalesce('.' || a.attname,"
	    "  ''), ', ') FROM pg_class c LEFT JOIN pg_attribute a"
	    "  ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
	    " WHERE c.relnamespace = 'rota'::regnamespace"
	    "  AND c.relkind IN ('r', 'v', 'm', 'p')"
	    "  AND (coalesce(obj_description(c.oid, 'pg_class'), '') = ''"
	    "   OR coalesce(col_description(c.oid, a.attnum), '') = '')",
	    NULL);
	migrated_check(pg,
	    "SELECT string_agg(typname, ', ') FROM pg_type t"
	    " WHERE typnamespace = 'rota'::regnamespace AND typtype = 'e'"
	    "  AND obj_description(oid, 'pg_type') IS NULL",
	    NULL);
	migrated_check(pg,
	    "SELECT string_agg(proname, ', ') FROM pg_proc"
	    " WHERE pronamespace = 'rota'::regnamespace AND prosecdef"
	    "  AND obj_description(oid, 'pg_proc') IS NULL",
	    NULL);
}
END_TEST

/* A function that runs as the owner must not look where its caller says. */
START_TEST(functions_of_the_owner_have_a_fixed_path)
{
	migrated_check(migrated.session,
	    "SELECT string_agg(proname, ',') FROM pg_proc"
	    " WHERE pronamespace = 'rota'::regnamespace AND prosecdef"
	    "  AND NOT coalesce('search_path=\"\"' = ANY (proconfig), false)",
	    NULL);
	migrated_check(migrated.session,
	    "SELECT string_agg(proname, ',' ORDER BY proname) FROM pg_proc"
	    " WHERE pronamespace = 'rota'::regnamespace AND prosecdef",
	    daemon_calls);
}
END_TEST

/* ----- roles ----- */

START_TEST(login_becomes_a_member)
{
	PGconn *admin =
	    pgcluster_connect(migrated.cluster, "postgres", PGCLUSTER_ADMIN);
	char *conninfo = pgcluster_conninfo(
	    migrated.cluster, migrated.name, PGCLUSTER_ADMIN);

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
	migrated_check(admin,
	    "SELECT concat_ws(' ', rolcanlogin, rolsuper, rolcreaterole,"
	    " rolcreatedb) FROM pg_roles WHERE rolname = 'O''Neil \"x\"'",
	    "t f f f");
	pgcluster_run(admin,
	    "DROP ROLE \"O'Neil \"\"x\"\"\"; REVOKE rota_daemon FROM "
	    "postgres, rota_owner");
	/* who may not grant is told so */
	run_expect(migrated.conninfo, NULL, "daemon-role " PGCLUSTER_DAEMON, 1,
	    "must have admin option on role \"rota_daemon\" [42501]");
	free(conninfo);
	PQfinish(admin);
}
END_TEST

START_TEST(lost_grants_are_noticed)
{
	migrated_expect("check", 0, "the newest\n");
	pgcluster_run(
	    migrated.session, "REVOKE USAGE ON SCHEMA rota FROM rota_daemon");
	migrated_expect("check", 1, "rota_daemon may not use schema rota");
}
END_TEST

/* In a cluster that has never seen rota, from several databases at once. */
START_TEST(role_is_made_once)
{
	enum { AT_ONCE = 4 };
	PGconn *admin =
	    pgcluster_connect(migrated.cluster, "postgres", PGCLUSTER_ADMIN);
	char *names[AT_ONCE], *conninfos[AT_ONCE];
	struct run runs[AT_ONCE];

	pgcluster_run(admin, "ALTER ROLE rota_daemon RENAME TO set_aside");
	for (int i = 0; i < AT_ONCE; i++) {
		names[i] = pgcluster_database(migrated.cluster, true);
		conninfos[i] = pgcluster_conninfo(
		    migrated.cluster, names[i], PGCLUSTER_ADMIN);
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
	migrated_check(admin,
	    "SELECT concat_ws(' ', rolsuper, rolcreaterole, rolcanlogin)"
	    " FROM pg_roles WHERE rolname = 'rota_daemon'",
	    "f f f");
	pgcluster_run(admin,
	    "DROP ROLE rota_daemon; ALTER ROLE set_aside RENAME TO "
	    "rota_daemon");
	PQfinish(admin);
}
END_TEST

static Suite *
suite(void)
{
	enum { SECONDS = 300 };
	TCase *schema = tcase_create("schema"), *state = tcase_create("state");
	Suite *all = suite_create("migrate-schema");

	tcase_set_timeout(schema, SECONDS);
	tcase_add_checked_fixture(schema, migrated_set_up, migrated_tear_down);
	tcase_add_test(schema, daemon_may_do_what_it_needs_and_no_more);
	tcase_add_test(schema, daemon_owns_nothing_and_is_nobody_else);
	tcase_add_test(schema, others_may_do_nothing);
	tcase_add_loop_test(schema, daemon_is_stopped_by_the_database, 0,
	    (int)ARRAY_SIZE(forbidden));
	tcase_add_test(schema, everything_has_a_comment);
	tcase_add_test(schema, functions_of_the_owner_have_a_fixed_path);
	suite_add_tcase(all, schema);
	tcase_set_timeout(state, SECONDS);
	tcase_add_checked_fixture(state, migrated_set_up, migrated_tear_down);
	tcase_add_test(state, login_becomes_a_member);
	tcase_add_test(state, lost_grants_are_noticed);
	tcase_add_test(state, role_is_made_once);
	suite_add_tcase(all, state);
	return all;
}

int
main(void)
{
	return migrated_run(suite());
}
