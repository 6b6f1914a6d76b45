/* SPDX-License-Identifier: ISC */
/*
 * options: what stands after the command's name, "--seconds=10" or "--tls".
 *
 * A command has a table of what it takes; the values in it are the defaults.
 */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include "daemon/base/compiler.h"
#include "tools/bench/world.h"

#include <stdbool.h>
#include <stddef.h>

enum option_type {
	OPTION_COUNT, /* unsigned, from min to max */
	OPTION_TEXT,  /* const char *, borrowed from the arguments */
	OPTION_DAY,   /* int32_t, YYYY-MM-DD */
	OPTION_FLAG   /* bool, set by the bare word */
};

struct option {
	const char *name; /* without "--" */
	enum option_type type;
	void *value;
	unsigned min, max;
};

/* 0, or -1 after a complaint. */
int options_read(int argc, char **argv, const struct option *options,
    size_t count) MUST_CHECK;

/* "rota-bench: text" to standard error. */
void complain(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* What most commands take. */
struct common {
	const char *connect;    /* HOST:PORT on this machine, or a path */
	const char *token_file; /* NULL: the unix socket's peer is enough */
	bool tls;
	unsigned connections, seconds, warm_up, seed;
	struct world world;
};

void common_init(struct common *common);

/* clang-format off */
#define OPTIONS_REACH(common)                                                  \
	{"connect", OPTION_TEXT, &(common)->connect, 0, 0},                    \
	{"token-file", OPTION_TEXT, &(common)->token_file, 0, 0},              \
	{"tls", OPTION_FLAG, &(common)->tls, 0, 0}

#define OPTIONS_TIME(common)                                                   \
	{"connections", OPTION_COUNT, &(common)->connections, 1, 10000},       \
	{"seconds", OPTION_COUNT, &(common)->seconds, 1, 3600},                \
	{"warm-up", OPTION_COUNT, &(common)->warm_up, 0, 600},                 \
	{"seed", OPTION_COUNT, &(common)->seed, 0, UINT32_MAX}

#define OPTIONS_WORLD(w)                                                       \
	{"physicians", OPTION_COUNT, &(w)->physicians, 1,                      \
	    WORLD_PHYSICIANS_MAX},                                             \
	{"sites", OPTION_COUNT, &(w)->sites, 1, WORLD_SITES_MAX},              \
	{"weeks", OPTION_COUNT, &(w)->weeks, 1, 150},                          \
	{"first", OPTION_DAY, &(w)->first, 0, 0}
/* clang-format on */

#endif
