/* SPDX-License-Identifier: ISC */
/*
 * known: one scope of the plan as it stood at a mark, as a book of its own.
 */
#ifndef STORE_KNOWN_H
#define STORE_KNOWN_H

#include "daemon/base/compiler.h"
#include "daemon/store/store.h"

struct feed;
struct pgsession;

/* As store_find_mark() and store_known(); session is the one of the history.
 * Feed and session are lent until `done` was called. */
enum status known_find_mark(struct pgsession *session, struct feed *feed,
    uint64_t mark, int64_t as_of, store_found_fn *done, void *arg) MUST_CHECK;
enum status known_book(struct pgsession *session, struct feed *feed,
    const struct store_known *call, store_known_fn *done, void *arg) MUST_CHECK;

#endif
