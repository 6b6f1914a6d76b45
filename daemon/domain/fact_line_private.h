/* SPDX-License-Identifier: ISC */
/*
 * fact_line_private: what the readers of the sorts of lines have in common; for
 * fact_line*.c only.
 *
 * Pairs are read one after another until next_pair() is false: at the end, or
 * at a fault, which the error tells apart.
 */
#ifndef DOMAIN_FACT_LINE_PRIVATE_H
#define DOMAIN_FACT_LINE_PRIVATE_H

#include "daemon/domain/fact_line.h"
#include "proto/lex.h"

/* More than any sort of line has. */
enum { FACT_KEYS_MAX = 64 };

struct fact_reading {
	struct fact *fact;
	struct book *book;
	struct error *error;
	struct lex lex;
	struct span key, text;           /* of the pair */
	struct span keys[FACT_KEYS_MAX]; /* of the line so far */
	size_t count;
	size_t used;
	char scratch[FACT_LINE_MAX];
};

/* False with the error "KEY=TEXT why". */
bool fact_refuse(struct fact_reading *reading, const char *why);
bool fact_next(struct fact_reading *reading);
bool fact_at_end(const struct fact_reading *reading);
/* Reads the id or the revision of the change; *taken: it was one of the two. */
bool fact_head(struct fact_reading *reading, bool *taken);
/* Whether both were there, and nothing was wrong. */
bool fact_has_head(struct fact_reading *reading);

/* Values: false with an error. */
bool fact_index(struct fact_reading *reading, enum kind kind, int32_t *index);
bool fact_number(
    struct fact_reading *reading, int64_t least, int64_t most, int64_t *out);
bool fact_day(struct fact_reading *reading, int32_t *day);

/* The sorts of lines, behind their first word. */
bool fact_assignment(struct fact_reading *reading);
bool fact_older(struct fact_reading *reading);
bool fact_cut(struct fact_reading *reading);

#endif
