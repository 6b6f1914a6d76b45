/* SPDX-License-Identifier: ISC */
/*
 * verb_gaps: half-days that need physicians and do not have them, and behind
 * them physicians who owe half-days.
 *
 * Gaps are found some days at a time, until the page is full or has cost
 * enough: then it ends with next=, and may be short.  So one request never
 * holds the others up, however many days and places it asks for.
 */
#include "daemon/server/dispatch.h"

#include "daemon/server/print.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"
#include "daemon/server/verb/gaps_query.h"
#include "daemon/server/verb/half_day.h"
#include "daemon/server/verb/owed.h"

#include <string.h>

enum {
	WORK_MAX = 150000, /* sites x days of one page */
	GAP_ROOM = 768,    /* bytes of a line */
	TOKEN_ROOM = 256   /* bytes of next= */
};

/* ----- printing ----- */

static void
answer_gap(const struct gaps *gaps, const struct gap *gap, const char *zone)
{
	const struct entity *place =
	    book_entity(gaps->book, gap->kind, gap->place);
	bool is_site = gap->kind == KIND_SITE;
	struct out *out = reply_data(gaps->conn, GAP_ROOM);

	half_day_print(out, gap->day, gap->part);
	out_key(out, is_site ? "site" : "sector");
	print_handle(out, gap->kind, place);
	out_key_text(out, "activity", activity_name(gap->class.activity));
	out_key_text(out, "specialty", gap->class.specialty);
	out_key_u64(out, "need", gap->need);
	out_key_u64(out, "filled", gap->filled);
	out_key_u64(out, "missing", gap->need - gap->filled);
	if (zone != NULL)
		out_key_text(out, "zone", zone);
	out_key_text(out, "name",
	    is_site ? ((const struct site *)place)->name
		    : ((const struct territory *)place)->name);
	reply_end(gaps->conn);
}

static void
print_mark(struct out *out, const struct book *book, const struct gap *gap)
{
	char id[ID_TEXT_LEN];
	struct span name = entity_name(
	    gap->kind, book_entity(book, gap->kind, gap->place), id);

	out_day(out, gap->day);
	out_char(out, ',');
	out_char(out, part_letter(gap->part));
	out_text(out, gap->kind == KIND_SITE ? ",site," : ",sector,");
	out_bytes(out, name.ptr, name.len);
	out_char(out, ',');
	out_text(out, activity_name(gap->class.activity));
	out_char(out, ',');
	out_text(out, gap->class.specialty);
}

/* ----- walking ----- */

static int
compare_spans(struct span a, struct span b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len == 0 ? 0 : memcmp(a.ptr, b.ptr, len);

	if (order != 0 || a.len == b.len)
		return order;
	return a.len < b.len ? -1 : 1;
}

/* Whether the gap stands behind the page before. */
static bool
is_after(const struct gaps *gaps, const struct gap *gap)
{
	const struct gap_mark *mark = &gaps->next;
	char id[ID_TEXT_LEN];
	int order;

	if (gap->day != mark->day)
		return gap->day > mark->day;
	if (mark->whole_day)
		return true;
	if (gap->part != mark->part)
		return gap->part > mark->part;
	if (gap->kind != mark->kind)
		return mark->kind == KIND_SITE;
	order = compare_spans(
	    entity_name(
		gap->kind, book_entity(gaps->book, gap->kind, gap->place), id),
	    mark->place);
	if (order != 0)
		return order > 0;
	if (gap->class.activity != mark->activity)
		return gap->class.activity > mark->activity;
	return compare_spans(span_of(gap->class.specialty), mark->specialty) >
	    0;
}

