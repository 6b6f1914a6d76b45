/* SPDX-License-Identifier: ISC */
/*
 * write: the way of a writing request, from its line to its answer.
 *
 *   plan -> wait for the guards -> plan again if it waited -> judge -> one call
 *   of the database -> commit -> in the book -> answer
 *
 * Writes that share a guard wait for each other inside this daemon; those that
 * have come to wait are judged each on what the one before will leave, and
 * stored in one transaction.  Between daemons the database tells that a verdict
 * is stale, and the write is planned and judged anew, a bounded number of
 * times.
 */
#ifndef SERVER_WRITE_H
#define SERVER_WRITE_H

#include "daemon/server/change/plan.h"
#include "daemon/server/conn.h"

/* Starts a single writing request; answers now or later (conn_hold). */
void write_request(struct conn *conn, const struct request *request);

/* The line `batch n=...`: the next n lines belong to it. */
void write_batch_begin(struct conn *conn, const struct request *request);
/* One line of the batch that conn->batch collects; starts it at the last. */
void write_batch_line(struct conn *conn, struct span line);
/* The connection is closed while it collects. */
void write_batch_abandon(struct conn *conn);

/*
 * A write that no line of a client stands for: the turning of an invitation
 * code into a token.  `plan` is called as for a request with `request` NULL.
 * done: status OK with the answer's text and warnings, or the refusal.
 */
typedef void write_done_fn(void *arg, const struct refusal *refusal,
    struct span answer, const struct warnings *warnings);
void write_internal(struct server *server, const struct session *session,
    plan_fn *plan, void *plan_arg, write_done_fn *done, void *arg);

#endif
