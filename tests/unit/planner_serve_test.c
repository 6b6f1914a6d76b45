/* SPDX-License-Identifier: ISC */
/*
 * planner_serve_test: the planner that stays, line by line: the program itself
 * with the facts of a small town, before and after an absence, a closure and a
 * lock; what it hears of changes.
 *
 * The week is that of Monday 2096-01-02, in winter time.
 */
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"

#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_MAX = 65536, DEADLINE_MS = 20000 };

#define ID(n) "00000000-0000-4000-8000-0000000000" n
#define NEAR ID("11")
#define FAR ID("12")
#define ANN ID("21")
#define BEN ID("22")
#define CARL ID("23")
#define WEEK " from=2096-01-02 to=2096-01-08"
#define EVER " rev=1 state=active from=2026-01-01 source=real"
#define DATED " rev=1 state=active source=real"

#define SITE(id, finess, lat)                                                  \
	"site id=" id DATED " kind=fixed tz=Europe/Paris holidays=closed "     \
	"rooms=2 minutes=20 manner=bookable finess=" finess " name=N "         \
	"structure=" ID("02") " territory=" ID(                                \
	    "01") " commune=16374 "                                            \
		  "departement=16 lat=" lat " lon=20703 precision=commune "    \
		  "hours=\"mon-fri M 09:00-12:00 A 14:00-18:00\"\n"
#define PERSON(id, rpps, lat)                                                  \
	"physician id=" id DATED " status=physician specialty=MG rpps=" rpps   \
	" family=F given=G lat=" lat " lon=20703\n"
#define MAY(id, who, site)                                                     \
	"authorisation id=" id EVER " physician=" who " site=" site            \
	" kind=mission\n"
#define OFFERS(id, who)                                                        \
	"availability id=" id EVER " physician=" who " kind=available "        \
	"pattern=\"mon-fri MA\"\n"
#define NEEDS(id, rev, site, pattern)                                          \
	"need id=" id " rev=" rev " state=active from=2026-01-01 source=real " \
	"number=1 site=" site " pattern=\"" pattern "\" activity=MT "          \
	"specialty=MG\n"
#define SLOT(id, rev, day, from, who, site, state)                             \
	"assignment id=" id " rev=" rev " day=2096-01-" day                    \
	" part=M from=" from " length=10800 physician=" who " site=" site      \
	" room=1 "                                                             \
	"activity=MT state=" state " count=1 offset-from=4 offset-to=4\n"
#define MONDAY(rev, who, state)                                                \
	SLOT(ID("51"), rev, "02", "3976329600", who, NEAR, state)
#define TUESDAY(rev, who, state)                                               \
	SLOT(ID("52"), rev, "03", "3976416000", who, NEAR, state)
#define WEDNESDAY(rev, who, state)                                             \
	SLOT(ID("53"), rev, "04", "3976502400", who, NEAR, state)

/* Ann has three mornings near by; Monday morning farther off is open. */
static const char *const facts[] = {
    "instance version=1 facts=yes from=2096-01-02 to=2096-01-08 "
    "now=3976243200 full-from=2095-10-01\n"
    "territory id=" ID("01") DATED " regulator=reads code=DEP-16 "
				   "kind=departement name=D\n"
				   "structure id=" ID("02") DATED
    " code=S kind=CDS name=S\n" SITE(NEAR, "160004578", "4563000")
	SITE(FAR, "160004586", "4570000") PERSON(ANN, "99900000011", "4563100")
	    PERSON(BEN, "99900000029", "4563200") PERSON(CARL, "99900000037",
		"4563300") NEEDS(ID("61"), "1", NEAR, "mon-wed M")
		NEEDS(ID("62"), "1", FAR, "mon M"),
    MAY(ID("31"), ANN, NEAR) MAY(ID("32"), BEN, NEAR) MAY(ID("33"), CARL, NEAR)
	MAY(ID("34"), ANN, FAR) OFFERS(ID("41"), ANN) OFFERS(ID("42"), BEN)
	    OFFERS(ID("43"), CARL) MONDAY("1", ANN, "published")
		TUESDAY("1", ANN, "published")
		    WEDNESDAY("1", ANN, "published") "variant name=free\n"};

#define ANN_LEAVES                                                             \
	MONDAY("2", ANN, "cancelled")                                          \
	TUESDAY("2", ANN, "cancelled") WEDNESDAY("2", ANN, "cancelled")
