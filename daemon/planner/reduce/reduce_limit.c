/* SPDX-License-Identifier: ISC */
/*
 * reduce_limit: quotas as limits, shares of unscheduled care as portions.
 *
 * Limits are net: what stays is taken off.  A minimum is owed as far as its
 * period has come by the end of the plan.
 */
#include "daemon/planner/reduce/reduce_private.h"

#include "daemon/base/mem.h"
#include "daemon/domain/quota.h"
#include "daemon/domain/share.h"

#include <stdlib.h>
#include <string.h>

enum {
	MOST = 10000,
	QUARTER_DAYS = 92,
	WEEK_LIMITS_MOST = 30 /* the judge sees to the others */
};

/* ----- quotas ----- */

/* One period of a quota of a doctor: of half-days at most max, and min wanted
 * at so many points each. */
struct owing {
	int32_t doctor;
	const struct quota_period *period;
	int32_t max, min, weight;
};

/* What is owed by the last day of the plan. */
static int64_t
pace(const struct reduction *reduction, const struct quota *quota,
    const struct quota_period *period)
{
	int32_t last = reduction->facts->to;
	int64_t days, passed;

	if (period->last <= last)
		return quota->min;
	if (period->last == INT32_MAX)
		return 0;
	days = (int64_t)period->last - period->first + 1;
	passed = (int64_t)last - period->first + 1;
	return quota->min * passed / days;
}

static void
add_limit(struct reduction *reduction, const struct owing *owing)
{
	struct reduced *r = &reduction->r;
	const struct quota_period *period = owing->period;
	int32_t end = r->monday + r->weeks * 7;
	int32_t from = period->first < r->monday ? r->monday : period->first;
	int32_t until = period->last >= end ? end : period->last + 1;

	r->limit =
	    xgrow(r->limit, &r->room.limit, r->limits + 1, sizeof(r->limit[0]));
	r->limit[r->limits++] = (struct limit){.doctor = owing->doctor,
	    .from = reduce_half(reduction, from, 0),
	    .until = reduce_half(reduction, until, 0),
	    .max = owing->max,
	    .min = owing->min,
	    .weight = owing->weight};
}

static int32_t
net(int64_t number, const struct quota_sum *there)
{
	int64_t left = number - (int64_t)(there->done + there->planned);

	return left < 0 ? 0 : left < MOST ? (int32_t)left : MOST;
}

/* They come doctor by doctor. */
static size_t
limits_of(const struct reduced *r, int32_t doctor)
{
	size_t count = 0;

	while (count < r->limits &&
	    r->limit[r->limits - 1 - count].doctor == doctor)
		count++;
	return count;
}

/* A week has one minimum, and a doctor one weight of all these; whatever does
 * not fit into that is a limit, and so are nights, which count two. */
static void
add_week(struct reduction *reduction, struct owing *owing)
{
	struct reduced *r = &reduction->r;
	struct doctor *doctor = &r->doctor[owing->doctor];
	size_t at = (size_t)owing->doctor * (size_t)r->weeks +
	    (size_t)((owing->period->first - r->monday) / 7);
	bool has_room = limits_of(r, owing->doctor) < WEEK_LIMITS_MOST;
	bool of_week;

	if (owing->max < r->week_max[at])
		r->week_max[at] = (uint8_t)owing->max;
	if (owing->min > 0 && doctor->week_short == NONE)
		doctor->week_short = owing->weight;
	of_week = owing->weight == doctor->week_short || !has_room;
	if (owing->min > r->week_min[at] && of_week)
		r->week_min[at] =
		    (uint8_t)(owing->min < HALVES_OF_WEEK ? owing->min
							  : HALVES_OF_WEEK);
	if (of_week)
		owing->min = 0;
	if (has_room && (owing->min > 0 || (r->nights && owing->max < MOST)))
		add_limit(reduction, owing);
}

