/* SPDX-License-Identifier: ISC */
/*
 * verb_week: a week as a grid - each half-day of a site or of the sites of a
 * territory, and who is there; or where one physician is.
 *
 * A row is a half-day of a place: that it opens or why not, what it needs and
 * has, the staff; its assignments follow it.  Rows stand by day, part and
 * place, and pages may be cut between any two lines.
 */
#include "daemon/server/dispatch.h"

#include "daemon/server/print.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"
#include "daemon/server/verb/agenda.h"
#include "daemon/server/verb/half_day.h"
#include "daemon/server/verb/timetable.h"
#include "daemon/server/verb/verb_slot.h"
#include "daemon/server/verb/view.h"

#include <string.h>

enum {
	ROW_ROOM = 2048, /* bytes of a line */
	TOKEN_ROOM = 256 /* bytes of next= */
};

/* Behind which line a page begins. */
struct week_mark {
	int32_t day;
	enum part part;
	enum kind kind;
	struct span place; /* name */
	bool in_row;       /* behind an assignment of the row */
	int64_t from;
	struct id slot;
};

struct week {
	const struct view *view;
	struct conn *conn;       /* of the view */
	const struct book *book; /* likewise */
	unsigned limit, count;
	bool has_next;
	struct week_mark next;
	struct timetable timetable;
	char token[TOKEN_ROOM]; /* next= behind the last line */
	size_t token_len;
};

/* ----- lines ----- */

static void
print_reason(struct out *out, const struct week *week, const struct row *row)
{
	const struct site *site = book_site(week->book, row->place);
	int32_t fact = row->why.fact;

	if (strcmp(site->state, "active") != 0) {
		out_key_text(out, "closed", site->state);
		return;
	}
	out_key_text(out, "closed", open_reason_name(row->why.reason));
	if (row->why.reason == CLOSED_BY_CLOSURE)
		out_key_text(out, "cause",
		    ((const struct closure *)book_entity(
			 week->book, KIND_CLOSURE, fact))
			->cause);
	if (row->why.reason == CLOSED_BY_HOLIDAY)
		half_day_print_text(out, "holiday",
		    ((const struct holiday *)book_entity(
			 week->book, KIND_HOLIDAY, fact))
			->name);
}

static void
print_opening(struct out *out, const struct week *week, const struct row *row)
{
	struct place place;

	if (!row->opens) {
		print_reason(out, week, row);
		return;
	}
	out_key(out, "open");
	out_minute(out, row->opening.from);
	out_char(out, '-');
	out_minute(out, row->opening.to);
	site_place(week->book, row->place, row->day, row->part, &place);
	if (place.stop != NULL)
		half_day_print_text(out, "commune", place.commune);
}

static void
print_missing(struct out *out, const struct row *row)
{
	bool any = false;

	for (unsigned i = 0; i < ACTIVITY_COUNT; i++) {
		if (!(row->missing >> i & 1))
			continue;
		out_text(out, any ? "," : " wanted=");
		out_text(out, activity_name((enum activity)i));
		any = true;
	}
}

static void
answer_row(struct week *week, const struct row *row)
{
	struct out *out = reply_data(week->conn, ROW_ROOM);
	const struct entity *place =
	    book_entity(week->book, row->kind, row->place);

	out_literal(out, " half-day");
	half_day_print(out, row->day, row->part);
	out_key(out, row->kind == KIND_SITE ? "site" : "sector");
	print_handle(out, row->kind, place);
	if (row->kind == KIND_SITE)
		print_opening(out, week, row);
	out_key_u64(out, "need", row->need);
	out_key_u64(out, "filled", row->filled);
	out_key_u64(out, "missing", row->need - row->filled);
	print_missing(out, row);
	if (row->kind == KIND_SITE && row->opens)
		half_day_print_staff(
		    out, week->book, row->place, row->day, row->part);
	half_day_print_text(out, "name",
	    row->kind == KIND_SITE ? ((const struct site *)place)->name
				   : ((const struct territory *)place)->name);
	reply_end(week->conn);
}

static void
answer_slot(
    struct week *week, const struct row *row, const struct assignment *a)
{
	struct out *out = reply_data(week->conn, PRINT_SLOT_ROOM + ROW_ROOM);

