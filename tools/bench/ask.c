/* SPDX-License-Identifier: ISC */
/*
 * ask: sends one request and prints its answer, so that a script can.
 */
#include "tools/bench/command.h"

#include "tools/bench/reach.h"
#include "tools/bench/stage.h"
#include "tools/bench/tally.h"

#include <stdio.h>
#include <string.h>

struct ask {
	struct common common;
	const char *request;
	struct reach reach;
	struct stage stage;
	struct link *link;
	struct tally tally;
};

static void
on_ready(void *arg)
{
	struct ask *ask = arg;

	stage_count_ready(&ask->stage);
	link_send(ask->link, ask->request, strlen(ask->request));
	link_send(ask->link, "\n", 1);
	stage_sent(&ask->stage);
}

static void
on_lost(void *arg, const char *why)
{
	struct ask *ask = arg;

	stage_fail(&ask->stage, "the connection was lost: %s", why);
}

static void
on_line(void *arg, struct span line)
{
	struct ask *ask = arg;

	if (line.len == 0 || line.ptr[0] == '!')
		return;
	printf("%.*s\n", (int)line.len, line.ptr);
	if (line.ptr[0] == '*')
		return;
	tally_closing(&ask->tally, line);
	stage_exhausted(&ask->stage);
	stage_answered(&ask->stage);
}

static void
on_start(void *arg)
{
	(void)arg;
}

static int
ask_run(struct ask *ask)
{
	static const struct link_hooks hooks = {on_ready, on_line, on_lost};
	int status = -1;

	stage_init(&ask->stage, &ask->common, 1, on_start, ask);
	ask->link = reach_link(&ask->reach, ask->stage.base, &hooks, ask);
	if (ask->link != NULL)
		status = stage_run(&ask->stage);
	link_free(ask->link);
	stage_fini(&ask->stage);
	return status == 0 && ask->tally.other == 0 ? 0 : -1;
}

int
command_ask(int argc, char **argv)
{
	struct ask ask = {.request = "status"};
	const struct option options[] = {OPTIONS_REACH(&ask.common),
	    {"seconds", OPTION_COUNT, &ask.common.seconds, 1, 3600},
	    {"request", OPTION_TEXT, &ask.request, 0, 0}};
	int status;

	common_init(&ask.common);
	ask.common.warm_up = 0;
	if (options_read(argc, argv, options, ARRAY_SIZE(options)) != 0)
		return EXIT_USAGE;
	if (reach_init(&ask.reach, ask.common.connect, ask.common.tls,
		ask.common.token_file) != 0)
		return EXIT_VOID;
	status = ask_run(&ask);
	reach_fini(&ask.reach);
	return status == 0 ? 0 : EXIT_VOID;
}
