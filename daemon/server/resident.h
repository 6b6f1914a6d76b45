/* SPDX-License-Identifier: ISC */
/*
 * resident: planners that stay, for repairs: one of a scope, begun when it is
 * first asked, fed with every change of the book, ended when nobody has asked
 * for a while or when there are too many.
 *
 * One that dies takes its questions with it - each is told so - and the next
 * question begins another.  They are no jobs: they wait for none and have the
 * daemon's own priority.
 */
#ifndef SERVER_RESIDENT_H
#define SERVER_RESIDENT_H

#include "daemon/base/compiler.h"
#include "daemon/domain/change.h"
#include "proto/span.h"

#include <stdbool.h>

struct residents;
struct server;

enum { RESIDENT_DAYS = 91 }; /* that it looks ahead, today included */

struct residents *residents_new(struct server *server) MUST_CHECK;
void residents_free(struct residents *residents); /* accepts NULL */
/* Ends all of them, as the daemon stops. */
void residents_stop(struct residents *residents);

/* What the book hears of. */
void residents_on_change(
    struct residents *residents, const struct change *change);
/* The book is another one. */
void residents_on_loaded(struct residents *residents);

enum resident_end {
	RESIDENT_ANSWERED,
	RESIDENT_STARTING, /* it is not ready yet */
	RESIDENT_GONE      /* it died, or could not be begun */
};

struct resident_hooks {
	/* "first id=1 cost=..." with all words of the answer. */
	void (*on_line)(void *arg, struct span line);
	/* "error": why it was refused; else ptr NULL. */
	void (*on_end)(void *arg, enum resident_end end, struct span why);
};

/*
 * Asks the planner of a scope ("territory:ID,..."; "": everything): the line
 * without "id=".  on_end runs exactly once, not from within this call, and not
 * after residents_free().
 */
void residents_ask(struct residents *residents, struct span scope,
    const char *line, const struct resident_hooks *hooks, void *arg);

#endif
