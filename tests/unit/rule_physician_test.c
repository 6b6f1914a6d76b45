/* SPDX-License-Identifier: ISC */
/*
 * rule_physician_test: what facts about the physician rules ask for - H04
 * absence and programme, H05 authorisation, H07 specialty, H12 limit of travel,
 * H24 interns.
 */
#include "tests/unit/rule_bench.h"

#include <string.h>

enum { FACT = 1000, PROGRAMME = 2000 };

/* ----- facts; each `n` is one ----- */

static void
absent(unsigned n, const char *from, const char *to, const char *parts,
    const char *state)
{
	struct absence fact = {.physician = 0};

	fact.entity.id = test_id(FACT + n);
	fact.from = test_day(from);
	fact.to = test_day(to);
	SET(fact.parts, parts);
	SET(fact.state, state);
	bench_change(&bench, KIND_ABSENCE, &fact);
}

static int32_t
programme(const char *from, const char *to, const char *state)
{
	struct programme fact = {.from = INT32_MAX, .snp_max = 50};

	fact.entity.id = test_id(PROGRAMME);
	SET(fact.code, "CSTM");
	if (from[0] != '\0')
		fact.from = test_day(from);
	fact.to = test_last_day(to);
	SET(fact.state, state);
	SET(fact.source, "real");
	bench_change(&bench, KIND_PROGRAMME, &fact);
	return book_find(bench.book, KIND_PROGRAMME, fact.entity.id);
}

static void
enrolled(unsigned n, int32_t programme, const char *from, const char *to,
    const char *state)
{
	struct enrolment fact = {.physician = 0, .programme = programme};

	fact.entity.id = test_id(FACT + n);
	fact.from = test_day(from);
	fact.to = test_last_day(to);
	SET(fact.state, state);
	bench_change(&bench, KIND_ENROLMENT, &fact);
}

static void
authorised(unsigned n, int32_t site, const char *kind, const char *from,
    const char *to)
{
	struct authorisation fact = {.physician = 0, .site = site};

	fact.entity.id = test_id(FACT + n);
	SET(fact.kind, kind);
	fact.from = test_day(from);
	fact.to = test_last_day(to);
	SET(fact.state, "active");
	bench_change(&bench, KIND_AUTHORISATION, &fact);
}

static void
needed(unsigned n, int32_t site, int32_t sector, const char *activity,
    const char *specialty)
{
	struct need fact = {.site = site, .sector = sector, .number = 1};

	fact.entity.id = test_id(FACT + n);
	fact.pattern = test_pattern("mon M");
	SET(fact.activity, activity);
	SET(fact.specialty, specialty);
	fact.from = test_day("2026-03-02");
	fact.to = test_day("2026-03-29");
	SET(fact.state, "active");
	bench_change(&bench, KIND_NEED, &fact);
}

/* ----- H04 ----- */

