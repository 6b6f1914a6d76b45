/* SPDX-License-Identifier: ISC */
/*
 * town: its database, its daemons, and what PostgreSQL said about them.
 */
#include "tests/support/town.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { PATIENCE_MS = 60000, POLL_MS = 2 };

/* Quick to come back, since that is what many tests wait for. */
#define SETTINGS                                                               \
	"reconnect-min = 5ms\nreconnect-max = 100ms\ndrain-timeout = 5s\n"

uint64_t
town_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void
town_pause(void)
{
	const struct timespec pause = {0, POLL_MS * 1000000L};

	nanosleep(&pause, NULL);
}

static void NORETURN
die(const struct town *town, const char *what, const char *answer)
{
	fprintf(stderr, "town: %s: %s\n", what, answer);
	for (unsigned at = 0; at < TOWN_DAEMONS; at++) {
		char *log;

		if (town->daemon[at] == NULL)
			continue;
		log = daemon_log(town->daemon[at]);
		fprintf(stderr, "----- daemon %u\n%s-----\n", at, log);
		free(log);
	}
	pgcluster_show_log(town->cluster);
	abort();
}

/* ----- PostgreSQL's log ----- */

/* The log from an offset on; owned by the caller. */
static char *
read_log(const struct town *town, long from)
{
	char *path =
	    xasprintf("%s/log", pgcluster_socket_folder(town->cluster));
	FILE *file = fopen(path, "re");
	struct stat st;
	char *text;
	size_t size;

	if (file == NULL || fstat(fileno(file), &st) == -1 ||
	    fseek(file, from, SEEK_SET) == -1)
		die(town, path, "cannot be read");
	size = st.st_size > from ? (size_t)(st.st_size - from) : 0;
	text = xcalloc(1, size + 1);
	text[fread(text, 1, size, file)] = '\0';
	fclose(file);
	free(path);
	return text;
}

static bool
line_is_allowed(const char *line, size_t len, const char *const allowed[])
{
	char *text = xstrndup(line, len);
	bool fine = strstr(text, "ERROR:  ") == NULL &&
	    strstr(text, "PANIC:  ") == NULL;

	for (size_t i = 0; allowed[i] != NULL && !fine; i++)
		fine = strstr(text, allowed[i]) != NULL;
	free(text);
	return fine;
}

void
town_check_log(const struct town *town, const char *const allowed[])
{
	char *text = read_log(town, town->log_from);
	size_t len;

	for (const char *line = text; *line != '\0';
	     line += len + (line[len] == '\n' ? 1 : 0)) {
		len = strcspn(line, "\n");
		if (line_is_allowed(line, len, allowed))
			continue;
		fprintf(
		    stderr, "town: PostgreSQL says: %.*s\n", (int)len, line);
		abort();
	}
	free(text);
}

long long
town_deadlocks(struct town *town)
{
	return pgcluster_number(town->sql,
	    "SELECT deadlocks FROM pg_stat_database WHERE datname = '%s'",
	    town->database);
}

/* ----- life ----- */

struct town *
town_new(struct pgcluster *cluster)
{
	struct town *town = xcalloc(1, sizeof(*town));
	char *log;

	town->cluster = cluster;
	town->database = pgcluster_database(cluster, false);
	town->sql = pgcluster_connect(cluster, town->database, PGCLUSTER_ADMIN);
	log = read_log(town, 0);
	town->log_from = (long)strlen(log);
	free(log);
	return town;
}

void
town_free(struct town *town)
{
	for (unsigned at = 0; at < TOWN_DAEMONS; at++)
		daemon_free(town->daemon[at]);
	PQfinish(town->sql);
	free(town->database);
	free(town);
}

void
town_sql_anew(struct town *town)
{
	PQfinish(town->sql);
	town->sql =
	    pgcluster_connect(town->cluster, town->database, PGCLUSTER_ADMIN);
}

void
town_start(
    struct town *town, unsigned at, const char *conninfo, const char *settings)
{
	char *own =
	    pgcluster_conninfo(town->cluster, town->database, PGCLUSTER_DAEMON);
	char *config =
	    xasprintf(SETTINGS "%s", settings == NULL ? "" : settings);

	town->daemon[at] =
	    daemon_new(conninfo == NULL ? own : conninfo, config);
	free(config);
	free(own);
}

struct talk *
town_talk(const struct town *town, unsigned at)
{
	struct talk *talk = talk_open(daemon_socket(town->daemon[at]));

	if (talk == NULL)
		die(town, daemon_socket(town->daemon[at]), "nobody listens");
	return talk;
}

void
town_wait_up(const struct town *town, unsigned at)
{
	struct talk *talk = town_talk(town, at);
	uint64_t deadline = town_now_ms() + PATIENCE_MS;
	const char *answer;

	for (;;) {
		answer = talk_ask(talk, "status");
		if (line_begins(answer, "ok") &&
		    line_has(answer, "database=up") &&
		    line_has(answer, "book=ready") &&
		    strstr(answer, "stale-since=") == NULL)
			break;
		if (talk_over(talk) || town_now_ms() > deadline)
			die(town, "it does not come up", answer);
		town_pause();
	}
	talk_free(talk);
}

/* All daemons have come to where the cursor is. */
static void
follow(const struct town *town, const char *cursor)
{
	for (unsigned at = 0; at < TOWN_DAEMONS; at++) {
		const char *answer;
		struct talk *talk;

		if (town->daemon[at] == NULL)
			continue;
		talk = town_talk(town, at);
		answer = talk_ask(talk, "site list limit=1 after=%s", cursor);
		if (!line_begins(answer, "ok"))
			die(town, "it does not follow", answer);
		talk_free(talk);
	}
}

void
town_tell_all(const struct town *town, const char *answer)
{
	char *cursor = line_value(answer, "cursor");

	/* Without one the database was slow to be heard of. */
	if (cursor == NULL && strstr(answer, " stale-since=") != NULL) {
		town_settle(town);
		return;
	}
	if (cursor == NULL)
		die(town, "no cursor", answer);
	follow(town, cursor);
	free(cursor);
}

void
town_settle(const struct town *town)
{
	for (unsigned at = 0; at < TOWN_DAEMONS; at++) {
		struct talk *talk;
		char *cursor;

		if (town->daemon[at] == NULL)
			continue;
		town_wait_up(town, at);
		talk = town_talk(town, at);
		cursor =
		    line_value(talk_ask(talk, "site list limit=1"), "cursor");
		if (cursor == NULL)
			die(town, "no cursor", "");
		follow(town, cursor);
		free(cursor);
		talk_free(talk);
	}
}

/* ----- people and places ----- */

static void
end_batch(struct town *town, struct talk *talk)
{
	const char *answer = talk_answer(talk);

	if (!line_begins(answer, "ok"))
		die(town, "refused", answer);
	town_tell_all(town, answer);
	talk_free(talk);
}

void
town_sites(struct town *town, unsigned count, const char *keys)
{
	struct talk *talk = town_talk(town, 0);

	talk_send(talk, "batch n=%u", count);
	for (unsigned n = 0; n < count; n++)
		talk_send(talk, "site put finess=%s name=Site-%u %s",
		    town_finess(n), n, keys);
	end_batch(town, talk);
}

void
town_physicians(struct town *town, unsigned count)
{
	struct talk *talk = town_talk(town, 0);

	talk_send(talk, "batch n=%u", count);
	for (unsigned n = 0; n < count; n++)
		talk_send(talk, "physician put rpps=%s family=F%u given=G%u",
		    town_rpps(n), n, n);
	end_batch(town, talk);
}
