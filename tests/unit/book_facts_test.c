/* SPDX-License-Identifier: ISC */
/*
 * book_facts_test: the facts of the book in their order and by their owner,
 * against a plain array that is searched and sorted anew for every question.
 */
#include "daemon/base/compiler.h"
#include "tests/unit/domain_support.h"

#include <stdlib.h>
#include <string.h>

enum {
	PEOPLE = 7,
	PLACES = 5,
	AREAS = 3,  /* territories, programmes */
	FACTS = 60, /* of a kind */
	STEPS = 1500,
	SUPPOSED = 20
};

/* One reference, one of two, the second beside the first, none. */
static const enum kind kinds[] = {
    KIND_ABSENCE, KIND_NEED, KIND_QUOTA, KIND_HOLIDAY, KIND_AUTHORISATION};

struct model {
	union after fact[ARRAY_SIZE(kinds)][FACTS]; /* rev 0: not there yet */
};

struct facts {
	struct book *book;
	struct random random;
	struct model model;
};

static uint32_t
below(struct facts *facts, uint32_t limit)
{
	return random_below(&facts->random, limit);
}

static int32_t
any(struct facts *facts, uint32_t count)
{
	return (int32_t)below(facts, count);
}

/* Who it is about never changes, its first day only in this test. */
static void
random_owner(struct facts *facts, enum kind kind, union after *after)
{
	switch (kind) {
	case KIND_ABSENCE:
		after->absence.physician = any(facts, PEOPLE);
		return;
	case KIND_NEED:
		after->need.site = after->need.sector = REF_NONE;
		if (below(facts, 2) == 0)
			after->need.site = any(facts, PLACES);
		else
			after->need.sector = any(facts, AREAS);
		return;
	case KIND_QUOTA:
		after->quota.physician = after->quota.programme = REF_NONE;
		if (below(facts, 3) > 0)
			after->quota.physician = any(facts, PEOPLE);
		if (after->quota.physician == REF_NONE || below(facts, 2) > 0)
			after->quota.programme = any(facts, AREAS);
		return;
	case KIND_AUTHORISATION:
		after->authorisation.physician = any(facts, PEOPLE);
		after->authorisation.site = any(facts, PLACES);
		return;
	default: /* a holiday is nobody's */
		return;
	}
}

static void
set_from(enum kind kind, union after *after, int32_t from)
{
	memcpy((char *)after + kind_field(kind, KEY_FROM)->offset, &from,
	    sizeof(from));
}

static struct change
random_change(struct facts *facts, struct model *model, union after *after)
{
	unsigned which = below(facts, ARRAY_SIZE(kinds));
	unsigned n = below(facts, FACTS);
	union after *fact = &model->fact[which][n];
	enum kind kind = kinds[which];

	if (fact->entity.rev == 0) {
		fact->entity.id = test_id(1000 * which + n);
		random_owner(facts, kind, fact);
	}
	/* Few days, so that many facts begin on the same one. */
	if (fact->entity.rev == 0 || below(facts, 2) == 0)
		set_from(kind, fact, 20000 + any(facts, 6));
	fact->entity.rev++;
	*after = *fact;
	return (struct change){.kind = kind,
	    .id = fact->entity.id,
	    .rev = fact->entity.rev,
	    .after = after};
}

/* ----- the naive side ----- */

/* The id of whom a fact is about, by hand. */
static struct id
naive_owner(const struct book *book, enum kind kind, const union after *fact)
{
	enum kind of = KIND_PHYSICIAN;
	int32_t index = REF_NONE;

	if (kind == KIND_HOLIDAY)
		return ID_NIL;
	if (kind == KIND_ABSENCE) {
		index = fact->absence.physician;
	} else if (kind == KIND_AUTHORISATION) {
		index = fact->authorisation.physician;
	} else if (kind == KIND_NEED) {
		of = fact->need.site != REF_NONE ? KIND_SITE : KIND_TERRITORY;
		index = fact->need.site != REF_NONE ? fact->need.site
						    : fact->need.sector;
	} else if (fact->quota.physician != REF_NONE) {
		index = fact->quota.physician;
	} else {
		of = KIND_PROGRAMME;
		index = fact->quota.programme;
	}
	return book_entity(book, of, index)->id;
}

