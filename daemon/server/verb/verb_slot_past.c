/* SPDX-License-Identifier: ISC */
/*
 * verb_slot_past: lists of assignments as they were, and the history of one.
 *
 * Both come from the database.  What is answered at a mark depends on nothing
 * that changes later but the rights of who asks: no cursor, no book.
 */
#include "daemon/server/verb/verb_slot.h"

#include "daemon/base/mem.h"
#include "daemon/server/dispatch.h"
#include "daemon/server/print.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"
#include "daemon/server/verb/view.h"

#include <stdlib.h>

enum { MICROSECONDS = 1000000 };

/* ----- a list at a mark ----- */

/* A list under way; its connection is held. */
struct past {
	struct conn *conn;
	struct slot_query query; /* its book is void between two calls */
	struct id subject;       /* whose half-days, by id */
	uint64_t mark;
	int64_t as_of; /* microseconds */
};

static void past_ask(struct past *past, bool mark_only);

static void
past_end(struct past *past)
{
	struct conn *conn = past->conn;

	free(past);
	conn_release(conn);
}

static void
past_refuse(struct past *past, enum status status)
{
	if (!conn_gone(past->conn))
		reply_status(past->conn, status);
	past_end(past);
}

static void
past_answer(struct past *past, const struct change *changes, size_t n,
    bool more, const struct store_mark *mark)
{
	struct conn *conn = past->conn;
	const struct slot_query *query = &past->query;
	unsigned count = 0;
	struct out *out;
	bool in_full;

	for (size_t i = 0; i < n; i++) {
		const struct assignment *a = &changes[i].after->assignment;

		if (!slot_shows(query, &conn->session, a, &in_full))
			continue;
		slot_answer(conn, query->book, a, &mark->sites[i], in_full);
		count++;
	}
	out = reply_ok(conn, REPLY_ROOM_LONG);
	out_key_u64(out, "count", count);
	if (more && n > 0)
		slot_answer_next(out, &changes[n - 1].after->assignment);
	out_key_u64(out, "mark", mark->mark);
	print_instant(out, "as-of", mark->at / MICROSECONDS);
	reply_end(conn);
}

static void
on_past(void *arg, enum status status, const struct change *changes, size_t n,
    bool more, const struct store_mark *mark)
{
	struct past *past = arg;

	if (conn_gone(past->conn)) {
		past_end(past);
		return;
	}
	past->query.book = store_book(past->conn->server->store);
	if (status != STATUS_OK) {
		past_refuse(past, status);
		return;
	}
	past_answer(past, changes, n, more, mark);
	past_end(past);
}

/* The mark is known: the days that were not given are counted from its day. */
static void
on_mark(void *arg, enum status status, const struct change *changes UNUSED,
    size_t n UNUSED, bool more UNUSED, const struct store_mark *mark)
{
	struct past *past = arg;
	struct conn *conn = past->conn;

	if (conn_gone(conn)) {
		past_end(past);
		return;
	}
	if (status != STATUS_OK) {
		past_refuse(past, status);
		return;
	}
	past->query.book = store_book(conn->server->store);
	past->query.index =
	    book_find(past->query.book, past->query.kind, past->subject);
	past->mark = mark->mark;
	if (past->query.index == REF_NONE)
		past_refuse(past, STATUS_NOT_FOUND);
	else if (slot_query_days(&past->query, conn, mark->at / MICROSECONDS))
		past_ask(past, false);
	else
		past_end(past);
}

/* Asks for the list, or (`mark_only`) for the mark that it would be at. */
static void
past_ask(struct past *past, bool mark_only)
{
	const struct slot_query *query = &past->query;
	struct store_past call = {.mark = past->mark,
	    .as_of = past->as_of,
	    .from = query->from,
	    .to = query->to,
	    .after_from = query->next_from, /* 0 and nil: from the first */
	    .after_id = query->next_id,
	    .limit = query->limit};
	enum status status;

	if (query->kind == KIND_PHYSICIAN) {
		call.physician = past->subject;
	} else if (query->kind == KIND_TERRITORY) {
		call.territory = past->subject;
	} else {
		call.sites = &past->subject;
		call.nsites = 1;
	}
	status = store_past(past->conn->server->store, &call,
	    mark_only ? on_mark : on_past, past);
	if (status != STATUS_OK)
		past_refuse(past, status);
}

