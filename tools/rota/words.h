/* SPDX-License-Identifier: ISC */
/*
 * words: what people read, in the language of the locale.
 *
 * T() marks a text and translates it by the catalogue tools/po; N() only marks
 * it.  Answers go to standard output, everything else to standard error behind
 * the program's name.
 */
#ifndef ROTA_WORDS_H
#define ROTA_WORDS_H

#include "daemon/base/compiler.h"
#include "proto/span.h"
#include "proto/status.h"

#include <libintl.h>

#define T(text) gettext(text)
#define TN(one, many, n) ngettext(one, many, n)
#define N(text) text

/* Exit statuses, and what everything here answers that runs a command. */
enum outcome {
	OUTCOME_OK = 0,
	OUTCOME_NO = 1,    /* refused */
	OUTCOME_USAGE = 2, /* nonsense, ours or by the daemon's "bad" */
	OUTCOME_FAIL = 3   /* the daemon failed or is out of reach */
};

/* The folder of the installed catalogues, set at build time. */
extern const char rota_locale_folder[];

/*
 * Sets the locale, and the catalogue of the language that LC_ALL, LC_MESSAGES,
 * LANG and LANGUAGE ask for, whether or not that locale is installed: French,
 * or else English.  Texts are UTF-8 whatever the locale says.
 */
enum lang words_init(void) MUST_CHECK;
/* Of these variables' values, NULL where unset. */
enum lang words_language(const char *locale, const char *language);

/* "rota: text" to standard error. */
void complain(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* For "%.*s": the length, and the bytes. */
#define SPAN_ARGS(span) (int)(span).len, (span).ptr

/* Copies a span as a string; what does not fit is left out. */
void span_copy(struct span span, char *text, size_t size);
/* The same text, owned by the caller. */
char *span_dup(struct span span) MUST_CHECK;

#endif
