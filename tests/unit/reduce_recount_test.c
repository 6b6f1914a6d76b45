/* SPDX-License-Identifier: ISC */
/*
 * reduce_recount_test: every term of the cost of a plan of a random country,
 * counted once more from its half-days.
 */
#include "daemon/base/compiler.h"
#include "daemon/domain/open.h"
#include "daemon/domain/term.h"
#include "tests/unit/reduce_support.h"
#include "tests/unit/solve_support.h"

#include <math.h>
#include <string.h>

enum { SEEDS = 30, PHASES = 8 };

struct recount {
	struct country *of;
	const struct reduction *reduction;
	const struct reduced *r;
	const struct solved *solved;
	int64_t points[ITEM_COUNT], counts[ITEM_COUNT];
};

/* What a term counts for a doctor (NONE: for nobody yet) at a site (REF_NONE:
 * nowhere) on a day of the plan. */
static int64_t
value(const struct recount *recount, enum term term, int32_t doctor,
    int32_t site, int32_t day)
{
	const struct book *book = recount->of->book;
	int32_t territory =
	    site == REF_NONE ? REF_NONE : book_site(book, site)->territory;
	int32_t programme = REF_NONE;

	if (doctor != NONE && recount->r->doctor[doctor].programme != NONE)
		programme =
		    recount->r->programme[recount->r->doctor[doctor].programme];
	return term_value(
	    book, term, territory, programme, recount->r->monday + day);
}

/* Of a half-day. */
static int64_t
value_at(const struct recount *recount, enum term term, int32_t doctor,
    int32_t spot, int32_t half)
{
	return value(recount, term, doctor, recount->r->spot[spot].site,
	    half / PART_COUNT);
}

/* Of all of a doctor's time; every plan here begins on a Monday. */
static int64_t
own_value(const struct recount *recount, enum term term, int32_t doctor)
{
	return value(recount, term, doctor, REF_NONE, 0);
}

static void
count(struct recount *recount, enum item item, int64_t points)
{
	if (points == 0)
		return;
	recount->points[item] += points;
	recount->counts[item]++;
}

static int32_t
done_of(const struct recount *recount, const struct demand *demand)
{
	int32_t done = demand->filled;

	for (size_t i = 0; i < recount->solved->count; i++) {
		const struct chosen *chosen = &recount->solved->chosen[i];

		done += chosen->spot == demand->spot &&
		    chosen->half == demand->half &&
		    chosen->class == demand->class;
	}
	return done;
}

static enum item
zone_of(const struct recount *recount, const struct demand *demand)
{
	static const struct {
		const char *class;
		enum item item;
	} zones[] = {{"ZIP", ITEM_ZIP}, {"ZAR", ITEM_ZAR}, {"ZAC", ITEM_ZAC},
	    {"HZ", ITEM_HZ}};
	const struct book *book = recount->of->book;
	int32_t day = recount->r->monday + demand->half / PART_COUNT;
	struct place place;
	const char *class;

	site_place(book, recount->r->spot[demand->spot].site, day,
	    (enum part)(demand->half % PART_COUNT), &place);
	class = book_zone(book, place.commune, "gp", day);
	for (size_t i = 0; class != NULL && i < ARRAY_SIZE(zones); i++)
		if (strcmp(class, zones[i].class) == 0)
			return zones[i].item;
	return ITEM_HZ;
}

/* Half-days left open, at what each is worth. */
static void
count_open(struct recount *recount)
{
	static const enum term terms[] = {
	    TERM_SECOND, TERM_THIRD, TERM_FURTHER};

	for (size_t i = 0; i < recount->r->demands; i++) {
		const struct demand *demand = &recount->r->demand[i];

		int64_t level[] = {1000, 0, 0, 0};

		for (int k = 0; k < 3; k++) {
			level[k + 1] = value_at(recount, terms[k], NONE,
			    demand->spot, demand->half);
			if (level[k + 1] > level[k])
				level[k + 1] = level[k];
		}
		for (int32_t k = done_of(recount, demand); k < demand->count;
		     k++) {
			double worth = (double)demand->worth *
			    (double)level[k < 3 ? k : 3] / 1e6;

			count(recount, zone_of(recount, demand),
			    (int64_t)nearbyint(worth));
		}
	}
}

