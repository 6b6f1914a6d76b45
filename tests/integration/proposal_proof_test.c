/* SPDX-License-Identifier: ISC */
/*
 * proposal_proof_test: what proves a plan is kept with it: whoever has it
 * reckons cost and bound anew, and notices what is not so.
 */
#include "tests/integration/region_kit.h"
#include "tests/integration/rota_kit.h"

#include "daemon/base/mem.h"
#include "proto/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One whose region lacks physicians where it has needs, so that there are
 * prices. */
enum { SEED = 11 };

/* The line of plan show that begins with "proof", lent. */
static const char *
proof_line(const char *plan)
{
	bench_expect(talk_ask(bench.talk, "plan show plan=%s", plan), "ok");
	for (size_t i = 0; i < talk_count(bench.talk); i++)
		if (line_begins(talk_data(bench.talk, i), "proof"))
			return talk_data(bench.talk, i);
	ck_abort_msg("nothing is said of the proof");
}

/* ----- the planner itself ----- */

START_TEST(it_is_reckoned_anew_by_whoever_has_it)
{
	struct seat *seat;
	const char *line;
	char *plan, *result, *cost, *bound;

	region_begin(SEED);
	seat = seat_new(bench.town->daemon[0]);
	plan = bench_start(0, REGION_DAYS, "phases=5");
	ck_assert(line_has(bench_wait(bench.talk, plan), "state=done"));
	line = proof_line(plan);
	ck_assert_msg(
	    line_has(line, "checked=yes") && line_has(line, "kept=yes"), "%s",
	    line);
	line = talk_data(bench.talk, 0);
	cost = line_value(line, "cost");
	bound = line_value(line, "bound");
	/* Adoption and edits do not change what it was. */
	bench_expect(talk_ask(bench.talk, "plan adopt plan=%s", plan), "ok");
	seat_run(seat, 0, "rota plan proof %s proof", plan);
	seat_out_has(seat, "rota-planner --check proof/instance proof/plan\n");
	ck_assert_uint_eq(seat_mode(seat, "proof/instance"), 0600);
	seat_run(seat, 0, "$(rota plan proof %s proof)", plan);
	result = xasprintf("cost=%s bound=%s ", cost, bound);
	seat_out_has(seat, result);
	/* With another price it proves something else, and says so. */
	seat_run(seat, 0,
	    "sed '0,/^price .*slot=/s/slot=.*/slot=99999999999/' proof/plan "
	    ">proof/other && ! cmp -s proof/plan proof/other");
	seat_run(seat, 3, "rota-planner --check proof/instance proof/other");
	ck_assert_ptr_null(strstr(seat_out(seat), result));
	/* And of another instance it is no plan, or another one. */
	seat_run(seat, 0,
	    "sed 's/^rules off=.*/rules off=4294967295/' proof/instance "
	    ">proof/elsewhere && ! cmp -s proof/instance proof/elsewhere");
	seat_run(seat, 3, "rota-planner --check proof/elsewhere proof/plan");
	free(result);
	free(cost);
	free(bound);
	free(plan);
	seat_free(seat);
	bench_end();
}
END_TEST

/* ----- page by page ----- */

/* More than a piece of lines, and a line of more than a piece whose characters
 * are of two bytes: one piece or another ends in the midst of one. */
#define GIVES_MUCH                                                             \
	"cat $plan > $out\n"                                                   \
	"yes '# \"été\" \\ à Angoulême' | head -n 12000 >> $out\n"         \
	"printf '# x' >> $out\n"                                               \
	"yes éééééééé | head -n 40000 | tr -d '\\n' >> $out\n"         \
	"printf '\\n# end\\n' >> $out\n"                                       \
	"cat $out > $dir/wrote\n"                                              \
	"echo open site=nowhere >> $out\n"                                     \
	"echo result cost=120 bound=100 bound-gap=16.667 phases=2 time=0.2\n"

enum { MANY = 700 };
#define TEN "à l'été "
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

