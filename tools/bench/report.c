/* SPDX-License-Identifier: ISC */
/* report: see report.h. */
#include "tools/bench/report.h"

#include "proto/out.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void
report_say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
}

void
report_latency(const char *what, struct percentiles p)
{
	report_say("%s: median %.2f ms, p90 %.2f, p99 %.2f, p99.9 %.2f, "
		   "longest %.2f ms",
	    what, p.p50 / 1e3, p.p90 / 1e3, p.p99 / 1e3, p.p999 / 1e3,
	    p.max / 1e3);
}

static void PRINTF_LIKE(2, 3) add(struct report *report, const char *fmt, ...)
{
	size_t left = sizeof(report->text) - report->len;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(report->text + report->len, left, fmt, args);
	va_end(args);
	if (n > 0 && (size_t)n < left)
		report->len += (size_t)n;
}

void
report_begin(struct report *report, const char *bench)
{
	report->len = 0;
	add(report, "bench=%s", bench);
}

void
report_u64(struct report *report, const char *key, uint64_t value)
{
	add(report, " %s=%" PRIu64, key, value);
}

void
report_day(struct report *report, const char *key, int32_t day)
{
	char text[16];
	struct out out = OUT(text);

	out_day(&out, day);
	add(report, " %s=%.*s", key, (int)out.len, text);
}

void
report_real(struct report *report, const char *key, double value)
{
	add(report, " %s=%.3f", key, value);
}

void
report_percentiles(
    struct report *report, const char *prefix, struct percentiles p)
{
	const char *joint = *prefix != '\0' ? "_" : "";

	add(report, " %s%sp50_us=%u %s%sp90_us=%u %s%sp99_us=%u", prefix, joint,
	    p.p50, prefix, joint, p.p90, prefix, joint, p.p99);
	add(report, " %s%sp999_us=%u %s%smax_us=%u", prefix, joint, p.p999,
	    prefix, joint, p.max);
}

void
report_end(struct report *report)
{
	puts(report->text);
	fflush(stdout);
}
