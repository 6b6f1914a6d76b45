/* SPDX-License-Identifier: ISC */
/*
 * reduce_why: what keeps a physician from a demand, by the same questions that
 * keep an option out; for explanations, which ask of everybody.
 */
#include "daemon/planner/reduce/reduce_private.h"

#include <string.h>

int32_t
reduction_physicians(const struct reduction *reduction)
{
	return book_count(reduction->book, KIND_PHYSICIAN);
}

bool
reduction_is_related(
    const struct reduction *reduction, int32_t physician, int32_t demand)
{
	const struct reduced *r = &reduction->r;
	const char *specialty = r->class[r->demand[demand].class].specialty;
	const struct physician *of = book_physician(reduction->book, physician);

	return reduction->works[physician] &&
	    strcmp(of->state, "active") == 0 &&
	    strcmp(of->specialty, specialty) == 0;
}

int32_t
reduction_doctor(const struct reduction *reduction, int32_t physician)
{
	return reduction->doctor_of[physician];
}

/* Of who may do it and is no option all the same. */
static const char *
other_reason(const struct reduction *reduction, int32_t doctor,
    const struct demand *demand)
{
	if (doctor == NONE ||
	    reduce_access(reduction, doctor, demand->spot) == NULL)
		return "far";
	if (reduce_is_late(reduction, doctor, demand->spot, demand->half))
		return status_code(STATUS_H12);
	return reduction_allows(
		   reduction, doctor, demand->spot, demand->half, demand->class)
	    ? NULL
	    : status_code(STATUS_H16);
}

const char *
reduction_why(
    const struct reduction *reduction, int32_t physician, int32_t demand)
{
	const struct demand *of = &reduction->r.demand[demand];
	const struct doctor doctor = {.physician = physician,
	    .programme = reduction->works_for[physician]};
	struct assignment a = reduce_assignment(reduction, &doctor, of);
	struct finding finding;

	if (!rules_alone(
		reduction->book, &reduction->facts->rules, &a, &finding))
		return status_code(finding.rule);
	return other_reason(reduction, reduction->doctor_of[physician], of);
}

const char *
reduction_why_not(const struct reduction *reduction, int32_t doctor,
    int32_t spot, int32_t half, int32_t class)
{
	const struct demand *demand =
	    reduce_demand(reduction, spot, half, class);

	return demand == NULL
	    ? NULL
	    : reduction_why(reduction, reduction->r.doctor[doctor].physician,
		  (int32_t)(demand - reduction->r.demand));
}
