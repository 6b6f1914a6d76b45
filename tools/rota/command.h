/* SPDX-License-Identifier: ISC */
/*
 * command: what can be typed: friendly commands, which are short names for
 * verbs or programs of their own, and every verb of the daemon.
 */
#ifndef ROTA_COMMAND_H
#define ROTA_COMMAND_H

#include "tools/rota/options.h"
#include "tools/rota/rota.h"

#include <stddef.h>

/* The words behind a command's name. */
struct arguments {
	int count;
	char *const *word;
};

struct command {
	const char *name;
	/* That it stands for, or whose keys its own program takes; or NULL. */
	const char *verb;
	const char *places; /* keys of bare words, parted by blanks; or NULL */
	enum outcome (*run)(struct rota *rota, const struct options *options,
	    const struct arguments *arguments);
	const char *usage;   /* "assign PHYSICIAN SITE DAY PART" */
	const char *summary; /* NULL: not in the list of commands */
};

size_t command_table(const struct command **table);
const struct command *command_find(const char *name);

/* Runs the words argv[1] and on, options among them; `line` as for
 * options_read(). */
enum outcome command_run(struct rota *rota, int argc, char **argv, bool line)
    MUST_CHECK;
/* The same, behind the options. */
enum outcome command_run_words(struct rota *rota, const struct options *options,
    int count, char *const *words) MUST_CHECK;

/* The programs, one file each. */
enum outcome command_export(struct rota *rota, const struct options *options,
    const struct arguments *arguments);
enum outcome command_help(struct rota *rota, const struct options *options,
    const struct arguments *arguments);
enum outcome command_import(struct rota *rota, const struct options *options,
    const struct arguments *arguments);
enum outcome command_login(struct rota *rota, const struct options *options,
    const struct arguments *arguments);
enum outcome command_plan(struct rota *rota, const struct options *options,
    const struct arguments *arguments);
enum outcome command_plan_proof(struct rota *rota,
    const struct options *options, const struct arguments *arguments);
enum outcome command_watch(struct rota *rota, const struct options *options,
    const struct arguments *arguments);

#endif
