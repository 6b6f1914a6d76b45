/* SPDX-License-Identifier: ISC */
/*
 * agenda: see agenda.h.
 *
 * Lines are in sections: half-days, half-days of other employers, absences,
 * quotas.  All of them are gathered and sorted first, since their number is
 * that of one person's days.  The categories of absences are in the database
 * only: a page that tells them is gathered again when it has answered.
 */
#include "daemon/server/verb/agenda_private.h"

#include "daemon/base/mem.h"
#include "daemon/domain/busy.h"
#include "daemon/server/print.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <stdlib.h>
#include <string.h>

enum { LATEST_START = 44 * 3600 }; /* a night, on the westernmost clock */

/* Of next=, by section. */
static const char letters[] = "sbaq";

/* ----- gathering ----- */

static struct item *
add(struct agenda *agenda, enum section section, int64_t at, struct id id)
{
	struct item *item;

	agenda->items = xgrow(agenda->items, &agenda->capacity,
	    agenda->count + 1, sizeof(agenda->items[0]));
	item = &agenda->items[agenda->count++];
	item->section = section;
	item->at = at;
	item->id = id;
	return item;
}

static void
add_slots(struct agenda *agenda)
{
	const struct book *book = agenda->view.book;
	struct run run = book_physician_run(book, agenda->physician);
	int64_t end = (int64_t)agenda->to * SECONDS_PER_DAY + LATEST_START;

	for (size_t i = run_from_day(book, run, agenda->from); i < run.count;
	     i++) {
		const struct assignment *a = book_at(book, run.slot[i]);
		bool in_full = session_sees(agenda->view.session, book, a);

		if (a->from > end)
			break;
		/* Whether a busy half-day is a draft, or was given up, is not
		 * told. */
		if (a->day < agenda->from || a->day > agenda->to ||
		    a->state == STATE_CANCELLED ||
		    (!in_full && !state_blocks((enum state)a->state)))
			continue;
		add(agenda, SECTION_SLOT, a->from, a->id)->of.slot = a;
	}
}

static const int32_t *
facts_of(const struct agenda *agenda, enum kind kind, size_t *count)
{
	return book_facts(agenda->view.book, kind,
	    book_physician(agenda->view.book, agenda->physician)->entity.id,
	    count);
}

static void
add_busy_days(struct agenda *agenda, const struct busy *busy)
{
	for (int32_t day = agenda->from; day <= agenda->to; day++) {
		unsigned parts = busy_parts(busy, day);

		for (unsigned part = 0; parts >> part != 0; part++)
			if (parts >> part & 1)
				add(agenda, SECTION_BUSY,
				    (int64_t)day * PART_COUNT + part,
				    busy->entity.id)
				    ->of.busy = busy;
	}
}

static void
add_busy(struct agenda *agenda)
{
	size_t count;
	const int32_t *facts = facts_of(agenda, KIND_BUSY, &count);

	for (size_t i = 0; i < count; i++) {
		const struct busy *busy = (const struct busy *)book_entity(
		    agenda->view.book, KIND_BUSY, facts[i]);

		if (strcmp(busy->state, "active") == 0)
			add_busy_days(agenda, busy);
	}
}

static void
add_absences(struct agenda *agenda)
{
	size_t count;
	const int32_t *facts = facts_of(agenda, KIND_ABSENCE, &count);

	for (size_t i = 0; i < count; i++) {
		const struct absence *absence =
		    (const struct absence *)book_entity(
			agenda->view.book, KIND_ABSENCE, facts[i]);

		if (strcmp(absence->state, "active") == 0 &&
		    absence->from <= agenda->to && absence->to >= agenda->from)
			add(agenda, SECTION_ABSENCE, absence->from,
			    absence->entity.id)
			    ->of.absence = absence;
	}
}

