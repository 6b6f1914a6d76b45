/* SPDX-License-Identifier: ISC */
/*
 * planner_instance_test: instances as they are read, each kind of line refused
 * with its number and the reason, and what the numbers come to.
 */
#include "daemon/base/compiler.h"
#include "tests/unit/planner_support.h"

#include <stdio.h>
#include <string.h>

#define HEAD                                                                   \
	"instance version=1 from=2001-01-01 weeks=2\n"                         \
	"activity id=MT factor=1000\n"                                         \
	"activity id=CA specialty=A factor=1200\n"                             \
	"site id=s value=500 rooms=1\n"                                        \
	"site id=t value=1000 rooms=2\n"                                       \
	"physician id=p skills=MT,CA:A week-min=0 week-max=5 horizon-min=0 "   \
	"horizon-max=5 day-max=2 fair-share=0\n"

/* What stands behind HEAD, and how the refusal begins. */
static const struct {
	const char *line, *why;
} refused[] = {
    {"nonsense", "line 7: nonsense is not a kind of line"},
    {"instance version=1 from=2001-01-01 weeks=1",
	"line 7: one line \"instance\""},
    {"weights travel=2", "line 7: weights needs preference="},
    {"weights travel=2 preference=1 dislike=1 anchor=1 week-short=1 "
     "horizon-short=1 unfair=1 presence=1 presence-parts=AM levels=1",
	"line 7: presence-parts=AM is not letters"},
    {"weights travel=2 preference=1 dislike=1 anchor=1 week-short=1 "
     "horizon-short=1 unfair=1 presence=1 presence-parts=MA levels=1,2",
	"line 7: levels= are at most 8 numbers"},
    {"pair first=M second=E gap=1", "line 7: second= does not follow"},
    {"pair first=X second=A gap=1", "line 7: first=X is not one of"},
    {"rest after=S before=M", "line 7: rest needs across-weeks="},
    {"rest after=S before=M across-weeks=maybe",
	"line 7: across-weeks=maybe is not yes or no"},
    {"minority physicians=yes", "line 7: minority needs sites="},
    {"unpopular days=today", "line 7: days= is not"},
    {"activity id=MT factor=1", "line 7: activity stands twice: MT"},
    {"activity id=a:b factor=1", "line 7: not the id of an activity"},
    {"activity id=TLC factor=99999", "line 7: factor=99999 is not a number"},
    {"site id=s value=1 rooms=1", "line 7: site stands twice: s"},
    {"site id=u value=1 rooms=51", "line 7: rooms=51 is not a number"},
    {"site id=u value=1 rooms=1 rooms=1", "line 7: rooms= stands twice"},
    {"site id=u value=1 rooms", "line 7: rooms has no ="},
    {"site id=\"u value=1 rooms=1", "line 7: id=: expected"},
    {"site id=u value=1 rooms=1 door=1", "line 7: site has no key door"},
    {"road a=s b=s minutes=1", "line 7: a road to itself: s"},
    {"road a=s b=x minutes=1", "line 7: no site x"},
    {"road a=s b=t minutes=1\nroad a=t b=s minutes=2", "a road stands twice"},
    {"need site=x day=2001-01-01 part=M activity=MT count=1",
	"line 7: no site x"},
    {"need site=s day=2001-01-15 part=M activity=MT count=1",
	"line 7: outside the weeks planned: 2001-01-15"},
    {"need site=s day=2000-12-31 part=M activity=MT count=1",
	"line 7: outside the weeks planned: 2000-12-31"},
    {"need site=s day=monday part=M activity=MT count=1",
	"line 7: day=monday is not a day"},
    {"need site=s day=2001-01-01 part=M activity=CA count=1",
	"line 7: no activity CA"},
    {"need site=s day=2001-01-01 part=M activity=MT count=0",
	"line 7: count=0 is not a number from 1"},
    {"need site=s day=2001-01-01 part=M activity=MT count=1\n"
     "need site=s day=2001-01-01 part=M activity=MT count=2",
	"a need stands twice"},
    {"physician id=p skills=MT week-min=0 week-max=5 horizon-min=0 "
     "horizon-max=5 day-max=2 fair-share=0",
	"line 7: physician stands twice: p"},
    {"physician id=q skills=MT,XX week-min=0 week-max=5 horizon-min=0 "
     "horizon-max=5 day-max=2 fair-share=0",
	"line 7: no activity XX"},
    {"physician id=q skills=MT week-min=0 week-max=5 horizon-min=0 "
     "horizon-max=5 day-max=6 fair-share=0",
	"line 7: day-max=6 is not a number"},
    {"reach physician=q site=s minutes=1 preference=0",
	"line 7: no physician q"},
    {"reach physician=p site=x minutes=1 preference=0", "line 7: no site x"},
    {"reach physician=p site=s minutes=1 preference=0\n"
     "reach physician=p site=s minutes=2 preference=0",
	"a reach stands twice"},
    {"free physician=p week=2001-01-02 parts=-,-,-,-,-,-,-",
	"line 7: week= is not a Monday"},
    {"free physician=p week=2001-01-01 parts=-,-,-",
	"line 7: not seven days of parts"},
    {"free physician=p week=2001-01-01 parts=AM,-,-,-,-,-,-",
	"line 7: not seven days of parts"},
    {"anchor physician=p weekday=one site=s", "line 7: weekday= is not"},
    {"anchor physician=p weekday=mon site=x", "line 7: no site x"},
};

