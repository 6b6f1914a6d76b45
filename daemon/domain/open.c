/* SPDX-License-Identifier: ISC */
/*
 * open: whether, when and where a site works in one half-day; see open.h.
 */
#include "daemon/domain/open.h"

#include "daemon/base/compiler.h"

#include <string.h>

/* How far ahead two stops are compared: their patterns may meet again only
 * after as many weeks as the product of their rhythms. */
enum { MEET_DAYS = 3653 };

static const char *const reason_names[] = {
    [OPEN_WEEKLY] = "weekly",
    [OPEN_EXCEPTION] = "exception",
    [CLOSED_WEEKLY] = "hours",
    [CLOSED_BY_CLOSURE] = "closure",
    [CLOSED_BY_HOLIDAY] = "holiday",
    [CLOSED_NO_STOP] = "stop",
};

const char *
open_reason_name(enum open_reason reason)
{
	return reason_names[reason];
}

static bool
is_active(const char *state)
{
	return strcmp(state, "active") == 0;
}

static struct site_facts
facts_of(const struct book *book, enum kind kind, struct id owner)
{
	struct site_facts facts = {NULL, 0};

	if (book_count(book, kind) > 0)
		facts.at = book_facts(book, kind, owner, &facts.count);
	return facts;
}

static const void *
fact_at(const struct site_view *view, enum kind kind,
    const struct site_facts *facts, size_t i)
{
	return book_entity(view->book, kind, facts->at[i]);
}

void
site_view_new(
    struct site_view *view, const struct book *book, const struct site *site)
{
	*view =
	    (struct site_view){.book = book, .site = site, .without = REF_NONE};
	view->holidays = facts_of(book, KIND_HOLIDAY, ID_NIL);
}

void
site_view_init(struct site_view *view, const struct book *book, int32_t site)
{
	site_view_new(view, book, book_site(book, site));
	view->closures = facts_of(book, KIND_CLOSURE, view->site->entity.id);
	view->openings = facts_of(book, KIND_OPENING, view->site->entity.id);
	if (site_is_mobile(view->site))
		view->stops = facts_of(book, KIND_STOP, view->site->entity.id);
}

/* The exceptional opening that holds for the part; index or REF_NONE. */
static int32_t
exception(const struct site_view *view, int32_t day, enum part part,
    struct opening *opening)
{
	const struct site_facts *facts = &view->openings;

	for (size_t i = facts->count; i-- > 0;) {
		const struct opening_day *fact =
		    fact_at(view, KIND_OPENING, facts, i);
		struct opening at = fact->hours.at[day_weekday(day)][part];

		if (fact->from <= day && day <= fact->to && at.to != 0 &&
		    is_active(fact->state)) {
			*opening = at;
			return facts->at[i];
		}
	}
	return REF_NONE;
}

static int32_t
closure(const struct site_view *view, int32_t day, enum part part)
{
	const struct site_facts *facts = &view->closures;

	for (size_t i = 0; i < facts->count; i++) {
		const struct closure *fact =
		    fact_at(view, KIND_CLOSURE, facts, i);

		if (fact->from > day)
			break;
		if (day <= fact->to && parts_have(fact->parts, part) &&
		    is_active(fact->state) && facts->at[i] != view->without)
			return facts->at[i];
	}
	return REF_NONE;
}

static const struct stop *
stop(const struct site_view *view, int32_t day, enum part part)
{
	const struct site_facts *facts = &view->stops;

	for (size_t i = 0; i < facts->count; i++) {
		const struct stop *fact = fact_at(view, KIND_STOP, facts, i);

		if (fact->from > day)
			break;
		if (day <= fact->to && is_active(fact->state) &&
		    pattern_has(&fact->pattern, fact->from, day, part))
			return fact;
	}
	return NULL;
}

static bool
is_holiday_of(const struct holiday *holiday, const struct site *site)
{
	if (strcmp(holiday->kind, "public") != 0 || !is_active(holiday->state))
		return false;
	return strcmp(holiday->area, "national") == 0 ||
	    (site->area[0] != '\0' && strcmp(holiday->area, site->area) == 0);
}

