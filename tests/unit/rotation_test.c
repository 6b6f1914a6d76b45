/* SPDX-License-Identifier: ISC */
/*
 * rotation_test: whose turn it is, against a model that walks day by day and
 * knows nothing of how rotation.c does it.
 */
#include "daemon/base/compiler.h"
#include "daemon/domain/rotation.h"
#include "tests/unit/domain_support.h"

#include <string.h>

enum { MOST = 600, ROUNDS = 300, PHYSICIANS = 7 };

static struct rotation
rotation(
    const char *pattern, const char *mode, const char *from, const char *to)
{
	struct rotation rotation = {.from = test_day(from), .to = test_day(to)};
	size_t column;
	const char *why;

	ck_assert_msg(
	    pattern_parse(span_of(pattern), &rotation.pattern, &column, &why),
	    "%s at %zu: %s", pattern, column, why);
	SET(rotation.mode, mode);
	return rotation;
}

/* Closed on the days of a list, in the parts of each. */
struct closed {
	const char *day;
	const char *parts;
};

static bool
always_open(void *arg UNUSED, int32_t day UNUSED, enum part part UNUSED)
{
	return true;
}

static bool
is_open(void *arg, int32_t day, enum part part)
{
	const struct closed *closed = arg;

	for (; closed->day != NULL; closed++)
		if (test_day(closed->day) == day &&
		    parts_have(closed->parts, part))
			return false;
	return true;
}

/* "2026-03-03 M 0", of the n-th. */
static void
check(const struct wanted *wanted, size_t n, const char *day, enum part part,
    unsigned turn)
{
	ck_assert_msg(wanted[n].day == test_day(day) &&
		wanted[n].part == part && wanted[n].turn == turn,
	    "%zu: day %d part %u turn %u", n, wanted[n].day, wanted[n].part,
	    wanted[n].turn);
}

START_TEST(each_half_day_is_the_next_ones)
{
	struct rotation r =
	    rotation("mon MA; wed M", "turn", "2026-03-02", "2026-03-15");
	struct wanted out[MOST];

	ck_assert_uint_eq(
	    rotation_expand(&r, 2, always_open, NULL, out, MOST), 6);
	check(out, 0, "2026-03-02", PART_M, 0);
	check(out, 1, "2026-03-02", PART_A, 1);
	check(out, 2, "2026-03-04", PART_M, 0);
	check(out, 3, "2026-03-09", PART_M, 1);
	check(out, 5, "2026-03-11", PART_M, 1);
}
END_TEST

START_TEST(a_closed_half_day_costs_nobody_the_turn)
{
	static const struct closed closed[] = {
	    {"2026-04-06", "MA"}, {"2026-04-08", "M"}, {NULL, NULL}};
	struct rotation r =
	    rotation("mon-fri M", "turn", "2026-04-06", "2026-04-10");
	struct wanted out[MOST];

	ck_assert_uint_eq(rotation_expand(&r, 3, is_open,
			      (void *)(uintptr_t)closed, out, MOST),
	    3);
	check(out, 0, "2026-04-07", PART_M, 0);
	check(out, 1, "2026-04-09", PART_M, 1);
	check(out, 2, "2026-04-10", PART_M, 2);
}
END_TEST

/* Ten half-days are one block; a week that is closed throughout is nobody's,
 * one that opens once is somebody's. */
START_TEST(a_week_is_one_physicians)
{
	static const struct closed closed[] = {{"2026-03-09", "MA"},
	    {"2026-03-10", "MA"}, {"2026-03-11", "MA"}, {"2026-03-12", "MA"},
	    {"2026-03-13", "MA"}, {"2026-03-16", "MA"}, {"2026-03-17", "MA"},
	    {"2026-03-18", "MA"}, {"2026-03-19", "MA"}, {"2026-03-20", "M"},
	    {NULL, NULL}};
	struct rotation r =
	    rotation("mon-fri MA", "week", "2026-03-02", "2026-03-29");
	struct wanted out[MOST];

	ck_assert_uint_eq(rotation_expand(&r, 3, is_open,
			      (void *)(uintptr_t)closed, out, MOST),
	    21);
	for (size_t i = 0; i < 21; i++)
		ck_assert_uint_eq(out[i].turn, i < 10 ? 0 : i < 11 ? 1 : 2);
	check(out, 10, "2026-03-20", PART_A, 1);
	check(out, 11, "2026-03-23", PART_M, 2);
}
END_TEST

/* Weeks of the ISO calendar: the turn passes on Monday, whatever the day on
 * which the rotation begins, over the end of a year with 53 weeks too. */
