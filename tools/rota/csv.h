/* SPDX-License-Identifier: ISC */
/*
 * csv: reads comma-separated values (RFC 4180), record by record, from files
 * that nobody has checked.
 *
 * UTF-8, with or without its mark at the beginning; lines end with LF or CR LF;
 * the separator is the comma, or the semicolon or tab if the first line has
 * that instead.  No record takes more than CSV_RECORD_MAX bytes of memory,
 * however long it is in the file.
 */
#ifndef ROTA_CSV_H
#define ROTA_CSV_H

#include "daemon/base/compiler.h"
#include "proto/span.h"

#include <stdbool.h>
#include <stdio.h>

enum {
	CSV_RECORD_MAX = 64 << 10, /* bytes of a record */
	CSV_FIELDS_MAX = 256
};

enum csv_news {
	CSV_RECORD, /* the fields are there */
	CSV_BAD,    /* this record is to be passed over; fault says why */
	CSV_END,
	CSV_UNREADABLE /* the whole file; fault says why */
};

struct csv {
	FILE *file; /* borrowed */
	char separator;
	size_t line;      /* of the record's beginning, from 1 */
	size_t next_line; /* of what follows */
	size_t count;
	struct span field[CSV_FIELDS_MAX]; /* lent until the next record */
	const char *fault;                 /* in the language of the locale */
	size_t column; /* of the fault, characters from 1; 0: none */
	char *text;    /* owned */
	size_t len;
};

/* Reads the first record, the names of the columns: CSV_RECORD or
 * CSV_UNREADABLE. */
enum csv_news csv_open(struct csv *csv, FILE *file) MUST_CHECK;
/* The next record that is not empty. */
enum csv_news csv_next(struct csv *csv) MUST_CHECK;
void csv_close(struct csv *csv);

#endif
