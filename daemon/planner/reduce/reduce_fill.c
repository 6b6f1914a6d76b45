/* SPDX-License-Identifier: ISC */
/*
 * reduce_fill: a reduction as an instance.
 *
 * What stays is nobody's here: it takes rooms and makes presence, while the
 * doctor's own time is closed and the rules, which see the book, are asked
 * about what is beside it.
 */
#include "daemon/planner/instance/instance_build.h"
#include "daemon/planner/reduce/reduce.h"
#include "proto/out.h"

#include <stdlib.h>

enum {
	NIGHT_UNITS = 2,
	PARTS_OF_PRESENCE = 1 << PART_M | 1 << PART_A,
	UNPOPULAR_PARTS = 1 << PART_E | 1 << PART_S | 1 << PART_N,
	WEEKEND = 1 << 5 | 1 << 6,
	DAY_MOST = 3, /* half-days of one physician on one day */
	WANTED = 2,   /* sites, or departements, of one physician */
	NAME_MAX = 64
};

static void
fill_rules(const struct reduced *r, struct instance *in)
{
	struct rules *rule = &in->rule;

	for (unsigned first = 0; first < PART_COUNT - 1; first++)
		rule->gap[first] = r->gap[first];
	for (unsigned part = 0; part < PART_COUNT; part++)
		rule->units[part] = part == PART_N ? NIGHT_UNITS : 1;
	/* A night ends when the morning begins. */
	if (r->nights)
		rule->rest[PART_N] = 1 << PART_M;
	rule->rest_across = r->nights;
	rule->unpopular_parts = UNPOPULAR_PARTS;
	rule->unpopular_days = WEEKEND;
}

static bool
add_activities(const struct reduction *reduction, struct instance *in)
{
	const struct reduced *r = reduction_of(reduction);

	for (size_t i = 0; i < r->classes; i++) {
		const struct class_of_work *class = &r->class[i];
		struct activity_kind kind = {
		    .factor = class->factor, .unscheduled = class->unscheduled};

		if (instance_add_activity(in,
			span_of(reduction_activity_name(class->activity)),
			span_of(class->specialty), &kind) == NAMES_NONE)
			return false;
	}
	return true;
}

/* A site with all its spots is one, and so is a departement; who works from
 * elsewhere is nowhere. */
static void
set_groups(struct instance *in, const struct spot *spot, struct place *place)
{
	/* Without what tells the spots of a site apart. */
	struct span site = {spot->name, ID_TEXT_LEN};

	place->group[SPREAD_SITE] = place->group[SPREAD_AREA] = -1;
	if (spot->remote)
		return;
	place->group[SPREAD_SITE] =
	    instance_name_group(in, SPREAD_SITE, site) + 1;
	if (spot->area[0] != '\0')
		place->group[SPREAD_AREA] =
		    instance_name_group(in, SPREAD_AREA, span_of(spot->area)) +
		    1;
}

static bool
add_sites(const struct reduced *r, struct instance *in)
{
	for (size_t i = 0; i < r->spots; i++) {
		const struct spot *spot = &r->spot[i];
		struct place place = {.value = spot->value,
		    .rooms = spot->rooms,
		    .presence = spot->presence};
		set_groups(in, spot, &place);
		if (instance_add_site(in, span_of(spot->name), &place) ==
		    NAMES_NONE)
			return false;
	}
	return true;
}

static bool
add_physicians(const struct reduction *reduction, struct instance *in)
{
	const struct reduced *r = reduction_of(reduction);

	for (size_t i = 0; i < r->doctors; i++) {
		const struct doctor *doctor = &r->doctor[i];
		struct worker worker = {.skills = doctor->skills,
		    .week_max = HALVES_PER_WEEK,
		    .horizon_max = COUNT_MAX,
		    .day_max = DAY_MOST,
		    .fair_share = doctor->fair_share,
		    .travel = doctor->travel,
		    .unfair = doctor->unfair,
		    .week_short = doctor->week_short};

		if (doctor->programme != NONE)
			worker.programme =
			    instance_programme(in,
				reduction_programme_code(
				    reduction, doctor->programme)) +
			    1;
		for (unsigned day = 0; day < DAYS_PER_WEEK; day++)
			worker.anchor[day] = NAMES_NONE;
		if (instance_add_physician(
			in, span_of(doctor->name), &worker) == NAMES_NONE)
			return false;
	}
	return true;
}

