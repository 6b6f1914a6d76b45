/* SPDX-License-Identifier: ISC */
/*
 * gap_test: half-days that need physicians, at a site and in a sector: what
 * asks, what fills, and in what order gaps stand.
 */
#include "tests/unit/gap_support.h"

#include "proto/out.h"

/* ----- one site ----- */

/* "need/have" of a cell of the site's only class. */
static void
expect_cell(
    int32_t site, const char *day, enum part part, uint32_t need, uint32_t have)
{
	struct gap_sheet sheet;
	struct gap_site at;
	struct gap_cell cell;

	gap_site_init(&at, book, site);
	gap_sheet_init(&sheet);
	gap_sheet_fill(&sheet, &at, test_day(day), 1);
	ck_assert_uint_eq(sheet.nclasses, 1);
	cell = *gap_cell(&sheet, 0, 0, part);
	ck_assert_msg(cell.need == need && cell.have == have, "%s %c: %u/%u",
	    day, part_letter(part), cell.need, cell.have);
	gap_sheet_fini(&sheet);
}

START_TEST(a_need_asks_in_its_half_days)
{
	int32_t site = gap_load_site(0, REF_NONE, GAP_HOURS);

	gap_load_need(&(struct wish){.site = site,
	    .sector = REF_NONE,
	    .pattern = "mon,wed M; tue MA every 2",
	    .from = "2026-03-02",
	    .to = "2026-03-20",
	    .number = 2});
	expect_cell(site, "2026-03-02", PART_M, 2, 0);
	expect_cell(site, "2026-03-02", PART_A, 0, 0);
	expect_cell(site, "2026-03-03", PART_A, 2, 0);
	expect_cell(site, "2026-03-10", PART_A, 0, 0); /* the other week */
	expect_cell(site, "2026-03-17", PART_M, 2, 0);
	expect_cell(site, "2026-03-18", PART_M, 2, 0);
}
END_TEST

START_TEST(needs_add_up)
{
	int32_t site = gap_load_site(0, REF_NONE, GAP_HOURS);

	gap_load_need(&(struct wish){.site = site,
	    .sector = REF_NONE,
	    .pattern = "mon-fri MA",
	    .from = "2026-01-01"});
	gap_load_need(&(struct wish){.site = site,
	    .sector = REF_NONE,
	    .pattern = "mon M",
	    .from = "2026-03-09",
	    .to = "2026-03-09",
	    .number = 3});
	gap_load_need(&(struct wish){.site = site,
	    .sector = REF_NONE,
	    .pattern = "mon M",
	    .from = "2026-01-01",
	    .number = 9,
	    .state = "retired"});
	expect_cell(site, "2026-03-02", PART_M, 1, 0);
	expect_cell(site, "2026-03-09", PART_M, 4, 0);
	expect_cell(site, "2026-03-09", PART_A, 1, 0);
}
END_TEST

START_TEST(only_what_blocks_and_matches_fills)
{
	int32_t site = gap_load_site(0, REF_NONE, GAP_HOURS);
	int32_t mg = gap_load_physician(0, "MG"),
		other = gap_load_physician(1, "MG");
	int32_t heart = gap_load_physician(2, "CARDIO");

	gap_load_need(&(struct wish){.site = site,
	    .sector = REF_NONE,
	    .pattern = "mon-fri MA",
	    .from = "2026-01-01"});
	gap_assign(mg, site, "2026-03-02", PART_M, ACTIVITY_MT, STATE_DRAFT);
	gap_assign(mg, site, "2026-03-03", PART_M, ACTIVITY_SNP, STATE_DRAFT);
	gap_assign(heart, site, "2026-03-04", PART_M, ACTIVITY_MT, STATE_DRAFT);
	gap_assign(
	    mg, site, "2026-03-05", PART_M, ACTIVITY_MT, STATE_CANCELLED);
	gap_assign(mg, site, "2026-03-06", PART_M, ACTIVITY_MT, STATE_NOT_HELD);
	gap_assign(mg, site, "2026-03-09", PART_M, ACTIVITY_MT, STATE_HELD);
	gap_assign(
	    other, site, "2026-03-09", PART_M, ACTIVITY_MT, STATE_PUBLISHED);
	expect_cell(site, "2026-03-02", PART_M, 1, 1);
	expect_cell(site, "2026-03-02", PART_A, 1, 0);
	expect_cell(site, "2026-03-03", PART_M, 1, 0);
	expect_cell(site, "2026-03-04", PART_M, 1, 0);
	expect_cell(site, "2026-03-05", PART_M, 1, 0);
	expect_cell(site, "2026-03-06", PART_M, 1, 0);
	expect_cell(site, "2026-03-09", PART_M, 1, 2);
}
END_TEST

