/* SPDX-License-Identifier: ISC */
/*
 * watch: from a write at one daemon to the line pushed by another.
 *
 * Writes fall due at an even rate and go to whichever connection is free.  The
 * id of each is made here and holds its number, so that what is pushed finds
 * its write whichever of the two lines, answer or push, comes first.  Every
 * write that was answered ok must be pushed once, and only once.
 */
#include "tools/bench/command.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "proto/request.h"
#include "tools/bench/course.h"
#include "tools/bench/pace.h"
#include "tools/bench/reach.h"
#include "tools/bench/report.h"
#include "tools/bench/sample.h"
#include "tools/bench/stage.h"
#include "tools/bench/tally.h"

#include <stdlib.h>

enum { LINGER_US = 1000000 }; /* for a push that comes twice */

struct write {
	uint64_t due_us, sent_us, answered_us, pushed_us; /* 0: not yet */
	unsigned pushes;
	bool acknowledged, measured;
};

struct watch;

struct writer {
	struct watch *watch;
	struct link *link;
	struct course course;
	bool busy;
	size_t write; /* the one under way */
};

struct watch {
	struct common common;
	const char *watcher_connect;
	int32_t from;
	unsigned rate;
	struct reach reach, watcher_reach;
	struct stage stage;
	struct pace pace;
	struct writer *writers;
	struct link *watcher;
	bool watching; /* the watcher's request was answered */
	uint64_t run;  /* upper half of the ids of this run */
	struct write *writes;
	size_t count, capacity;
	struct tally tally;
	uint64_t strangers; /* pushes of no write of this run */
};

static struct id
id_of(const struct watch *watch, size_t write)
{
	return (struct id){watch->run, (uint64_t)1 << 63 | write};
}

static void
writer_send(struct writer *writer, uint64_t due_us)
{
	struct watch *watch = writer->watch;
	char text[256];
	struct out out = OUT(text);

	watch->writes = xgrow(watch->writes, &watch->capacity, watch->count + 1,
	    sizeof(watch->writes[0]));
	watch->writes[watch->count] = (struct write){.due_us = due_us,
	    .sent_us = clock_mono_us(),
	    .measured = stage_measures(&watch->stage)};
	out_literal(&out, "slot assign");
	out_key_id(&out, "id", id_of(watch, watch->count));
	course_next(&writer->course, &out);
	out_char(&out, '\n');
	writer->write = watch->count++;
	writer->busy = true;
	/* Two lines are to come: the answer and the push. */
	stage_sent(&watch->stage);
	stage_sent(&watch->stage);
	link_send(writer->link, out.ptr, out.len);
}

static void
on_due(void *arg)
{
	struct watch *watch = arg;
	uint64_t due_us;

	for (unsigned i = 0; i < watch->common.connections; i++) {
		if (!stage_sends(&watch->stage) ||
		    !pace_due(&watch->pace, &due_us))
			return;
		if (watch->writers[i].busy)
			continue;
		writer_send(&watch->writers[i], due_us);
		pace_take(&watch->pace, 1);
	}
}

static void
on_start(void *arg)
{
	struct watch *watch = arg;

	pace_start(&watch->pace);
}

static void
on_writer_ready(void *arg)
{
	struct writer *writer = arg;

	stage_count_ready(&writer->watch->stage);
}

static void
on_writer_lost(void *arg, const char *why)
{
	struct writer *writer = arg;

	stage_fail(&writer->watch->stage, "a writer was lost: %s", why);
}

static void
on_writer_line(void *arg, struct span line)
{
	struct writer *writer = arg;
	struct watch *watch = writer->watch;
	struct write *write = &watch->writes[writer->write];

	if (line.len == 0 || line.ptr[0] == '!' || line.ptr[0] == '*')
		return;
	writer->busy = false;
	write->answered_us = clock_mono_us();
	write->acknowledged = tally_closing(&watch->tally, line);
	stage_answered(&watch->stage);
	if (!write->acknowledged && write->pushes == 0)
		stage_answered(&watch->stage); /* no push is to come */
}

/* ----- the watcher ----- */

