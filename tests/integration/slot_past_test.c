/* SPDX-License-Identifier: ISC */
/*
 * slot_past_test: lists of assignments as they were, byte for byte, and the
 * history of one.
 */
#include "daemon/base/mem.h"
#include "tests/integration/view_kit.h"

#include <stdlib.h>

static void
plan(struct client *client, unsigned physician, unsigned site, int away,
    const char *more)
{
	free(view_assign(client, physician, site, away, more));
}

/* ----- the past ----- */

static long long
set_mark(const struct town *town)
{
	return pgcluster_number(
	    town->sql, "SELECT rota.mark(interval '0', 'publication')");
}

/* Everything that may change, changes. */
static void
turn_the_plan_over(struct client *admin, char *const slots[4])
{
	client_send(
	    admin, "slot move slot=%s day=%s part=A", slots[0], town_day(12));
	client_expect(admin, "ok ...");
	client_send(admin, "slot cancel slot=%s", slots[1]);
	client_expect(admin, "ok ...");
	client_send(
	    admin, "slot swap slot=%s with=%s reason=WISH", slots[2], slots[3]);
	client_expect(admin, "ok ...");
	plan(admin, 0, 0, 8, "part=N");
	client_send(admin, "site put site=%s finess=988100012 name=New",
	    town_finess(0));
	client_expect(admin, "ok ...");
	client_send(admin, "site put site=%s territory=T-B", town_finess(1));
	client_expect(admin, "ok ...");
	client_send(
	    admin, "site put site=%s tz=America/Martinique", town_finess(2));
	client_expect(admin, "ok ...");
}

