/* SPDX-License-Identifier: ISC */
/*
 * week_past_test: `week` and `my` at a mark say what they said at that time,
 * byte for byte, whatever has changed since.
 */
#include "tests/integration/week_kit.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
set_up(void)
{
	week_begin(2);
}

/* ----- what changes ----- */

static char *slots[6];

static void
first_plan(void)
{
	week_put("territory put code=SEC kind=sector name=Rives");
	week_put("territory put code=SEC2 kind=sector");
	week_put("structure put code=CHU kind=HOPITAL");
	week_put("programme put code=SOL name=Solidarite");
	for (unsigned n = 1; n < 4; n++)
		week_put("site put finess=%s sector=SEC", town_finess(n));
	week_put("site put finess=%s kind=mobile rooms=1 territory=T-A",
	    town_finess(5));
	week_put("site put finess=%s address=\"1 rue Haute\" commune=16106",
	    town_finess(0));
	week_put("need put site=%s pattern=\"mon-fri M\" number=2 from=%s",
	    town_finess(0), town_day(0));
	week_put("need put sector=SEC pattern=\"tue MA\" from=%s", town_day(0));
	week_put("stop put site=%s pattern=\"tue M\" from=%s commune=16106 "
		 "address=\"Place du marche\"",
	    town_finess(5), town_day(0));
	week_put(
	    "presence put site=%s staff=nurse pattern=\"mon-sun M\" from=%s",
	    town_finess(0), town_day(0));
	week_put(
	    "holiday put area=national kind=public from=%s to=%s name=Fete",
	    town_day(10), town_day(10));
	week_put("closure put site=%s from=%s to=%s cause=works",
	    town_finess(1), town_day(11), town_day(11));
	week_put(
	    "opening put site=%s from=%s to=%s hours=\"mon-sun A 15:00-17:00\"",
	    town_finess(0), town_day(10), town_day(10));
	week_put("enrolment put physician=%s programme=SOL from=%s",
	    town_rpps(0), town_day(0));
	week_put("quota put physician=%s period=week min=3 max=5 from=%s",
	    town_rpps(0), town_day(0));
	week_put(
	    "quota put programme=SOL period=year max=90 from=%s", town_day(0));
	week_put(
	    "quota put physician=%s period=contract max=90 from=2026-01-01",
	    town_rpps(0));
	week_put(
	    "busy put physician=%s structure=CHU pattern=\"wed MA\" from=%s",
	    town_rpps(0), town_day(0));
	week_put(
	    "absence put physician=%s from=%s to=%s parts=M category=TRAINING",
	    town_rpps(0), town_day(11), town_day(12));
	slots[0] =
	    view_assign(admin, 0, 0, 7, "part=M programme=SOL state=published");
	slots[1] = view_assign(admin, 1, 0, 7, "part=M");
	slots[2] = view_assign(admin, 0, 5, 8, "part=M");
	slots[3] =
	    view_assign(admin, 2, 2, 8, "part=M unscheduled=60 remote=30");
	slots[4] = view_assign(admin, 3, 3, 8, "part=M state=published");
	slots[5] = view_assign(admin, 0, 3, 30, "part=N programme=SOL");
	week_put(
	    "rotation put code=R site=%s pattern=\"wed A\" physicians=%s,%s "
	    "from=%s to=%s",
	    town_finess(0), town_rpps(4), town_rpps(5), town_day(7),
	    town_day(20));
}

static void
other_assignments(void)
{
	week_put("slot move slot=%s part=A reason=WISH", slots[0]);
	week_put("slot cancel slot=%s", slots[1]);
	week_put("slot swap slot=%s with=%s reason=WISH", slots[3], slots[4]);
	week_put("slot cancel slot=%s", slots[5]);
	free(view_assign(admin, 6, 1, 9, "part=A"));
	week_put("rotation end rotation=R");
}

static void
other_facts(void)
{
	week_put("closure put site=%s from=%s to=%s cause=flood slots=cancel",
	    town_finess(0), town_day(8), town_day(9));
	week_put("closure put site=%s from=%s to=%s cause=works state=retired",
	    town_finess(1), town_day(11), town_day(11));
	week_put("need put site=%s pattern=\"mon-fri M\" number=3 from=%s",
	    town_finess(0), town_day(0));
	week_put("need put sector=SEC pattern=\"tue MA\" from=%s state=retired",
	    town_day(0));
	week_put("stop put site=%s pattern=\"tue M\" from=%s commune=16102 "
		 "address=\"Gare\"",
	    town_finess(5), town_day(0));
	week_put(
	    "presence put site=%s staff=nurse pattern=\"mon-sun M\" from=%s "
	    "state=retired",
	    town_finess(0), town_day(0));
	week_put(
	    "holiday put area=national kind=public from=%s to=%s name=Autre",
	    town_day(10), town_day(10));
	week_put(
	    "opening put site=%s from=%s to=%s hours=\"mon-sun M 09:00-10:00\"",
	    town_finess(0), town_day(10), town_day(10));
}