START_TEST(nobody_is_needed_where_it_is_closed)
{
	int32_t site = gap_load_site(0, REF_NONE, GAP_HOURS);

	gap_load_need(&(struct wish){.site = site,
	    .sector = REF_NONE,
	    .pattern = "mon-sun MAS",
	    .from = "2026-01-01"});
	gap_load_closure(site, "2026-05-05", "2026-05-06", "M");
	gap_load_holiday("2026-05-14");
	expect_cell(site, "2026-05-04", PART_M, 1, 0);
	expect_cell(site, "2026-05-04", PART_S, 0, 0);
	expect_cell(site, "2026-05-05", PART_M, 0, 0);
	expect_cell(site, "2026-05-05", PART_A, 1, 0);
	expect_cell(site, "2026-05-09", PART_M, 0, 0); /* a Saturday */
	expect_cell(site, "2026-05-14", PART_M, 0, 0);
	expect_cell(site, "2026-05-15", PART_M, 1, 0);
}
END_TEST

/* The clock changes in the night to Sunday; nights are of the evening's day. */
START_TEST(weeks_in_which_the_clock_changes)
{
	int32_t site = gap_load_site(0, REF_NONE,
	    "mon-sun M 09:00-12:00 A 14:00-18:00 E 18:00-20:00 S 20:00-24:00 "
	    "N 24:00-32:00");
	int32_t mg = gap_load_physician(0, "MG");

	gap_load_need(&(struct wish){.site = site,
	    .sector = REF_NONE,
	    .pattern = "mon-sun MAESN",
	    .from = "2026-01-01"});
	for (int32_t day = test_day("2026-10-19");
	     day <= test_day("2026-10-25"); day++) {
		char text[16] = "";
		struct out out = OUT(text);

		out_day(&out, day);
		for (unsigned part = 0; part < PART_COUNT; part++) {
			expect_cell(site, text, (enum part)part, 1, 0);
			gap_assign(mg, site, text, (enum part)part, ACTIVITY_MT,
			    STATE_PUBLISHED);
			expect_cell(site, text, (enum part)part, 1, 1);
		}
	}
}
END_TEST

START_TEST(a_retired_site_needs_nobody)
{
	struct site site = test_site(0);
	struct gap_finder *finder;
	size_t count;

	SET(site.state, "retired");
	(void)test_load(book, KIND_SITE, &site);
	gap_load_need(&(struct wish){.site = 0,
	    .sector = REF_NONE,
	    .pattern = "mon-sun M",
	    .from = "2026-01-01"});
	finder = gap_finder_new(book);
	gap_finder_site(finder, 0);
	(void)gap_finder_find(finder, test_day("2026-03-02"), 7, &count);
	ck_assert_uint_eq(count, 0);
	ck_assert_uint_eq(gap_finder_sites(finder), 0);
	gap_finder_free(finder);
}
END_TEST

/* ----- sectors ----- */

static size_t
sector_gaps(int32_t sector, const char *from, unsigned days,
    const struct gap **list, struct gap_finder **finder)
{
	size_t count;

	*finder = gap_finder_new(book);
	gap_finder_sector(*finder, sector);
	*list = gap_finder_find(*finder, test_day(from), days, &count);
	return count;
}

START_TEST(any_site_of_the_sector_fills)
{
	int32_t sector = gap_load_sector(0);
	int32_t a = gap_load_site(0, sector, GAP_HOURS),
		b = gap_load_site(1, sector, GAP_HOURS);
	int32_t outside = gap_load_site(2, REF_NONE, GAP_HOURS);
	int32_t one = gap_load_physician(0, "MG"),
		two = gap_load_physician(1, "MG");
	struct gap_finder *finder;
	const struct gap *list;

	gap_load_need(&(struct wish){.site = REF_NONE,
	    .sector = sector,
	    .pattern = "mon-wed M",
	    .from = "2026-01-01"});
	gap_load_need(&(struct wish){.site = a,
	    .sector = REF_NONE,
	    .pattern = "tue M",
	    .from = "2026-01-01"});
	gap_assign(one, b, "2026-03-02", PART_M, ACTIVITY_MT, STATE_DRAFT);
	/* The site's own need takes the one who is there. */
	gap_assign(one, a, "2026-03-03", PART_M, ACTIVITY_MT, STATE_DRAFT);
	gap_assign(
	    two, outside, "2026-03-04", PART_M, ACTIVITY_MT, STATE_DRAFT);
	ck_assert_uint_eq(
	    sector_gaps(sector, "2026-03-02", 7, &list, &finder), 2);
	ck_assert_int_eq(list[0].day, test_day("2026-03-03"));
	ck_assert_int_eq(list[1].day, test_day("2026-03-04"));
	ck_assert_int_eq(list[0].kind, KIND_TERRITORY);
	ck_assert_int_eq(list[0].place, sector);
	gap_finder_free(finder);
	/* With a second one both are filled. */
	gap_assign(two, a, "2026-03-03", PART_M, ACTIVITY_MT, STATE_DRAFT);
	ck_assert_uint_eq(
	    sector_gaps(sector, "2026-03-02", 7, &list, &finder), 1);
	ck_assert_int_eq(list[0].day, test_day("2026-03-04"));
	gap_finder_free(finder);
}
END_TEST

