/* SPDX-License-Identifier: ISC */
/* quick: days, then the recursion over the days of a week. */
#include "daemon/planner/search/quick.h"

#include <string.h>

enum { STALLS = REACHES_MAX + 1 };

/* The cheapest option by place of one seat. */
struct stall {
	int32_t count;
	int32_t value[STALLS], option[STALLS], twice[STALLS];
	uint16_t place[STALLS];
};

struct bench {
	const struct quick_ask *ask;
	struct quick_day *day;
	int32_t first;
	unsigned present, must; /* parts */
	struct stall stall[PART_COUNT];
	int32_t run[RUNS];
	int32_t tail[PART_COUNT][STALLS];
	int16_t before[PART_COUNT][STALLS];
};

static void
fill_stall(struct bench *bench, struct stall *stall, const struct seat *seat)
{
	const struct quick_ask *ask = bench->ask;
	const struct offer *option = ask->model->option;
	int32_t n = 0;

	for (int32_t o = seat->first; o < seat[1].first; o++) {
		int32_t value = ask->value[o - bench->first];

		if (value >= QUICK_NEVER)
			continue;
		if (n > 0 && stall->place[n - 1] == option[o].place) {
			if (value >= stall->value[n - 1])
				continue;
			n--;
		}
		stall->place[n] = option[o].place;
		stall->value[n] = value;
		stall->option[n] = o;
		stall->twice[n] =
		    ask->twice != NULL ? ask->twice[o - bench->first] : 0;
		n++;
	}
	stall->count = n;
}

/* From one stall of the part before to all of this part.  Without branches on
 * values: nobody could foretell them. */
static void
extend_from(struct bench *bench, unsigned part, int32_t i, const int32_t *save)
{
	const struct stall *to = &bench->stall[part];
	uint16_t place = bench->stall[part - 1].place[i];
	int32_t twice = bench->stall[part - 1].twice[i];
	int32_t value = bench->tail[part - 1][i];
	int32_t *tail = bench->tail[part];
	int16_t *before = bench->before[part];

	for (int32_t j = 0; j < to->count; j++) {
		int32_t saved = save[to->place[j]];
		int32_t less = twice < to->twice[j] ? twice : to->twice[j];
		int32_t sum = value - saved;

		sum += place == to->place[j] ? less : 0;
		sum = saved == APART ? QUICK_NEVER : sum;
		before[j] = (int16_t)(sum < tail[j] ? i : before[j]);
		tail[j] = sum < tail[j] ? sum : tail[j];
	}
}

static void
extend(struct bench *bench, unsigned part)
{
	const struct model *model = bench->ask->model;
	int32_t p = bench->ask->physician;
	const struct stall *from = &bench->stall[part - 1];
	const struct stall *to = &bench->stall[part];
	size_t places = (size_t)model->places[p];
	const int32_t *save = model->save +
	    model->saving[(size_t)p * (PART_COUNT - 1) + part - 1];
	int32_t *tail = bench->tail[part];

	for (int32_t j = 0; j < to->count; j++) {
		tail[j] = QUICK_NEVER;
		bench->before[part][j] = 0;
	}
	for (int32_t i = 0; i < from->count; i++)
		extend_from(bench, part, i, save + from->place[i] * places);
	for (int32_t j = 0; j < to->count; j++)
		tail[j] = tail[j] >= QUICK_NEVER ? QUICK_NEVER
						 : tail[j] + to->value[j];
}

static void
keep_run(struct bench *bench, unsigned first, unsigned last)
{
	const int32_t *tail = bench->tail[last];
	int32_t at = 0, *option;
	unsigned run = first * PART_COUNT + last;

	for (int32_t i = 1; i < bench->stall[last].count; i++) {
		if (tail[i] < tail[at])
			at = i;
	}
	bench->run[run] = tail[at];
	option = bench->day->option[run];
	for (unsigned part = last;; part--) {
		option[part - first] = bench->stall[part].option[at];
		if (part == first)
			return;
		at = bench->before[part][at];
	}
}

static void
run_values(struct bench *bench)
{
	const int32_t *gap = bench->ask->model->in->rule.gap;

	for (unsigned first = 0; first < PART_COUNT; first++) {
		if ((bench->present >> first & 1) == 0)
			continue;
		memcpy(bench->tail[first], bench->stall[first].value,
		    (size_t)bench->stall[first].count * sizeof(int32_t));
		for (unsigned last = first;;) {
			keep_run(bench, first, last);
			if (last + 1 == PART_COUNT || gap[last] < 0 ||
			    (bench->present >> (last + 1) & 1) == 0)
				break;
			extend(bench, ++last);
		}
	}
}

