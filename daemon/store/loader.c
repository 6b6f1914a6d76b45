/* SPDX-License-Identifier: ISC */
/*
 * loader: the steps of a load, one statement each, in one transaction.
 *
 * Rows are taken one at a time (libpq's single-row mode): the result of the
 * assignments of a country is never in memory as a whole.
 */
#include "daemon/store/loader_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/domain/book_places.h"
#include "daemon/store/dial.h"
#include "daemon/store/store.h"
#include "daemon/store/upkeep.h"

#include <event2/event.h>
#include <stdlib.h>

enum {
	TURN_US = 4000,     /* of one turn of the event loop */
	ROWS_PER_LOOK = 64, /* between two looks at the clock */
	STALL_S = 60,       /* without a row: the server is gone */
	COUNTED_DAYS = 365, /* before the first day in full */
	GUARD_DAYS = 92,    /* guards of days so long closed are not read */
	PARAMS_MAX = 2
};

void
loader_fail(struct loader *loader, const char *why)
{
	if (loader->failed)
		return;
	loader->failed = true;
	dial_error(&loader->why, why);
}

/* ----- the connection ----- */

static void
forget(struct loader *loader)
{
	struct event **events[] = {&loader->reading, &loader->writing};

	dial_stop(loader->dial);
	event_del(loader->again);
	event_del(loader->stall);
	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		if (*events[i] != NULL)
			event_free(*events[i]);
		*events[i] = NULL;
	}
	PQfinish(loader->conn);
	loader->conn = NULL;
	loader->running = loader->busy = false;
}

/* The end, good or bad. */
static void
finish(struct loader *loader)
{
	struct loaded loaded = {.cursor = &loader->cursor,
	    .identity = loader->identity,
	    .took_us = clock_mono_us() - loader->began_us,
	    .why = loader->why.text,
	    .refused = loader->refused};

	forget(loader);
	if (loader->failed)
		book_free(loader->book);
	else
		loaded.book = loader->book;
	loader->book = NULL;
	loader->done(loader->arg, &loaded);
}

int32_t
loader_counted_from(int32_t from)
{
	return day_month(from - COUNTED_DAYS);
}

static void
put_day(struct pack *pack, int32_t day)
{
	pack_u32(pack, (uint32_t)(day - PG_EPOCH_DAY));
}

static void
send_step(struct loader *loader)
{
	static const Oid types[PARAMS_MAX] = {OID_DATE, OID_DATE};
	static const int formats[PARAMS_MAX] = {1, 1};
	static const int lengths[PARAMS_MAX] = {4, 4};
	const struct step *step = &loader_steps[loader->step];
	struct pack pack = {NULL, 0, 0};
	const char *values[PARAMS_MAX];
	int count = 0;

	switch (step->params) {
	case NO_DAYS:
		break;
	case GUARDS_FROM:
		put_day(&pack, loader->from - GUARD_DAYS);
		count = 1;
		break;
	case PLACES_FROM:
		put_day(&pack, book_places_from(loader->book));
		count = 1;
		break;
	case COUNTED_AND_FULL_FROM:
		put_day(&pack, loader_counted_from(loader->from));
		put_day(&pack, loader->from);
		count = 2;
		break;
	}
	for (int i = 0; i < count; i++)
		values[i] = pack.ptr + (size_t)i * sizeof(int32_t);
	if (!PQsendQueryParams(loader->conn, step->sql, count, types,
		count == 0 ? NULL : values, lengths, formats, step->format) ||
	    !PQsetSingleRowMode(loader->conn))
		loader_fail(loader, PQerrorMessage(loader->conn));
	loader->busy = true;
	pack_fini(&pack);
}

static void
take_result(struct loader *loader, PGresult *result)
{
	const struct step *step = &loader_steps[loader->step];
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	switch (PQresultStatus(result)) {
	case PGRES_SINGLE_TUPLE:
		if (step->on_row != NULL)
			step->on_row(loader, result);
		break;
	case PGRES_TUPLES_OK: /* the end of the rows */
	case PGRES_COMMAND_OK:
		break;
	default:
		dial_error(&loader->why, PQresultErrorMessage(result));
		if (sqlstate != NULL &&
		    identity_read(&loader->identity, NULL, sqlstate,
			&loader->why) == HELLO_REFUSED)
			loader->refused = true;
		loader_fail(loader, loader->why.text);
		break;
	}
	PQclear(result);
}

