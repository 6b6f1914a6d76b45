/* SPDX-License-Identifier: ISC */
/*
 * filter: what alone decides whether a physician may take a half-day.  A rule
 * that looks at one half-day only is one more line of the table; the order is
 * that in which an explanation counts.
 */
#ifndef PLANNER_FILTER_H
#define PLANNER_FILTER_H

#include "daemon/planner/instance.h"

/* A physician, his way to the site, and a need there; all lent. */
struct candidate {
	const struct instance *in;
	const struct reach *reach;
	const struct need *need;
};

struct filter {
	const char *word;
	bool (*allows)(const struct candidate *candidate);
};

extern const struct filter filters[];
extern const size_t filter_count;

/* The first filter that refuses, or filter_count. */
size_t filter_refusing(const struct candidate *candidate);

#endif
