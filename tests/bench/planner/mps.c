/* SPDX-License-Identifier: ISC */
/*
 * planner-mps <INSTANCE >MODEL: the planner's model as free MPS, for general
 * solvers.  The objective's constant is the right-hand side of its row with the
 * sign turned, as CBC reads it; it is also on the first line as a comment.
 */
#include "daemon/base/mem.h"
#include "daemon/planner/model/model.h"
#include "daemon/planner/read/instance_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct entry {
	int32_t row;
	int32_t value;
	int32_t next; /* entry of the same column; -1 */
};

struct column {
	int32_t cost, first, upper; /* upper -1: none */
	bool whole, fixed;          /* fixed: at its upper bound */
};

struct row {
	char type;
	int32_t right;
};

static struct {
	struct column *column;
	struct entry *entry;
	struct row *row;
	size_t columns, entries, rows, column_room, entry_room, row_room;
} lp;

static int32_t
add_row(char type, int32_t right)
{
	lp.row = xgrow(lp.row, &lp.row_room, lp.rows + 1, sizeof(lp.row[0]));
	lp.row[lp.rows] = (struct row){type, right};
	return (int32_t)lp.rows++;
}

static int32_t
add_column(int32_t cost, int32_t upper, bool whole)
{
	lp.column = xgrow(
	    lp.column, &lp.column_room, lp.columns + 1, sizeof(lp.column[0]));
	lp.column[lp.columns] = (struct column){cost, -1, upper, whole, false};
	return (int32_t)lp.columns++;
}

static void
put(int32_t row, int32_t column, int32_t value)
{
	lp.entry = xgrow(
	    lp.entry, &lp.entry_room, lp.entries + 1, sizeof(lp.entry[0]));
	lp.entry[lp.entries] =
	    (struct entry){row, value, lp.column[column].first};
	lp.column[column].first = (int32_t)lp.entries++;
}

/* Columns 0.. are the options. */
static void
put_seat(const struct model *model, int32_t row, int32_t seat, int32_t value)
{
	for (int32_t o = model->seat[seat].first;
	     o < model->seat[seat + 1].first; o++)
		put(row, o, value);
}

static void
put_flagged(const struct model *model, int32_t row, int32_t seat, int flag,
    int32_t value)
{
	for (int32_t o = model->seat[seat].first;
	     o < model->seat[seat + 1].first; o++) {
		if ((model->option[o].flags & flag) != 0)
			put(row, o, value);
	}
}

static void
write_pair(const struct model *model, int32_t seat)
{
	const struct seat *at = &model->seat[seat];
	unsigned part = half_part(at->half);
	int32_t places = model->places[at->physician];
	int32_t both = add_row('L', 1);
	int32_t *from = xcalloc((size_t)places * 2, sizeof(int32_t));
	int32_t *to = from + places;

	put_seat(model, both, seat, 1);
	put_seat(model, both, seat + 1, 1);
	for (int32_t i = 0; i < places; i++) {
		from[i] = add_row('L', 0);
		to[i] = add_row('L', 0);
	}
	for (int32_t o = at->first; o < at[1].first; o++)
		put(from[model->option[o].place], o, -1);
	for (int32_t o = at[1].first; o < at[2].first; o++)
		put(to[model->option[o].place], o, -1);
	for (int32_t i = 0; i < places; i++) {
		for (int32_t j = 0; j < places; j++) {
			int32_t saved = model_saving(model, at->physician, part,
			    (unsigned)i, (unsigned)j);
			int32_t column;

			if (saved == APART)
				continue;
			column = add_column(-saved, 1, false);
			put(both, column, -1);
			put(from[i], column, 1);
			put(to[j], column, 1);
		}
	}
	free(from);
}

