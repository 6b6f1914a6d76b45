/* SPDX-License-Identifier: ISC */
/* world: see world.h. */
#include "tools/bench/world.h"

#include "daemon/base/clock.h"
#include "daemon/domain/book.h"
#include "daemon/domain/calendar.h"

#include <math.h>
#include <stdio.h>

enum {
	DAYS_OF_WEEK = 7,
	DEPARTEMENTS = 95,
	COMMUNES = 999,  /* of one departement */
	BLOCK_SIDE = 5,  /* sites of a block stand in a square */
	LAT_STEP = 5000, /* between neighbours, 1e-5 degrees */
	LON_STEP = 7000,
	LAT_LOW = 4300000, /* the box that blocks are spread over */
	LAT_SPAN = 650000,
	LON_LOW = -100000,
	LON_SPAN = 750000
};

int32_t
world_first_day(void)
{
	int32_t today = (int32_t)(clock_real_us() / 1000000 / SECONDS_PER_DAY);
	int32_t first = book_first_day(today);
	int32_t monday = day_week(first);

	return monday < first ? monday + DAYS_OF_WEEK : monday;
}

int32_t
world_end(const struct world *world)
{
	return world->first + (int32_t)(world->weeks * DAYS_OF_WEEK);
}

/* Sets the last of len digits to Luhn's key. */
static void
set_key(char *digits, size_t len)
{
	unsigned sum = 0;

	for (size_t i = 1; i < len; i++) {
		unsigned digit = (unsigned)(digits[len - 1 - i] - '0');

		if (i % 2 == 1)
			digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	digits[len - 1] = (char)('0' + (10 - sum % 10) % 10);
}

void
world_rpps(unsigned physician, char text[WORLD_RPPS_SIZE])
{
	snprintf(text, WORLD_RPPS_SIZE, "10%08u0", physician % 100000000);
	set_key(text, WORLD_RPPS_SIZE - 1);
}

void
world_finess(unsigned site, char text[WORLD_FINESS_SIZE])
{
	snprintf(text, WORLD_FINESS_SIZE, "%02u%06u0",
	    1 + site / WORLD_BLOCK % DEPARTEMENTS, site % 1000000);
	set_key(text, WORLD_FINESS_SIZE - 1);
}

void
world_commune(unsigned n, char text[WORLD_COMMUNE_SIZE])
{
	snprintf(text, WORLD_COMMUNE_SIZE, "%02u%03u", 1 + n % DEPARTEMENTS,
	    1 + n / DEPARTEMENTS % COMMUNES);
}

void
world_place(unsigned site, int32_t *lat, int32_t *lon)
{
	unsigned block = site / WORLD_BLOCK, within = site % WORLD_BLOCK;
	double whole;

	/* Multiples of an irrational number, modulo 1, spread evenly. */
	*lat =
	    LAT_LOW + (int32_t)(LAT_SPAN * modf(block * 0.7548776662, &whole));
	*lon =
	    LON_LOW + (int32_t)(LON_SPAN * modf(block * 0.5698402910, &whole));
	*lat += (int32_t)(within % BLOCK_SIDE * LAT_STEP);
	*lon += (int32_t)(within / BLOCK_SIDE * LON_STEP);
}

unsigned
world_site(const struct world *world, unsigned physician, int32_t day)
{
	unsigned home = physician % world->sites;
	unsigned begin = home - home % WORLD_BLOCK;
	unsigned size = world->sites - begin < WORLD_BLOCK
	    ? world->sites - begin
	    : WORLD_BLOCK;

	return begin + (home - begin + (unsigned)day) % size;
}

unsigned
world_room(const struct world *world, unsigned physician)
{
	return 1 + physician / world->sites;
}

unsigned
world_rooms(const struct world *world)
{
	return (world->physicians + world->sites - 1) / world->sites;
}

/* splitmix64 */
uint64_t
random_step(uint64_t *state)
{
	uint64_t x = *state += 0x9e3779b97f4a7c15u;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

unsigned
random_below(uint64_t *state, unsigned limit)
{
	return (unsigned)((random_step(state) >> 32) * limit >> 32);
}

struct id
random_id(uint64_t *state)
{
	struct id id = {random_step(state), random_step(state)};

	id.hi = (id.hi & ~(uint64_t)0xf000) | 0x4000;
	id.lo = (id.lo & ~((uint64_t)3 << 62)) | (uint64_t)2 << 62;
	return id;
}

uint64_t
random_state(uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t state = a;

	state = random_step(&state) ^ b;
	state = random_step(&state) ^ c;
	return random_step(&state);
}
