/* SPDX-License-Identifier: ISC */
/*
 * reduce_turn_test: what sectors need - where it is done, and that physicians
 * do it in turn, with the weights that there are by default.
 *
 * The first week is that of Monday 2026-11-30.
 */
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "tests/unit/reduce_support.h"
#include "tests/unit/solve_support.h"

#include <stdlib.h>

enum { MANY = 8, SEEDS = 24, PHASES = 60 };

static int32_t
a_sector(unsigned weeks, int32_t sites)
{
	int32_t sector;

	country_fini(&country);
	country_init(&country, "2026-11-30", weeks);
	sector = country_territory(&country, "sector");
	/* Of which all care may be unscheduled. */
	country_programme(&country, 100);
	for (int32_t i = 0; i < sites; i++) {
		country_site(&country, LAT + i * NEARBY, LON, HOURS, 2);
		country_belongs(&country, i, REF_NONE, sector);
	}
	return sector;
}

/* Who works for it at the first so many sites. */
static int32_t
volunteer(int32_t lat, int32_t sites, const char *pattern)
{
	int32_t index = country_worker(lat, sites, pattern);

	country_enrol(&country, index, 0);
	return index;
}

static void
absent(int32_t physician, int32_t from, int32_t to)
{
	struct absence fact = {.physician = physician,
	    .from = from,
	    .to = to,
	    .parts = "MAESN",
	    .state = "active"};

	fact.entity = (struct entity){country_id(&country), 1};
	test_load(country.book, KIND_ABSENCE, &fact);
}

static void
did(unsigned n, int32_t physician, int32_t site, const char *day)
{
	struct assignment a =
	    test_slot(country.book, n, physician, site, day, PART_M);

	a.activity = ACTIVITY_SNP;
	a.programme = book_word(country.book,
	    span_of(((const struct programme *)book_entity(
			 country.book, KIND_PROGRAMME, 0))
			->code));
	ck_assert_int_eq(test_load_slot(country.book, &a, 1), APPLY_DONE);
}

/* The half-days that a doctor is to do of the only turn. */
static int32_t
least_of(const struct reduced *r, int32_t physician)
{
	for (size_t i = 0; i < r->limits; i++)
		if (r->limit[i].turn == 1 &&
		    r->doctor[r->limit[i].doctor].physician == physician)
			return r->limit[i].min;
	return 0;
}

/* ----- where ----- */

static int32_t
site_of(const struct reduced *r, int32_t day)
{
	for (size_t i = 0; i < r->demands; i++)
		if (r->demand[i].half / PART_COUNT == day)
			return r->spot[r->demand[i].spot].site;
	return NONE;
}

START_TEST(a_sector_is_served_where_most_can)
{
	int32_t sector = a_sector(1, 2);
	struct reduction *reduction;
	const struct reduced *r;

	/* Two may work at the first site alone, three at the second; one of
	 * these is away on Tuesday, two of them on Wednesday. */
	volunteer(LAT, 1, "mon-fri M");
	volunteer(LAT, 1, "mon-fri M");
	for (int32_t i = 2; i < 5; i++) {
		volunteer(LAT + 2 * NEARBY, 0, "mon-fri M");
		country_authorise(&country, i, 1);
	}
	absent(2, country.from + 1, country.from + 2);
	absent(3, country.from + 2, country.from + 2);
	country_need(&country, REF_NONE, sector, "mon-wed M", "SNP MG", 1);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->demands, 3);
	ck_assert_int_eq(site_of(r, 0), 1);
	/* As many at both: where they have the shorter way. */
	ck_assert_int_eq(site_of(r, 1), 0);
	ck_assert_int_eq(site_of(r, 2), 0);
	reduction_free(reduction);
}
END_TEST

START_TEST(a_sector_is_served_where_it_is_already)
{
	int32_t sector = a_sector(1, 2);
	struct reduction *reduction;
	const struct reduced *r;

	volunteer(LAT, 2, "mon-fri M");
	volunteer(LAT, 1, "mon-fri M");
	country_need(&country, REF_NONE, sector, "mon,tue M", "SNP MG", 1);
	did(1, 0, 1, "2026-11-30");
	country.may_move = true;
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->demands, 2);
	ck_assert_int_eq(site_of(r, 0), 1);
	ck_assert_int_eq(site_of(r, 1), 0);
	ck_assert_uint_eq(r->remarks, 1);
	reduction_free(reduction);
}
END_TEST