#define ANN_IS_ILL                                                             \
	"absence id=" ID("71") " rev=1 state=active source=real parts=MAESN "  \
			       "physician=" ANN WEEK "\n"

/* ----- the program ----- */

struct program {
	pid_t pid;
	FILE *to, *from;
	char name[32];
	char text[ANSWER_MAX]; /* of the last question */
};

static struct program program;

static void
take_line(char *line, size_t size)
{
	struct pollfd fd = {fileno(program.from), POLLIN, 0};

	/* The stream is not buffered: what was sent is still to be read. */
	for (size_t at = 0; at + 1 < size; at++) {
		ck_assert_int_eq(poll(&fd, 1, DEADLINE_MS), 1);
		ck_assert_int_eq((int)read(fd.fd, &line[at], 1), 1);
		if (line[at] == '\n') {
			line[at + 1] = '\0';
			return;
		}
	}
	ck_abort_msg("a line without end");
}

/* Lines to one of the word, which is in the text too. */
static const char *
hear_until(const char *word)
{
	size_t len = 0;

	/* All that was said arrives at once. */
	ck_assert_int_eq(fflush(program.to), 0);
	do {
		take_line(program.text + len, ANSWER_MAX - len);
		word = strncmp(program.text + len, "error", 5) == 0 ? "error"
								    : word;
		len += strlen(program.text + len);
		ck_assert_uint_lt(len, ANSWER_MAX - 1024);
	} while (strstr(program.text, word) == NULL ||
	    (strncmp(word, "done", 4) == 0 &&
		strstr(program.text, "\ndone") == NULL &&
		strncmp(program.text, "done", 4) != 0));
	return program.text;
}

static void
say(const char *lines)
{
	ck_assert_int_ge(fputs(lines, program.to), 0);
}

static const char *
ask(const char *question)
{
	say(question);
	say("\n");
	return hear_until("done");
}

/* The facts, in an owned text. */
static char *
all_facts(void)
{
	return xasprintf("%s%s", facts[0], facts[1]);
}

static void
start(const char *text)
{
	const char *build = getenv("ROTA_BUILD_DIR");
	char *path = xasprintf("%s/rota-planner", build != NULL ? build : ".");
	int to[2], from[2], file;

	strcpy(program.name, "/tmp/planner-serve.XXXXXX");
	file = mkstemp(program.name);
	ck_assert_int_ge(file, 0);
	ck_assert_int_eq(
	    (int)write(file, text, strlen(text)), (int)strlen(text));
	ck_assert_int_eq(close(file), 0);
	ck_assert_int_eq(pipe(to), 0);
	ck_assert_int_eq(pipe(from), 0);
	program.pid = fork();
	ck_assert_int_ge(program.pid, 0);
	if (program.pid == 0) {
		(void)dup2(to[0], STDIN_FILENO);
		(void)dup2(from[1], STDOUT_FILENO);
		(void)close(to[1]);
		(void)close(from[0]);
		execl(path, path, "--serve", program.name, (char *)NULL);
		_exit(127);
	}
	free(path);
	ck_assert_int_eq(close(to[0]) + close(from[1]), 0);
	program.to = fdopen(to[1], "w");
	program.from = fdopen(from[0], "r");
	ck_assert(program.to != NULL && program.from != NULL);
	(void)hear_until("ready");
}

static void
start_town(void)
{
	char *text = all_facts();

	start(text);
	free(text);
}

/* At the end of its input it ends well. */
static void
stop(void)
{
	int status;

	ck_assert_int_eq(fclose(program.to), 0);
	ck_assert_int_eq(waitpid(program.pid, &status, 0), program.pid);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(fclose(program.from), 0);
	ck_assert_int_eq(unlink(program.name), 0);
}

/* ----- what it says ----- */

/* How often a text stands behind the line "settled". */
static int
settled(const char *answer, const char *text)
{
	const char *at = strstr(answer, "\nsettled ");
	int count = 0;

	ck_assert_msg(at != NULL, "%s", answer);
	for (at = strstr(at, text); at != NULL; at = strstr(at + 1, text))
		count++;
	return count;
}

static void
has(const char *answer, const char *text)
{
	ck_assert_msg(strstr(answer, text) != NULL, "%s: %s", text, answer);
}