static void
add_period(struct reduction *reduction, int32_t doctor,
    const struct quota *quota, const struct quota_period *period)
{
	const struct reduced *r = &reduction->r;
	struct quota_sum there = quota_sum(reduction->book, quota,
	    r->doctor[doctor].physician, period, reduction->facts->from);
	bool bound = quota->max != QUOTA_NONE &&
	    !reduce_is_off(reduction, quota->physician == REF_NONE ? 15 : 9);
	struct owing owing = {.doctor = doctor,
	    .period = period,
	    .max = bound ? net(quota->max, &there) : MOST,
	    .min = net(pace(reduction, quota, period), &there),
	    .weight = reduce_own_term(reduction, TERM_OWED, quota->programme)};

	if (owing.min > owing.max)
		owing.min = owing.max;
	if (owing.max == MOST && owing.min == 0)
		return;
	if (strcmp(quota->period, "week") == 0)
		add_week(reduction, &owing);
	else
		add_limit(reduction, &owing);
}

static void
add_quotas(struct reduction *reduction, int32_t doctor, struct id owner)
{
	const struct book *book = reduction->book;
	const struct reduced *r = &reduction->r;
	int32_t programme = r->doctor[doctor].programme;
	int32_t of = programme == NONE ? REF_NONE : r->programme[programme];
	size_t count;
	const int32_t *facts = book_facts(book, KIND_QUOTA, owner, &count);

	for (size_t i = 0; i < count; i++) {
		const struct quota *quota = (const struct quota *)book_entity(
		    book, KIND_QUOTA, facts[i]);
		struct quota_period period;
		int32_t day = reduction->facts->from;

		if (quota->programme != REF_NONE && quota->programme != of)
			continue;
		if (quota->from > day)
			day = quota->from;
		while (day <= reduction->facts->to &&
		    quota_period(quota, day, &period)) {
			add_period(reduction, doctor, quota, &period);
			if (period.last == INT32_MAX)
				break;
			day = period.last + 1;
		}
	}
}

static void
quotas(struct reduction *reduction)
{
	const struct book *book = reduction->book;
	struct reduced *r = &reduction->r;
	size_t cells = r->doctors * (size_t)r->weeks;

	r->week_min = xcalloc(cells, 1);
	r->week_max = xcalloc(cells, 1);
	if (cells > 0)
		memset(r->week_max, HALVES_OF_WEEK, cells);
	for (size_t i = 0; i < r->doctors; i++) {
		const struct doctor *doctor = &r->doctor[i];

		add_quotas(reduction, (int32_t)i,
		    book_physician(book, doctor->physician)->entity.id);
		if (doctor->programme != NONE)
			add_quotas(reduction, (int32_t)i,
			    book_entity(book, KIND_PROGRAMME,
				r->programme[doctor->programme])
				->id);
	}
	for (size_t i = 0; i < r->doctors; i++)
		if (r->doctor[i].week_short == NONE)
			r->doctor[i].week_short = 0;
}

/* ----- portions ----- */

enum { PROGRAMMES_MOST = 63, PERCENT = 100 };

struct portions {
	struct reduction *reduction;
	/* Programmes of those who may work at a site, as bits: none is the
	 * lowest. */
	uint64_t *at_site;
};

/* Whether somebody of the programme, or of none, may work there. */
static bool
works_at(const struct portions *portions, int32_t site, int32_t programme)
{
	return (portions->at_site[site] >> (programme + 1) & 1) != 0;
}

static void
add_portion(struct reduction *reduction, int32_t site, int32_t quarter,
    int32_t programme)
{
	struct reduced *r = &reduction->r;
	struct share_group group = {
	    programme == NONE ? REF_NONE : reduction->word[programme], site,
	    quarter};
	struct share share = share_of(reduction->book, &group);
	unsigned bound = share_bound(reduction->book, &group);
	int32_t next = day_quarter(quarter + QUARTER_DAYS);
	int32_t end = r->monday + r->weeks * 7;

	if (bound == SHARE_UNBOUND || reduce_is_off(reduction, 16))
		return;
	r->portion = xgrow(r->portion, &r->room.portion, r->portions + 1,
	    sizeof(r->portion[0]));
	r->portion[r->portions++] = (struct portion){.site = site,
	    .quarter = quarter,
	    .programme = programme,
	    .from = reduce_half(
		reduction, quarter < r->monday ? r->monday : quarter, 0),
	    .until = reduce_half(reduction, next < end ? next : end, 0),
	    .bound = (int32_t)bound,
	    .care = share.all,
	    .unscheduled = share.snp,
	    .broken = reduce_is_high(share.snp, share.all, bound)};
}

