/* SPDX-License-Identifier: ISC */
/*
 * batch_test: many lines as one write.
 *
 * What is accepted is there whole, in whatever order its lines stood; what is
 * refused has left nothing, in the database as in the daemon.
 */
#include "tests/integration/plan_kit.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum {
	PEOPLE = 200,
	WEEKDAYS = 5,
	WEEKS = 10,
	FULL = 20000, /* PEOPLE x WEEKDAYS x WEEKS x 2 */
	FULL_MS = 60000
};

/* ----- end states ----- */

START_TEST(three_physicians_rotate)
{
	char *slot[3];

	kit_begin(3, KIT_HOURS);
	for (unsigned i = 0; i < 3; i++)
		slot[i] = kit_assign(i, i, 0, "M");
	kit_expect(talk_ask(kit.talk, "slot move slot=%s physician=%s", slot[0],
		       town_rpps(1)),
	    "no H01");
	talk_send(kit.talk, "batch n=3");
	for (unsigned i = 0; i < 3; i++)
		talk_send(kit.talk,
		    "slot move slot=%s physician=%s reason=TURN", slot[i],
		    town_rpps((i + 1) % 3));
	kit_expect(talk_answer(kit.talk), "ok lines=3");
	ck_assert_uint_eq(talk_count(kit.talk), 3);
	for (unsigned i = 0; i < 3; i++) {
		kit_check_column(slot[i], "p.rpps", town_rpps((i + 1) % 3));
		kit_check_column(slot[i], "a.rev", "2");
		kit_check_live(i, 1);
		free(slot[i]);
	}
	kit_end();
}
END_TEST

START_TEST(rooms_are_exchanged)
{
	char *slot[2];

	kit_begin(2, "rooms=2 " KIT_HOURS);
	slot[0] = kit_assign(0, 0, 0, "A");
	slot[1] = kit_assign(1, 0, 0, "A");
	kit_check_column(slot[0], "a.room", "1");
	kit_check_column(slot[1], "a.room", "2");
	kit_expect(
	    talk_ask(kit.talk, "slot move slot=%s room=2", slot[0]), "no H03");
	talk_send(kit.talk, "batch n=2");
	talk_send(kit.talk, "slot move slot=%s room=2", slot[0]);
	talk_send(kit.talk, "slot move slot=%s room=1", slot[1]);
	kit_expect(talk_answer(kit.talk), "ok lines=2");
	kit_check_column(slot[0], "a.room", "2");
	kit_check_column(slot[1], "a.room", "1");
	free(slot[0]);
	free(slot[1]);
	kit_end();
}
END_TEST

/* _i: which of the two lines comes first. */
START_TEST(cancelled_and_filled_again)
{
	char *slot, *fresh;

	kit_begin(2, KIT_HOURS);
	slot = kit_assign(0, 0, 0, "M");
	talk_send(kit.talk, "batch n=2");
	for (int line = 0; line < 2; line++)
		if (line == _i)
			talk_send(
			    kit.talk, "slot cancel slot=%s reason=SICK", slot);
		else
			kit_send_assign(1, 0, 0, "M", "");
	kit_expect(talk_answer(kit.talk), "ok lines=2");
	ck_assert(line_has(talk_data(kit.talk, (size_t)_i), "state=cancelled"));
	fresh = line_value(talk_data(kit.talk, (size_t)!_i), "slot");
	ck_assert_str_ne(fresh, slot);
	kit_check_column(fresh, "a.room", "1");
	kit_check_live(0, 0);
	kit_check_live(1, 1);
	free(fresh);
	free(slot);
	kit_end();
}
END_TEST

START_TEST(two_in_one_half_day_get_two_rooms)
{
	kit_begin(3, "rooms=2 " KIT_HOURS);
	talk_send(kit.talk, "batch n=2");
	for (unsigned i = 0; i < 2; i++)
		talk_send(kit.talk,
		    "slot assign physician=%s site=%s day=%s part=%s",
		    town_rpps(i), town_finess(0), town_day(0),
		    i == 0 ? "A" : "E");
	kit_expect(talk_answer(kit.talk), "ok lines=2");
	ck_assert(line_has(talk_data(kit.talk, 0), "room=1"));
	ck_assert(line_has(talk_data(kit.talk, 1), "room=2"));
	kit_expect(
	    talk_ask(kit.talk, "slot assign physician=%s site=%s day=%s part=E",
		town_rpps(2), town_finess(0), town_day(0)),
	    "no H03");
	kit_end();
}
END_TEST

