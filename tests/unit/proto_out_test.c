/* SPDX-License-Identifier: ISC */
/*
 * out and answer: what is printed, also into too little room, and that a client
 * reads it back.
 */
#include "proto/out.h"
#include "proto/request.h"
#include "tests/support/suite.h"
#include "tests/unit/exact.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const struct {
	int64_t seconds;
	int offset;
	const char *text;
} clocks[] = {
    {0, 0, "1970-01-01T00:00+00:00"},
    {-1, 0, "1969-12-31T23:59:59+00:00"},
    {1796112000, 60, "2026-12-01T09:00+01:00"},
    {1796112007, 60, "2026-12-01T09:00:07+01:00"},
    {1796112000, 240, "2026-12-01T12:00+04:00"},
    {1796112000, -570, "2026-11-30T22:30-09:30"},
    {1711846800, 60, "2024-03-31T02:00+01:00"},
    {INT64_MIN / 2, 0, "0000-06-23"},
    {INT64_MAX / 2, 0, "9999-07-11"},
};

START_TEST(instants_are_printed_with_their_offset)
{
	char text[32];
	struct out out = OUT(text);
	int64_t back;

	out_instant(&out, clocks[_i].seconds, clocks[_i].offset);
	ck_assert_msg(out.len >= strlen(clocks[_i].text) &&
		memcmp(text, clocks[_i].text, strlen(clocks[_i].text)) == 0,
	    "%.*s, not %s", (int)out.len, text, clocks[_i].text);
	if (clocks[_i].seconds < 0 || clocks[_i].seconds > 4000000000)
		return;
	ck_assert(span_to_instant((struct span){text, out.len}, &back));
	ck_assert_int_eq(back, clocks[_i].seconds);
}
END_TEST

static const struct {
	const char *value, *printed;
} values[] = {
    {"plain", "plain"},
    {"", "\"\""},
    {"two words", "\"two words\""},
    {"Angoul\xc3\xaame", "Angoul\xc3\xaame"},
    {"a=b#*!", "a=b#*!"},
    {"say \"a\\b\"", "\"say \\\"a\\\\b\\\"\""},
    {"a\nb\tc", "\"a\\nb\\tc\""},
    {"\"", "\"\\\"\""},
    {"\x01\x1f\x7f", "\"???\""},
};

START_TEST(values_are_quoted_when_they_must)
{
	char text[32];
	struct out out = OUT(text);

	out_value(&out, exact(values[_i].value));
	ck_assert_msg(span_is((struct span){text, out.len}, values[_i].printed),
	    "%.*s", (int)out.len, text);
	ck_assert(!out.overflow);
}
END_TEST

static void
print_all(struct out *out, int call)
{
	struct id id = {0x0189f7c25b1e7abc, 0x8def0123456789ab};

	switch (call) {
	case 0:
		out_bytes(out, "abc", 3);
		break;
	case 1:
		out_text(out, "abc");
		break;
	case 2:
		out_literal(out, "abc");
		break;
	case 3:
		out_char(out, 'c');
		break;
	case 4:
		out_u64(out, UINT64_MAX);
		break;
	case 5:
		out_i64(out, INT64_MIN);
		break;
	case 6:
		out_fixed(out, -20703, 5);
		break;
	case 7:
		out_id(out, id);
		break;
	case 8:
		out_day(out, 20788);
		break;
	case 9:
		out_instant(out, 1796112000, 60);
		break;
	case 10:
		out_minute(out, 1440);
		break;
	case 11:
		out_value(out, SPAN("a b\"c"));
		break;
	case 12:
		out_key(out, "day");
		break;
	case 13:
		out_key_value(out, "name", SPAN("a b"));
		break;
	case 14:
		out_key_text(out, "name", "ab");
		break;
	case 15:
		out_key_u64(out, "rev", 1234567);
		break;
	case 16:
		out_key_id(out, "slot", id);
		break;
	default:
		out_key_day(out, "day", 20788);
		break;
	}
}

