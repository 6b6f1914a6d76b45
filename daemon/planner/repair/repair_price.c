/* SPDX-License-Identifier: ISC */
/* repair_price: the prices that prove the bound of the plan that is kept. */
#include "daemon/planner/repair/repair_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

void
repair_refresh(struct repairer *repairer)
{
	if (repairer->untotalled) {
		board_total(&repairer->board);
		repair_widen(repairer, &repairer->bound);
		repairer->untotalled = repairer->ready = false;
	}
	if (repairer->stale) {
		repairer->bound =
		    relax_solve(&repairer->relax, &repairer->dual.best);
		tariff_free(&repairer->tariff);
		tariff_make(
		    &repairer->tariff, repairer->model, &repairer->dual.best);
		repairer->stale = false;
		repairer->touches = 0;
	}
	/* Prices are as they were: others' parts are too. */
	for (size_t i = 0; i < repairer->touches; i++)
		repairer->bound +=
		    relax_again(&repairer->relax, repairer->touched[i]);
	repairer->touches = 0;
}

void
repairer_take_prices(struct repairer *repairer, const struct plan *plan)
{
	const struct prices taken = {
	    plan->slot, plan->share, plan->unpopular, plan->cap};
	struct dual *dual = &repairer->dual;

	prices_copy(&dual->best, &taken, repairer->model);
	dual->bound = relax_solve(&repairer->relax, &dual->best);
	repairer->stale = true;
}

/* ----- of another instance ----- */

struct legacy {
	const struct instance *in; /* lent */
	struct prices prices;
};

struct legacy *
repairer_legacy(const struct repairer *repairer)
{
	struct legacy *legacy = xcalloc(1, sizeof(*legacy));

	legacy->in = repairer->model->in;
	prices_make(&legacy->prices, repairer->model);
	prices_copy(&legacy->prices, &repairer->dual.best, repairer->model);
	return legacy;
}

void
legacy_free(struct legacy *legacy)
{
	if (legacy == NULL)
		return;
	prices_free(&legacy->prices);
	free(legacy);
}

/* What of one instance is in another, by name and half-day: numbers say nothing
 * there.  Turns, families and shares of sites have no name of their own and are
 * those of the needs that refer to them. */
struct heritage {
	const struct instance *of, *in;
	int32_t *share, *family; /* by number of a share; NAMES_NONE; 0 */
	uint16_t *turn;          /* 0: none */
};

/* A cap, or a share of a physician, in the numbers of the new instance; what it
 * says is no part of its name, but tells apart those of the same name: where
 * periods are cut a year's quota is one of the contract. */
struct claim {
	int32_t physician, programme, from, until;
	unsigned kind;
	int32_t most, least, points;
	size_t number;
	bool taken;
};

static int32_t
renamed(const struct names *to, const struct names *from, int32_t number)
{
	return number == NAMES_NONE
	    ? NAMES_NONE
	    : names_find(to, span_of(names_text(from, number)));
}

/* The need of the same half-day in another instance, or NAMES_NONE. */
static int32_t
counterpart(const struct instance *of, const struct instance *in, int32_t n)
{
	const struct need *need = &of->need[n];
	const struct activity_kind *kind = &of->activity[need->activity];
	int32_t site = renamed(&in->site_names, &of->site_names, need->site);
	int32_t half = need->half + (of->from - in->from) * PART_COUNT;
	int32_t programme = renamed(
	    &in->programme_names, &of->programme_names, need->programme);
	int32_t activity = instance_activity(in,
	    (struct span){kind->word, (size_t)kind->word_len},
	    span_of(kind->special));

	if (site == NAMES_NONE || activity == NAMES_NONE || half < 0 ||
	    half >= in->halves)
		return NAMES_NONE;
	return instance_need(in, site, half, activity, programme);
}

static void
heritage_init(struct heritage *heritage, const struct instance *of,
    const struct instance *in)
{
	heritage->of = of;
	heritage->in = in;
	heritage->share = xcalloc(of->shares + 1, sizeof(int32_t));
	heritage->family = xcalloc(of->shares + 1, sizeof(int32_t));
	heritage->turn = xcalloc(UINT16_MAX + 1, sizeof(uint16_t));
	for (size_t g = 0; g < of->shares; g++)
		heritage->share[g] = NAMES_NONE;
}

static void
heritage_fini(struct heritage *heritage)
{
	free(heritage->share);
	free(heritage->family);
	free(heritage->turn);
}

