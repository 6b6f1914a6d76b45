/* SPDX-License-Identifier: ISC */
/*
 * field: a value of a request as a fact of an entity.
 *
 * Both the puts and the filters of the lists read values by the tables of
 * directory.h; a fault says in words what would have been right.
 */
#ifndef SERVER_FIELD_H
#define SERVER_FIELD_H

#include "daemon/domain/unit.h"
#include "proto/request.h"

struct field_fault {
	enum status status; /* STATUS_VALUE or STATUS_NOT_FOUND */
	struct span what;   /* key, or the code that is not found */
	size_t at;          /* VALUE: byte of the value, from 1; 0: all of it */
	const char *expected; /* in words; static */
};

/* The kind that a verb of the directory is about: "site put". */
enum kind field_kind(enum verb verb);

/*
 * Sets one member of *entity from the text of its key.  "-" takes a reference
 * or a code away where the kind allows none.  References are looked up in the
 * book, and in the unit that is being built when it is not NULL.  False with
 * *fault, and the member is left alone.
 */
bool field_read(const struct field *field, struct span text,
    const struct book *book, const struct unit *unit, void *entity,
    struct field_fault *fault);

/* The value of a new entity; the field must have one. */
void field_set_initial(const struct field *field, void *entity);

bool field_equal(const struct field *field, const void *a, const void *b);

#endif
