/* SPDX-License-Identifier: ISC */
/*
 * quote: a line as people type it, cut into words: blanks part them, 'single'
 * and "double" quotes and a backslash keep blanks, # begins a comment.
 */
#ifndef ROTA_QUOTE_H
#define ROTA_QUOTE_H

#include "daemon/base/compiler.h"

#include <stdbool.h>
#include <stddef.h>

enum { QUOTE_WORDS_MAX = 64 };

struct words {
	char *at[QUOTE_WORDS_MAX + 1]; /* ended by NULL, for getopt */
	int count;
	bool open;  /* the last word has a quote that is not closed */
	char *text; /* owned; the words lie in it */
};

/* 0, or -1 when there are too many words; at[0] stays free for a program's
 * name, so the words begin at 1. */
int words_split(struct words *words, const char *line) MUST_CHECK;
void words_fini(struct words *words);

#endif
