/* SPDX-License-Identifier: ISC */
/*
 * gaps_query: what a request for gaps asks, and where.
 */
#ifndef SERVER_GAPS_QUERY_H
#define SERVER_GAPS_QUERY_H

#include "daemon/domain/gap.h"
#include "daemon/server/conn.h"
#include "daemon/store/store.h"

/* next= of a page that ends with what physicians owe begins so. */
#define OWED_WORD "owed,"

/* Behind which gap a page begins. */
struct gap_mark {
	int32_t day;
	bool whole_day; /* with the first of the day */
	enum part part;
	enum kind kind;
	struct span place; /* name */
	enum activity activity;
	struct span specialty;
};

struct gaps {
	struct conn *conn;
	const struct book *book;         /* borrowed; good for one turn */
	int32_t site, sector, territory; /* REF_NONE: any */
	struct span departement, zone;   /* empty: any */
	enum activity activity;          /* ACTIVITY_COUNT: any */
	struct span specialty;           /* empty: any */
	int32_t from, to;
	unsigned limit;
	bool has_next;
	struct gap_mark next;
	int32_t programme;     /* REF_NONE: any */
	bool half_days;        /* gaps are asked for */
	bool owed;             /* what physicians owe is asked for */
	struct span owed_next; /* behind which line of those */
};

/* False when the request has been refused. */
bool gaps_read(
    struct gaps *gaps, struct conn *conn, const struct request *request);
/* The sites and sectors asked for that are in the reader's scope. */
void gaps_add_places(const struct gaps *gaps, struct gap_finder *finder);

#endif