static const char *const printed[] = {"abc", "abc", "abc", "c",
    "18446744073709551615", "-9223372036854775808", "-0.20703",
    "0189f7c2-5b1e-7abc-8def-0123456789ab", "2026-12-01",
    "2026-12-01T09:00+01:00", "24:00", "\"a b\\\"c\"", " day=", " name=\"a b\"",
    " name=ab", " rev=1234567", " slot=0189f7c2-5b1e-7abc-8def-0123456789ab",
    " day=2026-12-01"};

START_TEST(nothing_is_written_past_the_end)
{
	size_t len = strlen(printed[_i]), size;
	struct out out;
	char *room;

	for (size = 0; size <= len + 2; size++) {
		room = malloc(size + 1);
		ck_assert_ptr_nonnull(room);
		room[0] = '>';
		out = (struct out){room, 1, size + 1, false};
		print_all(&out, _i);
		ck_assert_msg(out.overflow == (size < len), "%s in %zu bytes",
		    printed[_i], size);
		ck_assert_uint_eq(out.len, size < len ? 1 : len + 1);
		ck_assert(room[0] == '>');
		if (size >= len)
			ck_assert_mem_eq(room + 1, printed[_i], len);
		free(room);
	}
}
END_TEST

START_TEST(overflow_stays_until_it_is_taken_back)
{
	char room[8];
	struct out out = OUT(room);

	out_literal(&out, "12345");
	out_key_u64(&out, "n", 1);
	ck_assert(out.overflow && out.len == 5);
	out_literal(&out, "678");
	ck_assert(out.overflow && out.len == 8);
	out.len = 5;
	out_key_u64(&out, "", 1);
	ck_assert(out.overflow && out.len == 8);
	out.overflow = false;
	out.len = 5;
	out_char(&out, '!');
	ck_assert(!out.overflow && out.len == 6);
}
END_TEST

static const struct {
	int64_t scaled;
	unsigned decimals;
	const char *text;
} fixed[] = {
    {0, 0, "0"},
    {0, 5, "0.00000"},
    {7, 5, "0.00007"},
    {-7, 5, "-0.00007"},
    {4563927, 5, "45.63927"},
    {18000000, 5, "180.00000"},
    {-1, 0, "-1"},
    {99, 0, "99"},
    {100, 0, "100"},
    {100, 2, "1.00"},
    {INT64_MAX, 19, "0.9223372036854775807"},
    {INT64_MIN, 19, "-0.9223372036854775808"},
    {1, 1000, "0.0000000000000000001"},
};

START_TEST(fixed_numbers_are_printed_with_all_decimals)
{
	char text[32];
	struct out out = OUT(text);

	out_fixed(&out, fixed[_i].scaled, fixed[_i].decimals);
	ck_assert_msg(span_is((struct span){text, out.len}, fixed[_i].text),
	    "%.*s, not %s", (int)out.len, text, fixed[_i].text);
}
END_TEST

START_TEST(printed_numbers_are_read_again)
{
	char text[32];
	uint64_t number, back, step;

	for (step = 1; step < UINT64_MAX / 10; step *= 10) {
		for (number = step - 1; number <= step + 1; number++) {
			struct out out = OUT(text);

			out_u64(&out, number);
			ck_assert(span_to_u64(
			    (struct span){text, out.len}, UINT64_MAX, &back));
			ck_assert_uint_eq(back, number);
		}
	}
}
END_TEST

START_TEST(what_cannot_be_shown_is_held_at_the_nearest)
{
	char text[64];
	struct out out = OUT(text);

	out_day(&out, INT32_MIN);
	out_char(&out, ' ');
	out_day(&out, INT32_MAX);
	out_char(&out, ' ');
	out_minute(&out, 6000);
	ck_assert(out.len == 27);
	ck_assert_mem_eq(text, "0000-", 5);
	ck_assert_mem_eq(text + 11, "9999-", 5);
	ck_assert_mem_eq(text + 22, "99:59", 5);
}
END_TEST

