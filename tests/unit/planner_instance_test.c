/* SPDX-License-Identifier: ISC */
/*
 * planner_instance_test: instances as they are read, each kind of line refused
 * with its number and the reason, and what the numbers come to.
 */
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "tests/unit/line_kit.h"
#include "tests/unit/planner_support.h"

#include <stdlib.h>
#include <string.h>

/* What stands behind the head of line_kit, and how the refusal begins; what may
 * be wrong with any key is tested by planner_line_test. */
static const struct {
	const char *line, *why;
} refused[] = {
    {"nonsense", "line 15: nonsense is not a kind of line"},
    {"instance version=1 from=2001-01-01 weeks=1",
	"line 15: one line \"instance\""},
    {"weights travel=2 preference=1 dislike=1 anchor=1 week-short=1 "
     "horizon-short=1 unfair=1 presence=1 presence-parts=MA levels=1,2",
	"line 15: levels= are at most 8 numbers that do not rise: 1,2"},
    {"weights travel=2 preference=1 dislike=1 anchor=1 week-short=1 "
     "horizon-short=1 unfair=1 presence=1 presence-parts=MA "
     "levels=9,8,7,6,5,4,3,2,1",
	"line 15: levels= are at most 8 numbers"},
    {"weights travel=2 preference=1 dislike=1 anchor=1 week-short=1 "
     "horizon-short=1 unfair=1 presence=1 presence-parts=MA levels=\"\"",
	"line 15: levels= is empty"},
    {"pair first=M second=E gap=1", "line 15: second= does not follow"},
    {"rest after=M before=MAESN across-weeks=no\n"
     "rest after=A before=M across-weeks=no\n"
     "rest after=E before=A across-weeks=no\n"
     "rest after=S before=E across-weeks=no",
	"line 17: more than 3 ways to rest"},
    {"unpopular days=today", "line 15: days= is not mon,tue,...: today"},
    {"activity id=MT factor=1",
	"line 15: stands already in line 2: activity id=MT"},
    {"activity id=a:b factor=1", "line 15: not the id of an activity: a:b"},
    {"activity id=a,b factor=1", "line 15: not the id of an activity: a,b"},
    {"site id=s value=1 rooms=1",
	"line 15: stands already in line 4: site id=s"},
    {"site id=u value=1 rooms=1 group="
     "01234567890123456789012345678901234567890123456789012345678901234",
	"line 15: longer than 64 bytes: 0123456789"},
    {"road a=s b=s minutes=1", "line 15: a road to itself: s"},
    {"road a=s b=t minutes=1\nroad a=t b=s minutes=2",
	"line 16: stands already in line 15: road a=t b=s"},
    {"need site=s day=2001-01-02 part=M activity=MT count=1",
	"line 15: stands already in line 10: need site=s day=2001-01-02 "
	"part=M activity=MT"},
    {"physician id=p skills=MT week-min=0 week-max=5 horizon-min=0 "
     "horizon-max=5 day-max=2 fair-share=0",
	"line 15: stands already in line 12: physician id=p"},
    {"reach physician=p site=t minutes=2 preference=0",
	"line 15: stands already in line 13: reach physician=p site=t"},
    {"free physician=p week=2001-01-01 parts=-,-,-",
	"line 15: not seven days of parts or \"-\": -,-,-"},
    {"free physician=p week=2001-01-01 parts=-,-,-,-,-,-,-,-",
	"line 15: not seven days of parts"},
    {"free physician=p week=2001-01-01 parts=AM,-,-,-,-,-,-",
	"line 15: not seven days of parts"},
    {"free physician=p week=2001-01-01 parts=M,-,-,-,-,-,- disliked=M",
	"line 15: not seven days of parts or \"-\": M"},
    {"programme id=pr", "line 15: stands already in line 6: programme id=pr"},
    {"share id=x", "line 15: a share is of a site or of a physician: x"},
    {"share id=x site=s physician=p", "line 15: a share is of a site or"},
    {"share id=sh site=s", "line 15: stands already in line 7: share id=sh"},
    {"share id=x site=s programme=pr", "line 15: the needs of a site's share"},
    {"share id=x site=s from=2001-01-01",
	"line 15: the needs of a site's share name it: x"},
    {"share id=x site=s minutes=1 unscheduled=2",
	"line 15: unscheduled= is more than minutes=: 2"},
    {"share id=x physician=p family=x", "line 15: a family is of a site: x"},
    {"share id=x site=s family=fa", "line 15: not a family of the site: fa"},
    {"share id=x site=s family=sh", "line 15: not a family of the site: sh"},
    {"share id=x site=t family=fa",
	"line 15: of this programme the family has one: fa"},
    {"need site=t day=2001-01-01 part=M activity=MT count=1 share=sh",
	"line 15: not a share of the site: sh"},
    {"need site=t day=2001-01-01 part=M activity=MT count=1 share=fa",
	"line 15: not a share of the site: fa"},
    {"need site=s day=2001-01-01 part=M activity=MT count=1 family=sh",
	"line 15: not the first of a family: sh"},
    {"share id=fc site=t family=fa programme=pr\n"
     "need site=t day=2001-01-01 part=M activity=MT count=1 family=fc",
	"line 16: not the first of a family: fc"},
    {"need site=s day=2001-01-01 part=M activity=MT count=1 filled=2",
	"line 15: filled= is more than count=: 2"},
    {"need site=s day=2001-01-01 part=M activity=MT count=1 minutes=2 "
     "unscheduled=3",
	"line 15: unscheduled= is more than minutes=: 3"},
    {"cap id=c physician=p from=2001-01-01 to=2001-01-02 max=1\n"
     "cap id=c physician=p from=2001-01-02 to=2001-01-02 max=2",
	"line 16: stands already in line 15: cap id=c"},
    {"spread physician=p of=town want=1 weight=1",
	"line 15: of= is not site or area: town"},
    {"held physician=p site=s day=2001-01-01 part=M\n"
     "held physician=p site=t day=2001-01-01 part=M",
	"line 16: stands already in line 15: held physician=p "
	"day=2001-01-01 part=M"},
    {"apart physician=p first=N a=s b=t", "line 15: no part follows first=: N"},
    {"lock physician=p site=s day=2001-01-02 part=M activity=MT state=stay",
	"line 15: state= is not keep or forbid: stay"},
    {"lock physician=p site=s day=2001-01-03 part=M activity=MT state=keep",
	"line 15: no such need: site=s day=2001-01-03 part=M activity=MT"},
    {"existing physician=p site=s day=2001-01-02 part=M activity=MT "
     "programme=pr",
	"line 15: no such need: site=s day=2001-01-02 part=M activity=MT "
	"programme=pr"},
    {"extra physician=p site=t day=2001-01-02 part=A activity=CA "
     "specialty=A points=1",
	"line 15: no such need: site=t day=2001-01-02 part=A activity=CA:A"},
    {"anchor physician=p weekday=one site=s",
	"line 15: weekday= is not mon, tue, ...: one"},
};

