/* SPDX-License-Identifier: ISC */
/*
 * rows: the data lines of an answer, kept in a file without a name, so that a
 * list of any length needs no memory, with the keys that occur in them.
 *
 * A word in a line ("* busy from=...") stands under the key "word".
 */
#ifndef ROTA_ROWS_H
#define ROTA_ROWS_H

#include "proto/limits.h"
#include "proto/request.h"
#include "tools/rota/session.h"

#include <stdio.h>

enum { ROWS_COLUMNS_MAX = 96 };

struct rows {
	FILE *spool;
	size_t count;
	bool failed; /* the spool could not be written */
	size_t columns;
	char key[ROWS_COLUMNS_MAX][PROTO_WORD_MAX + 1]; /* as they came up */
	char line[PROTO_LINE_MAX + 2];
};

/* -1 after a complaint. */
int rows_init(struct rows *rows) MUST_CHECK;
void rows_fini(struct rows *rows);
/* Adds each data line of an answer. */
struct reader rows_reader(struct rows *rows);
void rows_add(struct rows *rows, const struct answer *row, struct span line);

/* Reads them again from the first on; the answer's spans are lent until the
 * next call. */
void rows_rewind(struct rows *rows);
bool rows_next(struct rows *rows, struct answer *row);

/* The value of a key in a line, "word" included. */
struct span row_value(const struct answer *row, const char *key);

#endif
