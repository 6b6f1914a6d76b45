/* SPDX-License-Identifier: ISC */
/* transport_kit: see transport_kit.h. */
#include "tests/integration/transport_kit.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "tests/support/pgcluster.h"
#include "tests/support/suite.h"

#include <stdlib.h>

enum { TEST_SECONDS = 180 };

static struct pgcluster *cluster;

struct pgcluster *
kit_cluster(void)
{
	return cluster;
}

char *
kit_database(void)
{
	char *name = pgcluster_database(cluster, false);
	char *conninfo = pgcluster_conninfo(cluster, name, PGCLUSTER_DAEMON);

	free(name);
	return conninfo;
}

struct daemon *
kit_daemon_with(struct daemon_options options)
{
	char *conninfo = kit_database();
	struct daemon *daemon;

	options.conninfo = conninfo;
	daemon = daemon_start(&options);
	free(conninfo);
	return daemon;
}

struct daemon *
kit_daemon(const char *config)
{
	return kit_daemon_with((struct daemon_options){.config = config});
}

PGconn *
kit_session(const char *conninfo)
{
	/* Of a keyword that comes twice libpq takes the last. */
	char *text = xasprintf("%s user=" PGCLUSTER_ADMIN, conninfo);
	PGconn *session = PQconnectdb(text);

	ck_assert_msg(PQstatus(session) == CONNECTION_OK, "%s: %s", text,
	    PQerrorMessage(session));
	free(text);
	return session;
}

long
kit_number(const char *text)
{
	char *end;
	long number = strtol(text, &end, 10);

	ck_assert_msg(end != text, "no number: \"%s\"", text);
	return number;
}

long
kit_ms(void)
{
	return (long)(clock_mono_us() / 1000);
}

int
kit_main(const char *name, void (*add)(TCase *all))
{
	Suite *suite = suite_create(name);
	TCase *all = tcase_create(name);
	int result;

	cluster = pgcluster_new(NULL);
	tcase_set_timeout(all, TEST_SECONDS);
	add(all);
	suite_add_tcase(suite, all);
	result = suite_run(suite);
	pgcluster_free(cluster);
	return result;
}
