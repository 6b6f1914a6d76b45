/* SPDX-License-Identifier: ISC */
#include "tests/unit/text_country.h"

#include "tests/unit/country_support.h"

#include <string.h>

/* Some of the sites promise days. */
static void
label_sites(struct country *country)
{
	for (int32_t i = 0; i < book_count(country->book, KIND_SITE); i += 2) {
		struct site site = *book_site(country->book, i);

		site.entity.rev++;
		memcpy(site.label, "FS", sizeof("FS"));
		test_load(country->book, KIND_SITE, &site);
	}
}

struct reduction *
text_country(uint64_t seed, bool may_move)
{
	struct country country;
	struct reduction *reduction;

	country_init(&country, "2026-11-30", 1 + (unsigned)(seed % 3));
	country_fill(&country, seed, may_move);
	label_sites(&country);
	if (seed % 2 == 0)
		country_weigh_all(&country);
	reduction = country_reduce(&country);
	country_fini(&country);
	return reduction;
}
