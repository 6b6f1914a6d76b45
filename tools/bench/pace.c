/* SPDX-License-Identifier: ISC */
/* pace: see pace.h. */
#include "tools/bench/pace.h"

#include "daemon/base/clock.h"

#include <event2/event.h>
#include <stdlib.h>

enum { TICK_US = 100 };

static void
on_tick(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct pace *pace = arg;
	uint64_t due_us;

	if (pace_due(pace, &due_us))
		pace->on_due(pace->arg);
}

void
pace_init(struct pace *pace, struct event_base *base, unsigned rate,
    void (*on_due)(void *arg), void *arg)
{
	*pace = (struct pace){.rate = rate, .on_due = on_due, .arg = arg};
	pace->tick = event_new(base, -1, EV_PERSIST, on_tick, pace);
	if (pace->tick == NULL)
		abort();
}

void
pace_fini(struct pace *pace)
{
	if (pace->tick != NULL)
		event_free(pace->tick);
	pace->tick = NULL;
}

void
pace_start(struct pace *pace)
{
	pace->begin_us = clock_mono_us();
	event_add(pace->tick, &(struct timeval){0, TICK_US});
}

bool
pace_due(const struct pace *pace, uint64_t *due_us)
{
	*due_us = pace->begin_us + pace->issued * 1000000 / pace->rate;
	return *due_us <= clock_mono_us();
}

void
pace_take(struct pace *pace, unsigned n)
{
	pace->issued += n;
}
