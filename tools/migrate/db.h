/* SPDX-License-Identifier: ISC */
/*
 * db: a database session that waits for its answers.
 *
 * Every call that fails has complained: the text of the server with SQLSTATE,
 * detail and hint.  Results are owned by the caller: PQclear().
 */
#ifndef MIGRATE_DB_H
#define MIGRATE_DB_H

#include "daemon/base/compiler.h"

#include <libpq-fe.h>
#include <stdbool.h>

/*
 * Connects; conninfo is of libpq, "" leaves all to the environment.  Of several
 * hosts, `writes` takes the one that accepts writes.  NULL on failure; else
 * close with PQfinish().
 */
PGconn *db_open(const char *conninfo, bool writes) MUST_CHECK;

/* One statement with up to two text parameters, NULL when absent.  NULL on
 * failure. */
PGresult *db_query(PGconn *pg, const char *sql, const char *first,
    const char *second) MUST_CHECK;
/* Statements without parameters or rows; 0 or -1. */
int db_do(PGconn *pg, const char *sql) MUST_CHECK;
/* As db_do(), but an error with one of two SQLSTATEs is none. */
int db_do_unless(PGconn *pg, const char *sql, const char *state,
    const char *other) MUST_CHECK;

/* The single value of the single row of a query as a string to free(), "" for
 * null; NULL on failure. */
char *db_value(PGconn *pg, const char *sql, const char *first) MUST_CHECK;

/* Begins the transaction of a command; the search path is pg_catalog, so that
 * no name means what somebody else has made. */
int db_begin(PGconn *pg) MUST_CHECK;
/* As db_begin(), and waits for any other rota-migrate in this database. */
int db_begin_alone(PGconn *pg) MUST_CHECK;
/* Ends it: 0, or -1 when nothing was done, or the connection was lost and
 * nobody knows. */
int db_commit(PGconn *pg) MUST_CHECK;
/* Ends it undone; for use after a complaint. */
void db_rollback(PGconn *pg);

/* The rest of an error, one field a line: detail, hint, context. */
void db_complain_more(const PGresult *error);

#endif