START_TEST(refused_with_line_and_reason)
{
	line_expect(refused[_i].line, refused[_i].why);
}
END_TEST

/* What may stand beside what was said is no second time. */
static const char *const accepted[] = {
    "held site=s day=2001-01-01 part=M\nheld site=s day=2001-01-01 part=M",
    "lock physician=p site=s day=2001-01-02 part=M activity=MT state=keep\n"
    "lock physician=p site=s day=2001-01-02 part=M activity=MT state=forbid",
    "activity id=CA factor=1\nactivity id=CA specialty=B factor=1",
    "rest after=S before=M across-weeks=no\n"
    "rest after=N before=M across-weeks=yes",
    "need site=s day=2001-01-02 part=M activity=MT programme=pr count=1",
    "apart physician=p first=M a=s b=t\napart physician=p first=M a=t b=s",
    "need site=s day=2001-01-01 part=M activity=MT count=1 family=fa",
    "spread physician=p of=site want=2 weight=1 used=elsewhere\n"
    "spread physician=p of=area want=2 weight=1 used=a",
};

START_TEST(no_second_time)
{
	line_expect(accepted[_i], NULL);
}
END_TEST

static const struct {
	const char *text, *why;
} heads[] = {
    {"", "no line \"instance\""},
    {"# nothing\n\n", "no line \"instance\""},
    {"site id=s value=1 rooms=1\n", "line 1: one line \"instance\""},
    {"instance version=2 from=2001-01-01 weeks=1\n",
	"line 1: version=2 is not a number"},
    {"instance version=1 from=2001-01-02 weeks=1\n",
	"line 1: from= is not a Monday: 2001-01-02"},
    {"\ninstance version=1 from=2001-01-01 weeks=107\n",
	"line 2: weeks=107 is not a number"},
    {"instance version=1 from=2001-01-01 weeks=1 name=\"a\001\"\n",
	"line 1: byte 51 is no text"},
};

