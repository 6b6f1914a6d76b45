/* SPDX-License-Identifier: ISC */
/*
 * verb_slot: lists of assignments, as the plan is.
 *
 * A list walks the sorted runs of the book from the first line wanted to the
 * last one printed; a territory merges the runs of its sites.  What the session
 * does not see in full is "busy" and the interval, on one clock for all places.
 */
#include "daemon/server/verb/verb_slot.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/server/dispatch.h"
#include "daemon/server/print.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <stdlib.h>

enum {
	LOOK_AHEAD = 6,          /* lines */
	DAYS_AHEAD = 27,         /* to= beyond from= when it is absent */
	LATEST_START = 44 * 3600 /* a night, on the westernmost clock */
};

/* ----- the query ----- */

/* Whether the session may ask about the subject at all. */
static bool
may_ask(const struct conn *conn, enum kind kind, int32_t index)
{
	const struct session *session = &conn->session;

	if (kind == KIND_PHYSICIAN)
		return session->role != ROLE_PHYSICIAN ||
		    session->physician == index;
	if (index == REF_NONE)
		return true; /* to be told that there is no such place */
	if (kind == KIND_TERRITORY)
		return session_covers_territory(session, index);
	return session_covers_site(
	    session, store_book(conn->server->store), index);
}

bool
slot_subject(struct conn *conn, const struct request *request, enum kind *kind,
    int32_t *index)
{
	static const enum key keys[] = {KEY_PHYSICIAN, KEY_SITE, KEY_TERRITORY};
	static const enum kind kinds[] = {
	    KIND_PHYSICIAN, KIND_SITE, KIND_TERRITORY};
	const struct value *subject = NULL;
	enum status status = STATUS_OK;

	*kind = KIND_COUNT;
	*index = REF_NONE;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const struct value *value = request_value(request, keys[i]);

		if (value == NULL)
			continue;
		if (subject != NULL)
			return reply_refuse_key(conn, STATUS_VALUE, keys[i],
			    "one of physician=, site= and territory=");
		subject = value;
		*kind = kinds[i];
	}
	if (subject == NULL)
		return true;
	*index =
	    book_resolve(store_book(conn->server->store), *kind, subject->text);
	if (!may_ask(conn, *kind, *index))
		status = STATUS_SCOPE;
	else if (*index == REF_NONE)
		status = STATUS_NOT_FOUND;
	if (status != STATUS_OK)
		reply_refuse(conn, status, subject->text, NULL);
	return status == STATUS_OK;
}

/* Whose half-days; of a physician who does not say so, the own. */
static bool
take_subject(
    struct slot_query *query, struct conn *conn, const struct request *request)
{
	const struct session *session = &conn->session;

	if (!slot_subject(conn, request, &query->kind, &query->index))
		return false;
	if (query->index != REF_NONE)
		return true;
	query->kind = KIND_PHYSICIAN;
	query->index = session->physician;
	if (query->index != REF_NONE)
		return true;
	return reply_refuse_key(conn, STATUS_MISSING, KEY_PHYSICIAN,
	    "one of physician=, site= and territory=");
}

static bool
take_state(
    struct slot_query *query, struct conn *conn, const struct request *request)
{
	const struct value *value = request_value(request, KEY_STATE);

	query->has_state = value != NULL;
	if (value == NULL || state_find(value->text, &query->state))
		return true;
	return reply_refuse_key(conn, STATUS_VALUE, KEY_STATE,
	    "one of draft published held not-held cancelled");
}

/* next= is "<from>.<id>" of the last line of the page before. */
static bool
take_next(
    struct slot_query *query, struct conn *conn, const struct request *request)
{
	struct span rest = request_text(request, KEY_NEXT), from;
	uint64_t instant;

	query->has_next = rest.ptr != NULL;
	if (!query->has_next)
		return true;
	if (!span_cut(&rest, '.', &from) ||
	    !span_to_u64(from, INT64_MAX, &instant) ||
	    !span_to_id(rest, &query->next_id))
		return reply_refuse_next(conn);
	query->next_from = (int64_t)instant;
	return true;
}

