/* SPDX-License-Identifier: ISC */
/*
 * rotation_test: series of half-days over the real daemon - what is expanded,
 * what is refused, and where it takes place.
 */
#include "tests/integration/rotation_kit.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { QUARTER = 91 };

START_TEST(a_season_in_one_unit)
{
	char *three = rotation_people(0, 3), *keys;
	long long before;
	const char *answer;

	kit_begin(ROTATION_SITES, ROTATION_KEYS);
	before = kit_changes();
	keys = xasprintf("site=%s pattern=\"tue,thu M\"", town_finess(0));
	answer = rotation_put(keys, 0, QUARTER - 1, three);
	kit_expect(answer, "ok rotation=R");
	rotation_counts(
	    answer, " created=26 changed=0 cancelled=0 kept=0 refused=0 ");
	ck_assert_int_eq(kit_changes(), before + 27);
	ck_assert_int_eq(pgcluster_number(kit.town->sql,
			     "SELECT count(DISTINCT xid) FROM rota.change"
			     " WHERE kind IN ('assignment', 'rotation')"),
	    1);
	for (int week = 0; week < 13; week++) {
		rotation_turn(week * 7 + 1, (unsigned)(2 * week) % 3);
		rotation_turn(week * 7 + 3, (unsigned)(2 * week + 1) % 3);
	}
	answer = rotation_put(keys, 0, QUARTER - 1, three);
	rotation_counts(answer,
	    " unchanged=yes created=0 changed=0 cancelled=0 kept=0 refused=0 ");
	ck_assert_int_eq(kit_changes(), before + 27);
	kit_expect(talk_ask(kit.talk, "rotation get rotation=R"), "ok");
	rotation_counts(talk_data(kit.talk, 0), " pattern=\"tue,thu M\" ");
	ck_assert(line_has(talk_data(kit.talk, 0), "mode=turn"));
	kit_expect(
	    talk_ask(kit.talk, "rotation list state=active"), "ok count=1");
	kit_expect(
	    talk_ask(kit.talk, "rotation list state=ended"), "ok count=0");
	kit_expect(talk_ask(kit.talk, "slot list site=%s from=%s to=%s",
		       town_finess(0), town_day(0), town_day(3)),
	    "ok count=2");
	ck_assert(line_has(talk_data(kit.talk, 0), "rotation=R"));
	free(keys);
	free(three);
	kit_end();
}
END_TEST

/* Ten half-days of a week are one physician's; a week of holidays is nobody's
 * turn. */
START_TEST(weeks_of_ten_half_days)
{
	char *two = rotation_people(0, 2), *keys, *expected;

	kit_begin(ROTATION_SITES, ROTATION_KEYS);
	kit_expect(talk_ask(kit.talk, "closure put site=%s from=%s to=%s",
		       town_finess(0), town_day(7), town_day(13)),
	    "ok");
	kit_expect(
	    talk_ask(kit.talk, "closure put site=%s from=%s to=%s parts=M",
		town_finess(0), town_day(14), town_day(14)),
	    "ok");
	keys = xasprintf(
	    "site=%s pattern=\"mon-fri MA\" mode=week", town_finess(0));
	rotation_counts(rotation_put(keys, 0, 27, two), " created=29 ");
	expected = xasprintf("p.rpps = '%s'", town_rpps(0));
	ck_assert_int_eq(rotation_rows(expected), 20);
	free(expected);
	expected = xasprintf("p.rpps = '%s' AND a.day BETWEEN '%s' AND '%s'",
	    town_rpps(1), town_day(14), town_day(18));
	ck_assert_int_eq(rotation_rows(expected), 9);
	free(expected);
	free(keys);
	free(two);
	kit_end();
}
END_TEST

/* A holiday costs nobody the turn, where the site does not open on it; nor does
 * a closure that comes later, once the series is put anew. */
