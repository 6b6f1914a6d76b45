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

int
main(void)
{
	TCase *tcase = tcase_create("inherit");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, prices_go_with_what_they_are_of, 1, TOWNS);
	tcase_add_loop_test(tcase, no_price_is_too_large_there, 1, TOWNS);
	return planner_main("planner_inherit", tcase);
}
