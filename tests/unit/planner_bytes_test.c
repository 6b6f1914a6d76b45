/* SPDX-License-Identifier: ISC */
/*
 * planner_bytes_test: instances as bytes: cut anywhere, changed anywhere, with
 * ends of lines of either sort or none, with lines as long as they may be and
 * longer, and more of everything than there is room for.
 */
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "tests/unit/line_kit.h"
#include "tests/unit/planner_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MOST = 8192 };

/* Lines cut anywhere are the same lines. */
START_TEST(in_pieces)
{
	struct town_plan plan = {3, 3, 2, 1, 3, true, true};
	struct town town;
	size_t len;

	town_make(&town, &plan);
	len = strlen(town.text);
	for (size_t piece = 1; piece < 400; piece += 37) {
		struct instance in;
		struct error error = {""};
		struct reader *reader = reader_new(&in, &error);

		for (size_t at = 0; at < len; at += piece) {
			struct span part = {town.text + at,
			    len - at < piece ? len - at : piece};

			ck_assert_msg(
			    reader_feed(reader, part), "%s", error.text);
		}
		ck_assert_msg(reader_end(reader), "%s", error.text);
		ck_assert_uint_eq(in.needs, town.in.needs);
		ck_assert_mem_eq(
		    in.need, town.in.need, in.needs * sizeof(in.need[0]));
		reader_free(reader);
		instance_fini(&in);
	}
	town_free(&town);
}
END_TEST

/* Whatever bytes are cut off or changed: refused or read, nothing else. */
START_TEST(any_bytes)
{
	struct town_plan plan = {7, 2, 2, 1, 3, true, true};
	struct town town;
	struct rng rng = rng_of((uint64_t)_i, 0, 0);
	size_t len;

	town_make(&town, &plan);
	len = strlen(town.text);
	for (int i = 0; i < 200; i++) {
		size_t at = rng_below(&rng, (uint32_t)len);
		char was = town.text[at];
		size_t cut = 1 + rng_below(&rng, (uint32_t)len);
		struct instance in;
		struct error error = {""};

		town.text[at] = (char)rng_below(&rng, 256);
		if (!instance_read(&in, (struct span){town.text, cut}, &error))
			ck_assert_uint_gt(strlen(error.text), 0);
		instance_fini(&in);
		town.text[at] = was;
	}
	town_free(&town);
}
END_TEST

/* ----- ends and bytes ----- */

#define BYTES(literal) literal, sizeof(literal) - 1

static const struct {
	const char *text;
	size_t len;
	const char *why; /* NULL: it is read */
} texts[] = {
#define HEAD "instance version=1 from=2001-01-01 weeks=1"
    {BYTES(HEAD), NULL},
    {BYTES(HEAD "\n"), NULL},
    {BYTES(HEAD "\r\n\r\n# nothing\r\nprogramme id=p\r\n"), NULL},
    {BYTES("\n\n# nothing\n" HEAD "\nprogramme id=p"), NULL},
    {BYTES("\t" HEAD "\t\n  programme\tid=p  \n"), NULL},
    {BYTES(HEAD "\n# \0 is passed over\n"), NULL},
    {BYTES(HEAD "\nprogramme id=p\0\n"), "line 2: byte 15 is no text"},
    {BYTES("\0\n" HEAD "\n"), "line 1: byte 1 is no text"},
    {BYTES(HEAD "\nprogramme id=\"a\rb\"\n"), "line 2: byte 16 is no text"},
    {BYTES(HEAD "\n\nprogramme id=\xff\n"), "line 3: byte 14 is no text"},
    {BYTES(HEAD "\nprogramme id=\xc3"), "line 2: byte 14 is no text"},
    {BYTES("\xef\xbb\xbf" HEAD "\n"),
	"line 1: \xef\xbb\xbfinstance is not a kind of line"},
    {BYTES(HEAD "\nprogramme id=p\nprogramme id=p"),
	"line 3: stands already in line 2: programme id=p"},
    {BYTES(HEAD "\nprogramme id=\"a b\"\nprogramme id=\"a b\"\n"),
	"line 3: stands already in line 2: programme id=\"a b\""},
    {BYTES("instance version=1 from=2001-01-01 weeks=1000000000000000000000"),
	"line 1: weeks=1000000000000000000000 is not a number from 0 to 106"},
#undef HEAD
};

