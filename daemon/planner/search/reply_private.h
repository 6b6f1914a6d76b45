/* SPDX-License-Identifier: ISC */
/*
 * reply_private: one attempt at an answer, shared by reply.c and reply_value.c.
 */
#ifndef PLANNER_REPLY_PRIVATE_H
#define PLANNER_REPLY_PRIVATE_H

#include "daemon/planner/model/spread.h"
#include "daemon/planner/search/reply.h"

enum { NEVER = -2, EVER = -1 };

struct attempt {
	struct reply *reply;
	struct desk *desk;
	const struct question *question;
	const struct taste *taste;
	struct tally base; /* the physician without those weeks */
	int32_t stays;     /* half-days of those weeks that are frozen */
	int32_t unfair;    /* points of an unpopular half-day */
	/* Points of the heaviest half-day of a share of his, others in
	 * proportion. */
	int32_t share_price;
	/* A cap that an answer broke, or NAMES_NONE, and points of its unit. */
	int32_t cap, cap_price;
	/* A group of sites where his first half-day counts, and the day of it;
	 * or NEVER, or EVER. */
	struct spread_group group;
	int32_t fresh;
	bool capped;  /* he has any */
	bool patient; /* prices rise before anything is taken out */
};

/* The values of one seat's options, and what they lose at the place where the
 * half-day beside them is too. */
void reply_values(const struct attempt *attempt, int32_t seat, int32_t *value,
    int32_t *twice);

/* Whether the answer breaks a share of the physician; and which cap it does, or
 * NAMES_NONE. */
bool reply_breaks_share(const struct attempt *attempt);
int32_t reply_broken_cap(const struct attempt *attempt);

/* Unpopular half-days with the answer, above the fair share. */
int32_t reply_above(const struct attempt *attempt);
/* Takes out of the answer what is too much for caps and shares, and unpopular
 * half-days that do not pay. */
void reply_trim(const struct attempt *attempt);

#endif
