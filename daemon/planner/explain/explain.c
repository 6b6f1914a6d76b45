/* SPDX-License-Identifier: ISC */
/* explain: the reasons, and who could be made to. */
#include "daemon/planner/explain/explain.h"

#include "daemon/base/mem.h"
#include "daemon/planner/bound/pool.h"
#include "daemon/planner/explain/explain_facts.h"
#include "daemon/planner/explain/explain_sector.h"
#include "daemon/planner/instance/filter.h"

#include <stdlib.h>
#include <string.h>

enum {
	AWAY = REASON_SKILL + 1, /* authorised, reach, skill */
	/* Not counted yet: nobody asked, or somebody is to. */
	AWAY_NEW = -1,
	AWAY_ASKED = -2
};

static void
index_reaches(struct explain *explain)
{
	const struct instance *in = explain->model->in;
	size_t sites = (size_t)in->sites;
	int32_t *first = xcalloc(sites + 2, sizeof(int32_t));

	for (size_t r = 0; r < in->reaches; r++)
		first[in->reach[r].site + 2]++;
	for (size_t s = 1; s <= sites; s++)
		first[s + 1] += first[s];
	explain->reach = xcalloc(in->reaches + 1, sizeof(int32_t));
	for (size_t r = 0; r < in->reaches; r++)
		explain->reach[first[in->reach[r].site + 1]++] = (int32_t)r;
	explain->reach_first = first;
}

struct explain *
explain_hand(struct explain *explain, unsigned thread)
{
	return thread == 0 ? explain : &explain->hand[thread - 1];
}

static void
on_hand(void *context, size_t item, unsigned thread)
{
	struct explain *explain = context;

	(void)thread;
	force_make(&explain_hand(explain, (unsigned)item)->force,
	    &explain->search->best);
}

/* A force for each thread. */
static void
make_hands(struct explain *explain)
{
	struct pool *pool = explain->search->pool;
	unsigned threads = pool_threads(pool);

	explain->hand = xcalloc(threads, sizeof(explain->hand[0]));
	for (unsigned t = 1; t < threads; t++) {
		struct explain *hand = explain_hand(explain, t);

		hand->search = explain->search;
		hand->model = explain->model;
		hand->step = explain->step;
		hand->reach = explain->reach;
		hand->reach_first = explain->reach_first;
		hand->away = explain->away;
		hand->mates = explain->mates;
	}
	pool_run(pool, threads, on_hand, explain);
}

void
explain_make(struct explain *explain, const struct search *search)
{
	size_t sites = (size_t)search->model->in->sites;

	explain->search = search;
	explain->model = search->model;
	explain->until_us = search->until_us;
	explain->step = 1;
	explain->worked = explain->shared = 0;
	index_reaches(explain);
	explain->mates = search->model->in->reduction == NULL
	    ? NULL
	    : mates_new(search->model->in->reduction);
	explain->away = xcalloc(sites * AWAY + 1, sizeof(int32_t));
	for (size_t s = 0; s < sites; s++)
		explain->away[s * AWAY] = AWAY_NEW;
	make_hands(explain);
}

void
explain_free(struct explain *explain)
{
	unsigned threads = pool_threads(explain->search->pool);

	for (unsigned t = 0; t < threads; t++)
		force_free(&explain_hand(explain, t)->force);
	free(explain->hand);
	mates_free(explain->mates);
	free(explain->reach);
	free(explain->reach_first);
	free(explain->away);
}

/* ----- reasons ----- */

static enum reason
filtered(const struct instance *in, const struct reach *reach,
    const struct need *need, const char **code)
{
	const struct candidate candidate = {in, reach, need};
	size_t refusing = filter_refusing(&candidate);
	enum reason reason = refusing < filter_count
	    ? reason_find(span_of(filters[refusing].word))
	    : REASON_RULE;

	if (reason == REASON_COUNT)
		reason = REASON_RULE;
	if (reason == REASON_RULE && code != NULL)
		*code = in->reduction != NULL
		    ? explain_rule(in->reduction,
			  &(struct query){reach->physician, need->site,
			      need->half, need->activity})
		    : reason_info(REASON_RULE)->word;
	return reason;
}

/* Whether a cap has no room for the option. */
static bool
is_capped(const struct desk *desk, int32_t physician, int32_t option)
{
	const struct instance *in = desk->model->in;
	const struct need *need = &in->need[desk->model->option[option].need];
	int32_t units = in->rule.units[half_part(need->half)];

	for (int32_t i = in->cap_first[physician];
	     i < in->cap_first[physician + 1]; i++) {
		int32_t c = in->cap_list[i];

		if (desk->cap[c] + units > in->cap[c].max &&
		    instance_in_cap(in, &in->cap[c], need))
			return true;
	}
	return false;
}

/* Beside what he does otherwise; the seat is empty. */
static enum reason
bounded(const struct desk *desk, int32_t seat, int32_t option)
{
	const struct model *model = desk->model;
	const struct instance *in = model->in;
	int32_t p = model->seat[seat].physician, saved;
	int32_t week = half_week(model->seat[seat].half);

	if (desk_unrested(desk, seat) != OPTION_NONE)
		return REASON_REST;
	if (!desk_neighbours(desk, seat, model->option[option].place, &saved))
		return REASON_NEAR;
	if (model->shape.count[desk_day(desk, seat)] >= model->seat[seat].most)
		return REASON_DAY;
	if (desk->board->worked[week * in->physicians + p] >=
	    model_week_max(model, p, week))
		return REASON_WEEK;
	if (desk->physician[p].all >= in->physician[p].horizon_max)
		return REASON_CONTRACT;
	if (is_capped(desk, p, option))
		return REASON_QUOTA;
	return desk_can(desk, seat, option) ? REASON_COST : REASON_SHARE;
}