START_TEST(marks_repeat_byte_for_byte)
{
	struct town *town = view_town(2);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *other;
	char *slots[4], *asks[6], *answers[6], *text;
	long long mark;

	slots[0] =
	    view_assign_on(admin, 0, 0, town_day(7), "part=M programme=P");
	slots[1] =
	    view_assign_on(admin, 1, 0, town_day(7), "part=M activity=TLC");
	slots[2] = view_assign_on(admin, 2, 1, town_day(7), "part=S");
	slots[3] =
	    view_assign_on(admin, 3, 2, town_day(8), "part=M state=published");
	mark = set_mark(town);
	ck_assert_int_gt(mark, 0);
	asks[0] =
	    xasprintf("slot list physician=%s mark=%lld", town_rpps(0), mark);
	asks[1] = xasprintf("slot list site=%s from=%s to=%s mark=%lld",
	    town_finess(1), town_day(0), town_day(20), mark);
	asks[2] = xasprintf("slot list territory=T-A mark=%lld", mark);
	asks[3] = xasprintf("slot list territory=T-A limit=2 mark=%lld", mark);
	asks[4] =
	    xasprintf("slot list territory=T-A state=draft mark=%lld", mark);
	asks[5] = xasprintf(
	    "slot list territory=T-A from=%s mark=%lld", town_day(8), mark);
	for (size_t i = 0; i < ARRAY_SIZE(asks); i++)
		answers[i] = view_answer_of(admin, asks[i]);
	ck_assert_uint_eq(view_lines_of(answers[0]), 2);
	ck_assert_uint_eq(view_lines_of(answers[1]), 2);
	ck_assert_uint_eq(view_lines_of(answers[2]), 5);
	ck_assert_uint_eq(view_lines_of(answers[3]), 3);
	ck_assert_uint_eq(view_lines_of(answers[5]), 2);
	text = xasprintf("* slot=... rev=1 ...\nok count=1 mark=%lld "
			 "as-of=20...\n",
	    mark);
	ck_assert_msg(client_matches(answers[0], text), "%s", answers[0]);
	free(text);

	turn_the_plan_over(admin, slots);
	text = xstrdup(client_value(admin, "cursor"));
	other = daemon_operator(town->daemon[1]);
	client_send(other, "site list limit=1 after=%s", text);
	(void)client_expect_after(other, "ok ...");
	free(text);
	for (size_t i = 0; i < ARRAY_SIZE(asks); i++) {
		text = view_answer_of(admin, asks[i]);
		ck_assert_str_eq(text, answers[i]);
		free(text);
		text = view_answer_of(other, asks[i]);
		ck_assert_str_eq(text, answers[i]);
		free(text);
		free(asks[i]);
		free(answers[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(slots); i++)
		free(slots[i]);
	client_close(other);
	client_close(admin);
	town_free(town);
}
END_TEST

/* The pages of a list at a mark are of that mark, whatever happens meanwhile.
 */
START_TEST(pages_at_a_mark)
{
	struct town *town = view_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	char *ask, *whole;

	for (unsigned n = 0; n < 6; n++)
		plan(admin, n, n % 3, 7, "part=M");
	ask = xasprintf("slot list territory=T-A mark=%lld", set_mark(town));
	view_check_pages(admin, ask, 6);
	whole = view_pages_of(admin, ask, 1000);
	view_check_order(whole);
	plan(admin, 6, 0, 7, "part=A");
	view_check_pages(admin, ask, 6);
	free(whole);
	free(ask);
	client_close(admin);
	town_free(town);
}
END_TEST

START_TEST(as_of_takes_the_newest_mark)
{
	struct town *town = view_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	char *now, *ask, *text, *again;
	long long before, mark;

	pgcluster_run(
	    town->sql, "UPDATE rota.mark SET at = at - interval '1 h'");
	plan(admin, 0, 0, 7, "part=M");
	before = set_mark(town);
	pgcluster_run(town->sql,
	    "UPDATE rota.mark SET at = at - interval '30 min' WHERE mark = "
	    "%lld",
	    before);
	plan(admin, 1, 1, 7, "part=M");
	mark = set_mark(town);
	now = pgcluster_text(town->sql,
	    "SELECT to_char(at AT TIME ZONE 'UTC' - interval '10 min', "
	    "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM rota.mark "
	    "WHERE mark = %lld",
	    mark);
	ask = xasprintf("slot list territory=T-A as-of=%s", now);
	text = view_answer_of(admin, ask);
	free(ask);
	ask = xasprintf("slot list territory=T-A mark=%lld", before);
	again = view_answer_of(admin, ask);
	ck_assert_str_eq(text, again);
	ck_assert_uint_eq(view_lines_of(text), 2);
	free(ask);
	free(text);
	free(again);
	free(now);
	client_close(admin);
	town_free(town);
}
END_TEST

/* ----- history ----- */

START_TEST(history_of_one)
{
	struct town *town = view_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *a =
	    view_login(town, 0, "role=coordinator scope=territory:T-A");
	struct client *b =
	    view_login(town, 0, "role=coordinator scope=territory:T-B");
	char *slot, *ask;

	view_authorise(admin, 0, 0);
	slot = view_assign_on(a, 0, 0, town_day(7), "part=M");
	ask = xasprintf("slot history slot=%s", slot);

	client_send(a, "slot move slot=%s part=A reason=TRAIN", slot);
	client_expect(a, "ok ...");
	client_send(a, "slot history slot=%s", slot);
	client_expect(a, "* slot=... rev=1 ... part=M ... at=20... by=...");
	client_expect(a, "* slot=... rev=2 ... part=A ... by=... reason=TRAIN");
	client_expect(a, "ok count=2 cursor=...");
	view_check_pages(a, ask, 2);
	/* Moved out of reach it is gone for one, and has come for the other,
	 * who is not told where from. */
	client_send(admin, "slot move slot=%s site=%s", slot, town_finess(3));
	client_expect(admin, "ok ...");
	client_ask(a, ask, "no not-found ...");
	client_send(b, "%s", ask);
	client_expect(b, "* busy rev=1 from=... to=... at=...");
	client_expect(b, "* busy rev=2 from=... to=... at=...");
	client_expect(b, "* slot=... rev=3 ... state=draft at=...");
	client_expect(b, "ok count=3 ...");
	view_check_pages(admin, ask, 3);
	free(ask);
	free(slot);
	client_close(a);
	client_close(b);
	client_close(admin);
	town_free(town);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("slot past");

	tcase_add_test(tcase, marks_repeat_byte_for_byte);
	tcase_add_test(tcase, pages_at_a_mark);
	tcase_add_test(tcase, as_of_takes_the_newest_mark);
	tcase_add_test(tcase, history_of_one);
	return view_main("slot past", tcase);
}
