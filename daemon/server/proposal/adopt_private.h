/* SPDX-License-Identifier: ISC */
/*
 * adopt_private: an adoption or a publication under way, for adopt.c
 * (one unit of it) and adopt_units.c (unit after unit).
 */
#ifndef SERVER_ADOPT_PRIVATE_H
#define SERVER_ADOPT_PRIVATE_H

#include "daemon/server/proposal/adopt_lines.h"
#include "daemon/server/proposal/verb_plan.h"

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
	bool announces;  /* an adoption whose half-days are published at once */
	bool is_repair;  /* of the plan: the history says so */
	char before[64]; /* of the answer */
	bool has_territory, has_week;
	struct id territory;
	int32_t week; /* Monday */
	/* A proposal that is too large for that all at once: what there is,
	 * week by week; the first and the last one, and the one at hand. */
	bool by_week;
	int32_t weeks_from, weeks_to, week_at;
	struct group *groups; /* owned; sorted by week and territory */
	size_t ngroups, capacity;
	size_t first, next; /* those of the unit at hand, and what follows */
	size_t piece;       /* lines of a unit, where they can be so few */
	bool moves;         /* lines take half-days away for others */
	bool whole;         /* all of it is one unit */
	/* Of several, a line that one unit refuses may be right once others
	 * are in the plan: it is tried again, in the last round for good. */
	bool last;
	unsigned round;
	uint64_t lines_left; /* of the proposal, when it was asked for */
	uint64_t deferred;   /* lines of this round, to be tried again */
	uint64_t gained;     /* lines that this round brought into the plan */
	/* What the unit at hand was refused for as a whole: its lines are
	 * sifted. */
	bool sifts;
	struct id *sites; /* owned: of the unit at hand */
	size_t nsites, sites_capacity;
	struct adopt_lines lines; /* of the unit at hand */
	bool more;                /* of it are left, behind number `after` */
	uint32_t after;
	unsigned retries;
	struct warnings warnings; /* told */
	struct warnings found;    /* when dry: of the unit at hand */
	/* published: also those that an adoption published at once. */
	uint64_t adopted, refused, unchanged, published, told, units;
	char answer[384];
};

/* ----- adopt.c ----- */

void adoption_fini(struct plan_call *call);
/* Answers the request and ends it. */
void adoption_answer(
    struct adoption *adoption, struct span answer, bool replayed);
/* " number= state=refused ...": why a line is left out. */
void adoption_tell_refused(struct conn *conn, const struct adopt_line *line);
/* All is done. */
void adoption_finish(struct adoption *adoption);
/* Writes adoption->lines, then goes on by adoption_next_unit(). */
void adoption_write_unit(struct adoption *adoption);

/* ----- adopt_units.c ----- */

/* Asks for the lines of the next unit, or finishes. */
void adoption_next_unit(struct adoption *adoption);
/* What they make is published at once, but for what stands in the place of a
 * draft that is taken away. */
void adoption_announce(struct adopt_lines *lines, const struct book *book);
/* Adopts a repair that was kept, for a request of its own (copied) whose key
 * was looked for; announces: and publishes it.  The answer begins with `before`
 * (copied). */
void adopt_repair(struct conn *conn, struct id plan,
    const struct proposal_request *request, bool announces, const char *before);

#endif
