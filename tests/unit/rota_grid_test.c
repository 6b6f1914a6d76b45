/* SPDX-License-Identifier: ISC */
/* rota_grid_test: weeks as grids and lists, days as an agenda. */
#include "daemon/base/compiler.h"
#include "tests/support/suite.h"
#include "tools/rota/agenda.h"
#include "tools/rota/grid.h"
#include "tools/rota/view.h"

#include <check.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static char *
print(view_fn *view, const char *const lines[], size_t width)
{
	struct term term = {.tty = width > 0, .width = width};
	struct table_look look = {&term, false, NULL, NULL};
	char *printed = NULL;
	struct answer row;
	struct rows rows;
	size_t len;
	FILE *stream = open_memstream(&printed, &len);

	ck_assert_int_eq(rows_init(&rows), 0);
	for (; *lines != NULL; lines++) {
		ck_assert(answer_parse(&row, span_of(*lines)));
		rows_add(&rows, &row, span_of(*lines));
	}
	view(stream, &rows, &look, NULL);
	rows_fini(&rows);
	(void)fclose(stream);
	return printed;
}

/* Takes the blanks before line ends away. */
static void
trim(char *text)
{
	char *to = text;

	for (; *text != '\0'; *to++ = *text++)
		while (*text == '\n' && to[-1] == ' ')
			to--;
	*to = '\0';
}

static void
expect(view_fn *view, const char *const lines[], size_t width,
    const char *expected)
{
	char *printed = print(view, lines, width);

	trim(printed);
	ck_assert_msg(strcmp(printed, expected) == 0,
	    "printed\n%s\ninstead of\n%s", printed, expected);
	free(printed);
}

#define HALF_DAY "* half-day day=2026-12-0"
#define SLOT "* slot=46821008-3dda-51c7-bdd5-ca641a049ab8 rev=1 day=2026-12-0"

static const char *const site[] = {HALF_DAY
    "1 part=M site=160004578 open=09:00-12:00 need=1 filled=1 "
    "missing=0 staff=nurse,assistant name=\"Les Tilleuls\"",
    SLOT "1 part=M from=2026-12-01T09:00+01:00 to=2026-12-01T12:00+01:00 "
	 "site=160004578 physician=10005173140 room=2 activity=SNP "
	 "state=published family=Lefèvre given=Élise",
    "* busy day=2026-12-01 part=M site=160004578 "
    "from=2026-12-01T09:00+01:00 to=2026-12-01T12:00+01:00",
    HALF_DAY "1 part=A site=160004578 open=14:00-18:00 need=0 filled=0 "
	     "missing=0 name=\"Les Tilleuls\"",
    HALF_DAY "2 part=M site=160004578 open=09:00-12:00 need=2 filled=0 "
	     "missing=2 wanted=MT,SNP name=\"Les Tilleuls\"",
    HALF_DAY "3 part=M site=160004578 closed=holiday holiday=Fête need=0 "
	     "filled=0 missing=0 name=\"Les Tilleuls\"",
    HALF_DAY "5 part=N site=160004578 open=24:00-32:00 need=0 filled=0 "
	     "missing=0 name=\"Les Tilleuls\"",
    SLOT "5 part=N from=2026-12-06T00:00+01:00 to=2026-12-06T08:00+01:00 "
	 "site=160004578 physician=10005173140 activity=PDSA state=draft",
    NULL};

START_TEST(a_site_is_a_grid)
{
	expect(grid_print, site, 0,
	    "160004578  Les Tilleuls\n"
	    "            Mon 30/11          Tue 01/12          "
	    "Wed 02/12          Thu 03/12          Fri 04/12          "
	    "Sat 05/12\n"
	    "morning                        + nurse,assistant  "
	    "! 2 MT,SNP         closed: Fête\n"
	    "                               Lefèvre É. SNP r2\n"
	    "                               busy\n"
	    "afternoon                      14:00-18:00\n"
	    "night                                             "
	    "                                                         "
	    "~10005173140 PDSA\n"
	    "~ draft  ! missing\n");
}
END_TEST