START_TEST(holidays_and_closures_are_passed_over)
{
	char *two = rotation_people(0, 2), *keys;

	kit_begin(ROTATION_SITES, ROTATION_KEYS);
	kit_expect(talk_ask(kit.talk,
		       "holiday put area=national kind=public from=%s to=%s",
		       town_day(8), town_day(8)),
	    "ok");
	kit_expect(talk_ask(kit.talk, "site put site=%s holidays=open",
		       town_finess(1)),
	    "ok");
	keys = xasprintf("site=%s pattern=\"tue M\"", town_finess(1));
	rotation_counts(rotation_put(keys, 0, 20, two), " created=3 ");
	rotation_turn(8, 1);
	rotation_turn(15, 0);
	free(keys);
	keys = xasprintf("site=%s pattern=\"tue M\"", town_finess(0));
	rotation_counts(rotation_put(keys, 0, 27, two),
	    " created=1 changed=2 cancelled=1 kept=0 refused=0 ");
	rotation_turn(1, 0);
	rotation_day(8, "M", "none");
	rotation_turn(15, 1);
	rotation_turn(22, 0);
	kit_expect(
	    talk_ask(kit.talk, "closure put site=%s from=%s to=%s slots=cancel",
		town_finess(0), town_day(15), town_day(15)),
	    "ok");
	rotation_day(15, "M", "none");
	rotation_counts(rotation_put(keys, 0, 27, two),
	    " created=0 changed=1 cancelled=0 kept=0 refused=0 ");
	rotation_turn(22, 1);
	free(keys);
	free(two);
	kit_end();
}
END_TEST

/* Physician 1 works elsewhere on the second Tuesday and is absent on the third;
 * nobody's turn changes. */
START_TEST(refused_dates_are_all_told)
{
	char *two = rotation_people(0, 2), *keys, *partial;
	const char *answer;
	long long before;

	kit_begin(ROTATION_SITES, ROTATION_KEYS);
	free(kit_assign(1, 5, 8, "M"));
	kit_expect(talk_ask(kit.talk, "absence put physician=%s from=%s to=%s",
		       town_rpps(1), town_day(22), town_day(22)),
	    "ok");
	before = kit_changes();
	keys = xasprintf("site=%s pattern=\"tue M\"", town_finess(0));
	answer = rotation_put(keys, 0, 34, two);
	kit_expect(answer, "no H01 refused=2");
	ck_assert_uint_eq(talk_count(kit.talk), 2);
	for (size_t i = 0; i < 2; i++) {
		char *day = xasprintf("day=%s", town_day(i == 0 ? 8 : 22));
		char *who = xasprintf("physician=%s", town_rpps(1));

		ck_assert(line_has(talk_data(kit.talk, i), day));
		ck_assert(line_has(talk_data(kit.talk, i), "part=M"));
		ck_assert(line_has(talk_data(kit.talk, i), who));
		ck_assert(line_has(
		    talk_data(kit.talk, i), i == 0 ? "rule=H01" : "rule=H04"));
		ck_assert(strstr(talk_data(kit.talk, i), " text=\"") != NULL);
		free(day);
		free(who);
	}
	ck_assert_int_eq(kit_changes(), before);
	kit_expect(
	    talk_ask(kit.talk, "rotation get rotation=R"), "no not-found");

	partial = xasprintf("%s partial=yes", keys);
	answer = rotation_put(partial, 0, 34, two);
	kit_expect(answer, "ok rotation=R");
	rotation_counts(
	    answer, " created=3 changed=0 cancelled=0 kept=0 refused=2 ");
	ck_assert_uint_eq(talk_count(kit.talk), 2);
	rotation_turn(1, 0);
	rotation_turn(15, 0);
	rotation_turn(29, 0);
	ck_assert_int_eq(kit_changes(), before + 4);

	/* What stood in the way is gone: the date is filled. */
	kit_expect(talk_ask(kit.talk,
		       "absence put physician=%s from=%s to=%s state=retired",
		       town_rpps(1), town_day(22), town_day(22)),
	    "ok");
	answer = rotation_put(partial, 0, 34, two);
	rotation_counts(answer,
	    " unchanged=yes created=1 changed=0 cancelled=0 kept=0 refused=1 ");
	rotation_turn(22, 1);
	free(partial);
	free(keys);
	free(two);
	kit_end();
}
END_TEST

/* A quota of one a week is used up by the earlier date, which is taken; judged
 * all at once, both would have to go. */
START_TEST(what_is_refused_is_in_nobodys_way)
{
	char *one = rotation_people(0, 1), *keys;
	const char *answer;

	kit_begin(ROTATION_SITES, ROTATION_KEYS);
	kit_expect(talk_ask(kit.talk,
		       "quota put physician=%s period=week from=%s max=1",
		       town_rpps(0), town_day(0)),
	    "ok");
	keys = xasprintf(
	    "site=%s pattern=\"tue,thu M\" partial=yes", town_finess(0));
	answer = rotation_put(keys, 0, 13, one);
	kit_expect(answer, "ok");
	rotation_counts(
	    answer, " created=2 changed=0 cancelled=0 kept=0 refused=2 ");
	rotation_turn(1, 0);
	rotation_day(3, "M", "none");
	rotation_turn(8, 0);
	rotation_day(10, "M", "none");
	ck_assert(line_has(talk_data(kit.talk, 0), "rule=H09"));
	free(keys);
	free(one);
	kit_end();
}
END_TEST

