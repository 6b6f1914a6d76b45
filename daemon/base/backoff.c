/* SPDX-License-Identifier: ISC */
/*
 * backoff: ceiling_ms stays within [min_ms, max_ms] at all times.
 */
#include "daemon/base/backoff.h"

#include <stdint.h>
#include <sys/random.h>

void
backoff_init(struct backoff *backoff, unsigned min_ms, unsigned max_ms)
{
	backoff->min_ms = min_ms;
	backoff->max_ms = max_ms < min_ms ? min_ms : max_ms;
	backoff->ceiling_ms = min_ms;
}

unsigned
backoff_next(struct backoff *backoff)
{
	uint64_t random;
	uint64_t range;

	if (backoff->ceiling_ms == 0)
		backoff->ceiling_ms = backoff->max_ms > 0 ? 1 : 0;
	else if (backoff->ceiling_ms > backoff->max_ms / 2)
		backoff->ceiling_ms = backoff->max_ms;
	else
		backoff->ceiling_ms *= 2;
	range = (uint64_t)backoff->ceiling_ms - backoff->min_ms + 1;
	/* A sandbox may forbid it: then without jitter, but no sooner. */
	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return backoff->ceiling_ms;
	return backoff->min_ms + (unsigned)(random % range);
}

void
backoff_reset(struct backoff *backoff)
{
	backoff->ceiling_ms = backoff->min_ms;
}
