/* SPDX-License-Identifier: ISC */
/*
 * calendar_test: days, parts, time zones and opening hours.
 */
#include "daemon/domain/calendar.h"

#include "daemon/base/compiler.h"
#include "tests/unit/domain_support.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct tz *
zone(const char *name)
{
	const struct tz *tz = tz_find(span_of(name));

	ck_assert_msg(tz != NULL, "%s", name);
	ck_assert_str_eq(tz_name(tz), name);
	return tz;
}

START_TEST(parts_have_letters_and_windows)
{
	static const struct {
		char letter;
		unsigned from, to;
	} expected[] = {{'M', 480, 780}, {'A', 780, 1200}, {'E', 1080, 1260},
	    {'S', 1200, 1440}, {'N', 1440, 1920}};

	for (unsigned i = 0; i < PART_COUNT; i++) {
		struct span letter = {&expected[i].letter, 1};
		enum part part = PART_COUNT;
		unsigned from, to;

		ck_assert(part_find(letter, &part));
		ck_assert_int_eq(part, (int)i);
		ck_assert_int_eq(part_letter(part), expected[i].letter);
		part_window(part, &from, &to);
		ck_assert_uint_eq(from, expected[i].from);
		ck_assert_uint_eq(to, expected[i].to);
	}
}
END_TEST

START_TEST(parts_refuse_other_words)
{
	static const char *const words[] = {"", "m", "X", "MA", "M "};
	enum part part = PART_S;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		ck_assert(!part_find(span_of(words[i]), &part));
	ck_assert_int_eq(part, PART_S);
}
END_TEST

