/* SPDX-License-Identifier: ISC */
/*
 * serve_book: what the book of an instance of facts knows beyond its plan, in
 * words that neither the domain nor struct instance has: serve_book.c asks the
 * one, serve_fact.c tells the other.
 */
#ifndef PLANNER_SERVE_BOOK_H
#define PLANNER_SERVE_BOOK_H

#include "proto/id.h"
#include "proto/span.h"

#include <stdbool.h>
#include <stdint.h>

struct reduction;

enum { BOOK_WORD_MAX = 48, BOOK_RANKS = 64 };

/* Lines of facts of a lower rank name none of a higher one; below BOOK_RANKS.
 * The first line has 0, and what is no fact. */
unsigned book_line_rank(struct span line);

/* A half-day; doctor: -1 when he is no physician of the plan. */
struct book_half {
	char id[ID_TEXT_LEN + 1];
	char physician[ID_TEXT_LEN + 1], site[ID_TEXT_LEN + 1];
	char specialty[BOOK_WORD_MAX], programme[BOOK_WORD_MAX];
	const char *activity; /* static */
	int64_t from;         /* instant */
	int32_t doctor, day;
	unsigned part;
	bool blocks, cancelled, held;
	bool movable; /* of a form that the plan may move */
};

typedef void book_half_fn(void *arg, const struct book_half *half);

bool book_has_physician(const struct reduction *reduction, struct span id);
bool book_has_site(const struct reduction *reduction, struct span id);
/* Whether what is demanded there began at the instant or before. */
bool book_has_begun(const struct reduction *reduction, int32_t spot,
    int32_t half, int32_t class, int64_t now);

/* What the plan may move; what is cancelled, of the days of the plan. */
void book_each_moving(
    const struct reduction *reduction, book_half_fn *each, void *arg);
void book_each_cancelled(
    const struct reduction *reduction, book_half_fn *each, void *arg);
/* Planned, of the days of the plan, and not moved by it: of a physician and at
 * a site, one of which may be empty. */
void book_each_other(const struct reduction *reduction, struct span physician,
    struct span site, book_half_fn *each, void *arg);

/* What a line says of an entity, as far as it is plain. */
enum book_news_sort {
	NEWS_HALF,  /* half; was_there: it was in the book, and no plan's */
	NEWS_AWAY,  /* a doctor cannot be had, or nobody at a site: spans */
	NEWS_OTHER, /* something for the rules */
};

struct book_news {
	enum book_news_sort sort;
	struct book_half half;
	bool was_there;
	/* It only takes away from what was possible. */
	bool restricts;
};

/* Called for each span of half-days of a doctor, or of a spot, the other being
 * -1, that cannot be had any more; days are service dates, both included. */
typedef void book_away_fn(void *arg, int32_t doctor, int32_t spot, int32_t from,
    int32_t to, unsigned parts);

void book_read(const struct reduction *reduction, struct span line,
    struct book_news *news, book_away_fn *away, void *arg);

#endif
