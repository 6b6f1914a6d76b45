/* SPDX-License-Identifier: ISC */
/*
 * pgkeeper: a process that owns one PostgreSQL server and its folder.
 *
 * It obeys over a pipe.  When the last writer of that pipe is gone, however it
 * died, the keeper stops the server at once, removes the folder and ends: no
 * test can leave a server behind.
 */
#ifndef TESTS_SUPPORT_PGKEEPER_H
#define TESTS_SUPPORT_PGKEEPER_H

#include <stdbool.h>
#include <sys/types.h>

struct pgkeeper {
	pid_t pid, owner;
	int commands, replies; /* our ends of the pipes */
};

enum pgkeeper_command {
	PGKEEPER_START = 's',
	PGKEEPER_STOP = 'f',     /* fast: sessions end, all is on disk */
	PGKEEPER_CRASH = 'i',    /* immediate: recovery at the next start */
	PGKEEPER_SUSPEND = 'z',  /* the server and its sessions freeze... */
	PGKEEPER_CONTINUE = 'c', /* ...and go on */
	PGKEEPER_QUIT = 'q'
};

/*
 * Makes a cluster in `folder` (owned by the user that the server runs as) with
 * the programs in `bin`.  `settings` are lines of postgresql.conf.  False if
 * that failed; then nothing runs.
 */
bool pgkeeper_open(struct pgkeeper *keeper, const char *bin, const char *folder,
    const char *settings);
/* False if it was not done: the server did not start, or runs already. */
bool pgkeeper_do(struct pgkeeper *keeper, enum pgkeeper_command command);
/* Stops the server, removes the folder, waits for the end. */
void pgkeeper_close(struct pgkeeper *keeper);

#endif
