/* SPDX-License-Identifier: ISC */
/*
 * feed: follows rota.change and keeps the book.
 *
 * The book is always the database at one snapshot, the cursor.  A poll asks for
 * what has become visible since and applies it whole; one is in flight at a
 * time, and however many ask for one in a turn of the event loop, one begins.
 * A book that must be loaded anew replaces the old one together with a poll,
 * and not before the old one shows all that was loaded, so that every change is
 * told once over the seam.
 */
#ifndef STORE_FEED_H
#define STORE_FEED_H

#include "daemon/base/compiler.h"
#include "daemon/store/env.h"
#include "daemon/store/identity.h"
#include "daemon/store/snapshot.h"

struct feed;

struct feed_hooks {
	void (*on_change)(void *arg, const struct change *change);
	/* The poll of this number is in the book. */
	void (*on_polled)(void *arg, uint64_t number, bool changed);
	void (*on_loaded)(void *arg, enum store_load load);
	/* feed_state() is another one. */
	void (*on_state)(void *arg);
	/* Connected; `moved`: to another server than before. */
	void (*on_connected)(void *arg, bool moved);
};

/* env and hooks are lent until feed_free(). */
struct feed *feed_new(const struct store_env *env,
    const struct feed_hooks *hooks, void *arg) MUST_CHECK;
void feed_free(struct feed *feed);
void feed_start(struct feed *feed);

enum store_state feed_state(const struct feed *feed);
const char *feed_reason(const struct feed *feed); /* "" when there is none */
struct book *feed_book(const struct feed *feed);
const struct cursor *feed_cursor(const struct feed *feed);
int64_t feed_stale_since(const struct feed *feed);
/* Of the database that the feed is, or was last, connected to. */
const struct identity *feed_identity(const struct feed *feed);
uint64_t feed_reconnects(const struct feed *feed);

/* Asks for a poll; the number of the one that will show all that has been
 * committed by now, or 0 when the feed does not follow. */
uint64_t feed_ask(struct feed *feed);
/* Loads the book anew, soon. */
void feed_reload(struct feed *feed, const char *why);
/* Asks the database again who it is: what it promises may have changed. */
void feed_greet(struct feed *feed);
/* Notifications by this process are our own. */
void feed_ignore(struct feed *feed, int pid);

/* For the hello of other sessions: good when it is the feed's database. */
enum pgsession_hello feed_judge(const struct feed *feed, const PGresult *hello,
    const char *sqlstate, struct error *why);

#endif
