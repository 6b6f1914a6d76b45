/* SPDX-License-Identifier: ISC */
/*
 * equal_test: after a random workload over two daemons, what they have followed
 * step by step, what a fresh daemon loads at a stroke, and what the tables hold
 * is the same.
 */
#include "tests/integration/equal_facts.h"
#include "tests/support/town.h"

#include "daemon/base/mem.h"
#include "tests/support/suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DAEMONS = 2,
	CLIENTS = 8,
	REQUESTS = 150,
	SITES = 12,
	PEOPLE = 20,
	SLOTS = 150,
	DAYS = 14,
	PLACES = 6 /* territories, structures, communes */
};

#define HOURS                                                                  \
	"hours=\"mon-fri M 09:00-12:00 A 14:00-19:00 E 18:00-21:00;"           \
	" sat,sun M 09:00-12:00 N 24:00-32:00\" rooms=3"

static struct pgcluster *cluster;

struct work {
	struct town *town;
	uint64_t chance;
	struct talk *talk[CLIENTS];
	char *slot[SLOTS];
	unsigned ok;
};

static unsigned
any(struct work *work, unsigned limit)
{
	return town_below(&work->chance, limit);
}

/* ----- requests ----- */

static void
send_slot(struct work *work, struct talk *talk)
{
	const char *slot = work->slot[any(work, SLOTS)];
	const char *site = town_finess(any(work, SITES));
	const char *day = town_day((int)any(work, DAYS));
	unsigned which = any(work, 10);

	if (which < 5)
		talk_send(talk,
		    "slot assign id=%s physician=%s site=%s day=%s part=%c"
		    " programme=P%u state=%s",
		    slot, town_rpps(any(work, PEOPLE)), site, day,
		    "MAEN"[any(work, 4)], any(work, 4),
		    any(work, 2) ? "draft" : "published");
	else if (which < 7)
		talk_send(talk,
		    "slot move slot=%s site=%s day=%s part=%c activity=%s"
		    " programme=%s",
		    slot, site, day, "MAEN"[any(work, 4)],
		    any(work, 3) ? "SNP" : "TLC", any(work, 2) ? "-" : "P9");
	else if (which < 8)
		talk_send(talk,
		    "slot move slot=%s activity=MT unscheduled=%u remote=%u",
		    slot, 5 * any(work, 30), 15 * any(work, 8));
	else if (which < 9)
		talk_send(talk, "slot cancel slot=%s reason=TEST", slot);
	else
		talk_send(talk, "slot move slot=%s physician=%s", slot,
		    town_rpps(any(work, PEOPLE)));
}

static void
send_put(struct work *work, struct talk *talk)
{
	unsigned n = any(work, PLACES);

	switch (any(work, 7)) {
	case 0:
		talk_send(talk, "territory put code=T%u kind=cpts name=%u", n,
		    any(work, 100));
		break;
	case 1:
		talk_send(talk, "structure put code=S%u kind=MSP name=\"é%u\"",
		    n, any(work, 100));
		break;
	case 2:
		talk_send(talk,
		    "site put site=%s territory=T%u structure=S%u lat=%u.5"
		    " lon=-%u.25 commune=1610%u",
		    town_finess(any(work, SITES)), n, n, any(work, 40),
		    any(work, 5), n);
		break;
	case 3:
		talk_send(talk,
		    "physician put rpps=%s given=%u specialty=SM%u lat=1"
		    " lon=%u",
		    town_rpps(any(work, PEOPLE)), any(work, 100), n,
		    any(work, 9));
		break;
	case 4:
		talk_send(talk,
		    "zone put commune=1610%u kind=gp class=%s from=%s to=%s", n,
		    any(work, 2) ? "ZIP" : "ZAC", town_day((int)any(work, 9)),
		    town_day(10 + (int)any(work, 9)));
		break;
	case 5:
		talk_send(talk,
		    "account invite role=coordinator name=%u scope=site:%s", n,
		    town_finess(any(work, SITES)));
		break;
	default:
		talk_send(talk, "site put name=Without-number-%u rooms=%u",
		    any(work, 1000), 1 + n);
	}
}

static void
send_request(struct work *work, struct talk *talk)
{
	switch (any(work, 8)) {
	case 0:
		send_put(work, talk);
		break;
	case 2:
		equal_send_fact(talk, &work->chance, SITES, PEOPLE);
		break;
	case 1:
		talk_send(talk, "batch n=4");
		for (unsigned i = 0; i < 4; i++)
			send_slot(work, talk);
		break;
	default:
		send_slot(work, talk);
	}
}

static void
work_on(struct work *work)
{
	for (unsigned n = 0; n < REQUESTS; n++)
		for (unsigned i = 0; i < CLIENTS; i++)
			send_request(work, work->talk[i]);
	for (unsigned n = 0; n < REQUESTS; n++)
		for (unsigned i = 0; i < CLIENTS; i++) {
			const char *answer = talk_answer(work->talk[i]);

			if (line_begins(answer, "ok"))
				work->ok++;
			else
				ck_assert_msg(
				    line_begins(answer, "no"), "%s", answer);
		}
}

