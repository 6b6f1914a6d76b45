/* SPDX-License-Identifier: ISC */
/*
 * facts_private: what the lines of facts have made; for facts.c, reduce*.c and
 * judge.c.
 */
#ifndef PLANNER_FACTS_PRIVATE_H
#define PLANNER_FACTS_PRIVATE_H

#include "daemon/domain/rule.h"
#include "daemon/domain/travel.h"
#include "daemon/planner/instance/seen.h"
#include "daemon/planner/reduce/facts.h"

enum { SCOPE_MAX = 4096, LOCKS_MAX = 100000 };

/* Kinds of lines that are none of the book. */
enum {
	FACT_INSTANCE,
	FACT_TRAVEL,
	FACT_RULES,
	FACT_SCOPE,
	FACT_COVERS,
	FACT_VARIANT,
	FACT_LOCK,
	FACT_KINDS
};

/* Of what is planned, or of whom the account may plan. */
struct fact_scope {
	enum kind kind; /* KIND_TERRITORY, KIND_PROGRAMME, KIND_SITE */
	int32_t index;
};

struct fact_lock {
	int32_t physician, site, day;
	enum part part;
	enum activity activity;
	bool keep;
};

struct facts {
	struct book *book;
	struct travel *travel;
	struct rules rules; /* by which the daemon judges */
	int32_t from, to;   /* service dates of the plan */
	int64_t now;
	bool may_move;  /* variant free */
	bool to_repair; /* see facts_to_repair() */
	int32_t frozen; /* ...but nothing published of a day before this one */
	struct fact_scope *scope, *cover;
	size_t scopes, scope_room, covers, cover_room;
	struct fact_lock *lock;
	size_t locks, lock_room;
	uint32_t number; /* of the line that was read last */
	/* What lines have said, and ids of entities; until facts_end. */
	struct seen said[FACT_KINDS], loaded[KIND_COUNT];
};

#endif
