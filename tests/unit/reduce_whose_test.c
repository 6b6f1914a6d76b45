/* SPDX-License-Identifier: ISC */
/*
 * reduce_whose_test: every number of a plan in which a term stands, by whose it
 * is: of a territory, of somebody of a programme.
 *
 * The week is that of Monday 2026-11-30.
 */
#include "daemon/base/compiler.h"
#include "daemon/domain/term.h"
#include "tests/unit/reduce_support.h"

enum { TERRITORIES = 2, PEOPLE = 3, ZONES = 5 };

/* Whom a term is asked for: a need, a half-day of somebody, somebody. */
enum way { OF_NOTHING, OF_NEED, OF_HALF_DAY, OF_PHYSICIAN };

static enum way
way_of(enum term term)
{
	static const enum way ways[TERM_COUNT] = {
	    [TERM_ZIP] = OF_NEED,
	    [TERM_ZAR] = OF_NEED,
	    [TERM_ZAC] = OF_NEED,
	    [TERM_QPV] = OF_NEED,
	    [TERM_HZ] = OF_NEED,
	    [TERM_RED] = OF_NEED,
	    [TERM_SECOND] = OF_NEED,
	    [TERM_THIRD] = OF_NEED,
	    [TERM_FURTHER] = OF_NEED,
	    [TERM_PRESENCE] = OF_NEED,
	    [TERM_STAFF] = OF_NEED,
	    [TERM_MORNING] = OF_NEED,
	    [TERM_FIVE_DAYS] = OF_NEED,
	    [TERM_TURN] = OF_HALF_DAY,
	    [TERM_CONTINUITY] = OF_HALF_DAY,
	    [TERM_WISH] = OF_HALF_DAY,
	    [TERM_DISLIKE] = OF_HALF_DAY,
	    [TERM_KEEP] = OF_HALF_DAY,
	    [TERM_ADD] = OF_HALF_DAY,
	    [TERM_DUTY] = OF_HALF_DAY,
	    [TERM_TRAVEL] = OF_PHYSICIAN,
	    [TERM_FAIR] = OF_PHYSICIAN,
	    [TERM_SITES] = OF_PHYSICIAN,
	    [TERM_OWED] = OF_PHYSICIAN,
	};

	return ways[term];
}

/* Of all numbers in which a term stands, by whose they are: territories 0 and
 * 1; programmes 0 and 1, and none. */
struct sums {
	uint64_t need[TERRITORIES], half[TERRITORIES][PEOPLE], own[PEOPLE];
};

static void
mix(uint64_t *sum, int64_t number)
{
	*sum = (*sum ^ (uint64_t)number) * UINT64_C(1099511628211);
}

static int
territory_of(const struct reduced *r, int32_t spot)
{
	return book_site(country.book, r->spot[spot].site)->territory;
}

static int
person_of(const struct reduced *r, int32_t doctor)
{
	int32_t programme = r->doctor[doctor].programme;

	return programme == NONE ? PEOPLE - 1 : r->programme[programme];
}

static void
mix_needs(struct sums *sums, const struct reduced *r)
{
	for (size_t i = 0; i < r->spots; i++) {
		uint64_t *sum = &sums->need[territory_of(r, (int32_t)i)];

		mix(sum, r->spot[i].value);
		mix(sum, r->spot[i].presence);
	}
	for (size_t i = 0; i < r->demands; i++) {
		const struct demand *demand = &r->demand[i];
		uint64_t *sum = &sums->need[territory_of(r, demand->spot)];

		mix(sum, demand->worth);
		for (int k = 0; k < LEVELS; k++)
			mix(sum, demand->level[k]);
	}
	for (size_t i = 0; i < r->label_days; i++)
		mix(&sums->need[territory_of(r, r->label_day[i].spot)],
		    r->label_day[i].points);
}

static void
mix_half_day(struct sums *sums, const struct reduction *reduction,
    int32_t doctor, const struct demand *demand)
{
	const struct reduced *r = reduction_of(reduction);
	struct half_points points = reduction_points(
	    reduction, doctor, demand->spot, demand->half, demand->class);
	struct change_points change =
	    reduction_change(reduction, doctor, demand->spot, demand->half);
	uint64_t *sum =
	    &sums->half[territory_of(r, demand->spot)][person_of(r, doctor)];

	mix(sum, points.wish);
	mix(sum, points.dislike);
	mix(sum, points.duty);
	mix(sum, points.away);
	mix(sum, change.drop);
	mix(sum, change.add);
}

