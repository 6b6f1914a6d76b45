/* SPDX-License-Identifier: ISC */
/*
 * contest_storm_test: everybody does everything to the same few half-days, at
 * random; what is left is a plan in which all rules hold.
 */
#include "tests/integration/contest_kit.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	ROOMS = 3,
	STORM_REQUESTS = 40,
	STORM_SLOTS = 40,
	STORM_PEOPLE = 6,
	STORM_SITES = 4,
	STORM_DAYS = 3
};

struct storm {
	uint64_t chance;
	char *slot[STORM_SLOTS];
};

static void
send_line(struct storm *storm, struct talk *talk)
{
	uint64_t *chance = &storm->chance;
	const char *slot = storm->slot[town_below(chance, STORM_SLOTS)];
	const char *other = storm->slot[town_below(chance, STORM_SLOTS)];
	const char *physician = town_rpps(town_below(chance, STORM_PEOPLE));
	const char *site = town_finess(town_below(chance, STORM_SITES));
	const char *day = town_day((int)town_below(chance, STORM_DAYS));
	char part = "MAE"[town_below(chance, 3)];

	switch (town_below(chance, 5)) {
	case 0:
	case 1:
		talk_send(talk,
		    "slot assign id=%s physician=%s site=%s day=%s part=%c",
		    slot, physician, site, day, part);
		break;
	case 2:
		talk_send(talk, "slot move slot=%s site=%s day=%s part=%c",
		    slot, site, day, part);
		break;
	case 3:
		if (slot == other)
			other = storm->slot[slot == storm->slot[0]];
		talk_send(talk, "slot swap slot=%s with=%s", slot, other);
		break;
	default:
		talk_send(talk, "slot cancel slot=%s", slot);
	}
}

static void
send_request(struct storm *storm, struct talk *talk)
{
	uint64_t *chance = &storm->chance;
	const char *site = town_finess(town_below(chance, STORM_SITES));
	const char *physician = town_rpps(town_below(chance, STORM_PEOPLE));

	switch (town_below(chance, 10)) {
	case 0:
		talk_send(talk, "site put site=%s rooms=%u state=%s", site,
		    1 + town_below(chance, ROOMS),
		    town_below(chance, 4) ? "active" : "retired");
		break;
	case 1:
		talk_send(talk, "physician put rpps=%s state=%s", physician,
		    town_below(chance, 2) ? "active" : "retired");
		break;
	case 2:
		talk_send(talk, "batch n=3");
		for (unsigned i = 0; i < 3; i++)
			send_line(storm, talk);
		break;
	default:
		send_line(storm, talk);
	}
}

START_TEST(storm_of_all_verbs)
{
	struct storm storm = {.chance = town_seed()};
	unsigned ok = 0, no = 0;
	struct fight fight;

	fight_begin(&fight, STORM_SITES, "rooms=2 " FIGHT_HOURS);
	for (unsigned i = 0; i < STORM_SLOTS; i++)
		storm.slot[i] = xstrdup(town_uuid());
	for (unsigned round = 0; round < town_rounds(); round++) {
		for (unsigned n = 0; n < STORM_REQUESTS; n++)
			for (unsigned i = 0; i < FIGHT_CLIENTS; i++)
				send_request(&storm, fight.client[i]);
		for (unsigned n = 0; n < STORM_REQUESTS * FIGHT_CLIENTS; n++) {
			const char *answer =
			    talk_answer(fight.client[n % FIGHT_CLIENTS]);

			if (line_begins(answer, "ok"))
				ok++;
			else
				ck_assert_msg(
				    line_begins(answer, "no"), "%s", answer);
			no += line_begins(answer, "no");
		}
	}
	printf("storm: %u ok, %u no\n", ok, no);
	ck_assert_uint_gt(ok, 100);
	ck_assert_uint_gt(no, 100);
	fight_check(&fight,
	    pgcluster_number(fight.town->sql,
		"SELECT count(*) FROM rota.assignment"
		" WHERE state = 'draft'"));
	for (unsigned i = 0; i < STORM_SLOTS; i++)
		free(storm.slot[i]);
	fight_end(&fight, fight_ids);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("contest_storm");
	TCase *tcase = tcase_create("storm");

	tcase_set_timeout(tcase, 120 * town_rounds());
	tcase_add_test(tcase, storm_of_all_verbs);
	suite_add_tcase(suite, tcase);
	return fight_run(suite);
}
