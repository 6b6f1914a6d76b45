/* SPDX-License-Identifier: ISC */
/*
 * unit_test: what a write changes, and the guards it depends on.
 */
#include "daemon/domain/unit.h"

#include "tests/unit/domain_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct book *book;
static struct unit unit;

static void
set_up(void)
{
	book = book_new(test_day("2026-01-01"));
	test_people(book, 4, 4);
	unit_init(&unit);
}

static void
tear_down(void)
{
	unit_fini(&unit);
	book_free(book);
}

static void
put_slot(const struct assignment *a, unsigned line)
{
	union after after = {.assignment = *a};

	unit_put(&unit, book, KIND_ASSIGNMENT, &after, line, SPAN("why"));
}

static bool
has(const struct guard *guards, size_t count, struct id id)
{
	for (size_t i = 0; i < count; i++)
		if (id_equal(guards[i].id, id))
			return true;
	return false;
}

static bool
bumps(struct id id)
{
	return has(unit.bumps, unit.bump_count, id);
}

static bool
reads(struct id id)
{
	return has(unit.reads, unit.read_count, id);
}

static void
check_sorted(const struct guard *guards, size_t count)
{
	for (size_t i = 1; i < count; i++)
		ck_assert_int_lt(id_compare(guards[i - 1].id, guards[i].id), 0);
}