/* Not both: the seat, and one of the others on the next day that it forbids. */
static void
write_rest(const struct model *model, int32_t seat, int32_t from, int32_t to)
{
	int32_t half = model->seat[seat].half;
	unsigned forbids = model->in->rule.rest[half_part(half)];

	for (int32_t i = from; i < to; i++) {
		int32_t next = model->seat[i].half;
		int32_t rest;

		if (half_day(next) != half_day(half) + 1 ||
		    (forbids >> half_part(next) & 1) == 0)
			continue;
		rest = add_row('L', 1);
		put_seat(model, rest, seat, 1);
		put_seat(model, rest, i, 1);
	}
}

/* From the last day of a week to the first of the next. */
static void
write_weekend(const struct model *model, const int32_t *week)
{
	const int32_t *next = week + model->in->physicians;

	for (int32_t s = week[0]; s < week[1]; s++)
		write_rest(model, s, next[0], next[1]);
}

static void
write_days(const struct model *model, int32_t from, int32_t to)
{
	const struct rules *rule = &model->in->rule;

	for (int32_t s = from; s < to; s++) {
		const struct seat *at = &model->seat[s];
		int32_t one = add_row('L', 1);

		put_seat(model, one, s, 1);
		if (at->back == 0) {
			int32_t day = add_row('L', at->most);

			for (int32_t i = s; i <= s + at->ahead; i++)
				put_seat(model, day, i, 1);
		}
		if (at->ahead > 0 && at[1].half == at->half + 1 &&
		    rule->gap[half_part(at->half)] >= 0)
			write_pair(model, s);
		write_rest(model, s, s + 1, to);
	}
}

static void
write_short(int32_t row, int32_t least, int32_t cost)
{
	if (least > 0)
		put(row, add_column(cost, least, false), 1);
}

static void
write_physician(const struct model *model, int32_t p)
{
	const struct instance *in = model->in;
	const struct worker *worker = &in->physician[p];
	int32_t all = add_row('L', worker->horizon_max);
	int32_t least = add_row('G', worker->horizon_min);
	int32_t fair = add_row('L', worker->fair_share);
	int32_t most =
	    worker->horizon_max < in->halves ? worker->horizon_max : in->halves;

	write_short(least, worker->horizon_min, in->weight.horizon_short);
	for (int32_t m = 1; m <= most; m++)
		put(fair, add_column(worker->unfair * m, 1, false), -1);
	for (int32_t w = 0; w < in->weeks; w++) {
		const int32_t *at = &model->week_seat[w * in->physicians + p];
		int32_t high = add_row('L', model_week_max(model, p, w));
		int32_t low = add_row('G', model_week_min(model, p, w));

		write_short(
		    low, model_week_min(model, p, w), worker->week_short);
		write_days(model, at[0], at[1]);
		if (in->rule.rest_across && w + 1 < in->weeks)
			write_weekend(model, at);
		for (int32_t s = at[0]; s < at[1]; s++) {
			put_seat(model, all, s, 1);
			put_seat(model, least, s, 1);
			put_seat(model, high, s, 1);
			put_seat(model, low, s, 1);
			put_flagged(model, fair, s, FLAG_UNPOPULAR, 1);
		}
	}
}

/* A share: its weights come to at most the limit, where it is void without an
 * unscheduled minute only if there is one. */
