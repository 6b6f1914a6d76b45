/* SPDX-License-Identifier: ISC */
/*
 * planner_text_test: whatever is made of facts can be said in lines: written
 * and read again it costs the same, has the same bound, and the same plan.  So
 * does an instance that came from lines.
 */
#include "daemon/base/compiler.h"
#include "tests/unit/instance_text.h"
#include "tests/unit/planner_support.h"
#include "tests/unit/text_country.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PHASES = 4, COUNTRIES = 40, TOWNS = 24 };

/* Lines "assign" alone: others are about the facts. */
static char *
assigned(const struct search *search)
{
	char *text = town_plan_text(search), *from = text, *to = text, *line;

	while (*from != '\0') {
		size_t len = strcspn(from, "\n") + 1;

		line = from;
		from += len;
		if (strncmp(line, "assign ", 7) != 0)
			continue;
		memmove(to, line, len);
		to += len;
	}
	*to = '\0';
	return text;
}

/* Plans both; town->text is not looked at. */
static void
expect_same(struct town *town)
{
	struct town again = {.text = instance_text(&town->in)};
	struct error error = {""};
	struct search one, other;
	char *plan, *plan_again;

	ck_assert_msg(instance_read(&again.in, span_of(again.text), &error),
	    "%s", error.text);
	model_make(&again.model, &again.in);
	ck_assert_uint_eq(again.in.shares, town->in.shares);
	ck_assert_uint_eq(again.in.caps, town->in.caps);
	ck_assert_uint_eq(again.in.spreads, town->in.spreads);
	ck_assert_uint_eq(again.in.dears, town->in.dears);
	ck_assert_uint_eq(again.model.options, town->model.options);
	town_search(town, &one, 1, PHASES);
	town_search(&again, &other, 1, PHASES);
	ck_assert_int_eq(one.cost, other.cost);
	ck_assert_int_eq(one.bound, other.bound);
	plan = assigned(&one);
	plan_again = assigned(&other);
	ck_assert_str_eq(plan, plan_again);
	free(plan);
	free(plan_again);
	search_free(&one);
	search_free(&other);
	town_free(&again);
}

START_TEST(facts_as_lines)
{
	struct town town = {.text = NULL};
	struct error error = {""};
	struct reduction *reduction =
	    text_country((uint64_t)_i + 1, _i % 3 == 0);

	ck_assert_msg(
	    reduction_fill(reduction, &town.in, &error), "%s", error.text);
	model_make(&town.model, &town.in);
	expect_same(&town);
	town_free(&town);
}
END_TEST

/* What only facts come to is among them, or nothing would be shown. */
START_TEST(facts_have_what_is_to_be_said)
{
	size_t families = 0, turns = 0, programmes = 0, caps = 0;
	size_t spreads = 0, dears = 0, aparts = 0, marks = 0, helds = 0;

	for (uint64_t seed = 1; seed <= COUNTRIES; seed++) {
		struct instance in;
		struct error error = {""};

		ck_assert(reduction_fill(
		    text_country(seed, seed % 3 == 1), &in, &error));
		for (size_t n = 0; n < in.needs; n++) {
			families += in.need[n].family != 0;
			turns += in.need[n].turn != 0;
		}
		for (int32_t p = 0; p < in.physicians; p++)
			programmes += in.physician[p].programme != 0;
		caps += in.caps;
		spreads += in.spreads;
		dears += in.dears;
		aparts += in.aparts;
		marks += in.marks;
		helds += in.helds;
		instance_fini(&in);
	}
	ck_assert_uint_gt(families, 0);
	ck_assert_uint_gt(turns, 0);
	ck_assert_uint_gt(programmes, 0);
	ck_assert_uint_gt(caps, 0);
	ck_assert_uint_gt(spreads, 0);
	ck_assert_uint_gt(dears, 0);
	ck_assert_uint_gt(aparts, 0);
	ck_assert_uint_gt(marks, 0);
	ck_assert_uint_gt(helds, 0);
}
END_TEST

START_TEST(lines_as_lines)
{
	struct town_plan plan = {(uint64_t)_i + 300, 2 + (uint32_t)_i % 5,
	    1 + (uint32_t)_i % 4, 1 + (uint32_t)_i % 3, 3 + (uint32_t)_i % 4,
	    _i % 2 != 0, _i % 3 != 0};
	struct town town;

	town_make(&town, &plan);
	expect_same(&town);
	town_free(&town);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("text");

	tcase_add_loop_test(tcase, facts_as_lines, 0, COUNTRIES);
	tcase_add_test(tcase, facts_have_what_is_to_be_said);
	tcase_add_loop_test(tcase, lines_as_lines, 0, TOWNS);
	return planner_main("planner_text", tcase);
}