START_TEST(a_sector_is_closed_when_all_its_sites_are)
{
	int32_t sector = gap_load_sector(0), empty = gap_load_sector(1);
	int32_t a = gap_load_site(0, sector, GAP_HOURS),
		b = gap_load_site(1, sector, GAP_HOURS);
	struct gap_finder *finder;
	const struct gap *list;

	gap_load_need(&(struct wish){.site = REF_NONE,
	    .sector = sector,
	    .pattern = "mon M",
	    .from = "2026-01-01"});
	gap_load_need(&(struct wish){.site = REF_NONE,
	    .sector = empty,
	    .pattern = "mon M",
	    .from = "2026-01-01"});
	gap_load_closure(a, "2026-03-02", "2026-03-02", "M");
	ck_assert_uint_eq(
	    sector_gaps(sector, "2026-03-02", 1, &list, &finder), 1);
	gap_finder_free(finder);
	gap_load_closure(b, "2026-03-02", "2026-03-02", "M");
	ck_assert_uint_eq(
	    sector_gaps(sector, "2026-03-02", 1, &list, &finder), 0);
	gap_finder_free(finder);
	/* What has no sites is not closed: nobody can fill it. */
	ck_assert_uint_eq(
	    sector_gaps(empty, "2026-03-02", 1, &list, &finder), 1);
	ck_assert_uint_eq(list[0].filled, 0);
	gap_finder_free(finder);
}
END_TEST

START_TEST(gaps_stand_in_the_order_of_places)
{
	int32_t sector = gap_load_sector(0);
	int32_t a = gap_load_site(0, sector, GAP_HOURS),
		b = gap_load_site(1, sector, GAP_HOURS);
	struct gap_finder *finder = gap_finder_new(book);
	const struct gap *list;
	size_t count;

	gap_load_need(&(struct wish){.site = REF_NONE,
	    .sector = sector,
	    .pattern = "mon-tue M",
	    .from = "2026-01-01"});
	gap_load_need(&(struct wish){.site = a,
	    .sector = REF_NONE,
	    .pattern = "mon-tue M",
	    .activity = "SNP",
	    .from = "2026-01-01"});
	gap_load_need(&(struct wish){.site = a,
	    .sector = REF_NONE,
	    .pattern = "mon-tue M",
	    .activity = "MT",
	    .from = "2026-01-01"});
	gap_load_need(&(struct wish){.site = b,
	    .sector = REF_NONE,
	    .pattern = "mon-tue M",
	    .from = "2026-01-01"});
	gap_finder_site(finder, b);
	gap_finder_site(finder, a);
	gap_finder_sector(finder, sector);
	list = gap_finder_find(finder, test_day("2026-03-02"), 7, &count);
	ck_assert_uint_eq(count, 8);
	for (size_t i = 0; i < count; i++)
		ck_assert_int_eq(
		    list[i].day, test_day(i < 4 ? "2026-03-02" : "2026-03-03"));
	ck_assert_int_eq(list[0].place, b);
	ck_assert_int_eq(list[1].class.activity, ACTIVITY_MT);
	ck_assert_int_eq(list[2].class.activity, ACTIVITY_SNP);
	ck_assert_int_eq(list[2].place, a);
	ck_assert_int_eq(list[3].kind, KIND_TERRITORY);
	gap_finder_free(finder);
}
END_TEST

int
main(void)
{
	TCase *cases[] = {tcase_create("gap")};

	tcase_add_checked_fixture(cases[0], gap_begin, gap_end);
	tcase_add_test(cases[0], a_need_asks_in_its_half_days);
	tcase_add_test(cases[0], needs_add_up);
	tcase_add_test(cases[0], only_what_blocks_and_matches_fills);
	tcase_add_test(cases[0], nobody_is_needed_where_it_is_closed);
	tcase_add_test(cases[0], weeks_in_which_the_clock_changes);
	tcase_add_test(cases[0], a_retired_site_needs_nobody);
	tcase_add_test(cases[0], any_site_of_the_sector_fills);
	tcase_add_test(cases[0], a_sector_is_closed_when_all_its_sites_are);
	tcase_add_test(cases[0], gaps_stand_in_the_order_of_places);
	return test_main("gap", cases, 1);
}