size_t
reduce_first_portion(const struct reduced *r, size_t portion)
{
	const struct portion *of = &r->portion[portion];

	while (portion > 0 && r->portion[portion - 1].site == of->site &&
	    r->portion[portion - 1].quarter == of->quarter)
		portion--;
	return portion;
}

int64_t *
reduce_other_care(const struct reduced *r)
{
	int64_t *other = xcalloc(r->portions + 1, sizeof(other[0]));

	for (size_t i = 0; i < r->demands; i++) {
		const struct demand *demand = &r->demand[i];

		if (demand->portion != NONE)
			other[demand->portion] +=
			    (int64_t)(demand->count - demand->filled) *
			    (demand->care - demand->unscheduled);
	}
	return other;
}

/* Whether a quarter of the other care that is still demanded would bring it
 * down: who knows that it will not be published is better sent elsewhere. */
static void
find_lost(struct reduction *reduction)
{
	struct reduced *r = &reduction->r;
	int64_t *more = reduce_other_care(r);

	for (size_t i = 0; i < r->portions; i++) {
		struct portion *portion = &r->portion[i];
		size_t first = reduce_first_portion(r, i);

		portion->lost = portion->broken &&
		    portion->unscheduled * PERCENT >=
			portion->bound * (portion->care + more[first] / 4);
	}
	free(more);
}

/* The first of the portions of a site and quarter; they are made when they are
 * asked for first. */
static int32_t
portion_of(const struct portions *portions, int32_t site, int32_t quarter)
{
	struct reduction *reduction = portions->reduction;
	struct reduced *r = &reduction->r;
	size_t first = r->portions;

	for (size_t i = r->portions; i-- > 0 && r->portion[i].site == site;)
		if (r->portion[i].quarter == quarter)
			first = i;
	if (first < r->portions)
		return (int32_t)first;
	for (int32_t programme = NONE; programme < (int32_t)r->programmes;
	     programme++)
		if (works_at(portions, site, programme))
			add_portion(reduction, site, quarter, programme);
	return first < r->portions ? (int32_t)first : NONE;
}

/* In the order of sites, so that those of one site stand together. */
static int
by_site(const void *left, const void *right, void *arg)
{
	const struct reduced *r = arg;
	const struct demand *a = &r->demand[*(const int32_t *)left];
	const struct demand *b = &r->demand[*(const int32_t *)right];
	int32_t site_a = r->spot[a->spot].site, site_b = r->spot[b->spot].site;

	if (site_a != site_b)
		return site_a < site_b ? -1 : 1;
	return (a->half > b->half) - (a->half < b->half);
}

static void
find_programmes(const struct portions *portions)
{
	const struct reduced *r = &portions->reduction->r;

	for (size_t i = 0; i < r->accesses; i++) {
		const struct access *access = &r->access[i];

		portions->at_site[r->spot[access->spot].site] |= UINT64_C(1)
		    << (r->doctor[access->doctor].programme + 1);
	}
}

static void
make_portions(struct reduction *reduction)
{
	struct reduced *r = &reduction->r;
	struct portions portions = {.reduction = reduction};
	int32_t *order;

	if (r->programmes > PROGRAMMES_MOST) {
		reduce_fail(reduction, "more than 63 programmes in one plan");
		return;
	}
	portions.at_site =
	    xcalloc((size_t)book_count(reduction->book, KIND_SITE),
		sizeof(portions.at_site[0]));
	find_programmes(&portions);
	order = xcalloc(r->demands, sizeof(order[0]));
	for (size_t i = 0; i < r->demands; i++)
		order[i] = (int32_t)i;
	if (r->demands > 0)
		qsort_r(order, r->demands, sizeof(order[0]), by_site, r);
	for (size_t i = 0; i < r->demands; i++) {
		struct demand *demand = &r->demand[order[i]];
		int32_t quarter =
		    day_quarter(reduce_day(reduction, demand->half));

		/* Of an older quarter nothing is judged. */
		if (demand->care > 0 && quarter >= book_from(reduction->book))
			demand->portion = portion_of(
			    &portions, r->spot[demand->spot].site, quarter);
	}
	find_lost(reduction);
	free(order);
	free(portions.at_site);
}

void
reduce_limits(struct reduction *reduction)
{
	quotas(reduction);
	make_portions(reduction);
}
