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

/* One physician, and everything else that there is. */
static const char law_text[] =
    "instance version=1 from=2001-01-01 weeks=1\n"
    "weights travel=2 preference=40 dislike=150 anchor=80 week-short=300 "
    "horizon-short=400 unfair=60 presence=700 presence-parts=MA "
    "levels=1000,700 drop=150 new=75\n"
    "pair first=M second=A gap=50\n"
    "rest after=S before=M across-weeks=no\n"
    "units part=S count=2\n"
    "activity id=MT factor=1000 anchored=yes\n"
    "activity id=SNP factor=900 unscheduled=yes\n"
    "programme id=pr\n"
    "site id=near value=1000 rooms=2\n"
    "site id=far value=800 rooms=1 presence=10\n"
    "road a=near b=far minutes=20\n"
    "share id=sh site=near bound=40 minutes=600 unscheduled=120\n"
    "need site=near day=2001-01-01 part=M activity=MT count=3 filled=1 "
    "minutes=240 share=sh\n"
    "need site=near day=2001-01-01 part=A activity=SNP count=1 minutes=240 "
    "share=sh\n"
    "need site=near day=2001-01-02 part=M activity=MT programme=pr count=1 "
    "minutes=240 unscheduled=60 share=sh\n"
    "need site=near day=2001-01-02 part=M activity=MT count=1 minutes=240 "
    "value=50\n"
    "need site=near day=2001-01-02 part=S activity=MT count=1 minutes=240\n"
    "need site=near day=2001-01-03 part=M activity=MT count=1 minutes=240\n"
    "need site=near day=2001-01-04 part=M activity=MT count=1 minutes=240\n"
    "need site=near day=2001-01-04 part=A activity=MT count=1 minutes=240\n"
    "need site=far day=2001-01-04 part=A activity=MT count=1 minutes=240\n"
    "need site=far day=2001-01-05 part=M activity=MT count=1 minutes=240\n"
    "need site=near day=2001-01-05 part=A activity=MT count=1 minutes=240\n"
    "need site=near day=2001-01-05 part=S activity=MT count=1 minutes=240\n"
    "physician id=a skills=MT,SNP week-min=0 week-max=9 horizon-min=0 "
    "horizon-max=9 day-max=2 fair-share=0\n"
    "free physician=a week=2001-01-01 parts=MAS,MAS,MA,MA,MAS,-,-\n"
    "reach physician=a site=near minutes=10 preference=0\n"
    "reach physician=a site=far minutes=25 preference=0\n"
    "week physician=a week=2001-01-01 min=1 max=4\n"
    "cap id=c physician=a from=2001-01-02 to=2001-01-03 max=2 min=1 "
    "weight=33\n"
    "cap id=d physician=a from=2001-01-01 to=2001-01-07 programme=pr max=0\n"
    "held physician=a site=near day=2001-01-05 part=M\n"
    "held site=far day=2001-01-04 part=A\n"
    "apart physician=a first=M a=near b=far\n"
    "lock physician=a site=near day=2001-01-04 part=M activity=MT state=keep\n"
    "lock physician=a site=near day=2001-01-01 part=A activity=SNP "
    "state=forbid\n"
    "existing physician=a site=near day=2001-01-01 part=M activity=MT\n"
    "extra physician=a site=near day=2001-01-04 part=M activity=MT "
    "points=-7\n";

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

#define KEPT AT("a", "near", "4", "M", "MT")

