/* SPDX-License-Identifier: ISC */
/*
 * H02: the site is active, and open over the whole interval in that part on
 * that weekday of its own calendar.
 */
#include "daemon/domain/rule_private.h"

enum { SITE_RETIRED, PART_CLOSED, OUTSIDE_OPENING };

static void
finding_part(struct finding *finding, const struct assignment *a)
{
	char letter = part_letter((enum part)a->part);

	finding_text(finding, "part", (struct span){&letter, 1});
	finding_weekday(finding, "weekday", day_weekday(a->day));
}

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

bool
rule_H02(const struct judgement *judgement, struct finding *finding)
{
	const struct assignment *a = judgement->assignment;
	const struct site *site = book_site(judgement->book, a->site);
	struct opening opening = site->hours.at[day_weekday(a->day)][a->part];

	if (!span_is(span_of(site->state), "active")) {
		finding->variant = SITE_RETIRED;
		finding_site(finding, "at", site, false);
		finding_text(finding, "state", span_of(site->state));
		return false;
	}
	if (opening.to != 0 &&
	    a->from >= tz_instant(site->tz, a->day, opening.from) &&
	    assignment_to(a) <= tz_instant(site->tz, a->day, opening.to))
		return true;
	finding->variant = opening.to == 0 ? PART_CLOSED : OUTSIDE_OPENING;
	finding_site(finding, "at", site, false);
	finding_part(finding, a);
	finding_opening(finding, opening);
	if (finding->variant == OUTSIDE_OPENING)
		finding_interval(finding, a);
	return false;
}
