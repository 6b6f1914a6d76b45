/* SPDX-License-Identifier: ISC */
/*
 * place_test: what half-days give, what is left of it, and how the book keeps
 * it.
 */
#include "daemon/domain/unit.h"
#include "tests/unit/places_support.h"

#include <string.h>

enum { STEPS = 4000, SLOTS = 40, PLACES = 9 };

/* ----- contingents ----- */

START_TEST(a_contingent_is_the_sites_unless_the_half_day_says_otherwise)
{
	struct assignment slot;
	struct book *book = places_book(&slot);
	struct site site = *book_site(book, 0);
	struct offer offer = places_offer(&slot);
	struct contingent c;

	site.places = 0;
	site.minutes = 20;
	SET(site.manner, "bookable");
	c = contingent_of(&site, &slot, NULL);
	ck_assert_uint_eq(c.number, 9);
	ck_assert_str_eq(c.contact, "site");
	ck_assert(!c.is_walk_in);
	ck_assert_int_eq(contingent_at(&c, 3), slot.from + 2 * 20 * 60);
	site.places = 4;
	ck_assert_uint_eq(contingent_of(&site, &slot, NULL).number, 4);
	site.places = 40; /* do not fit */
	ck_assert_uint_eq(contingent_of(&site, &slot, NULL).number, 9);
	offer.number = 0;
	ck_assert_uint_eq(contingent_of(&site, &slot, &offer).number, 0);
	offer.number = 3;
	offer.minutes = 30;
	offer.opens = 10 * 60; /* in Paris: an hour after it begins */
	offer.closes = 11 * 60;
	c = contingent_of(&site, &slot, &offer);
	ck_assert_uint_eq(c.number, 2);
	ck_assert_int_eq(c.from, slot.from + HOUR);
	ck_assert_int_eq(c.to, slot.from + 2 * HOUR);
	slot.activity = ACTIVITY_VAD;
	ck_assert_str_eq(contingent_of(&site, &slot, NULL).contact, "visit");
	slot.activity = ACTIVITY_TLC;
	ck_assert_str_eq(contingent_of(&site, &slot, NULL).contact, "remote");
	SET(offer.contact, "site");
	ck_assert_str_eq(contingent_of(&site, &slot, &offer).contact, "site");
	book_free(book);
}
END_TEST

START_TEST(only_published_unscheduled_care_gives_places)
{
	struct assignment slot;
	struct book *book = places_book(&slot);

	ck_assert(assignment_gives(&slot));
	slot.state = STATE_HELD;
	ck_assert(assignment_gives(&slot));
	for (unsigned state = 0; state < STATE_COUNT; state++) {
		slot.state = (uint8_t)state;
		ck_assert_int_eq(assignment_gives(&slot),
		    state == STATE_PUBLISHED || state == STATE_HELD);
	}
	slot.state = STATE_PUBLISHED;
	for (unsigned activity = 0; activity < ACTIVITY_COUNT; activity++) {
		slot.activity = (uint8_t)activity;
		slot.part = PART_M;
		ck_assert_int_eq(
		    assignment_gives(&slot), activity == ACTIVITY_SNP);
		slot.part = PART_E;
		ck_assert_int_eq(assignment_gives(&slot),
		    activity == ACTIVITY_SNP || activity == ACTIVITY_MT);
	}
	book_free(book);
}
END_TEST

