/* SPDX-License-Identifier: ISC */
/*
 * lost_test: answers that are lost on the way, from PostgreSQL to the daemon or
 * from the daemon to the client; ways that are cut anywhere, or slow.
 *
 * That an answer is lost is forced, not hoped for: a proxy keeps it back until
 * the database shows that its write is done.
 */
#include "tests/fault/fault_kit.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { CUTS = 24, BYTES = 3000 /* of a few writes and their answers */ };

static struct pgcluster *cluster;

static void
wait_for_waiting(struct faultproxy *proxy, enum faultproxy_way way)
{
	uint64_t deadline = town_now_ms() + KIT_SOON_MS;

	while (faultproxy_waiting(proxy, way) == 0) {
		ck_assert_msg(town_now_ms() < deadline, "nothing to keep back");
		town_pause();
	}
}

/* The retry gets the first answer: that of the write that was done. */
static void
check_replay(struct scene *scene, const char *line, const char *key)
{
	const char *answer = kit_insist(scene->talk, line);
	char *slot;

	kit_expect(answer, "ok");
	ck_assert_msg(line_has(answer, "replayed=yes"), "%s", answer);
	ck_assert_int_eq(line_number(answer, "rev"), 1);
	slot = line_value(answer, "slot");
	ck_assert_int_eq(
	    pgcluster_number(scene->town->sql,
		"SELECT count(*) FROM rota.assignment a, rota.key k"
		" WHERE a.id = '%s' AND k.key = '%s'"
		" AND k.answer LIKE '%%' || a.id || '%%'",
		slot, key),
	    1);
	ck_assert_int_eq(pgcluster_number(scene->town->sql,
			     "SELECT count(*) FROM rota.assignment"),
	    1);
	free(slot);
}

/* ----- an answer that is lost ----- */

START_TEST(lost_between_daemon_and_client)
{
	char *key = xstrdup(town_uuid()), *line = kit_assign_line(0, 0, key);
	struct faultproxy *front;
	struct scene scene;
	char *target;

	scene_begin(&scene, cluster, NULL);
	target = xasprintf("127.0.0.1:%u", daemon_port(scene.town->daemon[0]));
	front = faultproxy_new(NULL, target);
	talk_free(scene.talk);
	scene.talk = talk_open_port(faultproxy_port(front));
	free(target);
	target = daemon_token(scene.town->daemon[0], "role=admin");
	kit_expect(talk_ask(scene.talk, "auth token=%s", target), "ok");

	faultproxy_stall(front, FAULTPROXY_DOWN);
	talk_send(scene.talk, "%s", line);
	scene_wait_for_key(&scene, key);
	wait_for_waiting(front, FAULTPROXY_DOWN);
	faultproxy_cut(front);
	faultproxy_pass(front);
	ck_assert_str_eq(talk_answer(scene.talk), "");
	ck_assert(talk_over(scene.talk));

	talk_free(scene.talk);
	scene.talk = talk_open_port(faultproxy_port(front));
	kit_expect(talk_ask(scene.talk, "auth token=%s", target), "ok");
	check_replay(&scene, line, key);
	free(target);
	free(line);
	free(key);
	scene_end(&scene);
	faultproxy_free(front);
}
END_TEST

START_TEST(lost_between_database_and_daemon)
{
	char *key = xstrdup(town_uuid()), *line = kit_assign_line(0, 0, key);
	struct scene scene;
	const char *answer;

	scene_begin(&scene, cluster, NULL);
	faultproxy_stall(scene.proxy, FAULTPROXY_DOWN);
	talk_send(scene.talk, "%s", line);
	scene_wait_for_key(&scene, key);
	faultproxy_cut(scene.proxy);
	answer = talk_answer(scene.talk);
	kit_expect(answer, "fail unavailable");
	ck_assert(line_has(answer, "retry=yes"));
	faultproxy_pass(scene.proxy);
	check_replay(&scene, line, key);
	free(line);
	free(key);
	scene_end(&scene);
}
END_TEST