static void
inherit_slots(struct heritage *heritage, struct prices *to, const int64_t *from)
{
	const struct instance *of = heritage->of, *in = heritage->in;

	for (size_t n = 0; n < of->needs; n++) {
		const struct need *need = &of->need[n];
		int32_t own = counterpart(of, in, (int32_t)n);

		if (own == NAMES_NONE)
			continue;
		to->slot[own] = from[n];
		heritage->turn[need->turn] = in->need[own].turn;
		if (need->share != NAMES_NONE)
			heritage->share[need->share] = in->need[own].share;
		if (need->family > 0)
			heritage->family[need->family - 1] =
			    in->need[own].family;
	}
}

/* The new number of a site's share, or NAMES_NONE. */
static int32_t
site_share(const struct heritage *heritage, size_t number)
{
	const struct instance *of = heritage->of, *in = heritage->in;
	const struct share *share = &of->share[number];
	int32_t programme = renamed(
	    &in->programme_names, &of->programme_names, share->programme);
	int32_t family;

	if (share->family == 0)
		return heritage->share[number];
	family = heritage->family[share->family - 1];
	if (family == 0 ||
	    (programme == NAMES_NONE && share->programme != NAMES_NONE))
		return NAMES_NONE;
	return in
	    ->family[((size_t)family - 1) * (in->programme_names.count + 1) +
		(size_t)(programme + 1)];
}

/* At the same points for the heaviest half-day: what the weights have in common
 * may be another number. */
static void
inherit_share(const struct heritage *heritage, struct prices *to,
    const int64_t *from, size_t old, int32_t own)
{
	int64_t points = from[old] *
	    instance_heaviest(heritage->of, &heritage->of->share[old]);

	if (points > PRICE_MAX)
		points = PRICE_MAX;
	to->share[own] =
	    points / instance_heaviest(heritage->in, &heritage->in->share[own]);
}

/* Makes the claim one in the new instance; false: it has no such. */
static bool
translate(const struct heritage *heritage, struct claim *claim)
{
	const struct instance *of = heritage->of, *in = heritage->in;
	int32_t shift = (of->from - in->from) * PART_COUNT;
	int32_t programme = claim->programme;

	claim->physician = renamed(
	    &in->physician_names, &of->physician_names, claim->physician);
	claim->programme =
	    renamed(&in->programme_names, &of->programme_names, programme);
	/* Where the instance begins and ends, periods are cut. */
	claim->from = claim->from == 0 ? 0 : claim->from + shift;
	claim->until =
	    claim->until == of->halves ? in->halves : claim->until + shift;
	if (claim->from < 0)
		claim->from = 0;
	if (claim->until > in->halves)
		claim->until = in->halves;
	return claim->physician != NAMES_NONE && claim->from < claim->until &&
	    (claim->programme != NAMES_NONE || programme == NAMES_NONE);
}

static int
compare_claims(const struct claim *a, const struct claim *b)
{
	if (a->physician != b->physician)
		return a->physician < b->physician ? -1 : 1;
	if (a->programme != b->programme)
		return a->programme < b->programme ? -1 : 1;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->until != b->until)
		return a->until < b->until ? -1 : 1;
	return (a->kind > b->kind) - (a->kind < b->kind);
}

/* Those of one name stay in their own order. */
static int
by_claim(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	int order = compare_claims(a, b);

	return order != 0 ? order
			  : (a->number > b->number) - (a->number < b->number);
}

static struct claim
cap_claim(const struct cap *cap, uint16_t turn, size_t number)
{
	return (struct claim){.physician = cap->physician,
	    .programme = cap->programme,
	    .from = cap->from,
	    .until = cap->until,
	    .kind = (unsigned)turn << 1 | cap->unscheduled,
	    .most = cap->max,
	    .least = cap->min,
	    .points = cap->weight,
	    .number = number};
}

static struct claim
share_claim(const struct share *share, size_t number)
{
	return (struct claim){.physician = share->physician,
	    .programme = share->programme,
	    .from = share->from,
	    .until = share->until,
	    .most = share->bound,
	    .number = number};
}

/* Caps, or shares of physicians; sorted, owned. */
static struct claim *
list_claims(const struct heritage *heritage, bool old, bool caps, size_t *count)
{
	const struct instance *from = old ? heritage->of : heritage->in;
	size_t most = caps ? from->caps : from->shares;
	struct claim *list = xcalloc(most + 1, sizeof(list[0]));

	*count = 0;
	for (size_t i = 0; i < most; i++) {
		uint16_t turn = caps ? from->cap[i].turn : 0;
		struct claim *claim = &list[*count];

		if (!caps && from->share[i].physician == NAMES_NONE)
			continue;
		if (old && turn > 0) {
			turn = heritage->turn[turn];
			if (turn == 0)
				continue;
		}
		*claim = caps ? cap_claim(&from->cap[i], turn, i)
			      : share_claim(&from->share[i], i);
		*count += !old || translate(heritage, claim);
	}
	qsort(list, *count, sizeof(list[0]), by_claim);
	return list;
}

