/* SPDX-License-Identifier: ISC */
/*
 * upkeep: see upkeep.h.
 */
#include "daemon/store/upkeep.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/mem.h"
#include "daemon/domain/book_places.h"
#include "daemon/store/feed.h"
#include "daemon/store/history_sql.h"
#include "daemon/store/pack.h"
#include "daemon/store/row.h"

#include <event2/event.h>
#include <stdlib.h>

enum {
	SWEEP_S = 60,
	DAY_S = 86400,
	SWEPT_MAX = 1000, /* that one sweep takes of a table */
	CLOSED_DAYS = 92, /* before the first day in full: nobody looks */
	PERCENT = 90      /* of the interval: an own tick is never too early */
};

static const char log_id[] = "store/upkeep";

struct upkeep {
	const struct store_options *options;
	struct feed *feed;
	struct pgsession *session;
	struct event *mark, *sweep;
	bool marking, sweeping;
};

static void
arm_mark(struct upkeep *upkeep)
{
	uint64_t ms = upkeep->options->mark_ms;
	struct timeval in = {
	    (time_t)(ms / 1000), (suseconds_t)(ms % 1000 * 1000)};

	event_add(upkeep->mark, &in);
}

static void
on_marked(void *arg, enum status status, const PGresult *result)
{
	struct upkeep *upkeep = arg;

	upkeep->marking = false;
	if (status == STATUS_OK && !PQgetisnull(result, 0, 0))
		log_debug(log_id, "mark", "mark=%lld",
		    (long long)row_i64(result, 0, 0));
}

static void
on_mark(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct upkeep *upkeep = arg;
	struct pack pack = {NULL, 0, 0};
	struct pgsession_params params;

	arm_mark(upkeep);
	if (upkeep->marking)
		return;
	pack_u64(&pack, upkeep->options->mark_ms * PERCENT / 100);
	params.values[0] = pack.ptr;
	params.lengths[0] = (int)pack.len;
	/* When the session is down, the next one is soon enough. */
	upkeep->marking = pgsession_send(upkeep->session, HISTORY_MARK, &params,
			      on_marked, upkeep) == STATUS_OK;
	pack_fini(&pack);
}

static void sweep(struct upkeep *upkeep);

static void
on_swept(void *arg, enum status status, const PGresult *result)
{
	struct upkeep *upkeep = arg;

	upkeep->sweeping = false;
	if (status != STATUS_OK)
		return;
	if (row_i64(result, 0, 0) > 0)
		log_debug(log_id, "swept", "rows=%lld",
		    (long long)row_i64(result, 0, 0));
	if (row_i64(result, 0, 0) >= SWEPT_MAX)
		sweep(upkeep);
}

static void
sweep(struct upkeep *upkeep)
{
	const struct book *book = feed_book(upkeep->feed);
	struct pack pack = {NULL, 0, 0};
	struct pgsession_params params;

	if (book == NULL || upkeep->sweeping)
		return;
	pack_u64(&pack, upkeep->options->key_lifetime_ms);
	pack_u32(
	    &pack, (uint32_t)(book_from(book) - CLOSED_DAYS - PG_EPOCH_DAY));
	params.values[0] = pack.ptr;
	params.lengths[0] = sizeof(uint64_t);
	params.values[1] = pack.ptr + sizeof(uint64_t);
	params.lengths[1] = sizeof(uint32_t);
	upkeep->sweeping = pgsession_send(upkeep->session, HISTORY_SWEEP,
			       &params, on_swept, upkeep) == STATUS_OK;
	pack_fini(&pack);
}

int32_t
upkeep_places_day(void)
{
	return (int32_t)(clock_real_s() / DAY_S) - 1;
}

static void
forget_places(struct upkeep *upkeep)
{
	struct book *book = feed_book(upkeep->feed);

	if (book != NULL)
		book_places_forget(book, upkeep_places_day());
}

static void
on_sweep(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	static const struct timeval next = {SWEEP_S, 0}, soon = {1, 0};
	struct upkeep *upkeep = arg;

	forget_places(upkeep);
	sweep(upkeep);
	event_add(upkeep->sweep, upkeep->sweeping ? &next : &soon);
	if (upkeep->sweeping)
		feed_greet(upkeep->feed);
}

struct upkeep *
upkeep_new(
    const struct store_env *env, struct feed *feed, struct pgsession *session)
{
	struct upkeep *upkeep = xcalloc(1, sizeof(*upkeep));

	upkeep->options = env->options;
	upkeep->feed = feed;
	upkeep->session = session;
	upkeep->mark = evtimer_new(env->base, on_mark, upkeep);
	upkeep->sweep = evtimer_new(env->base, on_sweep, upkeep);
	if (upkeep->mark == NULL || upkeep->sweep == NULL)
		abort();
	return upkeep;
}

void
upkeep_free(struct upkeep *upkeep)
{
	if (upkeep == NULL)
		return;
	event_free(upkeep->mark);
	event_free(upkeep->sweep);
	free(upkeep);
}

void
upkeep_ready(struct upkeep *upkeep)
{
	event_active(upkeep->mark, EV_TIMEOUT, 0);
	event_active(upkeep->sweep, EV_TIMEOUT, 0);
}
