/* SPDX-License-Identifier: ISC */
/* rota_table_test: width of text, and tables as wide as a terminal. */
#include "daemon/base/compiler.h"
#include "tests/support/suite.h"
#include "tools/rota/cell.h"
#include "tools/rota/para.h"
#include "tools/rota/record.h"
#include "tools/rota/table.h"

#include <check.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

/* ----- width ----- */

static const struct {
	const char *text;
	size_t width;
} widths[] = {
    {"", 0}, {"abc", 3}, {"Médecin", 7},
    {"e\xcc\x81", 1},                /* e and a combining accent */
    {"\xe6\x97\xa5\xe6\x9c\xac", 4}, /* two wide characters */
    {"\xf0\x9f\x9a\x91", 2},         /* an ambulance */
    {"\xff\xfe", 2},                 /* no UTF-8 */
    {"a\xc3", 2},                    /* cut off */
};

START_TEST(text_has_a_width)
{
	ck_assert_uint_eq(
	    text_width(span_of(widths[_i].text)), widths[_i].width);
}
END_TEST

START_TEST(text_is_cut_between_characters)
{
	size_t used;

	ck_assert_uint_eq(text_fit(SPAN("été"), 2, &used), 3);
	ck_assert_uint_eq(used, 2);
	/* half of a wide character does not fit */
	ck_assert_uint_eq(text_fit(SPAN("a\xe6\x97\xa5"), 2, &used), 1);
	ck_assert_uint_eq(used, 1);
	ck_assert_uint_eq(text_fit(SPAN("abc"), 0, &used), 0);
	/* an accent goes with its letter */
	ck_assert_uint_eq(text_fit(SPAN("e\xcc\x81x"), 1, &used), 3);
}
END_TEST

static char *
field(const char *text, size_t width, bool right)
{
	char *printed = NULL;
	size_t len;
	FILE *stream = open_memstream(&printed, &len);

	field_print(stream, span_of(text), width, right);
	(void)fclose(stream);
	return printed;
}

START_TEST(fields_are_filled_and_cut)
{
	static const struct {
		const char *text;
		size_t width;
		bool right;
		const char *printed;
	} cases[] = {
	    {"ab", 4, false, "ab  "},
	    {"ab", 4, true, "  ab"},
	    {"abcd", 4, false, "abcd"},
	    {"abcde", 4, false, "abc…"},
	    {"été", 2, false, "é…"},
	    {"\xe6\x97\xa5\xe6\x9c\xac", 3, false, "\xe6\x97\xa5…"},
	    {"\xe6\x97\xa5\xe6\x9c\xac", 2, false, "… "},
	    {"", 2, false, "  "},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *printed =
		    field(cases[i].text, cases[i].width, cases[i].right);

		ck_assert_str_eq(printed, cases[i].printed);
		free(printed);
	}
}
END_TEST

/* ----- tables ----- */

static void
add(struct rows *rows, const char *line)
{
	struct answer row;

	ck_assert(answer_parse(&row, span_of(line)));
	rows_add(rows, &row, span_of(line));
}

static char *
table(const char *const lines[], size_t width, bool wide)
{
	struct term term = {.tty = width > 0, .width = width};
	struct table_look look = {&term, wide, NULL, NULL};
	char *printed = NULL;
	struct rows rows;
	size_t len;
	FILE *stream = open_memstream(&printed, &len);

	ck_assert_int_eq(rows_init(&rows), 0);
	for (; *lines != NULL; lines++)
		add(&rows, *lines);
	table_print(stream, &rows, &look);
	ck_assert(!rows.failed);
	rows_fini(&rows);
	(void)fclose(stream);
	return printed;
}

static const char *const sites[] = {
    "* site=160004578 id=46821008-3dda-51c7-bdd5-ca641a049ab8 rev=3 "
    "name=\"Les Tilleuls à Angoulême\" rooms=12 state=active source=real",
    "* site=870001237 id=46821008-3dda-51c7-bdd5-ca641a049ab9 rev=1 "
    "name=Limoges rooms=2 state=active source=real",
    NULL};

START_TEST(columns_are_aligned_and_the_usual_is_left_out)
{
	char *printed = table(sites, 0, false);

	ck_assert_str_eq(printed,
	    "site       name                      rooms\n"
	    "160004578  Les Tilleuls à Angoulême     12\n"
	    "870001237  Limoges                       2\n");
	free(printed);
}
END_TEST

START_TEST(wide_tables_hide_nothing)
{
	char *printed = table(sites, 40, true);

	ck_assert_ptr_nonnull(
	    strstr(printed, "46821008-3dda-51c7-bdd5-ca641a049ab9"));
	ck_assert_ptr_nonnull(strstr(printed, "active"));
	ck_assert_ptr_nonnull(strstr(printed, "Les Tilleuls à Angoulême"));
	free(printed);
}
END_TEST

START_TEST(no_line_is_wider_than_the_terminal)
{
	for (size_t width = 20; width < 60; width++) {
		char *printed = table(sites, width, false);
		struct span rest = span_of(printed), line;

		while (span_cut(&rest, '\n', &line))
			ck_assert_uint_le(text_width(line), width);
		ck_assert_int_eq(strncmp(printed, "site", 4), 0);
		free(printed);
	}
}
END_TEST

