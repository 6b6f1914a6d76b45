/* SPDX-License-Identifier: ISC */
/*
 * crowd: lists of connections and the three timers that go over them.
 */
#include "daemon/server/crowd.h"

#include "daemon/base/clock.h"
#include "daemon/base/idmap.h"
#include "daemon/base/mem.h"
#include "daemon/config/config.h"
#include "daemon/server/conn_private.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdlib.h>

enum {
	FLUSH_MS = 10000, /* without a byte read by a client that must go */
	LINGER_MS = 1000,
	PATROL_S = 5
};

TAILQ_HEAD(conn_list, conn_private);

struct crowd {
	struct server *server; /* borrowed */
	void (*on_empty)(struct server *server);
	unsigned count; /* alive */
	unsigned kept;  /* not freed yet */
	struct conn_list all;
	struct conn_list by_age[AGE_COUNT];
	struct conn_list run;
	unsigned round; /* of those in run; see on_turn() */
	struct conn_list buried;
	struct conn_list limbo;           /* closed, but held */
	struct idmap addresses, accounts; /* how many of each */
	struct event *turn;               /* as soon as possible */
	struct event *clock;              /* when the next one runs out */
	struct event *patrol;             /* every PATROL_S */
	uint64_t clock_at;                /* 0: not pending */
};

static struct event *
timer_new(struct crowd *crowd, short what, event_callback_fn callback)
{
	struct event *event =
	    event_new(crowd->server->base, -1, what, callback, crowd);

	if (event == NULL)
		abort(); /* out of memory: small, and at the start */
	return event;
}

/* ----- counts ----- */

/* Users of this machine do not count. */
static struct id
counted_address(const struct conn_private *private)
{
	return private->unix_peer ? ID_NIL : private->address;
}

static uint64_t
count_of(const struct idmap *map, struct id id)
{
	uint64_t count = idmap_get(map, id);

	return count == IDMAP_NONE ? 0 : count;
}

static void
count_add(struct idmap *map, struct id id)
{
	if (!id_is_nil(id))
		idmap_set(map, id, count_of(map, id) + 1);
}

static void
count_remove(struct idmap *map, struct id id)
{
	uint64_t count = count_of(map, id);

	if (count > 1)
		idmap_set(map, id, count - 1);
	else if (count == 1)
		idmap_remove(map, id);
}

enum status
crowd_admits(const struct crowd *crowd, struct id address)
{
	const struct config *config = crowd->server->config;

	if (crowd->count >= config->connections_max)
		return STATUS_LIMIT;
	if (!id_is_nil(address) &&
	    count_of(&crowd->addresses, address) >=
		config->connections_per_address)
		return STATUS_LIMIT;
	return STATUS_OK;
}

enum status
crowd_account(struct crowd *crowd, struct id before, struct id after)
{
	if (id_equal(before, after))
		return STATUS_OK;
	if (!id_is_nil(after) &&
	    count_of(&crowd->accounts, after) >=
		crowd->server->config->connections_per_account)
		return STATUS_LIMIT;
	count_remove(&crowd->accounts, before);
	count_add(&crowd->accounts, after);
	return STATUS_OK;
}

/* ----- ages ----- */

/* Microseconds that a connection may stay in a list; 0: as long as it likes. */
static uint64_t
allowed_us(const struct crowd *crowd, enum age age)
{
	const struct config *config = crowd->server->config;

	switch (age) {
	case AGE_FRESH:
		return config->handshake_timeout_ms * 1000;
	case AGE_IDLE:
		return config->idle_timeout_ms * 1000;
	case AGE_FLUSH:
		return (uint64_t)FLUSH_MS * 1000;
	case AGE_LINGER:
		return (uint64_t)LINGER_MS * 1000;
	case AGE_COUNT:
		break;
	}
	return 0;
}

static void
set_clock(struct crowd *crowd, uint64_t now, uint64_t at)
{
	uint64_t wait = at > now ? at - now : 0;
	struct timeval tv = {.tv_sec = (time_t)(wait / 1000000),
	    .tv_usec = (suseconds_t)(wait % 1000000)};

	if (crowd->clock_at != 0 && crowd->clock_at <= at)
		return;
	crowd->clock_at = at;
	(void)evtimer_add(crowd->clock, &tv);
}

