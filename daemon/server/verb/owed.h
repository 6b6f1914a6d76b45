/* SPDX-License-Identifier: ISC */
/*
 * owed: physicians who will not have done what they owe when a period ends.
 */
#ifndef SERVER_OWED_H
#define SERVER_OWED_H

#include "daemon/server/conn.h"
#include "daemon/store/store.h"
#include "proto/out.h"

struct owed {
	struct conn *conn;
	const struct book *book;
	int32_t programme; /* whose quotas; REF_NONE: all */
	int32_t from, to;  /* periods that end on one of these days */
	unsigned limit;    /* lines of the answer in all */
	unsigned count;    /* lines that it has so far */
};

/* Whether there is anything to look for. */
bool owed_any(const struct book *book);
/*
 * Answers the lines behind a place, the empty span being the first, by
 * physician, last day and quota.  True when that is all; else the page is full,
 * or has cost enough, and the place behind its last line is printed to *place.
 */
bool owed_answer(struct owed *owed, struct span after, struct out *place);

#endif
