/* SPDX-License-Identifier: ISC */
/*
 * gap_test: half-days that need physicians, against a model that knows nothing
 * of classes, runs and patterns: it lists who is wanted and who is there, one
 * by one, and tries all ways to match them.
 */
#include "daemon/domain/gap.h"

#include "proto/out.h"
#include "tests/unit/domain_support.h"

#include <stdlib.h>
#include <string.h>

enum { SITES = 6, SECTORS = 2, PHYSICIANS = 6, CHUNK = 28, CROWD_MAX = 400 };

static struct book *book;
static unsigned facts, slots; /* made so far */

static void
set_up(void)
{
	facts = slots = 0;
	book = book_new(test_day("2026-01-01"));
}

static void
tear_down(void)
{
	book_free(book);
}

/* ----- facts ----- */

static int32_t
load_sector(unsigned n)
{
	struct territory sector = {.entity = {test_id(700 + n), 1}};

	snprintf(sector.code, sizeof(sector.code), "S%u", n);
	SET(sector.kind, "sector");
	SET(sector.state, "active");
	return test_load(book, KIND_TERRITORY, &sector);
}

static int32_t
load_site(unsigned n, int32_t sector, const char *hours)
{
	struct site site = test_site(n);
	size_t column;
	const char *why;

	site.sector = sector;
	SET(site.kind, "fixed");
	SET(site.holidays, "closed");
	ck_assert(hours_parse(span_of(hours), &site.hours, &column, &why));
	return test_load(book, KIND_SITE, &site);
}

static int32_t
load_physician(unsigned n, const char *specialty)
{
	struct physician physician = test_physician(n);

	SET(physician.specialty, specialty);
	return test_load(book, KIND_PHYSICIAN, &physician);
}

static struct pattern
pattern_of(const char *text)
{
	struct pattern pattern;
	size_t column;
	const char *why;

	ck_assert_msg(
	    pattern_parse(span_of(text), &pattern, &column, &why), "%s", text);
	return pattern;
}

struct wish {
	int32_t site, sector;
	const char *pattern, *activity, *specialty, *from, *to;
	uint32_t number;
	const char *state;
};

static void
load_need(const struct wish *wish)
{
	struct need need = {.entity = {test_id(10000 + facts++), 1},
	    .site = wish->site,
	    .sector = wish->sector,
	    .pattern = pattern_of(wish->pattern),
	    .from = test_day(wish->from),
	    .to = wish->to == NULL ? INT32_MAX : test_day(wish->to),
	    .number = wish->number == 0 ? 1 : wish->number};

	SET(need.activity, wish->activity == NULL ? "MT" : wish->activity);
	SET(need.specialty, wish->specialty == NULL ? "MG" : wish->specialty);
	SET(need.state, wish->state == NULL ? "active" : wish->state);
	(void)test_load(book, KIND_NEED, &need);
}

static void
load_closure(int32_t site, const char *from, const char *to, const char *parts)
{
	struct closure closure = {.entity = {test_id(10000 + facts++), 1},
	    .site = site,
	    .from = test_day(from),
	    .to = test_day(to)};

	SET(closure.parts, parts);
	SET(closure.cause, "works");
	SET(closure.state, "active");
	(void)test_load(book, KIND_CLOSURE, &closure);
}

static void
load_holiday(const char *day)
{
	struct holiday holiday = {.entity = {test_id(10000 + facts++), 1},
	    .from = test_day(day),
	    .to = test_day(day)};

	SET(holiday.area, "national");
	SET(holiday.kind, "public");
	SET(holiday.state, "active");
	(void)test_load(book, KIND_HOLIDAY, &holiday);
}

static void
assign(int32_t physician, int32_t site, const char *day, enum part part,
    enum activity activity, enum state state)
{
	struct assignment a =
	    test_slot(book, 20000 + slots++, physician, site, day, part);

	a.activity = (uint8_t)activity;
	a.state = (uint8_t)state;
	ck_assert_int_eq(test_load_slot(book, &a, 1), APPLY_DONE);
}

/* ----- one site ----- */

