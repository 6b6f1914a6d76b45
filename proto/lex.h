/* SPDX-License-Identifier: ISC */
/*
 * lex: what requests and answers have in common: blanks, tags, and values bare
 * or quoted.  For what reads lines: request.c, answer.c, the planner.
 *
 * A lex is a place in a line that is known to be text (tabs allowed); on a
 * fault it stands at the byte that is wrong.
 */
#ifndef PROTO_LEX_H
#define PROTO_LEX_H

#include "proto/span.h"

struct lex {
	struct span line;
	size_t at;
};

/* Steps over leading blanks and a tag: false when there is "#" and no tag.  The
 * tag, without "#", is left empty when there is none. */
bool lex_tag(struct lex *lex, struct span *tag);
/* Skips blanks; whether anything follows. */
bool lex_more(struct lex *lex);
/* Whether the place is the end of the line or a blank. */
bool lex_at_gap(const struct lex *lex);
/* The bytes up to the next blank, `stop` or end; may be empty. */
struct span lex_word(struct lex *lex, char stop);

/*
 * A value.  NULL, or what was expected.  Borrowed from the line, or unescaped
 * to scratch, which has room for the whole line; *used counts the bytes there.
 */
const char *lex_value(
    struct lex *lex, char *scratch, size_t *used, struct span *out);

/* Values as the number that keeps them; false when it is none, and *out is then
 * as it was.  max is at most INT64_MAX; a day counts from 1970-01-01. */
bool lex_number(struct span text, uint64_t min, uint64_t max, int64_t *out);
bool lex_day(struct span text, int64_t *out);
bool lex_yesno(struct span text, int64_t *out); /* yes: 1, no: 0 */

/* Bytes before the first that may not stand in a line. */
size_t lex_line_length(struct span line);
/* Whether all bytes are A-Z a-z 0-9 or one of `more`. */
bool lex_is_made_of(struct span word, const char *more);

#endif
