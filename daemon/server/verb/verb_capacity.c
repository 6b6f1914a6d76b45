/* SPDX-License-Identifier: ISC */
/*
 * verb_capacity: where unscheduled care has room, for whoever asks.
 *
 * What is answered is what physicians and sites leave to rota: places, times
 * and how to reach them.  Who works there is told only to who asked by RPPS
 * number.
 */
#include "daemon/server/dispatch.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/domain/capacity.h"
#include "daemon/domain/open.h"
#include "daemon/server/print.h"
#include "daemon/server/print_place.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <stdlib.h>
#include <string.h>

enum {
	HOUR = 3600,
	AHEAD_HOURS = 72, /* when nobody says */
	AHEAD_MAX = 31 * 24,
	PHYSICIANS_MAX = 25,
	LINE_ROOM = 2048,
	HECTOMETRE = 100, /* metres */
	QUARTER_HOUR = 15 /* minutes */
};

/* How a request says whose capacity it asks for. */
enum subject { BY_PHYSICIANS, BY_SITE, BY_TERRITORY, BY_DEPARTEMENT, BY_POINT };

struct question {
	struct conn *conn;
	const struct request *request;
	struct capacity capacity;
	enum subject subject;
	bool has_next;
	/* The last line of the page before, as far as the order goes. */
	struct assignment next;
	struct capacity_line after;
};

static bool
refuse_unknown(const struct question *question, struct span what)
{
	reply_refuse(question->conn, STATUS_NOT_FOUND, what, NULL);
	return false;
}

/* ----- the question ----- */

static bool
take_window(struct question *question)
{
	struct capacity *capacity = &question->capacity;
	const struct value *ahead = request_value(question->request, KEY_AHEAD);
	const struct value *until = request_value(question->request, KEY_UNTIL);

	capacity->from =
	    request_number(question->request, KEY_SINCE, capacity->now);
	if (capacity->from < capacity->now)
		capacity->from = capacity->now;
	capacity->to = capacity->from + AHEAD_HOURS * HOUR;
	if (ahead != NULL && until != NULL)
		return reply_refuse_key(question->conn, STATUS_VALUE, KEY_AHEAD,
		    "either ahead= or until=");
	if (ahead != NULL) {
		if (ahead->number < 1 || ahead->number > AHEAD_MAX)
			return reply_refuse_key(question->conn, STATUS_VALUE,
			    KEY_AHEAD, "a number of hours from 1 to 744");
		capacity->to = capacity->from + ahead->number * HOUR;
	}
	if (until != NULL) {
		capacity->to = until->number;
		if (capacity->to - capacity->from > AHEAD_MAX * HOUR)
			return reply_refuse_key(question->conn, STATUS_VALUE,
			    KEY_UNTIL,
			    "an instant at most 31 days after since=");
	}
	return true;
}

/* next= is "<minutes>.<site>.<from>.<slot>" of the line before. */
static bool
take_next(struct question *question)
{
	struct span rest = request_text(question->request, KEY_NEXT);
	struct span minutes, site, from;
	uint64_t number, instant;

	question->has_next = rest.ptr != NULL;
	if (!question->has_next)
		return true;
	if (!span_cut(&rest, '.', &minutes) || !span_cut(&rest, '.', &site) ||
	    !span_cut(&rest, '.', &from) ||
	    !span_to_u64(minutes, UINT32_MAX, &number) ||
	    !span_to_id(site, &question->after.site) ||
	    !span_to_u64(from, INT64_MAX, &instant) ||
	    !span_to_id(rest, &question->next.id))
		return reply_refuse_next(question->conn);
	question->after.minutes = (unsigned)number;
	question->next.from = (int64_t)instant;
	question->after.assignment = &question->next;
	return true;
}

static bool
take_subject(struct question *question)
{
	static const enum key keys[] = {
	    KEY_PHYSICIANS, KEY_SITE, KEY_TERRITORY, KEY_DEPARTEMENT, KEY_LAT};
	static const char expected[] = "one of physicians=, site=, territory=, "
				       "departement=, or lat= and lon=";
	unsigned given = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(keys); i++) {
		if (request_value(question->request, keys[i]) == NULL)
			continue;
		question->subject = (enum subject)i;
		if (given++ > 0)
			return reply_refuse_key(
			    question->conn, STATUS_VALUE, keys[i], expected);
	}
	if (given == 0)
		return reply_refuse_key(
		    question->conn, STATUS_MISSING, KEY_LAT, expected);
	if (question->subject == BY_POINT)
		return request_value(question->request, KEY_LON) != NULL
		    ? true
		    : reply_refuse_key(question->conn, STATUS_MISSING, KEY_LON,
			  "lat= and lon= together");
	if (request_value(question->request, KEY_LON) != NULL)
		return reply_refuse_key(
		    question->conn, STATUS_VALUE, KEY_LON, expected);
	if (request_value(question->request, KEY_RADIUS) != NULL)
		return reply_refuse_key(question->conn, STATUS_VALUE,
		    KEY_RADIUS, "a radius around lat= and lon=");
	return true;
}

