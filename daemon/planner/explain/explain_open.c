/* SPDX-License-Identifier: ISC */
/* explain_open: half-days that stay open, and who else could take the others.
 */
#include "daemon/planner/explain/explain.h"

#include "daemon/planner/explain/explain_facts.h"
#include "proto/out.h"

/* "reach:31,skill:6,H12:2" */
static void
put_reasons(struct out *out, const struct reasons *reasons)
{
	char comma = '=';

	out_literal(out, " reason");
	for (int i = 0; i < REASON_COUNT; i++) {
		int32_t left = reasons->count[i];

		for (int32_t r = 0; i == REASON_RULE && r < reasons->rules;
		     r++) {
			out_char(out, comma);
			out_text(out, reasons->rule[r].code);
			out_char(out, ':');
			out_i64(out, reasons->rule[r].count);
			left -= reasons->rule[r].count;
			comma = ',';
		}
		if (left == 0)
			continue;
		out_char(out, comma);
		out_text(out, reason_info((enum reason)i)->word);
		out_char(out, ':');
		out_i64(out, left);
		comma = ',';
	}
}

/* "travel:160,unfilled:-1000" */
static void
put_items(struct out *out, const struct ledger *ledger)
{
	char comma = '=';

	for (int i = 0; i < ITEM_COUNT; i++) {
		if (ledger->points[i] == 0)
			continue;
		if (comma == '=')
			out_literal(out, " items");
		out_char(out, comma);
		out_text(out, item_info((enum item)i)->key);
		out_char(out, ':');
		out_i64(out, ledger->points[i]);
		comma = ',';
	}
}

/* How many of his half-days go for it. */
static int32_t
dropped(const struct force *force)
{
	const struct desk *desk = &force->desk;
	const struct model *model = force->model;
	int32_t count = 0;

	for (int32_t i = 0; i < desk->logged; i++) {
		int32_t now = desk->board->choice[desk->log[i].seat];
		bool again = false;

		if (desk->log[i].was == OPTION_NONE)
			continue;
		for (int32_t j = 0; j < i; j++)
			again = again || desk->log[j].seat == desk->log[i].seat;
		count += !again &&
		    (now == OPTION_NONE ||
			model->option[now].need !=
			    model->option[desk->log[i].was].need);
	}
	return count;
}

static void
put_best(struct out *out, struct explain *explain, const struct taker *taker)
{
	const struct model *model = explain->model;
	struct force *force = &explain->force;
	struct ledger ledger;

	force_week(force, taker->option);
	out_key_text(out, "best",
	    names_text(&model->in->physician_names,
		model->seat[model_seat(model, taker->option)].physician));
	out_key(out, "cost");
	out_i64(out, taker->cost);
	out_key_u64(out, "drops", (uint64_t)dropped(force));
	ledger_undo(&ledger, &force->desk, 0);
	put_items(out, &ledger);
}

/* Tries for each of so many needs. */
static int32_t
tries_each(const struct explain *explain, size_t needs, int32_t most)
{
	size_t left = explain->force.tries < EXPLAIN_TRIES
	    ? EXPLAIN_TRIES - explain->force.tries
	    : 0;
	size_t each = needs == 0 ? 0 : left / needs;

	return each > (size_t)most ? most : (int32_t)each;
}

void
explain_cut(FILE *file, const char *kind, size_t lines, size_t told)
{
	if (told < lines)
		fprintf(file, "advice kind=cut %s=%zu told=%zu\n", kind, lines,
		    told);
}

static bool
is_open(const struct explain *explain, size_t n)
{
	return explain->force.board.fill[n] < explain->model->slot[n].count;
}

/* What it costs that they stay open. */
static int64_t
lost(const struct explain *explain, int32_t n)
{
	const struct slot *slot = &explain->model->slot[n];
	int64_t sum = 0;

	for (unsigned k = explain->force.board.fill[n]; k < slot->count; k++)
		sum += explain->model->level[slot->level + (int32_t)k];
	return sum;
}

static bool
open_line(struct out *out, struct explain *explain, int32_t n, int32_t tries)
{
	const struct model *model = explain->model;
	struct reasons reasons;
	struct taker best;

	out_literal(out, "open");
	explain_need(out, model->in, &model->in->need[n]);
	out_key_u64(out, "count",
	    (uint64_t)model->slot[n].count - explain->force.board.fill[n]);
	out_key(out, "points");
	out_i64(out, lost(explain, n));
	explain_reasons(explain, n, &reasons);
	put_reasons(out, &reasons);
	(void)explain_near(out, explain, n);
	if (explain_takers(explain, n, NAMES_NONE, tries, &best, 1) > 0)
		put_best(out, explain, &best);
	return true;
}

void
explain_open(FILE *file, struct explain *explain)
{
	struct lines lines = {.has = is_open,
	    .write = open_line,
	    .numbers = explain->model->slots,
	    .needs = true};
	size_t open = explain_count(explain, &lines);

	lines.most = open < EXPLAIN_OPEN ? open : EXPLAIN_OPEN;
	/* Half of the tries are for the others. */
	lines.tries = tries_each(explain, 2 * lines.most, EXPLAIN_FORCED);
	explain_cut(file, "open", open, explain_lines(file, explain, &lines));
}

/* ----- runners-up ----- */

static bool
is_filled(const struct explain *explain, size_t seat)
{
	return explain->force.board.choice[seat] != OPTION_NONE &&
	    !explain->model->seat[seat].forced;
}

static bool
runner_line(
    struct out *out, struct explain *explain, int32_t seat, int32_t tries)
{
	const struct model *model = explain->model;
	const struct instance *in = model->in;
	struct desk *desk = &explain->force.desk;
	int32_t need = model->option[desk->board->choice[seat]].need, count;
	struct taker takers[EXPLAIN_OTHERS];
	int64_t loss;

	loss = desk_put(desk, seat, OPTION_NONE);
	count = desk_minority(desk)
	    ? explain_takers(explain, need, model->seat[seat].physician, tries,
		  takers, EXPLAIN_OTHERS)
	    : 0;
	desk_undo(desk, 0);
	out_literal(out, "runner");
	out_key_text(out, "physician",
	    names_text(&in->physician_names, model->seat[seat].physician));
	explain_need(out, in, &in->need[need]);
	for (int32_t i = 0; i < count; i++) {
		int32_t at = model_seat(model, takers[i].option);

		out_text(out, i == 0 ? " others=" : ",");
		out_text(out,
		    names_text(
			&in->physician_names, model->seat[at].physician));
		out_char(out, ':');
		out_i64(out, takers[i].cost + loss);
	}
	return explain_near(out, explain, need) || count > 0;
}

void
explain_runners(FILE *file, struct explain *explain)
{
	struct lines lines = {.has = is_filled,
	    .write = runner_line,
	    .numbers = explain->model->seats};
	size_t filled = explain_count(explain, &lines);

	lines.most = filled < EXPLAIN_RUNNERS ? filled : EXPLAIN_RUNNERS;
	lines.tries = tries_each(explain, lines.most, 2 * EXPLAIN_OTHERS);
	explain_cut(
	    file, "runners", filled, explain_lines(file, explain, &lines));
}
