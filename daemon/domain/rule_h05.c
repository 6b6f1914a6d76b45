/* SPDX-License-Identifier: ISC */
/*
 * H05: the physician is authorised at the site on that day.  Care from
 * elsewhere is not given at the site and needs no authorisation there.
 */
#include "daemon/domain/rule_private.h"

enum { NEVER, NOT_THEN };

bool
rule_H05(const struct judgement *judgement, struct finding *finding)
{
	const struct assignment *a = judgement->assignment;
	const struct authorisation *other = NULL;
	size_t count;
	const int32_t *facts;

	if (activity_is_remote(assignment_activity(a)))
		return true;
	facts = judgement_facts(judgement, KIND_AUTHORISATION, &count);
	for (size_t i = 0; i < count; i++) {
		const struct authorisation *fact =
		    (const struct authorisation *)book_entity(
			judgement->book, KIND_AUTHORISATION, facts[i]);

		if (fact->site != a->site || !is_active(fact->state))
			continue;
		if (fact->from <= a->day && a->day <= fact->to)
			return true;
		/* The last one before that day, else the first after it. */
		if (other == NULL || fact->from <= a->day)
			other = fact;
	}
	finding_site(finding, "at", book_site(judgement->book, a->site), false);
	finding_day(finding, "day", a->day);
	if (other == NULL)
		return false;
	finding->variant = NOT_THEN;
	finding_text(finding, "kind", span_of(other->kind));
	finding_day(finding, "first", other->from);
	if (other->to == INT32_MAX)
		finding_text(finding, "last", SPAN("-"));
	else
		finding_day(finding, "last", other->to);
	return false;
}
