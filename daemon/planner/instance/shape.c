/* SPDX-License-Identifier: ISC */
/* shape: the sets of parts that a day may have, and what each leads to. */
#include "daemon/planner/instance/shape.h"

#include <string.h>

static void
cut_runs(const struct rules *rule, unsigned mask, int8_t *runs)
{
	unsigned part = 0, last;

	while (part < PART_COUNT) {
		if ((mask >> part & 1) == 0) {
			part++;
			continue;
		}
		last = part;
		while (last + 1 < PART_COUNT && (mask >> (last + 1) & 1) != 0 &&
		    rule->gap[last] >= 0)
			last++;
		*runs++ = (int8_t)(part * PART_COUNT + last);
		part = last + 1;
	}
	*runs = -1;
}

static uint8_t
rest_class(struct shape *shape, unsigned forbids)
{
	int i = 0;

	while (i < shape->rests && shape->forbids[i] != forbids)
		i++;
	if (i == shape->rests && shape->rests++ < REST_MAX)
		shape->forbids[i] = (uint8_t)forbids;
	return (uint8_t)i;
}

/* A set by its last piece, and on what it may follow. */
static void
join(struct shape *shape, unsigned mask)
{
	const int8_t *run = shape->runs[mask];

	for (int rest = 0; rest < shape->rests; rest++) {
		if ((shape->forbids[rest] & mask) == 0)
			shape->follows[mask] |= (uint8_t)(1u << rest);
	}
	for (; *run >= 0; run++) {
		shape->last[mask] = (uint8_t)*run;
		shape->before[mask] =
		    (uint8_t)(mask & ((1u << *run / PART_COUNT) - 1));
	}
}

bool
shape_make(struct shape *shape, const struct rules *rule)
{
	memset(shape, 0, sizeof(*shape));
	shape->rests = 1;
	shape->across = rule->rest_across;
	for (unsigned mask = 0; mask < MASKS; mask++) {
		unsigned forbids = 0;

		cut_runs(rule, mask, shape->runs[mask]);
		for (unsigned part = 0; part < PART_COUNT; part++) {
			if ((mask >> part & 1) == 0)
				continue;
			shape->count[mask]++;
			forbids |= rule->rest[part];
		}
		shape->rest[mask] = rest_class(shape, forbids);
		if (shape->rests > REST_MAX)
			return false;
	}
	for (unsigned mask = 0; mask < MASKS; mask++)
		join(shape, mask);
	return true;
}
