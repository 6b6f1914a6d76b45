/* SPDX-License-Identifier: ISC */
/*
 * apply: the first table, then every migration that is missing, each in one
 * transaction of its own.
 *
 * A transaction begins by waiting for any other rota-migrate and looks at the
 * history only then, so two at once share the work.  Somebody who runs a file
 * by hand meanwhile meets the primary key of rota.migration: one of the two
 * changes nothing.
 */
#include "tools/migrate/command.h"

#include "tools/migrate/db.h"
#include "tools/migrate/say.h"
#include "tools/migrate/sqltext.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whatever an administrator has made beforehand is left as it is; the schema
 * and the extension then need no privilege on the database. */
static const char first_sql[] =
    "DO $$BEGIN"
    " IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'rota')"
    " THEN CREATE SCHEMA rota; END IF;"
    " IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'btree_gist')"
    " THEN CREATE EXTENSION btree_gist SCHEMA public; END IF;"
    "END$$;"
    "COMMENT ON SCHEMA rota IS 'half-days of roving physicians';"
    "CREATE TABLE rota.migration ("
    " number integer PRIMARY KEY CHECK (number > 0),"
    " name text NOT NULL,"
    " oldest_daemon integer NOT NULL"
    "  CHECK (oldest_daemon BETWEEN 1 AND number),"
    " applied timestamptz NOT NULL DEFAULT now(),"
    " applied_by text NOT NULL DEFAULT session_user);"
    "COMMENT ON TABLE rota.migration IS"
    " 'the schema as a history: one row per migration applied';"
    "COMMENT ON COLUMN rota.migration.number IS"
    " 'number of the file, from 1; the greatest is the number of the schema';"
    "COMMENT ON COLUMN rota.migration.name IS 'name of the file';"
    "COMMENT ON COLUMN rota.migration.oldest_daemon IS"
    " 'least schema number that a daemon may have been written for to work"
    " with this schema; the greatest of all rows holds';"
    "COMMENT ON COLUMN rota.migration.applied IS 'when it was applied';"
    "COMMENT ON COLUMN rota.migration.applied_by IS 'who applied it'";

static int
make_first(PGconn *pg)
{
	int there = -1;

	if (db_begin_alone(pg) == 0)
		there = history_exists(pg);
	if (there == 1 || (there == 0 && db_do(pg, first_sql) == 0))
		return db_commit(pg);
	db_rollback(pg);
	return -1;
}

/* The line that the error stands in, and a mark under its place. */
static void
show_place(struct sql_place place)
{
	struct span source = place.source;
	unsigned column = 1;
	size_t len = 0;

	complain("  %.*s", (int)source.len, source.ptr);
	fputs("rota-migrate:   ", stderr);
	for (; len < source.len && column < place.column; len++) {
		if (((unsigned char)source.ptr[len] & 0xc0) == 0x80)
			continue; /* the rest of a character */
		fputc(source.ptr[len] == '\t' ? '\t' : ' ', stderr);
		column++;
	}
	fputs("^\n", stderr);
}

/* An error of the statement after `done` ones, at its line in the file. */
static void
complain_at(
    const struct migration *migration, const PGresult *error, unsigned done)
{
	const char *at = PQresultErrorField(error, PG_DIAG_STATEMENT_POSITION);
	const char *why = PQresultErrorField(error, PG_DIAG_MESSAGE_PRIMARY);
	const char *state = PQresultErrorField(error, PG_DIAG_SQLSTATE);
	struct span text = {migration->text, migration->len};
	struct span rest = text, statement = text;
	struct sql_place place;
	uint64_t character;

	if (why == NULL || state == NULL) { /* libpq's own: connection lost */
		why = PQresultErrorMessage(error);
		complain(
		    "%s: %.*s", migration->file, (int)strcspn(why, "\n"), why);
		return;
	}
	if (span_to_u64(span_of(at), INT32_MAX, &character)) {
		place = sql_place(text, sql_offset(text, character));
	} else { /* found while it ran: only its statement is known */
		while (sql_next(&rest, &statement) && done > 0)
			done--;
		place = sql_place(text, (size_t)(statement.ptr - text.ptr));
	}
	complain("%s:%u:%u: %s [%s]", migration->file, place.line, place.column,
	    why, state);
	show_place(place);
	db_complain_more(error);
}

static int
run_text(PGconn *pg, const struct migration *migration)
{
	PGresult *result;
	unsigned done = 0;
	int answer = 0;

	if (!PQsendQuery(pg, migration->text)) {
		complain("%s: %s", migration->file, PQerrorMessage(pg));
		return -1;
	}
	while ((result = PQgetResult(pg)) != NULL) {
		ExecStatusType status = PQresultStatus(result);

		if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) {
			complain("%s: COPY from or to the client is not for a "
				 "migration",
			    migration->file);
			PQclear(result);
			return -1; /* the rollback ends the copy too */
		}
		if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
			done++;
		} else {
			complain_at(migration, result, done);
			answer = -1;
		}
		PQclear(result);
	}
	return answer;
}

/* Inside the transaction; the history must say of the file what its name
 * says. */
static int
apply_one(struct task *task, const struct migration *migration)
{
	int number;

	if (run_text(task->pg, migration) < 0)
		return -1;
	number = migrations_applied(&task->migrations, task->pg);
	if (number >= 0 && number != migration->number)
		complain("%s: has not written its own row (%d, '%s', ...) "
			 "into rota.migration",
		    migration->file, migration->number, migration->name);
	return number == migration->number ? 0 : -1;
}

/*
 * Applies the next missing one: its number, 0 when there was none left, or -1
 * after a complaint and with nothing changed.
 */
static int
apply_next(struct task *task)
{
	const struct migrations *migrations = &task->migrations;
	const struct migration *next;
	int number;

	/* What the file before has SET must not reach this one. */
	if (db_do(task->pg, "RESET ALL") < 0 || db_begin_alone(task->pg) < 0)
		goto undo;
	number = migrations_applied(migrations, task->pg);
	if (number < 0)
		goto undo;
	if ((size_t)number == migrations->count)
		return db_commit(task->pg);
	next = &migrations->list[number];
	if (apply_one(task, next) == 0 && db_commit(task->pg) == 0)
		return next->number;
	if (PQstatus(task->pg) == CONNECTION_OK)
		complain(
		    "%s was not applied, nothing of it remains", next->file);
undo:
	db_rollback(task->pg);
	return -1;
}

int
command_apply(struct task *task)
{
	const struct migrations *migrations = &task->migrations;
	int number, applied = 0;

	/* First look: nothing is touched for a database that is not ours. */
	if (migrations_applied(migrations, task->pg) < 0 ||
	    role_make(task->pg) < 0 || make_first(task->pg) < 0)
		return -1;
	while ((number = apply_next(task)) > 0) {
		printf("applied %s\n", migrations->list[number - 1].file);
		fflush(stdout);
		applied++;
	}
	if (number < 0)
		return -1;
	if (applied == 0)
		printf("nothing to apply: the database is at migration %zu "
		       "(%s)\n",
		    migrations->count,
		    migrations->list[migrations->count - 1].name);
	return task->login == NULL ? 0 : role_grant(task);
}
