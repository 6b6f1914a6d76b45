/* SPDX-License-Identifier: ISC */
/*
 * rota_plan_test: a coordinator has a period planned: she sees how it comes
 * along, ends it when she has seen enough, reads what came of it, takes it.
 */
#include "tests/integration/proposal_kit.h"
#include "tests/integration/rota_kit.h"
#include "tests/support/terminal.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* It goes on until it is asked to end. */
#define GIVES_WHEN_ASKED                                                       \
	"trap 'cat $plan > $out; exit 0' TERM\n"                               \
	"echo progress phase=7 cost=300 bound=291 bound-gap=3.000 time=0.1\n"  \
	"while :; do sleep 0.05; done\n"

/* Two sites of two zones, each with a need of a week of mornings. */
static struct seat *
begin(void)
{
	static const char *const classes[] = {"ZAC", "ZIP"};
	struct seat *seat;

	bench_begin(2, "rooms=1", "");
	for (unsigned n = 0; n < ARRAY_SIZE(classes); n++) {
		bench_expect(
		    talk_ask(bench.talk, "site put finess=%s commune=1610%u",
			town_finess(n), n),
		    "ok");
		bench_expect(talk_ask(bench.talk,
				 "zone put commune=1610%u kind=gp class=%s "
				 "from=2020-01-01",
				 n, classes[n]),
		    "ok");
		bench_expect(
		    talk_ask(bench.talk,
			"need put site=%s pattern=\"mon-fri M\" activity=MT "
			"from=%s to=%s",
			town_finess(n), town_day(0), town_day(4)),
		    "ok");
	}
	seat = seat_new(bench.town->daemon[0]);
	return seat;
}

static void
end(struct seat *seat)
{
	seat_free(seat);
	bench_end();
}

static char *
physician_id(unsigned n)
{
	return pgcluster_text(bench.town->sql,
	    "SELECT id FROM rota.physician WHERE rpps = '%s'", town_rpps(n));
}

static char *
site_id(unsigned n)
{
	return pgcluster_text(bench.town->sql,
	    "SELECT id FROM rota.site WHERE finess = '%s'", town_finess(n));
}

/* The plan of the test: three mornings at site 0, one at site 1, and what the
 * planner says of it. */
static void
make_plan(void)
{
	char *person = physician_id(0), *site = site_id(1);

	bench_plan();
	for (int day = 0; day < 3; day++)
		bench_assign(0, 0, day, "M");
	bench_assign(1, 1, 0, "M");
	bench_line("figure kind=travel half-days=4 minutes=120 metres=100400");
	bench_line(
	    "figure kind=fair physicians=2 least=0 most=3 above=1 beyond=2");
	bench_line("figure kind=most physician=%s unpopular=3 share=1", person);
	bench_line("figure kind=pace minima=5 kept=4 missing=2");
	bench_line("figure kind=owed physician=%s from=%s to=%s missing=2",
	    person, town_day(0), town_day(6));
	bench_line("term term=S05 key=travel count=4 points=240");
	for (int day = 1; day < 5; day++)
		bench_line("open site=%s day=%s part=M activity=MT "
			   "specialty=MG count=1 reason=reach:1,free:1",
		    site, town_day(day));
	free(person);
	free(site);
}

START_TEST(a_plan_is_told_in_words)
{
	struct seat *seat = begin();

	make_plan();
	seat_run(
	    seat, 0, "rota plan %s %s seconds=5", town_day(0), town_day(6));
	seat_out_has(seat, "at most 16.667 % from the best there can be\n");
	seat_out_has(
	    seat, "4 half-days to fill; what is planned already stays\n");
	/* before and after, the most urgent zone first, and the sum */
	seat_out_has(seat,
	    "ZIP                    5        0   0 %        1  20 %\n"
	    "ZAC                    5        0   0 %        3  60 %\n"
	    "all                   10        0   0 %        4  40 %\n");
	seat_out_has(seat,
	    "2 sites: 0 covered in full, 2 in part, 0 not at all (before 0, 0, "
	    "2)\n");
	seat_out_has(seat, "Site-1 (");
	seat_out_has(seat, ", ZIP): 4 of 5 open\n");
	seat_out_has(seat, ", morning, MT: ");
	seat_out_has(seat, ", ZAC): 2 of 5 open\n");
	seat_out_has(seat,
	    "100 km as the crow flies, 2 h; 25.1 km and 30 min a half-day");
	seat_out_has(seat,
	    "0 to 3 unpopular half-days a physician; 1 of 2 beyond the fair "
	    "share, by 2 in all\n");
	seat_out_has(seat, "G0 F0 3 of 1\n");
	seat_out_has(seat,
	    "of 5 agreed minima not yet reached 4 are reached with it; "
	    "2 half-days stay owed\n");
	seat_out_has(seat, "most is owed by: G0 F0 2\n");
	seat_out_has(seat, "rota plan adopt plan=");
	/* how it came along is no part of the answer */
	ck_assert_ptr_null(strstr(seat_out(seat), "of the best"));
	/* the worst gap stands first */
	ck_assert_ptr_nonnull(strstr(seat_out(seat), "ZIP): 4"));
	ck_assert(strstr(seat_out(seat), "ZIP): 4") <
	    strstr(seat_out(seat), "ZAC): 2"));
	end(seat);
}
END_TEST

