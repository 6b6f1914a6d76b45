/* SPDX-License-Identifier: ISC */
/*
 * planner_check_test: the checker refuses every kind of broken plan, with the
 * rule that it breaks.
 */
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "tests/unit/planner_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One physician who may do little, another who is tight nowhere. */
static const char town_text[] =
    "instance version=1 from=2001-01-01 weeks=1\n"
    "weights travel=2 preference=40 dislike=150 anchor=80 week-short=300 "
    "horizon-short=400 unfair=60 presence=700 presence-parts=MA "
    "levels=1000,700\n"
    "pair first=M second=A gap=50\n"
    "rest after=S before=M across-weeks=no\n"
    "minority physicians=yes sites=yes\n"
    "unpopular parts=S days=sat\n"
    "activity id=MT factor=1000 anchored=yes\n"
    "activity id=SNP factor=900 unscheduled=yes\n"
    "activity id=CA specialty=A factor=1200\n"
    "site id=near value=1000 rooms=1\n"
    "site id=far value=800 rooms=2\n"
    "site id=else value=800 rooms=2\n"
    "road a=near b=far minutes=70\n"
    "road a=near b=else minutes=20\n"
    "need site=near day=2001-01-01 part=M activity=MT count=1\n"
    "need site=near day=2001-01-01 part=M activity=SNP count=1\n"
    "need site=near day=2001-01-01 part=A activity=MT count=1\n"
    "need site=near day=2001-01-01 part=S activity=MT count=1\n"
    "need site=near day=2001-01-02 part=M activity=MT count=1\n"
    "need site=near day=2001-01-02 part=A activity=CA specialty=A count=1\n"
    "need site=far day=2001-01-01 part=M activity=MT count=1\n"
    "need site=far day=2001-01-01 part=A activity=MT count=2\n"
    "need site=far day=2001-01-03 part=M activity=SNP count=1\n"
    "need site=far day=2001-01-03 part=A activity=MT count=1\n"
    "need site=else day=2001-01-01 part=A activity=MT count=1\n"
    "physician id=a skills=MT,SNP week-min=1 week-max=3 horizon-min=1 "
    "horizon-max=3 day-max=2 fair-share=0\n"
    "free physician=a week=2001-01-01 parts=MAS,MA,M,-,-,-,-\n"
    "reach physician=a site=near minutes=10 preference=0\n"
    "reach physician=a site=far minutes=30 preference=1\n"
    "physician id=b skills=MT,SNP,CA:A week-min=0 week-max=9 horizon-min=0 "
    "horizon-max=9 day-max=3 fair-share=1\n"
    "free physician=b week=2001-01-01 parts=MAS,MAS,MA,-,-,-,-\n"
    "reach physician=b site=near minutes=5 preference=0\n"
    "reach physician=b site=far minutes=30 preference=0\n"
    "reach physician=b site=else minutes=10 preference=0\n";

#define HEAD "plan version=1 seed=1 rounds=0 phases=0 cost=%lld bound=%lld\n"
#define AT(who, site, day, part, what)                                         \
	"assign physician=" who " site=" site " day=2001-01-0" day             \
	" part=" part " activity=" what "\n"

static const struct {
	const char *lines, *why; /* why: part of the reason */
} broken[] = {
    {AT("a", "near", "1", "M", "MT") AT("a", "far", "1", "M", "MT"),
	"two half-days at once"},
    {AT("a", "else", "1", "A", "MT"), "the site is not his"},
    {AT("a", "near", "2", "A", "CA specialty=A"), "not his activity"},
    {AT("a", "far", "3", "A", "MT"), "not free"},
    {AT("a", "near", "1", "M", "MT") AT("b", "near", "1", "M", "MT"),
	"more than are needed"},
    {AT("b", "near", "1", "M", "MT") AT("b", "far", "1", "A", "MT"),
	"too far for one day"},
    {AT("a", "near", "1", "M", "MT") AT("a", "near", "1", "A", "MT")
	    AT("a", "near", "1", "S", "MT"),
	"too many half-days in a day"},
    {AT("b", "near", "1", "S", "MT") AT("b", "near", "2", "M", "MT"),
	"no rest"},
    {AT("a", "near", "1", "M", "MT") AT("a", "near", "1", "A", "MT")
	    AT("a", "near", "2", "M", "MT") AT("a", "far", "3", "M", "SNP"),
	"too many half-days in a week"},
    {AT("a", "near", "1", "M", "SNP") AT("b", "near", "1", "M", "MT"),
	"unscheduled half-days are no minority"},
    {AT("a", "near", "1", "A", "MT") AT("a", "near", "2", "M", "MT")
	    AT("a", "far", "3", "M", "SNP"),
	"unscheduled half-days are no minority"},
    {AT("b", "near", "1", "M", "SNP") AT("b", "near", "1", "A", "MT")
	    AT("b", "near", "2", "M", "MT") AT("a", "near", "1", "M", "MT"),
	"more half-days than rooms"},
    {AT("a", "near", "1", "M", "MT"), "the plan says"},
};