void
slot_past(struct conn *conn, const struct request *request,
    const struct slot_query *query)
{
	const struct value *as_of = request_value(request, KEY_AS_OF);
	const struct value *mark = request_value(request, KEY_MARK);
	struct past *past;

	if (!view_check_mark(conn, as_of, mark))
		return;
	past = xcalloc(1, sizeof(*past));
	past->conn = conn;
	past->query = *query;
	past->subject = book_entity(query->book, query->kind, query->index)->id;
	past->mark = mark == NULL ? 0 : (uint64_t)mark->number;
	past->as_of = as_of == NULL ? 0 : as_of->number * MICROSECONDS;
	conn_hold(conn);
	if (!query->has_from)
		past_ask(past, true);
	else if (slot_query_days(&past->query, conn, 0))
		past_ask(past, false);
	else
		past_end(past);
}

/* ----- the history of one assignment ----- */

struct history {
	struct conn *conn; /* held */
	struct id slot;
};

static void
history_line(
    struct conn *conn, const struct book *book, const struct change *change)
{
	const struct assignment *a = &change->after->assignment;
	bool in_full = session_sees(&conn->session, book, a);
	struct out *out = reply_data(conn, REPLY_ROOM);

	if (in_full) {
		print_slot(out, book, a);
	} else {
		out_literal(out, " busy");
		out_key_u64(out, "rev", a->rev);
		print_interval(out, a);
	}
	print_instant(out, "at", change->at / MICROSECONDS);
	if (in_full && !id_is_nil(change->by))
		out_key_id(out, "by", change->by);
	if (in_full && change->reason.len > 0)
		out_key_value(out, "reason", change->reason);
	reply_end(conn);
}

/* The one it is now decides; one too old for the book is judged by what is
 * found of it. */
static bool
may_read_history(const struct conn *conn, const struct book *book,
    struct id slot, const struct change *changes, size_t n)
{
	const struct assignment *a = book_assignment(book, slot);

	if (a == NULL && n > 0)
		a = &changes[n - 1].after->assignment;
	return a != NULL && session_sees(&conn->session, book, a);
}

static void
history_answer(const struct history *history, const struct change *changes,
    size_t n, bool more)
{
	struct conn *conn = history->conn;
	const struct book *book = store_book(conn->server->store);
	char id[ID_TEXT_LEN + 1] = "";
	struct out *out;

	if (!may_read_history(conn, book, history->slot, changes, n)) {
		id_to_text(history->slot, id);
		reply_refuse(conn, STATUS_NOT_FOUND, span_of(id),
		    "the id of an assignment");
		return;
	}
	for (size_t i = 0; i < n; i++)
		history_line(conn, book, &changes[i]);
	out = reply_ok(conn, REPLY_ROOM_LONG);
	out_key_u64(out, "count", n);
	if (more && n > 0)
		out_key_u64(out, "next", changes[n - 1].rev);
	reply_cursor(conn, out);
	reply_end(conn);
}

static void
on_history(void *arg, enum status status, const struct change *changes,
    size_t n, bool more, const struct store_mark *mark UNUSED)
{
	struct history *history = arg;
	struct conn *conn = history->conn;

	if (!conn_gone(conn) && status != STATUS_OK)
		reply_status(conn, status);
	else if (!conn_gone(conn))
		history_answer(history, changes, n, more);
	free(history);
	conn_release(conn);
}

void
read_slot_history(struct conn *conn, const struct request *request)
{
	const struct value *next = request_value(request, KEY_NEXT);
	struct history *history;
	uint64_t after = 0;
	enum status status;

	if (next != NULL && !span_to_u64(next->text, UINT32_MAX, &after)) {
		reply_refuse_next(conn);
		return;
	}
	history = xcalloc(1, sizeof(*history));
	history->conn = conn;
	history->slot = request_value(request, KEY_SLOT)->id;
	conn_hold(conn);
	status = store_history(conn->server->store, history->slot, after,
	    (unsigned)request_number(request, KEY_LIMIT, PROTO_PAGE_DEFAULT),
	    on_history, history);
	if (status == STATUS_OK)
		return;
	reply_status(conn, status);
	free(history);
	conn_release(conn);
}