enum reason
explain_reason(struct explain *explain, const struct reach *reach, int32_t need,
    const char **code)
{
	const struct model *model = explain->model;
	struct desk *desk = &explain->force.desk;
	const struct board *board = desk->board;
	const struct slot *slot = &model->slot[need];
	int32_t option = force_option(model, reach->physician, need), seat;
	int32_t base = desk->logged;
	enum reason reason;

	if (option == OPTION_NONE)
		return filtered(model->in, reach, &model->in->need[need], code);
	seat = model_seat(model, option);
	if (model->seat[seat].forced)
		return REASON_LOCK;
	if (board->choice[seat] != OPTION_NONE)
		return REASON_BUSY;
	if (board->fill[need] >= slot->count)
		return REASON_WANTED;
	if (board->used[slot->room] >= model->room[slot->room].rooms)
		return REASON_ROOM;
	reason = bounded(desk, seat, option);
	if (reason == REASON_COST) {
		desk_put(desk, seat, option);
		if (!desk_minority(desk))
			reason = REASON_SHARE;
		desk_undo(desk, base);
	}
	return reason;
}

static void
count_rule(struct reasons *reasons, const char *code)
{
	int32_t i = 0;

	while (i < reasons->rules && strcmp(reasons->rule[i].code, code) != 0)
		i++;
	if (i == RULES_MAX)
		return;
	if (i == reasons->rules) {
		reasons->rule[i].code = code;
		reasons->rule[i].count = 0;
		reasons->rules++;
	}
	reasons->rule[i].count++;
}

/* Those without a way to the site. */
static const int32_t *
count_away(struct explain *explain, int32_t site)
{
	const struct instance *in = explain->model->in;
	int32_t *away = &explain->away[(size_t)site * AWAY];
	const int32_t *first = &explain->reach_first[site];
	int32_t with = first[1] - first[0];
	bool *near;

	if (away[0] >= 0)
		return away;
	memset(away, 0, AWAY * sizeof(away[0]));
	if (in->reduction == NULL) {
		away[REASON_REACH] = in->physicians - with;
		return away;
	}
	near = xcalloc((size_t)in->physicians + 1, sizeof(bool));
	for (int32_t i = first[0]; i < first[1]; i++)
		near[in->reach[explain->reach[i]].physician] = true;
	for (int32_t p = 0; p < in->physicians; p++) {
		if (!near[p])
			away[explain_away(in->reduction, p, site)]++;
	}
	free(near);
	return away;
}

bool
explain_ask_absent(struct explain *explain, int32_t site)
{
	int32_t *away = &explain->away[(size_t)site * AWAY];

	if (away[0] != AWAY_NEW)
		return false;
	away[0] = AWAY_ASKED;
	return true;
}

void
explain_absent(struct explain *explain, int32_t site)
{
	(void)count_away(explain, site);
}

void
explain_reasons(struct explain *explain, int32_t need, struct reasons *reasons)
{
	const struct instance *in = explain->model->in;
	int32_t site = in->need[need].site;
	const int32_t *first = &explain->reach_first[site];

	memset(reasons, 0, sizeof(*reasons));
	memcpy(reasons->count, count_away(explain, site),
	    AWAY * sizeof(reasons->count[0]));
	for (int32_t i = first[0]; i < first[1]; i++) {
		const char *code = NULL;
		enum reason reason = explain_reason(
		    explain, &in->reach[explain->reach[i]], need, &code);

		reasons->count[reason]++;
		if (reason == REASON_RULE && code != NULL)
			count_rule(reasons, code);
	}
}

/* ----- takers ----- */

static int
compare(const void *left, const void *right)
{
	const struct taker *a = left, *b = right;

	if (a->cost != b->cost)
		return a->cost < b->cost ? -1 : 1;
	return (a->option > b->option) - (a->option < b->option);
}

/* Those who could, by what it costs about. */
static int32_t
list_takers(
    struct explain *explain, int32_t need, int32_t but, struct taker **list)
{
	const struct model *model = explain->model;
	const struct desk *desk = &explain->force.desk;
	int32_t site = model->in->need[need].site, count = 0;
	const int32_t *first = &explain->reach_first[site];

	*list = xcalloc((size_t)(first[1] - first[0]) + 1, sizeof(**list));
	for (int32_t i = first[0]; i < first[1]; i++) {
		int32_t p = model->in->reach[explain->reach[i]].physician, seat;
		int32_t option = force_option(model, p, need);
		int64_t cost;

		if (option == OPTION_NONE || p == but)
			continue;
		seat = model_seat(model, option);
		if (model->seat[seat].forced ||
		    desk->board->choice[seat] == option)
			continue;
		cost = model->option[option].cost;
		if (desk->board->choice[seat] != OPTION_NONE)
			cost += desk_loss(desk, seat);
		(*list)[count++] = (struct taker){option, cost};
	}
	qsort(*list, (size_t)count, sizeof(**list), compare);
	return count;
}

int32_t
explain_takers(struct explain *explain, int32_t need, int32_t but,
    int32_t tries, struct taker *takers, int32_t most)
{
	struct force *force = &explain->force;
	int32_t base = force->desk.logged, kept = 0, count;
	struct taker *list;

	count = list_takers(explain, need, but, &list);
	for (int32_t i = 0; i < count && i < tries; i++) {
		list[i].cost = force_week(force, list[i].option);
		force_undo(force, base);
		if (list[i].cost < FORCE_NEVER)
			list[kept++] = list[i];
	}
	if (kept > 0)
		qsort(list, (size_t)kept, sizeof(list[0]), compare);
	if (kept > most)
		kept = most;
	if (kept > 0)
		memcpy(takers, list, (size_t)kept * sizeof(list[0]));
	free(list);
	return kept;
}
