/* SPDX-License-Identifier: ISC */
/*
 * explain_lock: of a lock that cannot be kept, the fewest others that it does
 * not go with.
 *
 * A lock that a filter refuses is refused alone.  Else each limit that it would
 * break with those that are kept gives a set; of the smallest ones the first is
 * told.  Shares give way to locks.
 */
#include "daemon/planner/explain/explain.h"

#include "daemon/base/mem.h"
#include "daemon/planner/instance/filter.h"
#include "proto/out.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_LEN_MAX = 1024, CONFLICTS_MAX = 500 };

/* The half-days of locks that are kept, and the one that is not. */
struct bench {
	const struct model *model;
	struct desk desk;
	int32_t seat, option; /* not kept */
	int32_t *set, *best;  /* seats */
	int32_t count, least; /* of them; -1: none found */
};

static void
begin(struct bench *bench)
{
	bench->count = 0;
}

static void
add(struct bench *bench, int32_t seat)
{
	bench->set[bench->count++] = seat;
}

/* The set is one with which the lock cannot be. */
static void
end(struct bench *bench)
{
	if (bench->least >= 0 && bench->count >= bench->least)
		return;
	bench->least = bench->count;
	memcpy(bench->best, bench->set,
	    (size_t)bench->count * sizeof(bench->set[0]));
}

/* ----- two that do not go together ----- */

static void
try_pairs(struct bench *bench)
{
	const struct model *model = bench->model;
	struct desk *desk = &bench->desk;
	int32_t saved;

	for (size_t i = 0; i < model->forceds; i++) {
		int32_t seat = model_seat(model, model->forced[i]);

		if (model->seat[seat].physician !=
		    model->seat[bench->seat].physician)
			continue;
		desk_put(desk, seat, model->forced[i]);
		begin(bench);
		add(bench, seat);
		if (seat == bench->seat ||
		    !desk_neighbours(desk, bench->seat,
			model->option[bench->option].place, &saved) ||
		    desk_unrested(desk, bench->seat) != OPTION_NONE)
			end(bench);
		desk_undo(desk, 0);
	}
}

/* ----- more than there may be ----- */

typedef bool counts_fn(const struct bench *bench, int32_t option, int32_t seat);

/* So many units of what counts may be, besides that of the lock itself: the
 * largest first, as many as are too many. */
static void
try_limit(struct bench *bench, counts_fn *counts, int32_t most, bool units)
{
	const struct model *model = bench->model;
	const struct instance *in = model->in;
	int32_t sum = 0;

	begin(bench);
	for (int32_t size = 2; size >= 1 && sum <= most; size--) {
		for (size_t i = 0; i < model->forceds && sum <= most; i++) {
			int32_t option = model->forced[i];
			int32_t seat = model_seat(model, option);
			int32_t unit = units
			    ? in->rule.units[half_part(model->seat[seat].half)]
			    : 1;

			if (unit != size || seat == bench->seat ||
			    !counts(bench, option, seat))
				continue;
			sum += unit;
			add(bench, seat);
		}
	}
	if (sum > most)
		end(bench);
}

static bool
is_same_need(const struct bench *bench, int32_t option, int32_t seat)
{
	(void)seat;
	return bench->model->option[option].need ==
	    bench->model->option[bench->option].need;
}

static bool
is_same_room(const struct bench *bench, int32_t option, int32_t seat)
{
	const struct model *model = bench->model;

	(void)seat;
	return model->slot[model->option[option].need].room ==
	    model->slot[model->option[bench->option].need].room;
}

static bool
is_same_person(const struct bench *bench, int32_t option, int32_t seat)
{
	(void)option;
	return bench->model->seat[seat].physician ==
	    bench->model->seat[bench->seat].physician;
}

static bool
is_same_week(const struct bench *bench, int32_t option, int32_t seat)
{
	return is_same_person(bench, option, seat) &&
	    half_week(bench->model->seat[seat].half) ==
	    half_week(bench->model->seat[bench->seat].half);
}

static bool
is_same_day(const struct bench *bench, int32_t option, int32_t seat)
{
	return is_same_person(bench, option, seat) &&
	    half_day(bench->model->seat[seat].half) ==
	    half_day(bench->model->seat[bench->seat].half);
}

