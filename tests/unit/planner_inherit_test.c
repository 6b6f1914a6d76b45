/* SPDX-License-Identifier: ISC */
/*
 * planner_inherit_test: prices found with one instance are taken by another in
 * which the same has other numbers.
 */
#include "daemon/base/mem.h"
#include "daemon/planner/repair/repair_private.h"
#include "tests/unit/repair_support.h"

#include <stdlib.h>
#include <string.h>

enum { TOWNS = 40, ROUNDS = 30 };

static bool
is_limit(const char *line)
{
	return strncmp(line, "cap ", 4) == 0 ||
	    strncmp(line, "share id=p", 10) == 0;
}

/* The limits of physicians come last, in the opposite order, and before other
 * shares comes that of a site where nobody is wanted; owned. */
static char *
renumbered(const char *text)
{
	static const char added[] = "site id=none value=500 rooms=1\n"
				    "share id=none site=none bound=50\n";
	char *copy = xasprintf("%s", text), *rest = copy, *line;
	char *to = xmalloc(strlen(text) + sizeof(added)), *end = to;
	char *limits = to + strlen(text) + sizeof(added) - 1;
	bool is_added = false;

	*limits = '\0';
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		size_t len = strlen(line) + 1;

		if (is_limit(line)) {
			limits -= len;
			memcpy(limits, line, len - 1);
			limits[len - 1] = '\n';
			continue;
		}
		if (!is_added && strncmp(line, "site ", 5) == 0) {
			end = stpcpy(end, added);
			is_added = true;
		}
		memcpy(end, line, len - 1);
		end += len;
		end[-1] = '\n';
	}
	ck_assert(is_added);
	/* From both ends: they meet. */
	ck_assert_ptr_eq(end, limits);
	free(copy);
	return to;
}

/* What they prove is the same there. */
START_TEST(prices_go_with_what_they_are_of)
{
	struct office office;
	struct repairer *repairer;
	struct served *other;
	struct legacy *legacy;
	struct error error = {""};
	char *text;

	office_open(&office, _i);
	repairer = office.served->repairer;
	for (int i = 0; i < ROUNDS; i++)
		(void)repairer_improve(repairer, 1);
	legacy = repairer_legacy(repairer);
	text = renumbered(office.town.text);
	other = served_new(span_of(text), span_of(office.published), &error);
	ck_assert_msg(other != NULL, "%s", error.text);
	repairer_inherit(other->repairer, legacy);
	ck_assert_int_eq(
	    repairer_bound(other->repairer), repairer_bound(repairer));
	legacy_free(legacy);
	served_free(other);
	free(text);
	office_close(&office);
}
END_TEST

/* Weights for a share may have something else in common: no price is larger
 * there than any may be. */
START_TEST(no_price_is_too_large_there)
{
	struct office office;
	struct repairer *repairer;
	struct served *other;
	struct legacy *legacy;
	struct error error = {""};
	char *text;

	office_open(&office, _i);
	repairer = office.served->repairer;
	for (size_t g = 0; g < office.served->in.shares; g++)
		office.plan.share[g] = PRICE_MAX /
		    instance_heaviest(
			&office.served->in, &office.served->in.share[g]);
	repairer_take_prices(repairer, &office.plan);
	legacy = repairer_legacy(repairer);
	/* A half-day of an odd minute: hardly anything is in common now. */
	text = xasprintf("%ssite id=none value=500 rooms=1\nneed site=none "
			 "day=2001-01-01 part=M activity=MT count=1 "
			 "minutes=181 unscheduled=7\n",
	    office.town.text);
	other = served_new(span_of(text), span_of(office.published), &error);
	ck_assert_msg(other != NULL, "%s", error.text);
	repairer_inherit(other->repairer, legacy);
	for (size_t g = 0; g < other->in.shares; g++)
		ck_assert_int_le(other->repairer->dual.best.share[g],
		    PRICE_MAX /
			instance_heaviest(&other->in, &other->in.share[g]));
	ck_assert_int_le(
	    repairer_bound(other->repairer), repairer_cost(other->repairer));
	legacy_free(legacy);
	served_free(other);
	free(text);
	office_close(&office);
}
END_TEST

/* An office with limits of its first physician for all weeks, as lines. */
static struct served *
limited(const struct office *office, const char *limits)
{
	char *text = xasprintf("%s%s", office->town.text, limits);
	struct error error = {""};
	struct served *served =
	    served_new(span_of(text), span_of(office->published), &error);

	ck_assert_msg(served != NULL, "%s", error.text);
	free(text);
	return served;
}

/* The price of the cap in a new instance. */
static int64_t
price_there(struct office *office, struct served *old, const char *limits,
    const char *name)
{
	struct served *other = limited(office, limits);
	struct legacy *legacy = repairer_legacy(old->repairer);
	int32_t cap = names_find(&other->in.cap_names, span_of(name));
	int64_t price;

	ck_assert_int_ge(cap, 0);
	repairer_inherit(other->repairer, legacy);
	price = other->repairer->dual.best.cap[cap];
	legacy_free(legacy);
	served_free(other);
	return price;
}

#define CAP(id, says)                                                          \
	"cap physician=%s id=" id " from=2001-01-01 to=2001-12-31 " says "\n"
#define YEAR CAP("year", "max=30 min=0")
#define CONTRACT CAP("contract", "max=40 min=2 weight=50")

/* Where periods are cut, a limit of the year has the days of another. */
START_TEST(limits_of_the_same_days_are_told_apart)
{
	enum { YEARS = 1000, CONTRACTS = -7 };
	static const struct {
		const char *limits, *name;
		int64_t price;
	} cases[] = {
	    {CONTRACT YEAR, "contract", CONTRACTS},
	    {CONTRACT YEAR, "year", YEARS},
	    /* One of them is no more. */
	    {CONTRACT, "contract", CONTRACTS},
	    {YEAR, "year", YEARS},
	    /* One more is had by now. */
	    {CAP("year", "max=29 min=0")
		    CAP("contract", "max=39 min=1 weight=50"),
		"year", YEARS},
	    {YEAR CAP("contract", "max=39 min=1 weight=50"), "contract",
		CONTRACTS},
	    /* No limit any more. */
	    {CAP("year", "max=9999 min=0") CONTRACT, "year", 0},
	};
	struct office office;
	struct served *old;
	struct prices *best;

	office_open(&office, 7);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *who =
		    names_text(&office.served->in.physician_names, 0);
		char *was = xasprintf(YEAR CONTRACT, who, who);
		/* As many of them as there are. */
		char *is = xasprintf(cases[i].limits, who, who);

		old = limited(&office, was);
		best = &old->repairer->dual.best;
		best->cap[names_find(&old->in.cap_names, SPAN("year"))] = YEARS;
		best->cap[names_find(&old->in.cap_names, SPAN("contract"))] =
		    CONTRACTS;
		ck_assert_int_eq(price_there(&office, old, is, cases[i].name),
		    cases[i].price);
		served_free(old);
		free(was);
		free(is);
	}
	office_close(&office);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("inherit");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, prices_go_with_what_they_are_of, 1, TOWNS);
	tcase_add_loop_test(tcase, no_price_is_too_large_there, 1, TOWNS);
	tcase_add_test(tcase, limits_of_the_same_days_are_told_apart);
	return planner_main("planner_inherit", tcase);
}
