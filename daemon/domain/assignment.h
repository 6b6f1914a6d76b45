/* SPDX-License-Identifier: ISC */
/*
 * assignment: one physician at one site for one half-day.
 *
 * The struct is what the book keeps for every half-day of the country; its size
 * is counted (650,000 of them).  Physician and site are indices of the book.
 */
#ifndef DOMAIN_ASSIGNMENT_H
#define DOMAIN_ASSIGNMENT_H

#include "daemon/domain/calendar.h"
#include "proto/id.h"
#include "proto/span.h"

struct put_word;

enum activity {
	ACTIVITY_MT,  /* follow-up by the registered physician */
	ACTIVITY_SNP, /* unscheduled care */
	ACTIVITY_CA,  /* advanced consultation */
	ACTIVITY_VAD, /* home visits */
	ACTIVITY_TLC, /* teleconsultation: takes no room, no travel */
	ACTIVITY_EHPAD,
	ACTIVITY_PDSA,  /* out-of-hours duty */
	ACTIVITY_REGUL, /* regulation: remote */
	ACTIVITY_HOSP,
	ACTIVITY_SUPERV,
	ACTIVITY_COORD,
	ACTIVITY_PERM,
	ACTIVITY_COUNT
};

enum state {
	STATE_DRAFT,
	STATE_PUBLISHED,
	STATE_HELD,
	STATE_NOT_HELD,
	STATE_CANCELLED,
	STATE_COUNT
};

/* How a physician agreed to a half-day that was not offered, H21. */
enum agreement {
	AGREED_NOT, /* nothing is recorded */
	AGREED_PHONE,
	AGREED_MAIL,
	AGREED_WRITTEN,
	AGREED_ORAL,
	AGREED_COUNT
};

/*
 * Beside its activity a half-day may have two portions: so many minutes of
 * unscheduled care and so many of care from elsewhere.  The activity has what
 * is left.
 */
enum {
	PORTION_UNIT = 5, /* minutes */
	PORTION_MAX = 480 /* minutes; no half-day opens longer */
};

struct assignment {
	struct id id;
	int64_t from;            /* instant */
	uint32_t length;         /* seconds */
	int32_t day;             /* service date */
	int32_t physician, site; /* indices of the book */
	int32_t programme;       /* index of the book's words, or REF_NONE */
	uint32_t rev;
	/* Index of the rotation that it is an occurrence of, plus 1; 0: none.
	 */
	uint32_t rotation;
	uint8_t part, room; /* room 1.., 0: takes none */
	uint8_t activity, state;
	uint8_t count;  /* half-days that it counts for: 1, a night 2 */
	uint8_t agreed; /* enum agreement */
	uint8_t
	    by_hand; /* 1: changed by itself, its rotation leaves it alone */
	/* Of its length, in units of PORTION_UNIT minutes: unscheduled care
	 * and care from elsewhere, beside the activity. */
	uint8_t unscheduled, remote;
	int8_t offset_from, offset_to; /* quarter-hours east of UTC */
};

const char *activity_name(enum activity activity);
const struct put_word *activity_word(enum activity activity); /* the same */
bool activity_find(struct span text, enum activity *out);
/* Care from elsewhere: no room (H03), no travel (H12). */
bool activity_is_remote(enum activity activity);
/* Whether it may have a portion of unscheduled care, of care from elsewhere
 * beside: it is care of another kind. */
bool activity_takes_unscheduled(enum activity activity);
bool activity_takes_remote(enum activity activity);

/* "" for AGREED_NOT. */
const char *agreement_name(enum agreement agreement);
/* Of the others. */
bool agreement_find(struct span text, enum agreement *out);

const char *state_name(enum state state);
const struct put_word *state_word(enum state state); /* the same */
bool state_find(struct span text, enum state *out);
/* Blocks its physician and its room: every state but cancelled and not held. */
static inline bool
state_blocks(enum state state)
{
	return state != STATE_CANCELLED && state != STATE_NOT_HELD;
}

static inline int64_t
assignment_to(const struct assignment *a)
{
	return a->from + a->length;
}

/* Minutes of both portions. */
static inline unsigned
assignment_beside(const struct assignment *a)
{
	return ((unsigned)a->unscheduled + a->remote) * PORTION_UNIT;
}

/* Minutes that are left to the activity; 0 when the portions are longer than
 * the half-day, which H02 refuses. */
static inline unsigned
assignment_main(const struct assignment *a)
{
	unsigned minutes = a->length / 60, beside = assignment_beside(a);

	return minutes > beside ? minutes - beside : 0;
}

/* Minutes of unscheduled care, as the activity or beside it. */
static inline unsigned
assignment_unscheduled(const struct assignment *a)
{
	if (a->activity == ACTIVITY_SNP)
		return assignment_main(a);
	return (unsigned)a->unscheduled * PORTION_UNIT;
}

#endif
