/* SPDX-License-Identifier: ISC */
/*
 * idle: what connections cost that do nothing.
 *
 * The connections are opened some at a time, authenticated, and left alone; the
 * daemon's resident memory is read before the first and after the last one.
 */
#include "tools/bench/command.h"

#include "daemon/base/mem.h"
#include "tools/bench/reach.h"
#include "tools/bench/report.h"
#include "tools/bench/stage.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
	WAVE = 64,       /* connections on their way at once */
	FILES_MORE = 64, /* open files beside the connections */
	SETTLE_US = 2000000
};

struct idle {
	struct common common;
	unsigned pid;
	struct reach reach;
	struct stage stage;
	struct link **links;
	unsigned opened;
	uint64_t before_kb, after_kb;
};

static const struct link_hooks idle_hooks;

/* Resident memory in kB; 0 after a complaint. */
static uint64_t
resident_kb(unsigned pid)
{
	static const char key[] = "VmRSS:";
	char path[64], line[256];
	uint64_t kb = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%u/status", pid);
	file = fopen(path, "re");
	if (file == NULL) {
		complain("%s: %s", path, strerror(errno));
		return 0;
	}
	while (fgets(line, sizeof(line), file) != NULL) {
		struct span text = span_of(line);
		size_t begin, len;

		if (strncmp(line, key, sizeof(key) - 1) != 0)
			continue;
		begin = sizeof(key) - 1 + strspn(line + sizeof(key) - 1, " \t");
		len = strspn(line + begin, "0123456789");
		(void)span_to_u64(
		    (struct span){text.ptr + begin, len}, UINT32_MAX, &kb);
	}
	fclose(file);
	return kb;
}

static void
open_some(struct idle *idle)
{
	while (idle->opened < idle->common.connections &&
	    idle->opened - idle->stage.ready < WAVE && !idle->stage.failed) {
		struct link *link = reach_link(
		    &idle->reach, idle->stage.base, &idle_hooks, idle);

		if (link == NULL)
			stage_fail(
			    &idle->stage, "no connection %u", idle->opened + 1);
		else
			idle->links[idle->opened++] = link;
	}
}

static void
on_ready(void *arg)
{
	struct idle *idle = arg;

	stage_count_ready(&idle->stage);
	open_some(idle);
}

static void
on_line(void *arg, struct span line)
{
	(void)arg;
	(void)line; /* a push is no business of somebody idle */
}

static void
on_lost(void *arg, const char *why)
{
	struct idle *idle = arg;

	stage_fail(&idle->stage, "a connection was lost after %u: %s",
	    idle->stage.ready, why);
}

static const struct link_hooks idle_hooks = {on_ready, on_line, on_lost};

static void
on_start(void *arg)
{
	struct idle *idle = arg;

	report_say("idle: %u connections are open", idle->stage.ready);
}

static void
idle_report(const struct idle *idle)
{
	uint64_t growth = idle->after_kb > idle->before_kb
	    ? idle->after_kb - idle->before_kb
	    : 0;
	struct report report;

	report_say("idle: %u %s connections: %.1f MB more, %.1f kB each, "
		   "%.1f MB in all",
	    idle->common.connections, idle->common.tls ? "TLS" : "plain",
	    (double)growth / 1024, (double)growth / idle->common.connections,
	    (double)idle->after_kb / 1024);
	report_begin(&report, "idle");
	report_u64(&report, "connections", idle->common.connections);
	report_u64(&report, "tls", idle->common.tls);
	report_u64(&report, "before_kb", idle->before_kb);
	report_u64(&report, "after_kb", idle->after_kb);
	report_u64(&report, "growth_kb", growth);
	report_real(
	    &report, "each_kb", (double)growth / idle->common.connections);
	report_end(&report);
}

static int
allow_files(unsigned connections)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
	    limit.rlim_cur < connections + FILES_MORE) {
		limit.rlim_cur = connections + FILES_MORE;
		if (limit.rlim_max < limit.rlim_cur)
			limit.rlim_max = limit.rlim_cur;
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
			complain("the limit of open files is too low: %s",
			    strerror(errno));
			return -1;
		}
	}
	return 0;
}

static int
idle_run(struct idle *idle)
{
	int status;

	idle->before_kb = resident_kb(idle->pid);
	if (idle->before_kb == 0 || allow_files(idle->common.connections) != 0)
		return -1;
	idle->links = xcalloc(idle->common.connections, sizeof(struct link *));
	stage_init(&idle->stage, &idle->common, idle->common.connections,
	    on_start, idle);
	idle->stage.warm_up_us = SETTLE_US;
	open_some(idle);
	status = stage_run(&idle->stage);
	idle->after_kb = resident_kb(idle->pid);
	if (status == 0 && idle->after_kb > 0)
		idle_report(idle);
	for (unsigned i = 0; i < idle->opened; i++)
		link_free(idle->links[i]);
	stage_fini(&idle->stage);
	free(idle->links);
	return idle->after_kb > 0 ? status : -1;
}

int
command_idle(int argc, char **argv)
{
	struct idle idle = {0};
	const struct option options[] = {OPTIONS_REACH(&idle.common),
	    {"connections", OPTION_COUNT, &idle.common.connections, 1, 100000},
	    {"pid", OPTION_COUNT, &idle.pid, 1, INT32_MAX},
	    {"seconds", OPTION_COUNT, &idle.common.seconds, 1, 3600}};
	int status;

	common_init(&idle.common);
	idle.common.connections = 10000;
	idle.common.seconds = 1;
	if (options_read(argc, argv, options, ARRAY_SIZE(options)) != 0)
		return EXIT_USAGE;
	if (idle.pid == 0) {
		complain("--pid=... of the daemon is needed");
		return EXIT_USAGE;
	}
	if (reach_init(&idle.reach, idle.common.connect, idle.common.tls,
		idle.common.token_file) != 0)
		return EXIT_VOID;
	status = idle_run(&idle);
	reach_fini(&idle.reach);
	return status == 0 ? 0 : EXIT_VOID;
}