static bool
is_seen(const struct recount *recount, int32_t spot, int32_t day)
{
	const struct reduced *r = recount->r;

	for (size_t i = 0; i < r->stays; i++)
		if (r->stay[i].spot == spot && !r->stay[i].remote &&
		    r->stay[i].half / PART_COUNT == day &&
		    r->stay[i].half % PART_COUNT <= PART_A)
			return true;
	for (size_t i = 0; i < recount->solved->count; i++) {
		const struct chosen *chosen = &recount->solved->chosen[i];

		if (chosen->spot == spot && chosen->half / PART_COUNT == day &&
		    chosen->half % PART_COUNT <= PART_A)
			return true;
	}
	return false;
}

static void
count_days(struct recount *recount)
{
	const struct reduced *r = recount->r;
	int32_t spot = NONE, day = NONE;

	for (size_t i = 0; i < r->demands; i++) {
		const struct demand *demand = &r->demand[i];

		if (r->spot[demand->spot].remote ||
		    demand->half % PART_COUNT > PART_A ||
		    (demand->spot == spot && demand->half / PART_COUNT == day))
			continue;
		spot = demand->spot;
		day = demand->half / PART_COUNT;
		if (!is_seen(recount, spot, day))
			count(recount, ITEM_PRESENCE, r->spot[spot].presence);
	}
	for (size_t i = 0; i < r->label_days; i++)
		if (!is_seen(
			recount, r->label_day[i].spot, r->label_day[i].day))
			count(recount, ITEM_FIVE_DAYS, r->label_day[i].points);
}

/* What a physician does in a half-day, or NULL. */
static const struct chosen *
does(const struct recount *recount, int32_t doctor, int32_t half)
{
	for (size_t i = 0; i < recount->solved->count; i++)
		if (recount->solved->chosen[i].doctor == doctor &&
		    recount->solved->chosen[i].half == half)
			return &recount->solved->chosen[i];
	return NULL;
}

static int32_t
minutes_to(const struct recount *recount, int32_t doctor, int32_t spot)
{
	for (size_t i = 0; i < recount->r->accesses; i++)
		if (recount->r->access[i].doctor == doctor &&
		    recount->r->access[i].spot == spot)
			return recount->r->access[i].minutes;
	ck_abort_msg("no way to the spot");
}

static int32_t
minutes_between(const struct recount *recount, int32_t a, int32_t b)
{
	for (size_t i = 0; i < recount->r->links; i++) {
		const struct link_between *link = &recount->r->link[i];

		if ((link->a == a && link->b == b) ||
		    (link->a == b && link->b == a))
			return link->minutes;
	}
	return 0;
}

/* Points that going on from the half-day to the next one saves. */
static int64_t
saved(const struct recount *recount, const struct chosen *chosen)
{
	const struct reduced *r = recount->r;
	const struct chosen *next =
	    does(recount, chosen->doctor, chosen->half + 1);
	int32_t minutes;

	if (chosen->half % PART_COUNT == PART_COUNT - 1 || next == NULL ||
	    r->gap[chosen->half % PART_COUNT] < 0 ||
	    r->spot[chosen->spot].remote || r->spot[next->spot].remote)
		return 0;
	minutes = minutes_to(recount, chosen->doctor, chosen->spot) +
	    minutes_to(recount, chosen->doctor, next->spot);
	if (next->spot != chosen->spot)
		minutes -= minutes_between(recount, chosen->spot, next->spot);
	return minutes > 0
	    ? minutes * own_value(recount, TERM_TRAVEL, chosen->doctor)
	    : 0;
}

