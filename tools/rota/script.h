/* SPDX-License-Identifier: ISC */
/*
 * script: commands one per line, from a pipe or typed at the prompt.
 */
#ifndef ROTA_SCRIPT_H
#define ROTA_SCRIPT_H

#include "tools/rota/rota.h"

#include <stdio.h>

enum { SCRIPT_LINE_MAX = 64 << 10 };

/* Runs one line; *quit is set by "quit" and "exit".  An empty line is
 * OUTCOME_OK. */
enum outcome script_line(struct rota *rota, const char *line, bool *quit)
    MUST_CHECK;
/* Runs all lines, up to the first that fails unless keep_going is set; the
 * first failure. */
enum outcome script_run(struct rota *rota, FILE *stream) MUST_CHECK;
/* Reads and runs lines at a terminal. */
enum outcome prompt_run(struct rota *rota) MUST_CHECK;

/* Whether a line may be written down: none that holds a code or token. */
bool script_is_public(const char *line);

#endif