static void
take_days(struct slot_query *query, const struct request *request)
{
	query->has_from = request_value(request, KEY_FROM) != NULL;
	query->has_to = request_value(request, KEY_TO) != NULL;
	query->from = (int32_t)request_number(request, KEY_FROM, 0);
	query->to = (int32_t)request_number(request, KEY_TO, 0);
}

/* The day that it is at an instant for those who ask. */
static int32_t
day_of(const struct slot_query *query, int64_t instant)
{
	const struct tz *tz = query->kind == KIND_SITE
	    ? book_site(query->book, query->index)->tz
	    : print_tz();

	return tz_day(tz, instant);
}

bool
slot_query_days(struct slot_query *query, struct conn *conn, int64_t now)
{
	if (!query->has_from)
		query->from = day_of(query, now);
	if (!query->has_to)
		query->to = query->from + DAYS_AHEAD;
	if (query->to < query->from)
		return reply_refuse_key(conn, STATUS_VALUE, KEY_TO,
		    "a day that is not before from=");
	if (query->to - query->from >= PROTO_DAYS_MAX)
		return reply_refuse_key(conn, STATUS_VALUE, KEY_TO,
		    "a day less than 3660 days after from=");
	return true;
}

/* ----- printing ----- */

bool
slot_shows(const struct slot_query *query, const struct session *session,
    const struct assignment *a, bool *in_full)
{
	*in_full = session_sees(session, query->book, a);
	/* Whether a busy half-day is a draft, or was given up, is not told. */
	if (!*in_full)
		return !query->has_state && state_blocks((enum state)a->state);
	if (query->has_state)
		return a->state == query->state;
	return a->state != STATE_CANCELLED;
}

void
slot_answer(struct conn *conn, const struct book *book,
    const struct assignment *a, const struct site *site, bool in_full)
{
	struct out *out = reply_data(conn, PRINT_SLOT_ROOM);

	if (in_full) {
		print_slot_at(out, book, a, site);
	} else {
		out_literal(out, " busy");
		print_interval(out, a);
	}
	reply_end(conn);
}

void
slot_answer_next(struct out *out, const struct assignment *last)
{
	out_key(out, "next");
	out_i64(out, last->from);
	out_char(out, '.');
	out_id(out, last->id);
}

/* ----- walking ----- */

/* What is left of one run. */
struct walk {
	struct run run;
	size_t at;
};

/* Several runs as one: a heap whose first walk is at the earliest. */
struct merge {
	const struct book *book;
	struct walk *heap;
	size_t count;
};

static const struct assignment *
head(const struct merge *merge, size_t i)
{
	const struct walk *walk = &merge->heap[i];

	return run_at(walk->run, walk->at);
}

static bool
is_before(const struct merge *merge, size_t i, size_t j)
{
	const struct assignment *a = head(merge, i), *b = head(merge, j);

	if (a->from != b->from)
		return a->from < b->from;
	return id_compare(a->id, b->id) < 0;
}

static void
sift(struct merge *merge, size_t i)
{
	for (;;) {
		size_t first = i, child = 2 * i + 1;
		struct walk walk;

		if (child < merge->count && is_before(merge, child, first))
			first = child;
		if (child + 1 < merge->count &&
		    is_before(merge, child + 1, first))
			first = child + 1;
		if (first == i)
			return;
		walk = merge->heap[i];
		merge->heap[i] = merge->heap[first];
		merge->heap[first] = walk;
		i = first;
	}
}

static void
step(struct merge *merge)
{
	struct walk *first = &merge->heap[0];

	if (++first->at == first->run.count)
		*first = merge->heap[--merge->count];
	if (merge->count > 1)
		sift(merge, 0);
}