/* The text of a data line behind what there is. */
static void
append(char **whole, size_t *len, const char *line)
{
	struct answer answer;
	struct span text;
	char *data = xasprintf("* %s", line);

	ck_assert_msg(answer_parse(&answer, span_of(data)), "%s", line);
	ck_assert_int_eq(line_number(line, "at"), (long long)*len);
	text = answer_value(&answer, "text");
	*whole = xrealloc(*whole, *len + text.len + 1);
	memcpy(*whole + *len, text.ptr, text.len);
	*len += text.len;
	(*whole)[*len] = '\0';
	free(data);
}

/* All pages of a file, each of so many lines. */
static char *
read_pages(const char *plan, const char *kind, int limit, int *pages)
{
	char *whole = xstrdup("");
	size_t len = 0;
	long long next = 0;

	*pages = 0;
	do {
		const char *answer = talk_ask(bench.talk,
		    "plan proof plan=%s kind=%s limit=%d next=%lld", plan, kind,
		    limit, next);

		bench_expect(answer, "ok");
		ck_assert_int_eq(line_number(answer, "count"),
		    (long long)talk_count(bench.talk));
		ck_assert_uint_le(talk_count(bench.talk), (size_t)limit);
		for (size_t i = 0; i < talk_count(bench.talk); i++)
			append(&whole, &len, talk_data(bench.talk, i));
		next = strstr(answer, " next=") == NULL
		    ? 0
		    : line_number(answer, "next");
		++*pages;
	} while (next > 0);
	return whole;
}

START_TEST(it_is_read_page_by_page_byte_for_byte)
{
	char *plan, *instance, *whole, *wrote;
	const char *line;
	int pages;

	/* Enough places for an instance of more than a piece. */
	bench_begin(MANY, "rooms=1 address=\"" HUNDRED "\"", "");
	bench_expect(
	    talk_ask(bench.talk, "site put finess=%s name=\"La \\\"Clé\\\"\"",
		town_finess(0)),
	    "ok");
	bench_assign(0, 0, 0, "M");
	bench_planner(GIVES_MUCH);
	plan = bench_make(0, 6, "done");
	instance = bench_instance();
	ck_assert_ptr_nonnull(strstr(instance, "La \\\"Clé\\\""));
	wrote = bench_wrote();
	line = proof_line(plan);
	ck_assert_int_eq(
	    line_number(line, "instance"), (long long)strlen(instance));
	ck_assert_int_eq(line_number(line, "plan"), (long long)strlen(wrote));
	ck_assert_int_gt(bench_count("SELECT count(*) FROM rota.plan_proof"
				     " WHERE file = 'instance'"),
	    1);
	ck_assert_int_gt(bench_count("SELECT count(*) FROM rota.plan_proof"
				     " WHERE file = 'plan'"),
	    3);
	for (int limit = 1; limit <= 1000; limit = limit * 37) {
		whole = read_pages(plan, "instance", limit, &pages);
		ck_assert_str_eq(whole, instance);
		free(whole);
	}
	whole = read_pages(plan, "plan", 1000, &pages);
	/* The explanations behind it are told elsewhere. */
	ck_assert_str_eq(whole, wrote);
	ck_assert_int_gt(pages, 3);
	free(whole);
	whole = read_pages(plan, "plan", 7, &pages);
	ck_assert_str_eq(whole, wrote);
	free(whole);
	free(wrote);
	free(instance);
	free(plan);
	bench_end();
}
END_TEST

/* ----- what is not kept ----- */

static void
expect_none(const char *plan)
{
	ck_assert(line_has(proof_line(plan), "kept=no"));
	bench_expect(talk_ask(bench.talk, "plan proof plan=%s kind=plan", plan),
	    "no not-found what=proof");
	bench_expect(
	    talk_ask(bench.talk, "plan proof plan=%s kind=instance", plan),
	    "no not-found what=proof");
	ck_assert_int_eq(
	    bench_count("SELECT count(*) FROM rota.plan_proof"), 0);
}

