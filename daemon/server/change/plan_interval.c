/* SPDX-License-Identifier: ISC */
/*
 * plan_interval: when a half-day is, from the opening of its site as the unit
 * will leave it.
 */
#include "daemon/server/change/plan.h"

#include "daemon/domain/open.h"

#include <string.h>

enum {
	NIGHT_HALF_DAYS = 2, /* a night counts two, domain rule "slot codes" */
	QUARTER_HOUR = 15    /* minutes */
};

const struct site *
plan_site(const struct plan *plan, int32_t site)
{
	return (const struct site *)unit_at(
	    plan->unit, plan->book, KIND_SITE, site);
}

/* An exceptional opening that an earlier line of the unit states. */
static bool
opening_of_unit(const struct plan *plan, const struct assignment *a,
    struct opening *opening)
{
	const struct unit *unit = plan->unit;

	for (size_t i = unit->count; i-- > 0;) {
		const struct change *change = &unit->changes[i].change;
		const struct opening_day *fact = &change->after->opening;
		struct opening at;

		if (change->kind != KIND_OPENING || fact->site != a->site ||
		    a->day < fact->from || a->day > fact->to ||
		    strcmp(fact->state, "active") != 0)
			continue;
		at = fact->hours.at[day_weekday(a->day)][a->part];
		if (at.to == 0)
			continue;
		*opening = at;
		return true;
	}
	return false;
}

/* The opening of the half-day; of one that is closed its weekly hours, else the
 * whole window of the part: the rule on opening refuses it. */
static struct opening
opening_of(const struct plan *plan, const struct assignment *a)
{
	const struct site *site = plan_site(plan, a->site);
	struct opening opening;
	struct site_view view;
	unsigned from, to;

	if (a->site < book_count(plan->book, KIND_SITE))
		site_view_init(&view, plan->book, a->site);
	else
		site_view_new(&view, plan->book, site);
	view.site = site; /* as earlier lines left it */
	if (plan->unit->fresh[KIND_OPENING] > 0 &&
	    opening_of_unit(plan, a, &opening))
		return opening;
	site_view_open(&view, a->day, (enum part)a->part, &opening, NULL);
	if (opening.to == 0) {
		part_window((enum part)a->part, &from, &to);
		opening = (struct opening){(uint16_t)from, (uint16_t)to};
	}
	return opening;
}

void
plan_interval(const struct plan *plan, struct assignment *a)
{
	const struct tz *tz = plan_site(plan, a->site)->tz;
	struct opening opening = opening_of(plan, a);
	int64_t end = tz_instant(tz, a->day, opening.to);

	a->from = tz_instant(tz, a->day, opening.from);
	a->length = (uint32_t)(end - a->from);
	a->count = a->part == PART_N ? NIGHT_HALF_DAYS : 1;
	a->offset_from = (int8_t)(tz_offset(tz, a->from) / QUARTER_HOUR);
	a->offset_to = (int8_t)(tz_offset(tz, end) / QUARTER_HOUR);
}
