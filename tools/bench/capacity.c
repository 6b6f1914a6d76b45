/* SPDX-License-Identifier: ISC */
/*
 * capacity: "capacity" around points of the country, or of 25 physicians.
 *
 * Points are near sites, as people live where these are.  Each connection has
 * one question under way, and only the first page is asked for, which is what a
 * regulator reads.
 */
#include "tools/bench/command.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "proto/limits.h"
#include "proto/out.h"
#include "tools/bench/reach.h"
#include "tools/bench/report.h"
#include "tools/bench/sample.h"
#include "tools/bench/stage.h"
#include "tools/bench/tally.h"

#include <stdlib.h>

enum {
	REQUEST_MAX = 1024,
	PHYSICIANS = 25, /* of one question */
	AWAY = 20000,    /* 1e-5 degrees that a point is from a site, at most */
	DEGREE_DECIMALS = 5
};

struct capacity;

struct asker {
	struct capacity *capacity;
	struct link *link;
	uint64_t since_us;
	bool measured; /* begun in the measured phase */
};

struct capacity {
	struct common common;
	unsigned radius, ahead, limit; /* km, 0: as is usual; hours; lines */
	bool people;
	uint64_t random;
	struct reach reach;
	struct stage stage;
	struct asker *askers;
	struct sample latency;
	struct tally tally;
	uint64_t answers, lines; /* measured */
};

static int32_t
shake(struct capacity *capacity)
{
	return (int32_t)random_below(&capacity->random, 2 * AWAY) - AWAY;
}

static void
print_point(struct capacity *capacity, struct out *out)
{
	unsigned site =
	    random_below(&capacity->random, capacity->common.world.sites);
	int32_t lat, lon;

	world_place(site, &lat, &lon);
	out_literal(out, " lat=");
	out_fixed(out, lat + shake(capacity), DEGREE_DECIMALS);
	out_literal(out, " lon=");
	out_fixed(out, lon + shake(capacity), DEGREE_DECIMALS);
	if (capacity->radius > 0)
		out_key_u64(out, "radius", capacity->radius);
}

static void
print_people(struct capacity *capacity, struct out *out)
{
	out_literal(out, " physicians=");
	for (unsigned i = 0; i < PHYSICIANS; i++) {
		char rpps[WORLD_RPPS_SIZE];

		world_rpps(random_below(&capacity->random,
			       capacity->common.world.physicians),
		    rpps);
		if (i > 0)
			out_char(out, ',');
		out_text(out, rpps);
	}
}

static void
ask(struct asker *asker)
{
	struct capacity *capacity = asker->capacity;
	char text[REQUEST_MAX];
	struct out out = OUT(text);

	out_literal(&out, "capacity");
	if (capacity->people)
		print_people(capacity, &out);
	else
		print_point(capacity, &out);
	out_key_u64(&out, "ahead", capacity->ahead);
	out_key_u64(&out, "limit", capacity->limit);
	out_char(&out, '\n');
	asker->since_us = clock_mono_us();
	asker->measured = stage_measures(&capacity->stage);
	stage_sent(&capacity->stage);
	link_send(asker->link, out.ptr, out.len);
}

static void
on_start(void *arg)
{
	struct capacity *capacity = arg;

	for (unsigned i = 0; i < capacity->common.connections; i++)
		ask(&capacity->askers[i]);
}

static void
on_ready(void *arg)
{
	struct asker *asker = arg;

	stage_count_ready(&asker->capacity->stage);
}

static void
on_lost(void *arg, const char *why)
{
	struct asker *asker = arg;

	stage_fail(&asker->capacity->stage, "a connection was lost: %s", why);
}

static void
on_line(void *arg, struct span line)
{
	struct asker *asker = arg;
	struct capacity *capacity = asker->capacity;

	if (line.len == 0 || line.ptr[0] == '!')
		return;
	if (line.ptr[0] == '*') {
		capacity->lines += asker->measured;
		return;
	}
	tally_closing(&capacity->tally, line);
	if (asker->measured) {
		capacity->answers++;
		sample_add(
		    &capacity->latency, clock_mono_us() - asker->since_us);
	}
	stage_answered(&capacity->stage);
	if (stage_sends(&capacity->stage))
		ask(asker);
}

