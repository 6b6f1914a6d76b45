/* SPDX-License-Identifier: ISC */
/*
 * print: assignments and entities of the directory as words of a line.
 *
 * Everything here begins with a blank and follows the marker of a line.  Who
 * may read what is the caller's to know.  Instants of a half-day are printed
 * on the clock of its site; what must not tell the place, and when something
 * was written, on the clock of Paris.
 */
#ifndef SERVER_PRINT_H
#define SERVER_PRINT_H

#include "daemon/domain/book.h"
#include "proto/out.h"

enum {
	/* Bytes that suffice for print_slot() or print_busy(). */
	PRINT_SLOT_ROOM = 512,
	/* ...for print_entity(), but for an account. */
	PRINT_ENTITY_ROOM = 4096
};

/* " slot=... rev=... day=... state=...", an assignment in full. */
void print_slot(struct out *out, const struct book *book,
    const struct assignment *assignment);
/* Likewise, at its site as it was another time; NULL: as it is. */
void print_slot_at(struct out *out, const struct book *book,
    const struct assignment *assignment, const struct site *site);

/* " from=... to=...": when somebody is busy, but not where. */
void print_interval(struct out *out, const struct assignment *assignment);

/* The name of an entity, see entity_handle(): a value without its key. */
void print_handle(struct out *out, enum kind kind, const struct entity *entity);

/* " site=160004578 id=... rev=2". */
void print_name(struct out *out, enum kind kind, const struct entity *entity);

struct print_view {
	int32_t day; /* on which the zone of a site is told */
	bool home;   /* tells where a physician lives */
};

/* The name and every fact that the entity has. */
void print_entity(struct out *out, const struct book *book, enum kind kind,
    const struct entity *entity, const struct print_view *view);

/* " key=<instant>" of seconds since 1970, on the clock of Paris. */
void print_instant(struct out *out, const char *key, int64_t instant);

/* The clock of Paris, on which a day is meant where no site says otherwise. */
const struct tz *print_tz(void);

#endif
