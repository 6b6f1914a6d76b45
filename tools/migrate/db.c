/* SPDX-License-Identifier: ISC */
/* db: see db.h. */
#include "tools/migrate/db.h"

#include "daemon/base/mem.h"
#include "tools/migrate/say.h"

#include <stdlib.h>
#include <string.h>

PGconn *
db_open(const char *conninfo, bool writes)
{
	/* Later ones win: the caller's conninfo may say otherwise. */
	const char *const keys[] = {"target_session_attrs",
	    "fallback_application_name", "client_encoding", "dbname", NULL};
	const char *const values[] = {writes ? "read-write" : "any",
	    "rota-migrate", "UTF8", conninfo, NULL};
	PGconn *pg = PQconnectdbParams(keys, values, 1);

	if (PQstatus(pg) != CONNECTION_OK) {
		size_t len = strcspn(PQerrorMessage(pg), "\n");

		complain("%.*s", (int)len, PQerrorMessage(pg));
		PQfinish(pg);
		return NULL;
	}
	return pg;
}

static void
complain_field(const PGresult *error, int field, const char *name)
{
	const char *text = PQresultErrorField(error, field);

	if (text != NULL)
		complain("%s: %s", name, text);
}

void
db_complain_more(const PGresult *error)
{
	complain_field(error, PG_DIAG_MESSAGE_DETAIL, "detail");
	complain_field(error, PG_DIAG_MESSAGE_HINT, "hint");
	complain_field(error, PG_DIAG_CONTEXT, "context");
}

static void
complain_result(PGconn *pg, const PGresult *error)
{
	const char *text = PQresultErrorField(error, PG_DIAG_MESSAGE_PRIMARY);
	const char *state = PQresultErrorField(error, PG_DIAG_SQLSTATE);

	if (text == NULL || state == NULL) { /* libpq's own: connection lost */
		text = PQerrorMessage(pg);
		complain("%.*s", (int)strcspn(text, "\n"), text);
		return;
	}
	complain("%s [%s]", text, state);
	db_complain_more(error);
}

static bool
is_good(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

PGresult *
db_query(PGconn *pg, const char *sql, const char *first, const char *second)
{
	const char *const values[] = {first, second};
	int count = second != NULL ? 2 : first != NULL ? 1 : 0;
	PGresult *result =
	    PQexecParams(pg, sql, count, NULL, values, NULL, NULL, 0);

	if (is_good(result))
		return result;
	complain_result(pg, result);
	PQclear(result);
	return NULL;
}

int
db_do_unless(PGconn *pg, const char *sql, const char *state, const char *other)
{
	PGresult *result = PQexec(pg, sql);
	const char *got = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	int answer = 0;

	if (!is_good(result) &&
	    (got == NULL ||
		(strcmp(got, state) != 0 && strcmp(got, other) != 0))) {
		complain_result(pg, result);
		answer = -1;
	}
	PQclear(result);
	return answer;
}

int
db_do(PGconn *pg, const char *sql)
{
	return db_do_unless(pg, sql, "", "");
}

char *
db_value(PGconn *pg, const char *sql, const char *first)
{
	PGresult *result = db_query(pg, sql, first, NULL);
	char *value = NULL;

	if (result != NULL && PQntuples(result) != 1)
		complain("the database answered %d rows, not one, to: %s",
		    PQntuples(result), sql);
	else if (result != NULL)
		value = xstrdup(PQgetvalue(result, 0, 0));
	PQclear(result);
	return value;
}

int
db_begin(PGconn *pg)
{
	return db_do(pg,
	    "BEGIN; SET LOCAL search_path = pg_catalog;"
	    " SET LOCAL standard_conforming_strings = on");
}

/* The key is "rota" in ASCII; nothing else in the schema takes advisory
 * locks. */
int
db_begin_alone(PGconn *pg)
{
	char *got;
	int answer = 0;

	if (db_begin(pg) < 0)
		return -1;
	got =
	    db_value(pg, "SELECT pg_try_advisory_xact_lock(1919906913)", NULL);
	if (got == NULL)
		return -1;
	if (strcmp(got, "t") != 0) {
		complain("waiting for another rota-migrate in this database");
		answer = db_do(pg, "SELECT pg_advisory_xact_lock(1919906913)");
	}
	free(got);
	return answer;
}

int
db_commit(PGconn *pg)
{
	if (db_do(pg, "COMMIT") == 0)
		return 0;
	if (PQstatus(pg) != CONNECTION_OK)
		complain("the connection was lost at the commit: whether it "
			 "was done, rota-migrate report tells");
	return -1;
}

void
db_rollback(PGconn *pg)
{
	/* A lost connection has rolled back by itself. */
	PQclear(PQexec(pg, "ROLLBACK"));
}
