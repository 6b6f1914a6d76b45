/* SPDX-License-Identifier: ISC */
/* figure: see figure.h. */
#include "daemon/planner/explain/figure.h"

#include "daemon/base/mem.h"
#include "daemon/planner/reduce/reduce.h"
#include "proto/out.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 5, HOME = -1 };

/* ----- ways ----- */

struct ways {
	const struct board *board;
	int32_t physician;
	int64_t halves, minutes;
	double metres;
};

static int32_t
home_minutes(const struct instance *in, int32_t physician, int32_t site)
{
	for (int32_t r = in->physician[physician].first;
	     r < in->physician[physician + 1].first; r++)
		if (in->reach[r].site == site)
			return in->reach[r].minutes;
	return 0;
}

static void
leg(struct ways *ways, int32_t from, int32_t to, int32_t minutes)
{
	const struct instance *in = ways->board->model->in;

	ways->minutes += minutes;
	if (in->reduction != NULL)
		ways->metres +=
		    reduction_metres(in->reduction, ways->physician, from, to);
}

/* Between two sites by home where that is no longer, as the cost has it. */
static void
go(struct ways *ways, int32_t from, int32_t to)
{
	const struct instance *in = ways->board->model->in;
	int32_t back = 0, out = 0, road;

	if (from == to)
		return;
	if (from != HOME)
		back = home_minutes(in, ways->physician, from);
	if (to != HOME)
		out = home_minutes(in, ways->physician, to);
	road = from == HOME || to == HOME ? back + out
					  : instance_minutes(in, from, to);
	if (road >= 0 && road <= back + out) {
		leg(ways, from, to, road);
	} else {
		leg(ways, from, HOME, back);
		leg(ways, HOME, to, out);
	}
}

/* The option taken in the half-day, or OPTION_NONE. */
static int32_t
taken(const struct board *board, int32_t physician, int32_t half)
{
	const struct model *model = board->model;
	const int32_t *at =
	    &model->week_seat[half_week(half) * model->in->physicians +
		physician];

	for (int32_t s = at[0]; s < at[1]; s++)
		if (model->seat[s].half == half)
			return board->choice[s];
	return OPTION_NONE;
}

/* Where the physician is in the half-day, HOME also from there. */
static int32_t
site_at(struct ways *ways, int32_t half, bool *planned)
{
	const struct model *model = ways->board->model;
	const struct instance *in = model->in;
	const struct held *held = instance_held(in, ways->physician, half);
	int32_t option = taken(ways->board, ways->physician, half);

	if (option != OPTION_NONE) {
		const struct need *need = &in->need[model->option[option].need];

		*planned = true;
		ways->halves++;
		return in->activity[need->activity].remote ? HOME : need->site;
	}
	return held == NULL || held->remote ? HOME : held->site;
}

/*
 * Who has a part free between two others goes home, and so does who works in
 * two parts that do not see each other, as the cost has it.
 */
static void
add_day(struct ways *ways, int32_t day)
{
	const int32_t *gap = ways->board->model->in->rule.gap;
	int32_t site[PART_COUNT], at = HOME;
	bool planned = false;

	for (int32_t part = 0; part < PART_COUNT; part++)
		site[part] = site_at(ways, day * PART_COUNT + part, &planned);
	if (!planned)
		return;
	for (int32_t part = 0; part < PART_COUNT; part++) {
		if (part > 0 && gap[part - 1] < 0) {
			go(ways, at, HOME);
			at = HOME;
		}
		go(ways, at, site[part]);
		at = site[part];
	}
	go(ways, at, HOME);
}

static void
write_travel(FILE *file, const struct board *board)
{
	const struct instance *in = board->model->in;
	struct ways ways = {.board = board};

	for (int32_t p = 0; p < in->physicians; p++) {
		ways.physician = p;
		for (int32_t day = 0; day < in->days; day++)
			add_day(&ways, day);
	}
	fprintf(file,
	    "figure kind=travel half-days=%" PRId64 " minutes=%" PRId64,
	    ways.halves, ways.minutes);
	if (in->reduction != NULL)
		fprintf(file, " metres=%.0f", ways.metres);
	fputc('\n', file);
}

/* ----- fairness ----- */

struct part_of {
	int32_t physician, unpopular, share;
};

static int
compare_parts(const void *left, const void *right)
{
	const struct part_of *a = left, *b = right;
	int32_t over = a->unpopular - a->share, other = b->unpopular - b->share;

	if (over != other)
		return over > other ? -1 : 1;
	return (a->physician > b->physician) - (a->physician < b->physician);
}

static void
write_part(FILE *file, const char *kind, const struct instance *in,
    const struct part_of *part)
{
	fprintf(file,
	    "figure kind=%s physician=%s unpopular=%" PRId32 " share=%" PRId32
	    "\n",
	    kind, names_text(&in->physician_names, part->physician),
	    part->unpopular, part->share);
}

