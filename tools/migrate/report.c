/* SPDX-License-Identifier: ISC */
/*
 * report: the state of a database on one page, all of one snapshot, so that
 * the figures fit together and a report before a dump can be held against one
 * after the restore.
 */
#include "tools/migrate/command.h"

#include "tools/migrate/db.h"
#include "tools/migrate/say.h"

#include <stdio.h>
#include <stdlib.h>

static const char facts_sql[] =
    "SELECT * FROM (VALUES"
    " ('database', current_database()::text),"
    " ('server', 'PostgreSQL ' || current_setting('server_version')),"
    " ('size', pg_size_pretty(pg_database_size(current_database()))),"
    " ('system', (SELECT system_identifier::text FROM pg_control_system())"
    "   || CASE WHEN (SELECT system_identifier FROM rota.epoch"
    "     ORDER BY epoch DESC LIMIT 1)"
    "    = (SELECT system_identifier FROM pg_control_system())"
    "   THEN ', as in the newest epoch'"
    "   ELSE ', NOT that of the newest epoch: run rota-migrate restored'"
    "   END),"
    " ('oldest daemon allowed',"
    "   (SELECT 'written for schema ' || max(oldest_daemon)"
    "    FROM rota.migration)),"
    " ('logins of daemons',"
    "   coalesce((SELECT string_agg(m.rolname, ', ' ORDER BY m.rolname)"
    "    FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member"
    "    JOIN pg_roles r ON r.oid = a.roleid"
    "    WHERE r.rolname = 'rota_daemon'), 'none')),"
    " ('daemon sessions', (SELECT count(*)::text FROM pg_stat_activity"
    "    WHERE datname = current_database()"
    "     AND starts_with(application_name, 'rotad'))),"
    " ('oldest key', coalesce((SELECT date_trunc('second',"
    "    clock_timestamp() - min(at))::text FROM rota.key), 'none')),"
    " ('oldest mark', coalesce((SELECT date_trunc('second',"
    "    clock_timestamp() - min(at))::text FROM rota.mark), 'none')),"
    " ('newest mark', coalesce((SELECT date_trunc('second',"
    "    clock_timestamp() - max(at))::text FROM rota.mark), 'none'))"
    ") f (fact, value)";

static const char migrations_sql[] =
    "SELECT number AS \"#migration\", name, oldest_daemon AS"
    "  \"#oldest daemon\", applied::timestamptz(0)::text AS applied,"
    "  applied_by AS \"by\""
    " FROM rota.migration ORDER BY number";

static const char epochs_sql[] =
    "SELECT epoch AS \"#epoch\", why, opened::timestamptz(0)::text AS opened,"
    "  timeline, system_identifier AS \"#system\""
    " FROM rota.epoch ORDER BY epoch";

/* One SELECT a table, which counts its rows; the first one has the names. */
static const char table_sql[] =
    "SELECT string_agg(format("
    "  'SELECT %L AS \"table\", (SELECT count(*) FROM rota.%I) AS \"#rows\","
    "   %s::bigint AS \"#dead rows\", pg_size_pretty(%s::bigint) AS \"#rows "
    "take\", pg_size_pretty(%s::bigint) AS \"#indexes take\"',"
    "  c.relname, c.relname, pg_stat_get_dead_tuples(c.oid),"
    "  pg_table_size(c.oid), pg_indexes_size(c.oid)),"
    "  ' UNION ALL ' ORDER BY c.relname)"
    " FROM pg_class c WHERE c.relnamespace = 'rota'::regnamespace"
    "  AND c.relkind = 'r'";

static int
show(PGconn *pg, const char *sql)
{
	PGresult *result = db_query(pg, sql, NULL, NULL);

	if (result == NULL)
		return -1;
	say_table(result);
	PQclear(result);
	return 0;
}

static int
show_facts(PGconn *pg)
{
	PGresult *result = db_query(pg, facts_sql, NULL, NULL);

	if (result == NULL)
		return -1;
	for (int i = 0; i < PQntuples(result); i++)
		printf("%-22s %s\n", PQgetvalue(result, i, 0),
		    PQgetvalue(result, i, 1));
	PQclear(result);
	return 0;
}

static int
show_tables(PGconn *pg)
{
	char *sql = db_value(pg, table_sql, NULL);
	int answer = sql == NULL ? -1 : show(pg, sql);

	free(sql);
	return answer;
}

int
command_report(struct task *task)
{
	PGconn *pg = task->pg;
	int number, answer = -1;

	if (db_do(pg,
		"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
		"SET LOCAL search_path = pg_catalog") < 0)
		return -1;
	number = migrations_applied(&task->migrations, pg);
	if (number == 0)
		complain("the database has no migration of rota: run "
			 "rota-migrate apply");
	/* Also of a history that has been complained about: here it is. */
	else if (number > 0)
		answer = 0;
	if (number != 0 &&
	    (show_facts(pg) < 0 || show(pg, migrations_sql) < 0 ||
		show(pg, epochs_sql) < 0 || show_tables(pg) < 0))
		answer = -1;
	if (answer == 0 && (size_t)number < task->migrations.count)
		printf("\n%zu newer migration%s known; rota-migrate apply\n",
		    task->migrations.count - (size_t)number,
		    task->migrations.count - (size_t)number == 1 ? " is"
								 : "s are");
	db_rollback(pg);
	return answer;
}
