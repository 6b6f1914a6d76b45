/* SPDX-License-Identifier: ISC */
/*
 * facts_lines_test: lines of facts that are no such, refused with the number of
 * the line and the reason: of each line of an instance of facts, each key left
 * out, twice, of another form and of what is not there; entities, half-days and
 * older time likewise.
 */
#include "daemon/base/compiler.h"
#include "tests/unit/planner_support.h"

#include <stdio.h>
#include <string.h>

#define ID(n) "00000000-0000-4000-8000-00000000000" n
#define NOBODY "99999999-9999-4999-8999-999999999999"
#define HEAD                                                                   \
	"instance version=1 facts=yes from=2026-11-30 to=2026-12-06 "          \
	"now=1795996800 full-from=2026-10-01"

/* Lines 1 to 8. */
static const char before[] =
    HEAD "\n"
	 "# of everything one\n"
	 "territory id=" ID(
	     "1") " rev=1 name=T kind=cpts\n"
		  "programme id=" ID(
		      "2") " rev=1 code=P name=P\n"
			   "site id=" ID(
			       "3") " rev=1 name=S tz=Europe/Paris "
				    "territory=" ID(
					"1") "\n"
					     "physician id=" ID(
						 "4") " rev=1 "
						      "family=F "
						      "specialty="
						      "MG\n"
						      "travel "
						      "road-"
						      "percent=130 "
						      "fixed=10 "
						      "margin=15\n"
						      "lock "
						      "physician"
						      "=" ID("4") " site=" ID(
							  "3") " da"
							       "y="
							       "202"
							       "6-"
							       "12-"
							       "01 "
							       "par"
							       "t="
							       "M "
							       "act"
							       "ivi"
							       "ty="
							       "MT "
							       "sta"
							       "te="
							       "kee"
							       "p"
							       "\n";

#define AT "lock physician=" ID("4") " site=" ID("3") " day=2026-12-02 "
#define SLOT                                                                   \
	"assignment id=" ID("9") " rev=1 day=2026-12-01 part=M "               \
				 "from=1796104800 length=14400 count=1 "       \
				 "activity=MT state=draft "