/* ----- whose half-days ----- */

static bool
is_repeated(const int32_t *list, unsigned count, int32_t index)
{
	for (unsigned i = 0; i < count; i++)
		if (list[i] == index)
			return true;
	return false;
}

/* Whom nobody knows has nothing free, as the SAS expects. */
static bool
of_physicians(struct question *question)
{
	const struct session *session = &question->conn->session;
	struct span rest = request_text(question->request, KEY_PHYSICIANS);
	int32_t known[PHYSICIANS_MAX];
	unsigned count = 0, nknown = 0;
	struct span rpps;
	struct id id;

	while (span_cut(&rest, ',', &rpps)) {
		int32_t index =
		    book_resolve(question->capacity.book, KIND_PHYSICIAN, rpps);

		if (++count > PHYSICIANS_MAX ||
		    (rpps_check(rpps) == ID_FORM && !span_to_id(rpps, &id)))
			return reply_refuse_key(question->conn, STATUS_VALUE,
			    KEY_PHYSICIANS,
			    "1 to 25 RPPS numbers, comma between");
		/* Who else is a physician is not for a physician to try. */
		if (session->role == ROLE_PHYSICIAN &&
		    index != session->physician) {
			reply_refuse(question->conn, STATUS_SCOPE, rpps, NULL);
			return false;
		}
		if (index == REF_NONE || is_repeated(known, nknown, index))
			continue;
		known[nknown++] = index;
		capacity_of_physician(&question->capacity, index);
	}
	if (count > 0)
		return true;
	return reply_refuse_key(question->conn, STATUS_VALUE, KEY_PHYSICIANS,
	    "1 to 25 RPPS numbers, comma between");
}

static bool
of_site(struct question *question)
{
	struct span handle = request_text(question->request, KEY_SITE);
	int32_t index =
	    book_resolve(question->capacity.book, KIND_SITE, handle);

	if (index == REF_NONE)
		return refuse_unknown(question, handle);
	capacity_of_site(&question->capacity, index);
	return true;
}

static bool
of_territory(struct question *question)
{
	const struct book *book = question->capacity.book;
	struct span handle = request_text(question->request, KEY_TERRITORY);
	int32_t index = book_resolve(book, KIND_TERRITORY, handle);
	const int32_t *sites;
	size_t count;

	if (index == REF_NONE)
		return refuse_unknown(question, handle);
	sites = book_territory_sites(book, index, &count);
	for (size_t i = 0; i < count; i++)
		capacity_of_site(&question->capacity, sites[i]);
	return true;
}

static bool
of_departement(struct question *question)
{
	const struct book *book = question->capacity.book;
	struct span code = request_text(question->request, KEY_DEPARTEMENT);

	if (!departement_has_form(code))
		return reply_refuse_key(question->conn, STATUS_VALUE,
		    KEY_DEPARTEMENT, "the number of a departement, 16");
	for (int32_t i = 0; i < book_count(book, KIND_SITE); i++)
		if (span_is(code, book_site(book, i)->departement))
			capacity_of_site(&question->capacity, i);
	return true;
}

static bool
of_point(struct question *question)
{
	const struct request *request = question->request;
	const struct value *radius = request_value(request, KEY_RADIUS);

	if (radius != NULL &&
	    (radius->number < 1 || radius->number > CAPACITY_RADIUS_MAX))
		return reply_refuse_key(question->conn, STATUS_VALUE,
		    KEY_RADIUS, "kilometres from 1 to 300");
	capacity_around(&question->capacity,
	    (int32_t)request_number(request, KEY_LAT, 0),
	    (int32_t)request_number(request, KEY_LON, 0),
	    radius == NULL ? 0 : (unsigned)radius->number);
	return true;
}

