/* SPDX-License-Identifier: ISC */
/*
 * assign: durable writes that do not meet.  Each connection has one "slot
 * assign" under way at a time and sends the next one when it is answered.
 */
#include "tools/bench/command.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "tools/bench/course.h"
#include "tools/bench/reach.h"
#include "tools/bench/report.h"
#include "tools/bench/sample.h"
#include "tools/bench/stage.h"
#include "tools/bench/tally.h"

#include <stdlib.h>

struct assign;

struct writer {
	struct assign *assign;
	struct link *link;
	struct course course;
	uint64_t since_us;
};

struct assign {
	struct common common;
	int32_t from;
	struct reach reach;
	struct stage stage;
	struct writer *writers;
	struct sample latency;
	struct tally tally;
	uint64_t acknowledged; /* measured */
};

static void
writer_send(struct writer *writer)
{
	char text[256];
	struct out out = OUT(text);

	out_literal(&out, "slot assign");
	course_next(&writer->course, &out);
	out_char(&out, '\n');
	writer->since_us = clock_mono_us();
	stage_sent(&writer->assign->stage);
	link_send(writer->link, out.ptr, out.len);
}

static void
on_start(void *arg)
{
	struct assign *assign = arg;

	for (unsigned i = 0; i < assign->common.connections; i++)
		writer_send(&assign->writers[i]);
}

static void
on_ready(void *arg)
{
	struct writer *writer = arg;

	stage_count_ready(&writer->assign->stage);
}

static void
on_lost(void *arg, const char *why)
{
	struct writer *writer = arg;

	stage_fail(&writer->assign->stage, "a connection was lost: %s", why);
}

static void
on_line(void *arg, struct span line)
{
	struct writer *writer = arg;
	struct assign *assign = writer->assign;

	if (line.len == 0 || line.ptr[0] == '!' || line.ptr[0] == '*')
		return;
	if (tally_closing(&assign->tally, line) &&
	    stage_measures(&assign->stage)) {
		assign->acknowledged++;
		sample_add(
		    &assign->latency, clock_mono_us() - writer->since_us);
	}
	if (stage_sends(&assign->stage))
		writer_send(writer);
	stage_answered(&assign->stage);
}

static void
assign_report(struct assign *assign)
{
	double seconds = stage_seconds(&assign->stage);
	double rate = (double)assign->acknowledged / seconds;
	struct percentiles p = sample_percentiles(&assign->latency);
	int32_t day = assign->common.world.first;
	struct report report;

	for (unsigned i = 0; i < assign->common.connections; i++)
		if (assign->writers[i].course.day > day)
			day = assign->writers[i].course.day;
	report_say("assign: %.0f acknowledged writes/s over %u connections",
	    rate, assign->common.connections);
	report_latency("assign: latency", p);
	report_begin(&report, "assign");
	report_u64(&report, "connections", assign->common.connections);
	report_u64(&report, "acknowledged", assign->acknowledged);
	report_real(&report, "seconds", seconds);
	report_real(&report, "rate", rate);
	report_u64(&report, "done", assign->tally.ok);
	report_u64(&report, "refused", assign->tally.other);
	report_u64(&report, "days", (uint64_t)day - (uint64_t)assign->from + 1);
	report_percentiles(&report, "", p);
	report_end(&report);
}

/* The connections with their courses; false when the run is void. */
static bool
open_writers(struct assign *assign)
{
	static const struct link_hooks hooks = {on_ready, on_line, on_lost};
	unsigned n = assign->common.connections;

	for (unsigned i = 0; i < n; i++) {
		struct writer *writer = &assign->writers[i];

		writer->assign = assign;
		if (course_init(&writer->course, &assign->common.world, i, n,
			assign->from) != 0)
			return false;
		writer->link = reach_link(
		    &assign->reach, assign->stage.base, &hooks, writer);
		if (writer->link == NULL)
			return false;
	}
	return true;
}

static int
assign_run(struct assign *assign)
{
	unsigned n = assign->common.connections;
	int status = -1;

	assign->writers = xcalloc(n, sizeof(*assign->writers));
	stage_init(&assign->stage, &assign->common, n, on_start, assign);
	if (open_writers(assign))
		status = stage_run(&assign->stage);
	tally_complain(&assign->tally);
	if (status == 0 && assign->acknowledged == 0) {
		complain("nothing was acknowledged");
		status = -1;
	}
	if (status == 0)
		assign_report(assign);
	for (unsigned i = 0; i < n; i++) {
		link_free(assign->writers[i].link);
		course_fini(&assign->writers[i].course);
	}
	stage_fini(&assign->stage);
	sample_fini(&assign->latency);
	free(assign->writers);
	return status;
}

int
command_assign(int argc, char **argv)
{
	struct assign assign = {0};
	const struct option options[] = {OPTIONS_REACH(&assign.common),
	    OPTIONS_TIME(&assign.common), OPTIONS_WORLD(&assign.common.world),
	    {"from", OPTION_DAY, &assign.from, 0, 0}};
	int status;

	common_init(&assign.common);
	if (options_read(argc, argv, options, ARRAY_SIZE(options)) != 0)
		return EXIT_USAGE;
	if (assign.from == 0)
		assign.from = world_end(&assign.common.world);
	if (reach_init(&assign.reach, assign.common.connect, assign.common.tls,
		assign.common.token_file) != 0)
		return EXIT_VOID;
	status = assign_run(&assign);
	reach_fini(&assign.reach);
	return status == 0 ? 0 : EXIT_VOID;
}