static const struct {
	const char *line;
	bool good;
} answers[] = {
    {"ok", true},
    {"ok count=3", true},
    {"#t1 ok count=3", true},
    {"* slot=1", true},
    {"#t1 * slot=1", true},
    {"* busy from=a to=b", true},
    {"* line=1 ok slot=a rev=1", true},
    {"* zone", true},
    {"! rota protocol=1", true},
    {"! bye reason=unread", true},
    {"bad syntax column=1 expected=\"a verb\"", true},
    {"no H01 with=a", true},
    {"fail busy retry=yes", true},
    {" ok  a=1\tb=2 ", true},
    {"no H01 text=\"a \\\"b\\\" \\\\ c\\n\"", true},
    {"", false},
    {" ", false},
    {"#t1", false},
    {"# ok", false},
    {"*", false},
    {"* ", false},
    {"!", false},
    {"*slot=1", false},
    {"! slot=1", false},
    {"! slot=1 slot", false},
    {"! bye bye", false},
    {"yes", false},
    {"OK", false},
    {"ok ok", false},
    {"count=3", false},
    {"count=3 ok", false},
    {"bad", false},
    {"bad column=1", false},
    {"bad column=1 syntax", false},
    {"no H01 H02", false},
    {"* a b c", false},
    {"* a.b", false},
    {"* Slot=1", false},
    {"* =1", false},
    {"* slot=", false},
    {"* slot=\"a", false},
    {"* slot=\"a\"b", false},
    {"* slot=\"\\x\"", false},
    {"* slot=a\"", false},
    {"ok a=\x01", false},
    {"ok a=\xff", false},
    {"ok\r", false},
};

START_TEST(answers_follow_the_grammar)
{
	static struct answer answer;

	memset(&answer, 0xa5, sizeof(answer));
	ck_assert_msg(
	    answer_parse(&answer, exact(answers[_i].line)) == answers[_i].good,
	    "\"%s\"", answers[_i].line);
}
END_TEST

START_TEST(answers_are_taken_apart)
{
	static struct answer answer;

	ck_assert(answer_parse(
	    &answer, exact("#t1 no H01 with=a text=\"b \\\"c\\\"\" x=\"\"")));
	ck_assert(span_is(answer.tag, "t1") && answer.marker == 0);
	ck_assert(span_is(answer.word[0], "no"));
	ck_assert(span_is(answer.word[1], "H01"));
	ck_assert_uint_eq(answer.count, 3);
	ck_assert(span_is(answer_value(&answer, "with"), "a"));
	ck_assert(span_is(answer_value(&answer, "text"), "b \"c\""));
	ck_assert_ptr_nonnull(answer_value(&answer, "x").ptr);
	ck_assert_uint_eq(answer_value(&answer, "x").len, 0);
	ck_assert_ptr_null(answer_value(&answer, "y").ptr);
	ck_assert(answer_parse(&answer, exact("* line=7 ok rev=2")));
	ck_assert(answer.marker == '*' && answer.tag.len == 0);
	ck_assert(span_is(answer.word[0], "ok"));
	ck_assert_uint_eq(answer.word[1].len, 0);
	ck_assert(span_is(answer_value(&answer, "line"), "7"));
	ck_assert(answer_parse(&answer, exact("! bye reason=idle")));
	ck_assert(answer.marker == '!' && span_is(answer.word[0], "bye"));
}
END_TEST

START_TEST(what_stands_behind_the_star_is_taken_apart)
{
	static struct answer answer;
	static char line[PROTO_LINE_MAX + 1];

	ck_assert(answer_parse_data(&answer,
		      exact("term key=\"a b\" #1 points=-3")) == false);
	ck_assert(answer_parse_data(&answer, exact("term key=\"a b\" p=-3")));
	ck_assert(answer.marker == '*' && answer.tag.len == 0);
	ck_assert(span_is(answer.word[0], "term"));
	ck_assert(span_is(answer_value(&answer, "key"), "a b"));
	ck_assert(span_is(answer_value(&answer, "p"), "-3"));
	ck_assert(!answer_parse_data(&answer, exact("")));
	ck_assert(!answer_parse_data(&answer, exact("* term")));
	ck_assert(!answer_parse_data(&answer, exact("term\n")));
	memset(line, 'a', sizeof(line));
	line[1] = '=';
	ck_assert(
	    answer_parse_data(&answer, (struct span){line, PROTO_LINE_MAX}));
	ck_assert(!answer_parse_data(
	    &answer, (struct span){line, PROTO_LINE_MAX + 1}));
}
END_TEST

