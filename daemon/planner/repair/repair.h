/* SPDX-License-Identifier: ISC */
/*
 * repair: a published plan mended when somebody drops out, a site closes or a
 * half-day is locked.
 *
 * A repairer keeps a plan that is there - the half-days that the instance calls
 * existing, with what it costs to drop one or to add one - and the prices that
 * prove a bound.  It answers one question after another; after each, everything
 * is as it was.  What a question closes is an option too dear to be taken, so
 * the bound of what is left is found from those physicians alone whom it hits.
 */
#ifndef PLANNER_REPAIR_H
#define PLANNER_REPAIR_H

#include "daemon/planner/bound/dual.h"
#include "daemon/planner/instance/plan_file.h"
#include "daemon/planner/search/reply.h"

enum repair_variant {
	REPAIR_MINIMAL, /* what fell vacant is filled; nobody else moves */
	REPAIR_LOCAL,   /* others move where that is worth its cost */
	REPAIR_FREE /* as if nothing were published in the weeks that are hit */
};

/* Who was to be where before the question, and is not any more; need: of the
 * half-day, NAMES_NONE when nobody is wanted there now. */
struct repair_hole {
	int32_t physician, half, need;
};

struct repair_ask {
	/* Who drops out (NAMES_NONE: nobody), or which sites close, by site
	 * (NULL: none); both: he does not work there. */
	int32_t physician;
	const bool *site;    /* lent */
	int32_t from, until; /* half-days of the instance */
	unsigned parts;      /* of these days only: bits */
	/* What the same has left behind already. */
	const struct repair_hole *hole; /* lent */
	size_t holes;
	/* Instead: he shall do this one of that need, or OPTION_NONE. */
	int32_t keep;
	/* Published half-days before this one are nobody's to move. */
	int32_t frozen;
	/* What has begun is nobody's either, and cannot be filled: asked of
	 * needs before the half-day `began`; NULL: nothing has. */
	bool (*has_begun)(const void *arg, int32_t need);
	const void *arg; /* lent */
	int32_t began;
	enum repair_variant variant;
	uint64_t budget_us;
	uint64_t seed;
	int32_t misses; /* so many attempts in vain, then it is settled */
	unsigned ranks; /* replacements told of each vacant half-day */
	/* Of REPAIR_FREE: asked now and then whether somebody waits, for whom
	 * it ends before its time; NULL: nobody does. */
	bool (*waits)(void *waiter);
	void *waiter; /* lent */
};

/* A published half-day that is not any more, or a new one. */
struct repair_line {
	int32_t physician, need;
	bool drop;
};

/* Who could take a vacant half-day, everything else staying, and what that
 * costs: the sum is `cost`. */
struct repair_rank {
	int32_t physician, need;
	int32_t cost;
	int32_t worth;  /* gained by filling it, as a cost: not above 0 */
	int32_t travel; /* what is saved beside others taken off */
	int32_t wish;   /* preference, what he dislikes or did not wish */
	int32_t anchor; /* away from the usual site */
	int32_t stable; /* for being new */
	int32_t fair;   /* minima and fair share */
	int32_t minutes, week_left;
};

/* Who could not: a word of a filter, or of what he has already. */
struct repair_left {
	int32_t physician, need;
	const char *why; /* static */
};

struct repair_answer {
	int64_t cost, bound; /* whole points */
	/* Half-days that fell vacant and are wanted still, and how many of them
	 * are held again; and those that are wanted no more. */
	int32_t vacant, filled, released;
	/* Half-days of others that nobody has any more. */
	int32_t opened;
	/* Half-days that others lose, gain or do elsewhere, and who. */
	int32_t half_days, physicians;
	bool cut; /* before its time, for somebody who waits */
	uint64_t us;
	const struct repair_line *line; /* lent */
	size_t lines;
};

struct repair_hooks {
	/* Before anything is filled; all lent. */
	void (*on_ranks)(void *arg, const struct repair_rank *ranks,
	    size_t count, const struct repair_left *left, size_t lefts);
	/* The first answer, and then the one that is settled. */
	void (*on_answer)(
	    void *arg, bool settled, const struct repair_answer *answer);
	void *arg;
};

struct repairer;

/* The model is changed and put back: nobody else may use it.  It and its
 * instance are lent until repairer_free; limits of the instance are the
 * narrower for what is there and has no place in the model. */
struct repairer *repairer_new(struct model *model, struct instance *in)
    MUST_CHECK;
void repairer_free(struct repairer *repairer); /* accepts NULL */
/* Prices of an earlier plan of the instance. */
void repairer_take_prices(struct repairer *repairer, const struct plan *plan);
/* Prices to be taken by another repairer, of a like instance, while this one
 * goes on; its instance is lent until legacy_free. */
struct legacy;
struct legacy *repairer_legacy(const struct repairer *repairer) MUST_CHECK;
void legacy_free(struct legacy *legacy); /* accepts NULL */
void repairer_inherit(struct repairer *to, const struct legacy *legacy);
/* A few rounds towards better prices; false when no more is to be gained. */
bool repairer_improve(struct repairer *repairer, int rounds);

/* Of the plan as it is published. */
int64_t repairer_cost(const struct repairer *repairer);
int64_t repairer_bound(struct repairer *repairer);
/* Published half-days that the limits of the instance have no place for. */
size_t repairer_misfits(const struct repairer *repairer);

enum repair_end {
	REPAIR_DONE,
	REPAIR_VOID,   /* nothing of the plan is hit */
	REPAIR_REFUSED /* what shall be kept cannot be: repairer_why() */
};

/* The hooks are called when it is done, and not otherwise. */
enum repair_end repairer_run(struct repairer *repairer,
    const struct repair_ask *ask, const struct repair_hooks *hooks);
/* What is in the way of the half-day that was refused last: a word as of
 * struct repair_left, or "frozen".  Static. */
const char *repairer_why(const struct repairer *repairer);

/* The plan has changed: the physician does, or no longer does, one of the
 * need.  Kept until the repairer goes.  False when the model has no place for
 * that. */
bool repairer_set(
    struct repairer *repairer, int32_t physician, int32_t need, bool does);
/* He can do nothing in these parts of the days of [from, until); what he has
 * stays until it is taken off. */
void repairer_close(struct repairer *repairer, int32_t physician, int32_t from,
    int32_t until, unsigned parts);
/* Nobody can do anything there then. */
void repairer_close_site(struct repairer *repairer, int32_t site, int32_t from,
    int32_t until, unsigned parts);
/* Whether one more of the need is wanted. */
bool repairer_is_open(const struct repairer *repairer, int32_t need);
/* Whether he holds one of the need. */
bool repairer_holds(
    const struct repairer *repairer, int32_t physician, int32_t need);
/* The option of a physician of a need, or OPTION_NONE. */
int32_t repairer_option(
    const struct repairer *repairer, int32_t physician, int32_t need);

#endif
