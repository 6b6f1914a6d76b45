/* SPDX-License-Identifier: ISC */
/*
 * gap_model_test: gaps against a model that knows nothing of classes, runs and
 * patterns: it lists who is wanted and who is there, one by one, and tries all
 * ways to match them.
 */
#include "tests/unit/gap_support.h"

#include "proto/out.h"

#include <stdlib.h>
#include <string.h>

enum { SITES = 6, SECTORS = 2, PHYSICIANS = 6, CHUNK = 28, CROWD_MAX = 400 };

static const char *const patterns[] = {"mon-fri MA", "mon-sun M", "tue,thu A",
    "mon M; wed-fri MA every 2", "2nd tue MA; last fri M", "mon-sun MAESN",
    "sat-sun SN"};
static const char *const activities[] = {"MT", "SNP", "CA"};
static const char *const specialties[] = {"MG", "CARDIO"};

static const char *
day_text(int32_t day)
{
	static char text[16];
	struct out out = OUT(text);

	memset(text, 0, sizeof(text));
	out_day(&out, day);
	return text;
}

static void
random_town(struct random *random, int32_t first)
{
	for (unsigned i = 0; i < SECTORS; i++)
		(void)gap_load_sector(i);
	for (unsigned i = 0; i < SITES; i++)
		(void)gap_load_site(i, (int32_t)random_below(random, 3) - 1,
		    random_below(random, 2) == 0
			? GAP_HOURS
			: "mon-sun M 08:00-12:00 A 13:00-19:00 E 18:00-20:00 "
			  "S 20:00-24:00 N 24:00-32:00");
	for (unsigned i = 0; i < PHYSICIANS; i++)
		(void)gap_load_physician(
		    i, specialties[random_below(random, 2)]);
	for (unsigned i = 0; i < 14; i++) {
		bool site = random_below(random, 3) > 0;
		int32_t from = first + (int32_t)random_below(random, 21) - 7;
		char begin[16], end[16];

		SET(begin, day_text(from));
		SET(end, day_text(from + (int32_t)random_below(random, 28)));
		gap_load_need(&(struct wish){.site = site
			? (int32_t)random_below(random, SITES)
			: REF_NONE,
		    .sector = site ? REF_NONE
				   : (int32_t)random_below(random, SECTORS),
		    .pattern = patterns[random_below(random, 7)],
		    .activity = activities[random_below(random, 3)],
		    .specialty = specialties[random_below(random, 2)],
		    .from = begin,
		    .to = random_below(random, 3) == 0 ? NULL : end,
		    .number = 1 + random_below(random, 3),
		    .state =
			random_below(random, 8) == 0 ? "retired" : "active"});
	}
	for (unsigned i = 0; i < 4; i++)
		gap_load_closure((int32_t)random_below(random, SITES),
		    day_text(first + (int32_t)random_below(random, 10)),
		    day_text(first + 10 + (int32_t)random_below(random, 10)),
		    "MA");
	gap_load_holiday(
	    day_text(first + (int32_t)random_below(random, CHUNK)));
}

static void
random_plan(struct random *random, int32_t first)
{
	for (unsigned i = 0; i < 400; i++) {
		int32_t site = (int32_t)random_below(random, SITES);
		int32_t day =
		    first - 2 + (int32_t)random_below(random, CHUNK + 4);
		enum part part = (enum part)random_below(random, PART_COUNT);
		const struct opening *opening =
		    &book_site(book, site)->hours.at[day_weekday(day)][part];
		enum activity activity;

		if (opening->to == 0)
			continue;
		ck_assert(activity_find(
		    span_of(activities[random_below(random, 3)]), &activity));
		gap_assign((int32_t)random_below(random, PHYSICIANS), site,
		    day_text(day), part, activity,
		    (enum state)random_below(random, STATE_COUNT));
	}
}

/* One who is wanted, and one who is there. */
struct unit {
	int32_t site, sector; /* of the wanted: one of them */
	char activity[8], specialty[9];
};

