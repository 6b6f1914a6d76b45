/* SPDX-License-Identifier: ISC */
/*
 * publish_test: from draft to what was held - publication, what it asks of
 * later changes, and the record.
 */
#include "tests/integration/quarter_kit.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* The answer to `slot publish` of the quarter. */
static const char *
publish(struct talk *talk, const char *subject)
{
	char *from = quarter_day(0), *to = quarter_day(80);
	const char *answer =
	    talk_ask(talk, "slot publish from=%s to=%s %s", from, to, subject);

	free(from);
	free(to);
	return answer;
}

static long long
in_state(const char *state)
{
	return pgcluster_number(kit.town->sql,
	    "SELECT count(*) FROM rota.assignment WHERE state = '%s'", state);
}

/* ----- publication ----- */

/* The second site has more unscheduled care than other: nothing is published,
 * at the first one neither. */
START_TEST(all_of_it_or_nothing)
{
	char *mark, *as_was;
	const char *answer;
	long long before;

	quarter_begin();
	for (int day = 0; day < 5; day++)
		free(quarter_have(0, 0, day, "part=M"));
	free(quarter_have(1, 1, 0, "part=M activity=SNP"));
	free(quarter_have(1, 1, 1, "part=M activity=SNP"));
	free(quarter_have(1, 1, 2, "part=M activity=SNP programme=P"));
	free(quarter_have(1, 1, 3, "part=M"));
	before = kit_changes();
	answer = publish(kit.talk, "territory=HERE");
	kit_expect(answer, "no H16");
	ck_assert_uint_eq(talk_count(kit.talk), 2);
	ck_assert(line_has(talk_data(kit.talk, 0), "rule=H16"));
	ck_assert(line_has(talk_data(kit.talk, 0), "part=M"));
	ck_assert(strstr(talk_data(kit.talk, 0), "66.6 %") != NULL);
	ck_assert(strstr(talk_data(kit.talk, 1), "programme P ") != NULL);
	kit_check_nothing(before);
	ck_assert_int_eq(in_state("published"), 0);

	free(quarter_have(2, 1, 4, "part=M"));
	free(quarter_have(2, 1, 5, "part=M"));
	free(quarter_have(2, 1, 6, "part=M programme=P"));
	free(quarter_have(2, 1, 7, "part=M programme=P"));
	answer = publish(kit.talk, "territory=HERE dry=yes");
	kit_expect(answer, "ok published=13");
	ck_assert_int_eq(in_state("published"), 0);
	answer = publish(kit.talk, "territory=HERE");
	kit_expect(answer, "ok published=13");
	ck_assert_int_eq(in_state("published"), 13);
	mark = line_value(answer, "mark");
	ck_assert_ptr_nonnull(mark);
	ck_assert_int_eq(pgcluster_number(kit.town->sql,
			     "SELECT count(*) FROM rota.mark WHERE mark = %s"
			     " AND why = 'publication'",
			     mark),
	    1);
	as_was = quarter_day(0);
	kit_expect(talk_ask(kit.talk, "slot list site=%s from=%s to=%s mark=%s",
		       town_finess(1), as_was, as_was, mark),
	    "ok count=1");
	ck_assert(line_has(talk_data(kit.talk, 0), "state=published"));
	free(as_was);
	free(mark);
	kit_end();
}
END_TEST

START_TEST(only_what_is_meant)
{
	char *slot, *subject;

	quarter_begin();
	slot = quarter_have(0, 0, 0, "part=M programme=P");
	free(quarter_have(0, 1, 1, "part=M"));
	free(quarter_have(1, 0, 2, "part=M"));
	free(quarter_have(1, 1, 85, "part=M"));
	kit_expect(publish(kit.talk, "programme=P"), "ok published=1");
	kit_check_column(slot, "a.state", "published");
	subject = xasprintf("physician=%s", town_rpps(0));
	kit_expect(publish(kit.talk, subject), "ok published=1");
	free(subject);
	subject = xasprintf("site=%s", town_finess(0));
	kit_expect(publish(kit.talk, subject), "ok published=1");
	free(subject);
	ck_assert_int_eq(in_state("draft"), 1);
	free(slot);
	kit_end();
}
END_TEST