static void
on_watcher_ready(void *arg)
{
	static const char request[] = "watch\n";
	struct watch *watch = arg;

	link_send(watch->watcher, request, sizeof(request) - 1);
}

static void
on_watcher_lost(void *arg, const char *why)
{
	struct watch *watch = arg;

	stage_fail(&watch->stage, "the watcher was lost: %s", why);
}

static void
on_push(struct watch *watch, struct span line)
{
	uint64_t now = clock_mono_us();
	struct answer push;
	struct write *write;
	struct id id;
	size_t number;

	if (!answer_parse(&push, line)) {
		stage_fail(&watch->stage, "a push out of form: %.*s",
		    (int)line.len, line.ptr);
		return;
	}
	if (span_is(push.word[0], "reset")) {
		stage_fail(&watch->stage, "the watcher was told to start anew");
		return;
	}
	if (!span_to_id(answer_value(&push, "slot"), &id))
		return; /* a heartbeat, or another kind of entity */
	number = (size_t)(id.lo & ~((uint64_t)1 << 63));
	if (id.hi != watch->run || number >= watch->count) {
		watch->strangers++;
		return;
	}
	write = &watch->writes[number];
	if (write->pushes++ > 0)
		return;
	if (write->answered_us > 0 && !write->acknowledged)
		return; /* it was not waited for */
	write->pushed_us = now;
	stage_answered(&watch->stage);
}

static void
on_watcher_line(void *arg, struct span line)
{
	struct watch *watch = arg;
	struct tally tally = {0};

	if (line.len == 0 || line.ptr[0] == '*')
		return;
	if (line.ptr[0] == '!') {
		on_push(watch, line);
	} else if (!tally_closing(&tally, line)) {
		stage_fail(
		    &watch->stage, "the watch was refused: %s", tally.first);
	} else if (!watch->watching) {
		watch->watching = true;
		stage_count_ready(&watch->stage);
	}
}

/* ----- the report ----- */

struct outcome {
	struct sample from_answer, from_sending, answer;
	uint64_t acknowledged, missing, twice, early, unknown;
};

/* early: the push came before the answer; counted as no time at all. */
static void
judge(const struct watch *watch, struct outcome *outcome)
{
	for (size_t i = 0; i < watch->count; i++) {
		const struct write *write = &watch->writes[i];

		outcome->acknowledged += write->acknowledged;
		outcome->unknown += write->answered_us == 0;
		outcome->missing += write->acknowledged && write->pushes == 0;
		outcome->twice += write->pushes > 1 ? write->pushes - 1 : 0;
		if (!write->measured || !write->acknowledged ||
		    write->pushes == 0)
			continue;
		if (write->pushed_us < write->answered_us)
			outcome->early++;
		sample_add(&outcome->from_answer,
		    write->pushed_us < write->answered_us
			? 0
			: write->pushed_us - write->answered_us);
		sample_add(
		    &outcome->from_sending, write->pushed_us - write->due_us);
		sample_add(
		    &outcome->answer, write->answered_us - write->due_us);
	}
}

static void
print_outcome(const struct watch *watch, struct outcome *outcome)
{
	struct percentiles from_answer =
	    sample_percentiles(&outcome->from_answer);
	struct percentiles from_sending =
	    sample_percentiles(&outcome->from_sending);
	struct percentiles answer = sample_percentiles(&outcome->answer);
	double rate =
	    (double)outcome->from_answer.count / stage_seconds(&watch->stage);
	struct report report;

	report_say("watch: %.0f writes/s of %u/s offered; %llu missing, %llu "
		   "twice",
	    rate, watch->rate, (unsigned long long)outcome->missing,
	    (unsigned long long)outcome->twice);
	report_latency("watch: from the answer to the push", from_answer);
	report_latency("watch: from falling due to the push", from_sending);
	report_latency("watch: from falling due to the answer", answer);
	report_begin(&report, "watch");
	report_u64(&report, "offered", watch->rate);
	report_real(&report, "rate", rate);
	report_u64(&report, "acknowledged", outcome->acknowledged);
	report_u64(&report, "refused", watch->tally.other);
	report_u64(&report, "unanswered", outcome->unknown);
	report_u64(&report, "missing", outcome->missing);
	report_u64(&report, "twice", outcome->twice);
	report_u64(&report, "strangers", watch->strangers);
	report_u64(&report, "early", outcome->early);
	report_percentiles(&report, "", from_answer);
	report_percentiles(&report, "due", from_sending);
	report_percentiles(&report, "answer", answer);
	report_end(&report);
}

