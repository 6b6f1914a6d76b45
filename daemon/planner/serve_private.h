/* SPDX-License-Identifier: ISC */
/*
 * serve_private: what is served, shared by serve*.c: serve.c (its life),
 * serve_store.c (lines of the instance), serve_build.c (what is made of
 * them), serve_ask.c (questions) and serve_change.c (changes).
 */
#ifndef PLANNER_SERVE_PRIVATE_H
#define PLANNER_SERVE_PRIVATE_H

#include "daemon/planner/instance_read.h"
#include "daemon/planner/repair.h"
#include "daemon/planner/serve.h"
#include "proto/limits.h"

enum { SERVE_LINE_MAX = PROTO_LINE_MAX };

/* ----- serve_store.c ----- */

/* The lines of an instance in their order; of two about one entity the newer
 * stands in the place of the older. */
struct store {
	char **line; /* owned */
	size_t lines, room;
	struct names ids; /* "kind id" of those that have one */
	size_t *line_of;  /* by number of the name */
	size_t line_of_room;
	size_t bytes; /* of all lines, with their ends */
};

void store_init(struct store *store);
void store_fini(struct store *store);
/* A line without its end, copied. */
void store_put(struct store *store, struct span line);
void store_put_all(struct store *store, struct span text);
/* All of them; owned by the caller. */
char *store_text(const struct store *store, size_t *len);

/* ----- serve_build.c ----- */

/* One instance, ready for questions. */
struct served {
	struct instance in;
	struct model model;
	struct repairer *repairer;
	bool is_facts;
};

/* NULL with why.  plan: text or empty. */
struct served *served_new(
    struct span text, struct span plan, struct error *error) MUST_CHECK;
void served_free(struct served *served); /* accepts NULL */

/* One being made by a thread of its own. */
struct building;

struct building *building_new(char *text, size_t len) MUST_CHECK;
/* Readable when it is over. */
int building_fd(const struct building *building);
/* Waits for it; the result, or NULL with why, and its text, which is the
 * caller's again.  The building is freed. */
struct served *building_end(
    struct building *building, char **text, size_t *len, struct error *error);

/* ----- serve_ask.c ----- */

enum heard {
	HEARD_ASKED,   /* a question, answered */
	HEARD_CHANGED, /* the plan is another one, and was changed so */
	HEARD_UNKNOWN, /* it says something that only the rules understand */
	HEARD_NOTHING, /* blank, or a comment */
	HEARD_BAD      /* *error says why */
};

/* current: whether all that was heard before is in what is served. */
enum heard serve_hear(
    struct served *served, struct span line, bool current, struct error *error);

/* ----- serve_change.c ----- */

/* A half-day as others name it. */
struct serve_place {
	int32_t physician;
	struct span site, activity, specialty; /* lent; no specialty: any */
	int64_t day;
	unsigned part;
};

/* The first half-day of a day, as far as it is one of the instance. */
int32_t serve_half(const struct instance *in, int64_t day);
/* The need of the place of which its physician has an option, or none. */
int32_t serve_need(
    const struct served *served, const struct serve_place *place);
/* Any line that is no question. */
enum heard serve_change(
    struct served *served, struct span line, struct error *error);

#endif
