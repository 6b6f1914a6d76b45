/* SPDX-License-Identifier: ISC */
/*
 * stop_test: where a mobile site stands, and whether it could stand in two
 * places at once.
 */
#include "tests/unit/open_support.h"

#include "daemon/base/compiler.h"

START_TEST(a_mobile_site_is_where_it_stops)
{
	int32_t monday = test_day("2026-03-02");
	struct place place;
	struct stop stop;
	struct zone zone = {.from = test_day("2025-01-01"), .to = INT32_MAX};

	zone.entity.id = test_id(99);
	SET(zone.commune, "16102");
	SET(zone.kind, "gp");
	SET(zone.class, "ZIP");
	open_change(KIND_ZONE, &zone);
	open_set_site(
	    "mobile", "mon-fri M 09:00-12:00 A 14:00-18:00", "closed", "");
	/* Two communes on one day. */
	stop = open_stop("mon M", "2026-01-01", NULL, "16102");
	stop.lat = 4569000;
	stop.lon = -33000;
	SET(stop.address, "Place du marché");
	open_change(KIND_STOP, &stop);
	open_stop("mon A", "2026-01-01", "2026-03-31", "16103");
	ck_assert_str_eq(open_at("2026-03-02", PART_M), "09:00-12:00");
	ck_assert_str_eq(open_at("2026-03-02", PART_A), "14:00-18:00");
	ck_assert_str_eq(open_at("2026-03-03", PART_M), "stop");
	ck_assert_str_eq(open_at("2026-04-06", PART_A), "stop");
	site_place(book, 0, monday, PART_M, &place);
	ck_assert_str_eq(place.commune, "16102");
	ck_assert_str_eq(place.address, "Place du marché");
	ck_assert_int_eq(place.lat, 4569000);
	ck_assert_int_eq(place.lon, -33000);
	ck_assert_ptr_nonnull(place.stop);
	ck_assert_str_eq(site_zone(book, 0, monday, PART_M, "gp"), "ZIP");
	/* Without coordinates those of the site are not taken. */
	site_place(book, 0, monday, PART_A, &place);
	ck_assert_str_eq(place.commune, "16103");
	ck_assert(place.lat == 0 && place.lon == 0);
	ck_assert_ptr_null(site_zone(book, 0, monday, PART_A, "gp"));
	/* Where it stands nowhere, its own place. */
	site_place(book, 0, monday + 1, PART_M, &place);
	ck_assert_ptr_null(place.stop);
	ck_assert_str_eq(place.commune, book_site(book, 0)->commune);
	/* A stop opens nothing: the hours do. */
	open_stop("sat M", "2026-01-01", NULL, "16104");
	ck_assert_str_eq(open_at("2026-03-07", PART_M), "hours");
	open_opening(
	    "2026-03-07", "2026-03-07", "sat M 09:00-11:00 A 14:00-15:00");
	ck_assert_str_eq(open_at("2026-03-07", PART_M), "09:00-11:00");
	ck_assert_str_eq(open_at("2026-03-07", PART_A), "stop");
	/* Retired, it stands there no more. */
	SET(stop.state, "retired");
	open_change(KIND_STOP, &stop);
	ck_assert_str_eq(open_at("2026-03-02", PART_M), "stop");
}
END_TEST

START_TEST(the_communes_of_a_day)
{
	int32_t monday = test_day("2026-03-02");
	const char *communes[PART_COUNT];
	struct site site = *book_site(book, 0);

	ck_assert_uint_eq(
	    site_communes(book, book_site(book, 0), monday, communes), 1);
	ck_assert_str_eq(communes[0], site.commune);
	open_set_site(
	    "mobile", "mon-fri M 09:00-12:00 A 14:00-18:00", "closed", "");
	open_stop("mon A", "2026-01-01", NULL, "16102");
	open_stop("mon ME", "2026-01-01", NULL, "16103");
	open_stop("mon S", "2026-01-01", NULL, "16102");
	ck_assert_uint_eq(
	    site_communes(book, book_site(book, 0), monday, communes), 2);
	ck_assert_str_eq(communes[0], "16103");
	ck_assert_str_eq(communes[1], "16102");
	ck_assert_uint_eq(
	    site_communes(book, book_site(book, 0), monday + 1, communes), 1);
	ck_assert_str_eq(communes[0], site.commune);
	site = *book_site(book, 0);
	SET(site.commune, "");
	open_change(KIND_SITE, &site);
	ck_assert_uint_eq(
	    site_communes(book, book_site(book, 0), monday + 1, communes), 0);
	ck_assert_uint_eq(
	    site_communes(book, book_site(book, 0), monday, communes), 2);
}
END_TEST

