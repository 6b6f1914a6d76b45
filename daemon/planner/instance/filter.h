/* SPDX-License-Identifier: ISC */
/*
 * filter: what alone decides whether a physician may take a half-day.  A rule
 * that looks at one half-day only is one more line of the table; the order is
 * that in which an explanation counts.
 */
#ifndef PLANNER_FILTER_H
#define PLANNER_FILTER_H

#include "daemon/planner/instance/instance.h"

struct filter {
	const char *word;
	bool (*allows)(const struct candidate *candidate);
};

extern const struct filter filters[];
extern const size_t filter_count;

/* The first filter that refuses, or filter_count. */
size_t filter_refusing(const struct candidate *candidate);

/* Points that going from one site to the other saves, a physician being so
 * many minutes from each; or APART. */
int32_t filter_saving(const struct instance *in, const struct reach *a,
    const struct reach *b, unsigned first);
/* Points saved beside what the physician is held at that day; false when that
 * is too far. */
bool filter_beside(const struct candidate *candidate, int32_t *saved);

#endif
