/* SPDX-License-Identifier: ISC */
/*
 * pattern_test: the grammar of half-days that recur, its one form, and the days
 * that a pattern has, compared with a naive calendar over years.
 */
#include "daemon/domain/pattern.h"

#include "daemon/base/compiler.h"
#include "proto/out.h"
#include "tests/unit/domain_support.h"

#include <string.h>
#include <time.h>

/* ----- grammar ----- */

static const struct {
	const char *text, *canonical;
} forms[] = {
    {"mon M", "mon M"},
    {"mon-fri MA", "mon-fri MA"},
    {"  mon,tue,wed   MAESN  ", "mon-wed MAESN"},
    {"sun N;", "sun N"},
    {"sat,mon A ; sun M", "mon,sat A; sun M"},
    {"wed,fri MA every 2", "wed,fri MA every 2"},
    {"wed M every  02", "wed M every 2"},
    {"thu S every 52 ;fri E", "thu S every 52; fri E"},
    {"1st mon M;2nd tue A;3rd wed E", "1st mon M; 2nd tue A; 3rd wed E"},
    {"4th thu S; 5th fri N; last  sun MA", "4th thu S; 5th fri N; last sun MA"},
    {"mon-tue,thu-fri,sun M", "mon-tue,thu-fri,sun M"},
};

static void
expect_form(const char *text, const char *canonical)
{
	struct pattern pattern, again;
	char printed[PATTERN_TEXT_MAX];
	const char *why = NULL;
	size_t column, len;

	ck_assert_msg(pattern_parse(span_of(text), &pattern, &column, &why),
	    "%s: %s", text, why);
	len = pattern_print(&pattern, printed, sizeof(printed));
	ck_assert_msg(
	    span_is((struct span){printed, len}, canonical), "%s", text);
	ck_assert(
	    pattern_parse((struct span){printed, len}, &again, &column, &why));
	ck_assert_mem_eq(&pattern, &again, sizeof(pattern));
}

START_TEST(one_form)
{
	expect_form(forms[_i].text, forms[_i].canonical);
}
END_TEST

/* The longest that there is fits into the room that the header promises. */
START_TEST(longest_form)
{
	char text[PATTERN_TEXT_MAX + 1] = "";
	const char *item = "mon-tue,thu-fri,sun MAESN every 52";

	for (unsigned i = 0; i < PATTERN_ITEMS_MAX; i++) {
		ck_assert_uint_le(
		    strlen(text) + strlen(item) + 2, PATTERN_TEXT_MAX);
		strcat(text, i == 0 ? "" : "; ");
		strcat(text, item);
	}
	expect_form(text, text);
}
END_TEST

static const struct {
	const char *text;
	size_t column; /* from 0 */
	const char *why;
} refusals[] = {
    {"", 0, "a weekday is mon, tue, wed, thu, fri, sat or sun"},
    {"   ", 3, "a weekday is mon, tue, wed, thu, fri, sat or sun"},
    {";", 0, "a weekday is mon, tue, wed, thu, fri, sat or sun"},
    {"mo M", 0, "a weekday is mon, tue, wed, thu, fri, sat or sun"},
    {"Mon M", 0, "a weekday is mon, tue, wed, thu, fri, sat or sun"},
    {"mon", 3, "weekdays are followed by a blank and parts, MA"},
    {"mon ", 4, "parts are letters of MAESN, in this order"},
    {"mon;", 3, "weekdays are followed by a blank and parts, MA"},
    {"monM", 3, "weekdays are followed by a blank and parts, MA"},
    {"mon AM", 4, "parts are letters of MAESN, in this order"},
    {"mon MM", 4, "parts are letters of MAESN, in this order"},
    {"mon m", 4, "parts are letters of MAESN, in this order"},
    {"fri-mon M", 0, "a range of weekdays goes from an earlier to a later one"},
    {"mon-mon M", 0, "a range of weekdays goes from an earlier to a later one"},
    {"mon-wed,tue M", 8, "a weekday is named twice"},
    {"mon, tue M", 4, "a weekday is mon, tue, wed, thu, fri, sat or sun"},
    {"mon M often", 6, "parts are followed by every, ';' or the end"},
    {"mon M every", 11, "every is followed by 2 to 52 weeks"},
    {"mon M every 1", 12, "every is followed by 2 to 52 weeks"},
    {"mon M every 0", 12, "every is followed by 2 to 52 weeks"},
    {"mon M every 53", 12, "every is followed by 2 to 52 weeks"},
    {"mon M every -2", 12, "every is followed by 2 to 52 weeks"},
    {"mon M every 2x", 12, "every is followed by 2 to 52 weeks"},
    {"mon M every 2 3", 14, "items of a pattern stand apart by ;"},
    {"mon M, tue A", 4, "parts are letters of MAESN, in this order"},
    {"mon M; ; tue A", 7, "a weekday is mon, tue, wed, thu, fri, sat or sun"},
    {"6th mon M", 0, "a weekday is mon, tue, wed, thu, fri, sat or sun"},
    {"2nd", 3, "2nd is followed by a weekday"},
    {"2nd M", 4, "a weekday is mon, tue, wed, thu, fri, sat or sun"},
    {"2nd mon-tue M", 7, "weekdays are followed by a blank and parts, MA"},
    {"2nd mon M every 2", 10, "every does not go with a weekday of the month"},
    {"mon M;mon M;mon M;mon M;mon M;mon M;mon M;mon M;mon M", 48,
	"a pattern has eight items at most"},
};

