/* SPDX-License-Identifier: ISC */
/*
 * tally: how many answers there were of each closing ("ok", "no H01", ...).
 */
#ifndef BENCH_TALLY_H
#define BENCH_TALLY_H

#include "proto/span.h"

enum { TALLY_KINDS = 16, TALLY_TEXT = 40, TALLY_LINE = 400 };

/* Zeroed is empty. */
struct tally {
	uint64_t ok, other; /* other: all that is not ok */
	unsigned kinds;
	struct {
		char what[TALLY_TEXT]; /* class and code */
		uint64_t count;
	} kind[TALLY_KINDS]; /* the first that came; the rest in `other` only */
	char first[TALLY_LINE]; /* the first line that is not ok, or "" */
};

/* Counts a closing line without tag; whether it is ok. */
bool tally_closing(struct tally *tally, struct span line);
/* Prints the refusals to standard error, if there are any. */
void tally_complain(const struct tally *tally);

#endif
