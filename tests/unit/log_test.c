/* SPDX-License-Identifier: ISC */
/*
 * log_test: lines of the log, read back through a pipe in the place of stderr.
 */
#include "daemon/base/log.h"
#include "tests/support/suite.h"

#include <check.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
	int reader;
	int stderr_copy;
} capture;

static void
capture_start(void)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	capture.reader = ends[0];
	capture.stderr_copy = dup(STDERR_FILENO);
	ck_assert_int_ge(capture.stderr_copy, 0);
	ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	close(ends[1]);
}

/* All that was written since capture_start(), as a string in text. */
static size_t
capture_stop(char *text, size_t size)
{
	size_t used = 0;
	ssize_t got;

	ck_assert_int_eq(
	    dup2(capture.stderr_copy, STDERR_FILENO), STDERR_FILENO);
	close(capture.stderr_copy);
	while ((got = read(capture.reader, text + used, size - used - 1)) > 0)
		used += (size_t)got;
	text[used] = '\0';
	close(capture.reader);
	return used;
}

/* What follows the time in a line written outside the journal. */
static const char *
after_time(const char *line)
{
	const char *space = strchr(line, ' ');

	ck_assert_ptr_nonnull(space);
	return space + 1;
}

START_TEST(log_line_has_time_level_id_event_and_tail)
{
	char text[512];

	log_init(LOG_LEVEL_INFO);
	capture_start();
	log_info("conn/7", "opened", "peer=%s port=%d", "::1", 4711);
	capture_stop(text, sizeof(text));
	ck_assert_str_eq(
	    after_time(text), "info conn/7 opened peer=::1 port=4711\n");
	/* 2026-01-02T03:04:05.678Z */
	ck_assert_int_eq(text[4], '-');
	ck_assert_int_eq(text[10], 'T');
	ck_assert_int_eq(text[19], '.');
	ck_assert_int_eq(text[23], 'Z');
	ck_assert_int_eq(text[24], ' ');
}
END_TEST

START_TEST(log_empty_tail_leaves_no_space)
{
	char text[512];

	log_init(LOG_LEVEL_INFO);
	capture_start();
	log_warn("db/1", "lost", "");
	log_error("db/1", "gone", "n=%d", 1);
	capture_stop(text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "warn db/1 lost\n"));
	ck_assert_ptr_nonnull(strstr(text, "error db/1 gone n=1\n"));
}
END_TEST

START_TEST(log_level_holds_back_what_is_below)
{
	char text[512];

	log_init(LOG_LEVEL_WARN);
	capture_start();
	log_debug("a", "one", "n=%d", 1);
	log_info("a", "two", "n=%d", 2);
	log_warn("a", "three", "n=%d", 3);
	capture_stop(text, sizeof(text));
	ck_assert(!log_wanted(LOG_LEVEL_INFO));
	ck_assert(log_wanted(LOG_LEVEL_ERROR));
	ck_assert_str_eq(after_time(text), "warn a three n=3\n");
	log_init(LOG_LEVEL_INFO);
}
END_TEST

START_TEST(log_level_names_are_parsed)
{
	enum log_level level = LOG_LEVEL_INFO;

	ck_assert_int_eq(log_level_parse("debug", &level), 0);
	ck_assert_int_eq(level, LOG_LEVEL_DEBUG);
	ck_assert_int_eq(log_level_parse("error", &level), 0);
	ck_assert_int_eq(level, LOG_LEVEL_ERROR);
	ck_assert_int_eq(log_level_parse("warning", &level), -1);
	ck_assert_int_eq(log_level_parse("", &level), -1);
	ck_assert_int_eq(level, LOG_LEVEL_ERROR);
}
END_TEST

START_TEST(log_errno_names_the_error_and_keeps_it)
{
	char text[512];

	log_init(LOG_LEVEL_INFO);
	capture_start();
	errno = ENOENT;
	log_errno("config", "open-failed", "file=%s", "/x");
	ck_assert_int_eq(errno, ENOENT);
	capture_stop(text, sizeof(text));
	ck_assert_str_eq(after_time(text),
	    "error config open-failed file=/x "
	    "error=\"No such file or directory\"\n");
}
END_TEST

START_TEST(log_to_the_journal_has_a_priority_and_no_time)
{
	char text[512];
	char stream[64];
	struct stat st;

	capture_start();
	ck_assert_int_eq(fstat(STDERR_FILENO, &st), 0);
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	ck_assert_int_eq(setenv("JOURNAL_STREAM", stream, 1), 0);
	log_init(LOG_LEVEL_DEBUG);
	log_debug("a", "b", "n=%d", 1);
	log_info("a", "b", "n=%d", 2);
	log_warn("a", "b", "n=%d", 3);
	log_error("a", "b", "n=%d", 4);
	capture_stop(text, sizeof(text));
	ck_assert_str_eq(
	    text, "<7>a b n=1\n<6>a b n=2\n<4>a b n=3\n<3>a b n=4\n");

	/* The variable alone, inherited past a redirection, is no journal. */
	capture_start();
	ck_assert_int_eq(setenv("JOURNAL_STREAM", "0:0", 1), 0);
	log_init(LOG_LEVEL_INFO);
	log_info("a", "b", "n=%d", 5);
	capture_stop(text, sizeof(text));
	ck_assert_str_eq(after_time(text), "info a b n=5\n");
	unsetenv("JOURNAL_STREAM");
}
END_TEST

