/* SPDX-License-Identifier: ISC */
/*
 * serve_private: what is served, shared by serve*.c: serve.c (its life),
 * serve_store.c (lines of the instance), serve_build.c (what is made of
 * them), serve_ask.c (questions), serve_tell.c (answers), serve_change.c
 * (changes) and serve_fact.c (what the book knows beyond the plan).
 */
#ifndef PLANNER_SERVE_PRIVATE_H
#define PLANNER_SERVE_PRIVATE_H

#include "daemon/planner/read/instance_read.h"
#include "daemon/planner/repair/repair.h"
#include "daemon/planner/serve/serve.h"
#include "daemon/planner/serve/serve_book.h"
#include "proto/limits.h"

enum { SERVE_LINE_MAX = PROTO_LINE_MAX, SERVE_ID_MAX = 64 };

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
/* Time has gone on: in the first line, which says at what instant it was
 * written. */
void store_set_now(struct store *store, int64_t now);
/* All of them; owned by the caller. */
char *store_text(const struct store *store, size_t *len);

/* ----- serve_build.c ----- */

/* A half-day that was cancelled: who had it, at which site, as others name
 * them; and what that is of the instance, as far as it is there. */
struct gone {
	int32_t who, where; /* numbers of served.word */
	int32_t physician, half, need;
};

/* Where a half-day of the book stands in the plan. */
struct stand {
	int32_t physician, need; /* need NAMES_NONE: nowhere any more */
};

/* One instance, ready for questions. */
struct served {
	struct instance in;
	struct model model;
	struct repairer *repairer;
	bool is_facts;
	/* Ids of physicians and sites, as others name them; of a site the first
	 * place of the instance, and of each place the next. */
	struct names word;
	int32_t *site_of; /* by number of word, as far as there are sites */
	int32_t *next_site;
	int32_t site_words;
	struct gone *gone;
	size_t gones, gone_room;
	/* Of an instance of facts, by id: half-days that the plan may move,
	 * and those that stayed and are cancelled by now. */
	struct names moving, ended;
	struct stand *stand; /* by number of moving */
	size_t stand_room;
	/* Of the question that was refused last; empty: it was no question. */
	char refused[SERVE_ID_MAX + 1];
};

/* NULL with why.  plan: text or empty. */
struct served *served_new(
    struct span text, struct span plan, struct error *error) MUST_CHECK;
void served_free(struct served *served); /* accepts NULL */

/* One being made by a thread of its own. */
struct building;

/* Takes the text, and the legacy of what is served, which may be NULL and whose
 * instance is lent until building_end. */
struct building *building_new(char *text, size_t len, struct legacy *legacy)
    MUST_CHECK;
/* Readable when it is over. */
int building_fd(const struct building *building);
/* Waits for it; the result, or NULL with why, and its text, which is the
 * caller's again.  The building is freed. */
struct served *building_end(
    struct building *building, char **text, size_t *len, struct error *error);

/* One being freed by a thread of its own, since that takes a while. */
struct clearing;
struct clearing *clearing_new(struct served *served) MUST_CHECK;
void clearing_end(struct clearing *clearing); /* waits; accepts NULL */

/* ----- serve_ask.c ----- */

enum heard {
	HEARD_ASKED,   /* a question, answered */
	HEARD_CHANGED, /* what is served has it already */
	HEARD_UNKNOWN, /* it says something that only the rules understand */
	HEARD_NOTHING, /* blank, or a comment */
	HEARD_BAD      /* *error says why */
};

/* current: whether all that was heard before is in what is served. */
enum heard serve_hear(
    struct served *served, struct span line, bool current, struct error *error);

/* ----- serve_tell.c ----- */

/* A question being answered. */
struct hearing {
	struct served *served;
	bool current;
	struct span id; /* of the question */
	/* Half-days that fall and are no matter of the plan; owned. */
	struct book_half *beside;
	size_t besides, beside_room;
	struct error *error;
};

/* For repairer_run; arg: struct hearing. */
extern const struct repair_hooks serve_hooks;
void serve_tell_done(const struct hearing *hearing, bool any);

/* ----- serve_change.c ----- */

/* A half-day as others name it. */
struct serve_place {
	int32_t physician;                     /* NAMES_NONE: anybody's */
	struct span site, activity, specialty; /* lent; empty: any */
	int64_t day;
	unsigned part;
};

/* The first half-day of a day, as far as it is one of the instance. */
int32_t serve_half(const struct instance *in, int64_t day);
/* Of a new one: the names of its sites. */
void serve_index_sites(struct served *served);
/* The first site of the instance that is the one named, a stop of it or its
 * work from elsewhere, or NAMES_NONE; the others follow by next_site. */
int32_t serve_site(const struct served *served, struct span name);
/* The need of the place, of which its physician has an option; one that is open
 * before one that is not; or NAMES_NONE. */
int32_t serve_need(
    const struct served *served, const struct serve_place *place);
/* Who has left that half-day. */
void serve_note_gone(struct served *served, struct span physician,
    const struct serve_place *place, int32_t need);
/* Any line that is no question. */
enum heard serve_change(
    struct served *served, struct span line, struct error *error);

/* ----- serve_fact.c: of an instance of facts ----- */

/* Of a new one: what moves, and what is gone. */
void serve_fact_index(struct served *served);
/* For struct repair_ask; arg: struct fact_clock. */
struct fact_clock {
	const struct served *served;
	int64_t now;
};
bool serve_fact_has_begun(const void *arg, int32_t need);
/* Half-days of a physician and at a site (either may be empty) that are planned
 * and have not begun, and that the plan does not move. */
void serve_fact_beside(struct hearing *hearing, struct span physician,
    struct span site, const struct repair_ask *ask, int64_t now);
void serve_fact_print(
    const struct hearing *hearing, const struct book_half *half);
/* A line of an entity. */
enum heard serve_fact_change(struct served *served, struct span line);

#endif