/* Whether the checker takes the plan; its reason in error. */
static bool
judged(const char *format, long long cost, long long bound,
    struct verdict *verdict, struct error *error)
{
	struct instance in;
	struct plan plan;
	char *text;
	bool good;

	ck_assert(instance_read(&in, span_of(town_text), error));
	text = xcalloc(strlen(format) + 200, 1);
	snprintf(text, strlen(format) + 200, HEAD, cost, bound);
	strcat(text, format);
	good = plan_read(&plan, &in, span_of(text), error) &&
	    check_plan(&in, &plan, verdict, error);
	plan_free(&plan);
	instance_fini(&in);
	free(text);
	return good;
}

START_TEST(refused_with_the_rule)
{
	struct verdict verdict;
	struct error error = {""};

	ck_assert(!judged(broken[_i].lines, 1, 1, &verdict, &error));
	ck_assert_msg(strstr(error.text, broken[_i].why) != NULL,
	    "plan %d: %s, not: %s", _i, error.text, broken[_i].why);
}
END_TEST

/* Of these half-days everything is known by hand. */
START_TEST(the_cost_by_hand)
{
	static const char lines[] =
	    AT("b", "near", "1", "M", "MT") AT("b", "else", "1", "A", "MT");
	struct verdict verdict = {0, 0};
	struct error error = {""};
	/* Lost: near SNP 900, MT A 1000, S 1000, M 1000, CA 1200; far MT 800,
	 * 800 + 560, SNP 720, MT 800; no presence: near on 2 (700), far on 1
	 * and 3 (560 each); a: 300 + 400; b: travel 20 + 40 less nothing, for
	 * 2 * (5 + 10 - 20) is below 0. */
	const int64_t cost = 900 + 1000 + 1000 + 1000 + 1200 + 800 + 800 + 560 +
	    720 + 800 + 700 + 560 + 560 + 700 + 20 + 40;

	ck_assert(!judged(lines, 1, 1, &verdict, &error));
	ck_assert_int_eq(verdict.cost, cost);
	ck_assert(!judged(lines, cost, 1, &verdict, &error));
	ck_assert_ptr_nonnull(strstr(error.text, "the bound is"));
	ck_assert_msg(judged(lines, cost, verdict.bound, &verdict, &error),
	    "%s", error.text);
	ck_assert_int_le(verdict.bound, cost);
}
END_TEST

static const struct {
	const char *line, *why;
} malformed[] = {
    {"assign physician=c site=near day=2001-01-01 part=M activity=MT",
	"line 2: no such physician"},
    {"assign physician=a site=near day=2001-01-05 part=M activity=MT",
	"line 2: no such need"},
    {"assign physician=a site=near day=2001-02-05 part=M activity=MT",
	"line 2: no such need"},
    {"assign physician=a site=near day=2001-01-01 part=M",
	"line 2: assign needs activity="},
    {"price physician=a minority=-1", "line 2: a price of the minority"},
    {"price site=none minority=1", "line 2: a price of what?"},
    {"price slot=1", "line 2: site=, day=, part= and activity="},
    {"price site=near minority=x", "line 2: minority=x is not a price"},
    {"phase number=0 temperature=1", "line 2: phases are not numbered"},
    {"plan version=1 seed=1 rounds=0 phases=0 cost=1 bound=1",
	"line 2: one line \"plan\""},
    {"nonsense", "line 2: nonsense is not a kind of line"},
};

START_TEST(malformed_plan)
{
	struct verdict verdict;
	struct error error = {""};

	ck_assert(!judged(malformed[_i].line, 1, 1, &verdict, &error));
	ck_assert_msg(strncmp(error.text, malformed[_i].why,
			  strlen(malformed[_i].why)) == 0,
	    "%s, not: %s", error.text, malformed[_i].why);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("check");

	tcase_add_loop_test(
	    tcase, refused_with_the_rule, 0, (int)ARRAY_SIZE(broken));
	tcase_add_test(tcase, the_cost_by_hand);
	tcase_add_loop_test(
	    tcase, malformed_plan, 0, (int)ARRAY_SIZE(malformed));
	return planner_main("planner_check", tcase);
}
