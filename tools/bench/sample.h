/* SPDX-License-Identifier: ISC */
/*
 * sample: durations as they were measured, all of them, so that a percentile is
 * exact and not read off a histogram.
 */
#ifndef BENCH_SAMPLE_H
#define BENCH_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

/* Zeroed is empty. */
struct sample {
	uint32_t *us; /* owned */
	size_t count, capacity;
};

void sample_fini(struct sample *sample);
/* Microseconds; more than an hour counts as UINT32_MAX. */
void sample_add(struct sample *sample, uint64_t us);

struct percentiles {
	uint32_t p50, p90, p99, p999, max; /* us; 0 without samples */
};

/* The least duration that a share of all did not exceed.  Sorts the sample. */
struct percentiles sample_percentiles(struct sample *sample);

#endif
