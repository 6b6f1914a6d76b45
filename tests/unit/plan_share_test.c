/* SPDX-License-Identifier: ISC */
/*
 * plan_share_test: plans that may move what is published, in a quarter of which
 * they have a part only, where the share of unscheduled care of most sites is
 * just below its bound: nothing of them is refused, at once or at publication,
 * for all that they would take away.
 */
#include "daemon/base/compiler.h"
#include "daemon/domain/open.h"
#include "daemon/domain/share.h"
#include "tests/unit/country_support.h"
#include "tests/unit/solve_support.h"

#include <stdlib.h>

enum { SEEDS = 160, PHASES = 4, OTHER = 60, UNSCHEDULED = 500 };

static uint32_t
any(struct country *country, uint32_t below)
{
	return random_below(&country->chance, below);
}

/* ----- what is published ----- */

/* Somebody somewhere, as a plan would have it; unless a rule refuses it. */
static void
publish(
    struct country *country, unsigned n, int32_t day, enum activity activity)
{
	struct book *book = country->book;
	int32_t site =
	    (int32_t)any(country, (uint32_t)book_count(book, KIND_SITE));
	const struct tz *tz = book_site(book, site)->tz;
	struct opening opening;
	struct assignment a = {.id = test_id(900000 + n),
	    .rev = 1,
	    .physician = (int32_t)any(
		country, (uint32_t)book_count(book, KIND_PHYSICIAN)),
	    .site = site,
	    .day = day,
	    .part = (uint8_t)any(country, PART_E + 1),
	    .activity = (uint8_t)activity,
	    .state = STATE_PUBLISHED,
	    .count = 1};

	if (!site_open(book, site, day, (enum part)a.part, &opening, NULL))
		return;
	a.programme = country_word(country, a.physician);
	a.from = tz_instant(tz, day, opening.from);
	a.length = (uint32_t)(tz_instant(tz, day, opening.to) - a.from);
	a.offset_from = (int8_t)(tz_offset(tz, a.from) / 15);
	a.offset_to = (int8_t)(tz_offset(tz, assignment_to(&a)) / 15);
	if (site_is_attended(book_site(book, site), activity))
		a.room = (uint8_t)room_lowest_free(
		    book, site, a.from, assignment_to(&a), a.id);
	country_plan(country, &a);
}

/* Other care within the plan's days, then unscheduled care before and behind
 * them, as much of it as the share allows. */
static void
publish_all(struct country *country)
{
	int32_t quarter = day_quarter(country->from), days;
	int32_t weeks = country->to - country->from + 1;
	int32_t sites = book_count(country->book, KIND_SITE);

	for (int32_t site = 0; site < sites; site++)
		if (any(country, 4) > 0)
			country_need(country, site, REF_NONE, "mon-sat MA",
			    "MT MG", 1 + any(country, 2));
	for (unsigned n = 0; n < OTHER; n++)
		publish(country, n,
		    country->from + (int32_t)any(country, (uint32_t)weeks),
		    ACTIVITY_MT);
	days = country->from - quarter;
	for (unsigned n = 0; n < UNSCHEDULED; n++) {
		int32_t day = any(country, 2) > 0
		    ? country->to + 1 + (int32_t)any(country, 20)
		    : quarter + (int32_t)any(country, (uint32_t)days);

		publish(country, OTHER + n, day, ACTIVITY_SNP);
	}
}

/* ----- plans ----- */

static void
expect_accepted(const struct country *country, struct reduction *reduction,
    const struct solved *solved)
{
	ck_assert_msg(solved->judged.refused_write == 0 &&
		solved->judged.refused_publish == 0,
	    "%s", solved->judged.first);
	country_adopt(country, reduction, solved->chosen, solved->count);
}

/* What a share leans on is no matter of the plan, so that the search has none
 * of it to lose. */
START_TEST(what_a_share_leans_on_stays)
{
	struct country country;
	struct reduction *reduction;
	struct solved solved;

	country_init(&country, "2026-11-16", 2 + (unsigned)_i % 3);
	country_fill(&country, (uint64_t)_i + 5000, true);
	publish_all(&country);
	reduction = country_reduce(&country);
	solve(reduction, PHASES, &solved);
	ck_assert_msg(solved.judged.held <= 1, "%zu held", solved.judged.held);
	expect_accepted(&country, reduction, &solved);
	solved_free(&solved);
	country_fini(&country);
}
END_TEST

/* Where the search may lose it, the judge holds it, and the plan is put
 * together anew. */
START_TEST(what_may_not_go_is_held)
{
	struct country country;
	struct reduction *reduction;
	struct solved solved;
	struct facts *facts;
	struct error error = {""};

	country_init(&country, "2026-11-16", 2 + (unsigned)_i % 3);
	country_fill(&country, (uint64_t)_i + 5000, true);
	publish_all(&country);
	facts = country_facts(&country);
	facts_to_repair(facts);
	reduction = reduction_new(facts, &error);
	ck_assert_msg(reduction != NULL, "%s", error.text);
	solve(reduction, PHASES, &solved);
	expect_accepted(&country, reduction, &solved);
	solved_free(&solved);
	country_fini(&country);
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("share");
	TCase *cases[] = {all};

	tcase_add_loop_test(all, what_a_share_leans_on_stays, 0, SEEDS);
	tcase_add_loop_test(all, what_may_not_go_is_held, 0, SEEDS / 2);
	tcase_set_timeout(all, 600);
	return test_main("plan_share", cases, ARRAY_SIZE(cases));
}