static void
count_half_day(struct recount *recount, const struct chosen *chosen)
{
	const struct reduced *r = recount->r;
	const struct doctor *doctor = &r->doctor[chosen->doctor];
	const struct class_of_work *class = &r->class[chosen->class];
	int32_t day = chosen->half / PART_COUNT;
	int32_t anchor = doctor->anchor[day % 7];
	size_t at = (size_t)chosen->doctor * (size_t)r->weeks * 7 + (size_t)day;
	unsigned part = (unsigned)(chosen->half % PART_COUNT);
	int32_t site = r->spot[chosen->spot].site;
	struct half_points points = reduction_points(recount->reduction,
	    chosen->doctor, chosen->spot, chosen->half, chosen->class);
	int64_t way = r->spot[chosen->spot].remote
	    ? 0
	    : 2 * own_value(recount, TERM_TRAVEL, chosen->doctor) *
		minutes_to(recount, chosen->doctor, chosen->spot);

	if ((r->unwished[at] >> part & 1) != 0)
		count(recount, ITEM_WISH,
		    value(recount, TERM_WISH, chosen->doctor, site, day));
	if (class->activity == ACTIVITY_PDSA)
		count(recount, ITEM_DUTY,
		    value(recount, TERM_DUTY, chosen->doctor, site, day));
	count(recount, ITEM_TRAVEL, way - points.saved);
	recount->points[ITEM_TRAVEL] -= saved(recount, chosen);
	if ((r->disliked[at] >> part & 1) != 0)
		count(recount, ITEM_DISLIKE,
		    value(recount, TERM_DISLIKE, chosen->doctor, site, day));
	if (class->anchored && anchor != NONE && anchor != chosen->spot)
		count(recount, ITEM_CONTINUITY,
		    value(recount, TERM_CONTINUITY, chosen->doctor, site, day));
}

static bool
was_there(const struct recount *recount, const struct remark *remark)
{
	const struct chosen *chosen =
	    does(recount, remark->doctor, remark->half);

	return chosen != NULL && chosen->spot == remark->spot &&
	    chosen->class == remark->class;
}

static bool
is_new(const struct recount *recount, const struct chosen *chosen)
{
	for (size_t i = 0; i < recount->r->remarks; i++) {
		const struct remark *remark = &recount->r->remark[i];

		if (remark->kind == REMARK_EXISTING &&
		    remark->doctor == chosen->doctor &&
		    remark->half == chosen->half &&
		    remark->spot == chosen->spot &&
		    remark->class == chosen->class)
			return false;
	}
	return true;
}

/* What was there and goes; what is new where something was. */
static void
count_changes(struct recount *recount)
{
	const struct reduced *r = recount->r;

	for (size_t i = 0; i < r->remarks; i++) {
		const struct remark *remark = &r->remark[i];

		if (remark->kind == REMARK_EXISTING &&
		    !was_there(recount, remark))
			count(recount, ITEM_KEEP,
			    value_at(recount, TERM_KEEP, remark->doctor,
				remark->spot, remark->half));
	}
	for (size_t i = 0; r->remarks > 0 && i < recount->solved->count; i++) {
		const struct chosen *chosen = &recount->solved->chosen[i];

		if (is_new(recount, chosen))
			count(recount, ITEM_ADD,
			    value_at(recount, TERM_ADD, chosen->doctor,
				chosen->spot, chosen->half));
	}
}

static void
count_missing(
    struct recount *recount, enum item item, int64_t missing, int64_t weight)
{
	if (missing <= 0 || weight == 0)
		return;
	recount->points[item] += missing * weight;
	recount->counts[item] += missing;
}

static uint16_t
turn_of(const struct recount *recount, const struct chosen *chosen)
{
	for (size_t i = 0; i < recount->r->demands; i++) {
		const struct demand *demand = &recount->r->demand[i];

		if (demand->spot == chosen->spot &&
		    demand->half == chosen->half &&
		    demand->class == chosen->class)
			return demand->turn;
	}
	ck_abort_msg("nobody asked for it");
}

static int64_t
units_in(const struct recount *recount, const struct limit *limit)
{
	int64_t units = 0;

	for (int32_t half = limit->from; half < limit->until; half++) {
		const struct chosen *chosen =
		    does(recount, limit->doctor, half);

		if (chosen != NULL &&
		    (limit->turn == 0 ||
			limit->turn == turn_of(recount, chosen)))
			units += half % PART_COUNT == PART_N ? 2 : 1;
	}
	return units;
}

static bool
is_unpopular(int32_t half)
{
	return half % PART_COUNT >= PART_E || half / PART_COUNT % 7 >= 5;
}

