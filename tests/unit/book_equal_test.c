/* SPDX-License-Identifier: ISC */
/*
 * book_equal_test: when two books are equal, and that loading at any point and
 * following the feed from there gives the same book.
 */
#include "daemon/base/compiler.h"
#include "tests/unit/book_model.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* The same change for a book whose indices are others. */
static enum apply
give(const struct world *world, struct book *book, const struct change *change,
    bool load)
{
	union after after;
	struct change given = *change;
	const struct model *model = &world->model;

	if (change->kind == KIND_ASSIGNMENT) {
		struct assignment *a = &after.assignment;

		*a = change->after->assignment;
		a->physician = book_find(book, KIND_PHYSICIAN,
		    model->physicians[a->physician].entity.id);
		a->site =
		    book_find(book, KIND_SITE, model->sites[a->site].entity.id);
		a->programme =
		    book_word(book, book_word_text(world->book, a->programme));
		given.after = &after;
	}
	return load ? book_load(book, &given) : book_apply(book, &given);
}

/* Whether a change is the last of its entity before `end`. */
static bool
is_last(const struct world *world, size_t at, size_t end)
{
	for (size_t i = at + 1; i < end; i++)
		if (world->log[i].change.kind == world->log[at].change.kind &&
		    id_equal(world->log[i].change.id, world->log[at].change.id))
			return false;
	return true;
}

/* The state after `end` changes, in random order; read now and then. */
static void
load_state(struct world *world, struct book *book, size_t end)
{
	static const enum kind order[] = {
	    KIND_SITE, KIND_ZONE, KIND_PHYSICIAN, KIND_ASSIGNMENT};
	size_t *at = calloc(end + 1, sizeof(*at));

	for (size_t i = 0; i < end; i++) {
		size_t other = world_below(world, (uint32_t)i + 1);

		at[i] = at[other];
		at[other] = i;
	}
	for (size_t k = 0; k < ARRAY_SIZE(order); k++) {
		for (size_t i = 0; i < end; i++) {
			const struct change *change = &world->log[at[i]].change;

			if (change->kind != order[k] ||
			    !is_last(world, at[i], end))
				continue;
			ck_assert_int_eq(
			    give(world, book, change, true), APPLY_DONE);
			if (world_below(world, 30) == 0)
				ck_assert_uint_le(
				    book_physician_run(book, 0).count, end);
		}
	}
	free(at);
}

/* The same half-days before the books begin, in another order. */
static void
load_history(struct world *world, struct book *book, bool backwards)
{
	for (uint32_t i = 0; i < 200; i++) {
		uint32_t n = backwards ? 199 - i : i;
		union after after = {.assignment = {.id = test_id(n + 5000)}};
		struct change change = {
		    .kind = KIND_ASSIGNMENT, .rev = 1, .after = &after};
		struct assignment *a = &after.assignment;

		a->day = book_from(book) - 1 - (int32_t)(n % 90);
		a->length = 3600;
		a->physician = (int32_t)n % world->model.npeople;
		a->site = (int32_t)n % world->model.nsites;
		a->programme = (int32_t)(n % 3) - 1;
		a->count = 1;
		change.id = a->id;
		ck_assert_int_eq(give(world, book, &change, true), APPLY_DONE);
	}
}

START_TEST(loading_then_following_gives_an_equal_book)
{
	struct world *world = world_new((uint64_t)_i + 2000);
	char why[128];

	for (unsigned step = 0; step < 1500; step++)
		world_apply(world);
	load_history(world, world->twin, false);
	for (unsigned round = 0; round < 8; round++) {
		struct book *book = book_new(book_from(world->twin));
		/* From an empty book, at some point, and wholly loaded. */
		size_t cut = round == 0 ? 0
		    : round == 1        ? world->logged
				 : world_below(world, (uint32_t)world->logged);

		load_state(world, book, cut);
		for (size_t i = cut; i < world->logged; i++)
			ck_assert_int_eq(
			    give(world, book, &world->log[i].change, false),
			    APPLY_DONE);
		load_history(world, book, true);
		ck_assert_msg(book_equal(book, world->twin, why, sizeof(why)),
		    "seed %llu: %s", (unsigned long long)world->random.seed,
		    why);
		ck_assert_msg(book_equal(world->twin, book, why, sizeof(why)),
		    "seed %llu: %s", (unsigned long long)world->random.seed,
		    why);
		book_free(book);
	}
	world_free(world);
}
END_TEST