/* Own times, less those at which he is already somewhere. */
static void
fill_times(const struct reduced *r, struct instance *in)
{
	size_t days = r->doctors * (size_t)in->days;
	size_t weeks = r->doctors * (size_t)in->weeks;

	for (size_t i = 0; i < days; i++)
		in->free_parts[i] = r->free_parts[i];
	for (size_t i = 0; i < weeks; i++) {
		in->week_min[i] = r->week_min[i];
		in->week_max[i] = r->week_max[i];
	}
	for (size_t i = 0; i < r->stays; i++) {
		const struct standing *stay = &r->stay[i];
		size_t at = (size_t)(stay->doctor == NONE ? 0 : stay->doctor) *
			(size_t)in->days +
		    (size_t)(stay->half / PART_COUNT);

		if (stay->doctor != NONE)
			in->free_parts[at] = (uint8_t)(in->free_parts[at] &
			    ~(1u << stay->half % PART_COUNT));
		if (stay->spot != NONE)
			instance_add_held(in,
			    &(struct held){NAMES_NONE, stay->spot, stay->half,
				stay->remote});
	}
}

static void
name_it(char name[NAME_MAX], struct out *out, const char *word, size_t number)
{
	*out = (struct out){name, 0, NAME_MAX, false};
	out_text(out, word);
	out_u64(out, number);
}

static bool
add_limits(const struct reduced *r, struct instance *in)
{
	char name[NAME_MAX];
	struct out out;

	for (size_t i = 0; i < r->limits; i++) {
		const struct limit *limit = &r->limit[i];
		struct cap cap = {.physician = limit->doctor,
		    .from = limit->from,
		    .until = limit->until,
		    .programme = NAMES_NONE,
		    .max = limit->max,
		    .min = limit->min,
		    .weight = limit->weight,
		    .turn = limit->turn};

		name_it(name, &out, limit->turn == 0 ? "quota" : "turn", i + 1);
		if (instance_add_cap(in, (struct span){name, out.len}, &cap) ==
		    NAMES_NONE)
			return false;
	}
	return true;
}

/* A spot of the site that a portion is of. */
static int32_t
spot_of(const struct reduced *r, int32_t site)
{
	for (size_t i = 0; i < r->spots; i++)
		if (r->spot[i].site == site)
			return (int32_t)i;
	return NAMES_NONE;
}

static bool
add_portions(const struct reduction *reduction, struct instance *in)
{
	const struct reduced *r = reduction_of(reduction);
	char name[NAME_MAX];
	struct out out;

	for (size_t i = 0; i < r->portions; i++) {
		const struct portion *portion = &r->portion[i];
		struct share share = {.physician = NAMES_NONE,
		    .site = spot_of(r, portion->site),
		    .programme = NAMES_NONE,
		    .from = portion->from,
		    .until = portion->until,
		    .bound = portion->bound,
		    .minutes = portion->care,
		    .unscheduled = portion->unscheduled};

		if (portion->programme != NONE)
			share.programme = instance_programme(in,
			    reduction_programme_code(
				reduction, portion->programme));
		/* Those of one site and quarter stand together. */
		if (i > 0 && portion->site == portion[-1].site &&
		    portion->quarter == portion[-1].quarter)
			share.family = in->share[i - 1].family;
		else
			share.family = (int32_t)i + 1;
		name_it(name, &out, "share", i + 1);
		if (instance_add_share(
			in, (struct span){name, out.len}, &share) == NAMES_NONE)
			return false;
	}
	return true;
}

static void
add_needs(const struct reduced *r, struct instance *in)
{
	for (size_t i = 0; i < r->demands; i++) {
		const struct demand *demand = &r->demand[i];
		struct ladder ladder = {.levels = LEVELS};
		struct need need = {.site = demand->spot,
		    .half = demand->half,
		    .worth = demand->worth,
		    .share = NAMES_NONE,
		    .family = demand->portion + 1,
		    .programme = NAMES_NONE,
		    .activity = (uint8_t)demand->class,
		    .count = demand->count,
		    .filled = demand->filled,
		    .turn = demand->turn};

		for (unsigned level = 0; level < LEVELS; level++)
			ladder.level[level] = demand->level[level];
		need.ladder = instance_ladder(in, &ladder);
		instance_add_need(in, &need,
		    (struct care){demand->care, demand->unscheduled});
	}
}

static void
add_ways(const struct reduced *r, struct instance *in)
{
	for (size_t i = 0; i < r->accesses; i++)
		instance_add_reach(in,
		    &(struct reach){r->access[i].doctor, r->access[i].spot,
			r->access[i].minutes, 0});
	for (size_t i = 0; i < r->links; i++)
		instance_add_road(
		    in, r->link[i].a, r->link[i].b, r->link[i].minutes);
}

