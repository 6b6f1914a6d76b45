/* SPDX-License-Identifier: ISC */
/*
 * capacity_test: which sites are near a point, and which half-days with free
 * places there are, the nearest first.
 */
#include "daemon/domain/capacity.h"
#include "tests/unit/domain_support.h"

#include <math.h>
#include <stdlib.h>

enum { SITES = 3000, CIRCLES = 300 };

static const char day[] = "2026-03-02";

/* ----- where ----- */

static void
place_site(struct book *book, unsigned n, int32_t lat, int32_t lon)
{
	struct site site = test_site(n);

	site.lat = lat;
	site.lon = lon;
	test_load(book, KIND_SITE, &site);
}

static bool
is_near(const struct near *near, int32_t site)
{
	for (size_t i = 0; i < near->count; i++)
		if (near->at[i].site == site)
			return true;
	return false;
}

/* Against a look at every site: France, the poles, the date line's edge. */
START_TEST(near_sites_are_those_within_the_circle)
{
	static const struct {
		int32_t lat, lon, height, width;
	} areas[] = {{4100000, -500000, 1000000, 1500000},
	    {8700000, -18000000, 300000, 36000000},
	    {-100000, -100000, 200000, 200000}};
	struct random random = random_new((uint64_t)_i + 1);
	struct book *book = book_new(test_day("2026-01-01"));
	struct near near;

	for (unsigned n = 0; n < SITES; n++)
		place_site(book, n,
		    areas[_i].lat +
			(int32_t)random_below(
			    &random, (uint32_t)areas[_i].height),
		    areas[_i].lon +
			(int32_t)random_below(
			    &random, (uint32_t)areas[_i].width));
	for (unsigned circle = 0; circle < CIRCLES; circle++) {
		const struct site *centre =
		    book_site(book, (int32_t)random_below(&random, SITES));
		double metres = random_below(&random, 80000);
		size_t expected = 0;

		book_near(book, centre->lat, centre->lon, metres, &near);
		for (int32_t i = 0; i < SITES; i++) {
			const struct site *site = book_site(book, i);

			if ((site->lat == 0 && site->lon == 0) ||
			    travel_metres(centre->lat, centre->lon, site->lat,
				site->lon) > metres)
				continue;
			/* Over the date line nobody looks. */
			if (labs((long)site->lon - centre->lon) > 18000000)
				continue;
			expected++;
			ck_assert_msg(is_near(&near, i),
			    "area %d circle %u site %d", _i, circle, i);
		}
		ck_assert_uint_ge(near.count, expected);
		for (size_t i = 0; i < near.count; i++)
			ck_assert(near.at[i].metres <= metres);
		free(near.at);
	}
	book_free(book);
}
END_TEST

START_TEST(a_site_that_changes_is_found_where_it_is_now)
{
	struct book *book = book_new(test_day("2026-01-01"));
	struct site site = test_site(0);
	struct change change = {.kind = KIND_SITE, .rev = 2};
	const struct change *changes[] = {&change};
	struct near near;

	place_site(book, 0, 4600000, 100000);
	book_near(book, 4600000, 100000, 1000, &near);
	ck_assert_uint_eq(near.count, 1);
	free(near.at);
	site.lat = 4500000;
	site.lon = 100000;
	change.id = site.entity.id;
	change.after = (const union after *)&site;
	book_suppose(book, changes, 1);
	book_near(book, 4600000, 100000, 1000, &near);
	ck_assert_uint_eq(near.count, 0);
	free(near.at);
	book_retract(book);
	book_near(book, 4600000, 100000, 1000, &near);
	ck_assert_uint_eq(near.count, 1);
	free(near.at);
	book_free(book);
}
END_TEST

/* ----- capacity ----- */

/* A site in a departement so many thousandths of a degree north, with a slot
 * of unscheduled care each. */
static void
serving_site(
    struct book *book, unsigned n, const char *departement, int32_t north)
{
	struct site site = test_site(n);
	struct assignment slot;

	SET(site.departement, departement);
	site.lat = 4600000 + north * 100;
	site.lon = 100000;
	site.minutes = 20;
	SET(site.manner, "bookable");
	test_load(book, KIND_SITE, &site);
	slot = test_slot(book, n + 1, (int32_t)n, (int32_t)n, day, PART_M);
	slot.activity = ACTIVITY_SNP;
	ck_assert_int_eq(test_apply(book, &slot, 1), APPLY_DONE);
}

static struct capacity
ask(const struct book *book, const struct travel *travel, unsigned km)
{
	struct capacity capacity = {.book = book,
	    .travel = travel,
	    .now = test_instant("2026-03-01T12:00Z"),
	    .from = test_instant("2026-03-01T12:00Z"),
	    .to = test_instant("2026-03-03T12:00Z")};

	capacity_around(&capacity, 4600000, 100000, km);
	capacity_sort(&capacity);
	return capacity;
}

