/* SPDX-License-Identifier: ISC */
/* rota_csv_test: files that the client is given to import, broken ones too. */
#include "daemon/base/compiler.h"
#include "tests/support/suite.h"
#include "tools/rota/csv.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* A file, and what is read: fields joined by "|", records by "/"; a record that
 * is refused is "!LINE:COLUMN". */
static const struct {
	const char *file, *read;
} files[] = {
    {"a,b\n1,2\n3,4\n", "a|b/1|2/3|4/"},
    {"a,b\r\n1,2\r\n3,4\r\n", "a|b/1|2/3|4/"},
    {"a,b\n1,2", "a|b/1|2/"},
    {"\xef\xbb\xbf"
     "a,b\n1,2\n",
	"a|b/1|2/"},
    {"a;b\n1,5;2\n", "a|b/1,5|2/"},
    {"a\tb\n1\t2\n", "a|b/1|2/"},
    {"a\n1\n\n  \n2\n", "a/1/2/"},
    /* quotes */
    {"a,b\n\"1,\"\"x\"\"\",\"\"\n", "a|b/1,\"x\"|/"},
    {"a,b\n\"1\"\r\n\"2\",\"3\"\r\n", "a|b/!2:0/2|3/"},
    {"a,b\n\"\"\"\",2\n", "a|b/\"|2/"},
    {"a,b\n1\"2,3\n4,5\n", "a|b/!2:0/4|5/"},
    {"a,b\n\"1\"2,3\n4,5\n", "a|b/!2:0/4|5/"},
    {"a,b\n\"1,2\n3,4\n", "a|b/!2:0/"},
    {"a,b\n\"1\n2\",3\n4,5\n", "a|b/!2:3/4|5/"},
    /* encodings */
    {"a,b\n1,caf\xe9\n2,caf\xc3\xa9\n", "a|b/!2:6/2|café/"},
    {"a,b\n\xc3\xa9\xc3\xa9,\xc3\n2,3\n", "a|b/!2:4/2|3/"},
    {"a,b\n1,x\x01\n2,3\n", "a|b/!2:4/2|3/"},
    {"a,b\n1,\xed\xa0\x80\n2,3\n", "a|b/!2:3/2|3/"},
    {"a,b\n1,x\ty\n2,3\n", "a|b/!2:4/2|3/"},
    {"\xff\xfe"
     "a\0",
	"#"},
    {"caf\xe9\n1\n", "#"},
    {"", "#"},
    {"\n\n", "#"},
    /* as many fields as there are columns */
    {"a,b\n1\n1,2,3\n4,5\n", "a|b/!2:0/!3:0/4|5/"},
    {"a,b\n,\n", "a|b/|/"},
};

static void
add_record(const struct csv *csv, char *text)
{
	for (size_t i = 0; i < csv->count; i++) {
		if (i > 0)
			strcat(text, "|");
		strncat(text, csv->field[i].ptr, csv->field[i].len);
	}
	strcat(text, "/");
}

START_TEST(files_are_read)
{
	char read[256] = "", fault[64];
	size_t len = strlen(files[_i].file);
	/* fmemopen() wants some bytes */
	FILE *file = len > 0 ? fmemopen((void *)files[_i].file, len, "r")
			     : fopen("/dev/null", "re");
	enum csv_news news;
	struct csv csv;

	news = csv_open(&csv, file);
	if (news == CSV_UNREADABLE) {
		ck_assert_ptr_nonnull(csv.fault);
		strcpy(read, "#");
	}
	while (news == CSV_RECORD || news == CSV_BAD) {
		if (news == CSV_RECORD) {
			add_record(&csv, read);
		} else {
			ck_assert_ptr_nonnull(csv.fault);
			(void)snprintf(fault, sizeof(fault), "!%zu:%zu/",
			    csv.line, csv.column);
			strcat(read, fault);
		}
		news = csv_next(&csv);
	}
	ck_assert_msg(strcmp(read, files[_i].read) == 0,
	    "file %d: \"%s\" instead of \"%s\"", _i, read, files[_i].read);
	csv_close(&csv);
	(void)fclose(file);
}
END_TEST