#define HOURS "mon-fri M 09:00-12:00 A 14:00-18:00"

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
	int32_t site = load_site(0, REF_NONE, HOURS);

	load_need(&(struct wish){.site = site,
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
	int32_t site = load_site(0, REF_NONE, HOURS);

	load_need(&(struct wish){.site = site,
	    .sector = REF_NONE,
	    .pattern = "mon-fri MA",
	    .from = "2026-01-01"});
	load_need(&(struct wish){.site = site,
	    .sector = REF_NONE,
	    .pattern = "mon M",
	    .from = "2026-03-09",
	    .to = "2026-03-09",
	    .number = 3});
	load_need(&(struct wish){.site = site,
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
	int32_t site = load_site(0, REF_NONE, HOURS);
	int32_t mg = load_physician(0, "MG"), other = load_physician(1, "MG");
	int32_t heart = load_physician(2, "CARDIO");

	load_need(&(struct wish){.site = site,
	    .sector = REF_NONE,
	    .pattern = "mon-fri MA",
	    .from = "2026-01-01"});
	assign(mg, site, "2026-03-02", PART_M, ACTIVITY_MT, STATE_DRAFT);
	assign(mg, site, "2026-03-03", PART_M, ACTIVITY_SNP, STATE_DRAFT);
	assign(heart, site, "2026-03-04", PART_M, ACTIVITY_MT, STATE_DRAFT);
	assign(mg, site, "2026-03-05", PART_M, ACTIVITY_MT, STATE_CANCELLED);
	assign(mg, site, "2026-03-06", PART_M, ACTIVITY_MT, STATE_NOT_HELD);
	assign(mg, site, "2026-03-09", PART_M, ACTIVITY_MT, STATE_HELD);
	assign(other, site, "2026-03-09", PART_M, ACTIVITY_MT, STATE_PUBLISHED);
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
	int32_t site = load_site(0, REF_NONE, HOURS);

	load_need(&(struct wish){.site = site,
	    .sector = REF_NONE,
	    .pattern = "mon-sun MAS",
	    .from = "2026-01-01"});
	load_closure(site, "2026-05-05", "2026-05-06", "M");
	load_holiday("2026-05-14");
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
	int32_t site = load_site(0, REF_NONE,
	    "mon-sun M 09:00-12:00 A 14:00-18:00 E 18:00-20:00 S 20:00-24:00 "
	    "N 24:00-32:00");
	int32_t mg = load_physician(0, "MG");

	load_need(&(struct wish){.site = site,
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
			assign(mg, site, text, (enum part)part, ACTIVITY_MT,
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
	load_need(&(struct wish){.site = 0,
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
	int32_t sector = load_sector(0);
	int32_t a = load_site(0, sector, HOURS),
		b = load_site(1, sector, HOURS);
	int32_t outside = load_site(2, REF_NONE, HOURS);
	int32_t one = load_physician(0, "MG"), two = load_physician(1, "MG");
	struct gap_finder *finder;
	const struct gap *list;

	load_need(&(struct wish){.site = REF_NONE,
	    .sector = sector,
	    .pattern = "mon-wed M",
	    .from = "2026-01-01"});
	load_need(&(struct wish){.site = a,
	    .sector = REF_NONE,
	    .pattern = "tue M",
	    .from = "2026-01-01"});
	assign(one, b, "2026-03-02", PART_M, ACTIVITY_MT, STATE_DRAFT);
	/* The site's own need takes the one who is there. */
	assign(one, a, "2026-03-03", PART_M, ACTIVITY_MT, STATE_DRAFT);
	assign(two, outside, "2026-03-04", PART_M, ACTIVITY_MT, STATE_DRAFT);
	ck_assert_uint_eq(
	    sector_gaps(sector, "2026-03-02", 7, &list, &finder), 2);
	ck_assert_int_eq(list[0].day, test_day("2026-03-03"));
	ck_assert_int_eq(list[1].day, test_day("2026-03-04"));
	ck_assert_int_eq(list[0].kind, KIND_TERRITORY);
	ck_assert_int_eq(list[0].place, sector);
	gap_finder_free(finder);
	/* With a second one both are filled. */
	assign(two, a, "2026-03-03", PART_M, ACTIVITY_MT, STATE_DRAFT);
	ck_assert_uint_eq(
	    sector_gaps(sector, "2026-03-02", 7, &list, &finder), 1);
	ck_assert_int_eq(list[0].day, test_day("2026-03-04"));
	gap_finder_free(finder);
}
END_TEST

START_TEST(a_sector_is_closed_when_all_its_sites_are)
{
	int32_t sector = load_sector(0), empty = load_sector(1);
	int32_t a = load_site(0, sector, HOURS),
		b = load_site(1, sector, HOURS);
	struct gap_finder *finder;
	const struct gap *list;

	load_need(&(struct wish){.site = REF_NONE,
	    .sector = sector,
	    .pattern = "mon M",
	    .from = "2026-01-01"});
	load_need(&(struct wish){.site = REF_NONE,
	    .sector = empty,
	    .pattern = "mon M",
	    .from = "2026-01-01"});
	load_closure(a, "2026-03-02", "2026-03-02", "M");
	ck_assert_uint_eq(
	    sector_gaps(sector, "2026-03-02", 1, &list, &finder), 1);
	gap_finder_free(finder);
	load_closure(b, "2026-03-02", "2026-03-02", "M");
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

/* ----- the model ----- */

static const char *const patterns[] = {"mon-fri MA", "mon-sun M", "tue,thu A",
    "mon M; wed-fri MA every 2", "2nd tue MA; last fri M", "mon-sun MAESN",
    "sat-sun SN"};
static const char *const activities[] = {"MT", "SNP", "CA"};
static const char *const specialties[] = {"MG", "CARDIO"};

static const char *
day_text(int32_t day)
{
	static char text[16];
	struct out out = OUT(text);

	memset(text, 0, sizeof(text));
	out_day(&out, day);
	return text;
}

static void
random_town(struct random *random, int32_t first)
{
	for (unsigned i = 0; i < SECTORS; i++)
		(void)load_sector(i);
	for (unsigned i = 0; i < SITES; i++)
		(void)load_site(i, (int32_t)random_below(random, 3) - 1,
		    random_below(random, 2) == 0
			? HOURS
			: "mon-sun M 08:00-12:00 A 13:00-19:00 E 18:00-20:00 "
			  "S 20:00-24:00 N 24:00-32:00");
	for (unsigned i = 0; i < PHYSICIANS; i++)
		(void)load_physician(i, specialties[random_below(random, 2)]);
	for (unsigned i = 0; i < 14; i++) {
		bool site = random_below(random, 3) > 0;
		int32_t from = first + (int32_t)random_below(random, 21) - 7;
		char begin[16], end[16];

		SET(begin, day_text(from));
		SET(end, day_text(from + (int32_t)random_below(random, 28)));
		load_need(&(struct wish){.site = site
			? (int32_t)random_below(random, SITES)
			: REF_NONE,
		    .sector = site ? REF_NONE
				   : (int32_t)random_below(random, SECTORS),
		    .pattern = patterns[random_below(random, 7)],
		    .activity = activities[random_below(random, 3)],
		    .specialty = specialties[random_below(random, 2)],
		    .from = begin,
		    .to = random_below(random, 3) == 0 ? NULL : end,
		    .number = 1 + random_below(random, 3),
		    .state =
			random_below(random, 8) == 0 ? "retired" : "active"});
	}
	for (unsigned i = 0; i < 4; i++)
		load_closure((int32_t)random_below(random, SITES),
		    day_text(first + (int32_t)random_below(random, 10)),
		    day_text(first + 10 + (int32_t)random_below(random, 10)),
		    "MA");
	load_holiday(day_text(first + (int32_t)random_below(random, CHUNK)));
}

static void
random_plan(struct random *random, int32_t first)
{
	for (unsigned i = 0; i < 400; i++) {
		int32_t site = (int32_t)random_below(random, SITES);
		int32_t day =
		    first - 2 + (int32_t)random_below(random, CHUNK + 4);
		enum part part = (enum part)random_below(random, PART_COUNT);
		const struct opening *opening =
		    &book_site(book, site)->hours.at[day_weekday(day)][part];
		enum activity activity;

		if (opening->to == 0)
			continue;
		ck_assert(activity_find(
		    span_of(activities[random_below(random, 3)]), &activity));
		assign((int32_t)random_below(random, PHYSICIANS), site,
		    day_text(day), part, activity,
		    (enum state)random_below(random, STATE_COUNT));
	}
}

/* One who is wanted, and one who is there. */
struct unit {
	int32_t site, sector; /* of the wanted: one of them */
	char activity[8], specialty[9];
};

struct crowd {
	struct unit wanted[CROWD_MAX], there[CROWD_MAX];
	size_t nwanted, nthere;
	int match[CROWD_MAX];  /* of `there`: index of the wanted, or -1 */
	int got[CROWD_MAX];    /* the other way */
	int parent[CROWD_MAX]; /* of `there`: the wanted it was found from */
};

static bool
open_at(int32_t site, int32_t day, enum part part)
{
	struct opening opening;

	return site_open(book, site, day, part, &opening, NULL);
}

static bool
place_open(const struct need *need, int32_t day, enum part part)
{
	bool any = false;

	if (need->site != REF_NONE)
		return open_at(need->site, day, part);
	for (int32_t i = 0; i < book_count(book, KIND_SITE); i++) {
		if (book_site(book, i)->sector != need->sector)
			continue;
		if (open_at(i, day, part))
			return true;
		any = true;
	}
	return !any;
}

static void
crowd_gather(struct crowd *crowd, int32_t day, enum part part)
{
	memset(crowd, 0, sizeof(*crowd));
	for (int32_t i = 0; i < book_count(book, KIND_NEED); i++) {
		const struct need *need =
		    (const struct need *)book_entity(book, KIND_NEED, i);

		if (strcmp(need->state, "active") != 0 || day < need->from ||
		    day > need->to ||
		    !pattern_has(&need->pattern, need->from, day, part) ||
		    !place_open(need, day, part))
			continue;
		for (uint32_t n = 0; n < need->number; n++) {
			struct unit *unit = &crowd->wanted[crowd->nwanted++];

			unit->site = need->site;
			unit->sector = need->sector;
			SET(unit->activity, need->activity);
			SET(unit->specialty, need->specialty);
		}
	}
	for (unsigned i = 0; i < slots; i++) {
		const struct assignment *a =
		    book_assignment(book, test_id(20000 + i));
		struct unit *unit = &crowd->there[crowd->nthere];

		if (a->day != day || a->part != (unsigned)part ||
		    a->state == STATE_CANCELLED || a->state == STATE_NOT_HELD)
			continue;
		unit->site = a->site;
		unit->sector = book_site(book, a->site)->sector;
		SET(unit->activity, activity_name((enum activity)a->activity));
		SET(unit->specialty,
		    book_physician(book, a->physician)->specialty);
		crowd->nthere++;
	}
}

static bool
suits(const struct unit *wanted, const struct unit *there)
{
	bool place = wanted->site != REF_NONE ? wanted->site == there->site
					      : wanted->sector == there->sector;

	return place && strcmp(wanted->activity, there->activity) == 0 &&
	    strcmp(wanted->specialty, there->specialty) == 0;
}

/* Takes back the steps that led to one who is free. */
static void
take_path(struct crowd *crowd, int there)
{
	while (there != -1) {
		int wanted = crowd->parent[there], before = crowd->got[wanted];

		crowd->match[there] = wanted;
		crowd->got[wanted] = there;
		there = before;
	}
}

/* Whether one more of the wanted can be matched: breadth first along paths that
 * alternate. */
static bool
augment(struct crowd *crowd, int start)
{
	int queue[CROWD_MAX + 1];
	size_t head = 0, tail = 0;
	bool seen[CROWD_MAX] = {false};

	queue[tail++] = start;
	while (head < tail) {
		int wanted = queue[head++];

		for (int i = 0; i < (int)crowd->nthere; i++) {
			if (seen[i] ||
			    !suits(&crowd->wanted[wanted], &crowd->there[i]))
				continue;
			seen[i] = true;
			crowd->parent[i] = wanted;
			if (crowd->match[i] == -1) {
				take_path(crowd, i);
				return true;
			}
			queue[tail++] = crowd->match[i];
		}
	}
	return false;
}

/* How many of the wanted stay unfilled however they are matched. */
static size_t
crowd_missing(struct crowd *crowd)
{
	size_t filled = 0;

	for (size_t i = 0; i < crowd->nthere; i++)
		crowd->match[i] = -1;
	for (size_t i = 0; i < crowd->nwanted; i++)
		crowd->got[i] = -1;
	for (size_t i = 0; i < crowd->nwanted; i++)
		filled += augment(crowd, (int)i);
	return crowd->nwanted - filled;
}

static struct gap_finder *
finder_of_all(void)
{
	struct gap_finder *finder = gap_finder_new(book);

	for (int32_t i = 0; i < SITES; i++)
		gap_finder_site(finder, i);
	for (int32_t i = 0; i < SECTORS; i++)
		gap_finder_sector(finder, i);
	return finder;
}

/* Sums of the gaps and of the model, half-day by half-day. */
static void
compare_with_model(int32_t first, uint64_t seed)
{
	static struct crowd crowd;
	struct gap_finder *finder = finder_of_all();
	size_t count, at = 0;
	const struct gap *list = gap_finder_find(finder, first, CHUNK, &count);

	for (int i = 0; i < CHUNK * PART_COUNT; i++) {
		int32_t day = first + i / PART_COUNT;
		enum part part = (enum part)(i % PART_COUNT);
		size_t missing = 0;

		for (;
		     at < count && list[at].day == day && list[at].part == part;
		     at++) {
			ck_assert_uint_gt(list[at].need, list[at].filled);
			missing += list[at].need - list[at].filled;
		}
		crowd_gather(&crowd, day, part);
		ck_assert_msg(missing == crowd_missing(&crowd),
		    "seed %llu, %s %c: %zu, not %zu", (unsigned long long)seed,
		    day_text(day), part_letter(part), missing,
		    crowd_missing(&crowd));
	}
	ck_assert_uint_eq(at, count); /* and in this order */
	gap_finder_free(finder);
}

START_TEST(as_few_are_missing_as_can_be)
{
	struct random random = random_new((uint64_t)_i + 1);
	/* Weeks with a change of the clock, of the year, a 29 February. */
	static const char *const firsts[] = {
	    "2026-03-16", "2026-10-12", "2026-12-21", "2028-02-21"};
	int32_t first = test_day(firsts[_i % 4]);

	random_town(&random, first);
	random_plan(&random, first);
	compare_with_model(first, random.seed);
}
END_TEST

/* Days found together or one by one are the same gaps. */
START_TEST(days_at_once_or_one_by_one)
{
	struct random random = random_new(77);
	int32_t first = test_day("2026-03-16");
	struct gap_finder *finder, *other;
	size_t count, at = 0, n;
	const struct gap *list;

	random_town(&random, first);
	random_plan(&random, first);
	finder = finder_of_all();
	other = finder_of_all();
	list = gap_finder_find(finder, first, CHUNK, &count);
	ck_assert_uint_gt(count, 20);
	for (int32_t day = first; day < first + CHUNK; day++) {
		const struct gap *one = gap_finder_find(other, day, 1, &n);

		for (size_t i = 0; i < n; i++, at++) {
			ck_assert_uint_lt(at, count);
			ck_assert_int_eq(one[i].day, list[at].day);
			ck_assert_int_eq(one[i].part, list[at].part);
			ck_assert_int_eq(one[i].kind, list[at].kind);
			ck_assert_int_eq(one[i].place, list[at].place);
			ck_assert_uint_eq(one[i].need, list[at].need);
			ck_assert_uint_eq(one[i].filled, list[at].filled);
		}
	}
	ck_assert_uint_eq(at, count);
	gap_finder_free(finder);
	gap_finder_free(other);
}
END_TEST

START_TEST(gaps_stand_in_the_order_of_places)
{
	int32_t sector = load_sector(0);
	int32_t a = load_site(0, sector, HOURS),
		b = load_site(1, sector, HOURS);
	struct gap_finder *finder = gap_finder_new(book);
	const struct gap *list;
	size_t count;

	load_need(&(struct wish){.site = REF_NONE,
	    .sector = sector,
	    .pattern = "mon-tue M",
	    .from = "2026-01-01"});
	load_need(&(struct wish){.site = a,
	    .sector = REF_NONE,
	    .pattern = "mon-tue M",
	    .activity = "SNP",
	    .from = "2026-01-01"});
	load_need(&(struct wish){.site = a,
	    .sector = REF_NONE,
	    .pattern = "mon-tue M",
	    .activity = "MT",
	    .from = "2026-01-01"});
	load_need(&(struct wish){.site = b,
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

	tcase_add_checked_fixture(cases[0], set_up, tear_down);
	tcase_add_test(cases[0], a_need_asks_in_its_half_days);
	tcase_add_test(cases[0], needs_add_up);
	tcase_add_test(cases[0], only_what_blocks_and_matches_fills);
	tcase_add_test(cases[0], nobody_is_needed_where_it_is_closed);
	tcase_add_test(cases[0], weeks_in_which_the_clock_changes);
	tcase_add_test(cases[0], a_retired_site_needs_nobody);
	tcase_add_test(cases[0], any_site_of_the_sector_fills);
	tcase_add_test(cases[0], a_sector_is_closed_when_all_its_sites_are);
	tcase_add_loop_test(cases[0], as_few_are_missing_as_can_be, 0, 40);
	tcase_add_test(cases[0], days_at_once_or_one_by_one);
	tcase_add_test(cases[0], gaps_stand_in_the_order_of_places);
	return test_main("gap", cases, 1);
}
