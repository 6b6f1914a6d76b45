/* SPDX-License-Identifier: ISC */
/*
 * planner_optimum_test: bound and plan of many small towns, and the optimum
 * between them, which CBC proves of the same model as planner-mps writes it.
 *
 * The plan of CBC is judged too: it keeps every rule and costs what CBC says it
 * does, so CBC was not let off any of them.  Without CBC the test is skipped,
 * and tools/test takes that for a failure.
 */
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "tests/unit/planner_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KINDS = 4, TOWNS = 12 /* of a kind */, PHASES = 80, SKIPPED = 77 };

/* Kinds: the rules of the benchmark; all parts and days, and rest across weeks;
 * programmes, caps, shares, locks and what is there already; all of it. */
static struct town_plan
some_town(int kind, int number)
{
	uint32_t n = (uint32_t)number;
	bool wide = kind % 2 != 0;

	/* One of the wide seeds needs a rest that only the weekend takes. */
	return (struct town_plan){
	    .seed = wide ? 2000 + (uint64_t)n : 1000 + 100 * (uint64_t)kind + n,
	    .physicians = 2 + n % 3,
	    .sites = 1 + n % 4 % 3,
	    .weeks = wide ? 2 : 1 + n % 4,
	    .crowd = wide ? 3 + n % 2 : 2 + n / 4,
	    .wide = wide,
	    .law = kind >= 2};
}

/* ----- CBC ----- */

static void
write_file(const char *folder, const char *text)
{
	char *name = xasprintf("%s/in", folder);
	FILE *file = fopen(name, "we");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
	free(name);
}

/* What it costs, then the number of each option taken. */
static FILE *
solve(const char *folder)
{
	const char *build = getenv("ROTA_BUILD_DIR");
	char *command = xasprintf(
	    "cd %s && %s/tests/bench/planner/planner-mps <in >m.mps && "
	    "cbc m.mps ratio 0 allow 0 solve solution found >log && "
	    "awk 'NR == 1 { if ($1 != \"Optimal\") exit 1; print $NF }"
	    " NR > 1 && $3 > 0.5 { print substr($2, 2) }' found",
	    folder, build != NULL ? build : ".");
	/* NOLINTNEXTLINE(cert-env33-c): our words */
	FILE *pipe = popen(command, "re");

	ck_assert_ptr_nonnull(pipe);
	free(command);
	return pipe;
}

/* Takes what CBC has found in place of what the plan assigns; its cost. */
static int64_t
take_optimum(const struct model *model, struct plan *plan, FILE *pipe,
    const char *folder)
{
	double cost;
	int column;

	ck_assert_msg(fscanf(pipe, "%lf", &cost) == 1,
	    "planner-mps or cbc has failed: see %s", folder);
	free(plan->assign);
	plan->assign = xcalloc(model->seats + 1, sizeof(plan->assign[0]));
	plan->assigns = 0;
	while (fscanf(pipe, "%d", &column) == 1) {
		/* Those after the options are of no half-day. */
		if ((size_t)column >= model->options)
			continue;
		ck_assert_uint_lt(plan->assigns, model->seats);
		plan->assign[plan->assigns++] = (struct assign){
		    model->seat[model_seat(model, column)].physician,
		    model->option[column].need};
	}
	return (int64_t)(cost < 0 ? cost - 0.5 : cost + 0.5);
}

/* The optimum of the town; plan: one of it, which is changed. */
static int64_t
optimum(const struct town *town, struct plan *plan)
{
	char folder[] = "/tmp/planner-optimum.XXXXXX";
	struct error error = {""};
	int64_t cost, told;
	char *remove;
	FILE *pipe;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	write_file(folder, town->text);
	pipe = solve(folder);
	told = take_optimum(&town->model, plan, pipe, folder);
	ck_assert_int_eq(pclose(pipe), 0);
	remove = xasprintf("rm -r %s", folder);
	/* NOLINTNEXTLINE(cert-env33-c): our words */
	ck_assert_int_eq(system(remove), 0);
	free(remove);
	ck_assert_msg(check_cost(&town->in, plan, &cost, &error),
	    "the plan of CBC breaks a rule: %s", error.text);
	ck_assert_int_eq(cost, told);
	return cost;
}