START_TEST(lines_are_counted)
{
	static const char text[] = "a\n\n1\n\"x\ny\"\n2\n";
	FILE *file = fmemopen((void *)text, sizeof(text) - 1, "r");
	struct csv csv;

	ck_assert_int_eq(csv_open(&csv, file), CSV_RECORD);
	ck_assert_uint_eq(csv.line, 1);
	ck_assert_int_eq(csv_next(&csv), CSV_RECORD);
	ck_assert_uint_eq(csv.line, 3);
	ck_assert_int_eq(csv_next(&csv), CSV_BAD); /* begins there */
	ck_assert_uint_eq(csv.line, 4);
	ck_assert_int_eq(csv_next(&csv), CSV_RECORD);
	ck_assert_uint_eq(csv.line, 6);
	ck_assert_int_eq(csv_next(&csv), CSV_END);
	csv_close(&csv);
	(void)fclose(file);
}
END_TEST

/* A stream that never ends: so many lines, then one byte for ever. */
struct endless {
	const char *begin;
	size_t at;
	unsigned long long left; /* bytes of the long line */
};

static ssize_t
on_read(void *cookie, char *bytes, size_t size)
{
	struct endless *endless = cookie;
	size_t len = strlen(endless->begin) - endless->at;

	if (len > 0) {
		len = len < size ? len : size;
		// NOLINTNEXTLINE(bugprone-not-null-terminated-result)
		memcpy(bytes, endless->begin + endless->at, len);
		endless->at += len;
		return (ssize_t)len;
	}
	len = endless->left < size ? (size_t)endless->left : size;
	memset(bytes, 'x', len);
	endless->left -= len;
	return (ssize_t)len;
}

START_TEST(a_line_of_a_gigabyte_takes_no_memory)
{
	struct endless endless = {"a,b\n1,2\n", 0, 1ULL << 30};
	FILE *file = fopencookie(
	    &endless, "r", (cookie_io_functions_t){.read = on_read});
	struct csv csv;

	ck_assert_int_eq(csv_open(&csv, file), CSV_RECORD);
	ck_assert_int_eq(csv_next(&csv), CSV_RECORD);
	ck_assert_int_eq(csv_next(&csv), CSV_BAD);
	ck_assert_uint_eq(csv.line, 3);
	ck_assert_uint_le(csv.len, CSV_RECORD_MAX);
	ck_assert_int_eq(csv_next(&csv), CSV_END);
	ck_assert_uint_eq(endless.left, 0);
	csv_close(&csv);
	(void)fclose(file);
}
END_TEST

START_TEST(what_follows_a_long_line_is_read)
{
	enum { LONG = CSV_RECORD_MAX + 100 };
	char *text = malloc(LONG + 32);
	struct csv csv;
	FILE *file;

	ck_assert_ptr_nonnull(text);
	strcpy(text, "a\n\"");
	memset(text + 3, 'x', LONG);
	strcpy(text + 3 + LONG, "\n2\n");
	file = fmemopen(text, strlen(text), "r");
	ck_assert_int_eq(csv_open(&csv, file), CSV_RECORD);
	ck_assert_int_eq(csv_next(&csv), CSV_BAD);
	ck_assert_uint_eq(csv.line, 2);
	ck_assert_int_eq(csv_next(&csv), CSV_RECORD);
	ck_assert_uint_eq(csv.line, 3);
	ck_assert_int_eq(csv_next(&csv), CSV_END);
	csv_close(&csv);
	(void)fclose(file);
	free(text);
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("csv");
	Suite *suite = suite_create("rota_csv");

	tcase_set_timeout(all, 120);
	tcase_add_loop_test(all, files_are_read, 0, (int)ARRAY_SIZE(files));
	tcase_add_test(all, lines_are_counted);
	tcase_add_test(all, a_line_of_a_gigabyte_takes_no_memory);
	tcase_add_test(all, what_follows_a_long_line_is_read);
	suite_add_tcase(suite, all);
	return suite_run(suite);
}
