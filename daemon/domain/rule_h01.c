/* SPDX-License-Identifier: ISC */
/*
 * H01: a physician has no two assignments that overlap in clock time, whatever
 * the site, the part or the programme.  Intervals that touch do not overlap.
 */
#include "daemon/domain/rule_private.h"

bool
rule_H01(const struct judgement *judgement, struct finding *finding)
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
		finding_with(finding, other);
		finding_interval(finding, other);
		return false;
	}
	return true;
}