START_TEST(who_is_absent_is_not_planned)
{
	struct assignment a = slot(100, 0, 0, "2026-03-03", PART_M);

	absent(0, "2026-03-02", "2026-03-04", "MA", "active");
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H04);
	bench_says_both(&bench, " first=2026-03-02 last=2026-03-04 parts=MA ",
	    "le médecin est absent du 2026-03-02 au 2026-03-04");
	/* Not even by the own act: the absence is there. */
	bench.rules.actor.physician = 0;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H04);
	a = slot(100, 0, 0, "2026-03-03", PART_E);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a = slot(100, 0, 0, "2026-03-05", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a = slot(100, 0, 0, "2026-03-01", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a = slot(100, 1, 0, "2026-03-03", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	absent(0, "2026-03-02", "2026-03-04", "MA", "retired");
	a = slot(100, 0, 0, "2026-03-03", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	/* A long one among short ones. */
	absent(1, "2026-01-05", "2026-12-31", "M", "active");
	absent(2, "2026-02-02", "2026-02-03", "M", "active");
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H04);
	bench_says_both(&bench, " first=2026-01-05 ", "2026-12-31");
}
END_TEST

/* One under the programme, on that day. */
static enum status
try_under(const char *day)
{
	struct assignment a = slot(100, 0, 0, day, PART_M);

	a.programme = book_word(bench.book, SPAN("CSTM"));
	return bench_try(&bench, &a);
}

START_TEST(a_programme_runs_for_its_days)
{
	int32_t index;

	/* A reference that the directory does not have asks for nothing. */
	ck_assert_int_eq(try_under("2026-03-02"), STATUS_OK);
	index = programme("2026-03-02", "2026-03-31", "active");
	enrolled(0, index, "2026-01-01", "", "active");
	ck_assert_int_eq(try_under("2026-03-01"), STATUS_H04);
	bench_says_both(&bench,
	    " programme=CSTM day=2026-03-01 runs=2026-03-02..2026-03-31 "
	    "state=active ",
	    "le dispositif CSTM n'a pas cours le 2026-03-01");
	ck_assert_int_eq(try_under("2026-03-02"), STATUS_OK);
	ck_assert_int_eq(try_under("2026-03-31"), STATUS_OK);
	ck_assert_int_eq(try_under("2026-04-01"), STATUS_H04);
	programme("", "", "active");
	ck_assert_int_eq(try_under("2026-01-02"), STATUS_OK);
	ck_assert_int_eq(try_under("2028-04-01"), STATUS_OK);
	programme("", "", "retired");
	ck_assert_int_eq(try_under("2026-03-02"), STATUS_H04);
	bench_says_both(&bench, " runs=.. state=retired ", "(.., retired)");
}
END_TEST

START_TEST(a_programme_is_for_who_is_enrolled)
{
	struct assignment free = slot(101, 0, 0, "2026-03-06", PART_M);
	int32_t index = programme("", "", "active");

	ck_assert_int_eq(try_under("2026-03-04"), STATUS_H04);
	bench_says_both(&bench, " programme=CSTM day=2026-03-04 text=",
	    "le médecin n'est pas inscrit au dispositif CSTM le 2026-03-04");
	/* A contract that ends on a Wednesday. */
	enrolled(0, index, "2026-01-01", "2026-03-04", "active");
	ck_assert_int_eq(try_under("2026-03-04"), STATUS_OK);
	ck_assert_int_eq(try_under("2026-03-05"), STATUS_H04);
	ck_assert_int_eq(bench_try(&bench, &free), STATUS_OK);
	enrolled(1, index, "2026-03-06", "", "active");
	ck_assert_int_eq(try_under("2026-03-05"), STATUS_H04);
	ck_assert_int_eq(try_under("2026-03-06"), STATUS_OK);
	enrolled(1, index, "2026-03-06", "", "retired");
	ck_assert_int_eq(try_under("2026-03-06"), STATUS_H04);
}
END_TEST

/* ----- H05 ----- */

START_TEST(a_physician_is_authorised_at_the_site)
{
	struct assignment a = slot(100, 0, 0, "2026-03-03", PART_M);

	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	bench.rules.off = RULE_BIT(21);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H05);
	bench_says_both(&bench, " at=000000000 day=2026-03-03 text=",
	    "le médecin n'a pas d'autorisation pour le site 000000000");
	bench_says_both(&bench, "R.4127-85", "R.4127-85");
	authorised(0, 1, "principal", "2026-01-01", "");
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H05);
	authorised(1, 0, "locum", "2026-03-04", "");
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H05);
	bench_says_both(&bench, " kind=locum first=2026-03-04 last=- ",
	    "l'autorisation (locum) du médecin");
	authorised(2, 0, "mission", "2026-02-01", "2026-03-02");
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H05);
	bench_says_both(&bench,
	    " kind=mission first=2026-02-01 last=2026-03-02 ", "2026-03-02");
	authorised(2, 0, "mission", "2026-02-01", "2026-03-03");
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	/* Another physician's is no good. */
	a.physician = 1;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H05);
	/* Care from elsewhere is not given there. */
	a.activity = ACTIVITY_TLC;
	a.room = 0;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

/* ----- H07 ----- */

START_TEST(a_need_is_for_a_specialty)
{
	struct physician physician = *book_physician(bench.book, 0);
	struct site site = *book_site(bench.book, 0);
	struct territory sector = {{test_id(FACT + 90), 1}, .kind = "sector"};
	struct assignment a = slot(100, 0, 0, "2026-03-02", PART_M);

	a.activity = ACTIVITY_CA;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	needed(0, 0, REF_NONE, "CA", "SM04");
	needed(1, 0, REF_NONE, "CA", "SM16");
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H07);
	bench_says_both(&bench,
	    " at=000000000 part=M activity=CA specialty=MG "
	    "wanted=\"SM04 SM16\" ",
	    "le site 000000000 a besoin de SM04 SM16 pour CA");
	/* Another activity, part or day is not asked for. */
	a.activity = ACTIVITY_MT;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a = slot(100, 0, 0, "2026-03-03", PART_M);
	a.activity = ACTIVITY_CA;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a = slot(100, 0, 0, "2026-03-30", PART_M);
	a.activity = ACTIVITY_CA;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	/* Who is wanted. */
	SET(physician.specialty, "SM16");
	bench_change(&bench, KIND_PHYSICIAN, &physician);
	a = slot(100, 0, 0, "2026-03-02", PART_M);
	a.activity = ACTIVITY_CA;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	/* Or whom the site's sector wants there. */
	SET(physician.specialty, "SM99");
	bench_change(&bench, KIND_PHYSICIAN, &physician);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H07);
	SET(sector.code, "S1");
	bench_change(&bench, KIND_TERRITORY, &sector);
	site.sector = book_find(bench.book, KIND_TERRITORY, sector.entity.id);
	bench_change(&bench, KIND_SITE, &site);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H07);
	needed(2, REF_NONE, site.sector, "CA", "SM99");
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

