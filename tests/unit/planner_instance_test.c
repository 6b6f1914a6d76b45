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
	"programme id=pr\n"                                                    \
	"share id=sh site=s\n"                                                 \
	"need site=s day=2001-01-02 part=M activity=MT count=2\n"              \
	"physician id=p skills=MT,CA:A week-min=0 week-max=5 horizon-min=0 "   \
	"horizon-max=5 day-max=2 fair-share=0\n"

/* What stands behind HEAD, and how the refusal begins. */
static const struct {
	const char *line, *why;
} refused[] = {
    {"nonsense", "line 10: nonsense is not a kind of line"},
    {"instance version=1 from=2001-01-01 weeks=1",
	"line 10: one line \"instance\""},
    {"weights travel=2", "line 10: weights needs preference="},
    {"weights travel=2 preference=1 dislike=1 anchor=1 week-short=1 "
     "horizon-short=1 unfair=1 presence=1 presence-parts=AM levels=1",
	"line 10: presence-parts=AM is not letters"},
    {"weights travel=2 preference=1 dislike=1 anchor=1 week-short=1 "
     "horizon-short=1 unfair=1 presence=1 presence-parts=MA levels=1,2",
	"line 10: levels= are at most 8 numbers"},
    {"pair first=M second=E gap=1", "line 10: second= does not follow"},
    {"pair first=X second=A gap=1", "line 10: first=X is not one of"},
    {"rest after=S before=M", "line 10: rest needs across-weeks="},
    {"rest after=S before=M across-weeks=maybe",
	"line 10: across-weeks=maybe is not yes or no"},
    {"minority physicians=yes", "line 10: minority needs sites="},
    {"unpopular days=today", "line 10: days= is not"},
    {"activity id=MT factor=1", "line 10: activity stands twice: MT"},
    {"activity id=a:b factor=1", "line 10: not the id of an activity"},
    {"activity id=TLC factor=99999", "line 10: factor=99999 is not a number"},
    {"site id=s value=1 rooms=1", "line 10: site stands twice: s"},
    {"site id=u value=1 rooms=51", "line 10: rooms=51 is not a number"},
    {"site id=u value=1 rooms=1 rooms=1", "line 10: rooms= stands twice"},
    {"site id=u value=1 rooms", "line 10: rooms has no ="},
    {"site id=\"u value=1 rooms=1", "line 10: id=: expected"},
    {"site id=u value=1 rooms=1 door=1", "line 10: site has no key door"},
    {"road a=s b=s minutes=1", "line 10: a road to itself: s"},
    {"road a=s b=x minutes=1", "line 10: no site x"},
    {"road a=s b=t minutes=1\nroad a=t b=s minutes=2", "a road stands twice"},
    {"need site=x day=2001-01-01 part=M activity=MT count=1",
	"line 10: no site x"},
    {"need site=s day=2001-01-15 part=M activity=MT count=1",
	"line 10: outside the weeks planned: 2001-01-15"},
    {"need site=s day=2000-12-31 part=M activity=MT count=1",
	"line 10: outside the weeks planned: 2000-12-31"},
    {"need site=s day=monday part=M activity=MT count=1",
	"line 10: day=monday is not a day"},
    {"need site=s day=2001-01-01 part=M activity=CA count=1",
	"line 10: no activity CA"},
    {"need site=s day=2001-01-01 part=M activity=MT count=0",
	"line 10: count=0 is not a number from 1"},
    {"need site=s day=2001-01-01 part=M activity=MT count=1\n"
     "need site=s day=2001-01-01 part=M activity=MT count=2",
	"a need stands twice"},
    {"physician id=p skills=MT week-min=0 week-max=5 horizon-min=0 "
     "horizon-max=5 day-max=2 fair-share=0",
	"line 10: physician stands twice: p"},
    {"physician id=q skills=MT,XX week-min=0 week-max=5 horizon-min=0 "
     "horizon-max=5 day-max=2 fair-share=0",
	"line 10: no activity XX"},
    {"physician id=q skills=MT week-min=0 week-max=5 horizon-min=0 "
     "horizon-max=5 day-max=6 fair-share=0",
	"line 10: day-max=6 is not a number"},
    {"reach physician=q site=s minutes=1 preference=0",
	"line 10: no physician q"},
    {"reach physician=p site=x minutes=1 preference=0", "line 10: no site x"},
    {"reach physician=p site=s minutes=1 preference=0\n"
     "reach physician=p site=s minutes=2 preference=0",
	"a reach stands twice"},
    {"free physician=p week=2001-01-02 parts=-,-,-,-,-,-,-",
	"line 10: week= is not a Monday"},
    {"free physician=p week=2001-01-01 parts=-,-,-",
	"line 10: not seven days of parts"},
    {"free physician=p week=2001-01-01 parts=AM,-,-,-,-,-,-",
	"line 10: not seven days of parts"},
    {"units part=N", "line 10: units needs count="},
    {"units part=N count=3", "line 10: count=3 is not a number"},
    {"programme id=pr", "line 10: programme stands twice: pr"},
    {"programme", "line 10: programme needs id="},
    {"site id=u value=1 rooms=1 presence=x", "line 10: presence=x is not"},
    {"share id=x", "line 10: a share is of a site or of a physician: x"},
    {"share id=x site=s physician=p", "line 10: a share is of a site or"},
    {"share id=sh site=s", "line 10: share stands twice: sh"},
    {"share id=x site=s programme=pr", "line 10: the needs of a site's share"},
    {"share id=x physician=p programme=no", "line 10: no programme no"},
    {"share id=x site=s minutes=1 unscheduled=2",
	"line 10: unscheduled= is more than minutes=: 2"},
    {"share id=x site=s bound=0", "line 10: bound=0 is not a number from 1"},
    {"need site=t day=2001-01-01 part=M activity=MT count=1 share=sh",
	"line 10: not a share of the site: sh"},
    {"need site=s day=2001-01-01 part=M activity=MT count=1 share=no",
	"line 10: no share no"},
    {"need site=s day=2001-01-01 part=M activity=MT count=1 programme=no",
	"line 10: no programme no"},
    {"need site=s day=2001-01-01 part=M activity=MT count=1 filled=2",
	"line 10: filled= is more than count=: 2"},
    {"need site=s day=2001-01-01 part=M activity=MT count=1 minutes=2 "
     "unscheduled=3",
	"line 10: unscheduled= is more than minutes=: 3"},
    {"need site=s day=2001-01-01 part=M activity=MT count=1 value=1000001",
	"line 10: value=1000001 is not a number"},
    {"week physician=p week=2001-01-03 min=0 max=1",
	"line 10: week= is not a Monday"},
    {"week physician=q week=2001-01-01 min=0 max=1", "line 10: no physician q"},
    {"week physician=p week=2001-01-01 min=0 max=36",
	"line 10: max=36 is not a number"},
    {"cap id=c physician=q from=2001-01-01 to=2001-01-02 max=1",
	"line 10: no physician q"},
    {"cap id=c physician=p from=2001-01-01 max=1", "line 10: cap needs to="},
    {"cap id=c physician=p from=2001-01-01 to=2001-01-02 max=1\n"
     "cap id=c physician=p from=2001-01-01 to=2001-01-02 max=1",
	"line 11: cap stands twice: c"},
    {"held site=x day=2001-01-01 part=M", "line 10: no site x"},
    {"held physician=q site=s day=2001-01-01 part=M",
	"line 10: no physician q"},
    {"held physician=p site=s day=2001-02-01 part=M",
	"line 10: outside the weeks planned: 2001-02-01"},
    {"held physician=p site=s day=2001-01-01 part=M\n"
     "held physician=p site=t day=2001-01-01 part=M",
	"physician p is held twice at once"},
    {"apart physician=p first=N a=s b=t", "line 10: no part follows first=: N"},
    {"apart physician=p first=M a=s b=x", "line 10: no site x"},
    {"lock physician=p site=s day=2001-01-02 part=M activity=MT state=stay",
	"line 10: state= is not keep or forbid: stay"},
    {"lock physician=p site=s day=2001-01-03 part=M activity=MT state=keep",
	"line 10: no such need"},
    {"lock physician=p site=s day=2001-01-02 part=M activity=MT state=keep\n"
     "lock physician=p site=s day=2001-01-02 part=M activity=MT state=keep",
	"physician p: a lock, extra or existing stands twice"},
    {"existing physician=q site=s day=2001-01-02 part=M activity=MT",
	"line 10: no physician q"},
    {"existing physician=p site=s day=2001-01-02 part=M activity=MT "
     "programme=pr",
	"line 10: no such need"},
    {"extra physician=p site=s day=2001-01-02 part=M activity=MT",
	"line 10: extra needs points="},
    {"extra physician=p site=s day=2001-01-02 part=M activity=MT points=1x",
	"line 10: points=1x is not a price"},
    {"anchor physician=p weekday=one site=s", "line 10: weekday= is not"},
    {"anchor physician=p weekday=mon site=x", "line 10: no site x"},
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
	ck_assert_uint_eq(in.needs, 3);
	ck_assert_int_eq(in.need[2].half, 8 * PART_COUNT + PART_S);
	ck_assert_int_eq(instance_minutes(&in, 0, 1), 17);
	ck_assert_int_eq(instance_minutes(&in, 1, 0), 17);
	ck_assert_int_eq(instance_minutes(&in, 1, 1), -1);
	ck_assert_int_eq(in.site[0].presence, 350);
	ck_assert_int_eq(instance_level(&in, &in.need[2], 0), 1200);
	ck_assert_int_eq(instance_level(&in, &in.need[2], 2), 420);
	ck_assert_int_eq(instance_level(&in, &in.need[0], 1), 175);
	ck_assert_uint_eq(in.free_parts[8], 1u << PART_M | 1u << PART_S);
	ck_assert_uint_eq(in.free_parts[13], 1u << PART_N);
	ck_assert(instance_unpopular(&in, 5 * PART_COUNT + PART_M));
	ck_assert(!instance_unpopular(&in, 4 * PART_COUNT + PART_M));
	ck_assert(instance_unpopular(&in, 4 * PART_COUNT + PART_S));
	instance_fini(&in);
}
END_TEST

