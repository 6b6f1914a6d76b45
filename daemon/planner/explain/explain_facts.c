/* SPDX-License-Identifier: ISC */
/* explain_facts: from numbers of the instance to facts of the book. */
#include "daemon/planner/explain/explain_facts.h"

#include "daemon/domain/term.h"
#include "daemon/planner/reduce/reduce_private.h"

#include <string.h>

/* ----- zones ----- */

static enum item
item_of(const char *class)
{
	static const struct {
		const char *class;
		enum item item;
	} classes[] = {{"ZIP", ITEM_ZIP}, {"ZAR", ITEM_ZAR}, {"ZAC", ITEM_ZAC},
	    {"QPV", ITEM_QPV}};

	for (size_t i = 0; class != NULL && i < ARRAY_SIZE(classes); i++)
		if (strcmp(class, classes[i].class) == 0)
			return classes[i].item;
	return ITEM_HZ;
}

static int32_t
value_of(const struct reduction *reduction, enum item item,
    const struct whose *whose)
{
	static const enum term terms[] = {[ITEM_ZIP] = TERM_ZIP,
	    [ITEM_ZAR] = TERM_ZAR,
	    [ITEM_ZAC] = TERM_ZAC,
	    [ITEM_QPV] = TERM_QPV,
	    [ITEM_HZ] = TERM_HZ};

	return reduce_term(reduction, terms[item], whose);
}

enum item
explain_zone(const struct reduction *reduction, int32_t site, int32_t half)
{
	const struct book *book = reduction->book;
	const char *commune = reduction->place[site].commune;
	int32_t day = reduce_day(reduction, half);
	const struct whose whose = {
	    reduction->r.spot[site].site, REF_NONE, day};
	enum item gp = item_of(book_zone(book, commune, "gp", day));
	const char *class = book_zone(book, commune, "qpv", day);
	enum item qpv = class == NULL ? gp : item_of(class);

	return value_of(reduction, qpv, &whose) >
		value_of(reduction, gp, &whose)
	    ? qpv
	    : gp;
}

const char *
explain_rule(const struct reduction *reduction, const struct query *query)
{
	const struct demand *demand =
	    reduce_demand(reduction, query->site, query->half, query->activity);
	const char *why = NULL;

	if (demand != NULL)
		why = reduction_why(reduction,
		    reduction->r.doctor[query->physician].physician,
		    (int32_t)(demand - reduction->r.demand));
	return why != NULL ? why : reason_info(REASON_RULE)->word;
}

/* ----- no way to a site ----- */

static bool
is_authorised(
    const struct reduction *reduction, int32_t physician, int32_t site)
{
	const struct book *book = reduction->book;
	size_t count;
	const int32_t *facts = book_facts(book, KIND_AUTHORISATION,
	    book_physician(book, physician)->entity.id, &count);

	for (size_t i = 0; i < count; i++) {
		const struct authorisation *fact =
		    (const struct authorisation *)book_entity(
			book, KIND_AUTHORISATION, facts[i]);

		if (fact->site == site && strcmp(fact->state, "active") == 0 &&
		    fact->from <= reduction->facts->to &&
		    fact->to >= reduction->facts->from)
			return true;
	}
	return false;
}

static bool
has_skill(const struct reduction *reduction, int32_t physician, int32_t spot)
{
	uint64_t skills = reduction->r.doctor[physician].skills;

	for (int32_t i = reduction->demand_first[spot];
	     i < reduction->demand_first[spot + 1]; i++)
		if ((skills >> reduction->r.demand[i].class & 1) != 0)
			return true;
	return false;
}

enum reason
explain_away(const struct reduction *reduction, int32_t physician, int32_t site)
{
	const struct spot *spot = &reduction->r.spot[site];

	if (!spot->remote &&
	    !is_authorised(reduction, reduction->r.doctor[physician].physician,
		spot->site))
		return REASON_AUTHORISED;
	return has_skill(reduction, physician, site) ? REASON_REACH
						     : REASON_SKILL;
}

/* ----- territories ----- */

int32_t
explain_territory(const struct reduction *reduction, int32_t site)
{
	int32_t territory =
	    book_site(reduction->book, reduction->r.spot[site].site)->territory;

	return territory == REF_NONE ? -1 : territory;
}

const char *
explain_territory_code(const struct reduction *reduction, int32_t territory)
{
	return ((const struct territory *)book_entity(
		    reduction->book, KIND_TERRITORY, territory))
	    ->code;
}
