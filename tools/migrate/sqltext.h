/* SPDX-License-Identifier: ISC */
/*
 * sqltext: where the statements of an SQL text begin and end.
 *
 * The server gets a migration whole and judges it; this only serves to refuse
 * a file of the wrong shape before anything is touched, and to say on which
 * line a statement stood that failed.  Pure: no allocation, no input or output.
 */
#ifndef MIGRATE_SQLTEXT_H
#define MIGRATE_SQLTEXT_H

#include "proto/span.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Cuts the next statement off *rest: from its first byte that is neither blank
 * nor comment, to its semicolon, not included.  False at the end of the text.
 * Quotes, dollar quotes, parentheses, nested comments and BEGIN ATOMIC bodies
 * are understood; one left open takes all that follows.
 */
bool sql_next(struct span *rest, struct span *statement);

/* Whether a statement begins with these words ("INSERT INTO rota.migration"),
 * letters of either case, blanks and comments between them as they may be. */
bool sql_begins(struct span statement, const char *words);

/* The line of text that holds a byte. */
struct sql_place {
	unsigned line;      /* from 1 */
	unsigned column;    /* in characters, from 1 */
	struct span source; /* the line, borrowed, without its end */
};

struct sql_place sql_place(struct span text, size_t offset);
/* Offset of a character (UTF-8, from 1, as the server counts); at most len. */
size_t sql_offset(struct span text, size_t character);

#endif