	if (session_sees(week->view->session, week->book, a)) {
		print_slot(out, week->book, a);
		half_day_print_person(out, week->book, a->physician);
	} else {
		out_literal(out, " busy");
		half_day_print(out, row->day, row->part);
		out_key(out, "site");
		print_handle(out, KIND_SITE,
		    book_entity(week->book, KIND_SITE, row->place));
		print_interval(out, a);
	}
	reply_end(week->conn);
}

/* ----- pages ----- */

static struct span
row_name(const struct week *week, const struct row *row, char id[ID_TEXT_LEN])
{
	return entity_name(
	    row->kind, book_entity(week->book, row->kind, row->place), id);
}

/* "day,part,kind,place", and behind an assignment ",from,id". */
static void
keep_token(struct week *week, const struct row *row, const struct assignment *a)
{
	struct out out = OUT(week->token);
	char id[ID_TEXT_LEN];
	struct span name = row_name(week, row, id);

	out_day(&out, row->day);
	out_char(&out, ',');
	out_char(&out, part_letter(row->part));
	out_text(&out, row->kind == KIND_SITE ? ",site," : ",sector,");
	out_bytes(&out, name.ptr, name.len);
	if (a != NULL) {
		out_char(&out, ',');
		out_i64(&out, a->from);
		out_char(&out, ',');
		out_id(&out, a->id);
	}
	week->token_len = out.len;
}

static bool
read_mark(struct week_mark *mark, struct span text)
{
	struct span day, part, kind, from;
	uint64_t instant;

	if (!span_cut(&text, ',', &day) || !span_to_day(day, &mark->day) ||
	    !span_cut(&text, ',', &part) || !part_find(part, &mark->part) ||
	    !span_cut(&text, ',', &kind) || !span_cut(&text, ',', &mark->place))
		return false;
	mark->kind = span_is(kind, "site") ? KIND_SITE : KIND_TERRITORY;
	mark->in_row = text.len > 0;
	if (!mark->in_row)
		return true;
	if (!span_cut(&text, ',', &from) ||
	    !span_to_u64(from, INT64_MAX, &instant))
		return false;
	mark->from = (int64_t)instant;
	return span_to_id(text, &mark->slot);
}

/* Where the row stands to the one of the mark: <0 before, 0 at it, >0 after. */
static int
row_order(const struct week *week, const struct row *row)
{
	const struct week_mark *mark = &week->next;
	char id[ID_TEXT_LEN];
	struct span name;
	size_t len;
	int order;

	if (row->day != mark->day)
		return row->day < mark->day ? -1 : 1;
	if (row->part != mark->part)
		return row->part < mark->part ? -1 : 1;
	if (row->kind != mark->kind)
		return row->kind == KIND_SITE ? -1 : 1;
	name = row_name(week, row, id);
	len = name.len < mark->place.len ? name.len : mark->place.len;
	order = len == 0 ? 0 : memcmp(name.ptr, mark->place.ptr, len);
	if (order != 0 || name.len == mark->place.len)
		return order;
	return name.len < mark->place.len ? -1 : 1;
}

static bool
is_answered(const struct week *week, const struct assignment *a)
{
	const struct week_mark *mark = &week->next;

	if (!mark->in_row)
		return false;
	return a->from < mark->from ||
	    (a->from == mark->from && id_compare(a->id, mark->slot) <= 0);
}

/* Whether one more line fits into the page. */
static bool
is_room(struct week *week)
{
	if (week->count == week->limit)
		return false;
	week->count++;
	return true;
}

/* False when the page is full before the end of the row. */
static bool
answer_half_day(struct week *week, const struct row *row)
{
	int order = week->has_next ? row_order(week, row) : 1;

	if (order < 0)
		return true;
	if (order > 0) {
		if (!is_room(week))
			return false;
		answer_row(week, row);
		keep_token(week, row, NULL);
	}
	for (size_t i = 0; i < row->count; i++) {
		const struct assignment *a =
		    week->timetable.slots[row->first + i];

		if (order == 0 && is_answered(week, a))
			continue;
		if (!is_room(week))
			return false;
		answer_slot(week, row, a);
		keep_token(week, row, a);
	}
	return true;
}