static void
capacity_report(struct capacity *capacity)
{
	double answers = capacity->answers > 0 ? (double)capacity->answers : 1;
	struct percentiles p = sample_percentiles(&capacity->latency);
	struct report report;

	report_say("capacity: %.0f requests/s over %u connections, %s of %u "
		   "sites, %u hours, %.1f lines each",
	    (double)capacity->answers / stage_seconds(&capacity->stage),
	    capacity->common.connections,
	    capacity->people ? "25 physicians" : "around points",
	    capacity->common.world.sites, capacity->ahead,
	    (double)capacity->lines / answers);
	report_latency("capacity: latency", p);
	report_begin(&report, "capacity");
	report_u64(&report, "connections", capacity->common.connections);
	report_u64(&report, "sites", capacity->common.world.sites);
	report_u64(&report, "radius", capacity->radius);
	report_u64(&report, "ahead", capacity->ahead);
	report_u64(&report, "limit", capacity->limit);
	report_u64(&report, "answers", capacity->answers);
	report_real(&report, "lines_mean", (double)capacity->lines / answers);
	report_u64(&report, "refused", capacity->tally.other);
	report_percentiles(&report, "", p);
	report_end(&report);
}

static int
capacity_run(struct capacity *capacity)
{
	static const struct link_hooks hooks = {on_ready, on_line, on_lost};
	unsigned n = capacity->common.connections;
	int status;

	capacity->askers = xcalloc(n, sizeof(*capacity->askers));
	stage_init(&capacity->stage, &capacity->common, n, on_start, capacity);
	for (unsigned i = 0; i < n; i++) {
		struct asker *asker = &capacity->askers[i];

		asker->capacity = capacity;
		asker->link = reach_link(
		    &capacity->reach, capacity->stage.base, &hooks, asker);
		if (asker->link == NULL) {
			stage_fail(&capacity->stage, "no connection");
			break;
		}
	}
	status = stage_run(&capacity->stage);
	if (status == 0 &&
	    (capacity->tally.other > 0 || capacity->lines == 0)) {
		tally_complain(&capacity->tally);
		complain("not every answer was a list, or all were empty");
		status = -1;
	}
	if (status == 0)
		capacity_report(capacity);
	for (unsigned i = 0; i < n; i++)
		link_free(capacity->askers[i].link);
	stage_fini(&capacity->stage);
	sample_fini(&capacity->latency);
	free(capacity->askers);
	return status;
}

int
command_capacity(int argc, char **argv)
{
	struct capacity capacity = {.ahead = 72, .limit = PROTO_PAGE_DEFAULT};
	const struct option options[] = {OPTIONS_REACH(&capacity.common),
	    OPTIONS_TIME(&capacity.common),
	    OPTIONS_WORLD(&capacity.common.world),
	    {"radius", OPTION_COUNT, &capacity.radius, 1, 300},
	    {"ahead", OPTION_COUNT, &capacity.ahead, 1, 744},
	    {"limit", OPTION_COUNT, &capacity.limit, 1, PROTO_PAGE_MAX},
	    {"people", OPTION_FLAG, &capacity.people, 0, 0}};
	int status;

	common_init(&capacity.common);
	capacity.common.connections = 1;
	if (options_read(argc, argv, options, ARRAY_SIZE(options)) != 0)
		return EXIT_USAGE;
	capacity.random = capacity.common.seed;
	if (reach_init(&capacity.reach, capacity.common.connect,
		capacity.common.tls, capacity.common.token_file) != 0)
		return EXIT_VOID;
	status = capacity_run(&capacity);
	reach_fini(&capacity.reach);
	return status == 0 ? 0 : EXIT_VOID;
}
