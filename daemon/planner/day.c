/* SPDX-License-Identifier: ISC */
/* day: the cheapest option by place, then runs of parts by place. */
#include "daemon/planner/day.h"

static int32_t
least(const int64_t *value, int32_t count)
{
	int64_t lowest = INT64_MAX;
	int32_t best = 0;

	for (int32_t i = 0; i < count; i++) {
		best = value[i] < lowest ? i : best;
		lowest = value[i] < lowest ? value[i] : lowest;
	}
	return best;
}

/* Options of a seat are sorted by place.  Without branches on values: nobody
 * could foretell them. */
static void
fill_stall(const struct day *day, struct stall *stall, const struct seat *seat)
{
	const struct offer *option = day->model->option;
	const int64_t *values = day->values - day->first_option;
	int64_t value = PRICE_NEVER;
	int32_t n = -1, chosen = OPTION_NONE, place = -1;

	for (int32_t o = seat->first; o < seat[1].first; o++) {
		bool better;

		if (price_is_never(values[o]))
			continue;
		better = option[o].place != place || values[o] < value;
		n += option[o].place != place;
		place = option[o].place;
		value = better ? values[o] : value;
		chosen = better ? o : chosen;
		stall->place[n] = (uint16_t)place;
		stall->value[n] = value;
		stall->option[n] = chosen;
	}
	stall->count = n + 1;
	stall->least = n < 0 ? 0 : least(stall->value, n + 1);
}

/* The values of tails one part longer. */
static void
extend(struct day *day, unsigned part)
{
	const struct model *model = day->model;
	const struct stall *from = &day->stall[part - 1];
	const struct stall *to = &day->stall[part];
	size_t places = (size_t)model->places[day->physician];
	const int32_t *save = model->save +
	    model->saving[(size_t)day->physician * (PART_COUNT - 1) + part - 1];

	for (int32_t j = 0; j < to->count; j++) {
		int64_t best = PRICE_NEVER;
		int32_t best_i = 0;

		for (int32_t i = 0; i < from->count; i++) {
			int32_t saved =
			    save[from->place[i] * places + to->place[j]];
			int64_t value = day->ending[part - 1][i] -
			    (int64_t)saved * PRICE_ONE;

			if (saved != APART && value < best) {
				best = value;
				best_i = i;
			}
		}
		day->before[part][j] = (int16_t)best_i;
		day->tail[part][j] =
		    price_is_never(best) ? PRICE_NEVER : best + to->value[j];
	}
	day->ending[part] = day->tail[part];
}

/* Two stalls in a row. */
struct couple {
	int64_t value;
	int32_t from, to;
};

/* From one stall of the part before to any of this part, if that is cheaper
 * than best. */
static void
couple(const struct day *day, unsigned part, int32_t i, struct couple *best)
{
	const struct model *model = day->model;
	const struct stall *from = &day->stall[part - 1];
	const struct stall *to = &day->stall[part];
	size_t at = (size_t)day->physician * (PART_COUNT - 1) + part - 1;
	const int32_t *save = model->save + model->saving[at] +
	    from->place[i] * (size_t)model->places[day->physician];
	int64_t tail = day->ending[part - 1][i], lowest = best->value - tail;
	int32_t found = -1;

	for (int32_t j = 0; j < to->count; j++) {
		int64_t saved = save[to->place[j]];
		int64_t value = to->value[j] - saved * PRICE_ONE +
		    (saved == APART ? PRICE_NEVER : 0);

		found = value < lowest ? j : found;
		lowest = value < lowest ? value : lowest;
	}
	if (found >= 0)
		*best = (struct couple){lowest + tail, i, found};
}

/* The cheapest end of a run: as extend, for the last part. */
static struct couple
end_run(const struct day *day, unsigned part)
{
	const struct model *model = day->model;
	const struct stall *from = &day->stall[part - 1];
	const struct stall *to = &day->stall[part];
	size_t at = (size_t)day->physician * (PART_COUNT - 1) + part - 1;
	const int32_t *gain = model->gain + model->gains[at];
	int64_t low[STALLS_MAX], cheapest;
	struct couple best = {PRICE_NEVER, 0, 0};
	int32_t first;

	cheapest = to->value[to->least];
	for (int32_t i = 0; i < from->count; i++)
		low[i] = day->ending[part - 1][i] + cheapest -
		    (int64_t)gain[from->place[i]] * PRICE_ONE;
	first = least(low, from->count);
	couple(day, part, first, &best);
	for (int32_t i = 0; i < from->count; i++) {
		if (low[i] < best.value && i != first)
			couple(day, part, i, &best);
	}
	if (price_is_never(best.value))
		best.value = PRICE_NEVER;
	return best;
}

/* Whether a run may go on behind the part. */
static bool
sees_next(const struct day *day, unsigned part)
{
	return part + 1 < PART_COUNT && day->model->in->rule.gap[part] >= 0 &&
	    (day->present >> (part + 1) & 1) != 0;
}

/* A run that ends at the part. */
static struct day_run
last_run(const struct day *day, unsigned first, unsigned last)
{
	struct couple best = end_run(day, last);
	struct day_run run = {best.value, {OPTION_NONE, OPTION_NONE}};

	if (last == first + 1) {
		run.option[0] = day->stall[first].option[best.from];
		run.option[1] = day->stall[last].option[best.to];
	}
	return run;
}

/* The values of all runs of the parts that are present; and of runs of one or
 * two parts the options, where they are known by then. */
static void
run_values(struct day *day, struct day_run *run)
{
	for (unsigned first = 0; first < PART_COUNT; first++) {
		const struct stall *stall = &day->stall[first];
		unsigned last = first;

		if ((day->present >> first & 1) == 0)
			continue;
		day->ending[first] = stall->value;
		run[first * PART_COUNT + first] =
		    (struct day_run){stall->value[stall->least],
			{stall->option[stall->least], OPTION_NONE}};
		while (sees_next(day, last)) {
			struct day_run *longer =
			    &run[first * PART_COUNT + ++last];

			if (!sees_next(day, last)) {
				*longer = last_run(day, first, last);
				break;
			}
			extend(day, last);
			*longer = (struct day_run){
			    day->tail[last][least(
				day->tail[last], day->stall[last].count)],
			    {OPTION_NONE, OPTION_NONE}};
		}
	}
}

void
day_solve(struct day *day, const struct seat *seat, int32_t count,
    struct day_run *run)
{
	day->present = 0;
	for (int32_t i = 0; i < count; i++) {
		unsigned part = half_part(seat[i].half);

		fill_stall(day, &day->stall[part], &seat[i]);
		if (day->stall[part].count > 0)
			day->present |= 1u << part;
	}
	run_values(day, run);
}

/* The options that make up one run of a day that is solved. */
void
day_trace(struct day *day, unsigned first, unsigned last, int32_t *options)
{
	int32_t stall;

	day->ending[first] = day->stall[first].value;
	for (unsigned part = first + 1; part < last; part++)
		extend(day, part);
	if (first == last) {
		stall = day->stall[last].least;
	} else {
		struct couple best = end_run(day, last);

		options[last] = day->stall[last].option[best.to];
		stall = best.from;
		last--;
	}
	for (unsigned part = last;; part--) {
		options[part] = day->stall[part].option[stall];
		if (part == first)
			return;
		stall = day->before[part][stall];
	}
}
