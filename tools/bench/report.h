/* SPDX-License-Identifier: ISC */
/*
 * report: what a command prints at its end: sentences for people, then one line
 * "bench=list requests=... p99_us=..." for scripts.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "daemon/base/compiler.h"
#include "tools/bench/sample.h"

struct report {
	char text[2048];
	size_t len;
};

/* A line for people, at once. */
void report_say(const char *fmt, ...) PRINTF_LIKE(1, 2);
void report_latency(const char *what, struct percentiles p);

void report_begin(struct report *report, const char *bench);
void report_u64(struct report *report, const char *key, uint64_t value);
void report_day(struct report *report, const char *key, int32_t day);
void report_real(struct report *report, const char *key, double value);
/* prefix_p50_us= and so on; without prefix when it is "". */
void report_percentiles(
    struct report *report, const char *prefix, struct percentiles p);
void report_end(struct report *report);

#endif
