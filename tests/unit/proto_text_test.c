/* SPDX-License-Identifier: ISC */
/*
 * span and id: what is read from the wire.  Texts are given to the parsers in
 * memory of their exact size, so that a sanitizer sees a read beyond them.
 */
#include "proto/id.h"
#include "proto/out.h"
#include "proto/span.h"
#include "tests/support/suite.h"
#include "tests/unit/exact.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const struct {
	const char *text;
	uint64_t max;
	bool good;
	uint64_t value;
} numbers[] = {
    {"0", UINT64_MAX, true, 0},
    {"7", 7, true, 7},
    {"8", 7, false, 0},
    {"10", 9, false, 0},
    {"0", 0, true, 0},
    {"1", 0, false, 0},
    {"007", 7, true, 7},
    {"18446744073709551615", UINT64_MAX, true, UINT64_MAX},
    {"18446744073709551616", UINT64_MAX, false, 0},
    {"99999999999999999999999", UINT64_MAX, false, 0},
    {"9007199254740992", (uint64_t)1 << 53, true, (uint64_t)1 << 53},
    {"9007199254740993", (uint64_t)1 << 53, false, 0},
    {"", UINT64_MAX, false, 0},
    {"+1", UINT64_MAX, false, 0},
    {"-1", UINT64_MAX, false, 0},
    {" 1", UINT64_MAX, false, 0},
    {"1 ", UINT64_MAX, false, 0},
    {"1.0", UINT64_MAX, false, 0},
    {"0x1", UINT64_MAX, false, 0},
    {"1e3", UINT64_MAX, false, 0},
};

START_TEST(numbers_are_digits_up_to_a_maximum)
{
	uint64_t value = 42;

	ck_assert_msg(span_to_u64(exact(numbers[_i].text), numbers[_i].max,
			  &value) == numbers[_i].good,
	    "\"%s\"", numbers[_i].text);
	ck_assert_uint_eq(value, numbers[_i].good ? numbers[_i].value : 42);
}
END_TEST

static const struct {
	const char *text;
	bool good;
	int64_t value;
} degrees[] = {
    {"45.63927", true, 4563927},
    {"-45.63927", true, -4563927},
    {"0.2", true, 20000},
    {"0", true, 0},
    {"-0", true, 0},
    {"180", true, 18000000},
    {"180.00000", true, 18000000},
    {"180.00001", false, 0},
    {"-180", true, -18000000},
    {"-181", false, 0},
    {"1.234567", false, 0},
    {"", false, 0},
    {"-", false, 0},
    {".", false, 0},
    {".5", false, 0},
    {"-.5", false, 0},
    {"5.", false, 0},
    {"1.2.3", false, 0},
    {"--1", false, 0},
    {"1-", false, 0},
    {"+1", false, 0},
    {"1,5", false, 0},
    {"99999999999999999999", false, 0},
};

START_TEST(fixed_numbers_are_scaled_exactly)
{
	int64_t value = 42;

	ck_assert_msg(span_to_fixed(exact(degrees[_i].text), 5, 18000000,
			  &value) == degrees[_i].good,
	    "\"%s\"", degrees[_i].text);
	ck_assert_int_eq(value, degrees[_i].good ? degrees[_i].value : 42);
}
END_TEST

START_TEST(fixed_numbers_reach_the_ends_of_their_type)
{
	int64_t value;

	ck_assert(
	    span_to_fixed(exact("9223372036854775807"), 0, INT64_MAX, &value));
	ck_assert_int_eq(value, INT64_MAX);
	ck_assert(
	    !span_to_fixed(exact("9223372036854775808"), 0, INT64_MAX, &value));
	ck_assert(
	    !span_to_fixed(exact("922337203685477581"), 1, INT64_MAX, &value));
	ck_assert(!span_to_fixed(exact("1"), 0, -1, &value));
}
END_TEST

static const struct {
	const char *text;
	bool good;
	int32_t day;
} days[] = {
    {"1970-01-01", true, 0},
    {"2999-12-31", true, 376199},
    {"2000-02-29", true, 11016},
    {"2026-12-01", true, 20788},
    {"1969-12-31", false, 0},
    {"3000-01-01", false, 0},
    {"2100-02-29", false, 0},
    {"2026-02-29", false, 0},
    {"2026-04-31", false, 0},
    {"2026-13-01", false, 0},
    {"2026-00-01", false, 0},
    {"2026-01-00", false, 0},
    {"2026-01-32", false, 0},
    {"2026-1-01", false, 0},
    {"2026/01/01", false, 0},
    {"2026-01-0a", false, 0},
    {"2026-01-011", false, 0},
    {"20260101", false, 0},
    {"", false, 0},
};