START_TEST(what_is_held_or_taken_is_not_free)
{
	struct assignment slot;
	struct book *book = places_book(&slot);
	struct site site = *book_site(book, 0);
	int64_t now = slot.from - 2 * HOUR, end = assignment_to(&slot);
	struct visit visit[4];
	struct contingent c;
	struct vacancy v;

	site.minutes = 20;
	c = contingent_of(&site, &slot, NULL);
	v = contingent_vacancy(&c, (struct visits){NULL, 0}, now, end, now);
	ck_assert_uint_eq(v.free, 9);
	ck_assert_uint_eq(v.number, 1);
	visit[0] = places_visit(&slot, 0, 1, "taken");
	visit[1] = places_visit(&slot, 1, 2, "held"); /* for an hour from now */
	visit[2] =
	    places_visit(&slot, 2, 0, "taken"); /* beside: never counted */
	visit[3] = places_visit(&slot, 3, 9, "missed");
	v = contingent_vacancy(&c, (struct visits){visit, 4}, now, end, now);
	ck_assert_uint_eq(v.free, 6);
	ck_assert_uint_eq(v.number, 3);
	ck_assert_int_eq(v.first, contingent_at(&c, 3));
	/* The clock alone gives back what was held. */
	now += HOUR;
	v = contingent_vacancy(&c, (struct visits){visit, 4}, now, end, now);
	ck_assert_uint_eq(v.free, 7);
	ck_assert_uint_eq(v.number, 2);
	/* What has begun is gone; the window has both its ends. */
	v = contingent_vacancy(&c, (struct visits){visit, 4}, slot.from + HOUR,
	    slot.from + 2 * HOUR, now);
	ck_assert_uint_eq(v.free, 4);
	ck_assert_int_eq(v.first, slot.from + HOUR);
	book_free(book);
}
END_TEST

/* Places have become longer: who has some of the time has the place. */
START_TEST(a_place_is_gone_with_its_time)
{
	struct assignment slot;
	struct book *book = places_book(&slot);
	struct site site = *book_site(book, 0);
	int64_t now = slot.from - HOUR, end = assignment_to(&slot);
	struct visit visit = places_visit(&slot, 0, 4, "taken");
	bool gone[OFFER_PLACES_MAX + 1];
	struct contingent c;

	visit.at = slot.from + HOUR; /* the fourth of twenty minutes */
	site.minutes = 45;
	c = contingent_of(&site, &slot, NULL);
	ck_assert_uint_eq(c.number, 4);
	contingent_gone(&c, (struct visits){&visit, 1}, now, gone);
	ck_assert(!gone[1] && gone[2] && !gone[3] && gone[4]);
	ck_assert_uint_eq(
	    contingent_vacancy(&c, (struct visits){&visit, 1}, now, end, now)
		.free,
	    2);
	site.minutes = 15;
	visit.minutes = 40;
	c = contingent_of(&site, &slot, NULL);
	contingent_gone(&c, (struct visits){&visit, 1}, now, gone);
	for (unsigned n = 1; n <= c.number; n++)
		ck_assert_int_eq(gone[n], n == 4 || (n >= 5 && n <= 7));
	/* Before and after all of them. */
	visit.at = slot.from - HOUR;
	contingent_gone(&c, (struct visits){&visit, 1}, now, gone);
	ck_assert(gone[4] && !gone[1] && !gone[5]);
	visit.at = slot.from + 1000 * HOUR;
	contingent_gone(&c, (struct visits){&visit, 1}, now, gone);
	ck_assert(gone[4] && !gone[1] && !gone[12]);
	book_free(book);
}
END_TEST

START_TEST(a_walk_in_is_open_full_or_closed_from_an_hour_on)
{
	struct assignment slot;
	struct book *book = places_book(&slot);
	struct site site = *book_site(book, 0);
	struct offer offer = places_offer(&slot);
	struct visits none = {NULL, 0};
	int64_t from = slot.from, to = assignment_to(&slot);
	struct contingent c;

	site.minutes = 20;
	SET(site.manner, "walk-in");
	c = contingent_of(&site, &slot, NULL);
	ck_assert(c.is_walk_in);
	ck_assert_uint_eq(contingent_vacancy(&c, none, from, to, from).free, 9);
	offer.shut = 10 * 60; /* an hour after it began */
	c = contingent_of(&site, &slot, &offer);
	ck_assert_uint_eq(contingent_vacancy(&c, none, from, to, from).free, 3);
	ck_assert_uint_eq(
	    contingent_vacancy(&c, none, from + HOUR, to, from).free, 0);
	SET(offer.walk_in, "full");
	c = contingent_of(&site, &slot, &offer);
	ck_assert_uint_eq(contingent_vacancy(&c, none, from, to, from).free, 0);
	offer.shut = 0;
	SET(offer.walk_in, "closed");
	c = contingent_of(&site, &slot, &offer);
	ck_assert_uint_eq(contingent_vacancy(&c, none, from, to, from).free, 0);
	book_free(book);
}
END_TEST

/* ----- the book ----- */

