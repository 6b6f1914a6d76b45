/* SPDX-License-Identifier: ISC */
/*
 * view: see view.h.
 */
#include "daemon/server/verb/view.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/server/print.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <stdlib.h>

enum { MICROSECONDS = 1000000 };

void
view_take(struct view_query *query, const struct request *request)
{
	query->has_from = request_value(request, KEY_FROM) != NULL;
	query->has_to = request_value(request, KEY_TO) != NULL;
	query->from = (int32_t)request_number(request, KEY_FROM, 0);
	query->to = (int32_t)request_number(request, KEY_TO, 0);
	query->limit =
	    (unsigned)request_number(request, KEY_LIMIT, PROTO_PAGE_DEFAULT);
	query->next = request_text(request, KEY_NEXT);
}

void
view_end(const struct view *view, struct out *out)
{
	if (view->mark == 0) {
		reply_cursor(view->conn, out);
	} else {
		out_key_u64(out, "mark", view->mark);
		print_instant(out, "as-of", view->at);
	}
	reply_end(view->conn);
}

/* ----- rights of today, in the book of then ----- */

static void
add_scope(struct session *session, size_t *capacity, enum kind kind, int32_t at)
{
	session->scope = xgrow(session->scope, capacity, session->nscope + 1,
	    sizeof(session->scope[0]));
	session->scope[session->nscope++] = (struct scope){kind, at};
}

/*
 * A session of that book with the reach that this one has in the served book:
 * its sites one by one, whatever territory they had.  False when that book has
 * a site that the served one lacks.
 */
static bool
translate(struct session *to, const struct session *from,
    const struct book *served, const struct book *book)
{
	size_t capacity = 0;

	session_init(to);
	to->role = from->role;
	if (from->physician != REF_NONE)
		to->physician = book_find(book, KIND_PHYSICIAN,
		    book_physician(served, from->physician)->entity.id);
	if (from->nscope == 0)
		return true;
	for (int32_t i = 0; i < book_count(book, KIND_SITE); i++) {
		int32_t index =
		    book_find(served, KIND_SITE, book_site(book, i)->entity.id);

		if (index == REF_NONE)
			return false;
		if (session_covers_site(from, served, index))
			add_scope(to, &capacity, KIND_SITE, i);
	}
	return true;
}

/* ----- the past ----- */

/* A question under way; its connection is held. */
struct asked {
	struct conn *conn;
	struct view_query query;
	char *next;      /* owned: of the query */
	uint64_t number; /* of the mark asked for; 0: as_of */
	int64_t as_of;   /* microseconds */
	bool refreshed;
	struct store_mark mark; /* found */
};

static void find_mark(struct asked *asked);

static void
asked_end(struct asked *asked)
{
	struct conn *conn = asked->conn;

	free(asked->next);
	free(asked);
	conn_release(conn);
}

static void
asked_refuse(struct asked *asked, enum status status)
{
	if (!conn_gone(asked->conn))
		reply_status(asked->conn, status);
	asked_end(asked);
}

static void
on_known(void *arg, enum status status, struct book *book)
{
	struct asked *asked = arg;
	struct conn *conn = asked->conn;
	const struct view_query *query = &asked->query;
	struct session session;
	struct view view = {.conn = conn,
	    .book = book,
	    .session = &session,
	    .now = asked->mark.at / MICROSECONDS,
	    .mark = asked->mark.mark,
	    .at = asked->mark.at / MICROSECONDS};

	/* The account may have been revoked meanwhile. */
	if (status == STATUS_OK && conn->session.role == ROLE_NONE)
		status = STATUS_AUTH;
	if (status != STATUS_OK || conn_gone(conn)) {
		asked_refuse(asked, status);
		return;
	}
	if (translate(&session, &conn->session, store_book(conn->server->store),
		book))
		query->answer(
		    &view, query, book_find(book, query->kind, query->subject));
	else
		reply_status(conn, STATUS_BEHIND);
	free(session.scope);
	asked_end(asked);
}

