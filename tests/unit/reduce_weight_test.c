/* SPDX-License-Identifier: ISC */
/*
 * reduce_weight_test: whose weights count where: of a half-day the territory's
 * of its site and the programme's of its physician, in any plan.
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

enum { PEOPLE = 3 };

/* ----- by hand ----- */

/* Site 0 of territory 0 is physician 0's of programme 0, site 1 of territory 1
 * physician 1's of programme 1, and site 2 of territory 1 physician 2's, who is
 * of none.  Each has the Monday morning there to do. */
static void
three_places(const char *key)
{
	country_territory(&country, "cpts");
	country_territory(&country, "cpts");
	country_programme(&country, 100);
	country_programme(&country, 100);
	for (int32_t i = 0; i < PEOPLE; i++) {
		country_site(&country, LAT, LON + i * NEARBY, HOURS, 2);
		country_belongs(&country, i, i == 0 ? 0 : 1, REF_NONE);
		country_physician(&country, LAT + (i + 1) * NEARBY, LON, "MG");
		country_authorise(&country, i, i);
		country_offer(&country, i, "available", "mon MS");
		country_need(&country, i, REF_NONE, "mon M", "MT MG", 1);
		if (i < 2)
			country_enrol(&country, i, i);
	}
	country_weight(&country, "sites", 0);
	country_weight(&country, key, 10);
	country_weigh(&country, key, 100, 0, REF_NONE);
	country_weigh(&country, key, 200, 1, REF_NONE);
	country_weigh(&country, key, 300, REF_NONE, 1);
}

static void
dislike_it(void)
{
	for (int32_t i = 0; i < PEOPLE; i++)
		country_offer(&country, i, "disliked", "mon M");
}

static void
wish_for_another(void)
{
	for (int32_t i = 0; i < PEOPLE; i++)
		country_offer(&country, i, "preferred", "mon S");
}

static void
have_been_elsewhere(void)
{
	for (int32_t i = 0; i < PEOPLE; i++)
		country_was_at((unsigned)i, i, (i + 1) % PEOPLE, "2026-11-23");
}

static void
need_duty(void)
{
	country_weight(&country, "hz", 5000);
	for (int32_t i = 0; i < PEOPLE; i++)
		country_need(&country, i, REF_NONE, "mon S", "PDSA MG", 1);
}

/* What is planned is locked out. */
static void
drop_another(void)
{
	country.may_move = true;
	for (int32_t i = 0; i < PEOPLE; i++) {
		country_offer(&country, i, "available", "tue M");
		country_need(&country, i, REF_NONE, "tue M", "MT MG", 1);
		country_was_at((unsigned)i, i, i, "2026-12-01");
		country_lock(
		    i, i, "day=2026-12-01 part=M activity=MT state=forbid");
	}
}

/* Nobody can come then. */
static void
need_more(void)
{
	for (int32_t i = 0; i < PEOPLE; i++)
		country_need(&country, i, REF_NONE, "wed M", "MT MG", 1);
}

static void
need_two(void)
{
	for (int32_t i = 0; i < PEOPLE; i++)
		country_need(&country, i, REF_NONE, "wed M", "MT MG", 2);
}

static void
promise_days(void)
{
	need_more();
	for (int32_t i = 0; i < PEOPLE; i++)
		country_label(&country, i);
}

static const struct {
	const char *key;
	enum item item;
	void (*prepare)(void);
	int64_t points;
} plans[] = {
    /* Of the half-days of three: 100 of territory 0, 300 of programme 1, 200
     * of territory 1. */
    {"dislike", ITEM_DISLIKE, dislike_it, 600},
    {"wish", ITEM_WISH, wish_for_another, 600},
    {"continuity", ITEM_CONTINUITY, have_been_elsewhere, 600},
    {"duty", ITEM_DUTY, need_duty, 600},
    {"keep", ITEM_KEEP, drop_another, 600},
    {"add", ITEM_ADD, drop_another, 600},
    /* Needs are of no programme: 100 and twice 200 of territories. */
    {"hz", ITEM_HZ, need_more, 500},
    {"five-days", ITEM_FIVE_DAYS, promise_days, 500},
    /* In thousandths of 300 points, of which the first needs have all. */
    {"presence", ITEM_PRESENCE, need_more, 30 + 60 + 60},
    {"second", ITEM_HZ, need_two, 900 + 30 + 60 + 60},
};

START_TEST(half_days_of_two_territories_and_programmes)
{
	struct solved solved;

	three_places(plans[_i].key);
	plans[_i].prepare();
	solve(country_reduce(&country), 5, &solved);
	ck_assert_uint_ge(solved.count, PEOPLE);
	ck_assert_int_eq(solved.points[plans[_i].item], plans[_i].points);
	solved_free(&solved);
}
END_TEST

/* A week's minimum of each and of programmes: 300 for programme 1's, 50 for
 * programme 0's, 10 for those of none, whatever the territory. */
