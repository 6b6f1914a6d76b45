/* SPDX-License-Identifier: ISC */
#include "tests/unit/reduce_support.h"

struct country country;

void
country_set_up(void)
{
	country_init(&country, "2026-11-30", 1);
}

void
country_tear_down(void)
{
	country_fini(&country);
}

void
one_of_each(void)
{
	country_site(&country, LAT, LON, HOURS, 2);
	country_physician(&country, LAT + NEARBY, LON, "MG");
	country_authorise(&country, 0, 0);
	country_offer(&country, 0, "available", "mon-sun MAESN");
}

int32_t
country_worker(int32_t lat, int32_t sites, const char *pattern)
{
	int32_t index = country_physician(&country, lat, LON, "MG");

	for (int32_t site = 0; site < sites; site++)
		country_authorise(&country, index, site);
	country_offer(&country, index, "available", pattern);
	return index;
}
