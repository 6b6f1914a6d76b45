/* SPDX-License-Identifier: ISC */
/*
 * H12: between two half-days of a physician at different places there is time
 * to travel, and a margin.  The neighbours in clock time count, of whatever day
 * or part; care from elsewhere is passed over.  A mobile site is where it stops
 * in that half-day.
 *
 * A site farther from home than the physician accepts is refused by this rule
 * as well, see rule_h12_limit.c.
 *
 * The guard of the other half-day's site is not read: where a stop or a site
 * lies may change at any time under what is planned, and moves nothing.
 */
#include "daemon/domain/rule_private.h"

#include "daemon/domain/open.h"
#include "daemon/domain/travel.h"

enum { AFTER_OTHER, BEFORE_OTHER };

static bool
is_on_site(const struct book *book, const struct assignment *a)
{
	return state_blocks(assignment_state(a)) &&
	    site_is_attended(book_site(book, a->site), assignment_activity(a));
}

/* The last on site that ends before `a` begins, or NULL. */
static const struct assignment *
previous(const struct book *book, struct run run, const struct assignment *a)
{
	size_t i = run_from_instant(book, run, a->from);

	while (i > 0) {
		const struct assignment *other = book_at(book, run.slot[--i]);

		if (is_on_site(book, other) && assignment_to(other) <= a->from)
			return other;
	}
	return NULL;
}

/* The first on site that begins after `a` ends, or NULL. */
static const struct assignment *
next(const struct book *book, struct run run, const struct assignment *a)
{
	size_t i = run_from_instant(book, run, assignment_to(a));

	for (; i < run.count; i++) {
		const struct assignment *other = book_at(book, run.slot[i]);

		if (is_on_site(book, other))
			return other;
	}
	return NULL;
}

static struct place
place_of(const struct book *book, const struct assignment *a)
{
	struct place place;

	site_place(book, a->site, a->day, (enum part)a->part, &place);
	return place;
}

/* From one to the next; `other` is the one of the two not judged. */
static bool
reaches(const struct judgement *judgement, const struct assignment *from,
    const struct assignment *to, struct finding *finding)
{
	const struct assignment *other =
	    from == judgement->assignment ? to : from;
	struct place from_place = place_of(judgement->book, from);
	struct place to_place = place_of(judgement->book, to);
	unsigned margin = travel_margin(judgement->rules->travel), minutes;
	int64_t available = (to->from - assignment_to(from)) / 60;

	if (travel_fits(judgement->rules->travel, &from_place,
		assignment_to(from), &to_place, to->from, &minutes))
		return true;
	finding->variant = other == from ? AFTER_OTHER : BEFORE_OTHER;
	finding_with(finding, other);
	finding_interval(finding, other);
	finding_number(finding, "minutes", minutes);
	finding_number(finding, "margin", margin);
	finding_number(finding, "needed", (int64_t)minutes + margin);
	finding_number(finding, "available", available);
	finding_site(finding, "from-site", from_place.site, other == from);
	finding_site(finding, "to-site", to_place.site, other == to);
	return false;
}

bool
rule_H12(const struct judgement *judgement, struct finding *finding)
{
	const struct assignment *a = judgement->assignment;
	struct run run = book_physician_run(judgement->book, a->physician);
	const struct assignment *before, *after;

	if (!is_on_site(judgement->book, a))
		return true;
	if (!rule_H12_limit(judgement, finding))
		return false;
	before = previous(judgement->book, run, a);
	if (before != NULL && !reaches(judgement, before, a, finding))
		return false;
	after = next(judgement->book, run, a);
	return after == NULL || reaches(judgement, a, after, finding);
}