/* ----- how many each ----- */

/* Walk-in mornings of a sector over volunteers: each has as many as the others,
 * but for one. */
START_TEST(mornings_of_a_sector_are_shared_out)
{
	enum { PEOPLE = 5, WEEKS = 6 };
	size_t had[PEOPLE] = {0}, least = SIZE_MAX, most = 0;
	int32_t sector = a_sector(WEEKS, 2);
	struct reduction *reduction;
	struct solved solved;

	/* The last ones live far away. */
	for (int32_t i = 0; i < PEOPLE; i++)
		volunteer(LAT + i * 3 * NEARBY, 2, "mon-fri M");
	country_need(&country, REF_NONE, sector, "mon-fri M", "SNP MG", 1);
	reduction = country_reduce(&country);
	ck_assert_uint_eq(reduction_of(reduction)->demands, 5 * WEEKS);
	ck_assert_uint_eq(reduction_of(reduction)->demand[0].turn, 1);
	solve(reduction, 120, &solved);
	ck_assert_msg(solved.count == 5 * WEEKS,
	    "%zu half-days, cost %lld of %lld", solved.count,
	    (long long)solved.cost, (long long)solved.bound);
	for (size_t i = 0; i < solved.count; i++)
		had[solved.chosen[i].doctor]++;
	for (size_t i = 0; i < PEOPLE; i++) {
		least = had[i] < least ? had[i] : least;
		most = had[i] > most ? had[i] : most;
	}
	ck_assert_msg(most - least <= 1, "%zu to %zu", least, most);
	country_adopt(&country, reduction, solved.chosen, solved.count);
	solved_free(&solved);
}
END_TEST

START_TEST(turns_count_what_was_and_know_who_is_new)
{
	int32_t sector = a_sector(1, 1), fresh;
	struct reduction *reduction;
	const struct reduced *r;
	struct authorisation fact = {.physician = 2,
	    .site = 0,
	    .from = country.from,
	    .to = INT32_MAX,
	    .kind = "mission",
	    .state = "active"};
	struct enrolment enrolment = {.physician = 2,
	    .programme = 0,
	    .from = country.from,
	    .to = INT32_MAX,
	    .state = "active"};

	volunteer(LAT, 1, "mon-sat M");
	volunteer(LAT, 1, "mon-sat M");
	fresh = country_worker(LAT, 0, "mon-sat M");
	enrolment.entity = (struct entity){country_id(&country), 1};
	test_load(country.book, KIND_ENROLMENT, &enrolment);
	fact.entity = (struct entity){country_id(&country), 1};
	test_load(country.book, KIND_AUTHORISATION, &fact);
	country_need(&country, REF_NONE, sector, "mon-sat M", "SNP MG", 1);
	/* Three mornings were the first one's, one the second one's; one more
	 * was not of the sector's hours. */
	did(1, 0, 0, "2026-11-02");
	did(2, 0, 0, "2026-11-09");
	did(3, 0, 0, "2026-11-16");
	did(4, 1, 0, "2026-11-17");
	did(5, 1, 0, "2026-11-22");
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	/* The new one begins with two: twelve in all, four each. */
	ck_assert_int_eq(least_of(r, 0), 1);
	ck_assert_int_eq(least_of(r, 1), 3);
	ck_assert_int_eq(least_of(r, fresh), 2);
	reduction_free(reduction);
}
END_TEST

START_TEST(turns_are_in_proportion_and_within_quotas)
{
	int32_t sector = a_sector(4, 1);
	struct reduction *reduction;
	const struct reduced *r;

	for (int32_t i = 0; i < 3; i++)
		volunteer(LAT, 1, i == 2 ? "mon M" : "mon-fri M");
	/* By the year 100 and 50; the third one says nothing: 100. */
	country_quota(&country, 0, REF_NONE, "year", 0, 100);
	country_quota(&country, 1, REF_NONE, "year", 0, 50);
	country_need(&country, REF_NONE, sector, "mon-fri M", "SNP MG", 1);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	/* Of twenty the third can do but four, one a week; the others are as
	 * far above their shares of eight and four as each other. */
	ck_assert_int_eq(least_of(r, 2), 4);
	ck_assert_int_eq(least_of(r, 0), 10);
	ck_assert_int_eq(least_of(r, 1), 6);
	reduction_free(reduction);
	country_quota(&country, 0, REF_NONE, "week", 0, 2);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_int_eq(least_of(r, 0), 8);
	ck_assert_int_eq(least_of(r, 1), 8);
	reduction_free(reduction);
}
END_TEST

