/* SPDX-License-Identifier: ISC */
/*
 * book_model_test: the book against a naive model, at random.
 *
 * The model sorts its arrays anew for every question.  Both take the same
 * thousands of changes, applied and supposed; a second book takes only the
 * applied ones and tells whether retracting forgot anything.
 */
#include "tests/unit/book_model.h"

#include "proto/put.h"

#include <stdlib.h>
#include <string.h>

enum { STEPS = 4000 };

static int
compare_slots(const void *a, const void *b)
{
	const struct assignment *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return id_compare(x->id, y->id);
}

/* Compares a run with the model's assignments that `matches` picks. */
static void
check_run(const struct world *world, const struct model *model, struct run run,
    int32_t physician, int32_t site)
{
	struct assignment sorted[SLOTS];
	size_t n = 0;

	for (size_t i = 0; i < model->nslots; i++)
		if (model->slots[i].rev > 0 &&
		    (model->slots[i].physician == physician ||
			model->slots[i].site == site))
			sorted[n++] = model->slots[i];
	qsort(sorted, n, sizeof(sorted[0]), compare_slots);
	ck_assert_uint_eq(run.count, n);
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(test_same_slot(book_at(world->book, run.slot[i]),
				  &sorted[i]),
		    "seed %llu", (unsigned long long)world->random.seed);
	for (int32_t day = test_day("2025-12-30"); day < test_day("2026-03-05");
	     day += 9) {
		size_t expected = 0;

		while (expected < n && sorted[expected].day < day)
			expected++;
		ck_assert_uint_eq(
		    run_from_day(world->book, run, day), expected);
	}
}

/* The order of lists, and that each entity is found by what names it. */
static void
check_kind(const struct world *world, enum kind kind, int32_t count)
{
	const struct book *book = world->book;
	const int32_t *sorted = book_sorted(book, kind);
	char before[ID_TEXT_LEN], text[ID_TEXT_LEN];

	ck_assert_int_eq(book_count(book, kind), count);
	for (int32_t i = 0; i < count; i++) {
		const struct entity *entity =
		    book_entity(book, kind, sorted[i]);
		struct span name = entity_name(kind, entity, text);
		int32_t found = book_resolve(book, kind, name);

		ck_assert_int_eq(book_find(book, kind, entity->id), sorted[i]);
		/* Several may have one code here: the first of them. */
		ck_assert_int_le(found, sorted[i]);
		ck_assert(span_equal(name,
		    entity_name(kind, book_entity(book, kind, found), before)));
		found = sorted[book_rank(book, kind, name) - 1];
		ck_assert(span_equal(name,
		    entity_name(kind, book_entity(book, kind, found), before)));
	}
	for (int32_t i = 1; i < count && kind != KIND_ZONE; i++) {
		struct span a = entity_name(
		    kind, book_entity(book, kind, sorted[i - 1]), before);
		struct span b =
		    entity_name(kind, book_entity(book, kind, sorted[i]), text);
		size_t shorter = a.len < b.len ? a.len : b.len;
		int order = memcmp(a.ptr, b.ptr, shorter);

		ck_assert(order < 0 || (order == 0 && a.len <= b.len));
	}
}

static const char *
model_zone(const struct model *model, const char *commune, int32_t day)
{
	const struct zone *best = NULL;
	int32_t latest = INT32_MIN;

	for (int32_t i = 0; i < model->nzones; i++)
		if (strcmp(model->zones[i].commune, commune) == 0 &&
		    model->zones[i].from <= day &&
		    model->zones[i].from > latest)
			latest = model->zones[i].from;
	for (int32_t i = 0; i < model->nzones; i++) {
		const struct zone *zone = &model->zones[i];

		if (strcmp(zone->commune, commune) != 0 || zone->from > day ||
		    zone->to < day ||
		    (zone->to == INT32_MAX && zone->from != latest))
			continue;
		if (best == NULL || zone->from > best->from)
			best = zone;
	}
	return best == NULL ? NULL : best->class;
}

