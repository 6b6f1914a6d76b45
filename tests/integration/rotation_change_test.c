/* SPDX-License-Identifier: ISC */
/*
 * rotation_change_test: series of half-days over the real daemon - changed by
 * hand, changed as a whole, ended; and by whom.
 */
#include "tests/integration/rotation_kit.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 8 };

/* Two who change days under a quota of one a week: each is in the way of the
 * other unless both go first. */
START_TEST(a_series_that_turns_round)
{
	char *two = rotation_people(0, 2), *back, *keys;
	const char *answer;

	kit_begin(ROTATION_SITES, ROTATION_KEYS);
	for (unsigned i = 0; i < 2; i++)
		kit_expect(talk_ask(kit.talk,
			       "quota put physician=%s period=week from=%s"
			       " max=1",
			       town_rpps(i), town_day(0)),
		    "ok");
	keys = xasprintf("site=%s pattern=\"tue,thu M\"", town_finess(0));
	rotation_counts(rotation_put(keys, 0, 20, two), " created=6 ");
	back = xasprintf("%s,%s", town_rpps(1), town_rpps(0));
	answer = rotation_put(keys, 0, 20, back);
	kit_expect(answer, "ok");
	rotation_counts(
	    answer, " created=0 changed=6 cancelled=0 kept=0 refused=0 ");
	rotation_turn(1, 1);
	rotation_turn(3, 0);
	free(back);
	free(keys);
	free(two);
	kit_end();
}
END_TEST

/* One occurrence goes to another day, one to another physician, one is given
 * up: none of them comes back or is filled again. */
START_TEST(exceptions_survive_a_change_of_the_series)
{
	char *two = rotation_people(0, 2), *others = rotation_people(2, 2),
	     *keys, *slot;
	const char *answer;

	kit_begin(ROTATION_SITES, ROTATION_KEYS);
	keys = xasprintf("site=%s pattern=\"tue M\"", town_finess(0));
	rotation_counts(rotation_put(keys, 0, 34, two), " created=5 ");
	slot = rotation_slot(1);
	kit_expect(
	    talk_ask(kit.talk, "slot move slot=%s day=%s", slot, town_day(2)),
	    "ok");
	free(slot);
	slot = rotation_slot(8);
	kit_expect(talk_ask(kit.talk, "slot move slot=%s physician=%s", slot,
		       town_rpps(4)),
	    "ok");
	free(slot);
	slot = rotation_slot(15);
	kit_expect(talk_ask(kit.talk, "slot cancel slot=%s", slot), "ok");
	free(slot);
	/* A daemon that has read all of it from the database knows them too. */
	town_start(kit.town, 1, NULL, NULL);
	talk_free(kit.talk);
	kit.talk = town_talk(kit.town, 1);
	answer = rotation_put(keys, 0, 34, others);
	kit_expect(answer, "ok");
	rotation_counts(
	    answer, " created=0 changed=2 cancelled=0 kept=3 refused=0 ");
	rotation_day(1, "M", "none");
	rotation_turn(2, 0);
	rotation_turn(8, 4);
	rotation_day(15, "M", "none");
	rotation_turn(22, 3);
	rotation_turn(29, 2);

	/* Another weekday: the Tuesdays go, the exceptions stay. */
	free(keys);
	keys = xasprintf("site=%s pattern=\"fri M\"", town_finess(0));
	answer = rotation_put(keys, 0, 34, others);
	rotation_counts(
	    answer, " created=5 changed=0 cancelled=2 kept=3 refused=0 ");
	rotation_turn(2, 0);
	rotation_turn(8, 4);
	rotation_day(22, "M", "none");
	rotation_turn(4, 2);
	free(keys);
	free(others);
	free(two);
	kit_end();
}
END_TEST

/* A day that was cancelled by the series itself may be of it again. */
START_TEST(an_end_frees_what_is_to_come)
{
	char *two = rotation_people(0, 2), *keys;
	const char *answer;

	kit_begin(ROTATION_SITES, ROTATION_KEYS);
	keys = xasprintf("site=%s pattern=\"tue M\"", town_finess(0));
	rotation_counts(rotation_put(keys, 0, 34, two), " created=5 ");
	answer =
	    talk_ask(kit.talk, "rotation end rotation=R from=%s", town_day(14));
	kit_expect(answer, "ok rotation=R");
	rotation_counts(
	    answer, " created=0 changed=0 cancelled=3 kept=0 refused=0 ");
	rotation_turn(1, 0);
	rotation_turn(8, 1);
	rotation_day(15, "M", "none");
	kit_expect(
	    talk_ask(kit.talk, "rotation list state=ended"), "ok count=1");
	answer = talk_ask(kit.talk, "rotation end rotation=R");
	rotation_counts(
	    answer, " created=0 changed=0 cancelled=2 kept=0 refused=0 ");
	answer = talk_ask(kit.talk, "rotation end rotation=R");
	rotation_counts(
	    answer, " unchanged=yes created=0 changed=0 cancelled=0 ");
	answer = rotation_put(keys, 0, 34, two);
	rotation_counts(
	    answer, " created=5 changed=0 cancelled=0 kept=0 refused=0 ");
	rotation_turn(15, 0);
	kit_expect(
	    talk_ask(kit.talk, "rotation list state=active"), "ok count=1");
	kit_expect(
	    talk_ask(kit.talk, "rotation end rotation=NONE"), "no not-found");
	kit_expect(
	    talk_ask(kit.talk, "rotation end rotation=R rev=1"), "no stale");
	free(keys);
	free(two);
	kit_end();
}
END_TEST