static void
write_shares(const struct model *model)
{
	const struct instance *in = model->in;
	int32_t *row = xcalloc(in->shares + 1, sizeof(int32_t));
	int32_t *some = xcalloc(in->shares + 1, sizeof(int32_t));

	for (size_t g = 0; g < in->shares; g++) {
		int64_t limit = model->share_limit[g];
		bool always = limit >= 0 || in->share[g].unscheduled > 0;
		int32_t flag;

		row[g] = some[g] = -1;
		if (limit == SHARE_FREE)
			continue;
		row[g] = add_row('L', always ? (int32_t)limit : 0);
		if (always)
			continue;
		/* Without one the weights are at most 0 by themselves. */
		flag = add_column(0, 1, true);
		some[g] = add_row('L', 0);
		put(row[g], flag, (int32_t)-limit);
		put(some[g], flag, -10000);
	}
	for (size_t o = 0; o < model->options; o++) {
		const struct need *need = &in->need[model->option[o].need];
		int32_t p =
		    model->seat[model_seat(model, (int32_t)o)].physician;
		int32_t of[] = {need->share, instance_own_share(in, p, need)};

		for (size_t i = 0; i < ARRAY_SIZE(of); i++) {
			int32_t g = of[i];

			if (g == NAMES_NONE || row[g] < 0)
				continue;
			put(row[g], (int32_t)o,
			    instance_weight(in, &in->share[g], need->care));
			if (some[g] >= 0 &&
			    in->care[need->care].unscheduled > 0)
				put(some[g], (int32_t)o, 1);
		}
	}
	free(row);
	free(some);
}

static void
write_caps(const struct model *model)
{
	const struct instance *in = model->in;

	for (size_t c = 0; c < in->caps; c++) {
		const struct cap *cap = &in->cap[c];
		int32_t high = add_row('L', cap->max);
		int32_t low = add_row('G', cap->min);

		write_short(low, cap->min, cap->weight);
		for (size_t o = 0; o < model->options; o++) {
			const struct need *need =
			    &in->need[model->option[o].need];
			int32_t units = in->rule.units[half_part(need->half)];

			if (model->seat[model_seat(model, (int32_t)o)]
				    .physician != cap->physician ||
			    !instance_in_cap(in, cap, need))
				continue;
			put(high, (int32_t)o, units);
			put(low, (int32_t)o, units);
		}
	}
}

/* Groups in which the physician works in person, and what is missing. */
static void
write_spread(const struct model *model, const struct spread *spread)
{
	const struct instance *in = model->in;
	int32_t want = spread->want - (spread->used != NAMES_NONE);
	int32_t group[REACHES_MAX + 1], row[REACHES_MAX + 1];
	int32_t groups = 0, all;

	if (want <= 0)
		return;
	all = add_row('G', want);
	write_short(all, want, spread->weight);
	for (size_t o = 0; o < model->options; o++) {
		const struct need *need = &in->need[model->option[o].need];
		int32_t is = instance_group(in, spread->of, need->site), i = 0;

		if (model->seat[model_seat(model, (int32_t)o)].physician !=
			spread->physician ||
		    in->activity[need->activity].remote || is == NAMES_NONE ||
		    is == spread->used)
			continue;
		while (i < groups && group[i] != is)
			i++;
		if (i == groups) {
			int32_t column = add_column(0, 1, false);

			group[groups] = is;
			row[groups++] = add_row('L', 0);
			put(row[i], column, 1);
			put(all, column, 1);
		}
		put(row[i], (int32_t)o, -1);
	}
}

/* Of each slot: half-days taken are half-days filled. */
static void
write_slot(const struct model *model, size_t n, int32_t link, int32_t rooms,
    int32_t seen)
{
	const struct slot *slot = &model->slot[n];

	for (int32_t k = 0; k < slot->count; k++) {
		int32_t f =
		    add_column(-model->level[slot->level + k], 1, false);

		put(link, f, -1);
		put(rooms, f, 1);
		if ((slot->flags & FLAG_VISIT) != 0)
			put(seen, f, -1);
	}
}

static void
write_sites(const struct model *model)
{
	int32_t *link = xcalloc(model->slots + 1, sizeof(int32_t));
	int32_t visit = -1, room = -1, seen = -1, rooms = -1;

	for (size_t n = 0; n < model->slots; n++) {
		const struct slot *slot = &model->slot[n];

		link[n] = add_row('E', 0);
		if (slot->room != room)
			rooms = add_row('L', model->room[slot->room].rooms);
		if (slot->visit != visit) {
			int32_t worth = model->visit[slot->visit].worth;

			seen = add_row('L', 0);
			put(seen, add_column(-worth, 1, false), 1);
		}
		room = slot->room;
		visit = slot->visit;
		write_slot(model, n, link[n], rooms, seen);
	}
	for (size_t o = 0; o < model->options; o++)
		put(link[model->option[o].need], (int32_t)o, 1);
	free(link);
}