/* What is line 9, and how it is refused. */
static const struct {
	const char *line, *why;
} wrong[] = {
    {"nonsense", "nonsense is not a kind of line"},
    {"weights travel=2", "weights is not a kind of line"},
    {HEAD, "stands already in line 1: instance"},
    {"travel road-percent=130 fixed=10 margin=15",
	"stands already in line 7: travel"},
    {"travel fixed=1 margin=1", "travel needs road-percent="},
    {"travel road-percent=1 margin=1", "travel needs fixed="},
    {"travel road-percent=1 fixed=1", "travel needs margin="},
    {"travel road-percent=x fixed=1 margin=1",
	"road-percent=x is not a number from 0 to 10000"},
    {"travel road-percent=10001 fixed=1 margin=1",
	"road-percent=10001 is not a number from 0 to 10000"},
    {"travel road-percent=1 fixed=1441 margin=1",
	"fixed=1441 is not a number from 0 to 1440"},
    {"travel road-percent=1 fixed=1 margin=99999999999999999999",
	"margin=99999999999999999999 is not a number from 0 to 1440"},
    {"travel road-percent=1 road-percent=1 fixed=1 margin=1",
	"road-percent= stands twice"},
    {"travel road-percent=1 fixed=1 fixed=1 margin=1", "fixed= stands twice"},
    {"travel road-percent=1 fixed=1 margin=1 margin=1", "margin= stands twice"},
    {"travel road-percent=1 fixed=1 margin=1 matrix=a matrix=a",
	"matrix= stands twice"},
    {"rules", "rules needs off="},
    {"rules off=x", "off=x is not a number from 0 to 4294967295"},
    {"rules off=4294967296", "off=4294967296 is not a number from 0"},
    {"rules off=1 off=1", "off= stands twice"},
    {"rules off", "off has no ="},
    {"rules on=1", "rules has no key on"},
    {"rules off=\"1", "off=: expected a closing quote"},
    {"scope", "one territory=, programme= or site= is expected"},
    {"scope territory=" ID("1") " site=" ID("3"), "one territory="},
    {"scope territory=" NOBODY,
	"territory=" NOBODY " is not the id of a line before"},
    {"scope programme=" NOBODY,
	"programme=" NOBODY " is not the id of a line before"},
    {"scope site=" NOBODY, "site=" NOBODY " is not the id of a line before"},
    {"scope site=" ID("1"), "site=" ID("1") " is not the id of a line before"},
    {"scope site=x", "site=x is not the id of a line before"},
    {"covers", "one territory=, programme= or site= is expected"},
    {"covers site=" NOBODY, "site=" NOBODY " is not the id of a line before"},
    {"scope site=" ID("3") " site=" ID("3"), "site= stands twice"},
    {"variant", "variant needs name="},
    {"variant name=loose", "name=loose is not fill or free"},
    {"variant name=fill name=fill", "name= stands twice"},
    {"variant name=free frozen=soon", "frozen=soon is not a day YYYY-MM-DD"},
    {"variant name=free frozen=2026-12-01 frozen=2026-12-01",
	"frozen= stands twice"},
    {AT "part=M activity=MT", "lock needs state="},
    {AT "part=M state=keep", "lock needs activity="},
    {AT "activity=MT state=keep", "lock needs part="},
    {"lock site=" ID("3") " day=2026-12-02 part=M activity=MT state=keep",
	"lock needs physician="},
    {"lock physician=" ID("4") " day=2026-12-02 part=M activity=MT state=keep",
	"lock needs site="},
    {"lock physician=" ID("4") " site=" ID("3") " part=M activity=MT "
						"state=keep",
	"lock needs day="},
    {AT "part=M activity=MT state=stay", "state=stay is not keep or forbid"},
    {AT "part=M activity=XX state=keep", "activity=XX is no activity"},
    {AT "part=X activity=MT state=keep", "part=X is not one of M A E S N"},
    {AT "part=M part=M activity=MT state=keep", "part= stands twice"},
    {AT "part=M activity=MT state=keep day=2026-12-02", "day= stands twice"},
    {AT "part=M activity=MT activity=MT state=keep", "activity= stands twice"},
    {AT "part=M activity=MT state=keep state=keep", "state= stands twice"},
    {AT "part=M activity=MT state=keep site=" ID("3"), "site= stands twice"},
    {AT "part=M activity=MT state=keep physician=" ID("4"),
	"physician= stands twice"},
    {"lock physician=" ID("4") " site=" ID("3") " day=2026-02-30 part=M "
						"activity=MT state=keep",
	"day=2026-02-30 is not a day YYYY-MM-DD"},
    {"lock physician=" ID("3") " site=" ID("3") " day=2026-12-02 part=M "
						"activity=MT state=keep",
	"physician=" ID("3") " is not the id of a line before"},
    {"lock physician=" ID("4") " site=" ID("4") " day=2026-12-02 part=M "
						"activity=MT state=keep",
	"site=" ID("4") " is not the id of a line before"},
    {"lock physician=" ID("4") " site=" ID("3") " day=2026-12-01 part=M "
						"activity=MT state=keep",
	"stands already in line 8: lock"},
    {"site id=" ID("3") " rev=2 name=S tz=Europe/Paris",
	"its id stands already in line 5"},
    {"need id=x", "id=x is no id"},
    {"site rev=1 tz=Europe/Paris", "id= or rev= is not there"},
    {"site id=" ID("9") " tz=Europe/Paris", "id= or rev= is not there"},
    {"site id=" ID("9") " rev=0 tz=Europe/Paris", "rev=0 is not in its range"},
    {"site id=" ID("9") " rev=1", "tz= is not there"},
    {"site id=" ID("9") " rev=1 rev=1", "rev= stands twice"},
    {"site id=" ID("9") " id=" ID("8"), "id= stands twice"},
    {"site id=" ID("9") " rev", "rev= has no value"},
    {"site id=" ID("9") " rev=1 name=\"x", "name=: expected a closing quote"},
    {"site id=" ID("9") " rev=1 door=1", "door=1 is no column of this kind"},
    {"site id=" ID("9") " rev=1 tz=Mars/Olympus",
	"tz=Mars/Olympus is no time zone"},
    {"site id=" ID("9") " rev=1 territory=" NOBODY,
	"territory=" NOBODY " was not there before"},
    {SLOT "site=" ID("3"), "day= length= count= physician= or site= is not"},
    {SLOT "physician=" ID("4"), "day= length= count= physician= or site="},
    {SLOT "site=" ID("3") " physician=" NOBODY,
	"physician=" NOBODY " was not there before"},
    {SLOT "site=" ID("3") " physician=" ID("4") " count=1",
	"count= stands twice"},
    {SLOT "site=" ID("3") " physician=" ID("4") " room=251",
	"room=251 is not in its range"},
    {SLOT "site=" ID("3") " physician=" ID("4") " remote=7",
	"remote=7 is no multiple of five"},
    {SLOT "site=" ID("3") " physician=" ID("4") " agreed=perhaps",
	"agreed=perhaps is not what it may be"},
    {SLOT "site=" ID("3") " physician=" ID("4") " door=1",
	"door=1 is nothing of an assignment"},
    {"cut", "day= is not there"},
    {"cut day=2026-13-01", "day=2026-13-01 is no day YYYY-MM-DD"},
    {"cut day=2026-12-01 physician=" NOBODY,
	"physician=" NOBODY " was not there before"},
    {"cut day=2026-12-01 day=2026-12-01", "day= stands twice"},
    {"cut week=1", "week=1 is nothing of a cut"},
    {"older cells=1.0.0.1", "cells=1.0.0.1 is of nobody"},
    {"older physician=" ID("4") " cells=1.0.0", "is not made of cells"},
    {"older physician=" ID("4") " cells=1.0.0.99999999999",
	"is not made of cells"},
    {"older site=" NOBODY, "site=" NOBODY " was not there before"},
    {"older door=1", "door=1 is nothing of older time"},
    {"need \001", "byte 6 is no text"},
};

