/* SPDX-License-Identifier: ISC */
/*
 * assignment: the words for activities and states.
 */
#include "daemon/domain/assignment.h"

#include "daemon/base/compiler.h"
#include "proto/put.h"

/* The book keeps 650,000 of them in less than 42 MB. */
STATIC_ASSERT(sizeof(struct assignment) == 64);

static const struct put_word activities[] = {
    [ACTIVITY_MT] = PUT_WORD("MT"),
    [ACTIVITY_SNP] = PUT_WORD("SNP"),
    [ACTIVITY_CA] = PUT_WORD("CA"),
    [ACTIVITY_VAD] = PUT_WORD("VAD"),
    [ACTIVITY_TLC] = PUT_WORD("TLC"),
    [ACTIVITY_EHPAD] = PUT_WORD("EHPAD"),
    [ACTIVITY_PDSA] = PUT_WORD("PDSA"),
    [ACTIVITY_REGUL] = PUT_WORD("REGUL"),
    [ACTIVITY_HOSP] = PUT_WORD("HOSP"),
    [ACTIVITY_SUPERV] = PUT_WORD("SUPERV"),
    [ACTIVITY_COORD] = PUT_WORD("COORD"),
    [ACTIVITY_PERM] = PUT_WORD("PERM"),
};

static const struct put_word states[] = {
    [STATE_DRAFT] = PUT_WORD("draft"),
    [STATE_PUBLISHED] = PUT_WORD("published"),
    [STATE_HELD] = PUT_WORD("held"),
    [STATE_NOT_HELD] = PUT_WORD("not-held"),
    [STATE_CANCELLED] = PUT_WORD("cancelled"),
};

static const char *const agreements[] = {
    [AGREED_NOT] = "",
    [AGREED_PHONE] = "phone",
    [AGREED_MAIL] = "mail",
    [AGREED_WRITTEN] = "written",
    [AGREED_ORAL] = "oral",
};

STATIC_ASSERT(ARRAY_SIZE(agreements) == AGREED_COUNT);
STATIC_ASSERT(ARRAY_SIZE(activities) == ACTIVITY_COUNT);
STATIC_ASSERT(ARRAY_SIZE(states) == STATE_COUNT);

const char *
activity_name(enum activity activity)
{
	return activities[activity].text;
}

const struct put_word *
activity_word(enum activity activity)
{
	return &activities[activity];
}

bool
activity_find(struct span text, enum activity *out)
{
	for (unsigned i = 0; i < ACTIVITY_COUNT; i++) {
		if (span_is(text, activities[i].text)) {
			*out = (enum activity)i;
			return true;
		}
	}
	return false;
}

bool
activity_is_remote(enum activity activity)
{
	return activity == ACTIVITY_TLC || activity == ACTIVITY_REGUL;
}

bool
activity_takes_unscheduled(enum activity activity)
{
	return activity == ACTIVITY_TLC ||
	    (activity != ACTIVITY_SNP && activity_takes_remote(activity));
}

bool
activity_takes_remote(enum activity activity)
{
	switch (activity) {
	case ACTIVITY_MT:
	case ACTIVITY_SNP:
	case ACTIVITY_CA:
	case ACTIVITY_VAD:
	case ACTIVITY_EHPAD:
		return true;
	case ACTIVITY_TLC:
	case ACTIVITY_PDSA:
	case ACTIVITY_REGUL:
	case ACTIVITY_HOSP:
	case ACTIVITY_SUPERV:
	case ACTIVITY_COORD:
	case ACTIVITY_PERM:
	case ACTIVITY_COUNT:
		break;
	}
	return false;
}

const char *
agreement_name(enum agreement agreement)
{
	return agreements[agreement];
}

bool
agreement_find(struct span text, enum agreement *out)
{
	for (unsigned i = AGREED_NOT + 1; i < AGREED_COUNT; i++) {
		if (span_is(text, agreements[i])) {
			*out = (enum agreement)i;
			return true;
		}
	}
	return false;
}

const char *
state_name(enum state state)
{
	return states[state].text;
}

const struct put_word *
state_word(enum state state)
{
	return &states[state];
}

bool
state_find(struct span text, enum state *out)
{
	for (unsigned i = 0; i < STATE_COUNT; i++) {
		if (span_is(text, states[i].text)) {
			*out = (enum state)i;
			return true;
		}
	}
	return false;
}