/* Whether a is at least as good as b wherever b may stand. */
static bool
dominates(const struct quick_ask *ask, const struct quick_set *a,
    const struct quick_set *b)
{
	const struct shape *shape = &ask->model->shape;

	if (a->count > b->count || (a->rest != 0 && a->rest != b->rest) ||
	    a->value > b->value - ask->hunger * (b->count - a->count))
		return false;
	for (int rest = 1; rest < shape->rests; rest++) {
		if ((shape->forbids[rest] & a->mask) != 0 &&
		    (shape->forbids[rest] & b->mask) == 0)
			return false;
	}
	return true;
}

static void
add_set(struct bench *bench, unsigned mask)
{
	const struct quick_ask *ask = bench->ask;
	const struct shape *shape = &ask->model->shape;
	struct quick_day *day = bench->day;
	struct quick_set set = {
	    0, (uint8_t)mask, shape->count[mask], shape->rest[mask]};
	int32_t kept = 0;

	for (const int8_t *run = shape->runs[mask]; *run >= 0; run++) {
		if (bench->run[*run] >= QUICK_NEVER)
			return;
		set.value += bench->run[*run];
	}
	if (bench->must == 0 && set.value >= ask->hunger * set.count)
		return;
	for (int32_t i = 0; i < day->sets; i++) {
		if (dominates(ask, &day->set[i], &set))
			return;
	}
	for (int32_t i = 0; i < day->sets; i++) {
		if (!dominates(ask, &set, &day->set[i]))
			day->set[kept++] = day->set[i];
	}
	day->set[kept++] = set;
	day->sets = kept;
}

static void
solve_day(struct bench *bench, const struct seat *seat, int32_t count)
{
	const struct model *model = bench->ask->model;

	bench->present = bench->must = 0;
	for (int32_t i = 0; i < count; i++) {
		unsigned part = half_part(seat[i].half);

		fill_stall(bench, &bench->stall[part], &seat[i]);
		if (bench->stall[part].count > 0)
			bench->present |= 1u << part;
		if (seat[i].forced)
			bench->must |= 1u << part;
	}
	bench->day->must = bench->must != 0;
	if (bench->present == 0)
		return;
	run_values(bench);
	for (unsigned mask = bench->present; mask != 0;
	     mask = (mask - 1) & bench->present) {
		if (model->shape.count[mask] <= seat->most &&
		    (mask & bench->must) == bench->must)
			add_set(bench, mask);
	}
}

/* From the states before day d to those after it, by one set of parts. */
static void
step(struct quick *quick, const struct shape *shape,
    const struct quick_set *set, int d)
{
	int32_t *to = quick->best[d + 1][set->rest] + set->count;
	int32_t value = set->value, top = quick->most - set->count;

	if (top > quick->top[d])
		top = quick->top[d];
	for (int rest = 0; rest < shape->rests; rest++) {
		const int32_t *from = quick->best[d][rest];

		if ((quick->reached[d] >> rest & 1) == 0 ||
		    (shape->forbids[rest] & set->mask) != 0)
			continue;
		for (int32_t k = 0; k <= top; k++) {
			int32_t sum = from[k] + value;

			to[k] = sum < to[k] ? sum : to[k];
		}
	}
}

/* A day without work, if it may be: nothing is owed after it. */
static void
idle(struct quick *quick, const struct shape *shape, int d)
{
	int32_t *to = quick->best[d + 1][0];

	for (int32_t k = 0; k <= quick->top[d + 1]; k++)
		to[k] = QUICK_NEVER;
	for (int rest = 0; rest < shape->rests && !quick->day[d].must; rest++) {
		const int32_t *from = quick->best[d][rest];

		if ((quick->reached[d] >> rest & 1) == 0)
			continue;
		for (int32_t k = 0;
		     k <= quick->top[d] && k <= quick->top[d + 1]; k++)
			to[k] = from[k] < to[k] ? from[k] : to[k];
	}
}

/* How far the states after a day go. */
static void
open_states(struct quick *quick, int d)
{
	const struct quick_day *day = &quick->day[d];
	int32_t longest = 0;

	quick->reached[d + 1] = 1;
	for (int32_t i = 0; i < day->sets; i++) {
		quick->reached[d + 1] |= 1u << day->set[i].rest;
		if (day->set[i].count > longest)
			longest = day->set[i].count;
	}
	quick->top[d + 1] = quick->top[d] + longest < quick->most
	    ? quick->top[d] + longest
	    : quick->most;
}