START_TEST(it_can_be_read_again_in_full_and_in_french)
{
	struct seat *seat = begin();

	make_plan();
	seat_run(seat, 0,
	    "rota -q plan %s %s >id && rota -w plan show plan=$(cat id)",
	    town_day(0), town_day(6));
	ck_assert_str_eq(seat_err(seat), "");
	seat_out_has(seat, "What it costs, in points\n");
	seat_out_has(seat, "          240  travel\n");
	seat_out_has(seat, "Site-0 ");
	seat_run(seat, 0, "LC_ALL=fr_FR.UTF-8 rota plan show plan=$(cat id)");
	seat_out_has(seat, "4 demi-journées à pourvoir");
	seat_out_has(seat, "0 à 3 demi-journées impopulaires par médecin");
	seat_out_has(seat, "sur 5 minima convenus non encore atteints, 4 ");
	/* taken, it says so, and what is left to do */
	seat_run(seat, 0,
	    "rota plan adopt plan=$(cat id) && rota plan show plan=$(cat id)");
	seat_out_has(
	    seat, "4 half-days adopted, 0 refused, 0 left out by hand\n");
	seat_out_has(seat, "rota plan publish plan=");
	ck_assert_ptr_null(strstr(seat_out(seat), "rota plan adopt"));
	end(seat);
}
END_TEST

/* The half-day of a physician, which the plan takes away. */
static void
drop(unsigned physician)
{
	char *slot = pgcluster_text(bench.town->sql,
	    "SELECT a.id FROM rota.assignment a JOIN rota.physician p"
	    " ON p.id = a.physician WHERE p.rpps = '%s'",
	    town_rpps(physician));

	bench_line("drop slot=%s", slot);
	free(slot);
}

START_TEST(what_moves_is_told_in_words)
{
	static const char one[] = "morning, MT: G0 F0 moves from Site-0 to "
				  "Site-1\n";
	static const char other[] =
	    "morning, MT: G0 F0 comes in place of G1 F1 "
	    "at Site-1\n";
	struct seat *seat = begin();

	bench_fill(0, 0, 0, "M");
	bench_fill(1, 1, 1, "M");
	drop(0);
	drop(1);
	bench_assign(0, 1, 0, "M");
	bench_assign(0, 1, 1, "M");
	seat_run(seat, 0,
	    "rota -q plan %s %s >id && rota plan show plan=$(cat id)",
	    town_day(0), town_day(6));
	seat_out_has(seat, "2 half-days to fill, 2 to take away, 0 stay\n");
	seat_out_has(seat, "\nWhat moves\n  Mon ");
	seat_out_has(seat, one);
	seat_out_has(seat, other);
	ck_assert_ptr_null(strstr(seat_out(seat), " more: rota plan lines"));
	seat_run(seat, 0, "rota plan lines plan=$(cat id)");
	seat_out_has(seat, one);
	seat_out_has(seat, other);
	ck_assert_ptr_null(strstr(seat_out(seat), "MOVED-SITE"));
	/* programs get it key by key */
	seat_run(seat, 0,
	    "rota --json plan lines plan=$(cat id) moved=yes | jq -e "
	    "'(.rows | length) == 2 and .rows[0][\"moved-site\"] == \"%s\"'",
	    town_finess(0));
	seat_run(seat, 0, "LC_ALL=fr_FR.UTF-8 rota plan show plan=$(cat id)");
	seat_out_has(seat, "G0 F0 passe de Site-0 à Site-1\n");
	seat_out_has(seat, "G0 F0 vient à la place de G1 F1 à Site-1\n");
	end(seat);
}
END_TEST

