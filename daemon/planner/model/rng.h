/* SPDX-License-Identifier: ISC */
/*
 * rng: small streams of random numbers, one per (seed, phase, block), so that a
 * plan does not depend on which thread did what.
 */
#ifndef PLANNER_RNG_H
#define PLANNER_RNG_H

#include <stdint.h>

struct rng {
	uint64_t state;
};

static inline uint64_t
rng_mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static inline struct rng
rng_of(uint64_t seed, uint64_t phase, uint64_t block)
{
	return (struct rng){
	    rng_mix(seed ^ rng_mix(phase ^ rng_mix(block + 1)))};
}

static inline uint32_t
rng_next(struct rng *rng)
{
	rng->state = rng->state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((rng->state ^ rng->state >> 29) >> 16);
}

/* 0 .. below - 1; below > 0. */
static inline uint32_t
rng_below(struct rng *rng, uint32_t below)
{
	return (uint32_t)((uint64_t)rng_next(rng) * below >> 32);
}

/* In [0, 1). */
static inline double
rng_unit(struct rng *rng)
{
	return rng_next(rng) * 0x1p-32;
}

#endif