/* Whether the line of this quota and period is there already. */
static bool
has_quota(const struct agenda *agenda, const struct quota_line *line)
{
	for (size_t i = agenda->count; i-- > 0;) {
		const struct item *item = &agenda->items[i];

		if (item->section != SECTION_QUOTA)
			return false;
		if (item->of.quota.quota == line->quota &&
		    item->of.quota.period.first == line->period.first)
			return true;
	}
	return false;
}

/* Of every period that has one of the days. */
static void
add_quotas(struct agenda *agenda)
{
	struct quota_line lines[QUOTA_LINES_MAX];

	for (int32_t day = agenda->from; day <= agenda->to; day++) {
		size_t n = quota_lines(agenda->view.book, agenda->physician,
		    day, agenda->today, lines);

		for (size_t i = 0; i < n; i++)
			if (!has_quota(agenda, &lines[i]))
				add(agenda, SECTION_QUOTA,
				    lines[i].period.first,
				    lines[i].quota->entity.id)
				    ->of.quota = lines[i];
	}
}

static int
compare(const struct item *a, enum section section, int64_t at, struct id id)
{
	if (a->section != section)
		return a->section < section ? -1 : 1;
	if (a->at != at)
		return a->at < at ? -1 : 1;
	return id_compare(a->id, id);
}

static int
compare_items(const void *a, const void *b)
{
	const struct item *item = b;

	return compare(a, item->section, item->at, item->id);
}

static void
gather(struct agenda *agenda)
{
	if (agenda->physician == REF_NONE)
		return;
	add_slots(agenda);
	if (agenda->covered) {
		add_busy(agenda);
		add_absences(agenda);
		if (agenda->form == AGENDA_MY)
			add_quotas(agenda);
	}
	if (agenda->count > 1)
		qsort(agenda->items, agenda->count, sizeof(agenda->items[0]),
		    compare_items);
}

/* ----- pages ----- */

/* Sets the first line of the page: the one behind "section,at,id". */
static bool
skip_lines(struct agenda *agenda, struct span text)
{
	struct span section, at;
	const char *letter;
	uint64_t number;
	struct id id;

	if (!span_cut(&text, ',', &section) || section.len != 1 ||
	    (letter = memchr(letters, section.ptr[0], sizeof(letters) - 1)) ==
		NULL ||
	    !span_cut(&text, ',', &at) ||
	    !span_to_u64(at, INT64_MAX, &number) || !span_to_id(text, &id))
		return false;
	while (agenda->first < agenda->count &&
	    compare(&agenda->items[agenda->first],
		(enum section)(letter - letters), (int64_t)number, id) <= 0)
		agenda->first++;
	return true;
}

/* False when next= is not what the page before said. */
static bool
find_page(struct agenda *agenda)
{
	agenda->first = 0;
	if (agenda->next.ptr != NULL && !skip_lines(agenda, agenda->next))
		return false;
	agenda->end = agenda->count;
	if (agenda->count - agenda->first > agenda->limit)
		agenda->end = agenda->first + agenda->limit;
	return true;
}

static void
answer_page(const struct agenda *agenda)
{
	struct conn *conn = agenda->view.conn;
	struct out *out;

	for (size_t i = agenda->first; i < agenda->end; i++)
		agenda_answer_item(agenda, &agenda->items[i]);
	out = reply_ok(conn, REPLY_ROOM_LONG);
	out_key_u64(out, "count", agenda->end - agenda->first);
	if (agenda->end < agenda->count) {
		const struct item *last = &agenda->items[agenda->end - 1];

		out_key(out, "next");
		out_char(out, letters[last->section]);
		out_char(out, ',');
		out_i64(out, last->at);
		out_char(out, ',');
		out_id(out, last->id);
	}
	view_end(&agenda->view, out);
}

/* ----- what the book does not have ----- */

/* A page that waits for the categories of its absences. */
struct waiting {
	struct conn *conn; /* held */
	struct id physician;
	struct agenda agenda; /* without what is borrowed from the book */
	char *next;           /* owned */
};