START_TEST(a_dry_run_tells_all_and_does_nothing)
{
	char *two = rotation_people(0, 2), *keys;
	long long before;
	const char *answer;

	kit_begin(ROTATION_SITES, ROTATION_KEYS);
	before = kit_changes();
	keys = xasprintf("site=%s pattern=\"tue M\" dry=yes", town_finess(0));
	answer = rotation_put(keys, 0, 20, two);
	kit_expect(answer, "ok rotation=R");
	rotation_counts(answer, " created=3 ");
	ck_assert(line_has(answer, "dry=yes"));
	ck_assert_uint_eq(talk_count(kit.talk), 3);
	ck_assert(line_has(talk_data(kit.talk, 0), "change=created"));
	kit_check_nothing(before);
	free(keys);
	free(two);
	kit_end();
}
END_TEST

/* Both changes of the clock lie in a year, and maybe a week 53: the half-days
 * begin at nine all the same. */
START_TEST(a_year_keeps_the_clock)
{
	char *two = rotation_people(0, 2), *keys;

	kit_begin(ROTATION_SITES, ROTATION_KEYS);
	keys = xasprintf(
	    "site=%s pattern=\"sat MN; mon M every 2\"", town_finess(0));
	kit_expect(talk_ask(kit.talk,
		       "site put site=%s hours=\"mon-sun M 09:00-12:00"
		       " N 24:00-32:00\"",
		       town_finess(0)),
	    "ok");
	rotation_counts(rotation_put(keys, 0, 363, two), " created=130 ");
	ck_assert_int_eq(rotation_rows("a.part = 'M' AND (lower(a.during)"
				       " AT TIME ZONE 'Europe/Paris')"
				       " <> a.day + time '09:00'"),
	    0);
	ck_assert_int_eq(
	    rotation_rows("a.part = 'N' AND upper(a.during)"
			  " - lower(a.during) <> interval '8 hours'"),
	    2);
	ck_assert_int_eq(
	    rotation_rows("a.part = 'M' AND extract(isodow FROM a.day) = 1"),
	    26);
	free(keys);
	free(two);
	kit_end();
}
END_TEST

/* How everybody agreed is kept with each half-day; without it nobody would be
 * planned who offered nothing. */
START_TEST(an_agreement_is_of_every_date)
{
	char *two = rotation_people(0, 2), *keys, *agreed;

	kit.town = town_new(kit.cluster);
	town_start(kit.town, 0, NULL, "rules-off = H05\n");
	town_sites(kit.town, ROTATION_SITES, ROTATION_KEYS);
	town_physicians(kit.town, ROTATION_SITES);
	kit.talk = town_talk(kit.town, 0);
	keys = xasprintf("site=%s pattern=\"tue M\"", town_finess(0));
	agreed = xasprintf("%s agreed=phone", keys);
	kit_expect(rotation_put(keys, 0, 20, two), "no H21 refused=3");
	rotation_counts(rotation_put(agreed, 0, 20, two), " created=3 ");
	ck_assert_int_eq(rotation_rows("a.agreed = 'phone'"), 3);
	free(agreed);
	free(keys);
	free(two);
	kit_end();
}
END_TEST

/* Of the sites of a sector that are open and have a room, the one with a need,
 * then the lowest id. */
