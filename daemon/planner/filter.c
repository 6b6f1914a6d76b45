/* SPDX-License-Identifier: ISC */
/* filter: the table. */
#include "daemon/planner/filter.h"

static bool
has_skill(const struct candidate *candidate)
{
	const struct worker *worker =
	    &candidate->in->physician[candidate->reach->physician];

	return (worker->skills >> candidate->need->activity & 1) != 0;
}

static bool
is_free(const struct candidate *candidate)
{
	const struct instance *in = candidate->in;
	int32_t half = candidate->need->half;
	size_t at = (size_t)candidate->reach->physician * (size_t)in->days +
	    (size_t)half_day(half);

	return (in->free_parts[at] >> half_part(half) & 1) != 0;
}

static bool
has_room(const struct candidate *candidate)
{
	return candidate->in->site[candidate->need->site].rooms > 0;
}

const struct filter filters[] = {
    {"skill", has_skill},
    {"free", is_free},
    {"room", has_room},
};
const size_t filter_count = sizeof(filters) / sizeof(filters[0]);

size_t
filter_refusing(const struct candidate *candidate)
{
	size_t i = 0;

	while (i < filter_count && filters[i].allows(candidate))
		i++;
	return i;
}
