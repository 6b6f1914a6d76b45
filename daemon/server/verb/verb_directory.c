/* SPDX-License-Identifier: ISC */
/*
 * verb_directory: get and list of whatever the field tables describe.
 *
 * The kind comes from the verb, its facts and filters from the tables of
 * directory.h; what is peculiar to a kind is who may read a physician, the zone
 * of a site and the days of a zoning fact.
 */
#include "daemon/server/dispatch.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/domain/open.h"
#include "daemon/server/print.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"
#include "daemon/server/verb/field.h"
#include "daemon/server/verb/verb_absence.h"

#include <string.h>

static const struct span nothing = {NULL, 0};

/* The keys of lists that are facts of the kind. */
static const enum key filter_keys[] = {KEY_PHYSICIAN, KEY_SITE, KEY_PROGRAMME,
    KEY_STRUCTURE, KEY_SECTOR, KEY_TERRITORY, KEY_DEPARTEMENT, KEY_COMMUNE,
    KEY_STATE, KEY_SPECIALTY, KEY_ACTIVITY, KEY_KIND, KEY_CLASS, KEY_AREA,
    KEY_STAFF, KEY_PERIOD};

/* Facts of one physician stand together: whether the last one's may be known.
 */
struct known {
	int32_t physician; /* REF_NONE: none yet */
	bool reads;
};