/* Everything of it must be in scope. */
START_TEST(a_coordinators_own)
{
	struct talk *talk;
	char *scope, *subject;

	quarter_begin();
	free(quarter_have(0, 0, 0, "part=M programme=P"));
	free(quarter_have(0, 1, 1, "part=M programme=P"));
	scope = xasprintf("site:%s", town_finess(0));
	talk = quarter_login("coordinator", scope);
	kit_expect(publish(talk, "programme=P"), "no scope");
	kit_expect(publish(talk, "territory=HERE"), "no scope");
	subject = xasprintf("physician=%s", town_rpps(0));
	kit_expect(publish(talk, subject), "no scope");
	free(subject);
	subject = xasprintf("site=%s", town_finess(1));
	kit_expect(publish(talk, subject), "no scope");
	free(subject);
	ck_assert_int_eq(in_state("published"), 0);
	subject = xasprintf("site=%s", town_finess(0));
	kit_expect(publish(talk, subject), "ok published=1");
	free(subject);
	free(scope);
	talk_free(talk);
	kit_end();
}
END_TEST

/* _i: requests that are none. */
static const struct {
	const char *line, *answer;
} refusals[] = {
    {"from=2027-01-01 to=2027-01-31", "bad missing"},
    {"from=2027-01-01 to=2027-01-31 territory=HERE programme=P", "bad value"},
    {"from=2027-01-31 to=2027-01-01 territory=HERE", "bad value"},
    {"from=2020-01-01 to=2099-01-01 territory=HERE", "no closed"},
    {"from=2099-01-01 to=2099-01-31 territory=NONE", "no not-found"},
    {"from=2099-01-01 to=2099-01-31 programme=NONE", "no not-found"},
};

START_TEST(what_is_no_publication)
{
	quarter_begin();
	kit_expect(talk_ask(kit.talk, "slot publish %s", refusals[_i].line),
	    refusals[_i].answer);
	kit_end();
}
END_TEST

/* ----- afterwards ----- */

START_TEST(a_change_needs_a_reason)
{
	char *slot, *other, *from = quarter_day(0), *to = quarter_day(27);

	quarter_begin();
	slot = quarter_have(0, 0, 0, "part=M");
	other = quarter_have(1, 0, 1, "part=M");
	kit_expect(publish(kit.talk, "territory=HERE"), "ok published=2");
	kit_expect(
	    talk_ask(kit.talk, "slot move slot=%s part=A", slot), "no H19");
	kit_expect(talk_ask(kit.talk, "slot cancel slot=%s", slot), "no H19");
	kit_expect(talk_ask(kit.talk, "slot swap slot=%s with=%s", slot, other),
	    "no H19");
	kit_check_column(slot, "a.rev", "2");
	kit_expect(talk_ask(kit.talk, "slot swap slot=%s with=%s reason=TURN",
		       slot, other),
	    "ok");
	kit_expect(
	    talk_ask(kit.talk, "slot move slot=%s part=A reason=LATE", slot),
	    "ok");
	kit_check_column(slot, "a.state", "published");
	kit_expect(talk_ask(kit.talk, "slot history slot=%s", slot), "ok");
	ck_assert(line_has(talk_data(kit.talk, 2), "reason=TURN"));
	ck_assert(line_has(talk_data(kit.talk, 3), "reason=LATE"));

	/* So does that of a series. */
	kit_expect(talk_ask(kit.talk,
		       "rotation put code=R site=%s pattern=\"mon-sun A\""
		       " from=%s to=%s physicians=%s",
		       town_finess(2), from, to, town_rpps(2)),
	    "ok");
	kit_expect(publish(kit.talk, "territory=HERE"), "ok published=28");
	kit_expect(talk_ask(kit.talk,
		       "rotation put code=R site=%s pattern=\"mon-sun A\""
		       " from=%s to=%s physicians=%s",
		       town_finess(2), from, to, town_rpps(3)),
	    "no H19 refused=28");
	ck_assert_uint_eq(talk_count(kit.talk), 28);
	kit_expect(talk_ask(kit.talk, "rotation end rotation=R"), "no H19");
	kit_expect(talk_ask(kit.talk,
		       "rotation put code=R site=%s pattern=\"mon-sun A\""
		       " from=%s to=%s physicians=%s reason=TURN",
		       town_finess(2), from, to, town_rpps(3)),
	    "ok");
	/* The plan is what was published, changed. */
	ck_assert_int_eq(in_state("published"), 30);
	kit_expect(
	    talk_ask(kit.talk, "rotation end rotation=R reason=OVER"), "ok");
	ck_assert_int_eq(in_state("published"), 2);
	free(from);
	free(to);
	free(slot);
	free(other);
	kit_end();
}
END_TEST