static bool
gap_matches(const struct gaps *gaps, struct gap_finder *finder,
    const struct gap *gap, const char **zone)
{
	if (gaps->activity != ACTIVITY_COUNT &&
	    gap->class.activity != gaps->activity)
		return false;
	if (gaps->specialty.ptr != NULL &&
	    !span_is(gaps->specialty, gap->class.specialty))
		return false;
	if (gaps->has_next && !is_after(gaps, gap))
		return false;
	*zone = gap_zone(finder, gap);
	return gaps->zone.ptr == NULL ||
	    (*zone != NULL && span_is(gaps->zone, *zone));
}

struct page {
	unsigned count;
	bool more;              /* it is full, and another gap follows */
	const struct gap *last; /* answered in these days */
};

static void
answer_days(const struct gaps *gaps, struct gap_finder *finder,
    struct page *page, int32_t from, unsigned days)
{
	size_t n;
	const struct gap *list = gap_finder_find(finder, from, days, &n);
	const char *zone;

	page->last = NULL;
	for (size_t i = 0; i < n; i++) {
		if (!gap_matches(gaps, finder, &list[i], &zone))
			continue;
		page->more = page->count == gaps->limit;
		if (page->more)
			return;
		answer_gap(gaps, &list[i], zone);
		page->last = &list[i];
		page->count++;
	}
}

/* Gaps day by day until the page is full or has cost enough.  True when these
 * are all; else *next says where to go on. */
static bool
answer_half_days(struct gaps *gaps, struct page *page, struct out *next)
{
	struct gap_finder *finder = gap_finder_new(gaps->book);
	int32_t day = gaps->from;
	size_t sites, work = 0;
	unsigned days = 1;

	gaps_add_places(gaps, finder);
	sites = gap_finder_sites(finder) + 1;
	if (gaps->has_next && gaps->next.day > day)
		day = gaps->next.day;
	while (day <= gaps->to && !page->more && work < WORK_MAX) {
		int32_t left = gaps->to - day + 1;

		if (left < (int32_t)days)
			days = (unsigned)left;
		answer_days(gaps, finder, page, day, days);
		if (page->last != NULL) {
			next->len = 0;
			print_mark(next, gaps->book, page->last);
		}
		work += sites * days;
		day += (int32_t)days;
		/* Where there are few gaps, more at once. */
		days = days * 2 < GAP_DAYS_MAX ? days * 2 : GAP_DAYS_MAX;
	}
	gap_finder_free(finder);
	if (page->more)
		return false;
	next->len = 0;
	out_day(next, day);
	return day > gaps->to;
}

/* Likewise of what physicians owe. */
static bool
answer_owed(const struct gaps *gaps, struct page *page, struct out *next)
{
	struct owed owed = {.conn = gaps->conn,
	    .book = gaps->book,
	    .programme = gaps->programme,
	    .from = gaps->from,
	    .to = gaps->to,
	    .limit = gaps->limit,
	    .count = page->count};
	char text[TOKEN_ROOM / 2];
	struct out place = OUT(text);
	bool all = owed_answer(&owed, gaps->owed_next, &place);

	page->count = owed.count;
	next->len = 0;
	out_text(next, OWED_WORD);
	out_bytes(next, place.ptr, place.len);
	return all;
}

static void
answer_gaps(struct gaps *gaps)
{
	struct page page = {.count = 0};
	char token[TOKEN_ROOM];
	struct out next = OUT(token);
	bool all = true;
	struct out *out;

	if (gaps->half_days)
		all = answer_half_days(gaps, &page, &next);
	if (all && gaps->owed && owed_any(gaps->book))
		all = answer_owed(gaps, &page, &next);
	out = reply_ok(gaps->conn, REPLY_ROOM_LONG);
	out_key_u64(out, "count", page.count);
	if (!all)
		out_key_value(out, "next", (struct span){token, next.len});
	reply_cursor(gaps->conn, out);
	reply_end(gaps->conn);
}

void
read_gaps(struct conn *conn, const struct request *request)
{
	struct gaps gaps;

	if (gaps_read(&gaps, conn, request))
		answer_gaps(&gaps);
}