static void
expect_text(struct span text, size_t piece, const char *why)
{
	struct instance in;
	struct error error = {""};
	struct reader *reader = reader_new(&in, &error);
	bool good = true;

	for (size_t at = 0; good && at < text.len; at += piece)
		good = reader_feed(reader,
		    (struct span){text.ptr + at,
			text.len - at < piece ? text.len - at : piece});
	good = good && reader_end(reader);
	reader_free(reader);
	if (why == NULL)
		ck_assert_msg(good, "%s", error.text);
	else
		ck_assert_msg(
		    !good && strncmp(error.text, why, strlen(why)) == 0,
		    "\"%s\", not \"%s\"", error.text, why);
	instance_fini(&in);
}

START_TEST(ends_of_lines_and_bytes_that_are_none)
{
	struct span text = {texts[_i].text, texts[_i].len};

	expect_text(text, SIZE_MAX / 2, texts[_i].why);
	expect_text(text, 1, texts[_i].why);
	expect_text(text, 7, texts[_i].why);
}
END_TEST

/* ----- lines ----- */

/* A line "programme" of so many bytes, and what ends it. */
static char *
long_line(size_t len, const char *end)
{
	static const char head[] = "instance version=1 from=2001-01-01 weeks=1"
				   "\nprogramme id=p";
	char *text = xmalloc(sizeof(head) + len + strlen(end));
	size_t at = sizeof(head) - 1;
	size_t pad = len - strlen("programme id=p");

	memcpy(text, head, at);
	memset(text + at, ' ', pad);
	strcpy(text + at + pad, end);
	return text;
}

static const struct {
	size_t len;
	const char *end, *why;
} lines[] = {
    {LINE_MOST - 1, "\n", NULL},
    {LINE_MOST, "\n", NULL},
    {LINE_MOST, "", NULL},
    {LINE_MOST, "\r\n", NULL},
    {LINE_MOST, "\r", NULL},
    {LINE_MOST + 1, "\n", "line 2: longer than 8192 bytes"},
    {LINE_MOST + 1, "", "line 2: longer than 8192 bytes"},
    {LINE_MOST + 1, "\r\n", "line 2: longer than 8192 bytes"},
    {LINE_MOST + 2, "\n", "line 2: longer than 8192 bytes"},
    {5 * LINE_MOST, "\n", "line 2: longer than 8192 bytes"},
    {1000 * LINE_MOST, "", "line 2: longer than 8192 bytes"},
};

START_TEST(lines_as_long_as_may_be)
{
	static const size_t pieces[] = {1 << 30, 1, 4096, 8191, 8192, 8193};
	char *text = long_line(lines[_i].len, lines[_i].end);

	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++)
		expect_text(span_of(text), pieces[i], lines[_i].why);
	free(text);
}
END_TEST

/* Of no kind of line is more waited for. */
START_TEST(a_line_without_an_end)
{
	static const char *const begins[] = {"#", "programme id=", "\n\n "};
	static char bytes[LINE_MOST + 8];
	struct instance in;
	struct error error = {""};
	struct reader *reader = reader_new(&in, &error);

	memset(bytes, 'x', sizeof(bytes));
	ck_assert(reader_feed(reader, span_of(line_head)));
	ck_assert(reader_feed(reader, span_of(begins[_i])));
	ck_assert(!reader_feed(reader, (struct span){bytes, sizeof(bytes)}));
	ck_assert_str_eq(error.text,
	    _i < 2 ? "line 15: longer than 8192 bytes"
		   : "line 17: longer than 8192 bytes");
	reader_free(reader);
	instance_fini(&in);
}
END_TEST

/* ----- numbers of things ----- */

/* Lines made of a format with one number: one more than these is refused. */
static const struct {
	const char *format;
	unsigned most;
	const char *why;
} crowds[] = {
    {"activity id=a%u factor=1\n", 58, "more than 60 activities"},
    {"programme id=a%u\n", 999, "more than 1000 programmes"},
    {"site id=a%u value=1 rooms=1\n", 49998, "more than 50000 sites"},
    {"physician id=a%u skills=MT week-min=0 week-max=5 horizon-min=0 "
     "horizon-max=5 day-max=2 fair-share=0\n",
	29999, "more than 30000 physicians"},
    {"share id=a%u site=t\n", 49997, "more than 50000 shares"},
    {"share id=a%u physician=p\n", 63, "more than 63 shares of a physician"},
    {"cap id=a%u physician=p from=2001-01-01 to=2001-01-02 max=1\n", 64,
	"more than 64 caps of a physician"},
};