static bool
collect(struct question *question)
{
	switch (question->subject) {
	case BY_PHYSICIANS:
		return of_physicians(question);
	case BY_SITE:
		return of_site(question);
	case BY_TERRITORY:
		return of_territory(question);
	case BY_DEPARTEMENT:
		return of_departement(question);
	case BY_POINT:
		return of_point(question);
	}
	abort();
}

/* ----- the answer ----- */

static void
print_first(struct out *out, const struct capacity_line *line)
{
	out_key(out, "first");
	out_instant(out, line->vacancy.first,
	    line->assignment->offset_from * QUARTER_HOUR);
	out_key_u64(out, "free", line->vacancy.free);
}

/* Where it takes place, and whom to call. */
static void
print_whereabouts(struct out *out, const struct question *question,
    const struct capacity_line *line)
{
	const struct book *book = question->capacity.book;
	const struct assignment *a = line->assignment;
	const struct site *site = book_site(book, a->site);
	const struct territory *territory;
	struct place place;

	out_key(out, "site");
	print_handle(out, KIND_SITE, &site->entity);
	if (site->name[0] != '\0')
		out_key_text(out, "name", site->name);
	site_place(book, a->site, a->day, (enum part)a->part, &place);
	if (place.commune[0] != '\0')
		out_key_text(out, "commune", place.commune);
	if (line->metres >= 0) {
		out_key(out, "km");
		out_fixed(out, (int64_t)(line->metres / HECTOMETRE + 0.5), 1);
		out_key_u64(out, "minutes", line->minutes);
	}
	if (place.of_commune)
		out_literal(out, " precision=commune");
	if (site->territory == REF_NONE)
		return;
	territory = (const struct territory *)book_entity(
	    book, KIND_TERRITORY, site->territory);
	out_key_text(out, "territory", territory->code);
	if (territory->phone[0] != '\0')
		out_key_text(out, "phone", territory->phone);
}

static void
answer_line(struct question *question, const struct capacity_line *line)
{
	const struct book *book = question->capacity.book;
	const struct assignment *a = line->assignment;
	struct out *out = reply_data(question->conn, LINE_ROOM);

	out_key_id(out, "slot", a->id);
	out_key_day(out, "day", a->day);
	out_key(out, "part");
	out_char(out, part_letter((enum part)a->part));
	print_contingent(out, &line->contingent, book_site(book, a->site));
	print_first(out, line);
	print_whereabouts(out, question, line);
	if (question->subject == BY_PHYSICIANS)
		out_key_text(
		    out, "physician", book_physician(book, a->physician)->rpps);
	reply_end(question->conn);
}

/* First line behind the page before. */
static size_t
begin_page(const struct question *question)
{
	const struct capacity *capacity = &question->capacity;
	size_t low = 0, high = capacity->count;

	while (question->has_next && low < high) {
		size_t middle = low + (high - low) / 2;

		if (capacity_compare(
			&capacity->line[middle], &question->after) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
answer(struct question *question)
{
	struct capacity *capacity = &question->capacity;
	size_t limit = (size_t)request_number(
	    question->request, KEY_LIMIT, PROTO_PAGE_DEFAULT);
	size_t i, first, end;
	struct out *out;

	capacity_sort(capacity);
	first = begin_page(question);
	end = capacity->count - first > limit ? first + limit : capacity->count;
	for (i = first; i < end; i++)
		answer_line(question, &capacity->line[i]);
	out = reply_ok(question->conn, REPLY_ROOM_LONG);
	out_key_u64(out, "count", end - first);
	if (end < capacity->count) {
		const struct capacity_line *last = &capacity->line[end - 1];

		out_key(out, "next");
		out_u64(out, last->minutes);
		out_char(out, '.');
		out_id(out, last->site);
		out_char(out, '.');
		out_i64(out, last->assignment->from);
		out_char(out, '.');
		out_id(out, last->assignment->id);
	}
	if (capacity->radius > 0)
		out_key_u64(out, "radius", capacity->radius);
	if (capacity->widened)
		out_key_text(out, "widened", "yes");
	reply_cursor(question->conn, out);
	reply_end(question->conn);
}

void
read_capacity(struct conn *conn, const struct request *request)
{
	struct question question = {.conn = conn,
	    .request = request,
	    .capacity = {.book = store_book(conn->server->store),
		.travel = conn->server->travel,
		.now = clock_real_s()}};

	if (take_window(&question) && take_next(&question) &&
	    take_subject(&question) && collect(&question))
		answer(&question);
	capacity_fini(&question.capacity);
}