/* Every single difference is seen, and named. */
START_TEST(books_that_differ_are_not_equal)
{
	static const struct {
		size_t offset, size;
		const char *why;
	} members[] = {
#define MEMBER(member, why)                                                    \
	{offsetof(struct assignment, member),                                  \
	    sizeof(((struct assignment *)NULL)->member), why}
	    MEMBER(from, "interval"),
	    MEMBER(length, "interval"),
	    MEMBER(day, "day"),
	    MEMBER(part, "part"),
	    MEMBER(room, "room"),
	    MEMBER(activity, "activity"),
	    MEMBER(state, "state"),
	    MEMBER(count, "count"),
	    MEMBER(offset_from, "offsets"),
	    MEMBER(offset_to, "offsets"),
	    MEMBER(physician, "physician"),
	    MEMBER(site, "site"),
	    MEMBER(programme, "programme"),
#undef MEMBER
	};
	struct book *one = book_new(test_day("2026-01-01"));
	struct book *two = book_new(test_day("2026-01-01"));
	struct book *three = book_new(test_day("2026-01-02"));
	struct site site = test_site(1);
	struct assignment a;
	char why[128];

	test_people(one, 2, 2);
	test_people(two, 2, 2);
	ck_assert_int_eq(book_word(two, SPAN("P")), 0);
	a = test_slot(one, 1, 0, 0, "2026-03-02", PART_M);
	ck_assert(!book_equal(one, three, why, sizeof(why)));
	ck_assert_int_eq(test_apply(one, &a, 1), APPLY_DONE);
	ck_assert(!book_equal(one, two, why, sizeof(why)));
	ck_assert(!book_equal(two, one, why, sizeof(why)));
	ck_assert_ptr_nonnull(strstr(why, "second"));
	ck_assert_int_eq(test_apply(two, &a, 1), APPLY_DONE);
	ck_assert_msg(book_equal(one, two, why, sizeof(why)), "%s", why);
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		struct assignment b = a;
		unsigned char *byte = (unsigned char *)&b + members[i].offset;

		/* programme goes from none, which is -1, to 0 */
		(*byte)++;
		if (i == ARRAY_SIZE(members) - 1)
			b.programme = 0;
		ck_assert_int_eq(test_load_slot(two, &b, 1), APPLY_DONE);
		ck_assert(!book_equal(one, two, why, sizeof(why)));
		ck_assert_msg(strstr(why, members[i].why) != NULL, "%s", why);
	}
	ck_assert_int_eq(test_load_slot(two, &a, 2), APPLY_DONE);
	ck_assert(!book_equal(one, two, why, sizeof(why)));
	ck_assert_ptr_nonnull(strstr(why, "rev"));
	ck_assert(!book_equal(one, two, NULL, 0));
	ck_assert_int_eq(test_load_slot(two, &a, 1), APPLY_DONE);
	ck_assert_msg(book_equal(one, two, why, sizeof(why)), "%s", why);
	/* The directory, and what was before the first day. */
	SET(site.name, "Ajain");
	ck_assert_int_eq(test_load(two, KIND_SITE, &site), 1);
	ck_assert(!book_equal(one, two, why, sizeof(why)));
	ck_assert_ptr_nonnull(strstr(why, ": name"));
	ck_assert_int_eq(test_load(one, KIND_SITE, &site), 1);
	ck_assert_msg(book_equal(one, two, why, sizeof(why)), "%s", why);
	a.day = book_from(one) - 1;
	ck_assert_int_eq(test_load_slot(two, &a, 1), APPLY_DONE);
	ck_assert(!book_equal(one, two, why, sizeof(why)));
	ck_assert_ptr_nonnull(strstr(why, "counters"));
	book_free(one);
	book_free(two);
	book_free(three);
}
END_TEST

START_TEST(guards_are_zero_until_set)
{
	struct book *book = book_new(0), *other = book_new(0);
	char why[128];

	ck_assert_uint_eq(book_guard(book, test_id(5)), 0);
	book_set_guard(book, test_id(5), 9);
	ck_assert_uint_eq(book_guard(book, test_id(5)), 9);
	ck_assert(!book_equal(book, other, why, sizeof(why)));
	ck_assert_ptr_nonnull(strstr(why, "guard"));
	ck_assert(!book_equal(other, book, why, sizeof(why)));
	book_set_guard(book, test_id(5), 0);
	ck_assert_msg(book_equal(book, other, why, sizeof(why)), "%s", why);
	ck_assert_msg(book_equal(other, book, why, sizeof(why)), "%s", why);
	book_free(book);
	book_free(other);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("equal");

	tcase_add_loop_test(
	    tcase, loading_then_following_gives_an_equal_book, 0, 3);
	tcase_add_test(tcase, books_that_differ_are_not_equal);
	tcase_add_test(tcase, guards_are_zero_until_set);
	return test_main("book_equal", &tcase, 1);
}
