/* SPDX-License-Identifier: ISC */
/*
 * gaps: "gaps" of all places over some weeks, page after page.
 *
 * Each connection has one question under way; its latency is from the first
 * request to the end of the last page.  With --one-page only the first page is
 * asked for.
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
#include <string.h>

enum { REQUEST_MAX = 1024, DAYS_OF_WEEK = 7 };

struct gaps;

struct asker {
	struct gaps *gaps;
	struct link *link;
	uint64_t since_us;
	bool measured; /* begun in the measured phase */
};

struct gaps {
	struct common common;
	unsigned span, limit; /* weeks; lines of a page */
	bool one_page;
	const char *filter; /* more keys, or "" */
	struct reach reach;
	struct stage stage;
	struct asker *askers;
	struct sample latency;
	struct tally tally;
	uint64_t answers, pages, lines; /* measured */
};

static void
send_page(struct asker *asker, struct span next)
{
	const struct gaps *gaps = asker->gaps;
	const struct world *world = &gaps->common.world;
	/* The weeks in the middle, of which the plan is full. */
	int32_t from = world->first +
	    (int32_t)((world->weeks - gaps->span) / 2 * DAYS_OF_WEEK);
	char text[REQUEST_MAX];
	struct out out = OUT(text);

	out_literal(&out, "gaps");
	out_key_day(&out, "from", from);
	out_key_day(
	    &out, "to", from + (int32_t)(gaps->span * DAYS_OF_WEEK) - 1);
	out_key_u64(&out, "limit", gaps->limit);
	if (*gaps->filter != '\0') {
		out_char(&out, ' ');
		out_text(&out, gaps->filter);
	}
	if (next.len > 0)
		out_key_value(&out, "next", next);
	out_char(&out, '\n');
	link_send(asker->link, out.ptr, out.len);
}

static void
ask(struct asker *asker)
{
	asker->since_us = clock_mono_us();
	asker->measured = stage_measures(&asker->gaps->stage);
	stage_sent(&asker->gaps->stage);
	send_page(asker, (struct span){NULL, 0});
}

static void
on_start(void *arg)
{
	struct gaps *gaps = arg;

	for (unsigned i = 0; i < gaps->common.connections; i++)
		ask(&gaps->askers[i]);
}

static void
on_ready(void *arg)
{
	struct asker *asker = arg;

	stage_count_ready(&asker->gaps->stage);
}

static void
on_lost(void *arg, const char *why)
{
	struct asker *asker = arg;

	stage_fail(&asker->gaps->stage, "a connection was lost: %s", why);
}

/* The value of " next=", which is printed bare; empty without one. */
static struct span
next_of(struct span line)
{
	static const char key[] = " next=";
	const char *at = memmem(line.ptr, line.len, key, sizeof(key) - 1);
	struct span rest = {NULL, 0}, next = {NULL, 0};

	if (at == NULL)
		return next;
	at += sizeof(key) - 1;
	rest = (struct span){at, (size_t)(line.ptr + line.len - at)};
	return span_cut(&rest, ' ', &next) ? next : rest;
}

static void
on_closing(struct asker *asker, struct span line)
{
	struct gaps *gaps = asker->gaps;
	struct span next = next_of(line);

	tally_closing(&gaps->tally, line);
	gaps->pages += asker->measured;
	if (next.len > 0 && !gaps->one_page) {
		send_page(asker, next);
		return;
	}
	if (asker->measured) {
		gaps->answers++;
		sample_add(&gaps->latency, clock_mono_us() - asker->since_us);
	}
	stage_answered(&gaps->stage);
	if (stage_sends(&gaps->stage))
		ask(asker);
}

static void
on_line(void *arg, struct span line)
{
	struct asker *asker = arg;

	if (line.len == 0 || line.ptr[0] == '!')
		return;
	if (line.ptr[0] == '*')
		asker->gaps->lines += asker->measured;
	else
		on_closing(asker, line);
}

static void
gaps_report(struct gaps *gaps)
{
	double answers = gaps->answers > 0 ? (double)gaps->answers : 1;
	struct percentiles p = sample_percentiles(&gaps->latency);
	struct report report;

	report_say("gaps: %llu answers over %u weeks of %u sites, %.1f lines "
		   "in %.1f pages each",
	    (unsigned long long)gaps->answers, gaps->span,
	    gaps->common.world.sites, (double)gaps->lines / answers,
	    (double)gaps->pages / answers);
	report_latency("gaps: latency", p);
	report_begin(&report, "gaps");
	report_u64(&report, "connections", gaps->common.connections);
	report_u64(&report, "sites", gaps->common.world.sites);
	report_u64(&report, "weeks", gaps->span);
	report_u64(&report, "limit", gaps->limit);
	report_u64(&report, "answers", gaps->answers);
	report_real(&report, "lines_mean", (double)gaps->lines / answers);
	report_real(&report, "pages_mean", (double)gaps->pages / answers);
	report_u64(&report, "refused", gaps->tally.other);
	report_percentiles(&report, "", p);
	report_end(&report);
}

static int
gaps_run(struct gaps *gaps)
{
	static const struct link_hooks hooks = {on_ready, on_line, on_lost};
	unsigned n = gaps->common.connections;
	int status;

	gaps->askers = xcalloc(n, sizeof(*gaps->askers));
	stage_init(&gaps->stage, &gaps->common, n, on_start, gaps);
	for (unsigned i = 0; i < n; i++) {
		struct asker *asker = &gaps->askers[i];

		asker->gaps = gaps;
		asker->link =
		    reach_link(&gaps->reach, gaps->stage.base, &hooks, asker);
		if (asker->link == NULL) {
			stage_fail(&gaps->stage, "no connection");
			break;
		}
	}
	status = stage_run(&gaps->stage);
	if (status == 0 && (gaps->tally.other > 0 || gaps->answers == 0)) {
		tally_complain(&gaps->tally);
		complain("not every answer was a list");
		status = -1;
	}
	if (status == 0)
		gaps_report(gaps);
	for (unsigned i = 0; i < n; i++)
		link_free(gaps->askers[i].link);
	stage_fini(&gaps->stage);
	sample_fini(&gaps->latency);
	free(gaps->askers);
	return status;
}

int
command_gaps(int argc, char **argv)
{
	struct gaps gaps = {
	    .span = 4, .limit = PROTO_PAGE_DEFAULT, .filter = ""};
	const struct option options[] = {OPTIONS_REACH(&gaps.common),
	    OPTIONS_TIME(&gaps.common), OPTIONS_WORLD(&gaps.common.world),
	    {"span", OPTION_COUNT, &gaps.span, 1, 150},
	    {"limit", OPTION_COUNT, &gaps.limit, 1, PROTO_PAGE_MAX},
	    {"filter", OPTION_TEXT, &gaps.filter, 0, 0},
	    {"one-page", OPTION_FLAG, &gaps.one_page, 0, 0}};
	int status;

	common_init(&gaps.common);
	gaps.common.connections = 1;
	if (options_read(argc, argv, options, ARRAY_SIZE(options)) != 0)
		return EXIT_USAGE;
	if (gaps.span > gaps.common.world.weeks ||
	    strlen(gaps.filter) > REQUEST_MAX / 2) {
		complain("--span is more than --weeks, or --filter too long");
		return EXIT_USAGE;
	}
	if (reach_init(&gaps.reach, gaps.common.connect, gaps.common.tls,
		gaps.common.token_file) != 0)
		return EXIT_VOID;
	status = gaps_run(&gaps);
	reach_fini(&gaps.reach);
	return status == 0 ? 0 : EXIT_VOID;
}
