/* SPDX-License-Identifier: ISC */
/*
 * H19: a published half-day is changed only with a reason, and once it has
 * begun only by a record of what became of it.
 */
#include "daemon/domain/rule_private.h"

enum { NO_REASON, BEGUN };

/* Whether it was published and is another half-day now, or none. */
static bool
is_changed(const struct judgement *judgement)
{
	const struct assignment *before = judgement->before;
	const struct assignment *after = judgement->assignment;

	if (before == NULL || before->state == STATE_DRAFT ||
	    before->state == STATE_CANCELLED)
		return false;
	return after->state == STATE_DRAFT || after->state == STATE_CANCELLED ||
	    !same_half_day(before, after);
}

bool
rule_H19(const struct judgement *judgement, struct finding *finding)
{
	const struct assignment *before = judgement->before;

	if (!is_changed(judgement))
		return true;
	if (before->from <= judgement->rules->now)
		finding->variant = BEGUN;
	else if (judgement->change->reason.len == 0)
		finding->variant = NO_REASON;
	else
		return true;
	finding_text(
	    finding, "state", span_of(state_name(assignment_state(before))));
	finding_interval(finding, before);
	return false;
}
