/* SPDX-License-Identifier: ISC */
/*
 * verb_place: the places of a half-day, or of all half-days of a site's day.
 *
 * Each half-day is a line with what it offers, then a line per place, free ones
 * too, then those beside.  A line has a rank within its half-day, so that a
 * page goes on where the one before ended whatever was taken meanwhile.
 */
#include "daemon/server/dispatch.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/domain/book_places.h"
#include "daemon/server/print.h"
#include "daemon/server/print_place.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <stdlib.h>

enum {
	RANK_OFFER = 0,                     /* the half-day itself */
	RANK_BESIDE = OFFER_PLACES_MAX + 1, /* places: their numbers */
	LINE_ROOM = 1024
};

struct place_query {
	struct conn *conn;
	const struct book *book;
	int64_t now;
	unsigned limit, count;
	bool has_next, full; /* full: there is more than the page holds */
	int64_t next_from;
	struct id next_slot;
	unsigned next_rank;
	/* the last line printed */
	const struct assignment *last;
	unsigned last_rank;
};

/* next= is "<from>.<slot>.<rank>" of the last line of the page before. */
static bool
take_next(struct place_query *query, const struct request *request)
{
	struct span rest = request_text(request, KEY_NEXT), from, slot;
	uint64_t instant, rank;

	query->has_next = rest.ptr != NULL;
	if (!query->has_next)
		return true;
	if (!span_cut(&rest, '.', &from) || !span_cut(&rest, '.', &slot) ||
	    !span_to_u64(from, INT64_MAX, &instant) ||
	    !span_to_id(slot, &query->next_slot) ||
	    !span_to_u64(rest, UINT32_MAX, &rank))
		return reply_refuse_next(query->conn);
	query->next_from = (int64_t)instant;
	query->next_rank = (unsigned)rank;
	return true;
}

/* Whether the line stood on a page before; `at_end`: all of the half-day's. */
static bool
was_told(
    const struct place_query *query, const struct assignment *a, unsigned rank)
{
	if (!query->has_next)
		return false;
	if (a->from != query->next_from)
		return a->from < query->next_from;
	if (!id_equal(a->id, query->next_slot))
		return id_compare(a->id, query->next_slot) < 0;
	return rank <= query->next_rank;
}

/* Begins a line, or NULL when it is not to be told on this page. */
static struct out *
begin_line(struct place_query *query, const struct assignment *a, unsigned rank)
{
	if (query->full || was_told(query, a, rank))
		return NULL;
	if (query->count == query->limit) {
		query->full = true;
		return NULL;
	}
	query->count++;
	query->last = a;
	query->last_rank = rank;
	return reply_data(query->conn, LINE_ROOM);
}

/* ----- the lines of a half-day ----- */

static void
answer_offer(struct place_query *query, const struct assignment *a,
    const struct contingent *contingent, struct visits visits)
{
	const struct site *site = book_site(query->book, a->site);
	struct out *out = begin_line(query, a, RANK_OFFER);
	struct vacancy vacancy = {0};

	if (out == NULL)
		return;
	if (assignment_gives(a))
		vacancy = contingent_vacancy(
		    contingent, visits, query->now, contingent->to, query->now);
	out_key_id(out, "slot", a->id);
	out_key_day(out, "day", a->day);
	out_key(out, "part");
	out_char(out, part_letter((enum part)a->part));
	out_key(out, "site");
	print_handle(out, KIND_SITE, &site->entity);
	out_key(out, "physician");
	print_handle(out, KIND_PHYSICIAN,
	    book_entity(query->book, KIND_PHYSICIAN, a->physician));
	out_key_text(out, "state", state_name((enum state)a->state));
	print_contingent(out, contingent, site);
	out_key_u64(out, "free", vacancy.free);
	reply_end(query->conn);
}

static void
answer_visit(struct place_query *query, const struct assignment *a,
    const struct visit *visit, unsigned rank)
{
	struct out *out = begin_line(query, a, rank);

	if (out == NULL)
		return;
	print_visit(out, visit, a);
	reply_end(query->conn);
}

static void
answer_free(struct place_query *query, const struct assignment *a,
    const struct contingent *contingent, unsigned number)
{
	int64_t at = contingent_at(contingent, number);
	struct out *out = begin_line(query, a, number);

	if (out == NULL)
		return;
	out_key_id(out, "slot", a->id);
	out_key_u64(out, "number", number);
	out_key(out, "at");
	out_instant(
	    out, at, tz_offset(book_site(query->book, a->site)->tz, at));
	out_key_u64(out, "minutes", contingent->minutes);
	out_key_text(out, "state", at < query->now ? "past" : "free");
	reply_end(query->conn);
}

static int
compare_visits(const void *a, const void *b)
{
	const struct visit *x = *(const struct visit *const *)a;
	const struct visit *y = *(const struct visit *const *)b;

	return id_compare(x->entity.id, y->entity.id);
}

