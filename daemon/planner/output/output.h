/* SPDX-License-Identifier: ISC */
/*
 * output: where a plan is written.
 *
 * What the name stood for before stays whole until the new plan is: a regular
 * file is replaced by one written beside it.  What is no regular file, or has
 * no name by which it could be replaced, is written in place.
 */
#ifndef PLANNER_OUTPUT_H
#define PLANNER_OUTPUT_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

struct output {
	char *name;   /* of what is replaced, owned; NULL: written in place */
	char *beside; /* owned, likewise */
	volatile sig_atomic_t made; /* what stands beside */
	FILE *file;
	size_t lines; /* that have reached the file */
	int fd;
	bool lent; /* standard output */
};

/* Whether two names are of one file that is there; "-" is of none. */
bool output_is_file(const char *name, const char *other);
/* "-": standard output.  False with errno; nothing is to be closed then. */
bool output_open(struct output *output, const char *name);
/* The last line, and the plan takes its place; false with errno, then all is as
 * before.  The output is gone either way. */
bool output_end(struct output *output);
/* Leaves all as before, as far as it can be, and errno; also one that is gone.
 */
void output_drop(struct output *output);
/* For a signal handler that ends the program: leaves no file beside.  Also
 * while output_open() is under way. */
void output_leave(const struct output *output);

#endif
