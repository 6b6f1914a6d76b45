/* SPDX-License-Identifier: ISC */
/*
 * reduce_support: the small country of a test about reductions, empty in the
 * week of Monday 2026-11-30.
 */
#ifndef TESTS_REDUCE_SUPPORT_H
#define TESTS_REDUCE_SUPPORT_H

#include "tests/unit/country_support.h"

#define HOURS "mon-sun M 09:00-12:00 A 14:00-18:00 S 20:00-24:00"

enum { LAT = 4560000, LON = 20000, NEARBY = 5000 /* some 5 km */ };

extern struct country country;

void country_set_up(void);
void country_tear_down(void);
/* One site and one physician who may work there at any time. */
void one_of_each(void);
/* One physician more, who may work at the first so many sites in the pattern.
 * Returns the index. */
int32_t country_worker(int32_t lat, int32_t sites, const char *pattern);

/* In the facts: a lock, whose rest begins with its day; a scope of the first
 * one of a kind. */
void country_lock(int32_t physician, int32_t site, const char *rest);
void country_scope(const char *key, enum kind kind);
/* A published morning, the nth half-day. */
void country_was_at(
    unsigned n, int32_t physician, int32_t site, const char *day);

#endif
