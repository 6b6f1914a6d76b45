/* SPDX-License-Identifier: ISC */
/*
 * reply: the best answer of one physician to a plan: some weeks of his anew,
 * all others staying as they are, or giving way for what a half-day is worth at
 * prices.
 *
 * Exact for the rules of a week, the number of half-days and their minima; what
 * else there is (shares, fairness) enters by prices, so whoever takes the
 * answer has to judge it.
 */
#ifndef PLANNER_REPLY_H
#define PLANNER_REPLY_H

#include "daemon/planner/bound/prices.h"
#include "daemon/planner/model/board.h"
#include "daemon/planner/search/quick.h"

/* Prices in whole points. */
struct tariff {
	int32_t *slot;
	int32_t *share;    /* of its heaviest half-day */
	int32_t *heaviest; /* weight */
};

void tariff_make(struct tariff *tariff, const struct model *model,
    const struct prices *prices);
void tariff_free(struct tariff *tariff);

enum { THETA_ONE = 256 };

/* How an answer values half-days. */
struct taste {
	/* A free half-day is worth its price rather than what the plan gains by
	 * it: by so much of THETA_ONE. */
	int32_t theta;
	/* A taken one is worth its price less this; -1: it stays taken. */
	int32_t eject;
	int32_t noise; /* points, at random */
	/* What is left of the price of a site's share: of THETA_ONE. */
	int32_t share;
};

/* The physician, and which weeks of his. */
struct question {
	int32_t physician;
	const int32_t *week; /* lent */
	int32_t weeks;
};

/* Room for answers of one thread. */
struct reply {
	const struct model *model;
	const struct tariff *tariff; /* lent */
	/* By week of the question; the options of one week from each. */
	struct quick *quick;
	struct quick_ask *ask;
	int32_t *value, *twice;
	/* By weeks answered and half-days in them: the least value. */
	int32_t *total, *top; /* top: the most half-days */
	int32_t totals;
	/* The answer: options, in any order; and those of them that were
	 * frozen. */
	int32_t *option, *stay;
	int32_t options;
	bool trimmed; /* something was taken out of it again */
};

void reply_make(struct reply *reply, const struct model *model,
    const struct tariff *tariff);
void reply_free(struct reply *reply);

/* The physician has nothing in those weeks but what is frozen; that is part of
 * the answer.  Draws from the random numbers of the desk. */
void reply_find(struct reply *reply, struct desk *desk,
    const struct question *question, const struct taste *taste);

#endif
