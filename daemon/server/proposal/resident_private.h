/* SPDX-License-Identifier: ISC */
/*
 * resident_private: planners that stay, for resident.c (who they are, what they
 * are asked and told) and resident_life.c (how each begins and ends).
 */
#ifndef SERVER_RESIDENT_PRIVATE_H
#define SERVER_RESIDENT_PRIVATE_H

#include "daemon/server/child/child.h"
#include "daemon/server/proposal/resident.h"

#include <sys/queue.h>

struct event;

struct ask {
	TAILQ_ENTRY(ask) all;
	uint64_t id, asked_us;
	struct resident_hooks hooks;
	void *arg;
	char *line;  /* owned */
	char *error; /* owned; it was refused */
	bool sent, told;
	unsigned deaths; /* planners that it has seen end */
};

TAILQ_HEAD(asks, ask);

struct resident {
	TAILQ_ENTRY(resident) all;
	struct residents *residents; /* borrowed */
	char *scope;                 /* owned */
	struct child *child;         /* owned; NULL: none runs */
	int instance_fd;
	bool ready;
	bool outdated;     /* it has refused something of the book */
	unsigned failures; /* in a row, before it was ready */
	unsigned refusals; /* planners outdated since one lived long */
	struct asks asks;
	uint64_t made_us, born_us, used_us;
	uint64_t asked_us;  /* the last question; 0: none yet */
	uint64_t heard_us;  /* when it said something last */
	uint64_t due_us;    /* without a child: when it is to be begun */
	uint64_t looked_us; /* when something published was last seen ahead */
};

TAILQ_HEAD(resident_list, resident);

struct residents {
	struct server *server; /* borrowed */
	struct resident_list all;
	struct event *tick;
	uint64_t last_id;
	uint64_t starts, deaths;
	bool stopping;
};

/* ----- resident.c ----- */

/* What its planner says. */
void resident_on_line(void *resident, struct span line);
/* The question is over. */
void resident_finish(
    struct resident *resident, struct ask *ask, enum resident_end end);

/* ----- resident_life.c ----- */

/* The one of a scope, there or new; NULL where nobody asks and all others were
 * begun or asked lately. */
struct resident *resident_of(
    struct residents *residents, struct span scope, bool asked);
/* Ends it, and its questions. */
void resident_free(struct resident *resident);
/* Its planner, anew; what cannot be begun is told by the clock. */
void resident_start(struct resident *resident);
/* The clock, of all; residents_arm() while there are any. */
void residents_on_tick(int fd, short what, void *residents);
void residents_arm(struct residents *residents);

#endif
