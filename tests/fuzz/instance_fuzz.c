/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as an instance, and then as a plan of it.  What is refused must say
 * why; what is accepted must make a model whose plan without a half-day, and
 * the bound at no prices, the independent checker finds too.
 */
#include "daemon/planner/bound/relax.h"
#include "daemon/planner/check/check.h"
#include "daemon/planner/model/board.h"
#include "daemon/planner/read/instance_read.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>

const char fuzz_corpus[] = "instance";

/* A small instance takes no time to judge. */
static int
is_small(const struct instance *in)
{
	return in->physicians <= 20 && in->weeks <= 8 && in->needs <= 500;
}

static void
check_accepted(const struct instance *in)
{
	static const char head[] =
	    "plan version=1 seed=1 rounds=0 phases=0 cost=0 bound=0\n";
	struct model model;
	struct board board;
	struct prices prices;
	struct relax relax;
	struct pool *pool = pool_new(1);
	struct plan plan;
	struct error error = {""};
	int64_t cost;

	model_make(&model, in);
	board_make(&board, &model);
	prices_make(&prices, &model);
	relax_make(&relax, &model, pool);
	board_verify(&board);
	fuzz_hold(plan_read(
	    &plan, in, (struct span){head, sizeof(head) - 1}, &error));
	fuzz_hold(
	    relax_points(relax_solve(&relax, &prices)) <= board_cost(&board));
	if (model.forceds == 0 && model.conflicts == 0) {
		fuzz_hold(check_cost(in, &plan, &cost, &error));
		fuzz_hold(cost == board_cost(&board));
	}
	plan_free(&plan);
	relax_free(&relax);
	prices_free(&prices);
	board_free(&board);
	model_free(&model);
	pool_free(pool);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size);
	struct instance in;
	struct error error = {""};

	if (!instance_read(&in, (struct span){text, size}, &error))
		fuzz_hold(error.text[0] != '\0');
	else if (is_small(&in))
		check_accepted(&in);
	instance_fini(&in);
	free(text);
	return 0;
}
