/* SPDX-License-Identifier: ISC */
/*
 * reduce_weight: what the terms count in the plan, for people; see reduce.h.
 *
 * Told is what is asked for in reduce_term(): of a term of a half-day what each
 * territory and each programme says on the days of the plan, of others what is
 * so on the first day.
 */
#include "daemon/planner/reduce/reduce_private.h"

#include "daemon/base/mem.h"
#include "proto/out.h"

#include <stdlib.h>

/* By whom a term counts, beside all: territories of sites, programmes of
 * physicians; and whether by the day. */
enum { BY_SITE = 1, BY_PROGRAMME = 2, BY_DAY = 4 };

static unsigned
ways_of(enum term term)
{
	static const unsigned ways[TERM_COUNT] = {
	    [TERM_ZIP] = BY_SITE | BY_DAY,
	    [TERM_ZAR] = BY_SITE | BY_DAY,
	    [TERM_ZAC] = BY_SITE | BY_DAY,
	    [TERM_QPV] = BY_SITE | BY_DAY,
	    [TERM_HZ] = BY_SITE | BY_DAY,
	    [TERM_RED] = BY_SITE | BY_DAY,
	    [TERM_SECOND] = BY_SITE | BY_DAY,
	    [TERM_THIRD] = BY_SITE | BY_DAY,
	    [TERM_FURTHER] = BY_SITE | BY_DAY,
	    [TERM_STAFF] = BY_SITE | BY_DAY,
	    [TERM_MORNING] = BY_SITE | BY_DAY,
	    [TERM_FIVE_DAYS] = BY_SITE | BY_DAY,
	    [TERM_PRESENCE] = BY_SITE,
	    [TERM_TURN] = BY_SITE | BY_PROGRAMME,
	    [TERM_CONTINUITY] = BY_SITE | BY_PROGRAMME | BY_DAY,
	    [TERM_WISH] = BY_SITE | BY_PROGRAMME | BY_DAY,
	    [TERM_DISLIKE] = BY_SITE | BY_PROGRAMME | BY_DAY,
	    [TERM_KEEP] = BY_SITE | BY_PROGRAMME | BY_DAY,
	    [TERM_ADD] = BY_SITE | BY_PROGRAMME | BY_DAY,
	    [TERM_DUTY] = BY_SITE | BY_PROGRAMME | BY_DAY,
	    [TERM_TRAVEL] = BY_PROGRAMME,
	    [TERM_FAIR] = BY_PROGRAMME,
	    [TERM_SITES] = BY_PROGRAMME,
	    [TERM_OWED] = BY_PROGRAMME,
	};

	return ways[term];
}

/* A term for an owner: a territory, a programme, or all of the plan. */
struct told {
	enum term term;
	int32_t territory, programme;
};

struct telling {
	const struct reduction *reduction;
	FILE *file;
	bool *found;  /* by territory: it has a demand */
	bool *worked; /* by programme of the reduction: somebody works for it */
	/* Of all sites with one, or REF_NONE. */
	int32_t territory;
};

/* Days on which a term counts the same. */
struct stretch {
	int32_t from, to;
	uint32_t value;
};

static void
write_weight(const struct telling *telling, const struct told *told,
    const struct stretch *stretch)
{
	const struct book *book = telling->reduction->book;
	const struct facts *facts = telling->reduction->facts;
	char text[256];
	struct out out = OUT(text);

	out_literal(&out, "weight");
	out_key_text(&out, "term", term_info(told->term)->id);
	out_key_text(&out, "key", term_info(told->term)->key);
	out_key_u64(&out, "value", stretch->value);
	if (told->territory != REF_NONE)
		out_key_text(&out, "territory",
		    ((const struct territory *)book_entity(
			 book, KIND_TERRITORY, told->territory))
			->code);
	if (told->programme != REF_NONE)
		out_key_text(&out, "programme",
		    ((const struct programme *)book_entity(
			 book, KIND_PROGRAMME, told->programme))
			->code);
	if (stretch->from > facts->from)
		out_key_day(&out, "from", stretch->from);
	if (stretch->to < facts->to)
		out_key_day(&out, "to", stretch->to);
	fprintf(telling->file, "%.*s\n", (int)out.len, text);
}

