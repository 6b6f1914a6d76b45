/* SPDX-License-Identifier: ISC */
/*
 * idmap_test: both tables against a plain array, through growth and removal.
 */
#include "daemon/base/idmap.h"

#include "tests/unit/domain_support.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBERS = 3000, STEPS = 200000 };

/* Few ids, so that most steps meet what an earlier one left. */
static struct id
some_id(uint32_t n)
{
	/* A third differ in one word only, as ids made by counting do. */
	if (n % 3 == 0)
		return (struct id){0, n};
	if (n % 3 == 1)
		return (struct id){(uint64_t)n << 32, 7};
	return test_id(n);
}

static void
compare_map(const struct idmap *map, const uint64_t *model, uint64_t seed)
{
	size_t cursor = 0, walked = 0;
	struct id id;
	uint64_t number;

	while (idmap_next(map, &cursor, &id, &number)) {
		walked++;
		ck_assert_msg(idmap_get(map, id) == number, "seed %llu",
		    (unsigned long long)seed);
	}
	ck_assert_uint_eq(walked, map->count);
	for (uint32_t n = 0; n < NUMBERS; n++)
		ck_assert_msg(idmap_get(map, some_id(n)) == model[n],
		    "seed %llu id %u", (unsigned long long)seed, n);
}

START_TEST(map_agrees_with_an_array)
{
	struct random random = random_new((uint64_t)_i + 1);
	uint64_t *model = malloc(NUMBERS * sizeof(*model));
	size_t count = 0;
	struct idmap map;

	memset(model, 0xff, NUMBERS * sizeof(*model));
	idmap_init(&map);
	for (unsigned step = 0; step < STEPS; step++) {
		uint32_t n = random_below(&random, NUMBERS);
		bool remove = random_below(&random, 100) < 45;

		if (remove) {
			count -= model[n] != IDMAP_NONE;
			model[n] = IDMAP_NONE;
			idmap_remove(&map, some_id(n));
		} else {
			count += model[n] == IDMAP_NONE;
			model[n] = random_below(&random, 1000);
			idmap_set(&map, some_id(n), model[n]);
		}
		ck_assert_uint_eq(map.count, count);
		if (step % 20000 == 0)
			compare_map(&map, model, random.seed);
	}
	compare_map(&map, model, random.seed);
	ck_assert_uint_le(map.count * 5, map.capacity * 4);
	idmap_fini(&map);
	free(model);
}
END_TEST

START_TEST(map_empty_and_nil)
{
	struct idmap map;
	size_t cursor = 0;
	struct id id;
	uint64_t number;

	idmap_init(&map);
	ck_assert(idmap_get(&map, ID_NIL) == IDMAP_NONE);
	idmap_remove(&map, ID_NIL);
	ck_assert(!idmap_next(&map, &cursor, &id, &number));
	ck_assert_uint_eq(idmap_memory(&map), 0);
	idmap_set(&map, ID_NIL, 5);
	ck_assert_uint_eq(idmap_get(&map, ID_NIL), 5);
	idmap_set(&map, ID_NIL, 0);
	ck_assert_uint_eq(idmap_get(&map, ID_NIL), 0);
	ck_assert_uint_eq(map.count, 1);
	idmap_remove(&map, ID_NIL);
	ck_assert(idmap_get(&map, ID_NIL) == IDMAP_NONE);
	idmap_fini(&map);
}
END_TEST

struct record {
	struct id id;
	unsigned payload;
};

START_TEST(index_agrees_with_its_records)
{
	struct random random = random_new((uint64_t)_i + 1);
	struct record *records = calloc(NUMBERS, sizeof(*records));
	bool *present = calloc(NUMBERS, sizeof(*present));
	struct idindex index;

	for (uint32_t n = 0; n < NUMBERS; n++)
		records[n] = (struct record){some_id(n), n};
	idindex_init(&index, sizeof(struct record));
	for (unsigned step = 0; step < STEPS; step++) {
		uint32_t n = random_below(&random, NUMBERS);

		if (present[n])
			idindex_remove(&index, records, n);
		else
			idindex_add(&index, records, n);
		present[n] = !present[n];
		n = random_below(&random, NUMBERS);
		ck_assert_msg(idindex_find(&index, records, some_id(n)) ==
			(present[n] ? n : IDINDEX_NONE),
		    "seed %llu step %u", (unsigned long long)random.seed, step);
	}
	idindex_fini(&index);
	free(records);
	free(present);
}
END_TEST

START_TEST(index_follows_records_that_move)
{
	struct record *records = NULL;
	struct idindex index;

	idindex_init(&index, sizeof(struct record));
	ck_assert_uint_eq(
	    idindex_find(&index, records, test_id(1)), IDINDEX_NONE);
	for (uint32_t n = 0; n < NUMBERS; n++) {
		struct record *moved = malloc((n + 1) * sizeof(*moved));

		if (n > 0)
			memcpy(moved, records, n * sizeof(*moved));
		free(records);
		records = moved;
		records[n] = (struct record){test_id(n), n};
		idindex_add(&index, records, n);
	}
	for (uint32_t n = 0; n < NUMBERS; n++)
		ck_assert_uint_eq(idindex_find(&index, records, test_id(n)), n);
	ck_assert_uint_eq(
	    idindex_find(&index, records, test_id(NUMBERS)), IDINDEX_NONE);
	/* 4 bytes a place, at most twice and a quarter as many as records. */
	ck_assert_uint_le(idindex_memory(&index), 4 * 5 * NUMBERS / 2);
	idindex_fini(&index);
	free(records);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("idmap");

	tcase_add_loop_test(tcase, map_agrees_with_an_array, 0, 4);
	tcase_add_test(tcase, map_empty_and_nil);
	tcase_add_loop_test(tcase, index_agrees_with_its_records, 0, 4);
	tcase_add_test(tcase, index_follows_records_that_move);
	return test_main("idmap", &tcase, 1);
}
