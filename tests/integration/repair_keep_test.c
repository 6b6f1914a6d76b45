/* SPDX-License-Identifier: ISC */
/*
 * repair_keep_test: what the planner says of a morning call is kept as a plan,
 * adopted, published in one write; what is frozen stays; one half-day is
 * locked.
 */
#include "tests/integration/repair_kit.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long long
count_of(const char *fmt, unsigned who, int from, int to)
{
	char line[256];

	(void)snprintf(line, sizeof(line), fmt, town_rpps(who));
	return line_number(talk_ask(bench.talk, "%s from=%s to=%s", line,
			       town_day(from), town_day(to)),
	    "count");
}

#define PUBLISHED "slot list physician=%s state=published"

static long long
rows(const char *where)
{
	return pgcluster_number(bench.town->sql,
	    "SELECT count(*) FROM rota.assignment WHERE %s", where);
}

enum { STARTED_MS = 60000 };

/* Asks until the planner is there, as the answer says one should. */
static const char *
repair(const char *keys)
{
	uint64_t until = town_now_ms() + STARTED_MS;
	const char *answer;

	do {
		ck_assert_uint_lt(town_now_ms(), until);
		answer = talk_ask(bench.talk, "plan repair %s", keys);
	} while (line_has(answer, "state=starting"));
	return answer;
}

static char *
drops_out(unsigned who, const char *more)
{
	return xasprintf("physician=%s from=%s to=%s %s", town_rpps(who),
	    town_day(0), town_day(6), more);
}

/* Lines of the settled answer with that word. */
static long long
settled(const struct said *said, const char *word)
{
	long long count = -1;

	for (size_t i = 0; i < said->count; i++)
		if (line_begins(said->line[i], "settled"))
			count = 0;
		else if (count >= 0 && line_begins(said->line[i], word))
			count++;
	return count;
}

START_TEST(it_is_kept_as_a_plan)
{
	long long count, published;
	unsigned ill;
	char *keys, *plan;
	const char *answer;
	struct said said;

	repair_found("");
	ill = repair_somebody(&count);
	published = rows("state = 'published'");
	keys = drops_out(ill, "keep=yes");
	answer = repair(keys);
	ck_assert_msg(line_has(answer, "state=answered"), "%s", answer);
	plan = line_value(answer, "plan");
	ck_assert_ptr_nonnull(plan);
	said_listen(&said);
	ck_assert_ptr_nonnull(said_find(&said, "settled"));
	/* nothing of it is in the plan of half-days */
	ck_assert_int_eq(rows("state = 'published'"), published);
	answer = talk_ask(bench.talk, "plan show plan=%s", plan);
	bench_expect(answer, "ok");
	ck_assert(line_has(talk_data(bench.talk, 0), "variant=repair"));
	ck_assert(line_has(talk_data(bench.talk, 0), "state=done"));
	answer = talk_ask(bench.talk, "plan lines plan=%s", plan);
	ck_assert_int_eq(line_number(answer, "count"),
	    line_number(said_find(&said, "settled"), "lines"));
	bench_expect(talk_ask(bench.talk, "plan list state=done"), "ok");
	/* edited and adopted like others: all but the first line */
	bench_expect(talk_ask(bench.talk,
			 "plan edit plan=%s number=1 state=dropped", plan),
	    "ok");
	answer = talk_ask(bench.talk, "plan adopt plan=%s", plan);
	bench_expect(answer, "ok");
	ck_assert_int_gt(line_number(answer, "adopted"), 0);
	ck_assert_int_gt(rows("state = 'draft'"), 0);
	ck_assert_int_gt(pgcluster_number(bench.town->sql,
			     "SELECT count(*) FROM rota.change WHERE "
			     "payload::text LIKE '%%\"REPAIR\"%%'"),
	    0);
	said_forget(&said);
	free(keys);
	free(plan);
	bench_end();
}
END_TEST

