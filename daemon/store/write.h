/* SPDX-License-Identifier: ISC */
/*
 * write: the write sessions, and what is between a request to write and its
 * answer.
 *
 * A call of rota.write() and its sync are one transaction.  Writes that come in
 * one turn of the event loop leave together at its end, while few are under
 * way, and else when one of these has come back, for a transaction costs more
 * than what one half-day puts into it.
 * One that is stale, or was done before, is left out of its batch, and so is
 * what was chained to it; an error undoes the batch, and each is sent again
 * alone, but for what was chained: that is stale.
 *
 * A session commits one call after the other, so the one with the least to do
 * is chosen.  What was committed, or refused as stale, is answered when a poll
 * of the feed that began later has been applied.
 */
#ifndef STORE_WRITE_H
#define STORE_WRITE_H

#include "daemon/base/compiler.h"
#include "daemon/store/env.h"

struct feed;
struct wake;
struct writers;

/* env, feed and wake are lent until writers_free(). */
struct writers *writers_new(const struct store_env *env, struct feed *feed,
    struct wake *wake) MUST_CHECK;
/* Completes what is pending as STOPPING. */
void writers_free(struct writers *writers);

void writers_start(struct writers *writers);
/* Every session connects anew. */
void writers_restart(struct writers *writers, const char *why);

/* As store_write_chain(), in state UP; borrowed for the call. */
struct writes_asked {
	const struct store_write *writes;
	void *const *args;
	size_t count;
	const struct book *book; /* that they were judged on */
	store_done_fn *done;
};
enum status writers_write(
    struct writers *writers, const struct writes_asked *asked) MUST_CHECK;

/* As store_key(), in state UP. */
enum status writers_key(struct writers *writers, struct id by, struct id key,
    const unsigned char request[32], store_done_fn *done, void *arg) MUST_CHECK;

/* As store_refresh(), in state UP. */
enum status writers_refresh(
    struct writers *writers, store_done_fn *done, void *arg) MUST_CHECK;

/* The poll of this number is in the book. */
void writers_polled(struct writers *writers, uint64_t number);
/* There is no poll to wait for any more. */
void writers_unfollowed(struct writers *writers);

void writers_figures(
    const struct writers *writers, struct store_figures *figures);

#endif
