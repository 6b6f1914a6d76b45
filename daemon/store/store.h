/* SPDX-License-Identifier: ISC */
/*
 * store: the daemon's whole knowledge of PostgreSQL, and the keeper of the
 * book.
 *
 * It owns the write sessions, the feed session, the wake session, one session
 * for reads of history, and the book that the feed maintains.  Every completion
 * runs exactly once, from the event loop, never inside the call that asked.
 *
 * A write is acknowledged after its commit and after a poll of the feed begun
 * later than its commit has been applied: who is told "ok" can read it.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "daemon/base/compiler.h"
#include "daemon/base/error.h"
#include "daemon/domain/book.h"
#include "daemon/domain/unit.h"
#include "proto/status.h"

struct event_base;
struct store;

struct store_options {
	const char *conninfo; /* libpq; may name several hosts */
	unsigned write_sessions, write_depth;
	unsigned write_queue; /* writes waiting for a session, at most */
	uint64_t statement_timeout_ms, lock_timeout_ms, connect_timeout_ms;
	uint64_t reconnect_min_ms, reconnect_max_ms;
	uint64_t poll_ms; /* poll of the feed when nobody wakes it */
	uint64_t wake_ms; /* at most one NOTIFY in so long */
	uint64_t mark_ms; /* a mark each so long */
	uint64_t key_lifetime_ms;
};

enum store_state {
	STORE_LOADING, /* no book yet */
	STORE_UP,      /* the book follows the database */
	STORE_DOWN,    /* the book is as old as store_stale_since() */
	STORE_REFUSED  /* the database is not one this daemon may serve */
};

enum store_load {
	STORE_LOAD_FIRST,
	STORE_LOAD_SEAMLESS, /* every change was told, or will be */
	STORE_LOAD_TORN      /* another history, or changes that nobody told */
};

struct store_hooks {
	/* One change, already in the book; in the order of the feed.
	 * change->before is what the book had until then. */
	void (*on_change)(void *arg, const struct change *change);
	/* A whole poll is in the book; only when it brought changes. */
	void (*on_applied)(void *arg);
	/* The book was loaded.  But for the first time, whatever was derived
	 * from the former one, indices above all, is void. */
	void (*on_loaded)(void *arg, enum store_load load);
	void (*on_state)(void *arg, enum store_state state);
};

/* Copies the options; connects from store_start() on. */
struct store *store_new(struct event_base *base,
    const struct store_options *options, const struct store_hooks *hooks,
    void *arg) MUST_CHECK;
void store_start(struct store *store);
/* Takes over what may change while running: time-outs, intervals, lifetimes. */
void store_reload(struct store *store, const struct store_options *options);
/* Completes what is pending with STATUS_STOPPING and closes all sessions. */
void store_free(struct store *store);

enum store_state store_state(const struct store *store);
/* Why the state is STORE_REFUSED or STORE_DOWN, for people; never NULL. */
const char *store_reason(const struct store *store);
/* The book, or NULL while STORE_LOADING for the first time. */
struct book *store_book(struct store *store);
/* Instant (seconds since 1970) since when the book may be stale; 0: it is not.
 */
int64_t store_stale_since(const struct store *store);
/* Identity of the history: part of every cursor. */
unsigned store_epoch(const struct store *store);
/* "local", "standby" or "none"; see rota.hello(). */
const char *store_promise(const struct store *store);

/* The cursor of the book: "epoch:xmin:xmax:xip,...", borrowed until the next
 * poll.  Empty while so many write transactions are open in the cluster, some
 * 370, that it is longer than PROTO_LONG_MAX. */
struct span store_cursor(const struct store *store);
/*
 * Whether the book shows all that `cursor` shows.  STATUS_OK, STATUS_BEHIND, or
 * STATUS_CURSOR when it belongs to another epoch or is not a cursor.
 */
