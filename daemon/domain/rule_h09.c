/* SPDX-License-Identifier: ISC */
/*
 * H09 and H15: no more half-days in a period than agreed with the physician
 * (H09), or than a programme allows each physician (H15).
 *
 * Judged on the end state of the unit, and only of a half-day that comes into
 * the period by it: at the maximum, and above one that was lowered, half-days
 * still move within the period.
 */
#include "daemon/domain/rule_private.h"

#include "daemon/domain/quota.h"

enum { OF_PHYSICIAN, OF_PHYSICIAN_IN_PROGRAMME };

/* Whether the half-day counted in this period before the unit, and no less. */
static bool
was_counted(const struct judgement *judgement, const struct quota *quota,
    const struct quota_period *period)
{
	const struct assignment *a = judgement->assignment;
	const struct assignment *before = judgement->before;

	return before != NULL && state_blocks(assignment_state(before)) &&
	    before->physician == a->physician && before->day >= period->first &&
	    before->day <= period->last && before->count >= a->count &&
	    (quota->programme == REF_NONE || before->programme == a->programme);
}

static void
finding_quota(struct finding *finding, const struct book *book,
    const struct quota *quota, const struct quota_period *period)
{
	const struct programme *programme;

	finding_text(finding, "period", span_of(quota->period));
	finding_day(finding, "first", period->first);
	if (period->last == INT32_MAX)
		finding_text(finding, "last", SPAN("-"));
	else
		finding_day(finding, "last", period->last);
	finding_number(finding, "max", quota->max);
	if (quota->programme == REF_NONE)
		return;
	programme = (const struct programme *)book_entity(
	    book, KIND_PROGRAMME, quota->programme);
	finding_text(finding, "programme", span_of(programme->code));
}

/* By the quotas of one owner: the physician, or the programme. */
static bool
keeps_quotas(const struct judgement *judgement, struct id owner,
    int32_t programme, struct finding *finding)
{
	const struct book *book = judgement->book;
	const struct assignment *a = judgement->assignment;
	struct quota_period period;
	struct quota_sum sum;
	size_t count;
	const int32_t *facts = book_facts(book, KIND_QUOTA, owner, &count);

	for (size_t i = 0; i < count; i++) {
		const struct quota *quota = (const struct quota *)book_entity(
		    book, KIND_QUOTA, facts[i]);

		if (quota->from > a->day)
			break;
		if (quota->max == QUOTA_NONE ||
		    (quota->programme != REF_NONE &&
			quota->programme != programme) ||
		    !quota_period(quota, a->day, &period) ||
		    was_counted(judgement, quota, &period))
			continue;
		sum = quota_sum(book, quota, a->physician, &period, a->day);
		if (sum.done + sum.planned <= quota->max)
			continue;
		finding->variant = quota->programme == REF_NONE
		    ? OF_PHYSICIAN
		    : OF_PHYSICIAN_IN_PROGRAMME;
		if (quota->physician == REF_NONE)
			finding->variant = 0; /* of H15 */
		finding_number(
		    finding, "half-days", (int64_t)(sum.done + sum.planned));
		finding_quota(finding, book, quota, &period);
		return false;
	}
	return true;
}

bool
rule_H09(const struct judgement *judgement, struct finding *finding)
{
	const struct book *book = judgement->book;
	const struct assignment *a = judgement->assignment;

	return keeps_quotas(judgement,
	    book_physician(book, a->physician)->entity.id,
	    assignment_programme(book, a), finding);
}

bool
rule_H15(const struct judgement *judgement, struct finding *finding)
{
	const struct book *book = judgement->book;
	int32_t programme = assignment_programme(book, judgement->assignment);

	return programme == REF_NONE ||
	    keeps_quotas(judgement,
		book_entity(book, KIND_PROGRAMME, programme)->id, programme,
		finding);
}
