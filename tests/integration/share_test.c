/* SPDX-License-Identifier: ISC */
/*
 * share_test: the share of unscheduled care, refused and warned of.
 */
#include "tests/integration/quarter_kit.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 10 };

/* 47.6 % are unscheduled; with one more half-day it would be 50.7 %. */
START_TEST(from_48_to_51_percent)
{
	const char *answer;

	quarter_begin();
	for (int day = 0; day < 7; day++)
		free(quarter_have(0, 0, day, "part=A state=published"));
	free(quarter_have(0, 0, 7, "part=M state=published"));
	free(quarter_have(0, 0, 8, "part=M state=published"));
	for (int day = 10; day < 17; day++)
		free(quarter_have(
		    0, 0, day, "part=A activity=SNP state=published"));
	free(quarter_have(0, 0, 17, "part=M activity=SNP state=published"));
	answer = quarter_assign(kit.talk, 0, 0, 20, "part=A activity=SNP");
	kit_expect(answer, "no H16");
	ck_assert(line_has(answer, "share=50.7"));
	ck_assert(line_has(answer, "was=47.6"));
	ck_assert(line_has(answer, "bound=50"));
	ck_assert(line_has(answer, "half-days=1"));
	answer =
	    quarter_assign(kit.talk, 0, 0, 20, "part=A activity=SNP dry=yes");
	kit_expect(answer, "no H16");
	/* What would restore it does. */
	free(quarter_have(0, 0, 21, "part=A"));
	free(quarter_have(0, 0, 20, "part=A activity=SNP"));
	/* Elsewhere and in no published quarter it is a warning. */
	answer = quarter_assign(kit.talk, 1, 1, 20, "part=A activity=SNP");
	kit_expect(answer, "ok");
	ck_assert(line_has(answer, "warning=H16"));
	ck_assert_uint_eq(talk_count(kit.talk), 1);
	ck_assert(line_has(talk_data(kit.talk, 0), "warning=H16"));
	ck_assert(line_has(talk_data(kit.talk, 0), "share=100.0"));
	kit_end();
}
END_TEST

static const char *
absent(struct talk *talk, int from, int to, const char *keys)
{
	char *first = quarter_day(from), *last = quarter_day(to);
	const char *answer = talk_ask(talk,
	    "absence put physician=%s from=%s to=%s slots=cancel%s",
	    town_rpps(0), first, last, keys);

	free(first);
	free(last);
	return answer;
}

/* What falls away with an absence may be at sites that are none of hers. */
START_TEST(a_warning_tells_what_may_be_seen)
{
	const char *answer;
	struct talk *talk;
	char *scope;

	quarter_begin();
	kit_expect(talk_ask(kit.talk, "programme put code=OWN"), "ok");
	kit_expect(talk_ask(kit.talk,
		       "enrolment put physician=%s programme=OWN "
		       "from=2020-01-01",
		       town_rpps(0)),
	    "ok");
	for (unsigned site = 0; site < 2; site++) {
		int day = 2 * (int)site;

		free(quarter_have(0, site, day, "part=M state=published"));
		free(quarter_have(0, site, day + 1, "part=M state=published"));
		free(quarter_have(
		    1, site, day, "part=A activity=SNP state=published"));
	}
	answer = absent(kit.talk, 0, 3, " dry=yes");
	ck_assert_msg(line_has(answer, "warning=H16"), "%s", answer);
	scope = xasprintf("site:%s,programme:OWN", town_finess(0));
	talk = quarter_login("coordinator", scope);
	answer = absent(talk, 0, 3, " dry=yes");
	ck_assert_msg(
	    line_has(answer, "slots=4") && line_has(answer, "warning=H16"),
	    "%s", answer);
	for (size_t i = 0; i < talk_count(talk); i++)
		ck_assert_msg(strstr(talk_data(talk, i), "warning=") == NULL ||
			strstr(talk_data(talk, i), town_finess(1)) == NULL,
		    "%s", talk_data(talk, i));
	for (unsigned dry = 2; dry-- > 0;) {
		answer = absent(talk, 2, 3, dry ? " dry=yes" : "");
		ck_assert_msg(line_has(answer, "slots=2"), "%s", answer);
		ck_assert_msg(strstr(answer, "warning=") == NULL, "%s", answer);
		for (size_t i = 0; i < talk_count(talk); i++)
			ck_assert_ptr_null(
			    strstr(talk_data(talk, i), "warning="));
	}
	talk_free(talk);
	free(scope);
	kit_end();
}
END_TEST

/* Two daemons, two physicians, two days: only the share is in common. */
START_TEST(two_daemons_and_one_share)
{
	static const char *const stale[] = {"stale", NULL};
	char *days[2] = {quarter_day(40), quarter_day(41)};
	struct talk *talks[2];

	quarter_begin();
	town_start(kit.town, 1, NULL, QUARTER_RULES);
	talks[0] = town_talk(kit.town, 0);
	talks[1] = town_talk(kit.town, 1);
	for (int day = 0; day < 14; day++)
		free(quarter_have(2, 0, day, "part=A state=published"));
	for (int day = 14; day < 26; day++)
		free(quarter_have(
		    2, 0, day, "part=A activity=SNP state=published"));
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

int
main(void)
{
	Suite *suite = suite_create("share");
	TCase *tcase = tcase_create("share");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, from_48_to_51_percent);
	tcase_add_test(tcase, a_warning_tells_what_may_be_seen);
	tcase_add_test(tcase, two_daemons_and_one_share);
	suite_add_tcase(suite, tcase);
	return kit_run(suite);
}