static void
try_limits(struct bench *bench)
{
	const struct model *model = bench->model;
	const struct seat *seat = &model->seat[bench->seat];
	int32_t need = model->option[bench->option].need;
	int32_t p = seat->physician;

	try_limit(bench, is_same_day, seat->most - 1, false);
	try_limit(bench, is_same_need, model->slot[need].count - 1, false);
	try_limit(bench, is_same_room,
	    model->room[model->slot[need].room].rooms - 1, false);
	try_limit(bench, is_same_week,
	    model_week_max(model, p, half_week(seat->half)) - 1, false);
	try_limit(bench, is_same_person,
	    model->in->physician[p].horizon_max - 1, false);
}

/* The cap that is tried. */
struct capped {
	struct bench bench; /* the first member */
	const struct cap *cap;
};

static bool
is_in_cap(const struct bench *bench, int32_t option, int32_t seat)
{
	const struct capped *capped = (const struct capped *)bench;
	const struct instance *in = bench->model->in;

	return is_same_person(bench, option, seat) &&
	    instance_in_cap(
		in, capped->cap, &in->need[bench->model->option[option].need]);
}

static void
try_caps(struct capped *capped)
{
	struct bench *bench = &capped->bench;
	const struct instance *in = bench->model->in;
	int32_t p = bench->model->seat[bench->seat].physician;
	const struct need *need =
	    &in->need[bench->model->option[bench->option].need];

	for (int32_t i = in->cap_first[p]; i < in->cap_first[p + 1]; i++) {
		capped->cap = &in->cap[in->cap_list[i]];
		if (instance_in_cap(in, capped->cap, need))
			try_limit(bench, is_in_cap,
			    capped->cap->max -
				in->rule.units[half_part(need->half)],
			    true);
	}
}

/* ----- lines ----- */

static void
against(FILE *file, const struct instance *in, size_t number, int32_t physician,
    int32_t need)
{
	char text[LINE_LEN_MAX];
	struct out out = OUT(text);

	out_literal(&out, "against");
	out_key_u64(&out, "conflict", number + 1);
	out_key_text(
	    &out, "physician", names_text(&in->physician_names, physician));
	explain_need(&out, in, &in->need[need]);
	explain_print(file, &out);
}

/* Another lock at the same time is enough; else a filter refuses this one
 * whatever the others. */
static void
tell_twice(FILE *file, const struct instance *in, const struct mark *mark,
    size_t number)
{
	const struct mark *at;
	size_t count;

	at = instance_marks(in, mark->physician, mark->half, &count);
	for (size_t i = 0; i < count; i++) {
		if (at[i].kind != MARK_KEEP || at[i].need == mark->need)
			continue;
		against(file, in, number, mark->physician, at[i].need);
		return;
	}
}

static void
tell_set(FILE *file, const struct bench *bench, size_t number)
{
	const struct model *model = bench->model;

	for (int32_t i = 0; i < bench->least; i++) {
		for (size_t f = 0; f < model->forceds; f++) {
			int32_t option = model->forced[f];

			if (model_seat(model, option) == bench->best[i])
				against(file, model->in, number,
				    model->seat[bench->best[i]].physician,
				    model->option[option].need);
		}
	}
}

static void
find_set(FILE *file, struct capped *capped, size_t number)
{
	struct bench *bench = &capped->bench;
	const struct model *model = bench->model;
	const struct conflict *conflict = &model->conflict[number];
	const struct mark *mark = &model->in->mark[conflict->mark];

	bench->least = -1;
	bench->option = force_option(model, mark->physician, mark->need);
	if (bench->option == OPTION_NONE) {
		if (strcmp(conflict->word, "lock") == 0)
			tell_twice(file, model->in, mark, number);
		return;
	}
	bench->seat = model_seat(model, bench->option);
	try_pairs(bench);
	try_limits(bench);
	try_caps(capped);
	tell_set(file, bench, number);
}

void
explain_locks(FILE *file, const struct model *model)
{
	struct capped capped = {.bench = {.model = model}};
	struct bench *bench = &capped.bench;
	struct board board;

	if (model->conflicts == 0)
		return;
	board_make(&board, model);
	for (size_t s = 0; s < model->seats; s++)
		board.choice[s] = OPTION_NONE;
	board_rebuild(&board);
	desk_make(&bench->desk, &board);
	for (int32_t w = 0; w < model->in->weeks; w++)
		bench->desk.week[bench->desk.weeks++] = w;
	desk_open(&bench->desk, 0, 0, 1);
	bench->set = xcalloc(model->forceds + 1, sizeof(int32_t));
	bench->best = xcalloc(model->forceds + 1, sizeof(int32_t));
	for (size_t i = 0; i < model->conflicts && i < CONFLICTS_MAX; i++)
		find_set(file, &capped, i);
	free(bench->set);
	free(bench->best);
	desk_free(&bench->desk);
	board_free(&board);
}
