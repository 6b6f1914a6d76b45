/* SPDX-License-Identifier: ISC */
/* reduce_weight: what the terms count in the plan, for people; see reduce.h. */
#include "daemon/planner/reduce/reduce_private.h"

#include "daemon/base/mem.h"
#include "proto/out.h"

#include <stdlib.h>

/* Those that count as the territory of the site says. */
static bool
is_of_site(enum term term)
{
	static const enum term terms[] = {TERM_ZIP, TERM_ZAR, TERM_ZAC,
	    TERM_QPV, TERM_HZ, TERM_RED, TERM_PRESENCE, TERM_STAFF,
	    TERM_MORNING, TERM_FIVE_DAYS, TERM_TURN};

	for (size_t i = 0; i < ARRAY_SIZE(terms); i++)
		if (terms[i] == term)
			return true;
	return false;
}

static void
write_weight(FILE *file, enum term term, uint32_t value, const char *territory)
{
	char text[256];
	struct out out = OUT(text);

	out_literal(&out, "weight");
	out_key_text(&out, "term", term_info(term)->id);
	out_key_text(&out, "key", term_info(term)->key);
	out_key_u64(&out, "value", value);
	if (territory != NULL)
		out_key_text(&out, "territory", territory);
	fprintf(file, "%.*s\n", (int)out.len, text);
}

/* A site of each territory that has a demand; REF_NONE of the others. */
static int32_t *
find_sites(const struct reduction *reduction)
{
	const struct book *book = reduction->book;
	int32_t count = book_count(book, KIND_TERRITORY);
	int32_t *site = xcalloc((size_t)count + 1, sizeof(site[0]));

	for (int32_t i = 0; i < count; i++)
		site[i] = REF_NONE;
	for (size_t i = 0; i < reduction->r.spots; i++) {
		int32_t at = reduction->r.spot[i].site;
		int32_t territory = book_site(book, at)->territory;

		if (territory != REF_NONE)
			site[territory] = at;
	}
	return site;
}

void
reduction_weights(const struct reduction *reduction, FILE *file)
{
	const struct book *book = reduction->book;
	int32_t *site = find_sites(reduction);

	for (unsigned t = 0; t < TERM_COUNT; t++) {
		enum term term = (enum term)t;
		uint32_t all = reduce_term(reduction, term, REF_NONE);

		write_weight(file, term, all, NULL);
		for (int32_t i = 0;
		     is_of_site(term) && i < book_count(book, KIND_TERRITORY);
		     i++) {
			const struct territory *territory =
			    (const struct territory *)book_entity(
				book, KIND_TERRITORY, i);
			uint32_t own = site[i] == REF_NONE
			    ? all
			    : reduce_term(reduction, term, site[i]);

			if (own != all)
				write_weight(file, term, own, territory->code);
		}
	}
	free(site);
}