/* What is lost when nothing is filled; the minima are rows of their own. */
static int64_t
constant(const struct model *model)
{
	int64_t sum = model->constant;

	for (size_t n = 0; n < model->slots; n++) {
		for (int32_t k = 0; k < model->slot[n].count; k++)
			sum += model->level[model->slot[n].level + k];
	}
	for (size_t v = 0; v < model->visits; v++)
		sum += model->visit[v].worth;
	return sum;
}

static void
print_columns(void)
{
	bool whole = false;

	printf("COLUMNS\n");
	for (size_t c = 0; c < lp.columns; c++) {
		const struct column *column = &lp.column[c];

		if (column->whole != whole)
			printf(" M%zu 'MARKER' '%s'\n", c,
			    column->whole ? "INTORG" : "INTEND");
		whole = column->whole;
		printf(" x%zu cost %" PRId32 "\n", c, column->cost);
		for (int32_t e = column->first; e >= 0; e = lp.entry[e].next)
			printf(" x%zu r%" PRId32 " %" PRId32 "\n", c,
			    lp.entry[e].row, lp.entry[e].value);
	}
	if (whole)
		printf(" MEND 'MARKER' 'INTEND'\n");
}

static void
print_model(int64_t fixed)
{
	printf("* constant %" PRId64 "\nNAME planner FREE\nROWS\n N cost\n",
	    fixed);
	for (size_t r = 0; r < lp.rows; r++)
		printf(" %c r%zu\n", lp.row[r].type, r);
	print_columns();
	printf("RHS\n RHS cost %" PRId64 "\n", -fixed);
	for (size_t r = 0; r < lp.rows; r++) {
		if (lp.row[r].right != 0)
			printf(" RHS r%zu %" PRId32 "\n", r, lp.row[r].right);
	}
	printf("BOUNDS\n");
	for (size_t c = 0; c < lp.columns; c++) {
		if (lp.column[c].upper >= 0)
			printf(" %s BND x%zu %" PRId32 "\n",
			    lp.column[c].fixed ? "FX" : "UP", c,
			    lp.column[c].upper);
	}
	printf("ENDATA\n");
}

static char *
read_all(struct span *text)
{
	char *bytes = NULL;
	size_t len = 0, room = 0, got;

	do {
		bytes = xgrow(bytes, &room, len + 65536, 1);
		got = fread(bytes + len, 1, room - len, stdin);
		len += got;
	} while (got > 0);
	*text = (struct span){bytes, len};
	return bytes;
}

int
main(void)
{
	struct instance in;
	struct model model;
	struct error error = {""};
	struct span text;
	char *bytes = read_all(&text);

	if (!instance_read(&in, text, &error)) {
		fprintf(stderr, "planner-mps: %s\n", error.text);
		return EXIT_FAILURE;
	}
	model_make(&model, &in);
	for (size_t o = 0; o < model.options; o++)
		add_column(model.option[o].cost, 1, true);
	for (size_t i = 0; i < model.forceds; i++)
		lp.column[model.forced[i]].fixed = true;
	for (int32_t p = 0; p < in.physicians; p++)
		write_physician(&model, p);
	write_sites(&model);
	write_shares(&model);
	write_caps(&model);
	for (size_t i = 0; i < in.spreads; i++)
		write_spread(&model, &in.spread[i]);
	print_model(constant(&model));
	model_free(&model);
	instance_fini(&in);
	free(lp.column);
	free(lp.entry);
	free(lp.row);
	free(bytes);
	return ferror(stdout) != 0;
}
