/* SPDX-License-Identifier: ISC */
/*
 * child_private: what the daemon's side of a child - child.c, its life,
 * child_io.c, its pipes, and child_reap.c, its end when nobody hears of it -
 * and the copy's, child_copy.c, share.
 */
#ifndef SERVER_CHILD_PRIVATE_H
#define SERVER_CHILD_PRIVATE_H

#include "daemon/server/child/child.h"

#include <event2/event.h>

enum { CHILD_LAST_MAX = 200 };

/* Lines that come through a pipe. */
struct child_source {
	struct child *child;
	struct event *event; /* owned */
	int fd;              /* owned; -1: at its end */
	size_t len;
	bool skipping; /* to the end of an over-long line */
	char line[CHILD_LINE_MAX];
};

struct child {
	struct event_base *base;
	struct child_hooks hooks;
	void *arg;
	pid_t pid;
	int pidfd;
	struct event *over, *watch; /* owned */
	struct child_source out, err;
	struct event *input; /* owned; NULL: it is not fed */
	int input_fd;
	char *feed; /* owned */
	size_t feed_len, feed_sent, feed_capacity;
	int report_fd; /* of the copy; -1: it is heard */
	struct event *report;
	bool prepared, runs; /* has become the program */
	uint64_t prepare_us;
	bool termed, killed;
	enum child_why why; /* what it will have ended for, once killed */
	uint64_t begun_us, pause_us, term_us;
	uint64_t memory_max, deadline_ms, grace_ms, memory;
	char last[CHILD_LAST_MAX + 1];
};

/* What the copy tells before it becomes the program: that it is prepared, or
 * why it ends.  Through a pipe that the program does not have. */
struct child_report {
	uint64_t prepare_us;
	int32_t prepared;
	struct error why;
};

/* Read ends first; -1: none. */
struct child_pipes {
	int in[2], out[2], err[2], report[2];
};

/* 0, or -1 with *error.  in: /dev/null unless it is fed. */
int child_pipes_open(
    struct child_pipes *pipes, bool is_fed, struct error *error) MUST_CHECK;
void child_pipes_close(struct child_pipes *pipes);
/* In the daemon: closes the ends of the copy. */
void child_pipes_keep(struct child_pipes *pipes);

/* The life of the copy, signals blocked; daemon: the process to end with. */
_Noreturn void child_copy_run(const struct child_options *options,
    const struct child_pipes *pipes, pid_t daemon);

/* ----- child.c ----- */

/* Ends it at once; why: what it will have ended for. */
void child_kill(struct child *child, enum child_why why);

/* ----- child_reap.c ----- */

/* Reaps a process that was killed, once it has ended; takes the pidfd over. */
void child_reap(struct event_base *base, pid_t pid, int pidfd);

/* ----- child_io.c ----- */

struct event *child_watch_fd(struct child *child, int fd, short what,
    event_callback_fn callback, void *arg) MUST_CHECK;
void child_source_init(
    struct child_source *source, struct child *child, int fd);
void child_source_fini(struct child_source *source);
/* What it said before it ended, a bounded part of it. */
void child_source_drain(struct child_source *source);
/* fd: -1 when it is not fed. */
void child_input_init(struct child *child, int fd);
/* Keeps a line as the last one that it said. */
void child_says(struct child *child, struct span line);

#endif
