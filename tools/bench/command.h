/* SPDX-License-Identifier: ISC */
/*
 * command: the commands of rota-bench.  Each takes the arguments after its name
 * and answers the exit status: 0 done, 1 the run is void, 2 wrong options.
 */
#ifndef BENCH_COMMAND_H
#define BENCH_COMMAND_H

enum { EXIT_VOID = 1, EXIT_USAGE = 2 };

typedef int command_fn(int argc, char **argv);

command_fn command_ask, command_assign, command_capacity, command_contend,
    command_gaps, command_idle, command_list, command_rotation, command_seed,
    command_token, command_watch;

#endif
