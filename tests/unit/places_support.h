/* SPDX-License-Identifier: ISC */
/*
 * places_support: one half-day that gives places, and what is said of it and
 * taken there.
 */
#ifndef TESTS_UNIT_PLACES_SUPPORT_H
#define TESTS_UNIT_PLACES_SUPPORT_H

#include "daemon/domain/book_places.h"
#include "tests/unit/domain_support.h"

#define PLACES_DAY "2026-03-02" /* a Monday */

/* A book with sites, and slot 1 of site 0: SNP, published, 09:00 to 12:00; the
 * caller's. */
struct book *places_book(struct assignment *slot) MUST_CHECK;
struct offer places_offer(const struct assignment *slot);
/* Visit n, of place `number`; one that is held ends an hour before. */
struct visit places_visit(const struct assignment *slot, unsigned n,
    unsigned number, const char *state);
/* As a change of the feed of this revision. */
enum apply places_apply(
    struct book *book, enum kind kind, const void *after, uint32_t rev);

#endif