START_TEST(the_widest_column_is_cut_first)
{
	char *printed = table(sites, 34, false);

	ck_assert_str_eq(printed,
	    "site       name              rooms\n"
	    "160004578  Les Tilleuls à …     12\n"
	    "870001237  Limoges               2\n");
	free(printed);
}
END_TEST

START_TEST(words_and_missing_values_have_their_place)
{
	static const char *const lines[] = {
	    "* slot=46821008-3dda-51c7-bdd5-ca641a049ab8 day=2026-12-01 "
	    "from=2026-12-01T09:00+01:00 part=M",
	    "* busy from=2026-12-02T09:00+01:00", NULL};
	char *printed = table(lines, 80, false);

	ck_assert_str_eq(printed,
	    "slot       day             from              part  word\n"
	    "46821008…  Tue 2026-12-01  09:00             M     \n"
	    "                           2026-12-02 09:00        busy\n");
	free(printed);
}
END_TEST

START_TEST(bytes_that_drive_terminals_do_not_come_through)
{
	static const char *const lines[] = {
	    "* site=1 name=\"a\\nb\\tc\"", NULL};
	char *printed = table(lines, 0, false);

	ck_assert_str_eq(printed, "site  name\n1     a b c\n");
	free(printed);
}
END_TEST

/* ----- records ----- */

START_TEST(json_and_csv_are_quoted)
{
	struct answer row;
	char *printed = NULL;
	size_t len;
	FILE *stream = open_memstream(&printed, &len);

	ck_assert(answer_parse(
	    &row, SPAN("* site=1 name=\"a \\\"b\\\" \\\\ \\n,;é\"")));
	json_row(stream, &row, true);
	csv_line(stream, &row);
	(void)fclose(stream);
	ck_assert_str_eq(printed,
	    "\n{\"site\":\"1\",\"name\":\"a \\\"b\\\" \\\\ \\u000a,;é\"}"
	    "site,name\n1,\"a \"\"b\"\" \\ \n,;é\"\n");
	free(printed);
}
END_TEST

START_TEST(portions_stand_behind_the_activity)
{
	static const struct {
		const char *line, *text;
	} cases[] = {
	    {"* slot=1 activity=MT state=draft", "MT"},
	    {"* slot=1 activity=MT unscheduled=60", "MT+SNP60"},
	    {"* slot=1 activity=CA unscheduled=60 remote=30", "CA+SNP60+TLC30"},
	    {"* slot=1 activity=SNP remote=30", "SNP+TLC30"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct answer row;
		char *text;

		ck_assert(answer_parse(&row, span_of(cases[i].line)));
		text = cell_activity(&row);
		ck_assert_str_eq(text, cases[i].text);
		free(text);
	}
}
END_TEST

static char *
paragraph(size_t width, const char *head, const char *text, size_t indent)
{
	struct term term = {.tty = width > 0, .width = width};
	char *printed = NULL;
	size_t len;
	FILE *stream = open_memstream(&printed, &len);

	para_print(stream, &term, head, span_of(text), indent);
	(void)fclose(stream);
	return printed;
}

START_TEST(long_texts_are_parted_at_blanks)
{
	static const struct {
		size_t width;
		const char *head, *text, *printed;
	} cases[] = {
	    {0, "  why: ", "one two three four five six",
		"  why: one two three four five six\n"},
	    {20, "  why: ", "one two three four five six",
		"  why: one two three\n    four five six\n"},
	    /* to the last column */
	    {20, "  why: ", "one two thre four five six",
		"  why: one two thre\n    four five six\n"},
	    {20, "  why: ", "éèà two three four",
		"  why: éèà two three\n    four\n"},
	    /* styles have no width */
	    {20, "\033[1m  why: \033[0m", "one two three four",
		"\033[1m  why: \033[0mone two three\n    four\n"},
	    /* what is too long stands alone; no line begins with a colon */
	    {10, "", "a unreasonably b", "a\n    unreasonably\n    b\n"},
	    {12, "", "les raisons : trois", "les\n    raisons :\n    trois\n"},
	    {12, "  ", "", "  \n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *printed =
		    paragraph(cases[i].width, cases[i].head, cases[i].text, 4);

		ck_assert_str_eq(printed, cases[i].printed);
		free(printed);
	}
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("table");
	Suite *suite = suite_create("rota_table");

	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		return EXIT_FAILURE;
	tcase_add_loop_test(all, text_has_a_width, 0, (int)ARRAY_SIZE(widths));
	tcase_add_test(all, text_is_cut_between_characters);
	tcase_add_test(all, fields_are_filled_and_cut);
	tcase_add_test(all, columns_are_aligned_and_the_usual_is_left_out);
	tcase_add_test(all, wide_tables_hide_nothing);
	tcase_add_test(all, no_line_is_wider_than_the_terminal);
	tcase_add_test(all, the_widest_column_is_cut_first);
	tcase_add_test(all, words_and_missing_values_have_their_place);
	tcase_add_test(all, bytes_that_drive_terminals_do_not_come_through);
	tcase_add_test(all, json_and_csv_are_quoted);
	tcase_add_test(all, portions_stand_behind_the_activity);
	tcase_add_test(all, long_texts_are_parted_at_blanks);
	suite_add_tcase(suite, all);
	return suite_run(suite);
}
