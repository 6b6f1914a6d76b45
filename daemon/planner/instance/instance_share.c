/* SPDX-License-Identifier: ISC */
/* instance_share: the shares that lines do not name, weights, and families. */
#include "daemon/base/mem.h"
#include "daemon/planner/instance/instance_build.h"

static void
add_minorities(struct instance *in)
{
	struct share share = {
	    .programme = NAMES_NONE, .until = in->halves, .bound = 50};

	share.site = NAMES_NONE;
	for (int32_t p = 0; in->rule.minority_physician && p < in->physicians;
	     p++) {
		in->share = xgrow(in->share, &in->room.share, in->shares + 1,
		    sizeof(in->share[0]));
		share.physician = p;
		in->share[in->shares++] = share;
	}
	share.physician = NAMES_NONE;
	for (int32_t s = 0; in->rule.minority_site && s < in->sites; s++) {
		in->share = xgrow(in->share, &in->room.share, in->shares + 1,
		    sizeof(in->share[0]));
		share.site = s;
		in->share[in->shares++] = share;
	}
	for (size_t n = 0; in->rule.minority_site && n < in->needs; n++) {
		struct need *need = &in->need[n];

		if (need->share == NAMES_NONE)
			need->share =
			    (int32_t)in->shares - in->sites + need->site;
	}
}

static int32_t
common(int32_t a, int32_t b)
{
	a = a < 0 ? -a : a;
	b = b < 0 ? -b : b;
	while (b != 0) {
		int32_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* Rounded down; b > 0. */
static int64_t
divide_down(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* The weights of all cares for one bound; returns what they have in common. */
static int32_t
make_rate(const struct instance *in, int32_t bound, int32_t *rate)
{
	int32_t unit = 0;

	for (size_t c = 0; c < in->cares; c++) {
		rate[c] =
		    100 * in->care[c].unscheduled - bound * in->care[c].minutes;
		unit = common(unit, rate[c]);
	}
	unit = unit == 0 ? 1 : unit;
	for (size_t c = 0; c < in->cares; c++)
		rate[c] /= unit;
	return unit;
}

static void
make_rates(struct instance *in)
{
	int32_t number[101], unit[101], rates = 0;

	for (size_t i = 0; i < ARRAY_SIZE(number); i++)
		number[i] = -1;
	for (size_t g = 0; g < in->shares; g++) {
		struct share *share = &in->share[g];
		int64_t there;

		if (number[share->bound] < 0) {
			in->rate = xrealloc(in->rate,
			    ((size_t)rates + 1) * in->cares * sizeof(int32_t));
			unit[share->bound] = make_rate(in, share->bound,
			    in->rate + (size_t)rates * in->cares);
			number[share->bound] = rates++;
		}
		share->rate = number[share->bound];
		there =
		    100 * share->unscheduled - share->bound * share->minutes;
		share->limit = divide_down(-1 - there, unit[share->bound]);
		/* Broken already: then at least no worse. */
		if (share->unscheduled > 0 && share->limit < 0)
			share->limit = 0;
	}
}

/* Those of a family by programme, that of none first; a row for each share that
 * may be a first one. */
static void
make_families(struct instance *in)
{
	size_t columns = in->programme_names.count + 1;
	size_t cells = in->share_names.count * columns;

	for (size_t g = 0; g < in->share_names.count; g++) {
		const struct share *share = &in->share[g];

		if (share->family == 0)
			continue;
		if (in->family == NULL) {
			in->family = xmalloc(cells * sizeof(in->family[0]));
			for (size_t i = 0; i < cells; i++)
				in->family[i] = NAMES_NONE;
		}
		in->family[((size_t)share->family - 1) * columns +
		    (size_t)(share->programme + 1)] = (int32_t)g;
	}
}

void
instance_make_shares(struct instance *in)
{
	add_minorities(in);
	make_rates(in);
	make_families(in);
}