struct line {
	struct id owner, id;
	int32_t from;
};

static int
compare_lines(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int order = id_compare(x->owner, y->owner);

	if (order == 0 && x->from != y->from)
		order = x->from < y->from ? -1 : 1;
	return order != 0 ? order : id_compare(x->id, y->id);
}

static size_t
naive_lines(const struct facts *facts, const struct model *model,
    unsigned which, struct line lines[FACTS])
{
	enum kind kind = kinds[which];
	size_t count = 0;

	for (unsigned n = 0; n < FACTS; n++) {
		const union after *fact = &model->fact[which][n];

		if (fact->entity.rev == 0)
			continue;
		lines[count].owner = naive_owner(facts->book, kind, fact);
		lines[count].id = fact->entity.id;
		memcpy(&lines[count++].from,
		    (const char *)fact + kind_field(kind, KEY_FROM)->offset,
		    sizeof(int32_t));
	}
	if (count > 0)
		qsort(lines, count, sizeof(lines[0]), compare_lines);
	return count;
}

static void
check_owner(const struct facts *facts, enum kind kind, struct id owner,
    const struct line *lines, size_t expected)
{
	size_t count;
	const int32_t *found = book_facts(facts->book, kind, owner, &count);

	ck_assert_msg(count == expected, "seed %llu",
	    (unsigned long long)facts->random.seed);
	for (size_t i = 0; i < count; i++) {
		const struct entity *fact =
		    book_entity(facts->book, kind, found[i]);

		ck_assert(id_equal(fact->id, lines[i].id));
		ck_assert_int_eq(fact_from(kind, fact), lines[i].from);
	}
}

/* The order of lists, where pages go on, and the facts of each owner. */
static void
check(const struct facts *facts, const struct model *model)
{
	const struct book *book = facts->book;

	for (unsigned which = 0; which < ARRAY_SIZE(kinds); which++) {
		struct line lines[FACTS];
		size_t count = naive_lines(facts, model, which, lines), next;
		enum kind kind = kinds[which];

		ck_assert_int_eq(book_count(book, kind), (int)count);
		for (size_t i = 0; i < count; i++) {
			int32_t index = book_sorted(book, kind)[i];
			char text[ID_TEXT_LEN];

			ck_assert(id_equal(
			    book_entity(book, kind, index)->id, lines[i].id));
			id_to_text(lines[i].id, text);
			ck_assert_int_eq(book_rank(book, kind,
					     (struct span){text, sizeof(text)}),
			    (int)i + 1);
		}
		for (size_t i = 0; i < count; i = next) {
			next = i + 1;
			while (next < count &&
			    id_equal(lines[next].owner, lines[i].owner))
				next++;
			check_owner(
			    facts, kind, lines[i].owner, lines + i, next - i);
		}
		check_owner(facts, kind, test_id(999999), NULL, 0);
	}
}

/* ----- the tests ----- */

static void
begin(struct facts *facts, uint64_t seed)
{
	*facts = (struct facts){.random = random_new(seed),
	    .book = book_new(test_day("2026-01-01"))};
	/* Ids that are in no order, whatever the indices. */
	for (unsigned n = 0; n < AREAS; n++) {
		struct territory territory = {
		    .entity.id = test_id(100 + n), .kind = "sector"};
		struct programme programme = {.entity.id = test_id(200 + n)};

		SET(territory.code, "S0");
		SET(programme.code, "P0");
		territory.code[1] = programme.code[1] = (char)('0' + n);
		(void)test_load(facts->book, KIND_TERRITORY, &territory);
		(void)test_load(facts->book, KIND_PROGRAMME, &programme);
	}
	test_people(facts->book, PEOPLE, PLACES);
}