START_TEST(stops_of_other_sites_say_nothing)
{
	struct place place;

	/* A fixed site that has kept stops of a time when it was mobile. */
	open_stop("mon-sun M", "2026-01-01", NULL, "16102");
	site_place(book, 0, test_day("2026-03-02"), PART_M, &place);
	ck_assert_ptr_null(place.stop);
	ck_assert_str_eq(place.commune, book_site(book, 0)->commune);
	ck_assert_str_eq(open_at("2026-03-02", PART_A), "14:00-18:00");
}
END_TEST

START_TEST(a_vehicle_stands_in_one_place)
{
	static const struct {
		const char *a, *from_a, *to_a, *b, *from_b, *to_b, *day;
		enum part part;
	} cases[] = {
	    {"mon M", "2026-01-05", NULL, "mon-fri M", "2026-03-01", NULL,
		"2026-03-02", PART_M},
	    {"mon M", "2026-01-05", NULL, "mon A", "2026-01-05", NULL, NULL,
		PART_M},
	    {"mon M", "2026-01-05", NULL, "tue M", "2026-01-05", NULL, NULL,
		PART_M},
	    {"mon MA", "2026-01-05", NULL, "mon AE", "2026-01-05", NULL,
		"2026-01-05", PART_A},
	    /* One after the other. */
	    {"mon M", "2026-01-05", "2026-02-28", "mon M", "2026-03-01", NULL,
		NULL, PART_M},
	    {"mon M", "2026-01-05", "2026-03-02", "mon M", "2026-03-01", NULL,
		"2026-03-02", PART_M},
	    /* Alternate weeks, and the same ones. */
	    {"mon M every 2", "2026-01-05", NULL, "mon M every 2", "2026-01-12",
		NULL, NULL, PART_M},
	    {"mon M every 2", "2026-01-05", NULL, "mon M every 2", "2026-01-19",
		NULL, "2026-01-19", PART_M},
	    /* Rhythms that meet late. */
	    {"mon M every 2", "2026-01-05", NULL, "mon M every 3", "2026-01-12",
		NULL, "2026-02-02", PART_M},
	    /* The first Tuesday and the 29th of February. */
	    {"1st tue M", "2026-01-01", NULL, "2nd tue M", "2026-01-01", NULL,
		NULL, PART_M},
	    {"last tue M", "2026-01-01", NULL, "5th tue M", "2028-02-01",
		"2028-02-29", "2028-02-29", PART_M},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct stop a = open_make_stop(
		    cases[i].a, cases[i].from_a, cases[i].to_a, "16102");
		struct stop b = open_make_stop(
		    cases[i].b, cases[i].from_b, cases[i].to_b, "16103");
		enum part part, other_part;
		int32_t day, other_day;
		bool meet = stops_meet(&a, &b, &day, &part);

		ck_assert_msg(meet == (cases[i].day != NULL), "%s / %s",
		    cases[i].a, cases[i].b);
		ck_assert(stops_meet(&b, &a, &other_day, &other_part) == meet);
		if (!meet)
			continue;
		ck_assert_int_eq(day, test_day(cases[i].day));
		ck_assert_int_eq(part, cases[i].part);
		ck_assert_int_eq(other_day, day);
		SET(b.state, "retired");
		ck_assert(!stops_meet(&a, &b, &day, &part));
	}
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("stops");

	tcase_add_checked_fixture(tcase, open_set_up, open_tear_down);
	tcase_add_test(tcase, a_mobile_site_is_where_it_stops);
	tcase_add_test(tcase, the_communes_of_a_day);
	tcase_add_test(tcase, stops_of_other_sites_say_nothing);
	tcase_add_test(tcase, a_vehicle_stands_in_one_place);
	return test_main("stop", &tcase, 1);
}
