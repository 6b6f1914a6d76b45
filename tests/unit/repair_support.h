/* SPDX-License-Identifier: ISC */
/*
 * repair_support: a random small town with a published plan, and a planner that
 * stays, whose every answer is judged: it keeps every rule and costs what it
 * says, by the independent checker; the bound lies below; what may not move
 * does not; nobody who could take a half-day that is left vacant would make the
 * plan cheaper.
 */
#ifndef TESTS_REPAIR_SUPPORT_H
#define TESTS_REPAIR_SUPPORT_H

#include "daemon/planner/serve/serve_private.h"
#include "tests/unit/planner_support.h"

enum { OFFICE_LINES_MAX = 4096, OFFICE_RANKS_MAX = 8192 };

/* A published plan, and the last question and answer. */
struct office {
	struct town town;
	struct served *served;
	char *published;  /* owned; the text of the plan */
	struct plan plan; /* as published */
	struct repair_ask ask;
	bool *site; /* owned; for ask.site */
	struct repair_line line[OFFICE_LINES_MAX];
	struct repair_answer last;
	struct repair_rank rank[OFFICE_RANKS_MAX];
	size_t ranks;
	int answers;
	/* What dropping costs of half-days that went before the question. */
	int64_t gone;
};

void office_open(struct office *office, int number);
void office_close(struct office *office);
/* About all of a week; nobody yet. */
void office_question(struct office *office, int number);
/* Of a site: it closes. */
void office_name_site(struct office *office, int32_t site);
enum repair_end office_ask(struct office *office);
/* The same question twice has one answer, and nothing is left of it; whether
 * anything was hit. */
bool office_ask_twice(struct office *office);
/* Whether the lock of an instance is in the question: of a physician, or of
 * a site (the other is NAMES_NONE). */
bool office_has_lock(
    const struct office *office, int32_t physician, int32_t site);

#endif
