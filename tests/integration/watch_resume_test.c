/* SPDX-License-Identifier: ISC */
/*
 * watch_resume_test: watchers that come back, to this daemon or another, miss
 * nothing and hear nothing twice.
 *
 * What a client has heard since its last cursor it forgets when it loses the
 * connection, for it will hear that again: so the protocol wants it.
 */
#include "daemon/base/mem.h"
#include "tests/integration/view_kit.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ----- a watcher that keeps count ----- */

enum { SLOTS_MAX = 64 };

/* The newest revision of each assignment that was told, up to the last cursor
 * and beyond. */
struct listener {
	struct client *client; /* NULL: away */
	char *cursor;
	size_t count;
	char *slot[SLOTS_MAX];
	long known[SLOTS_MAX], heard[SLOTS_MAX];
	unsigned long lines;
};

static size_t
position_of(struct listener *listener, const char *slot)
{
	for (size_t i = 0; i < listener->count; i++)
		if (strcmp(listener->slot[i], slot) == 0)
			return i;
	ck_assert_uint_lt(listener->count, SLOTS_MAX);
	listener->slot[listener->count] = xstrdup(slot);
	listener->known[listener->count] = 0;
	listener->heard[listener->count] = 0;
	return listener->count++;
}

/* Every revision comes, once and in order. */
static void
hear_slot(struct listener *listener)
{
	size_t at =
	    position_of(listener, client_value(listener->client, "slot"));
	long rev = strtol(client_value(listener->client, "rev"), NULL, 10);

	ck_assert_msg(rev == listener->heard[at] + 1,
	    "revision %ld of %s after %ld", rev, listener->slot[at],
	    listener->heard[at]);
	listener->heard[at] = rev;
	listener->lines++;
}

static void
keep_cursor(struct listener *listener, const char *key)
{
	free(listener->cursor);
	listener->cursor = xstrdup(client_value(listener->client, key));
	memcpy(listener->known, listener->heard, sizeof(listener->known));
}

/* Takes one pushed line; whether it was a cursor. */
static bool
hear(struct listener *listener)
{
	const char *line = client_push(listener->client);

	ck_assert_ptr_nonnull(line);
	if (client_matches(line, "! cursor ...")) {
		keep_cursor(listener, "value");
		return true;
	}
	if (client_matches(line, "! slot ..."))
		hear_slot(listener);
	else
		ck_assert_msg(
		    client_matches(line, "! heartbeat ..."), "%s", line);
	return false;
}

static void
come(struct listener *listener, const struct town *town, unsigned at)
{
	listener->client = daemon_operator(town->daemon[at]);
	if (listener->cursor == NULL) {
		client_ask(listener->client, "watch", "ok cursor=...");
		keep_cursor(listener, "cursor");
		return;
	}
	client_send(listener->client, "watch after=%s", listener->cursor);
	client_expect(listener->client, "ok cursor=...");
	ck_assert_str_eq(
	    client_value(listener->client, "cursor"), listener->cursor);
}

static void
leave(struct listener *listener)
{
	client_close(listener->client);
	listener->client = NULL;
	memcpy(listener->heard, listener->known, sizeof(listener->heard));
}

static void
listener_fini(struct listener *listener)
{
	leave(listener);
	for (size_t i = 0; i < listener->count; i++)
		free(listener->slot[i]);
	free(listener->cursor);
}

/* ----- writers ----- */

enum { WRITERS = 4, MOVES = 150 };

struct writer {
	pthread_t thread;
	struct client *client;
	char *slot; /* one of its own, to and fro */
};

static void *
write_on(void *arg)
{
	struct writer *writer = arg;

	for (unsigned i = 0; i < MOVES; i++) {
		client_send(writer->client, "slot move slot=%s part=%s",
		    writer->slot, i % 2 == 0 ? "A" : "M");
		client_expect(writer->client, "ok ...");
	}
	return NULL;
}