START_TEST(weeks_begin_on_monday)
{
	struct rotation r =
	    rotation("mon-sun M", "week", "2026-12-24", "2027-01-12");
	struct wanted out[MOST];

	ck_assert_uint_eq(
	    rotation_expand(&r, 4, always_open, NULL, out, MOST), 20);
	check(out, 0, "2026-12-24", PART_M, 0);
	check(out, 3, "2026-12-27", PART_M, 0);
	check(out, 4, "2026-12-28", PART_M, 1); /* week 53 */
	check(out, 10, "2027-01-03", PART_M, 1);
	check(out, 11, "2027-01-04", PART_M, 2); /* week 1 */
	check(out, 18, "2027-01-11", PART_M, 3);
}
END_TEST

START_TEST(every_second_week_and_the_nth_weekday)
{
	struct rotation fortnight =
	    rotation("tue M every 2", "turn", "2026-12-22", "2027-02-02");
	struct rotation monthly =
	    rotation("last fri A", "turn", "2028-01-01", "2028-03-31");
	struct wanted out[MOST];

	/* Over week 53: fortnights are counted from the first day. */
	ck_assert_uint_eq(
	    rotation_expand(&fortnight, 2, always_open, NULL, out, MOST), 4);
	check(out, 0, "2026-12-22", PART_M, 0);
	check(out, 1, "2027-01-05", PART_M, 1);
	check(out, 3, "2027-02-02", PART_M, 1);
	ck_assert_uint_eq(
	    rotation_expand(&monthly, 2, always_open, NULL, out, MOST), 3);
	check(out, 0, "2028-01-28", PART_A, 0);
	check(out, 1, "2028-02-25", PART_A, 1);
	check(out, 2, "2028-03-31", PART_A, 0);
}
END_TEST

/* Both changes of the clock, and 29 February: a day is a day. */
START_TEST(days_of_the_calendar)
{
	static const struct {
		const char *from, *to;
		size_t days;
	} spans[] = {{"2026-03-28", "2026-03-30", 3},
	    {"2026-10-24", "2026-10-26", 3}, {"2028-02-28", "2028-03-01", 3},
	    {"2027-02-28", "2027-03-01", 2}};

	for (size_t i = 0; i < ARRAY_SIZE(spans); i++) {
		struct rotation r =
		    rotation("mon-sun MAN", "turn", spans[i].from, spans[i].to);
		struct wanted out[MOST];

		ck_assert_uint_eq(
		    rotation_expand(&r, 5, always_open, NULL, out, MOST),
		    3 * spans[i].days);
		for (size_t j = 0; j < 3 * spans[i].days; j++)
			ck_assert_uint_eq(out[j].turn, j % 5);
	}
}
END_TEST

START_TEST(more_than_there_is_room_for_is_counted)
{
	struct rotation r =
	    rotation("mon-sun M", "turn", "2026-03-01", "2026-03-31");
	struct wanted out[4] = {{0}};

	ck_assert_uint_eq(
	    rotation_expand(&r, 2, always_open, NULL, out, 3), 31);
	ck_assert_int_eq(out[3].day, 0);
}
END_TEST

/* ----- the model ----- */

/* A half-day is open or closed by chance, the same whenever it is asked. */
static bool
by_chance(void *arg, int32_t day, enum part part)
{
	const uint64_t *seed = arg;
	uint64_t x = *seed ^ (uint64_t)(day * 8 + (int)part);

	x *= 0x9e3779b97f4a7c15u;
	x ^= x >> 29;
	x *= 0xbf58476d1ce4e5b9u;
	return (x >> 40) % 4 != 0;
}

/* Whether the item has the half-day, said another way than pattern.c does. */
static bool
has(const struct pattern_item *item, int32_t from, int32_t day, enum part part)
{
	int32_t monday = day, first = from;

	if (!(item->parts & 1u << part) ||
	    !(item->weekdays & 1u << day_weekday(day)))
		return false;
	if (item->nth > 0) {
		int year;
		unsigned month, mday;

		day_to_civil(day, &year, &month, &mday);
		return (int)(mday + 6) / 7 == item->nth;
	}
	while (day_weekday(monday) != 0)
		monday--;
	while (day_weekday(first) != 0)
		first--;
	return ((monday - first) / 7) % item->every == 0;
}

/* Number of half-days before (day, part), or of the weeks that have one, that
 * are open: whose turn it is follows. */
static unsigned
turns_before(const struct rotation *r, uint64_t *seed, int32_t until,
    enum part until_part, bool by_week)
{
	unsigned turns = 0;
	int32_t week = INT32_MIN;

	for (int32_t day = r->from; day <= until; day++)
		for (unsigned part = 0; part < PART_COUNT; part++) {
			bool any = false;

			if (day == until && part >= (unsigned)until_part)
				break;
			for (unsigned i = 0; i < PATTERN_ITEMS_MAX; i++)
				any |= r->pattern.item[i].parts != 0 &&
				    has(&r->pattern.item[i], r->from, day,
					(enum part)part);
			if (!any || !by_chance(seed, day, (enum part)part))
				continue;
			if (by_week &&
			    (day_week(day) == week ||
				day_week(day) == day_week(until)))
				continue;
			week = day_week(day);
			turns++;
		}
	return turns;
}

