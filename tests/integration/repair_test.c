/* SPDX-License-Identifier: ISC */
/*
 * repair_test: the morning call.  A region planned and published by the real
 * planner; a physician is ill; the planner that stays says what to do, and what
 * it says is accepted; so is whom the daemon itself ranks first.
 */
#include "tests/integration/proposal_kit.h"

#include "daemon/base/mem.h"

#include <dirent.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SITES = 4, PEOPLE = 6, DAYS = 13, LINES_MAX = 200 };

#define RULES "planner =\nrules-off =\n"

static void tell(const char *fmt, ...) PRINTF_LIKE(1, 2);

static void
tell(const char *fmt, ...)
{
	char line[1024];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	bench_expect(talk_ask(bench.talk, "%s", line), "ok");
}

static void
found_site(unsigned n)
{
	tell("site put finess=%s territory=T commune=16%03u lat=45.%02u "
	     "lon=0.%02u rooms=1 hours=\"mon-fri M 09:00-12:00 "
	     "A 14:00-18:00\"",
	    town_finess(n), 100 + n, 20 + 5 * n, 30 + 3 * n);
	tell("zone put commune=16%03u kind=gp class=%s from=2020-01-01",
	    100 + n, n % 2 == 0 ? "ZIP" : "ZAC");
	tell("need put site=%s pattern=\"mon-thu MA\" activity=MT from=%s",
	    town_finess(n), town_day(0));
}

/* The last of them is of another trade. */
static void
found_person(unsigned n)
{
	tell("physician put rpps=%s specialty=%s home=16%03u lat=45.%02u "
	     "lon=0.%02u",
	    town_rpps(n), n + 1 < PEOPLE ? "MG" : "CARDIO", 100 + n % SITES,
	    20 + 4 * n, 30 + 2 * n);
	tell("availability put physician=%s kind=available "
	     "pattern=\"mon-fri MA\" from=%s",
	    town_rpps(n), town_day(0));
	tell("quota put physician=%s period=week min=2 max=8 from=%s",
	    town_rpps(n), town_day(0));
	for (unsigned site = 0; site < SITES; site++)
		if (n != 4 || site == 0)
			tell("authorisation put physician=%s site=%s "
			     "kind=mission from=2020-01-01",
			    town_rpps(n), town_finess(site));
	tell("enrolment put physician=%s programme=P from=2020-01-01",
	    town_rpps(n));
}

/* A region that is planned and published. */
static void
found_region(void)
{
	const char *line;
	char *plan;

	bench_begin(PEOPLE, "rooms=1", RULES);
	tell("territory put code=T kind=cpts");
	tell("programme put code=P name=P");
	for (unsigned n = 0; n < SITES; n++)
		found_site(n);
	for (unsigned n = 0; n < PEOPLE; n++)
		found_person(n);
	plan = bench_start(0, DAYS, "phases=5");
	line = bench_wait(bench.talk, plan);
	ck_assert_msg(line_has(line, "state=done"), "%s", line);
	tell("plan adopt plan=%s", plan);
	tell("plan publish plan=%s", plan);
	free(plan);
}

/* What was said last: copies of data lines. */
struct said {
	char *line[LINES_MAX];
	size_t count;
};

static void
listen(struct said *said)
{
	said->count = talk_count(bench.talk);
	ck_assert_uint_le(said->count, LINES_MAX);
	for (size_t i = 0; i < said->count; i++)
		said->line[i] = xstrdup(talk_data(bench.talk, i));
}

static void
forget(struct said *said)
{
	for (size_t i = 0; i < said->count; i++)
		free(said->line[i]);
	said->count = 0;
}

static const char *
find(const struct said *said, const char *word)
{
	for (size_t i = 0; i < said->count; i++)
		if (line_begins(said->line[i], word))
			return said->line[i];
	return NULL;
}

