/* SPDX-License-Identifier: ISC */
/*
 * rota_substitutes_test: who could take a half-day that falls vacant, as people
 * read it.
 */
#include "tests/support/suite.h"
#include "tools/rota/substitutes.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static char *
printed(const char *const lines[])
{
	struct term term = {.tty = false};
	struct table_look look = {&term, false, NULL, NULL};
	char *text = NULL;
	struct rows rows;
	size_t len;
	FILE *stream = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(stream);
	ck_assert_int_eq(rows_init(&rows), 0);
	for (; *lines != NULL; lines++) {
		struct answer row;

		ck_assert(answer_parse(&row, span_of(*lines)));
		rows_add(&rows, &row, span_of(*lines));
	}
	substitutes_print(stream, &rows, &look, NULL);
	rows_fini(&rows);
	(void)fclose(stream);
	return text;
}

#define SLOT "slot=3d4f728e-deb7-4a15-bf59-8d80fb029862"

START_TEST(the_half_day_stands_above_those_who_could)
{
	static const char *const lines[] = {/* what dry=yes says beside */
	    "* " SLOT " rev=1 day=2026-11-30 part=M site=160004578 "
	    "physician=10005173140 activity=MT state=draft",
	    "* " SLOT " physician=10002909371 family=Durand given=Paul rank=1 "
	    "points=40 minutes=12 there=3 week=0 owed=2",
	    "* " SLOT " physician=10100000016 rank=2 points=90 there=0 week=1 "
	    "left=4",
	    "* " SLOT " physician=10005173141 rule=H05 text=\"the physician "
	    "has no authorisation\"",
	    "* " SLOT " day=2026-11-30 part=M site=160004578 activity=MT "
	    "replacements=2 others=1 told=3",
	    NULL};
	char *text = printed(lines);

	ck_assert_str_eq(text,
	    "Mon 2026-11-30, morning, 160004578, MT: 2 could come, 1 could "
	    "not\n"
	    "   1  Paul Durand                   12 min away, 3 half-days "
	    "there before, 2 owed\n"
	    "   2  10100000016                   1 in the week, 4 left of a "
	    "quota\n"
	    "   -  10005173141                   the physician has no "
	    "authorisation (H05)\n");
	free(text);
}
END_TEST

START_TEST(each_half_day_has_its_own)
{
	static const char *const lines[] = {
	    "* " SLOT " physician=10002909371 rank=1 points=40 week=1",
	    "* " SLOT " replacements=1 others=0 told=1",
	    "* slot=eac0b450-9e7e-4e43-8c32-4351278328d0 replacements=0 "
	    "others=0 told=0",
	    NULL};
	char *text = printed(lines);

	ck_assert_str_eq(text,
	    "3d4f728e-deb7-4a15-bf59-8d80fb029862: 1 could come, 0 could "
	    "not\n"
	    "   1  10002909371                   1 in the week\n"
	    "eac0b450-9e7e-4e43-8c32-4351278328d0: 0 could come, 0 could "
	    "not\n");
	free(text);
}
END_TEST

START_TEST(other_answers_stay_tables)
{
	static const char *const lines[] = {
	    "* " SLOT " rev=1 day=2026-11-30 part=M state=draft", NULL};
	char *text = printed(lines);

	ck_assert_ptr_nonnull(strstr(text, "draft"));
	ck_assert_ptr_null(strstr(text, "could come"));
	free(text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("rota_substitutes");
	TCase *tcase = tcase_create("lines");

	tcase_add_test(tcase, the_half_day_stands_above_those_who_could);
	tcase_add_test(tcase, each_half_day_has_its_own);
	tcase_add_test(tcase, other_answers_stay_tables);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