/* ----- the record ----- */

/* The half-day was some hours ago, as far as anybody knows. */
static void
begin_slot(const char *slot)
{
	ck_assert_int_eq(
	    pgcluster_number(kit.town->sql,
		"SELECT code FROM rota.write('{NULL}', '{NULL}', '{NULL}',"
		" '{NULL}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}',"
		" '{1}', '{assignment}', ARRAY[("
		"  SELECT c.payload || jsonb_build_object('rev', c.rev + 1,"
		"   'from', extract(epoch FROM now())::bigint - 7200,"
		"   'to', extract(epoch FROM now())::bigint - 3600)"
		"  FROM rota.change c WHERE c.entity = '%s'"
		"  ORDER BY c.seq DESC LIMIT 1)])",
		slot),
	    0);
	/* An answered write has seen all that was there before it. */
	kit_expect(
	    talk_ask(kit.talk, "territory put code=T-%.8s kind=cpts", slot),
	    "ok");
}

START_TEST(what_became_of_it)
{
	char *slot, *draft, *scope;
	struct talk *desk, *other;

	quarter_begin();
	slot = quarter_have(0, 0, 0, "part=M state=published");
	draft = quarter_have(1, 1, 0, "part=M");
	scope = xasprintf("site:%s", town_finess(0));
	desk = quarter_login("desk", scope);
	free(scope);
	scope = xasprintf("site:%s", town_finess(1));
	other = quarter_login("desk", scope);
	kit_expect(
	    talk_ask(desk, "slot record slot=%s state=held", slot), "no state");
	begin_slot(slot);
	begin_slot(draft);
	kit_expect(talk_ask(desk, "slot record slot=%s state=cancelled", slot),
	    "bad value");
	/* A half-day of another desk's site is not to be known. */
	kit_expect(talk_ask(other, "slot record slot=%s state=held", slot),
	    "no not-found");
	kit_expect(talk_ask(kit.talk, "slot record slot=%s state=held", draft),
	    "no state");
	kit_expect(talk_ask(desk, "slot record slot=%s state=held rev=1", slot),
	    "no stale");
	kit_expect(
	    talk_ask(desk, "slot record slot=%s state=held", slot), "ok");
	kit_check_column(slot, "a.state", "held");
	kit_expect(
	    talk_ask(desk, "slot record slot=%s state=held", slot), "ok");
	kit_expect(
	    talk_ask(desk, "slot record slot=%s state=not-held", slot), "ok");
	kit_check_column(slot, "a.state", "not-held");
	kit_check_column(slot, "a.rev", "4");
	kit_expect(talk_ask(kit.talk, "slot cancel slot=%s reason=SICK", slot),
	    "no state");
	free(scope);
	free(slot);
	free(draft);
	talk_free(desk);
	talk_free(other);
	kit_end();
}
END_TEST

/* A published half-day that has begun is not planned any more. */
START_TEST(what_has_begun_stays)
{
	char *slot;

	quarter_begin();
	slot = quarter_have(0, 0, 0, "part=M state=published");
	begin_slot(slot);
	kit_expect(talk_ask(kit.talk, "slot cancel slot=%s reason=SICK", slot),
	    "no H19");
	kit_expect(
	    talk_ask(kit.talk, "slot move slot=%s part=A reason=LATE", slot),
	    "no H19");
	free(slot);
	kit_end();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("publish");
	TCase *tcase = tcase_create("publish");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, all_of_it_or_nothing);
	tcase_add_test(tcase, only_what_is_meant);
	tcase_add_test(tcase, a_coordinators_own);
	tcase_add_loop_test(tcase, what_is_no_publication, 0,
	    (int)(sizeof(refusals) / sizeof(refusals[0])));
	tcase_add_test(tcase, a_change_needs_a_reason);
	tcase_add_test(tcase, what_became_of_it);
	tcase_add_test(tcase, what_has_begun_stays);
	suite_add_tcase(suite, tcase);
	return kit_run(suite);
}
