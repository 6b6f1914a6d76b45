/* SPDX-License-Identifier: ISC */
/*
 * adopt_private: an adoption or a publication under way, for adopt.c
 * (one unit of it) and adopt_units.c (unit after unit).
 */
#ifndef SERVER_ADOPT_PRIVATE_H
#define SERVER_ADOPT_PRIVATE_H

#include "daemon/server/adopt_lines.h"
#include "daemon/server/verb_plan.h"

enum { ADOPT_UNIT_MAX = PROTO_BATCH_MAX };

/* Lines of one site in one week. */
struct group {
	struct id site;
	int32_t territory; /* index; REF_NONE: none, or the site is gone */
	int32_t week;      /* its Monday */
	uint32_t count;
};

struct adoption {
	struct plan_call call;
	bool publishes, dry;
	bool has_territory, has_week;
	struct id territory;
	int32_t week;         /* Monday */
	struct group *groups; /* owned; sorted by week and territory */
	size_t ngroups, capacity;
	size_t first, next; /* those of the unit at hand, and what follows */
	bool whole;         /* all of it is one unit */
	/* Of several, a line that one unit refuses may be right once all
	 * others are in the plan: it is tried again. */
	bool again;
	uint64_t deferred; /* lines to be tried again */
	struct id *sites;  /* owned: of the unit at hand */
	size_t nsites, sites_capacity;
	struct adopt_lines lines; /* of the unit at hand */
	bool more;                /* of it are left, behind number `after` */
	uint32_t after;
	unsigned retries;
	uint64_t adopted, refused, unchanged, published, told, units;
	char answer[256];
};

/* ----- adopt.c ----- */

void adoption_fini(struct plan_call *call);
/* Refuses the request and ends it. */
void adoption_end_with(struct adoption *adoption, enum status status);
/* Whether the request may go on; it ends otherwise. */
bool adoption_goes_on(struct adoption *adoption, enum status status) MUST_CHECK;
/* Answers the request and ends it. */
void adoption_answer(
    struct adoption *adoption, struct span answer, bool replayed);
/* All is done. */
void adoption_finish(struct adoption *adoption);
/* Writes adoption->lines, then goes on by adoption_next_unit(). */
void adoption_write_unit(struct adoption *adoption);

/* ----- adopt_units.c ----- */

/* Asks for the lines of the next unit, or finishes. */
void adoption_next_unit(struct adoption *adoption);

#endif