static void
begin(struct work *work)
{
	*work = (struct work){.town = town_new(cluster), .chance = town_seed()};
	for (unsigned at = 0; at < DAEMONS; at++)
		town_start(work->town, at, NULL, NULL);
	town_sites(work->town, SITES, HOURS);
	town_physicians(work->town, PEOPLE);
	for (unsigned i = 0; i < CLIENTS; i++)
		work->talk[i] = town_talk(work->town, i % DAEMONS);
	for (unsigned i = 0; i < SLOTS; i++)
		work->slot[i] = xstrdup(town_uuid());
}

static void
end(struct work *work)
{
	for (unsigned i = 0; i < CLIENTS; i++)
		talk_free(work->talk[i]);
	for (unsigned i = 0; i < SLOTS; i++)
		free(work->slot[i]);
	town_free(work->town);
}

/* ----- the same three times ----- */

/* An assignment as `slot list` prints it. */
static const char slots_sql[] =
    "SELECT coalesce(string_agg(line, '' ORDER BY line COLLATE \"C\"), '')"
    " FROM (SELECT format('slot list: slot=%s rev=%s day=%s part=%s from=%s"
    " to=%s site=%s physician=%s%s activity=%s state=%s%s%s%s' || E'\\n', a.id,"
    " a.rev, a.day, a.part, pg_temp.instant(lower(a.during), s.tz),"
    " pg_temp.instant(upper(a.during), s.tz), coalesce(s.finess, s.id::text),"
    " p.rpps, CASE WHEN a.room > 0 THEN ' room=' || a.room END, a.activity,"
    " a.state, CASE WHEN a.unscheduled > 0 THEN"
    "  ' unscheduled=' || a.unscheduled END,"
    " CASE WHEN a.remote > 0 THEN ' remote=' || a.remote END,"
    " ' programme=' || a.programme) AS line"
    " FROM rota.assignment a JOIN rota.site s ON s.id = a.site"
    " JOIN rota.physician p ON p.id = a.physician) lines";

/* On the clock of the zone, with its offset. */
static const char instant_sql[] =
    "CREATE OR REPLACE FUNCTION pg_temp.instant(t timestamptz, tz text) "
    "RETURNS text"
    " LANGUAGE sql AS $$ SELECT to_char(t AT TIME ZONE tz,"
    " 'YYYY-MM-DD\"T\"HH24:MI') || '+' || to_char((t AT TIME ZONE tz) -"
    " (t AT TIME ZONE 'UTC'), 'HH24:MI') $$";

/* The lines of a book that are half-days, without what the daemon calls their
 * list; owned by the caller. */
static char *
only_slots(const char *book)
{
	char *text = xcalloc(1, strlen(book) + 1), *at = text;

	for (size_t len; *book != '\0'; book += len) {
		const char *slot = strstr(book, ": slot=");

		len = strcspn(book, "\n") + 1;
		if (strncmp(book, "slot list ", 10) != 0 || slot == NULL)
			continue;
		at += sprintf(at, "slot list%.*s",
		    (int)(len - (size_t)(slot - book)), slot);
	}
	return text;
}

