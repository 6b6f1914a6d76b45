/* SPDX-License-Identifier: ISC */
/*
 * seed: fills an empty database of this machine with a generated plan.
 *
 * One transaction.  Constraints that would be checked row by row are taken off
 * for its length and put back as they were: built over the whole table they
 * cost a fraction.
 */
#include "tools/bench/seed.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/domain/calendar.h"
#include "proto/limits.h"
#include "tools/bench/command.h"
#include "tools/bench/copy.h"
#include "tools/bench/options.h"
#include "tools/bench/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAYS_OF_WEEK = 7 };

static const char off_sql[] =
    "CREATE TEMP TABLE taken_off ON COMMIT DROP AS"
    " SELECT conname, pg_get_constraintdef(oid) AS definition"
    " FROM pg_constraint WHERE conrelid = 'rota.assignment'::regclass"
    " AND contype IN ('x', 'f');"
    "DO $$ DECLARE c record; BEGIN FOR c IN SELECT * FROM taken_off LOOP"
    " EXECUTE format('ALTER TABLE rota.assignment DROP CONSTRAINT %I',"
    " c.conname); END LOOP; END $$";

static const char on_sql[] =
    "DO $$ DECLARE c record; BEGIN FOR c IN SELECT * FROM taken_off LOOP"
    " EXECUTE format('ALTER TABLE rota.assignment ADD CONSTRAINT %I %s',"
    " c.conname, c.definition); END LOOP; END $$";

/* Opening of each day and part by the clock of the sites. */
static const char hours_sql[] =
    "SELECT tstzrange((d + o.open) AT TIME ZONE 'Europe/Paris',"
    " (d + o.shut) AT TIME ZONE 'Europe/Paris')"
    " FROM generate_series($1::timestamp, $1::timestamp + ($2::integer - 1) *"
    " interval '1 day', interval '1 day') d,"
    " (VALUES (1, interval '9 hours', interval '12 hours'),"
    " (2, interval '14 hours', interval '18 hours')) o (n, open, shut)"
    " ORDER BY d, o.n";

static int
load_hours(struct seed *seed, PGconn *pg)
{
	const struct world *world = &seed->world;
	struct seed_hours *hours = &seed->hours;
	char day[16], days[16];
	struct out out = OUT(day);
	PGresult *rows;

	hours->days = (world->history + world->weeks) * DAYS_OF_WEEK;
	hours->first = world->first - (int32_t)(world->history * DAYS_OF_WEEK);
	out_day(&out, hours->first);
	day[out.len] = '\0';
	snprintf(days, sizeof(days), "%u", hours->days);
	rows = copy_query(pg, hours_sql, day, days);
	if (rows == NULL)
		return -1;
	hours->during = xcalloc(
	    (size_t)hours->days * WORLD_PARTS, sizeof(hours->during[0]));
	for (int i = 0; i < PQntuples(rows); i++)
		snprintf(hours->during[i], SEED_DURING_MAX, "%s",
		    PQgetvalue(rows, i, 0));
	PQclear(rows);
	return 0;
}

/* ----- tables ----- */

typedef void row_fn(const struct seed *seed, unsigned n, struct out *out);

static int
copy_rows(PGconn *pg, const struct seed *seed, const char *table, unsigned n,
    row_fn *row)
{
	struct copy *copy = copy_begin(pg, table);

	for (unsigned i = 0; i < n && copy != NULL; i++) {
		row(seed, i, copy_row(copy));
		copy_row_end(copy);
	}
	return copy_end(copy);
}

static int
copy_directory(PGconn *pg, const struct seed *seed)
{
	const struct world *world = &seed->world;

	return copy_rows(pg, seed,
		   "rota.territory (id, rev, code, kind, name, state, source)",
		   seed_territories(seed), seed_territory) == 0 &&
		copy_rows(pg, seed,
		    "rota.structure (id, rev, code, kind, name, state, source)",
		    seed_structures(seed), seed_structure) == 0 &&
		copy_rows(pg, seed,
		    "rota.site (id, rev, finess, name, structure, territory, "
		    "commune, departement, lat, lon, tz, rooms, hours, state, "
		    "source)",
		    world->sites, seed_site) == 0 &&
		copy_rows(pg, seed,
		    "rota.physician (id, rev, rpps, family, given, specialty, "
		    "home, lat, lon, state, source)",
		    world->physicians, seed_physician) == 0 &&
		copy_rows(pg, seed,
		    "rota.zone (id, rev, commune, kind, class, \"from\", "
		    "source)",
		    seed->zones, seed_zone) == 0 &&
		copy_rows(pg, seed,
		    "rota.need (id, rev, site, pattern, activity, specialty, "
		    "\"from\", number, state, source)",
		    world->sites * seed->needs, seed_need) == 0
	    ? 0
	    : -1;
}

/* What a plan is made of, beside needs. */
static int
copy_staff(PGconn *pg, const struct seed *seed)
{
	unsigned physicians = seed->world.physicians;

	if (seed->authorised == 0)
		return 0;
	return copy_rows(pg, seed,
		   "rota.authorisation (id, rev, physician, site, kind, "
		   "\"from\", state, source)",
		   physicians * seed->authorised, seed_authorisation) == 0 &&
		copy_rows(pg, seed,
		    "rota.availability (id, rev, physician, kind, pattern, "
		    "\"from\", state, source)",
		    physicians, seed_availability) == 0 &&
		copy_rows(pg, seed,
		    "rota.quota (id, rev, physician, period, \"from\", min, "
		    "max, state, source)",
		    physicians, seed_quota) == 0
	    ? 0
	    : -1;
}

