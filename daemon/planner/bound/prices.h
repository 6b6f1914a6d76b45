/* SPDX-License-Identifier: ISC */
/*
 * prices: multipliers of the coupling rules, in 2^-16 point, and what of the
 * optimum they prove.
 *
 * Without the rule that a half-day filled is a half-day worked, physicians and
 * sites fall apart; the sum of their own optima at any prices is a lower bound
 * of every plan's cost.  All sums are of integers, so the bound is exact.
 */
#ifndef PLANNER_PRICES_H
#define PLANNER_PRICES_H

#include "daemon/planner/model/model.h"

enum { PRICE_BITS = 16 };

#define PRICE_ONE ((int64_t)1 << PRICE_BITS)
/* What may not be; it stays recognisable with a few true values added. */
#define PRICE_NEVER (INT64_MAX / 4)

static inline bool
price_is_never(int64_t value)
{
	return value > PRICE_NEVER / 2;
}

/*
 * Within one physician the sums are of doubles, for their minima are cheap: all
 * are whole numbers and, what may not be aside, below VALUE_MAX, where doubles
 * are exact.
 */
#define PRICE_UNIT ((double)PRICE_ONE)
#define VALUE_MAX ((double)((int64_t)1 << 52))
/* What may not be; it stays recognisable with true values added. */
#define VALUE_NEVER ((double)((int64_t)1 << 60))

static inline bool
value_is_never(double value)
{
	return value > VALUE_NEVER / 2;
}

struct prices {
	int64_t *slot;      /* of one half-day of a slot; any sign */
	int64_t *share;     /* of what a half-day weighs in it; at least 0 */
	int64_t *unpopular; /* at least 0; by physician */
	/* Of a unit: above 0 for what there is too much of, below 0, but not
	 * below the cap's weight, for what is missing of the minimum. */
	int64_t *cap;
};

/* No price is larger, times the weight of any half-day for a share: so sums of
 * them stay far from the end of int64. */
#define PRICE_MAX ((int64_t)1 << 40)

void prices_make(struct prices *prices, const struct model *model);
void prices_free(struct prices *prices);
void prices_copy(
    struct prices *to, const struct prices *from, const struct model *model);

#endif