/* Where a half-day goes, its room is kept if it is free there. */
START_TEST(a_room_is_kept_where_it_is_free)
{
	char *slot;

	kit_begin(3, "rooms=3 " KIT_HOURS);
	free(kit_assign(0, 0, 0, "M"));
	slot = kit_assign(1, 0, 0, "M");
	kit_check_column(slot, "a.room", "2");
	kit_expect(
	    talk_ask(kit.talk, "slot move slot=%s day=%s", slot, town_day(1)),
	    "ok");
	kit_check_column(slot, "a.room", "2");
	free(kit_assign(0, 0, 2, "M"));
	free(kit_assign(2, 0, 2, "M"));
	kit_expect(
	    talk_ask(kit.talk, "slot move slot=%s day=%s", slot, town_day(2)),
	    "ok");
	kit_check_column(slot, "a.room", "3");
	free(slot);
	kit_end();
}
END_TEST

START_TEST(lines_name_what_lines_before_made)
{
	char *slot = xstrdup(town_uuid());

	kit_begin(1, KIT_HOURS);
	talk_send(kit.talk, "batch n=5");
	talk_send(kit.talk, "territory put code=NEW kind=cpts");
	talk_send(kit.talk,
	    "site put finess=%s name=new territory=NEW " KIT_HOURS,
	    town_finess(7));
	talk_send(kit.talk, "physician put rpps=%s family=New", town_rpps(7));
	talk_send(kit.talk,
	    "slot assign id=%s physician=%s site=%s day=%s part=M", slot,
	    town_rpps(7), town_finess(7), town_day(0));
	talk_send(kit.talk, "slot move slot=%s part=A", slot);
	kit_expect(talk_answer(kit.talk), "ok lines=5");
	kit_check_live(7, 1);
	kit_check_column(slot, "a.part", "A");
	kit_check_column(slot, "a.rev", "1");
	kit_check_column(slot, "s.finess", town_finess(7));
	free(slot);
	kit_end();
}
END_TEST

/* ----- refusals ----- */

START_TEST(a_refusal_names_its_line)
{
	long long before;
	char *slot;

	kit_begin(4, KIT_HOURS);
	slot = kit_assign(0, 0, 0, "M");
	before = kit_changes();
	talk_send(kit.talk, "#b batch n=4");
	kit_send_assign(1, 1, 0, "M", "");
	talk_send(kit.talk, "slot cancel slot=%s", slot);
	kit_send_assign(1, 2, 0, "M", "");
	kit_send_assign(3, 3, 0, "M", "");
	/* Lines 1 and 3 collide: the first of the two is told. */
	kit_expect(talk_answer(kit.talk), "#b no H01 line=1");
	ck_assert_uint_eq(talk_count(kit.talk), 0);
	kit_check_nothing(before);
	kit_check_live(0, 1);
	kit_check_live(1, 0);
	kit_check_live(3, 0);
	kit_check_column(slot, "a.state", "draft");
	free(slot);
	kit_end();
}
END_TEST

static const struct {
	const char *line, *answer;
} wrong[] = {
    {"slot assign", "bad missing line=2"},
    {"slot asign physician=1", "bad unknown-verb line=2"},
    {"slot cancel slot=1", "bad value line=2"},
    {"slot cancel slot=\"1", "bad syntax line=2"},
    {"slot cancel speed=1", "bad unknown-key line=2"},
    {"slot cancel slot=00000000-0000-4000-8000-000000000000"
     " slot=00000000-0000-4000-8000-000000000000",
	"bad repeated line=2"},
    {"slot cancel slot=\xff", "bad encoding line=2"},
    {"ping", "bad not-in-batch line=2"},
    {"batch n=2", "bad not-in-batch line=2"},
    {"slot list", "bad not-in-batch line=2"},
    {"account invite role=desk", "bad not-in-batch line=2"},
    {"#t slot cancel slot=00000000-0000-4000-8000-000000000000",
	"bad syntax line=2"},
    {"slot cancel slot=00000000-0000-4000-8000-000000000000 dry=yes",
	"bad unknown-key line=2"},
    {"slot cancel slot=00000000-0000-4000-8000-000000000000"
     " key=00000000-0000-4000-8000-000000000001",
	"bad unknown-key line=2"},
    {"slot cancel slot=00000000-0000-4000-8000-000000000000",
	"no not-found line=2"},
    {"territory put code=T kind=planet", "bad value line=2"},
    {"site put finess=160000000 name=x", "bad value line=2"},
    {"site put site=00000000-0000-4000-8000-000000000000 name=x",
	"no not-found line=2"},
    {"slot assign physician=10000000000 site=160004578 day=2027-01-01 part=M",
	"no not-found line=2"},
};

