/* SPDX-License-Identifier: ISC */
/*
 * reduce_worth: what a demand is worth: the zone where and when it is, the kind
 * of work, local staff, mornings.
 *
 * A place in several zones counts by the highest; a red zone comes on top.
 */
#include "daemon/planner/reduce/reduce_private.h"

#include <string.h>

enum { MILLE = 1000, WORTH_MAX = 1000000 };

/* What a territory's half-days count; terms as in term.def. */
struct prices {
	int32_t site; /* that they were looked up for, or NONE */
	uint32_t zip, zar, zac, qpv, hz, red, staff, morning, presence;
};

static void
look_up(const struct reduction *reduction, int32_t site, struct prices *prices)
{
	if (prices->site == site)
		return;
	prices->site = site;
	prices->zip = reduce_term(reduction, TERM_ZIP, site);
	prices->zar = reduce_term(reduction, TERM_ZAR, site);
	prices->zac = reduce_term(reduction, TERM_ZAC, site);
	prices->qpv = reduce_term(reduction, TERM_QPV, site);
	prices->hz = reduce_term(reduction, TERM_HZ, site);
	prices->red = reduce_term(reduction, TERM_RED, site);
	prices->staff = reduce_term(reduction, TERM_STAFF, site);
	prices->morning = reduce_term(reduction, TERM_MORNING, site);
	prices->presence = reduce_term(reduction, TERM_PRESENCE, site);
}

static uint32_t
price_of(const struct prices *prices, const char *class)
{
	const struct {
		const char *class;
		uint32_t price;
	} classes[] = {{"ZIP", prices->zip}, {"ZAR", prices->zar},
	    {"ZAC", prices->zac}, {"QPV", prices->qpv}};

	for (size_t i = 0; class != NULL && i < ARRAY_SIZE(classes); i++)
		if (strcmp(class, classes[i].class) == 0)
			return classes[i].price;
	return prices->hz;
}

static uint32_t
zone_value(const struct reduction *reduction, const struct prices *prices,
    const char *commune, int32_t day)
{
	const struct book *book = reduction->book;
	const char *red = book_zone(book, commune, "red", day);
	uint32_t gp = price_of(prices, book_zone(book, commune, "gp", day));
	uint32_t qpv = price_of(prices, book_zone(book, commune, "qpv", day));
	uint32_t value = gp > qpv ? gp : qpv;

	return red != NULL ? value + prices->red : value;
}

static bool
has_staff(const struct reduction *reduction, int32_t site, int32_t day,
    enum part part)
{
	const struct book *book = reduction->book;
	size_t count;
	const int32_t *facts = book_facts(
	    book, KIND_PRESENCE, book_site(book, site)->entity.id, &count);

	for (size_t i = 0; i < count; i++) {
		const struct presence *fact =
		    (const struct presence *)book_entity(
			book, KIND_PRESENCE, facts[i]);

		if (fact->from > day)
			break;
		if (fact->to >= day && strcmp(fact->state, "active") == 0 &&
		    pattern_has(&fact->pattern, fact->from, day, part))
			return true;
	}
	return false;
}

static int32_t
worth_of(const struct reduction *reduction, const struct prices *prices,
    const struct demand *demand, uint32_t zone)
{
	const struct reduced *r = &reduction->r;
	const struct class_of_work *class = &r->class[demand->class];
	enum part part = reduce_part(demand->half);
	int64_t worth = (int64_t)zone * class->factor;

	if (has_staff(reduction, r->spot[demand->spot].site,
		reduce_day(reduction, demand->half), part))
		worth += (int64_t)prices->staff * MILLE;
	if (class->unscheduled && part == PART_M)
		worth += (int64_t)prices->morning * MILLE;
	return (int32_t)(worth < (int64_t)WORTH_MAX * MILLE
		? worth
		: (int64_t)WORTH_MAX * MILLE);
}

/* Somebody may be there in person, by day. */
static bool
is_seen(const struct reduction *reduction, const struct demand *demand)
{
	enum part part = reduce_part(demand->half);

	return !reduction->r.spot[demand->spot].remote &&
	    (part == PART_M || part == PART_A);
}

void
reduce_worth(struct reduction *reduction)
{
	struct reduced *r = &reduction->r;
	struct prices prices = {.site = NONE};
	int32_t last_spot = NONE, last_day = NONE;
	uint32_t zone = 0;

	for (size_t i = 0; i < r->demands; i++) {
		struct demand *demand = &r->demand[i];
		struct spot *spot = &r->spot[demand->spot];
		int32_t day = reduce_day(reduction, demand->half);

		look_up(reduction, spot->site, &prices);
		if (demand->spot != last_spot || day != last_day)
			zone = zone_value(reduction, &prices,
			    reduction->place[demand->spot].commune, day);
		if (demand->spot != last_spot)
			spot->value = (int32_t)zone;
		last_spot = demand->spot;
		last_day = day;
		demand->worth = worth_of(reduction, &prices, demand, zone);
		if (is_seen(reduction, demand))
			spot->presence = (int32_t)((uint64_t)spot->value *
			    prices.presence / MILLE);
	}
}
