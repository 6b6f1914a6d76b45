/* SPDX-License-Identifier: ISC */
/*
 * book_places: what the book has of the places of half-days.
 *
 * Offers and visits stand by their half-day.  Those of days before
 * book_places_from() are not kept, nor are released visits, so the memory is
 * that of a few weeks.  Nothing of it is supposed: no rule looks at a place.
 */
#ifndef DOMAIN_BOOK_PLACES_H
#define DOMAIN_BOOK_PLACES_H

#include "daemon/domain/book.h"

/* NULL when the half-day is as its site says.  Lent until the next change. */
const struct offer *book_offer(const struct book *book, struct id slot);
/* Visits of a half-day, in no order, released ones left out. */
struct visits book_visits(const struct book *book, struct id slot);
/* NULL when it is not kept. */
const struct visit *book_visit(const struct book *book, struct id place);

int32_t book_places_from(const struct book *book);
/* Forgets those of days before `from`, for ever. */
void book_places_forget(struct book *book, int32_t from);

/* The id of the offer of a half-day. */
struct id offer_id(struct id slot);

#endif
