/* SPDX-License-Identifier: ISC */
#include "tests/unit/repair_support.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { PHASES = 20, FEW_PHASES = 1, ALL_PARTS = (1 << PART_COUNT) - 1 };

static struct town_plan
some_town(int number)
{
	return (struct town_plan){(uint64_t)number, 3 + (uint32_t)number % 6,
	    2 + (uint32_t)number % 3, 1 + (uint32_t)number % 4,
	    3 + (uint32_t)number % 3, number % 2 != 0, number % 3 != 0};
}

void
office_open(struct office *office, int number)
{
	struct town_plan plan = some_town(number);
	struct error error = {""};
	struct search search;
	char *text;

	memset(office, 0, sizeof(*office));
	town_make(&office->town, &plan);
	/* Every other plan has much to be made better. */
	town_search(
	    &office->town, &search, 1, number % 2 == 0 ? PHASES : FEW_PHASES);
	text = town_plan_text(&search);
	search_free(&search);
	office->served =
	    served_new(span_of(office->town.text), span_of(text), &error);
	ck_assert_msg(office->served != NULL, "%s", error.text);
	ck_assert_msg(plan_read(&office->plan, &office->served->in,
			  span_of(text), &error),
	    "%s", error.text);
	office->published = text;
	office->site =
	    xcalloc((size_t)office->served->in.sites + 1, sizeof(bool));
}

void
office_close(struct office *office)
{
	free(office->site);
	free(office->published);
	plan_free(&office->plan);
	served_free(office->served);
	town_free(&office->town);
}

static void
take_line(struct plan *plan, size_t *room, const struct repair_line *line)
{
	size_t i = 0;

	if (!line->drop) {
		plan->assign = xgrow(plan->assign, room, plan->assigns + 1,
		    sizeof(plan->assign[0]));
		plan->assign[plan->assigns++] =
		    (struct assign){line->physician, line->need};
		return;
	}
	while (i < plan->assigns &&
	    (plan->assign[i].physician != line->physician ||
		plan->assign[i].need != line->need))
		i++;
	ck_assert_uint_lt(i, plan->assigns);
	plan->assign[i] = plan->assign[--plan->assigns];
}

/* Who drops out keeps no lock. */
static bool *
conflicts(const struct office *office, const struct repair_answer *answer)
{
	const struct instance *in = &office->served->in;
	bool *conflict = xcalloc(in->marks + 1, sizeof(conflict[0]));

	for (size_t m = 0; m < in->marks; m++) {
		conflict[m] = office->plan.conflict[m];
		for (size_t i = 0; i < answer->lines; i++)
			if (answer->line[i].drop &&
			    in->mark[m].kind == MARK_KEEP &&
			    answer->line[i].physician ==
				in->mark[m].physician &&
			    answer->line[i].need == in->mark[m].need)
				conflict[m] = true;
	}
	return conflict;
}

/* The plan with what the answer says. */
static struct plan
mended(const struct office *office, const struct repair_answer *answer,
    size_t *room)
{
	struct plan plan = office->plan;

	*room = 0;
	plan.assign = NULL;
	plan.assigns = 0;
	plan.conflict = conflicts(office, answer);
	for (size_t i = 0; i < office->plan.assigns; i++)
		take_line(&plan, room,
		    &(struct repair_line){office->plan.assign[i].physician,
			office->plan.assign[i].need, false});
	for (size_t i = 0; i < answer->lines; i++)
		if (answer->line[i].drop)
			take_line(&plan, room, &answer->line[i]);
	for (size_t i = 0; i < answer->lines; i++)
		if (!answer->line[i].drop)
			take_line(&plan, room, &answer->line[i]);
	return plan;
}

static int32_t
filled(const struct plan *plan, int32_t need)
{
	int32_t sum = 0;

	for (size_t i = 0; i < plan->assigns; i++)
		sum += plan->assign[i].need == need;
	return sum;
}

/* Whoever was listed at less than nothing, could still have what is vacant and
 * would make the plan cheaper: nobody. */
