/* SPDX-License-Identifier: ISC */
/*
 * H21: the physician has offered the half-day, or agreed to it.
 *
 * Of the declarations that have the half-day, the one of the shortest period
 * counts: a day taken out of a weekly pattern, or added to one, is an
 * exception.  Of two as long, the refusal.  A half-day refused takes the
 * physician's own act; one of which nothing is declared, that or an agreement,
 * which is recorded.  What was accepted so stays accepted while physician,
 * place, day and part do.
 */
#include "daemon/domain/rule_private.h"

#include <string.h>

enum { UNDECLARED, REFUSED };

enum declared { DECLARED_NOT, DECLARED_OFFER, DECLARED_REFUSAL };

static enum declared
declared_as(const struct availability *fact)
{
	if (strcmp(fact->kind, "unavailable") == 0)
		return DECLARED_REFUSAL;
	/* What is disliked is not thereby offered. */
	return strcmp(fact->kind, "disliked") == 0 ? DECLARED_NOT
						   : DECLARED_OFFER;
}

static enum declared
declaration(const struct judgement *judgement)
{
	const struct assignment *a = judgement->assignment;
	enum declared found = DECLARED_NOT, as;
	int64_t shortest = INT64_MAX;
	size_t count;
	const int32_t *facts =
	    judgement_facts(judgement, KIND_AVAILABILITY, &count);

	for (size_t i = 0; i < count; i++) {
		const struct availability *fact =
		    (const struct availability *)book_entity(
			judgement->book, KIND_AVAILABILITY, facts[i]);
		int64_t days = (int64_t)fact->to - fact->from;

		if (fact->from > a->day)
			break;
		as = declared_as(fact);
		if (as == DECLARED_NOT || fact->to < a->day ||
		    !is_active(fact->state) || days > shortest ||
		    !pattern_has(
			&fact->pattern, fact->from, a->day, (enum part)a->part))
			continue;
		if (days < shortest || as == DECLARED_REFUSAL)
			found = as;
		shortest = days;
	}
	return found;
}

bool
rule_H21(const struct judgement *judgement, struct finding *finding)
{
	const struct assignment *a = judgement->assignment;
	enum declared declared;

	if (judgement_is_own(judgement) || judgement_stays(judgement))
		return true;
	declared = declaration(judgement);
	if (declared == DECLARED_OFFER ||
	    (declared == DECLARED_NOT && a->agreed != AGREED_NOT))
		return true;
	finding->variant = declared == DECLARED_NOT ? UNDECLARED : REFUSED;
	finding_day(finding, "day", a->day);
	finding_part(finding, a);
	return false;
}
