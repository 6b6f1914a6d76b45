/* SPDX-License-Identifier: ISC */
/*
 * quota_test: the rules about a physician's time over real daemons - quotas
 * under two daemons, with older time, authorisations, availability, and what an
 * operator switches off.
 */
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "daemon/domain/calendar.h"
#include "proto/out.h"
#include "proto/span.h"
#include "tests/support/suite.h"
#include "tests/support/town.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAEMONS = 2, RACERS = 12, ROUNDS = 8, WEEK_MAX = 3, RELOAD_MS = 20000 };

static struct pgcluster *cluster;

static const char *const races[] = {"ERROR:  stale", NULL};
static const char *const none[] = {NULL};

static struct town *
begin(unsigned daemons, const char *settings)
{
	struct town *town = town_new(cluster);

	for (unsigned at = 0; at < daemons; at++)
		town_start(town, at, NULL, settings);
	town_sites(
	    town, 3, "rooms=9 hours=\"mon-sun M 09:00-12:00 A 14:00-18:00\"");
	town_physicians(town, 4);
	return town;
}

static void
end(struct town *town, const char *const allowed[])
{
	ck_assert_int_eq(town_deadlocks(town), 0);
	town_check_log(town, allowed);
	town_free(town);
}

static void
says(const char *answer, const char *words)
{
	ck_assert_msg(line_begins(answer, words), "\"%s\" instead of \"%s\"",
	    answer, words);
}

static const char *
assign(struct talk *talk, unsigned physician, int day, const char *more)
{
	return talk_ask(talk,
	    "slot assign physician=%s site=%s day=%s part=M %s",
	    town_rpps(physician), town_finess(0), town_day(day), more);
}

static long long
live(struct town *town, const char *where)
{
	return pgcluster_number(town->sql,
	    "SELECT coalesce(sum(half_days), 0) FROM rota.assignment"
	    " WHERE state NOT IN ('cancelled', 'not-held') AND %s",
	    where);
}

/* ----- quotas ----- */

START_TEST(the_last_half_day_of_a_week)
{
	struct town *town = begin(DAEMONS, NULL);
	struct talk *racer[RACERS];

	for (unsigned i = 0; i < RACERS; i++)
		racer[i] = town_talk(town, i % DAEMONS);
	says(talk_ask(racer[0],
		 "quota put physician=%s period=week from=%s max=%d",
		 town_rpps(0), town_day(0), WEEK_MAX),
	    "ok");
	for (int round = 0; round < ROUNDS; round++) {
		unsigned won = 0;
		char *where;

		/* Twelve different half-days of one week, at once. */
		for (unsigned i = 0; i < RACERS; i++)
			talk_send(racer[i],
			    "slot assign physician=%s site=%s day=%s part=%s",
			    town_rpps(0), town_finess(0),
			    town_day(round * 7 + (int)i / 2),
			    i % 2 == 0 ? "M" : "A");
		for (unsigned i = 0; i < RACERS; i++) {
			const char *answer = talk_answer(racer[i]);

			if (line_begins(answer, "ok"))
				won++;
			else
				says(answer, "no H09");
		}
		ck_assert_uint_eq(won, WEEK_MAX);
		where = xasprintf("day BETWEEN '%s' AND date '%s' + 6",
		    town_day(round * 7), town_day(round * 7));
		ck_assert_int_eq(live(town, where), WEEK_MAX);
		free(where);
	}
	for (unsigned i = 0; i < RACERS; i++)
		talk_free(racer[i]);
	end(town, races);
}
END_TEST

/* While physicians are assigned under a programme, its maximum is lowered: what
 * the database has in order after that keeps to it. */