START_TEST(the_book_keeps_visits_until_they_are_released)
{
	struct assignment slot;
	struct book *book = places_book(&slot);
	struct visit visit = places_visit(&slot, 0, 1, "held");
	struct offer offer = places_offer(&slot);

	ck_assert_int_eq(places_apply(book, KIND_PLACE, &visit, 1), APPLY_DONE);
	ck_assert_int_eq(
	    places_apply(book, KIND_PLACE, &visit, 1), APPLY_REPEATED);
	ck_assert_int_eq(places_apply(book, KIND_PLACE, &visit, 3), APPLY_GAP);
	ck_assert_uint_eq(book_visits(book, slot.id).count, 1);
	ck_assert_int_eq(places_apply(book, KIND_OFFER, &offer, 1), APPLY_DONE);
	SET(visit.state, "taken");
	visit.expires = 0;
	ck_assert_int_eq(places_apply(book, KIND_PLACE, &visit, 2), APPLY_DONE);
	ck_assert_str_eq(book_visit(book, visit.entity.id)->state, "taken");
	SET(visit.state, "released");
	ck_assert_int_eq(places_apply(book, KIND_PLACE, &visit, 3), APPLY_DONE);
	ck_assert_uint_eq(book_visits(book, slot.id).count, 0);
	ck_assert_ptr_null(book_visit(book, visit.entity.id));
	ck_assert_ptr_nonnull(book_offer(book, slot.id));
	book_free(book);
}
END_TEST

START_TEST(days_past_are_forgotten)
{
	struct assignment slot;
	struct book *book = places_book(&slot);
	struct visit visit = places_visit(&slot, 0, 1, "taken"), other;
	size_t before;

	ck_assert_int_eq(places_apply(book, KIND_PLACE, &visit, 1), APPLY_DONE);
	other = places_visit(&slot, 1, 1, "taken");
	other.slot = test_id(77);
	other.day++;
	ck_assert_int_eq(places_apply(book, KIND_PLACE, &other, 1), APPLY_DONE);
	book_places_forget(book, slot.day);
	ck_assert_ptr_nonnull(book_visit(book, visit.entity.id));
	before = book_memory(book);
	book_places_forget(book, slot.day + 1);
	ck_assert_ptr_null(book_visit(book, visit.entity.id));
	ck_assert_ptr_nonnull(book_visit(book, other.entity.id));
	ck_assert_uint_lt(book_memory(book), before);
	/* What comes of them later is no gap, and nothing new. */
	SET(visit.state, "missed");
	ck_assert_int_eq(places_apply(book, KIND_PLACE, &visit, 2), APPLY_DONE);
	ck_assert_ptr_null(book_visit(book, visit.entity.id));
	book_free(book);
}
END_TEST

/* Against a plain array of the same visits. */
START_TEST(random_visits_are_all_found)
{
	struct random random = random_new((uint64_t)_i + 1);
	struct assignment slot;
	struct book *book = places_book(&slot), *copy;
	uint32_t rev[SLOTS * PLACES] = {0};
	char why[128];

	for (unsigned step = 0; step < STEPS; step++) {
		unsigned n = random_below(&random, SLOTS * PLACES);
		struct visit visit = places_visit(&slot, n, 1 + n % PLACES,
		    random_below(&random, 3) > 0 ? "taken" : "released");

		visit.slot = test_id(5000 + n / PLACES);
		visit.day += (int32_t)(n / PLACES);
		ck_assert_int_eq(
		    places_apply(book, KIND_PLACE, &visit, ++rev[n]),
		    APPLY_DONE);
		if (strcmp(visit.state, "released") == 0)
			rev[n] = 0;
	}
	copy = book_new(test_day("2026-01-01"));
	test_people(copy, 2, 3);
	ck_assert_int_eq(test_apply(copy, &slot, 1), APPLY_DONE);
	for (unsigned n = 0; n < SLOTS * PLACES; n++) {
		const struct visit *visit = book_visit(book, test_id(9000 + n));
		struct change change = {.kind = KIND_PLACE};

		ck_assert_int_eq(visit != NULL, rev[n] > 0);
		if (visit == NULL)
			continue;
		ck_assert_uint_eq(visit->entity.rev, rev[n]);
		change.id = visit->entity.id;
		change.rev = rev[n];
		change.after = (const union after *)visit;
		ck_assert_int_eq(book_load(copy, &change), APPLY_DONE);
	}
	ck_assert_msg(book_equal(book, copy, why, sizeof(why)), "%s", why);
	book_places_forget(book, slot.day + SLOTS / 2);
	for (unsigned n = 0; n < SLOTS * PLACES; n++)
		ck_assert_int_eq(book_visit(book, test_id(9000 + n)) != NULL,
		    rev[n] > 0 && n / PLACES >= SLOTS / 2);
	/* Two books are compared on the days that both keep. */
	ck_assert_msg(book_equal(book, copy, why, sizeof(why)), "%s", why);
	for (unsigned n = SLOTS * PLACES; n-- > 0;) {
		const struct visit *visit = book_visit(copy, test_id(9000 + n));
		struct visit after;

		if (visit == NULL)
			continue;
		after = *visit;
		SET(after.state, "missed");
		ck_assert_int_eq(places_apply(copy, KIND_PLACE, &after,
				     after.entity.rev + 1),
		    APPLY_DONE);
		break;
	}
	ck_assert(!book_equal(book, copy, why, sizeof(why)));
	ck_assert_ptr_nonnull(strstr(why, "place"));
	book_free(copy);
	book_free(book);
}
END_TEST

