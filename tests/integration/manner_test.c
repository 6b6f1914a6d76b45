/* SPDX-License-Identifier: ISC */
/*
 * manner_test: how a write may be asked for: dry, under a key, on a revision,
 * with an id of one's own.
 */
#include "tests/integration/plan_kit.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* ----- dry, key, rev ----- */

START_TEST(a_dry_run_does_nothing)
{
	long long before;
	char *slot;

	kit_begin(2, KIT_HOURS);
	slot = kit_assign(0, 0, 0, "M");
	before = kit_changes();
	kit_expect(talk_ask(kit.talk,
		       "slot assign physician=%s site=%s day=%s part=A dry=yes",
		       town_rpps(0), town_finess(0), town_day(0)),
	    "ok");
	kit_expect(talk_ask(kit.talk,
		       "slot assign physician=%s site=%s day=%s part=M dry=yes",
		       town_rpps(0), town_finess(1), town_day(0)),
	    "no H01");
	kit_expect(
	    talk_ask(kit.talk, "slot move slot=%s part=A dry=yes", slot), "ok");
	kit_expect(talk_ask(kit.talk, "slot cancel slot=%s dry=yes key=%s",
		       slot, town_uuid()),
	    "ok");
	kit_expect(
	    talk_ask(kit.talk, "territory put code=T kind=cpts dry=yes"), "ok");
	kit_expect(
	    talk_ask(kit.talk, "territory get territory=T"), "no not-found");
	talk_send(kit.talk, "batch n=2 dry=yes");
	talk_send(kit.talk, "slot cancel slot=%s", slot);
	kit_send_assign(1, 0, 0, "M", "");
	kit_expect(talk_answer(kit.talk), "ok lines=2 dry=yes");
	ck_assert_uint_eq(talk_count(kit.talk), 2);
	kit_check_nothing(before);
	kit_check_live(0, 1);
	kit_check_live(1, 0);
	free(slot);
	kit_end();
}
END_TEST

static const char *
keyed_batch(const char *key, const char *part)
{
	talk_send(kit.talk, "#%s batch n=2 key=%s", part, key);
	talk_send(kit.talk, "slot assign physician=%s site=%s day=%s part=%s",
	    town_rpps(0), town_finess(0), town_day(0), part);
	talk_send(kit.talk, "slot assign physician=%s site=%s day=%s part=%s",
	    town_rpps(1), town_finess(1), town_day(0), part);
	return talk_answer(kit.talk);
}

START_TEST(a_key_repeats_a_batch)
{
	char *key = xstrdup(town_uuid()), *line[2];
	struct talk *other;
	long long done;

	kit_begin(2, KIT_HOURS);
	kit_expect(keyed_batch(key, "M"), "#M ok lines=2");
	done = kit_changes();
	for (unsigned i = 0; i < 2; i++)
		line[i] = xstrdup(talk_data(kit.talk, i));
	kit_expect(keyed_batch(key, "M"), "#M ok lines=2 replayed=yes");
	for (unsigned i = 0; i < 2; i++) {
		ck_assert_str_eq(talk_data(kit.talk, i), line[i]);
		free(line[i]);
	}
	kit_expect(keyed_batch(key, "A"), "#A bad key-reused");
	/* Another daemon, another connection: the key is of the account. */
	town_start(kit.town, 1, NULL, NULL);
	other = kit.talk;
	kit.talk = town_talk(kit.town, 1);
	kit_expect(keyed_batch(key, "M"), "#M ok lines=2 replayed=yes");
	kit_expect(keyed_batch(key, "A"), "#A bad key-reused");
	ck_assert_int_eq(kit_changes(), done);
	talk_free(other);
	free(key);
	kit_end();
}
END_TEST