/* The half-day of a day was some hours ago, as far as anybody knows. */
static void
begin_day(int away)
{
	char *slot = rotation_slot(away);

	ck_assert_int_eq(
	    pgcluster_number(kit.town->sql,
		"SELECT code FROM rota.write('{NULL}', '{NULL}', '{NULL}',"
		" '{NULL}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}',"
		" '{1}', '{assignment}', ARRAY[("
		"  SELECT c.payload || jsonb_build_object('rev', c.rev + 1,"
		"   'from', extract(epoch FROM now())::bigint - %d,"
		"   'to', extract(epoch FROM now())::bigint - %d)"
		"  FROM rota.change c WHERE c.entity = '%s'"
		"  ORDER BY c.seq DESC LIMIT 1)])",
		7200 + away * 7200, 3600 + away * 7200, slot),
	    0);
	/* An answered write has seen all that was there before it. */
	kit_expect(talk_ask(kit.talk, "territory put code=%s kind=cpts", slot),
	    "bad value");
	kit_expect(
	    talk_ask(kit.talk, "territory put code=T-%s kind=cpts", slot),
	    "ok");
	free(slot);
}

/* What has begun is left alone, whatever the series becomes, and what would
 * have begun is not created. */
START_TEST(the_past_stays)
{
	char *one = rotation_people(0, 1), *other = rotation_people(1, 1),
	     *keys;
	const char *answer;

	kit_begin(ROTATION_SITES, ROTATION_KEYS);
	keys = xasprintf("site=%s pattern=\"mon-sun M\"", town_finess(0));
	answer = rotation_put(keys, -14, -8, one);
	kit_expect(answer, "ok");
	rotation_counts(answer, " created=0 changed=0 cancelled=0 ");
	free(keys);
	keys = xasprintf("site=%s pattern=\"tue M\"", town_finess(0));
	rotation_counts(rotation_put(keys, 0, 20, one), " created=3 ");
	begin_day(1);
	answer = rotation_put(keys, 0, 20, other);
	kit_expect(answer, "ok");
	rotation_counts(answer, " created=0 changed=2 cancelled=0 ");
	rotation_turn(1, 0);
	rotation_turn(8, 1);
	begin_day(8);
	answer = talk_ask(kit.talk, "rotation end rotation=R");
	rotation_counts(answer, " cancelled=1 ");
	rotation_turn(1, 0);
	rotation_turn(8, 1);
	rotation_day(15, "M", "none");
	free(keys);
	free(other);
	free(one);
	kit_end();
}
END_TEST

/* A connection of somebody with a role. */
static struct talk *
login(const char *keys)
{
	struct talk *talk;
	char *code =
	    line_value(talk_ask(kit.talk, "account invite %s", keys), "code");

	ck_assert_ptr_nonnull(code);
	talk = talk_open_port(daemon_port(kit.town->daemon[0]));
	ck_assert_ptr_nonnull(talk);
	kit_expect(talk_ask(talk, "auth code=%s", code), "ok");
	free(code);
	return talk;
}

