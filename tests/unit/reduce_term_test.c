/* SPDX-License-Identifier: ISC */
/*
 * reduce_term_test: labelled sites, second sites and departements, and whose
 * weights count.
 *
 * The week is that of Monday 2026-11-30.
 */
#include "daemon/base/compiler.h"
#include "daemon/domain/term.h"
#include "tests/unit/reduce_support.h"
#include "tests/unit/solve_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ----- labelled sites ----- */

START_TEST(a_label_owes_five_days)
{
	struct assignment a;
	struct reduction *reduction;
	const struct reduced *r;

	one_of_each();
	country_need(&country, 0, REF_NONE, "mon-sat M", "MT MG", 1);
	country_need(&country, 0, REF_NONE, "tue A", "MT MG", 1);
	reduction = country_reduce(&country);
	ck_assert_uint_eq(reduction_of(reduction)->label_days, 0);
	reduction_free(reduction);
	country_label(&country, 0);
	/* Saturday is there already: it is one of the five. */
	a = test_slot(country.book, 1, 0, 0, "2026-12-05", PART_M);
	ck_assert_int_eq(test_load_slot(country.book, &a, 1), APPLY_DONE);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->label_days, 4);
	for (int32_t day = 0; day < 4; day++) {
		ck_assert_int_eq(r->label_day[day].day, day);
		ck_assert_int_eq(r->label_day[day].points,
		    (int32_t)term_info(TERM_FIVE_DAYS)->value);
	}
	reduction_free(reduction);
	country_weight(&country, "five-days", 0);
	reduction = country_reduce(&country);
	ck_assert_uint_eq(reduction_of(reduction)->label_days, 0);
	reduction_free(reduction);
}
END_TEST

/* Of two sites that are alike one day can be done at either. */
START_TEST(a_label_draws_the_physician)
{
	struct reduction *reduction;
	struct solved solved;
	int32_t labelled = _i;

	for (int32_t i = 0; i < 2; i++) {
		country_site(&country, LAT, LON + i * NEARBY, HOURS, 1);
		country_need(&country, i, REF_NONE, "mon M", "MT MG", 1);
	}
	country_physician(&country, LAT, LON + (1 - labelled) * NEARBY, "MG");
	country_authorise(&country, 0, 0);
	country_authorise(&country, 0, 1);
	country_offer(&country, 0, "available", "mon M");
	country_label(&country, labelled);
	country_weight(&country, "sites", 0);
	reduction = country_reduce(&country);
	solve(reduction, 5, &solved);
	ck_assert_uint_eq(solved.count, 1);
	ck_assert_int_eq(
	    reduction_of(reduction)->spot[solved.chosen[0].spot].site,
	    labelled);
	ck_assert_int_eq(solved.counts[ITEM_FIVE_DAYS], 0);
	ck_assert_int_eq(solved.cost, solved.bound);
	solved_free(&solved);
}
END_TEST

/* ----- a second site ----- */

static void
was_at(unsigned n, int32_t site, const char *day)
{
	struct assignment a = test_slot(country.book, n, 0, site, day, PART_M);

	ck_assert_int_eq(test_load_slot(country.book, &a, 1), APPLY_DONE);
}

START_TEST(who_was_at_one_site_is_to_see_another)
{
	struct reduction *reduction;
	const struct reduced *r;

	one_of_each();
	for (int32_t i = 1; i < 3; i++) {
		struct site site;

		country_site(&country, LAT, LON + i * NEARBY, HOURS, 1);
		country_authorise(&country, 0, i);
		site = *book_site(country.book, i);
		site.entity.rev++;
		SET(site.departement, i == 1 ? "17" : "16");
		test_load(country.book, KIND_SITE, &site);
	}
	for (int32_t i = 0; i < 3; i++)
		country_need(&country, i, REF_NONE, "mon-fri M", "MT MG", 1);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->seconds, 2);
	ck_assert_int_eq(r->second[0].site, NONE);
	ck_assert_str_eq(r->second[1].area, "");
	reduction_free(reduction);
	/* In the last quarter at a site of 17. */
	was_at(1, 1, "2026-11-17");
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->seconds, 2);
	ck_assert_int_eq(r->second[0].site, 1);
	ck_assert_str_eq(r->second[1].area, "17");
	reduction_free(reduction);
	/* And at one of 16: there is nothing left to be seen. */
	was_at(2, 2, "2026-11-18");
	reduction = country_reduce(&country);
	ck_assert_uint_eq(reduction_of(reduction)->seconds, 0);
	reduction_free(reduction);
}
END_TEST

/* The near site is enough for his five mornings, but for the second one. */
START_TEST(a_second_site_is_worth_a_way)
{
	struct reduction *reduction;
	const struct reduced *r;
	struct solved solved;
	bool seen[2] = {false, false};

	one_of_each();
	country_site(&country, LAT + 3 * NEARBY, LON, HOURS, 1);
	country_authorise(&country, 0, 1);
	for (int32_t i = 0; i < 2; i++)
		country_need(&country, i, REF_NONE, "mon-fri M", "MT MG", 1);
	country_weight(&country, "sites", _i == 0 ? 0 : 900);
	country_weight(&country, "continuity", 0);
	reduction = country_reduce(&country);
	solve(reduction, 20, &solved);
	r = reduction_of(reduction);
	ck_assert_uint_eq(solved.count, 5);
	for (size_t i = 0; i < solved.count; i++)
		seen[r->spot[solved.chosen[i].spot].site] = true;
	ck_assert(seen[0]);
	ck_assert_int_eq(seen[1], _i);
	ck_assert_int_eq(solved.counts[ITEM_SITES], 0);
	solved_free(&solved);
}
END_TEST