static void
expect(const char *text, unsigned number, const char *why)
{
	struct instance in;
	struct error error = {""};
	char begin[32];

	ck_assert(!instance_read(&in, span_of(text), &error));
	snprintf(begin, sizeof(begin), "line %u: ", number);
	ck_assert_msg(strncmp(error.text, begin, strlen(begin)) == 0 &&
		strstr(error.text + strlen(begin), why) != NULL,
	    "%s\"%s\", not \"%s\"", begin, why, error.text);
	instance_fini(&in);
}

START_TEST(wrong_lines_are_refused)
{
	char text[4096];

	snprintf(text, sizeof(text), "%s%s\n", before, wrong[_i].line);
	expect(text, 9, wrong[_i].why);
	/* The end of a line is no matter, nor that there is none. */
	snprintf(text, sizeof(text), "%s%s", before, wrong[_i].line);
	expect(text, 9, wrong[_i].why);
	snprintf(text, sizeof(text), "%s%s\r\n", before, wrong[_i].line);
	expect(text, 9, wrong[_i].why);
}
END_TEST

/* What is wrong with what stands there once. */
static const struct {
	const char *line, *why;
} twice[] = {
    {"rules off=1", "stands already in line 9: rules"},
    {"variant name=free", "stands already in line 9: variant"},
    {"scope site=" ID("3"), "stands already in line 9: scope"},
    {"covers site=" ID("3"), "stands already in line 9: covers"},
    {AT "part=M activity=MT state=forbid", "stands already in line 9: lock"},
    {SLOT "site=" ID("3") " physician=" ID("4"),
	"its id stands already in line 9"},
};