static void
finish(struct quick *quick, const struct quick_ask *ask)
{
	const struct shape *shape = &ask->model->shape;

	for (int32_t k = 0; k <= quick->most; k++)
		quick->least[k] = QUICK_NEVER;
	for (int rest = 0; rest < shape->rests; rest++) {
		const int32_t *value = quick->best[DAYS_PER_WEEK][rest];

		if ((quick->reached[DAYS_PER_WEEK] >> rest & 1) == 0 ||
		    (shape->forbids[rest] & ask->ahead) != 0)
			continue;
		for (int32_t k = 0; k <= quick->top[DAYS_PER_WEEK]; k++) {
			if (value[k] < QUICK_NEVER / 2 &&
			    value[k] < quick->least[k])
				quick->least[k] = value[k];
		}
	}
}

static void
recur(struct quick *quick, const struct quick_ask *ask)
{
	const struct shape *shape = &ask->model->shape;

	quick->most = ask->most;
	quick->top[0] = 0;
	quick->reached[0] = 1u << ask->rest;
	quick->best[0][ask->rest][0] = 0;
	for (int d = 0; d < DAYS_PER_WEEK; d++) {
		const struct quick_day *day = &quick->day[d];

		open_states(quick, d);
		for (int rest = 1; rest < shape->rests; rest++) {
			for (int32_t k = 0; k <= quick->top[d + 1] &&
			     (quick->reached[d + 1] >> rest & 1) != 0;
			     k++)
				quick->best[d + 1][rest][k] = QUICK_NEVER;
		}
		idle(quick, shape, d);
		for (int32_t i = 0; i < day->sets; i++)
			step(quick, shape, &day->set[i], d);
	}
	finish(quick, ask);
}

void
quick_solve(struct quick *quick, const struct quick_ask *ask)
{
	const struct model *model = ask->model;
	const int32_t *at =
	    &model->week_seat[ask->week * model->in->physicians +
		ask->physician];
	struct bench bench;

	bench.ask = ask;
	bench.first = model->seat[at[0]].first;
	for (int d = 0; d < DAYS_PER_WEEK; d++) {
		quick->day[d].sets = 0;
		quick->day[d].must = false;
	}
	for (int32_t s = at[0]; s < at[1];) {
		const struct seat *seat = &model->seat[s];

		bench.day = &quick->day[half_day(seat->half) % DAYS_PER_WEEK];
		solve_day(&bench, seat, seat->ahead + 1);
		s += seat->ahead + 1;
	}
	recur(quick, ask);
}

/* Whether the state before day d has the value. */
static bool
is_state(
    const struct quick *quick, int d, int rest, int32_t count, int32_t value)
{
	return count >= 0 && count <= quick->top[d] &&
	    (quick->reached[d] >> rest & 1) != 0 &&
	    quick->best[d][rest][count] == value;
}

/* The set by which a state after day d was reached, or NULL for none; *rest:
 * what was owed before. */
static const struct quick_set *
set_of(const struct quick *quick, const struct shape *shape, int d, int *rest,
    int32_t count)
{
	const struct quick_day *day = &quick->day[d];
	int32_t value = quick->best[d + 1][*rest][count];

	for (int before = 0; *rest == 0 && !day->must && before < shape->rests;
	     before++) {
		if (is_state(quick, d, before, count, value)) {
			*rest = before;
			return NULL;
		}
	}
	for (int32_t i = 0; i < day->sets; i++) {
		const struct quick_set *set = &day->set[i];

		if (set->rest != *rest)
			continue;
		for (int before = 0; before < shape->rests; before++) {
			if ((shape->forbids[before] & set->mask) == 0 &&
			    is_state(quick, d, before, count - set->count,
				value - set->value)) {
				*rest = before;
				return set;
			}
		}
	}
	return NULL;
}

int32_t
quick_trace(const struct quick *quick, const struct quick_ask *ask,
    int32_t count, int32_t *options)
{
	const struct shape *shape = &ask->model->shape;
	int32_t found = 0;
	int rest = 0;

	while ((shape->forbids[rest] & ask->ahead) != 0 ||
	    !is_state(quick, DAYS_PER_WEEK, rest, count, quick->least[count]))
		rest++;
	for (int d = DAYS_PER_WEEK - 1; d >= 0; d--) {
		const struct quick_day *day = &quick->day[d];
		const struct quick_set *set =
		    set_of(quick, shape, d, &rest, count);

		if (set == NULL)
			continue;
		count -= set->count;
		for (const int8_t *run = shape->runs[set->mask]; *run >= 0;
		     run++) {
			int parts = *run % PART_COUNT - *run / PART_COUNT + 1;

			for (int i = 0; i < parts; i++)
				options[found++] = day->option[*run][i];
		}
	}
	return found;
}