/* A price of the maximum, which is above 0, is none of one that nobody can
 * reach. */
static void
inherit_cap(const struct heritage *heritage, struct prices *to,
    const int64_t *from, size_t old, size_t own)
{
	const struct cap *cap = &heritage->in->cap[own];
	int64_t least = -cap->weight * PRICE_ONE;

	if (from[old] > 0 && cap->most < cap->max)
		return;
	to->cap[own] = from[old] < least ? least : from[old];
}

/* Those of one name: first who says the same as before; when they are as many
 * as before, the others in their order. */
static void
pair_claims(struct claim *old, size_t olds, struct claim *own, size_t owns,
    size_t *partner)
{
	for (size_t i = 0; i < olds; i++) {
		partner[i] = owns;
		for (size_t j = 0; j < owns && partner[i] == owns; j++)
			if (!own[j].taken && own[j].most == old[i].most &&
			    own[j].least == old[i].least &&
			    own[j].points == old[i].points)
				partner[i] = j;
		if (partner[i] < owns)
			own[partner[i]].taken = true;
	}
	for (size_t i = 0, j = 0; olds == owns && i < olds; i++) {
		if (partner[i] < owns)
			continue;
		while (own[j].taken)
			j++;
		partner[i] = j++;
	}
}

static size_t
claims_alike(const struct claim *list, size_t count, const struct claim *name)
{
	size_t alike = 0;

	while (alike < count && compare_claims(&list[alike], name) == 0)
		alike++;
	return alike;
}

static void
inherit_claims(const struct heritage *heritage, struct prices *to,
    const struct prices *from, bool caps)
{
	size_t olds, owns, at = 0, alike, others;
	struct claim *old = list_claims(heritage, true, caps, &olds);
	struct claim *own = list_claims(heritage, false, caps, &owns);
	size_t *partner = xcalloc(olds + 1, sizeof(partner[0]));

	for (size_t i = 0; i < olds; i += alike) {
		while (at < owns && compare_claims(&own[at], &old[i]) < 0)
			at++;
		alike = claims_alike(&old[i], olds - i, &old[i]);
		others = claims_alike(&own[at], owns - at, &old[i]);
		pair_claims(&old[i], alike, &own[at], others, partner);
		for (size_t k = 0; k < alike; k++) {
			size_t number;

			if (partner[k] == others)
				continue;
			number = own[at + partner[k]].number;
			if (caps)
				inherit_cap(heritage, to, from->cap,
				    old[i + k].number, number);
			else
				inherit_share(heritage, to, from->share,
				    old[i + k].number, (int32_t)number);
		}
		at += others;
	}
	free(partner);
	free(old);
	free(own);
}

void
repairer_inherit(struct repairer *to, const struct legacy *legacy)
{
	const struct instance *in = to->model->in, *of = legacy->in;
	const struct prices *from = &legacy->prices;
	struct prices *best = &to->dual.best;
	struct heritage heritage;

	heritage_init(&heritage, of, in);
	inherit_slots(&heritage, best, from->slot);
	for (int32_t p = 0; p < of->physicians; p++) {
		int32_t own =
		    renamed(&in->physician_names, &of->physician_names, p);

		if (own != NAMES_NONE)
			best->unpopular[own] = from->unpopular[p];
	}
	for (size_t g = 0; g < of->shares; g++) {
		int32_t own = of->share[g].site == NAMES_NONE
		    ? NAMES_NONE
		    : site_share(&heritage, g);

		if (own != NAMES_NONE)
			inherit_share(&heritage, best, from->share, g, own);
	}
	inherit_claims(&heritage, best, from, false);
	inherit_claims(&heritage, best, from, true);
	heritage_fini(&heritage);
	to->dual.bound = relax_solve(&to->relax, best);
	to->stale = true;
}

bool
repairer_improve(struct repairer *repairer, int rounds)
{
	int64_t before;
	bool more;

	/* What is better is measured against what it is worth by now. */
	if (repairer->changed)
		repairer->dual.bound =
		    relax_solve(&repairer->relax, &repairer->dual.best);
	repairer->changed = false;
	before = repairer->dual.bound;
	more = dual_run(&repairer->dual, repairer->cost, rounds);
	if (repairer->dual.bound != before)
		repairer->stale = true;
	return more;
}

int64_t
repairer_cost(const struct repairer *repairer)
{
	return repairer->cost;
}

int64_t
repairer_bound(struct repairer *repairer)
{
	repair_refresh(repairer);
	return relax_points(repairer->bound);
}