static void
answer_beside(
    struct place_query *query, const struct assignment *a, struct visits visits)
{
	const struct visit **beside =
	    xcalloc(visits.count, sizeof(const struct visit *));
	size_t count = 0;

	for (size_t i = 0; i < visits.count; i++)
		if (visits.at[i].number == 0)
			beside[count++] = &visits.at[i];
	if (count > 1)
		qsort(beside, count, sizeof(const struct visit *),
		    compare_visits);
	for (size_t i = 0; i < count; i++)
		answer_visit(query, a, beside[i], RANK_BESIDE + (unsigned)i);
	free(beside);
}

static void
answer_slot(struct place_query *query, const struct assignment *a)
{
	struct contingent contingent = contingent_of(
	    book_site(query->book, a->site), a, book_offer(query->book, a->id));
	struct visits visits = book_visits(query->book, a->id);
	const struct visit *holder[OFFER_PLACES_MAX + 1] = {NULL};
	bool gone[OFFER_PLACES_MAX + 1];

	contingent_gone(&contingent, visits, query->now, gone);
	for (size_t i = 0; i < visits.count; i++)
		if (visit_holds(&visits.at[i], query->now))
			holder[visits.at[i].number] = &visits.at[i];
	answer_offer(query, a, &contingent, visits);
	for (unsigned number = 1; number <= OFFER_PLACES_MAX; number++) {
		if (holder[number] != NULL)
			answer_visit(query, a, holder[number], number);
		else if (number <= contingent.number && !gone[number] &&
		    assignment_gives(a) && !contingent.is_walk_in)
			answer_free(query, a, &contingent, number);
	}
	if (visits.count > 0)
		answer_beside(query, a, visits);
}

/* ----- which half-days ----- */

static bool
sees(const struct conn *conn, const struct book *book,
    const struct assignment *a)
{
	const struct session *session = &conn->session;

	return session_sees(session, book, a) &&
	    (session->role != ROLE_PHYSICIAN ||
		a->physician == session->physician);
}

static bool
answer_one(struct place_query *query, const struct value *slot)
{
	const struct assignment *a = book_assignment(query->book, slot->id);

	if (a == NULL || !sees(query->conn, query->book, a)) {
		reply_refuse(query->conn, STATUS_NOT_FOUND, slot->text,
		    "the id of a half-day");
		return false;
	}
	answer_slot(query, a);
	return true;
}

static bool
answer_day(struct place_query *query, const struct request *request)
{
	const struct session *session = &query->conn->session;
	struct span handle = request_text(request, KEY_SITE);
	int32_t site = book_resolve(query->book, KIND_SITE, handle);
	struct run run;
	int32_t day;

	if (site == REF_NONE) {
		reply_refuse(query->conn, STATUS_NOT_FOUND, handle,
		    "the FINESS number or id of a site");
		return false;
	}
	if (session->role != ROLE_PHYSICIAN &&
	    !session_covers_site(session, query->book, site)) {
		reply_refuse(query->conn, STATUS_SCOPE, handle, NULL);
		return false;
	}
	day = (int32_t)request_number(request, KEY_DAY,
	    tz_day(book_site(query->book, site)->tz, query->now));
	run = book_site_run(query->book, site);
	for (size_t i = run_from_day(query->book, run, day); i < run.count;
	     i++) {
		const struct assignment *a = book_at(query->book, run.slot[i]);

		if (a->day > day + 1 || query->full)
			break;
		if (a->day == day && assignment_gives(a) &&
		    sees(query->conn, query->book, a))
			answer_slot(query, a);
	}
	return true;
}

void
read_place_list(struct conn *conn, const struct request *request)
{
	struct place_query query = {.conn = conn,
	    .book = store_book(conn->server->store),
	    .now = clock_real_s()};
	const struct value *slot = request_value(request, KEY_SLOT);
	struct out *out;

	query.limit =
	    (unsigned)request_number(request, KEY_LIMIT, PROTO_PAGE_DEFAULT);
	if (!take_next(&query, request))
		return;
	if ((slot != NULL) == (request_value(request, KEY_SITE) != NULL)) {
		reply_refuse_key(conn,
		    slot == NULL ? STATUS_MISSING : STATUS_VALUE, KEY_SLOT,
		    "either slot=, or site= and day=");
		return;
	}
	if (slot != NULL ? !answer_one(&query, slot)
			 : !answer_day(&query, request))
		return;
	out = reply_ok(conn, REPLY_ROOM_LONG);
	out_key_u64(out, "count", query.count);
	if (query.full) {
		out_key(out, "next");
		out_i64(out, query.last->from);
		out_char(out, '.');
		out_id(out, query.last->id);
		out_char(out, '.');
		out_u64(out, query.last_rank);
	}
	reply_cursor(conn, out);
	reply_end(conn);
}
