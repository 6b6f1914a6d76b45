/* SPDX-License-Identifier: ISC */
/*
 * share: how much of the care at a site is unscheduled, H16.
 *
 * It is counted in minutes, for each programme at each site in each calendar
 * quarter of service dates; half-days without a programme are a group of their
 * own.  Unscheduled are the activity SNP and the unscheduled portion of another
 * one; out-of-hours duty is care, but not unscheduled in this sense; what is no
 * care at all (PERM COORD SUPERV REGUL HOSP) is not counted.  Drafts count as
 * what is published and held does.
 */
#ifndef DOMAIN_SHARE_H
#define DOMAIN_SHARE_H

#include "daemon/domain/book.h"

struct share_group {
	int32_t programme; /* index of the book's words, or REF_NONE */
	int32_t site;
	int32_t quarter; /* its first day */
};

/* Minutes: snp <= all, and likewise of those that are no drafts.  Sums of what
 * was added, less what was taken away. */
struct share {
	int64_t snp, all;
	int64_t published_snp, published;
};

enum { SHARE_UNBOUND = 100 };

struct share_group share_group(const struct assignment *a);
/* Adds the assignment `times` times, if it counts: 1, or -1. */
void share_add(struct share *share, const struct assignment *a, int times);
/* As the book has it, from its first day in full on. */
struct share share_of(const struct book *book, const struct share_group *group);
/*
 * Percent that the share must stay under: the programme's, 50 without one;
 * SHARE_UNBOUND for the sites of structures that are there for unscheduled
 * care (CSNP, MMG).
 */
unsigned share_bound(const struct book *book, const struct share_group *group);

/*
 * The groups, two at most, whose share may rise when `before` (NULL: nothing)
 * becomes `after`, or in which that publishes a half-day: those whose guard the
 * write raises and whose share is judged.  Returns how many.
 */
unsigned share_touched(const struct assignment *before,
    const struct assignment *after, struct share_group groups[2]);

#endif
