/* SPDX-License-Identifier: ISC */
/*
 * watch_kit: see watch_kit.h.
 */
#include "tests/integration/watch_kit.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

struct pgcluster *cluster;

struct town *
watch_town(unsigned daemons)
{
	struct town *town = town_new(cluster);
	struct client *admin;

	for (unsigned at = 0; at < daemons; at++)
		town_start(town, at, NULL, NULL);
	town_sites(town, KIT_SITES,
	    "rooms=2 hours=\"mon-sun M 09:00-12:00 A 14:00-18:00 "
	    "S 20:00-24:00 N 24:00-32:00\"");
	town_physicians(town, KIT_PHYSICIANS);
	admin = daemon_operator(town->daemon[0]);
	client_ask(admin, "territory put code=T-A kind=cpts", "ok ...");
	client_ask(admin, "territory put code=T-B kind=cpts", "ok ...");
	for (unsigned n = 0; n < 5; n++) {
		client_send(admin, "site put finess=%s territory=%s",
		    town_finess(n), n < 3 ? "T-A" : "T-B");
		client_expect(admin, "ok ...");
	}
	client_close(admin);
	return town;
}

struct client *
watch_login(const struct town *town, unsigned at, const char *keys)
{
	char *token = daemon_token(town->daemon[at], keys);
	struct client *client = daemon_login(town->daemon[at], token);

	free(token);
	return client;
}

char *
watch_assign_on(struct client *client, unsigned physician, unsigned site,
    const char *day, const char *more)
{
	client_send(client, "slot assign physician=%s site=%s day=%s %s",
	    town_rpps(physician), town_finess(site), day, more);
	client_expect(client, "ok slot=... rev=1 ...");
	return xstrdup(client_value(client, "slot"));
}

char *
watch_assign(struct client *client, unsigned physician, unsigned site, int away,
    const char *more)
{
	return watch_assign_on(client, physician, site, town_day(away), more);
}

/* The text with its only %s replaced; owned by the caller. */
static char *
filled(const char *text, const char *value)
{
	const char *gap = strstr(text, "%s");

	if (gap == NULL)
		return xstrdup(text);
	return xasprintf("%.*s%s%s", (int)(gap - text), text, value, gap + 2);
}

void
watch_move(struct client *client, const char *slot, const char *key,
    const char *value)
{
	char *pair = filled(key, value);

	client_send(client, "slot move slot=%s %s", slot, pair);
	client_expect(client, "ok slot=... rev=...");
	free(pair);
}

void
watch_expect_slot(struct client *client, const char *pattern, const char *slot)
{
	char *line = filled(pattern, slot);

	client_expect(client, line);
	free(line);
}

int
watch_main(const char *name, TCase *tcase)
{
	Suite *suite = suite_create(name);
	SRunner *runner;
	int failed;

	cluster = pgcluster_new(NULL);
	tcase_set_timeout(tcase, 300);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	pgcluster_free(cluster);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