START_TEST(refused_with_the_place)
{
	struct pattern pattern, before;
	const char *why = NULL;
	size_t column = 999;

	memset(&pattern, 0x5a, sizeof(pattern));
	before = pattern;
	ck_assert_msg(
	    !pattern_parse(span_of(refusals[_i].text), &pattern, &column, &why),
	    "%s", refusals[_i].text);
	ck_assert_str_eq(why, refusals[_i].why);
	ck_assert_msg(column == refusals[_i].column, "%s: %zu",
	    refusals[_i].text, column);
	ck_assert_mem_eq(&pattern, &before, sizeof(pattern));
}
END_TEST

START_TEST(letters_of_parts)
{
	unsigned bits = 0;

	ck_assert(parts_parse(SPAN("MN"), &bits));
	ck_assert_uint_eq(bits, 1u << PART_M | 1u << PART_N);
	ck_assert(parts_have("MN", PART_M));
	ck_assert(!parts_have("MN", PART_A));
	ck_assert(!parts_parse(SPAN(""), &bits));
	ck_assert(!parts_parse(SPAN("NM"), &bits));
	ck_assert(!parts_parse(SPAN("AA"), &bits));
	ck_assert(!parts_parse(SPAN("M A"), &bits));
}
END_TEST

/* ----- days ----- */

static struct pattern
pattern(const char *text)
{
	struct pattern parsed;
	const char *why = NULL;
	size_t column;

	ck_assert_msg(pattern_parse(span_of(text), &parsed, &column, &why),
	    "%s: %s", text, why);
	return parsed;
}

/* The days from `first` to `last` that have the part, "MM-DD" each. */
static void
expect_days(const char *text, const char *from, const char *first,
    const char *last, const char *expected)
{
	struct pattern p = pattern(text);
	char days[512] = "", day[16];
	struct out all = OUT(days);

	for (int32_t at = test_day(first); at <= test_day(last); at++) {
		struct out out = OUT(day);

		if (!pattern_has(&p, test_day(from), at, PART_M))
			continue;
		out_day(&out, at);
		ck_assert_uint_lt(all.len + 7, sizeof(days));
		out_bytes(&all, day + 5, 5);
		out_char(&all, ' ');
	}
	days[all.len] = '\0';
	ck_assert_msg(
	    strcmp(days, expected) == 0, "%s from %s: %s", text, from, days);
}