static void
judge_rest(const struct office *office, struct plan *plan, size_t *room,
    const struct repair_answer *answer)
{
	const struct instance *in = &office->served->in;

	for (size_t i = 0; i < office->ranks; i++) {
		const struct repair_rank *rank = &office->rank[i];
		const struct need *need = &in->need[rank->need];
		struct error error = {""};
		int64_t cost = 0;

		if (rank->cost >= 0 ||
		    filled(plan, rank->need) >= need->count - need->filled ||
		    (office->ask.variant == REPAIR_MINIMAL &&
			filled(plan, rank->need) >=
			    filled(&office->plan, rank->need)))
			continue;
		take_line(plan, room,
		    &(struct repair_line){rank->physician, rank->need, false});
		ck_assert_msg(!check_cost(in, plan, &cost, &error) ||
			cost - office->gone >= answer->cost,
		    "physician %d could have need %d: %ld, not %ld",
		    (int)rank->physician, (int)rank->need, (long)cost,
		    (long)answer->cost);
		plan->assigns--;
	}
}

/* What it says is the cost of the plan that it makes, and the plan is good. */
static void
judge(struct office *office, const struct repair_answer *answer, bool settled)
{
	struct error error = {""};
	size_t room;
	struct plan plan = mended(office, answer, &room);
	int64_t cost = 0;

	if (!check_cost(&office->served->in, &plan, &cost, &error)) {
		/* Who leaves may leave too little other care behind. */
		ck_assert_msg(
		    strstr(error.text, "minority") != NULL, "%s", error.text);
		cost = answer->cost;
	} else {
		cost -= office->gone;
		if (settled && office->ask.variant != REPAIR_FREE)
			judge_rest(office, &plan, &room, answer);
	}
	if (office->ask.variant != REPAIR_FREE)
		ck_assert_int_eq(cost, answer->cost);
	free(plan.assign);
	free(plan.conflict);
}

static bool
is_hit(const struct office *office, const struct repair_line *line)
{
	const struct repair_ask *ask = &office->ask;
	const struct need *need = &office->served->in.need[line->need];

	return (ask->physician == NAMES_NONE ||
		   ask->physician == line->physician) &&
	    (ask->site == NULL || ask->site[need->site]) &&
	    need->half >= ask->from && need->half < ask->until;
}

static void
judge_line(const struct office *office, const struct repair_line *line)
{
	const struct need *need = &office->served->in.need[line->need];

	if (office->ask.has_begun != NULL && need->half < office->ask.began)
		ck_assert(!office->ask.has_begun(office->ask.arg, line->need));
	if (!line->drop) {
		ck_assert(!is_hit(office, line));
		return;
	}
	if (is_hit(office, line))
		return;
	ck_assert_int_ge(need->half, office->ask.frozen);
	ck_assert_int_ne(office->ask.variant, REPAIR_MINIMAL);
}

/* Who shall be there is. */
static void
judge_lock(const struct office *office, const struct repair_answer *answer)
{
	const struct model *model = &office->served->model;
	int32_t keep = office->ask.keep, need = model->option[keep].need;
	bool there = false;

	for (size_t i = 0; i < answer->lines; i++) {
		const struct repair_line *line = &answer->line[i];

		there = there ||
		    (!line->drop && line->need == need &&
			line->physician ==
			    model->seat[model_seat(model, keep)].physician);
		if (line->drop)
			ck_assert_int_ge(
			    office->served->in.need[line->need].half,
			    office->ask.frozen);
	}
	ck_assert(there);
}

static void
on_answer(void *arg, bool settled, const struct repair_answer *answer)
{
	struct office *office = arg;

	ck_assert_int_eq(settled, office->answers == 1);
	office->answers++;
	ck_assert_int_le(answer->bound, answer->cost);
	ck_assert_int_le(answer->filled, answer->vacant);
	ck_assert_int_le(answer->physicians, answer->half_days);
	if (office->ask.keep == OPTION_NONE)
		for (size_t i = 0; i < answer->lines; i++)
			judge_line(office, &answer->line[i]);
	else
		judge_lock(office, answer);
	if (office->ask.variant == REPAIR_MINIMAL &&
	    office->ask.keep == OPTION_NONE)
		ck_assert_int_eq(answer->filled, answer->half_days);
	if (settled && office->ask.variant != REPAIR_FREE) {
		ck_assert_int_le(answer->cost, office->last.cost);
		ck_assert_int_ge(answer->filled, office->last.filled);
	}
	ck_assert_uint_le(answer->lines, OFFICE_LINES_MAX);
	judge(office, answer, settled);
	if (answer->lines > 0)
		memcpy(office->line, answer->line,
		    answer->lines * sizeof(office->line[0]));
	office->last = *answer;
}

