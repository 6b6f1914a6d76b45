/* SPDX-License-Identifier: ISC */
/*
 * contend: every connection fills and empties the same half-day of one site,
 * each for a physician of its own; the site has a room for each, so no rule
 * refuses anybody and only the order of the writes is fought for.
 */
#include "tools/bench/command.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/domain/calendar.h"
#include "proto/out.h"
#include "proto/request.h"
#include "tools/bench/reach.h"
#include "tools/bench/report.h"
#include "tools/bench/sample.h"
#include "tools/bench/stage.h"
#include "tools/bench/tally.h"

#include <stdlib.h>

struct contend;

struct rival {
	struct contend *contend;
	struct link *link;
	unsigned physician;
	struct id slot; /* that is filled now, or nil */
	uint64_t since_us;
};

struct contend {
	struct common common;
	int32_t day;
	unsigned site;
	struct reach reach;
	struct stage stage;
	struct rival *rivals;
	struct sample latency;
	struct tally tally;
	uint64_t acknowledged; /* measured */
};

static void
rival_send(struct rival *rival)
{
	struct contend *contend = rival->contend;
	char rpps[WORLD_RPPS_SIZE], finess[WORLD_FINESS_SIZE], text[256];
	struct out out = OUT(text);

	if (id_is_nil(rival->slot)) {
		world_rpps(rival->physician, rpps);
		world_finess(contend->site, finess);
		out_literal(&out, "slot assign part=M");
		out_key_text(&out, "physician", rpps);
		out_key_text(&out, "site", finess);
		out_key_day(&out, "day", contend->day);
	} else {
		out_literal(&out, "slot cancel");
		out_key_id(&out, "slot", rival->slot);
	}
	out_char(&out, '\n');
	rival->since_us = clock_mono_us();
	stage_sent(&contend->stage);
	link_send(rival->link, out.ptr, out.len);
}

static void
on_start(void *arg)
{
	struct contend *contend = arg;

	for (unsigned i = 0; i < contend->common.connections; i++)
		rival_send(&contend->rivals[i]);
}

static void
on_ready(void *arg)
{
	struct rival *rival = arg;

	stage_count_ready(&rival->contend->stage);
}

static void
on_lost(void *arg, const char *why)
{
	struct rival *rival = arg;

	stage_fail(&rival->contend->stage, "a connection was lost: %s", why);
}

/* The assignment that was made, or nil after a cancellation. */
static void
take_slot(struct rival *rival, struct span line)
{
	struct answer answer;
	struct id slot;

	if (!id_is_nil(rival->slot))
		rival->slot = ID_NIL;
	else if (answer_parse(&answer, line) &&
	    span_to_id(answer_value(&answer, "slot"), &slot))
		rival->slot = slot;
	else
		stage_fail(&rival->contend->stage, "an ok without slot=");
}

static void
on_line(void *arg, struct span line)
{
	struct rival *rival = arg;
	struct contend *contend = rival->contend;

	if (line.len == 0 || line.ptr[0] == '!' || line.ptr[0] == '*')
		return;
	if (tally_closing(&contend->tally, line)) {
		if (stage_measures(&contend->stage)) {
			contend->acknowledged++;
			sample_add(&contend->latency,
			    clock_mono_us() - rival->since_us);
		}
		take_slot(rival, line);
	}
	/* The half-day is left empty, so that a next run finds it so. */
	if (stage_sends(&contend->stage) || !id_is_nil(rival->slot))
		rival_send(rival);
	stage_answered(&contend->stage);
}

static void
contend_report(struct contend *contend)
{
	double seconds = stage_seconds(&contend->stage);
	double rate = (double)contend->acknowledged / seconds;
	struct percentiles p = sample_percentiles(&contend->latency);
	struct report report;

	report_say("contend: %.0f acknowledged writes/s of %u connections at "
		   "one site and day",
	    rate, contend->common.connections);
	report_latency("contend: latency", p);
	report_begin(&report, "contend");
	report_u64(&report, "connections", contend->common.connections);
	report_u64(&report, "acknowledged", contend->acknowledged);
	report_real(&report, "seconds", seconds);
	report_real(&report, "rate", rate);
	report_u64(&report, "done", contend->tally.ok);
	report_u64(&report, "refused", contend->tally.other);
	report_percentiles(&report, "", p);
	report_end(&report);
}

static int
contend_run(struct contend *contend)
{
	static const struct link_hooks hooks = {on_ready, on_line, on_lost};
	unsigned n = contend->common.connections;
	int status;

	contend->rivals = xcalloc(n, sizeof(*contend->rivals));
	stage_init(&contend->stage, &contend->common, n, on_start, contend);
	for (unsigned i = 0; i < n; i++) {
		struct rival *rival = &contend->rivals[i];

		rival->contend = contend;
		rival->physician = i;
		rival->link = reach_link(
		    &contend->reach, contend->stage.base, &hooks, rival);
		if (rival->link == NULL) {
			stage_fail(&contend->stage, "no connection");
			break;
		}
	}
	status = stage_run(&contend->stage);
	tally_complain(&contend->tally);
	if (status == 0 && contend->acknowledged == 0) {
		complain("nothing was acknowledged");
		status = -1;
	}
	if (status == 0)
		contend_report(contend);
	for (unsigned i = 0; i < n; i++)
		link_free(contend->rivals[i].link);
	stage_fini(&contend->stage);
	sample_fini(&contend->latency);
	free(contend->rivals);
	return status;
}

int
command_contend(int argc, char **argv)
{
	struct contend contend = {0};
	const struct option options[] = {OPTIONS_REACH(&contend.common),
	    OPTIONS_TIME(&contend.common), OPTIONS_WORLD(&contend.common.world),
	    {"site", OPTION_COUNT, &contend.site, 0, WORLD_SITES_MAX},
	    {"day", OPTION_DAY, &contend.day, 0, 0}};
	int status;

	common_init(&contend.common);
	if (options_read(argc, argv, options, ARRAY_SIZE(options)) != 0)
		return EXIT_USAGE;
	if (contend.day == 0)
		contend.day = world_end(&contend.common.world);
	if (contend.common.connections > contend.common.world.physicians) {
		complain("--connections is more than --physicians");
		return EXIT_USAGE;
	}
	if (reach_init(&contend.reach, contend.common.connect,
		contend.common.tls, contend.common.token_file) != 0)
		return EXIT_VOID;
	status = contend_run(&contend);
	reach_fini(&contend.reach);
	return status == 0 ? 0 : EXIT_VOID;
}