START_TEST(weeks_are_counted_from_the_week_of_from)
{
	/* 2026 has a week 53: 12-28 to 01-03. */
	expect_days("mon M every 2", "2026-12-14", "2026-12-01", "2027-01-31",
	    "12-14 12-28 01-11 01-25 ");
	/* From is a Sunday: the week is the one that ends then. */
	expect_days("mon M every 2", "2026-12-20", "2026-12-21", "2027-01-31",
	    "12-28 01-11 01-25 ");
	expect_days("mon M every 2", "2026-12-21", "2026-12-21", "2027-01-31",
	    "12-21 01-04 01-18 ");
	/* 53 weeks, and 52: where every 52 weeks falls. */
	expect_days("wed M every 52", "2026-01-01", "2026-01-01", "2028-01-15",
	    "12-30 12-29 ");
	/* Over a 29 February. */
	expect_days("tue M every 2", "2028-02-15", "2028-02-15", "2028-03-31",
	    "02-15 02-29 03-14 03-28 ");
}
END_TEST

START_TEST(weekdays_of_the_month)
{
	expect_days("1st mon M", "2026-01-01", "2026-05-25", "2026-08-05",
	    "06-01 07-06 08-03 ");
	expect_days("5th sat M", "2026-01-01", "2026-01-01", "2026-12-31",
	    "01-31 05-30 08-29 10-31 ");
	expect_days("last sat M", "2026-01-01", "2026-01-01", "2026-06-30",
	    "01-31 02-28 03-28 04-25 05-30 06-27 ");
	/* A February of 29 days that begins on a Tuesday has five of them. */
	expect_days(
	    "5th tue M", "2028-01-01", "2028-02-01", "2028-03-31", "02-29 ");
	expect_days("last tue M", "2028-01-01", "2028-02-01", "2028-03-31",
	    "02-29 03-28 ");
	expect_days("last thu M", "2026-01-01", "2026-12-01", "2027-01-31",
	    "12-31 01-28 ");
}
END_TEST

START_TEST(items_add_up)
{
	struct pattern p = pattern("mon-fri M; fri A; last fri ES");
	int32_t from = test_day("2026-01-01");

	ck_assert_uint_eq(
	    pattern_parts(&p, from, test_day("2026-03-26")), 1u << PART_M);
	ck_assert_uint_eq(pattern_parts(&p, from, test_day("2026-03-20")),
	    1u << PART_M | 1u << PART_A);
	ck_assert_uint_eq(pattern_parts(&p, from, test_day("2026-03-27")),
	    1u << PART_M | 1u << PART_A | 1u << PART_E | 1u << PART_S);
	ck_assert_uint_eq(pattern_parts(&p, from, test_day("2026-03-28")), 0);
	ck_assert(!pattern_has(&p, from, test_day("2026-03-27"), PART_N));
}
END_TEST

/* ----- against the calendar of the C library ----- */

/* A day of the library's calendar; ISO week and year as it prints them. */
struct civil {
	int weekday, month_day, month_days, iso_year, iso_week;
};

static struct civil
civil(int32_t day)
{
	time_t at = (time_t)day * SECONDS_PER_DAY, next;
	struct civil civil;
	struct tm tm, month;
	char text[32];

	gmtime_r(&at, &tm);
	civil.weekday = (tm.tm_wday + 6) % 7;
	civil.month_day = tm.tm_mday;
	ck_assert_uint_gt(strftime(text, sizeof(text), "%G %V", &tm), 0);
	civil.iso_year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 +
	    (text[2] - '0') * 10 + text[3] - '0';
	civil.iso_week = (text[5] - '0') * 10 + text[6] - '0';
	civil.month_days = 28;
	for (int extra = 28; extra <= 31; extra++) {
		next = at + (time_t)(extra - tm.tm_mday) * SECONDS_PER_DAY;
		gmtime_r(&next, &month);
		if (month.tm_mon == tm.tm_mon)
			civil.month_days = extra;
	}
	return civil;
}

/* Weeks of the ISO calendar from one day to a later one, stepping over every
 * Monday between. */
static int
weeks_between(int32_t from, int32_t day)
{
	int weeks = 0;

	while (from < day) {
		from++;
		weeks += civil(from).weekday == 0 ? 1 : 0;
	}
	return weeks;
}

