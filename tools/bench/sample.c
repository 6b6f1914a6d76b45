/* SPDX-License-Identifier: ISC */
/* sample: see sample.h. */
#include "tools/bench/sample.h"

#include "daemon/base/mem.h"

#include <stdlib.h>

void
sample_fini(struct sample *sample)
{
	free(sample->us);
	*sample = (struct sample){NULL, 0, 0};
}

void
sample_add(struct sample *sample, uint64_t us)
{
	sample->us = xgrow(sample->us, &sample->capacity, sample->count + 1,
	    sizeof(sample->us[0]));
	sample->us[sample->count++] =
	    us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
}

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* `share` in thousandths. */
static uint32_t
at(const struct sample *sample, size_t share)
{
	size_t rank = (sample->count * share + 999) / 1000;

	return sample->us[rank == 0 ? 0 : rank - 1];
}

struct percentiles
sample_percentiles(struct sample *sample)
{
	if (sample->count == 0)
		return (struct percentiles){0, 0, 0, 0, 0};
	qsort(sample->us, sample->count, sizeof(sample->us[0]), compare);
	return (struct percentiles){at(sample, 500), at(sample, 900),
	    at(sample, 990), at(sample, 999), at(sample, 1000)};
}
