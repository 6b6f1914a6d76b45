/* SPDX-License-Identifier: ISC */
/* share_support: see share_support.h. */
#include "tests/unit/share_support.h"

struct bench bench;
int32_t programme;

void
set_up(void)
{
	bench_init(&bench);
	programme = book_word(bench.book, SPAN("CSTM"));
	bench.rules.now = test_instant("2026-01-05T00:00Z");
}

void
tear_down(void)
{
	bench_fini(&bench);
}

void
put_because(const struct assignment *a, unsigned line, const char *reason)
{
	union after after = {.assignment = *a};

	unit_put(&bench.unit, bench.book, KIND_ASSIGNMENT, &after, line,
	    span_of(reason));
}

enum status
try_because(const struct assignment *a, const char *reason)
{
	put_because(a, 0, reason);
	return bench_judge(&bench);
}

struct assignment
half_day(unsigned n, enum activity activity, enum state state)
{
	struct assignment a = test_slot(
	    bench.book, n, (int32_t)(n % PEOPLE), 0, "2026-04-01", PART_M);

	a.day += (int32_t)(n % 80);
	a.from += (int64_t)(n % 80) * SECONDS_PER_DAY;
	a.length = 3 * 3600;
	a.activity = (uint8_t)activity;
	a.state = (uint8_t)state;
	a.programme = programme;
	return a;
}