START_TEST(whether_it_was_reckoned_anew_is_told)
{
	struct seat *seat = begin();

	make_plan();
	seat_run(seat, 0, "rota plan %s %s", town_day(0), town_day(6));
	seat_out_has(seat, "Checked by a second reckoning: every half-day ");
	/* the planner of the test says so of a plan with this line */
	bench_line("# wrong");
	seat_run(seat, 0, "rota plan %s %s", town_day(0), town_day(6));
	seat_out_has(seat, "Checked by a second reckoning: cost, bound or a ");
	seat_run(seat, 0, "LC_ALL=fr_FR.UTF-8 rota plan %s %s", town_day(0),
	    town_day(6));
	seat_out_has(seat, "Vérifié par un second calcul : le coût, la borne ");
	end(seat);
}
END_TEST

START_TEST(sectors_stand_beside_sites)
{
	struct seat *seat = begin();

	bench_expect(talk_ask(bench.talk,
			 "territory put code=S kind=sector name=\"Vallée\""),
	    "ok");
	bench_expect(
	    talk_ask(bench.talk, "site put finess=%s sector=S", town_finess(1)),
	    "ok");
	bench_expect(talk_ask(bench.talk,
			 "need put sector=S pattern=\"mon-fri A\" activity=MT "
			 "from=%s to=%s",
			 town_day(0), town_day(4)),
	    "ok");
	bench_assign(1, 1, 0, "M");
	bench_assign(0, 1, 3, "A");
	seat_run(seat, 0, "rota -w plan %s %s", town_day(0), town_day(6));
	seat_out_has(
	    seat, "\nZIP                   10        0   0 %        2");
	seat_out_has(seat,
	    "\n1 sectors: 0 covered in full, 1 in part, 0 not at all (before "
	    "0, 0, 1)\n");
	seat_out_has(seat, "  Vallée (S, ZIP): 4 of 5 open\n");
	seat_out_has(seat, "\nVallée ");
	end(seat);
}
END_TEST

START_TEST(programs_get_lines_and_json)
{
	struct seat *seat = begin();

	make_plan();
	/* not a terminal: plain lines, beside the answer */
	bench_planner("echo progress phase=7 cost=300 bound=291 "
		      "bound-gap=3.000 time=0.1\n"
		      "cat $plan > $out\n"
		      "echo result cost=120 bound=100 bound-gap=16.667 "
		      "phases=2 time=0.2\n");
	seat_run(seat, 0, "rota plan %s %s", town_day(0), town_day(6));
	ck_assert_ptr_null(strchr(seat_err(seat), '\r'));
	ck_assert_ptr_null(strchr(seat_err(seat), '\033'));
	seat_run(seat, 0,
	    "rota --json plan %s %s >plan.json && "
	    "jq -e '.answer.status == \"ok\" and "
	    "(.rows[0].lines == \"4\")' plan.json",
	    town_day(0), town_day(6));
	ck_assert_str_eq(seat_err(seat), "");
	/* four weeks from Monday when nobody says which */
	seat_run(seat, 0, "rota --csv plan | sed -n 2p");
	seat_run(seat, 0,
	    "rota --json plan list | jq -e '.rows[0] | "
	    "(.to | strptime(\"%%Y-%%m-%%d\") | mktime) - "
	    "(.from | strptime(\"%%Y-%%m-%%d\") | mktime) == 27 * 86400 and "
	    "(.from | strptime(\"%%Y-%%m-%%d\") | strftime(\"%%u\")) == "
	    "\"1\"'");
	/* judged only */
	seat_run(seat, 0, "rota -n plan %s %s", town_day(0), town_day(6));
	seat_out_has(seat, "would be done");
	end(seat);
}
END_TEST

