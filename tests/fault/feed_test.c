/* SPDX-License-Identifier: ISC */
/*
 * feed_test: what disturbs a change feed - transactions that stay open, that
 * are prepared, that are rolled back, and very many rows - while two daemons
 * are watched.
 *
 * A watcher is told each change once, in the order of its entity, as soon as it
 * is committed, and nothing that was never committed.
 */
#include "tests/fault/fault_kit.h"

#include "daemon/base/mem.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DAEMONS = 2,
	WRITES = 200,
	OPEN = 1200,
	MINUTE_MS = 60000,
	SOON_MS = 20000, /* for one push, while others are held up for ever */
	USUAL_MS = 500,  /* for most of them, on a busy machine too */
	IMPORT_MS = 110000,
	PEOPLE = 250,
	SITES = 250,
	DAYS = 100,
	PARTS = 2,
	SLOTS = PEOPLE * DAYS * PARTS,
	REVISIONS = 2,
	IMPORT = SLOTS * REVISIONS,
	SMALL = 1000, /* lines of a batch */
	LARGE = 20000
};

static struct pgcluster *cluster;

static struct town *
begin(unsigned people, unsigned sites)
{
	struct town *town = town_new(cluster);

	/* A batch of 20,000 lines is told at once: more than a client may leave
	 * unread by default, if it is kept from reading for a moment. */
	for (unsigned at = 0; at < DAEMONS; at++)
		town_start(town, at, NULL, "unread-max = 64M\n");
	town_sites(town, sites, KIT_HOURS);
	town_physicians(town, people);
	return town;
}

static struct talk *
watcher(struct town *town, unsigned at)
{
	struct talk *talk = town_talk(town, at);

	kit_expect(talk_ask(talk, "watch"), "ok");
	return talk;
}

/* ----- transactions that are in the way ----- */

static int
compare(const void *a, const void *b)
{
	long long one = *(const long long *)a, other = *(const long long *)b;

	return one < other ? -1 : one > other;
}

/* Writes on the first daemon; each is pushed by the second one, soon.  With
 * more rounds it goes on for a minute each. */
static void
write_and_watch(struct town *town, const char *what)
{
	struct talk *writer = town_talk(town, 0), *watch = watcher(town, 1);
	uint64_t end = town_now_ms() + (town_rounds() - 1) * MINUTE_MS;
	long long took[WRITES] = {0};
	char *slot = xstrdup(town_uuid());

	kit_expect(talk_ask(writer,
		       "slot assign id=%s physician=%s site=%s day=%s part=M",
		       slot, town_rpps(0), town_finess(0), town_day(0)),
	    "ok");
	ck_assert_ptr_nonnull(talk_push(watch, "slot", SOON_MS));
	for (int i = 0; i < WRITES || town_now_ms() < end; i++) {
		uint64_t start = town_now_ms();
		const char *push, *answer;

		answer = talk_ask(
		    writer, "slot move slot=%s part=%c", slot, "AM"[i % 2]);
		kit_expect(answer, "ok");
		push = talk_push(watch, "slot", SOON_MS);
		ck_assert_msg(push != NULL, "write %d is not pushed", i);
		ck_assert_int_eq(line_number(push, "rev"), i + 2);
		took[i % WRITES] = (long long)(town_now_ms() - start);
	}
	qsort(took, WRITES, sizeof(took[0]), compare);
	printf("%s: pushed by the other daemon after %lld ms, at most %lld\n",
	    what, took[WRITES / 2], took[WRITES - 1]);
	ck_assert_int_lt(took[WRITES / 2], USUAL_MS);
	free(slot);
	talk_free(writer);
	talk_free(watch);
}

/* _i: in the same database, in another one. */
START_TEST(transaction_held_open)
{
	struct town *town = begin(1, 1);
	char *other = pgcluster_database(cluster, true);
	PGconn *holder = pgcluster_connect(
	    cluster, _i == 0 ? town->database : other, PGCLUSTER_ADMIN);

	pgcluster_run(holder, "CREATE TABLE public.held (n int)");
	pgcluster_run(holder, "BEGIN");
	pgcluster_run(holder, "INSERT INTO public.held VALUES (1)");
	write_and_watch(town, "transaction open");
	ck_assert_int_eq(
	    pgcluster_number(holder, "SELECT n FROM public.held"), 1);
	pgcluster_run(holder, "ROLLBACK");
	PQfinish(holder);
	free(other);
	town_free(town);
}
END_TEST

START_TEST(transaction_prepared)
{
	struct town *town = begin(1, 1);

	pgcluster_run(town->sql,
	    "CREATE TABLE public.held (n int); BEGIN;"
	    "INSERT INTO public.held VALUES (1);"
	    "PREPARE TRANSACTION 'held_%s'",
	    town->database);
	write_and_watch(town, "transaction prepared");
	pgcluster_run(town->sql, "ROLLBACK PREPARED 'held_%s'", town->database);
	town_free(town);
}
END_TEST