static bool
naive_item(const struct pattern_item *item, struct civil at, int weeks)
{
	if (!(item->weekdays & 1u << at.weekday))
		return false;
	if (item->nth == PATTERN_LAST)
		return at.month_day + 7 > at.month_days;
	if (item->nth > 0)
		return at.month_day > 7 * (item->nth - 1) &&
		    at.month_day <= 7 * item->nth;
	return weeks % item->every == 0;
}

/* A pattern of the grammar, as text. */
static void
random_text(struct random *random, char *text, size_t size)
{
	static const char *const weekdays[] = {
	    "mon", "tue", "wed", "thu", "fri", "sat", "sun"};
	static const char *const nths[] = {
	    "1st", "2nd", "3rd", "4th", "5th", "last"};
	static const char *const parts[] = {"M", "A", "MA", "ES", "MAESN"};
	unsigned items = 1 + random_below(random, PATTERN_ITEMS_MAX);
	struct out out = {text, 0, size - 1, false};

	for (unsigned i = 0; i < items; i++) {
		unsigned first = random_below(random, 7), which;

		out_text(&out, i == 0 ? "" : ";");
		which = random_below(random, 3);
		if (which == 0) {
			out_text(&out, nths[random_below(random, 6)]);
			out_char(&out, ' ');
		}
		out_text(&out, weekdays[first]);
		if (which != 0 && first < 6) {
			out_char(&out, random_below(random, 2) ? '-' : ',');
			out_text(&out,
			    weekdays[first + 1 +
				random_below(random, 6 - first)]);
		}
		out_char(&out, ' ');
		out_text(&out, parts[random_below(random, 5)]);
		if (which == 2) {
			out_literal(&out, " every ");
			out_u64(&out, 2 + random_below(random, 51));
		}
	}
	ck_assert(!out.overflow);
	text[out.len] = '\0';
}

START_TEST(as_the_naive_calendar)
{
	struct random random = random_new((uint64_t)_i);
	int32_t from =
	    test_day("2019-12-25") + (int32_t)random_below(&random, 1000);
	int32_t last = from + 6 * 366;
	char text[1024];
	struct pattern p;
	int weeks = 0;

	random_text(&random, text, sizeof(text));
	p = pattern(text);
	for (int32_t day = from; day <= last; day++) {
		struct civil at = civil(day);
		unsigned expected = 0;

		if (day > from)
			weeks += weeks_between(day - 1, day);
		for (unsigned i = 0; i < PATTERN_ITEMS_MAX; i++)
			if (p.item[i].parts != 0 &&
			    naive_item(&p.item[i], at, weeks))
				expected |= p.item[i].parts;
		ck_assert_msg(pattern_parts(&p, from, day) == expected,
		    "\"%s\" from %d on %d (%d-W%02d), seed %d", text, from, day,
		    at.iso_year, at.iso_week, _i);
	}
}
END_TEST

/* Two days of one ISO week are of one week of the pattern, and no others. */
START_TEST(iso_weeks_hold_together)
{
	struct pattern p = pattern("mon-sun M every 2");
	int32_t from = test_day("2026-12-31");

	for (int32_t day = from; day < from + 800; day++) {
		struct civil a = civil(day), b = civil(day + 1);
		bool same =
		    a.iso_week == b.iso_week && a.iso_year == b.iso_year;

		ck_assert((pattern_has(&p, from, day, PART_M) ==
			      pattern_has(&p, from, day + 1, PART_M)) == same);
	}
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("pattern");

	tcase_add_loop_test(tcase, one_form, 0, (int)ARRAY_SIZE(forms));
	tcase_add_test(tcase, longest_form);
	tcase_add_loop_test(
	    tcase, refused_with_the_place, 0, (int)ARRAY_SIZE(refusals));
	tcase_add_test(tcase, letters_of_parts);
	tcase_add_test(tcase, weeks_are_counted_from_the_week_of_from);
	tcase_add_test(tcase, weekdays_of_the_month);
	tcase_add_test(tcase, items_add_up);
	tcase_add_loop_test(tcase, as_the_naive_calendar, 0, 40);
	tcase_add_test(tcase, iso_weeks_hold_together);
	return test_main("pattern", &tcase, 1);
}
