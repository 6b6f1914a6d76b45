/* SPDX-License-Identifier: ISC */
/*
 * open: whether, when and where a site works in one half-day.
 *
 * The opening of a part of a day is the first of these that says something:
 *
 *	an exceptional opening of the day that names the part: its hours, on
 *	    whatever day and whatever is closed; of several, the one that
 *	    begins last.  Parts that it does not name are as without it
 *	the weekly hours have nothing for the part on that weekday: closed
 *	a closure of the day and part: closed
 *	a public holiday, national or of the site's area: closed, unless the
 *	    site's policy is holidays=open.  School holidays close nothing
 *	the weekly hours
 *
 * So a half-day that does not open has exactly one reason, and is lost once
 * however many closures and holidays meet on it.  A mobile site opens, beyond
 * that, only where it stands: in the half-days of its stops.
 *
 * Retired facts say nothing.  Whether the site itself is retired is not looked
 * at here: it may be asked about with its past.
 *
 * Guards: an assignment reads the guard of its site, which closures, openings,
 * stops and the site's own hours raise.  Holidays have no guard that verdicts
 * read.  None is needed: a new holiday, like new weekly hours, promises nothing
 * about what is planned already, so a half-day judged while the holiday is on
 * its way stands as one that was planned just before it.  A closure does
 * promise something, see plan_closure.c.
 */
#ifndef DOMAIN_OPEN_H
#define DOMAIN_OPEN_H

#include "daemon/domain/book.h"

enum open_reason {
	OPEN_WEEKLY,       /* open: the hours of the week */
	OPEN_EXCEPTION,    /* open: an exceptional opening */
	CLOSED_WEEKLY,     /* does not open in that part on that weekday */
	CLOSED_BY_CLOSURE, /* a closure */
	CLOSED_BY_HOLIDAY, /* a public holiday */
	CLOSED_NO_STOP     /* a mobile site that stands nowhere then */
};

/* "weekly", "exception"; "hours", "closure", "holiday", "stop". */
const char *open_reason_name(enum open_reason reason);

struct open_why {
	enum open_reason reason;
	/* Index of the fact in the book: an opening, closure or holiday; else
	 * REF_NONE. */
	int32_t fact;
};

/*
 * True, with its opening in minutes of the service date (see tz_instant()), or
 * false, with in *opening what the half-day would have: the weekly hours, or
 * 0, 0.  *why says by what; NULL: not wanted.  Some 200 ns; for many days of
 * one site take a site_view.
 */
bool site_open(const struct book *book, int32_t site, int32_t day,
    enum part part, struct opening *opening, struct open_why *why);

/* Where a half-day takes place.  Texts are borrowed from the book, until its
 * next change. */
struct place {
	const struct site *site;
	const struct stop *stop; /* of a mobile site; NULL: at the site's own */
	const char *commune;     /* INSEE code, or "" */
	const char *address;     /* or "" */
	int32_t lat, lon;        /* 1e-5 degrees; both 0: unknown */
	/* They are the centre of the commune: `precision` of struct site, which
	 * holds for its stops too. */
	bool of_commune;
};

/*
 * The stop of a mobile site in that half-day, else the site's own place.  A
 * stop without coordinates has none: those of the site are of elsewhere.
 */
void site_place(const struct book *book, int32_t site, int32_t day,
    enum part part, struct place *place);

/* Class of the commune where the half-day takes place, of a kind of zoning
 * ("gp"); NULL when unknown. */
const char *site_zone(const struct book *book, int32_t site, int32_t day,
    enum part part, const char *kind);

/*
 * The communes of a site on a day, in the order of the parts: where a mobile
 * site stops, each once; else its own.  Their number, at most PART_COUNT; none
 * when it has no commune.  Borrowed from the book and from the site, which may
 * be another state of one of the book's.
 */
size_t site_communes(const struct book *book, const struct site *site,
    int32_t day, const char *communes[PART_COUNT]);

/* The public holiday of a site on a day, whatever its policy: index, or
 * REF_NONE. */
int32_t site_holiday(const struct book *book, int32_t site, int32_t day);

/* Whether all its work is done from elsewhere: no room, no travel. */
static inline bool
site_is_remote(const struct site *site)
{
	return span_is(span_of(site->kind), "remote");
}

static inline bool
site_is_mobile(const struct site *site)
{
	return span_is(span_of(site->kind), "mobile");
}

/* Whether a physician of the activity is on the spot: takes a room and travels
 * there. */
static inline bool
site_is_attended(const struct site *site, enum activity activity)
{
	return !site_is_remote(site) && !activity_is_remote(activity);
}

/* Of one kind, as book_facts() lends them. */
struct site_facts {
	const int32_t *at; /* in the order of their first day */
	size_t count;
};

/*
 * The facts of one site, looked up once for many half-days: some 30 ns each.
 * Good until the next change of the book.  Members are open.c's, but `site` may
 * be replaced by another state of the same site, and `without` be set.
 */
struct site_view {
	const struct book *book;
	const struct site *site;
	struct site_facts closures, openings, stops, holidays;
	int32_t without; /* a closure that is overlooked, or REF_NONE */
};

void site_view_init(
    struct site_view *view, const struct book *book, int32_t site);
/* Of a site that the book does not have yet: it has no facts. */
void site_view_new(
    struct site_view *view, const struct book *book, const struct site *site);
/* As site_open(), site_place(), site_zone(), site_holiday(). */
bool site_view_open(const struct site_view *view, int32_t day, enum part part,
    struct opening *opening, struct open_why *why);
void site_view_place(const struct site_view *view, int32_t day, enum part part,
    struct place *place);
const char *site_view_zone(const struct site_view *view, int32_t day,
    enum part part, const char *kind);
int32_t site_view_holiday(const struct site_view *view, int32_t day);

/* A holiday lasts no longer, so that a day's are found among the few that
 * begin shortly before it. */
enum { HOLIDAY_DAYS_MAX = 100 };

/* Whether two stops are active and share a day from first to last. */
bool stops_overlap(const struct stop *a, const struct stop *b);
/*
 * The first half-day that two active stops of one site share, within ten years
 * of the later one's first day: a vehicle stands in one place.  False when
 * there is none.
 */
bool stops_meet(
    const struct stop *a, const struct stop *b, int32_t *day, enum part *part);

#endif