START_TEST(what_is_too_wide_is_wrapped)
{
	char *printed = print(grid_print, site, 90);
	struct span rest = span_of(printed), line;

	while (span_cut(&rest, '\n', &line))
		ck_assert_uint_le(text_width(line), 90);
	ck_assert_ptr_nonnull(strstr(printed, "Lefèvre É. "));
	ck_assert_ptr_nonnull(strstr(printed, " SNP r2"));
	free(printed);
}
END_TEST

START_TEST(a_narrow_terminal_has_a_list)
{
	expect(grid_print, site, 40,
	    "160004578  Les Tilleuls\n"
	    "Tue 01/12 morning\n"
	    "  + nurse,assistant\n"
	    "  Lefèvre É. SNP r2\n"
	    "  busy\n"
	    "Tue 01/12 afternoon\n"
	    "  14:00-18:00\n"
	    "Wed 02/12 morning\n"
	    "  ! 2 MT,SNP\n"
	    "Thu 03/12 morning\n"
	    "  closed: Fête\n"
	    "Sat 05/12 night\n"
	    "  ~10005173140 PDSA\n"
	    "~ draft  ! missing\n");
}
END_TEST

static const char *const person[] = {SLOT
    "1 part=A from=2026-12-01T14:00+01:00 to=2026-12-01T18:00+01:00 "
    "site=160004578 physician=10005173140 room=1 activity=MT "
    "state=held name=\"Les Tilleuls\" family=Martin given=Claire "
    "address=\"3 rue des Tilleuls\" commune=16106 phone=+33545000000 "
    "staff=nurse",
    "* busy from=2026-12-03T00:00+01:00 to=2026-12-03T08:00+01:00",
    "* busy day=2026-12-01 part=M from=2026-12-01T08:30+01:00 "
    "to=2026-12-01T13:00+01:00 busy=46821008-3dda-51c7-bdd5-ca641a049ab8 "
    "structure=CH-RUFFEC",
    "* absence absence=46821008-3dda-51c7-bdd5-ca641a049ab8 from=2026-12-04 "
    "to=2026-12-20 parts=MAESN",
    NULL};

START_TEST(a_physician_is_a_grid_of_places)
{
	expect(grid_print, person, 0,
	    "            Mon 30/11           Tue 01/12           "
	    "Wed 02/12           Thu 03/12           Fri 04/12           "
	    "Sat 05/12           Sun 06/12\n"
	    "morning                         busy                "
	    "                                        absent              "
	    "absent              absent\n"
	    "afternoon                       Les Tilleuls MT r1  "
	    "                                        absent              "
	    "absent              absent\n"
	    "night                                               "
	    "busy\n");
}
END_TEST

START_TEST(days_are_an_agenda)
{
	expect(agenda_print, person, 0,
	    "Tuesday 2026-12-01\n"
	    "  08:30-13:00  busy at CH-RUFFEC\n"
	    "  14:00-18:00  Les Tilleuls, 3 rue des Tilleuls, commune 16106, "
	    "+33545000000, room 1, MT, with nurse, held\n"
	    "Thursday 2026-12-03\n"
	    "  00:00-08:00  busy\n"
	    "\n"
	    "Absences\n"
	    "from        to          parts\n"
	    "2026-12-04  2026-12-20  MAESN\n");
}
END_TEST

START_TEST(what_is_no_week_is_a_table)
{
	static const char *const odd[] = {
	    "* flower=rose day=never", "* flower=tulip", NULL};

	expect(grid_print, odd, 0, "flower  day\nrose    never\ntulip\n");
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("grid");
	Suite *suite = suite_create("rota_grid");

	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		return EXIT_FAILURE;
	tcase_add_test(all, a_site_is_a_grid);
	tcase_add_test(all, what_is_too_wide_is_wrapped);
	tcase_add_test(all, a_narrow_terminal_has_a_list);
	tcase_add_test(all, a_physician_is_a_grid_of_places);
	tcase_add_test(all, days_are_an_agenda);
	tcase_add_test(all, what_is_no_week_is_a_table);
	suite_add_tcase(suite, all);
	return suite_run(suite);
}