struct crowd {
	struct unit wanted[CROWD_MAX], there[CROWD_MAX];
	size_t nwanted, nthere;
	int match[CROWD_MAX];  /* of `there`: index of the wanted, or -1 */
	int got[CROWD_MAX];    /* the other way */
	int parent[CROWD_MAX]; /* of `there`: the wanted it was found from */
};

static bool
open_at(int32_t site, int32_t day, enum part part)
{
	struct opening opening;

	return site_open(book, site, day, part, &opening, NULL);
}

static bool
place_open(const struct need *need, int32_t day, enum part part)
{
	bool any = false;

	if (need->site != REF_NONE)
		return open_at(need->site, day, part);
	for (int32_t i = 0; i < book_count(book, KIND_SITE); i++) {
		if (book_site(book, i)->sector != need->sector)
			continue;
		if (open_at(i, day, part))
			return true;
		any = true;
	}
	return !any;
}

static void
crowd_gather(struct crowd *crowd, int32_t day, enum part part)
{
	memset(crowd, 0, sizeof(*crowd));
	for (int32_t i = 0; i < book_count(book, KIND_NEED); i++) {
		const struct need *need =
		    (const struct need *)book_entity(book, KIND_NEED, i);

		if (strcmp(need->state, "active") != 0 || day < need->from ||
		    day > need->to ||
		    !pattern_has(&need->pattern, need->from, day, part) ||
		    !place_open(need, day, part))
			continue;
		for (uint32_t n = 0; n < need->number; n++) {
			struct unit *unit = &crowd->wanted[crowd->nwanted++];

			unit->site = need->site;
			unit->sector = need->sector;
			SET(unit->activity, need->activity);
			SET(unit->specialty, need->specialty);
		}
	}
	for (unsigned i = 0; i < gap_slots; i++) {
		const struct assignment *a =
		    book_assignment(book, test_id(GAP_SLOT_FIRST + i));
		struct unit *unit = &crowd->there[crowd->nthere];

		if (a->day != day || a->part != (unsigned)part ||
		    a->state == STATE_CANCELLED || a->state == STATE_NOT_HELD)
			continue;
		unit->site = a->site;
		unit->sector = book_site(book, a->site)->sector;
		SET(unit->activity, activity_name((enum activity)a->activity));
		SET(unit->specialty,
		    book_physician(book, a->physician)->specialty);
		crowd->nthere++;
	}
}

static bool
suits(const struct unit *wanted, const struct unit *there)
{
	bool place = wanted->site != REF_NONE ? wanted->site == there->site
					      : wanted->sector == there->sector;

	return place && strcmp(wanted->activity, there->activity) == 0 &&
	    strcmp(wanted->specialty, there->specialty) == 0;
}

/* Takes back the steps that led to one who is free. */
static void
take_path(struct crowd *crowd, int there)
{
	while (there != -1) {
		int wanted = crowd->parent[there], before = crowd->got[wanted];

		crowd->match[there] = wanted;
		crowd->got[wanted] = there;
		there = before;
	}
}

/* Whether one more of the wanted can be matched: breadth first along paths that
 * alternate. */
static bool
augment(struct crowd *crowd, int start)
{
	int queue[CROWD_MAX + 1];
	size_t head = 0, tail = 0;
	bool seen[CROWD_MAX] = {false};

	queue[tail++] = start;
	while (head < tail) {
		int wanted = queue[head++];

		for (int i = 0; i < (int)crowd->nthere; i++) {
			if (seen[i] ||
			    !suits(&crowd->wanted[wanted], &crowd->there[i]))
				continue;
			seen[i] = true;
			crowd->parent[i] = wanted;
			if (crowd->match[i] == -1) {
				take_path(crowd, i);
				return true;
			}
			queue[tail++] = crowd->match[i];
		}
	}
	return false;
}

