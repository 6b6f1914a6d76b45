/* SPDX-License-Identifier: ISC */
/*
 * explain_advice: what the prices of the bound say: what one half-day more
 * would bring, where, when and of whom, and which sites are held back by the
 * share of unscheduled care.
 */
#include "daemon/planner/explain/explain.h"

#include "daemon/base/mem.h"
#include "daemon/planner/explain/explain_facts.h"
#include "proto/out.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_LEN_MAX = 1024, GROUPS_MAX = 1 << 20 };

static const char *const weekdays[DAYS_PER_WEEK] = {
    "mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* One piece of advice: of what number, worth how much. */
struct tip {
	int64_t price; /* 2^-16 point */
	size_t number;
};

static int
compare(const void *left, const void *right)
{
	const struct tip *a = left, *b = right;

	if (a->price != b->price)
		return a->price > b->price ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

/* Tips above nothing, the dearest first; how many are worth telling. */
static size_t
rank(struct tip *tips, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (tips[i].price >= PRICE_ONE / 2)
			tips[kept++] = tips[i];
	}
	if (kept > 1)
		qsort(tips, kept, sizeof(tips[0]), compare);
	return kept < EXPLAIN_ADVICE ? kept : EXPLAIN_ADVICE;
}

static void
put_points(struct out *out, int64_t price)
{
	out_key(out, "points");
	out_i64(out, (price + PRICE_ONE / 2) / PRICE_ONE);
}

/* ----- where one more half-day would help ----- */

/* Half-days that stay open, by territory, weekday and activity. */
struct group {
	int64_t price; /* of all of them */
	int64_t most;  /* of one */
	int32_t open;
};

static int32_t
territory_of(const struct instance *in, int32_t site)
{
	return in->reduction == NULL ? -1
				     : explain_territory(in->reduction, site);
}

static size_t
count_territories(const struct instance *in)
{
	int32_t most = -1;

	for (int32_t s = 0; s < in->sites; s++) {
		int32_t territory = territory_of(in, s);

		most = territory > most ? territory : most;
	}
	return (size_t)most + 2;
}

/* What one half-day more of an open need counts. */
static int64_t
worth_of(const struct board *board, size_t n)
{
	const struct model *model = board->model;
	const struct slot *slot = &model->slot[n];
	int64_t points = model->level[slot->level + board->fill[n]];

	if ((slot->flags & FLAG_VISIT) != 0 && board->seen[slot->visit] == 0)
		points += model->visit[slot->visit].worth;
	return points * PRICE_ONE;
}

static void
add_open(struct group *groups, const struct explain *explain, size_t n)
{
	const struct model *model = explain->model;
	const struct need *need = &model->in->need[n];
	int64_t price = explain->search->dual.best.slot[n], worth;
	int32_t open = model->slot[n].count - explain->force.board.fill[n];
	size_t at = (size_t)territory_of(model->in, need->site) + 1;
	struct group *group;

	if (open <= 0 || price <= 0)
		return;
	/* Where nobody can come, nothing bounds the price. */
	worth = worth_of(&explain->force.board, n);
	price = price < worth ? price : worth;
	at =
	    at * DAYS_PER_WEEK + (size_t)(half_day(need->half) % DAYS_PER_WEEK);
	group = &groups[at * model->in->activities + need->activity];
	group->price += open * price;
	group->most = price > group->most ? price : group->most;
	group->open += open;
}

static void
put_group(struct out *out, const struct instance *in, const struct group *group,
    size_t number)
{
	const struct activity_kind *kind =
	    &in->activity[number % in->activities];
	size_t at = number / in->activities;
	int32_t territory = (int32_t)(at / DAYS_PER_WEEK) - 1;

	out_literal(out, "advice kind=where");
	if (territory >= 0)
		out_key_text(out, "territory",
		    explain_territory_code(in->reduction, territory));
	out_key_text(out, "weekday", weekdays[at % DAYS_PER_WEEK]);
	out_key_value(
	    out, "activity", (struct span){kind->word, (size_t)kind->word_len});
	if (kind->special[0] != '\0')
		out_key_text(out, "specialty", kind->special);
	out_key_u64(out, "open", (uint64_t)group->open);
	put_points(out, group->price);
	out_key(out, "most");
	out_i64(out, (group->most + PRICE_ONE / 2) / PRICE_ONE);
}

static void
advise_where(FILE *file, const struct explain *explain)
{
	const struct instance *in = explain->model->in;
	size_t count = count_territories(in) * DAYS_PER_WEEK * in->activities,
	       told;
	struct group *groups;
	struct tip *tips;

	if (count == 0 || count > GROUPS_MAX)
		return;
	groups = xcalloc(count, sizeof(groups[0]));
	tips = xcalloc(count, sizeof(tips[0]));
	for (size_t n = 0; n < explain->model->slots; n++)
		add_open(groups, explain, n);
	for (size_t i = 0; i < count; i++)
		tips[i] = (struct tip){groups[i].price, i};
	told = rank(tips, count);
	for (size_t i = 0; i < told; i++) {
		char text[LINE_LEN_MAX];
		struct out out = OUT(text);

		put_group(&out, in, &groups[tips[i].number], tips[i].number);
		explain_print(file, &out);
	}
	free(groups);
	free(tips);
}

/* ----- of whom ----- */

/* What an option costs at the prices. */
static int64_t
priced(const struct model *model, const struct prices *prices,
    int32_t physician, const struct offer *option)
{
	const struct instance *in = model->in;
	const struct need *need = &in->need[option->need];
	int32_t share = instance_own_share(in, physician, need);
	int64_t value = option->cost * PRICE_ONE - prices->slot[option->need];

	if ((option->flags & FLAG_UNPOPULAR) != 0)
		value += prices->unpopular[physician];
	if (share != NAMES_NONE)
		value += prices->share[share] *
		    instance_weight(in, &in->share[share], need->care);
	for (int32_t i = in->cap_first[physician];
	     i < in->cap_first[physician + 1]; i++) {
		int32_t cap = in->cap_list[i];

		if (instance_in_cap(in, &in->cap[cap], need))
			value += prices->cap[cap] *
			    in->rule.units[half_part(need->half)];
	}
	return value;
}

/* Best sums of weeks by number of half-days. */
struct sums {
	struct ways ways;
	struct week week;
	double *values;     /* lent */
	double *now, *next; /* by half-days, up to most */
	int32_t most;
};

/* One more week; rest across weeks aside. */
static void
add_week(struct sums *sums, const struct model *model, int32_t physician,
    int32_t week)
{
	int32_t most = model_week_max(model, physician, week);
	int32_t least = model_week_min(model, physician, week);
	double *swap;

	for (int32_t t = 0; t <= sums->most; t++) {
		double best = VALUE_NEVER;

		for (int32_t k = 0; k <= most && k <= t; k++) {
			double value = sums->week.best[0][0][k];

			if (value_is_never(value) ||
			    value_is_never(sums->now[t - k]))
				continue;
			value += sums->now[t - k];
			if (k < least)
				value += (double)model->in->physician[physician]
					     .week_short *
				    (least - k) * PRICE_UNIT;
			best = value < best ? value : best;
		}
		sums->next[t] = best;
	}
	swap = sums->now;
	sums->now = sums->next;
	sums->next = swap;
}

/* What one half-day more than the contract would be worth. */
static int64_t
worth_of_more(struct sums *sums, const struct explain *explain, int32_t p)
{
	const struct model *model = explain->model;
	const struct instance *in = model->in;
	const struct prices *prices = &explain->search->dual.best;
	double best = VALUE_NEVER, more;

	sums->most = in->physician[p].horizon_max + 1;
	ways_open(&sums->ways, p);
	for (int32_t t = 0; t <= sums->most; t++)
		sums->now[t] = t == 0 ? 0 : VALUE_NEVER;
	for (int32_t w = 0; w < in->weeks; w++) {
		const int32_t *at = &model->week_seat[w * in->physicians + p];
		int32_t first = model->seat[at[0]].first;

		for (int32_t o = first; o < model->seat[at[1]].first; o++)
			sums->values[o - first] =
			    (double)priced(model, prices, p, &model->option[o]);
		week_solve(&sums->week, &sums->ways, w, sums->values,
		    model_week_max(model, p, w));
		add_week(sums, model, p, w);
	}
	more = sums->now[sums->most];
	for (int32_t t = 0; t < sums->most; t++)
		best = sums->now[t] < best ? sums->now[t] : best;
	return value_is_never(more) || value_is_never(best)
	    ? 0
	    : (int64_t)(best - more);
}

static void
tell_people(
    FILE *file, const struct instance *in, struct tip *tips, const char *kind)
{
	size_t told = rank(tips, (size_t)in->physicians);

	for (size_t i = 0; i < told; i++) {
		char text[LINE_LEN_MAX];
		struct out out = OUT(text);

		out_literal(&out, "advice");
		out_key_text(&out, "kind", kind);
		out_key_text(&out, "physician",
		    names_text(&in->physician_names, (int32_t)tips[i].number));
		put_points(&out, tips[i].price);
		explain_print(file, &out);
	}
}

/* The best of those that there is time for. */
void
explain_contracts(FILE *file, const struct explain *explain)
{
	const struct instance *in = explain->model->in;
	struct sums *sums = xcalloc(1, sizeof(*sums));
	struct tip *tips = xcalloc((size_t)in->physicians + 1, sizeof(tips[0]));
	size_t room = (size_t)in->halves + 2;

	sums->values = explain->force.values;
	ways_make(&sums->ways, explain->model);
	week_make(&sums->week, explain->model);
	sums->now = xcalloc(room, sizeof(double));
	sums->next = xcalloc(room, sizeof(double));
	for (int32_t p = 0; p < in->physicians && !explain_over(explain); p++) {
		tips[p].number = (size_t)p;
		if ((size_t)p % explain->step != 0)
			continue;
		if (in->physician[p].horizon_max < in->halves &&
		    explain->force.board.physician[p].all ==
			in->physician[p].horizon_max)
			tips[p].price = worth_of_more(sums, explain, p);
	}
	tell_people(file, in, tips, "contract");
	week_free(&sums->week);
	ways_free(&sums->ways);
	free(sums->now);
	free(sums->next);
	free(sums);
	free(tips);
}

/* Those at the most of a quota. */
static void
advise_quota(FILE *file, const struct explain *explain)
{
	const struct instance *in = explain->model->in;
	struct tip *tips = xcalloc((size_t)in->physicians + 1, sizeof(tips[0]));

	for (size_t p = 0; p < (size_t)in->physicians; p++)
		tips[p].number = p;
	for (size_t c = 0; c < in->caps; c++) {
		struct tip *tip = &tips[in->cap[c].physician];
		int64_t price = explain->search->dual.best.cap[c];

		/* A turn has no most. */
		if (in->cap[c].turn == 0)
			tip->price = price > tip->price ? price : tip->price;
	}
	tell_people(file, in, tips, "quota");
	free(tips);
}

/* ----- shares ----- */

/* What a half-day that is not unscheduled frees in a share, at most. */
static int64_t
freed(const struct instance *in, const struct share *share)
{
	int64_t least = 0;

	for (unsigned c = 0; c < in->cares; c++) {
		int64_t weight = instance_weight(in, share, c);

		if (in->care[c].unscheduled == 0 && weight < least)
			least = weight;
	}
	return -least;
}

/* What one half-day more without unscheduled care would be worth there. */
static void
advise_shares(FILE *file, const struct explain *explain)
{
	const struct instance *in = explain->model->in;
	struct tip *tips = xcalloc(in->shares + 1, sizeof(tips[0]));
	size_t told;

	for (size_t g = 0; g < in->shares; g++)
		tips[g] = (struct tip){explain->search->dual.best.share[g] *
			freed(in, &in->share[g]),
		    g};
	told = rank(tips, in->shares);
	for (size_t i = 0; i < told; i++) {
		const struct share *share = &in->share[tips[i].number];
		const struct mixture *now =
		    &explain->force.board.share[tips[i].number];
		char text[LINE_LEN_MAX];
		struct out out = OUT(text);

		out_literal(&out, "advice kind=share");
		if (share->site != NAMES_NONE)
			out_key_text(&out, "site",
			    names_text(&in->site_names, share->site));
		else
			out_key_text(&out, "physician",
			    names_text(&in->physician_names, share->physician));
		if (share->programme != NAMES_NONE)
			out_key_text(&out, "programme",
			    names_text(&in->programme_names, share->programme));
		out_key_u64(&out, "unscheduled", (uint64_t)now->unscheduled);
		put_points(&out, tips[i].price);
		explain_print(file, &out);
	}
	free(tips);
}

void
explain_advice(FILE *file, const struct explain *explain)
{
	advise_where(file, explain);
	advise_quota(file, explain);
	advise_shares(file, explain);
}
