/* SPDX-License-Identifier: ISC */
/*
 * child_reap: children that were killed, until they are gone.
 *
 * A process that has some 100 MB takes a while to give them back.  Nobody waits
 * for that: it is reaped when its descriptor says that it has ended.
 */
#include "daemon/server/child/child_private.h"

#include "daemon/base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/wait.h>
#include <unistd.h>

struct leaving {
	LIST_ENTRY(leaving) all;
	struct event_base *base; /* borrowed */
	struct event *over;      /* owned */
	pid_t pid;
	int pidfd; /* owned */
};

static LIST_HEAD(, leaving) leaving = LIST_HEAD_INITIALIZER(leaving);

/* Whether it is gone. */
static bool
reap(struct leaving *one, int options)
{
	pid_t got;

	do {
		got = waitpid(one->pid, NULL, options);
	} while (got < 0 && errno == EINTR);
	if (got == 0)
		return false;
	if (got < 0)
		abort(); /* it is ours, and nobody else waits for it */
	LIST_REMOVE(one, all);
	event_free(one->over);
	(void)close(one->pidfd);
	free(one);
	return true;
}

static void
on_over(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	(void)reap(arg, WNOHANG);
}

void
child_reap(struct event_base *base, pid_t pid, int pidfd)
{
	struct leaving *one = xcalloc(1, sizeof(*one));

	one->base = base;
	one->pid = pid;
	one->pidfd = pidfd;
	one->over = event_new(base, pidfd, EV_READ | EV_PERSIST, on_over, one);
	if (one->over == NULL)
		abort(); /* out of memory: small */
	(void)event_add(one->over, NULL);
	LIST_INSERT_HEAD(&leaving, one, all);
}

void
children_wait(struct event_base *base)
{
	struct leaving *one, *next;

	for (one = LIST_FIRST(&leaving); one != NULL; one = next) {
		next = LIST_NEXT(one, all);
		if (one->base == base)
			(void)reap(one, 0);
	}
}
