/* SPDX-License-Identifier: ISC */
/*
 * store_test: what a store does on a database in good health.
 */
#include "tests/integration/store_one.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(write_is_in_the_book_when_it_is_done)
{
	struct assignment a = kit_assignment(&one, 1, 2, KIT_DAY);
	const struct book *book = store_book(one.store);
	struct id physician =
	    book_entity(book, KIND_PHYSICIAN, a.physician)->id;
	struct id site = book_entity(book, KIND_SITE, a.site)->id;

	ck_assert_int_eq(kit_put(&one, a), STATUS_OK);
	ck_assert_ptr_nonnull(one_find(a.id));
	ck_assert_uint_eq(one_find(a.id)->rev, 1);
	ck_assert_uint_eq(
	    book_guard(book, guard_entity(KIND_PHYSICIAN, physician)), 2);
	ck_assert_uint_eq(book_guard(book, guard_site_day(site, KIT_DAY)), 1);
	a.state = STATE_PUBLISHED;
	ck_assert_int_eq(kit_put(&one, a), STATUS_OK);
	ck_assert_int_eq(one_find(a.id)->state, STATE_PUBLISHED);
	ck_assert_uint_eq(book_guard(book, guard_site_day(site, KIT_DAY)), 2);
	ck_assert_int_eq(pgcluster_number(kit.sql,
			     "SELECT count(*) FROM rota.change WHERE kind = "
			     "'assignment' AND payload->>'reason' = 'illness'"),
	    2);
}
END_TEST

START_TEST(what_is_told_has_a_before)
{
	/* on_change() of the kit has looked at every change by now. */
	struct assignment a = kit_assignment(&one, 1, 2, KIT_DAY);
	size_t before = one.changes;

	ck_assert_int_eq(kit_put(&one, a), STATUS_OK);
	ck_assert_uint_eq(one.changes, before + 1);
	ck_assert_uint_gt(one.applied, 0);
	ck_assert_uint_eq(one.loads, 1);
}
END_TEST

/* One of each kind and several revisions, through the feed, equal to what is
 * read from the tables. */
START_TEST(load_equals_replay)
{
	struct kit_write writes[ONE_PEOPLE];
	struct assignment a;

	for (int32_t i = 0; i < ONE_PEOPLE; i++) {
		a = kit_assignment(&one, i, ONE_PEOPLE - 1 - i, KIT_DAY + i);
		a.programme =
		    book_word(store_book(one.store), SPAN("PTSS \"x\""));
		ck_assert(kit_send(&one, &writes[i], a, ID_NIL, 0));
	}
	for (int32_t i = 0; i < ONE_PEOPLE; i++)
		ck_assert_int_eq(kit_wait(&writes[i]), STATUS_OK);
	a.state = STATE_CANCELLED;
	ck_assert_int_eq(kit_put(&one, a), STATUS_OK);
	kit_check_load(&one);
}
END_TEST

/* Everything of the directory: text that must be escaped, references, absent
 * values, in one unit with entities that refer to each other. */