START_TEST(before_an_absence_all_of_it_is_in_the_lines)
{
	const char *answer = ask("repair id=1 physician=" ANN WEEK);

	ck_assert_int_eq(settled(answer, "vacant=3 filled=3"), 1);
	ck_assert_int_eq(
	    settled(answer, "drop id=1 physician=" ANN " site=" NEAR), 3);
	ck_assert_int_eq(settled(answer, "assign id=1"), 3);
	ck_assert_int_eq(settled(answer, "assign id=1 physician=" ANN), 0);
	has(answer, "current=yes");
	has(answer, "done id=1 vacant=yes");
}
END_TEST

static void
hear_holes(const char *current)
{
	const char *answer = ask("repair id=2 physician=" ANN WEEK);

	ck_assert_int_eq(settled(answer, "vacant=3 filled=3"), 1);
	ck_assert_int_eq(settled(answer, "drop "), 0);
	ck_assert_int_eq(settled(answer, "assign id=2"), 3);
	has(answer, current);
}

START_TEST(after_an_absence_what_it_left_is_filled)
{
	say(ANN_LEAVES ANN_IS_ILL);
	/* That was plain: nothing is made anew. */
	hear_holes("current=yes");
	/* Whoever takes one is heard too; the others are vacant still. */
	say(MONDAY("3", CARL, "published"));
	has(ask("repair id=3 physician=" ANN WEEK), "vacant=2 filled=2");
	say(TUESDAY("3", BEN, "published") WEDNESDAY("3", BEN, "published"));
	has(ask("repair id=4 physician=" ANN WEEK), "done id=4 vacant=no");
}
END_TEST

/* Also by an instance that is made anew, where she is no physician any more. */
START_TEST(what_an_absence_left_is_known_to_a_new_instance)
{
	say(ANN_LEAVES ANN_IS_ILL);
	say(NEEDS(ID("62"), "2", FAR, "mon,tue M"));
	hear_holes("current=no");
	(void)hear_until("renewed");
	hear_holes("current=yes");
}
END_TEST

START_TEST(before_and_after_a_closure)
{
	const char *answer = ask("repair id=1 site=" NEAR WEEK);

	ck_assert_int_eq(settled(answer, "vacant=0 filled=0 released=3"), 1);
	ck_assert_int_eq(
	    settled(answer, "drop id=1 physician=" ANN " site=" NEAR), 3);
	/* She is free for what is open elsewhere. */
	ck_assert_int_eq(
	    settled(answer, "assign id=1 physician=" ANN " site=" FAR), 1);
	ck_assert_int_eq(settled(answer, "assign id=1"), 1);
	say(ANN_LEAVES "closure id=" ID(
	    "72") " rev=1 state=active "
		  "source=real cause=works parts=MAESN site=" NEAR WEEK "\n");
	for (int round = 0; round < 2; round++) {
		answer = ask("repair id=2 site=" NEAR WEEK);
		ck_assert_int_eq(settled(answer, "drop "), 0);
		ck_assert_int_eq(
		    settled(answer, "assign id=2 physician=" ANN " site=" FAR),
		    1);
		ck_assert_int_eq(settled(answer, "site=" NEAR), 0);
		has(answer, round == 0 ? "current=no" : "current=yes");
		if (round == 0)
			(void)hear_until("renewed");
	}
}
END_TEST

START_TEST(somebody_shall_be_there)
{
	const char *answer = ask(
	    "keep id=1 physician=" BEN " site=" NEAR " day=2096-01-02 part=M");

	ck_assert_int_eq(settled(answer, "drop id=1 physician=" ANN), 1);
	ck_assert_int_eq(settled(answer, "assign id=1 physician=" BEN), 1);
	/* Already so. */
	has(ask("keep id=2 physician=" ANN " site=" NEAR
		" day=2096-01-02 part=M activity=MT"),
	    "done id=2 vacant=no");
	/* Carl may not work there, Ann is somewhere else, nobody is wanted. */
	has(ask("keep id=3 physician=" CARL " site=" FAR
		" day=2096-01-02 part=M"),
	    "error id=3 line=");
	has(program.text, "text=\"H05: ");
	answer = ask(
	    "keep id=4 physician=" ANN " site=" FAR " day=2096-01-02 part=M");
	ck_assert_int_eq(
	    settled(answer, "drop id=4 physician=" ANN " site=" NEAR), 1);
	has(answer, "vacant=1 filled=1");
	has(ask("keep id=5 physician=" BEN " site=" NEAR
		" day=2096-01-05 part=M"),
	    "text=\"need: ");
	has(ask("keep id=6 physician=" ANN " site=" FAR
		" day=2096-01-02 part=M frozen=2096-01-03"),
	    "text=\"frozen: ");
}
END_TEST