static int
watch_report(struct watch *watch)
{
	struct outcome outcome = {0};
	int status = 0;

	judge(watch, &outcome);
	tally_complain(&watch->tally);
	print_outcome(watch, &outcome);
	if (outcome.missing + outcome.twice + outcome.unknown > 0) {
		complain("the feed is not exactly once");
		status = -1;
	}
	sample_fini(&outcome.from_answer);
	sample_fini(&outcome.from_sending);
	sample_fini(&outcome.answer);
	return status;
}

static bool
open_links(struct watch *watch)
{
	static const struct link_hooks writing = {
	    on_writer_ready, on_writer_line, on_writer_lost};
	static const struct link_hooks watching = {
	    on_watcher_ready, on_watcher_line, on_watcher_lost};
	unsigned n = watch->common.connections;

	watch->watcher = reach_link(
	    &watch->watcher_reach, watch->stage.base, &watching, watch);
	if (watch->watcher == NULL)
		return false;
	for (unsigned i = 0; i < n; i++) {
		struct writer *writer = &watch->writers[i];

		writer->watch = watch;
		if (course_init(&writer->course, &watch->common.world, i, n,
			watch->from) != 0)
			return false;
		writer->link = reach_link(
		    &watch->reach, watch->stage.base, &writing, writer);
		if (writer->link == NULL)
			return false;
	}
	return true;
}

static int
watch_run(struct watch *watch)
{
	unsigned n = watch->common.connections;
	int status = -1;

	watch->writers = xcalloc(n, sizeof(*watch->writers));
	stage_init(&watch->stage, &watch->common, n + 1, on_start, watch);
	watch->stage.tolerant = true;
	watch->stage.linger_us = LINGER_US;
	pace_init(&watch->pace, watch->stage.base, watch->rate, on_due, watch);
	if (open_links(watch))
		status = stage_run(&watch->stage);
	if (status == 0)
		status = watch_report(watch);
	link_free(watch->watcher);
	for (unsigned i = 0; i < n; i++) {
		link_free(watch->writers[i].link);
		course_fini(&watch->writers[i].course);
	}
	pace_fini(&watch->pace);
	stage_fini(&watch->stage);
	free(watch->writers);
	free(watch->writes);
	return status;
}

int
command_watch(int argc, char **argv)
{
	struct watch watch = {.rate = 200};
	const struct option options[] = {OPTIONS_REACH(&watch.common),
	    OPTIONS_TIME(&watch.common), OPTIONS_WORLD(&watch.common.world),
	    {"watcher", OPTION_TEXT, &watch.watcher_connect, 0, 0},
	    {"rate", OPTION_COUNT, &watch.rate, 1, 100000},
	    {"from", OPTION_DAY, &watch.from, 0, 0}};
	uint64_t random = (uint64_t)clock_real_us();
	int status = -1;

	common_init(&watch.common);
	if (options_read(argc, argv, options, ARRAY_SIZE(options)) != 0)
		return EXIT_USAGE;
	if (watch.from == 0)
		watch.from = world_end(&watch.common.world);
	if (watch.watcher_connect == NULL)
		watch.watcher_connect = watch.common.connect;
	watch.run = random_id(&random).hi;
	if (reach_init(&watch.reach, watch.common.connect, watch.common.tls,
		watch.common.token_file) != 0)
		return EXIT_VOID;
	if (reach_init(&watch.watcher_reach, watch.watcher_connect,
		watch.common.tls, watch.common.token_file) == 0)
		status = watch_run(&watch);
	reach_fini(&watch.watcher_reach);
	reach_fini(&watch.reach);
	return status == 0 ? 0 : EXIT_VOID;
}