/* Takes what libpq has, for the length of a turn; false when there may be
 * more. */
static bool
take_results(struct loader *loader)
{
	uint64_t until = clock_mono_us() + TURN_US;
	unsigned rows = 0;

	while (!loader->failed && loader->busy && !PQisBusy(loader->conn)) {
		PGresult *result = PQgetResult(loader->conn);

		if (result != NULL) {
			take_result(loader, result);
		} else if (++loader->step < loader_step_count) {
			send_step(loader);
		} else {
			loader->busy = false;
		}
		if (++rows % ROWS_PER_LOOK == 0 && clock_mono_us() >= until)
			return false;
	}
	return true;
}

static void
flush(struct loader *loader)
{
	int more = PQflush(loader->conn);

	if (more == -1)
		loader_fail(loader, PQerrorMessage(loader->conn));
	else if (more == 1)
		event_add(loader->writing, NULL);
}

static void
proceed(struct loader *loader)
{
	static const struct timeval now = {0, 0}, stall = {STALL_S, 0};
	bool paused = !take_results(loader);

	if (!loader->failed)
		flush(loader);
	if (loader->failed || !loader->busy) {
		finish(loader);
		return;
	}
	event_add(loader->stall, &stall);
	/* Not event_active(): others must have their turn before. */
	if (paused) {
		event_del(loader->reading);
		event_add(loader->again, &now);
	} else {
		event_add(loader->reading, NULL);
	}
}

static void
on_readable(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct loader *loader = arg;

	if (!PQconsumeInput(loader->conn))
		loader_fail(loader, PQerrorMessage(loader->conn));
	proceed(loader);
}

static void
on_again(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	proceed(arg);
}

static void
on_stall(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct loader *loader = arg;

	loader_fail(loader, "the server does not answer");
	finish(loader);
}

static void
on_dialled(void *arg, PGconn *conn, const char *why)
{
	struct loader *loader = arg;
	int fd;

	if (conn == NULL) {
		loader_fail(loader, why);
		finish(loader);
		return;
	}
	loader->conn = conn;
	fd = PQsocket(conn);
	loader->reading =
	    event_new(loader->base, fd, EV_READ, on_readable, loader);
	loader->writing =
	    event_new(loader->base, fd, EV_WRITE, on_again, loader);
	if (loader->reading == NULL || loader->writing == NULL)
		abort();
	if (PQsetnonblocking(conn, 1) == -1)
		loader_fail(loader, PQerrorMessage(conn));
	else
		send_step(loader);
	proceed(loader);
}

/* ----- life ----- */

struct loader *
loader_new(const struct store_env *env, loader_done_fn *done, void *arg)
{
	struct loader *loader = xcalloc(1, sizeof(*loader));

	loader->base = env->base;
	loader->options = env->options;
	loader->done = done;
	loader->arg = arg;
	loader->dial = dial_new(env->base, env->hosts, on_dialled, loader);
	loader->again = evtimer_new(env->base, on_again, loader);
	loader->stall = evtimer_new(env->base, on_stall, loader);
	if (loader->again == NULL || loader->stall == NULL)
		abort();
	return loader;
}

void
loader_free(struct loader *loader)
{
	if (loader == NULL)
		return;
	loader_stop(loader);
	event_free(loader->again);
	event_free(loader->stall);
	dial_free(loader->dial);
	snapshot_fini(&loader->cursor.snapshot);
	free(loader);
}

void
loader_start(struct loader *loader, int32_t from)
{
	if (loader->running)
		abort();
	loader->running = true;
	loader->failed = loader->refused = false;
	loader->why.text[0] = '\0';
	loader->step = 0;
	loader->from = from;
	loader->began_us = clock_mono_us();
	loader->book = book_new(from);
	book_places_forget(loader->book, upkeep_places_day());
	dial_start(loader->dial, loader->options->connect_timeout_ms);
}

void
loader_stop(struct loader *loader)
{
	forget(loader);
	book_free(loader->book);
	loader->book = NULL;
}

bool
loader_is_running(const struct loader *loader)
{
	return loader->running;
}
