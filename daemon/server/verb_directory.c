/* SPDX-License-Identifier: ISC */
/*
 * verb_directory: get and list of the five kinds of the directory.
 *
 * The kind comes from the verb, its facts and filters from the tables of
 * directory.h; what is peculiar to a kind is who may read a physician, the zone
 * of a site and the days of a zoning fact.
 */
#include "daemon/server/dispatch.h"

#include "daemon/base/clock.h"
#include "daemon/server/field.h"
#include "daemon/server/print.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <string.h>

static const struct span nothing = {NULL, 0};

/* The keys of lists that are facts of the kind. */
static const enum key filter_keys[] = {KEY_TERRITORY, KEY_DEPARTEMENT,
    KEY_COMMUNE, KEY_STATE, KEY_SPECIALTY, KEY_KIND, KEY_CLASS};

struct listing {
	const struct session *session;
	const struct book *book;
	enum kind kind;
	const struct field *filters[ARRAY_SIZE(filter_keys)];
	size_t nfilters;
	union after wanted; /* the values of the filters */
	char zone[8];       /* of a site; "" any */
	bool has_day;
	int32_t day;
	int64_t now;
	unsigned limit;
};

static int64_t
now(void)
{
	return clock_real_s();
}

/* Whether the session may read the entity at all. */
static bool
may_read(const struct session *session, enum kind kind, int32_t index)
{
	return kind != KIND_PHYSICIAN || session->role != ROLE_PHYSICIAN ||
	    session->physician == index;
}

static bool
may_read_home(const struct session *session, enum kind kind, int32_t index)
{
	if (kind != KIND_PHYSICIAN)
		return false;
	return session->role == ROLE_ADMIN ||
	    session->role == ROLE_COORDINATOR ||
	    (session->role == ROLE_PHYSICIAN && session->physician == index);
}

static void
answer_entity(struct conn *conn, const struct listing *listing, int32_t index)
{
	const struct entity *entity =
	    book_entity(listing->book, listing->kind, index);
	struct print_view view = {.day = listing->day,
	    .home = may_read_home(listing->session, listing->kind, index)};
	struct out *out = reply_data(conn, PRINT_ENTITY_ROOM);

	if (listing->kind == KIND_SITE && !listing->has_day)
		view.day =
		    tz_day(((const struct site *)entity)->tz, listing->now);
	print_entity(out, listing->book, listing->kind, entity, &view);
	reply_end(conn);
}

void
read_directory_get(struct conn *conn, const struct request *request)
{
	struct listing listing = {.session = &conn->session,
	    .book = store_book(conn->server->store),
	    .kind = field_kind(request->verb),
	    .now = now()};
	struct span handle =
	    request_text(request, kind_info(listing.kind)->handle);
	int32_t index = book_resolve(listing.book, listing.kind, handle);
	struct out *out;

	if (!may_read(&conn->session, listing.kind, index)) {
		/* Who else is a physician is not for a physician to try. */
		reply_refuse(conn, STATUS_SCOPE, handle, NULL);
		return;
	}
	if (index == REF_NONE) {
		reply_refuse(conn, STATUS_NOT_FOUND, handle, NULL);
		return;
	}
	answer_entity(conn, &listing, index);
	out = reply_ok(conn, REPLY_ROOM_LONG);
	reply_cursor(conn, out);
	reply_end(conn);
}

/* ----- filters ----- */

/* Whether the value is a class of the zoning of general practitioners. */
static bool
is_gp_class(struct span text)
{
	static const char *const classes[] = {"ZIP", "ZAC", "ZAR", "HZ"};

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		if (span_is(text, classes[i]))
			return true;
	return false;
}

/* Reads the filters; false when the request has been refused. */
static bool
take_filters(
    struct conn *conn, const struct request *request, struct listing *listing)
{
	const struct value *value;
	struct field_fault fault;

