/* SPDX-License-Identifier: ISC */
/*
 * list: "slot list" of random physicians over four weeks.
 *
 * Without a rate each connection sends `depth` requests at once and the next
 * ones when all are answered, as redis-benchmark -P does; latency is from that
 * sending.  With a rate, such rounds fall due by the clock, go to the
 * connections in turn, and latency is from the moment of falling due.
 */
#include "tools/bench/command.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "proto/out.h"
#include "tools/bench/pace.h"
#include "tools/bench/reach.h"
#include "tools/bench/report.h"
#include "tools/bench/sample.h"
#include "tools/bench/stage.h"
#include "tools/bench/tally.h"

#include <stdlib.h>
#include <string.h>

enum {
	FLIGHT_MAX = 256, /* requests in flight of one connection */
	REQUEST_MAX = 128,
	DAYS_OF_WEEK = 7
};

struct list;

struct reader {
	struct list *list;
	struct link *link;
	unsigned in_flight, next; /* next: its place in since_us */
	uint64_t since_us[FLIGHT_MAX];
	char text[FLIGHT_MAX * REQUEST_MAX]; /* of one round */
};

struct list {
	struct common common;
	unsigned depth, rate, span; /* span: weeks of one request */
	struct reach reach;
	struct stage stage;
	struct pace pace;
	struct reader *readers;
	unsigned turn; /* reader that the next paced request goes to */
	uint64_t random;
	char (*rpps)[WORLD_RPPS_SIZE];
	struct sample latency;
	struct tally tally;
	uint64_t answers, lines, bytes; /* measured */
};

static void
print_request(struct list *list, struct out *out)
{
	const struct world *world = &list->common.world;
	unsigned begin =
	    random_below(&list->random, world->weeks - list->span + 1);
	int32_t from = world->first + (int32_t)(begin * DAYS_OF_WEEK);
	int32_t to = from + (int32_t)(list->span * DAYS_OF_WEEK) - 1;

	out_literal(out, "slot list physician=");
	out_bytes(out,
	    list->rpps[random_below(&list->random, world->physicians)],
	    WORLD_RPPS_SIZE - 1);
	out_key_day(out, "from", from);
	out_key_day(out, "to", to);
	out_char(out, '\n');
}

static void
reader_note(struct reader *reader, uint64_t since_us)
{
	unsigned place = (reader->next + reader->in_flight) % FLIGHT_MAX;

	reader->since_us[place] = since_us;
	reader->in_flight++;
	stage_sent(&reader->list->stage);
}

static void
send_round(struct reader *reader, uint64_t since_us)
{
	struct list *list = reader->list;
	struct out out = OUT(reader->text);

	for (unsigned i = 0; i < list->depth; i++) {
		print_request(list, &out);
		reader_note(reader, since_us);
	}
	link_send(reader->link, out.ptr, out.len);
}

static void
on_due(void *arg)
{
	struct list *list = arg;
	uint64_t due_us;

	while (stage_sends(&list->stage) && pace_due(&list->pace, &due_us)) {
		struct reader *reader = &list->readers[list->turn];

		if (reader->in_flight + list->depth > FLIGHT_MAX)
			return; /* its turn comes when it has answered */
		send_round(reader, due_us);
		pace_take(&list->pace, list->depth);
		list->turn = (list->turn + 1) % list->common.connections;
	}
}

static void
on_start(void *arg)
{
	struct list *list = arg;

	if (list->rate > 0) {
		pace_start(&list->pace);
		return;
	}
	for (unsigned i = 0; i < list->common.connections; i++)
		send_round(&list->readers[i], clock_mono_us());
}

static void
on_ready(void *arg)
{
	struct reader *reader = arg;

	stage_count_ready(&reader->list->stage);
}

static void
on_lost(void *arg, const char *why)
{
	struct reader *reader = arg;

	stage_fail(&reader->list->stage, "a connection was lost: %s", why);
}

/* Whether an answer counts: paced ones by when they fell due, so that late ones
 * are not left out. */
static bool
counts(const struct list *list, uint64_t since_us)
{
	if (list->rate > 0)
		return list->stage.begin_us > 0 &&
		    since_us >= list->stage.begin_us;
	return stage_measures(&list->stage);
}