START_TEST(refused_at_the_head)
{
	struct instance in;
	struct error error = {""};

	ck_assert(!instance_read(&in, span_of(heads[_i].text), &error));
	ck_assert_msg(
	    strncmp(error.text, heads[_i].why, strlen(heads[_i].why)) == 0,
	    "%s, not: %s", error.text, heads[_i].why);
	instance_fini(&in);
}
END_TEST

/* What the head and these lines come to; for instance_fini. */
static void
read_behind(struct instance *in, const char *lines)
{
	char *text = xasprintf("%s%s", line_head, lines);
	struct error error = {""};

	ck_assert_msg(
	    instance_read(in, span_of(text), &error), "%s", error.text);
	free(text);
}

START_TEST(numbers_as_they_are_meant)
{
	struct instance in;

	read_behind(&in,
	    "weights travel=2 preference=40 dislike=150 anchor=80 "
	    "week-short=1 horizon-short=1 unfair=1 presence=701 "
	    "presence-parts=MA levels=1000,350\n"
	    "road a=t b=s minutes=17\r\n"
	    "need site=t day=2001-01-09 part=S activity=CA specialty=A "
	    "count=3\n"
	    "need site=s day=2001-01-01 part=M activity=MT count=1\n"
	    "need site=s day=2001-01-01 part=A activity=MT count=1 "
	    "value=1.025 turn=3\n"
	    "free physician=p week=2001-01-08 parts=-,MS,-,-,-,-,N\n"
	    "unpopular parts=S days=sat,sun\n");
	ck_assert_uint_eq(in.needs, 5);
	ck_assert_int_eq(in.need[4].half, 8 * PART_COUNT + PART_S);
	ck_assert_int_eq(instance_minutes(&in, 0, 1), 17);
	ck_assert_int_eq(instance_minutes(&in, 1, 0), 17);
	ck_assert_int_eq(instance_minutes(&in, 1, 1), -1);
	ck_assert_int_eq(in.site[0].presence, 350);
	ck_assert_int_eq(instance_level(&in, &in.need[4], 0), 1200);
	ck_assert_int_eq(instance_level(&in, &in.need[4], 2), 420);
	ck_assert_int_eq(instance_level(&in, &in.need[0], 1), 175);
	ck_assert_int_eq(in.need[1].worth, 1025);
	ck_assert_uint_eq(in.free_parts[8], 1u << PART_M | 1u << PART_S);
	ck_assert_uint_eq(in.free_parts[13], 1u << PART_N);
	ck_assert(instance_unpopular(&in, 5 * PART_COUNT + PART_M));
	ck_assert(!instance_unpopular(&in, 4 * PART_COUNT + PART_M));
	ck_assert(instance_unpopular(&in, 4 * PART_COUNT + PART_S));
	ck_assert_uint_eq(in.need[0].turn, 0);
	ck_assert_uint_eq(in.need[1].turn, 3);
	instance_fini(&in);
}
END_TEST

/* What a need says holds, whatever weights come behind it. */
START_TEST(levels_before_weights)
{
	struct instance in;
	size_t said = 0;

	read_behind(&in,
	    "need site=s day=2001-01-01 part=A activity=MT count=2 "
	    "levels=1000\n"
	    "weights travel=2 preference=40 dislike=150 anchor=80 "
	    "week-short=1 horizon-short=1 unfair=1 presence=701 "
	    "presence-parts=MA levels=1000,350\n");
	for (size_t n = 0; n < in.needs; n++) {
		if (in.need[n].half != PART_A || in.need[n].count != 2)
			continue;
		said++;
		ck_assert_int_eq(instance_level(&in, &in.need[n], 1),
		    instance_level(&in, &in.need[n], 0));
	}
	ck_assert_uint_eq(said, 1);
	instance_fini(&in);
}
END_TEST

