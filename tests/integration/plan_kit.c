/* SPDX-License-Identifier: ISC */
/* plan_kit: see plan_kit.h. */
#include "tests/integration/plan_kit.h"
#include "tests/support/suite.h"

#include <stdlib.h>

struct plan_kit kit;

void
kit_begin(unsigned sites, const char *keys)
{
	kit.town = town_new(kit.cluster);
	town_start(kit.town, 0, NULL, NULL);
	town_sites(kit.town, sites, keys);
	town_physicians(kit.town, sites);
	kit.talk = town_talk(kit.town, 0);
}

void
kit_end(void)
{
	static const char *const none[] = {NULL};

	ck_assert_str_eq(talk_ask(kit.talk, "ping"), "ok");
	talk_free(kit.talk);
	town_check_log(kit.town, none);
	town_free(kit.town);
}

int
kit_run(Suite *suite)
{
	int result;

	kit.cluster = pgcluster_new(NULL);
	result = suite_run(suite);
	pgcluster_free(kit.cluster);
	return result;
}

void
kit_expect(const char *answer, const char *words)
{
	ck_assert_msg(line_begins(answer, words), "\"%s\" instead of \"%s\"",
	    answer, words);
}

void
kit_send_assign(unsigned physician, unsigned site, int day, const char *part,
    const char *keys)
{
	talk_send(kit.talk,
	    "slot assign physician=%s site=%s day=%s part=%s %s",
	    town_rpps(physician), town_finess(site), town_day(day), part, keys);
}

char *
kit_assign(unsigned physician, unsigned site, int day, const char *part)
{
	const char *answer;

	kit_send_assign(physician, site, day, part, "");
	answer = talk_answer(kit.talk);
	kit_expect(answer, "ok");
	return line_value(answer, "slot");
}

void
kit_check_live(unsigned physician, long long count)
{
	const char *answer = talk_ask(kit.talk,
	    "slot list physician=%s from=%s to=%s limit=1000",
	    town_rpps(physician), town_day(-30), town_day(100));

	kit_expect(answer, "ok");
	ck_assert_int_eq(line_number(answer, "count"), count);
	ck_assert_int_eq(pgcluster_number(kit.town->sql,
			     "SELECT count(*) FROM rota.assignment a"
			     " JOIN rota.physician p ON p.id = a.physician"
			     " WHERE p.rpps = '%s' AND a.state <> 'cancelled'",
			     town_rpps(physician)),
	    count);
}

void
kit_check_column(const char *slot, const char *column, const char *value)
{
	char *is = pgcluster_text(kit.town->sql,
	    "SELECT %s FROM rota.assignment a"
	    " JOIN rota.physician p ON p.id = a.physician"
	    " JOIN rota.site s ON s.id = a.site WHERE a.id = '%s'",
	    column, slot);

	ck_assert_str_eq(is, value);
	free(is);
}

long long
kit_changes(void)
{
	return pgcluster_number(
	    kit.town->sql, "SELECT count(*) FROM rota.change");
}

void
kit_check_nothing(long long before)
{
	ck_assert_int_eq(kit_changes(), before);
	ck_assert_int_eq(
	    pgcluster_number(kit.town->sql, "SELECT count(*) FROM rota.key"),
	    0);
}