/* Terms add up; the order is by cost. */
static void
on_ranks(void *arg, const struct repair_rank *rank, size_t count,
    const struct repair_left *left, size_t lefts)
{
	struct office *office = arg;

	for (size_t i = 0; i < count; i++) {
		ck_assert_int_eq(rank[i].cost,
		    rank[i].worth + rank[i].travel + rank[i].wish +
			rank[i].anchor + rank[i].stable + rank[i].fair);
		if (i > 0 && rank[i].need == rank[i - 1].need)
			ck_assert_int_ge(rank[i].cost, rank[i - 1].cost);
	}
	for (size_t i = 0; i < lefts; i++) {
		ck_assert_ptr_nonnull(left[i].why);
		for (size_t r = 0; r < count; r++)
			ck_assert(left[i].need != rank[r].need ||
			    left[i].physician != rank[r].physician);
	}
	ck_assert_uint_le(count, OFFICE_RANKS_MAX);
	if (count > 0)
		memcpy(office->rank, rank, count * sizeof(rank[0]));
	office->ranks = count;
}

enum repair_end
office_ask(struct office *office)
{
	const struct repair_hooks hooks = {on_ranks, on_answer, office};

	office->answers = 0;
	office->ranks = 0;
	return repairer_run(office->served->repairer, &office->ask, &hooks);
}

/* The same question twice has one answer, and nothing is left of it. */
bool
office_ask_twice(struct office *office)
{
	struct repairer *repairer = office->served->repairer;
	int64_t cost = repairer_cost(repairer);
	int64_t bound = repairer_bound(repairer);
	struct repair_line line[OFFICE_LINES_MAX];
	struct repair_answer first;

	if (office_ask(office) != REPAIR_DONE)
		return false;
	ck_assert_int_eq(office->answers, 2);
	ck_assert_int_eq(repairer_cost(repairer), cost);
	ck_assert_int_eq(repairer_bound(repairer), bound);
	if (office->ask.variant == REPAIR_FREE)
		return true; /* as far as the time went */
	first = office->last;
	memcpy(line, office->line, first.lines * sizeof(line[0]));
	ck_assert(office_ask(office) == REPAIR_DONE);
	ck_assert_int_eq(office->last.cost, first.cost);
	ck_assert_int_eq(office->last.bound, first.bound);
	ck_assert_uint_eq(office->last.lines, first.lines);
	for (size_t i = 0; i < first.lines; i++) {
		ck_assert_int_eq(line[i].physician, office->line[i].physician);
		ck_assert_int_eq(line[i].need, office->line[i].need);
	}
	return true;
}

void
office_question(struct office *office, int number)
{
	const struct instance *in = &office->served->in;
	int32_t from = number % in->weeks * HALVES_PER_WEEK;

	memset(office->site, 0, (size_t)in->sites * sizeof(bool));
	office->ask = (struct repair_ask){.physician = NAMES_NONE,
	    .keep = OPTION_NONE,
	    .from = from,
	    .until = from + HALVES_PER_WEEK > in->halves
		? in->halves
		: from + HALVES_PER_WEEK,
	    .parts = ALL_PARTS,
	    .frozen = number % 3 == 0 ? from + 3 * PART_COUNT : 0,
	    .variant = number % 4 == 0 ? REPAIR_MINIMAL : REPAIR_LOCAL,
	    .budget_us = 10000000,
	    .seed = 1,
	    .misses = 50,
	    .ranks = 100};
}

void
office_name_site(struct office *office, int32_t site)
{
	memset(
	    office->site, 0, (size_t)office->served->in.sites * sizeof(bool));
	office->site[site] = true;
	office->ask.site = office->site;
}

bool
office_has_lock(const struct office *office, int32_t physician, int32_t site)
{
	const struct instance *in = &office->served->in;

	for (size_t m = 0; m < in->marks; m++) {
		const struct mark *mark = &in->mark[m];

		if (mark->kind == MARK_KEEP && mark->half >= office->ask.from &&
		    mark->half < office->ask.until &&
		    (mark->physician == physician || mark->site == site))
			return true;
	}
	return false;
}
