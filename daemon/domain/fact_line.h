/* SPDX-License-Identifier: ISC */
/*
 * fact_line: an entity of the book, or a half-day, as one line of text.
 *
 *	KIND id=ID rev=N COLUMN=VALUE ...
 *
 * The columns are those of the tables of directory.h; references are ids, days
 * YYYY-MM-DD, instants whole seconds since 1970.  What is empty, zero or none
 * is left out and read as such, so that a line says all that is stored.  Beside
 * kinds there are two sorts of lines for older time, see struct older:
 *
 *	cut [physician=ID] day=DAY
 *	older physician=ID [programme=WORD] cells=CELL,...
 *	older site=ID [programme=WORD] cells=CELL,...
 *
 * A cell is BUCKET.ACTIVITY.CLASS.NUMBER: the first day of its bucket, counted
 * since 1970, and the numbers of the enums.  A book is copied by printing kinds
 * in their order, then cuts, then older time and assignments.
 */
#ifndef DOMAIN_FACT_LINE_H
#define DOMAIN_FACT_LINE_H

#include "daemon/base/error.h"
#include "daemon/domain/book.h"
#include "proto/limits.h"
#include "proto/out.h"

/* Bytes of a line, its end not counted: as much as any line may have. */
enum { FACT_LINE_MAX = PROTO_LINE_MAX };

/* Whether a kind has lines: all but accounts and tokens. */
bool fact_line_has(enum kind kind);

/* Without an end of line.  What is printed never has more than FACT_LINE_MAX
 * bytes; out->overflow when `out` has less. */
void fact_line_print(struct out *out, const struct book *book, enum kind kind,
    const union after *after);

/*
 * The lines of cuts and of older time, each ended by '\n', given to put() one
 * at a time in memory that it borrows.
 */
typedef void fact_line_put_fn(void *arg, struct span line);
void fact_line_older(const struct book *book, fact_line_put_fn *put, void *arg);
/* Every line of the book: kinds in their order, cuts, older time, assignments
 * of the service dates [from, to]. */
void fact_line_book(const struct book *book, int32_t from, int32_t to,
    fact_line_put_fn *put, void *arg);

struct fact {
	struct change change; /* points to `after` */
	union after after;
};

enum fact_sort {
	FACT_CHANGE, /* *fact is filled, for book_load() */
	FACT_LOADED, /* a line of older time, which the book has now */
	FACT_OTHER,  /* begins with another word: nothing was done */
	FACT_BAD     /* *error says why */
};

/*
 * Reads a line.  References must be to what the book has; programmes of
 * half-days are interned in it.
 */
enum fact_sort fact_line_read(struct fact *fact, struct book *book,
    struct span line, struct error *error);

#endif
