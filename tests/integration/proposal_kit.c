/* SPDX-License-Identifier: ISC */
/* proposal_kit: see proposal_kit.h. */
#include "tests/integration/proposal_kit.h"

#include "daemon/base/mem.h"
#include "tests/support/suite.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WAIT_MS = 30000 };

struct proposal_kit bench;

static const char planner[] =
    "#!/bin/sh\n"
    "dir=$(dirname \"$0\")\n"
    "case $1 in --check)\n"
    "	! grep -q '^# wrong' \"$3\" && exit\n"
    "	echo 'cost is another' >&2\n"
    "	exit 3 ;;\n"
    "esac\n"
    "plan=$dir/plan\n"
    "before=\n"
    "for a; do\n"
    "	case $before in --out) out=$a ;; esac\n"
    "	before=$a\n"
    "	in=$a\n"
    "done\n"
    "echo \"$@\" > $dir/arguments\n"
    "cat \"$in\" > $dir/instance.new && mv $dir/instance.new $dir/instance\n"
    ". $dir/script\n";

static void
write_file(const char *name, const char *text, mode_t mode)
{
	char *path = xasprintf("%s/%s", bench.folder, name);
	FILE *file = fopen(path, "we");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(text, 1, strlen(text), file), strlen(text));
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(chmod(path, mode), 0);
	free(path);
}

static char *
read_file(const char *name)
{
	char *path = xasprintf("%s/%s", bench.folder, name);
	FILE *file = fopen(path, "re");
	struct stat stat;
	char *text;

	ck_assert_msg(file != NULL, "there is no %s", path);
	ck_assert_int_eq(fstat(fileno(file), &stat), 0);
	text = xcalloc((size_t)stat.st_size + 1, 1);
	ck_assert_uint_eq(
	    fread(text, 1, (size_t)stat.st_size, file), (size_t)stat.st_size);
	(void)fclose(file);
	free(path);
	return text;
}

/* The session for proposals may come up after the daemon is ready. */
static void
wait_for_proposals(unsigned at)
{
	struct talk *talk = town_talk(bench.town, at);
	uint64_t deadline = town_now_ms() + WAIT_MS;

	while (!line_begins(talk_ask(talk, "plan list"), "ok")) {
		ck_assert_uint_lt(town_now_ms(), deadline);
		town_pause();
	}
	talk_free(talk);
}

void
bench_daemon(unsigned at, const char *settings)
{
	bool own = strstr(settings, "planner =") != NULL;
	char *lines = own
	    ? xstrdup(settings)
	    : xasprintf("planner = %s/planner\n%s", bench.folder, settings);

	town_start(bench.town, at, NULL, lines);
	free(lines);
	wait_for_proposals(at);
}

void
bench_begin(unsigned sites, const char *keys, const char *settings)
{
	char folder[] = "/tmp/rota-planner-XXXXXX";

	ck_assert_ptr_nonnull(mkdtemp(folder));
	bench.folder = xstrdup(folder);
	ck_assert_int_eq(chmod(folder, 0755), 0);
	write_file("planner", planner, 0755);
	bench_planner(BENCH_GIVES);
	bench_plan();
	bench.town = town_new(bench.cluster);
	bench_daemon(0, settings);
	town_sites(bench.town, sites, keys);
	town_physicians(bench.town, sites);
	bench.talk = town_talk(bench.town, 0);
}

void
bench_end(void)
{
	static const char *const none[] = {NULL};
	static const char *const files[] = {"planner", "script", "plan",
	    "arguments", "instance", "instance.new", "pid", "wrote", "go"};

	ck_assert_str_eq(talk_ask(bench.talk, "ping"), "ok");
	talk_free(bench.talk);
	town_check_log(bench.town, bench.errors == NULL ? none : bench.errors);
	town_free(bench.town);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char *path = xasprintf("%s/%s", bench.folder, files[i]);

		(void)unlink(path);
		free(path);
	}
	ck_assert_int_eq(rmdir(bench.folder), 0);
	free(bench.folder);
}

int
bench_run(Suite *suite)
{
	return bench_run_on(NULL, suite);
}