/* The first physician who has published half-days, as many as there are. */
static unsigned
somebody(long long *count)
{
	for (unsigned n = 0; n < PEOPLE; n++) {
		const char *answer = talk_ask(bench.talk,
		    "slot list physician=%s from=%s to=%s state=published",
		    town_rpps(n), town_day(0), town_day(6));

		*count = line_number(answer, "count");
		if (*count > 1)
			return n;
	}
	ck_abort_msg("nobody has anything to do");
	return 0;
}

/* Lines after "settled", told to the daemon. */
static size_t
follow(const struct said *said, const char *word)
{
	bool settled = false;
	size_t done = 0;

	for (size_t i = 0; i < said->count; i++) {
		const char *line = said->line[i];
		char *physician, *site, *day, *part, *programme;

		settled = settled || line_begins(line, "settled");
		if (!settled || !line_begins(line, word))
			continue;
		physician = line_value(line, "physician");
		site = line_value(line, "site");
		day = line_value(line, "day");
		part = line_value(line, "part");
		programme = line_value(line, "programme");
		tell("slot assign physician=%s site=%s day=%s part=%s "
		     "activity=MT programme=%s",
		    physician, site, day, part, programme);
		free(physician);
		free(site);
		free(day);
		free(part);
		free(programme);
		done++;
	}
	return done;
}

START_TEST(what_it_says_is_accepted)
{
	struct said said;
	const char *answer, *line;
	long long count;
	unsigned ill;

	found_region();
	ill = somebody(&count);
	answer = talk_ask(bench.talk,
	    "plan repair physician=%s from=%s to=%s variant=minimal",
	    town_rpps(ill), town_day(0), town_day(6));
	ck_assert_msg(line_has(answer, "state=answered"), "%s", answer);
	ck_assert(line_has(answer, "vacant=yes"));
	listen(&said);
	line = find(&said, "first");
	ck_assert_ptr_nonnull(line);
	ck_assert_int_le(line_number(line, "bound"), line_number(line, "cost"));
	line = find(&said, "settled");
	ck_assert_ptr_nonnull(line);
	ck_assert_int_eq(line_number(line, "vacant"), count);
	ck_assert_int_gt(line_number(line, "filled"), 0);
	ck_assert_int_eq(
	    line_number(line, "filled"), line_number(line, "half-days"));
	ck_assert_ptr_nonnull(find(&said, "candidate"));
	ck_assert_ptr_nonnull(find(&said, "excluded"));
	tell("absence put physician=%s from=%s to=%s category=SICK "
	     "slots=cancel",
	    town_rpps(ill), town_day(0), town_day(6));
	count = line_number(find(&said, "settled"), "filled");
	ck_assert_uint_eq(follow(&said, "assign"), (size_t)count);
	forget(&said);
	/* There is nothing of his to repair any more. */
	answer = talk_ask(bench.talk, "plan repair physician=%s from=%s to=%s",
	    town_rpps(ill), town_day(0), town_day(6));
	ck_assert_msg(line_has(answer, "vacant=no"), "%s", answer);
	bench_end();
}
END_TEST

/* Whoever is absent since is not asked to help. */
START_TEST(it_hears_of_changes)
{
	struct said said;
	const char *answer;
	long long count;
	unsigned ill;
	char *id;

	found_region();
	ill = somebody(&count);
	answer = talk_ask(bench.talk, "plan repair physician=%s from=%s to=%s",
	    town_rpps(ill), town_day(0), town_day(6));
	ck_assert_msg(line_has(answer, "state=answered"), "%s", answer);
	listen(&said);
	ck_assert_ptr_nonnull(find(&said, "candidate"));
	id = line_value(find(&said, "candidate"), "physician");
	forget(&said);
	tell("absence put physician=%s from=%s to=%s slots=cancel", id,
	    town_day(0), town_day(6));
	answer = talk_ask(bench.talk, "plan repair physician=%s from=%s to=%s",
	    town_rpps(ill), town_day(0), town_day(6));
	ck_assert_msg(line_has(answer, "vacant=yes"), "%s", answer);
	listen(&said);
	for (size_t i = 0; i < said.count; i++) {
		char *other = line_value(said.line[i], "physician");

		if (line_begins(said.line[i], "candidate") ||
		    line_begins(said.line[i], "assign"))
			ck_assert_str_ne(other, id);
		free(other);
	}
	forget(&said);
	free(id);
	bench_end();
}
END_TEST

