/* SPDX-License-Identifier: ISC */
/*
 * clock: the only place where time is read, so that tests can set it.
 *
 * Intervals and deadlines are measured on the monotonic clock, dates on the
 * real one; the two are never compared.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Microseconds since some fixed moment; never goes back or jumps. */
uint64_t clock_mono_us(void);

/* Microseconds since 1970-01-01 00:00 UTC, as the system believes. */
int64_t clock_real_us(void);

/* Seconds of the same clock, a few milliseconds late and several times as
 * cheap: for what is asked at every request. */
int64_t clock_real_s(void);

/* Both clocks stand at these values until set again or unset. */
void clock_set_for_test(int64_t real_us, uint64_t mono_us);
void clock_unset_for_test(void);

#endif