static void
answer_grid(struct week *week)
{
	struct out *out;
	size_t i = 0;

	timetable_order(&week->timetable);
	while (i < week->timetable.nrows &&
	    answer_half_day(week, &week->timetable.rows[i]))
		i++;
	out = reply_ok(week->conn, REPLY_ROOM_LONG);
	out_key_u64(out, "count", week->count);
	if (i < week->timetable.nrows)
		out_key_value(
		    out, "next", (struct span){week->token, week->token_len});
	view_end(week->view, out);
}

/* ----- the query ----- */

/* A site where the physician of the session works, or may. */
static bool
is_own_site(
    const struct session *session, const struct book *book, int32_t site)
{
	struct run run = book_physician_run(book, session->physician);
	const int32_t *facts;
	size_t count;

	for (size_t i = run.count; i-- > 0;) {
		const struct assignment *a = book_at(book, run.slot[i]);

		if (a->site == site && state_blocks((enum state)a->state))
			return true;
	}
	facts = book_facts(book, KIND_AUTHORISATION,
	    book_physician(book, session->physician)->entity.id, &count);
	for (size_t i = 0; i < count; i++) {
		const struct authorisation *authorisation =
		    (const struct authorisation *)book_entity(
			book, KIND_AUTHORISATION, facts[i]);

		if (authorisation->site == site &&
		    strcmp(authorisation->state, "active") == 0)
			return true;
	}
	return false;
}

/* The week of one site may also be asked for by who works there. */
static bool
take_subject(struct conn *conn, const struct request *request, enum kind *kind,
    int32_t *index)
{
	const struct session *session = &conn->session;
	const struct book *book = store_book(conn->server->store);
	const struct value *site = request_value(request, KEY_SITE);

	if (session->role == ROLE_PHYSICIAN && site != NULL &&
	    request_value(request, KEY_PHYSICIAN) == NULL &&
	    request_value(request, KEY_TERRITORY) == NULL) {
		*kind = KIND_SITE;
		*index = book_resolve(book, KIND_SITE, site->text);
		if (*index != REF_NONE && is_own_site(session, book, *index))
			return true;
	}
	if (!slot_subject(conn, request, kind, index))
		return false;
	if (*index == REF_NONE) {
		*kind = KIND_PHYSICIAN;
		*index = session->physician;
	}
	if (*index != REF_NONE)
		return true;
	return reply_refuse_key(conn, STATUS_MISSING, KEY_SITE,
	    "one of physician=, site= and territory=");
}

static void
answer_places(
    const struct view *view, const struct view_query *query, int32_t index)
{
	struct week week = {.view = view,
	    .conn = view->conn,
	    .book = view->book,
	    .limit = query->limit,
	    .has_next = query->next.ptr != NULL};

	if (week.has_next && !read_mark(&week.next, query->next)) {
		reply_refuse_next(view->conn);
		return;
	}
	timetable_init(&week.timetable, view->session, week.book, query->from);
	if (index != REF_NONE && query->kind == KIND_SITE)
		timetable_add_site(&week.timetable, index);
	else if (index != REF_NONE)
		timetable_add_territory(&week.timetable, index);
	answer_grid(&week);
	timetable_fini(&week.timetable);
}

static bool
week_days(
    struct conn *conn, struct view_query *query, int32_t first, int64_t now)
{
	query->from =
	    day_week(query->has_from ? query->from : tz_day(query->tz, now));
	query->to = query->from + TIMETABLE_DAYS - 1;
	return half_day_range(
	    conn, first, query->from, query->to, TIMETABLE_DAYS);
}

static void
answer_person(
    const struct view *view, const struct view_query *query, int32_t index)
{
	agenda_answer(view, query, index, AGENDA_WEEK);
}

void
read_week(struct conn *conn, const struct request *request)
{
	struct view_query query = {.days = week_days, .tz = print_tz()};
	int32_t index;

	if (!take_subject(conn, request, &query.kind, &index))
		return;
	if (query.kind == KIND_SITE)
		query.tz =
		    book_site(store_book(conn->server->store), index)->tz;
	query.answer =
	    query.kind == KIND_PHYSICIAN ? answer_person : answer_places;
	view_take(&query, request);
	view_run(conn, request, &query, index);
}
