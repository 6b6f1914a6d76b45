/* SPDX-License-Identifier: ISC */
/*
 * await: reads that wait until the book shows what a cursor shows.
 */
#ifndef STORE_AWAIT_H
#define STORE_AWAIT_H

#include "daemon/base/compiler.h"
#include "daemon/store/snapshot.h"
#include "daemon/store/store.h"

struct awaiting;
struct feed;

/* feed is lent until awaiting_free(). */
struct awaiting *awaiting_new(struct event_base *base, struct feed *feed)
    MUST_CHECK;
/* Completes all with STATUS_STOPPING. */
void awaiting_free(struct awaiting *awaiting);

/* As store_covers(); the cursor is left in *parsed if it is one. */
enum status awaiting_covers(const struct awaiting *awaiting, struct span cursor,
    struct cursor *parsed) MUST_CHECK;
/* As store_await(), store_forget(). */
struct store_wait *awaiting_add(struct awaiting *awaiting, struct span cursor,
    uint64_t timeout_ms, store_wait_fn *done, void *arg) MUST_CHECK;
void awaiting_remove(struct awaiting *awaiting, struct store_wait *wait);
/* The book has changed. */
void awaiting_look(struct awaiting *awaiting);

#endif
