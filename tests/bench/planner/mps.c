/* SPDX-License-Identifier: ISC */
/*
 * planner-mps <INSTANCE >MODEL: the planner's model as free MPS, for general
 * solvers.  The objective's constant is the right-hand side of its row with the
 * sign turned, as CBC reads it; it is also on the first line as a comment.
 */
#include "daemon/base/mem.h"
#include "daemon/planner/model.h"

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
	bool whole;
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
	lp.column[lp.columns] = (struct column){cost, -1, upper, whole};
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

/* Twice the unscheduled ones less all. */
static void
put_minority(const struct model *model, int32_t row, int32_t seat)
{
	for (int32_t o = model->seat[seat].first;
	     o < model->seat[seat + 1].first; o++)
		put(row, o,
		    (model->option[o].flags & FLAG_UNSCHEDULED) != 0 ? 1 : -1);
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

static void
write_days(const struct model *model, int32_t from, int32_t to)
{
	const struct rules *rule = &model->in->rule;

	for (int32_t s = from; s < to; s++) {
		const struct seat *at = &model->seat[s];
		const struct worker *worker =
		    &model->in->physician[at->physician];
		int32_t one = add_row('L', 1);

		put_seat(model, one, s, 1);
		if (at->back == 0) {
			int32_t day = add_row('L', worker->day_max);

			for (int32_t i = s; i <= s + at->ahead; i++)
				put_seat(model, day, i, 1);
		}
		if (at->ahead > 0 && at[1].half == at->half + 1 &&
		    rule->gap[half_part(at->half)] >= 0)
			write_pair(model, s);
		for (int32_t i = s + 1; i < to; i++) {
			int32_t rest;

			if (half_day(model->seat[i].half) !=
				half_day(at->half) + 1 ||
			    (rule->rest[half_part(at->half)] >>
				    half_part(model->seat[i].half) &
				1) == 0)
				continue;
			rest = add_row('L', 1);
			put_seat(model, rest, s, 1);
			put_seat(model, rest, i, 1);
		}
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
	int32_t minority = add_row('L', 0), some = add_row('L', 0), flag;
	int32_t most =
	    worker->horizon_max < in->halves ? worker->horizon_max : in->halves;

	write_short(least, worker->horizon_min, in->weight.horizon_short);
	for (int32_t m = 1; m <= most; m++)
		put(fair, add_column(in->weight.unfair * m, 1, false), -1);
	flag = add_column(0, 1, true);
	put(some, flag, -most);
	put(minority, flag, 1);
	for (int32_t w = 0; w < in->weeks; w++) {
		const int32_t *at = &model->week_seat[w * in->physicians + p];
		int32_t high = add_row('L', worker->week_max);
		int32_t low = add_row('G', worker->week_min);

		write_short(low, worker->week_min, in->weight.week_short);
		write_days(model, at[0], at[1]);
		for (int32_t s = at[0]; s < at[1]; s++) {
			put_seat(model, all, s, 1);
			put_seat(model, least, s, 1);
			put_seat(model, high, s, 1);
			put_seat(model, low, s, 1);
			put_flagged(model, fair, s, FLAG_UNPOPULAR, 1);
			if (!in->rule.minority_physician)
				continue;
			put_minority(model, minority, s);
			put_flagged(model, some, s, FLAG_UNSCHEDULED, 1);
		}
	}
}

static void
write_sites(const struct model *model)
{
	const struct instance *in = model->in;
	int32_t *minority = xcalloc((size_t)in->sites + 1, sizeof(int32_t));
	int32_t *some = xcalloc((size_t)in->sites + 1, sizeof(int32_t));
	int32_t visit = -1, room = -1, seen = -1, rooms = -1;

	for (int32_t s = 0; s < in->sites; s++) {
		int32_t flag = add_column(0, 1, true);

		minority[s] = add_row('L', 0);
		some[s] = add_row('L', 0);
		put(minority[s], flag, 1);
		put(some[s], flag, -10000);
	}
	for (size_t n = 0; n < model->slots; n++) {
		const struct slot *slot = &model->slot[n];
		int32_t link = add_row('E', 0);

		if (slot->room != room)
			rooms = add_row('L', model->room[slot->room].rooms);
		if (slot->visit != visit) {
			int32_t worth = model->visit[slot->visit].worth;

			seen = add_row('L', 0);
			put(seen, add_column(-worth, 1, false), 1);
		}
		room = slot->room;
		visit = slot->visit;
		for (int32_t t = model->taker_first[n];
		     t < model->taker_first[n + 1]; t++)
			put(link, model->taker[t].option, 1);
		for (int32_t k = 0; k < slot->count; k++) {
			int32_t f = add_column(
			    -model->level[slot->level + k], 1, false);

			put(link, f, -1);
			put(rooms, f, 1);
			if ((slot->flags & FLAG_VISIT) != 0)
				put(seen, f, -1);
			if (!in->rule.minority_site)
				continue;
			if ((slot->flags & FLAG_UNSCHEDULED) != 0)
				put(some[slot->site], f, 1);
			put(minority[slot->site], f,
			    (slot->flags & FLAG_UNSCHEDULED) != 0 ? 1 : -1);
		}
	}
	free(minority);
	free(some);
}

/* What is lost when nothing is filled; the minima are rows of their own. */
static int64_t
constant(const struct model *model)
{
	int64_t sum = 0;

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
			printf(" UP BND x%zu %" PRId32 "\n", c,
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
	for (int32_t p = 0; p < in.physicians; p++)
		write_physician(&model, p);
	write_sites(&model);
	print_model(constant(&model));
	model_free(&model);
	instance_fini(&in);
	free(lp.column);
	free(lp.entry);
	free(lp.row);
	free(bytes);
	return ferror(stdout) != 0;
}