static bool
raises(const struct unit *unit, struct id guard)
{
	for (size_t i = 0; i < unit->bump_count; i++)
		if (id_equal(unit->bumps[i].id, guard))
			return true;
	return false;
}

/* Whoever gives a place and whoever takes the half-day away meet. */
START_TEST(places_have_the_guard_of_their_half_day)
{
	struct assignment slot;
	struct book *book = places_book(&slot);
	struct id guard = guard_entity(KIND_ASSIGNMENT, slot.id);
	union after after = {.visit = places_visit(&slot, 0, 1, "taken")};
	struct unit unit;

	unit_init(&unit);
	unit_put(&unit, book, KIND_PLACE, &after, 0, SPAN(""));
	unit_seal(&unit, book);
	ck_assert_uint_eq(unit.bump_count, 1);
	ck_assert(raises(&unit, guard));
	ck_assert_int_eq(unit.bumps[0].day, slot.day);
	unit_fini(&unit);
	unit_init(&unit);
	after.offer = places_offer(&slot);
	unit_put(&unit, book, KIND_OFFER, &after, 0, SPAN(""));
	unit_seal(&unit, book);
	ck_assert_uint_eq(unit.bump_count, 1);
	ck_assert(raises(&unit, guard));
	unit_fini(&unit);
	unit_init(&unit);
	after.assignment = slot;
	after.assignment.state = STATE_CANCELLED;
	unit_put(&unit, book, KIND_ASSIGNMENT, &after, 0, SPAN(""));
	unit_seal(&unit, book);
	ck_assert(raises(&unit, guard));
	unit_fini(&unit);
	/* A draft gives none, so nobody can be at it. */
	slot.state = STATE_DRAFT;
	ck_assert_int_eq(test_apply(book, &slot, 2), APPLY_DONE);
	unit_init(&unit);
	after.assignment = slot;
	after.assignment.room = 2;
	unit_put(&unit, book, KIND_ASSIGNMENT, &after, 0, SPAN(""));
	unit_seal(&unit, book);
	ck_assert(!raises(&unit, guard));
	unit_fini(&unit);
	book_free(book);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("place");

	tcase_add_test(tcase,
	    a_contingent_is_the_sites_unless_the_half_day_says_otherwise);
	tcase_add_test(tcase, only_published_unscheduled_care_gives_places);
	tcase_add_test(tcase, what_is_held_or_taken_is_not_free);
	tcase_add_test(tcase, a_place_is_gone_with_its_time);
	tcase_add_test(tcase, a_walk_in_is_open_full_or_closed_from_an_hour_on);
	tcase_add_test(tcase, the_book_keeps_visits_until_they_are_released);
	tcase_add_test(tcase, days_past_are_forgotten);
	tcase_add_test(tcase, places_have_the_guard_of_their_half_day);
	tcase_add_loop_test(tcase, random_visits_are_all_found, 0, 3);
	return test_main("place", &tcase, 1);
}