static struct sums
sums_of(void)
{
	struct reduction *reduction = country_reduce(&country);
	const struct reduced *r = reduction_of(reduction);
	struct sums sums = {.need = {1}};

	mix_needs(&sums, r);
	for (size_t d = 0; d < r->doctors; d++) {
		const struct doctor *doctor = &r->doctor[d];
		uint64_t *own = &sums.own[person_of(r, (int32_t)d)];

		for (size_t i = 0; i < r->demands; i++)
			mix_half_day(
			    &sums, reduction, (int32_t)d, &r->demand[i]);
		mix(own, doctor->travel);
		mix(own, doctor->unfair);
		mix(own, doctor->week_short);
	}
	/* The sector is one of territory 0. */
	for (size_t i = 0; i < r->limits; i++) {
		int person = person_of(r, r->limit[i].doctor);

		mix(r->limit[i].turn == 0 ? &sums.own[person]
					  : &sums.half[0][person],
		    r->limit[i].weight);
	}
	for (size_t i = 0; i < r->seconds; i++)
		mix(&sums.own[person_of(r, r->second[i].doctor)],
		    r->second[i].points);
	reduction_free(reduction);
	return sums;
}

static void
add_zone(int32_t site, const char *kind, const char *class)
{
	struct zone fact = {.from = country.from - 100, .to = INT32_MAX};

	fact.entity = (struct entity){country_id(&country), 1};
	SET(fact.commune, book_site(country.book, site)->commune);
	SET(fact.kind, kind);
	SET(fact.class, class);
	test_load(country.book, KIND_ZONE, &fact);
}

static void
add_staff(int32_t site)
{
	struct presence staff = {.site = site,
	    .staff = "nurse",
	    .pattern = test_pattern("mon-fri MA"),
	    .from = country.from - 7,
	    .to = INT32_MAX,
	    .number = 1,
	    .state = "active"};

	staff.entity = (struct entity){country_id(&country), 1};
	test_load(country.book, KIND_PRESENCE, &staff);
}

static void
add_places(int32_t territory)
{
	static const char *const zones[ZONES][2] = {{"gp", "ZIP"},
	    {"gp", "ZAR"}, {"gp", "ZAC"}, {"qpv", "QPV"}, {"gp", "HZ"}};

	for (int i = 0; i < ZONES; i++) {
		int32_t site = country_site(&country,
		    LAT + (territory * ZONES + i) * NEARBY, LON, HOURS, 4);

		country_belongs(
		    &country, site, territory, territory == 0 ? 2 : REF_NONE);
		add_zone(site, zones[i][0], zones[i][1]);
		country_need(&country, site, REF_NONE, "mon M", "SNP MG", 4);
		country_need(&country, site, REF_NONE, "wed M", "MT MG", 1);
		country_need(&country, site, REF_NONE, "thu S", "PDSA MG", 1);
		if (i > 0)
			continue;
		add_zone(site, "red", "ROUGE");
		add_staff(site);
		country_label(&country, site);
	}
}

/* Something for every term in each of two territories, for somebody of each of
 * two programmes and for somebody of none. */
static void
fill_for_all(void)
{
	country_territory(&country, "cpts");
	country_territory(&country, "cpts");
	country_territory(&country, "sector");
	country_programme(&country, 100);
	country_programme(&country, 100);
	for (int32_t i = 0; i < TERRITORIES; i++)
		add_places(i);
	country_need(&country, REF_NONE, 2, "tue M", "MT MG", 6);
	for (int32_t i = 0; i < PEOPLE; i++) {
		country_worker(LAT, TERRITORIES * ZONES, "mon-sun MAESN");
		country_offer(&country, i, "preferred", "mon,tue,thu MAESN");
		country_offer(&country, i, "disliked", "wed MAESN");
		if (i < 2)
			country_enrol(&country, i, i);
		country_quota(&country, i < 2 ? REF_NONE : i,
		    i < 2 ? i : REF_NONE, "week", 2, 20);
		country_was_at((unsigned)i, i, i, "2026-11-25");
	}
	country_lock(0, 0, "day=2026-12-02 part=M activity=MT state=forbid");
}

