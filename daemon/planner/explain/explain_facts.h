/* SPDX-License-Identifier: ISC */
/*
 * explain_facts: what only the facts behind an instance can tell, in the
 * numbers of the instance.
 */
#ifndef PLANNER_EXPLAIN_FACTS_H
#define PLANNER_EXPLAIN_FACTS_H

#include "daemon/domain/reason.h"

#include <stdint.h>

struct reduction;

/* A physician and a half-day, by the numbers of the instance. */
struct query {
	int32_t physician, site, half, activity;
};

/* By which zone a half-day of the site counts. */
enum item explain_zone(
    const struct reduction *reduction, int32_t site, int32_t half);
/* Why a physician has no way to the site. */
enum reason explain_away(
    const struct reduction *reduction, int32_t physician, int32_t site);
/* The rule that keeps him from the need: its code, or "rule". */
const char *explain_rule(
    const struct reduction *reduction, const struct query *query);
/* The territory of a site, by a number from 0, or -1; and its code. */
int32_t explain_territory(const struct reduction *reduction, int32_t site);
const char *explain_territory_code(
    const struct reduction *reduction, int32_t territory);

#endif
