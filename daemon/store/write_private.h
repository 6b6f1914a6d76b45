/* SPDX-License-Identifier: ISC */
/*
 * write_private: the writers, for write.c (which session gets what) and
 * write_settle.c (what becomes of it).
 */
#ifndef STORE_WRITE_PRIVATE_H
#define STORE_WRITE_PRIVATE_H

#include "daemon/store/write_queue.h"

#include <libpq-fe.h>

struct event;
struct feed;
struct pgsession;
struct wake;

struct writers {
	const struct store_options *options;
	struct store_figures *figures;
	struct feed *feed;
	struct wake *wake;
	struct pgsession **sessions;
	unsigned count;
	struct write_queue queue;
	struct write_calls settled;
	struct event *turn;       /* at the end of this turn: send */
	size_t running;           /* writes that sessions have */
	unsigned joined;          /* batches under way that `joins` */
	struct pack pack, params; /* of the last write; of the last call */
};

/* ----- write_settle.c ----- */

struct write_call *write_call_new(
    struct writers *writers, store_done_fn *done, void *arg) MUST_CHECK;
/* Answers and frees it. */
void write_call_complete(
    struct write_call *call, enum status status, bool lagging);
/* The same once the book shows what the database had decided by now. */
void write_call_settle(struct write_call *call, enum status status);
/* What the database said of it in a row of the answer. */
void write_call_decide(
    struct write_call *call, const PGresult *result, int row);

#endif