enum status store_covers(const struct store *store, struct span cursor);
/* Calls done once: when the book covers the cursor, or when timeout has passed
 * (STATUS_BEHIND).  Returns a handle for store_forget(). */
struct store_wait;
typedef void store_wait_fn(void *arg, enum status status);
struct store_wait *store_await(struct store *store, struct span cursor,
    uint64_t timeout_ms, store_wait_fn *done, void *arg) MUST_CHECK;
void store_forget(struct store *store, struct store_wait *wait);

/* ----- writing ----- */

struct store_write {
	struct id by;              /* account; nil: none */
	struct id key;             /* idempotency key; nil: none */
	unsigned char request[32]; /* SHA-256 of the request, with a key */
	struct span answer;        /* lines kept with the key; copied */
	const struct unit *unit;   /* sealed; borrowed for the call */
	bool alone; /* in no transaction with others: it was stale before */
};

struct store_result {
	enum status status;
	/* OK: committed and in the book.  STALE: judge again; the book has been
	 * polled since; so is what follows one that was not done.  EXISTS: the
	 * id of a new assignment is taken. KEY_REUSED.  UNAVAILABLE, TIMEOUT,
	 * BUSY, STOPPING, INTERNAL: after UNAVAILABLE, TIMEOUT and STOPPING the
	 * write may have been committed all the same: only a key can tell. */
	bool replayed;      /* OK by an earlier write under this key: */
	struct span answer; /* ...its answer; borrowed for the call */
	bool lagging;       /* OK, but the feed is down: the book lacks it */
	uint64_t lag_us;    /* from commit to completion */
};

typedef void store_done_fn(void *arg, const struct store_result *result);

/* STATUS_OK when accepted: `done` will run.  Else UNAVAILABLE or BUSY at once,
 * and `done` will not. */
enum status store_write(struct store *store, const struct store_write *write,
    store_done_fn *done, void *arg) MUST_CHECK;

/*
 * Several, each judged as if those before it had been done, and done only if
 * they are; in one transaction, in their order.  A done(args[i]) for each.
 * Their keys differ, and store_may_chain() holds for their units.
 */
enum { STORE_CHAIN_MAX = 16 };
enum status store_write_chain(struct store *store,
    const struct store_write *writes, void *const *args, size_t count,
    store_done_fn *done) MUST_CHECK;
/* Whether a unit may be one of several: a few half-days, and nothing else. */
bool store_may_chain(const struct unit *unit);

/*
 * Whether a key was used, without writing: for a request that the rules would
 * refuse now, which may be the retry of one that was done.  OK with the answer,
 * NOT_FOUND, KEY_REUSED, UNAVAILABLE or TIMEOUT.  By rota.key_answer().
 */
enum status store_key(struct store *store, struct id by, struct id key,
    const unsigned char request[32], store_done_fn *done, void *arg) MUST_CHECK;

/*
 * Waits until the book shows all that had been committed when it was asked: for
 * a verdict that no statement puts to the test.  OK, unless `lagging`; or
 * STOPPING.
 */
enum status store_refresh(struct store *store, store_done_fn *done, void *arg)
    MUST_CHECK;

/* ----- history, by SQL; done is called with the changes in order ----- */

struct store_mark {
	uint64_t mark;
	int64_t at; /* microseconds since 1970 */
	/* Of a list of assignments: the site of each, as it was at the mark,
	 * so that the list can be printed as it was; borrowed like changes. */
	const struct site *sites;
};

/* changes: borrowed for the call, references resolved in the book.  `more`: the
 * limit cut the answer off. */
typedef void store_rows_fn(void *arg, enum status status,
    const struct change *changes, size_t count, bool more,
    const struct store_mark *mark);

/* Revisions above `after_rev` of one entity, oldest first. */
enum status store_history(struct store *store, struct id entity,
    uint64_t after_rev, unsigned limit, store_rows_fn *done, void *arg)
    MUST_CHECK;