/* The first that is not before a pair. */
static size_t
first_barrier(const struct reduced *r, int32_t a, int32_t b)
{
	size_t low = 0, high = r->barriers;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct barrier *at = &r->barrier[middle];

		if (at->a < a || (at->a == a && at->b < b))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
add_pair(const struct reduced *r, struct instance *in, const struct access *one,
    const struct access *other)
{
	for (size_t i = first_barrier(r, one->spot, other->spot);
	     i < r->barriers && r->barrier[i].a == one->spot &&
	     r->barrier[i].b == other->spot;
	     i++)
		instance_add_apart(in,
		    &(struct apart){one->doctor, one->spot, other->spot,
			r->barrier[i].first});
}

/* Of each doctor who works at both. */
static void
add_barriers(const struct reduced *r, struct instance *in)
{
	size_t from = 0, to;

	for (; r->barriers > 0 && from < r->accesses; from = to) {
		to = from + 1;
		while (to < r->accesses &&
		    r->access[to].doctor == r->access[from].doctor)
			to++;
		for (size_t i = from; i < to; i++)
			for (size_t j = from; j < to; j++)
				add_pair(r, in, &r->access[i], &r->access[j]);
	}
}

static void
add_dears(const struct reduced *r, struct instance *in)
{
	for (size_t i = 0; i < r->label_days; i++)
		instance_add_dear(in,
		    &(struct dear_day){r->label_day[i].spot,
			r->label_day[i].day, r->label_day[i].points});
}

static void
add_spreads(const struct reduction *reduction, struct instance *in)
{
	const struct reduced *r = reduction_of(reduction);

	for (size_t i = 0; i < r->seconds; i++) {
		const struct second *second = &r->second[i];
		struct spread spread = {.physician = second->doctor,
		    .of = second->by_area ? SPREAD_AREA : SPREAD_SITE,
		    .want = WANTED,
		    .weight = second->points,
		    .used = NAMES_NONE};
		char name[ID_TEXT_LEN];

		if (second->site != NONE) {
			id_to_text(
			    reduction_site_id(reduction, second->site), name);
			spread.used = instance_name_group(
			    in, SPREAD_SITE, (struct span){name, ID_TEXT_LEN});
		}
		if (second->area[0] != '\0')
			spread.used = instance_name_group(
			    in, SPREAD_AREA, span_of(second->area));
		instance_add_spread(in, &spread);
	}
}

static void
add_marks(const struct reduced *r, struct instance *in)
{
	static const enum mark_kind kinds[] = {[REMARK_KEEP] = MARK_KEEP,
	    [REMARK_FORBID] = MARK_FORBID,
	    [REMARK_EXISTING] = MARK_EXISTING};

	for (size_t i = 0; i < r->remarks; i++) {
		const struct remark *remark = &r->remark[i];
		struct mark mark = {.physician = remark->doctor,
		    .site = remark->spot,
		    .half = remark->half,
		    .activity = remark->class,
		    .programme = NAMES_NONE,
		    .kind = kinds[remark->kind],
		    .points = BY_WEIGHTS};

		instance_add_mark(in, &mark);
	}
}

static bool
allows(void *context, const struct candidate *candidate)
{
	return reduction_allows(context, candidate->reach->physician,
	    candidate->need->site, candidate->need->half,
	    candidate->need->activity);
}

static int32_t
extra(void *context, const struct candidate *candidate)
{
	struct half_points points = reduction_points(context,
	    candidate->reach->physician, candidate->need->site,
	    candidate->need->half, candidate->need->activity);

	return points.wish + points.dislike + points.duty + points.away -
	    points.saved;
}

static struct stability
stability(void *context, int32_t physician, const struct need *need)
{
	struct change_points points =
	    reduction_change(context, physician, need->site, need->half);

	return (struct stability){points.drop, points.add};
}

static void
release(void *context)
{
	reduction_free(context);
}

bool
reduction_fill(
    struct reduction *reduction, struct instance *in, struct error *error)
{
	const struct reduced *r = reduction_of(reduction);

	instance_init(in, r->monday, r->weeks);
	in->reduction = reduction;
	in->hook = (struct hook){allows, extra, stability, release, reduction};
	in->weight.presence_parts = PARTS_OF_PRESENCE;
	fill_rules(r, in);
	if (!add_activities(reduction, in) || !add_sites(r, in) ||
	    !add_physicians(reduction, in) || !add_limits(r, in) ||
	    !add_portions(reduction, in)) {
		error_set(error, "two things have one name");
		return false;
	}
	add_needs(r, in);
	add_ways(r, in);
	add_barriers(r, in);
	add_dears(r, in);
	add_spreads(reduction, in);
	add_marks(r, in);
	fill_times(r, in);
	return instance_finish(in, error);
}