START_TEST(somebody_shall_not_be_there)
{
	const char *answer =
	    ask("repair id=1 physician=" ANN " site=" NEAR WEEK);

	ck_assert_int_eq(settled(answer, "vacant=3 filled=3"), 1);
	ck_assert_int_eq(settled(answer, "site=" NEAR), 6);
	/* But elsewhere. */
	ck_assert_int_eq(
	    settled(answer, "assign id=1 physician=" ANN " site=" FAR), 1);
}
END_TEST

/* What has portions is no plan's to move: it falls, and that is said. */
START_TEST(what_a_plan_does_not_move_falls_too)
{
	const char *answer;

	say("assignment id=" ID(
	    "52") " rev=2 day=2096-01-03 part=M "
		  "from=3976416000 length=10800 physician=" ANN " site=" NEAR
		  " room=1 activity=MT unscheduled=60 state=published count=1 "
		  "offset-from=4 offset-to=4\n");
	(void)hear_until("renewed");
	answer = ask("repair id=1 physician=" ANN WEEK);
	ck_assert_int_eq(settled(answer, "vacant=2 filled=2"), 1);
	ck_assert_int_eq(settled(answer, "beside=1"), 1);
	ck_assert_int_eq(settled(answer, "lines=5"), 1);
	ck_assert_int_eq(settled(answer, "drop id=1 physician=" ANN), 3);
}
END_TEST

static void
replace(char *text, const char *old, const char *new)
{
	for (char *at = text; (at = strstr(at, old)) != NULL;)
		for (size_t i = 0; new[i] != '\0'; i++)
			at[i] = new[i];
}

/* The same days of a year that is long over: nobody can be sent there. */
START_TEST(what_has_begun_is_left_alone)
{
	static const char *const years[][2] = {{"2096-01-0", "2017-01-0"},
	    {"2095-10", "2016-10"}, {"2026-01-01", "2016-01-01"},
	    {"3976243200", "1483257600"}, {"3976329600", "1483344000"},
	    {"3976416000", "1483430400"}, {"3976502400", "1483516800"}};
	char *past = all_facts();

	for (size_t i = 0; i < ARRAY_SIZE(years); i++)
		replace(past, years[i][0], years[i][1]);
	stop();
	start(past);
	free(past);
	has(program.text, "misfits=0");
	has(ask("repair id=1 physician=" ANN " from=2017-01-02 to=2017-01-08"),
	    "done id=1 vacant=no");
}
END_TEST

START_TEST(nonsense_is_refused)
{
	has(ask("repair id=1 physician=x" WEEK), "error id=1 line=");
	has(ask("repair id=2 site=x" WEEK), "error id=2 line=");
	has(ask("repair id=3 physician=" ANN " from=x to=2096-01-08"),
	    "error id=3 line=");
	has(ask("nonsense"), "error line=");
	has(ask("assign physician=" ANN " site=" NEAR
		" day=2096-01-05 part=M activity=MT"),
	    "error line=");
	/* None of that ended it. */
	has(ask("repair id=4 physician=" ANN WEEK), "vacant=3 filled=3");
}
END_TEST

int
main(void)
{
	TCase *town = tcase_create("town");
	Suite *suite = suite_create("planner_serve");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, town);
	tcase_set_timeout(town, 60);
	tcase_add_checked_fixture(town, start_town, stop);
	tcase_add_test(town, before_an_absence_all_of_it_is_in_the_lines);
	tcase_add_test(town, after_an_absence_what_it_left_is_filled);
	tcase_add_test(town, what_an_absence_left_is_known_to_a_new_instance);
	tcase_add_test(town, before_and_after_a_closure);
	tcase_add_test(town, somebody_shall_be_there);
	tcase_add_test(town, somebody_shall_not_be_there);
	tcase_add_test(town, what_a_plan_does_not_move_falls_too);
	tcase_add_test(town, what_has_begun_is_left_alone);
	tcase_add_test(town, nonsense_is_refused);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