/* Sets the clock for whoever is the next to run out. */
static void
wind_clock(struct crowd *crowd, uint64_t now)
{
	for (int age = 0; age < AGE_COUNT; age++) {
		uint64_t allowed = allowed_us(crowd, (enum age)age);
		struct conn_private *first = TAILQ_FIRST(&crowd->by_age[age]);

		if (first != NULL && allowed != 0)
			set_clock(crowd, now, first->since + allowed);
	}
}

static void
on_clock(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct crowd *crowd = arg;
	uint64_t now = clock_mono_us();

	crowd->clock_at = 0;
	for (int age = 0; age < AGE_COUNT; age++) {
		uint64_t allowed = allowed_us(crowd, (enum age)age);
		struct conn_private *first;

		if (allowed == 0)
			continue;
		while ((first = TAILQ_FIRST(&crowd->by_age[age])) != NULL &&
		    first->since + allowed <= now)
			conn_expire(first->conn);
	}
	wind_clock(crowd, now);
}

static enum age
age_for(const struct conn *conn)
{
	switch (conn->state) {
	case CONN_HANDSHAKE:
		return AGE_FRESH;
	case CONN_OPEN:
		return conn->session.role == ROLE_NONE ? AGE_FRESH : AGE_IDLE;
	case CONN_CLOSING:
		return conn->private->age; /* set by whoever closes */
	case CONN_DEAD:
		break;
	}
	return AGE_COUNT;
}

static void
leave_age(struct crowd *crowd, struct conn_private *private)
{
	if (private->listed != AGE_COUNT)
		TAILQ_REMOVE(&crowd->by_age[private->listed], private, by_age);
	private->listed = AGE_COUNT;
}

void
crowd_touch(struct crowd *crowd, struct conn *conn)
{
	struct conn_private *private = conn->private;
	enum age age = age_for(conn);
	uint64_t allowed = allowed_us(crowd, age);

	/* Whoever is nobody does not gain time by talking. */
	if (age == AGE_FRESH && private->listed == AGE_FRESH)
		return;
	leave_age(crowd, private);
	private->age = age;
	if (age == AGE_COUNT)
		return;
	private->since = clock_mono_us();
	private->unsent =
	    evbuffer_get_length(bufferevent_get_output(conn->bev));
	private->listed = age;
	TAILQ_INSERT_TAIL(&crowd->by_age[age], private, by_age);
	if (allowed != 0)
		set_clock(crowd, private->since, private->since + allowed);
}

void
crowd_reload(struct crowd *crowd)
{
	(void)evtimer_del(crowd->clock);
	crowd->clock_at = 0;
	wind_clock(crowd, clock_mono_us());
}

static void
on_patrol(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct conn_private *private, *next;
	struct crowd *crowd = arg;

	for (private = TAILQ_FIRST(&crowd->all); private != NULL;
	     private = next) {
		next = TAILQ_NEXT(private, all);
		conn_patrol(private->conn);
	}
}

/* ----- turns and burials ----- */

static void
ask_turn(struct crowd *crowd)
{
	static const struct timeval at_once = {0, 0};

	/* A timer and not an active event: the sockets come first. */
	if (!evtimer_pending(crowd->turn, NULL))
		(void)evtimer_add(crowd->turn, &at_once);
}

void
crowd_run(struct crowd *crowd, struct conn *conn)
{
	struct conn_private *private = conn->private;

	if (private->running || conn->state == CONN_DEAD)
		return;
	private->running = true;
	private->round = crowd->round;
	TAILQ_INSERT_TAIL(&crowd->run, private, run);
	ask_turn(crowd);
}

void
crowd_flush(struct crowd *crowd)
{
	ask_turn(crowd);
}

