/* SPDX-License-Identifier: ISC */
/*
 * feed_poll: one statement that gives the next cursor and what lies between.
 *
 * The inner and the outer snapshot of one statement are the same, so nothing is
 * lost or repeated.  The changes are materialised before they are sorted, or a
 * plan could walk the whole table in the order of seq.
 */
#include "daemon/store/feed_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/store/apply.h"
#include "daemon/store/pack.h"
#include "daemon/store/row.h"

#include <event2/event.h>
#include <stdlib.h>

enum {
	CATCH_UP_MAX = 30000, /* more at once would be a long pause: load */
	CATCH_UP_AFTER_S = 5  /* away for less: no need to count */
};

enum { CURSOR_PARAMS = 3 };

enum { POLL, BEHIND, GREET };

/* Columns of POLL before those of a change. */
enum { COLUMN_NOW, COLUMN_EPOCH, COLUMN_CHANGE };

static const char log_id[] = "store/feed";

/* SQL keeps its own lines. */
/* clang-format off */
static const char poll_sql[] =
    "WITH s AS MATERIALIZED ("
    "  SELECT pg_current_snapshot() AS now,"
    "   (SELECT p.epoch FROM rota.present p) AS epoch),"
    " r AS MATERIALIZED (" CHANGES_MISSED("(SELECT s.now FROM s)") ")"
    " SELECT s.now, s.epoch, " CHANGE_COLUMNS
    " FROM s LEFT JOIN r ON true ORDER BY r.seq";
/* clang-format on */

static const char behind_sql[] =
    "SELECT count(*) FROM (SELECT FROM rota.change c"
    " WHERE (c.epoch, c.xid) >= ($1, $2) AND $3 IS NOT NULL LIMIT 30001) b";

static const Oid cursor_types[] = {OID_INT4, OID_XID8, OID_XID8_ARRAY};

static const struct pgsession_statement statements[] = {
    [POLL] = {"poll", poll_sql, CURSOR_PARAMS, cursor_types, 1},
    [BEHIND] = {"behind", behind_sql, CURSOR_PARAMS, cursor_types, 1},
    [GREET] = {"greet", IDENTITY_SQL, 0, NULL, 0},
};

static const char *const setup[] = {"LISTEN rota_change", NULL};

const struct pgsession_role feed_role = {
    setup, statements, ARRAY_SIZE(statements)};

static enum status
send_with_cursor(struct feed *feed, size_t statement,
    const struct cursor *cursor, pgsession_done_fn *done)
{
	struct pack pack = {NULL, 0, 0};
	struct pgsession_params params;
	enum status status;

	pack_u32(&pack, cursor->epoch);
	pack_u64(&pack, cursor->snapshot.xmax);
	snapshot_pack_xip(&cursor->snapshot, &pack);
	params.values[0] = pack.ptr;
	params.lengths[0] = sizeof(uint32_t);
	params.values[1] = params.values[0] + sizeof(uint32_t);
	params.lengths[1] = sizeof(uint64_t);
	params.values[2] = params.values[1] + sizeof(uint64_t);
	params.lengths[2] =
	    (int)(pack.len - sizeof(uint32_t) - sizeof(uint64_t));
	status = pgsession_send(feed->session, statement, &params, done, feed);
	pack_fini(&pack);
	return status;
}

/* ----- applying ----- */

/* Whether the book can be followed to where a fresh one takes its place. */
static bool
can_follow(const struct feed *feed)
{
	return feed->book != NULL && !feed->broken &&
	    identity_continues(&feed->history, &feed->identity);
}

/* Whether the next poll is for the fresh book: what it was loaded with is told
 * from the old one first. */
static bool
is_fresh_next(const struct feed *feed)
{
	return feed->fresh != NULL &&
	    (!can_follow(feed) ||
		cursor_covers(&feed->cursor, &feed->fresh_cursor));
}

/* The fresh book first gets what the old one had, untold; then it takes its
 * place; then comes the rest, told. */
static bool
apply_to_fresh(
    struct feed *feed, const PGresult *result, struct applied *applied)
{
	bool follows = can_follow(feed);
	enum store_load load = feed->book == NULL ? STORE_LOAD_FIRST
	    : follows                             ? STORE_LOAD_SEAMLESS
						  : STORE_LOAD_TORN;
	const struct cursor *seen = follows ? &feed->cursor : NULL;
	struct apply_to to = {feed->fresh, NULL, NULL, feed->figures};
	struct book *old = feed->book;

	apply_rows(&to, result, COLUMN_CHANGE, seen, true, applied);
	if (applied->broken) {
		feed_load_drop(feed);
		feed_reload(feed, "the feed does not fit what was loaded");
		return false;
	}
	feed->book = feed->fresh;
	feed->fresh = NULL;
	feed->broken = feed->load_due = false;
	if (!follows)
		cursor_copy(&feed->cursor, &feed->next);
	feed->hooks->on_loaded(feed->arg, load);
	book_free(old);
	if (follows) {
		to = (struct apply_to){feed->book, feed->hooks->on_change,
		    feed->arg, feed->figures};
		apply_rows(&to, result, COLUMN_CHANGE, seen, false, applied);
	}
	return true;
}

static void
apply_result(struct feed *feed, const PGresult *result, struct applied *applied)
{
	struct apply_to to = {
	    feed->book, feed->hooks->on_change, feed->arg, feed->figures};
	struct cursor before;

	if (feed->poll_is_fresh) {
		if (!apply_to_fresh(feed, result, applied))
			return;
	} else {
		apply_rows(&to, result, COLUMN_CHANGE, NULL, true, applied);
	}
	before = feed->cursor;
	feed->cursor = feed->next;
	feed->next = before;
	feed->history = feed->identity;
	feed->good_s = feed->poll_began_s;
	feed->applied = feed->begun;
	feed->broken = applied->broken;
	feed->current = true;
}

