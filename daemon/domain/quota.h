/* SPDX-License-Identifier: ISC */
/*
 * quota: half-days owed and allowed per period, and those that there are.
 *
 * A period is the calendar week (Monday to Sunday), month or year, or the whole
 * of the fact (contract), cut to the fact's own days.  Days are service dates,
 * of each half-day's site.  Every half-day counts that blocks - drafts too - a
 * night two.  Numbers are exact as far back as the fact reaches: days that the
 * book has in part are added from its counters, which are cut at the first day
 * of every fact.  Until a fact that is new and begins between two cuts has had
 * the counters loaded anew, the rest of its first week counts too: more than
 * there is, never less.
 */
#ifndef DOMAIN_QUOTA_H
#define DOMAIN_QUOTA_H

#include "daemon/domain/book.h"

struct quota_period {
	int32_t first, last; /* both included; INT32_MAX: open */
};

/* The period of a fact that has the day; false when the fact is retired or does
 * not have the day. */
bool quota_period(
    const struct quota *quota, int32_t day, struct quota_period *period);

struct quota_sum {
	/* Held, or published and before `today`, or older than the book. */
	uint64_t done;
	uint64_t planned; /* all others: published or draft */
};

/* The half-days of a physician that count for the quota in its period.  The
 * period ends at book_from() or later. */
struct quota_sum quota_sum(const struct book *book, const struct quota *quota,
    int32_t physician, const struct quota_period *period, int32_t today);

/* One line of what a physician owes and may do. */
struct quota_line {
	const struct quota *quota; /* borrowed until the book's next change */
	struct quota_period period;
	struct quota_sum sum;
	/* What is missing of the minimum when all that is planned is done. */
	uint64_t owed;
	/* Of a programme, for each who is enrolled: H15; else H09. */
	bool of_programme;
};

enum { QUOTA_LINES_MAX = 64 };

/*
 * The lines of the periods that have the day: the physician's own quotas by
 * their first day, then those of the programmes that the physician is enrolled
 * in at any time of the period.  Returns how many, at most QUOTA_LINES_MAX;
 * none for a day before book_from().
 */
size_t quota_lines(const struct book *book, int32_t physician, int32_t day,
    int32_t today, struct quota_line lines[QUOTA_LINES_MAX]);

#endif