static const struct {
	const char *lines, *why;
} unlawful[] = {
    {AT("a", "near", "1", "M", "MT"), "a lock is not kept"},
    {KEPT AT("a", "near", "1", "A", "SNP"), "against a lock"},
    {KEPT AT("a", "far", "4", "A", "MT"), "no room"},
    {KEPT AT("a", "far", "5", "M", "MT"), "held elsewhere"},
    {KEPT AT("a", "near", "5", "A", "MT") AT("a", "near", "5", "S", "MT"),
	"too many half-days in a day"},
    {KEPT AT("a", "near", "2", "S", "MT") AT("a", "near", "3", "M", "MT"),
	"no rest"},
    {KEPT AT("a", "near", "2", "S", "MT") AT("a", "near", "2", "M", "MT"),
	"cap c: 3 of at most 2"},
    {KEPT AT("a", "near", "2", "M", "MT programme=pr"),
	"cap d: 1 of at most 0"},
    {KEPT AT("a", "near", "1", "M", "MT") AT("a", "near", "2", "M", "MT")
	    AT("a", "near", "3", "M", "MT") AT("a", "near", "4", "A", "MT"),
	"too many half-days in a week"},
    {"conflict physician=a site=near day=2001-01-04 part=M activity=MT "
     "why=limit\n",
	"the lock is no conflict"},
    {"price cap=c unit=1\nprice cap=c unit=1\n", "it stands twice"},
    {"price share=sh cap=c minority=1\n", "keys that do not"},
    {KEPT "conflict physician=a site=near day=2001-01-04 part=A activity=MT "
	  "why=room\n",
	"no such lock"},
    {"price cap=e unit=1\n", "no such cap"},
    {"price cap=c\n", "no such cap"},
    {"price share=no minority=1\n", "no such share"},
    {"price share=sh minority=-1\n", "out of range"},
    {"price share=sh minority=1099511627776\n", "out of range"},
    {"price physician=a minority=1\n", "no such share"},
};

/* Whether the checker takes the plan; its reason in error. */
static bool
judged_in(const char *town, const char *format, long long cost, long long bound,
    struct verdict *verdict, struct error *error)
{
	struct instance in;
	struct plan plan;
	char *text;
	bool good;

