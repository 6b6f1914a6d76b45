/* SPDX-License-Identifier: ISC */
/*
 * verb_absence: see verb_absence.h.
 *
 * The category of an absence is in neither the book nor the feed.  The person
 * and the coordinators of the programmes that enrol read it from the database
 * at each list; to all others an absence is ABSENT.  While the database is out
 * of reach the list goes without it.
 */
#include "daemon/server/verb/verb_absence.h"

#include "daemon/base/mem.h"
#include "daemon/server/print.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <stdlib.h>

struct page {
	struct conn *conn; /* held */
	struct id *ids;    /* owned */
	size_t count;
	bool more;
};

static int
compare(const void *a, const void *b)
{
	return id_compare(((const struct store_private *)a)->entity,
	    ((const struct store_private *)b)->entity);
}

/* Of some absences: whose they are decides it. */
static bool
reads_categories(const struct session *session)
{
	return session->role == ROLE_PHYSICIAN ||
	    session->role == ROLE_COORDINATOR;
}

/* rows: sorted; NULL when they could not be read. */
static void
answer_absence(struct conn *conn, const struct book *book,
    const struct absence *absence, const struct store_private *rows, size_t n)
{
	const struct print_view view = {.day = 0};
	const struct store_private key = {.entity = absence->entity.id};
	const struct store_private *row;
	struct out *out = reply_data(conn, PRINT_ENTITY_ROOM);

	print_entity(out, book, KIND_ABSENCE, &absence->entity, &view);
	if (!session_reads_private(&conn->session, book, absence->physician)) {
		out_key_text(out, "category", "ABSENT");
	} else if (rows != NULL) {
		row = bsearch(&key, rows, n, sizeof(key), compare);
		if (row == NULL)
			out_key_text(out, "category", "OTHER");
		else
			out_key_value(out, "category", row->text);
	}
	reply_end(conn);
}

static void
answer_page(const struct page *page, const struct store_private *rows, size_t n)
{
	struct conn *conn = page->conn;
	const struct book *book = store_book(conn->server->store);
	struct out *out;
	size_t told = 0;

	for (size_t i = 0; i < page->count; i++) {
		int32_t index = book_find(book, KIND_ABSENCE, page->ids[i]);
		const struct entity *fact;

		if (index == REF_NONE)
			continue;
		fact = book_entity(book, KIND_ABSENCE, index);
		/* The scope may have changed since. */
		if (!session_reads_fact(
			&conn->session, book, KIND_ABSENCE, fact))
			continue;
		answer_absence(
		    conn, book, (const struct absence *)fact, rows, n);
		told++;
	}
	out = reply_ok(conn, REPLY_ROOM_LONG);
	out_key_u64(out, "count", told);
	if (page->more)
		out_key_id(out, "next", page->ids[page->count - 1]);
	reply_cursor(conn, out);
	reply_end(conn);
}

static void
on_private(void *arg, enum status status, const struct store_private *rows,
    size_t count)
{
	struct page *page = arg;
	struct conn *conn = page->conn;
	struct store_private *sorted = xcalloc(count + 1, sizeof(*sorted));

	for (size_t i = 0; i < count; i++)
		sorted[i] = rows[i];
	qsort(sorted, count, sizeof(*sorted), compare);
	if (!conn_gone(conn))
		answer_page(page, status == STATUS_OK ? sorted : NULL, count);
	free(sorted);
	free(page->ids);
	free(page);
	conn_release(conn);
}

void
absence_list_answer(struct conn *conn, struct id *ids, size_t count, bool more)
{
	struct page page = {conn, ids, count, more}, *held;

	if (count > 0 && reads_categories(&conn->session)) {
		held = xmalloc(sizeof(*held));
		*held = page;
		conn_hold(conn);
		if (store_private(conn->server->store, ids, count, on_private,
			held) == STATUS_OK)
			return;
		free(held);
		answer_page(&page, NULL, 0);
		free(ids);
		conn_release(conn);
		return;
	}
	answer_page(&page, NULL, 0);
	free(ids);
}
