/* SPDX-License-Identifier: ISC */
/* copy: see copy.h. */
#include "tools/bench/copy.h"

#include "daemon/base/mem.h"
#include "tools/bench/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER_SIZE = 256 << 10 };

struct copy {
	PGconn *pg; /* borrowed */
	bool failed;
	struct out out;
	char buffer[BUFFER_SIZE];
};

static int
failed(PGconn *pg)
{
	complain("the database: %s", PQerrorMessage(pg));
	return -1;
}

PGconn *
copy_connect(const char *conninfo)
{
	PGconn *pg = PQconnectdb(conninfo);
	const char *host;

	if (PQstatus(pg) != CONNECTION_OK) {
		(void)failed(pg);
		PQfinish(pg);
		return NULL;
	}
	host = PQhost(pg);
	if (host[0] == '/' || strcmp(host, "localhost") == 0 ||
	    strcmp(host, "127.0.0.1") == 0 || strcmp(host, "::1") == 0)
		return pg;
	complain("the database is not on this machine");
	PQfinish(pg);
	return NULL;
}

int
copy_do(PGconn *pg, const char *sql)
{
	PGresult *result = PQexec(pg, sql);
	bool done = PQresultStatus(result) == PGRES_COMMAND_OK ||
	    PQresultStatus(result) == PGRES_TUPLES_OK;

	PQclear(result);
	return done ? 0 : failed(pg);
}

PGresult *
copy_query(PGconn *pg, const char *sql, const char *first, const char *second)
{
	const char *values[] = {first, second};
	PGresult *result =
	    PQexecParams(pg, sql, 2, NULL, values, NULL, NULL, 0);

	if (PQresultStatus(result) == PGRES_TUPLES_OK)
		return result;
	(void)failed(pg);
	PQclear(result);
	return NULL;
}

struct copy *
copy_begin(PGconn *pg, const char *table)
{
	struct copy *copy;
	char sql[512];
	PGresult *result;
	bool begun;

	snprintf(sql, sizeof(sql), "COPY %s FROM STDIN", table);
	result = PQexec(pg, sql);
	begun = PQresultStatus(result) == PGRES_COPY_IN;
	PQclear(result);
	if (!begun) {
		(void)failed(pg);
		return NULL;
	}
	copy = xmalloc(sizeof(*copy));
	copy->pg = pg;
	copy->failed = false;
	copy->out = OUT(copy->buffer);
	return copy;
}

static void
flush(struct copy *copy)
{
	if (copy->out.len > 0 && !copy->failed &&
	    PQputCopyData(copy->pg, copy->buffer, (int)copy->out.len) != 1)
		copy->failed = true;
	copy->out.len = 0;
}

struct out *
copy_row(struct copy *copy)
{
	if (copy->out.size - copy->out.len < COPY_ROW_MAX)
		flush(copy);
	return &copy->out;
}

void
copy_row_end(struct copy *copy)
{
	if (copy->out.overflow)
		abort();
}

int
copy_end(struct copy *copy)
{
	PGresult *result;
	PGconn *pg;
	bool done;

	if (copy == NULL)
		return -1;
	flush(copy);
	pg = copy->pg;
	done = !copy->failed && PQputCopyEnd(pg, NULL) == 1;
	free(copy);
	if (!done)
		return failed(pg);
	result = PQgetResult(pg);
	done = PQresultStatus(result) == PGRES_COMMAND_OK;
	if (!done)
		(void)failed(pg);
	while (result != NULL) {
		PQclear(result);
		result = PQgetResult(pg);
	}
	return done ? 0 : -1;
}
