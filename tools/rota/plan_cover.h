/* SPDX-License-Identifier: ISC */
/*
 * plan_cover: how many of the half-days that are needed a proposal fills, by
 * zone and by site, and where the worst gaps are.
 */
#ifndef ROTA_PLAN_COVER_H
#define ROTA_PLAN_COVER_H

#include "tools/rota/options.h"
#include "tools/rota/plan_names.h"
#include "tools/rota/rota.h"
#include "tools/rota/rows.h"
#include "tools/rota/term.h"

#include <stdint.h>

/* Half-days: wanted, filled as it is, and with the proposal. */
struct cover {
	char *place;    /* as the daemon calls it, NULL: of a zone; owned */
	bool is_sector; /* a territory with needs of its own; else a site */
	char zone[24];
	uint64_t need, filled, planned;
};

struct covers {
	size_t count, capacity;
	struct cover *at; /* owned */
};

/* Adds the lines "zone", "site" or "sector" of an answer of "plan show". */
void covers_read(struct covers *covers, struct rows *rows, const char *word);
void covers_fini(struct covers *covers);

/* The zones below each other, and their sum. */
void covers_zones(const struct term *term, const struct covers *zones);
/* How many sites, and sectors, are filled, partly, not at all; each of them if
 * `all`. */
void covers_places(struct rota *rota, const struct term *term,
    const struct covers *places, bool all);
/* Sorts the places: the worst gap first, by the worth of the zone. */
void covers_sort(struct covers *places);
/* The worst, with the reasons that the daemon knows. */
void covers_gaps(struct rota *rota, const struct term *term, const char *plan,
    struct covers *places);

/* Says of one half-day that stays open at the site why; nothing when the daemon
 * does not know. */
void gap_reasons(struct rota *rota, const struct term *term, const char *plan,
    const char *site);

#endif
