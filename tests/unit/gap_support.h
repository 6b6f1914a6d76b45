/* SPDX-License-Identifier: ISC */
/*
 * gap_support: a book with sectors, sites, physicians and what they need, for
 * tests of gaps.  Facts have ids of their own, in the order in which they are
 * made; so have half-days, from test_id(GAP_SLOT_FIRST) on.
 */
#ifndef TESTS_UNIT_GAP_SUPPORT_H
#define TESTS_UNIT_GAP_SUPPORT_H

#include "daemon/domain/gap.h"
#include "tests/unit/domain_support.h"

#define GAP_HOURS "mon-fri M 09:00-12:00 A 14:00-18:00"

enum { GAP_SLOT_FIRST = 20000 };

extern struct book *book;  /* of the test */
extern unsigned gap_slots; /* half-days made so far */

void gap_begin(void);
void gap_end(void);

/* Each answers the index; sector: index, or REF_NONE. */
int32_t gap_load_sector(unsigned n);
int32_t gap_load_site(unsigned n, int32_t sector, const char *hours);
int32_t gap_load_physician(unsigned n, const char *specialty);

/* Of a site or a sector, the other REF_NONE.  What is NULL or 0 is the usual:
 * MT, MG, open, one, active. */
struct wish {
	int32_t site, sector;
	const char *pattern, *activity, *specialty, *from, *to;
	uint32_t number;
	const char *state;
};

void gap_load_need(const struct wish *wish);
void gap_load_closure(
    int32_t site, const char *from, const char *to, const char *parts);
/* A national one. */
void gap_load_holiday(const char *day);
void gap_assign(int32_t physician, int32_t site, const char *day,
    enum part part, enum activity activity, enum state state);

#endif