/* How far the person is within reach of the session as things are today. */
static void
find_reach(struct agenda *agenda, struct id physician)
{
	const struct session *session = &agenda->view.conn->session;
	const struct book *book = store_book(agenda->view.conn->server->store);
	int32_t index = book_find(book, KIND_PHYSICIAN, physician);

	agenda->covered = session_covers_physician(session, book, index);
	agenda->intimate = session_reads_private(session, book, index);
}

/* The plan may have changed meanwhile: it is gathered anew. */
static void
answer_waiting(
    struct waiting *waiting, const struct store_private *rows, size_t n)
{
	struct agenda *agenda = &waiting->agenda;
	struct conn *conn = waiting->conn;

	agenda->view.book = store_book(conn->server->store);
	agenda->physician =
	    book_find(agenda->view.book, KIND_PHYSICIAN, waiting->physician);
	find_reach(agenda, waiting->physician);
	if (!agenda->covered) {
		reply_status(conn, STATUS_SCOPE);
		return;
	}
	agenda->private = rows;
	agenda->nprivate = n;
	gather(agenda);
	if (!find_page(agenda))
		abort(); /* it was read before */
	answer_page(agenda);
	free(agenda->items);
}

static void
on_private(void *arg, enum status status, const struct store_private *rows,
    size_t count)
{
	static const struct store_private none;
	struct waiting *waiting = arg;
	struct conn *conn = waiting->conn;

	if (status != STATUS_OK)
		rows = NULL;
	else if (count == 0)
		rows = &none;
	if (!conn_gone(conn))
		answer_waiting(waiting, rows, status == STATUS_OK ? count : 0);
	free(waiting->next);
	free(waiting);
	conn_release(conn);
}

/* Whether the answer comes with the categories, or has gone without because the
 * database is away. */
static bool
ask_private(const struct agenda *agenda)
{
	struct conn *conn = agenda->view.conn;
	struct id *ids = xcalloc(agenda->count + 1, sizeof(ids[0]));
	struct waiting *waiting;
	enum status status;
	size_t n = 0;

	for (size_t i = agenda->first; i < agenda->end; i++)
		if (agenda->items[i].section == SECTION_ABSENCE)
			ids[n++] = agenda->items[i].id;
	/* The database keeps the category as it is, not as it was. */
	if (n == 0 || agenda->view.mark != 0 ||
	    !agenda_reads_category(agenda)) {
		free(ids);
		return false;
	}
	waiting = xcalloc(1, sizeof(*waiting));
	waiting->conn = conn;
	waiting->physician =
	    book_physician(agenda->view.book, agenda->physician)->entity.id;
	waiting->agenda = *agenda;
	waiting->agenda.items = NULL;
	waiting->agenda.count = waiting->agenda.capacity = 0;
	if (agenda->next.ptr != NULL) {
		waiting->next = xstrndup(agenda->next.ptr, agenda->next.len);
		waiting->agenda.next = span_of(waiting->next);
	}
	conn_hold(conn);
	status =
	    store_private(conn->server->store, ids, n, on_private, waiting);
	free(ids);
	if (status == STATUS_OK)
		return true;
	answer_page(agenda);
	free(waiting->next);
	free(waiting);
	conn_release(conn);
	return true;
}

void
agenda_answer(const struct view *view, const struct view_query *query,
    int32_t physician, enum agenda_view form)
{
	struct agenda agenda = {.view = *view,
	    .physician = physician,
	    .from = query->from,
	    .to = query->to,
	    .today = tz_day(print_tz(), view->now),
	    .form = form,
	    .limit = query->limit,
	    .next = query->next};

	find_reach(&agenda, query->subject);
	if (form == AGENDA_MY && !agenda.covered) {
		reply_status(view->conn, STATUS_SCOPE);
		return;
	}
	gather(&agenda);
	if (!find_page(&agenda))
		reply_refuse_next(view->conn);
	else if (!ask_private(&agenda))
		answer_page(&agenda);
	free(agenda.items);
}