/* Less than half of the care is to be unscheduled: two afternoons of other
 * care, 480 minutes, leave room for two mornings of 180. */
START_TEST(turns_leave_room_for_other_care)
{
	int32_t sector = a_sector(1, 1);
	struct reduction *reduction;
	const struct reduced *r;

	country_programme(&country, 50);
	for (int32_t i = 0; i < 2; i++)
		country_enrol(
		    &country, country_worker(LAT, 1, "mon-fri MA"), 1);
	country_need(&country, REF_NONE, sector, "mon-fri M", "SNP MG", 1);
	country_need(&country, 0, REF_NONE, "mon,tue A", "MT MG", 1);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_int_eq(least_of(r, 0), 1);
	ck_assert_int_eq(least_of(r, 1), 1);
	reduction_free(reduction);
}
END_TEST

/* ----- at random ----- */

/* Who could do which of the mornings of a sector. */
struct turns {
	const struct reduced *r;
	int32_t *demand; /* of the sector */
	size_t demands;
	bool *can; /* demand * doctors + doctor */
};

static void
turns_init(struct turns *turns, const struct reduction *reduction)
{
	const struct reduced *r = reduction_of(reduction);

	*turns = (struct turns){.r = r};
	turns->demand = xcalloc(r->demands + 1, sizeof(int32_t));
	turns->can = xcalloc(r->demands * r->doctors + 1, sizeof(bool));
	for (size_t i = 0; i < r->demands; i++) {
		const struct demand *demand = &r->demand[i];
		bool *can = &turns->can[turns->demands * r->doctors];

		if (demand->turn == 0)
			continue;
		for (size_t k = 0; k < r->accesses; k++) {
			int32_t doctor = r->access[k].doctor;

			if (r->access[k].spot == demand->spot &&
			    reduction_allows(reduction, doctor, demand->spot,
				demand->half, demand->class))
				can[doctor] = true;
		}
		turns->demand[turns->demands++] = (int32_t)i;
	}
}

static void
turns_fini(struct turns *turns)
{
	free(turns->demand);
	free(turns->can);
}

/* A matching of mornings and copies of doctors, `each` of each. */
struct matching {
	const struct turns *turns;
	size_t each;
	int32_t *taken; /* by copy: the morning, or NONE */
	bool *seen;
};

static bool /* NOLINTNEXTLINE(misc-no-recursion): as deep as copies */
find_copy(struct matching *matching, size_t morning)
{
	size_t doctors = matching->turns->r->doctors;

	for (size_t copy = 0; copy < doctors * matching->each; copy++) {
		if (!matching->turns
			 ->can[morning * doctors + copy / matching->each] ||
		    matching->seen[copy])
			continue;
		matching->seen[copy] = true;
		if (matching->taken[copy] == NONE ||
		    find_copy(matching, (size_t)matching->taken[copy])) {
			matching->taken[copy] = (int32_t)morning;
			return true;
		}
	}
	return false;
}

/* Mornings that can be done when nobody does more than `each`. */
static size_t
most_done(const struct turns *turns, size_t each)
{
	size_t copies = turns->r->doctors * each, done = 0;
	struct matching matching = {turns, each,
	    xcalloc(copies + 1, sizeof(int32_t)),
	    xcalloc(copies + 1, sizeof(bool))};

	for (size_t i = 0; i < copies; i++)
		matching.taken[i] = NONE;
	for (size_t i = 0; i < turns->demands; i++) {
		memset(matching.seen, 0, copies * sizeof(bool));
		done += find_copy(&matching, i);
	}
	free(matching.taken);
	free(matching.seen);
	return done;
}