	ck_assert_msg(
	    instance_read(&in, span_of(town), error), "%s", error->text);
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

static bool
judged(const char *format, long long cost, long long bound,
    struct verdict *verdict, struct error *error)
{
	return judged_in(town_text, format, cost, bound, verdict, error);
}

START_TEST(refused_by_law)
{
	struct verdict verdict;
	struct error error = {""};

	ck_assert(
	    !judged_in(law_text, unlawful[_i].lines, 1, 1, &verdict, &error));
	ck_assert_msg(strstr(error.text, unlawful[_i].why) != NULL,
	    "plan %d: %s, not: %s", _i, error.text, unlawful[_i].why);
}
END_TEST

/* Every kind of cost that the law town has, by hand. */
START_TEST(the_cost_of_law_by_hand)
{
	static const char lines[] = KEPT AT("a", "near", "1", "M", "MT")
	    AT("a", "near", "5", "A", "MT");
	struct verdict verdict = {0, 0};
	struct error error = {""};
	/* Of day 1: one of the three stays, one is filled: 700 is lost, and
	 * SNP 900; 2: 1000 and 50, S 1000; 3: 1000; 4: A 1000, far 800; 5:
	 * far 800, S 1000. */
	const int64_t lost =
	    700 + 900 + 1000 + 50 + 1000 + 1000 + 1000 + 800 + 800 + 1000;
	/* Nobody: near on 2 and 3; at far somebody is held on 4, nobody on 5.
	 * A cap lacks one. */
	const int64_t missing = 700 + 700 + 10 + 33;
	/* Travel 40 each, that of day 5 saved beside what is held; existing
	 * kept 0, new 75 twice; and the extra. */
	const int64_t own = 40 + 40 + (40 - 40) + 2 * 75 - 7;

	ck_assert(!judged_in(law_text, lines, 1, 1, &verdict, &error));
	ck_assert_int_eq(verdict.cost, lost + missing + own);
}
END_TEST

/* A share that what is there has broken already: it may not become worse. */
static const char worn_text[] =
    "instance version=1 from=2001-01-01 weeks=1\n"
    "weights travel=2 preference=40 dislike=150 anchor=80 week-short=300 "
    "horizon-short=400 unfair=60 presence=700 presence-parts=MA "
    "levels=1000\n"
    "activity id=MT factor=1000\n"
    "activity id=SNP factor=900 unscheduled=yes\n"
    "site id=near value=1000 rooms=2\n"
    "share id=sh site=near bound=50 minutes=100 unscheduled=100\n"
    "need site=near day=2001-01-01 part=M activity=MT count=1 minutes=100 "
    "share=sh\n"
    "need site=near day=2001-01-01 part=A activity=SNP count=1 minutes=100 "
    "share=sh\n"
    "physician id=a skills=MT,SNP week-min=0 week-max=9 horizon-min=0 "
    "horizon-max=9 day-max=3 fair-share=0\n"
    "free physician=a week=2001-01-01 parts=MA,-,-,-,-,-,-\n"
    "reach physician=a site=near minutes=10 preference=0\n";

START_TEST(a_broken_share_becomes_no_worse)
{
	static const char *const lines[] = {AT("a", "near", "1", "A", "SNP"),
	    AT("a", "near", "1", "M", "MT") AT("a", "near", "1", "A", "SNP")};
	static const char *const why[] = {
	    "unscheduled half-days are no minority", "the plan says"};
	struct verdict verdict;
	struct error error = {""};

	ck_assert(!judged_in(worn_text, lines[_i], 1, 1, &verdict, &error));
	ck_assert_msg(
	    strstr(error.text, why[_i]) != NULL, "%d: %s", _i, error.text);
}
END_TEST

START_TEST(refused_with_the_rule)
{
	struct verdict verdict;
	struct error error = {""};

	ck_assert(!judged(broken[_i].lines, 1, 1, &verdict, &error));
	ck_assert_msg(strstr(error.text, broken[_i].why) != NULL,
	    "plan %d: %s, not: %s", _i, error.text, broken[_i].why);
}
END_TEST

/* A Sunday evening and the Monday after it. */
#define WEEKEND(across)                                                        \
	"instance version=1 from=2001-01-01 weeks=2\n"                         \
	"weights travel=2 preference=40 dislike=150 anchor=80 week-short=300 " \
	"horizon-short=400 unfair=60 presence=700 presence-parts=M "           \
	"levels=1000\nrest after=S before=M across-weeks=" across "\n"         \
	"activity id=MT factor=1000\nsite id=near value=1000 rooms=1\n"        \
	"need site=near day=2001-01-07 part=S activity=MT count=1\n"           \
	"need site=near day=2001-01-08 part=M activity=MT count=1\n"           \
	"physician id=a skills=MT week-min=0 week-max=9 horizon-min=0 "        \
	"horizon-max=9 day-max=3 fair-share=9\n"                               \
	"free physician=a week=2001-01-01 parts=-,-,-,-,-,-,S\n"               \
	"free physician=a week=2001-01-08 parts=M,-,-,-,-,-,-\n"               \
	"reach physician=a site=near minutes=5 preference=0\n"

START_TEST(rest_over_a_weekend)
{
	static const char lines[] =
	    AT("a", "near", "7", "S", "MT") AT("a", "near", "8", "M", "MT");
	struct verdict verdict;
	struct error error = {""};

	ck_assert(!judged_in(WEEKEND("yes"), lines, 1, 1, &verdict, &error));
	ck_assert_msg(strstr(error.text, "no rest") != NULL, "%s", error.text);
	/* Without it the plan is wrong only in what it claims to cost. */
	ck_assert(!judged_in(WEEKEND("no"), lines, 1, 1, &verdict, &error));
	ck_assert_msg(
	    strstr(error.text, "the plan says") != NULL, "%s", error.text);
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
    {"price site=near minority=1\nprice site=near minority=2",
	"line 3: it stands twice"},
    {"price physician=a unpopular=1\nprice physician=a minority=1",
	"line 3: it stands twice"},
    {"price site=near minority=1 unpopular=1", "line 2: keys that do not"},
    {"price physician=a site=near minority=1", "line 2: keys that do not"},
    {"open what=ever", "no line \"end\""},
    {"end lines=2", "line 2: lines are missing"},
    {"end lines=1\nphase number=0 temperature=0",
	"line 3: it stands behind the end"},
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
	tcase_add_test(tcase, rest_over_a_weekend);
	tcase_add_loop_test(
	    tcase, refused_by_law, 0, (int)ARRAY_SIZE(unlawful));
	tcase_add_test(tcase, the_cost_of_law_by_hand);
	tcase_add_loop_test(tcase, a_broken_share_becomes_no_worse, 0, 2);
	tcase_add_loop_test(
	    tcase, malformed_plan, 0, (int)ARRAY_SIZE(malformed));
	return planner_main("planner_check", tcase);
}
