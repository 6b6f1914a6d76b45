/* SPDX-License-Identifier: ISC */
/*
 * print_place: places and what half-days offer, as words of a line; all times
 * are on the clock of the site.
 */
#ifndef SERVER_PRINT_PLACE_H
#define SERVER_PRINT_PLACE_H

#include "daemon/domain/visit.h"
#include "proto/out.h"

/* " place= rev= slot= number= at= minutes= state= expires="; overbook=yes
 * instead of a number.  slot: of the visit, NULL when the book has none. */
void print_visit(
    struct out *out, const struct visit *visit, const struct assignment *slot);
/* " from= to= of= each= contact= manner= walk-in= shut= arrived=", each where
 * it says something. */
void print_contingent(struct out *out, const struct contingent *contingent,
    const struct site *site);

#endif
