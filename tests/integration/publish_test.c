/* SPDX-License-Identifier: ISC */
/*
 * publish_test: from draft to what was held - publication, what it asks of
 * later changes, the share of unscheduled care, and the record.
 */
#include "tests/integration/plan_kit.h"

#include "daemon/base/mem.h"
#include "proto/out.h"
#include "proto/span.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SITES = 4, ROUNDS = 10 };

/* The share of unscheduled care is the matter here. */
#define RULES "rules-off = H05 H21\n"

#define KEYS                                                                   \
	"rooms=3 territory=HERE"                                               \
	" hours=\"mon-sun M 09:00-12:00 A 14:00-18:00\""

/* The n-th day of the quarter after this one; owned by the caller. */
static char *
day_of_quarter(int n)
{
	int32_t today = (int32_t)(time(NULL) / 86400);
	char text[16] = "";
	struct out out = {text, 0, sizeof(text) - 1, false};
	unsigned month, mday;
	int year;

	day_to_civil(today, &year, &month, &mday);
	month += 3 - (month - 1) % 3;
	if (month > 12) {
		month -= 12;
		year++;
	}
	out_day(&out, day_from_civil(year, month, 1) + n);
	return xstrdup(text);
}

static const char *
assign(struct talk *talk, unsigned physician, unsigned site, int day,
    const char *keys)
{
	char *text = day_of_quarter(day);
	const char *answer =
	    talk_ask(talk, "slot assign physician=%s site=%s day=%s %s",
		town_rpps(physician), town_finess(site), text, keys);

	free(text);
	return answer;
}

/* The half-day is there; its id, owned by the caller. */
static char *
have(unsigned physician, unsigned site, int day, const char *keys)
{
	const char *answer = assign(kit.talk, physician, site, day, keys);

	kit_expect(answer, "ok");
	return line_value(answer, "slot");
}