/* Its handle is also kept apart. */
static void
check_handle(const struct book *book, enum kind kind, int32_t index)
{
	const struct put_word *kept = book_handle(book, kind, index);
	struct span handle =
	    entity_handle(kind, book_entity(book, kind, index));

	ck_assert(span_equal((struct span){kept->text, kept->len}, handle));
}

static void
check(const struct world *world, const struct model *model)
{
	const struct book *book = world->book;

	check_kind(world, KIND_PHYSICIAN, model->npeople);
	check_kind(world, KIND_SITE, model->nsites);
	check_kind(world, KIND_ZONE, model->nzones);
	for (int32_t i = 0; i < model->npeople; i++) {
		ck_assert(test_same_entity(KIND_PHYSICIAN,
		    book_physician(book, i), &model->physicians[i]));
		check_run(world, model, book_physician_run(book, i), i, -1);
		check_handle(book, KIND_PHYSICIAN, i);
	}
	for (int32_t i = 0; i < model->nsites; i++) {
		ck_assert(test_same_entity(
		    KIND_SITE, book_site(book, i), &model->sites[i]));
		check_run(world, model, book_site_run(book, i), -1, i);
		check_handle(book, KIND_SITE, i);
	}
	for (int32_t day = 0; day < 140; day += 7) {
		const char *class = book_zone(book, "16102", "gp", day);

		ck_assert((class == NULL) ==
		    (model_zone(model, "16102", day) == NULL));
	}
	for (size_t i = 0; i < model->nslots; i++) {
		const struct assignment *a =
		    book_assignment(book, test_id(i + 1000));

		ck_assert_ptr_nonnull(a);
		ck_assert(test_same_slot(a, &model->slots[i]));
		ck_assert_uint_ge(book_longest(book), a->length);
	}
}

/* All runs as they stand in memory, one after the other. */
static uint32_t *
copy_runs(const struct world *world, size_t *n)
{
	uint32_t *all = calloc((size_t)2 * SLOTS, sizeof(*all));

	*n = 0;
	for (int32_t i = 0; i < world->model.npeople + world->model.nsites;
	     i++) {
		struct run run = i < world->model.npeople
		    ? book_physician_run(world->book, i)
		    : book_site_run(world->book, i - world->model.npeople);

		if (run.count > 0)
			memcpy(all + *n, run.slot, run.count * sizeof(*all));
		*n += run.count;
	}
	return all;
}

static void
suppose_some(struct world *world)
{
	struct model *model = malloc(sizeof(*model));
	union after *afters = calloc(64, sizeof(*afters));
	const struct change *changes[64];
	struct change made[64];
	size_t n = 1 + world_below(world, 63), before_n, after_n;
	uint32_t *before = copy_runs(world, &before_n), *after;
	uint32_t longest = book_longest(world->book);
	char why[128];

	*model = world->model;
	for (size_t i = 0; i < n; i++) {
		made[i] = world_change(world, model, &afters[i]);
		changes[i] = &made[i];
	}
	book_suppose(world->book, changes, n);
	check(world, model);
	book_retract(world->book);
	ck_assert_msg(book_equal(world->book, world->twin, why, sizeof(why)),
	    "seed %llu: %s", (unsigned long long)world->random.seed, why);
	after = copy_runs(world, &after_n);
	ck_assert_uint_eq(before_n, after_n);
	ck_assert(memcmp(before, after, before_n * sizeof(*before)) == 0);
	ck_assert_uint_eq(book_longest(world->book), longest);
	check(world, &world->model);
	free(before);
	free(after);
	free(afters);
	free(model);
}

START_TEST(the_book_agrees_with_the_model)
{
	struct world *world = world_new((uint64_t)_i + 1000);

	for (unsigned step = 0; step < STEPS; step++) {
		world_apply(world);
		if (step % 200 == 0)
			check(world, &world->model);
		if (world_below(world, 40) == 0)
			suppose_some(world);
	}
	check(world, &world->model);
	world_free(world);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("model");

	tcase_add_loop_test(tcase, the_book_agrees_with_the_model, 0, 4);
	return test_main("book_model", &tcase, 1);
}
