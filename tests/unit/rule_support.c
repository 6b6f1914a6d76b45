/* SPDX-License-Identifier: ISC */
/*
 * rule_support: a book, a unit and a verdict, for the tests of the rules.
 */
#include "tests/unit/rule_support.h"

#include "daemon/domain/travel.h"

#include <string.h>

void
bench_init(struct bench *bench)
{
	static const struct travel_rule rule = {130, 10, 15};
	struct error error;

	*bench = (struct bench){.book = book_new(test_day("2026-01-01"))};
	test_people(bench->book, 6, 6);
	bench->travel = travel_new(&rule, NULL, &error);
	ck_assert_ptr_nonnull(bench->travel);
	bench->rules = (struct rules){.travel = bench->travel,
	    .moment = MOMENT_WRITE,
	    .actor = {REF_NONE},
	    .off = RULE_BIT(5) | RULE_BIT(21)};
	unit_init(&bench->unit);
}

void
bench_fini(struct bench *bench)
{
	unit_fini(&bench->unit);
	warnings_fini(&bench->warnings);
	travel_free(bench->travel);
	book_free(bench->book);
}

void
bench_has(struct bench *bench, const struct assignment *a)
{
	const struct assignment *before = book_assignment(bench->book, a->id);
	uint32_t rev = before == NULL ? 1 : before->rev + 1;

	ck_assert_int_eq(test_apply(bench->book, a, rev), APPLY_DONE);
}

void
bench_change(struct bench *bench, enum kind kind, const void *after)
{
	const struct entity *entity = after;
	struct change change = {.kind = kind, .id = entity->id, .after = after};
	int32_t index = book_find(bench->book, kind, entity->id);

	change.rev = index == REF_NONE
	    ? 1
	    : book_entity(bench->book, kind, index)->rev + 1;
	ck_assert_int_eq(book_apply(bench->book, &change), APPLY_DONE);
}

void
bench_put(struct bench *bench, const struct assignment *a, unsigned line)
{
	union after after = {.assignment = *a};

	unit_put(&bench->unit, bench->book, KIND_ASSIGNMENT, &after, line,
	    SPAN("asked for"));
}

enum status
bench_judge(struct bench *bench)
{
	size_t before = book_assignments(bench->book);
	int32_t sites = book_count(bench->book, KIND_SITE);
	bool good;

	unit_seal(&bench->unit, bench->book);
	memset(&bench->finding, 0xa5, sizeof(bench->finding));
	warnings_fini(&bench->warnings);
	good = rules_judge(bench->book, &bench->rules, &bench->unit,
	    &bench->finding, &bench->warnings);
	ck_assert_uint_eq(book_assignments(bench->book), before);
	ck_assert_int_eq(book_count(bench->book, KIND_SITE), sites);
	unit_fini(&bench->unit);
	unit_init(&bench->unit);
	return good ? STATUS_OK : bench->finding.rule;
}

enum status
bench_try(struct bench *bench, const struct assignment *a)
{
	bench_put(bench, a, 0);
	return bench_judge(bench);
}

const char *
bench_print(struct bench *bench, enum lang lang, bool with_visible)
{
	struct out out = {bench->printed, 0, sizeof(bench->printed) - 1, false};

	finding_print(&bench->finding, bench->book, lang, with_visible, &out);
	ck_assert(!out.overflow);
	bench->printed[out.len] = '\0';
	ck_assert_ptr_null(strpbrk(bench->printed, "{}"));
	ck_assert(span_is_text(span_of(bench->printed)));
	return bench->printed;
}

void
bench_says(struct bench *bench, const char *text)
{
	bench_print(bench, LANG_FR, false);
	bench_print(bench, LANG_FR, true);
	bench_print(bench, LANG_EN, false);
	ck_assert_msg(strstr(bench_print(bench, LANG_EN, true), text) != NULL,
	    "no %s in%s", text, bench->printed);
}

void
bench_says_both(struct bench *bench, const char *english, const char *french)
{
	bench_says(bench, english);
	ck_assert_msg(strstr(bench_print(bench, LANG_FR, true), french) != NULL,
	    "no %s in%s", french, bench->printed);
}

struct assignment
slot_between(struct assignment a, const char *from, const char *to)
{
	a.from = test_instant(from);
	a.length = (uint32_t)(test_instant(to) - a.from);
	return a;
}
