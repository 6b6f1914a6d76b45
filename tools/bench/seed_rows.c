/* SPDX-License-Identifier: ISC */
/* seed_rows: see seed.h. */
#include "tools/bench/seed.h"

#include "daemon/domain/unit.h"

#include <stdio.h>

enum {
	DAYS_OF_WEEK = 7,
	SITES_OF_TERRITORY = 50,
	SITES_OF_STRUCTURE = 2,
	CONTENDED_ROOMS = 20, /* of site 0, where `contend` meets */
	PROGRAMMES = 40,
	PERMILLE_NOT_HELD = 30
};

static struct id
id_of(enum kind kind, unsigned n)
{
	uint64_t state = random_state(0x726f7461, (uint64_t)kind, n);

	return random_id(&state);
}

static void
tab(struct out *out)
{
	out_char(out, '\t');
}

static void
column_id(struct out *out, struct id id)
{
	out_id(out, id);
	tab(out);
}

static void
column(struct out *out, const char *text)
{
	out_text(out, text);
	tab(out);
}

static void
column_u64(struct out *out, uint64_t number)
{
	out_u64(out, number);
	tab(out);
}

static void
column_i64(struct out *out, int64_t number)
{
	out_i64(out, number);
	tab(out);
}

unsigned
seed_territories(const struct seed *seed)
{
	return (seed->world.sites + SITES_OF_TERRITORY - 1) /
	    SITES_OF_TERRITORY;
}

unsigned
seed_structures(const struct seed *seed)
{
	return (seed->world.sites + SITES_OF_STRUCTURE - 1) /
	    SITES_OF_STRUCTURE;
}

/* id rev code kind name state source */
void
seed_territory(const struct seed *seed, unsigned n, struct out *out)
{
	char code[32], name[32];

	(void)seed;
	snprintf(code, sizeof(code), "CPTS-%04u", n);
	snprintf(name, sizeof(name), "Territoire %u", n);
	column_id(out, id_of(KIND_TERRITORY, n));
	column(out, "1");
	column(out, code);
	column(out, "cpts");
	column(out, name);
	out_text(out, "active\tgenerated\n");
}

void
seed_structure(const struct seed *seed, unsigned n, struct out *out)
{
	char code[32], name[32];

	(void)seed;
	snprintf(code, sizeof(code), "MSP-%06u", n);
	snprintf(name, sizeof(name), "Maison de sante %u", n);
	column_id(out, id_of(KIND_STRUCTURE, n));
	column(out, "1");
	column(out, code);
	column(out, "MSP");
	column(out, name);
	out_text(out, "active\tgenerated\n");
}

/* id rev finess name structure territory commune departement lat lon tz rooms
 * hours state source */
void
seed_site(const struct seed *seed, unsigned n, struct out *out)
{
	char finess[WORLD_FINESS_SIZE], commune[WORLD_COMMUNE_SIZE], name[32];
	unsigned rooms = world_rooms(&seed->world) + n % 3;
	int32_t lat, lon;

	world_finess(n, finess);
	world_commune(n, commune);
	world_place(n, &lat, &lon);
	snprintf(name, sizeof(name), "Site %u", n);
	column_id(out, id_of(KIND_SITE, n));
	column(out, "1");
	column(out, finess);
	column(out, name);
	column_id(out, id_of(KIND_STRUCTURE, n / SITES_OF_STRUCTURE));
	column_id(out, id_of(KIND_TERRITORY, n / SITES_OF_TERRITORY));
	column(out, commune);
	out_bytes(out, commune, 2);
	tab(out);
	column_i64(out, lat);
	column_i64(out, lon);
	column(out, "Europe/Paris");
	column_u64(
	    out, n == 0 && rooms < CONTENDED_ROOMS ? CONTENDED_ROOMS : rooms);
	column(out, "mon-fri M 09:00-12:00 A 14:00-18:00");
	out_text(out, "active\tgenerated\n");
}

