/* SPDX-License-Identifier: ISC */
/*
 * planner_figure_test: on random small towns, the figures of a plan are those
 * that its cost is made of.
 */
#include "tests/unit/planner_support.h"

#include "daemon/base/mem.h"
#include "daemon/planner/explain/figure.h"
#include "daemon/planner/explain/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOWNS = 40, PHASES = 10 };

static struct town_plan
some_town(int number, bool law)
{
	return (struct town_plan){(uint64_t)number + 900,
	    3 + (uint32_t)number % 4, 1 + (uint32_t)number % 3,
	    1 + (uint32_t)number % 3, 4 + (uint32_t)number % 3, number % 2 != 0,
	    law};
}

static char *
figures_of(const struct search *search)
{
	char *text = NULL;
	size_t len;
	FILE *file = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(file);
	ck_assert(figure_write(file, &search->best));
	ck_assert_int_eq(fclose(file), 0);
	return text;
}

/* The number behind "key=" in the line of a kind; -1: there is no such line. */
static long long
figure(const char *text, const char *kind, const char *key)
{
	char *begin = xasprintf("figure kind=%s ", kind);
	char *want = xasprintf(" %s=", key);
	const char *line = strstr(text, begin);
	const char *at = line == NULL ? NULL : strstr(line, want);
	long long number = -1;

	if (at != NULL && at < strchr(line, '\n'))
		number = strtoll(at + strlen(want), NULL, 10);
	free(begin);
	free(want);
	return number;
}

static int64_t
count_taken(const struct board *board)
{
	int64_t count = 0;

	for (size_t s = 0; s < board->model->seats; s++)
		count += board->choice[s] != OPTION_NONE;
	return count;
}

START_TEST(ways_are_what_travel_costs)
{
	struct town_plan plan = some_town(_i, false);
	struct town town;
	struct search search;
	struct ledger ledger;
	char *text;

	town_make(&town, &plan);
	town_search(&town, &search, 1, PHASES);
	ledger_board(&ledger, &search.best);
	text = figures_of(&search);
	ck_assert_int_eq(
	    figure(text, "travel", "half-days"), count_taken(&search.best));
	ck_assert_int_eq(
	    figure(text, "travel", "minutes") * town.in.weight.travel,
	    ledger.points[ITEM_TRAVEL]);
	/* numbers alone have no kilometres */
	ck_assert_int_eq(figure(text, "travel", "metres"), -1);
	free(text);
	search_free(&search);
	town_free(&town);
}
END_TEST

START_TEST(what_is_owed_and_unfair_is_in_the_cost)
{
	struct town_plan plan = some_town(_i, true);
	struct town town;
	struct search search;
	struct ledger ledger;
	long long minima, beyond;
	char *text;

	town_make(&town, &plan);
	town_search(&town, &search, 1, PHASES);
	ledger_board(&ledger, &search.best);
	text = figures_of(&search);
	minima = figure(text, "pace", "minima");
	if (minima >= 0)
		ck_assert_int_eq(
		    figure(text, "pace", "missing"), ledger.count[ITEM_OWED]);
	else
		ck_assert_int_eq(ledger.count[ITEM_OWED], 0);
	ck_assert_int_le(figure(text, "pace", "kept"), minima);
	ck_assert_int_eq(figure(text, "pace", "kept") == minima,
	    ledger.count[ITEM_OWED] == 0);
	beyond = figure(text, "fair", "beyond");
	ck_assert_int_eq(beyond < 0 ? 0 : beyond, ledger.count[ITEM_FAIR]);
	free(text);
	search_free(&search);
	town_free(&town);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("figures");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, ways_are_what_travel_costs, 0, TOWNS);
	tcase_add_loop_test(
	    tcase, what_is_owed_and_unfair_is_in_the_cost, 0, TOWNS);
	return planner_main("figure", tcase);
}
