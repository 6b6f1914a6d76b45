/* SPDX-License-Identifier: ISC */
/*
 * migrate_kit: what the tests of rota-migrate share - running it, and making
 * folders of migrations for it.
 */
#ifndef TESTS_INTEGRATION_MIGRATE_KIT_H
#define TESTS_INTEGRATION_MIGRATE_KIT_H

#include "daemon/base/compiler.h"

#include <stdio.h>

enum { KIT_TEXT_MAX = 16384 };

/* A rota-migrate that runs, and what has come of it. */
struct run {
	FILE *pipe;
	int status;              /* its exit status */
	char text[KIT_TEXT_MAX]; /* both of its outputs */
};

/* Starts `rota-migrate -d conninfo -m folder args`; folder NULL: those of the
 * project.  args are words for the shell. */
void run_start(struct run *run, const char *conninfo, const char *folder,
    const char *fmt, ...) PRINTF_LIKE(4, 5);
/* Reads it to its end. */
void run_end(struct run *run);
/* Both; then checks the exit status and that the text holds `expected`. */
void run_expect(const char *conninfo, const char *folder, const char *args,
    int status, const char *expected);
void run_check(const struct run *run, int status, const char *expected);

/* A new folder with a copy of the project's migrations; owned by the caller,
 * who gives it to folder_free(). */
char *folder_new(void) MUST_CHECK;
void folder_free(char *folder);
/* Writes a file of the folder, anew if it is there. */
void folder_put(const char *folder, const char *file, const char *text);
void folder_remove(const char *folder, const char *file);
/* The name of the file after the project's newest ("0002_<name>.sql"), and its
 * number in *number if that is not NULL; owned by the caller. */
char *folder_next(const char *name, int *number) MUST_CHECK;
/* How many migrations the project has. */
int folder_count(void);
/* An INSERT INTO rota.migration for the next number, then `sql`, put there. */
void folder_put_next(const char *folder, const char *name, const char *sql);

#endif
