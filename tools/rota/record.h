/* SPDX-License-Identifier: ISC */
/*
 * record: answers for programs: JSON and CSV.
 *
 * JSON is one object per request,
 *
 *	{"rows":[{"site":"160004578",...},...],"answer":{"status":"ok",...}}
 *
 * all values texts as they stand in the protocol; rows are printed as they
 * come.  CSV has the keys in its first line, as they came up.
 */
#ifndef ROTA_RECORD_H
#define ROTA_RECORD_H

#include "tools/rota/rows.h"

void json_text(FILE *stream, struct span text); /* quotes included */
void json_begin(FILE *stream);
/* first: no other row came before. */
void json_row(FILE *stream, const struct answer *row, bool first);
/* closing NULL: the connection broke. */
void json_end(FILE *stream, const struct answer *closing);

void csv_field(FILE *stream, struct span text);
void csv_rows(FILE *stream, struct rows *rows);
/* One line of an answer as two lines of CSV. */
void csv_line(FILE *stream, const struct answer *line);

#endif
