/* SPDX-License-Identifier: ISC */
/*
 * identity: see identity.h.
 */
#include "daemon/store/identity.h"

#include "proto/span.h"

#include <stdio.h>
#include <string.h>

/* Columns of IDENTITY_SQL. */
enum {
	HELLO_SYSTEM,
	HELLO_TIMELINE,
	HELLO_EPOCH,
	HELLO_FLOOR,
	HELLO_EPOCH_SYSTEM,
	HELLO_SCHEMA,
	HELLO_OLDEST,
	HELLO_PROMISE
};

/* Errors that only rota-migrate or the operator can end. */
static const struct {
	const char *sqlstate, *why;
} refusals[] = {
    {"3F000", "the database has no schema rota: run rota-migrate apply"},
    {"42883", "the schema is older than this daemon: run rota-migrate apply"},
    {"42P01", "the schema is older than this daemon: run rota-migrate apply"},
    {"42703", "the schema is older than this daemon: run rota-migrate apply"},
    {"42501",
	"the login is not a member of the role rota_daemon: run "
	"rota-migrate daemon-role"},
};

static bool
number(const PGresult *hello, int column, unsigned *out)
{
	uint64_t value;

	if (!span_to_u64(
		span_of(PQgetvalue(hello, 0, column)), INT32_MAX, &value))
		return false;
	*out = (unsigned)value;
	return true;
}

static enum pgsession_hello
judge_error(const char *sqlstate, struct error *why)
{
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		if (strcmp(refusals[i].sqlstate, sqlstate) == 0) {
			error_set(why, "%s", refusals[i].why);
			return HELLO_REFUSED;
		}
	}
	return HELLO_AGAIN;
}

static enum pgsession_hello
judge_schema(unsigned schema, unsigned oldest, struct error *why)
{
	if (schema < SCHEMA_NEEDED) {
		error_set(why,
		    "the schema is at migration %u, this daemon needs %d: "
		    "run rota-migrate apply",
		    schema, SCHEMA_NEEDED);
		return HELLO_REFUSED;
	}
	if (oldest > DAEMON_NUMBER) {
		error_set(why,
		    "the schema, at migration %u, asks for a daemon written "
		    "for migration %u or later, this one is for %d: install "
		    "a newer rotad",
		    schema, oldest, DAEMON_NUMBER);
		return HELLO_REFUSED;
	}
	return HELLO_GOOD;
}

enum pgsession_hello
identity_read(struct identity *identity, const PGresult *hello,
    const char *sqlstate, struct error *why)
{
	unsigned schema, oldest;

	if (hello == NULL)
		return judge_error(sqlstate, why);
	if (PQntuples(hello) != 1 || PQnfields(hello) <= HELLO_PROMISE ||
	    !number(hello, HELLO_SCHEMA, &schema) ||
	    !number(hello, HELLO_OLDEST, &oldest)) {
		error_set(why,
		    "rota.migration is empty: the database was "
		    "restored in part");
		return HELLO_REFUSED;
	}
	if (judge_schema(schema, oldest, why) != HELLO_GOOD)
		return HELLO_REFUSED;
	if (strcmp(PQgetvalue(hello, 0, HELLO_SYSTEM),
		PQgetvalue(hello, 0, HELLO_EPOCH_SYSTEM)) != 0 ||
	    !number(hello, HELLO_EPOCH, &identity->epoch) ||
	    !number(hello, HELLO_FLOOR, &identity->floor)) {
		error_set(why,
		    "the database was restored from a dump of "
		    "another cluster: run rota-migrate restored");
		return HELLO_REFUSED;
	}
	snprintf(identity->system, sizeof(identity->system), "%s",
	    PQgetvalue(hello, 0, HELLO_SYSTEM));
	snprintf(identity->timeline, sizeof(identity->timeline), "%s",
	    PQgetvalue(hello, 0, HELLO_TIMELINE));
	snprintf(identity->promise, sizeof(identity->promise), "%s",
	    PQgetvalue(hello, 0, HELLO_PROMISE));
	return HELLO_GOOD;
}

bool
identity_same_server(const struct identity *a, const struct identity *b)
{
	return strcmp(a->system, b->system) == 0 &&
	    strcmp(a->timeline, b->timeline) == 0;
}

bool
identity_continues(const struct identity *before, const struct identity *now)
{
	return identity_same_server(before, now) && before->epoch != 0 &&
	    before->epoch >= now->floor && before->epoch <= now->epoch;
}