/* id rev rpps family given specialty home lat lon state source */
void
seed_physician(const struct seed *seed, unsigned n, struct out *out)
{
	unsigned home = n % seed->world.sites;
	char rpps[WORLD_RPPS_SIZE], commune[WORLD_COMMUNE_SIZE], name[32];
	int32_t lat, lon;

	world_rpps(n, rpps);
	world_commune(home, commune);
	world_place(home, &lat, &lon);
	snprintf(name, sizeof(name), "Famille %u", n);
	column_id(out, id_of(KIND_PHYSICIAN, n));
	column(out, "1");
	column(out, rpps);
	column(out, name);
	column(out, "Camille");
	column(out, "MG");
	column(out, commune);
	column_i64(out, lat);
	column_i64(out, lon);
	out_text(out, "active\tgenerated\n");
}

/* id rev commune kind class from source */
void
seed_zone(const struct seed *seed, unsigned n, struct out *out)
{
	static const char *const classes[] = {"ZIP", "ZAC", "ZAC", "HZ"};
	char commune[WORLD_COMMUNE_SIZE];

	(void)seed;
	world_commune(n, commune);
	column_id(out, id_of(KIND_ZONE, n));
	column(out, "1");
	column(out, commune);
	column(out, "gp");
	column(out, classes[n % ARRAY_SIZE(classes)]);
	column(out, "2024-01-01");
	out_text(out, "generated\n");
}

/* id rev site pattern activity specialty from number state source */
void
seed_need(const struct seed *seed, unsigned n, struct out *out)
{
	static const char *const activities[SEED_NEEDS_MAX] = {
	    "MT", "SNP", "CA", "VAD"};

	column_id(out, id_of(KIND_NEED, n));
	column(out, "1");
	column_id(out, id_of(KIND_SITE, n / seed->needs));
	column(out, "mon-fri MA");
	column(out, activities[n % seed->needs]);
	column(out, "MG");
	column(out, "2024-01-01");
	column(out, "1");
	out_text(out, "active\tgenerated\n");
}

/* id rev physician site kind from state source */
void
seed_authorisation(const struct seed *seed, unsigned n, struct out *out)
{
	unsigned physician = n / seed->authorised;
	int32_t further = (int32_t)(n % seed->authorised);

	column_id(out, id_of(KIND_AUTHORISATION, n));
	column(out, "1");
	column_id(out, id_of(KIND_PHYSICIAN, physician));
	column_id(out,
	    id_of(KIND_SITE, world_site(&seed->world, physician, further)));
	column(out, "declaration");
	column(out, "2024-01-01");
	out_text(out, "active\tgenerated\n");
}

/* id rev physician kind pattern from state source */
void
seed_availability(const struct seed *seed, unsigned n, struct out *out)
{
	(void)seed;
	column_id(out, id_of(KIND_AVAILABILITY, n));
	column(out, "1");
	column_id(out, id_of(KIND_PHYSICIAN, n));
	column(out, "available");
	column(out, "mon-fri MA");
	column(out, "2024-01-01");
	out_text(out, "active\tgenerated\n");
}

/* id rev physician period from min max state source */
void
seed_quota(const struct seed *seed, unsigned n, struct out *out)
{
	(void)seed;
	column_id(out, id_of(KIND_QUOTA, n));
	column(out, "1");
	column_id(out, id_of(KIND_PHYSICIAN, n));
	column(out, "week");
	column(out, "2024-01-01");
	column(out, "0");
	column_u64(out, SEED_WEEK_MAX);
	out_text(out, "active\tgenerated\n");
}

static const char *
state_of(const struct seed *seed, int32_t day, uint64_t *random)
{
	unsigned permille = random_below(random, 1000);

	if (day < seed->today)
		return permille < PERMILLE_NOT_HELD ? "not-held" : "held";
	return permille < 667 ? "published" : "draft";
}