START_TEST(a_programme_lowers_its_maximum_meanwhile)
{
	struct town *town = begin(DAEMONS, NULL);
	struct talk *racer[RACERS];

	for (unsigned i = 0; i < RACERS; i++)
		racer[i] = town_talk(town, i % DAEMONS);
	for (unsigned round = 0; round < ROUNDS; round++) {
		char *code = xasprintf("P%u", round);
		long long quota, before, after;

		says(talk_ask(racer[0], "programme put code=%s", code), "ok");
		says(talk_ask(racer[0],
			 "enrolment put physician=%s programme=%s from=%s",
			 town_rpps(0), code, town_day(0)),
		    "ok");
		town_settle(town);
		for (unsigned i = 0; i < RACERS; i++) {
			if (i == RACERS / 2)
				talk_send(racer[i],
				    "quota put programme=%s period=contract"
				    " from=%s max=2",
				    code, town_day(0));
			else
				talk_send(racer[i],
				    "slot assign physician=%s site=%s day=%s"
				    " part=%s programme=%s",
				    town_rpps(0), town_finess(0),
				    town_day((int)(round * RACERS + i)),
				    round % 2 == 0 ? "M" : "A", code);
		}
		for (unsigned i = 0; i < RACERS; i++) {
			const char *answer = talk_answer(racer[i]);

			if (!line_begins(answer, "ok"))
				says(answer, "no H15");
		}
		quota = pgcluster_number(town->sql,
		    "SELECT max(seq) FROM rota.change"
		    " WHERE kind = 'quota'");
		before = pgcluster_number(town->sql,
		    "SELECT count(*) FROM rota.change"
		    " WHERE kind = 'assignment' AND seq < %lld"
		    " AND payload->>'programme' = '%s'",
		    quota, code);
		after = pgcluster_number(town->sql,
		    "SELECT count(*) FROM rota.change"
		    " WHERE kind = 'assignment' AND seq > %lld"
		    " AND payload->>'programme' = '%s'",
		    quota, code);
		ck_assert_int_le(after, before < 2 ? 2 - before : 0);
		ck_assert_int_ge(before + after, 2);
		free(code);
	}
	for (unsigned i = 0; i < RACERS; i++)
		talk_free(racer[i]);
	end(town, races);
}
END_TEST

/* The first of the month after next, in days after the Monday to come. */
static int
month_to_come(void)
{
	int32_t monday, month;

	ck_assert(span_to_day(span_of(town_day(0)), &monday));
	month = day_month(day_month(monday) + 45);
	return month - monday;
}

START_TEST(the_fifth_half_day_of_solidarity)
{
	struct town *town = begin(1, NULL);
	struct talk *talk = town_talk(town, 0);
	int first = month_to_come(), next = first;
	char *text;
	int32_t day;

	do {
		next++;
		ck_assert(span_to_day(span_of(town_day(next)), &day));
	} while (day_month(day) != day);
	says(talk_ask(talk, "programme put code=SOLIDARITY"), "ok");
	says(talk_ask(talk,
		 "quota put programme=SOLIDARITY period=month from=%s max=4",
		 town_day(0)),
	    "ok");
	says(assign(talk, 0, first, "programme=SOLIDARITY"), "no H04");
	says(talk_ask(talk,
		 "enrolment put physician=%s programme=SOLIDARITY from=%s",
		 town_rpps(0), town_day(0)),
	    "ok");
	for (int i = 0; i < 4; i++)
		says(assign(talk, 0, first + i, "programme=SOLIDARITY"), "ok");
	says(assign(talk, 0, next - 1, "programme=SOLIDARITY"), "no H15");
	text = xasprintf(" first=%s ", town_day(first));
	says(assign(talk, 0, next - 1, "programme=SOLIDARITY"), "no H15");
	ck_assert_ptr_nonnull(
	    strstr(assign(talk, 0, next - 1, "programme=SOLIDARITY"), text));
	says(assign(talk, 0, next, "programme=SOLIDARITY"), "ok");
	says(assign(talk, 0, next - 1, ""), "ok");
	free(text);
	talk_free(talk);
	end(town, none);
}
END_TEST

START_TEST(a_contract_ends_in_the_middle_of_a_week)
{
	struct town *town = begin(1, NULL);
	struct talk *talk = town_talk(town, 0);

	says(talk_ask(talk, "programme put code=CSTM"), "ok");
	/* Until Wednesday. */
	says(talk_ask(talk,
		 "enrolment put physician=%s programme=CSTM from=%s to=%s",
		 town_rpps(0), town_day(-70), town_day(2)),
	    "ok");
	says(talk_ask(talk,
		 "quota put physician=%s programme=CSTM period=week from=%s"
		 " to=%s max=2",
		 town_rpps(0), town_day(-70), town_day(2)),
	    "ok");
	says(assign(talk, 0, 3, "programme=CSTM"), "no H04");
	says(assign(talk, 0, 2, "programme=CSTM"), "ok");
	says(assign(talk, 0, 1, "programme=CSTM"), "ok");
	says(assign(talk, 0, 0, "programme=CSTM"), "no H09");
	says(assign(talk, 0, 0, ""), "ok");
	says(assign(talk, 0, 3, ""), "ok");
	/* The programme itself ends before the enrolment. */
	says(
	    talk_ask(talk, "programme put code=CSTM to=%s", town_day(1)), "ok");
	says(talk_ask(talk,
		 "slot assign physician=%s site=%s day=%s part=A"
		 " programme=CSTM",
		 town_rpps(1), town_finess(0), town_day(2)),
	    "no H04");
	talk_free(talk);
	end(town, none);
}
END_TEST