/* The answer to `slot publish` of the quarter. */
static const char *
publish(struct talk *talk, const char *subject)
{
	char *from = day_of_quarter(0), *to = day_of_quarter(80);
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

static void
begin(void)
{
	kit.town = town_new(kit.cluster);
	town_start(kit.town, 0, NULL, RULES);
	kit.talk = town_talk(kit.town, 0);
	kit_expect(
	    talk_ask(kit.talk, "territory put code=HERE kind=cpts"), "ok");
	town_sites(kit.town, SITES, KEYS);
	town_physicians(kit.town, SITES);
}

/* A connection of somebody with a role and a scope. */
static struct talk *
login(const char *role, const char *scope)
{
	struct talk *talk;
	char *code = line_value(
	    talk_ask(kit.talk, "account invite role=%s scope=%s", role, scope),
	    "code");

	ck_assert_ptr_nonnull(code);
	talk = talk_open_port(daemon_port(kit.town->daemon[0]));
	ck_assert_ptr_nonnull(talk);
	kit_expect(talk_ask(talk, "auth code=%s", code), "ok");
	free(code);
	return talk;
}

/* ----- publication ----- */

/* The second site has more unscheduled care than other: nothing is published,
 * at the first one neither. */
START_TEST(all_of_it_or_nothing)
{
	char *mark, *as_was;
	const char *answer;
	long long before;

	begin();
	for (int day = 0; day < 5; day++)
		free(have(0, 0, day, "part=M"));
	free(have(1, 1, 0, "part=M activity=SNP"));
	free(have(1, 1, 1, "part=M activity=SNP"));
	free(have(1, 1, 2, "part=M activity=SNP programme=P"));
	free(have(1, 1, 3, "part=M"));
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

	free(have(2, 1, 4, "part=M"));
	free(have(2, 1, 5, "part=M"));
	free(have(2, 1, 6, "part=M programme=P"));
	free(have(2, 1, 7, "part=M programme=P"));
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
	as_was = day_of_quarter(0);
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

	begin();
	slot = have(0, 0, 0, "part=M programme=P");
	free(have(0, 1, 1, "part=M"));
	free(have(1, 0, 2, "part=M"));
	free(have(1, 1, 85, "part=M"));
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

	begin();
	free(have(0, 0, 0, "part=M programme=P"));
	free(have(0, 1, 1, "part=M programme=P"));
	scope = xasprintf("site:%s", town_finess(0));
	talk = login("coordinator", scope);
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
	begin();
	kit_expect(talk_ask(kit.talk, "slot publish %s", refusals[_i].line),
	    refusals[_i].answer);
	kit_end();
}
END_TEST

/* ----- afterwards ----- */

START_TEST(a_change_needs_a_reason)
{
	char *slot, *other, *from = day_of_quarter(0), *to = day_of_quarter(27);

	begin();
	slot = have(0, 0, 0, "part=M");
	other = have(1, 0, 1, "part=M");
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

/* 47.6 % are unscheduled; with one more half-day it would be 50.7 %. */
START_TEST(from_48_to_51_percent)
{
	const char *answer;

	begin();
	for (int day = 0; day < 7; day++)
		free(have(0, 0, day, "part=A state=published"));
	free(have(0, 0, 7, "part=M state=published"));
	free(have(0, 0, 8, "part=M state=published"));
	for (int day = 10; day < 17; day++)
		free(have(0, 0, day, "part=A activity=SNP state=published"));
	free(have(0, 0, 17, "part=M activity=SNP state=published"));
	answer = assign(kit.talk, 0, 0, 20, "part=A activity=SNP");
	kit_expect(answer, "no H16");
	ck_assert(line_has(answer, "share=50.7"));
	ck_assert(line_has(answer, "was=47.6"));
	ck_assert(line_has(answer, "bound=50"));
	ck_assert(line_has(answer, "half-days=1"));
	answer = assign(kit.talk, 0, 0, 20, "part=A activity=SNP dry=yes");
	kit_expect(answer, "no H16");
	/* What would restore it does. */
	free(have(0, 0, 21, "part=A"));
	free(have(0, 0, 20, "part=A activity=SNP"));
	/* Elsewhere and in no published quarter it is a warning. */
	answer = assign(kit.talk, 1, 1, 20, "part=A activity=SNP");
	kit_expect(answer, "ok");
	ck_assert(line_has(answer, "warning=H16"));
	ck_assert_uint_eq(talk_count(kit.talk), 1);
	ck_assert(line_has(talk_data(kit.talk, 0), "warning=H16"));
	ck_assert(line_has(talk_data(kit.talk, 0), "share=100.0"));
	kit_end();
}
END_TEST

/* Two daemons, two physicians, two days: only the share is in common. */
START_TEST(two_daemons_and_one_share)
{
	static const char *const stale[] = {"stale", NULL};
	char *days[2] = {day_of_quarter(40), day_of_quarter(41)};
	struct talk *talks[2];

	begin();
	town_start(kit.town, 1, NULL, RULES);
	talks[0] = town_talk(kit.town, 0);
	talks[1] = town_talk(kit.town, 1);
	for (int day = 0; day < 14; day++)
		free(have(2, 0, day, "part=A state=published"));
	for (int day = 14; day < 26; day++)
		free(have(2, 0, day, "part=A activity=SNP state=published"));
	town_settle(kit.town);
	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned accepted = 0;
		char *slot = NULL;

		for (unsigned i = 0; i < 2; i++)
			talk_send(talks[i],
			    "slot assign physician=%s site=%s day=%s part=A"
			    " activity=SNP state=published",
			    town_rpps(i), town_finess(0), days[i]);
		for (unsigned i = 0; i < 2; i++) {
			const char *answer = talk_answer(talks[i]);

			if (line_begins(answer, "ok")) {
				accepted++;
				slot = line_value(answer, "slot");
			} else {
				kit_expect(answer, "no H16");
			}
		}
		ck_assert_uint_eq(accepted, 1);
		kit_expect(talk_ask(talks[round % 2],
			       "slot cancel slot=%s reason=AGAIN", slot),
		    "ok");
		free(slot);
		town_settle(kit.town);
	}
	for (unsigned i = 0; i < 2; i++) {
		free(days[i]);
		talk_free(talks[i]);
	}
	town_check_log(kit.town, stale);
	ck_assert_int_eq(town_deadlocks(kit.town), 0);
	talk_free(kit.talk);
	town_free(kit.town);
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

	begin();
	slot = have(0, 0, 0, "part=M state=published");
	draft = have(1, 1, 0, "part=M");
	scope = xasprintf("site:%s", town_finess(0));
	desk = login("desk", scope);
	free(scope);
	scope = xasprintf("site:%s", town_finess(1));
	other = login("desk", scope);
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

	begin();
	slot = have(0, 0, 0, "part=M state=published");
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
	tcase_add_test(tcase, from_48_to_51_percent);
	tcase_add_test(tcase, two_daemons_and_one_share);
	tcase_add_test(tcase, what_became_of_it);
	tcase_add_test(tcase, what_has_begun_stays);
	suite_add_tcase(suite, tcase);
	return kit_run(suite);
}
