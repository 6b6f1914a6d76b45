/* SPDX-License-Identifier: ISC */
/*
 * clock: clock_gettime(2), or the time that a test has set.
 */
#include "daemon/base/clock.h"

#include <stdbool.h>
#include <time.h>

static struct {
	bool set;
	int64_t real_us;
	uint64_t mono_us;
} test_time;

static int64_t
read_us(clockid_t id)
{
	struct timespec now;

	/* Cannot fail: both clocks exist on every Linux. */
	(void)clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

uint64_t
clock_mono_us(void)
{
	if (test_time.set)
		return test_time.mono_us;
	return (uint64_t)read_us(CLOCK_MONOTONIC);
}

int64_t
clock_real_us(void)
{
	return test_time.set ? test_time.real_us : read_us(CLOCK_REALTIME);
}

int64_t
clock_real_s(void)
{
	struct timespec now;

	if (test_time.set)
		return test_time.real_us / 1000000;
	(void)clock_gettime(CLOCK_REALTIME_COARSE, &now);
	return now.tv_sec;
}

void
clock_set_for_test(int64_t real_us, uint64_t mono_us)
{
	test_time.set = true;
	test_time.real_us = real_us;
	test_time.mono_us = mono_us;
}

void
clock_unset_for_test(void)
{
	test_time.set = false;
}
