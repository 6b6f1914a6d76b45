/* SPDX-License-Identifier: ISC */
/*
 * rota_repair_test: the morning call as a coordinator has it on her screen: who
 * could come, what the planner would do, and with --adopt that it is done.
 */
#include "tests/integration/repair_kit.h"
#include "tests/integration/rota_kit.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A region with somebody who has half-days in its first week. */
static struct seat *
begin(unsigned *ill, long long *count)
{
	repair_found("freeze-days = 0\n");
	*ill = repair_somebody(count);
	return seat_new(bench.town->daemon[0]);
}

static void
end(struct seat *seat)
{
	seat_free(seat);
	bench_end();
}

/* The planner that stays is begun by the first question. */
static void
wait_for_planner(unsigned ill)
{
	while (line_has(
	    talk_ask(bench.talk, "plan repair physician=%s from=%s to=%s",
		town_rpps(ill), town_day(0), town_day(6)),
	    "state=starting"))
		town_pause();
}

START_TEST(it_says_who_comes_and_who_changes)
{
	long long count;
	unsigned ill;
	struct seat *seat = begin(&ill, &count);
	char text[80];

	wait_for_planner(ill);
	seat_run(seat, 0, "rota plan repair physician=%s from=%s to=%s",
	    town_rpps(ill), town_day(0), town_day(6));
	seat_out_has(seat, " min away\n");
	seat_out_has(seat, "\nfirst answer (");
	seat_out_has(seat, "\nsettled (");
	seat_out_has(seat, " ms): ");
	/* the worth of each is for programs */
	ck_assert_ptr_null(strstr(seat_out(seat), "points"));
	(void)snprintf(text, sizeof(text), " of %lld filled again, ", count);
	seat_out_has(seat, text);
	seat_out_has(seat, "\n  +  ");
	seat_out_has(seat, "\n  -  ");
	(void)snprintf(text, sizeof(text), "G%u F%u -%lld", ill, ill, count);
	seat_out_has(seat, "who changes: ");
	seat_out_has(seat, text);
	/* nothing is done */
	ck_assert_ptr_null(strstr(seat_out(seat), "changes made"));
	/* kept, it can be looked at */
	seat_run(seat, 0,
	    "rota plan repair physician=%s from=%s to=%s keep=yes >out && "
	    "rota plan show $(sed -n 's/^kept: rota plan show //p' out)",
	    town_rpps(ill), town_day(0), town_day(6));
	seat_out_has(seat, "half-days to fill");
	seat_run(seat, 0,
	    "LC_ALL=fr_FR.UTF-8 rota plan repair physician=%s from=%s to=%s",
	    town_rpps(ill), town_day(0), town_day(6));
	seat_out_has(seat, "qui change : ");
	end(seat);
}
END_TEST

START_TEST(with_adopt_it_is_done)
{
	long long count;
	unsigned ill;
	struct seat *seat = begin(&ill, &count);

	wait_for_planner(ill);
	seat_run(seat, 0,
	    "rota -n plan repair physician=%s from=%s to=%s --adopt",
	    town_rpps(ill), town_day(0), town_day(6));
	seat_out_has(seat, " changes made, 0 left out");
	seat_run(seat, 0, "rota plan repair physician=%s from=%s to=%s --adopt",
	    town_rpps(ill), town_day(0), town_day(6));
	seat_out_has(seat, " changes made, 0 left out, ");
	seat_out_has(seat, "kept: rota plan show plan=");
	ck_assert_int_eq(
	    line_number(talk_ask(bench.talk,
			    "slot list physician=%s from=%s to=%s "
			    "state=published",
			    town_rpps(ill), town_day(0), town_day(6)),
		"count"),
	    0);
	/* who is ill is absent then: nothing is left to cancel */
	seat_run(seat, 0, "rota absent %s %s %s category=SICK", town_rpps(ill),
	    town_day(0), town_day(6));
	seat_run(seat, 0, "rota plan repair physician=%s from=%s to=%s",
	    town_rpps(ill), town_day(0), town_day(6));
	/* for programs */
	seat_run(seat, 0,
	    "rota --json plan list | jq -e '.rows[0].variant == \"repair\" "
	    "and .rows[0].state == \"adopted\"'");
	seat_run(seat, 2, "rota --adopt week %s", town_finess(0));
	seat_err_has(seat, "--adopt is not for \"week\"");
	end(seat);
}
END_TEST

/* Who is of another trade cannot be put there: that is a refusal. */
START_TEST(what_cannot_be_is_refused)
{
	long long count;
	unsigned ill;
	struct seat *seat = begin(&ill, &count);
	char *site, *day, *part;

	wait_for_planner(ill);
	bench_expect(talk_ask(bench.talk,
			 "slot list physician=%s from=%s to=%s state=published",
			 town_rpps(ill), town_day(0), town_day(6)),
	    "ok");
	site = line_value(talk_data(bench.talk, 0), "site");
	day = line_value(talk_data(bench.talk, 0), "day");
	part = line_value(talk_data(bench.talk, 0), "part");
	seat_run(seat, 1,
	    "rota plan repair lock=in physician=%s site=%s day=%s part=%s",
	    town_rpps(REPAIR_PEOPLE - 1), site, day, part);
	seat_err_has(seat, "the planner cannot do that");
	free(site);
	free(day);
	free(part);
	end(seat);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("rota_repair");
	TCase *tcase = tcase_create("repairs");

	tcase_set_timeout(tcase, 240);
	tcase_add_test(tcase, it_says_who_comes_and_who_changes);
	tcase_add_test(tcase, with_adopt_it_is_done);
	tcase_add_test(tcase, what_cannot_be_is_refused);
	suite_add_tcase(suite, tcase);
	return bench_run(suite);
}
