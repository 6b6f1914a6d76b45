/* SPDX-License-Identifier: ISC */
/* term: the table, and what weights make of it. */
#include "daemon/domain/term.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

#define TERM(SYMBOL, id, key, value, unit, en, fr)                             \
	[TERM_##SYMBOL] = {                                                    \
	    #id, key, value, UNIT_##unit, {[LANG_EN] = en, [LANG_FR] = fr}},
static const struct term_info infos[TERM_COUNT] = {
#include "daemon/domain/term.def"
};
#undef TERM

const struct term_info *
term_info(enum term term)
{
	return &infos[term];
}

/* How near a weight is to who asks: 0, not at all, to 3, of the programme. */
static unsigned
nearness(const struct weight *weight, int32_t territory, int32_t programme)
{
	if (weight->programme != REF_NONE)
		return weight->programme == programme ? 3 : 0;
	if (weight->territory != REF_NONE)
		return weight->territory == territory ? 2 : 0;
	return 1;
}

uint32_t
term_value(const struct book *book, enum term term, int32_t territory,
    int32_t programme, int32_t day)
{
	const struct weight *best = NULL;
	unsigned nearest = 0;

	for (int32_t i = 0; i < book_count(book, KIND_WEIGHT); i++) {
		const struct weight *weight =
		    (const struct weight *)book_entity(book, KIND_WEIGHT, i);
		unsigned near = nearness(weight, territory, programme);

		if (near == 0 || near < nearest || weight->from > day ||
		    weight->to < day || strcmp(weight->state, "active") != 0 ||
		    strcmp(weight->term, infos[term].key) != 0)
			continue;
		if (near == nearest && weight->from < best->from)
			continue;
		best = weight;
		nearest = near;
	}
	return best == NULL ? infos[term].value : best->value;
}

/* ----- of a book, sorted ----- */

/* Of an owner and a term those that begin last stand first. */
struct put_value {
	size_t cell;
	int32_t number, from, to;
	uint32_t value;
};

struct terms {
	int32_t territories;
	size_t count;
	struct put_value *put;
	size_t *first; /* by cell, and the end */
};

/* Owners are all, territories, programmes. */
static size_t
cell_of(const struct terms *all, enum term term, int32_t territory,
    int32_t programme)
{
	size_t owner = 0;

	if (programme != REF_NONE)
		owner = 1 + (size_t)all->territories + (size_t)programme;
	else if (territory != REF_NONE)
		owner = 1 + (size_t)territory;
	return owner * TERM_COUNT + (size_t)term;
}

static enum term
find_term(const char *key)
{
	unsigned term = 0;

	while (term < TERM_COUNT && strcmp(infos[term].key, key) != 0)
		term++;
	return (enum term)term;
}

static int
compare(const void *left, const void *right)
{
	const struct put_value *a = left, *b = right;

	if (a->cell != b->cell)
		return a->cell < b->cell ? -1 : 1;
	if (a->from != b->from)
		return a->from > b->from ? -1 : 1;
	return (a->number < b->number) - (a->number > b->number);
}

struct terms *
terms_new(const struct book *book)
{
	int32_t weights = book_count(book, KIND_WEIGHT);
	struct terms *all = xcalloc(1, sizeof(*all));
	size_t cells, at = 0;

	all->territories = book_count(book, KIND_TERRITORY);
	cells = (1 + (size_t)all->territories +
		    (size_t)book_count(book, KIND_PROGRAMME)) *
	    TERM_COUNT;
	all->put = xcalloc((size_t)weights + 1, sizeof(all->put[0]));
	all->first = xcalloc(cells + 1, sizeof(all->first[0]));
	for (int32_t i = 0; i < weights; i++) {
		const struct weight *weight =
		    (const struct weight *)book_entity(book, KIND_WEIGHT, i);
		enum term term = find_term(weight->term);

		if (term == TERM_COUNT || strcmp(weight->state, "active") != 0)
			continue;
		all->put[all->count++] = (struct put_value){
		    cell_of(all, term, weight->territory, weight->programme), i,
		    weight->from, weight->to, weight->value};
	}
	if (all->count > 1)
		qsort(all->put, all->count, sizeof(all->put[0]), compare);
	for (size_t cell = 0; cell <= cells; cell++) {
		while (at < all->count && all->put[at].cell < cell)
			at++;
		all->first[cell] = at;
	}
	return all;
}

void
terms_free(struct terms *all)
{
	if (all == NULL)
		return;
	free(all->put);
	free(all->first);
	free(all);
}

bool
terms_own(const struct terms *all, enum term term, int32_t territory,
    int32_t programme, int32_t day, uint32_t *value)
{
	size_t cell = cell_of(all, term, territory, programme);

	for (size_t i = all->first[cell]; i < all->first[cell + 1]; i++) {
		if (all->put[i].from > day || all->put[i].to < day)
			continue;
		*value = all->put[i].value;
		return true;
	}
	return false;
}

uint32_t
terms_value(const struct terms *all, enum term term, int32_t territory,
    int32_t programme, int32_t day)
{
	uint32_t value;

	if ((programme != REF_NONE &&
		terms_own(all, term, REF_NONE, programme, day, &value)) ||
	    (territory != REF_NONE &&
		terms_own(all, term, territory, REF_NONE, day, &value)) ||
	    terms_own(all, term, REF_NONE, REF_NONE, day, &value))
		return value;
	return infos[term].value;
}
