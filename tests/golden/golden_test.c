/* SPDX-License-Identifier: ISC */
/*
 * golden_test: holds a running daemon to proto/protocol.md and tests/golden.
 *
 * Usage: golden_test [FILE...]; without files the document and every *.txt of
 * tests/golden, and then each verb and each status must have been seen.
 *
 * It starts a daemon of its own on a private PostgreSQL, unless told of one:
 *
 *   ROTA_GOLDEN_UNIX  path of the daemon's unix socket, where the peer is the
 *                     operator
 *   ROTA_GOLDEN_TCP   host:port of its plain listener, for everybody else
 *   ROTA_SOURCE_DIR   top of the source tree; "." unless set
 *
 * Statuses that a fault must bring about are listed in elsewhere.list with the
 * test that shows them, which must hold the words of the closing line.
 */
#include "proto/limits.h"
#include "tests/golden/transcript.h"
#include "tests/support/daemon.h"
#include "tests/support/pgcluster.h"

#include <err.h>
#include <errno.h>
#include <glob.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { DAY_SECONDS = 86400, PATH_LEN = 4096, ADDRESS_LEN = 64 };

struct where {
	const char *unix_path;
	char host[256];
	const char *port;
};

static int
connect_unix(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1 ||
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)) ==
		0)
		return fd;
	close(fd);
	return -1;
}

static int
connect_tcp(const char *host, const char *port)
{
	struct addrinfo hints = {
	    .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *list, *at;
	int fd = -1, error = getaddrinfo(host, port, &hints, &list);

	if (error != 0)
		errx(1, "%s:%s: %s", host, port, gai_strerror(error));
	for (at = list; at != NULL; at = at->ai_next) {
		fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, 0);
		if (fd == -1 || connect(fd, at->ai_addr, at->ai_addrlen) == 0)
			break;
		close(fd);
		fd = -1;
	}
	freeaddrinfo(list);
	return fd;
}

static int
on_connect(void *arg, bool trusted)
{
	const struct where *where = arg;

	return trusted ? connect_unix(where->unix_path)
		       : connect_tcp(where->host, where->port);
}

/* "127.0.0.1:7682" or "[::1]:7682". */
static void
parse_where(struct where *where, const char *address)
{
	const char *colon = strrchr(address, ':');
	size_t len;

	if (colon == NULL)
		errx(1, "ROTA_GOLDEN_TCP: not host:port: %s", address);
	len = (size_t)(colon - address);
	if (len >= 2 && address[0] == '[' && address[len - 1] == ']') {
		address++;
		len -= 2;
	}
	if (len >= sizeof(where->host))
		errx(1, "ROTA_GOLDEN_TCP: too long");
	memcpy(where->host, address, len);
	where->host[len] = '\0';
	where->port = colon + 1;
}

static int
run(struct transcript *transcript, const char *path)
{
	unsigned passed = transcript_passed(transcript);
	int failed = transcript_run(transcript, path);

	if (failed == -1)
		err(1, "%s", path);
	printf("%s: %u blocks passed, %d failed\n", path,
	    transcript_passed(transcript) - passed, failed);
	return failed;
}

static int
run_all(struct transcript *transcript, const char *top)
{
	char path[PATH_LEN];
	glob_t files;
	int failed;
	size_t i;

	snprintf(path, sizeof(path), "%s/proto/protocol.md", top);
	failed = run(transcript, path);
	snprintf(path, sizeof(path), "%s/tests/golden/*.txt", top);
	if (glob(path, 0, NULL, &files) != 0)
		errx(1, "%s: no files", path);
	for (i = 0; i < files.gl_pathc; i++)
		failed += run(transcript, files.gl_pathv[i]);
	globfree(&files);
	return failed;
}

static bool
file_holds(const char *path, const char *words)
{
	FILE *file = fopen(path, "r");
	bool found = false;
	char *line = NULL;
	size_t size = 0;

	if (file == NULL)
		return false;
	while (!found && getline(&line, &size, file) > 0)
		found = strstr(line, words) != NULL;
	free(line);
	fclose(file);
	return found;
}