START_TEST(it_is_adopted_and_published_in_one_write)
{
	long long count, before, after;
	unsigned ill;
	char *keys, *key = xasprintf("publish=yes key=%s", town_uuid());
	char *plan;
	const char *answer;
	struct said said;

	repair_found("");
	ill = repair_somebody(&count);
	before = rows("state = 'published'");
	keys = drops_out(ill, key);
	answer = repair(keys);
	ck_assert_msg(line_has(answer, "state=answered"), "%s", answer);
	ck_assert(line_has(answer, "units=1"));
	ck_assert(line_has(answer, "refused=0"));
	plan = line_value(answer, "plan");
	said_listen(&said);
	after = before + settled(&said, "assign") - settled(&said, "drop");
	ck_assert_int_eq(line_number(answer, "adopted"),
	    line_number(said_find(&said, "settled"), "lines"));
	ck_assert_int_ge(settled(&said, "drop"), count);
	ck_assert_int_gt(settled(&said, "assign"), 0);
	/* he has nothing to do any more; what is made is published */
	ck_assert_int_eq(count_of(PUBLISHED, ill, 0, 6), 0);
	ck_assert_int_eq(rows("state = 'draft'"), 0);
	ck_assert_int_eq(rows("state = 'published'"), after);
	bench_expect(talk_ask(bench.talk,
			 "absence put physician=%s from=%s to=%s category=SICK",
			 town_rpps(ill), town_day(0), town_day(6)),
	    "ok");
	/* the same request again does nothing twice */
	answer = talk_ask(bench.talk, "plan repair %s", keys);
	ck_assert_msg(line_has(answer, "replayed=yes"), "%s", answer);
	ck_assert_ptr_nonnull(strstr(answer, plan));
	ck_assert_int_eq(rows("state = 'published'"), after);
	ck_assert_int_eq(pgcluster_number(bench.town->sql,
			     "SELECT count(*) FROM rota.plan WHERE variant = "
			     "'repair'"),
	    1);
	said_forget(&said);
	free(keys);
	free(key);
	free(plan);
	bench_end();
}
END_TEST

/* As after a connection that broke between the two: the proposal is there, its
 * adoption is not. */
START_TEST(a_request_goes_on_where_it_ended)
{
	long long count;
	unsigned ill;
	char *keys, *key = xasprintf("publish=yes key=%s", town_uuid());
	const char *answer;

	repair_found("");
	ill = repair_somebody(&count);
	keys = drops_out(ill, key);
	answer = repair(keys);
	ck_assert_msg(line_has(answer, "refused=0"), "%s", answer);
	/* no answer under the key, and no line is said to be adopted */
	pgcluster_run(bench.town->sql,
	    "DELETE FROM rota.key; UPDATE rota.plan_line SET state = "
	    "'proposed'; UPDATE rota.plan SET state = 'done' WHERE variant = "
	    "'repair'");
	answer = talk_ask(bench.talk, "plan repair %s", keys);
	bench_expect(answer, "ok");
	ck_assert_msg(line_has(answer, "adopted=0"), "%s", answer);
	ck_assert_int_gt(line_number(answer, "unchanged"), 0);
	ck_assert_int_eq(pgcluster_number(bench.town->sql,
			     "SELECT count(*) FROM rota.plan WHERE variant = "
			     "'repair'"),
	    1);
	free(keys);
	free(key);
	bench_end();
}
END_TEST

/* Without publish=yes what is made are drafts; with dry=yes nothing is. */
START_TEST(it_is_adopted_as_drafts)
{
	long long count;
	unsigned ill;
	char *keys;
	const char *answer;

	repair_found("");
	ill = repair_somebody(&count);
	keys = drops_out(ill, "adopt=yes dry=yes");
	answer = repair(keys);
	ck_assert_msg(line_has(answer, "dry=yes"), "%s", answer);
	ck_assert_int_gt(line_number(answer, "adopted"), 0);
	ck_assert_int_eq(rows("state = 'draft'"), 0);
	ck_assert_int_eq(count_of(PUBLISHED, ill, 0, 6), count);
	free(keys);
	keys = drops_out(ill, "adopt=yes");
	answer = repair(keys);
	ck_assert_msg(line_has(answer, "state=answered"), "%s", answer);
	ck_assert_ptr_null(strstr(answer, "published="));
	ck_assert_int_gt(rows("state = 'draft'"), 0);
	free(keys);
	bench_end();
}
END_TEST

/* Somebody came for another, in a draft, and gives it back. */
START_TEST(what_stands_in_for_a_draft_is_a_draft)
{
	long long count;
	unsigned ill;
	char *keys, *plan, *place;
	const char *answer;

	repair_found("freeze-days = 0\n");
	ill = repair_somebody(&count);
	keys = drops_out(ill, "adopt=yes variant=minimal");
	plan = line_value(repair(keys), "plan");
	ck_assert_ptr_nonnull(plan);
	free(keys);
	place = pgcluster_text(bench.town->sql,
	    "SELECT format('site=%%s day=%%s part=%%s', site, day, part) FROM "
	    "rota.plan_line WHERE plan = '%s' AND action = 'put' "
	    "ORDER BY number LIMIT 1",
	    plan);
	keys = xasprintf("lock=in physician=%s %s variant=minimal publish=yes",
	    town_rpps(ill), place);
	answer = repair(keys);
	ck_assert_msg(line_has(answer, "refused=0"), "%s", answer);
	ck_assert_msg(line_has(answer, "published=0"), "%s", answer);
	ck_assert_int_eq(
	    line_number(talk_ask(bench.talk,
			    "slot list physician=%s from=%s to=%s state=draft",
			    town_rpps(ill), town_day(0), town_day(6)),
		"count"),
	    1);
	free(keys);
	free(plan);
	free(place);
	bench_end();
}
END_TEST