int
bench_run_on(const struct pgcluster_options *options, Suite *suite)
{
	int result;

	bench.cluster = pgcluster_new(options);
	result = suite_run(suite);
	pgcluster_free(bench.cluster);
	return result;
}

void
bench_planner(const char *script)
{
	write_file("script", script, 0644);
}

void
bench_go(void)
{
	write_file("go", "", 0644);
}

void
bench_figures(const char *figures)
{
	char *text = xasprintf("plan version=1 seed=1 rounds=3 phases=2 %s\n"
			       "phase number=0 temperature=100\n"
			       "phase number=1 temperature=50\n",
	    figures);

	write_file("plan", text, 0644);
	free(text);
}

void
bench_plan(void)
{
	bench_figures("cost=120 bound=100");
}

void
bench_line(const char *fmt, ...)
{
	char *before = read_file("plan"), *line, *text;
	va_list args;
	char buffer[1024];

	va_start(args, fmt);
	(void)vsnprintf(buffer, sizeof(buffer), fmt, args);
	va_end(args);
	line = buffer;
	text = xasprintf("%s%s\n", before, line);
	write_file("plan", text, 0644);
	free(before);
	free(text);
}

void
bench_assign(unsigned physician, unsigned site, int day, const char *part)
{
	char *p = pgcluster_text(bench.town->sql,
	    "SELECT id FROM rota.physician WHERE rpps = '%s'",
	    town_rpps(physician));
	char *s = pgcluster_text(bench.town->sql,
	    "SELECT id FROM rota.site WHERE finess = '%s'", town_finess(site));

	bench_line("assign physician=%s site=%s day=%s part=%s activity=MT "
		   "specialty=MG",
	    p, s, town_day(day), part);
	free(p);
	free(s);
}

bool
bench_was_told(const char *words)
{
	char *arguments = read_file("arguments");
	bool told = strstr(arguments, words) != NULL;

	free(arguments);
	return told;
}

char *
bench_instance(void)
{
	return read_file("instance");
}

char *
bench_wrote(void)
{
	return read_file("wrote");
}

void
bench_expect(const char *answer, const char *words)
{
	ck_assert_msg(line_begins(answer, words), "\"%s\" instead of \"%s\"",
	    answer, words);
}

void
bench_tell(const char *fmt, ...)
{
	char line[1024];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	bench_expect(talk_ask(bench.talk, "%s", line), "ok");
}

char *
bench_start(int from, int to, const char *keys)
{
	const char *answer = talk_ask(bench.talk, "plan start from=%s to=%s %s",
	    town_day(from), town_day(to), keys);

	bench_expect(answer, "ok");
	ck_assert(line_has(answer, "state=queued"));
	return line_value(answer, "plan");
}

static bool
is_over(const char *line)
{
	return !line_has(line, "state=queued") &&
	    !line_has(line, "state=running");
}

const char *
bench_wait(struct talk *talk, const char *plan)
{
	const char *line = talk_ask(talk, "plan watch plan=%s", plan);

	bench_expect(line, "ok");
	while (!is_over(line)) {
		line = talk_push(talk, "plan", WAIT_MS);
		ck_assert_msg(line != NULL, "the plan does not end");
	}
	return line;
}

char *
bench_make(int from, int to, const char *state)
{
	char *plan = bench_start(from, to, "");
	const char *line = bench_wait(bench.talk, plan);
	char *is = line_value(line, "state");

	ck_assert_msg(strcmp(is, state) == 0, "%s", line);
	free(is);
	return plan;
}

void
bench_fill(unsigned physician, unsigned site, int day, const char *part)
{
	bench_expect(
	    talk_ask(bench.talk,
		"slot assign physician=%s site=%s day=%s part=%s",
		town_rpps(physician), town_finess(site), town_day(day), part),
	    "ok");
}

long long
bench_count(const char *sql)
{
	return pgcluster_number(bench.town->sql, "%s", sql);
}

void
bench_wait_count(const char *sql, long long count)
{
	uint64_t deadline = town_now_ms() + WAIT_MS;

	while (bench_count(sql) != count) {
		ck_assert_msg(
		    town_now_ms() < deadline, "not %lld: %s", count, sql);
		town_pause();
	}
}
