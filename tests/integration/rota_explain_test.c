/* SPDX-License-Identifier: ISC */
/*
 * rota_explain_test: why a plan is as it is, its lines with names, and plans of
 * which there is little to tell, as people read them.
 */
#include "tests/integration/proposal_kit.h"
#include "tests/integration/rota_kit.h"
#include "tests/support/terminal.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

static struct seat *
begin(void)
{
	struct seat *seat;

	bench_begin(2, "rooms=2", "");
	seat = seat_new(bench.town->daemon[0]);
	bench_plan();
	return seat;
}

static void
end(struct seat *seat)
{
	seat_free(seat);
	bench_end();
}

static char *
id_of(const char *table, const char *column, const char *value)
{
	return pgcluster_text(bench.town->sql,
	    "SELECT id FROM rota.%s WHERE %s = '%s'", table, column, value);
}

static void
expect_at(const struct seat *seat, const char *text)
{
	ck_assert_msg(strncmp(seat_out(seat), text, strlen(text)) == 0,
	    "\"%s\" does not begin with \"%s\"", seat_out(seat), text);
}

/* What the planner says of the plan of the test. */
static void
say_why(void)
{
	char *site = id_of("site", "finess", town_finess(1));
	char *one = id_of("physician", "rpps", town_rpps(0));
	char *other = id_of("physician", "rpps", town_rpps(1));

	bench_assign(0, 0, 0, "M");
	bench_line("open site=%s day=%s part=A activity=CA specialty=GYN "
		   "count=1 reason=reach:31,skill:6,H12:2,free:4",
	    site, town_day(1));
	bench_line("runner physician=%s site=%s day=%s part=M activity=MT "
		   "specialty=MG others=%s:924",
	    one, site, town_day(0), other);
	bench_line("advice kind=where territory=T weekday=mon activity=MT "
		   "specialty=MG open=4 points=900 most=300");
	free(site);
	free(one);
	free(other);
}

START_TEST(sentences_stand_under_their_half_days)
{
	struct seat *seat = begin();
	struct terminal *terminal;
	char *command;

	say_why();
	seat_run(seat, 0, "rota -q plan %s %s >id", town_day(0), town_day(6));
	seat_run(seat, 0, "rota plan explain plan=$(cat id)");
	expect_at(seat, "Half-days left open, and why\n  Tue ");
	seat_out_has(seat, ", afternoon, Site-1, CA GYN\n    half-days left ");
	seat_out_has(
	    seat, "\n\nHalf-days that are filled, and who else could\n  Mon ");
	seat_out_has(
	    seat, ", morning, Site-1, MT: G0 F0\n    instead: G1 F1 +924");
	seat_out_has(
	    seat, "\n\nWhere one more half-day would help most\n  - half-days");
	seat_run(
	    seat, 0, "LC_ALL=fr_FR.UTF-8 rota plan explain plan=$(cat id)");
	expect_at(seat, "Demi-journées non pourvues, et pourquoi\n  mar ");
	/* in a narrow window they go on below themselves */
	command = xasprintf("exec rota plan explain plan=$(cat %s/id) "
			    "state=open",
	    seat_folder(seat));
	terminal = terminal_open(command, 40);
	terminal_expect(terminal,
	    "\n    half-days left open: 1; of the\r\n"
	    "    physicians 31 ");
	ck_assert_int_eq(terminal_wait(terminal), 0);
	(void)terminal_close(terminal);
	free(command);
	/* a page says that there is more; a table and programs get the keys */
	seat_run(seat, 0, "rota plan explain plan=$(cat id) limit=1");
	seat_err_has(seat, "there is more: next=");
	seat_run(seat, 0, "rota -w plan explain plan=$(cat id) state=open");
	expect_at(seat, "number  state  site");
	seat_run(seat, 0,
	    "rota --json plan explain plan=$(cat id) | jq -e "
	    "'(.rows | length) == 3 and .rows[0].specialty == \"GYN\"'");
	seat_run(seat, 0, "rota plan explain plan=$(cat id) site=%s",
	    town_finess(0));
	expect_at(seat, "nothing there\n");
	end(seat);
}
END_TEST