START_TEST(a_site_closes)
{
	struct said said;
	const char *answer;

	found_region();
	answer = talk_ask(bench.talk, "plan repair site=%s from=%s to=%s",
	    town_finess(0), town_day(0), town_day(4));
	ck_assert_msg(line_has(answer, "vacant=yes"), "%s", answer);
	listen(&said);
	ck_assert_ptr_nonnull(find(&said, "settled"));
	ck_assert_int_eq(line_number(find(&said, "settled"), "filled"), 0);
	forget(&said);
	bench_end();
}
END_TEST

/* In the breath of the cancellation itself. */
START_TEST(a_cancellation_names_replacements)
{
	struct said said;
	char *slot, *best = NULL, *day, *site, *part;
	long long count;
	unsigned ill;
	size_t left = 0;

	found_region();
	ill = somebody(&count);
	bench_expect(talk_ask(bench.talk,
			 "slot list physician=%s from=%s to=%s state=published",
			 town_rpps(ill), town_day(0), town_day(6)),
	    "ok");
	slot = line_value(talk_data(bench.talk, 0), "slot");
	site = line_value(talk_data(bench.talk, 0), "site");
	day = line_value(talk_data(bench.talk, 0), "day");
	part = line_value(talk_data(bench.talk, 0), "part");
	tell("slot cancel slot=%s replace=yes reason=ill", slot);
	listen(&said);
	for (size_t i = 0; i < said.count; i++) {
		if (line_has(said.line[i], "rank=1"))
			best = line_value(said.line[i], "physician");
		if (strstr(said.line[i], "rule=") != NULL) {
			ck_assert_ptr_nonnull(strstr(said.line[i], "text="));
			left++;
		}
	}
	for (size_t i = 0; best == NULL && i < said.count; i++)
		printf("%s\n", said.line[i]);
	ck_assert_ptr_nonnull(best);
	ck_assert_uint_gt(left, 0);
	ck_assert_int_eq(
	    line_number(said.line[said.count - 1], "replacements") +
		line_number(said.line[said.count - 1], "others"),
	    PEOPLE - 2);
	tell("slot assign physician=%s site=%s day=%s part=%s activity=MT "
	     "programme=P",
	    best, site, day, part);
	forget(&said);
	free(slot);
	free(site);
	free(day);
	free(part);
	free(best);
	/* And of an absence. */
	tell("absence put physician=%s from=%s to=%s slots=cancel replace=yes "
	     "dry=yes",
	    town_rpps(ill), town_day(0), town_day(6));
	listen(&said);
	ck_assert_int_eq(line_number(said.line[said.count - 1], "others") +
		line_number(said.line[said.count - 1], "replacements"),
	    PEOPLE - 2);
	forget(&said);
	bench_end();
}
END_TEST

/* The planner that stays: the child of the daemon that serves. */
static int
resident_pid(void)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	int found = 0;

	ck_assert_ptr_nonnull(folder);
	while ((entry = readdir(folder)) != NULL) {
		char path[300], text[512] = "";
		FILE *file;
		size_t len;

		(void)snprintf(
		    path, sizeof(path), "/proc/%s/cmdline", entry->d_name);
		file = fopen(path, "re");
		if (file == NULL)
			continue;
		len = fread(text, 1, sizeof(text) - 1, file);
		(void)fclose(file);
		for (size_t i = 0; i < len; i++)
			if (text[i] == '\0')
				text[i] = ' ';
		if (strstr(text, "rota-planner --serve") == NULL)
			continue;
		(void)snprintf(
		    path, sizeof(path), "/proc/%s/stat", entry->d_name);
		file = fopen(path, "re");
		if (file == NULL)
			continue;
		len = fread(text, 1, sizeof(text) - 1, file);
		text[len] = '\0';
		(void)fclose(file);
		if (strstr(text, ") ") != NULL &&
		    atoi(strstr(text, ") ") + 4) ==
			daemon_pid(bench.town->daemon[0]))
			found = atoi(entry->d_name);
	}
	(void)closedir(folder);
	return found;
}

