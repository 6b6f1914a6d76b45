/* SPDX-License-Identifier: ISC */
/*
 * open_support: a book with one site, for tests of when and where it works.
 */
#ifndef TESTS_OPEN_SUPPORT_H
#define TESTS_OPEN_SUPPORT_H

#include "daemon/domain/open.h"
#include "tests/unit/domain_support.h"

extern struct book *book; /* of the test; the site is number 0 */

void open_set_up(void);
void open_tear_down(void);

/* The next revision of an entity, or its first. */
void open_change(enum kind kind, const void *after);
void open_set_site(
    const char *kind, const char *week, const char *holidays, const char *area);
/* Facts of the site, active, and in the book except what is only made. */
struct closure open_closure(
    const char *from, const char *to, const char *parts);
struct opening_day open_opening(
    const char *from, const char *to, const char *week);
struct holiday open_holiday(
    const char *area, const char *kind, const char *from, const char *to);
/* to NULL: for ever. */
struct stop open_make_stop(
    const char *pattern, const char *from, const char *to, const char *commune);
struct stop open_stop(
    const char *pattern, const char *from, const char *to, const char *commune);

/* "09:00-12:00" when it is open, else the reason why it is not; good until the
 * next call. */
const char *open_at(const char *day, enum part part);

#endif
