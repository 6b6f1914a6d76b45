/* SPDX-License-Identifier: ISC */
/*
 * rotation: a season in one write: six physicians in turn over the half-days of
 * thirteen weeks at one site.
 *
 * Each connection puts a rotation of a code of its own and ends it again, so
 * that the next one finds everybody free.  The latency is that of the put.
 */
#include "tools/bench/command.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "proto/out.h"
#include "tools/bench/reach.h"
#include "tools/bench/report.h"
#include "tools/bench/sample.h"
#include "tools/bench/stage.h"
#include "tools/bench/tally.h"

#include <stdlib.h>

enum { REQUEST_MAX = 512, TURN = 6, WEEKS = 13, DAYS_OF_WEEK = 7 };

struct rotation;

struct putter {
	struct rotation *rotation;
	struct link *link;
	unsigned number; /* of the connection */
	unsigned round;
	uint64_t since_us;
	bool ends; /* the request under way frees the half-days again */
	bool measured;
};

struct rotation {
	struct common common;
	struct reach reach;
	struct stage stage;
	struct putter *putters;
	struct sample latency;
	struct tally tally;
	uint64_t answers; /* measured */
	uint64_t begun;   /* second of this run */
};

/* " key=BENCH-3-17": no two runs have the same. */
static void
print_code(struct out *out, const char *key, const struct putter *putter)
{
	out_key(out, key);
	out_literal(out, "BENCH-");
	out_u64(out, putter->number);
	out_char(out, '-');
	out_u64(out, putter->rotation->begun);
	out_char(out, '-');
	out_u64(out, putter->round);
}

static void
print_put(struct out *out, const struct putter *putter)
{
	const struct world *world = &putter->rotation->common.world;
	char finess[WORLD_FINESS_SIZE], rpps[WORLD_RPPS_SIZE];
	int32_t from = world_end(world);

	world_finess(putter->number % world->sites, finess);
	out_key_text(out, "site", finess);
	out_literal(out, " pattern=\"tue,thu M\" agreed=written");
	out_key_day(out, "from", from);
	out_key_day(out, "to", from + WEEKS * DAYS_OF_WEEK - 1);
	out_key(out, "physicians");
	for (unsigned i = 0; i < TURN; i++) {
		if (i > 0)
			out_char(out, ',');
		world_rpps(
		    (putter->number * TURN + i) % world->physicians, rpps);
		out_text(out, rpps);
	}
}

static void
ask(struct putter *putter)
{
	char text[REQUEST_MAX];
	struct out out = OUT(text);

	if (putter->ends) {
		out_literal(&out, "rotation end");
	} else {
		out_literal(&out, "rotation put");
		print_put(&out, putter);
	}
	print_code(&out, putter->ends ? "rotation" : "code", putter);
	out_char(&out, '\n');
	putter->since_us = clock_mono_us();
	putter->measured = stage_measures(&putter->rotation->stage);
	stage_sent(&putter->rotation->stage);
	link_send(putter->link, out.ptr, out.len);
}

static void
on_start(void *arg)
{
	struct rotation *rotation = arg;

	for (unsigned i = 0; i < rotation->common.connections; i++)
		ask(&rotation->putters[i]);
}

static void
on_ready(void *arg)
{
	struct putter *putter = arg;

	stage_count_ready(&putter->rotation->stage);
}

static void
on_lost(void *arg, const char *why)
{
	struct putter *putter = arg;

	stage_fail(&putter->rotation->stage, "a connection was lost: %s", why);
}

static void
on_line(void *arg, struct span line)
{
	struct putter *putter = arg;
	struct rotation *rotation = putter->rotation;

	if (line.len == 0 || line.ptr[0] == '!' || line.ptr[0] == '*')
		return;
	if (tally_closing(&rotation->tally, line) && putter->measured &&
	    !putter->ends) {
		rotation->answers++;
		sample_add(
		    &rotation->latency, clock_mono_us() - putter->since_us);
	}
	if (putter->ends)
		putter->round++;
	putter->ends = !putter->ends;
	/* The last season is ended too: the next run finds everybody free. */
	if (putter->ends || stage_sends(&rotation->stage))
		ask(putter);
	stage_answered(&rotation->stage);
}

static void
rotation_report(struct rotation *rotation)
{
	struct percentiles p = sample_percentiles(&rotation->latency);
	struct report report;

	report_say("rotation: %llu seasons of 26 half-days, six physicians in "
		   "turn at one site",
	    (unsigned long long)rotation->answers);
	report_latency("rotation: latency", p);
	report_begin(&report, "rotation");
	report_u64(&report, "connections", rotation->common.connections);
	report_u64(&report, "half_days", 2 * WEEKS);
	report_u64(&report, "answers", rotation->answers);
	report_u64(&report, "refused", rotation->tally.other);
	report_percentiles(&report, "", p);
	report_end(&report);
}

static int
rotation_run(struct rotation *rotation)
{
	static const struct link_hooks hooks = {on_ready, on_line, on_lost};
	unsigned n = rotation->common.connections;
	int status;

	rotation->begun = (uint64_t)(clock_real_us() / 1000000);
	rotation->putters = xcalloc(n, sizeof(*rotation->putters));
	stage_init(&rotation->stage, &rotation->common, n, on_start, rotation);
	for (unsigned i = 0; i < n; i++) {
		struct putter *putter = &rotation->putters[i];

		putter->rotation = rotation;
		putter->number = i;
		putter->link = reach_link(
		    &rotation->reach, rotation->stage.base, &hooks, putter);
		if (putter->link == NULL) {
			stage_fail(&rotation->stage, "no connection");
			break;
		}
	}
	status = stage_run(&rotation->stage);
	if (status == 0 &&
	    (rotation->tally.other > 0 || rotation->answers == 0)) {
		tally_complain(&rotation->tally);
		complain("not every season was taken");
		status = -1;
	}
	if (status == 0)
		rotation_report(rotation);
	for (unsigned i = 0; i < n; i++)
		link_free(rotation->putters[i].link);
	stage_fini(&rotation->stage);
	sample_fini(&rotation->latency);
	free(rotation->putters);
	return status;
}

int
command_rotation(int argc, char **argv)
{
	struct rotation rotation = {.answers = 0};
	const struct option options[] = {OPTIONS_REACH(&rotation.common),
	    OPTIONS_TIME(&rotation.common),
	    OPTIONS_WORLD(&rotation.common.world)};
	const struct world *world = &rotation.common.world;
	int status;

	common_init(&rotation.common);
	rotation.common.connections = 1;
	if (options_read(argc, argv, options, ARRAY_SIZE(options)) != 0)
		return EXIT_USAGE;
	if (rotation.common.connections > world->sites ||
	    rotation.common.connections * TURN > world->physicians) {
		complain("--connections takes six physicians and a site each");
		return EXIT_USAGE;
	}
	if (reach_init(&rotation.reach, rotation.common.connect,
		rotation.common.tls, rotation.common.token_file) != 0)
		return EXIT_VOID;
	status = rotation_run(&rotation);
	reach_fini(&rotation.reach);
	return status == 0 ? 0 : EXIT_VOID;
}