/* Whether all can be done with nobody more than one ahead of another.  When
 * some doing fills each doctor's `each`, and another one does all mornings with
 * at most one more, then one doing does both (Mendelsohn and Dulmage). */
static bool
can_be_even(const struct turns *turns)
{
	size_t doctors = turns->r->doctors, each;

	if (doctors == 0)
		return false;
	each = turns->demands / doctors;
	return most_done(turns, each) == each * doctors &&
	    most_done(turns, each + 1) == turns->demands;
}

/* A sector with volunteers of all sorts, who have other work besides. */
static void
fill_at_random(uint64_t seed)
{
	static const char *const offers[] = {
	    "mon-fri MA", "mon-fri M", "mon-wed M; thu A", "mon-fri M every 2"};
	struct random *chance = &country.chance;
	int32_t sector, people, sites = 2 + (int32_t)(seed % 2);

	sector = a_sector(2 + (unsigned)(seed % 4), sites);
	*chance = random_new(seed);
	country_site(&country, LAT + 2 * NEARBY, LON, HOURS, 2);
	people = 3 + (int32_t)random_below(chance, MANY - 3);
	for (int32_t i = 0; i < people; i++) {
		int32_t far = (int32_t)random_below(chance, 60) * 1000;
		int32_t index = volunteer(
		    LAT + far, sites + 1, offers[random_below(chance, 4)]);

		if (random_below(chance, 3) == 0)
			country_offer(&country, index, "disliked", "mon,fri M");
		if (random_below(chance, 3) == 0)
			country_offer(&country, index, "preferred", "tue M");
		if (random_below(chance, 3) == 0) {
			int32_t from =
			    country.from + (int32_t)random_below(chance, 14);

			absent(index, from,
			    from + (int32_t)random_below(chance, 6));
		}
	}
	country_need(&country, REF_NONE, sector, "mon-fri M", "SNP MG", 1);
	country_need(&country, sites, REF_NONE, "mon-fri MA", "MT MG", 1);
}

START_TEST(turns_are_even_whenever_they_can_be)
{
	size_t had[MANY] = {0}, least = SIZE_MAX, most = 0, done = 0;
	struct reduction *reduction;
	const struct reduced *r;
	struct solved solved;
	struct turns turns;
	bool even;

	fill_at_random((uint64_t)_i + 1);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	turns_init(&turns, reduction);
	even = can_be_even(&turns);
	solve(reduction, PHASES, &solved);
	for (size_t i = 0; i < solved.count; i++) {
		const struct chosen *chosen = &solved.chosen[i];

		for (size_t k = 0; k < turns.demands; k++) {
			const struct demand *demand =
			    &r->demand[turns.demand[k]];

			if (demand->spot != chosen->spot ||
			    demand->half != chosen->half ||
			    demand->class != chosen->class)
				continue;
			had[chosen->doctor]++;
			done++;
		}
	}
	for (size_t i = 0; i < r->doctors; i++) {
		least = had[i] < least ? had[i] : least;
		most = had[i] > most ? had[i] : most;
	}
	ck_assert_msg(!even || (done == turns.demands && most - least <= 1),
	    "%zu of %zu, %zu to %zu each", done, turns.demands, least, most);
	/* As even as it was dealt out; nothing is left open that somebody could
	 * do. */
	ck_assert_int_eq(solved.points[ITEM_TURN], 0);
	ck_assert_uint_eq(done, most_done(&turns, turns.demands));
	turns_fini(&turns);
	solved_free(&solved);
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("turn");
	TCase *cases[] = {all};

	tcase_add_checked_fixture(all, country_set_up, country_tear_down);
	tcase_add_test(all, a_sector_is_served_where_most_can);
	tcase_add_test(all, a_sector_is_served_where_it_is_already);
	tcase_add_test(all, mornings_of_a_sector_are_shared_out);
	tcase_add_test(all, turns_count_what_was_and_know_who_is_new);
	tcase_add_test(all, turns_are_in_proportion_and_within_quotas);
	tcase_add_test(all, turns_leave_room_for_other_care);
	tcase_add_loop_test(all, turns_are_even_whenever_they_can_be, 0, SEEDS);
	tcase_set_timeout(all, 300);
	return test_main("reduce_turn", cases, ARRAY_SIZE(cases));
}