/* Whether the list names a test for the status, and the test shows it. */
static bool
shown_elsewhere(const char *top, enum status status)
{
	char path[PATH_LEN], words[PROTO_WORD_MAX * 2];
	bool found = false;
	char *line = NULL, *test;
	size_t size = 0;
	FILE *list;

	snprintf(path, sizeof(path), "%s/tests/golden/elsewhere.list", top);
	snprintf(words, sizeof(words), "%s %s",
	    status_class_name(status_class(status)), status_code(status));
	list = fopen(path, "r");
	if (list == NULL)
		err(1, "%s", path);
	while (!found && getline(&line, &size, list) > 0) {
		line[strcspn(line, "\n")] = '\0';
		test = line + strlen(words);
		if (strncmp(line, words, strlen(words)) != 0 || *test != ':')
			continue;
		snprintf(path, sizeof(path), "%s/%s", top,
		    test + 1 + strspn(test + 1, " "));
		found = file_holds(path, words);
		if (!found)
			printf("%s does not show \"%s\"\n", path, words);
	}
	free(line);
	fclose(list);
	return found;
}

/* Number of verbs and statuses that nothing has shown. */
static int
report_missing(const struct transcript *transcript, const char *top)
{
	unsigned i, verbs = 0, statuses = 0;

	for (i = 0; i < VERB_COUNT; i++) {
		if (transcript_has_verb(transcript, (enum verb)i))
			continue;
		printf("never sent: %s\n", verb_info((enum verb)i)->name);
		verbs++;
	}
	for (i = 0; i < STATUS_COUNT; i++) {
		enum status status = (enum status)i;

		if (transcript_has_status(transcript, status) ||
		    shown_elsewhere(top, status))
			continue;
		printf("never answered: %s %s\n",
		    status_class_name(status_class(status)),
		    status_code(status));
		statuses++;
	}
	printf("verbs: %u of %u, statuses: %u of %u\n", VERB_COUNT - verbs,
	    (unsigned)VERB_COUNT, STATUS_COUNT - statuses,
	    (unsigned)STATUS_COUNT);
	return (int)(verbs + statuses);
}

static int
run_transcripts(struct where *where, int argc, char *argv[])
{
	const char *top = getenv("ROTA_SOURCE_DIR");
	struct transcript *transcript;
	int failed = 0;

	top = top == NULL ? "." : top;
	transcript = transcript_new(
	    on_connect, where, (int32_t)(time(NULL) / DAY_SECONDS), stdout);
	for (int i = 1; i < argc; i++)
		failed += run(transcript, argv[i]);
	if (argc == 1) {
		failed = run_all(transcript, top);
		failed += report_missing(transcript, top);
	}
	/* As check's runner says it. */
	printf("%d%%: Checks: %u, Failures: %d, Errors: 0\n",
	    failed == 0 ? 100 : 0,
	    transcript_passed(transcript) + (unsigned)failed, failed);
	transcript_free(transcript);
	return failed;
}

/* A daemon of our own for as long as it takes. */
static int
run_alone(int argc, char *argv[])
{
	static const struct pgcluster_options usual;
	struct pgcluster *cluster = pgcluster_new(&usual);
	char *database = pgcluster_database(cluster, false);
	char *conninfo =
	    pgcluster_conninfo(cluster, database, PGCLUSTER_DAEMON);
	struct daemon *daemon = daemon_new(conninfo, NULL);
	struct where where = {.unix_path = daemon_socket(daemon)};
	char tcp[ADDRESS_LEN];
	int failed;

	snprintf(tcp, sizeof(tcp), "127.0.0.1:%u", daemon_port(daemon));
	parse_where(&where, tcp);
	failed = run_transcripts(&where, argc, argv);
	daemon_free(daemon);
	free(conninfo);
	free(database);
	pgcluster_free(cluster);
	return failed;
}

int
main(int argc, char *argv[])
{
	const char *tcp = getenv("ROTA_GOLDEN_TCP");
	struct where where = {.unix_path = getenv("ROTA_GOLDEN_UNIX")};
	int failed;

	if (where.unix_path == NULL) {
		failed = run_alone(argc, argv);
	} else if (tcp == NULL) {
		errx(1, "ROTA_GOLDEN_TCP is not set");
	} else {
		parse_where(&where, tcp);
		failed = run_transcripts(&where, argc, argv);
	}
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