/* 100 unscheduled < bound all, in weights that have nothing in common. */
START_TEST(shares_as_weights)
{
	static const char text[] = HEAD
	    "share id=a site=t bound=40 minutes=1000 unscheduled=300\n"
	    "share id=b physician=p programme=pr to=2001-01-07\n"
	    "need site=t day=2001-01-02 part=M activity=MT count=1 share=a "
	    "minutes=240 unscheduled=60\n"
	    "need site=t day=2001-01-02 part=A activity=MT count=1 share=a "
	    "minutes=240 programme=pr\n"
	    "need site=t day=2001-01-08 part=A activity=MT count=1 share=a "
	    "minutes=240 programme=pr unscheduled=240\n";
	struct instance in;
	struct error error = {""};
	const struct share *share;
	int32_t unit = 0;

	ck_assert_msg(
	    instance_read(&in, span_of(text), &error), "%s", error.text);
	share = &in.share[1];
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
	ck_assert_int_eq(instance_own_share(&in, 0, &in.need[2]), 2);
	ck_assert_int_eq(instance_own_share(&in, 0, &in.need[3]), NAMES_NONE);
	instance_fini(&in);
}
END_TEST

/* What is held takes a room, is a presence and ends the physician's half-day.
 */
START_TEST(held_is_taken_off)
{
	static const char text[] = HEAD
	    "need site=t day=2001-01-02 part=M activity=MT count=2\n"
	    "need site=t day=2001-01-02 part=A activity=MT count=2 filled=1\n"
	    "held physician=p site=t day=2001-01-02 part=A\n"
	    "held site=t day=2001-01-02 part=A\n";
	static const char weights[] =
	    "weights travel=1 preference=1 dislike=1 anchor=1 week-short=1 "
	    "horizon-short=1 unfair=1 presence=500 presence-parts=MA "
	    "levels=1000\n";
	char all[4096];
	struct instance in;
	struct error error = {""};

	snprintf(all, sizeof(all), "%s%s", text, weights);
	ck_assert_msg(
	    instance_read(&in, span_of(all), &error), "%s", error.text);
	ck_assert_uint_eq(in.needs, 3);
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

/* Lines cut anywhere are the same lines. */
START_TEST(in_pieces)
{
	struct town_plan plan = {3, 3, 2, 1, 3, true, true};
	struct town town;
	size_t len;

	town_make(&town, &plan);
	len = strlen(town.text);
	for (size_t piece = 1; piece < 400; piece += 37) {
		struct instance in;
		struct error error = {""};
		struct reader *reader = reader_new(&in, &error);

		for (size_t at = 0; at < len; at += piece) {
			struct span part = {town.text + at,
			    len - at < piece ? len - at : piece};

			ck_assert_msg(
			    reader_feed(reader, part), "%s", error.text);
		}
		ck_assert_msg(reader_end(reader), "%s", error.text);
		ck_assert_uint_eq(in.needs, town.in.needs);
		ck_assert_mem_eq(
		    in.need, town.in.need, in.needs * sizeof(in.need[0]));
		reader_free(reader);
		instance_fini(&in);
	}
	town_free(&town);
}
END_TEST

/* Whatever bytes are cut off or changed: refused or read, nothing else. */
START_TEST(any_bytes)
{
	struct town_plan plan = {7, 2, 2, 1, 3, true, true};
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
	tcase_add_test(tcase, shares_as_weights);
	tcase_add_test(tcase, held_is_taken_off);
	tcase_add_test(tcase, in_pieces);
	tcase_add_loop_test(tcase, any_bytes, 0, 5);
	return planner_main("planner_instance", tcase);
}