/* First place of a run behind the last line of the page before. */
static size_t
run_after(const struct slot_query *query, struct run run)
{
	size_t low = 0, high = run.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct assignment *a =
		    book_at(query->book, run.slot[middle]);

		if (a->from < query->next_from ||
		    (a->from == query->next_from &&
			id_compare(a->id, query->next_id) <= 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
merge_add(struct merge *merge, const struct slot_query *query, struct run run)
{
	size_t at = run_from_day(query->book, run, query->from);

	if (query->has_next) {
		size_t after = run_after(query, run);

		if (after > at)
			at = after;
	}
	if (at < run.count)
		merge->heap[merge->count++] = (struct walk){run, at};
}

static void
merge_territory(struct merge *merge, const struct slot_query *query)
{
	size_t n;
	const int32_t *sites =
	    book_territory_sites(query->book, query->index, &n);

	merge->heap = xcalloc(n, sizeof(merge->heap[0]));
	for (size_t i = 0; i < n; i++)
		merge_add(merge, query, book_site_run(query->book, sites[i]));
	for (size_t i = merge->count / 2; i-- > 0;)
		sift(merge, i);
}

/* In the plan of a nation no half-day is in a cache: those of the lines to come
 * are asked for while this one is printed. */
static void
look_ahead(const struct walk *walk)
{
	size_t ahead = walk->at + LOOK_AHEAD;

	if (ahead < walk->run.count)
		__builtin_prefetch(run_at(walk->run, ahead));
}

/* Prints a page; the last line printed, and whether another would follow. */
static const struct assignment *
answer_page(struct conn *conn, const struct slot_query *query,
    struct merge *merge, unsigned *count, bool *more)
{
	int64_t end = (int64_t)query->to * SECONDS_PER_DAY + LATEST_START;
	const struct assignment *last = NULL;
	bool in_full;

	for (; merge->count > 0; step(merge)) {
		const struct assignment *a = head(merge, 0);

		look_ahead(&merge->heap[0]);
		if (a->from > end)
			break;
		if (a->day < query->from || a->day > query->to ||
		    !slot_shows(query, &conn->session, a, &in_full))
			continue;
		*more = *count == query->limit;
		if (*more)
			break;
		slot_answer(conn, query->book, a, NULL, in_full);
		last = a;
		++*count;
	}
	return last;
}

/* Of the subject, but for a territory. */
static struct run
run_of(const struct slot_query *query)
{
	return query->kind == KIND_SITE
	    ? book_site_run(query->book, query->index)
	    : book_physician_run(query->book, query->index);
}

static void
answer_now(struct conn *conn, const struct slot_query *query, struct run run)
{
	const struct book *book = query->book;
	struct walk one;
	struct merge merge = {book, &one, 0};
	const struct assignment *last;
	unsigned count = 0;
	bool more = false;
	struct out *out;

	if (query->kind == KIND_TERRITORY)
		merge_territory(&merge, query);
	else
		merge_add(&merge, query, run);
	last = answer_page(conn, query, &merge, &count, &more);
	if (merge.heap != &one)
		free(merge.heap);
	out = reply_ok(conn, REPLY_ROOM_LONG);
	out_literal(out, " count=");
	out_u64(out, count);
	if (more)
		slot_answer_next(out, last);
	reply_cursor(conn, out);
	reply_end(conn);
}

void
read_slot_list(struct conn *conn, const struct request *request)
{
	struct slot_query query = {.book = store_book(conn->server->store)};
	struct run run = {.count = 0};
	struct out *out;

	query.limit =
	    (unsigned)request_number(request, KEY_LIMIT, PROTO_PAGE_DEFAULT);
	if (!take_subject(&query, conn, request))
		return;
	/* This early, so that it comes into the cache meanwhile. */
	if (query.kind != KIND_TERRITORY)
		run = run_of(&query);
	if (!take_state(&query, conn, request) ||
	    !take_next(&query, conn, request))
		return;
	take_days(&query, request);
	if (request_value(request, KEY_AS_OF) != NULL ||
	    request_value(request, KEY_MARK) != NULL) {
		slot_past(conn, request, &query);
		return;
	}
	if (!slot_query_days(&query, conn, query.has_from ? 0 : clock_real_s()))
		return;
	if (query.from >= book_from(query.book)) {
		answer_now(conn, &query, run);
		return;
	}
	out = reply_closing(conn, STATUS_CLOSED, REPLY_ROOM);
	out_key_day(out, "first", book_from(query.book));
	reply_reason(conn, out, STATUS_CLOSED, SPAN("from"), NULL);
	reply_end(conn);
}