/* 100 unscheduled < bound all, in weights that have nothing in common. */
START_TEST(shares_as_weights)
{
	struct instance in;
	const struct share *share;
	int32_t unit = 0;

	read_behind(&in,
	    "share id=x site=t bound=40 minutes=1000 unscheduled=300\n"
	    "share id=y physician=p programme=pr to=2001-01-07\n"
	    "need site=t day=2001-01-02 part=M activity=MT count=1 share=x "
	    "minutes=240 unscheduled=60\n"
	    "need site=t day=2001-01-02 part=A activity=MT count=1 share=x "
	    "minutes=240 programme=pr\n"
	    "need site=t day=2001-01-08 part=A activity=MT count=1 share=x "
	    "minutes=240 programme=pr unscheduled=240\n");
	share = &in.share[3];
	for (size_t n = 0; n < in.needs; n++) {
		const struct care *care = &in.care[in.need[n].care];
		int32_t raw = 100 * care->unscheduled - 40 * care->minutes;
		int32_t weight = instance_weight(&in, share, in.need[n].care);

		ck_assert_int_ne(weight, 0);
		unit = unit == 0 ? raw / weight : unit;
		ck_assert_int_eq(weight * unit, raw);
		/* There: 100 * 300 - 40 * 1000 = -10000. */
		ck_assert_int_eq(share->limit, (10000 - 1) / unit);
	}
	ck_assert_int_eq(instance_own_share(&in, 0, &in.need[1]), NAMES_NONE);
	ck_assert_int_eq(instance_own_share(&in, 0, &in.need[2]), 4);
	ck_assert_int_eq(instance_own_share(&in, 0, &in.need[4]), NAMES_NONE);
	instance_fini(&in);
}
END_TEST

/* Of a family the share of the programme for which somebody works. */
START_TEST(shares_of_a_family)
{
	struct instance in;
	const struct need *need;

	read_behind(&in,
	    "programme id=qr\n"
	    "share id=fc site=t family=fa programme=pr bound=30\n"
	    "need site=s day=2001-01-01 part=M activity=MT count=1 family=fa\n"
	    "physician id=q skills=MT week-min=0 week-max=5 horizon-min=0 "
	    "horizon-max=5 day-max=2 fair-share=0 programme=pr\n"
	    "physician id=r skills=MT week-min=0 week-max=5 horizon-min=0 "
	    "horizon-max=5 day-max=2 fair-share=0 programme=qr\n"
	    "physician id=v skills=MT week-min=0 week-max=5 horizon-min=0 "
	    "horizon-max=5 day-max=2 fair-share=0 programme=pr\n"
	    "share id=own physician=v bound=20\n");
	need = &in.need[0];
	ck_assert_int_eq(instance_own_share(&in, 0, need), 1);
	ck_assert_int_eq(instance_own_share(&in, 1, need), 3);
	ck_assert_int_eq(instance_own_share(&in, 2, need), NAMES_NONE);
	ck_assert_int_eq(instance_own_share(&in, 3, need), 4);
	ck_assert_int_eq(instance_own_share(&in, 1, &in.need[1]), NAMES_NONE);
	instance_fini(&in);
}
END_TEST

