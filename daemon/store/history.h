/* SPDX-License-Identifier: ISC */
/*
 * history: reads of rota.change by SQL: of one entity, of lists as they stood
 * at a mark, and of what a cursor has not seen.  Its session also does the
 * upkeep.
 *
 * What it gives is never ahead of the book, except lists at a mark, which may
 * be younger than the book: then the answer is BEHIND.
 */
#ifndef STORE_HISTORY_H
#define STORE_HISTORY_H

#include "daemon/base/compiler.h"
#include "daemon/store/env.h"
#include "daemon/store/snapshot.h"

struct feed;
struct history;
struct pgsession;

/* env and feed are lent until history_free(). */
struct history *history_new(const struct store_env *env, struct feed *feed)
    MUST_CHECK;
void history_free(struct history *history);
void history_start(struct history *history);
void history_restart(struct history *history, const char *why);

/* Its session, which runs the statements of history_sql.h. */
struct pgsession *history_session(struct history *history);

/* As store_history(), store_past(); replay: the cursor is of this history. */
enum status history_entity(struct history *history, struct id entity,
    uint64_t after_rev, unsigned limit, store_rows_fn *done, void *arg)
    MUST_CHECK;
enum status history_past(struct history *history, const struct store_past *past,
    store_rows_fn *done, void *arg) MUST_CHECK;
enum status history_replay(struct history *history, const struct cursor *cursor,
    unsigned limit, store_rows_fn *done, void *arg) MUST_CHECK;

/* As store_mark(). */
enum status history_mark(
    struct history *history, store_mark_fn *done, void *arg) MUST_CHECK;

/* As store_private(). */
enum status history_private(struct history *history, const struct id *ids,
    size_t count, store_private_fn *done, void *arg) MUST_CHECK;

#endif