/* Of territory 0, programme 0, both, and all. */
static void
expect_own(const struct sums *was, const struct sums *now, enum way way,
    bool territory, bool programme)
{
	for (int t = 0; t < TERRITORIES; t++) {
		bool in = territory && t == 0;

		ck_assert_int_eq(
		    was->need[t] != now->need[t], way == OF_NEED && in);
		for (int p = 0; p < PEOPLE; p++)
			ck_assert_msg((was->half[t][p] != now->half[t][p]) ==
				(way == OF_HALF_DAY &&
				    (in || (programme && p == 0))),
			    "territory %d programme %d", t, p);
	}
	for (int p = 0; p < PEOPLE; p++)
		ck_assert_int_eq(was->own[p] != now->own[p],
		    way == OF_PHYSICIAN && programme && p == 0);
}

START_TEST(a_term_counts_for_whose_it_is)
{
	const struct term_info *info = term_info((enum term)_i);
	enum way way = way_of((enum term)_i);
	bool is_turn = _i == TERM_TURN;
	struct sums usual, other, both, mine;

	fill_for_all();
	usual = sums_of();
	country_weigh(&country, info->key, info->value + 1, 0, REF_NONE);
	other = sums_of();
	expect_own(&usual, &other, way, true, false);
	country_weigh(&country, info->key, info->value + 2, REF_NONE, 0);
	both = sums_of();
	if (!is_turn)
		expect_own(&usual, &both, way, true, true);
	/* The programme's goes before the territory's. */
	ck_assert_int_eq(
	    both.half[0][0] != other.half[0][0], way == OF_HALF_DAY);
	ck_assert(both.half[0][1] == other.half[0][1]);
	ck_assert(both.need[0] == other.need[0]);
	/* And a territory's before that of all, which others have. */
	country_weight(&country, info->key, info->value + 3);
	mine = sums_of();
	ck_assert(mine.need[0] == both.need[0]);
	ck_assert(mine.half[0][0] == both.half[0][0]);
	ck_assert(mine.half[0][1] == both.half[0][1]);
	ck_assert(mine.own[0] == both.own[0]);
	ck_assert_int_eq(mine.need[1] != both.need[1], way == OF_NEED);
	ck_assert_int_eq(
	    mine.half[1][2] != both.half[1][2], way == OF_HALF_DAY && !is_turn);
	ck_assert_int_eq(mine.own[2] != both.own[2], way == OF_PHYSICIAN);
}
END_TEST

/* What has no site counts as the territory says of which alone the plan is. */
START_TEST(a_plan_of_one_territory)
{
	const struct term_info *info = term_info((enum term)_i);
	enum way way = way_of((enum term)_i);
	struct sums usual, own;

	fill_for_all();
	country_scope("territory", KIND_TERRITORY);
	usual = sums_of();
	country_weigh(&country, info->key, info->value + 1, 0, REF_NONE);
	own = sums_of();
	ck_assert_int_eq(usual.need[0] != own.need[0], way == OF_NEED);
	for (int p = 0; p < PEOPLE; p++) {
		ck_assert_int_eq(
		    usual.half[0][p] != own.half[0][p], way == OF_HALF_DAY);
		ck_assert_int_eq(
		    usual.own[p] != own.own[p], way == OF_PHYSICIAN);
	}
}
END_TEST

/* What has no physician yet counts as the programme says of which alone the
 * plan is. */
START_TEST(a_plan_of_one_programme)
{
	const struct term_info *info = term_info((enum term)_i);
	enum way way = way_of((enum term)_i);
	struct sums usual, own;

	fill_for_all();
	country_scope("programme", KIND_PROGRAMME);
	usual = sums_of();
	country_weigh(&country, info->key, info->value + 1, REF_NONE, 0);
	own = sums_of();
	for (int t = 0; t < TERRITORIES; t++)
		ck_assert_int_eq(usual.need[t] != own.need[t], way == OF_NEED);
	ck_assert_int_eq(
	    usual.half[0][0] != own.half[0][0], way == OF_HALF_DAY);
	ck_assert_int_eq(usual.own[0] != own.own[0], way == OF_PHYSICIAN);
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("whose");
	TCase *cases[] = {all};

	tcase_add_checked_fixture(all, country_set_up, country_tear_down);
	tcase_add_loop_test(all, a_term_counts_for_whose_it_is, 0, TERM_COUNT);
	tcase_add_loop_test(all, a_plan_of_one_territory, 0, TERM_COUNT);
	tcase_add_loop_test(all, a_plan_of_one_programme, 0, TERM_COUNT);
	tcase_set_timeout(all, 300);
	return test_main("reduce_whose", cases, ARRAY_SIZE(cases));
}