/* Whether the answer can be used at all. */
static bool
is_usable(struct feed *feed, const PGresult *result)
{
	/* What the poll was for is gone. */
	if (feed->poll_is_fresh ? feed->fresh == NULL
				: feed->book == NULL || feed->broken)
		return false;
	if (PQntuples(result) > 0 &&
	    row_snapshot(result, 0, COLUMN_NOW, &feed->next.snapshot) &&
	    row_i32(result, 0, COLUMN_EPOCH) == (int32_t)feed->identity.epoch) {
		feed->next.epoch = feed->identity.epoch;
		return true;
	}
	pgsession_restart(feed->session, "the database has opened a new epoch");
	return false;
}

static void begin_poll(struct feed *feed);

static void
arm(struct feed *feed)
{
	struct timeval in = {(time_t)(feed->options->poll_ms / 1000),
	    (suseconds_t)(feed->options->poll_ms % 1000 * 1000)};

	if (!feed->polling)
		event_add(feed->timer, &in);
}

static void
on_polled(void *arg, enum status status, const PGresult *result)
{
	struct feed *feed = arg;
	struct applied applied = {0};
	uint64_t number = feed->begun;

	feed->polling = false;
	if (status == STATUS_UNAVAILABLE || status == STATUS_STOPPING)
		return;
	if (status != STATUS_OK) {
		feed->current = false;
		feed_settle(feed, "the database does not answer the feed");
	}
	if (status != STATUS_OK || !is_usable(feed, result)) {
		arm(feed);
		return;
	}
	apply_result(feed, result, &applied);
	/* The database works on the next one while we tell of this one. */
	if (feed->wanted || feed->fresh != NULL)
		begin_poll(feed);
	arm(feed);
	if (applied.again)
		feed_reload(feed, "a change of the past or of a time zone");
	feed_settle(feed, "the feed does not fit the book; loading");
	if (applied.broken)
		feed_go_on(feed);
	else
		feed->hooks->on_polled(feed->arg, number, applied.changes > 0);
}

/* ----- asking ----- */

static void
begin_poll(struct feed *feed)
{
	bool is_fresh = is_fresh_next(feed);
	const struct cursor *cursor =
	    is_fresh ? &feed->fresh_cursor : &feed->cursor;

	feed->wanted = false;
	if (!is_fresh && (feed->book == NULL || feed->broken))
		return;
	if (send_with_cursor(feed, POLL, cursor, on_polled) != STATUS_OK)
		return; /* the session is down, and tells */
	feed->polling = true;
	feed->poll_is_fresh = is_fresh;
	feed->begun++;
	feed->poll_began_s = clock_real_us() / 1000000;
	feed->figures->polls++;
	event_del(feed->timer);
}

static void
on_turn(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct feed *feed = arg;

	if (feed->wanted && !feed->polling)
		begin_poll(feed);
}

static void
on_timer(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct feed *feed = arg;

	feed_load_if_day_moved(feed);
	if (feed->current)
		feed_poll_soon(feed);
	else
		feed_go_on(feed);
}

void
feed_poll_soon(struct feed *feed)
{
	feed->wanted = true;
	if (!feed->polling)
		event_active(feed->turn, EV_TIMEOUT, 0);
}

void
feed_poll_stop(struct feed *feed)
{
	feed->wanted = false;
	event_del(feed->turn);
	event_del(feed->timer);
}

static void
on_behind(void *arg, enum status status, const PGresult *result)
{
	struct feed *feed = arg;

	if (status == STATUS_UNAVAILABLE || status == STATUS_STOPPING)
		return;
	if (status == STATUS_OK && row_i64(result, 0, 0) <= CATCH_UP_MAX) {
		feed_poll_soon(feed);
		return;
	}
	log_info(log_id, "far-behind", "");
	feed->broken = true;
	feed_settle(feed, "far behind; loading");
	feed_go_on(feed);
}

void
feed_catch_up(struct feed *feed)
{
	int64_t away = clock_real_us() / 1000000 - feed->good_s;

	if (away <= CATCH_UP_AFTER_S ||
	    send_with_cursor(feed, BEHIND, &feed->cursor, on_behind) !=
		STATUS_OK)
		feed_poll_soon(feed);
}

/* ----- who is it, again ----- */

static void
on_greeted(void *arg, enum status status, const PGresult *result)
{
	struct feed *feed = arg;
	struct identity identity;
	struct error why;

	if (status != STATUS_OK)
		return;
	if (identity_read(&identity, result, "", &why) != HELLO_GOOD)
		pgsession_restart(feed->session, why.text);
	else if (!identity_same_server(&identity, &feed->identity) ||
	    identity.epoch != feed->identity.epoch)
		pgsession_restart(feed->session, "the database has moved");
	else
		feed->identity = identity;
}

void
feed_greet(struct feed *feed)
{
	if (pgsession_state(feed->session) == PGSESSION_READY &&
	    pgsession_send(feed->session, GREET, NULL, on_greeted, feed) !=
		STATUS_OK)
		log_debug(log_id, "busy", "");
}

void
feed_poll_init(struct feed *feed)
{
	feed->turn = event_new(feed->env->base, -1, 0, on_turn, feed);
	feed->timer = evtimer_new(feed->env->base, on_timer, feed);
	if (feed->turn == NULL || feed->timer == NULL)
		abort();
}

void
feed_poll_fini(struct feed *feed)
{
	event_free(feed->turn);
	event_free(feed->timer);
	snapshot_fini(&feed->cursor.snapshot);
	snapshot_fini(&feed->next.snapshot);
}
