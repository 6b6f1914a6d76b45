/* SPDX-License-Identifier: ISC */
/*
 * resident: planners that stay, for repairs: one of a scope, begun when
 * something of it is published or when it is first asked, fed with every change
 * of the book, and kept while something published is ahead.  Of more than there
 * may be the one used least recently goes; only for a question, where it was
 * begun or asked lately itself.
 *
 * One that dies takes its questions with it - each is told so - and the next
 * question begins another; without one it is begun again after a while, which
 * grows as long as it dies before it is ready.  One that refuses what it is
 * told is begun anew from the book, when nobody asks.  They are no jobs: they
 * wait for none and have the daemon's own priority.
 */
#ifndef SERVER_RESIDENT_H
#define SERVER_RESIDENT_H

#include "daemon/base/compiler.h"
#include "daemon/domain/change.h"
#include "proto/out.h"
#include "proto/span.h"

#include <stdbool.h>

struct book;
struct residents;
struct server;
struct session;

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

/* The places of an account, as those of a proposal: everything is "".  False
 * when it has none, or more than there is room for. */
bool resident_scope(const struct session *session, const struct book *book,
    struct out *out) MUST_CHECK;

/* The account has published something: soon there is one of its places, if it
 * is bound to places. */
void residents_prewarm(
    struct residents *residents, const struct session *session);

struct residents_figures {
	unsigned running, ready;
	uint64_t starts, deaths; /* since the daemon began */
};
void residents_figures(
    const struct residents *residents, struct residents_figures *figures);

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