/* ----- weights ----- */

static uint64_t
mix(uint64_t sum, int64_t number)
{
	return (sum ^ (uint64_t)number) * UINT64_C(1099511628211);
}

/* Of all numbers in which a term stands. */
static uint64_t
digest(const struct reduced *r)
{
	const struct scale *scale = &r->scale;
	const int32_t plain[] = {scale->travel, scale->wish, scale->dislike,
	    scale->continuity, scale->owed, scale->fair, scale->keep,
	    scale->add, scale->duty, scale->level[1], scale->level[2],
	    scale->level[3]};
	uint64_t sum = 1;

	for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
		sum = mix(sum, plain[i]);
	for (size_t i = 0; i < r->spots; i++)
		sum = mix(mix(sum, r->spot[i].value), r->spot[i].presence);
	for (size_t i = 0; i < r->demands; i++)
		sum = mix(sum, r->demand[i].worth);
	for (size_t i = 0; i < r->limits; i++)
		sum = mix(sum, r->limit[i].weight);
	for (size_t i = 0; i < r->label_days; i++)
		sum = mix(sum, r->label_day[i].points);
	for (size_t i = 0; i < r->seconds; i++)
		sum = mix(sum, r->second[i].points);
	return sum;
}

static void
add_zone(int32_t site, const char *kind, const char *class)
{
	struct zone fact = {.from = country.from - 100, .to = INT32_MAX};

	fact.entity = (struct entity){country_id(&country), 1};
	SET(fact.commune, book_site(country.book, site)->commune);
	SET(fact.kind, kind);
	SET(fact.class, class);
	test_load(country.book, KIND_ZONE, &fact);
}

/* Something for every term; territory 0, sector 1 and programme 0. */
static void
fill_for_all(void)
{
	static const char *const zones[][2] = {{"gp", "ZIP"}, {"gp", "ZAR"},
	    {"gp", "ZAC"}, {"qpv", "QPV"}, {"gp", "HZ"}};
	struct presence staff = {.site = 0,
	    .staff = "nurse",
	    .pattern = test_pattern("mon-fri MA"),
	    .from = country.from - 7,
	    .to = INT32_MAX,
	    .number = 1,
	    .state = "active"};
	int32_t sites = (int32_t)ARRAY_SIZE(zones);

	country_territory(&country, "cpts");
	country_territory(&country, "sector");
	country_programme(&country, 100);
	for (int32_t i = 0; i < sites; i++) {
		country_site(&country, LAT + i * NEARBY, LON, HOURS, 4);
		country_belongs(&country, i, 0, 1);
		add_zone(i, zones[i][0], zones[i][1]);
		country_need(&country, i, REF_NONE, "mon M", "SNP MG", 4);
	}
	add_zone(0, "red", "ROUGE");
	country_label(&country, 0);
	staff.entity = (struct entity){country_id(&country), 1};
	test_load(country.book, KIND_PRESENCE, &staff);
	country_need(&country, REF_NONE, 1, "tue M", "MT MG", 1);
	country_worker(LAT, sites, "mon-fri M");
	country_enrol(&country, 0, 0);
}

static void
scope_to(const char *key, enum kind kind)
{
	snprintf(country.extra, sizeof(country.extra), "scope %s=", key);
	id_to_text(book_entity(country.book, kind, 0)->id,
	    country.extra + strlen(country.extra));
}

/* What the plan says that a term counts, and a digest of what it does. */
static uint64_t
digest_with(const char *line, bool wanted)
{
	struct reduction *reduction = country_reduce(&country);
	uint64_t sum = digest(reduction_of(reduction));
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(file);
	reduction_weights(reduction, file);
	fclose(file);
	ck_assert_msg(
	    (strstr(text, line) != NULL) == wanted, "%s in %s", line, text);
	free(text);
	reduction_free(reduction);
	return sum;
}

/* A territory's goes before what is by default, a programme's before that. */
START_TEST(a_weight_is_of_a_territory_or_a_programme)
{
	const struct term_info *info = term_info((enum term)_i);
	uint64_t usual, own, other;
	char line[2][128];

	fill_for_all();
	for (uint32_t i = 0; i < 2; i++)
		snprintf(line[i], sizeof(line[i]), "key=%s value=%u\n",
		    info->key, (unsigned)(info->value + 1 + i));
	scope_to("territory", KIND_TERRITORY);
	usual = digest_with(line[0], false);
	country_weigh(&country, info->key, info->value + 1, 0, REF_NONE);
	own = digest_with(line[0], true);
	country_weigh(&country, info->key, info->value + 2, REF_NONE, 0);
	ck_assert(digest_with(line[0], true) == own);
	scope_to("programme", KIND_PROGRAMME);
	other = digest_with(line[1], true);
	/* A term that counts nothing is named only. */
	ck_assert_int_eq(usual != own, info->value != 0);
	ck_assert_int_eq(usual != other && own != other, info->value != 0);
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("term");
	TCase *cases[] = {all};

	tcase_add_checked_fixture(all, country_set_up, country_tear_down);
	tcase_add_test(all, a_label_owes_five_days);
	tcase_add_loop_test(all, a_label_draws_the_physician, 0, 2);
	tcase_add_test(all, who_was_at_one_site_is_to_see_another);
	tcase_add_loop_test(all, a_second_site_is_worth_a_way, 0, 2);
	tcase_add_loop_test(
	    all, a_weight_is_of_a_territory_or_a_programme, 0, TERM_COUNT);
	tcase_set_timeout(all, 300);
	return test_main("reduce_term", cases, ARRAY_SIZE(cases));
}
