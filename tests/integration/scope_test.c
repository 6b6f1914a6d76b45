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

#include "daemon/base/mem.h"
#include "proto/verb.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * From left to right as in enum scope_account.
 *
 *	+ may: the closing line begins as the row says, and a list tells of the
 *	  half
 *	0 may ask, and is told of nothing
 *	b is told of busy half-days only
 *	R no role
 *	S no scope
 *	N no not-found: as if it were not there
 */
static const struct row {
	const char *cells, *ask, *answer; /* answer: NULL is ok */
} rows[] = {
    {"+ + + 0 + 0 R R R +", "absence list", NULL},
    {"+ + + 0 + S R R R +", "absence list physician={physician}", NULL},
    {"+ + + S + S R R R R",
	"absence put physician={physician} from={+40} to={+41} dry=yes", NULL},
    {"+ + + S + S R R R R",
	"absence put physician={physician} from={+40} to={+42} rev=9 dry=yes",
	"no stale"},
    {"+ + + S + S R R R R",
	"absence put physician={physician} from={+50} to={+51} dry=yes", NULL},
    {"+ R R R R R R R R R",
	"account invite role=desk scope=site:{site} dry=yes", NULL},
    {"+ R R R R R R R R +", "account list role=desk", NULL},
    {"+ R R R R R R R R R", "account revoke account={account} dry=yes", NULL},
    {"+ + + 0 + 0 + 0 R +", "authorisation list", NULL},
    {"+ + + 0 + 0 + 0 R +", "authorisation list site={site}", NULL},
    {"+ + S S R R R R R R",
	"authorisation put physician={physician} site={site} kind=locum "
	"from={+0} dry=yes",
	NULL},
    {"+ + + 0 + 0 R R R +", "availability list", NULL},
    {"+ + + 0 + S R R R +", "availability list physician={physician}", NULL},
    {"+ + + S + S R R R R",
	"availability put physician={physician} kind=disliked pattern=\"mon "
	"M\" from={+0} dry=yes",
	NULL},
    {"+ + + 0 + S R R R +", "busy list physician={physician}", NULL},
    {"+ + + S + S R R R R",
	"busy put physician={physician} pattern=\"mon M\" from={+0} dry=yes",
	NULL},
    {"+ + + + + + + + + +", "capacity site={site} since={+11}T00:00Z ahead=24",
	NULL},
    {"+ + + + S S + + + +",
	"capacity physicians={mate} since={+11}T00:00Z ahead=24", NULL},
    {"+ + + + + + + + + +", "closure list site={site}", NULL},
    {"+ + S S R R R R R R",
	"closure put site={site} from={+80} to={+81} dry=yes", NULL},
    {"+ + + 0 + S R R R +", "enrolment list physician={physician}", NULL},
    {"+ + + 0 + 0 R R R +", "enrolment list programme={programme}", NULL},
    {"+ S + S R R R R R R",
	"enrolment put physician={physician} programme={programme} from={+0} "
	"dry=yes",
	NULL},
    {"+ + + 0 R R + 0 R +", "gaps", NULL},
    {"+ + S S R R + S R +", "gaps site={site}", NULL},
    {"+ + S S R R S S R +", "gaps territory={territory}", NULL},
    {"+ + + + + + + + + +", "holiday list area={area}", NULL},
    {"+ R R R R R R R R R",
	"holiday put area={area} kind=public from={+75} to={+75} dry=yes",
	NULL},
    {"+ + + S + S R R R +", "my physician={physician} from={+7} to={+13}",
	NULL},
    {"+ + + S + S R R R +",
	"my physician={physician} from={+7} to={+13} mark={mark}", NULL},
    {"+ + + + + + + + R +", "need list site={site}", NULL},
    {"+ + S S R R R R R R",
	"need put site={site} pattern=\"mon M\" from={+0} dry=yes", NULL},
    {"+ S S S R R R R R R",
	"need put sector={sector} pattern=\"mon M\" from={+0} dry=yes", NULL},
    {"+ + + + + + + + + +", "opening list site={site}", NULL},
    {"+ + S S R R R R R R",
	"opening put site={site} from={+80} to={+80} hours=\"mon-sun M "
	"09:00-10:00\" dry=yes",
	NULL},
    {"+ + + + + S + + R +", "physician get physician={physician}", NULL},
    {"+ + + + R R + + R +", "physician list", NULL},
    {"+ S + S + S R R R R", "physician put rpps={physician} given=X dry=yes",
	NULL},
    {"+ + N N R R + N S R", "place hold slot={snp} dry=yes", NULL},
    {"+ + N N R R + N R R", "place honour place={taken} dry=yes", "no closed"},
    {"+ + N N N N + N R +", "place list slot={snp}", NULL},
    {"+ + S S 0 0 + S R +", "place list site={site} day={+11}", NULL},
    {"+ + N N R R + N R R", "place miss place={taken} dry=yes", "no closed"},
    {"+ + N N R R + N S R", "place release place={place} dry=yes", NULL},
    {"+ + N N N N + N R R", "place set slot={snp} number=4 dry=yes", NULL},
    {"+ + N N R R + N S R", "place take place={place} dry=yes", NULL},
    {"+ + N N R R + N S R", "place take slot={snp} dry=yes", NULL},
    {"+ + N N R R N N N R", "place take slot={draft} dry=yes", "no no-places"},
    {"+ + N N R R R R R R", "plan adopt plan={plan} dry=yes", NULL},
    {"+ + N N R R R R R R", "plan cancel plan={plan}", NULL},
    {"+ + N N R R R R R R",
	"plan edit plan={plan} number=1 state=dropped dry=yes", NULL},
    {"+ + N N R R R R R R",
	"plan edit plan={plan} physician={mate} site={site} day={+16} "
	"part=M activity=MT dry=yes",
	NULL},
    {"0 0 N N R R R R R 0", "plan explain plan={plan}", NULL},
    {"+ + N N R R R R R +", "plan lines plan={plan}", NULL},
    {"+ + 0 0 R R R R R +", "plan list", NULL},
    {"+ + N N R R R R R R", "plan publish plan={plan} dry=yes", NULL},
    {"+ + S S R R R R R R",
	"plan repair physician={physician} from={+15} to={+16}", NULL},
    {"+ + S S R R R R R R", "plan repair site={site} from={+15} to={+16}",
	NULL},
    {"+ + N N R R R R R +", "plan show plan={plan}", NULL},
    {"+ + S S R R R R R R",
	"plan start from={+15} to={+21} territories={territory} dry=yes", NULL},
    {"+ + S S R R R R R R",
	"plan start from={+15} to={+21} sites={site} dry=yes", NULL},
    {"+ + N N R R R R R +", "plan watch plan={plan}", NULL},
    {"+ + + + + + + + R +", "presence list site={site}", NULL},
    {"+ + S S R R + S R R",
	"presence put site={site} staff=midwife pattern=\"mon M\" from={+0} "
	"dry=yes",
	NULL},
    {"+ + + + + + + + + +", "programme get programme={programme}", NULL},
    {"+ + + + + + + + + +", "programme list", NULL},
    {"+ R R R R R R R R R", "programme put code={programme} name=X dry=yes",
	NULL},
    {"+ + + 0 + 0 R R R +", "quota list", NULL},
    {"+ + + 0 + S R R R +", "quota list physician={physician}", NULL},
    {"+ + + S R R R R R R",
	"quota put physician={physician} period=year from={+0} max=9 dry=yes",
	NULL},
    {"+ S + S R R R R R R",
	"quota put programme={programme} period=year from={+0} max=9 dry=yes",
	NULL},
    {"+ + N N R R R R R R", "rotation end rotation={rotation} dry=yes", NULL},
    {"+ + N N + N R R R +", "rotation get rotation={rotation}", NULL},
    {"+ + 0 0 + 0 R R R +", "rotation list", NULL},
    {"+ + S S R R R R R R",
	"rotation put code=NEW site={site} pattern=\"fri M\" from={+20} "
	"to={+33} physicians={physician} dry=yes",
	NULL},
    {"+ S S S R R R R R R",
	"rotation put code=NEW site={site} pattern=\"fri M\" from={+20} "
	"to={+33} physicians={physician},{other-physician} dry=yes",
	NULL},
    {"+ + S S R R R R R R",
	"rotation put code={rotation} pattern=\"sun M\" from={+20} to={+33} "
	"physicians={mate} dry=yes",
	NULL},
    {"+ + + + + + + + + +", "site get site={site}", NULL},
    {"+ + + + + + + + + +", "site list", NULL},
    {"+ + S S R R R R R R", "site put site={site} name=X dry=yes", NULL},
    {"+ + S S R R R R R R",
	"site put finess={new} name=X territory={territory} dry=yes", NULL},
    {"+ + N N R R + N R R", "slot arrive slot={slot} dry=yes", "no closed"},
    {"+ + S S + S R R R R",
	"slot assign physician={physician} site={site} day={+12} part=A "
	"dry=yes",
	NULL},
    {"+ S S S + S R R R R",
	"slot assign physician={physician} site={other-site} day={+12} part=A "
	"dry=yes",
	NULL},
    {"+ S S S S + R R R R",
	"slot assign physician={other-physician} site={site} day={+12} part=A "
	"dry=yes",
	NULL},
    {"+ + N N + N R R R R", "slot cancel slot={slot} reason=X dry=yes", NULL},
    {"+ + N N + N R R R R", "slot cancel slot={draft} dry=yes", NULL},
    {"+ + N N + N R R R +", "slot history slot={slot}", NULL},
    {"+ + N N + N R R R +", "slot history slot={draft}", NULL},
    {"+ + b b + S + b R +", "slot list physician={physician} from={+8} to={+9}",
	NULL},
    {"+ + S S S S + S R +", "slot list site={site} from={+8} to={+9}", NULL},
    {"+ + S S S S b S R +", "slot list site={site} from={+9} to={+9}", NULL},
    {"+ + S S S S S S R +", "slot list territory={territory} from={+8} to={+9}",
	NULL},
    {"+ + b b + S + b R +",
	"slot list physician={physician} from={+8} to={+9} mark={mark}", NULL},
    {"+ + S S S S + S R +",
	"slot list site={site} from={+8} to={+9} mark={mark}", NULL},
    {"+ + S S S S S S R +",
	"slot list territory={territory} from={+8} to={+9} mark={mark}", NULL},
    {"+ + N N + N R R R R", "slot move slot={slot} day={+15} reason=X dry=yes",
	NULL},
    {"+ S N N + N R R R R",
	"slot move slot={slot} site={other-site} day={+15} reason=X dry=yes",
	NULL},
    {"+ S N N S N R R R R",
	"slot move slot={slot} physician={other-physician} day={+15} reason=X "
	"dry=yes",
	NULL},
    {"+ + S S R R R R R R",
	"slot publish site={site} from={+8} to={+9} dry=yes", NULL},
    {"+ + S S R R R R R R",
	"slot publish territory={territory} from={+8} to={+9} dry=yes", NULL},
    {"+ + S S R R R R R R",
	"slot publish programme={programme} from={+13} to={+13} dry=yes", NULL},
    {"+ + S S R R R R R R",
	"slot publish physician={physician} from={+8} to={+9} dry=yes", NULL},
    {"+ + N N R R + N R R", "slot record slot={past} state=held dry=yes", NULL},
    {"+ + N N N N R R R R",
	"slot swap slot={slot} with={with} reason=X dry=yes", NULL},
    {"+ + + + + + + + + +", "stop list site={bus}", NULL},
    {"+ + S S R R R R R R",
	"stop put site={bus} pattern=\"tue M\" from={+0} commune={commune} "
	"dry=yes",
	NULL},
    {"+ + + + + + + + + +", "structure get structure={structure}", NULL},
    {"+ + + + + + + + + +", "structure list", NULL},
    {"+ + S S R R R R R R", "structure put code={structure} name=X dry=yes",
	NULL},
    {"+ + + + + + + + + +", "territory get territory={territory}", NULL},
    {"+ + + + + + + + + +", "territory list", NULL},
    {"+ R R R R R R R R R", "territory put code={territory} name=X dry=yes",
	NULL},
    {"+ + S S S S S S R +", "watch territory={territory}", NULL},
    {"+ + S S S S + S R +", "watch site={site}", NULL},
    {"+ + + + + S + + R +", "watch physician={physician}", NULL},
    {"+ + + + + + + + R +", "watch", NULL},
    {"+ + S S + S + S R +", "week site={site} from={+7}", NULL},
    {"+ + S S S S S S R +", "week territory={territory} from={+7}", NULL},
    {"+ + + b + S + b R +", "week physician={physician} from={+7}", NULL},
    {"+ + S S + S + S R +", "week site={site} from={+7} mark={mark}", NULL},
    {"+ + S S S S S S R +", "week territory={territory} from={+7} mark={mark}",
	NULL},
    {"+ + + b + S + b R +", "week physician={physician} from={+7} mark={mark}",
	NULL},
    {"+ + + + R R R R R +", "weight list territory={territory}", NULL},
    {"+ + S S R R R R R R",
	"weight put territory={territory} term=fair value=9 from={+0} dry=yes",
	NULL},
    {"+ S + S R R R R R R",
	"weight put programme={programme} term=fair value=9 from={+0} dry=yes",
	NULL},
    {"+ S S S R R R R R R", "weight put term=fair value=9 from={+0} dry=yes",
	NULL},
    {"+ + + + + + + + + +", "zone list commune={commune}", NULL},
    {"+ R R R R R R R R R",
	"zone put commune={commune} kind=qpv class=QPV from={+0} dry=yes",
	NULL},
    {"+ + + + + + + + + +", "batch n=1 dry=yes", "bad not-in-batch"},
    {"+ + + + + + + + + +", "help", "ok"},
    {"+ + + + + + + + + +", "lang lang=en", NULL},
    {"+ + + + + + + + + +", "ping", NULL},
    {"+ + + + + + + + + +", "status", NULL},
    {"+ + + + + + + + + +", "whoami", NULL},
};

static struct pgcluster *cluster; /* of the program */

/* ----- one cell ----- */

struct cell {
	const struct scope *scope;
	const struct row *row;
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
check_cell(const struct scope *scope, unsigned half, const struct row *row,
    enum scope_account account)
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
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
			for (unsigned a = 0; a < SCOPE_ACCOUNTS; a++)
				wrong += check_cell(scope, half, &rows[i],
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

		while (i < ARRAY_SIZE(rows) && !begins_with(rows[i].ask, name))
			i++;
		ck_assert_msg(i < ARRAY_SIZE(rows) ||
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
	SRunner *runner;
	int failed;

	cluster = pgcluster_new(NULL);
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, each_verb_for_each_role_in_and_out_of_scope);
	tcase_add_test(tcase, what_is_private_is_for_the_person_and_who_enrols);
	tcase_add_test(tcase, no_verb_is_missing);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	pgcluster_free(cluster);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