	for (size_t i = 0; i < ARRAY_SIZE(filter_keys); i++) {
		const struct field *field =
		    kind_field(listing->kind, filter_keys[i]);

		value = request_value(request, filter_keys[i]);
		if (value == NULL || field == NULL)
			continue;
		if (!field_read(field, value->text, listing->book, NULL,
			&listing->wanted, &fault)) {
			reply_refuse(
			    conn, fault.status, fault.what, fault.expected);
			return false;
		}
		listing->filters[listing->nfilters++] = field;
	}
	if ((value = request_value(request, KEY_DAY)) != NULL) {
		listing->has_day = true;
		listing->day = (int32_t)value->number;
	}
	if ((value = request_value(request, KEY_ZONE)) != NULL) {
		if (!is_gp_class(value->text)) {
			reply_refuse(conn, STATUS_VALUE, SPAN("zone"),
			    "one of ZIP ZAC ZAR HZ");
			return false;
		}
		memcpy(listing->zone, value->text.ptr, value->text.len);
	}
	return true;
}

static bool
site_matches(const struct listing *listing, const struct site *site)
{
	const char *zone;
	int32_t day = listing->day;

	if (listing->zone[0] == '\0')
		return true;
	if (!listing->has_day)
		day = tz_day(site->tz, listing->now);
	zone = book_zone(listing->book, site->commune, "gp", day);
	return zone != NULL && strcmp(zone, listing->zone) == 0;
}

/* Whether the fact holds on the day; a later one of the same commune and kind
 * ends one without a last day. */
static bool
zone_matches(const struct listing *listing, const int32_t *sorted, int32_t at)
{
	const struct book *book = listing->book;
	const struct zone *zone =
	    (const struct zone *)book_entity(book, KIND_ZONE, sorted[at]);
	const struct zone *later;

	if (!listing->has_day)
		return true;
	if (listing->day < zone->from || listing->day > zone->to)
		return false;
	if (zone->to != INT32_MAX || at + 1 >= book_count(book, KIND_ZONE))
		return true;
	later =
	    (const struct zone *)book_entity(book, KIND_ZONE, sorted[at + 1]);
	return strcmp(later->commune, zone->commune) != 0 ||
	    strcmp(later->kind, zone->kind) != 0 || later->from > listing->day;
}

static bool
matches(const struct listing *listing, const int32_t *sorted, int32_t at)
{
	const struct entity *entity =
	    book_entity(listing->book, listing->kind, sorted[at]);

	for (size_t i = 0; i < listing->nfilters; i++)
		if (!field_equal(listing->filters[i], entity, &listing->wanted))
			return false;
	if (listing->kind == KIND_SITE)
		return site_matches(listing, (const struct site *)entity);
	if (listing->kind == KIND_ZONE)
		return zone_matches(listing, sorted, at);
	return true;
}

/* ----- lists ----- */

static void
answer_list(struct conn *conn, const struct listing *listing, int32_t at)
{
	const struct book *book = listing->book;
	const int32_t *sorted = book_sorted(book, listing->kind);
	int32_t n = book_count(book, listing->kind), last = REF_NONE;
	unsigned count = 0;
	struct out *out;

	for (; at < n; at++) {
		if (!matches(listing, sorted, at))
			continue;
		if (count == listing->limit)
			break;
		last = sorted[at];
		answer_entity(conn, listing, last);
		count++;
	}
	out = reply_ok(conn, REPLY_ROOM_LONG);
	out_key_u64(out, "count", count);
	if (at < n) {
		out_key(out, "next");
		print_handle(
		    out, listing->kind, book_entity(book, listing->kind, last));
	}
	reply_cursor(conn, out);
	reply_end(conn);
}

void
read_directory_list(struct conn *conn, const struct request *request)
{
	struct listing listing = {.session = &conn->session,
	    .book = store_book(conn->server->store),
	    .kind = field_kind(request->verb),
	    .now = now()};
	struct span next = request_text(request, KEY_NEXT);
	int32_t at = 0;

	listing.limit =
	    (unsigned)request_number(request, KEY_LIMIT, PROTO_PAGE_DEFAULT);
	if (!take_filters(conn, request, &listing))
		return;
	if (next.ptr != nothing.ptr)
		at = book_rank(listing.book, listing.kind, next);
	if (next.ptr != nothing.ptr && listing.kind == KIND_ZONE &&
	    book_resolve(listing.book, KIND_ZONE, next) == REF_NONE) {
		reply_refuse(conn, STATUS_VALUE, SPAN("next"),
		    "what next= of the page before said");
		return;
	}
	answer_list(conn, &listing, at);
}