static void
write_fair(FILE *file, const struct board *board)
{
	const struct instance *in = board->model->in;
	struct part_of *part =
	    xcalloc((size_t)in->physicians + 1, sizeof(part[0]));
	int32_t least = INT32_MAX, most = 0, above = 0, beyond = 0;
	size_t count = 0, shown;

	for (int32_t p = 0; p < in->physicians; p++) {
		struct part_of one = {p, board->physician[p].unpopular,
		    in->physician[p].fair_share};

		if (one.unpopular == 0 && one.share == 0)
			continue;
		part[count++] = one;
		least = one.unpopular < least ? one.unpopular : least;
		most = one.unpopular > most ? one.unpopular : most;
		if (one.unpopular > one.share) {
			above++;
			beyond += one.unpopular - one.share;
		}
	}
	if (count > 0) {
		fprintf(file,
		    "figure kind=fair physicians=%zu least=%" PRId32
		    " most=%" PRId32 " above=%" PRId32 " beyond=%" PRId32 "\n",
		    count, least, most, above, beyond);
		qsort(part, count, sizeof(part[0]), compare_parts);
	}
	shown = count < 2 * (size_t)SHOWN ? count / 2 : (size_t)SHOWN;
	for (size_t i = 0; i < shown; i++)
		write_part(file, "most", in, &part[i]);
	for (size_t i = 0; i < shown; i++)
		write_part(file, "least", in, &part[count - 1 - i]);
	free(part);
}

/* ----- minima ----- */

struct owed {
	int32_t physician, from, until, missing; /* days since the first */
};

struct pace {
	int64_t minima, kept, missing;
	struct owed worst[SHOWN];
	size_t count;
};

static void
add_minimum(struct pace *pace, const struct owed *owed)
{
	size_t at = pace->count;

	pace->minima++;
	if (owed->missing <= 0) {
		pace->kept++;
		return;
	}
	pace->missing += owed->missing;
	while (at > 0 && pace->worst[at - 1].missing < owed->missing)
		at--;
	if (at == SHOWN)
		return;
	if (pace->count < SHOWN)
		pace->count++;
	memmove(&pace->worst[at + 1], &pace->worst[at],
	    (pace->count - at - 1) * sizeof(pace->worst[0]));
	pace->worst[at] = *owed;
}

static void
add_physician(struct pace *pace, const struct board *board, int32_t physician)
{
	const struct model *model = board->model;
	const struct instance *in = model->in;
	const struct worker *worker = &in->physician[physician];

	for (int32_t week = 0; week < in->weeks; week++) {
		int32_t min = model_week_min(model, physician, week);

		if (min == 0)
			continue;
		add_minimum(pace,
		    &(struct owed){physician, week * DAYS_PER_WEEK,
			(week + 1) * DAYS_PER_WEEK,
			min -
			    board->worked[week * in->physicians + physician]});
	}
	if (worker->horizon_min > 0)
		add_minimum(pace,
		    &(struct owed){physician, 0, in->days,
			worker->horizon_min - board->physician[physician].all});
	for (int32_t i = in->cap_first[physician];
	     i < in->cap_first[physician + 1]; i++) {
		int32_t number = in->cap_list[i];
		const struct cap *cap = &in->cap[number];

		if (cap->min > 0 && cap->turn == 0)
			add_minimum(pace,
			    &(struct owed){physician, half_day(cap->from),
				half_day(cap->until),
				cap->min - board->cap[number]});
	}
}

static void
write_pace(FILE *file, const struct board *board)
{
	const struct instance *in = board->model->in;
	struct pace pace = {0};

	for (int32_t p = 0; p < in->physicians; p++)
		add_physician(&pace, board, p);
	if (pace.minima == 0)
		return;
	fprintf(file,
	    "figure kind=pace minima=%" PRId64 " kept=%" PRId64
	    " missing=%" PRId64 "\n",
	    pace.minima, pace.kept, pace.missing);
	for (size_t i = 0; i < pace.count; i++) {
		const struct owed *owed = &pace.worst[i];
		char text[256];
		struct out out = OUT(text);

		out_literal(&out, "figure kind=owed");
		out_key_text(&out, "physician",
		    names_text(&in->physician_names, owed->physician));
		out_key_day(&out, "from", in->from + owed->from);
		out_key_day(&out, "to", in->from + owed->until - 1);
		out_key_u64(&out, "missing", (uint64_t)owed->missing);
		fprintf(file, "%.*s\n", (int)out.len, text);
	}
}

bool
figure_write(FILE *file, const struct board *board)
{
	write_travel(file, board);
	write_fair(file, board);
	write_pace(file, board);
	return fflush(file) == 0 && ferror(file) == 0;
}