START_TEST(lines_stand_once)
{
	char text[4096];

	snprintf(text, sizeof(text), "%s%s\n%s\n", before, twice[_i].line,
	    twice[_i].line);
	expect(text, 10, twice[_i].why);
}
END_TEST

static const struct {
	const char *line, *why;
} heads[] = {
    {"instance facts=yes from=2026-11-30 to=2026-12-06 now=1 "
     "full-from=2026-10-01",
	"instance needs version="},
    {"instance version=1 facts=yes to=2026-12-06 now=1 full-from=2026-10-01",
	"instance needs from="},
    {"instance version=1 facts=yes from=2026-11-30 now=1 "
     "full-from=2026-10-01",
	"instance needs to="},
    {"instance version=1 facts=yes from=2026-11-30 to=2026-12-06 "
     "full-from=2026-10-01",
	"instance needs now="},
    {"instance version=1 facts=yes from=2026-11-30 to=2026-12-06 now=1",
	"instance needs full-from="},
    {HEAD " version=1", "version= stands twice"},
    {HEAD " facts=yes", "facts= stands twice"},
    {HEAD " from=2026-11-30", "from= stands twice"},
    {HEAD " to=2026-11-30", "to= stands twice"},
    {HEAD " now=1", "now= stands twice"},
    {HEAD " full-from=2026-11-30", "full-from= stands twice"},
    {HEAD " weeks=1", "instance has no key weeks"},
    {"instance version=2 facts=yes from=2026-11-30 to=2026-12-06 now=1 "
     "full-from=2026-10-01",
	"version=2 is not a number from 1 to 1"},
    {"instance version=1 facts=yes from=2026-11-30 to=2026-11-01 now=1 "
     "full-from=2026-10-01",
	"to=2026-11-01 is before from=, or too far from it"},
    {"instance version=1 facts=yes from=2026-11-30 to=2999-12-31 now=1 "
     "full-from=2026-10-01",
	"to=2999-12-31 is before from=, or too far from it"},
    {"instance version=1 facts=yes from=today to=2999-12-31 now=1 "
     "full-from=2026-10-01",
	"from=today is not a day YYYY-MM-DD"},
    {"instance version=1 facts=yes from=2026-11-30 to=2026-12-06 now=-1 "
     "full-from=2026-10-01",
	"now=-1 is not a number from 0 to"},
    {"instance version=1 facts=yes from=2026-11-30 to=2026-12-06 now=1 "
     "full-from=3000-01-01",
	"full-from=3000-01-01 is not a day"},
    {"instance version=1 facts=no from=2026-11-30 to=2026-12-06",
	"instance has no key facts"},
};

START_TEST(wrong_heads_are_refused)
{
	char text[1024];

	snprintf(text, sizeof(text), "\n%s\n", heads[_i].line);
	expect(text, 2, heads[_i].why);
}
END_TEST

/* Of everything one, and then the whole is read. */
START_TEST(good_lines_are_read)
{
	char text[4096];
	struct instance in;
	struct error error = {""};

	snprintf(text, sizeof(text),
	    "%s"
	    "rules off=1\r\nvariant name=free frozen=2026-12-02\nscope "
	    "site=" ID("3") "\n"
			    "older physician=" ID(
				"4") " cells=1.0.0.1\ncut day=2026-01-01\n" SLOT
				     "site=" ID("3") " physician=" ID("4"),
	    before);
	ck_assert_msg(
	    instance_read(&in, span_of(text), &error), "%s", error.text);
	ck_assert_ptr_nonnull(in.reduction);
	instance_fini(&in);
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("facts_lines");

	tcase_add_loop_test(
	    all, wrong_lines_are_refused, 0, (int)ARRAY_SIZE(wrong));
	tcase_add_loop_test(all, lines_stand_once, 0, (int)ARRAY_SIZE(twice));
	tcase_add_loop_test(
	    all, wrong_heads_are_refused, 0, (int)ARRAY_SIZE(heads));
	tcase_add_test(all, good_lines_are_read);
	return planner_main("facts_lines", all);
}
