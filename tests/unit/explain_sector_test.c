/* SPDX-License-Identifier: ISC */
/*
 * explain_sector_test: what a sector needs is explained for the sector: at
 * which of its sites it could be, and who could come to another one.
 *
 * The week is that of Monday 2026-11-30.
 */
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "tests/unit/reduce_support.h"
#include "tests/unit/solve_support.h"

#include <stdlib.h>
#include <string.h>

enum { SITES = 3, PHASES = 20 };

/* Of three sites the last is closed; two physicians may work at the first, a
 * third one at the second. */
static int32_t
a_sector(void)
{
	struct closure closure = {.site = 2,
	    .from = country.from,
	    .to = country.from + 6,
	    .parts = "MAESN",
	    .state = "active"};
	int32_t sector;

	country_fini(&country);
	country_init(&country, "2026-11-30", 1);
	sector = country_territory(&country, "sector");
	country_programme(&country, 100);
	for (int32_t i = 0; i < SITES; i++) {
		country_site(&country, LAT + i * NEARBY, LON, HOURS, 2);
		country_belongs(&country, i, REF_NONE, sector);
	}
	closure.from = country.from;
	closure.to = country.from + 6;
	closure.entity = (struct entity){country_id(&country), 1};
	test_load(country.book, KIND_CLOSURE, &closure);
	for (int32_t i = 0; i < 3; i++) {
		(void)country_worker(LAT, i < 2 ? 1 : 0, "mon-fri M");
		country_enrol(&country, i, 0);
	}
	country_authorise(&country, 2, 1);
	return sector;
}

static char *
site(int32_t index)
{
	char text[ID_TEXT_LEN + 1] = "";

	id_to_text(book_site(country.book, index)->entity.id, text);
	return xasprintf("%s", text);
}

static char *
person(int32_t index)
{
	char text[ID_TEXT_LEN + 1] = "";

	id_to_text(book_physician(country.book, index)->entity.id, text);
	return xasprintf("%s", text);
}

/* What is told of the needs, with a line of the word; owned. */
static char *
told(int32_t sector, uint32_t number, const char *word)
{
	struct solved solved;
	char *text, *line, *end;

	country_need(&country, REF_NONE, sector, "mon M", "SNP MG", number);
	solve(country_reduce(&country), PHASES, &solved);
	text = solved_explained(&solved);
	line = strstr(text, word);
	ck_assert_msg(line != NULL, "%s", text);
	line = xasprintf("%s", line);
	end = strchr(line, '\n');
	ck_assert_ptr_nonnull(end);
	*end = '\0';
	free(text);
	solved_free(&solved);
	return line;
}

static void
has(const char *line, char *words)
{
	ck_assert_msg(strstr(line, words) != NULL, "%s: %s", words, line);
	free(words);
}

/* Two of three come; the third could, to another site. */
START_TEST(what_stays_open_could_be_elsewhere)
{
	int32_t sector = a_sector();
	char *line = told(sector, 3, "open site=");
	char *first = site(0), *second = site(1), *third = person(2);

	has(line, xasprintf("open site=%s ", first));
	has(line, xasprintf(" count=1 "));
	has(line,
	    xasprintf(" sector=%s sites=%s:2,%s:1 elsewhere=%s:%s",
		((const struct territory *)book_entity(
		     country.book, KIND_TERRITORY, sector))
		    ->code,
		first, second, third, second));
	free(first);
	free(second);
	free(third);
	free(line);
}
END_TEST

START_TEST(what_is_filled_could_be_elsewhere)
{
	int32_t sector = a_sector();
	char *line = told(sector, 1, "runner ");
	char *first = site(0), *second = site(1), *third = person(2);

	has(line, xasprintf(" site=%s ", first));
	has(line, xasprintf(" others="));
	has(line,
	    xasprintf(" sites=%s:2,%s:1 elsewhere=%s:%s", first, second, third,
		second));
	free(first);
	free(second);
	free(third);
	free(line);
}
END_TEST

/* Who is at work is not asked to come elsewhere. */
START_TEST(who_is_at_work_is_not_named)
{
	int32_t sector = a_sector();
	char *line;

	country_need(&country, 1, REF_NONE, "mon M", "SNP MG", 1);
	line = told(sector, 3, "open site=");
	ck_assert_msg(strstr(line, "elsewhere=") == NULL, "%s", line);
	ck_assert_msg(strstr(line, " sector=") != NULL, "%s", line);
	free(line);
}
END_TEST

/* What a site needs is of no sector. */
START_TEST(a_site_is_no_sector)
{
	char *line;

	(void)a_sector();
	country_need(&country, 2, REF_NONE, "mon M", "SNP MG", 1);
	country_need(&country, 0, REF_NONE, "mon M", "MT MG", 3);
	line = told(country_territory(&country, "sector"), 0, "open site=");
	ck_assert_msg(strstr(line, "sector=") == NULL, "%s", line);
	free(line);
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("explain_sector");
	TCase *cases[] = {all};

	tcase_add_checked_fixture(all, country_set_up, country_tear_down);
	tcase_add_test(all, what_stays_open_could_be_elsewhere);
	tcase_add_test(all, what_is_filled_could_be_elsewhere);
	tcase_add_test(all, who_is_at_work_is_not_named);
	tcase_add_test(all, a_site_is_no_sector);
	return test_main("explain_sector", cases, ARRAY_SIZE(cases));
}