START_TEST(one_that_dies_is_begun_again)
{
	const char *answer;
	long long count;
	unsigned ill;
	int first;

	found_region();
	ill = somebody(&count);
	for (int i = 0; i < 2; i++) {
		answer = talk_ask(bench.talk,
		    "plan repair physician=%s from=%s to=%s", town_rpps(ill),
		    town_day(0), town_day(6));
		ck_assert_msg(line_has(answer, "state=answered"), "%s", answer);
		first = resident_pid();
		ck_assert_int_gt(first, 0);
		ck_assert_int_eq(kill(first, SIGKILL), 0);
		while (resident_pid() == first)
			town_pause();
	}
	bench_end();
}
END_TEST

/* A planner that cannot be run: the plain replacements come all the same. */
START_TEST(without_a_planner_the_daemon_answers)
{
	const char *answer;

	bench_begin(2, "rooms=1", "");
	bench_planner("exit 1\n");
	tell("slot assign physician=%s site=%s day=%s part=M", town_rpps(0),
	    town_finess(0), town_day(1));
	answer = talk_ask(bench.talk, "plan repair physician=%s from=%s to=%s",
	    town_rpps(0), town_day(0), town_day(6));
	bench_expect(answer, "ok");
	ck_assert_msg(line_has(answer, "state=gone"), "%s", answer);
	ck_assert_uint_ge(talk_count(bench.talk), 2);
	ck_assert(line_has(talk_data(bench.talk, 0), "rank=1"));
	bench_end();
}
END_TEST

START_TEST(what_is_wrong_is_refused)
{
	bench_begin(1, "rooms=1", "");
	bench_expect(talk_ask(bench.talk, "plan repair from=%s to=%s",
			 town_day(0), town_day(6)),
	    "bad missing what=physician");
	bench_expect(
	    talk_ask(bench.talk, "plan repair physician=x from=%s to=%s",
		town_day(0), town_day(6)),
	    "no not-found");
	bench_expect(
	    talk_ask(bench.talk, "plan repair physician=%s from=%s to=%s",
		town_rpps(0), town_day(6), town_day(0)),
	    "bad value");
	bench_expect(
	    talk_ask(bench.talk,
		"plan repair physician=%s from=2001-01-01 to=2001-01-02",
		town_rpps(0)),
	    "no closed");
	bench_expect(talk_ask(bench.talk,
			 "plan repair physician=%s from=%s to=%s variant=best",
			 town_rpps(0), town_day(0), town_day(6)),
	    "bad value");
	bench_expect(
	    talk_ask(bench.talk,
		"plan repair physician=%s from=%s to=%s milliseconds=60001",
		town_rpps(0), town_day(0), town_day(6)),
	    "bad value");
	bench_end();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("repair");
	TCase *tcase = tcase_create("repair");

	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, what_it_says_is_accepted);
	tcase_add_test(tcase, it_hears_of_changes);
	tcase_add_test(tcase, a_site_closes);
	tcase_add_test(tcase, a_cancellation_names_replacements);
	tcase_add_test(tcase, one_that_dies_is_begun_again);
	tcase_add_test(tcase, without_a_planner_the_daemon_answers);
	tcase_add_test(tcase, what_is_wrong_is_refused);
	suite_add_tcase(suite, tcase);
	return bench_run(suite);
}
