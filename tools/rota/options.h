/* SPDX-License-Identifier: ISC */
/*
 * options: what stands before, between and behind the words of a command, on
 * the command line and in each line of a script or of the prompt.
 */
#ifndef ROTA_OPTIONS_H
#define ROTA_OPTIONS_H

#include "daemon/base/compiler.h"
#include "tools/rota/profile.h"
#include "tools/rota/term.h"

#include <stdbool.h>
#include <stddef.h>

enum format { FORMAT_TABLE, FORMAT_JSON, FORMAT_CSV };

enum { TIMEOUT_DEFAULT = 60, TIMEOUT_MAX = 3600 }; /* seconds */

/* Texts are borrowed from the arguments; NULL: not told. */
struct options {
	/* of the connection: on the command line only */
	const char *profile, *server, *ca, *token_file;
	enum tls_use tls;
	int timeout_s;
	bool keep_going; /* a script goes on after a failure */
	bool version;
	bool complete; /* prints what may stand next, for shells */
	/* of each command */
	enum format format;
	enum colour_use colour;
	bool wide;
	bool help;
	bool dry_run;
	bool quiet;
	bool adopt;                          /* of plan repair */
	bool all_or_nothing, ignore_unknown; /* of import */
	const char *communes;                /* of import */
};

void options_init(struct options *options);
/*
 * Reads the options of arguments 1 to argc - 1; the other words then stand at
 * argv[*first] and behind.  In a `line` the options of the connection are
 * refused.  0, or -1 after a complaint.
 */
int options_read(struct options *options, int argc, char **argv, bool line,
    int *first) MUST_CHECK;
/* The name of the i-th option as it is typed, "--json" or "--server="; false
 * behind the last. */
bool options_name(size_t i, char *name, size_t size);
/* The options with what they do, to standard output. */
void options_help(void);

#endif