START_TEST(daemon_killed_between_commit_and_answer)
{
	char *key = xstrdup(town_uuid()), *line = kit_assign_line(0, 0, key);
	struct scene scene;

	scene_begin(&scene, cluster, NULL);
	faultproxy_stall(scene.proxy, FAULTPROXY_DOWN);
	talk_send(scene.talk, "%s", line);
	scene_wait_for_key(&scene, key);
	daemon_kill(scene.town->daemon[0]);
	ck_assert_str_eq(talk_answer(scene.talk), "");
	faultproxy_cut(scene.proxy);
	faultproxy_pass(scene.proxy);
	daemon_restart(scene.town->daemon[0]);
	talk_free(scene.talk);
	scene.talk = town_talk(scene.town, 0);
	check_replay(&scene, line, key);
	free(line);
	free(key);
	scene_end(&scene);
}
END_TEST

/* ----- cut anywhere, and slow ----- */

/* _i: the way on which the bytes are counted. */
START_TEST(cut_in_the_middle_of_a_message)
{
	uint64_t chance = town_seed();
	struct scene scene;

	scene_begin(&scene, cluster, NULL);
	for (int i = 0; i < CUTS; i++) {
		char *line = kit_assign_line(0, i, town_uuid());
		const char *answer;

		faultproxy_cut_after(scene.proxy, (enum faultproxy_way)_i,
		    1 + town_below(&chance, BYTES));
		/* Those that connect again are cut there too, so at some time
		 * the daemon is given a way that holds. */
		ck_assert(*talk_ask(scene.talk, "%s", line) != '\0');
		faultproxy_pass(scene.proxy);
		answer = kit_insist(scene.talk, line);
		kit_expect(answer, "ok");
		ck_assert_int_eq(line_number(answer, "rev"), 1);
		free(line);
	}
	ck_assert_int_eq(pgcluster_number(scene.town->sql,
			     "SELECT count(*) FROM rota.assignment"),
	    CUTS);
	ck_assert_int_eq(
	    pgcluster_number(scene.town->sql, "SELECT count(*) FROM rota.key"),
	    CUTS);
	town_wait_up(scene.town, 0);
	kit_expect(talk_ask(scene.talk, "slot list physician=%s from=%s to=%s",
		       town_rpps(0), town_day(0), town_day(CUTS)),
	    "ok count=24");
	scene_end(&scene);
}
END_TEST

START_TEST(one_byte_at_a_time)
{
	char *line;
	struct scene scene;

	scene_begin(&scene, cluster, NULL);
	faultproxy_trickle(scene.proxy, FAULTPROXY_UP);
	faultproxy_trickle(scene.proxy, FAULTPROXY_DOWN);
	for (int i = 0; i < 10; i++) {
		line = kit_assign_line(0, i, town_uuid());
		kit_expect(talk_ask(scene.talk, "%s", line), "ok");
		free(line);
	}
	kit_expect(talk_ask(scene.talk, "slot list physician=%s from=%s to=%s",
		       town_rpps(0), town_day(0), town_day(10)),
	    "ok count=10");
	scene_end(&scene);
}
END_TEST

static Suite *
lost_suite(void)
{
	Suite *suite = suite_create("lost");
	TCase *tcase = tcase_create("lost");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, lost_between_daemon_and_client);
	tcase_add_test(tcase, lost_between_database_and_daemon);
	tcase_add_test(tcase, daemon_killed_between_commit_and_answer);
	tcase_add_loop_test(tcase, cut_in_the_middle_of_a_message, 0, 2);
	tcase_add_test(tcase, one_byte_at_a_time);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	static const struct pgcluster_options options = {.durable = true};
	int status;

	cluster = pgcluster_new(&options);
	status = kit_run(lost_suite());
	pgcluster_free(cluster);
	return status;
}
