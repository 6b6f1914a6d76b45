/* SPDX-License-Identifier: ISC */
/* repair_kit: see repair_kit.h. */
#include "tests/integration/repair_kit.h"

#include "daemon/base/mem.h"
#include "tests/support/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
found_site(unsigned n)
{
	bench_tell("site put finess=%s territory=T commune=16%03u lat=45.%02u "
		   "lon=0.%02u rooms=1 hours=\"mon-fri M 09:00-12:00 "
		   "A 14:00-18:00\"",
	    town_finess(n), 100 + n, 20 + 5 * n, 30 + 3 * n);
	bench_tell("zone put commune=16%03u kind=gp class=%s from=2020-01-01",
	    100 + n, n % 2 == 0 ? "ZIP" : "ZAC");
	bench_tell(
	    "need put site=%s pattern=\"mon-thu MA\" activity=MT from=%s",
	    town_finess(n), town_day(0));
}

/* The last of them is of another trade. */
static void
found_person(unsigned n)
{
	bench_tell("physician put rpps=%s specialty=%s home=16%03u lat=45.%02u "
		   "lon=0.%02u",
	    town_rpps(n), n + 1 < REPAIR_PEOPLE ? "MG" : "CARDIO",
	    100 + n % REPAIR_SITES, 20 + 4 * n, 30 + 2 * n);
	bench_tell("availability put physician=%s kind=available "
		   "pattern=\"mon-fri MA\" from=%s",
	    town_rpps(n), town_day(0));
	bench_tell("quota put physician=%s period=week min=2 max=8 from=%s",
	    town_rpps(n), town_day(0));
	for (unsigned site = 0; site < REPAIR_SITES; site++)
		if (n != 4 || site == 0)
			bench_tell("authorisation put physician=%s site=%s "
				   "kind=mission from=2020-01-01",
			    town_rpps(n), town_finess(site));
	bench_tell("enrolment put physician=%s programme=P from=2020-01-01",
	    town_rpps(n));
}

void
repair_found(const char *settings)
{
	const char *line;
	char *plan;

	char *lines = xasprintf("planner =\nrules-off =\n%s", settings);

	bench_begin(REPAIR_PEOPLE, "rooms=1", lines);
	free(lines);
	bench_tell("territory put code=T kind=cpts");
	bench_tell("programme put code=P name=P");
	for (unsigned n = 0; n < REPAIR_SITES; n++)
		found_site(n);
	for (unsigned n = 0; n < REPAIR_PEOPLE; n++)
		found_person(n);
	plan = bench_start(0, REPAIR_DAYS, "phases=5");
	line = bench_wait(bench.talk, plan);
	ck_assert_msg(line_has(line, "state=done"), "%s", line);
	bench_tell("plan adopt plan=%s", plan);
	bench_tell("plan publish plan=%s", plan);
	free(plan);
}

void
said_listen(struct said *said)
{
	said->count = talk_count(bench.talk);
	ck_assert_uint_le(said->count, SAID_MAX);
	for (size_t i = 0; i < said->count; i++)
		said->line[i] = xstrdup(talk_data(bench.talk, i));
}

void
said_forget(struct said *said)
{
	for (size_t i = 0; i < said->count; i++)
		free(said->line[i]);
	said->count = 0;
}

const char *
said_find(const struct said *said, const char *word)
{
	for (size_t i = 0; i < said->count; i++)
		if (line_begins(said->line[i], word))
			return said->line[i];
	return NULL;
}

unsigned
repair_somebody(long long *count)
{
	for (unsigned n = 0; n < REPAIR_PEOPLE; n++) {
		const char *answer = talk_ask(bench.talk,
		    "slot list physician=%s from=%s to=%s state=published",
		    town_rpps(n), town_day(0), town_day(6));

		*count = line_number(answer, "count");
		if (*count > 1)
			return n;
	}
	ck_abort_msg("nobody has anything to do");
	return 0;
}

int
repair_resident(void)
{
	return process_child(daemon_pid(bench.town->daemon[0]), "--serve");
}
