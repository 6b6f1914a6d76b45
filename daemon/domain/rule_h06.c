/* SPDX-License-Identifier: ISC */
/*
 * H06: the physician has an RPPS number of the right form and is active.  A
 * wrong key of the number is a warning where it is entered, not a refusal here.
 */
#include "daemon/domain/rule_private.h"

enum { WRONG_FORM, NOT_ACTIVE };

bool
rule_H06(const struct judgement *judgement, struct finding *finding)
{
	const struct physician *physician =
	    book_physician(judgement->book, judgement->assignment->physician);

	if (rpps_check(span_of(physician->rpps)) == ID_FORM) {
		finding->variant = WRONG_FORM;
		finding_text(finding, "rpps", span_of(physician->rpps));
		return false;
	}
	if (!span_is(span_of(physician->state), "active")) {
		finding->variant = NOT_ACTIVE;
		finding_text(finding, "rpps", span_of(physician->rpps));
		finding_text(finding, "state", span_of(physician->state));
		return false;
	}
	return true;
}
