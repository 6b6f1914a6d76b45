/* SPDX-License-Identifier: ISC */
/*
 * watch_private: a watch, the registry of all of them, and what they are told;
 * for watch*.c only.
 *
 * A watch is either live, and pushes go straight to its connection, or it is
 * catching up: then they are kept, in order, behind what it has missed.
 */
#ifndef SERVER_WATCH_PRIVATE_H
#define SERVER_WATCH_PRIVATE_H

#include "daemon/server/watch.h"

#include <sys/queue.h>

struct alarms;
struct event;
struct evbuffer_cb_entry;
struct resume;

/* Floors of a territory that a watch was told of, see alarm.h. */
enum { ALARM_HORIZONS = 2 };
struct low {
	struct id territory;
	bool is_low[ALARM_HORIZONS];
};

struct watch {
	struct conn *conn;         /* borrowed */
	struct watchers *watchers; /* borrowed */
	/* What is watched: a physician, site or territory, or (KIND_COUNT)
	 * everything that the session may see. */
	enum kind kind;
	struct id subject;
	int32_t index;
	struct scope *places; /* owned: the buckets that it stands in */
	size_t nplaces, places_capacity;
	bool everywhere; /* stands in watchers->everything */
	uint64_t stamp;  /* of the last change that was offered */
	bool told;       /* something since the last cursor */
	uint64_t since;  /* clock_mono_us() of the last push */
	struct low *low; /* owned */
	size_t nlow, low_capacity;
	/* Catching up: */
	bool behind;
	struct resume *resume; /* until the database has answered; its own */
	char *lines;           /* owned: to be pushed, each without "!" */
	size_t len, sent, capacity;
	size_t live; /* bytes of them that came while these were pushed */
	struct event *pump; /* owned */
	struct evbuffer_cb_entry *drained;
	TAILQ_ENTRY(watch) all, quiet, tells;
};

TAILQ_HEAD(watch_list, watch);

/* Watches of one physician, site or territory. */
struct bucket {
	struct watch **at;
	size_t count, capacity;
};

struct buckets {
	struct bucket *at; /* by index */
	size_t count;
};

struct watchers {
	struct server *server;    /* borrowed */
	struct watch_list all;    /* every watch */
	struct watch_list quiet;  /* every watch, by `since` */
	struct watch_list tells;  /* those that were told something */
	struct bucket everything; /* of admins and auditors */
	struct buckets of[KIND_PHYSICIAN + 1];
	size_t nplaces;         /* of all watches */
	struct watch **targets; /* of the change at hand */
	size_t ntargets, targets_capacity;
	uint64_t stamp;
	size_t kept;           /* bytes that watches keep while behind */
	bool busy;             /* not to be freed */
	struct alarms *alarms; /* owned */
	struct event *timer;   /* heartbeats; owned */
};

/* ----- watch.c ----- */

/* Registers; live unless told otherwise. */
struct watch *watch_new(struct conn *conn, enum kind kind, int32_t index)
    MUST_CHECK;
/* Puts whole lines, each with its end, behind those that are kept. */
void watch_keep(struct watch *watch, struct span lines);
/* A line without "!" and without its end.  May end the watch. */
void watch_push(struct watch *watch, struct span line);
/* Likewise, of something that is no change: no cursor follows. */
void watch_push_alone(struct watch *watch, struct span line);
/* Pushes the alarms that are due.  May free the registry. */
void watchers_look(struct watchers *watchers);
/* Likewise, with a cursor behind `words`: " cursor value=". */
void watch_push_cursor(
    struct watch *watch, const char *words, struct span cursor);

/* ----- watch_index.c ----- */

/* Puts a watch where changes find it, and takes it out again. */
void watch_join(struct watch *watch);
void watch_leave(struct watch *watch);
/* Whom the change may concern, once each, into watchers->targets. */
void watchers_aim(struct watchers *watchers, const struct book *book,
    const struct change *change);
void watchers_fini_index(struct watchers *watchers);

/* ----- watch_tell.c ----- */

enum form {
	FORM_FULL,      /* all of it */
	FORM_BUSY,      /* a watched physician is busy, elsewhere */
	FORM_TAKEN,     /* a watched site has a half-day, no more */
	FORM_GONE,      /* it has left what is watched, to out of sight */
	FORM_DIRECTORY, /* name and revision */
	FORM_PLACE,     /* a place, or what a half-day offers */
	FORM_COUNT,
	FORM_NOTHING = FORM_COUNT
};

enum { FORM_ROOM = 768 };

/* The lines of one change, each printed when first needed. */
struct telling {
	const struct book *book;
	const struct change *change;
	size_t len[FORM_COUNT]; /* 0: not printed yet */
	char text[FORM_COUNT][FORM_ROOM];
};

void telling_init(struct telling *telling, const struct book *book,
    const struct change *change);
/* Pushes what the watch is to know of the change, if anything. */
void telling_tell(struct telling *telling, struct watch *watch);

/* ----- verb_watch.c ----- */

/* Pushes kept lines while the connection takes them. */
void watch_pump(struct watch *watch);
/* The watch goes: nobody may come back to it. */
void watch_abandon(struct watch *watch);

#endif