START_TEST(directory_survives_the_way)
{
	const struct book *book = store_book(one.store);
	union after after;
	struct kit_write write;
	struct unit unit;
	int32_t territories = book_count(book, KIND_TERRITORY);
	int32_t accounts = book_count(book, KIND_ACCOUNT);

	unit_init(&unit);
	memset(&after, 0, sizeof(after));
	after.entity.id = kit_id();
	strcpy(after.territory.code, "CPTS-\xc3\x89TANG");
	strcpy(after.territory.kind, "cpts");
	strcpy(after.territory.regulator, "takes");
	strcpy(after.territory.phone, "+123456789012345");
	after.territory.floor_48 = 9999;
	strcpy(after.territory.name, "a\tb\"c\\d/\xe2\x82\xac \x01");
	strcpy(after.territory.state, "active");
	strcpy(after.territory.source, "real");
	unit_put(&unit, book, KIND_TERRITORY, &after, 1, SPAN("why\"not"));

	memset(&after, 0, sizeof(after));
	after.entity.id = kit_id();
	after.site.structure = after.site.sector = REF_NONE;
	after.site.territory = territories; /* the one above */
	after.site.pdsa = territories;
	strcpy(after.site.kind, "mobile");
	strcpy(after.site.precision, "commune");
	strcpy(after.site.hours_source, "generated");
	strcpy(after.site.holidays, "open");
	strcpy(after.site.manner, "walk-in");
	after.site.minutes = 5;
	after.site.lat = 4512345;
	after.site.lon = -12345;
	after.site.tz = tz_find(SPAN("America/Cayenne"));
	after.site.rooms = 3;
	strcpy(after.site.state, "active");
	strcpy(after.site.source, "real");
	unit_put(&unit, book, KIND_SITE, &after, 2, (struct span){NULL, 0});

	memset(&after, 0, sizeof(after));
	after.entity.id = kit_id();
	strcpy(after.zone.commune, "2A004");
	strcpy(after.zone.kind, "gp");
	strcpy(after.zone.class, "ZIP");
	after.zone.from = 20000;
	after.zone.to = INT32_MAX;
	strcpy(after.zone.source, "real");
	unit_put(&unit, book, KIND_ZONE, &after, 3, (struct span){NULL, 0});

	memset(&after, 0, sizeof(after));
	after.entity.id = kit_id();
	after.account.physician = 5;
	strcpy(after.account.role, "physician");
	strcpy(after.account.state, "active");
	memset(after.account.scope, 'x', PROTO_LONG_MAX);
	unit_put(&unit, book, KIND_ACCOUNT, &after, 4, (struct span){NULL, 0});

	memset(&after, 0, sizeof(after));
	after.entity.id = kit_id();
	after.token.account = accounts; /* the one above */
	strcpy(after.token.kind, "bearer");
	memset(after.token.hash, 'a', 64);
	after.token.expires = INT64_C(4102444800);
	strcpy(after.token.state, "live");
	unit_put(&unit, book, KIND_TOKEN, &after, 5, (struct span){NULL, 0});

	unit_seal(&unit, book);
	ck_assert(kit_send_unit(&one, &write, &unit, ID_NIL, 0));
	unit_fini(&unit);
	ck_assert_int_eq(kit_wait(&write), STATUS_OK);
	kit_check_load(&one);
}
END_TEST

START_TEST(key_is_answered_again)
{
	struct assignment a = kit_assignment(&one, 1, 2, KIT_DAY);
	struct assignment b = kit_assignment(&one, 3, 4, KIT_DAY);
	struct kit_write write;
	struct id key = kit_id();

	ck_assert(kit_send(&one, &write, a, key, 1));
	ck_assert_int_eq(kit_wait(&write), STATUS_OK);
	ck_assert(!write.result.replayed);
	/* The retry is judged on another book, and is the same request. */
	ck_assert(kit_send(&one, &write, a, key, 1));
	ck_assert_int_eq(kit_wait(&write), STATUS_OK);
	ck_assert(write.result.replayed);
	ck_assert_str_eq(write.answer, "ok slot=first");
	ck_assert_uint_eq(one_find(a.id)->rev, 1);
	ck_assert(kit_send(&one, &write, b, key, 2));
	ck_assert_int_eq(kit_wait(&write), STATUS_KEY_REUSED);
	ck_assert_ptr_null(one_find(b.id));
}
END_TEST

START_TEST(key_can_be_asked_for)
{
	struct assignment a = kit_assignment(&one, 1, 2, KIT_DAY);
	struct kit_write write;
	struct id key = kit_id();

	for (int round = 0; round < 3; round++) {
		one_ask_key(&write, key, round == 2 ? 2 : 1);
		ck_assert_int_eq(kit_wait(&write),
		    round == 0       ? STATUS_NOT_FOUND
			: round == 1 ? STATUS_OK
				     : STATUS_KEY_REUSED);
		if (round == 1)
			ck_assert_str_eq(write.answer, "ok slot=first");
		if (round == 0) {
			ck_assert(kit_send(&one, &write, a, key, 1));
			ck_assert_int_eq(kit_wait(&write), STATUS_OK);
		}
	}
}
END_TEST

