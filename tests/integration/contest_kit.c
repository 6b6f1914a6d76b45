/* SPDX-License-Identifier: ISC */
/* contest_kit: see contest_kit.h. */
#include "tests/integration/contest_kit.h"
#include "tests/support/suite.h"

#include <stdlib.h>

static struct pgcluster *cluster;

const char *const fight_races[] = {"ERROR:  stale", NULL};
const char *const fight_ids[] = {
    "ERROR:  stale", "duplicate key value violates unique", NULL};

void
fight_begin(struct fight *fight, unsigned sites, const char *keys)
{
	*fight = (struct fight){.town = town_new(cluster)};
	for (unsigned at = 0; at < FIGHT_DAEMONS; at++)
		town_start(fight->town, at, NULL, NULL);
	town_sites(fight->town, sites, keys);
	town_physicians(fight->town, FIGHT_CLIENTS);
	for (unsigned i = 0; i < FIGHT_CLIENTS; i++)
		fight->client[i] = town_talk(fight->town, i % FIGHT_DAEMONS);
}

void
fight_check(struct fight *fight, long long live)
{
	PGconn *sql = fight->town->sql;

	ck_assert_int_eq(pgcluster_number(sql,
			     "SELECT count(*) FROM rota.assignment"
			     " WHERE state NOT IN ('cancelled', 'not-held')"),
	    live);
	ck_assert_int_eq(
	    pgcluster_number(sql,
		"SELECT count(*) FROM rota.assignment a"
		" JOIN rota.site s ON s.id = a.site"
		" JOIN rota.physician p ON p.id = a.physician"
		" WHERE a.state = 'draft' AND (a.room > s.rooms OR s.state <>"
		" 'active' OR p.state <> 'active')"),
	    0);
	ck_assert_int_eq(
	    pgcluster_number(sql, "SELECT sum(rev) FROM rota.guard"),
	    pgcluster_number(
		sql, "SELECT sum(cardinality(guards)) FROM rota.change"));
	ck_assert_int_eq(
	    pgcluster_number(sql,
		"SELECT count(*) FROM rota.assignment a WHERE rev <> ("
		" SELECT count(*) FROM rota.change c WHERE c.entity = a.id)"),
	    0);
}

void
fight_end(struct fight *fight, const char *const allowed[])
{
	char *one, *other;

	for (unsigned i = 0; i < FIGHT_CLIENTS; i++)
		talk_free(fight->client[i]);
	town_settle(fight->town);
	one = town_book(fight->town, 0);
	other = town_book(fight->town, 1);
	ck_assert_str_eq(one, other);
	free(one);
	free(other);
	ck_assert_int_eq(town_deadlocks(fight->town), 0);
	town_check_log(fight->town, allowed);
	town_free(fight->town);
}

void
fight_judge(struct fight *fight, unsigned winners, const char *rule)
{
	unsigned won = 0;

	for (unsigned i = 0; i < FIGHT_CLIENTS; i++) {
		const char *answer = talk_answer(fight->client[i]);

		if (line_begins(answer, "ok"))
			won++;
		else
			ck_assert_msg(line_begins(answer, rule),
			    "client %u: %s", i, answer);
	}
	ck_assert_uint_eq(won, winners);
}

int
fight_run(Suite *suite)
{
	int result;

	cluster = pgcluster_new(NULL);
	result = suite_run(suite);
	pgcluster_free(cluster);
	return result;
}
