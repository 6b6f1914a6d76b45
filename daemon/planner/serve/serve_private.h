/* SPDX-License-Identifier: ISC */
/*
 * serve_private: what is served, shared by serve*.c: serve.c (its life),
 * serve_input.c (what comes), serve_store.c (lines of the instance),
 * serve_build.c (what is made of them), serve_anew.c (that once more),
 * serve_ask.c (questions), serve_tell.c (answers), serve_change.c (changes) and
 * serve_fact.c (what the book knows beyond the plan).
 */
#ifndef PLANNER_SERVE_PRIVATE_H
#define PLANNER_SERVE_PRIVATE_H

#include "daemon/planner/read/instance_read.h"
#include "daemon/planner/repair/repair.h"
#include "daemon/planner/serve/serve.h"
#include "daemon/planner/serve/serve_book.h"
#include "proto/limits.h"

enum {
	SERVE_LINE_MAX = PROTO_LINE_MAX,
	SERVE_ID_MAX = 64,
	SERVE_NAME_MAX = 96
};

/* ----- serve_input.c ----- */

/* What comes on a descriptor, line by line. */
struct serve_input {
	int fd;
	char *bytes; /* owned */
	/* Of the bytes: those of lines that were taken, those that were looked
	 * at, all of them. */
	size_t taken, seen, len, room;
	bool skipping; /* the rest of a line that is too long */
	bool ended;
	char head[SERVE_NAME_MAX + 2]; /* of the line that is skipped */
};

enum input_got {
	INPUT_LINE,
	INPUT_TOO_LONG, /* one was, and is passed over */
	INPUT_NONE      /* there is no whole one */
};

void input_init(struct serve_input *input, int fd);
void input_fini(struct serve_input *input);
/* Waits for more, unless the input has ended; lines that were lent are void. */
void input_read(struct serve_input *input);
/* The next line, without its end; lent until input_read or input_waits.  Of one
 * that is too long at least the beginning, so that it shows a name. */
enum input_got input_line(struct serve_input *input, struct span *line);
/* Whether a question came that a free one gives way to; reads what is there.
 * True once for the same. */
bool input_waits(void *input);
/* A question of variant=free. */
bool input_is_free(struct span line);

/* ----- serve_store.c ----- */

struct kept_line {
	char *text;   /* owned */
	uint64_t put; /* which of all that were put it is */
	unsigned rank;
};

/* The lines of an instance; of two about one entity the newer stands in the
 * place of the older. */
struct store {
	struct kept_line *line; /* owned */
	size_t lines, room;
	struct names ids; /* "kind id" of those that have one */
	size_t *line_of;  /* by number of the name */
	size_t line_of_room;
	size_t bytes; /* of all lines, with their ends */
	uint64_t puts;
};

void store_init(struct store *store);
void store_fini(struct store *store);
/* "kind id=..." of a line that begins so; else empty. */
struct span store_name(struct span line);
/* A line without its end, copied. */
void store_put(struct store *store, struct span line);
void store_put_all(struct store *store, struct span text);
/* A line as it is in an older text; blank if it is in none. */
void store_take_back(struct store *store, size_t line, struct span text);
/* Time has gone on: in the first line, which says at what instant it was
 * written. */
void store_set_now(struct store *store, int64_t now);
/* The lines in an order in which each names only what stands before it: by
 * place in the text, from 0; owned by the caller. */
size_t *store_order(const struct store *store) MUST_CHECK;
/* All of them so; owned by the caller. */
char *store_text(const struct store *store, const size_t *order, size_t *len)
    MUST_CHECK;

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

/* ----- serve_anew.c: an instance of facts, made anew as they change ----- */

struct anew {
	struct store store;
	struct building *building;
	struct clearing *clearing;
	char *good; /* owned; the text of what is served */
	size_t good_len;
	/* Lines up to which are in that text, in that which is being made. */
	uint64_t good_puts, tried_puts;
	size_t *order; /* owned; of the text being made */
	/* Lines heard since it was begun; owned. */
	char **since;
	size_t sinces, since_room;
	/* Names of what was refused, and not said otherwise since; owned. */
	char **refused;
	size_t refuseds, refused_room;
	bool dirty;        /* the rules have to see something */
	bool unmade;       /* what was heard last makes no instance */
	uint64_t heard_us; /* the last such line */
};

/* The text of what is served: taken; it is facts, or all else is void. */
void anew_init(struct anew *anew, char *text, size_t len, bool is_facts);
void anew_fini(struct anew *anew);
/* Whether all that was heard is in what is served. */
bool anew_is_current(const struct anew *anew);
/* A line that was heard; plain: it is in what is served. */
void anew_put(struct anew *anew, struct span line, bool plain);
/* One that could not be read. */
void anew_refuse(struct anew *anew, struct span line);
/* Milliseconds until anew_begin is due; -1: it is not. */
int anew_patience(const struct anew *anew);
void anew_begin(struct anew *anew, const struct served *served);

enum anew_end {
	ANEW_MADE,    /* *served is the new one, the old one is cleared away */
	ANEW_AGAIN,   /* it made none, but newer lines may */
	ANEW_REFUSED, /* a line is refused, *error says which; again without it
		       */
	ANEW_UNMADE   /* no line that was heard is to blame: *error; again with
			 the next line */
};
/* When building_fd() is readable. */
enum anew_end anew_end(
    struct anew *anew, struct served **served, struct error *error) MUST_CHECK;

/* ----- serve_ask.c ----- */

enum heard {
	HEARD_ASKED,   /* a question, answered */
	HEARD_CHANGED, /* what is served has it already */
	HEARD_UNKNOWN, /* it says something that only the rules understand */
	HEARD_NOTHING, /* blank, or a comment */
	HEARD_BAD      /* *error says why */
};

/* Beside the line. */
struct serve_world {
	bool current; /* all that was heard before is in what is served */
	/* Whether a question waits that a free one gives way to; NULL: never.
	 */
	bool (*waits)(void *arg);
	void *arg; /* lent */
};

enum heard serve_hear(struct served *served, struct span line,
    const struct serve_world *world, struct error *error);

/* ----- serve_tell.c ----- */

/* A question being answered. */
struct hearing {
	struct served *served;
	const struct serve_world *world; /* lent */
	struct span id;                  /* of the question */
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
