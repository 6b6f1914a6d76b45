/* SPDX-License-Identifier: ISC */
/*
 * alarm: counts, compares, pushes; see alarm.h.
 *
 * Each watch remembers which floors it was told of, so a watch that comes later
 * is told of what has been low for long.  To push may end the watch that is
 * pushed to; the list is walked from its head after that.
 */
#include "daemon/server/alarm.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/domain/capacity.h"
#include "daemon/server/print.h"
#include "daemon/server/server.h"
#include "daemon/server/watch_private.h"

#include <event2/event.h>
#include <stdlib.h>

enum { TICK_S = 5, LOOK_US = 100000, HOUR = 3600, LINE_ROOM = 512 };

static const struct horizon {
	unsigned hours;
	size_t offset; /* of the floor in struct territory */
} horizons[ALARM_HORIZONS] = {
    {24, offsetof(struct territory, floor_24)},
    {48, offsetof(struct territory, floor_48)},
};

/* What is known of a territory. */
struct level {
	bool stale; /* may have changed */
	unsigned free[ALARM_HORIZONS];
};

struct alarms {
	struct watchers *watchers; /* borrowed */
	struct level *level;       /* by index; owned */
	size_t count;
	bool any;            /* something is stale */
	bool due;            /* a look is, soon */
	struct event *timer; /* of the clock; owned */
	struct event *look;  /* after changes; owned */
};

static void
on_tick(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	static const struct timeval tick = {TICK_S, 0};
	struct alarms *alarms = arg;

	for (size_t i = 0; i < alarms->count; i++)
		alarms->level[i].stale = true;
	alarms->any = true;
	if (evtimer_add(alarms->timer, &tick) != 0)
		abort();
	watchers_look(alarms->watchers);
}

/* All changes of a tenth of a second are looked at together. */
static void
on_look(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct alarms *alarms = arg;

	alarms->due = false;
	watchers_look(alarms->watchers);
}

struct alarms *
alarms_new(struct watchers *watchers)
{
	static const struct timeval soon = {0, 0};
	struct alarms *alarms = xcalloc(1, sizeof(*alarms));

	alarms->watchers = watchers;
	alarms->timer = evtimer_new(watchers->server->base, on_tick, alarms);
	alarms->look = evtimer_new(watchers->server->base, on_look, alarms);
	if (alarms->timer == NULL || alarms->look == NULL ||
	    evtimer_add(alarms->timer, &soon) != 0)
		abort();
	return alarms;
}

void
alarms_free(struct alarms *alarms)
{
	event_free(alarms->timer);
	event_free(alarms->look);
	free(alarms->level);
	free(alarms);
}

void
alarms_greet(struct alarms *alarms)
{
	static const struct timeval soon = {0, 0};

	if (evtimer_add(alarms->timer, &soon) != 0)
		abort();
}

void
alarms_reset(struct alarms *alarms)
{
	free(alarms->level);
	alarms->level = NULL;
	alarms->count = 0;
	alarms_greet(alarms);
}

/* ----- what may have changed ----- */

static struct level *
level_of(struct alarms *alarms, int32_t territory)
{
	size_t need = (size_t)territory + 1, before = alarms->count;

	if (need > before) {
		alarms->level = xgrow(alarms->level, &alarms->count, need,
		    sizeof(alarms->level[0]));
		for (size_t i = before; i < alarms->count; i++)
			alarms->level[i] = (struct level){.stale = true};
	}
	return &alarms->level[territory];
}

static void
note(struct alarms *alarms, int32_t territory)
{
	static const struct timeval soon = {0, LOOK_US};

	if (territory == REF_NONE)
		return;
	level_of(alarms, territory)->stale = true;
	alarms->any = true;
	if (!alarms->due && evtimer_add(alarms->look, &soon) != 0)
		abort();
	alarms->due = true;
}

/* Most territories have no floor. */
static void
note_if_watched(
    struct alarms *alarms, const struct book *book, int32_t territory)
{
	const struct territory *of;

	if (territory == REF_NONE)
		return;
	of = (const struct territory *)book_entity(
	    book, KIND_TERRITORY, territory);
	if (of->floor_24 > 0 || of->floor_48 > 0)
		note(alarms, territory);
}

static void
note_slot(
    struct alarms *alarms, const struct book *book, const struct assignment *a)
{
	if (a != NULL && assignment_is_unscheduled(a))
		note_if_watched(
		    alarms, book, book_site(book, a->site)->territory);
}

