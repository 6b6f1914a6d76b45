/* SPDX-License-Identifier: ISC */
/*
 * H02: the site is active, and open over the whole interval in that part of
 * that day of its own calendar: weekly hours, closures, exceptional openings,
 * public holidays and the stops of a mobile site, see open.h.  So long as it is
 * open, so long are the portions of the half-day at most.
 */
#include "daemon/domain/rule_private.h"

#include "daemon/domain/open.h"

#include <stdlib.h>

enum {
	SITE_RETIRED,
	PART_CLOSED,
	OUTSIDE_OPENING,
	IN_CLOSURE,
	ON_HOLIDAY,
	NO_STOP,
	TOO_SHORT,
	NAME_MAX = 80 /* bytes told of a holiday's name */
};

static void
finding_opening(struct finding *finding, struct opening opening)
{
	char text[16];
	struct out out = OUT(text);

	if (opening.to == 0) {
		out_literal(&out, "closed");
	} else {
		out_minute(&out, opening.from);
		out_char(&out, '-');
		out_minute(&out, opening.to);
	}
	finding_text(finding, "open", (struct span){text, out.len});
}

/* As much of it as fits, in whole characters. */
static void
finding_name(struct finding *finding, const char *name)
{
	struct span text = span_of(name);

	if (text.len > NAME_MAX) {
		text.len = NAME_MAX;
		while (((unsigned char)text.ptr[text.len] & 0xc0) == 0x80)
			text.len--;
	}
	finding_text(finding, "holiday", text);
}

static void
find_closure(struct finding *finding, const struct closure *closure)
{
	finding->variant = IN_CLOSURE;
	finding_text(finding, "cause", span_of(closure->cause));
	finding_day(finding, "first", closure->from);
	finding_day(finding, "last", closure->to);
}

static void
find_closed(const struct judgement *judgement, const struct open_why *why,
    struct finding *finding)
{
	const struct assignment *a = judgement->assignment;

	finding_site(finding, "at", book_site(judgement->book, a->site), false);
	finding_part(finding, a);
	switch (why->reason) {
	case CLOSED_WEEKLY:
		finding->variant = PART_CLOSED;
		finding_weekday(finding, "weekday", day_weekday(a->day));
		finding_opening(finding, (struct opening){0, 0});
		return;
	case CLOSED_BY_CLOSURE:
		finding_day(finding, "day", a->day);
		find_closure(finding,
		    (const struct closure *)book_entity(
			judgement->book, KIND_CLOSURE, why->fact));
		return;
	case CLOSED_BY_HOLIDAY:
		finding->variant = ON_HOLIDAY;
		finding_day(finding, "day", a->day);
		finding_name(finding,
		    ((const struct holiday *)book_entity(
			 judgement->book, KIND_HOLIDAY, why->fact))
			->name);
		return;
	case CLOSED_NO_STOP:
		finding->variant = NO_STOP;
		finding_day(finding, "day", a->day);
		return;
	case OPEN_WEEKLY:
	case OPEN_EXCEPTION:
		break;
	}
	abort(); /* it is open */
}

static bool
fits(const struct judgement *judgement, struct finding *finding)
{
	const struct assignment *a = judgement->assignment;

	if (assignment_beside(a) * 60 <= a->length)
		return true;
	finding->variant = TOO_SHORT;
	finding_site(finding, "at", book_site(judgement->book, a->site), false);
	finding_part(finding, a);
	finding_day(finding, "day", a->day);
	finding_number(finding, "minutes", a->length / 60);
	finding_number(
	    finding, "unscheduled", (int64_t)a->unscheduled * PORTION_UNIT);
	finding_number(finding, "remote", (int64_t)a->remote * PORTION_UNIT);
	return false;
}

bool
rule_H02(const struct judgement *judgement, struct finding *finding)
{
	const struct assignment *a = judgement->assignment;
	const struct site *site = book_site(judgement->book, a->site);
	struct opening opening;
	struct open_why why;

	if (!span_is(span_of(site->state), "active")) {
		finding->variant = SITE_RETIRED;
		finding_site(finding, "at", site, false);
		finding_text(finding, "state", span_of(site->state));
		return false;
	}
	if (!site_open(judgement->book, a->site, a->day, (enum part)a->part,
		&opening, &why)) {
		find_closed(judgement, &why, finding);
		return false;
	}
	if (a->from >= tz_instant(site->tz, a->day, opening.from) &&
	    assignment_to(a) <= tz_instant(site->tz, a->day, opening.to))
		return fits(judgement, finding);
	finding->variant = OUTSIDE_OPENING;
	finding_site(finding, "at", site, false);
	finding_part(finding, a);
	finding_weekday(finding, "weekday", day_weekday(a->day));
	finding_opening(finding, opening);
	finding_interval(finding, a);
	return false;
}
