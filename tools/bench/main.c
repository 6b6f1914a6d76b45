/* SPDX-License-Identifier: ISC */
/*
 * rota-bench: loads a daemon of this machine and prints figures; see
 * rota-bench(1).
 */
#include "tools/bench/command.h"
#include "tools/bench/options.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	command_fn *run;
	const char *summary;
} commands[] = {
    {"seed", command_seed, "fill an empty database with a generated plan"},
    {"token", command_token, "make an account and print its token"},
    {"ask", command_ask, "send one request and print its answer"},
    {"list", command_list, "read the half-days of physicians"},
    {"gaps", command_gaps, "find half-days that need physicians"},
    {"assign", command_assign, "write half-days that do not collide"},
    {"capacity", command_capacity, "find half-days with free places"},
    {"contend", command_contend, "write to one site and day"},
    {"rotation", command_rotation, "put physicians in turn for a season"},
    {"watch", command_watch, "time from a write to the watcher's line"},
    {"idle", command_idle, "memory of idle connections"},
};

static int
usage(FILE *stream, int status)
{
	fputs("usage: rota-bench command [--option=value ...]\n", stream);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(stream, "  %-8s %s\n", commands[i].name,
		    commands[i].summary);
	return status;
}

int
main(int argc, char **argv)
{
	if (argc < 2)
		return usage(stderr, EXIT_USAGE);
	if (strcmp(argv[1], "-h") == 0)
		return usage(stdout, 0);
	if (strcmp(argv[1], "-V") == 0) {
		puts("rota-bench " PACKAGE_VERSION);
		return 0;
	}
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 2, argv + 2);
	complain("there is no command %s", argv[1]);
	return usage(stderr, EXIT_USAGE);
}