int32_t
site_view_holiday(const struct site_view *view, int32_t day)
{
	const struct site_facts *facts = &view->holidays;
	size_t low = 0, high = facts->count;

	/* The first that begins after the day. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct holiday *holiday =
		    fact_at(view, KIND_HOLIDAY, facts, middle);

		if (holiday->from <= day)
			low = middle + 1;
		else
			high = middle;
	}
	while (low-- > 0) {
		const struct holiday *holiday =
		    fact_at(view, KIND_HOLIDAY, facts, low);

		if (holiday->from + HOLIDAY_DAYS_MAX <= day)
			break;
		if (day <= holiday->to && is_holiday_of(holiday, view->site))
			return facts->at[low];
	}
	return REF_NONE;
}

static bool
because(struct open_why *why, enum open_reason reason, int32_t fact)
{
	if (why != NULL)
		*why = (struct open_why){reason, fact};
	return reason == OPEN_WEEKLY || reason == OPEN_EXCEPTION;
}

bool
site_view_open(const struct site_view *view, int32_t day, enum part part,
    struct opening *opening, struct open_why *why)
{
	bool works_on = strcmp(view->site->holidays, "open") == 0;
	int32_t fact;

	*opening = view->site->hours.at[day_weekday(day)][part];
	fact = exception(view, day, part, opening);
	if (fact == REF_NONE && opening->to == 0)
		return because(why, CLOSED_WEEKLY, REF_NONE);
	if (site_is_mobile(view->site) && stop(view, day, part) == NULL)
		return because(why, CLOSED_NO_STOP, REF_NONE);
	if (fact != REF_NONE)
		return because(why, OPEN_EXCEPTION, fact);
	fact = closure(view, day, part);
	if (fact != REF_NONE)
		return because(why, CLOSED_BY_CLOSURE, fact);
	fact = works_on ? REF_NONE : site_view_holiday(view, day);
	if (fact != REF_NONE)
		return because(why, CLOSED_BY_HOLIDAY, fact);
	return because(why, OPEN_WEEKLY, REF_NONE);
}

void
site_view_place(const struct site_view *view, int32_t day, enum part part,
    struct place *place)
{
	const struct site *site = view->site;
	const struct stop *at = stop(view, day, part);

	*place = (struct place){.site = site, .stop = at};
	place->of_commune = strcmp(site->precision, "commune") == 0;
	if (at != NULL) {
		place->commune = at->commune;
		place->address = at->address;
		place->lat = at->lat;
		place->lon = at->lon;
		return;
	}
	place->commune = site->commune;
	place->address = site->address;
	place->lat = site->lat;
	place->lon = site->lon;
}

const char *
site_view_zone(
    const struct site_view *view, int32_t day, enum part part, const char *kind)
{
	struct place place;

	site_view_place(view, day, part, &place);
	return book_zone(view->book, place.commune, kind, day);
}

bool
site_open(const struct book *book, int32_t site, int32_t day, enum part part,
    struct opening *opening, struct open_why *why)
{
	struct site_view view;

	site_view_init(&view, book, site);
	return site_view_open(&view, day, part, opening, why);
}

void
site_place(const struct book *book, int32_t site, int32_t day, enum part part,
    struct place *place)
{
	struct site_view view;

	site_view_init(&view, book, site);
	site_view_place(&view, day, part, place);
}

const char *
site_zone(const struct book *book, int32_t site, int32_t day, enum part part,
    const char *kind)
{
	struct site_view view;

	site_view_init(&view, book, site);
	return site_view_zone(&view, day, part, kind);
}

static bool
is_among(const char *commune, const char *const communes[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(communes[i], commune) == 0)
			return true;
	return false;
}

size_t
site_communes(const struct book *book, const struct site *site, int32_t day,
    const char *communes[PART_COUNT])
{
	struct site_view view = {.book = book, .site = site};
	size_t count = 0;

	if (site_is_mobile(site))
		view.stops = facts_of(book, KIND_STOP, site->entity.id);
	for (unsigned part = 0; part < PART_COUNT; part++) {
		const struct stop *at = stop(&view, day, (enum part)part);

		if (at != NULL && !is_among(at->commune, communes, count))
			communes[count++] = at->commune;
	}
	if (count == 0 && site->commune[0] != '\0')
		communes[count++] = site->commune;
	return count;
}

int32_t
site_holiday(const struct book *book, int32_t site, int32_t day)
{
	struct site_view view;

	site_view_new(&view, book, book_site(book, site));
	return site_view_holiday(&view, day);
}

/* ----- a vehicle stands in one place ----- */

/* The weekdays on which two items may meet, as bits: quicker than days. */
static unsigned
common_weekdays(const struct pattern *a, const struct pattern *b)
{
	unsigned weekdays = 0;

	for (size_t i = 0; i < PATTERN_ITEMS_MAX; i++)
		for (size_t j = 0; j < PATTERN_ITEMS_MAX; j++)
			if ((a->item[i].parts & b->item[j].parts) != 0)
				weekdays |=
				    a->item[i].weekdays & b->item[j].weekdays;
	return weekdays;
}

bool
stops_overlap(const struct stop *a, const struct stop *b)
{
	return is_active(a->state) && is_active(b->state) && a->from <= b->to &&
	    b->from <= a->to;
}

bool
stops_meet(
    const struct stop *a, const struct stop *b, int32_t *day, enum part *part)
{
	int32_t first = a->from > b->from ? a->from : b->from;
	int32_t last = a->to < b->to ? a->to : b->to;
	unsigned weekdays = common_weekdays(&a->pattern, &b->pattern);

	if (!stops_overlap(a, b) || weekdays == 0)
		return false;
	if (last > first + MEET_DAYS)
		last = first + MEET_DAYS;
	for (*day = first; *day <= last; ++*day) {
		unsigned common;

		if ((weekdays & 1u << day_weekday(*day)) == 0)
			continue;
		common = pattern_parts(&a->pattern, a->from, *day) &
		    pattern_parts(&b->pattern, b->from, *day);
		for (unsigned i = 0; i < PART_COUNT; i++) {
			if ((common & 1u << i) != 0) {
				*part = (enum part)i;
				return true;
			}
		}
	}
	return false;
}