START_TEST(how_far_is_usual_is_of_the_departement)
{
	static const struct {
		const char *departement;
		unsigned km, more;
	} usual[] = {
	    {"16", 30, 15}, {"23", 50, 25}, {"18", 40, 20}, {"2A", 30, 15}};
	const struct travel_rule rule = {130, 10, 15};
	struct travel *travel = travel_new(&rule, NULL, NULL);
	struct book *book = book_new(test_day("2026-01-01"));
	struct site site = test_site(0);
	struct capacity c;

	/* The nearest gives nothing, and says how far is usual. */
	site.lat = 4600000;
	site.lon = 100100;
	SET(site.departement, usual[_i].departement);
	test_load(book, KIND_SITE, &site);
	c = ask(book, travel, 0);
	ck_assert_uint_eq(c.count, 0);
	ck_assert(c.widened);
	ck_assert_uint_eq(c.radius, usual[_i].km + usual[_i].more);
	capacity_fini(&c);
	book_free(book);
	travel_free(travel);
}
END_TEST

START_TEST(the_nearest_comes_first)
{
	const struct travel_rule rule = {130, 10, 15};
	struct travel *travel = travel_new(&rule, NULL, NULL);
	struct book *book = book_new(test_day("2026-01-01"));
	struct capacity c;

	test_people(book, 5, 0);
	serving_site(book, 0, "16", 350); /* 39 km: not within 30 */
	c = ask(book, travel, 0);
	ck_assert_uint_eq(c.count, 1);
	ck_assert(c.widened);
	ck_assert_uint_eq(c.radius, 45);
	ck_assert_uint_eq(c.line[0].minutes, 10 + (unsigned)ceil(38.9 * 1.3));
	ck_assert_uint_eq(c.line[0].vacancy.free, c.line[0].contingent.number);
	capacity_fini(&c);
	serving_site(book, 1, "16", 200);
	serving_site(book, 2, "16", -100);
	serving_site(book, 3, "16", 100);
	c = ask(book, travel, 0);
	ck_assert_uint_eq(c.count, 3);
	ck_assert(!c.widened);
	/* As far north as south: by the id of the site. */
	ck_assert_uint_eq(c.line[0].minutes, c.line[1].minutes);
	ck_assert_int_lt(id_compare(c.line[0].site, c.line[1].site), 0);
	ck_assert_int_eq(c.line[2].assignment->site, 1);
	capacity_fini(&c);
	c = ask(book, travel, 12);
	ck_assert_uint_eq(c.count, 2);
	capacity_fini(&c);
	c = ask(book, travel, 10);
	ck_assert_uint_eq(c.count, 0);
	ck_assert(!c.widened);
	capacity_fini(&c);
	book_free(book);
	travel_free(travel);
}
END_TEST

START_TEST(a_vehicle_is_where_it_stops)
{
	const struct travel_rule rule = {130, 10, 15};
	struct travel *travel = travel_new(&rule, NULL, NULL);
	struct book *book = book_new(test_day("2026-01-01"));
	struct site site = test_site(0);
	struct stop stop = {.entity = {test_id(500), 1},
	    .from = test_day("2026-01-01"),
	    .to = INT32_MAX,
	    .commune = "16102",
	    .lat = 4605000,
	    .lon = 100000};
	struct assignment slot;
	struct capacity c;

	test_people(book, 1, 0);
	SET(site.kind, "mobile");
	site.lat = 4800000;
	site.lon = 100000;
	site.minutes = 20;
	SET(site.manner, "bookable");
	test_load(book, KIND_SITE, &site);
	SET(stop.state, "active");
	stop.pattern = test_pattern("mon M");
	test_load(book, KIND_STOP, &stop);
	slot = test_slot(book, 1, 0, 0, day, PART_M); /* a Monday */
	slot.activity = ACTIVITY_SNP;
	ck_assert_int_eq(test_apply(book, &slot, 1), APPLY_DONE);
	c = ask(book, travel, 10);
	ck_assert_uint_eq(c.count, 1);
	ck_assert(c.line[0].metres > 5000 && c.line[0].metres < 6000);
	capacity_fini(&c);
	c = ask(book, travel, 5);
	ck_assert_uint_eq(c.count, 0);
	capacity_fini(&c);
	book_free(book);
	travel_free(travel);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("capacity");

	tcase_add_loop_test(
	    tcase, near_sites_are_those_within_the_circle, 0, 3);
	tcase_add_test(tcase, a_site_that_changes_is_found_where_it_is_now);
	tcase_add_loop_test(
	    tcase, how_far_is_usual_is_of_the_departement, 0, 4);
	tcase_add_test(tcase, the_nearest_comes_first);
	tcase_add_test(tcase, a_vehicle_is_where_it_stops);
	return test_main("capacity", &tcase, 1);
}