/* Whether a line "drop" of the settled answer is of somebody else. */
static bool
moves_others(unsigned ill)
{
	char *own = xasprintf("physician=%s", town_rpps(ill));
	bool settled = false, moves = false;

	for (size_t i = 0; i < talk_count(bench.talk); i++) {
		const char *line = talk_data(bench.talk, i);

		settled = settled || line_begins(line, "settled");
		moves = moves ||
		    (settled && line_begins(line, "drop") &&
			!line_has(line, own));
	}
	free(own);
	return moves;
}

/* As if nothing had been published, everybody may move, but for those of the
 * days that the operator freezes. */
START_TEST(what_is_frozen_stays)
{
	long long count;
	unsigned ill;
	char *keys;
	const char *answer;

	repair_found("freeze-days = 60\n");
	ill = repair_somebody(&count);
	keys = drops_out(ill, "variant=free milliseconds=2000");
	answer = repair(keys);
	ck_assert_msg(line_has(answer, "vacant=yes"), "%s", answer);
	ck_assert(!moves_others(ill));
	free(keys);
	/* a request may say otherwise */
	keys = xasprintf("physician=%s from=%s to=%s variant=free "
			 "milliseconds=2000 frozen=%s",
	    town_rpps(ill), town_day(0), town_day(6), town_day(-7));
	answer = repair(keys);
	ck_assert_msg(line_has(answer, "vacant=yes"), "%s", answer);
	ck_assert(moves_others(ill));
	free(keys);
	bench_end();
}
END_TEST

/* Whether one of the half-days told last is at the site in that part. */
static bool
is_at(const char *site, const char *part)
{
	char *at = xasprintf("site=%s", site), *in = xasprintf("part=%s", part);
	bool found = false;

	for (size_t i = 0; i < talk_count(bench.talk); i++)
		found = found ||
		    (line_has(talk_data(bench.talk, i), at) &&
			line_has(talk_data(bench.talk, i), in));
	free(at);
	free(in);
	return found;
}

/* Asks what he has that day; whether it is in that part at the site. */
static bool
has_half_day(unsigned who, const char *site, const char *day, const char *part)
{
	bench_expect(talk_ask(bench.talk, PUBLISHED " from=%s to=%s",
			 town_rpps(who), day, day),
	    "ok");
	return is_at(site, part);
}

/* Another one shall have it, and has it. */
static void
give_to_another(
    unsigned ill, const char *site, const char *day, const char *part)
{
	bool given = false;

	for (unsigned n = 0; n + 1 < REPAIR_PEOPLE && !given; n++) {
		const char *answer;
		char *keys;

		if (n == ill)
			continue;
		keys = xasprintf("lock=in physician=%s site=%s day=%s part=%s "
				 "publish=yes",
		    town_rpps(n), site, day, part);
		answer = repair(keys);
		free(keys);
		bench_expect(answer, "ok");
		given = line_has(answer, "state=answered") &&
		    line_has(answer, "vacant=yes");
		if (!given)
			continue;
		ck_assert_msg(line_has(answer, "refused=0"), "%s", answer);
		ck_assert(has_half_day(n, site, day, part));
	}
	ck_assert(given);
	/* it has one room: who had it does something else */
	ck_assert(!has_half_day(ill, site, day, part));
}