START_TEST(answers_are_bounded)
{
	static struct answer answer;
	static char line[PROTO_LINE_MAX + 1];
	struct out out = OUT(line);
	unsigned i;

	out_literal(&out, "ok");
	for (i = 0; i < PROTO_PAIRS_MAX; i++)
		out_key_u64(&out, "a", i);
	ck_assert(answer_parse(&answer, (struct span){line, out.len}));
	ck_assert_uint_eq(answer.count, PROTO_PAIRS_MAX);
	out_key_u64(&out, "a", i);
	ck_assert(!answer_parse(&answer, (struct span){line, out.len}));
	out = OUT(line);
	out_literal(&out, "ok a=");
	while (out.len < sizeof(line))
		out_char(&out, 'a');
	ck_assert(answer_parse(&answer, (struct span){line, PROTO_LINE_MAX}));
	ck_assert(
	    !answer_parse(&answer, (struct span){line, PROTO_LINE_MAX + 1}));
}
END_TEST

/* Values of every kind of byte come back as they went. */
START_TEST(what_is_printed_is_read_again)
{
	static const char *const pieces[] = {"a", " ", "\"", "\\", "\n", "\t",
	    "=", "\xc3\xa9", "\xf0\x9f\xa9\xba", "#", "*"};
	static struct answer answer;
	char first[16], second[16], line[128];
	int i, j, k;

	for (i = 0; i < COUNT(pieces); i++) {
		for (j = 0; j < COUNT(pieces); j++) {
			for (k = 0; k < COUNT(pieces); k++) {
				struct out out = OUT(line), a = OUT(first),
					   b = OUT(second);

				out_text(&a, pieces[i]);
				out_text(&a, pieces[j]);
				out_text(&b, pieces[k]);
				out_literal(&out, "ok");
				out_key_value(
				    &out, "a", (struct span){first, a.len});
				out_key_value(
				    &out, "b", (struct span){second, b.len});
				ck_assert(answer_parse(
				    &answer, (struct span){line, out.len}));
				ck_assert(span_equal(answer_value(&answer, "a"),
				    (struct span){first, a.len}));
				ck_assert(span_equal(answer_value(&answer, "b"),
				    (struct span){second, b.len}));
			}
		}
	}
}
END_TEST

static Suite *
proto_out_suite(void)
{
	Suite *suite = suite_create("proto out");
	TCase *print = tcase_create("print"), *answer = tcase_create("answer");

	tcase_add_loop_test(print, fixed_numbers_are_printed_with_all_decimals,
	    0, COUNT(fixed));
	tcase_add_test(print, printed_numbers_are_read_again);
	tcase_add_test(print, what_cannot_be_shown_is_held_at_the_nearest);
	tcase_add_loop_test(
	    print, instants_are_printed_with_their_offset, 0, COUNT(clocks));
	tcase_add_loop_test(
	    print, values_are_quoted_when_they_must, 0, COUNT(values));
	tcase_add_loop_test(
	    print, nothing_is_written_past_the_end, 0, COUNT(printed));
	tcase_add_test(print, overflow_stays_until_it_is_taken_back);
	suite_add_tcase(suite, print);

	tcase_add_loop_test(
	    answer, answers_follow_the_grammar, 0, COUNT(answers));
	tcase_add_test(answer, answers_are_taken_apart);
	tcase_add_test(answer, what_stands_behind_the_star_is_taken_apart);
	tcase_add_test(answer, answers_are_bounded);
	tcase_add_test(answer, what_is_printed_is_read_again);
	suite_add_tcase(suite, answer);
	return suite;
}

int
main(void)
{
	return suite_run(proto_out_suite());
}