START_TEST(what_fails_is_said)
{
	struct seat *seat = begin();

	bench_planner("echo no more paper >&2\nexit 1\n");
	seat_run(seat, 3, "rota plan %s %s", town_day(0), town_day(6));
	seat_err_has(seat, "there is no plan (planner)");
	seat_err_has(seat, "no more paper");
	seat_run(seat, 2, "rota plan from=never");
	seat_run(
	    seat, 2, "rota plan %s %s variant=best", town_day(0), town_day(6));
	seat_run(
	    seat, 2, "rota plan %s %s weather=fine", town_day(0), town_day(6));
	seat_run(seat, 1, "rota plan show plan=%s", town_uuid());
	seat_err_has(seat, "not-found");
	end(seat);
}
END_TEST

START_TEST(ctrl_c_keeps_what_there_is)
{
	struct seat *seat = begin();
	struct terminal *terminal;
	char *command;

	make_plan();
	bench_planner(GIVES_WHEN_ASKED);
	command = xasprintf("exec rota plan %s %s", town_day(0), town_day(6));
	terminal = terminal_open(command, 70);
	/* one line, drawn anew */
	terminal_expect(terminal, "\r\033[K");
	terminal_expect(
	    terminal, "phase 7, cost 300, within 3.000 % of the best  (Ctrl-C");
	terminal_expect(terminal, "0:01  phase 7");
	terminal_type(terminal, "\003");
	terminal_expect(terminal, "4 half-days to fill");
	terminal_expect(terminal, "rota plan publish");
	ck_assert_int_eq(terminal_wait(terminal), 0);
	(void)terminal_close(terminal);
	seat_run(seat, 0, "rota --csv plan list state=cancelled");
	seat_out_has(seat, "cancelled");
	free(command);
	end(seat);
}
END_TEST

START_TEST(who_does_not_wait_leaves_the_job)
{
	struct seat *seat = begin();
	struct terminal *terminal;
	char *command;

	/* it does not end when it is asked to, for longer than a test waits */
	bench_planner("trap '' TERM\n"
		      "echo progress phase=7 cost=300 bound=291 "
		      "bound-gap=3.000 time=0.1\n"
		      "while :; do sleep 0.05; done\n");
	command = xasprintf("exec rota plan %s %s", town_day(0), town_day(6));
	terminal = terminal_open(command, 70);
	terminal_expect(terminal, "phase 7"); /* it minds no signal by now */
	terminal_type(terminal, "\003");
	terminal_expect(terminal, "(ending)");
	terminal_type(terminal, "\003");
	terminal_expect(terminal, "it goes on: see \"rota plan show plan=");
	ck_assert_int_eq(terminal_wait(terminal), 1);
	(void)terminal_close(terminal);
	/* the daemon is there for others */
	seat_run(seat, 0, "rota ping");
	free(command);
	end(seat);
}
END_TEST

START_TEST(at_the_prompt_it_is_a_command_like_others)
{
	struct seat *seat = begin();
	struct terminal *terminal;

	make_plan();
	bench_planner(GIVES_WHEN_ASKED);
	terminal = terminal_open("exec rota", 100);
	terminal_expect(terminal, "rota> ");
	/* a key of its verb is completed */
	terminal_type(terminal, "plan vari\tfill\n");
	terminal_expect(terminal, "phase 7");
	terminal_type(terminal, "\003");
	terminal_expect(terminal, "half-days to fill");
	terminal_expect(terminal, "rota> ");
	terminal_type(terminal, "plan list\n");
	terminal_expect(terminal, "cancelled");
	terminal_expect(terminal, "rota> ");
	terminal_type(terminal, "quit\n");
	ck_assert_int_eq(terminal_wait(terminal), 0);
	(void)terminal_close(terminal);
	end(seat);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("rota_plan");
	TCase *tcase = tcase_create("plans");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, a_plan_is_told_in_words);
	tcase_add_test(tcase, it_can_be_read_again_in_full_and_in_french);
	tcase_add_test(tcase, what_moves_is_told_in_words);
	tcase_add_test(tcase, whether_it_was_reckoned_anew_is_told);
	tcase_add_test(tcase, sectors_stand_beside_sites);
	tcase_add_test(tcase, programs_get_lines_and_json);
	tcase_add_test(tcase, what_fails_is_said);
	tcase_add_test(tcase, ctrl_c_keeps_what_there_is);
	tcase_add_test(tcase, who_does_not_wait_leaves_the_job);
	tcase_add_test(tcase, at_the_prompt_it_is_a_command_like_others);
	suite_add_tcase(suite, tcase);
	return bench_run(suite);
}