static int
copy_assignments(PGconn *pg, struct seed *seed)
{
	const struct world *world = &seed->world;
	struct copy *copy = copy_begin(pg,
	    "rota.assignment (id, rev, physician, site, room, day, part, "
	    "during, half_days, activity, programme, state)");

	for (unsigned week = 0; week < world->history + world->weeks; week++)
		for (unsigned i = 0; i < world->physicians && copy != NULL;
		     i++) {
			seed_week(seed, i, week, copy_row(copy));
			copy_row_end(copy);
		}
	return copy_end(copy);
}

static int
copy_guards(PGconn *pg, const struct seed *seed)
{
	const struct world *world = &seed->world;
	struct copy *copy;

	if (copy_rows(pg, seed, "rota.guard (id, rev, day)", world->physicians,
		seed_guard_physician) != 0 ||
	    copy_rows(pg, seed, "rota.guard (id, rev, day)", world->sites,
		seed_guard_site) != 0)
		return -1;
	copy = copy_begin(pg, "rota.guard (id, rev, day)");
	for (unsigned day = 0; day < world->weeks * WORLD_WEEKDAYS; day++)
		for (unsigned site = 0; site < world->sites && copy != NULL;
		     site++)
			if (seed_guard_day(seed, day, site, copy_row(copy)))
				copy_row_end(copy);
	return copy_end(copy);
}

static int
seed_all(PGconn *pg, struct seed *seed)
{
	const char *busy = "EXISTS (SELECT FROM rota.physician) OR "
			   "EXISTS (SELECT FROM rota.site) OR "
			   "EXISTS (SELECT FROM rota.assignment)";
	char sql[256];

	snprintf(sql, sizeof(sql),
	    "DO $$ BEGIN IF %s THEN RAISE 'the database is not empty';"
	    " END IF; END $$",
	    busy);
	if (copy_do(pg, "BEGIN") != 0 ||
	    copy_do(pg, "SET LOCAL maintenance_work_mem = '1GB'") != 0 ||
	    copy_do(pg, sql) != 0 || load_hours(seed, pg) != 0 ||
	    copy_directory(pg, seed) != 0 || copy_staff(pg, seed) != 0 ||
	    copy_do(pg, off_sql) != 0 || copy_assignments(pg, seed) != 0 ||
	    copy_guards(pg, seed) != 0)
		return -1;
	report_say("seed: %llu assignments copied, building constraints",
	    (unsigned long long)seed->assignments);
	fflush(stdout);
	return copy_do(pg, on_sql) == 0 && copy_do(pg, "COMMIT") == 0 &&
		copy_do(pg, "VACUUM (ANALYZE)") == 0
	    ? 0
	    : -1;
}

static int
seed_run(struct seed *seed, const char *conninfo)
{
	uint64_t begin = clock_mono_us();
	PGconn *pg = copy_connect(conninfo);
	struct report report;
	int status;

	if (pg == NULL)
		return -1;
	seed->today = (int32_t)(clock_real_us() / 1000000 / SECONDS_PER_DAY);
	seed->site_days = xcalloc(
	    (size_t)seed->world.weeks * WORLD_WEEKDAYS * seed->world.sites,
	    sizeof(seed->site_days[0]));
	status = seed_all(pg, seed);
	PQfinish(pg);
	free(seed->site_days);
	free(seed->hours.during);
	if (status != 0)
		return -1;
	report_begin(&report, "seed");
	report_u64(&report, "physicians", seed->world.physicians);
	report_u64(&report, "sites", seed->world.sites);
	report_day(&report, "first", seed->world.first);
	report_day(&report, "end", world_end(&seed->world));
	report_u64(&report, "assignments", seed->assignments);
	report_u64(&report, "full",
	    (uint64_t)seed->world.physicians * seed->world.weeks *
		seed->world.per_week);
	report_real(
	    &report, "seconds", (double)(clock_mono_us() - begin) / 1e6);
	report_end(&report);
	return 0;
}

int
command_seed(int argc, char **argv)
{
	struct common common;
	struct seed seed = {.zones = 0};
	const char *database = "dbname=rota";
	const struct option options[] = {OPTIONS_WORLD(&seed.world),
	    {"per-week", OPTION_COUNT, &seed.world.per_week, 0,
		WORLD_HALF_DAYS},
	    {"history", OPTION_COUNT, &seed.world.history, 0, 520},
	    {"zones", OPTION_COUNT, &seed.zones, 0, 90000},
	    {"needs", OPTION_COUNT, &seed.needs, 0, SEED_NEEDS_MAX},
	    {"authorised", OPTION_COUNT, &seed.authorised, 0, WORLD_BLOCK},
	    {"database", OPTION_TEXT, &database, 0, 0}};

	common_init(&common);
	seed.world = common.world;
	seed.world.history = 0;
	if (options_read(argc, argv, options, ARRAY_SIZE(options)) != 0)
		return EXIT_USAGE;
	seed.world.first = day_week(seed.world.first);
	if (world_rooms(&seed.world) > PROTO_ROOMS_MAX - 2) {
		complain("--physicians is too much for so few --sites");
		return EXIT_USAGE;
	}
	return seed_run(&seed, database) == 0 ? 0 : EXIT_VOID;
}
