/* SPDX-License-Identifier: ISC */
/*
 * adopt_lines: lines of a proposal as half-days, and what the rules say of
 * them.
 */
#ifndef SERVER_ADOPT_LINES_H
#define SERVER_ADOPT_LINES_H

#include "daemon/server/change/plan.h"
#include "daemon/store/proposal.h"

/* One line on its way into the plan. */
struct adopt_line {
	uint32_t number; /* 0: not stored yet */
	bool cancels;
	struct id slot, physician, site;
	int32_t day;
	enum part part;
	enum activity activity;
	char programme[PROTO_WORD_MAX + 1];
	uint8_t unscheduled, remote; /* portions, in units */
	enum agreement agreed;
	/* What becomes of it: ADOPTED, REFUSED. */
	enum line_state state;
	bool announced;          /* what it makes is published at once */
	bool was;                /* it was so already */
	bool barred;             /* it stays refused, see adopt_lines_bar() */
	enum status status;      /* of one refused */
	char *words[LANG_COUNT]; /* owned; why it was refused */
};

struct adopt_lines {
	struct adopt_line *at; /* owned */
	size_t count, capacity;
	const char *reason; /* static, for the history; NULL: PLAN */
	/* After adopt_lines_sift(): whether a rule refused the last one. */
	bool has_finding;
	struct finding finding;
};

/* Copies. */
void adopt_lines_add(
    struct adopt_lines *lines, const struct proposal_line *line);
void adopt_lines_fini(struct adopt_lines *lines);

/* The line as the store has it; borrows from it. */
struct proposal_line adopt_line_row(const struct adopt_line *line);

/* In the order in which they are judged: what is taken away, what is no
 * unscheduled care, the rest - of which the share may be too high only in
 * between. */
void adopt_lines_order(struct adopt_lines *lines);

/*
 * Takes it that all lines may be adopted, which the verdict on the unit will
 * tell; false when one of them cannot even be made a half-day.
 */
bool adopt_lines_take(struct plan *plan, struct adopt_lines *lines) MUST_CHECK;
/*
 * Finds out which lines may be adopted by the plan's session now: sets state,
 * status and words of each.  A half-day that would be taken away for one that
 * is refused stays, and what would stand in the place of one that stays is
 * refused like it.  Where the rules refuse some of it, a line may only stand
 * on those before it.
 */
void adopt_lines_sift(struct plan *plan, struct adopt_lines *lines);
/* What is found of those that may and does not refuse them.  last_first: what
 * the last line shares with others is found of the last one; else as a write
 * finds it. */
void adopt_lines_warn(struct plan *plan, struct adopt_lines *lines,
    struct warnings *warnings, bool last_first);
/* Refuses the line of the finding for good; false when it is of none. */
bool adopt_lines_bar(struct adopt_lines *lines, const struct book *book,
    const struct finding *finding);
/* Puts those that may into the plan's unit. */
void adopt_lines_put(struct plan *plan, const struct adopt_lines *lines);

#endif
