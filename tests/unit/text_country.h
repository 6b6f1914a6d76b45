/* SPDX-License-Identifier: ISC */
/*
 * text_country: a random country as a reduction, for tests that speak the words
 * of the planner and not those of the domain.
 */
#ifndef TESTS_TEXT_COUNTRY_H
#define TESTS_TEXT_COUNTRY_H

#include "daemon/planner/reduce/reduce.h"

struct reduction *text_country(uint64_t seed, bool may_move);

#endif