static const char *
activity_of(uint64_t *random)
{
	static const char *const activities[] = {
	    "MT", "MT", "MT", "MT", "MT", "SNP", "SNP", "SNP", "CA", "VAD"};

	return activities[random_below(random, ARRAY_SIZE(activities))];
}

/* id rev physician site room day part during half_days activity programme
 * state */
static void
assignment(struct seed *seed, unsigned physician, int32_t day, unsigned part,
    uint64_t *random, struct out *out)
{
	const struct seed_hours *hours = &seed->hours;
	unsigned site = world_site(&seed->world, physician, day);
	unsigned since = (unsigned)(day - hours->first);
	unsigned programme;

	column_id(out, random_id(random));
	column(out, "1");
	column_id(out, id_of(KIND_PHYSICIAN, physician));
	column_id(out, id_of(KIND_SITE, site));
	column_u64(out, world_room(&seed->world, physician));
	out_day(out, day);
	column(out, part == 0 ? "\tM" : "\tA");
	column(out, hours->during[since * WORLD_PARTS + part]);
	column(out, "1");
	column(out, activity_of(random));
	programme = random_below(random, 2 * PROGRAMMES);
	if (programme < PROGRAMMES) {
		out_text(out, "PROGRAMME-");
		column_u64(out, 100 + programme);
	} else {
		column(out, "\\N");
	}
	out_text(out, state_of(seed, day, random));
	out_char(out, '\n');
	seed->assignments++;
	if (day >= seed->world.first) {
		unsigned week =
		    (unsigned)(day - seed->world.first) / DAYS_OF_WEEK;
		unsigned weekday =
		    (unsigned)(day - seed->world.first) % DAYS_OF_WEEK;
		size_t row = (size_t)week * WORLD_WEEKDAYS + weekday;

		seed->site_days[row * seed->world.sites + site]++;
	}
}

void
seed_week(struct seed *seed, unsigned physician, unsigned week, struct out *out)
{
	uint64_t random = random_state(0x7765656b, physician, week);
	int32_t monday = seed->world.first +
	    ((int32_t)week - (int32_t)seed->world.history) * DAYS_OF_WEEK;
	unsigned slots[WORLD_HALF_DAYS];

	for (unsigned i = 0; i < WORLD_HALF_DAYS; i++)
		slots[i] = i;
	for (unsigned i = 0; i < seed->world.per_week; i++) {
		unsigned other = i + random_below(&random, WORLD_HALF_DAYS - i);
		unsigned slot = slots[other];

		slots[other] = slots[i];
		slots[i] = slot;
		assignment(seed, physician,
		    monday + (int32_t)(slot / WORLD_PARTS), slot % WORLD_PARTS,
		    &random, out);
	}
}

/* id rev day */
static void
guard(struct out *out, struct id id, uint64_t rev)
{
	column_id(out, id);
	column_u64(out, rev);
}

void
seed_guard_physician(const struct seed *seed, unsigned n, struct out *out)
{
	const struct world *world = &seed->world;
	uint64_t writes =
	    (uint64_t)(world->weeks + world->history) * world->per_week;

	guard(out, guard_entity(KIND_PHYSICIAN, id_of(KIND_PHYSICIAN, n)),
	    writes);
	out_text(out, "\\N\n");
}

void
seed_guard_site(const struct seed *seed, unsigned n, struct out *out)
{
	(void)seed;
	guard(out, guard_entity(KIND_SITE, id_of(KIND_SITE, n)), 0);
	out_text(out, "\\N\n");
}

bool
seed_guard_day(
    const struct seed *seed, unsigned day, unsigned site, struct out *out)
{
	unsigned count =
	    seed->site_days[(size_t)day * seed->world.sites + site];
	int32_t date = seed->world.first +
	    (int32_t)(day / WORLD_WEEKDAYS * DAYS_OF_WEEK +
		day % WORLD_WEEKDAYS);

	if (count == 0)
		return false;
	guard(out, guard_site_day(id_of(KIND_SITE, site), date), count);
	out_day(out, date);
	out_char(out, '\n');
	return true;
}