START_TEST(days_are_dates_that_exist)
{
	int32_t day = -1;

	ck_assert_msg(span_to_day(exact(days[_i].text), &day) == days[_i].good,
	    "\"%s\"", days[_i].text);
	ck_assert_int_eq(day, days[_i].good ? days[_i].day : -1);
}
END_TEST

static unsigned
length_of_month(int year, unsigned month)
{
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	if (month == 2)
		return leap ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* Every day from 1970 to 2999: counted, computed, printed and read again. */
START_TEST(days_and_dates_are_one_to_one)
{
	int32_t expected = 0, read;
	unsigned month, day, month_back, day_back;
	int year, year_back;
	char text[10];

	for (year = 1970; year <= 2999; year++) {
		for (month = 1; month <= 12; month++) {
			for (day = 1; day <= length_of_month(year, month);
			     day++, expected++) {
				struct out out = OUT(text);

				ck_assert_int_eq(
				    day_from_civil(year, month, day), expected);
				day_to_civil(expected, &year_back, &month_back,
				    &day_back);
				ck_assert(year_back == year &&
				    month_back == month && day_back == day);
				out_day(&out, expected);
				ck_assert(span_to_day(
				    (struct span){text, out.len}, &read));
				ck_assert_int_eq(read, expected);
			}
		}
	}
	ck_assert_int_eq(expected, 376200);
}
END_TEST

START_TEST(days_go_back_before_1970)
{
	int year;
	unsigned month, day;

	ck_assert_int_eq(day_from_civil(1969, 12, 31), -1);
	ck_assert_int_eq(day_from_civil(1600, 3, 1), -135080);
	ck_assert_int_eq(day_from_civil(0, 3, 1), -719468);
	ck_assert_int_eq(day_from_civil(-1, 12, 31), -719529);
	day_to_civil(-719469, &year, &month, &day);
	ck_assert(year == 0 && month == 2 && day == 29);
	day_to_civil(INT32_MIN, &year, &month, &day);
	ck_assert_int_eq(year, -5877641);
	day_to_civil(INT32_MAX, &year, &month, &day);
	ck_assert_int_eq(year, 5881580);
}
END_TEST

static const struct {
	const char *text;
	bool good;
	unsigned minute;
} minutes[] = {
    {"00:00", true, 0},
    {"09:05", true, 545},
    {"24:00", true, 1440},
    {"47:59", true, 2879},
    {"48:00", false, 0},
    {"09:60", false, 0},
    {"9:00", false, 0},
    {"09-00", false, 0},
    {"09:0", false, 0},
    {"09:000", false, 0},
    {"a9:00", false, 0},
    {"", false, 0},
};

START_TEST(minutes_reach_into_the_next_day)
{
	unsigned minute = 1;

	ck_assert_msg(span_to_minute(exact(minutes[_i].text), &minute) ==
		minutes[_i].good,
	    "\"%s\"", minutes[_i].text);
	ck_assert_uint_eq(minute, minutes[_i].good ? minutes[_i].minute : 1);
}
END_TEST

static const struct {
	const char *text;
	bool good;
	int64_t seconds;
} instants[] = {
    {"1970-01-01T00:00Z", true, 0},
    {"1970-01-01T00:00+00:00", true, 0},
    {"1970-01-01T00:00+01:00", true, -3600},
    {"1970-01-01T00:00:59-11:30", true, 41459},
    {"2026-12-01T09:00+01:00", true, 1796112000},
    {"2026-12-01T09:00:07+01:00", true, 1796112007},
    {"2026-12-01T09:00+23:59", true, 1796029260},
    {"2026-12-01T23:59:59Z", true, 1796169599},
    {"2026-12-01T24:00Z", false, 0},
    {"2026-12-01T09:00:60Z", false, 0},
    {"2026-12-01T09:60Z", false, 0},
    {"2026-12-01T09:00", false, 0},
    {"2026-12-01T09:00:07", false, 0},
    {"2026-12-01T09:00:0", false, 0},
    {"2026-12-01T09:00:", false, 0},
    {"2026-12-01T09:00z", false, 0},
    {"2026-12-01t09:00Z", false, 0},
    {"2026-12-01 09:00Z", false, 0},
    {"2026-12-01T09:00+1:00", false, 0},
    {"2026-12-01T09:00+24:00", false, 0},
    {"2026-12-01T09:00+01:60", false, 0},
    {"2026-12-01T09:00+0100", false, 0},
    {"2026-12-01T09:00+01:00 ", false, 0},
    {"2026-12-01T09:00:07.5Z", false, 0},
    {"2026-02-30T09:00Z", false, 0},
    {"2026-12-01", false, 0},
    {"", false, 0},
};

START_TEST(instants_have_an_offset)
{
	int64_t seconds = -7;

	ck_assert_msg(span_to_instant(exact(instants[_i].text), &seconds) ==
		instants[_i].good,
	    "\"%s\"", instants[_i].text);
	ck_assert_int_eq(
	    seconds, instants[_i].good ? instants[_i].seconds : -7);
}
END_TEST

static const struct {
	const char *text;
	bool good;
} ids[] = {
    {"0189f7c2-5b1e-7abc-8def-0123456789ab", true},
    {"0189F7C2-5B1E-7ABC-8DEF-0123456789AB", true},
    {"00000000-0000-0000-0000-000000000000", true},
    {"ffffffff-ffff-ffff-ffff-ffffffffffff", true},
    {"0189f7c2-5b1e-7abc-8def-0123456789a", false},
    {"0189f7c2-5b1e-7abc-8def-0123456789abc", false},
    {"0189f7c2x5b1e-7abc-8def-0123456789ab", false},
    {"0189f7c25-b1e-7abc-8def-0123456789ab", false},
    {"0189f7c2-5b1e-7abc-8def-0123456789ag", false},
    {"0189f7c2-5b1e-7abc-8def-01234567 9ab", false},
    {"{189f7c2-5b1e-7abc-8def-0123456789a}", false},
    {"", false},
};

START_TEST(ids_are_read_and_printed)
{
	unsigned char bytes[16];
	struct id id = ID_NIL;
	char text[ID_TEXT_LEN];
	size_t i;

	ck_assert_msg(span_to_id(exact(ids[_i].text), &id) == ids[_i].good,
	    "\"%s\"", ids[_i].text);
	if (!ids[_i].good) {
		ck_assert(id_is_nil(id));
		return;
	}
	id_to_text(id, text);
	for (i = 0; i < sizeof(text); i++)
		ck_assert_int_eq(
		    text[i], ids[_i].text[i] | (text[i] > '9' ? 0x20 : 0));
	id_to_bytes(id, bytes);
	ck_assert(id_equal(id_from_bytes(bytes), id));
}
END_TEST

START_TEST(ids_keep_the_order_of_their_bytes)
{
	static const char *const ordered[] = {
	    "00000000-0000-0000-0000-000000000000",
	    "00000000-0000-0000-0000-000000000001",
	    "00000000-0000-0000-8000-000000000000",
	    "00000000-0000-0001-0000-000000000000",
	    "7fffffff-ffff-ffff-ffff-ffffffffffff",
	    "80000000-0000-0000-0000-000000000000",
	};
	unsigned char bytes[2][16];
	struct id a, b;
	int i, j;

	for (i = 0; i < COUNT(ordered); i++) {
		for (j = 0; j < COUNT(ordered); j++) {
			ck_assert(span_to_id(span_of(ordered[i]), &a) &&
			    span_to_id(span_of(ordered[j]), &b));
			id_to_bytes(a, bytes[0]);
			id_to_bytes(b, bytes[1]);
			ck_assert((id_compare(a, b) > 0) == (i > j) &&
			    (id_compare(a, b) < 0) == (i < j));
			ck_assert(
			    (memcmp(bytes[0], bytes[1], 16) > 0) == (i > j));
		}
	}
}
END_TEST

static const struct {
	const char *text;
	size_t good; /* bytes of text before the first that is not */
} texts[] = {
    {"", 0},
    {"Angoul\xc3\xaame", 10},
    {"\xe2\x82\xac \xf0\x9f\xa9\xba", 8},
    {"a\tb", 1},
    {"a\nb", 1},
    {"a\x1f", 1},
    {"a\x7f", 1},
    {"a\x80", 1},
    {"a\xbf", 1},
    {"a\xc0\x80", 1}, /* too long a form of U+0000 */
    {"a\xc1\xbf", 1},
    {"a\xc2\x80", 1}, /* U+0080, a control */
    {"a\xc2\x9f", 1},
    {"a\xc2\xa0", 3},
    {"a\xc3", 1},
    {"a\xc3(", 1},
    {"a\xe0\x9f\xbf", 1}, /* too long a form of U+07FF */
    {"a\xe0\xa0\x80", 4},
    {"a\xed\x9f\xbf", 4},
    {"a\xed\xa0\x80", 1}, /* a surrogate */
    {"a\xee\x80\x80", 4},
    {"a\xe2\x82", 1},
    {"a\xe2\x82(", 1},
    {"a\xf0\x8f\xbf\xbf", 1}, /* too long a form of U+FFFF */
    {"a\xf0\x90\x80\x80", 5},
    {"a\xf0\x90\x80", 1},
    {"a\xf0\x90\x80(", 1},
    {"a\xf4\x8f\xbf\xbf", 5},
    {"a\xf4\x90\x80\x80", 1}, /* beyond U+10FFFF */
    {"a\xf5\x80\x80\x80", 1},
    {"a\xff", 1},
};

START_TEST(text_is_utf8_without_controls)
{
	struct span text = exact(texts[_i].text);

	ck_assert_uint_eq(span_text_length(text), texts[_i].good);
	ck_assert(span_is_text(text) == (texts[_i].good == text.len));
}
END_TEST

/* Texts are looked at eight bytes at once: every byte in every place. */
START_TEST(every_place_is_looked_at)
{
	char bytes[20];

	for (size_t place = 0; place < sizeof(bytes); place++) {
		bool good = _i >= ' ' && _i < 0x7f;
		struct span text = {bytes, sizeof(bytes)};

		memset(bytes, '~', sizeof(bytes));
		bytes[place] = (char)_i;
		ck_assert_uint_eq(
		    span_text_length(text), good ? sizeof(bytes) : place);
		text.len = place;
		ck_assert_uint_eq(span_text_length(text), place);
	}
}
END_TEST

START_TEST(spans_are_compared_and_cut)
{
	struct span rest = SPAN("a,,bc,"), part;

	ck_assert(span_equal((struct span){NULL, 0}, span_of("")));
	ck_assert(span_equal(span_of(NULL), SPAN("")));
	ck_assert(!span_equal(SPAN("a"), SPAN("b")));
	ck_assert(!span_is(SPAN("ab"), "a") && !span_is(SPAN("a"), "ab"));
	ck_assert(span_cut(&rest, ',', &part) && span_is(part, "a"));
	ck_assert(span_cut(&rest, ',', &part) && span_is(part, ""));
	ck_assert(span_cut(&rest, ',', &part) && span_is(part, "bc"));
	ck_assert(!span_cut(&rest, ',', &part));
	rest = SPAN("whole");
	ck_assert(span_cut(&rest, ',', &part) && span_is(part, "whole"));
	ck_assert_uint_eq(rest.len, 0);
	rest = (struct span){NULL, 0};
	ck_assert(!span_cut(&rest, ',', &part));
}
END_TEST

static Suite *
proto_text_suite(void)
{
	Suite *suite = suite_create("proto text");
	TCase *read = tcase_create("read");

	tcase_set_timeout(read, 60); /* all days there are */
	tcase_add_loop_test(
	    read, numbers_are_digits_up_to_a_maximum, 0, COUNT(numbers));
	tcase_add_loop_test(
	    read, fixed_numbers_are_scaled_exactly, 0, COUNT(degrees));
	tcase_add_test(read, fixed_numbers_reach_the_ends_of_their_type);
	tcase_add_loop_test(read, days_are_dates_that_exist, 0, COUNT(days));
	tcase_add_test(read, days_and_dates_are_one_to_one);
	tcase_add_test(read, days_go_back_before_1970);
	tcase_add_loop_test(
	    read, minutes_reach_into_the_next_day, 0, COUNT(minutes));
	tcase_add_loop_test(read, instants_have_an_offset, 0, COUNT(instants));
	tcase_add_loop_test(read, ids_are_read_and_printed, 0, COUNT(ids));
	tcase_add_test(read, ids_keep_the_order_of_their_bytes);
	tcase_add_loop_test(
	    read, text_is_utf8_without_controls, 0, COUNT(texts));
	tcase_add_loop_test(read, every_place_is_looked_at, 0, 256);
	tcase_add_test(read, spans_are_compared_and_cut);
	suite_add_tcase(suite, read);

	return suite;
}

int
main(void)
{
	return suite_run(proto_text_suite());
}