START_TEST(one_half_day_is_locked)
{
	long long count;
	unsigned ill;
	char *site, *day, *part, *keys;
	const char *answer;
	struct said said;

	repair_found("freeze-days = 0\n");
	ill = repair_somebody(&count);
	bench_expect(talk_ask(bench.talk,
			 "slot list physician=%s from=%s to=%s state=published",
			 town_rpps(ill), town_day(0), town_day(6)),
	    "ok");
	site = line_value(talk_data(bench.talk, 0), "site");
	day = line_value(talk_data(bench.talk, 0), "day");
	part = line_value(talk_data(bench.talk, 0), "part");
	keys = xasprintf("lock=out physician=%s site=%s day=%s part=%s",
	    town_rpps(ill), site, day, part);
	answer = repair(keys);
	ck_assert_msg(line_has(answer, "vacant=yes"), "%s", answer);
	said_listen(&said);
	ck_assert_int_eq(line_number(said_find(&said, "settled"), "vacant"), 1);
	said_forget(&said);
	free(keys);
	give_to_another(ill, site, day, part);
	/* who is of another trade cannot, and it says why */
	keys = xasprintf("lock=in physician=%s site=%s day=%s part=%s",
	    town_rpps(REPAIR_PEOPLE - 1), site, day, part);
	answer = repair(keys);
	ck_assert_msg(line_has(answer, "state=outside"), "%s", answer);
	ck_assert_ptr_nonnull(strstr(answer, "text="));
	free(keys);
	free(site);
	free(day);
	free(part);
	bench_end();
}
END_TEST

/* How many published half-days a plan of variant free takes from somebody who
 * dislikes all of hers. */
static long long
taken_from_one(const char *settings)
{
	long long count, taken = 0;
	const char *line;
	unsigned who;
	char *plan;

	repair_found(settings);
	who = repair_somebody(&count);
	bench_tell("weight put term=keep from=%s value=0", town_day(0));
	bench_tell("weight put term=add from=%s value=0", town_day(0));
	bench_tell("weight put term=dislike from=%s value=10000", town_day(0));
	bench_tell("availability put physician=%s kind=disliked "
		   "pattern=\"mon-fri MA\" from=%s",
	    town_rpps(who), town_day(0));
	plan = bench_start(0, REPAIR_DAYS, "phases=5 variant=free");
	line = bench_wait(bench.talk, plan);
	ck_assert_msg(line_has(line, "state=done"), "%s", line);
	bench_expect(talk_ask(bench.talk, "plan lines plan=%s physician=%s",
			 plan, town_rpps(who)),
	    "ok");
	for (size_t i = 0; i < talk_count(bench.talk); i++)
		taken += line_has(talk_data(bench.talk, i), "cancel=yes");
	free(plan);
	bench_end();
	return taken;
}

START_TEST(a_plan_anew_leaves_what_is_frozen)
{
	ck_assert_int_gt(taken_from_one("freeze-days = 0\n"), 0);
	ck_assert_int_eq(taken_from_one("freeze-days = 60\n"), 0);
}
END_TEST

START_TEST(what_is_wrong_is_refused)
{
	static const struct {
		const char *keys, *answer;
	} cases[] = {
	    {"lock=on day=%s part=M", "bad value what=lock"},
	    {"lock=in part=M from=%s", "bad value what=from"},
	    {"lock=in part=M", "bad missing what=day"},
	    {"lock=in day=%s", "bad missing what=part"},
	    {"lock=in day=%s part=X", "bad value what=part"},
	    {"lock=in day=%s part=M activity=X", "bad value what=activity"},
	    {"day=%s", "bad value what=day"},
	    {"from=%s", "bad missing what=to"},
	};

	bench_begin(1, "rooms=1", "");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *text = xasprintf("plan repair physician=%s site=%s ",
		    town_rpps(0), town_finess(0));
		char keys[128];

		(void)snprintf(keys, sizeof(keys), cases[i].keys, town_day(1));
		bench_expect(
		    talk_ask(bench.talk, "%s%s", text, keys), cases[i].answer);
		free(text);
	}
	bench_expect(talk_ask(bench.talk,
			 "plan repair lock=in physician=%s day=%s part=M",
			 town_rpps(0), town_day(1)),
	    "bad missing what=site");
	bench_end();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("repair_keep");
	TCase *tcase = tcase_create("repair_keep");

	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, it_is_kept_as_a_plan);
	tcase_add_test(tcase, it_is_adopted_and_published_in_one_write);
	tcase_add_test(tcase, a_request_goes_on_where_it_ended);
	tcase_add_test(tcase, it_is_adopted_as_drafts);
	tcase_add_test(tcase, what_stands_in_for_a_draft_is_a_draft);
	tcase_add_test(tcase, what_is_frozen_stays);
	tcase_add_test(tcase, a_plan_anew_leaves_what_is_frozen);
	tcase_add_test(tcase, one_half_day_is_locked);
	tcase_add_test(tcase, what_is_wrong_is_refused);
	suite_add_tcase(suite, tcase);
	return bench_run(suite);
}
