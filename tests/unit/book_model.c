/* SPDX-License-Identifier: ISC */
/*
 * book_model: random changes.
 */
#include "tests/unit/book_model.h"

#include <stdlib.h>
#include <string.h>

struct world *
world_new(uint64_t seed)
{
	struct world *world = calloc(1, sizeof(*world));

	world->random = random_new(seed);
	world->book = book_new(test_day("2026-01-01"));
	world->twin = book_new(test_day("2026-01-01"));
	ck_assert_int_eq(book_word(world->book, SPAN("P0")), 0);
	ck_assert_int_eq(book_word(world->book, SPAN("P1")), 1);
	ck_assert_int_eq(book_word(world->twin, SPAN("P0")), 0);
	ck_assert_int_eq(book_word(world->twin, SPAN("P1")), 1);
	return world;
}

void
world_free(struct world *world)
{
	for (size_t i = 0; i < world->logged; i++)
		free(world->log[i].after);
	book_free(world->book);
	book_free(world->twin);
	free(world);
}

uint32_t
world_below(struct world *world, uint32_t limit)
{
	return random_below(&world->random, limit);
}

/* A new entity with a probability that keeps some for later, or an old one. */
static int32_t
pick(struct world *world, int32_t *count, int32_t max)
{
	if (*count == 0 || (*count < max && world_below(world, 8) == 0))
		return (*count)++;
	return (int32_t)world_below(world, (uint32_t)*count);
}

static void
random_site(struct world *world, struct model *model, union after *after)
{
	int32_t n = pick(world, &model->nsites, SITES);
	uint32_t rev = model->sites[n].entity.rev + 1;
	struct site site = test_site((unsigned)n);

	/* Codes go round among few, so that exchanges are common. */
	if (world_below(world, 4) == 0)
		site.finess[0] = '\0';
	else
		site.finess[8] = (char)('0' + world_below(world, 10));
	site.rooms = 1 + world_below(world, 3);
	site.entity = (struct entity){test_id((uint64_t)n), rev};
	model->sites[n] = after->site = site;
}

static void
random_physician(struct world *world, struct model *model, union after *after)
{
	int32_t n = pick(world, &model->npeople, PHYSICIANS);
	uint32_t rev = model->physicians[n].entity.rev + 1;
	struct physician physician = test_physician(world_below(world, 30));

	physician.entity = (struct entity){test_id((uint64_t)n + 100), rev};
	model->physicians[n] = after->physician = physician;
}

static void
random_zone(struct world *world, struct model *model, union after *after)
{
	int32_t n = pick(world, &model->nzones, ZONES);
	uint32_t rev = model->zones[n].entity.rev + 1;
	struct zone zone = {.kind = "gp", .class = "ZIP", .source = "real"};

	SET(zone.commune, world_below(world, 2) == 0 ? "16102" : "33063");
	/* No two facts of a commune begin on one day. */
	zone.from = (int32_t)world_below(world, 10) * ZONES + n;
	zone.to = world_below(world, 2) == 0
	    ? INT32_MAX
	    : zone.from + (int32_t)world_below(world, 30);
	zone.entity = (struct entity){test_id((uint64_t)n + 200), rev};
	model->zones[n] = after->zone = zone;
}

static void
random_slot(struct world *world, struct model *model, union after *after)
{
	size_t n = model->nslots < SLOTS && world_below(world, 3) == 0
	    ? model->nslots++
	    : world_below(world, (uint32_t)model->nslots);
	struct assignment *a = &model->slots[n];
	uint32_t rev = a->rev + 1;

	if (rev == 1 || world_below(world, 2) == 0) {
		a->day =
		    test_day("2026-01-01") + (int32_t)world_below(world, 60);
		a->from = (int64_t)a->day * SECONDS_PER_DAY +
		    world_below(world, 12) * HOUR;
		a->length = 3600 * (1 + world_below(world, 9));
	}
	if (rev == 1 || world_below(world, 3) == 0)
		a->physician =
		    (int32_t)world_below(world, (uint32_t)model->npeople);
	if (rev == 1 || world_below(world, 3) == 0)
		a->site = (int32_t)world_below(world, (uint32_t)model->nsites);
	a->id = test_id(n + 1000);
	a->rev = rev;
	a->programme = (int32_t)world_below(world, 3) - 1;
	a->part = (uint8_t)world_below(world, PART_COUNT);
	a->activity = (uint8_t)world_below(world, ACTIVITY_COUNT);
	a->state = (uint8_t)world_below(world, STATE_COUNT);
	a->room = (uint8_t)world_below(world, 4);
	after->assignment = *a;
}

/* Changes the model at random and says how. */
struct change
world_change(struct world *world, struct model *model, union after *after)
{
	struct change change = {.after = after};
	uint32_t kind = world_below(world, 20);

	if (model->npeople == 0 || kind == 0) {
		change.kind = KIND_PHYSICIAN;
		random_physician(world, model, after);
	} else if (model->nsites == 0 || kind <= 2) {
		change.kind = KIND_SITE;
		random_site(world, model, after);
	} else if (kind == 3) {
		change.kind = KIND_ZONE;
		random_zone(world, model, after);
	} else {
		if (model->nslots == 0)
			model->nslots = 1;
		change.kind = KIND_ASSIGNMENT;
		random_slot(world, model, after);
		change.id = after->assignment.id;
		change.rev = after->assignment.rev;
		return change;
	}
	change.id = after->entity.id;
	change.rev = after->entity.rev;
	return change;
}

void
world_apply(struct world *world)
{
	struct logged *logged = &world->log[world->logged++];

	logged->after = malloc(sizeof(*logged->after));
	logged->change = world_change(world, &world->model, logged->after);
	ck_assert_int_eq(book_apply(world->book, &logged->change), APPLY_DONE);
	ck_assert_int_eq(book_apply(world->twin, &logged->change), APPLY_DONE);
	/* What is wrong changes nothing, see the comparisons that follow. */
	ck_assert_int_eq(
	    book_apply(world->book, &logged->change), APPLY_REPEATED);
	logged->change.rev += 2;
	ck_assert_int_eq(book_apply(world->book, &logged->change), APPLY_GAP);
	logged->change.rev -= 2;
}
