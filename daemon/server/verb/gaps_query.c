/* SPDX-License-Identifier: ISC */
/*
 * gaps_query: see gaps_query.h.
 */
#include "daemon/server/verb/gaps_query.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/server/print.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"
#include "daemon/server/verb/half_day.h"

#include <stdlib.h>
#include <string.h>

enum {
	DAYS_AHEAD = 27,  /* to= beyond from= when it is absent */
	SPECIALTY_MAX = 8 /* bytes */
};

/* ----- the query ----- */

/* Whether every active site of a sector, and there is one, is in the scope. */
static bool
covers_all_sites(const struct gaps *gaps, int32_t sector)
{
	const struct session *session = &gaps->conn->session;
	bool any = false;

	for (int32_t i = 0; i < book_count(gaps->book, KIND_SITE); i++) {
		const struct site *site = book_site(gaps->book, i);

		if (site->sector != sector ||
		    strcmp(site->state, "active") != 0)
			continue;
		if (!session_covers_site(session, gaps->book, i))
			return false;
		any = true;
	}
	return any;
}

/* What fills the need of a sector is told to who may see all of its sites. */
static bool
covers_sector(const struct gaps *gaps, int32_t sector)
{
	return session_covers_territory(&gaps->conn->session, sector) ||
	    covers_all_sites(gaps, sector);
}

static bool
may_ask(const struct gaps *gaps, enum key key, int32_t index)
{
	const struct session *session = &gaps->conn->session;

	if (index == REF_NONE)
		return true; /* to be told that there is no such place */
	if (key == KEY_SITE)
		return session_covers_site(session, gaps->book, index);
	if (key == KEY_TERRITORY)
		return session_covers_territory(session, index);
	return covers_sector(gaps, index);
}

static bool
take_place(struct gaps *gaps, const struct request *request, enum key key,
    int32_t *index)
{
	struct span text = request_text(request, key);
	enum status status = STATUS_OK;

	*index = REF_NONE;
	if (text.ptr == NULL)
		return true;
	*index = book_resolve(
	    gaps->book, key == KEY_SITE ? KIND_SITE : KIND_TERRITORY, text);
	if (!may_ask(gaps, key, *index))
		status = STATUS_SCOPE;
	else if (*index == REF_NONE)
		status = STATUS_NOT_FOUND;
	if (status != STATUS_OK)
		reply_refuse(gaps->conn, status, text, NULL);
	return status == STATUS_OK;
}

/* Needs have no programme: with one, only what physicians owe to it. */
static bool
take_programme(struct gaps *gaps, const struct request *request)
{
	static const enum key narrower[] = {KEY_SITE, KEY_SECTOR, KEY_TERRITORY,
	    KEY_DEPARTEMENT, KEY_ZONE, KEY_ACTIVITY, KEY_SPECIALTY};
	struct span text = request_text(request, KEY_PROGRAMME);
	enum role role = gaps->conn->session.role;
	bool narrow = false;

	for (size_t i = 0; i < ARRAY_SIZE(narrower); i++)
		narrow = narrow || request_value(request, narrower[i]) != NULL;
	gaps->programme = REF_NONE;
	gaps->half_days = text.ptr == NULL;
	gaps->owed = !narrow && role != ROLE_DESK;
	if (text.ptr == NULL)
		return true;
	if (narrow)
		return reply_refuse_key(gaps->conn, STATUS_VALUE, KEY_PROGRAMME,
		    "programme= without a place or a kind of care");
	gaps->programme = book_resolve(gaps->book, KIND_PROGRAMME, text);
	if (gaps->programme != REF_NONE)
		return true;
	reply_refuse(gaps->conn, STATUS_NOT_FOUND, text, NULL);
	return false;
}

static bool
take_words(struct gaps *gaps, const struct request *request)
{
	static const char *const classes[] = {"ZIP", "ZAC", "ZAR", "HZ"};
	struct span activity = request_text(request, KEY_ACTIVITY);
	bool zone = false;

	gaps->departement = request_text(request, KEY_DEPARTEMENT);
	gaps->zone = request_text(request, KEY_ZONE);
	gaps->specialty = request_text(request, KEY_SPECIALTY);
	gaps->activity = ACTIVITY_COUNT;
	if (activity.ptr != NULL && !activity_find(activity, &gaps->activity))
		return reply_refuse_key(
		    gaps->conn, STATUS_VALUE, KEY_ACTIVITY, ACTIVITY_WORDS);
	if (gaps->departement.ptr != NULL &&
	    !departement_has_form(gaps->departement))
		return reply_refuse_key(gaps->conn, STATUS_VALUE,
		    KEY_DEPARTEMENT, "the number of a departement, 16");
	if (gaps->specialty.len > SPECIALTY_MAX)
		return reply_refuse_key(gaps->conn, STATUS_VALUE, KEY_SPECIALTY,
		    "a code of at most 8 bytes");
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		zone = zone || span_is(gaps->zone, classes[i]);
	if (gaps->zone.ptr != NULL && !zone)
		return reply_refuse_key(gaps->conn, STATUS_VALUE, KEY_ZONE,
		    "one of ZIP ZAC ZAR HZ");
	return true;
}

/* The day that it is where the question is about. */
static int32_t
today(const struct gaps *gaps)
{
	const struct tz *tz = gaps->site == REF_NONE
	    ? print_tz()
	    : book_site(gaps->book, gaps->site)->tz;

	return tz_day(tz, clock_real_s());
}