/* ----- H12, the limit ----- */

START_TEST(a_physician_goes_no_farther_than_said)
{
	struct physician physician = *book_physician(bench.book, 0);
	struct site site = *book_site(bench.book, 0);
	struct assignment a = slot(100, 0, 0, "2026-03-02", PART_M);

	/* A degree of latitude is 111 km. */
	physician.lat = 4600000;
	physician.lon = 10000;
	physician.max_km = 100;
	bench_change(&bench, KIND_PHYSICIAN, &physician);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	site.lat = 4700000;
	site.lon = 10000;
	bench_change(&bench, KIND_SITE, &site);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H12);
	ck_assert_uint_eq(bench.finding.variant, 2);
	/* How far it is would tell where the home is. */
	bench_says_both(&bench, " at=000000000 max-km=100 ",
	    "le site 000000000 est plus loin du domicile du médecin que les "
	    "100 km");
	a.activity = ACTIVITY_TLC;
	a.room = 0;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a = slot(100, 0, 0, "2026-03-02", PART_M);
	bench.rules.actor.physician = 0;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	bench.rules.actor.physician = REF_NONE;
	/* Once accepted, another room is no farther. */
	bench_has(&bench, &a);
	a.room = 2;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a = slot(100, 0, 0, "2026-03-03", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H12);
	physician.max_km = 112;
	bench_change(&bench, KIND_PHYSICIAN, &physician);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

/* ----- H24 ----- */

START_TEST(interns_do_not_rove)
{
	struct physician physician = *book_physician(bench.book, 0);
	struct assignment a = slot(100, 0, 0, "2026-03-02", PART_M);

	SET(physician.status, "intern");
	bench_change(&bench, KIND_PHYSICIAN, &physician);
	bench.rules.actor.physician = 0;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H24);
	bench_says_both(&bench, " rpps=00000000000 status=intern ",
	    "le médecin 00000000000 est interne");
	SET(physician.status, "junior");
	bench_change(&bench, KIND_PHYSICIAN, &physician);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

/* ----- the mechanism ----- */

START_TEST(rules_can_be_switched_off)
{
	struct physician physician = *book_physician(bench.book, 0);
	struct assignment a = slot(100, 0, 0, "2026-03-02", PART_M);

	SET(physician.status, "intern");
	bench_change(&bench, KIND_PHYSICIAN, &physician);
	bench.rules.off = 0;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H24);
	bench.rules.off = RULE_BIT(24);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H05);
	bench.rules.off |= RULE_BIT(5);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H21);
	bench.rules.off |= RULE_BIT(21);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	/* At publication these are not asked again. */
	bench.rules.off = 0;
	bench.rules.moment = MOMENT_PUBLISH;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

START_TEST(the_facts_of_the_unit_itself_count)
{
	struct absence fact = {.physician = 0, .parts = "M", .state = "active"};
	struct assignment a = slot(100, 0, 0, "2026-03-03", PART_M);
	union after after;

	fact.entity.id = test_id(FACT);
	fact.from = fact.to = test_day("2026-03-03");
	after.absence = fact;
	bench_put(&bench, &a, 1);
	unit_put(&bench.unit, bench.book, KIND_ABSENCE, &after, 2, SPAN(""));
	ck_assert_int_eq(bench_judge(&bench), STATUS_H04);
	ck_assert_uint_eq(bench.finding.line, 1);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("physician");

	tcase_add_checked_fixture(tcase, bench_set_up, bench_tear_down);
	tcase_add_test(tcase, who_is_absent_is_not_planned);
	tcase_add_test(tcase, a_programme_runs_for_its_days);
	tcase_add_test(tcase, a_programme_is_for_who_is_enrolled);
	tcase_add_test(tcase, a_physician_is_authorised_at_the_site);
	tcase_add_test(tcase, a_need_is_for_a_specialty);
	tcase_add_test(tcase, a_physician_goes_no_farther_than_said);
	tcase_add_test(tcase, interns_do_not_rove);
	tcase_add_test(tcase, rules_can_be_switched_off);
	tcase_add_test(tcase, the_facts_of_the_unit_itself_count);
	return test_main("rule_physician", &tcase, 1);
}
