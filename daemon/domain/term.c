/* SPDX-License-Identifier: ISC */
/* term: the table, and what weights make of it. */
#include "daemon/domain/term.h"

#include <string.h>

#define TERM(SYMBOL, id, key, value, unit, en, fr)                             \
	[TERM_##SYMBOL] = {                                                    \
	    #id, key, value, UNIT_##unit, {[LANG_EN] = en, [LANG_FR] = fr}},
static const struct term_info terms[TERM_COUNT] = {
#include "daemon/domain/term.def"
};
#undef TERM

const struct term_info *
term_info(enum term term)
{
	return &terms[term];
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
		    strcmp(weight->term, terms[term].key) != 0)
			continue;
		if (near == nearest && weight->from < best->from)
			continue;
		best = weight;
		nearest = near;
	}
	return best == NULL ? terms[term].value : best->value;
}