static void
on_closing(struct reader *reader, struct span line)
{
	struct list *list = reader->list;
	uint64_t since_us = reader->since_us[reader->next];

	if (reader->in_flight == 0) {
		stage_fail(&list->stage, "an answer that nobody asked for");
		return;
	}
	reader->next = (reader->next + 1) % FLIGHT_MAX;
	reader->in_flight--;
	tally_closing(&list->tally, line);
	if (counts(list, since_us)) {
		list->answers++;
		sample_add(&list->latency, clock_mono_us() - since_us);
	}
	stage_answered(&list->stage);
	if (list->rate == 0 && reader->in_flight == 0 &&
	    stage_sends(&list->stage))
		send_round(reader, clock_mono_us());
}

static void
on_line(void *arg, struct span line)
{
	struct reader *reader = arg;
	struct list *list = reader->list;
	bool counted;

	if (line.len == 0 || line.ptr[0] == '!')
		return;
	counted = counts(list, reader->since_us[reader->next]);
	list->bytes += counted ? line.len + 1 : 0;
	if (line.ptr[0] == '*')
		list->lines += counted;
	else
		on_closing(reader, line);
}

static void
list_report(struct list *list)
{
	double seconds = stage_seconds(&list->stage);
	double answers = list->answers > 0 ? (double)list->answers : 1;
	struct percentiles p = sample_percentiles(&list->latency);
	struct report report;

	report_say("list: %.0f requests/s over %u connections%s, %.1f lines "
		   "and %.0f bytes each",
	    (double)list->answers / seconds, list->common.connections,
	    list->rate > 0 ? " at the rate offered" : "",
	    (double)list->lines / answers, (double)list->bytes / answers);
	report_latency("list: latency", p);
	report_begin(&report, "list");
	report_u64(&report, "connections", list->common.connections);
	report_u64(&report, "depth", list->depth);
	report_u64(&report, "offered", list->rate);
	report_u64(&report, "answers", list->answers);
	report_real(&report, "seconds", seconds);
	report_real(&report, "rate", (double)list->answers / seconds);
	report_real(&report, "lines_mean", (double)list->lines / answers);
	report_real(&report, "bytes_mean", (double)list->bytes / answers);
	report_u64(&report, "refused", list->tally.other);
	report_percentiles(&report, "", p);
	report_end(&report);
}

static int
list_run(struct list *list)
{
	static const struct link_hooks hooks = {on_ready, on_line, on_lost};
	unsigned n = list->common.connections;
	int status;

	list->readers = xcalloc(n, sizeof(*list->readers));
	list->rpps =
	    xcalloc(list->common.world.physicians, sizeof(list->rpps[0]));
	for (unsigned i = 0; i < list->common.world.physicians; i++)
		world_rpps(i, list->rpps[i]);
	stage_init(&list->stage, &list->common, n, on_start, list);
	if (list->rate > 0)
		pace_init(
		    &list->pace, list->stage.base, list->rate, on_due, list);
	for (unsigned i = 0; i < n; i++) {
		struct reader *reader = &list->readers[i];

		reader->list = list;
		reader->link =
		    reach_link(&list->reach, list->stage.base, &hooks, reader);
		if (reader->link == NULL) {
			stage_fail(&list->stage, "no connection");
			break;
		}
	}
	status = stage_run(&list->stage);
	if (status == 0 && (list->tally.other > 0 || list->lines == 0)) {
		tally_complain(&list->tally);
		complain("not every answer was a list");
		status = -1;
	}
	if (status == 0)
		list_report(list);
	for (unsigned i = 0; i < n; i++)
		link_free(list->readers[i].link);
	pace_fini(&list->pace);
	stage_fini(&list->stage);
	sample_fini(&list->latency);
	free(list->readers);
	free(list->rpps);
	return status;
}

int
command_list(int argc, char **argv)
{
	struct list list = {.depth = 16, .span = 4};
	const struct option options[] = {OPTIONS_REACH(&list.common),
	    OPTIONS_TIME(&list.common), OPTIONS_WORLD(&list.common.world),
	    {"depth", OPTION_COUNT, &list.depth, 1, FLIGHT_MAX},
	    {"rate", OPTION_COUNT, &list.rate, 1, 10000000},
	    {"span", OPTION_COUNT, &list.span, 1, 150}};
	int status;

	common_init(&list.common);
	list.common.connections = 50;
	if (options_read(argc, argv, options, ARRAY_SIZE(options)) != 0)
		return EXIT_USAGE;
	if (list.span > list.common.world.weeks) {
		complain("--span is more than --weeks");
		return EXIT_USAGE;
	}
	list.random = list.common.seed;
	if (reach_init(&list.reach, list.common.connect, list.common.tls,
		list.common.token_file) != 0)
		return EXIT_VOID;
	status = list_run(&list);
	reach_fini(&list.reach);
	return status == 0 ? 0 : EXIT_VOID;
}
