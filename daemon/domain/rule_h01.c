/* SPDX-License-Identifier: ISC */
/*
 * H01: a physician has no two assignments that overlap in clock time, whatever
 * the site, the part or the programme, nor one that overlaps a half-day which
 * another employer plans.  Intervals that touch do not overlap.
 *
 * Another employer's half-days have no site here: their windows are taken on
 * the clock of the site that the assignment is at.
 */
#include "daemon/domain/rule_private.h"

#include "daemon/domain/busy.h"

enum { PLANNED, EMPLOYED };

static bool
is_free(const struct judgement *judgement, struct finding *finding)
{
	const struct book *book = judgement->book;
	const struct assignment *a = judgement->assignment;
	struct run run = book_physician_run(book, a->physician);
	size_t i =
	    run_from_instant(book, run, a->from - (int64_t)book_longest(book));

	for (; i < run.count; i++) {
		const struct assignment *other = book_at(book, run.slot[i]);

		if (other->from >= assignment_to(a))
			break;
		if (assignment_to(other) <= a->from ||
		    !state_blocks(assignment_state(other)) ||
		    id_equal(other->id, a->id))
			continue;
		finding->variant = PLANNED;
		finding_with(finding, other);
		finding_interval(finding, other);
		return false;
	}
	return true;
}

/* Whether the fact has a half-day on the day that overlaps. */
static bool
is_busy_on(const struct judgement *judgement, const struct busy *busy,
    int32_t day, struct finding *finding)
{
	const struct assignment *a = judgement->assignment;
	const struct tz *tz = book_site(judgement->book, a->site)->tz;
	unsigned parts = busy_parts(busy, day);

	for (unsigned part = 0; part < PART_COUNT; part++) {
		int64_t from, to;

		if (!(parts & 1u << part))
			continue;
		busy_interval(tz, day, (enum part)part, &from, &to);
		if (from >= assignment_to(a) || to <= a->from)
			continue;
		finding->variant = EMPLOYED;
		finding_instant(finding, "from", from, tz_offset(tz, from));
		finding_instant(finding, "to", to, tz_offset(tz, to));
		return true;
	}
	return false;
}

static bool
is_unemployed(const struct judgement *judgement, struct finding *finding)
{
	const struct assignment *a = judgement->assignment;
	const struct tz *tz = book_site(judgement->book, a->site)->tz;
	/* A night reaches into the next day. */
	int32_t first = tz_day(tz, a->from) - 1;
	int32_t last = tz_day(tz, assignment_to(a));
	size_t count;
	const int32_t *facts = judgement_facts(judgement, KIND_BUSY, &count);

	for (size_t i = 0; i < count; i++) {
		const struct busy *busy = (const struct busy *)book_entity(
		    judgement->book, KIND_BUSY, facts[i]);

		if (busy->from > last)
			break;
		if (!is_active(busy->state))
			continue;
		for (int32_t day = first; day <= last; day++)
			if (is_busy_on(judgement, busy, day, finding))
				return false;
	}
	return true;
}

bool
rule_H01(const struct judgement *judgement, struct finding *finding)
{
	return is_free(judgement, finding) && is_unemployed(judgement, finding);
}