static void
on_refreshed(void *arg, const struct store_result *result)
{
	struct asked *asked = arg;

	if (result->status == STATUS_OK && !result->lagging)
		find_mark(asked);
	else
		asked_refuse(asked,
		    result->status == STATUS_OK ? STATUS_BEHIND
						: result->status);
}

/* Whether the mark is so young that the served book has yet to get there, and
 * is waited for. */
static bool
awaits_book(struct asked *asked, enum status status)
{
	if (status != STATUS_BEHIND || asked->refreshed ||
	    conn_gone(asked->conn))
		return false;
	asked->refreshed = true;
	return store_refresh(asked->conn->server->store, on_refreshed, asked) ==
	    STATUS_OK;
}

static void
on_mark(void *arg, enum status status, const struct store_mark *mark)
{
	struct asked *asked = arg;
	struct view_query *query = &asked->query;
	struct conn *conn = asked->conn;
	struct store_known call;

	if (awaits_book(asked, status))
		return;
	if (status != STATUS_OK || conn_gone(conn)) {
		asked_refuse(asked, status);
		return;
	}
	asked->mark = *mark;
	call.first = book_first_day(
	    (int32_t)(mark->at / MICROSECONDS / SECONDS_PER_DAY));
	if (!query->days(conn, query, call.first, mark->at / MICROSECONDS)) {
		asked_end(asked);
		return;
	}
	call.mark = mark->mark;
	call.kind = query->kind;
	call.subject = query->subject;
	call.from = query->from;
	call.to = query->to;
	call.owed = query->owed;
	status = store_known(conn->server->store, &call, on_known, asked);
	if (status != STATUS_OK)
		asked_refuse(asked, status);
}

static void
find_mark(struct asked *asked)
{
	enum status status = store_find_mark(asked->conn->server->store,
	    asked->number, asked->as_of, on_mark, asked);

	if (status != STATUS_OK)
		asked_refuse(asked, status);
}

bool
view_check_mark(
    struct conn *conn, const struct value *as_of, const struct value *mark)
{
	if (as_of != NULL && mark != NULL)
		return reply_refuse_key(
		    conn, STATUS_VALUE, KEY_MARK, "one of as-of= and mark=");
	if (mark == NULL || mark->number != 0)
		return true;
	reply_refuse(conn, STATUS_NO_MARK, mark->text, NULL);
	return false;
}

static void
run_past(struct conn *conn, const struct view_query *query,
    const struct value *as_of, const struct value *mark)
{
	struct asked *asked;

	if (!view_check_mark(conn, as_of, mark))
		return;
	asked = xcalloc(1, sizeof(*asked));
	asked->conn = conn;
	asked->query = *query;
	/* The clock of a site is what it was then, and not known yet. */
	asked->query.tz = print_tz();
	if (query->next.ptr != NULL) {
		asked->next = xstrndup(query->next.ptr, query->next.len);
		asked->query.next.ptr = asked->next;
	}
	asked->number = mark == NULL ? 0 : (uint64_t)mark->number;
	asked->as_of = as_of == NULL ? 0 : as_of->number * MICROSECONDS;
	conn_hold(conn);
	find_mark(asked);
}

void
view_run(struct conn *conn, const struct request *request,
    struct view_query *query, int32_t index)
{
	const struct value *as_of = request_value(request, KEY_AS_OF);
	const struct value *mark = request_value(request, KEY_MARK);
	struct view view = {.conn = conn,
	    .book = store_book(conn->server->store),
	    .session = &conn->session,
	    .now = clock_real_s()};

	query->subject = book_entity(view.book, query->kind, index)->id;
	if (as_of != NULL || mark != NULL)
		run_past(conn, query, as_of, mark);
	else if (query->days(conn, query, book_from(view.book), view.now))
		query->answer(&view, query, index);
}