START_TEST(a_sector_chooses_the_site)
{
	char *two = rotation_people(0, 2), *lowest, *needy, *is, *where;
	const char *answer;

	kit_begin(4, "rooms=1");
	kit_expect(
	    talk_ask(kit.talk, "territory put code=SECTOR kind=sector"), "ok");
	for (unsigned i = 0; i < 3; i++)
		kit_expect(talk_ask(kit.talk, "site put site=%s sector=SECTOR",
			       town_finess(i)),
		    "ok");
	lowest = pgcluster_text(kit.town->sql,
	    "SELECT finess FROM rota.site WHERE sector IS NOT NULL"
	    " ORDER BY id LIMIT 1");
	needy = pgcluster_text(kit.town->sql,
	    "SELECT finess FROM rota.site WHERE sector IS NOT NULL"
	    " ORDER BY id DESC LIMIT 1");
	kit_expect(talk_ask(kit.talk,
		       "need put site=%s pattern=\"tue M\" activity=SNP"
		       " from=%s to=%s",
		       needy, town_day(0), town_day(7)),
	    "ok");
	/* On the third Tuesday the lowest has no room left. */
	kit_expect(
	    talk_ask(kit.talk, "slot assign physician=%s site=%s day=%s part=M",
		town_rpps(3), lowest, town_day(15)),
	    "ok");
	answer = rotation_put(
	    "sector=SECTOR pattern=\"tue M\" activity=SNP", 0, 20, two);
	kit_expect(answer, "ok rotation=R");
	rotation_counts(answer, " created=3 ");
	where = "SELECT s.finess FROM rota.assignment a JOIN rota.site s"
		" ON s.id = a.site WHERE a.rotation IS NOT NULL"
		" AND a.day = '%s'";
	is = pgcluster_text(kit.town->sql, where, town_day(1));
	ck_assert_str_eq(is, needy);
	free(is);
	is = pgcluster_text(kit.town->sql, where, town_day(8));
	ck_assert_str_eq(is, lowest);
	free(is);
	is = pgcluster_text(kit.town->sql, where, town_day(15));
	ck_assert_str_ne(is, lowest);
	free(is);
	/* Where it is, it stays. */
	kit_expect(talk_ask(kit.talk,
		       "need put site=%s pattern=\"tue M\" activity=SNP"
		       " from=%s to=%s state=retired",
		       needy, town_day(0), town_day(7)),
	    "ok");
	answer = rotation_put(
	    "sector=SECTOR pattern=\"tue M\" activity=SNP", 0, 20, two);
	rotation_counts(
	    answer, " unchanged=yes created=0 changed=0 cancelled=0 ");
	free(lowest);
	free(needy);
	free(two);
	kit_end();
}
END_TEST

/* _i: what is no series at all. */
static const struct {
	const char *keys, *physicians;
	int to;
	const char *answer;
} refusals[] = {
    {"pattern=\"tue M\"", NULL, 20, "bad missing"},
    {"site=%s pattern=\"tue M\"", NULL, -1, "bad value"},
    {"site=%s pattern=\"tue M\"", NULL, 1200, "bad value"},
    {"site=%s pattern=\"tue X\"", NULL, 20, "bad value"},
    {"site=%s pattern=\"tue M\" mode=month", NULL, 20, "bad value"},
    {"site=%s pattern=\"tue M\" activity=X", NULL, 20, "bad value"},
    {"site=%s pattern=\"tue M\" programme=NONE", NULL, 20, "no not-found"},
    {"site=%s pattern=\"tue M\" agreed=maybe", NULL, 20, "bad value"},
    {"site=%s pattern=\"tue M\"", "10000000000", 20, "no not-found"},
    {"site=%s pattern=\"tue M\"", ",", 20, "no not-found"},
    {"site=%s pattern=\"mon-sun MAE\"", NULL, 700, "no limit"},
    {"site=%s pattern=\"tue M\" rev=3", NULL, 20, "no stale"},
};

START_TEST(what_is_no_series)
{
	char *one = rotation_people(0, 1), *keys;
	long long before;

	kit_begin(2, ROTATION_KEYS);
	before = kit_changes();
	keys = xasprintf(refusals[_i].keys, town_finess(0));
	kit_expect(
	    rotation_put(keys, 0, refusals[_i].to,
		refusals[_i].physicians == NULL ? one
						: refusals[_i].physicians),
	    refusals[_i].answer);
	ck_assert_int_eq(kit_changes(), before);
	free(keys);
	free(one);
	kit_end();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("rotation");
	TCase *tcase = tcase_create("rotation");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, a_season_in_one_unit);
	tcase_add_test(tcase, weeks_of_ten_half_days);
	tcase_add_test(tcase, holidays_and_closures_are_passed_over);
	tcase_add_test(tcase, refused_dates_are_all_told);
	tcase_add_test(tcase, what_is_refused_is_in_nobodys_way);
	tcase_add_test(tcase, a_dry_run_tells_all_and_does_nothing);
	tcase_add_test(tcase, a_year_keeps_the_clock);
	tcase_add_test(tcase, an_agreement_is_of_every_date);
	tcase_add_test(tcase, a_sector_chooses_the_site);
	tcase_add_loop_test(tcase, what_is_no_series, 0,
	    (int)(sizeof(refusals) / sizeof(refusals[0])));
	suite_add_tcase(suite, tcase);
	return kit_run(suite);
}