void
alarms_note(struct alarms *alarms, const struct change *change)
{
	const struct book *book = store_book(alarms->watchers->server->store);
	const union after *after = change->after;

	switch (change->kind) {
	case KIND_ASSIGNMENT:
		note_slot(alarms, book, &after->assignment);
		if (change->before != NULL)
			note_slot(alarms, book, &change->before->assignment);
		return;
	case KIND_OFFER:
		note_slot(
		    alarms, book, book_assignment(book, after->offer.slot));
		return;
	case KIND_PLACE:
		note_slot(
		    alarms, book, book_assignment(book, after->visit.slot));
		return;
	case KIND_SITE:
		note_if_watched(alarms, book, after->site.territory);
		if (change->before != NULL)
			note_if_watched(
			    alarms, book, change->before->site.territory);
		return;
	case KIND_TERRITORY:
		note(alarms, book_find(book, KIND_TERRITORY, change->id));
		return;
	default: /* gives and takes no places */
		return;
	}
}

/* ----- looking ----- */

static unsigned
floor_of(const struct territory *territory, unsigned horizon)
{
	uint32_t floor;

	memcpy(&floor, (const char *)territory + horizons[horizon].offset,
	    sizeof(floor));
	return floor;
}

static const struct level *
count(struct alarms *alarms, const struct book *book, int32_t territory)
{
	struct level *level = level_of(alarms, territory);
	int64_t now = clock_real_s();

	if (!level->stale)
		return level;
	for (unsigned i = 0; i < ALARM_HORIZONS; i++)
		level->free[i] = capacity_of_territory(book, territory, now,
		    now + (int64_t)horizons[i].hours * HOUR);
	level->stale = false;
	return level;
}

/* What the watch was told of the territory, or a place for it. */
static struct low *
low_of(struct watch *watch, struct id territory)
{
	for (size_t i = 0; i < watch->nlow; i++)
		if (id_equal(watch->low[i].territory, territory))
			return &watch->low[i];
	watch->low = xgrow(watch->low, &watch->low_capacity, watch->nlow + 1,
	    sizeof(watch->low[0]));
	watch->low[watch->nlow] = (struct low){.territory = territory};
	return &watch->low[watch->nlow++];
}

static void
print_alarm(struct out *out, const struct territory *territory,
    unsigned horizon, unsigned free_places, unsigned floor)
{
	out_literal(out, " alarm");
	out_key_text(out, "territory", territory->code);
	out_key_u64(out, "ahead", horizons[horizon].hours);
	out_key_u64(out, "free", free_places);
	out_key_u64(out, "floor", floor);
	if (free_places >= floor)
		out_literal(out, " over=yes");
}

/* Whether something was pushed: the watch may be gone. */
static bool
look_at(struct alarms *alarms, struct watch *watch, int32_t index)
{
	const struct book *book = store_book(alarms->watchers->server->store);
	const struct territory *territory =
	    (const struct territory *)book_entity(book, KIND_TERRITORY, index);
	struct low *low = low_of(watch, territory->entity.id);

	for (unsigned i = 0; i < ALARM_HORIZONS; i++) {
		unsigned floor = floor_of(territory, i), free_places = 0;
		char line[LINE_ROOM];
		struct out out = OUT(line);
		bool is_low = false;

		if (floor > 0) {
			free_places = count(alarms, book, index)->free[i];
			is_low = free_places < floor;
		}
		if (is_low == low->is_low[i])
			continue;
		low->is_low[i] = is_low;
		print_alarm(&out, territory, i, free_places, floor);
		watch_push_alone(watch, (struct span){line, out.len});
		return true;
	}
	return false;
}

/* The territories that a coordinator's scope names.  True: look again. */
static bool
look_for(struct alarms *alarms, struct watch *watch)
{
	const struct session *session = &watch->conn->session;

	if (session->role != ROLE_COORDINATOR || conn_gone(watch->conn))
		return false;
	for (unsigned i = 0; i < session->nscope; i++)
		if (session->scope[i].kind == KIND_TERRITORY &&
		    look_at(alarms, watch, session->scope[i].index))
			return true;
	return false;
}

void
alarms_look(struct alarms *alarms)
{
	struct watch *watch;

	if (!alarms->any || store_book(alarms->watchers->server->store) == NULL)
		return;
	alarms->any = false;
	watch = TAILQ_FIRST(&alarms->watchers->all);
	while (watch != NULL)
		watch = look_for(alarms, watch)
		    ? TAILQ_FIRST(&alarms->watchers->all)
		    : TAILQ_NEXT(watch, all);
}
