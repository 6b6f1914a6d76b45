/* SPDX-License-Identifier: ISC */
/*
 * sqlstate: what an error of PostgreSQL means here.
 */
#ifndef STORE_SQLSTATE_H
#define STORE_SQLSTATE_H

#include "proto/status.h"

#include <stdbool.h>

struct verdict {
	enum status status;
	bool drop; /* the session is of no more use */
	bool ours; /* our bug or a broken database: to be logged in full */
};

/* By the five characters of an SQLSTATE, and the constraint that it is about or
 * NULL; an SQLSTATE of NULL, when libpq made the error up itself, is a lost
 * session. */
struct verdict sqlstate_verdict(const char *sqlstate, const char *constraint);

#endif