/* Groups and days, whatever the order of their lines. */
START_TEST(groups_and_days_of_presence)
{
	struct instance in;

	read_behind(&in,
	    "site id=u value=1 rooms=1 group=\"\" area=\"\"\n"
	    "presence site=t day=2001-01-09 points=7\n"
	    "presence site=t day=2001-01-02 points=5\n"
	    "presence site=s day=2001-01-03 points=3\n"
	    "spread physician=p of=area want=2 weight=9 used=a\n"
	    "spread physician=p of=site want=3 weight=8 used=s\n");
	ck_assert_int_eq(instance_dear(&in, 1, 1), 5);
	ck_assert_int_eq(instance_dear(&in, 1, 8), 7);
	ck_assert_int_eq(instance_dear(&in, 0, 2), 3);
	ck_assert_int_eq(instance_dear(&in, 0, 1), 0);
	ck_assert_int_eq(instance_group(&in, SPREAD_SITE, 0), -2);
	ck_assert_int_ge(instance_group(&in, SPREAD_SITE, 1), 0);
	ck_assert_int_eq(instance_group(&in, SPREAD_AREA, 0), NAMES_NONE);
	ck_assert_int_eq(instance_group(&in, SPREAD_SITE, 2), NAMES_NONE);
	ck_assert_int_eq(instance_group(&in, SPREAD_AREA, 2), NAMES_NONE);
	ck_assert_uint_eq(in.spreads, 2);
	ck_assert_int_eq(in.spread[0].used, -2);
	ck_assert_int_eq(in.spread[0].want, 3);
	ck_assert_int_eq(
	    in.spread[1].used, instance_group(&in, SPREAD_AREA, 1));
	instance_fini(&in);
}
END_TEST

/* What is held takes a room, is a presence and ends the physician's half-day.
 */
START_TEST(held_is_taken_off)
{
	struct instance in;

	read_behind(&in,
	    "need site=t day=2001-01-02 part=M activity=MT count=2\n"
	    "need site=t day=2001-01-02 part=A activity=MT count=2 filled=1\n"
	    "held physician=p site=t day=2001-01-02 part=A\n"
	    "held site=t day=2001-01-02 part=A\n"
	    "weights travel=1 preference=1 dislike=1 anchor=1 week-short=1 "
	    "horizon-short=1 unfair=1 presence=500 presence-parts=MA "
	    "levels=1000\n");
	ck_assert_uint_eq(in.needs, 4);
	ck_assert_uint_eq(in.need[0].rooms, 1);
	ck_assert_uint_eq(in.need[0].present, 0);
	ck_assert_uint_eq(in.need[1].rooms, 2);
	ck_assert_uint_eq(in.need[1].present, 1);
	ck_assert_uint_eq(in.need[2].rooms, 0);
	ck_assert_uint_eq(in.held_parts[1], 1u << PART_A);
	ck_assert_int_eq(in.site[1].presence, 500);
	instance_fini(&in);
}
END_TEST

/* At most what the free half-days of its days come to, a night being two. */
START_TEST(caps_as_far_as_anybody_can_come)
{
	struct instance in;

	read_behind(&in,
	    "units part=N count=2\n"
	    "free physician=p week=2001-01-01 parts=MAN,MN,A,-,-,-,MAE\n"
	    "cap id=wide physician=p from=2001-01-01 to=2001-01-14 max=9999\n"
	    "cap id=exact physician=p from=2001-01-01 to=2001-01-14 max=8\n"
	    "cap id=late physician=p from=2001-01-02 to=2001-01-02 max=7\n"
	    "cap id=none physician=p from=2001-01-05 to=2001-01-06 max=7\n"
	    "held physician=p site=t day=2001-01-03 part=A\n");
	ck_assert_uint_eq(in.caps, 4);
	ck_assert_int_eq(in.cap[0].most, 3 + 3 + 0 + 2);
	ck_assert_int_eq(in.cap[0].max, 9999);
	ck_assert_int_eq(in.cap[1].most, 8);
	ck_assert_int_eq(in.cap[2].most, 3);
	ck_assert_int_eq(in.cap[3].most, 0);
	instance_fini(&in);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("instance");

	tcase_add_loop_test(
	    tcase, refused_with_line_and_reason, 0, (int)ARRAY_SIZE(refused));
	tcase_add_loop_test(
	    tcase, no_second_time, 0, (int)ARRAY_SIZE(accepted));
	tcase_add_loop_test(
	    tcase, refused_at_the_head, 0, (int)ARRAY_SIZE(heads));
	tcase_add_test(tcase, numbers_as_they_are_meant);
	tcase_add_test(tcase, levels_before_weights);
	tcase_add_test(tcase, shares_as_weights);
	tcase_add_test(tcase, shares_of_a_family);
	tcase_add_test(tcase, groups_and_days_of_presence);
	tcase_add_test(tcase, held_is_taken_off);
	tcase_add_test(tcase, caps_as_far_as_anybody_can_come);
	return planner_main("planner_instance", tcase);
}
