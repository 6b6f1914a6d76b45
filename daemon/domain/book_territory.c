/* SPDX-License-Identifier: ISC */
/*
 * book_territory: the sites of each territory.
 *
 * One array of all sites that are in a territory, territory by territory. Sites
 * seldom change, so it is made anew when somebody asks after one did.
 */
#include "daemon/domain/book_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

void
territories_fini(struct territories *territories)
{
	free(territories->first);
	free(territories->sites);
}

static void
rebuild(struct book *book)
{
	struct territories *territories = &book->territories;
	int32_t sites = book_count(book, KIND_SITE), site;
	size_t n = (size_t)book_count(book, KIND_TERRITORY), i;
	uint32_t *first;

	/* first[t + 1] counts the sites before t, and then those put at t. */
	first = xrealloc(territories->first, (n + 2) * sizeof(first[0]));
	memset(first, 0, (n + 2) * sizeof(first[0]));
	territories->first = first;
	territories->count = n;
	territories->sites = xrealloc(
	    territories->sites, (size_t)sites * sizeof(territories->sites[0]));
	for (site = 0; site < sites; site++)
		if (book_site(book, site)->territory != REF_NONE)
			first[book_site(book, site)->territory + 2]++;
	for (i = 2; i < n + 2; i++)
		first[i] += first[i - 1];
	for (site = 0; site < sites; site++) {
		int32_t territory = book_site(book, site)->territory;

		if (territory != REF_NONE)
			territories->sites[first[territory + 1]++] = site;
	}
	territories->stale = false;
}

const int32_t *
book_territory_sites(const struct book *book, int32_t territory, size_t *count)
{
	const struct territories *territories = &book->territories;
	size_t t = (size_t)territory;

	/* What it is made from is not changed by it. */
	if (territories->stale)
		rebuild((struct book *)book);
	*count = 0;
	if (territory < 0 || t >= territories->count)
		return NULL;
	*count = territories->first[t + 1] - territories->first[t];
	return territories->sites + territories->first[t];
}

size_t
territories_memory(const struct territories *territories)
{
	return territories->count * (sizeof(int32_t) + sizeof(uint32_t));
}
