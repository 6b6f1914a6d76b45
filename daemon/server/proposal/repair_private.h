/* SPDX-License-Identifier: ISC */
/*
 * repair_private: a request plan repair under way, for verb_plan_repair.c (what
 * is asked and what is told), repair_lines.c (what the planner says) and
 * repair_keep.c (what is made of it).
 */
#ifndef SERVER_REPAIR_PRIVATE_H
#define SERVER_REPAIR_PRIVATE_H

#include "daemon/server/proposal/adopt_lines.h"
#include "daemon/server/proposal/verb_plan.h"

enum {
	REPAIR_SCOPE_MAX = 16384,
	REPAIR_QUESTION_MAX = 768,
	REPAIR_LINES_MAX = 2000 /* of a proposal that is kept */
};

/* A half-day that the planner ranks replacements of. */
struct ranked {
	struct id site;
	int32_t day;
	enum part part;
};

struct repair {
	struct conn *conn;         /* held */
	struct id physician, site; /* nil: none */
	int32_t from, to;
	bool has_part; /* of one half-day */
	enum part part;
	enum activity activity; /* of one that is locked in */
	bool locks_in;
	struct span variant; /* only while the question is composed */
	bool vacant;         /* the planner says that something falls vacant */
	/* Half-days that fall vacant and that it does not plan. */
	size_t unplanned;
	bool keeps, adopts, publishes, dry;
	struct proposal_request request;
	struct id plan;
	/* The settled answer. */
	bool asked;            /* the planner has answered */
	bool settled, nothing; /* nothing: vacant, nor to be done */
	struct progress progress;
	struct adopt_lines lines;
	struct ranked *ranked; /* owned */
	size_t nranked, ranked_room;
	char scope[REPAIR_SCOPE_MAX];
	char question[REPAIR_QUESTION_MAX];
	char answer[128];
};

/* ----- verb_plan_repair.c ----- */

/* Asks the planner of the scope. */
void repair_ask(struct repair *repair);
/* The next half-day from *at on that falls vacant and that the account sees:
 * false when there is none.  *at is 0 at first. */
bool repair_vacated(
    const struct repair *repair, size_t *at, struct assignment *out);
/* What the planner answered is told, and nothing is to be kept: ends it. */
void repair_answer(struct repair *repair);
/* " unplanned=<n>" of an answer, if there are any; not where a site closes,
 * since nobody can come there. */
void repair_print_unplanned(const struct repair *repair, struct out *out);
/* The last thing of a request. */
void repair_end(struct repair *repair);
/* Refuses it, and ends it. */
void repair_refuse(struct repair *repair, enum status status);
/* Whether it may go on; it is refused and ended otherwise. */
bool repair_goes_on(struct repair *repair, enum status status) MUST_CHECK;

/* ----- repair_lines.c ----- */

/* A line of the answer of the planner, told as far as the account may hear it.
 * There is a book. */
void repair_take_line(struct repair *repair, struct span line);
/* Whether the settled answer takes the half-day away. */
bool repair_takes_away(const struct repair *repair, struct id slot);
/* ...or it ranks who could take it, or says why they cannot. */
bool repair_has_ranked(const struct repair *repair, const struct assignment *a);
/* A line that takes it away, unless there is one. */
void repair_cancel(struct repair *repair, const struct assignment *a);

/* ----- repair_keep.c ----- */

/* Begins a request that keeps its answer: it may have been done before. */
void repair_begin(struct repair *repair);
/* The answer is whole: keeps, adopts and publishes it as was asked, and ends
 * the request.  False when there is nothing to keep. */
bool repair_keep(struct repair *repair) MUST_CHECK;

#endif