/* Whatever became of the plan since, and though nothing would change. */
START_TEST(a_key_gives_the_first_answer)
{
	static const char *const requests[] = {
	    "territory put code=KEYED kind=cpts key=",
	    "physician put rpps=10000000016 family=Key key=",
	};
	char *key = xstrdup(town_uuid()), *slot;

	kit_begin(2, KIT_HOURS);
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		char *first = xstrdup(
		    talk_ask(kit.talk, "%s%s", requests[i], town_uuid()));
		char *again = xstrdup(town_uuid()), *id;

		kit_expect(first, "ok");
		ck_assert_ptr_null(strstr(first, "unchanged"));
		kit_expect(
		    talk_ask(kit.talk, "%s%s", requests[i], again), "ok");
		id = line_value(first, "id");
		ck_assert(id != NULL);
		free(id);
		free(first);
		free(again);
	}
	kit_expect(talk_ask(kit.talk,
		       "territory put code=TWICE kind=cpts key=%s", key),
	    "ok territory=TWICE");
	kit_expect(talk_ask(kit.talk,
		       "territory put code=TWICE kind=cpts key=%s", key),
	    "ok territory=TWICE");
	ck_assert(
	    line_has(talk_ask(kit.talk,
			 "territory put code=TWICE kind=cpts key=%s", key),
		"replayed=yes"));
	ck_assert_ptr_null(
	    strstr(talk_ask(kit.talk,
		       "territory put code=TWICE kind=cpts key=%s", key),
		"unchanged"));
	kit_expect(talk_ask(kit.talk,
		       "territory put code=OTHER kind=cpts key=%s", key),
	    "bad key-reused");
	kit_expect(talk_ask(kit.talk,
		       "territory put code=TWICE kind=pdsa key=%s", key),
	    "bad key-reused");
	free(key);

	key = xstrdup(town_uuid());
	slot = kit_assign(0, 0, 0, "M");
	kit_expect(
	    talk_ask(kit.talk, "slot cancel slot=%s key=%s", slot, key), "ok");
	ck_assert(line_has(
	    talk_ask(kit.talk, "slot cancel slot=%s key=%s", slot, key),
	    "replayed=yes"));
	kit_expect(talk_ask(kit.talk, "slot cancel slot=%s", slot), "no state");
	free(slot);
	free(key);
	kit_end();
}
END_TEST

START_TEST(another_account_may_not_use_a_key)
{
	char *key = xstrdup(town_uuid()), *token;
	struct talk *other;

	kit_begin(2, KIT_HOURS);
	kit_expect(talk_ask(kit.talk,
		       "slot assign physician=%s site=%s day=%s part=M key=%s",
		       town_rpps(0), town_finess(0), town_day(0), key),
	    "ok");
	token = daemon_token(kit.town->daemon[0], "role=admin");
	other = talk_open_port(daemon_port(kit.town->daemon[0]));
	kit_expect(talk_ask(other, "auth token=%s", token), "ok");
	kit_expect(talk_ask(other,
		       "slot assign physician=%s site=%s day=%s part=M key=%s",
		       town_rpps(0), town_finess(0), town_day(0), key),
	    "bad key-reused");
	talk_free(other);
	free(token);
	free(key);
	kit_end();
}
END_TEST

START_TEST(a_revision_is_the_newest_or_stale)
{
	char *slot;

	kit_begin(2, KIT_HOURS);
	slot = kit_assign(0, 0, 0, "M");
	kit_expect(talk_ask(kit.talk, "slot move slot=%s rev=2 part=A", slot),
	    "no stale rev=1");
	kit_expect(
	    talk_ask(kit.talk, "slot move slot=%s rev=1 part=A", slot), "ok");
	kit_expect(talk_ask(kit.talk, "slot move slot=%s rev=1 part=M", slot),
	    "no stale rev=2");
	kit_expect(talk_ask(kit.talk, "slot cancel slot=%s rev=1", slot),
	    "no stale rev=2");
	talk_send(kit.talk, "batch n=2");
	kit_send_assign(1, 1, 0, "M", "");
	talk_send(kit.talk, "slot cancel slot=%s rev=1", slot);
	kit_expect(talk_answer(kit.talk), "no stale line=2 rev=2");
	kit_check_live(1, 0);
	kit_expect(talk_ask(kit.talk, "slot cancel slot=%s rev=2", slot), "ok");
	free(slot);
	kit_end();
}
END_TEST

/* An id that is taken by a half-day of a time that the daemon has not in
 * memory. */
START_TEST(an_id_of_long_ago_exists)
{
	char *id = xstrdup(town_uuid());

	kit_begin(1, KIT_HOURS);
	pgcluster_run(kit.town->sql,
	    "INSERT INTO rota.assignment SELECT '%s', 1, p.id, s.id, 1,"
	    " '2020-01-06', 'M', '[2020-01-06 08:00Z,2020-01-06 11:00Z)', 1,"
	    " 'MT', NULL, 'held' FROM rota.physician p, rota.site s",
	    id);
	kit_expect(talk_ask(kit.talk,
		       "slot assign id=%s physician=%s site=%s day=%s part=M",
		       id, town_rpps(0), town_finess(0), town_day(0)),
	    "no exists");
	talk_free(kit.talk);
	free(id);
	town_free(kit.town);
}
END_TEST

static Suite *
manner_suite(void)
{
	Suite *suite = suite_create("manner");
	TCase *tcase = tcase_create("manner");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, a_dry_run_does_nothing);
	tcase_add_test(tcase, a_key_repeats_a_batch);
	tcase_add_test(tcase, a_key_gives_the_first_answer);
	tcase_add_test(tcase, another_account_may_not_use_a_key);
	tcase_add_test(tcase, a_revision_is_the_newest_or_stale);
	tcase_add_test(tcase, an_id_of_long_ago_exists);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return kit_run(manner_suite());
}
