/* SPDX-License-Identifier: ISC */
/*
 * scope_test: the table verb x role x scope, walked cell by cell.
 *
 * Each row is a request about one half of the country of scope_kit, each column
 * an account of that half, of the other, or of none.  All of it is walked
 * twice, with either half as the one that is asked about.  Writes are dry, so
 * no cell changes what the next one meets.
 */
#include "tests/integration/scope_kit.h"
#include "tests/integration/scope_table.h"

#include "daemon/base/mem.h"
#include "proto/verb.h"
#include "tests/support/suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pgcluster *cluster; /* of the program */

/* ----- one cell ----- */

struct cell {
	const struct scope *scope;
	const struct scope_row *row;
	struct talk *talk;
	unsigned half;
	char *ask;    /* owned */
	char *answer; /* the closing line, owned */
};

/* Whether a data line has a word of the half, be it one that was asked for. */
static bool
tells(const struct cell *cell)
{
	for (size_t i = 0; i < talk_count(cell->talk); i++)
		if (scope_told(cell->scope, cell->half, "",
			talk_data(cell->talk, i)) != NULL)
			return true;
	return false;
}

static bool
tells_busy_only(const struct cell *cell)
{
	for (size_t i = 0; i < talk_count(cell->talk); i++)
		if (!line_begins(talk_data(cell->talk, i), "busy"))
			return false;
	return talk_count(cell->talk) > 0;
}

static char
outcome(const struct cell *cell)
{
	static const struct {
		const char *words;
		char cell;
	} refusals[] = {
	    {"no role", 'R'}, {"no scope", 'S'}, {"no not-found", 'N'}};
	const char *expected =
	    cell->row->answer != NULL ? cell->row->answer : "ok";

	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++)
		if (line_begins(cell->answer, refusals[i].words))
			return refusals[i].cell;
	if (!line_begins(cell->answer, expected))
		return '?';
	if (cell->row->answer != NULL ||
	    line_number(cell->answer, "count") < 0 || tells(cell))
		return '+';
	return tells_busy_only(cell) ? 'b' : '0';
}

/* What is kept from an account is in no line that it gets. */
static const char *
leak(const struct cell *cell)
{
	for (size_t i = 0; i < talk_count(cell->talk); i++) {
		const char *told = scope_told(cell->scope, cell->half,
		    cell->ask, talk_data(cell->talk, i));

		if (told != NULL)
			return told;
	}
	return scope_told(cell->scope, cell->half, cell->ask, cell->answer);
}

static void
run(struct cell *cell)
{
	if (strncmp(cell->row->ask, "batch", 5) == 0) {
		talk_send(cell->talk, "%s", cell->ask);
		talk_send(cell->talk, "ping");
		cell->answer = xstrdup(talk_answer(cell->talk));
		return;
	}
	cell->answer = xstrdup(talk_ask(cell->talk, "%s", cell->ask));
}

/* What is not there and what is out of sight are answered alike. */
static void
check_alike(const struct cell *cell)
{
	char *ask = scope_unknown(cell->scope, cell->half, cell->ask);
	char *seen = scope_unknown(cell->scope, cell->half, cell->answer);

	ck_assert_msg(strcmp(talk_ask(cell->talk, "%s", ask), seen) == 0,
	    "%s: %s, but %s of what is not there", cell->ask, cell->answer,
	    seen);
	free(ask);
	free(seen);
}

/* 1 when the cell is not as it should be, which is printed. */
static unsigned
check_cell(const struct scope *scope, unsigned half,
    const struct scope_row *row, enum scope_account account)
{
	struct cell cell = {.scope = scope,
	    .row = row,
	    .talk = scope_talk(scope, half, account),
	    .half = half,
	    .ask = scope_fill(scope, half, row->ask)};
	char expected = row->cells[2 * account], found;
	unsigned wrong = 0;

	run(&cell);
	found = outcome(&cell);
	if (found != expected) {
		printf("%s: %s: %c, not %c: %s\n", scope_account_name(account),
		    cell.ask, found, expected, cell.answer);
		wrong = 1;
	} else if (expected != '+' && leak(&cell) != NULL) {
		printf("%s: %s: tells %s: %s\n", scope_account_name(account),
		    cell.ask, leak(&cell), cell.answer);
		wrong = 1;
	}
	if (found == 'N')
		check_alike(&cell);
	free(cell.ask);
	free(cell.answer);
	return wrong;
}