static void
count_doctor(struct recount *recount, int32_t doctor)
{
	const struct reduced *r = recount->r;
	int64_t above = -r->doctor[doctor].fair_share;

	for (int32_t week = 0; week < r->weeks; week++) {
		int64_t missing = r->week_min[doctor * r->weeks + week];

		for (int32_t at = 0; at < 7 * PART_COUNT; at++) {
			int32_t half = week * 7 * PART_COUNT + at;
			bool works = does(recount, doctor, half) != NULL;

			missing -= works;
			above += works && is_unpopular(half);
		}
		count_missing(
		    recount, ITEM_OWED, missing, r->doctor[doctor].week_short);
	}
	if (above > 0 && own_value(recount, TERM_FAIR, doctor) != 0) {
		recount->counts[ITEM_FAIR] += above;
		recount->points[ITEM_FAIR] +=
		    own_value(recount, TERM_FAIR, doctor) *
		    (above * (above + 1) / 2);
	}
}

/* Sites or departements, of two, that the doctor does not see. */
static void
count_second(struct recount *recount, const struct second *second)
{
	const struct reduced *r = recount->r;
	const char *area = second->area;
	int32_t site = second->site;
	int seen = second->by_area ? area[0] != '\0' : site != NONE;

	for (size_t i = 0; seen < 2 && i < recount->solved->count; i++) {
		const struct chosen *chosen = &recount->solved->chosen[i];
		const struct spot *spot = &r->spot[chosen->spot];

		if (chosen->doctor != second->doctor || spot->remote ||
		    (second->by_area ? spot->area[0] == '\0' ||
				strcmp(spot->area, area) == 0
				     : spot->site == site))
			continue;
		area = spot->area;
		site = spot->site;
		seen++;
	}
	count_missing(recount, ITEM_SITES, 2 - seen, second->points);
}

/* Labels, which a random country has not. */
static void
add_labels(uint64_t seed)
{
	for (int32_t i = 0; i < book_count(country.book, KIND_SITE); i++)
		if (((uint64_t)i + seed) % 3 == 0)
			country_label(&country, i);
}

static void
count_all(struct recount *recount)
{
	const struct reduced *r = recount->r;

	count_open(recount);
	count_days(recount);
	for (size_t i = 0; i < recount->solved->count; i++)
		count_half_day(recount, &recount->solved->chosen[i]);
	count_changes(recount);
	for (size_t i = 0; i < r->doctors; i++)
		count_doctor(recount, (int32_t)i);
	for (size_t i = 0; i < r->limits; i++) {
		const struct limit *limit = &r->limit[i];

		count_missing(recount, limit->turn == 0 ? ITEM_OWED : ITEM_TURN,
		    limit->min - units_in(recount, limit), limit->weight);
	}
	for (size_t i = 0; i < r->seconds; i++)
		count_second(recount, &r->second[i]);
}

START_TEST(every_term_is_what_its_half_days_say)
{
	uint64_t seed = (uint64_t)_i + 1;
	struct recount recount = {.of = &country};
	struct reduction *reduction;
	struct solved solved;

	country_fini(&country);
	country_init(&country, "2026-11-30", 2 + (unsigned)(seed % 2));
	country_fill(&country, seed, seed % 3 == 0);
	add_labels(seed);
	if (seed % 2 == 0)
		country_weigh_all(&country);
	reduction = country_reduce(&country);
	solve(reduction, PHASES, &solved);
	recount.reduction = reduction;
	recount.r = reduction_of(reduction);
	recount.solved = &solved;
	count_all(&recount);
	for (int i = 0; i < ITEM_COUNT; i++) {
		ck_assert_msg(solved.points[i] == recount.points[i],
		    "%s: %lld points, %lld by its half-days",
		    item_info((enum item)i)->key, (long long)solved.points[i],
		    (long long)recount.points[i]);
		ck_assert_msg(solved.counts[i] == recount.counts[i],
		    "%s: %lld times, %lld by its half-days",
		    item_info((enum item)i)->key, (long long)solved.counts[i],
		    (long long)recount.counts[i]);
	}
	solved_free(&solved);
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("recount");
	TCase *cases[] = {all};

	tcase_add_checked_fixture(all, country_set_up, country_tear_down);
	tcase_add_loop_test(
	    all, every_term_is_what_its_half_days_say, 0, SEEDS);
	tcase_set_timeout(all, 300);
	return test_main("reduce_recount", cases, ARRAY_SIZE(cases));
}
