/* SPDX-License-Identifier: ISC */
/*
 * sqlstate: one table, exact codes before classes.
 */
#include "daemon/store/sqlstate.h"

#include "daemon/base/compiler.h"

#include <stddef.h>
#include <string.h>

enum { KEEP = false, DROP = true };

/* A code of two characters stands for its class. */
static const struct {
	const char *code;
	enum status status;
	bool drop;
	const char *constraint; /* NULL: whichever */
} table[] = {
    /* An id of a client that an assignment older than the book has. */
    {"23505", STATUS_EXISTS, KEEP, "assignment_pkey"},

    /* Somebody else was quicker: poll, judge again. */
    {"RT001", STATUS_STALE, KEEP, NULL}, /* a guard or revision moved */
    {"40001", STATUS_STALE, KEEP, NULL}, /* serialization_failure */
    {"40P01", STATUS_STALE, KEEP, NULL}, /* deadlock_detected */
    {"23P01", STATUS_STALE, KEEP, NULL}, /* exclusion_violation */
    {"23505", STATUS_STALE, KEEP, NULL}, /* unique_violation */
    {"23503", STATUS_STALE, KEEP, NULL}, /* foreign_key_violation */

    {"57014", STATUS_TIMEOUT, KEEP,
	NULL}, /* query_canceled: statement_timeout */
    {"55P03", STATUS_TIMEOUT, KEEP,
	NULL}, /* lock_not_available: lock_timeout */

    /* The server goes away, is no primary any more, or was never reached. */
    {"08", STATUS_UNAVAILABLE, DROP, NULL},
    {"28", STATUS_UNAVAILABLE, DROP, NULL},    /* the login is refused */
    {"3D000", STATUS_UNAVAILABLE, DROP, NULL}, /* no such database */
    {"57P", STATUS_UNAVAILABLE, DROP, NULL}, /* shutdown, crash, starting up */
    {"58", STATUS_UNAVAILABLE, DROP, NULL},  /* error of the system */
    {"25006", STATUS_UNAVAILABLE, DROP, NULL}, /* read_only_sql_transaction */
    {"25P03", STATUS_UNAVAILABLE, DROP,
	NULL}, /* idle in transaction too long */
    {"57P05", STATUS_UNAVAILABLE, DROP, NULL}, /* idle_session_timeout */
    {"53300", STATUS_UNAVAILABLE, DROP, NULL}, /* too_many_connections */

    /* The session's prepared statements are gone or do not fit any more. */
    {"26000", STATUS_UNAVAILABLE, DROP, NULL}, /* no such prepared statement */
    {"0A000", STATUS_UNAVAILABLE, DROP, NULL}, /* cached plan: result type */

    {"53", STATUS_UNAVAILABLE, KEEP, NULL}, /* disk full, out of memory */
};

static bool
applies(size_t i, const char *sqlstate, const char *constraint)
{
	return strncmp(sqlstate, table[i].code, strlen(table[i].code)) == 0 &&
	    (table[i].constraint == NULL ||
		(constraint != NULL &&
		    strcmp(constraint, table[i].constraint) == 0));
}

struct verdict
sqlstate_verdict(const char *sqlstate, const char *constraint)
{
	if (sqlstate == NULL)
		return (struct verdict){STATUS_UNAVAILABLE, true, false};
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (applies(i, sqlstate, constraint))
			return (struct verdict){
			    table[i].status, table[i].drop, false};
	return (struct verdict){STATUS_INTERNAL, false, true};
}