/* Two daemons of different releases must name an aggregate alike. */
START_TEST(guard_names_never_change)
{
	struct id id = {0x0123456789abcdefu, 0xfedcba9876543210u};
	struct {
		struct id name;
		const char *text;
	} cases[] = {
	    {guard_entity(KIND_PHYSICIAN, id),
		"3c116a88-e618-6dc0-e0b7-7458d25fe842"},
	    {guard_entity(KIND_SITE, id),
		"b6dd9370-f942-b03d-63bb-a4b144d94a2e"},
	    {guard_site_day(id, 20514), "f47e295e-6933-7682-d74b-5d396ace060e"},
	    {guard_site_day(id, -1), "e23b6fc4-9ab5-8674-21c3-ed4945457e2b"},
	    {guard_share(SPAN("CSTM-16-2026"), id, 20454),
		"df08d34b-63db-ce55-d818-fbf55b12be67"},
	    {guard_share(SPAN(""), ID_NIL, 0),
		"46959e7b-8fac-5aff-8588-2b5fdd648df5"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[ID_TEXT_LEN + 1] = "";

		id_to_text(cases[i].name, text);
		ck_assert_str_eq(text, cases[i].text);
	}
}
END_TEST

START_TEST(guard_names_do_not_meet)
{
	enum { EACH = 20000 };
	struct guard *all = calloc((size_t)3 * EACH, sizeof(*all));
	size_t n = 0;

	for (uint64_t i = 0; i < EACH; i++) {
		struct id id = {i / 100, i % 100};

		all[n++].id =
		    guard_entity((enum kind)(i % KIND_DIRECTORY_COUNT), id);
		all[n++].id = guard_site_day(id, (int32_t)(i % 7));
		all[n++].id = guard_share(SPAN("P"), id, (int32_t)(i % 7));
	}
	for (size_t i = 0; i < n; i++)
		unit_read(&unit, all[i].id, INT32_MAX);
	unit_seal(&unit, book);
	ck_assert_uint_eq(unit.read_count, n);
	free(all);
	/* Texts that run into each other do not. */
	ck_assert(!id_equal(guard_share(SPAN("ab"), ID_NIL, 0),
	    guard_share(SPAN("ab\0"), ID_NIL, 0)));
}
END_TEST

START_TEST(an_assignment_bumps_both_its_places)
{
	struct assignment a = test_slot(book, 100, 0, 0, "2026-03-02", PART_M);
	struct assignment b = test_slot(book, 100, 1, 2, "2026-03-03", PART_A);
	int32_t quarter = test_day("2026-01-01");

	ck_assert_int_eq(test_apply(book, &a, 1), APPLY_DONE);
	book_set_guard(book, guard_entity(KIND_PHYSICIAN, test_id(1)), 7);
	book_set_guard(book, guard_entity(KIND_SITE, test_id(2)), 3);
	put_slot(&b, 0);
	unit_seal(&unit, book);
	ck_assert_uint_eq(unit.bump_count, 6);
	ck_assert(bumps(guard_entity(KIND_PHYSICIAN, test_id(0))));
	ck_assert(bumps(guard_entity(KIND_PHYSICIAN, test_id(1))));
	ck_assert(bumps(guard_site_day(test_id(0), a.day)));
	ck_assert(bumps(guard_site_day(test_id(2), b.day)));
	/* Other care taken from the one, and published at the other. */
	ck_assert(bumps(guard_share(SPAN(""), test_id(0), quarter)));
	ck_assert(bumps(guard_share(SPAN(""), test_id(2), quarter)));
	ck_assert_uint_eq(unit.read_count, 1);
	ck_assert(reads(guard_entity(KIND_SITE, test_id(2))));
	ck_assert_uint_eq(unit.reads[0].seen, 3);
	ck_assert_int_eq(unit.reads[0].day, INT32_MAX);
	check_sorted(unit.bumps, unit.bump_count);
	for (size_t i = 0; i < unit.bump_count; i++) {
		const struct guard *guard = &unit.bumps[i];

		if (id_equal(
			guard->id, guard_entity(KIND_PHYSICIAN, test_id(1))))
			ck_assert_uint_eq(guard->seen, 7);
		else
			ck_assert_uint_eq(guard->seen, 0);
		if (id_equal(guard->id, guard_site_day(test_id(2), b.day)))
			ck_assert_int_eq(guard->day, b.day);
	}
	ck_assert_uint_eq(unit.changes[0].change.rev, 2);
	ck_assert_uint_eq(unit.changes[0].change.after->assignment.rev, 2);
	ck_assert(span_is(unit.changes[0].reason, "why"));
}
END_TEST

START_TEST(a_bump_is_not_a_read)
{
	struct assignment a = test_slot(book, 100, 0, 0, "2026-03-02", PART_M);
	struct assignment b = test_slot(book, 101, 1, 0, "2026-03-02", PART_A);
	union after site = {.site = *book_site(book, 0)};

	put_slot(&a, 1);
	put_slot(&b, 2);
	unit_put(&unit, book, KIND_SITE, &site, 3, SPAN(""));
	unit_read(&unit, test_id(900), 5);
	unit_read(&unit, test_id(900), 5);
	unit_read(&unit, test_id(901), 5);
	unit_read(&unit, guard_entity(KIND_PHYSICIAN, test_id(1)), INT32_MAX);
	unit_seal(&unit, book);
	/* Two physicians, one site x day and its quarter, the site itself. */
	ck_assert_uint_eq(unit.bump_count, 5);
	ck_assert(bumps(guard_entity(KIND_SITE, test_id(0))));
	ck_assert_uint_eq(unit.read_count, 2);
	ck_assert(reads(test_id(900)) && reads(test_id(901)));
	check_sorted(unit.bumps, unit.bump_count);
	check_sorted(unit.reads, unit.read_count);
	/* Sites go before assignments, which keep the order of the lines. */
	ck_assert_int_eq(unit.changes[0].change.kind, KIND_SITE);
	ck_assert_uint_eq(unit.changes[1].line, 1);
	ck_assert_uint_eq(unit.changes[2].line, 2);
}
END_TEST

/* Its days and quotas; a reference that is no more than a word has none. */
START_TEST(an_assignment_reads_its_programme)
{
	struct assignment a = test_slot(book, 100, 0, 0, "2026-03-02", PART_M);
	union after programme = {
	    .programme = {
		.entity.id = test_id(60), .code = "CSTM", .state = "active"}};
	union after quota = {.quota = {.entity.id = test_id(61),
				 .physician = REF_NONE,
				 .period = "week",
				 .state = "active"}};

	a.programme = book_word(book, SPAN("CSTM"));
	put_slot(&a, 0);
	unit_seal(&unit, book);
	ck_assert_uint_eq(unit.read_count, 1);
	unit_fini(&unit);
	unit_init(&unit);
	test_load(book, KIND_PROGRAMME, &programme.programme);
	put_slot(&a, 0);
	unit_seal(&unit, book);
	ck_assert_uint_eq(unit.read_count, 2);
	ck_assert(reads(guard_entity(KIND_PROGRAMME, test_id(60))));
	/* Which its quotas raise. */
	unit_fini(&unit);
	unit_init(&unit);
	unit_put(&unit, book, KIND_QUOTA, &quota, 0, SPAN(""));
	unit_seal(&unit, book);
	ck_assert_uint_eq(unit.bump_count, 1);
	ck_assert(bumps(guard_entity(KIND_PROGRAMME, test_id(60))));
}
END_TEST

START_TEST(a_token_bumps_its_account)
{
	union after account = {.account = {.entity.id = test_id(50),
				   .physician = REF_NONE,
				   .role = "admin"}};
	union after token = {.token = {.entity.id = test_id(51)}};

	unit_put(&unit, book, KIND_ACCOUNT, &account, 0, SPAN(""));
	token.token.account = unit_find(&unit, book, KIND_ACCOUNT, test_id(50));
	ck_assert_int_eq(token.token.account, 0);
	unit_put(&unit, book, KIND_TOKEN, &token, 0, SPAN(""));
	unit_seal(&unit, book);
	ck_assert_uint_eq(unit.bump_count, 1);
	ck_assert(bumps(guard_entity(KIND_ACCOUNT, test_id(50))));
	ck_assert_uint_eq(unit.read_count, 0);
}
END_TEST

static void
put_fact(enum kind kind, union after *after, unsigned n)
{
	after->entity.id = test_id(n);
	unit_put(&unit, book, kind, after, n, SPAN(""));
}

/* A fact that verdicts read raises whom it is about, any other one itself. */
START_TEST(a_fact_bumps_its_owner)
{
	union after absence = {.absence = {.physician = 1}};
	union after closure = {.closure = {.site = 2}};
	union after authorisation = {
	    .authorisation = {.physician = 1, .site = 3}};
	union after presence = {.presence = {.site = 3}};
	union after holiday = {.holiday = {.from = 0}};

	put_fact(KIND_ABSENCE, &absence, 50);
	put_fact(KIND_CLOSURE, &closure, 51);
	put_fact(KIND_AUTHORISATION, &authorisation, 52);
	put_fact(KIND_PRESENCE, &presence, 53);
	put_fact(KIND_HOLIDAY, &holiday, 54);
	unit_seal(&unit, book);
	ck_assert(bumps(guard_entity(KIND_PHYSICIAN, test_id(1))));
	ck_assert(bumps(guard_entity(KIND_SITE, test_id(2))));
	ck_assert(bumps(guard_entity(KIND_PRESENCE, test_id(53))));
	ck_assert(!bumps(guard_entity(KIND_ABSENCE, test_id(50))));
	ck_assert(!bumps(guard_entity(KIND_SITE, test_id(3))));
	check_sorted(unit.bumps, unit.bump_count);
}
END_TEST

START_TEST(a_later_line_replaces_an_earlier)
{
	struct assignment a = test_slot(book, 100, 0, 0, "2026-03-02", PART_M);
	struct assignment b = test_slot(book, 100, 1, 1, "2026-03-02", PART_M);
	struct assignment c = test_slot(book, 100, 2, 2, "2026-03-02", PART_M);

	ck_assert_int_eq(test_apply(book, &a, 1), APPLY_DONE);
	ck_assert_int_eq(unit_assignment(&unit, book, a.id)->physician, 0);
	put_slot(&b, 1);
	ck_assert_int_eq(unit_assignment(&unit, book, a.id)->physician, 1);
	put_slot(&c, 2);
	ck_assert_uint_eq(unit.count, 1);
	ck_assert_int_eq(unit_assignment(&unit, book, a.id)->physician, 2);
	ck_assert_int_eq(book_assignment(book, a.id)->physician, 0);
	unit_set_room(&unit, 0, 2);
	ck_assert_uint_eq(unit_assignment(&unit, book, a.id)->room, 2);
	unit_seal(&unit, book);
	ck_assert_uint_eq(unit.changes[0].line, 2);
	ck_assert_uint_eq(unit.changes[0].change.rev, 2);
	ck_assert(bumps(guard_entity(KIND_PHYSICIAN, test_id(0))));
	ck_assert(bumps(guard_entity(KIND_PHYSICIAN, test_id(2))));
	ck_assert_ptr_null(unit_assignment(&unit, book, test_id(101)));
}
END_TEST

static union after
site_number(unsigned n, const char *finess)
{
	union after after = {.site = test_site(n)};

	SET(after.site.finess, finess);
	return after;
}

/* Both with few changes, which are searched, and with an index. */
START_TEST(new_entities_have_an_index)
{
	unsigned before = _i == 0 ? 0 : 100;
	union after other, x = site_number(500, "750712184");
	union after y = site_number(501, "330781196");
	union after old = {.site = *book_site(book, 2)};
	struct assignment a;
	int32_t at = 4 + (int32_t)before;
	char id[ID_TEXT_LEN];

	for (unsigned i = 0; i < before; i++) {
		other = (union after){.site = test_site(1000 + i)};
		unit_put(&unit, book, KIND_SITE, &other, 1, SPAN(""));
	}
	unit_put(&unit, book, KIND_SITE, &x, 2, SPAN(""));
	unit_put(&unit, book, KIND_SITE, &old, 3, SPAN(""));
	unit_put(&unit, book, KIND_SITE, &y, 4, SPAN(""));
	ck_assert_int_eq(unit_find(&unit, book, KIND_SITE, x.entity.id), at);
	ck_assert_int_eq(
	    unit_find(&unit, book, KIND_SITE, y.entity.id), at + 1);
	ck_assert_int_eq(unit_find(&unit, book, KIND_SITE, test_id(2)), 2);
	ck_assert_int_eq(
	    unit_find(&unit, book, KIND_SITE, test_id(77)), REF_NONE);
	ck_assert_int_eq(
	    unit_resolve(&unit, book, KIND_SITE, SPAN("330781196")), at + 1);
	ck_assert_int_eq(
	    unit_resolve(&unit, book, KIND_SITE, SPAN("000000001")), 1);
	id_to_text(x.entity.id, id);
	ck_assert_int_eq(
	    unit_resolve(&unit, book, KIND_SITE, (struct span){id, sizeof(id)}),
	    at);
	ck_assert(
	    id_equal(unit_at(&unit, book, KIND_SITE, at + 1)->id, y.entity.id));
	ck_assert(id_equal(unit_at(&unit, book, KIND_SITE, 3)->id, test_id(3)));
	/* An assignment may refer to it, and the book takes both. */
	a = test_slot(book, 600, 0, 0, "2026-03-02", PART_M);
	a.site = at + 1;
	put_slot(&a, 5);
	unit_seal(&unit, book);
	ck_assert(bumps(guard_site_day(y.entity.id, a.day)));
	ck_assert(bumps(guard_entity(KIND_SITE, y.entity.id)));
	for (size_t i = 0; i < unit.count; i++)
		ck_assert_int_eq(
		    book_apply(book, &unit.changes[i].change), APPLY_DONE);
	ck_assert(id_equal(book_site(book, at + 1)->entity.id, y.entity.id));
	ck_assert_uint_eq(book_site_run(book, at + 1).count, 1);
}
END_TEST

/* Codes that change hands within a unit. */
START_TEST(codes_are_those_of_the_unit)
{
	unsigned before = _i == 0 ? 0 : 100;
	union after other, a = {.site = *book_site(book, 0)};
	union after b = {.site = *book_site(book, 1)};
	char id[ID_TEXT_LEN];

	for (unsigned i = 0; i < before; i++) {
		other = (union after){.site = test_site(1000 + i)};
		unit_put(&unit, book, KIND_SITE, &other, 1, SPAN(""));
	}
	SET(a.site.finess, "750712184");
	unit_put(&unit, book, KIND_SITE, &a, 2, SPAN(""));
	ck_assert_int_eq(
	    unit_resolve(&unit, book, KIND_SITE, SPAN("750712184")), 0);
	ck_assert_int_eq(
	    unit_resolve(&unit, book, KIND_SITE, SPAN("000000000")), REF_NONE);
	SET(b.site.finess, "000000000");
	unit_put(&unit, book, KIND_SITE, &b, 3, SPAN(""));
	ck_assert_int_eq(
	    unit_resolve(&unit, book, KIND_SITE, SPAN("000000000")), 1);
	SET(a.site.finess, "000000001");
	unit_put(&unit, book, KIND_SITE, &a, 4, SPAN(""));
	ck_assert_int_eq(
	    unit_resolve(&unit, book, KIND_SITE, SPAN("000000001")), 0);
	ck_assert_int_eq(
	    unit_resolve(&unit, book, KIND_SITE, SPAN("750712184")), REF_NONE);
	ck_assert_int_eq(
	    unit_resolve(&unit, book, KIND_SITE, SPAN("")), REF_NONE);
	/* By id they are found as ever. */
	id_to_text(a.entity.id, id);
	ck_assert_int_eq(
	    unit_resolve(&unit, book, KIND_SITE, (struct span){id, sizeof(id)}),
	    0);
	ck_assert_str_eq(
	    unit_entity(&unit, book, KIND_SITE, b.entity.id)->site.finess,
	    "000000000");
	ck_assert_str_eq(
	    unit_entity(&unit, book, KIND_SITE, test_id(3))->site.finess,
	    "000000003");
	ck_assert_ptr_null(unit_entity(&unit, book, KIND_SITE, test_id(40)));
	unit_seal(&unit, book);
	ck_assert_str_eq(
	    unit_entity(&unit, book, KIND_SITE, b.entity.id)->site.finess,
	    "000000000");
}
END_TEST

/* Ids are a kind's own: a client may choose that of a slot. */
START_TEST(kinds_do_not_share_ids)
{
	struct assignment a = test_slot(book, 1, 0, 0, "2026-03-02", PART_M);
	union after site = {.site = *book_site(book, 1)};

	for (unsigned i = 0; i < 40; i++) {
		a.id = test_id(i);
		put_slot(&a, 1);
	}
	unit_put(&unit, book, KIND_SITE, &site, 2, SPAN(""));
	ck_assert_uint_eq(unit.count, 41);
	ck_assert_int_eq(unit_assignment(&unit, book, test_id(1))->site, 0);
	ck_assert_str_eq(
	    unit_entity(&unit, book, KIND_SITE, test_id(1))->site.finess,
	    "000000001");
}
END_TEST

START_TEST(the_largest_batch_is_quick_to_build)
{
	for (unsigned i = 0; i < PROTO_BATCH_MAX; i++) {
		struct assignment a =
		    test_slot(book, 10000 + i, (int32_t)(i % 4),
			(int32_t)(i / 4 % 4), "2026-03-02", PART_M);

		a.day += (int32_t)(i / 16 % 90);
		put_slot(&a, i + 1);
		ck_assert_ptr_nonnull(unit_assignment(&unit, book, a.id));
	}
	unit_seal(&unit, book);
	ck_assert_uint_eq(unit.count, PROTO_BATCH_MAX);
	/* Four physicians, and four sites on 90 days of two quarters. */
	ck_assert_uint_eq(unit.bump_count, 4 + 4 * 90 + 4 * 2);
	ck_assert_uint_eq(unit.read_count, 4);
	ck_assert_uint_eq(
	    unit.changes[PROTO_BATCH_MAX - 1].line, PROTO_BATCH_MAX);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("unit");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, guard_names_never_change);
	tcase_add_test(tcase, guard_names_do_not_meet);
	tcase_add_test(tcase, an_assignment_bumps_both_its_places);
	tcase_add_test(tcase, a_bump_is_not_a_read);
	tcase_add_test(tcase, an_assignment_reads_its_programme);
	tcase_add_test(tcase, a_token_bumps_its_account);
	tcase_add_test(tcase, a_fact_bumps_its_owner);
	tcase_add_test(tcase, a_later_line_replaces_an_earlier);
	tcase_add_loop_test(tcase, new_entities_have_an_index, 0, 2);
	tcase_add_loop_test(tcase, codes_are_those_of_the_unit, 0, 2);
	tcase_add_test(tcase, kinds_do_not_share_ids);
	tcase_add_test(tcase, the_largest_batch_is_quick_to_build);
	return test_main("unit", &tcase, 1);
}