struct listing {
	struct known *known; /* of a list */
	const struct session *session;
	const struct book *book;
	enum kind kind;
	const struct field *filters[ARRAY_SIZE(filter_keys)];
	size_t nfilters;
	union after wanted; /* the values of the filters */
	char zone[8];       /* of a site; "" any */
	bool has_day;
	int32_t day;
	int32_t from, to; /* facts that hold on one of these days */
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
may_read_home(const struct listing *listing, int32_t index)
{
	return listing->kind == KIND_PHYSICIAN &&
	    (listing->session->role == ROLE_ADMIN ||
		session_reads_private(listing->session, listing->book, index));
}

static void
answer_entity(struct conn *conn, const struct listing *listing, int32_t index)
{
	const struct entity *entity =
	    book_entity(listing->book, listing->kind, index);
	struct print_view view = {
	    .day = listing->day, .home = may_read_home(listing, index)};
	struct out *out = reply_data(conn,
	    listing->kind == KIND_ROTATION ? REPLY_ROOM_LONG
					   : PRINT_ENTITY_ROOM);

	if (listing->kind == KIND_SITE && !listing->has_day)
		view.day =
		    tz_day(((const struct site *)entity)->tz, listing->now);
	print_entity(out, listing->book, listing->kind, entity, &view);
	reply_end(conn);
}

static bool
rotation_matches(const struct listing *listing, const struct entity *entity)
{
	return session_reads_rotation(
	    listing->session, listing->book, (const struct rotation *)entity);
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

	if (listing.kind == KIND_ROTATION && index != REF_NONE &&
	    !rotation_matches(
		&listing, book_entity(listing.book, KIND_ROTATION, index)))
		index = REF_NONE; /* what is out of sight does not exist */
	if (!may_read(&conn->session, listing.kind, index)) {
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

/* Who else is a physician is not for a physician to try. */
static bool
may_name(const struct listing *listing, const struct field *field,
    struct span handle)
{
	return field->type != FIELD_REF || field->ref != KIND_PHYSICIAN ||
	    listing->session->role != ROLE_PHYSICIAN ||
	    listing->session->physician ==
	    book_resolve(listing->book, KIND_PHYSICIAN, handle);
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
		if (!may_name(listing, field, value->text)) {
			reply_refuse(conn, STATUS_SCOPE, value->text, NULL);
			return false;
		}
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
	listing->from = (int32_t)request_number(request, KEY_FROM, INT32_MIN);
	listing->to = (int32_t)request_number(request, KEY_TO, INT32_MAX);
	if (listing->has_day)
		listing->from = listing->to = listing->day;
	if ((value = request_value(request, KEY_ZONE)) != NULL) {
		if (!is_gp_class(value->text))
			return reply_refuse_key(conn, STATUS_VALUE, KEY_ZONE,
			    "one of ZIP ZAC ZAR HZ");
		memcpy(listing->zone, value->text.ptr, value->text.len);
	}
	return true;
}

/* Whether it stands, on the day, in a commune of the class asked for. */
static bool
site_matches(const struct listing *listing, int32_t index)
{
	const struct book *book = listing->book;
	const char *communes[PART_COUNT];
	int32_t day = listing->day;
	size_t count;

	if (listing->zone[0] == '\0')
		return true;
	if (!listing->has_day)
		day = tz_day(book_site(book, index)->tz, listing->now);
	count = site_communes(book, book_site(book, index), day, communes);
	for (size_t i = 0; i < count; i++) {
		const char *zone = book_zone(book, communes[i], "gp", day);

		if (zone != NULL && strcmp(zone, listing->zone) == 0)
			return true;
	}
	return false;
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

/* As session_reads_fact(), which has to look for whoever the physician is of.
 */
static bool
reads_fact(const struct listing *listing, const struct entity *fact)
{
	struct known *known = listing->known;
	int32_t owner;

	if (fact_owner(listing->kind, fact, &owner) != KIND_PHYSICIAN)
		return true;
	if (owner != known->physician)
		*known = (struct known){owner,
		    session_covers_physician(
			listing->session, listing->book, owner)};
	return known->reads ||
	    session_reads_side(
		listing->session, listing->book, listing->kind, fact);
}

/* Whether it is to be known by the session, and holds in the days asked for. */
static bool
fact_matches(const struct listing *listing, const struct entity *fact)
{
	const struct field *to = kind_field(listing->kind, KEY_TO);
	int32_t last;

	memcpy(&last, (const char *)fact + to->offset, sizeof(last));
	return last >= listing->from &&
	    fact_from(listing->kind, fact) <= listing->to &&
	    reads_fact(listing, fact);
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
		return site_matches(listing, sorted[at]);
	if (listing->kind == KIND_ROTATION)
		return rotation_matches(listing, entity);
	if (listing->kind == KIND_ZONE)
		return zone_matches(listing, sorted, at);
	if (kind_info(listing->kind)->identity != NULL)
		return fact_matches(listing, entity);
	return true;
}

/* ----- lists ----- */

static bool
is_filter(const struct listing *listing, const struct field *field)
{
	for (size_t i = 0; i < listing->nfilters; i++)
		if (listing->filters[i] == field)
			return true;
	return false;
}

/* A physician reads the own facts only, where all are about physicians. */
static const struct entity *
own(const struct listing *listing, const struct field *field)
{
	const struct session *session = listing->session;

	if (session->physician == REF_NONE || field->ref != KIND_PHYSICIAN ||
	    field->initial != NULL)
		return NULL;
	return book_entity(listing->book, KIND_PHYSICIAN, session->physician);
}

/* Whom all facts of the list are about; NULL: several, perhaps. */
static const struct entity *
only_owner(const struct listing *listing)
{
	const enum key *key = kind_info(listing->kind)->identity;

	for (; key != NULL && *key != KEY_0; key++) {
		const struct field *field = kind_field(listing->kind, *key);
		int32_t index;

		if (field->type != FIELD_REF)
			continue;
		if (!is_filter(listing, field))
			return own(listing, field);
		memcpy(&index, (const char *)&listing->wanted + field->offset,
		    sizeof(index));
		if (index != REF_NONE)
			return book_entity(listing->book, field->ref, index);
	}
	return NULL;
}

/* Where in the order of the list to look. */
static void
bound(const struct listing *listing, const int32_t *sorted, int32_t *at,
    int32_t *end)
{
	const struct book *book = listing->book;
	const struct entity *owner = only_owner(listing);
	const int32_t *facts;
	int32_t first;
	size_t count;

	*end = book_count(book, listing->kind);
	if (owner == NULL)
		return;
	facts = book_facts(book, listing->kind, owner->id, &count);
	first = (int32_t)(facts - sorted);
	*end = first + (int32_t)count;
	if (*at < first)
		*at = first;
}

/* Their categories are read from elsewhere. */
static void
answer_absences(struct conn *conn, const struct listing *listing, int32_t at)
{
	const struct book *book = listing->book;
	const int32_t *sorted = book_sorted(book, KIND_ABSENCE);
	struct id *ids = xcalloc(listing->limit, sizeof(*ids));
	size_t count = 0;
	int32_t n;

	bound(listing, sorted, &at, &n);
	for (; at < n; at++) {
		if (!matches(listing, sorted, at))
			continue;
		if (count == listing->limit)
			break;
		ids[count++] = book_entity(book, KIND_ABSENCE, sorted[at])->id;
	}
	absence_list_answer(conn, ids, count, at < n);
}

static void
answer_list(struct conn *conn, const struct listing *listing, int32_t at)
{
	const struct book *book = listing->book;
	const int32_t *sorted = book_sorted(book, listing->kind);
	int32_t n, last = REF_NONE;
	unsigned count = 0;
	struct out *out;

	bound(listing, sorted, &at, &n);
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
	struct known known = {.physician = REF_NONE};
	struct listing listing = {.known = &known,
	    .session = &conn->session,
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
	if (next.ptr != nothing.ptr &&
	    (listing.kind == KIND_ZONE ||
		kind_info(listing.kind)->identity != NULL) &&
	    book_resolve(listing.book, listing.kind, next) == REF_NONE) {
		reply_refuse_next(conn);
		return;
	}
	if (listing.kind == KIND_ABSENCE)
		answer_absences(conn, &listing, at);
	else
		answer_list(conn, &listing, at);
}