START_TEST(days_of_the_week)
{
	static const struct {
		const char *day;
		unsigned weekday;
		const char *week;
	} cases[] = {
	    {"1970-01-01", 3, NULL},
	    {"2026-03-02", 0, "2026-03-02"},
	    {"2026-03-08", 6, "2026-03-02"},
	    {"2024-02-29", 3, "2024-02-26"},
	    /* Week 53 of 2026 reaches into 2027. */
	    {"2026-12-28", 0, "2026-12-28"},
	    {"2027-01-03", 6, "2026-12-28"},
	    {"2027-01-04", 0, "2027-01-04"},
	    /* Week 1 of 2025 begins in 2024. */
	    {"2025-01-01", 2, "2024-12-30"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int32_t day = test_day(cases[i].day);

		ck_assert_uint_eq(day_weekday(day), cases[i].weekday);
		if (cases[i].week != NULL)
			ck_assert_int_eq(
			    day_week(day), test_day(cases[i].week));
	}
	/* Before the epoch, where remainders are negative. */
	ck_assert_uint_eq(day_weekday(-1), 2);
	ck_assert_uint_eq(day_weekday(-4), 6);
	ck_assert_int_eq(day_week(-1), -3);
}
END_TEST

START_TEST(months_and_quarters)
{
	static const struct {
		const char *day, *month, *quarter;
	} cases[] = {
	    {"2026-01-01", "2026-01-01", "2026-01-01"},
	    {"2026-03-31", "2026-03-01", "2026-01-01"},
	    {"2026-04-01", "2026-04-01", "2026-04-01"},
	    {"2026-06-30", "2026-06-01", "2026-04-01"},
	    {"2026-07-01", "2026-07-01", "2026-07-01"},
	    {"2026-12-31", "2026-12-01", "2026-10-01"},
	    {"2028-02-29", "2028-02-01", "2028-01-01"},
	    {"2100-02-28", "2100-02-01", "2100-01-01"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int32_t day = test_day(cases[i].day);

		ck_assert_int_eq(day_month(day), test_day(cases[i].month));
		ck_assert_int_eq(day_quarter(day), test_day(cases[i].quarter));
	}
}
END_TEST

static const struct {
	const char *zone, *day;
	unsigned minute;
	const char *instant;
	int offset;
} instants[] = {
    {"Europe/Paris", "2026-03-02", 540, "2026-03-02T09:00+01:00", 60},
    {"Europe/Paris", "2026-07-01", 540, "2026-07-01T09:00+02:00", 120},
    /* The clock goes from 02:00 to 03:00: 02:30 is taken as it was before,
     * which the clock then shows as 03:30. */
    {"Europe/Paris", "2026-03-29", 90, "2026-03-29T01:30+01:00", 60},
    {"Europe/Paris", "2026-03-29", 120, "2026-03-29T03:00+02:00", 120},
    {"Europe/Paris", "2026-03-29", 150, "2026-03-29T03:30+02:00", 120},
    {"Europe/Paris", "2026-03-29", 180, "2026-03-29T03:00+02:00", 120},
    {"Europe/Paris", "2026-03-29", 540, "2026-03-29T09:00+02:00", 120},
    /* The evening before: a night crosses the change. */
    {"Europe/Paris", "2026-03-28", 1440, "2026-03-29T00:00+01:00", 60},
    {"Europe/Paris", "2026-03-28", 1920, "2026-03-29T08:00+02:00", 120},
    /* From 03:00 back to 02:00: 02:30 comes twice, the first is meant. */
    {"Europe/Paris", "2026-10-25", 119, "2026-10-25T01:59+02:00", 120},
    {"Europe/Paris", "2026-10-25", 120, "2026-10-25T02:00+02:00", 120},
    {"Europe/Paris", "2026-10-25", 150, "2026-10-25T02:30+02:00", 120},
    {"Europe/Paris", "2026-10-25", 180, "2026-10-25T03:00+01:00", 60},
    {"Europe/Paris", "2026-10-24", 1920, "2026-10-25T08:00+01:00", 60},
    {"Indian/Reunion", "2026-03-29", 150, "2026-03-29T02:30+04:00", 240},
    {"Indian/Reunion", "2026-10-25", 150, "2026-10-25T02:30+04:00", 240},
    {"Indian/Mayotte", "2026-07-01", 480, "2026-07-01T08:00+03:00", 180},
    {"America/Guadeloupe", "2026-03-29", 0, "2026-03-29T00:00-04:00", -240},
    {"America/Guadeloupe", "2026-10-25", 1439, "2026-10-25T23:59-04:00", -240},
    {"America/Cayenne", "2026-12-31", 1920, "2027-01-01T08:00-03:00", -180},
    {"America/Miquelon", "2026-03-08", 540, "2026-03-08T09:00-02:00", -120},
    {"Pacific/Noumea", "2026-01-01", 480, "2025-12-31T21:00Z", 660},
    {"Pacific/Wallis", "2026-01-01", 0, "2025-12-31T12:00Z", 720},
    /* Beyond 2037, where the tz files have a rule instead of a table. */
    {"Europe/Paris", "2044-07-01", 540, "2044-07-01T07:00Z", 120},
    {"Europe/Paris", "2044-12-01", 540, "2044-12-01T08:00Z", 60},
    {"Europe/Paris", "1970-01-01", 0, "1970-01-01T00:00+01:00", 60},
    {"Europe/Paris", "2999-12-31", 1439, "2999-12-31T23:59+01:00", 60},
};

START_TEST(clock_times_are_instants)
{
	const struct tz *tz = zone(instants[_i].zone);
	int32_t day = test_day(instants[_i].day);
	int64_t expected;

	/* 1970-01-01T00:00+01:00 lies before the first second. */
	if (!span_to_instant(span_of(instants[_i].instant), &expected))
		expected = -3600;
	ck_assert_int_eq(tz_instant(tz, day, instants[_i].minute), expected);
	ck_assert_int_eq(tz_offset(tz, expected), instants[_i].offset);
}
END_TEST

START_TEST(nights_are_shorter_and_longer)
{
	const struct tz *paris = zone("Europe/Paris");
	int32_t spring = test_day("2026-03-28");
	int32_t autumn = test_day("2026-10-24");

	ck_assert_int_eq(
	    tz_instant(paris, spring, 1920) - tz_instant(paris, spring, 1440),
	    7 * HOUR);
	ck_assert_int_eq(
	    tz_instant(paris, autumn, 1920) - tz_instant(paris, autumn, 1440),
	    9 * HOUR);
}
END_TEST

START_TEST(instants_have_a_civil_day)
{
	const struct tz *paris = zone("Europe/Paris");
	const struct tz *noumea = zone("Pacific/Noumea");
	const struct tz *cayenne = zone("America/Cayenne");

	ck_assert_int_eq(tz_day(paris, test_instant("2026-03-28T22:59Z")),
	    test_day("2026-03-28"));
	ck_assert_int_eq(tz_day(paris, test_instant("2026-03-28T23:00Z")),
	    test_day("2026-03-29"));
	ck_assert_int_eq(tz_day(noumea, test_instant("2026-03-28T13:00Z")),
	    test_day("2026-03-29"));
	ck_assert_int_eq(tz_day(cayenne, test_instant("2026-03-29T02:59Z")),
	    test_day("2026-03-28"));
	ck_assert_int_eq(tz_day(cayenne, 0), -1);
}
END_TEST

/*
 * The C library reads the same tz database by other code.  libical is taken at
 * its word where it differs: a few changes of the 1970s, and the hour of the
 * changes beyond 2037 where daylight saving does not follow European rules.
 */
START_TEST(offsets_agree_with_the_c_library)
{
	static const char *const names[] = {"Europe/Paris", "Indian/Reunion",
	    "Indian/Mayotte", "America/Guadeloupe", "America/Martinique",
	    "America/Cayenne", "Pacific/Noumea", "Pacific/Tahiti",
	    "Pacific/Wallis", "Europe/London", "America/New_York",
	    "Pacific/Apia", "America/Miquelon"};
	const struct tz *tz = zone(names[_i]);
	const char *had = getenv("TZ");
	char *saved = had == NULL ? NULL : strdup(had);

	setenv("TZ", names[_i], 1);
	tzset();
	for (int64_t at = test_instant("1980-01-01T00:00Z"),
		     end = test_instant(
			 _i < 9 ? "2100-01-01T00:00Z" : "2037-12-31T00:00Z");
	     at < end; at += 2 * 3600 + 1799) {
		time_t instant = (time_t)at;
		struct tm local;

		localtime_r(&instant, &local);
		ck_assert_msg(tz_offset(tz, at) == local.tm_gmtoff / 60,
		    "%s at %lld: %d", names[_i], (long long)at,
		    tz_offset(tz, at));
	}
	if (saved == NULL)
		unsetenv("TZ");
	else
		setenv("TZ", saved, 1);
	tzset();
	free(saved);
}
END_TEST

/* Who asks for a far day must not keep a daemon from all others. */
START_TEST(far_years_have_the_last_rule_at_once)
{
	const struct tz *tz = zone("Europe/Lisbon");
	clock_t began = clock();
	int64_t end = test_instant("2999-12-31T23:59Z");

	ck_assert_int_eq(tz_offset(tz, end), 0);
	ck_assert_msg(clock() - began < CLOCKS_PER_SEC, "took %.1f s",
	    (double)(clock() - began) / CLOCKS_PER_SEC);
	/* The last Sundays of March and October, at one o'clock UTC. */
	for (int year = 2038; year < 3000; year++) {
		int32_t spring = day_from_civil(year, 3, 31);
		int32_t autumn = day_from_civil(year, 10, 31);
		int64_t from, to;

		spring -= (int32_t)((day_weekday(spring) + 1) % 7);
		autumn -= (int32_t)((day_weekday(autumn) + 1) % 7);
		from = (int64_t)spring * SECONDS_PER_DAY + 3600;
		to = (int64_t)autumn * SECONDS_PER_DAY + 3600;
		ck_assert_msg(tz_offset(tz, from - 1) == 0 &&
			tz_offset(tz, from) == 60 &&
			tz_offset(tz, to - 1) == 60 && tz_offset(tz, to) == 0,
		    "%d", year);
	}
}
END_TEST

START_TEST(zones_that_there_are_not)
{
	static const char *const names[] = {"", "Europe/Lutetia", "Paris",
	    "europe/paris", "/etc/localtime", "Europe/../Europe/Paris",
	    "Europe//Paris", "Europe/Paris/", "/Europe/Paris", "..",
	    "posix/Europe/Paris", "right/Europe/Paris", "zone.tab",
	    "Europe/Paris\n", "Europe"};
	char longest[80];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		ck_assert_msg(
		    tz_find(span_of(names[i])) == NULL, "%s", names[i]);
	ck_assert_ptr_null(tz_find((struct span){"Europe/Paris\0", 13}));
	memset(longest, 'A', sizeof(longest));
	ck_assert_ptr_null(tz_find((struct span){longest, sizeof(longest)}));
	/* Borrowed, not ended by NUL. */
	ck_assert_ptr_eq(
	    tz_find((struct span){"Europe/ParisX", 12}), zone("Europe/Paris"));
	ck_assert_int_eq(tz_offset(zone("UTC"), 1000000), 0);
}
END_TEST

static const struct {
	const char *text, *canonical;
} readable[] = {
    {"", ""},
    {"   ", ""},
    {"mon-fri M 09:00-12:00 A 14:00-18:00",
	"mon-fri M 09:00-12:00 A 14:00-18:00"},
    {"mon-fri M 09:00-12:00 A 14:00-18:00; sat M 09:00-12:00",
	"mon-fri M 09:00-12:00 A 14:00-18:00; sat M 09:00-12:00"},
    {"sat M 09:00-12:00;mon A 14:00-18:00;",
	"mon A 14:00-18:00; sat M 09:00-12:00"},
    {"mon A 14:00-18:00; mon M 09:00-12:00", "mon M 09:00-12:00 A 14:00-18:00"},
    {"mon,wed,thu,fri,sun  M  08:00-13:00 ; ", "mon,wed-fri,sun M 08:00-13:00"},
    {"mon-tue,thu M 09:00-12:00; fri-sun M 09:00-12:00",
	"mon-tue,thu-sun M 09:00-12:00"},
    {"sun M 08:00-13:00 A 13:00-20:00 E 18:00-21:00 S 20:00-24:00 "
     "N 24:00-32:00",
	"sun M 08:00-13:00 A 13:00-20:00 E 18:00-21:00 S 20:00-24:00 "
	"N 24:00-32:00"},
};

START_TEST(hours_are_read_and_printed)
{
	struct hours hours, again;
	char text[1024];
	size_t column, len;
	const char *why;

	ck_assert_msg(
	    hours_parse(span_of(readable[_i].text), &hours, &column, &why),
	    "%s", readable[_i].text);
	len = hours_print(&hours, text, sizeof(text));
	ck_assert_uint_eq(len, strlen(readable[_i].canonical));
	ck_assert_int_eq(memcmp(text, readable[_i].canonical, len), 0);
	ck_assert(hours_parse((struct span){text, len}, &again, &column, &why));
	ck_assert(hours_equal(&hours, &again));
}
END_TEST

static const struct {
	const char *text;
	size_t column;
} unreadable[] = {
    {"mon", 3},
    {"mon ", 4},
    {"mon; tue M 09:00-12:00", 3},
    {"Mon M 09:00-12:00", 0},
    {"lun M 09:00-12:00", 0},
    {"mo", 0},
    {";", 0},
    {"mon-", 4},
    {"mon-fri,", 8},
    {"fri-mon M 09:00-12:00", 0},
    {"mon-mon M 09:00-12:00", 0},
    {"mon,tue,mon M 09:00-12:00", 8},
    {"mon-wed,tue M 09:00-12:00", 8},
    {"mon M", 5},
    {"mon M09:00-12:00", 5},
    {"mon X 09:00-12:00", 4},
    {"mon M 9:00-12:00", 6},
    {"mon M 09:60-12:00", 6},
    {"mon M 09:00 12:00", 11},
    {"mon M 09:00-", 12},
    {"mon M 09:00-1200", 12},
    {"mon M 09:00-12:00A 14:00-18:00", 17},
    {"mon M 12:00-09:00", 6},
    {"mon M 09:00-09:00", 6},
    {"mon M 07:59-12:00", 6},
    {"mon M 09:00-13:01", 6},
    {"mon A 12:00-18:00", 6},
    {"mon E 17:00-19:00", 6},
    {"mon S 20:00-24:30", 6},
    {"mon N 00:00-08:00", 6},
    {"mon N 24:00-32:01", 6},
    {"mon M 09:00-10:00 M 11:00-12:00", 18},
    {"mon-fri M 09:00-12:00; wed M 09:00-12:00", 27},
    {"mon M 09:00-12:00; tue", 22},
    {"mon M 09:00-12:00; tue M 09:00-12:0", 31},
};

START_TEST(hours_say_where_they_are_wrong)
{
	struct hours hours = hours_default(), before = hours;
	struct span text = span_of(unreadable[_i].text);
	char *exact = malloc(text.len);
	size_t column = 999;
	const char *why = NULL;

	/* Nothing behind the text, so that a read past it is seen. */
	memcpy(exact, text.ptr, text.len);
	text.ptr = exact;
	ck_assert_msg(!hours_parse(text, &hours, &column, &why), "%s",
	    unreadable[_i].text);
	ck_assert_msg(column == unreadable[_i].column, "%s: %zu",
	    unreadable[_i].text, column);
	ck_assert_ptr_nonnull(why);
	ck_assert(hours_equal(&hours, &before));
	free(exact);
}
END_TEST

START_TEST(hours_print_what_they_read)
{
	struct random random = random_new(77);

	for (unsigned round = 0; round < 5000; round++) {
		struct hours hours = {0}, again;
		char text[1024];
		size_t column, len;
		const char *why;

		for (unsigned day = 0; day < 7; day++) {
			for (unsigned part = 0; part < PART_COUNT; part++) {
				unsigned from, to;

				part_window((enum part)part, &from, &to);
				if (random_below(&random, 3) == 0)
					continue;
				/* Few values, so that days are alike. */
				from += random_below(&random, 2) * 7;
				to -= random_below(&random, 2) * 11;
				hours.at[day][part] = (struct opening){
				    (uint16_t)from, (uint16_t)to};
			}
		}
		len = hours_print(&hours, text, sizeof(text));
		ck_assert_uint_lt(len, sizeof(text));
		ck_assert_msg(hours_parse((struct span){text, len}, &again,
				  &column, &why),
		    "seed 77: %.*s", (int)len, text);
		ck_assert(hours_equal(&hours, &again));
	}
}
END_TEST

START_TEST(hours_default_is_a_working_week)
{
	struct hours hours = hours_default();
	char text[64];
	size_t len = hours_print(&hours, text, sizeof(text));

	ck_assert_uint_eq(len, strlen("mon-fri M 09:00-12:00 A 14:00-18:00"));
	ck_assert_int_eq(
	    memcmp(text, "mon-fri M 09:00-12:00 A 14:00-18:00", len), 0);
}
END_TEST

int
main(void)
{
	TCase *days = tcase_create("days"), *zones = tcase_create("zones"),
	      *hours = tcase_create("hours");
	TCase *const cases[] = {days, zones, hours};

	tcase_add_test(days, parts_have_letters_and_windows);
	tcase_add_test(days, parts_refuse_other_words);
	tcase_add_test(days, days_of_the_week);
	tcase_add_test(days, months_and_quarters);
	tcase_add_loop_test(
	    zones, clock_times_are_instants, 0, (int)ARRAY_SIZE(instants));
	tcase_add_test(zones, nights_are_shorter_and_longer);
	tcase_add_test(zones, instants_have_a_civil_day);
	tcase_add_loop_test(zones, offsets_agree_with_the_c_library, 0, 13);
	tcase_add_test(zones, far_years_have_the_last_rule_at_once);
	tcase_add_test(zones, zones_that_there_are_not);
	tcase_add_loop_test(
	    hours, hours_are_read_and_printed, 0, (int)ARRAY_SIZE(readable));
	tcase_add_loop_test(hours, hours_say_where_they_are_wrong, 0,
	    (int)ARRAY_SIZE(unreadable));
	tcase_add_test(hours, hours_print_what_they_read);
	tcase_add_test(hours, hours_default_is_a_working_week);
	return test_main("calendar", cases, ARRAY_SIZE(cases));
}