START_TEST(as_the_naive_model)
{
	struct facts facts;
	union after after;

	begin(&facts, (uint64_t)_i);
	check(&facts, &facts.model);
	for (unsigned step = 0; step < STEPS; step++) {
		struct change change =
		    random_change(&facts, &facts.model, &after);

		ck_assert_int_eq(book_apply(facts.book, &change), APPLY_DONE);
		if (step % 50 == 0)
			check(&facts, &facts.model);
	}
	check(&facts, &facts.model);
	book_free(facts.book);
}
END_TEST

START_TEST(supposed_and_retracted)
{
	struct facts facts;
	union after after[SUPPOSED + 1];
	struct change changes[SUPPOSED + 1];
	const struct change *order[SUPPOSED];
	struct model supposed;

	begin(&facts, (uint64_t)_i);
	for (unsigned round = 0; round < 40; round++) {
		for (unsigned n = 0; n < 15; n++) {
			changes[0] =
			    random_change(&facts, &facts.model, &after[0]);
			ck_assert_int_eq(
			    book_apply(facts.book, &changes[0]), APPLY_DONE);
		}
		supposed = facts.model;
		for (unsigned n = 0; n < SUPPOSED; n++) {
			changes[n] =
			    random_change(&facts, &supposed, &after[n]);
			order[n] = &changes[n];
		}
		book_suppose(facts.book, order, SUPPOSED);
		check(&facts, &supposed);
		/* One more, and away again. */
		{
			struct model more = supposed;

			changes[SUPPOSED] =
			    random_change(&facts, &more, &after[SUPPOSED]);
			book_suppose_more(facts.book, &changes[SUPPOSED]);
			check(&facts, &more);
			book_suppose_less(facts.book);
			check(&facts, &supposed);
		}
		book_retract(facts.book);
		check(&facts, &facts.model);
	}
	book_free(facts.book);
}
END_TEST

/* What is loaded in any order stands in this one, and goes on from there. */
START_TEST(loaded_at_a_stroke)
{
	struct facts facts;
	union after after;

	begin(&facts, (uint64_t)_i);
	for (unsigned which = 0; which < ARRAY_SIZE(kinds); which++)
		for (unsigned n = FACTS; n-- > 0;) {
			union after *fact = &facts.model.fact[which][n];
			struct change change = {
			    .kind = kinds[which], .after = fact};

			random_owner(&facts, kinds[which], fact);
			set_from(kinds[which], fact, any(&facts, 6));
			fact->entity.rev = 1 + below(&facts, 9);
			change.rev = fact->entity.rev;
			change.id = fact->entity.id = test_id(1000 * which + n);
			ck_assert_int_eq(
			    book_load(facts.book, &change), APPLY_DONE);
		}
	check(&facts, &facts.model);
	for (unsigned step = 0; step < 200; step++) {
		struct change change =
		    random_change(&facts, &facts.model, &after);

		ck_assert_int_eq(book_apply(facts.book, &change), APPLY_DONE);
	}
	check(&facts, &facts.model);
	book_free(facts.book);
}
END_TEST

/* A fact about nobody that there is. */
START_TEST(refers_to_what_there_is)
{
	struct facts facts;
	union after after = {
	    .need = {
		.entity.id = test_id(1), .site = PLACES, .sector = REF_NONE}};
	struct change change = {
	    .kind = KIND_NEED, .id = test_id(1), .rev = 1, .after = &after};

	begin(&facts, 0);
	ck_assert_int_eq(book_apply(facts.book, &change), APPLY_DANGLING);
	after.need.site = REF_NONE;
	after.need.sector = AREAS;
	ck_assert_int_eq(book_apply(facts.book, &change), APPLY_DANGLING);
	after.need.sector = 0;
	ck_assert_int_eq(book_apply(facts.book, &change), APPLY_DONE);
	ck_assert_int_eq(book_rank(facts.book, KIND_NEED, SPAN("x")), 0);
	book_free(facts.book);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("facts");

	tcase_add_loop_test(tcase, as_the_naive_model, 0, 6);
	tcase_add_loop_test(tcase, supposed_and_retracted, 0, 6);
	tcase_add_loop_test(tcase, loaded_at_a_stroke, 0, 6);
	tcase_add_test(tcase, refers_to_what_there_is);
	return test_main("book_facts", &tcase, 1);
}