/* Whether the owner has a value of its own on the day; all have one. */
static bool
value_at(const struct telling *telling, const struct told *told, int32_t day,
    uint32_t *value)
{
	const struct reduction *reduction = telling->reduction;
	int32_t all = (ways_of(told->term) & BY_SITE) != 0
	    ? telling->territory
	    : reduction->territory;
	bool is_all =
	    told->territory == REF_NONE && told->programme == REF_NONE;

	if (is_all)
		*value = terms_value(reduction->terms, told->term, all,
		    reduction->programme, day);
	else if (told->programme == REF_NONE &&
	    reduction->programme != REF_NONE &&
	    terms_own(reduction->terms, told->term, REF_NONE,
		reduction->programme, day, value))
		return false; /* it goes before */
	return is_all ||
	    terms_own(reduction->terms, told->term, told->territory,
		told->programme, day, value);
}

static void
tell(const struct telling *telling, const struct told *told)
{
	const struct facts *facts = telling->reduction->facts;
	bool by_day = (ways_of(told->term) & BY_DAY) != 0;
	struct stretch now = {facts->from, facts->to, 0};
	bool is_put = value_at(telling, told, now.from, &now.value);

	for (int32_t day = now.from + 1; by_day && day <= facts->to; day++) {
		uint32_t value = now.value;
		bool is = value_at(telling, told, day, &value);

		if (is == is_put && (!is || value == now.value))
			continue;
		now.to = day - 1;
		if (is_put)
			write_weight(telling, told, &now);
		now = (struct stretch){day, facts->to, value};
		is_put = is;
	}
	if (is_put)
		write_weight(telling, told, &now);
}

/* Whether sites are of several territories, or of none and of one. */
static void
find_territories(struct telling *telling)
{
	const struct reduction *reduction = telling->reduction;
	const struct book *book = reduction->book;

	telling->found =
	    xcalloc((size_t)book_count(book, KIND_TERRITORY) + 1, sizeof(bool));
	for (size_t i = 0; i < reduction->r.spots; i++) {
		int32_t territory =
		    book_site(book, reduction->r.spot[i].site)->territory;

		if (territory != REF_NONE)
			telling->found[territory] = true;
		if (i == 0)
			telling->territory = territory;
		else if (territory != telling->territory)
			telling->territory = REF_NONE;
	}
}

static void
find_programmes(struct telling *telling)
{
	const struct reduced *r = &telling->reduction->r;

	telling->worked = xcalloc(r->programmes + 1, sizeof(bool));
	for (size_t i = 0; i < r->doctors; i++)
		if (r->doctor[i].programme != NONE)
			telling->worked[r->doctor[i].programme] = true;
}

static void
tell_term(const struct telling *telling, enum term term)
{
	const struct reduction *reduction = telling->reduction;
	const struct reduced *r = &reduction->r;
	int32_t territories = book_count(reduction->book, KIND_TERRITORY);
	bool by_site = (ways_of(term) & BY_SITE) != 0;
	bool by_programme = (ways_of(term) & BY_PROGRAMME) != 0;

	tell(telling, &(struct told){term, REF_NONE, REF_NONE});
	for (int32_t i = 0; by_site && i < territories; i++)
		if (telling->found[i] && i != telling->territory)
			tell(telling, &(struct told){term, i, REF_NONE});
	for (size_t i = 0; by_programme && i < r->programmes; i++)
		if (telling->worked[i] &&
		    r->programme[i] != reduction->programme)
			tell(telling,
			    &(struct told){term, REF_NONE, r->programme[i]});
}

void
reduction_weights(const struct reduction *reduction, FILE *file)
{
	struct telling telling = {
	    .reduction = reduction, .file = file, .territory = REF_NONE};

	find_territories(&telling);
	find_programmes(&telling);
	for (unsigned term = 0; term < TERM_COUNT; term++)
		tell_term(&telling, (enum term)term);
	free(telling.found);
	free(telling.worked);
}