/* ----- transactions that end otherwise ----- */

/* A write as a daemon makes it, in a transaction that the caller ends. */
static void
write_territory(PGconn *session, const char *code)
{
	pgcluster_run(session,
	    "SELECT * FROM rota.write('{NULL}', '{NULL}', '{NULL}', '{NULL}',"
	    " '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{1}',"
	    " '{territory}', ARRAY[jsonb_build_object('id',"
	    " gen_random_uuid(), 'rev', 1, 'code', '%s', 'kind', 'cpts',"
	    " 'name', '', 'state', 'active', 'source', 'generated')])",
	    code);
}

static void
expect_territory(struct talk *watch, const char *code)
{
	const char *push = talk_push(watch, "territory", SOON_MS);
	char *is = push == NULL ? NULL : line_value(push, "territory");

	ck_assert_msg(is != NULL, "%s is not pushed", code);
	ck_assert_str_eq(is, code);
	free(is);
}

START_TEST(rolled_back_and_prepared_writes)
{
	struct town *town = begin(1, 1);
	PGconn *session =
	    pgcluster_connect(cluster, town->database, PGCLUSTER_DAEMON);
	struct talk *watch[DAEMONS];

	for (unsigned at = 0; at < DAEMONS; at++)
		watch[at] = watcher(town, at);
	for (unsigned i = 0; i < 20; i++) {
		pgcluster_run(session, "BEGIN");
		write_territory(session, "ROLLED-BACK");
		pgcluster_run(session, "ROLLBACK");
		pgcluster_run(session, "BEGIN; SAVEPOINT s");
		write_territory(session, "ROLLED-BACK");
		pgcluster_run(session, "ROLLBACK TO s; COMMIT");
	}
	pgcluster_run(session, "BEGIN");
	write_territory(session, "ROLLED-BACK");
	pgcluster_run(session, "PREPARE TRANSACTION 'one_%s'", town->database);
	pgcluster_run(session, "BEGIN");
	write_territory(session, "LATE");
	pgcluster_run(session, "PREPARE TRANSACTION 'two_%s'", town->database);
	pgcluster_run(session, "BEGIN; SAVEPOINT s");
	write_territory(session, "EARLY");
	pgcluster_run(session, "RELEASE s; COMMIT");
	for (unsigned at = 0; at < DAEMONS; at++)
		expect_territory(watch[at], "EARLY");
	pgcluster_run(session, "COMMIT PREPARED 'two_%s'", town->database);
	for (unsigned at = 0; at < DAEMONS; at++)
		expect_territory(watch[at], "LATE");
	pgcluster_run(session, "ROLLBACK PREPARED 'one_%s'", town->database);
	write_territory(session, "LAST");
	for (unsigned at = 0; at < DAEMONS; at++) {
		expect_territory(watch[at], "LAST");
		talk_free(watch[at]);
	}
	PQfinish(session);
	town_free(town);
}
END_TEST

/* A cursor names every transaction that is open, so with very many of them it
 * has no room in a line: it may be missing then, but nothing else. */
START_TEST(very_many_transactions_open)
{
	struct town *town = begin(1, 1);
	struct talk *talk = town_talk(town, 0), *watch = watcher(town, 1);
	const char *answer;
	char *cursor;

	for (unsigned i = 0; i < OPEN; i++) {
		pgcluster_run(town->sql, "BEGIN; SELECT pg_current_xact_id()");
		pgcluster_run(town->sql, "PREPARE TRANSACTION 'open_%u_%s'", i,
		    town->database);
		if (i % (OPEN / 8) > 0)
			continue;
		answer = talk_ask(talk, "territory put code=T%u kind=cpts", i);
		kit_expect(answer, "ok");
		cursor = line_value(answer, "cursor");
		ck_assert_ptr_nonnull(
		    talk_push(watch, "territory", KIT_SOON_MS));
		answer = cursor == NULL
		    ? talk_ask(talk, "territory list")
		    : talk_ask(talk, "territory list after=%s", cursor);
		kit_expect(answer, "ok");
		free(cursor);
	}
	for (unsigned i = 0; i < OPEN; i++)
		pgcluster_run(town->sql, "ROLLBACK PREPARED 'open_%u_%s'", i,
		    town->database);
	answer = talk_ask(talk, "territory put code=LAST kind=cpts");
	ck_assert_ptr_nonnull(strstr(answer, " cursor="));
	talk_free(watch);
	talk_free(talk);
	town_free(town);
}
END_TEST

/* ----- very many ----- */

/* Ids that tell their number. */
#define ID_PREFIX "00000000-0000-4000-8000-"

struct reader {
	pthread_t thread;
	struct talk *talk;
	atomic_uint count;
	unsigned char rev[SLOTS]; /* the last one told */
	unsigned wrong;           /* lines out of order, or told again */
	char first_wrong[512];
	bool ended;
};

