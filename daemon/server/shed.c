/* SPDX-License-Identifier: ISC */
/* shed: see shed.h. */
#include "daemon/server/shed.h"

#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"

#include <event2/event.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <unistd.h>

/* Half a millisecond, as pages go. */
enum { STEP = 4 << 20 };

struct shed {
	LIST_ENTRY(shed) all;
	struct event_base *base; /* borrowed */
	struct event *turn;      /* owned */
	int fd;                  /* owned */
	off_t size;              /* left */
};

static LIST_HEAD(, shed) sheds = LIST_HEAD_INITIALIZER(sheds);

static void
end(struct shed *shed)
{
	LIST_REMOVE(shed, all);
	event_free(shed->turn);
	(void)close(shed->fd);
	free(shed);
}

static void
next_turn(struct shed *shed)
{
	static const struct timeval now = {0, 0};

	(void)event_add(shed->turn, &now);
}

static void
on_turn(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct shed *shed = arg;

	shed->size -= STEP;
	if (shed->size > 0 && ftruncate(shed->fd, shed->size) == 0)
		next_turn(shed);
	else
		end(shed);
}

void
shed_file(struct event_base *base, int fd)
{
	struct shed *shed;
	struct stat stat;

	if (fstat(fd, &stat) != 0 || stat.st_size <= STEP) {
		(void)close(fd);
		return;
	}
	shed = xcalloc(1, sizeof(*shed));
	shed->base = base;
	shed->fd = fd;
	shed->size = stat.st_size;
	shed->turn = evtimer_new(base, on_turn, shed);
	if (shed->turn == NULL)
		abort(); /* out of memory: small */
	LIST_INSERT_HEAD(&sheds, shed, all);
	next_turn(shed);
}

void
shed_rest(struct event_base *base)
{
	struct shed *shed, *next;

	for (shed = LIST_FIRST(&sheds); shed != NULL; shed = next) {
		next = LIST_NEXT(shed, all);
		if (shed->base == base)
			end(shed);
	}
}
