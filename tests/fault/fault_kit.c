/* SPDX-License-Identifier: ISC */
/* fault_kit: see fault_kit.h. */
#include "tests/fault/fault_kit.h"

#include "daemon/base/mem.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* The half-day that scene_check_recovery() fills. */
enum { RECOVERY_PERSON = KIT_PEOPLE - 1, RECOVERY_DAY = 50 };

void
kit_expect(const char *answer, const char *words)
{
	ck_assert_msg(line_begins(answer, words), "\"%s\" instead of \"%s\"",
	    answer, words);
}

char *
kit_assign_line(unsigned n, int day, const char *key)
{
	return xasprintf("slot assign physician=%s site=%s day=%s part=M%s%s",
	    town_rpps(n), town_finess(n), town_day(day),
	    key == NULL ? "" : " key=", key == NULL ? "" : key);
}

const char *
kit_assign(struct talk *talk, unsigned n, int day, const char *key)
{
	char *line = kit_assign_line(n, day, key);
	const char *answer = talk_ask(talk, "%s", line);

	free(line);
	return answer;
}

const char *
kit_insist(struct talk *talk, const char *line)
{
	uint64_t deadline = town_now_ms() + KIT_SOON_MS;
	const char *answer;

	for (;;) {
		answer = talk_ask(talk, "%s", line);
		if (!line_begins(answer, "fail"))
			break;
		ck_assert_msg(town_now_ms() < deadline, "%s: %s", line, answer);
		town_pause();
	}
	ck_assert_msg(*answer != '\0', "%s: no answer", line);
	return answer;
}

void
kit_check_count(struct talk *talk, unsigned n, long long count)
{
	const char *answer =
	    talk_ask(talk, "slot list physician=%s from=%s to=%s", town_rpps(n),
		town_day(0), town_day(60));

	kit_expect(answer, "ok");
	ck_assert_int_eq(line_number(answer, "count"), count);
}

int
kit_run(Suite *suite)
{
	return suite_run(suite);
}

/* ----- scenes ----- */

char *
scene_conninfo(const struct scene *scene)
{
	return xasprintf("host=127.0.0.1 port=%u dbname=%s user=%s",
	    faultproxy_port(scene->proxy), scene->town->database,
	    PGCLUSTER_DAEMON);
}

void
scene_begin(
    struct scene *scene, struct pgcluster *cluster, const char *settings)
{
	char *target = xasprintf("unix:%s/.s.PGSQL.%u",
	    pgcluster_socket_folder(cluster), pgcluster_port(cluster));
	char *conninfo;

	scene->town = town_new(cluster);
	scene->proxy = faultproxy_new(NULL, target);
	conninfo = scene_conninfo(scene);
	town_start(scene->town, 0, conninfo, settings);
	town_sites(scene->town, KIT_PEOPLE, KIT_HOURS);
	town_physicians(scene->town, KIT_PEOPLE);
	scene->talk = town_talk(scene->town, 0);
	free(conninfo);
	free(target);
}

void
scene_end(struct scene *scene)
{
	talk_free(scene->talk);
	town_free(scene->town);
	faultproxy_free(scene->proxy);
}

void
scene_wait_for_key(const struct scene *scene, const char *key)
{
	uint64_t deadline = town_now_ms() + KIT_SOON_MS;

	while (
	    pgcluster_number(scene->town->sql,
		"SELECT count(*) FROM rota.key WHERE key = '%s'", key) != 1) {
		ck_assert_msg(
		    town_now_ms() < deadline, "the write is not done");
		town_pause();
	}
}

void
scene_signal(const struct scene *scene, const char *pattern, int number)
{
	PGresult *pids = PQexecParams(scene->town->sql,
	    "SELECT pid FROM pg_stat_activity WHERE application_name = 'rotad'"
	    " AND datname = current_database() AND query LIKE $1",
	    1, NULL, &pattern, NULL, NULL, 0);

	ck_assert_int_gt(PQntuples(pids), 0);
	for (int i = 0; i < PQntuples(pids); i++)
		ck_assert_int_eq(
		    kill((pid_t)atoi(PQgetvalue(pids, i, 0)), number), 0);
	PQclear(pids);
}

void
scene_check_recovery(struct scene *scene)
{
	const char *answer;

	town_wait_up(scene->town, 0);
	answer = kit_assign(scene->talk, RECOVERY_PERSON, RECOVERY_DAY, NULL);
	kit_expect(answer, "ok");
	ck_assert_ptr_nonnull(strstr(answer, " cursor="));
	kit_check_count(scene->talk, RECOVERY_PERSON, 1);
}