static void
read_push(struct reader *reader, const char *push)
{
	char *slot = line_value(push, "slot");
	long long rev = line_number(push, "rev");
	unsigned long n = SLOTS;

	if (slot != NULL && strncmp(slot, ID_PREFIX, 24) == 0)
		n = strtoul(slot + 24, NULL, 16);
	free(slot);
	if (n < SLOTS && rev == reader->rev[n] + 1)
		reader->rev[n]++;
	else if (reader->wrong++ == 0)
		snprintf(reader->first_wrong, sizeof(reader->first_wrong), "%s",
		    push);
	atomic_fetch_add(&reader->count, 1);
}

static void *
read_all(void *arg)
{
	struct reader *reader = arg;
	const char *push = "";

	while (atomic_load(&reader->count) < IMPORT && push != NULL) {
		push = talk_push(reader->talk, "", IMPORT_MS);
		if (push != NULL && line_begins(push, "bye"))
			break;
		if (push != NULL && line_begins(push, "slot"))
			read_push(reader, push);
	}
	reader->ended = push == NULL || line_begins(push, "bye");
	return NULL;
}

/* One line of the import: first all are filled, then all are moved. */
static void
send_import_line(struct talk *talk, unsigned n)
{
	unsigned slot = n % SLOTS, person = slot % PEOPLE,
		 day = slot / PEOPLE / PARTS, part = slot / PEOPLE % PARTS;

	if (n < SLOTS)
		talk_send(talk,
		    "slot assign id=" ID_PREFIX
		    "%012x physician=%s site=%s day=%s part=%c",
		    slot, town_rpps(person), town_finess(person),
		    town_day((int)day), "MA"[part]);
	else
		talk_send(talk,
		    "slot move slot=" ID_PREFIX "%012x activity=SNP", slot);
}

static void
import(struct town *town, unsigned size)
{
	struct talk *talk[DAEMONS];
	const char *answer;

	for (unsigned at = 0; at < DAEMONS; at++) {
		talk[at] = town_talk(town, at);
		talk_patience(talk[at], IMPORT_MS);
	}
	for (unsigned n = 0, at = 0; n < IMPORT; n += size, at = !at) {
		talk_send(talk[at], "batch n=%u", size);
		for (unsigned i = 0; i < size; i++)
			send_import_line(talk[at], n + i);
		answer = talk_answer(talk[at]);
		kit_expect(answer, "ok");
		/* The other daemon judges on what it knows. */
		town_tell_all(town, answer);
	}
	for (unsigned at = 0; at < DAEMONS; at++)
		talk_free(talk[at]);
}

/* _i: lines of a batch. */
START_TEST(hundred_thousand_rows)
{
	static struct reader readers[DAEMONS];
	struct town *town = begin(PEOPLE, SITES);
	uint64_t start = town_now_ms();

	for (unsigned at = 0; at < DAEMONS; at++) {
		memset(&readers[at], 0, sizeof(readers[at]));
		readers[at].talk = watcher(town, at);
		ck_assert_int_eq(pthread_create(&readers[at].thread, NULL,
				     read_all, &readers[at]),
		    0);
	}
	import(town, (unsigned)_i);
	for (unsigned at = 0; at < DAEMONS; at++) {
		unsigned missing = 0;

		pthread_join(readers[at].thread, NULL);
		ck_assert_msg(!readers[at].ended,
		    "watcher %u was told %u and then cut off", at,
		    atomic_load(&readers[at].count));
		for (unsigned n = 0; n < SLOTS; n++)
			missing += readers[at].rev[n] != REVISIONS;
		ck_assert_uint_eq(missing, 0);
		ck_assert_msg(readers[at].wrong == 0, "%u wrong: %s",
		    readers[at].wrong, readers[at].first_wrong);
		talk_free(readers[at].talk);
	}
	printf("import: %d rows in batches of %d: %llu ms\n", IMPORT, _i,
	    (unsigned long long)(town_now_ms() - start));
	town_free(town);
}
END_TEST

static Suite *
feed_suite(void)
{
	Suite *suite = suite_create("feed");
	TCase *tcase = tcase_create("feed");

	tcase_set_timeout(tcase, 120 * town_rounds());
	tcase_add_loop_test(tcase, transaction_held_open, 0, 2);
	tcase_add_test(tcase, transaction_prepared);
	tcase_add_test(tcase, rolled_back_and_prepared_writes);
	tcase_add_test(tcase, very_many_transactions_open);
	tcase_add_loop_test(tcase, hundred_thousand_rows, SMALL, SMALL + 1);
	tcase_add_loop_test(tcase, hundred_thousand_rows, LARGE, LARGE + 1);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	static const struct pgcluster_options options = {
	    .settings = "max_prepared_transactions = 1300"};
	int status;

	cluster = pgcluster_new(&options);
	status = kit_run(feed_suite());
	pgcluster_free(cluster);
	return status;
}