/*
 * Assignments as they stood at a mark, ordered by (from, id): of a physician,
 * of the sites that a territory had then, or of the sites given.  `mark` 0: the
 * newest mark not after as_of (microseconds).  STATUS_NO_MARK when there is
 * none.
 */
struct store_past {
	uint64_t mark;
	int64_t as_of;
	struct id physician;    /* or nil */
	struct id territory;    /* or nil */
	const struct id *sites; /* copied */
	size_t nsites;
	int32_t from, to; /* service days, both included */
	int64_t
	    after_from; /* paging: only those after (after_from, after_id) */
	struct id after_id;
	unsigned limit;
};
enum status store_past(struct store *store, const struct store_past *past,
    store_rows_fn *done, void *arg) MUST_CHECK;

/*
 * A mark that lists can go back to, by its number or (`mark` 0) the newest one
 * not after as_of, microseconds.  NO_MARK; BEHIND while the book does not show
 * all that the mark does.
 */
typedef void store_found_fn(
    void *arg, enum status status, const struct store_mark *mark);
enum status store_find_mark(struct store *store, uint64_t mark, int64_t as_of,
    store_found_fn *done, void *arg) MUST_CHECK;

/*
 * One scope as it stood at a mark that was found, as a book of its own: its
 * half-days, and of the directory what they and the scope refer to, their
 * holidays, and facts:
 *   of a site, and of each site of a territory or sector, all those about it;
 *   of a sector its needs;
 *   of a physician, enrolments, absences, times taken and quotas - the
 *   programmes' too - and of the sites of the half-days where they stand and
 *   who is there.
 * It has no accounts, no zones, no availability, no authorisations, no places
 * and no guards.  LIMIT when that is more than some ten thousand rows.
 */
struct store_known {
	uint64_t mark;
	int32_t first;  /* day from which the book is to be in full */
	enum kind kind; /* site, territory or physician */
	struct id subject;
	int32_t from, to; /* service days of half-days, both included */
	/* Of a physician: all half-days that quotas may count, beside. */
	bool owed;
};
/* book: lent for the call, then freed; NULL unless STATUS_OK. */
typedef void store_known_fn(void *arg, enum status status, struct book *book);
enum status store_known(struct store *store, const struct store_known *known,
    store_known_fn *done, void *arg) MUST_CHECK;

/*
 * Every change after a cursor that the book already shows, in order: what a
 * watcher that comes back has missed.  CURSOR when the epoch is another one,
 * LIMIT when there are more than `limit`.  Of an assignment, change.before is
 * its revision before (who watched where it was must be told that it left).
 */
enum status store_replay(struct store *store, struct span cursor,
    unsigned limit, store_rows_fn *done, void *arg) MUST_CHECK;

/*
 * What only the person and the own coordinator may read, of the entities asked
 * for that have such: rows in no order, borrowed for the call.
 */
struct store_private {
	struct id entity;
	struct span text;
};
typedef void store_private_fn(void *arg, enum status status,
    const struct store_private *rows, size_t count);
enum status store_private(struct store *store, const struct id *ids,
    size_t count, store_private_fn *done, void *arg) MUST_CHECK;

/*
 * Sets a mark "publication" now, for as-of= and mark= to go back to.  OK: done
 * will run, with its number, or 0 when it could not be set.  UNAVAILABLE, BUSY.
 */
typedef void store_mark_fn(void *arg, uint64_t mark);
enum status store_mark(struct store *store, store_mark_fn *done, void *arg)
    MUST_CHECK;

/* What planners proposed: see proposal.h. */
struct proposals;
struct proposals *store_proposals(struct store *store);

/* Figures for `status` and for tests. */
struct store_figures {
	uint64_t writes, stale, polls, changes, unknown, reconnects, notifies;
	uint64_t write_waiting, write_running;
	uint64_t write_ready; /* write sessions that are connected */
	uint64_t load_us, book_bytes;
};
void store_figures(const struct store *store, struct store_figures *figures);

#endif
