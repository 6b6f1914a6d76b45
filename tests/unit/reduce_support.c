/* SPDX-License-Identifier: ISC */
#include "tests/unit/reduce_support.h"

#include <stdio.h>
#include <string.h>

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

void
country_lock(int32_t physician, int32_t site, const char *rest)
{
	char id[2][ID_TEXT_LEN + 1] = {"", ""};
	size_t len = strlen(country.extra);

	id_to_text(book_physician(country.book, physician)->entity.id, id[0]);
	id_to_text(book_site(country.book, site)->entity.id, id[1]);
	snprintf(country.extra + len, sizeof(country.extra) - len,
	    "lock physician=%s site=%s %s\n", id[0], id[1], rest);
}

void
country_scope(const char *key, enum kind kind)
{
	size_t len = strlen(country.extra);

	snprintf(
	    country.extra + len, sizeof(country.extra) - len, "scope %s=", key);
	id_to_text(book_entity(country.book, kind, 0)->id,
	    country.extra + strlen(country.extra));
	strcat(country.extra, "\n");
}

void
country_was_at(unsigned n, int32_t physician, int32_t site, const char *day)
{
	struct assignment a =
	    test_slot(country.book, n, physician, site, day, PART_M);

	a.programme = country_word(&country, physician);
	ck_assert_int_eq(test_load_slot(country.book, &a, 1), APPLY_DONE);
}