START_TEST(what_is_owed_counts_as_the_programme_of_the_quota_says)
{
	struct reduction *reduction;
	const struct reduced *r;
	struct solved solved;

	three_places("owed");
	country_weigh(&country, "owed", 50, REF_NONE, 0);
	country_quota(&country, 1, REF_NONE, "week", 3, 20);
	country_quota(&country, 2, REF_NONE, "week", 3, 20);
	country_quota(&country, REF_NONE, 0, "week", 2, 20);
	country_quota(&country, REF_NONE, 1, "week", 2, 20);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_int_eq(r->doctor[0].week_short, 50);
	ck_assert_int_eq(r->doctor[1].week_short, 10);
	ck_assert_int_eq(r->doctor[2].week_short, 10);
	ck_assert_uint_eq(r->limits, 1); /* the other one of physician 1 */
	solve(reduction, 5, &solved);
	ck_assert_uint_eq(solved.count, PEOPLE);
	ck_assert_int_eq(
	    solved.points[ITEM_OWED], 1 * 50 + 2 * 10 + 1 * 300 + 2 * 10);
	solved_free(&solved);
}
END_TEST

/* By contract: of seven days of the plan's a share is due. */
START_TEST(a_contract_counts_as_its_programme_says)
{
	struct solved solved;
	const struct reduced *r;
	struct reduction *reduction;
	int32_t weight[PEOPLE];

	three_places("owed");
	for (int32_t i = 0; i < PEOPLE; i++)
		country_quota(
		    &country, i, i == 1 ? 1 : REF_NONE, "month", 20, 25);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_ge(r->limits, PEOPLE);
	for (size_t i = 0; i < r->limits; i++)
		weight[r->limit[i].doctor] = r->limit[i].weight;
	ck_assert_int_eq(weight[0], 10);
	ck_assert_int_eq(weight[1], 300);
	ck_assert_int_eq(weight[2], 10);
	solve(reduction, 5, &solved);
	ck_assert_int_gt(solved.points[ITEM_OWED], 0);
	solved_free(&solved);
}
END_TEST

/* Ways are the physician's: 1 a minute, 3 for programme 1. */
START_TEST(a_way_counts_as_the_programme_says)
{
	struct reduction *reduction;
	const struct reduced *r;
	struct solved solved;
	int64_t points = 0;

	three_places("duty");
	country_weight(&country, "travel", 1);
	country_weigh(&country, "travel", 100, 0, REF_NONE);
	country_weigh(&country, "travel", 3, REF_NONE, 1);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->accesses, PEOPLE);
	for (size_t i = 0; i < r->accesses; i++)
		points += 2 * r->access[i].minutes * (i == 1 ? 3 : 1);
	solve(reduction, 5, &solved);
	ck_assert_uint_eq(solved.count, PEOPLE);
	ck_assert_int_eq(solved.points[ITEM_TRAVEL], points);
	solved_free(&solved);
}
END_TEST

/* Nobody has a share of one unpopular half-day, but each does one. */
START_TEST(fairness_counts_as_the_programme_says)
{
	struct reduction *reduction;
	const struct reduced *r;
	struct solved solved;

	three_places("fair");
	for (int32_t i = 0; i < PEOPLE; i++) {
		country_offer(&country, i, "available", "sat M");
		country_need(&country, i, REF_NONE, "sat M", "MT MG", 1);
	}
	/* Who could take them all has nearly all of the share. */
	country_worker(LAT, 1, "sat M");
	country_quota(&country, PEOPLE, REF_NONE, "week", 0, 20);
	for (int32_t i = 0; i < PEOPLE; i++)
		country_quota(&country, i, REF_NONE, "month", 0, 1 + 1);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	for (int32_t i = 0; i < PEOPLE; i++)
		ck_assert_int_eq(r->doctor[i].fair_share, 0);
	solve(reduction, 10, &solved);
	/* The one of programme 0 is left to who has a share. */
	ck_assert_int_eq(solved.points[ITEM_FAIR], 10 + 300);
	ck_assert_int_eq(solved.counts[ITEM_FAIR], 2);
	solved_free(&solved);
}
END_TEST

/* ----- days ----- */

/* 100 until Wednesday, 400 from Thursday on: of each day its own. */
START_TEST(a_weight_counts_on_its_days)
{
	static const int32_t of_territory[] = {0, REF_NONE};
	const int32_t later[] = {test_day("2026-12-03"), INT32_MAX};
	struct solved solved;
	bool needs = _i == 0;

	three_places(needs ? "hz" : "dislike");
	country_weigh_from(
	    &country, needs ? "hz" : "dislike", 400, of_territory, later);
	country_need(&country, 0, REF_NONE, "wed,thu M", "MT MG", 1);
	country_offer(&country, 0, "disliked", "wed,thu M");
	if (!needs)
		country_offer(&country, 0, "available", "wed,thu M");
	solve(country_reduce(&country), 5, &solved);
	ck_assert_uint_eq(solved.count, needs ? PEOPLE : PEOPLE + 2);
	ck_assert_int_eq(
	    solved.points[needs ? ITEM_HZ : ITEM_DISLIKE], 100 + 400);
	solved_free(&solved);
}
END_TEST