/* Older half-days come from counters, which are cut where a contract begins:
 * at the load, and anew for a contract that is told of later. */
static void
older_half_days(struct town *town, int32_t thursday, unsigned before)
{
	char text[16];
	struct out out = OUT(text);

	out_day(&out, thursday - 3);
	text[out.len] = '\0';
	/* Each day of that week in the morning; days before are not of it. */
	for (unsigned i = 0; i < 7 + before; i++)
		pgcluster_run(town->sql,
		    "INSERT INTO rota.assignment (id, rev, physician, site,"
		    " room, day, part, during, half_days, activity, programme,"
		    " state) SELECT gen_random_uuid(), 1, p.id, s.id, 1, d,"
		    " 'M', tstzrange(d + interval '9h', d + interval '12h'), 1,"
		    " 'MT', NULL, 'published' FROM rota.physician p, rota.site"
		    " s, (SELECT date '%s' + %u AS d) t WHERE p.rpps = '%s'"
		    " AND s.finess = '%s'",
		    text, i, town_rpps(0), town_finess(0));
}

START_TEST(older_half_days_count_exactly)
{
	struct town *town = begin(1, NULL);
	struct talk *talk = town_talk(town, 0);
	int32_t monday, old;
	char text[16];
	struct out out = OUT(text);
	const char *answer;
	uint64_t deadline;

	ck_assert(span_to_day(span_of(town_day(0)), &monday));
	/* A Thursday of a week without a first of the month. */
	old = monday - 7 * 40 + 3;
	while (day_month(old + 3) != day_month(old - 3))
		old += 7;
	older_half_days(town, old, 0);
	daemon_term(town->daemon[0]);
	ck_assert_int_eq(daemon_wait_exit(town->daemon[0]), 0);
	daemon_restart(town->daemon[0]);
	talk_free(talk);
	talk = town_talk(town, 0);
	out_day(&out, old);
	text[out.len] = '\0';
	/* Thursday to Sunday are four; a fifth and a sixth are allowed. */
	says(talk_ask(talk,
		 "quota put physician=%s period=contract from=%s max=6",
		 town_rpps(0), text),
	    "ok");
	/* Its whole first week counts until the counters are loaded anew. */
	deadline = town_now_ms() + RELOAD_MS;
	do {
		town_pause();
		answer = assign(talk, 0, 0, "");
		ck_assert(town_now_ms() < deadline);
	} while (line_begins(answer, "no H09"));
	says(answer, "ok");
	says(assign(talk, 0, 1, ""), "ok");
	answer = assign(talk, 0, 2, "");
	says(answer, "no H09");
	ck_assert_int_eq(line_number(answer, "half-days"), 7);
	/* Loaded with the contract there. */
	daemon_term(town->daemon[0]);
	ck_assert_int_eq(daemon_wait_exit(town->daemon[0]), 0);
	daemon_restart(town->daemon[0]);
	talk_free(talk);
	talk = town_talk(town, 0);
	answer = assign(talk, 0, 2, "");
	says(answer, "no H09");
	ck_assert_int_eq(line_number(answer, "half-days"), 7);
	talk_free(talk);
	end(town, none);
}
END_TEST

/* ----- who may work where and when ----- */

static char *
physician_token(const struct town *town)
{
	char *keys = xasprintf("role=physician physician=%s", town_rpps(0));
	char *token = daemon_token(town->daemon[0], keys);

	free(keys);
	return token;
}

