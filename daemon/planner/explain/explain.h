/* SPDX-License-Identifier: ISC */
/*
 * explain: a plan in reasons: its cost item by item, why half-days stay open,
 * who else could take those that are filled, where more physicians would help,
 * and which locks do not go together.
 *
 * One pass over a finished plan, by all threads of the search, with the same
 * lines in the same order for any number of them; what it may cost is bounded
 * (EXPLAIN_* below), and it ends with the seconds of the search, or at a
 * signal: then lines are missing, and a line says so.
 */
#ifndef PLANNER_EXPLAIN_H
#define PLANNER_EXPLAIN_H

#include "daemon/planner/explain/ledger.h"
#include "daemon/planner/search/force.h"
#include "daemon/planner/search/search.h"

#include <stdio.h>

struct mates;
struct out;

enum {
	EXPLAIN_TRIES = 200000, /* forced weeks */
	EXPLAIN_OPEN = 100000,  /* lines of each kind */
	EXPLAIN_RUNNERS = 100000,
	EXPLAIN_FORCED = 8,  /* of a need that stays open */
	EXPLAIN_OTHERS = 3,  /* runners-up of a half-day */
	EXPLAIN_ADVICE = 20, /* of each kind */
	EXPLAIN_PART = 64,   /* of a rehearsal: one line in so many */
	RULES_MAX = 40       /* codes of rules that refuse */
};

/* Why physicians are not at a need: how many of them. */
struct reasons {
	int32_t count[REASON_COUNT];
	/* Of REASON_RULE, by the code of the rule. */
	struct {
		const char *code;
		int32_t count;
	} rule[RULES_MAX];
	int32_t rules;
};

struct explain {
	const struct search *search;
	const struct model *model;
	struct force force;
	uint64_t until_us; /* 0: no end */
	size_t step;       /* one line in so many; 1: all */
	/* Reaches by site: indices, and where those of a site begin. */
	int32_t *reach, *reach_first;
	struct mates *mates; /* NULL: no sector needs anything */
	/* Why the others have none, by site * 3 + reason; counted when asked;
	 * below 0 before. */
	int32_t *away;
	/* Those of the other threads: the force is their own, the rest is
	 * borrowed. */
	struct explain *hand;
	/* Seconds on lines: that the thread worked, and that went by. */
	double worked, shared;
};

void explain_make(struct explain *explain, const struct search *search);
void explain_free(struct explain *explain);

/* That of a thread of the search. */
struct explain *explain_hand(struct explain *explain, unsigned thread);

/* Of what a sector needs: the sector, its sites that are open to it, and who
 * could be at another of them; whether there is anybody. */
bool explain_near(struct out *out, const struct explain *explain, int32_t need);

/* All of it, as lines of a plan; whether they could be written. */
bool explain_write(FILE *file, const struct search *search);
/* How many seconds that takes all threads, by a part of it, which goes to the
 * file. */
double explain_rehearse(FILE *file, const struct search *search);
/* Whether time or a signal ends it. */
bool explain_over(const struct explain *explain);

/*
 * The first reason by which a physician with a way to the need's site does not
 * take one of it, in the plan as it is; *code, unless NULL, is the rule's if it
 * is REASON_RULE.
 */
enum reason explain_reason(struct explain *explain, const struct reach *reach,
    int32_t need, const char **code);
/* Of all physicians. */
void explain_reasons(
    struct explain *explain, int32_t need, struct reasons *reasons);
/* Those without a way to a site are counted once: whether that is to be done
 * still, and nobody was told so yet; and does it. */
bool explain_ask_absent(struct explain *explain, int32_t site);
void explain_absent(struct explain *explain, int32_t site);

/* A physician who is made to take a half-day, and what that costs. */
struct taker {
	int32_t option;
	int64_t cost;
};
/*
 * The best `most` of those who could take one of the need, `but` not counted,
 * by what it costs to make them; at most `tries` are tried.  They are sorted by
 * cost; how many there are.
 */
int32_t explain_takers(struct explain *explain, int32_t need, int32_t but,
    int32_t tries, struct taker *takers, int32_t most);

/* ----- lines ----- */

void explain_need(
    struct out *out, const struct instance *in, const struct need *need);
void explain_print(FILE *file, const struct out *out);
/* Of so many lines of a kind only some were told. */
void explain_cut(FILE *file, const char *kind, size_t lines, size_t told);

/* Lines of one kind: which numbers below `numbers` have one, and who writes it,
 * false when there is nothing to tell. */
struct lines {
	bool (*has)(const struct explain *explain, size_t number);
	bool (*write)(struct out *out, struct explain *explain, int32_t number,
	    int32_t tries);
	size_t numbers, most; /* numbers; lines */
	int32_t tries;
	bool needs; /* numbers are needs, and their reasons are told */
};
/* How many there are; and writes them, by all threads: how many were told. */
size_t explain_count(const struct explain *explain, const struct lines *lines);
size_t explain_lines(
    FILE *file, struct explain *explain, const struct lines *lines);
void explain_open(FILE *file, struct explain *explain);
void explain_runners(FILE *file, struct explain *explain);
/* Physicians at the most of their contracts; and all other advice. */
void explain_contracts(FILE *file, const struct explain *explain);
void explain_advice(FILE *file, const struct explain *explain);
void explain_locks(FILE *file, const struct model *model);

#endif
