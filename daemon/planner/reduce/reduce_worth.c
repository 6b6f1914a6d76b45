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

/* What half-days of a site on a day count; terms as in term.def. */
struct prices {
	int32_t site, day; /* that they were looked up for, or NONE */
	int32_t zip, zar, zac, qpv, hz, red, staff, morning;
	uint16_t level[LEVELS];
};

/* Half-days of a need are never worth more than the one before. */
static void
look_up_levels(const struct reduction *reduction, const struct whose *whose,
    uint16_t level[LEVELS])
{
	static const enum term terms[] = {
	    TERM_SECOND, TERM_THIRD, TERM_FURTHER};

	level[0] = MILLE;
	for (unsigned i = 0; i < ARRAY_SIZE(terms); i++) {
		int32_t value = reduce_term(reduction, terms[i], whose);

		level[i + 1] = (uint16_t)(value < level[i] ? value : level[i]);
	}
}

static void
look_up(const struct reduction *reduction, int32_t site, int32_t day,
    struct prices *prices)
{
	const struct whose whose = {site, REF_NONE, day};
	const struct {
		enum term term;
		int32_t *value;
	} terms[] = {{TERM_ZIP, &prices->zip}, {TERM_ZAR, &prices->zar},
	    {TERM_ZAC, &prices->zac}, {TERM_QPV, &prices->qpv},
	    {TERM_HZ, &prices->hz}, {TERM_RED, &prices->red},
	    {TERM_STAFF, &prices->staff}, {TERM_MORNING, &prices->morning}};

	if (prices->site == site && prices->day == day)
		return;
	prices->site = site;
	prices->day = day;
	for (size_t i = 0; i < ARRAY_SIZE(terms); i++)
		*terms[i].value = reduce_term(reduction, terms[i].term, &whose);
	look_up_levels(reduction, &whose, prices->level);
}

static int32_t
price_of(const struct prices *prices, const char *class)
{
	const struct {
		const char *class;
		int32_t price;
	} classes[] = {{"ZIP", prices->zip}, {"ZAR", prices->zar},
	    {"ZAC", prices->zac}, {"QPV", prices->qpv}};

	for (size_t i = 0; class != NULL && i < ARRAY_SIZE(classes); i++)
		if (strcmp(class, classes[i].class) == 0)
			return classes[i].price;
	return prices->hz;
}

static int32_t
zone_value(const struct reduction *reduction, const struct prices *prices,
    const char *commune, int32_t day)
{
	const struct book *book = reduction->book;
	const char *red = book_zone(book, commune, "red", day);
	const char *qpv = book_zone(book, commune, "qpv", day);
	int32_t value = price_of(prices, book_zone(book, commune, "gp", day));

	if (qpv != NULL && price_of(prices, qpv) > value)
		value = price_of(prices, qpv);
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
    const struct demand *demand, int32_t zone)
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

/* Of a spot as a whole, from its first demand.  Who works from elsewhere is not
 * seen. */
static void
value_spot(const struct reduction *reduction, struct spot *spot, int32_t zone)
{
	int64_t presence = reduce_term(reduction, TERM_PRESENCE,
	    &(struct whose){spot->site, REF_NONE, reduction->facts->from});

	spot->value = zone;
	spot->presence = spot->remote ? 0 : (int32_t)(zone * presence / MILLE);
}

void
reduce_worth(struct reduction *reduction)
{
	struct reduced *r = &reduction->r;
	struct prices prices = {.site = NONE};
	int32_t last_spot = NONE, last_day = NONE, zone = 0;

	for (size_t i = 0; i < r->demands; i++) {
		struct demand *demand = &r->demand[i];
		struct spot *spot = &r->spot[demand->spot];
		int32_t day = reduce_day(reduction, demand->half);

		look_up(reduction, spot->site, day, &prices);
		if (demand->spot != last_spot || day != last_day)
			zone = zone_value(reduction, &prices,
			    reduction->place[demand->spot].commune, day);
		if (demand->spot != last_spot)
			value_spot(reduction, spot, zone);
		last_spot = demand->spot;
		last_day = day;
		demand->worth = worth_of(reduction, &prices, demand, zone);
		memcpy(demand->level, prices.level, sizeof(prices.level));
	}
}