START_TEST(refused_with_line_and_reason)
{
	char text[2048];
	struct instance in;
	struct error error = {""};

	snprintf(text, sizeof(text), HEAD "%s\n", refused[_i].line);
	ck_assert_msg(
	    !instance_read(&in, span_of(text), &error), "%s", refused[_i].line);
	ck_assert_msg(
	    strncmp(error.text, refused[_i].why, strlen(refused[_i].why)) == 0,
	    "%s, not: %s", error.text, refused[_i].why);
	instance_fini(&in);
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
	"line 1: a byte that is no text"},
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

START_TEST(numbers_as_they_are_meant)
{
	static const char text[] =
	    HEAD "weights travel=2 preference=40 dislike=150 anchor=80 "
		 "week-short=1 horizon-short=1 unfair=1 presence=701 "
		 "presence-parts=MA levels=1000,350\n"
		 "road a=t b=s minutes=17\r\n"
		 "need site=t day=2001-01-09 part=S activity=CA specialty=A "
		 "count=3\n"
		 "need site=s day=2001-01-01 part=M activity=MT count=1\n"
		 "reach physician=p site=t minutes=9 preference=1\n"
		 "free physician=p week=2001-01-08 parts=-,MS,-,-,-,-,N\n"
		 "unpopular parts=S days=sat,sun\n";
	struct instance in;
	struct error error = {""};

	ck_assert_msg(
	    instance_read(&in, span_of(text), &error), "%s", error.text);
	ck_assert_uint_eq(in.needs, 2);
	ck_assert_int_eq(in.need[1].half, 8 * PART_COUNT + PART_S);
	ck_assert_int_eq(instance_minutes(&in, 0, 1), 17);
	ck_assert_int_eq(instance_minutes(&in, 1, 0), 17);
	ck_assert_int_eq(instance_minutes(&in, 1, 1), -1);
	ck_assert_int_eq(instance_presence(&in, 0), 350);
	ck_assert_int_eq(instance_level(&in, &in.need[1], 0), 1200);
	ck_assert_int_eq(instance_level(&in, &in.need[1], 2), 420);
	ck_assert_int_eq(instance_level(&in, &in.need[0], 1), 175);
	ck_assert_uint_eq(in.free_parts[8], 1u << PART_M | 1u << PART_S);
	ck_assert_uint_eq(in.free_parts[13], 1u << PART_N);
	ck_assert(instance_unpopular(&in, 5 * PART_COUNT + PART_M));
	ck_assert(!instance_unpopular(&in, 4 * PART_COUNT + PART_M));
	ck_assert(instance_unpopular(&in, 4 * PART_COUNT + PART_S));
	instance_fini(&in);
}
END_TEST

/* Whatever bytes are cut off or changed: refused or read, nothing else. */
START_TEST(any_bytes)
{
	struct town_plan plan = {7, 2, 2, 1, 3, true};
	struct town town;
	struct rng rng = rng_of((uint64_t)_i, 0, 0);
	size_t len;

	town_make(&town, &plan);
	len = strlen(town.text);
	for (int i = 0; i < 200; i++) {
		size_t at = rng_below(&rng, (uint32_t)len);
		char was = town.text[at];
		size_t cut = 1 + rng_below(&rng, (uint32_t)len);
		struct instance in;
		struct error error = {""};

		town.text[at] = (char)rng_below(&rng, 256);
		if (!instance_read(&in, (struct span){town.text, cut}, &error))
			ck_assert_uint_gt(strlen(error.text), 0);
		instance_fini(&in);
		town.text[at] = was;
	}
	town_free(&town);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("instance");

	tcase_add_loop_test(
	    tcase, refused_with_line_and_reason, 0, (int)ARRAY_SIZE(refused));
	tcase_add_loop_test(
	    tcase, refused_at_the_head, 0, (int)ARRAY_SIZE(heads));
	tcase_add_test(tcase, numbers_as_they_are_meant);
	tcase_add_loop_test(tcase, any_bytes, 0, 5);
	return planner_main("planner_instance", tcase);
}
