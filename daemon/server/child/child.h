/* SPDX-License-Identifier: ISC */
/*
 * child: a program beside the daemon, begun as a copy of the daemon.
 *
 * The copy first does what only a copy can do without stopping the loop - it
 * writes down the book - and then becomes the program.  It has no descriptor of
 * the daemon's, is ended with it, and is watched: memory, time, and whatever it
 * says on its standard output, line by line.  Whatever becomes of it, on_end
 * runs once, from the event loop.
 */
#ifndef SERVER_CHILD_H
#define SERVER_CHILD_H

#include "daemon/base/compiler.h"
#include "daemon/base/error.h"
#include "proto/span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct child;
struct event_base;

enum {
	CHILD_LINE_MAX = 8192, /* of its output; what is longer is cut */
	CHILD_FDS_MAX = 4,
	CHILD_FIRST_FD = 3 /* what the first of its descriptors becomes */
};

enum child_why {
	CHILD_EXITED,
	CHILD_KILLED,   /* by a signal that nobody here sent */
	CHILD_MEMORY,   /* it took more than it may */
	CHILD_DEADLINE, /* it did not end in time */
	CHILD_NOT_RUN   /* the copy failed, or there is no such program */
};

struct child_end {
	enum child_why why;
	int code;         /* exit status, or the signal */
	bool termed;      /* it had been asked to end */
	const char *last; /* its last line on standard error, or why not run */
	uint64_t cpu_ms, memory; /* bytes at the most */
};

struct child_options {
	const char *const *argv; /* argv[0]: path; copied by nature */
	/* Descriptors that it gets as CHILD_FIRST_FD and so on; lent. */
	const int *fds;
	size_t nfds;
	bool is_batch;       /* SCHED_BATCH and nice 10, once it is a program */
	bool is_fed;         /* child_feed(); else its input is empty */
	uint64_t memory_max; /* bytes resident; 0: no limit */
	/* Bytes of a file that the program writes, also of one in memory that
	 * is not resident in it; then SIGXFSZ.  0: no limit. */
	uint64_t file_max;
	uint64_t deadline_ms; /* 0: none; then it is asked to end */
	uint64_t grace_ms;    /* after being asked, until it is killed */
	/* In the copy, before the program: 0, or -1 with *error.  It may read
	 * everything that the daemon has, and must not use the event loop. */
	int (*prepare)(void *arg, struct error *error);
	void *prepare_arg;
};

struct child_hooks {
	/* The copy has become the program; so long it took before. */
	void (*on_run)(void *arg, uint64_t prepare_us);
	void (*on_line)(void *arg, struct span line); /* without its end */
	/* The child may be freed from here. */
	void (*on_end)(void *arg, const struct child_end *end);
};

/* NULL with *error when there can be no copy. */
struct child *child_new(struct event_base *base,
    const struct child_options *options, const struct child_hooks *hooks,
    void *arg, struct error *error) MUST_CHECK;
/* Kills it if it runs; on_end is not called.  It may still be there when this
 * returns: the event loop hears of its end. */
void child_free(struct child *child);
/* Waits until those that were freed so are gone: before the loop is. */
void children_wait(struct event_base *base);

/* How long the daemon stood still to be copied. */
uint64_t child_pause_us(const struct child *child);
pid_t child_pid(const struct child *child);
/* Asks it to end; it is killed when it has not after grace_ms. */
void child_term(struct child *child);
/* Bytes for its standard input, copied; true while it takes them: a program
 * that leaves 64 MiB unread is killed. */
bool child_feed(struct child *child, struct span bytes);

#endif
