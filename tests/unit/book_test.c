/* SPDX-License-Identifier: ISC */
/*
 * book_test: the book, case by case; book_model_test compares it at random, and
 * book_run_test has who is where in the order of time.
 */
#include "daemon/domain/book.h"

#include "daemon/base/compiler.h"
#include "daemon/domain/counter.h"
#include "tests/unit/domain_support.h"

#include <stdio.h>
#include <string.h>

static struct book *book;

static void
make_book(void)
{
	book = book_new(test_day("2026-01-01"));
	test_people(book, 3, 3);
}

static void
free_book(void)
{
	book_free(book);
}

static enum apply
apply(enum kind kind, const void *after, uint32_t rev)
{
	struct change change = {.kind = kind, .rev = rev, .after = after};

	change.id = ((const struct entity *)after)->id;
	return book_apply(book, &change);
}

START_TEST(first_day_is_the_quarter_or_five_weeks_back)
{
	static const struct {
		const char *today, *first;
	} cases[] = {
	    {"2026-03-31", "2026-01-01"},
	    {"2026-02-05", "2026-01-01"},
	    {"2026-02-04", "2025-12-31"},
	    {"2026-04-01", "2026-02-25"},
	    {"2026-05-06", "2026-04-01"},
	    {"2026-05-05", "2026-03-31"},
	    {"2028-04-01", "2028-02-26"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ck_assert_msg(book_first_day(test_day(cases[i].today)) ==
			test_day(cases[i].first),
		    "%s", cases[i].today);
}
END_TEST

START_TEST(revisions_go_one_by_one)
{
	struct assignment a = test_slot(book, 100, 0, 0, "2026-03-02", PART_M);
	struct site site = test_site(50);

	ck_assert_int_eq(test_apply(book, &a, 2), APPLY_GAP);
	ck_assert_ptr_null(book_assignment(book, a.id));
	ck_assert_int_eq(test_apply(book, &a, 1), APPLY_DONE);
	ck_assert_int_eq(test_apply(book, &a, 1), APPLY_REPEATED);
	ck_assert_int_eq(test_apply(book, &a, 3), APPLY_GAP);
	a.state = STATE_HELD;
	ck_assert_int_eq(test_apply(book, &a, 2), APPLY_DONE);
	a.state = STATE_DRAFT;
	ck_assert_int_eq(test_apply(book, &a, 1), APPLY_REPEATED);
	ck_assert_uint_eq(book_assignment(book, a.id)->rev, 2);
	ck_assert_uint_eq(book_assignment(book, a.id)->state, STATE_HELD);

	ck_assert_int_eq(apply(KIND_SITE, &site, 2), APPLY_GAP);
	ck_assert_int_eq(apply(KIND_SITE, &site, 1), APPLY_DONE);
	ck_assert_int_eq(apply(KIND_SITE, &site, 1), APPLY_REPEATED);
	ck_assert_int_eq(apply(KIND_SITE, &site, 3), APPLY_GAP);
	ck_assert_int_eq(apply(KIND_SITE, &site, 2), APPLY_DONE);
	ck_assert_uint_eq(book_site(book, 3)->entity.rev, 2);
	ck_assert_int_eq(book_count(book, KIND_SITE), 4);
}
END_TEST

START_TEST(loading_takes_any_revision)
{
	struct assignment a = test_slot(book, 100, 0, 0, "2026-03-02", PART_M);

	ck_assert_int_eq(test_load_slot(book, &a, 7), APPLY_DONE);
	ck_assert_int_eq(test_apply(book, &a, 7), APPLY_REPEATED);
	ck_assert_int_eq(test_apply(book, &a, 9), APPLY_GAP);
	ck_assert_int_eq(test_apply(book, &a, 8), APPLY_DONE);
}
END_TEST

START_TEST(older_days_are_counted_only)
{
	struct assignment a = test_slot(book, 100, 0, 0, "2025-12-31", PART_M);
	struct assignment first =
	    test_slot(book, 101, 0, 0, "2026-01-01", PART_M);
	struct counter_question question = {
	    REF_NONE, ACTIVITY_COUNT, CLASS_KINDS, 0, INT32_MAX};

	ck_assert_int_eq(test_apply(book, &a, 1), APPLY_OLD);
	ck_assert_int_eq(test_load_slot(book, &a, 4), APPLY_DONE);
	ck_assert_ptr_null(book_assignment(book, a.id));
	ck_assert_uint_eq(book_assignments(book), 0);
	ck_assert_uint_eq(
	    counters_half_days(book_counters(book), 0, &question), 1);
	ck_assert_uint_eq(
	    counters_minutes(book_counters(book), 0, &question), 180);

	ck_assert_int_eq(test_apply(book, &first, 1), APPLY_DONE);
	first.day--;
	ck_assert_int_eq(test_apply(book, &first, 2), APPLY_OLD);
	ck_assert_int_eq(test_apply(book, &first, 1), APPLY_REPEATED);
	ck_assert_int_eq(
	    book_assignment(book, first.id)->day, test_day("2026-01-01"));
}
END_TEST

START_TEST(references_must_be_there)
{
	struct assignment a = test_slot(book, 100, 0, 0, "2026-03-02", PART_M);
	struct site site = test_site(50);
	struct account account = {
	    .entity.id = test_id(60), .physician = REF_NONE};
	struct token token = {.entity.id = test_id(61), .account = 0};
	static const int32_t wrong[] = {REF_NONE, -2, 3, INT32_MAX};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		a.physician = wrong[i];
		ck_assert_int_eq(test_apply(book, &a, 1), APPLY_DANGLING);
		a.physician = 0;
		a.site = wrong[i];
		ck_assert_int_eq(test_load_slot(book, &a, 1), APPLY_DANGLING);
		a.site = 0;
	}
	a.programme = 0;
	ck_assert_int_eq(test_apply(book, &a, 1), APPLY_DANGLING);
	ck_assert_int_eq(book_word(book, SPAN("P1")), 0);
	ck_assert_int_eq(test_apply(book, &a, 1), APPLY_DONE);
	/* A site may have no structure, but not one that is not there. */
	site.structure = 0;
	ck_assert_int_eq(apply(KIND_SITE, &site, 1), APPLY_DANGLING);
	site.structure = -2;
	ck_assert_int_eq(apply(KIND_SITE, &site, 1), APPLY_DANGLING);
	site.structure = REF_NONE;
	ck_assert_int_eq(apply(KIND_SITE, &site, 1), APPLY_DONE);
	/* A token has an account. */
	ck_assert_int_eq(apply(KIND_TOKEN, &token, 1), APPLY_DANGLING);
	ck_assert_int_eq(apply(KIND_ACCOUNT, &account, 1), APPLY_DONE);
	ck_assert_int_eq(apply(KIND_TOKEN, &token, 1), APPLY_DONE);
	token.entity.id = test_id(62);
	token.account = REF_NONE;
	ck_assert_int_eq(apply(KIND_TOKEN, &token, 1), APPLY_DANGLING);
}
END_TEST

START_TEST(entities_keep_their_address)
{
	const struct site *site = book_site(book, 1);
	struct site after = *site;

	for (unsigned n = 10; n < 500; n++) {
		struct site other = test_site(n);

		ck_assert_int_eq(apply(KIND_SITE, &other, 1), APPLY_DONE);
	}
	SET(after.name, "Nouveau");
	ck_assert_int_eq(apply(KIND_SITE, &after, 2), APPLY_DONE);
	ck_assert_ptr_eq(book_site(book, 1), site);
	ck_assert_str_eq(site->name, "Nouveau");
}
END_TEST

START_TEST(handles_lead_to_entities)
{
	struct site site = test_site(1);
	struct token token = {.entity.id = test_id(70), .hash = "feed01"};
	struct account account = {
	    .entity.id = test_id(71), .physician = REF_NONE};
	char id[ID_TEXT_LEN];

	ck_assert_int_eq(book_resolve(book, KIND_SITE, SPAN("000000001")), 1);
	ck_assert_int_eq(
	    book_resolve(book, KIND_PHYSICIAN, SPAN("00000000002")), 2);
	ck_assert_int_eq(
	    book_resolve(book, KIND_SITE, SPAN("00000001")), REF_NONE);
	ck_assert_int_eq(book_resolve(book, KIND_SITE, SPAN("")), REF_NONE);
	id_to_text(site.entity.id, id);
	ck_assert_int_eq(
	    book_resolve(book, KIND_SITE, (struct span){id, sizeof(id)}), 1);
	id_to_text(test_id(999), id);
	ck_assert_int_eq(
	    book_resolve(book, KIND_SITE, (struct span){id, sizeof(id)}),
	    REF_NONE);
	/* A new number takes the place of the old one; none is none. */
	SET(site.finess, "750712184");
	ck_assert_int_eq(apply(KIND_SITE, &site, 2), APPLY_DONE);
	ck_assert_int_eq(
	    book_resolve(book, KIND_SITE, SPAN("000000001")), REF_NONE);
	ck_assert_int_eq(book_resolve(book, KIND_SITE, SPAN("750712184")), 1);
	site.finess[0] = '\0';
	ck_assert_int_eq(apply(KIND_SITE, &site, 3), APPLY_DONE);
	ck_assert_int_eq(
	    book_resolve(book, KIND_SITE, SPAN("750712184")), REF_NONE);
	ck_assert_int_eq(book_resolve(book, KIND_SITE, SPAN("")), REF_NONE);
	/* A token by its hash. */
	ck_assert_int_eq(apply(KIND_ACCOUNT, &account, 1), APPLY_DONE);
	ck_assert_int_eq(apply(KIND_TOKEN, &token, 1), APPLY_DONE);
	ck_assert_int_eq(book_resolve(book, KIND_TOKEN, SPAN("feed01")), 0);
}
END_TEST

START_TEST(lists_are_in_order)
{
	static const char *const codes[] = {"M", "A", "Z", "AA", "B", "a"};
	static const char *const sorted[] = {"A", "AA", "B", "M", "Z", "a"};
	struct territory territory = {0};

	for (unsigned i = 0; i < 6; i++) {
		territory.entity.id = test_id(200 + i);
		SET(territory.code, codes[i]);
		ck_assert_int_eq(
		    apply(KIND_TERRITORY, &territory, 1), APPLY_DONE);
	}
	for (int32_t i = 0; i < 6; i++) {
		int32_t index = book_sorted(book, KIND_TERRITORY)[i];

		ck_assert_str_eq(((const struct territory *)book_entity(
				      book, KIND_TERRITORY, index))
				     ->code,
		    sorted[i]);
		ck_assert_int_eq(
		    book_rank(book, KIND_TERRITORY, span_of(sorted[i])), i + 1);
	}
	/* A handle that is not there stands between its neighbours. */
	ck_assert_int_eq(book_rank(book, KIND_TERRITORY, SPAN("")), 0);
	ck_assert_int_eq(book_rank(book, KIND_TERRITORY, SPAN("AB")), 2);
	ck_assert_int_eq(book_rank(book, KIND_TERRITORY, SPAN("b")), 6);
	ck_assert_int_eq(book_rank(book, KIND_ZONE, SPAN("x")), 0);
}
END_TEST

static void
add_zone(unsigned n, const char *commune, const char *class, const char *from,
    const char *to)
{
	struct zone zone = {.entity.id = test_id(300 + n), .kind = "gp"};

	SET(zone.commune, commune);
	SET(zone.class, class);
	zone.from = test_day(from);
	zone.to = to == NULL ? INT32_MAX : test_day(to);
	ck_assert_int_eq(apply(KIND_ZONE, &zone, 1), APPLY_DONE);
}

START_TEST(zones_hold_on_days)
{
	static const struct {
		const char *commune, *kind, *day, *class;
	} cases[] = {
	    {"16102", "gp", "2021-12-31", NULL},
	    {"16102", "gp", "2022-01-01", "ZIP"},
	    {"16102", "gp", "2023-12-31", "ZIP"},
	    {"16102", "gp", "2024-01-01", "ZAC"},
	    {"16102", "gp", "2024-06-30", "ZAC"},
	    /* The open fact ended when the next began. */
	    {"16102", "gp", "2024-07-01", NULL},
	    {"16102", "qpv", "2024-01-01", NULL},
	    {"16103", "gp", "2024-01-01", "HZ"},
	    {"16101", "gp", "2024-01-01", NULL},
	    {"16104", "gp", "2024-01-01", NULL},
	    {"", "gp", "2024-01-01", NULL},
	    /* A fact with a last day of its own goes on behind a shorter. */
	    {"33063", "gp", "2020-06-01", "ZIP"},
	    {"33063", "gp", "2021-06-01", "ZAR"},
	    {"33063", "gp", "2022-06-01", "ZIP"},
	    {"33063", "gp", "2031-01-01", NULL},
	};

	add_zone(1, "16102", "ZAC", "2024-01-01", "2024-06-30");
	add_zone(2, "33063", "ZIP", "2020-01-01", "2030-12-31");
	add_zone(3, "16102", "ZIP", "2022-01-01", NULL);
	add_zone(4, "33063", "ZAR", "2021-01-01", "2021-12-31");
	add_zone(5, "16103", "HZ", "2000-01-01", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *class = book_zone(book, cases[i].commune,
		    cases[i].kind, test_day(cases[i].day));

		ck_assert_msg(cases[i].class == NULL
			? class == NULL
			: class != NULL && strcmp(class, cases[i].class) == 0,
		    "%s %s: %s", cases[i].commune, cases[i].day,
		    class == NULL ? "none" : class);
	}
	/* Listed by commune and day, whatever the ids. */
	ck_assert_int_eq(book_sorted(book, KIND_ZONE)[0], 2);
	ck_assert_int_eq(book_sorted(book, KIND_ZONE)[1], 0);
	ck_assert_int_eq(book_sorted(book, KIND_ZONE)[2], 4);
}
END_TEST

static void
check_territory(int32_t territory, size_t expected, int32_t first)
{
	size_t count = 99;
	const int32_t *sites = book_territory_sites(book, territory, &count);

	ck_assert_uint_eq(count, expected);
	if (expected > 0)
		ck_assert_int_eq(sites[0], first);
	for (size_t i = 0; i < count; i++)
		ck_assert_int_eq(
		    book_site(book, sites[i])->territory, territory);
}

START_TEST(territories_know_their_sites)
{
	struct territory territory = {.entity.id = test_id(400), .code = "A"};
	struct site site = *book_site(book, 1);
	union after after = {.site = *book_site(book, 2)};
	struct change change = {.kind = KIND_SITE, .after = &after};
	const struct change *changes[] = {&change};

	check_territory(0, 0, 0);
	ck_assert_int_eq(apply(KIND_TERRITORY, &territory, 1), APPLY_DONE);
	territory.entity.id = test_id(401);
	ck_assert_int_eq(apply(KIND_TERRITORY, &territory, 1), APPLY_DONE);
	site.territory = 1;
	ck_assert_int_eq(apply(KIND_SITE, &site, 2), APPLY_DONE);
	check_territory(0, 0, 0);
	check_territory(1, 1, 1);
	check_territory(2, 0, 0);
	check_territory(REF_NONE, 0, 0);
	/* A supposition moves another there, and takes it back. */
	change.id = after.site.entity.id;
	after.site.territory = 1;
	book_suppose(book, changes, 1);
	check_territory(1, 2, 1);
	book_retract(book);
	check_territory(1, 1, 1);
	site.territory = 0;
	ck_assert_int_eq(apply(KIND_SITE, &site, 3), APPLY_DONE);
	check_territory(0, 1, 1);
	check_territory(1, 0, 0);
}
END_TEST

/* What a verdict rests on lies beneath it, and stays when it is retracted. */
START_TEST(one_supposition_lies_beneath_another)
{
	union after after = {.site = *book_site(book, 2)};
	struct change change = {.kind = KIND_SITE, .after = &after};
	const struct change *changes[] = {&change};
	struct id id = change.id = after.site.entity.id;
	struct id known = test_id(500), other = test_id(501);
	uint32_t rooms = book_site(book, 2)->rooms;

	book_set_guard(book, known, 7);
	book_suppose(book, NULL, 0);
	after.site.rooms = rooms + 1;
	book_suppose_more(book, &change);
	book_suppose_guard(book, known, 8);
	book_suppose_guard(book, known, 9);
	book_suppose_guard(book, other, 1);
	after.site.rooms = rooms + 2;
	book_suppose(book, changes, 1);
	ck_assert_int_eq(
	    book_latest(book, KIND_SITE, id)->site.rooms, rooms + 2);
	book_retract(book);
	ck_assert_int_eq(
	    book_latest(book, KIND_SITE, id)->site.rooms, rooms + 1);
	ck_assert_uint_eq(book_guard(book, known), 9);
	ck_assert_uint_eq(book_guard(book, other), 1);
	book_retract(book);
	ck_assert_uint_eq(book_latest(book, KIND_SITE, id)->site.rooms, rooms);
	ck_assert_uint_eq(book_guard(book, known), 7);
	ck_assert_uint_eq(book_guard(book, other), 0);
}
END_TEST

START_TEST(words_are_kept_once)
{
	char word[] = "CSTM-16";
	int32_t first = book_word(book, span_of(word));

	ck_assert_int_eq(first, 0);
	word[0] = 'X';
	ck_assert_int_eq(book_word(book, SPAN("CSTM-16")), first);
	ck_assert_int_eq(book_word_find(book, span_of(word)), REF_NONE);
	ck_assert_int_eq(book_word(book, span_of(word)), 1);
	ck_assert(span_is(book_word_text(book, first), "CSTM-16"));
	ck_assert_uint_eq(book_word_text(book, REF_NONE).len, 0);
	ck_assert_uint_eq(book_word_text(book, 2).len, 0);
	ck_assert_int_eq(book_word(book, SPAN("")), REF_NONE);
}
END_TEST

START_TEST(words_are_bounded)
{
	char word[16];

	for (int32_t i = 0; i < BOOK_WORDS_MAX; i++) {
		snprintf(word, sizeof(word), "w%d", i);
		ck_assert_int_eq(book_word(book, span_of(word)), i);
	}
	ck_assert_int_eq(book_word(book, SPAN("one-more")), REF_NONE);
	ck_assert_int_eq(book_word(book, SPAN("w77")), 77);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("book");

	tcase_add_checked_fixture(tcase, make_book, free_book);
	tcase_add_test(tcase, first_day_is_the_quarter_or_five_weeks_back);
	tcase_add_test(tcase, revisions_go_one_by_one);
	tcase_add_test(tcase, loading_takes_any_revision);
	tcase_add_test(tcase, older_days_are_counted_only);
	tcase_add_test(tcase, references_must_be_there);
	tcase_add_test(tcase, entities_keep_their_address);
	tcase_add_test(tcase, handles_lead_to_entities);
	tcase_add_test(tcase, lists_are_in_order);
	tcase_add_test(tcase, zones_hold_on_days);
	tcase_add_test(tcase, territories_know_their_sites);
	tcase_add_test(tcase, one_supposition_lies_beneath_another);
	tcase_add_test(tcase, words_are_kept_once);
	tcase_add_test(tcase, words_are_bounded);
	return test_main("book", &tcase, 1);
}
