/* SPDX-License-Identifier: ISC */
/*
 * serve_kit: the planner that stays, as a program, with the facts of a small
 * town.
 *
 * The week is that of Monday 2096-01-02, in winter time.  Ann has three
 * mornings near by; Monday morning farther off is open.
 */
#ifndef TESTS_SERVE_KIT_H
#define TESTS_SERVE_KIT_H

#include "daemon/base/compiler.h"

#include <check.h>
#include <stdio.h>
#include <sys/types.h>

enum { SERVE_ANSWER_MAX = 65536, SERVE_DEADLINE_MS = 20000 };

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

#define ANN_LEAVES                                                             \
	MONDAY("2", ANN, "cancelled")                                          \
	TUESDAY("2", ANN, "cancelled") WEDNESDAY("2", ANN, "cancelled")
#define ANN_IS_ILL                                                             \
	"absence id=" ID("71") " rev=1 state=active source=real parts=MAESN "  \
			       "physician=" ANN WEEK "\n"

struct program {
	pid_t pid;
	FILE *to, *from;
	char name[32];
	char text[SERVE_ANSWER_MAX]; /* of the last question */
};

extern struct program program;

/* The facts, in an owned text. */
char *all_facts(void) MUST_CHECK;
/* Begins with such a text, or with that. */
void start(const char *text);
void start_town(void);
/* At the end of its input it ends well. */
void stop(void);
/* Lines for it, each with its end. */
void say(const char *lines);
/* Its lines to one with the word, in program.text too; "error" ends them as
 * well. */
const char *hear_until(const char *word);
/* A question, and its lines to "done". */
const char *ask(const char *question);

/* How often a text stands behind the line "settled". */
int settled(const char *answer, const char *text);
void has(const char *answer, const char *text);

#endif
