/* SPDX-License-Identifier: ISC */
/*
 * term: what a plan is measured by beside the rules; the rows of term.def.
 *
 * A weight of the directory (struct weight) says what one of them counts for a
 * territory or a programme, or for all; see term_value().  struct terms answers
 * the same for who asks often.
 */
#ifndef DOMAIN_TERM_H
#define DOMAIN_TERM_H

#include "daemon/base/compiler.h"
#include "daemon/domain/book.h"
#include "proto/status.h"

enum term {
#define TERM(SYMBOL, id, key, value, unit, en, fr) TERM_##SYMBOL,
#include "daemon/domain/term.def"
#undef TERM
	TERM_COUNT
};

enum term_unit { UNIT_POINTS, UNIT_MILLE };

struct term_info {
	const char *id;  /* S01 ... */
	const char *key; /* of term= */
	uint32_t value;  /* unless a weight says otherwise */
	enum term_unit unit;
	const char *text[LANG_COUNT];
};

const struct term_info *term_info(enum term term);

/*
 * What a term counts on a day: as the programme's weight says, else the
 * territory's, else everybody's, else as it is by default.  Either may be
 * REF_NONE.  Of several weights of one owner the one that begins last.
 */
uint32_t term_value(const struct book *book, enum term term, int32_t territory,
    int32_t programme, int32_t day);

/* The weights of a book, sorted; of the book as it was then. */
struct terms;

struct terms *terms_new(const struct book *book) MUST_CHECK;
void terms_free(struct terms *terms); /* accepts NULL */
/* As term_value(). */
uint32_t terms_value(const struct terms *terms, enum term term,
    int32_t territory, int32_t programme, int32_t day);
/* What is put for one owner alone: a territory, a programme, or, where both are
 * REF_NONE, all; false when nothing is. */
bool terms_own(const struct terms *terms, enum term term, int32_t territory,
    int32_t programme, int32_t day, uint32_t *value);

#endif
