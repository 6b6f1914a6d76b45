/* SPDX-License-Identifier: ISC */
/*
 * H24: physicians and junior doctors rove; interns are taught where they are.
 */
#include "daemon/domain/rule_private.h"

bool
rule_H24(const struct judgement *judgement, struct finding *finding)
{
	const struct physician *physician =
	    book_physician(judgement->book, judgement->assignment->physician);

	if (!span_is(span_of(physician->status), "intern"))
		return true;
	finding_text(finding, "rpps", span_of(physician->rpps));
	finding_text(finding, "status", span_of(physician->status));
	return false;
}