START_TEST(each_verb_for_each_role_in_and_out_of_scope)
{
	struct scope *scope = scope_new(cluster);
	unsigned wrong = 0;

	for (unsigned half = 0; half < SCOPE_HALVES; half++)
		for (size_t i = 0; i < scope_row_count; i++)
			for (unsigned a = 0; a < SCOPE_ACCOUNTS; a++)
				wrong += check_cell(scope, half, &scope_row[i],
				    (enum scope_account)a);
	ck_assert_uint_eq(wrong, 0);
	scope_free(scope);
}
END_TEST

/* ----- what is private ----- */

/* Whether a line of the answer has the words. */
static void
check_told(const struct scope *scope, enum scope_account account,
    const char *ask, const char *word, bool told)
{
	struct talk *talk = scope_talk(scope, 0, account);
	char *line = scope_fill(scope, 0, ask);
	char *words = scope_fill(scope, 0, word);
	bool found = false;

	ck_assert_msg(line_begins(talk_ask(talk, "%s", line), "ok"), "%s: %s",
	    line, talk_answer(talk));
	for (size_t i = 0; i < talk_count(talk); i++)
		found = found || line_has(talk_data(talk, i), words);
	ck_assert_msg(found == told, "%s: %s: %s", scope_account_name(account),
	    line, word);
	free(words);
	free(line);
}

static void
check_private(
    const struct scope *scope, enum scope_account account, bool home, bool why)
{
	static const char person[] = "physician get physician={physician}";
	static const char absences[] = "absence list physician={physician}";
	static const char own[] = "my physician={physician} from={+40} "
				  "to={+41}";

	check_told(scope, account, person, "home={commune}", home);
	check_told(scope, account, absences, "category=SICK", why);
	check_told(scope, account, absences, "category=ABSENT", !why);
	check_told(scope, account, own, "category=SICK", why);
	check_told(scope, account, own, "category=ABSENT", !why);
}

/* An authorisation, which a coordinator may state of anybody at her own site,
 * lets her plan; where somebody lives and why somebody is away it does not
 * tell. */
START_TEST(what_is_private_is_for_the_person_and_who_enrols)
{
	struct scope *scope = scope_new(cluster);
	struct talk *other = scope_talk(scope, 0, SCOPE_OTHER);
	char *ask = scope_fill(scope, 0,
	    "authorisation put physician={physician} site={other-site} "
	    "kind=mission from={+0}");

	check_private(scope, SCOPE_ADMIN, true, false);
	check_private(scope, SCOPE_AUDITOR, false, false);
	check_private(scope, SCOPE_PHYSICIAN, true, true);
	check_private(scope, SCOPE_PROGRAMME, true, true);
	check_private(scope, SCOPE_TERRITORY, false, false);
	ck_assert(line_begins(talk_ask(other, "%s", ask), "ok"));
	check_private(scope, SCOPE_OTHER, false, false);
	free(ask);
	/* Nor when she enrols somebody, once that is over. */
	ask = scope_fill(scope, 0,
	    "enrolment put physician={physician} "
	    "programme={other-programme} from={-90} to={-60}");
	ck_assert(line_begins(talk_ask(other, "%s", ask), "ok"));
	check_private(scope, SCOPE_OTHER, false, false);
	free(ask);
	scope_free(scope);
}
END_TEST

/* Of these the scope is nobody's: they begin and end a connection. */
static bool
is_of_the_connection(enum verb verb)
{
	return verb == VERB_AUTH || verb == VERB_QUIT;
}

static bool
begins_with(const char *ask, const char *name)
{
	size_t len = strlen(name);

	return strncmp(ask, name, len) == 0 &&
	    (ask[len] == ' ' || ask[len] == '\0');
}

START_TEST(no_verb_is_missing)
{
	for (int verb = 0; verb < VERB_COUNT; verb++) {
		const char *name = verb_info((enum verb)verb)->name;
		size_t i = 0;

		while (
		    i < scope_row_count && !begins_with(scope_row[i].ask, name))
			i++;
		ck_assert_msg(i < scope_row_count ||
			is_of_the_connection((enum verb)verb),
		    "%s", name);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("scope");
	TCase *tcase = tcase_create("scope");
	int result;

	cluster = pgcluster_new(NULL);
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, each_verb_for_each_role_in_and_out_of_scope);
	tcase_add_test(tcase, what_is_private_is_for_the_person_and_who_enrols);
	tcase_add_test(tcase, no_verb_is_missing);
	suite_add_tcase(suite, tcase);
	result = suite_run(suite);
	pgcluster_free(cluster);
	return result;
}
