/* SPDX-License-Identifier: ISC */
/*
 * say: what the operator reads.  Answers go to standard output, everything
 * else to standard error, each line after the program's name.
 *
 * Whoever finds a fault says so at once, with all that is known about it, and
 * passes -1 up; nobody above says it again.
 */
#ifndef MIGRATE_SAY_H
#define MIGRATE_SAY_H

#include "daemon/base/compiler.h"

#include <libpq-fe.h>

/* "rota-migrate: text" to standard error. */
void complain(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* The columns of a result under their names, aligned, after an empty line; a
 * column named "#..." is set to the right, without the "#". */
void say_table(const PGresult *result);

#endif
