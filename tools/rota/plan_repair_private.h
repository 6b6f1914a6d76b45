/* SPDX-License-Identifier: ISC */
/*
 * plan_repair_private: the answer to "plan repair" for people, for
 * plan_repair.c (all of it), plan_repair_who.c (who could come, who cannot) and
 * plan_repair_lines.c (what the planner would do).
 */
#ifndef ROTA_PLAN_REPAIR_PRIVATE_H
#define ROTA_PLAN_REPAIR_PRIVATE_H

#include "tools/rota/plan_names.h"
#include "tools/rota/rows.h"
#include "tools/rota/term.h"

#include <stdbool.h>
#include <stddef.h>

enum { VACANT_MAX = 100, WHO_WIDTH = 28 };

/* A half-day. */
struct vacant {
	char site[64], day[16], part[8], activity[32];
};

/* The closing line, which does not outlast a question about a name. */
struct closing {
	char state[16], vacant[8], unplanned[24], plan[40];
	char adopted[24], refused[24], published[24];
	char text[256];
};

struct telling {
	struct rota *rota;
	struct closing closing;
	struct term term;
	struct names sites, people;
	struct rows *rows;
	size_t count;
	struct vacant vacant[VACANT_MAX];
};

void read_vacant(const struct answer *row, struct vacant *vacant);
/* By day, part and site. */
int compare_vacant(const struct vacant *a, const struct vacant *b);
/* "Tue 2026-12-01, morning, Name of the site, MT" */
void print_where(struct telling *telling, const struct vacant *at);
/* The name of a physician, in a column of its own. */
void print_who(struct telling *telling, struct span physician);

/* Of each vacant half-day who could come, and why others cannot. */
void print_replacements(struct telling *telling);
/* What the planner would do: the last answer line by line. */
void print_answers(struct telling *telling);

#endif
