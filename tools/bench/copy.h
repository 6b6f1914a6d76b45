/* SPDX-License-Identifier: ISC */
/*
 * copy: rows into a table, and the few other things that seed asks of a
 * database.  Whatever fails has been complained of.
 */
#ifndef BENCH_COPY_H
#define BENCH_COPY_H

#include "daemon/base/compiler.h"
#include "proto/out.h"

#include <libpq-fe.h>

struct copy;

/* A database of this machine; NULL on failure, else PQfinish(). */
PGconn *copy_connect(const char *conninfo) MUST_CHECK;
int copy_do(PGconn *pg, const char *sql) MUST_CHECK; /* 0 or -1 */
/* Two text parameters; NULL on failure, else PQclear(). */
PGresult *copy_query(PGconn *pg, const char *sql, const char *first,
    const char *second) MUST_CHECK;

/* table: with its columns in parentheses.  NULL on failure. */
struct copy *copy_begin(PGconn *pg, const char *table) MUST_CHECK;
/* Room for COPY_ROW_MAX bytes: rows in text form, each with its newline. */
enum { COPY_ROW_MAX = 16384 };
struct out *copy_row(struct copy *copy);
void copy_row_end(struct copy *copy);
/* Frees it; 0, or -1 when anything failed; NULL is a failure. */
int copy_end(struct copy *copy) MUST_CHECK;

#endif