static struct rotation
random_rotation(struct random *random)
{
	static const char *const patterns[] = {"mon-fri M", "mon-fri MA",
	    "tue A; thu M", "wed MAE every 2", "1st mon M; 3rd fri A",
	    "sat,sun MN every 3; tue M", "2nd tue M; mon-sun S"};
	struct rotation r =
	    rotation(patterns[random_below(random, ARRAY_SIZE(patterns))],
		random_below(random, 2) ? "week" : "turn", "2026-01-01",
		"2026-01-01");

	r.from += (int32_t)random_below(random, 1500);
	r.to = r.from + (int32_t)random_below(random, 120);
	return r;
}

START_TEST(the_model_agrees)
{
	struct random random = random_new(20260302);

	for (unsigned round = 0; round < ROUNDS; round++) {
		struct rotation r = random_rotation(&random);
		unsigned n = 1 + random_below(&random, PHYSICIANS);
		uint64_t seed = random_below(&random, UINT32_MAX);
		bool by_week = strcmp(r.mode, "week") == 0;
		struct wanted out[MOST];
		size_t count =
		    rotation_expand(&r, n, by_chance, &seed, out, MOST);

		ck_assert_uint_le(count, MOST);
		ck_assert_uint_eq(
		    count, turns_before(&r, &seed, r.to + 1, PART_M, false));
		for (size_t i = 0; i < count; i++)
			ck_assert_msg(out[i].turn ==
				turns_before(&r, &seed, out[i].day,
				    (enum part)out[i].part, by_week) %
				    n,
			    "seed %llu round %u half-day %zu",
			    (unsigned long long)random.seed, round, i);
	}
}
END_TEST

/* ----- names ----- */

START_TEST(occurrences_have_names_of_their_own)
{
	struct id a = rotation_occurrence(test_id(1), 20000, PART_M);

	ck_assert(id_equal(a, rotation_occurrence(test_id(1), 20000, PART_M)));
	ck_assert(!id_equal(a, rotation_occurrence(test_id(2), 20000, PART_M)));
	ck_assert(!id_equal(a, rotation_occurrence(test_id(1), 20001, PART_M)));
	ck_assert(!id_equal(a, rotation_occurrence(test_id(1), 20000, PART_A)));
	ck_assert(!id_is_nil(a));
}
END_TEST

#define ONE "0189f7c2-5b1e-7abc-8def-0123456789ab"
#define TWO "0189f7c2-5b1e-7abc-8def-0123456789ac"

START_TEST(physicians_are_a_list_of_ids)
{
	static const struct {
		const char *text;
		unsigned count; /* 0: is none */
	} lists[] = {{ONE, 1}, {ONE "," TWO, 2}, {ONE "," ONE, 2}, {"", 0},
	    {ONE ",", 0}, {"," ONE, 0}, {ONE ",," TWO, 0}, {"10000000117", 0}};
	char long_list[(ROTATION_PHYSICIANS_MAX + 1) * (ID_TEXT_LEN + 1)];
	struct id ids[ROTATION_PHYSICIANS_MAX];
	unsigned count;
	size_t len = 0;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		bool is =
		    rotation_physicians(span_of(lists[i].text), ids, &count);

		ck_assert_msg(is == (lists[i].count > 0), "%s", lists[i].text);
		if (is)
			ck_assert_uint_eq(count, lists[i].count);
	}
	for (unsigned i = 0; i <= ROTATION_PHYSICIANS_MAX; i++) {
		memcpy(long_list + len, ONE ",", ID_TEXT_LEN + 1);
		len += ID_TEXT_LEN + 1;
	}
	ck_assert(!rotation_physicians(
	    (struct span){long_list, len - 1}, ids, &count));
	ck_assert(rotation_physicians(
	    (struct span){long_list, len - ID_TEXT_LEN - 2}, ids, &count));
	ck_assert_uint_eq(count, ROTATION_PHYSICIANS_MAX);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("rotation");

	tcase_add_test(tcase, each_half_day_is_the_next_ones);
	tcase_add_test(tcase, a_closed_half_day_costs_nobody_the_turn);
	tcase_add_test(tcase, a_week_is_one_physicians);
	tcase_add_test(tcase, weeks_begin_on_monday);
	tcase_add_test(tcase, every_second_week_and_the_nth_weekday);
	tcase_add_test(tcase, days_of_the_calendar);
	tcase_add_test(tcase, more_than_there_is_room_for_is_counted);
	tcase_add_test(tcase, the_model_agrees);
	tcase_add_test(tcase, occurrences_have_names_of_their_own);
	tcase_add_test(tcase, physicians_are_a_list_of_ids);
	return test_main("rotation", (TCase *[]){tcase}, 1);
}