START_TEST(what_is_too_large_is_not_kept_and_said_so)
{
	char *plan;

	bench_begin(1, "rooms=1", "proof-max = 1M\nplanner-kept = 1\n");
	bench_assign(0, 0, 0, "M");
	plan = bench_make(0, 6, "done");
	ck_assert(line_has(proof_line(plan), "kept=yes"));
	ck_assert_int_eq(
	    bench_count("SELECT count(*) FROM rota.plan_proof"), 2);
	free(plan);
	bench_planner("cat $plan > $out\n"
		      "yes '# much' | head -n 150000 >> $out\n");
	plan = bench_make(0, 6, "done");
	/* The first goes with its plan. */
	bench_wait_count("SELECT count(*) FROM rota.plan_proof", 0);
	expect_none(plan);
	free(plan);
	/* What could not stand in an answer could not be given back. */
	bench_planner("cat $plan > $out\n"
		      "yes '# much' | head -n 50000 >> $out\n"
		      "printf '# \\001\\n' >> $out\n");
	plan = bench_make(0, 6, "done");
	expect_none(plan);
	ck_assert(line_has(proof_line(plan), "checked=yes"));
	free(plan);
	bench_end();
}
END_TEST

START_TEST(nothing_is_kept_where_nothing_may_be)
{
	struct seat *seat;
	char *plan;

	bench_begin(1, "rooms=1", "proof-max = 0\n");
	seat = seat_new(bench.town->daemon[0]);
	bench_assign(0, 0, 0, "M");
	plan = bench_make(0, 6, "done");
	expect_none(plan);
	seat_run(seat, 1, "rota plan proof %s proof", plan);
	seat_err_has(seat, "not-found");
	/* Half a proof is none. */
	seat_run(seat, 0, "test -d proof && test ! -e proof/instance");
	bench_expect(talk_ask(bench.talk, "plan proof plan=%s kind=all", plan),
	    "bad value what=kind");
	bench_expect(
	    talk_ask(bench.talk, "plan proof plan=%s kind=plan next=x", plan),
	    "bad value what=next");
	free(plan);
	seat_free(seat);
	bench_end();
}
END_TEST

/* ----- who may ----- */

/* Asked for by an account with these keys. */
static void
expect_for(
    const char *keys, const char *plan, const char *kind, const char *words)
{
	const struct daemon *daemon = bench.town->daemon[0];
	struct talk *talk = talk_open_port(daemon_port(daemon));
	char *token = daemon_token(daemon, keys);

	bench_expect(talk_ask(talk, "auth token=%s", token), "ok");
	bench_expect(
	    talk_ask(talk, "plan proof plan=%s kind=%s", plan, kind), words);
	free(token);
	talk_free(talk);
}

START_TEST(the_instance_is_for_who_is_told_everything)
{
	char *plan;

	bench_begin(1, "rooms=1", "");
	bench_expect(
	    talk_ask(bench.talk, "territory put code=T kind=cpts"), "ok");
	bench_expect(
	    talk_ask(bench.talk, "territory put code=U kind=cpts"), "ok");
	bench_expect(talk_ask(bench.talk, "site put finess=%s territory=T",
			 town_finess(0)),
	    "ok");
	bench_assign(0, 0, 0, "M");
	plan = bench_start(0, 6, "territories=T");
	ck_assert(line_has(bench_wait(bench.talk, plan), "state=done"));
	expect_for("role=coordinator scope=territory:T", plan, "plan", "ok");
	expect_for("role=coordinator scope=territory:T", plan, "instance",
	    "no scope what=instance");
	expect_for("role=coordinator scope=territory:U", plan, "plan",
	    "no not-found what=plan");
	expect_for("role=auditor", plan, "plan", "ok");
	expect_for("role=auditor", plan, "instance", "no scope what=instance");
	expect_for("role=admin", plan, "instance", "ok");
	free(plan);
	bench_end();
}
END_TEST

static Suite *
suite(void)
{
	Suite *suite = suite_create("proposal_proof");
	TCase *tcase = tcase_create("proof");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, it_is_reckoned_anew_by_whoever_has_it);
	tcase_add_test(tcase, it_is_read_page_by_page_byte_for_byte);
	tcase_add_test(tcase, what_is_too_large_is_not_kept_and_said_so);
	tcase_add_test(tcase, nothing_is_kept_where_nothing_may_be);
	tcase_add_test(tcase, the_instance_is_for_who_is_told_everything);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return bench_run(suite());
}
