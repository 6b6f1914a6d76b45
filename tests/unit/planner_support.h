/* SPDX-License-Identifier: ISC */
/*
 * planner_support: random small instances for the tests of the planner, made as
 * text and read by the planner's own reader.
 */
#ifndef TESTS_PLANNER_SUPPORT_H
#define TESTS_PLANNER_SUPPORT_H

#include "daemon/planner/check/check.h"
#include "daemon/planner/read/instance_read.h"
#include "daemon/planner/search/search.h"

#include <check.h>

enum { TOWN_TEXT_MAX = 262144 };

/* How large, and which rules beyond those of the benchmark. */
struct town_plan {
	uint64_t seed;
	uint32_t physicians, sites, weeks;
	uint32_t crowd; /* in 8: how often a need or a free part is there */
	bool wide;      /* all parts and days, rest across weeks, A-E pairs */
	bool law;       /* programmes, caps, shares, held half-days, locks */
};

struct town {
	char *text; /* owned */
	struct instance in;
	struct model model;
};

void town_make(struct town *town, const struct town_plan *plan);
void town_free(struct town *town);

/* A finished search with so many phases; search_free. */
void town_search(const struct town *town, struct search *search,
    unsigned threads, int32_t phases);
/* The plan file of a search; owned. */
char *town_plan_text(const struct search *search);

int planner_main(const char *name, TCase *tcase);

#endif
