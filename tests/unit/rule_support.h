/* SPDX-License-Identifier: ISC */
/*
 * rule_support: a book, a unit and a verdict, for the tests of the rules.
 *
 * The book has six physicians and six sites with these indices; each site is
 * 25 minutes from every other (10 of travel, 15 of margin).
 */
#ifndef TESTS_RULE_SUPPORT_H
#define TESTS_RULE_SUPPORT_H

#include "daemon/domain/rule.h"
#include "tests/unit/domain_support.h"

struct bench {
	struct book *book;
	struct travel *travel;
	/* Of nobody's act; without H05 and H21, unless a test asks for them. */
	struct rules rules;
	struct unit unit;
	struct finding finding;
	struct warnings warnings; /* of the last verdict */
	char printed[4096];       /* the finding, in the language asked for */
};

void bench_init(struct bench *bench);
void bench_fini(struct bench *bench);
/* Applies it to the book, unjudged. */
void bench_has(struct bench *bench, const struct assignment *a);
/* Applies a change of a site or a physician. */
void bench_change(struct bench *bench, enum kind kind, const void *after);
/* Adds a line to the unit, with a reason. */
void bench_put(struct bench *bench, const struct assignment *a, unsigned line);
/* Judges the unit, checks that the book is as before, empties the unit.
 * STATUS_OK or the rule. */
enum status bench_judge(struct bench *bench);
/* Puts and judges one assignment. */
enum status bench_try(struct bench *bench, const struct assignment *a);
/* Prints the finding. */
const char *bench_print(struct bench *bench, enum lang lang, bool with_visible);
/* Checks that the finding, printed in English for who may see all, contains
 * the text, and that French prints without a brace left. */
void bench_says(struct bench *bench, const char *text);
/* The same, and that the French holds the other text. */
void bench_says_both(
    struct bench *bench, const char *english, const char *french);

/* The slot at other clock times than its part opens: "2026-03-02T09:00+01:00"
 */
struct assignment slot_between(
    struct assignment a, const char *from, const char *to);

#endif