/* The table of a book says what the weights of the book say. */
START_TEST(a_table_says_the_same)
{
	struct terms *terms;
	int32_t from;

	country_fini(&country);
	country_init(&country, "2026-11-30", 3);
	country_fill(&country, (uint64_t)_i + 1, false);
	country_weigh_all(&country);
	terms = terms_new(country.book);
	from = country.from - 12;
	for (unsigned t = 0; t < TERM_COUNT; t++)
		for (int32_t i = 0; i < 3 * 3 * 50; i++) {
			int32_t territory = i % 3 - 1,
				programme = i / 3 % 3 - 1;

			ck_assert_uint_eq(
			    terms_value(terms, (enum term)t, territory,
				programme, from + i / 9),
			    term_value(country.book, (enum term)t, territory,
				programme, from + i / 9));
		}
	terms_free(terms);
}
END_TEST

/* ----- for people ----- */

static const char *
code_of(enum kind kind, int32_t index)
{
	const struct entity *entity = book_entity(country.book, kind, index);

	return kind == KIND_TERRITORY
	    ? ((const struct territory *)entity)->code
	    : ((const struct programme *)entity)->code;
}

/* The lines of a term, the first words of which are left out. */
static void
expect_lines(const char *key, const char *expected)
{
	struct reduction *reduction = country_reduce(&country);
	char *text = NULL, *rest, *line, word[64], found[512] = "";
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(file);
	reduction_weights(reduction, file);
	fclose(file);
	snprintf(word, sizeof(word), " key=%s ", key);
	rest = text;
	while ((line = strsep(&rest, "\n")) != NULL) {
		char *at = strstr(line, word);

		if (at == NULL)
			continue;
		ck_assert(strncmp(line, "weight term=", 12) == 0);
		strcat(strcat(found, at + strlen(word)), "\n");
	}
	ck_assert_str_eq(found, expected);
	free(text);
	reduction_free(reduction);
}

START_TEST(lines_say_what_counts_for_whom)
{
	static const int32_t of_territory[] = {0, REF_NONE};
	static const int32_t of_programme[] = {REF_NONE, 0};
	const int32_t later[] = {test_day("2026-12-03"), INT32_MAX};
	char text[512];
	const char *t[2], *p[2];

	three_places("dislike");
	country_weigh_from(&country, "dislike", 400, of_territory, later);
	country_weigh_from(&country, "fair", 400, of_programme, later);
	country_weigh(&country, "fair", 7, REF_NONE, 0);
	country_weigh(&country, "zip", 8, REF_NONE, 0);
	country_weigh(&country, "zip", 9, 1, REF_NONE);
	for (int i = 0; i < 2; i++) {
		t[i] = code_of(KIND_TERRITORY, i);
		p[i] = code_of(KIND_PROGRAMME, i);
	}
	snprintf(text, sizeof(text),
	    "value=10\nvalue=100 territory=%s to=2026-12-02\n"
	    "value=400 territory=%s from=2026-12-03\nvalue=200 territory=%s\n"
	    "value=300 programme=%s\n",
	    t[0], t[0], t[1], p[1]);
	expect_lines("dislike", text);
	/* What is of no site counts for no territory, what is of nobody for no
	 * programme. */
	snprintf(text, sizeof(text), "value=60\nvalue=7 programme=%s\n", p[0]);
	expect_lines("fair", text);
	snprintf(
	    text, sizeof(text), "value=1000\nvalue=9 territory=%s\n", t[1]);
	expect_lines("zip", text);
	expect_lines("no-gp", "value=0\n");
	/* In a plan of one alone that one's are those of all. */
	country_scope("programme", KIND_PROGRAMME);
	expect_lines("zip", "value=8\n");
	expect_lines("fair", "value=7\n");
	country.extra[0] = '\0';
	country_scope("territory", KIND_TERRITORY);
	expect_lines(
	    "dislike", "value=100 to=2026-12-02\nvalue=400 from=2026-12-03\n");
	expect_lines("zip", "value=1000\n");
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("weight");
	TCase *cases[] = {all};

	tcase_add_checked_fixture(all, country_set_up, country_tear_down);
	tcase_add_loop_test(all, half_days_of_two_territories_and_programmes, 0,
	    (int)ARRAY_SIZE(plans));
	tcase_add_test(
	    all, what_is_owed_counts_as_the_programme_of_the_quota_says);
	tcase_add_test(all, a_contract_counts_as_its_programme_says);
	tcase_add_test(all, a_way_counts_as_the_programme_says);
	tcase_add_test(all, fairness_counts_as_the_programme_says);
	tcase_add_loop_test(all, a_weight_counts_on_its_days, 0, 2);
	tcase_add_loop_test(all, a_table_says_the_same, 0, 20);
	tcase_add_test(all, lines_say_what_counts_for_whom);
	tcase_set_timeout(all, 300);
	return test_main("reduce_weight", cases, ARRAY_SIZE(cases));
}
