/* SPDX-License-Identifier: ISC */
/*
 * reduce_deal: half-days of a turn, one by one, each to whom it makes least
 * late; one that only others could do frees one of theirs for him, along a
 * chain.
 */
#include "daemon/planner/reduce/reduce_deal.h"

#include "daemon/base/mem.h"

#include <stdlib.h>

enum { STEPS_MOST = 1 << 26 /* of looking for chains in one turn */ };

/* Whether quotas and what he has leave the member room for the duty. */
static bool
fits(struct round *round, int32_t m, int32_t u)
{
	const struct reduced *r = &round->reduction->r;
	const struct given *given = round->given;
	size_t doctor = (size_t)round->member[m].doctor;
	int32_t half = round->duty[u].half, week = half / HALVES_OF_WEEK;
	int32_t in_week = given->week[doctor * (size_t)r->weeks + (size_t)week];

	round->steps += round->duties;
	for (int32_t d = 0; d < round->duties; d++) {
		const struct duty *duty = &round->duty[d];

		if (duty->holder == m && duty->half == half)
			return false;
		in_week +=
		    duty->holder == m && duty->half / HALVES_OF_WEEK == week;
	}
	if (given->busy[doctor * (size_t)r->weeks * HALVES_OF_WEEK +
		(size_t)half] != 0 ||
	    in_week >= r->week_max[doctor * (size_t)r->weeks + (size_t)week])
		return false;
	for (int32_t i = given->limit_first[doctor];
	     i < given->limit_first[doctor + 1]; i++) {
		const struct limit *limit = &r->limit[i];
		int32_t units = given->units[i] + deal_units(half);

		if (half < limit->from || half >= limit->until)
			continue;
		for (int32_t d = 0; d < round->duties; d++)
			if (round->duty[d].holder == m &&
			    round->duty[d].half >= limit->from &&
			    round->duty[d].half < limit->until)
				units += deal_units(round->duty[d].half);
		if (units > limit->max)
			return false;
	}
	return true;
}

/* Who is to have the next: by lateness, then by the shorter way. */
static bool
is_before(const struct member *a, const struct member *b)
{
	static const double same = 1e-9;
	double one = a->count - a->target, other = b->count - b->target;

	if (one < other - same || other < one - same)
		return one < other;
	return a->minutes < b->minutes;
}

struct end {
	int32_t member, duty; /* NONE: nobody */
};

/* Behind a duty: the holder's duties that would make room for it. */
static void
push_held(struct round *round, int32_t m, int32_t u, bool room, int32_t *tail)
{
	for (int32_t d = 0; d < round->duties; d++) {
		struct duty *duty = &round->duty[d];
		bool helps = room;

		if (duty->holder != m || duty->seen)
			continue;
		if (!room) {
			duty->holder = NONE;
			helps = fits(round, m, u);
			duty->holder = m;
		}
		if (!helps)
			continue;
		duty->seen = true;
		duty->parent = u;
		round->queue[(*tail)++] = d;
	}
}

/* Chains that begin with the duty: the member at whose end it is best. */
static struct end
search(struct round *round, int32_t first)
{
	struct end best = {NONE, NONE};
	int32_t head = 0, tail = 0;

	for (int32_t d = 0; d < round->duties; d++)
		round->duty[d].seen = d == first;
	for (int32_t m = 0; m < round->members; m++)
		round->member[m].seen = false;
	round->queue[tail++] = first;
	while (head < tail) {
		int32_t u = round->queue[head++];

		for (int32_t m = 0; m < round->members; m++) {
			struct member *member = &round->member[m];
			bool room;

			if (!round->can[(size_t)m * (size_t)round->duties +
				(size_t)u] ||
			    member->seen || round->duty[u].holder == m)
				continue;
			room = fits(round, m, u);
			if (room &&
			    (best.member == NONE ||
				is_before(member, &round->member[best.member])))
				best = (struct end){m, u};
			member->seen = room;
			if (round->steps < STEPS_MOST)
				push_held(round, m, u, room, &tail);
		}
	}
	return best;
}

/* Each duty of the chain goes to who had the one behind it. */
static void
shift(struct round *round, struct end end)
{
	int32_t u = end.duty, to = end.member;

	round->member[to].count++;
	for (;;) {
		struct duty *duty = &round->duty[u];
		int32_t was = duty->holder;

		duty->holder = to;
		if (was == NONE)
			return;
		to = was;
		u = duty->parent;
	}
}

void
reduce_deal(struct round *round)
{
	round->queue =
	    xcalloc((size_t)round->duties + 1, sizeof(round->queue[0]));
	for (int32_t d = 0; d < round->duties; d++) {
		struct end end = search(round, d);

		if (end.member != NONE)
			shift(round, end);
	}
	free(round->queue);
}