/* ----- the tests ----- */

/* Costs of all towns of a kind. */
struct sum {
	int64_t best, plan;
};

static void
try_town(int kind, int number, struct sum *sum)
{
	struct town_plan town_plan = some_town(kind, number);
	struct town town;
	struct search search;
	struct plan plan;
	struct error error = {""};
	int64_t best;
	char *text;

	town_make(&town, &town_plan);
	town_search(&town, &search, 1, PHASES);
	text = town_plan_text(&search);
	ck_assert(plan_read(&plan, &town.in, span_of(text), &error));
	best = optimum(&town, &plan);
	ck_assert_msg(search.bound <= best && best <= search.cost,
	    "town %d: %lld <= %lld <= %lld", number, (long long)search.bound,
	    (long long)best, (long long)search.cost);
	ck_assert_msg(search.cost - best <= llabs(best) / 50,
	    "town %d: %lld instead of %lld", number, (long long)search.cost,
	    (long long)best);
	sum->best += best;
	sum->plan += search.cost;
	plan_free(&plan);
	free(text);
	search_free(&search);
	town_free(&town);
}

START_TEST(the_optimum_lies_between)
{
	struct sum sum = {0, 0};

	for (int number = 0; number < TOWNS; number++)
		try_town(_i, number, &sum);
	/* Nor are the plans far from it, altogether. */
	ck_assert_msg(sum.plan - sum.best <= sum.best / 200,
	    "%lld instead of %lld", (long long)sum.plan, (long long)sum.best);
}
END_TEST

/* Of what kinds of rules the towns are made. */
struct census {
	size_t minima, caps, least, shares, forced, conflicts, held, existing,
	    extra, apart, across;
};

static void
count_rules(struct census *census, const struct town *town)
{
	const struct instance *in = &town->in;
	const struct model *model = &town->model;

	for (int32_t i = 0; i < in->physicians * in->weeks; i++)
		census->minima += in->week_min[i] > 0;
	for (size_t c = 0; c < in->caps; c++) {
		census->caps++;
		census->least += in->cap[c].min > 0;
	}
	for (size_t g = 0; g < in->shares; g++)
		census->shares += model->share_limit[g] != SHARE_FREE;
	census->forced += model->forceds;
	census->conflicts += model->conflicts;
	census->held += strstr(town->text, "\nheld ") != NULL;
	census->existing += strstr(town->text, "\nexisting ") != NULL;
	census->extra += strstr(town->text, "\nextra ") != NULL;
	census->apart += strstr(town->text, "\napart ") != NULL;
	census->across += in->rule.rest_across && in->weeks > 1;
}

START_TEST(the_towns_have_every_kind_of_rule)
{
	struct census census = {0};

	for (int number = 0; number < KINDS * TOWNS; number++) {
		struct town_plan plan =
		    some_town(number / TOWNS, number % TOWNS);
		struct town town;

		town_make(&town, &plan);
		count_rules(&census, &town);
		town_free(&town);
	}
	ck_assert_uint_gt(census.minima, 20);
	ck_assert_uint_gt(census.caps, 20);
	ck_assert_uint_gt(census.least, 10);
	ck_assert_uint_gt(census.shares, 40);
	ck_assert_uint_gt(census.forced, 5);
	ck_assert_uint_gt(census.conflicts, 2);
	ck_assert_uint_gt(census.held, 5);
	ck_assert_uint_gt(census.existing, 5);
	ck_assert_uint_gt(census.extra, 5);
	ck_assert_uint_gt(census.apart, 5);
	ck_assert_uint_gt(census.across, 10);
}
END_TEST

int
main(void)
{
	TCase *tcase;

	/* NOLINTNEXTLINE(cert-env33-c): our words */
	if (system("command -v cbc >/dev/null") != 0) {
		fputs("planner_optimum_test: there is no cbc in PATH "
		      "(Debian's package coinor-cbc)\n",
		    stderr);
		return SKIPPED;
	}
	tcase = tcase_create("optimum");
	tcase_add_test(tcase, the_towns_have_every_kind_of_rule);
	tcase_add_loop_test(tcase, the_optimum_lies_between, 0, KINDS);
	return planner_main("planner_optimum", tcase);
}