static void
expect_crowd(const char *before, size_t count, const char *format,
    unsigned most, const char *why)
{
	struct instance in;
	struct error error = {""};
	struct reader *reader = reader_new(&in, &error);
	char line[256], *told;

	ck_assert(reader_feed(reader, span_of(line_head)) &&
	    reader_feed(reader, span_of(before)));
	for (unsigned i = 0; i <= most; i++) {
		bool good;

		/* NOLINTNEXTLINE(clang-diagnostic-format-nonliteral) */
		snprintf(line, sizeof(line), format, i);
		good = reader_feed(reader, span_of(line));
		ck_assert_msg(good == (i < most), "%u: %s", i, error.text);
	}
	told = xasprintf("line %zu: %s", HEAD_LINES + count + most + 1, why);
	ck_assert_str_eq(error.text, told);
	free(told);
	reader_free(reader);
	instance_fini(&in);
}

START_TEST(more_than_there_is_room_for)
{
	expect_crowd("", 0, crowds[_i].format, crowds[_i].most, crowds[_i].why);
}
END_TEST

/* The 255 sites of a physician, told of the 256th. */
START_TEST(more_sites_than_a_physician_may_have)
{
	char *sites = NULL, *was;

	for (unsigned i = 0; i < 256; i++) {
		was = sites;
		sites = xasprintf("%ssite id=a%u value=1 rooms=1\n",
		    was == NULL ? "" : was, i);
		free(was);
	}
	/* One is in the head. */
	expect_crowd(sites, 256,
	    "reach physician=p site=a%u minutes=1 preference=0\n", 254,
	    "more than 255 sites of a physician");
	free(sites);
}
END_TEST

/* Half-days of so many sorts: two weeks have not enough, so sites do. */
START_TEST(more_sorts_of_half_days)
{
	struct instance in;
	struct error error = {""};
	struct reader *reader = reader_new(&in, &error);
	size_t line = HEAD_LINES;
	char text[256];
	bool good = reader_feed(reader, span_of(line_head));

	for (unsigned i = 0; good; i++) {
		if (i % 70 == 0) {
			snprintf(text, sizeof(text),
			    "site id=a%u value=1 rooms=1\n", i / 70);
			ck_assert(reader_feed(reader, span_of(text)));
			line++;
		}
		snprintf(text, sizeof(text),
		    "need site=a%u day=2001-01-%02u part=%c activity=MT "
		    "count=1 minutes=%u unscheduled=%u\n",
		    i / 70, 1 + i % 14, "MAESN"[i / 14 % 5], 700 + i / 512,
		    i % 512);
		line++;
		good = reader_feed(reader, span_of(text));
		ck_assert_uint_lt(i, 5000);
	}
	snprintf(text, sizeof(text),
	    "line %zu: more than 4095 kinds of half-days by minutes", line);
	ck_assert_str_eq(error.text, text);
	reader_free(reader);
	instance_fini(&in);
}
END_TEST

/* Blank lines take no memory, but they are counted. */
START_TEST(more_lines_than_anybody_writes)
{
	enum { LINES = 10000000, CHUNK = 100000 };
	struct instance in;
	struct error error = {""};
	struct reader *reader = reader_new(&in, &error);
	static char blank[CHUNK];

	memset(blank, '\n', CHUNK);
	for (int i = 0; i < LINES; i += CHUNK)
		ck_assert(reader_feed(reader, (struct span){blank, CHUNK}));
	ck_assert(!reader_feed(reader, span_of(line_head)));
	ck_assert_str_eq(error.text, "line 10000001: more than 10000000 lines");
	reader_free(reader);
	instance_fini(&in);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("bytes");

	tcase_add_test(tcase, in_pieces);
	tcase_add_loop_test(tcase, any_bytes, 0, 5);
	tcase_add_loop_test(tcase, ends_of_lines_and_bytes_that_are_none, 0,
	    (int)ARRAY_SIZE(texts));
	tcase_add_loop_test(
	    tcase, lines_as_long_as_may_be, 0, (int)ARRAY_SIZE(lines));
	tcase_add_loop_test(tcase, a_line_without_an_end, 0, 3);
	tcase_add_loop_test(
	    tcase, more_than_there_is_room_for, 0, (int)ARRAY_SIZE(crowds));
	tcase_add_test(tcase, more_sites_than_a_physician_may_have);
	tcase_add_test(tcase, more_sorts_of_half_days);
	tcase_add_test(tcase, more_lines_than_anybody_writes);
	return planner_main("planner_bytes", tcase);
}