/* How many of the wanted stay unfilled however they are matched. */
static size_t
crowd_missing(struct crowd *crowd)
{
	size_t filled = 0;

	for (size_t i = 0; i < crowd->nthere; i++)
		crowd->match[i] = -1;
	for (size_t i = 0; i < crowd->nwanted; i++)
		crowd->got[i] = -1;
	for (size_t i = 0; i < crowd->nwanted; i++)
		filled += augment(crowd, (int)i);
	return crowd->nwanted - filled;
}

static struct gap_finder *
finder_of_all(void)
{
	struct gap_finder *finder = gap_finder_new(book);

	for (int32_t i = 0; i < SITES; i++)
		gap_finder_site(finder, i);
	for (int32_t i = 0; i < SECTORS; i++)
		gap_finder_sector(finder, i);
	return finder;
}

/* Sums of the gaps and of the model, half-day by half-day. */
static void
compare_with_model(int32_t first, uint64_t seed)
{
	static struct crowd crowd;
	struct gap_finder *finder = finder_of_all();
	size_t count, at = 0;
	const struct gap *list = gap_finder_find(finder, first, CHUNK, &count);

	for (int i = 0; i < CHUNK * PART_COUNT; i++) {
		int32_t day = first + i / PART_COUNT;
		enum part part = (enum part)(i % PART_COUNT);
		size_t missing = 0;

		for (;
		     at < count && list[at].day == day && list[at].part == part;
		     at++) {
			ck_assert_uint_gt(list[at].need, list[at].filled);
			missing += list[at].need - list[at].filled;
		}
		crowd_gather(&crowd, day, part);
		ck_assert_msg(missing == crowd_missing(&crowd),
		    "seed %llu, %s %c: %zu, not %zu", (unsigned long long)seed,
		    day_text(day), part_letter(part), missing,
		    crowd_missing(&crowd));
	}
	ck_assert_uint_eq(at, count); /* and in this order */
	gap_finder_free(finder);
}

START_TEST(as_few_are_missing_as_can_be)
{
	struct random random = random_new((uint64_t)_i + 1);
	/* Weeks with a change of the clock, of the year, a 29 February. */
	static const char *const firsts[] = {
	    "2026-03-16", "2026-10-12", "2026-12-21", "2028-02-21"};
	int32_t first = test_day(firsts[_i % 4]);

	random_town(&random, first);
	random_plan(&random, first);
	compare_with_model(first, random.seed);
}
END_TEST

/* Days found together or one by one are the same gaps. */
START_TEST(days_at_once_or_one_by_one)
{
	struct random random = random_new(77);
	int32_t first = test_day("2026-03-16");
	struct gap_finder *finder, *other;
	size_t count, at = 0, n;
	const struct gap *list;

	random_town(&random, first);
	random_plan(&random, first);
	finder = finder_of_all();
	other = finder_of_all();
	list = gap_finder_find(finder, first, CHUNK, &count);
	ck_assert_uint_gt(count, 20);
	for (int32_t day = first; day < first + CHUNK; day++) {
		const struct gap *one = gap_finder_find(other, day, 1, &n);

		for (size_t i = 0; i < n; i++, at++) {
			ck_assert_uint_lt(at, count);
			ck_assert_int_eq(one[i].day, list[at].day);
			ck_assert_int_eq(one[i].part, list[at].part);
			ck_assert_int_eq(one[i].kind, list[at].kind);
			ck_assert_int_eq(one[i].place, list[at].place);
			ck_assert_uint_eq(one[i].need, list[at].need);
			ck_assert_uint_eq(one[i].filled, list[at].filled);
		}
	}
	ck_assert_uint_eq(at, count);
	gap_finder_free(finder);
	gap_finder_free(other);
}
END_TEST

int
main(void)
{
	TCase *cases[] = {tcase_create("gap model")};

	tcase_add_checked_fixture(cases[0], gap_begin, gap_end);
	tcase_add_loop_test(cases[0], as_few_are_missing_as_can_be, 0, 40);
	tcase_add_test(cases[0], days_at_once_or_one_by_one);
	return test_main("gap model", cases, 1);
}
