/* SPDX-License-Identifier: ISC */
/* migrated: see migrated.h. */
#include "tests/integration/migrated.h"

#include "tests/integration/migrate_kit.h"
#include "tests/support/suite.h"

#include <stdlib.h>

struct migrated migrated;

void
migrated_set_up(void)
{
	migrated.name = pgcluster_database(migrated.cluster, true);
	migrated.conninfo = pgcluster_conninfo(
	    migrated.cluster, migrated.name, PGCLUSTER_OWNER);
	run_expect(migrated.conninfo, NULL, "apply", 0, "applied");
	migrated.session =
	    pgcluster_connect(migrated.cluster, migrated.name, PGCLUSTER_OWNER);
}

void
migrated_tear_down(void)
{
	PQfinish(migrated.session);
	free(migrated.conninfo);
	free(migrated.name);
}

int
migrated_run(Suite *suite)
{
	int result;

	migrated.cluster = pgcluster_new(NULL);
	result = suite_run(suite);
	pgcluster_free(migrated.cluster);
	return result;
}

void
migrated_expect(const char *args, int status, const char *expected)
{
	run_expect(migrated.conninfo, NULL, args, status, expected);
}

void
migrated_check(PGconn *session, const char *sql, const char *expected)
{
	char *text = pgcluster_text(session, "%s", sql);

	ck_assert_pstr_eq(text, expected);
	free(text);
}