START_TEST(offers_agreements_and_the_own_act)
{
	struct town *town = begin(1, "rules-off =");
	struct talk *talk = town_talk(town, 0);
	char *token = physician_token(town), *slot, *agreed, *other;
	struct client *self = daemon_login(town->daemon[0], token);
	const char *answer;

	says(assign(talk, 0, 0, ""), "no H05");
	says(talk_ask(talk,
		 "authorisation put physician=%s site=%s kind=mission from=%s",
		 town_rpps(0), town_finess(0), town_day(0)),
	    "ok");
	says(assign(talk, 0, -1, "agreed=phone"), "no H05");
	says(assign(talk, 0, 0, ""), "no H21");
	says(assign(talk, 0, 0, "agreed=telepathy"), "bad value");
	/* How it was agreed is recorded, and told. */
	answer = assign(talk, 0, 0, "agreed=phone");
	says(answer, "ok");
	slot = line_value(answer, "slot");
	agreed = pgcluster_text(town->sql,
	    "SELECT agreed FROM rota.assignment WHERE id = '%s'", slot);
	ck_assert_str_eq(agreed, "phone");
	free(agreed);
	says(talk_ask(talk, "slot list physician=%s from=%s to=%s",
		 town_rpps(0), town_day(0), town_day(0)),
	    "ok count=1");
	ck_assert(line_has(talk_data(talk, 0), "agreed=phone"));
	/* It was for that half-day. */
	says(talk_ask(talk, "slot move slot=%s day=%s", slot, town_day(1)),
	    "no H21");
	says(talk_ask(talk, "slot move slot=%s day=%s agreed=mail", slot,
		 town_day(1)),
	    "ok");
	says(talk_ask(talk, "slot move slot=%s room=4", slot), "ok");
	ck_assert_int_eq(pgcluster_number(town->sql,
			     "SELECT count(*) FROM rota.assignment"
			     " WHERE agreed = 'mail'"),
	    1);
	/* What is offered needs no more. */
	client_send(self,
	    "availability put physician=%s kind=available pattern=\"wed M\""
	    " from=%s",
	    town_rpps(0), town_day(0));
	client_expect(self, "ok...");
	says(assign(talk, 0, 2, ""), "ok");
	/* What is refused takes the own act. */
	client_send(self,
	    "availability put physician=%s kind=unavailable"
	    " pattern=\"thu M\" from=%s",
	    town_rpps(0), town_day(0));
	client_expect(self, "ok...");
	says(assign(talk, 0, 3, "agreed=written"), "no H21");
	client_send(self, "slot assign physician=%s site=%s day=%s part=M",
	    town_rpps(0), town_finess(0), town_day(3));
	client_expect(self, "ok slot=...");
	/* A swap is agreed to by both. */
	says(talk_ask(talk,
		 "authorisation put physician=%s site=%s kind=locum from=%s",
		 town_rpps(1), town_finess(0), town_day(0)),
	    "ok");
	other = line_value(assign(talk, 1, 7, "agreed=oral"), "slot");
	says(
	    talk_ask(talk, "slot swap slot=%s with=%s", slot, other), "no H21");
	says(talk_ask(
		 talk, "slot swap slot=%s with=%s agreed=mail", slot, other),
	    "ok");
	ck_assert_int_eq(pgcluster_number(town->sql,
			     "SELECT count(*) FROM rota.assignment"
			     " WHERE agreed = 'mail'"),
	    2);
	free(other);
	free(slot);
	client_close(self);
	free(token);
	talk_free(talk);
	end(town, none);
}
END_TEST

START_TEST(rules_are_switched_while_running)
{
	struct town *town = begin(1, "rules-off = H05 H07 H09 H15 H16 H21");
	struct talk *talk = town_talk(town, 0);

	says(talk_ask(talk, "quota put physician=%s period=week from=%s max=1",
		 town_rpps(0), town_day(0)),
	    "ok");
	says(assign(talk, 0, 0, ""), "ok");
	says(assign(talk, 0, 1, ""), "ok");
	daemon_configure(town->daemon[0], "rules-off = H05 H21");
	daemon_hup(town->daemon[0]);
	daemon_expect_log(town->daemon[0], "rules-off");
	says(assign(talk, 0, 2, ""), "no H09");
	daemon_configure(town->daemon[0], "rules-off =");
	daemon_hup(town->daemon[0]);
	daemon_expect_log(town->daemon[0], "rules-off");
	says(assign(talk, 0, 2, ""), "no H05");
	/* A word that is no such rule is refused, and nothing changes. */
	daemon_configure(town->daemon[0], "rules-off = H01");
	daemon_hup(town->daemon[0]);
	daemon_expect_log(town->daemon[0], "words of H05 H07 H09 H15 H16 H21");
	says(assign(talk, 0, 2, ""), "no H05");
	talk_free(talk);
	end(town, none);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("quota");
	TCase *tcase = tcase_create("quota");
	int result;

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, the_last_half_day_of_a_week);
	tcase_add_test(tcase, a_programme_lowers_its_maximum_meanwhile);
	tcase_add_test(tcase, the_fifth_half_day_of_solidarity);
	tcase_add_test(tcase, a_contract_ends_in_the_middle_of_a_week);
	tcase_add_test(tcase, older_half_days_count_exactly);
	tcase_add_test(tcase, offers_agreements_and_the_own_act);
	tcase_add_test(tcase, rules_are_switched_while_running);
	suite_add_tcase(suite, tcase);
	cluster = pgcluster_new(NULL);
	result = suite_run(suite);
	pgcluster_free(cluster);
	return result;
}