static int
compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The same lines in their order; owned by the caller. */
static char *
sorted(const char *text)
{
	char *copy = xstrdup(text), *save = NULL, *line, **lines = NULL;
	char *result = xcalloc(1, strlen(text) + 1), *at = result;
	size_t count = 0, capacity = 0;

	for (line = strtok_r(copy, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		lines = xgrow(lines, &capacity, count + 1, sizeof(lines[0]));
		lines[count++] = line;
	}
	if (count > 0)
		qsort(lines, count, sizeof(lines[0]), compare_lines);
	for (size_t i = 0; i < count; i++)
		at += sprintf(at, "%s\n", lines[i]);
	free(lines);
	free(copy);
	return result;
}

static void
check_tables(struct town *town, const char *book)
{
	static const char *const kinds[] = {"territory", "structure",
	    "programme", "site", "physician", "zone", "holiday", "closure",
	    "opening", "stop", "presence", "need", "enrolment", "authorisation",
	    "availability", "absence", "busy", "quota", "weight", "account",
	    "assignment"};
	char *slots = only_slots(book), *mine = sorted(slots), *theirs;

	pgcluster_run(town->sql, "%s", instant_sql);
	theirs = pgcluster_text(town->sql, "%s", slots_sql);
	ck_assert_str_eq(mine, theirs);
	free(theirs);
	free(mine);
	free(slots);
	/* And the tables are what the feed has said. */
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		ck_assert_int_eq(
		    pgcluster_number(town->sql,
			"SELECT count(*) FROM rota.%s t WHERE rev <> (SELECT"
			" count(*) FROM rota.change c WHERE c.entity = t.id"
			" AND c.kind = '%s') OR rev <> (SELECT max(rev) FROM"
			" rota.change c WHERE c.entity = t.id)",
			kinds[i], kinds[i]),
		    0);
}

START_TEST(replay_equals_snapshot)
{
	char *followed[DAEMONS], *loaded;
	struct work work;

	begin(&work);
	for (unsigned round = 0; round < 3 * town_rounds(); round++) {
		work_on(&work);
		town_settle(work.town);
		for (unsigned at = 0; at < DAEMONS; at++)
			followed[at] = town_book(work.town, at);
		ck_assert_str_eq(followed[0], followed[1]);
		town_start(work.town, DAEMONS, NULL, NULL);
		loaded = town_book(work.town, DAEMONS);
		ck_assert_str_eq(followed[0], loaded);
		daemon_free(work.town->daemon[DAEMONS]);
		work.town->daemon[DAEMONS] = NULL;
		check_tables(work.town, loaded);
		for (unsigned at = 0; at < DAEMONS; at++)
			free(followed[at]);
		free(loaded);
		for (unsigned i = 0; i < SLOTS; i += 3) {
			free(work.slot[i]);
			work.slot[i] = xstrdup(town_uuid());
		}
	}
	printf("equal: %u of %u requests accepted\n", work.ok,
	    3 * town_rounds() * REQUESTS * CLIENTS);
	ck_assert_uint_gt(work.ok, 200);
	end(&work);
}
END_TEST

/* ----- the past ----- */

/* The data lines of the last answer; owned by the caller. */
static char *
join_data(const struct talk *talk)
{
	char *text = xstrdup(""), *more;

	for (size_t i = 0; i < talk_count(talk); i++) {
		more = xasprintf("%s%s\n", text, talk_data(talk, i));
		free(text);
		text = more;
	}
	return text;
}

/* Half-days of a site, as they stood at the mark of `keys`; owned by the
 * caller. */
static char *
list_site(struct talk *talk, unsigned site, const char *keys)
{
	const char *answer =
	    talk_ask(talk, "slot list site=%s from=%s to=%s limit=1000 %s",
		town_finess(site), town_day(-30), town_day(60), keys);

	ck_assert_msg(line_begins(answer, "ok"), "%s", answer);
	return join_data(talk);
}

/* What was the present at a mark is the past for ever, on every daemon. */
START_TEST(marks_keep_what_was)
{
	char *was[SITES], *is, *mark;
	struct work work;

	begin(&work);
	work_on(&work);
	town_settle(work.town);
	for (unsigned site = 0; site < SITES; site++)
		was[site] = list_site(work.talk[0], site, "");
	mark = pgcluster_text(
	    work.town->sql, "SELECT 'mark=' || rota.mark('0', 'publication')");
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned at = 0; at < DAEMONS; at++)
			for (unsigned site = 0; site < SITES; site++) {
				is = list_site(work.talk[at], site, mark);
				ck_assert_str_eq(is, was[site]);
				free(is);
			}
		work_on(&work);
	}
	for (unsigned site = 0; site < SITES; site++)
		free(was[site]);
	free(mark);
	end(&work);
}
END_TEST

/* Though the directory is another one meanwhile: the number of the site, its
 * clock, its state, and whom it belongs to. */
START_TEST(marks_keep_the_directory)
{
	static const char *const changes[] = {"rooms=9", "territory=T1",
	    "tz=Indian/Reunion", "hours=\"mon M 09:00-12:00\"",
	    "lat=1.5 lon=2.5", "name=Other", NULL};
	char *mark, *was, *is;
	struct work work;

	begin(&work);
	work_on(&work);
	town_settle(work.town);
	ck_assert(line_begins(
	    talk_ask(work.talk[0], "territory put code=T1 kind=cpts"), "ok"));
	mark = pgcluster_text(
	    work.town->sql, "SELECT 'mark=' || rota.mark('0', 'publication')");
	was = list_site(work.talk[0], 0, mark);
	ck_assert_int_gt((int)strlen(was), 0);
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		char *site = pgcluster_text(work.town->sql,
		    "SELECT id FROM rota.site WHERE finess = '%s'",
		    town_finess(0));
		const char *answer = changes[i] != NULL
		    ? talk_ask(
			  work.talk[0], "site put site=%s %s", site, changes[i])
		    : talk_ask(work.talk[0], "site put site=%s finess=%s", site,
			  town_finess(SITES));

		ck_assert_msg(line_begins(answer, "ok"), "%s", answer);
		town_tell_all(work.town, answer);
		for (unsigned at = 0; at < DAEMONS; at++) {
			answer = talk_ask(work.talk[at],
			    "slot list site=%s from=%s to=%s limit=1000 %s",
			    site, town_day(-30), town_day(60), mark);
			ck_assert_msg(line_begins(answer, "ok"), "%s", answer);
			is = join_data(work.talk[at]);
			ck_assert_str_eq(is, was);
			free(is);
		}
		free(site);
	}
	free(was);
	free(mark);
	end(&work);
}
END_TEST

static Suite *
equal_suite(void)
{
	Suite *suite = suite_create("equal");
	TCase *tcase = tcase_create("equal");

	tcase_set_timeout(tcase, 120 * town_rounds());
	tcase_add_test(tcase, replay_equals_snapshot);
	tcase_add_test(tcase, marks_keep_what_was);
	tcase_add_test(tcase, marks_keep_the_directory);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	int result;

	cluster = pgcluster_new(NULL);
	result = suite_run(equal_suite());
	pgcluster_free(cluster);
	return result;
}