/* A guard that was only read, and one that is raised; a revision alone. */
START_TEST(stale_verdicts_change_nothing)
{
	struct rig other;
	struct rig *both[] = {&one, &other};
	struct assignment a = kit_assignment(&one, 1, 2, KIT_DAY);
	const struct book *book = store_book(one.store);
	union after after = {.assignment = a}, changed;
	struct kit_write write;
	struct unit unit;

	rig_open(&other);
	kit_settle(both, 2);
	unit_init(&unit);
	unit_put(
	    &unit, book, KIND_ASSIGNMENT, &after, 0, (struct span){NULL, 0});
	unit_seal(&unit, book);
	/* The other one changes the site, which the unit has read. */
	memset(&changed, 0, sizeof(changed));
	changed.site = *book_site(store_book(other.store), 2);
	changed.site.rooms = 1;
	{
		struct unit site;

		unit_init(&site);
		unit_put(&site, store_book(other.store), KIND_SITE, &changed, 0,
		    (struct span){NULL, 0});
		unit_seal(&site, store_book(other.store));
		ck_assert(kit_send_unit(&other, &write, &site, ID_NIL, 0));
		unit_fini(&site);
	}
	ck_assert_int_eq(kit_wait(&write), STATUS_OK);
	ck_assert(kit_send_unit(&one, &write, &unit, ID_NIL, 0));
	ck_assert_int_eq(kit_wait(&write), STATUS_STALE);
	unit_fini(&unit);
	/* What it is told after a poll is what it needs to judge again. */
	ck_assert_uint_eq(book_site(book, 2)->rooms, 1);
	ck_assert_ptr_null(one_find(a.id));
	ck_assert_int_eq(kit_put(&one, a), STATUS_OK);
	kit_settle(both, 2);
	kit_check_equal(&one, &other);
	rig_close(&other);
}
END_TEST

/* The book then shows what somebody else had committed before. */
START_TEST(refresh_shows_what_was_committed)
{
	struct kit_write write;
	struct id id;

	for (int i = 0; i < 20; i++) {
		id = kit_id();
		kit_put_by_sql(kit.sql, &one, id, i);
		memset(&write, 0, sizeof(write));
		ck_assert_int_eq(
		    store_refresh(one.store, one_note, &write), STATUS_OK);
		ck_assert(!write.done);
		ck_assert_int_eq(kit_wait(&write), STATUS_OK);
		ck_assert_ptr_nonnull(one_find(id));
	}
}
END_TEST

START_TEST(second_daemon_is_told_soon)
{
	struct rig other;
	struct assignment a;
	uint64_t began, slowest = 0;

	rig_open(&other);
	for (int i = 0; i < 50; i++) {
		a = kit_assignment(&one, i % ONE_PEOPLE, 2, KIT_DAY + i);
		began = clock_mono_us();
		ck_assert_int_eq(kit_put(&one, a), STATUS_OK);
		while (book_assignment(store_book(other.store), a.id) == NULL) {
			kit_run(1);
			ck_assert_uint_lt(clock_mono_us() - began, 5000000);
		}
		if (clock_mono_us() - began > slowest)
			slowest = clock_mono_us() - began;
	}
	fprintf(stderr, "slowest of 50 on the other side: %llu us\n",
	    (unsigned long long)slowest);
	rig_close(&other);
}
END_TEST

int
main(void)
{
	TCase *tcase;
	Suite *suite = one_suite("store", &tcase);

	tcase_add_test(tcase, write_is_in_the_book_when_it_is_done);
	tcase_add_test(tcase, what_is_told_has_a_before);
	tcase_add_test(tcase, load_equals_replay);
	tcase_add_test(tcase, directory_survives_the_way);
	tcase_add_test(tcase, key_is_answered_again);
	tcase_add_test(tcase, key_can_be_asked_for);
	tcase_add_test(tcase, stale_verdicts_change_nothing);
	tcase_add_test(tcase, refresh_shows_what_was_committed);
	tcase_add_test(tcase, second_daemon_is_told_soon);
	return kit_main(suite, NULL);
}
