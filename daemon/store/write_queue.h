/* SPDX-License-Identifier: ISC */
/*
 * write_queue: writes that wait for a session, in order of arrival, and which
 * of them leave together.
 */
#ifndef STORE_WRITE_QUEUE_H
#define STORE_WRITE_QUEUE_H

#include "daemon/base/compiler.h"
#include "daemon/store/write_params.h"

#include <sys/queue.h>

struct writers;

/* One write, or one question, from its request to its answer.  A chain is one
 * that is not `chained`, and right behind it those that are. */
struct write_call {
	STAILQ_ENTRY(write_call) link;
	struct writers *writers;
	bool is_write; /* of a statement, not a mere poll */
	store_done_fn *done;
	void *arg;
	struct write_part part;
	char *bytes; /* owned: what `part` points to; NULL: the pack's */
	/* Settled: */
	enum status status;
	char *answer; /* owned; of an earlier write under the key, or NULL */
	size_t answer_len;
	uint64_t settled_us;
	uint64_t poll; /* number of the poll that it waits for */
};

STAILQ_HEAD(write_calls, write_call);

struct write_queue {
	struct write_calls calls;
	size_t count, bytes;
};

void write_queue_init(struct write_queue *queue);

/* Gives it bytes of its own, unless it has them. */
void write_call_keep(struct write_call *call);
void write_call_free(struct write_call *call);

/* A chain, at the end, with bytes of its own.  BUSY: there are `limit` already,
 * or too many bytes.  Else the list is empty then. */
enum status write_queue_add(struct write_queue *queue,
    struct write_calls *calls, size_t limit) MUST_CHECK;
/* Back to the front, in their order, whatever the limits; each will leave
 * alone, so none is chained.  The list is empty then. */
void write_queue_put_back(struct write_queue *queue, struct write_calls *calls);

/* Moves the first chain to the end of an empty list, and those behind it that
 * may share its call, up to the first that may not.  Returns how many calls. */
size_t write_queue_take(struct write_queue *queue, struct write_calls *calls);

#endif