void
crowd_bury(struct crowd *crowd, struct conn *conn)
{
	struct conn_private *private = conn->private;

	if (private->buried)
		return;
	if (private->limbo)
		TAILQ_REMOVE(&crowd->limbo, private, run);
	private->limbo = false;
	if (private->running)
		TAILQ_REMOVE(&crowd->run, private, run);
	private->running = false;
	if (private->listed_all) {
		leave_age(crowd, private);
		TAILQ_REMOVE(&crowd->all, private, all);
		private->listed_all = false;
		count_remove(&crowd->addresses, counted_address(private));
		count_remove(&crowd->accounts, private->account);
		crowd->count--;
	}
	private->buried = true;
	TAILQ_INSERT_TAIL(&crowd->buried, private, run);
	ask_turn(crowd);
}

static void
bury_all(struct crowd *crowd)
{
	struct conn_private *private;

	while ((private = TAILQ_FIRST(&crowd->buried)) != NULL) {
		struct conn *conn = private->conn;

		TAILQ_REMOVE(&crowd->buried, private, run);
		private->buried = false;
		conn_close_files(conn);
		private->limbo = conn->held;
		if (conn->held) {
			TAILQ_INSERT_TAIL(&crowd->limbo, private, run);
			continue;
		}
		conn_free(conn);
		crowd->kept--;
	}
	if (crowd->kept == 0)
		crowd->on_empty(crowd->server);
}

static void
on_turn(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct crowd *crowd = arg;
	struct conn_private *private;

	/* Whoever asks again meanwhile is of the next round. */
	crowd->round++;
	while ((private = TAILQ_FIRST(&crowd->run)) != NULL &&
	    private->round != crowd->round) {
		TAILQ_REMOVE(&crowd->run, private, run);
		private->running = false;
		conn_turn(private->conn);
	}
	printer_flush(crowd->server->printer);
	bury_all(crowd);
}

/* ----- the crowd itself ----- */

struct crowd *
crowd_new(struct server *server, void (*on_empty)(struct server *server))
{
	static const struct timeval patrol = {.tv_sec = PATROL_S};
	struct crowd *crowd = xcalloc(1, sizeof(*crowd));

	crowd->server = server;
	crowd->on_empty = on_empty;
	TAILQ_INIT(&crowd->all);
	TAILQ_INIT(&crowd->run);
	TAILQ_INIT(&crowd->buried);
	TAILQ_INIT(&crowd->limbo);
	for (int age = 0; age < AGE_COUNT; age++)
		TAILQ_INIT(&crowd->by_age[age]);
	idmap_init(&crowd->addresses);
	idmap_init(&crowd->accounts);
	crowd->turn = timer_new(crowd, 0, on_turn);
	crowd->clock = timer_new(crowd, 0, on_clock);
	crowd->patrol = timer_new(crowd, EV_PERSIST, on_patrol);
	(void)evtimer_add(crowd->patrol, &patrol);
	return crowd;
}

void
crowd_free(struct crowd *crowd)
{
	struct conn_private *private;

	if (crowd == NULL)
		return;
	while ((private = TAILQ_FIRST(&crowd->all)) != NULL)
		conn_stop(private->conn);
	TAILQ_CONCAT(&crowd->buried, &crowd->limbo, run);
	while ((private = TAILQ_FIRST(&crowd->buried)) != NULL) {
		TAILQ_REMOVE(&crowd->buried, private, run);
		conn_free(private->conn);
	}
	event_free(crowd->turn);
	event_free(crowd->clock);
	event_free(crowd->patrol);
	idmap_fini(&crowd->addresses);
	idmap_fini(&crowd->accounts);
	free(crowd);
}

void
crowd_add(struct crowd *crowd, struct conn *conn)
{
	struct conn_private *private = conn->private;

	TAILQ_INSERT_TAIL(&crowd->all, private, all);
	private->listed_all = true;
	private->listed = AGE_COUNT;
	count_add(&crowd->addresses, counted_address(private));
	crowd->count++;
	crowd->kept++;
	crowd_touch(crowd, conn);
}

unsigned
crowd_count(const struct crowd *crowd)
{
	return crowd->count;
}

void
crowd_each(
    struct crowd *crowd, void (*visit)(struct conn *conn, void *arg), void *arg)
{
	struct conn_private *private, *next;

	for (private = TAILQ_FIRST(&crowd->all); private != NULL;
	     private = next) {
		next = TAILQ_NEXT(private, all);
		visit(private->conn, arg);
	}
}
