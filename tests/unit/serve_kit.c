/* SPDX-License-Identifier: ISC */
/* serve_kit: see serve_kit.h. */
#include "tests/unit/serve_kit.h"

#include "daemon/base/mem.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const facts[] = {
    "instance version=1 facts=yes from=2096-01-02 to=2096-01-08 "
    "now=3976243200 full-from=2095-10-01\n"
    "territory id=" ID("01") DATED " regulator=reads code=DEP-16 "
				   "kind=departement name=D\n"
				   "structure id=" ID("02") DATED
    " code=S kind=CDS name=S\n" SITE(NEAR, "160004578", "4563000")
	SITE(FAR, "160004586", "4570000") PERSON(ANN, "99900000011", "4563100")
	    PERSON(BEN, "99900000029", "4563200") PERSON(CARL, "99900000037",
		"4563300") NEEDS(ID("61"), "1", NEAR, "mon-wed M")
		NEEDS(ID("62"), "1", FAR, "mon M"),
    MAY(ID("31"), ANN, NEAR) MAY(ID("32"), BEN, NEAR) MAY(ID("33"), CARL, NEAR)
	MAY(ID("34"), ANN, FAR) OFFERS(ID("41"), ANN) OFFERS(ID("42"), BEN)
	    OFFERS(ID("43"), CARL) MONDAY("1", ANN, "published")
		TUESDAY("1", ANN, "published")
		    WEDNESDAY("1", ANN, "published") "variant name=free\n"};

/* ----- the program ----- */

struct program program;

static void
take_line(char *line, size_t size)
{
	struct pollfd fd = {fileno(program.from), POLLIN, 0};

	/* The stream is not buffered: what was sent is still to be read. */
	for (size_t at = 0; at + 1 < size; at++) {
		ck_assert_int_eq(poll(&fd, 1, SERVE_DEADLINE_MS), 1);
		ck_assert_int_eq((int)read(fd.fd, &line[at], 1), 1);
		if (line[at] == '\n') {
			line[at + 1] = '\0';
			return;
		}
	}
	ck_abort_msg("a line without end");
}

const char *
hear_until(const char *word)
{
	size_t len = 0;

	/* All that was said arrives at once. */
	if (program.to != NULL)
		ck_assert_int_eq(fflush(program.to), 0);
	do {
		take_line(program.text + len, SERVE_ANSWER_MAX - len);
		word = strncmp(program.text + len, "error", 5) == 0 ? "error"
								    : word;
		len += strlen(program.text + len);
		ck_assert_uint_lt(len, SERVE_ANSWER_MAX - 1024);
	} while (strstr(program.text, word) == NULL ||
	    (strncmp(word, "done", 4) == 0 &&
		strstr(program.text, "\ndone") == NULL &&
		strncmp(program.text, "done", 4) != 0));
	return program.text;
}

void
say(const char *lines)
{
	ck_assert_int_ge(fputs(lines, program.to), 0);
}

const char *
ask(const char *question)
{
	say(question);
	say("\n");
	return hear_until("done");
}

char *
all_facts(void)
{
	return xasprintf("%s%s", facts[0], facts[1]);
}

void
start(const char *text)
{
	const char *build = getenv("ROTA_BUILD_DIR");
	char *path = xasprintf("%s/rota-planner", build != NULL ? build : ".");
	int to[2], from[2], file;

	strcpy(program.name, "/tmp/planner-serve.XXXXXX");
	file = mkstemp(program.name);
	ck_assert_int_ge(file, 0);
	ck_assert_int_eq(
	    (int)write(file, text, strlen(text)), (int)strlen(text));
	ck_assert_int_eq(close(file), 0);
	ck_assert_int_eq(pipe(to), 0);
	ck_assert_int_eq(pipe(from), 0);
	program.pid = fork();
	ck_assert_int_ge(program.pid, 0);
	if (program.pid == 0) {
		(void)dup2(to[0], STDIN_FILENO);
		(void)dup2(from[1], STDOUT_FILENO);
		(void)close(to[1]);
		(void)close(from[0]);
		execl(path, path, "--serve", program.name, (char *)NULL);
		_exit(127);
	}
	free(path);
	ck_assert_int_eq(close(to[0]) + close(from[1]), 0);
	program.to = fdopen(to[1], "w");
	program.from = fdopen(from[0], "r");
	ck_assert(program.to != NULL && program.from != NULL);
	(void)hear_until("ready");
}

void
start_town(void)
{
	char *text = all_facts();

	start(text);
	free(text);
}

void
stop(void)
{
	int status;

	ck_assert_int_eq(fclose(program.to), 0);
	ck_assert_int_eq(waitpid(program.pid, &status, 0), program.pid);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(fclose(program.from), 0);
	ck_assert_int_eq(unlink(program.name), 0);
}

/* ----- what it says ----- */

int
settled(const char *answer, const char *text)
{
	const char *at = strstr(answer, "\nsettled ");
	int count = 0;

	ck_assert_msg(at != NULL, "%s", answer);
	for (at = strstr(at, text); at != NULL; at = strstr(at + 1, text))
		count++;
	return count;
}

void
has(const char *answer, const char *text)
{
	ck_assert_msg(strstr(answer, text) != NULL, "%s: %s", text, answer);
}
