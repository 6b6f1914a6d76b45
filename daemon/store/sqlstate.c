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
} table[] = {
    /* Somebody else was quicker: poll, judge again. */
    {"RT001", STATUS_STALE, KEEP}, /* a guard or revision moved */
    {"40001", STATUS_STALE, KEEP}, /* serialization_failure */
    {"40P01", STATUS_STALE, KEEP}, /* deadlock_detected */
    {"23P01", STATUS_STALE, KEEP}, /* exclusion_violation */
    {"23505", STATUS_STALE, KEEP}, /* unique_violation */
    {"23503", STATUS_STALE, KEEP}, /* foreign_key_violation */

    {"57014", STATUS_TIMEOUT, KEEP}, /* query_canceled: statement_timeout */
    {"55P03", STATUS_TIMEOUT, KEEP}, /* lock_not_available: lock_timeout */

    /* The server goes away, is no primary any more, or was never reached. */
    {"08", STATUS_UNAVAILABLE, DROP},
    {"28", STATUS_UNAVAILABLE, DROP},    /* the login is refused */
    {"3D000", STATUS_UNAVAILABLE, DROP}, /* no such database */
    {"57P", STATUS_UNAVAILABLE, DROP},   /* shutdown, crash, starting up */
    {"58", STATUS_UNAVAILABLE, DROP},    /* error of the system */
    {"25006", STATUS_UNAVAILABLE, DROP}, /* read_only_sql_transaction */
    {"25P03", STATUS_UNAVAILABLE, DROP}, /* idle in transaction too long */
    {"57P05", STATUS_UNAVAILABLE, DROP}, /* idle_session_timeout */
    {"53300", STATUS_UNAVAILABLE, DROP}, /* too_many_connections */

    /* The session's prepared statements are gone or do not fit any more. */
    {"26000", STATUS_UNAVAILABLE, DROP}, /* no such prepared statement */
    {"0A000", STATUS_UNAVAILABLE, DROP}, /* cached plan: result type */

    {"53", STATUS_UNAVAILABLE, KEEP}, /* disk full, out of memory */
};

struct verdict
sqlstate_verdict(const char *sqlstate)
{
	if (sqlstate == NULL)
		return (struct verdict){STATUS_UNAVAILABLE, true, false};
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (strncmp(sqlstate, table[i].code, strlen(table[i].code)) ==
		    0)
			return (struct verdict){
			    table[i].status, table[i].drop, false};
	return (struct verdict){STATUS_INTERNAL, false, true};
}