static void
writers_start(struct writer *writers, const struct town *town)
{
	for (unsigned i = 0; i < WRITERS; i++) {
		writers[i].client = daemon_operator(town->daemon[i % 2]);
		writers[i].slot =
		    view_assign(writers[i].client, i, i, 7, "part=M");
	}
	for (unsigned i = 0; i < WRITERS; i++)
		ck_assert_int_eq(pthread_create(&writers[i].thread, NULL,
				     write_on, &writers[i]),
		    0);
}

static void
writers_join(struct writer *writers)
{
	for (unsigned i = 0; i < WRITERS; i++) {
		pthread_join(writers[i].thread, NULL);
		client_close(writers[i].client);
		free(writers[i].slot);
	}
}

static bool
heard_all(const struct listener *listener)
{
	if (listener->count < WRITERS)
		return false;
	for (size_t i = 0; i < listener->count; i++)
		if (listener->known[i] < MOVES + 1)
			return false;
	return true;
}

/* Comes and goes, to either daemon, while all write. */
START_TEST(nothing_missing_nothing_twice)
{
	struct town *town = view_town(2);
	uint64_t seed = town_seed();
	struct listener listener = {.client = NULL};
	struct writer writers[WRITERS];
	unsigned visits = 0;

	come(&listener, town, 0);
	leave(&listener);
	writers_start(writers, town);
	while (!heard_all(&listener)) {
		unsigned lines = town_below(&seed, 60);

		come(&listener, town, town_below(&seed, 2));
		/* To a cursor, or it would never get on; then some more. */
		while (!heard_all(&listener) && !hear(&listener))
			continue;
		for (unsigned i = 0; i < lines && !heard_all(&listener); i++)
			(void)hear(&listener);
		leave(&listener);
		visits++;
	}
	writers_join(writers);
	ck_assert_uint_eq(listener.count, WRITERS);
	ck_assert_uint_gt(visits, 10);
	/* And no more than that comes. */
	come(&listener, town, 0);
	client_expect_silence(listener.client, 200);
	listener_fini(&listener);
	town_free(town);
}
END_TEST

/* ----- much to catch up with ----- */

enum { STRUCTURES = 3000, ROUNDS = 8 };

static void
put_structures(struct client *client, unsigned round)
{
	client_send(client, "batch n=%d", STRUCTURES);
	for (unsigned i = 0; i < STRUCTURES; i++)
		client_send(client, "structure put code=S-%u kind=MSP name=%u",
		    i, round);
	(void)client_expect_after(client, "ok lines=...");
}

/* More than a connection takes at once, to a client that reads late, with live
 * changes behind; its other requests are answered meanwhile. */
START_TEST(a_long_absence)
{
	struct town *town = view_town(2);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *late = daemon_operator(town->daemon[1]);
	char *cursor, *pattern;

	client_ask(late, "watch", "ok cursor=...");
	cursor = xstrdup(client_value(late, "cursor"));
	client_ask(late, "watch state=off", "ok ...");
	for (unsigned round = 0; round < ROUNDS; round++)
		put_structures(admin, round);
	view_tell_all(town, admin);
	client_send(late, "watch after=%s", cursor);
	client_send(late, "ping");
	/* Nobody reads; one more change, which is told live or not at all. */
	client_ask(admin, "structure put code=LAST kind=CDS", "ok ...");
	client_expect(late, "ok cursor=...");
	client_expect(late, "ok");
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < STRUCTURES; i++) {
			pattern = xasprintf(
			    "! structure structure=S-%u rev=%u", i, round + 1);
			client_expect(late, pattern);
			free(pattern);
		}
	}
	client_expect(late, "! cursor value=...");
	client_expect(late, "! structure structure=LAST rev=1");
	client_expect(late, "! cursor value=...");
	/* It is a watch as any other now. */
	client_ask(admin, "structure put code=LAST name=X", "ok ...");
	client_expect(late, "! structure structure=LAST rev=2");
	client_expect(late, "! cursor value=...");
	free(cursor);
	client_close(late);
	client_close(admin);
	town_free(town);
}
END_TEST

