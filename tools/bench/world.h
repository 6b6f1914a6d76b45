/* SPDX-License-Identifier: ISC */
/*
 * world: the generated plan that `seed` stores and every other command expects.
 *
 * All of it is computed from a few numbers, so that no command needs to ask
 * for it: physicians and sites are numbered from 0.  A site has 24 neighbours
 * (its block), a short drive apart; a physician is each day at another site of
 * one block, where nobody else has the same room.  Both half-days of a day are
 * at one site.
 */
#ifndef BENCH_WORLD_H
#define BENCH_WORLD_H

#include "proto/id.h"

enum {
	WORLD_RPPS_SIZE = 12, /* with the NUL */
	WORLD_FINESS_SIZE = 10,
	WORLD_COMMUNE_SIZE = 6,
	WORLD_BLOCK = 25,
	WORLD_WEEKDAYS = 5, /* sites open from Monday to Friday */
	WORLD_PARTS = 2,    /* M and A */
	WORLD_HALF_DAYS = WORLD_WEEKDAYS * WORLD_PARTS, /* of a week */
	WORLD_SITES_MAX = 900000,
	WORLD_PHYSICIANS_MAX = 900000
};

struct world {
	unsigned physicians, sites;
	unsigned weeks;    /* planned, from `first` on */
	unsigned per_week; /* half-days of one physician in one week */
	unsigned history;  /* weeks before `first` */
	int32_t first;     /* a Monday, kept in full by a daemon */
};

/* First Monday of the time that a daemon started today keeps in full. */
int32_t world_first_day(void);
/* First Monday after the planned weeks. */
int32_t world_end(const struct world *world);

/* National numbers with right keys. */
void world_rpps(unsigned physician, char text[WORLD_RPPS_SIZE]);
void world_finess(unsigned site, char text[WORLD_FINESS_SIZE]);
/* n from 0: INSEE codes, all different up to 94,905. */
void world_commune(unsigned n, char text[WORLD_COMMUNE_SIZE]);
/* 1e-5 degrees, somewhere in France. */
void world_place(unsigned site, int32_t *lat, int32_t *lon);

/* Where a physician is on a day, and in which room (from 1). */
unsigned world_site(const struct world *world, unsigned physician, int32_t day);
unsigned world_room(const struct world *world, unsigned physician);
/* Rooms that every site needs. */
unsigned world_rooms(const struct world *world);

/* Numbers that look random and are the same each time: a step changes *state.
 */
uint64_t random_step(uint64_t *state);
unsigned random_below(uint64_t *state, unsigned limit); /* limit > 0 */
struct id random_id(uint64_t *state); /* as of UUID version 4 */
/* A state drawn from numbers. */
uint64_t random_state(uint64_t a, uint64_t b, uint64_t c);

#endif
