/* SPDX-License-Identifier: ISC */
/*
 * visit: which places a half-day gives, and which of them are free.
 */
#include "daemon/domain/visit.h"

#include <string.h>

enum { MINUTE = 60 };

static const char walk_in_closed[] = "closed";

static const char *
contact_of(const struct site *site, const struct assignment *a,
    const struct offer *offer)
{
	if (offer != NULL && offer->contact[0] != '\0')
		return offer->contact;
	if (a->activity == ACTIVITY_VAD)
		return "visit";
	if (activity_is_remote((enum activity)a->activity) ||
	    strcmp(site->kind, "remote") == 0)
		return "remote";
	return "site";
}

struct interval
assignment_unscheduled_time(const struct assignment *a)
{
	struct interval time = {a->from, assignment_to(a)};
	int64_t portion = (int64_t)assignment_unscheduled(a) * MINUTE;

	if (a->activity == ACTIVITY_SNP)
		time.to = time.from + portion;
	else if (portion > 0 && portion < a->length)
		time.from = time.to - portion;
	return time;
}

/* A clock time of an offer, within the half-day: that may have moved since. */
static int64_t
instant_of(const struct site *site, const struct assignment *a, uint32_t minute)
{
	int64_t at = tz_instant(site->tz, a->day, minute);

	if (at < a->from)
		return a->from;
	return at > assignment_to(a) ? assignment_to(a) : at;
}

/* An offer that says one end of a portion moves the other one along. */
static void
set_time(struct contingent *contingent, const struct site *site,
    const struct assignment *a, const struct offer *offer)
{
	struct interval time = assignment_unscheduled_time(a);
	int64_t length = time.to - time.from, end = assignment_to(a);

	contingent->from = time.from;
	contingent->to = time.to;
	if (offer == NULL)
		return;
	if (offer->opens > 0) {
		contingent->from = instant_of(site, a, offer->opens);
		contingent->to = contingent->from + length;
		if (contingent->to > end)
			contingent->to = end;
	}
	if (offer->closes == 0)
		return;
	contingent->to = instant_of(site, a, offer->closes);
	if (offer->opens > 0)
		return;
	contingent->from = contingent->to - length;
	if (contingent->from < a->from)
		contingent->from = a->from;
}

/* From when on nobody may walk in. */
static void
set_walk_in(struct contingent *contingent, const struct site *site,
    const struct assignment *a, const struct offer *offer)
{
	contingent->is_walk_in = strcmp(contingent->manner, "walk-in") == 0;
	contingent->walk_in = "open";
	contingent->shut = contingent->to;
	if (offer == NULL)
		return;
	contingent->walk_in = offer->walk_in;
	if (offer->shut > 0)
		contingent->shut = tz_instant(site->tz, a->day, offer->shut);
	if (strcmp(offer->walk_in, walk_in_closed) == 0)
		contingent->shut = contingent->from;
}

struct contingent
contingent_of(const struct site *site, const struct assignment *a,
    const struct offer *offer)
{
	struct contingent contingent = {.number = site->places,
	    .minutes = site->minutes,
	    .contact = contact_of(site, a, offer),
	    .manner = site->manner};
	unsigned fit;

	if (offer != NULL) {
		if (offer->minutes > 0)
			contingent.minutes = offer->minutes;
		if (offer->manner[0] != '\0')
			contingent.manner = offer->manner;
		contingent.arrived = offer->arrived[0] == 'y';
	}
	set_time(&contingent, site, a, offer);
	set_walk_in(&contingent, site, a, offer);
	fit = contingent.to <= contingent.from
	    ? 0
	    : (unsigned)((contingent.to - contingent.from) /
		  (MINUTE * (int64_t)contingent.minutes));
	if (contingent.number == 0 || contingent.number > fit)
		contingent.number = fit;
	if (offer != NULL && offer->number != OFFER_USUAL)
		contingent.number = offer->number < fit ? offer->number : fit;
	if (contingent.number > OFFER_PLACES_MAX)
		contingent.number = OFFER_PLACES_MAX;
	return contingent;
}

int64_t
contingent_at(const struct contingent *contingent, unsigned number)
{
	return contingent->from +
	    (int64_t)(number - 1) * contingent->minutes * MINUTE;
}

bool
visit_holds(const struct visit *visit, int64_t now)
{
	if (strcmp(visit->state, "held") == 0)
		return visit->expires > now;
	return strcmp(visit->state, "released") != 0;
}

/* Whoever walks in is not numbered: the places ahead are counted. */
static bool
is_open(const struct contingent *contingent, int64_t at)
{
	if (!contingent->is_walk_in)
		return true;
	return strcmp(contingent->walk_in, "full") != 0 &&
	    at < contingent->shut;
}

/* The place in which an instant falls, from 1, held within 0 and the last. */
static unsigned
number_at(const struct contingent *contingent, int64_t instant)
{
	int64_t length = (int64_t)contingent->minutes * MINUTE;

	if (instant < contingent->from)
		return 0;
	if (instant >= contingent->from + OFFER_PLACES_MAX * length)
		return OFFER_PLACES_MAX;
	return (unsigned)((instant - contingent->from) / length) + 1;
}

void
contingent_gone(const struct contingent *contingent, struct visits visits,
    int64_t now, bool gone[OFFER_PLACES_MAX + 1])
{
	memset(gone, 0, (OFFER_PLACES_MAX + 1) * sizeof(gone[0]));
	for (size_t i = 0; i < visits.count; i++) {
		const struct visit *visit = &visits.at[i];
		int64_t end = visit->at + (int64_t)visit->minutes * MINUTE;
		unsigned last = number_at(contingent, end - 1);

		if (visit->number == 0 || !visit_holds(visit, now))
			continue;
		gone[visit->number] = true;
		for (unsigned n = number_at(contingent, visit->at); n <= last;
		     n++)
			gone[n] = true;
	}
}

struct vacancy
contingent_vacancy(const struct contingent *contingent, struct visits visits,
    int64_t from, int64_t to, int64_t now)
{
	bool gone[OFFER_PLACES_MAX + 1];
	struct vacancy vacancy = {0};

	contingent_gone(contingent, visits, now, gone);
	for (unsigned number = 1; number <= contingent->number; number++) {
		int64_t at = contingent_at(contingent, number);

		if (at > to)
			break;
		if (at < from || gone[number] || !is_open(contingent, at))
			continue;
		if (vacancy.free++ == 0) {
			vacancy.first = at;
			vacancy.number = number;
		}
	}
	return vacancy;
}