/* A client that catches up and never reads is cut off, and resumes. */
START_TEST(too_slow)
{
	struct town *town = town_new(cluster);
	struct client *admin, *slow;
	char *cursor;

	town_start(town, 0, NULL, "unread-max = 64k\n");
	admin = daemon_operator(town->daemon[0]);
	slow = daemon_operator(town->daemon[0]);
	client_ask(slow, "watch", "ok cursor=...");
	cursor = xstrdup(client_value(slow, "cursor"));
	client_ask(slow, "watch state=off", "ok ...");
	put_structures(admin, 0);
	client_send(slow, "watch after=%s", cursor);
	client_expect(slow, "ok cursor=...");
	for (unsigned round = 1; round < ROUNDS; round++)
		put_structures(admin, round);
	for (;;) {
		const char *line = client_push(slow);

		if (line == NULL || client_matches(line, "! bye reason=unread"))
			break;
	}
	free(cursor);
	client_close(slow);
	client_close(admin);
	town_free(town);
}
END_TEST

/* ----- what cannot be resumed ----- */

START_TEST(too_much_was_missed)
{
	struct town *town = view_town(1);
	struct client *client = daemon_operator(town->daemon[0]);
	char *cursor;

	client_ask(client, "watch", "ok cursor=...");
	cursor = xstrdup(client_value(client, "cursor"));
	/* Changes of a kind that only a later release knows. */
	pgcluster_run(town->sql,
	    "INSERT INTO rota.change (epoch, kind, entity, rev, payload) "
	    "SELECT (SELECT max(epoch) FROM rota.epoch), 'later', "
	    "gen_random_uuid(), 1, '{}' FROM generate_series(1, 100001)");
	client_ask(client, "structure put code=S kind=MSP", "ok ...");
	client_expect(client, "! structure structure=S rev=1");
	client_send(client, "watch after=%s", cursor);
	client_expect(client, "no limit what=after ...");
	/* It may begin anew on the same connection. */
	client_ask(client, "watch", "ok cursor=...");
	client_ask(client, "structure put code=S name=X", "ok ...");
	client_expect(client, "! cursor value=...");
	client_expect(client, "! structure structure=S rev=2");
	free(cursor);
	client_close(client);
	town_free(town);
}
END_TEST

/* What left the scope while nobody listened is told to who comes back. */
START_TEST(gone_while_away)
{
	struct town *town = view_town(2);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *a =
	    view_login(town, 1, "role=coordinator scope=territory:T-A");
	char *slot, *cursor;

	slot = view_assign(admin, 0, 0, 7, "part=M");
	view_tell_all(town, admin);
	client_ask(a, "watch", "ok ...");
	cursor = xstrdup(client_value(a, "cursor"));
	client_ask(a, "watch state=off", "ok ...");
	free(view_assign(admin, 1, 3, 7, "part=M"));
	view_move(admin, slot, "site=%s", town_finess(3));
	view_move(admin, slot, "part=%s", "A");
	client_send(admin, "site put finess=%s territory=T-B", town_finess(1));
	client_expect(admin, "ok ...");
	view_tell_all(town, admin);
	client_send(a, "watch after=%s", cursor);
	client_expect(a, "ok cursor=...");
	view_expect(a, "! gone slot=%s rev=2", slot);
	view_expect(a, "! site site=%s rev=3", town_finess(1));
	client_expect(a, "! cursor value=...");
	/* Nothing was missed since. */
	free(cursor);
	cursor = xstrdup(client_value(a, "value"));
	client_send(a, "watch after=%s", cursor);
	client_expect(a, "ok cursor=...");
	client_expect_silence(a, 200);
	free(cursor);
	free(slot);
	client_close(a);
	client_close(admin);
	town_free(town);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("watch resume");

	tcase_add_test(tcase, nothing_missing_nothing_twice);
	tcase_add_test(tcase, a_long_absence);
	tcase_add_test(tcase, too_slow);
	tcase_add_test(tcase, too_much_was_missed);
	tcase_add_test(tcase, gone_while_away);
	return view_main("watch resume", tcase);
}