static void
other_people(void)
{
	week_put("physician put rpps=%s family=Neuf given=Nom", town_rpps(0));
	week_put("physician put rpps=%s specialty=PED", town_rpps(2));
	week_put("absence put physician=%s from=%s to=%s parts=M state=retired",
	    town_rpps(0), town_day(11), town_day(12));
	week_put("absence put physician=%s from=%s to=%s category=SICK",
	    town_rpps(0), town_day(13), town_day(13));
	week_put(
	    "busy put physician=%s structure=CHU pattern=\"wed MA\" from=%s "
	    "state=retired",
	    town_rpps(0), town_day(0));
	week_put("quota put physician=%s period=week min=1 max=9 from=%s",
	    town_rpps(0), town_day(0));
	week_put(
	    "enrolment put physician=%s programme=SOL from=%s state=retired",
	    town_rpps(0), town_day(0));
	week_put("structure put code=CHU name=Centre");
	week_put("programme put code=SOL name=Autre");
}

static void
other_places(void)
{
	week_put("site put site=%s finess=988100012 name=Neuf address=Ailleurs "
		 "hours=\"mon-sun M 08:00-13:00\"",
	    town_finess(0));
	week_put(
	    "site put finess=%s territory=T-B sector=SEC2", town_finess(1));
	week_put(
	    "site put finess=%s territory=T-A sector=SEC2", town_finess(3));
	week_put("territory put code=SEC name=Berges");
}

/* ----- byte for byte ----- */

enum { ASKS = 9, CLIENTS = 3, STAGES = 5 };

static char *asks[ASKS];
static char *answers[STAGES][CLIENTS][ASKS];
static long long marks[STAGES];

static void
set_asks(void)
{
	const char *monday = town_day(7);

	/* By its id: its number changes. */
	client_send(admin, "site get site=%s", town_finess(0));
	client_expect(admin, "* ...");
	asks[0] = xasprintf("week site=%s from=%s limit=1000",
	    client_value(admin, "id"), monday);
	client_expect(admin, "ok ...");
	asks[1] = xasprintf("week site=%s from=%s", town_finess(5), monday);
	asks[2] = xasprintf("week territory=T-A from=%s limit=1000", monday);
	asks[3] = xasprintf("week territory=T-A from=%s limit=3", monday);
	asks[4] = xasprintf("week territory=SEC from=%s limit=1000", monday);
	asks[5] = xasprintf("week physician=%s from=%s", town_rpps(0), monday);
	asks[7] = xasprintf("my physician=%s from=%s to=%s limit=1000",
	    town_rpps(0), monday, town_day(34));
	asks[8] =
	    xasprintf("my physician=%s from=%s limit=2", town_rpps(0), monday);
	asks[6] = xasprintf("week physician=%s from=%s", town_rpps(4), monday);
}

static void
check_stage(struct client *client, size_t stage, size_t who)
{
	/* The last ones tell her categories of absences, which have no past. */
	for (size_t i = 0; i < (who == 2 ? ASKS - 2 : ASKS); i++) {
		char *text = week_answer_at(client, asks[i], marks[stage]);

		week_check_same(text, answers[stage][who][i]);
		free(text);
	}
}

/* What they say of one stage is told apart from what they say of another. */
static void
check_differ(size_t ask, size_t stage, size_t other)
{
	ck_assert(strcmp(answers[stage][0][ask], answers[other][0][ask]) != 0);
}

START_TEST(weeks_repeat_byte_for_byte)
{
	static void (*const changes[STAGES])(void) = {first_plan,
	    other_assignments, other_facts, other_people, other_places};
	struct client *clients[CLIENTS] = {admin};
	struct client *other = daemon_operator(town->daemon[1]);

	for (size_t stage = 0; stage < STAGES; stage++) {
		changes[stage]();
		if (stage == 0) {
			set_asks();
			view_authorise(admin, 0, 0);
			clients[1] = view_login(town, 0, "role=auditor");
			clients[2] = view_login(town, 0,
			    "role=coordinator scope=territory:T-A,"
			    "territory:T-B,territory:SEC");
		}
		for (size_t who = 0; who < CLIENTS; who++)
			for (size_t i = 0; i < ASKS; i++)
				answers[stage][who][i] =
				    week_answer_at(clients[who], asks[i], 0);
		marks[stage] = week_mark();
	}
	for (size_t i = 0; i < 5; i++)
		check_differ(i, 0, 1 + i % 2);
	check_differ(0, 1, 2);
	check_differ(7, 2, 3);
	check_differ(5, 2, 3);
	check_differ(2, 3, 4);
	/* The book is loaded anew for it: what it says next is not asked. */
	week_put("site put finess=%s tz=America/Martinique", town_finess(2));
	town_settle(town);
	for (size_t stage = 0; stage < STAGES; stage++) {
		for (size_t who = 0; who < CLIENTS; who++)
			check_stage(clients[who], stage, who);
		check_stage(other, stage, 0);
		check_stage(admin, stage, 0);
	}
	for (size_t stage = 0; stage < STAGES; stage++)
		for (size_t who = 0; who < CLIENTS; who++)
			for (size_t i = 0; i < ASKS; i++)
				free(answers[stage][who][i]);
	for (size_t i = 0; i < ASKS; i++)
		free(asks[i]);
	for (size_t i = 0; i < ARRAY_SIZE(slots); i++)
		free(slots[i]);
	client_close(other);
	for (size_t who = 1; who < CLIENTS; who++)
		client_close(clients[who]);
}
END_TEST

int
main(void)
{
	TCase *cases = tcase_create("week_past");

	tcase_add_checked_fixture(cases, set_up, week_end);
	tcase_add_test(cases, weeks_repeat_byte_for_byte);
	return view_main("week_past", cases);
}
