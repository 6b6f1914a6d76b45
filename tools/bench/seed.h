/* SPDX-License-Identifier: ISC */
/*
 * seed: the rows of a world, printed for COPY in text form.
 *
 * The same numbers give the same rows, ids too.  Nothing overlaps and nothing
 * lies outside opening hours, so the constraints of the schema hold and a
 * daemon finds a plan that its rules would have accepted.
 */
#ifndef BENCH_SEED_H
#define BENCH_SEED_H

#include "proto/out.h"
#include "tools/bench/world.h"

enum {
	SEED_DURING_MAX = 64, /* bytes of a range as text */
	SEED_NEEDS_MAX = 4,   /* MT SNP CA VAD, of one physician each */
	SEED_WEEK_MAX = 7
};

/* The clock interval of each day and part, as the database wrote it. */
struct seed_hours {
	int32_t first; /* day of the first row; two rows a day, M and A */
	unsigned days;
	char (*during)[SEED_DURING_MAX]; /* owned */
};

struct seed {
	struct world world;
	unsigned zones; /* communes with a zoning fact */
	unsigned needs; /* needs of each site: SEED_NEEDS_MAX at most */
	/* Sites at which each physician may work; with any, all offer every
	 * half-day and do SEED_WEEK_MAX in a week at most. */
	unsigned authorised;
	int32_t today;
	struct seed_hours hours;
	/* Half-days of each site and day from world.first on: [day][site] of
	 * working days, counted while assignments are printed.  Owned. */
	uint16_t *site_days;
	uint64_t assignments;
};

/* One row each, n from 0. */
void seed_territory(const struct seed *seed, unsigned n, struct out *out);
void seed_structure(const struct seed *seed, unsigned n, struct out *out);
void seed_site(const struct seed *seed, unsigned n, struct out *out);
void seed_physician(const struct seed *seed, unsigned n, struct out *out);
void seed_zone(const struct seed *seed, unsigned n, struct out *out);
void seed_need(const struct seed *seed, unsigned n, struct out *out);
/* n: of all physicians and each one's sites, physicians in the outer loop. */
void seed_authorisation(const struct seed *seed, unsigned n, struct out *out);
void seed_availability(const struct seed *seed, unsigned n, struct out *out);
void seed_quota(const struct seed *seed, unsigned n, struct out *out);
unsigned seed_territories(const struct seed *seed);
unsigned seed_structures(const struct seed *seed);

/* The half-days of one physician in one week, numbered from the first week of
 * history on: per_week rows. */
void seed_week(
    struct seed *seed, unsigned physician, unsigned week, struct out *out);

/* Guards as the writes of all this would have left them: physicians; sites,
 * only read so far; sites and days, after the assignments.  False: none. */
void seed_guard_physician(const struct seed *seed, unsigned n, struct out *out);
void seed_guard_site(const struct seed *seed, unsigned n, struct out *out);
bool seed_guard_day(
    const struct seed *seed, unsigned day, unsigned site, struct out *out);

#endif
