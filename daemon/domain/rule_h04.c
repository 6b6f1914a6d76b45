/* SPDX-License-Identifier: ISC */
/*
 * H04: the physician is not absent in that part of that day; the programme,
 * where the directory knows it, runs on that day, and the physician is enrolled
 * in it then.  What an absence is for is no matter of the plan.
 */
#include "daemon/domain/rule_private.h"

enum { ABSENT, PROGRAMME_OVER, NOT_ENROLLED };

static bool
is_present(const struct judgement *judgement, struct finding *finding)
{
	const struct assignment *a = judgement->assignment;
	size_t count;
	const int32_t *facts = judgement_facts(judgement, KIND_ABSENCE, &count);

	for (size_t i = 0; i < count; i++) {
		const struct absence *absence =
		    (const struct absence *)book_entity(
			judgement->book, KIND_ABSENCE, facts[i]);

		if (a->day < absence->from)
			break;
		if (a->day > absence->to || !is_active(absence->state) ||
		    !parts_have(absence->parts, (enum part)a->part))
			continue;
		finding->variant = ABSENT;
		finding_day(finding, "first", absence->from);
		finding_day(finding, "last", absence->to);
		finding_text(finding, "parts", span_of(absence->parts));
		return false;
	}
	return true;
}

static bool
is_enrolled(const struct judgement *judgement, int32_t programme)
{
	const struct assignment *a = judgement->assignment;
	size_t count;
	const int32_t *facts =
	    judgement_facts(judgement, KIND_ENROLMENT, &count);

	for (size_t i = 0; i < count; i++) {
		const struct enrolment *enrolment =
		    (const struct enrolment *)book_entity(
			judgement->book, KIND_ENROLMENT, facts[i]);

		if (enrolment->programme == programme &&
		    is_active(enrolment->state) && enrolment->from <= a->day &&
		    a->day <= enrolment->to)
			return true;
	}
	return false;
}

/* First and last day, where there are such. */
static void
finding_days(struct finding *finding, const struct programme *programme)
{
	char text[32];
	struct out out = OUT(text);

	if (programme->from != INT32_MAX)
		out_day(&out, programme->from);
	out_literal(&out, "..");
	if (programme->to != INT32_MAX)
		out_day(&out, programme->to);
	finding_text(finding, "runs", (struct span){text, out.len});
}

bool
rule_H04(const struct judgement *judgement, struct finding *finding)
{
	const struct assignment *a = judgement->assignment;
	int32_t index = assignment_programme(judgement->book, a);
	const struct programme *programme;

	if (!is_present(judgement, finding))
		return false;
	if (index == REF_NONE)
		return true;
	programme = (const struct programme *)book_entity(
	    judgement->book, KIND_PROGRAMME, index);
	/* A programme without a first day has INT32_MAX there. */
	if (!is_active(programme->state) || a->day > programme->to ||
	    (programme->from != INT32_MAX && a->day < programme->from)) {
		finding->variant = PROGRAMME_OVER;
		finding_text(finding, "programme", span_of(programme->code));
		finding_day(finding, "day", a->day);
		finding_days(finding, programme);
		finding_text(finding, "state", span_of(programme->state));
		return false;
	}
	if (is_enrolled(judgement, index))
		return true;
	finding->variant = NOT_ENROLLED;
	finding_text(finding, "programme", span_of(programme->code));
	finding_day(finding, "day", a->day);
	return false;
}