START_TEST(a_wrong_line_refuses_all)
{
	long long before;

	kit_begin(1, KIT_HOURS);
	before = kit_changes();
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		const char *answer;

		talk_send(kit.talk, "#b batch n=3");
		kit_send_assign(0, 0, 0, "M", "");
		talk_send(kit.talk, "%s", wrong[i].line);
		kit_send_assign(0, 0, 0, "A", "");
		answer = talk_answer(kit.talk);
		ck_assert_msg(line_begins(answer, "#b"), "%s", answer);
		ck_assert_msg(line_begins(answer + 3, wrong[i].answer),
		    "\"%s\" instead of \"%s\"", answer, wrong[i].answer);
		ck_assert_str_eq(talk_ask(kit.talk, "#p ping"), "#p ok");
	}
	kit_check_nothing(before);
	kit_check_live(0, 0);
	kit_end();
}
END_TEST

START_TEST(lines_of_a_refused_batch_are_dropped)
{
	long long before;

	kit_begin(1, KIT_HOURS);
	before = kit_changes();
	talk_send(kit.talk, "batch n=2 speed=fast");
	kit_send_assign(0, 0, 0, "M", "");
	kit_send_assign(0, 0, 0, "A", "");
	kit_expect(talk_answer(kit.talk), "bad unknown-key");
	ck_assert_str_eq(talk_ask(kit.talk, "#p ping"), "#p ok");
	kit_check_nothing(before);
	kit_expect(talk_ask(kit.talk, "batch n=0"), "bad value");
	kit_expect(talk_ask(kit.talk, "batch n=20001"), "bad value");
	kit_expect(talk_ask(kit.talk, "batch"), "bad missing");
	/* Empty lines are no lines. */
	talk_send(kit.talk, "batch n=1\n\n  \n\t");
	kit_expect(
	    talk_ask(kit.talk, "slot assign physician=%s site=%s day=%s part=M",
		town_rpps(0), town_finess(0), town_day(0)),
	    "ok lines=1");
	kit_end();
}
END_TEST

START_TEST(a_line_over_the_limit_refuses_all)
{
	char *line = xmalloc(9001);
	long long before;

	memset(line, 'x', 9000);
	line[9000] = '\0';
	kit_begin(1, KIT_HOURS);
	before = kit_changes();
	talk_send(kit.talk, "#b batch n=2");
	kit_send_assign(0, 0, 0, "M", "");
	talk_send(kit.talk, "%s", line);
	kit_expect(talk_answer(kit.talk), "#b bad too-long line=2");
	kit_check_nothing(before);
	free(line);
	kit_end();
}
END_TEST

/* ----- the largest ----- */

static const char *
send_full(const char *last)
{
	unsigned lines = 0;

	talk_send(kit.talk, "batch n=%d", FULL);
	for (unsigned i = 0; i < PEOPLE; i++)
		for (int day = 0; day < WEEKS * 7; day++) {
			if (day % 7 >= WEEKDAYS)
				continue;
			for (unsigned part = 0; part < 2; part++)
				talk_send(kit.talk,
				    "slot assign physician=%s site=%s day=%s"
				    " part=%s",
				    town_rpps(i), town_finess(i), town_day(day),
				    ++lines < FULL ? part == 0 ? "M" : "A"
						   : last);
		}
	talk_patience(kit.talk, FULL_MS);
	return talk_answer(kit.talk);
}

START_TEST(twenty_thousand_lines)
{
	long long before;

	kit_begin(PEOPLE, KIT_HOURS);
	before = kit_changes();
	/* The last line collides with the one before it. */
	kit_expect(send_full("M"), "no H01 line=19999");
	kit_check_nothing(before);
	kit_expect(send_full("A"), "ok lines=20000");
	ck_assert_uint_eq(talk_count(kit.talk), FULL);
	ck_assert_int_eq(kit_changes(), before + FULL);
	kit_check_live(0, WEEKS * WEEKDAYS * 2);
	kit_check_live(PEOPLE - 1, WEEKS * WEEKDAYS * 2);
	kit_end();
}
END_TEST

static Suite *
batch_suite(void)
{
	Suite *suite = suite_create("batch");
	TCase *tcase = tcase_create("batch");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, three_physicians_rotate);
	tcase_add_test(tcase, rooms_are_exchanged);
	tcase_add_loop_test(tcase, cancelled_and_filled_again, 0, 2);
	tcase_add_test(tcase, two_in_one_half_day_get_two_rooms);
	tcase_add_test(tcase, a_room_is_kept_where_it_is_free);
	tcase_add_test(tcase, lines_name_what_lines_before_made);
	tcase_add_test(tcase, a_refusal_names_its_line);
	tcase_add_test(tcase, a_wrong_line_refuses_all);
	tcase_add_test(tcase, lines_of_a_refused_batch_are_dropped);
	tcase_add_test(tcase, a_line_over_the_limit_refuses_all);
	tcase_add_test(tcase, twenty_thousand_lines);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return kit_run(batch_suite());
}