START_TEST(log_line_is_one_line_whatever_is_in_it)
{
	char text[512];

	log_init(LOG_LEVEL_INFO);
	capture_start();
	log_info("a", "b", "x=%s", "one\ntwo\r\033[2Jthree\177");
	capture_stop(text, sizeof(text));
	ck_assert_str_eq(after_time(text), "info a b x=one?two??[2Jthree?\n");
}
END_TEST

START_TEST(log_line_too_long_is_cut_and_says_so)
{
	static char text[2 * LOG_LINE_MAX];
	static char filler[2 * LOG_LINE_MAX];
	size_t len;

	memset(filler, 'x', sizeof(filler) - 1);
	log_init(LOG_LEVEL_INFO);
	capture_start();
	log_info("a", "b", "x=%s", filler);
	len = capture_stop(text, sizeof(text));
	ck_assert_uint_eq(len, LOG_LINE_MAX);
	ck_assert_str_eq(text + len - 5, "x...\n");
}
END_TEST

static const struct {
	const char *bytes;
	const char *quoted;
} quotes[] = {
    {"", "\"\""},
    {"plain text", "\"plain text\""},
    {"say \"hi\"", "\"say \\\"hi\\\"\""},
    {"back\\slash", "\"back\\\\slash\""},
    {"a\nb\rc\td", "\"a\\nb\\rc\\td\""},
    {"\001\033\177", "\"\\x01\\x1b\\x7f\""},
    {"Saint-\303\211tienne \342\202\254 \360\237\230\200",
	"\"Saint-\303\211tienne \342\202\254 \360\237\230\200\""},
    {"\303", "\"\\xc3\""},                            /* cut character */
    {"\303(", "\"\\xc3(\""},                          /* bad second byte */
    {"\300\257", "\"\\xc0\\xaf\""},                   /* overlong */
    {"\340\200\257", "\"\\xe0\\x80\\xaf\""},          /* overlong */
    {"\355\240\200", "\"\\xed\\xa0\\x80\""},          /* surrogate */
    {"\364\220\200\200", "\"\\xf4\\x90\\x80\\x80\""}, /* above U+10FFFF */
    {"\302\233", "\"\\xc2\\x9b\""},                   /* C1 control */
    {"\377", "\"\\xff\""},
};

START_TEST(log_quote_is_safe)
{
	struct log_text out;

	ck_assert_str_eq(log_quote(&out, quotes[_i].bytes), quotes[_i].quoted);
}
END_TEST

START_TEST(log_quote_takes_nul_bytes_and_null)
{
	struct log_text out;

	ck_assert_str_eq(log_quote_bytes(&out, "a\0b", 3), "\"a\\x00b\"");
	ck_assert_str_eq(log_quote_bytes(&out, NULL, 0), "\"\"");
	ck_assert_str_eq(log_quote(&out, NULL), "\"\"");
}
END_TEST

START_TEST(log_quote_is_bounded_for_every_length)
{
	char text[2 * LOG_TEXT_MAX];
	struct log_text out;

	for (size_t len = 0; len < sizeof(text); len++) {
		const char *quoted;
		size_t size;

		memset(text, len % 2 == 0 ? 'x' : '\001', len);
		quoted = log_quote_bytes(&out, text, len);
		size = strlen(quoted);
		ck_assert_uint_lt(size, LOG_TEXT_MAX);
		ck_assert_int_eq(quoted[size - 1], '"');
		if (len >= LOG_TEXT_MAX)
			ck_assert_str_eq(quoted + size - 4, "...\"");
	}
}
END_TEST

static TCase *
log_cases(void)
{
	TCase *tcase = tcase_create("log");

	tcase_add_test(tcase, log_line_has_time_level_id_event_and_tail);
	tcase_add_test(tcase, log_empty_tail_leaves_no_space);
	tcase_add_test(tcase, log_level_holds_back_what_is_below);
	tcase_add_test(tcase, log_level_names_are_parsed);
	tcase_add_test(tcase, log_errno_names_the_error_and_keeps_it);
	tcase_add_test(tcase, log_to_the_journal_has_a_priority_and_no_time);
	tcase_add_test(tcase, log_line_is_one_line_whatever_is_in_it);
	tcase_add_test(tcase, log_line_too_long_is_cut_and_says_so);
	tcase_add_loop_test(
	    tcase, log_quote_is_safe, 0, (int)ARRAY_SIZE(quotes));
	tcase_add_test(tcase, log_quote_takes_nul_bytes_and_null);
	tcase_add_test(tcase, log_quote_is_bounded_for_every_length);
	return tcase;
}

int
main(void)
{
	Suite *suite = suite_create("log");

	suite_add_tcase(suite, log_cases());
	return suite_run(suite);
}