/* Two coordinators who have nothing in common, and two physicians. */
START_TEST(whose_it_is)
{
	char *two = rotation_people(0, 2), *keys, *refused;
	struct talk *own, *other, *in, *out;

	kit_begin(ROTATION_SITES, ROTATION_KEYS);
	for (unsigned i = 0; i < 2; i++) {
		kit_expect(talk_ask(kit.talk,
			       "authorisation put physician=%s site=%s"
			       " kind=declaration from=%s",
			       town_rpps(i), town_finess(i), town_day(0)),
		    "ok");
	}
	keys = xasprintf("role=coordinator scope=site:%s", town_finess(0));
	own = login(keys);
	free(keys);
	keys = xasprintf("role=coordinator scope=site:%s", town_finess(1));
	other = login(keys);
	free(keys);
	keys = xasprintf("role=physician physician=%s", town_rpps(1));
	in = login(keys);
	free(keys);
	keys = xasprintf("role=physician physician=%s", town_rpps(2));
	out = login(keys);
	free(keys);
	/* Physician 1 is not hers. */
	refused = xasprintf("no scope what=%s", town_rpps(1));
	kit_expect(talk_ask(own,
		       "rotation put code=R site=%s pattern=\"tue M\""
		       " from=%s to=%s physicians=%s",
		       town_finess(0), town_day(0), town_day(20), two),
	    refused);
	free(refused);
	kit_expect(talk_ask(own,
		       "rotation put code=R site=%s pattern=\"tue M\""
		       " from=%s to=%s physicians=%s",
		       town_finess(0), town_day(0), town_day(20), town_rpps(0)),
	    "ok");
	kit_expect(talk_ask(kit.talk,
		       "rotation put code=R pattern=\"tue M\""
		       " from=%s to=%s physicians=%s",
		       town_day(0), town_day(20), two),
	    "ok");
	kit_expect(talk_ask(own, "rotation get rotation=R"), "ok");
	kit_expect(talk_ask(own, "rotation list"), "ok count=1");
	kit_expect(talk_ask(in, "rotation get rotation=R"), "ok");
	kit_expect(talk_ask(other, "rotation get rotation=R"), "no not-found");
	kit_expect(talk_ask(other, "rotation list"), "ok count=0");
	kit_expect(talk_ask(out, "rotation list"), "ok count=0");
	kit_expect(talk_ask(in, "rotation end rotation=R"), "no role");
	kit_expect(talk_ask(other, "rotation end rotation=R"), "no not-found");
	/* Nor to her own site: it is not hers to take. */
	kit_expect(talk_ask(other,
		       "rotation put code=R site=%s pattern=\"tue M\""
		       " from=%s to=%s physicians=%s",
		       town_finess(1), town_day(0), town_day(20), town_rpps(1)),
	    "no scope what=site");
	kit_expect(talk_ask(own, "rotation end rotation=R"), "ok");
	talk_free(own);
	talk_free(other);
	talk_free(in);
	talk_free(out);
	free(two);
	kit_end();
}
END_TEST

/* Who has the sector in scope has its sites too, and nobody else's. */
START_TEST(a_sector_is_a_scope)
{
	struct talk *talk;

	kit_begin(3, ROTATION_KEYS);
	kit_expect(
	    talk_ask(kit.talk, "territory put code=SECTOR kind=sector"), "ok");
	kit_expect(talk_ask(kit.talk, "site put site=%s sector=SECTOR",
		       town_finess(0)),
	    "ok");
	kit_expect(talk_ask(kit.talk,
		       "authorisation put physician=%s site=%s kind=mission"
		       " from=%s",
		       town_rpps(0), town_finess(0), town_day(0)),
	    "ok");
	talk = login("role=coordinator scope=territory:SECTOR");
	kit_expect(talk_ask(talk,
		       "rotation put code=R sector=SECTOR pattern=\"tue M\""
		       " from=%s to=%s physicians=%s",
		       town_day(0), town_day(20), town_rpps(0)),
	    "ok");
	kit_expect(talk_ask(talk, "slot list site=%s from=%s to=%s",
		       town_finess(0), town_day(0), town_day(20)),
	    "ok count=3");
	ck_assert(line_has(talk_data(talk, 0), "rotation=R"));
	kit_expect(
	    talk_ask(talk, "slot list site=%s", town_finess(1)), "no scope");
	talk_free(talk);
	kit_end();
}
END_TEST

/* Two daemons put the same series at once: it is there once. */
START_TEST(two_daemons_and_one_series)
{
	static const char *const stale[] = {"stale", NULL};
	struct talk *talks[2];

	kit_begin(ROTATION_SITES, ROTATION_KEYS);
	town_start(kit.town, 1, NULL, NULL);
	talks[0] = town_talk(kit.town, 0);
	talks[1] = town_talk(kit.town, 1);
	town_settle(kit.town);
	for (unsigned round = 0; round < ROUNDS; round++) {
		long long created = 0;

		for (unsigned i = 0; i < 2; i++)
			talk_send(talks[i],
			    "rotation put code=R%u site=%s pattern=\"tue M\""
			    " from=%s to=%s physicians=%s",
			    round, town_finess(round % ROTATION_SITES),
			    town_day((int)round * 28),
			    town_day((int)round * 28 + 27), town_rpps(0));
		for (unsigned i = 0; i < 2; i++) {
			const char *answer = talk_answer(talks[i]);

			kit_expect(answer, "ok");
			created += line_number(answer, "created");
		}
		ck_assert_int_eq(created, 4);
	}
	ck_assert_int_eq(rotation_rows("a.state = 'draft'"), 4 * ROUNDS);
	talk_free(talks[0]);
	talk_free(talks[1]);
	town_check_log(kit.town, stale);
	ck_assert_int_eq(town_deadlocks(kit.town), 0);
	talk_free(kit.talk);
	town_free(kit.town);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("rotation_change");
	TCase *tcase = tcase_create("rotation_change");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, a_series_that_turns_round);
	tcase_add_test(tcase, exceptions_survive_a_change_of_the_series);
	tcase_add_test(tcase, an_end_frees_what_is_to_come);
	tcase_add_test(tcase, the_past_stays);
	tcase_add_test(tcase, whose_it_is);
	tcase_add_test(tcase, a_sector_is_a_scope);
	tcase_add_test(tcase, two_daemons_and_one_series);
	suite_add_tcase(suite, tcase);
	return kit_run(suite);
}