static bool
take_days(struct gaps *gaps, const struct request *request)
{
	const struct value *day = request_value(request, KEY_DAY);
	const struct value *from = request_value(request, KEY_FROM);
	const struct value *to = request_value(request, KEY_TO);

	if (day != NULL && (from != NULL || to != NULL))
		return reply_refuse_key(gaps->conn, STATUS_VALUE, KEY_DAY,
		    "day= alone, or from= and to=");
	if (day != NULL)
		from = to = day;
	gaps->from = from == NULL ? today(gaps) : (int32_t)from->number;
	gaps->to = to == NULL ? gaps->from + DAYS_AHEAD : (int32_t)to->number;
	return half_day_range(gaps->conn, book_from(gaps->book), gaps->from,
	    gaps->to, PROTO_DAYS_MAX);
}

/* next= is "day" or "day,part,kind,place,activity,specialty" of the last line
 * of the page before. */
static bool
read_mark(struct gap_mark *mark, struct span text)
{
	struct span day, part, kind, activity;

	if (!span_cut(&text, ',', &day) || !span_to_day(day, &mark->day))
		return false;
	mark->whole_day = text.len == 0;
	if (mark->whole_day)
		return true;
	if (!span_cut(&text, ',', &part) || !part_find(part, &mark->part) ||
	    !span_cut(&text, ',', &kind) ||
	    !span_cut(&text, ',', &mark->place) ||
	    !span_cut(&text, ',', &activity) ||
	    !activity_find(activity, &mark->activity))
		return false;
	mark->kind = span_is(kind, "site") ? KIND_SITE : KIND_TERRITORY;
	mark->specialty = text;
	return true;
}

static bool
take_next(struct gaps *gaps, const struct request *request)
{
	struct span next = request_text(request, KEY_NEXT);

	size_t word = sizeof(OWED_WORD) - 1;

	if (next.ptr == NULL)
		return true;
	if (gaps->owed && next.len >= word &&
	    memcmp(next.ptr, OWED_WORD, word) == 0) {
		gaps->half_days = false;
		gaps->owed_next =
		    (struct span){next.ptr + word, next.len - word};
		return true;
	}
	gaps->has_next = gaps->half_days && read_mark(&gaps->next, next);
	if (gaps->has_next)
		return true;
	return reply_refuse_next(gaps->conn);
}

bool
gaps_read(struct gaps *gaps, struct conn *conn, const struct request *request)
{
	*gaps = (struct gaps){
	    .conn = conn, .book = store_book(conn->server->store)};
	gaps->limit =
	    (unsigned)request_number(request, KEY_LIMIT, PROTO_PAGE_DEFAULT);
	return take_place(gaps, request, KEY_SITE, &gaps->site) &&
	    take_place(gaps, request, KEY_SECTOR, &gaps->sector) &&
	    take_place(gaps, request, KEY_TERRITORY, &gaps->territory) &&
	    take_programme(gaps, request) && take_words(gaps, request) &&
	    take_days(gaps, request) && take_next(gaps, request);
}

/* ----- where ----- */

static bool
site_matches(const struct gaps *gaps, const struct site *site)
{
	if (gaps->sector != REF_NONE && site->sector != gaps->sector)
		return false;
	if (gaps->territory != REF_NONE && site->territory != gaps->territory)
		return false;
	return gaps->departement.ptr == NULL ||
	    span_is(gaps->departement, site->departement);
}

/* Whether the sector is one of the places asked for; near: one of its sites
 * is. */
static bool
sector_matches(const struct gaps *gaps, int32_t sector, bool near)
{
	if (gaps->sector != REF_NONE && gaps->sector != sector)
		return false;
	if (gaps->departement.ptr != NULL && !near)
		return false;
	return gaps->territory == REF_NONE || gaps->territory == sector || near;
}

static void
add_sectors(const struct gaps *gaps, struct gap_finder *finder)
{
	const struct book *book = gaps->book;
	const int32_t *sorted = book_sorted(book, KIND_TERRITORY);
	int32_t n = book_count(book, KIND_TERRITORY);
	bool *near = xcalloc((size_t)n, sizeof(near[0]));

	for (int32_t i = 0; i < book_count(book, KIND_SITE); i++) {
		const struct site *site = book_site(book, i);

		if (site->sector != REF_NONE && site_matches(gaps, site))
			near[site->sector] = true;
	}
	for (int32_t i = 0; i < n; i++) {
		size_t needs;

		(void)book_facts(book, KIND_NEED,
		    book_entity(book, KIND_TERRITORY, sorted[i])->id, &needs);
		if (needs > 0 &&
		    sector_matches(gaps, sorted[i], near[sorted[i]]) &&
		    covers_sector(gaps, sorted[i]))
			gap_finder_sector(finder, sorted[i]);
	}
	free(near);
}

void
gaps_add_places(const struct gaps *gaps, struct gap_finder *finder)
{
	const struct session *session = &gaps->conn->session;
	const struct book *book = gaps->book;
	const int32_t *sorted;

	if (gaps->site != REF_NONE) {
		if (site_matches(gaps, book_site(book, gaps->site)))
			gap_finder_site(finder, gaps->site);
		return;
	}
	sorted = book_sorted(book, KIND_SITE);
	for (int32_t i = 0; i < book_count(book, KIND_SITE); i++)
		if (site_matches(gaps, book_site(book, sorted[i])) &&
		    session_covers_site(session, book, sorted[i]))
			gap_finder_site(finder, sorted[i]);
	add_sectors(gaps, finder);
}
