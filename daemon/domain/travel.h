/* SPDX-License-Identifier: ISC */
/*
 * travel: minutes between the places of two half-days.
 *
 * By default ceil(km x road_percent / 100) + fixed minutes, with the great
 * circle between their coordinates; a matrix, where given, replaces that for
 * the pairs of sites that it holds, where they stand at their own place: not
 * for the stops of mobile ones.  Places without coordinates in different
 * communes count as the fixed minutes only.  Two at one point, or in one
 * commune where both coordinates are equal, are one place: 0 minutes.
 */
#ifndef DOMAIN_TRAVEL_H
#define DOMAIN_TRAVEL_H

#include "daemon/base/compiler.h"
#include "daemon/base/error.h"
#include "daemon/domain/open.h"

struct travel_rule {
	unsigned road_percent;   /* 130: 1.3 minutes per great-circle km */
	unsigned fixed_minutes;  /* 10 */
	unsigned margin_minutes; /* 15: beyond travel, before the next start */
};

struct travel;

/* matrix: path of a CSV file "from,to,minutes" of site handles (FINESS), both
 * directions given once each; NULL or "": none.  NULL with *error on a bad
 * file. */
struct travel *travel_new(const struct travel_rule *rule, const char *matrix,
    struct error *error) MUST_CHECK;
void travel_free(struct travel *travel);
unsigned travel_minutes(
    const struct travel *travel, const struct place *a, const struct place *b);
/* Of so many metres as the crow flies; 0 metres: 0. */
unsigned travel_over(const struct travel *travel, double metres);
unsigned travel_margin(const struct travel *travel);
/* Whether who leaves the one at an instant may begin at the other at a later
 * one: it is the same place, or there is time for the way and the margin. */
bool travel_fits(const struct travel *travel, const struct place *from,
    int64_t left, const struct place *to, int64_t due, unsigned *minutes);
/* Great circle, metres; coordinates in 1e-5 degrees. */
double travel_metres(
    int32_t lat_a, int32_t lon_a, int32_t lat_b, int32_t lon_b);

#endif