START_TEST(lines_have_names_as_far_as_there_is_room)
{
	struct seat *seat = begin();
	struct terminal *terminal;
	char *command;

	bench_assign(0, 1, 0, "M");
	seat_run(seat, 0, "rota -q plan %s %s >id", town_day(0), town_day(6));
	seat_run(seat, 0, "rota plan lines plan=$(cat id)");
	expect_at(seat,
	    "number  state     day             part  site       "
	    "name    physician    who    activity");
	seat_out_has(seat, "  Site-1  ");
	seat_out_has(seat, "  G0 F0  MT");
	seat_run(seat, 0, "rota --csv plan lines plan=$(cat id) | head -1");
	ck_assert_ptr_null(strstr(seat_out(seat), "who"));
	command = xasprintf(
	    "exec rota plan lines plan=$(cat %s/id)", seat_folder(seat));
	terminal = terminal_open(command, 70);
	terminal_expect(terminal, "part  name    who    activity");
	terminal_expect(terminal, "M     Site-1  G0 F0  MT\r\n");
	ck_assert_int_eq(terminal_wait(terminal), 0);
	(void)terminal_close(terminal);
	free(command);
	end(seat);
}
END_TEST

START_TEST(an_empty_plan_says_why_it_is_one)
{
	struct seat *seat = begin();

	seat_run(seat, 0, "rota plan %s %s", town_day(0), town_day(6));
	seat_out_has(seat, "\nNothing is needed there on these days.\n");
	ck_assert_ptr_null(strstr(seat_out(seat), "0 half-days"));
	ck_assert_ptr_null(strstr(seat_out(seat), "rota plan publish"));
	bench_expect(talk_ask(bench.talk,
			 "need put site=%s pattern=\"mon-fri M\" activity=MT "
			 "from=%s to=%s",
			 town_finess(0), town_day(0), town_day(4)),
	    "ok");
	seat_run(seat, 0, "rota plan %s %s", town_day(0), town_day(6));
	seat_out_has(
	    seat, "\nNothing to propose: what is needed is filled, or cannot ");
	seat_out_has(seat, "): 5 of 5 open\n");
	end(seat);
}
END_TEST

START_TEST(a_share_that_says_nothing_is_not_told)
{
	struct seat *seat = begin();

	bench_figures("cost=120 bound=-28");
	bench_assign(0, 0, 0, "M");
	bench_planner("cat $plan > $out\n"
		      "echo result cost=120 bound=-28 bound-gap=123.333 "
		      "phases=2 time=0.2\n");
	seat_run(seat, 0, "rota plan %s %s", town_day(0), town_day(6));
	seat_out_has(seat, " s, nothing is proven of it\n");
	seat_out_has(seat, "\n1 half-day to fill; what is planned already ");
	end(seat);
}
END_TEST

START_TEST(what_was_adopted_before_is_counted)
{
	struct seat *seat = begin();

	bench_assign(0, 0, 0, "M");
	seat_run(seat, 0, "rota -q plan %s %s >id", town_day(0), town_day(6));
	seat_run(seat, 0, "rota plan adopt plan=$(cat id)");
	seat_out_has(seat, " adopted=1 refused=0 unchanged=0 ");
	seat_run(seat, 0, "rota -n plan %s %s", town_day(0), town_day(6));
	ck_assert_str_eq(seat_out(seat), "would be done\n");
	end(seat);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("rota_explain");
	TCase *tcase = tcase_create("explanations");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, sentences_stand_under_their_half_days);
	tcase_add_test(tcase, lines_have_names_as_far_as_there_is_room);
	tcase_add_test(tcase, an_empty_plan_says_why_it_is_one);
	tcase_add_test(tcase, a_share_that_says_nothing_is_not_told);
	tcase_add_test(tcase, what_was_adopted_before_is_counted);
	suite_add_tcase(suite, tcase);
	return bench_run(suite);
}
