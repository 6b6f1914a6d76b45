/* SPDX-License-Identifier: ISC */
/*
 * region_kit: a small region, made at random, for the planner itself; all rules
 * are judged.  It is the town of proposal_kit, which ends it.
 */
#ifndef TESTS_INTEGRATION_REGION_KIT_H
#define TESTS_INTEGRATION_REGION_KIT_H

#include "tests/integration/proposal_kit.h"

enum { REGION_SITES = 5, REGION_PEOPLE = 6, REGION_DAYS = 13 };

/* Settings of a daemon that has the planner and every rule. */
#define REGION_RULES "planner =\nrules-off =\n"

/* Territories T0 and T1, programme P, and needs from the first day on; seed 0:
 * one that is printed. */
void region_begin(uint64_t seed);

#endif
