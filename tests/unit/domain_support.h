/* SPDX-License-Identifier: ISC */
/*
 * domain_support: small books for the tests of the domain.
 *
 * Every thing made here has the id test_id(n) of a number that the test gives,
 * so that tests speak of physician 3 and slot 17.
 */
#ifndef TESTS_DOMAIN_SUPPORT_H
#define TESTS_DOMAIN_SUPPORT_H

#include "daemon/domain/book.h"

#include <check.h>
#include <stdio.h>

#define HOUR INT64_C(3600)

/* A repeatable sequence; `seed` goes into the message of every failure. */
struct random {
	uint64_t seed, state;
};

struct random random_new(uint64_t seed);
/* 0 .. below - 1 */
uint32_t random_below(struct random *random, uint32_t below);

/* Sets a member that is an array of char. */
#define SET(member, text) snprintf((member), sizeof(member), "%s", (text))

/* Whether all members are the same, whatever lies between them. */
bool test_same_slot(const struct assignment *a, const struct assignment *b);
bool test_same_entity(enum kind kind, const void *a, const void *b);

/* Different for different numbers, in no visible order; never nil. */
struct id test_id(uint64_t number);

/* Days since 1970 of "2026-03-02"; fails the test otherwise. */
int32_t test_day(const char *text);
/* The same; "" is open. */
int32_t test_last_day(const char *text);
struct pattern test_pattern(const char *text);
/* Seconds since 1970 of "2026-03-02T09:00Z". */
int64_t test_instant(const char *text);

/* A site with the hours M, A, E, S and N every day, and a FINESS number made
 * of n; "Europe/Paris", two rooms, unknown coordinates. */
struct site test_site(unsigned n);
struct physician test_physician(unsigned n);
/* Loads it as revision 1; its index. */
int32_t test_load(struct book *book, enum kind kind, const void *after);
/* Sites and physicians 0 .. count - 1, with these indices. */
void test_people(struct book *book, unsigned physicians, unsigned sites);

/* A quota of those days, without minimum and maximum, active; the id is
 * test_id(n). */
struct quota test_quota(unsigned n, int32_t physician, int32_t programme,
    const char *period, int32_t from, int32_t to);

/* Slot n: published, MT, room 1, in the opening of its part. */
struct assignment test_slot(const struct book *book, unsigned n,
    int32_t physician, int32_t site, const char *day, enum part part);
/* Applies or loads it as that revision. */
enum apply test_apply(
    struct book *book, const struct assignment *a, uint32_t rev);
enum apply test_load_slot(
    struct book *book, const struct assignment *a, uint32_t rev);

/* main() of a test program: runs the cases of one suite. */
int test_main(const char *name, TCase *const cases[], size_t count);

#endif
