/* SPDX-License-Identifier: ISC */
/*
 * auth_test: from an invitation to a token, what a token opens, and how it
 * ends; over two daemons where that matters.
 */
#include "tests/integration/transport_kit.h"

#include "daemon/base/mem.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECRET_LEN = 43 };

/* A copy of the value of a key of the last line; it must have one. */
static char *
keep(struct client *client, const char *key)
{
	const char *value = client_value(client, key);

	ck_assert_msg(value != NULL, "no %s=", key);
	return xstrdup(value);
}

/* A code for an account with these keys; *account, if not NULL, its id. */
static char *
invite(struct client *admin, const char *keys, char **account)
{
	client_send(admin, "account invite %s", keys);
	client_expect(admin, "ok account=... code=... expires=... cursor=...");
	if (account != NULL)
		*account = keep(admin, "account");
	return keep(admin, "code");
}

START_TEST(from_invitation_to_token)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct client *admin = daemon_operator(daemon);
	struct client *first = daemon_client(daemon);
	struct client *second = daemon_client(daemon);
	char *account, *code, *token;

	client_ask(admin, "territory put code=NORD kind=cpts", "ok...");
	client_ask(first, "whoami", "ok role=none");
	client_ask(first, "territory list", "no auth text=...");
	code = invite(admin,
	    "role=coordinator name=\"Jeanne B.\" scope=territory:NORD",
	    &account);
	ck_assert_uint_eq(strlen(code), SECRET_LEN);
	client_send(first, "auth code=%s", code);
	client_expect(
	    first, "ok account=... role=coordinator token=... expires=...");
	ck_assert_str_eq(client_value(first, "account"), account);
	token = keep(first, "token");
	ck_assert_uint_eq(strlen(token), SECRET_LEN);
	client_ask(first, "whoami",
	    "ok account=... role=coordinator name=\"Jeanne B.\" "
	    "scope=territory:NORD");
	client_ask(first, "account list", "no role text=...");
	client_send(second, "auth token=%s", token);
	client_expect(
	    second, "ok account=... role=coordinator name=\"Jeanne B.\"");
	client_ask(second, "territory list", "* territory=NORD ...");
	free(account);
	free(code);
	free(token);
	client_close(admin);
	client_close(first);
	client_close(second);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_code_is_good_once)
{
	struct daemon *daemon = kit_daemon("auth-delay-min = 0");
	struct client *admin = daemon_operator(daemon);
	struct client *client = daemon_client(daemon);
	char *code = invite(admin, "role=auditor", NULL);
	char *token;

	client_send(client, "auth token=%s", code); /* it is no token */
	client_expect(client, "no denied text=...");
	client_send(client, "auth code=%s", code);
	client_expect(client, "ok account=...");
	token = keep(client, "token");
	client_send(client, "auth code=%s", code);
	client_expect(client, "no denied text=...");
	client_ask(client, "whoami", "ok account=... role=auditor"); /* still */
	client_send(client, "auth code=%s", token); /* nor a code */
	client_expect(client, "no denied text=...");
	free(code);
	free(token);
	client_close(admin);
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(of_many_who_use_one_code_one_wins)
{
	enum { CLIENTS = 20 };
	char *conninfo = kit_database();
	struct daemon *daemons[2];
	struct client *clients[CLIENTS], *admin;
	unsigned won = 0, denied = 0;
	char *code;

	for (int i = 0; i < 2; i++)
		daemons[i] = daemon_new(conninfo, "auth-delay-min = 0");
	admin = daemon_operator(daemons[0]);
	code = invite(admin, "role=auditor", NULL);
	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = daemon_client(daemons[i % 2]);
		client_send(clients[i],
		    "lang lang=en after=1:1:1:\nauth code=%s", code);
	}
	for (int i = 0; i < CLIENTS; i++) {
		const char *line;

		client_expect(clients[i], "bad unknown-key ...");
		line = client_line(clients[i]);
		won += client_matches(line, "ok account=... token=...");
		denied += client_matches(line, "no denied ...");
		client_close(clients[i]);
	}
	ck_assert_uint_eq(won, 1);
	ck_assert_uint_eq(denied, CLIENTS - 1);
	free(code);
	free(conninfo);
	client_close(admin);
	daemon_free(daemons[0]);
	daemon_free(daemons[1]);
}
END_TEST

START_TEST(codes_and_tokens_run_out)
{
	struct daemon *daemon = kit_daemon("invite-lifetime = 1s\n"
					   "token-lifetime = 2s\n"
					   "auth-delay-min = 0");
	struct client *admin = daemon_operator(daemon);
	struct client *client = daemon_client(daemon);
	char *late = invite(admin, "role=auditor", NULL);
	char *code = invite(admin, "role=auditor", NULL);
	long start = kit_ms();
	char *token;

	client_send(client, "auth code=%s", code);
	client_expect(client, "ok account=...");
	token = keep(client, "token");
	while (kit_ms() - start < 2100)
		(void)poll(NULL, 0, 50);
	/* the session has ended with its token, the connection has not */
	client_ask(client, "territory list", "no auth ...");
	client_ask(client, "whoami", "ok role=none");
	client_send(client, "auth token=%s", token);
	client_expect(client, "no denied ...");
	client_send(client, "auth code=%s", late);
	client_expect(client, "no denied ...");
	free(late);
	free(code);
	free(token);
	client_close(admin);
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_watch_ends_with_its_token)
{
	struct daemon *daemon = kit_daemon("token-lifetime = 1s");
	char *token = daemon_token(daemon, "role=auditor");
	struct client *client = daemon_login(daemon, token);

	client_ask(client, "watch", "ok cursor=...");
	client_expect_after(client, "! bye reason=revoked");
	client_expect_end(client);
	free(token);
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(revoking_ends_live_sessions_of_every_daemon)
{
	char *conninfo = kit_database(), *code, *token, *account;
	struct daemon *daemons[2];
	struct client *clients[4], *admin, *other;

	for (int i = 0; i < 2; i++)
		daemons[i] = daemon_new(conninfo, "auth-delay-min = 0");
	admin = daemon_operator(daemons[0]);
	code = invite(admin, "role=auditor", &account);
	other = daemon_client(daemons[0]);
	client_send(other, "auth code=%s", code);
	client_expect(other, "ok account=...");
	token = keep(other, "token");
	client_close(other);
	for (int i = 0; i < 4; i++) {
		struct client *client = daemon_client(daemons[i % 2]);
		long start = kit_ms();

		/* the second daemon learns of the token a little later */
		client_send(client, "auth token=%s", token);
		while (!client_matches(client_line(client), "ok ...")) {
			ck_assert_int_lt(kit_ms() - start, 10000);
			client_send(client, "auth token=%s", token);
		}
		clients[i] = client;
	}
	client_ask(clients[2], "watch", "ok cursor=...");
	other = daemon_operator(daemons[1]);
	client_send(admin, "account revoke account=%s", account);
	client_expect(admin, "ok account=... rev=3 cursor=...");
	for (int i = 0; i < 4; i++) {
		client_expect_after(clients[i], "! bye reason=revoked");
		client_expect_end(clients[i]);
		client_close(clients[i]);
	}
	client_ask(other, "ping", "ok"); /* nobody else is */
	client_send(admin, "account revoke account=%s", account);
	client_expect(admin, "ok account=... rev=3 unchanged=yes...");
	client_ask(admin,
	    "account revoke account=00000000-0000-4000-8000-000000000001",
	    "no not-found ...");
	clients[0] = daemon_client(daemons[0]);
	client_send(clients[0], "auth token=%s", token);
	client_expect(clients[0], "no denied ...");
	client_close(clients[0]);
	client_close(admin);
	client_close(other);
	free(conninfo);
	free(code);
	free(token);
	free(account);
	daemon_free(daemons[0]);
	daemon_free(daemons[1]);
}
END_TEST

START_TEST(guessing_gets_slower)
{
	struct daemon *daemon =
	    kit_daemon("auth-delay-min = 1s\nauth-delay-max = 2s");
	char *token = daemon_token(daemon, "role=auditor");
	struct client *client = daemon_client(daemon);
	struct client *other = daemon_client(daemon);
	/* Long enough for a busy machine to ask in between. */
	static const int waits[] = {1000, 2000, 2000};

	for (size_t i = 0; i < ARRAY_SIZE(waits); i++) {
		long start;

		client_ask(client, "auth token=wrong", "no denied text=...");
		start = kit_ms();
		/* also another connection, also the right token */
		client_send(other, "auth token=%s", token);
		client_expect(other, "no delayed wait=... text=...");
		ck_assert_int_le(
		    kit_number(client_value(other, "wait")), waits[i]);
		while (kit_ms() - start < waits[i] + 20)
			(void)poll(NULL, 0, 10);
	}
	client_send(other, "auth token=%s", token);
	client_expect(other, "ok account=...");
	/* success forgives */
	client_ask(client, "auth token=wrong", "no denied ...");
	client_ask(client, "auth token=wrong", "no delayed wait=... text=...");
	ck_assert_int_le(kit_number(client_value(client, "wait")), 1000);
	daemon_expect_log(daemon, "denied peer=127.0.0.1");
	free(token);
	client_close(client);
	client_close(other);
	daemon_free(daemon);
}
END_TEST

START_TEST(what_an_invitation_needs)
{
	static const char *const dialogue[][2] = {
	    {"account invite", "bad missing ... what=role ..."},
	    {"account invite role=chief", "bad value what=role ..."},
	    {"account invite role=none", "bad value what=role ..."},
	    {"account invite role=physician", "bad missing what=physician ..."},
	    {"account invite role=desk", "bad missing what=scope ..."},
	    {"account invite role=coordinator", "bad missing what=scope ..."},
	    {"account invite role=coordinator scope=NORD",
		"bad value what=scope ..."},
	    {"account invite role=coordinator scope=zone:NORD",
		"bad value what=scope ..."},
	    {"account invite role=coordinator scope=territory:SUD",
		"no not-found what=territory:SUD ..."},
	    {"account invite role=coordinator scope=territory:NORD,site:1",
		"no not-found what=site:1 ..."},
	    {"account invite role=physician physician=10005173140",
		"no not-found what=10005173140 ..."},
	    {"account invite role=auditor physician=10005173140",
		"bad value what=physician ..."},
	    {"account invite role=coordinator scope=territory:NORD dry=yes",
		"ok account=... dry=yes"},
	    {"account list", "ok count=0 cursor=..."},
	    {"auth", "bad missing what=token ..."},
	    {"auth token=a code=b", "bad value what=code ..."},
	};
	struct daemon *daemon = kit_daemon(NULL);
	struct client *admin = daemon_operator(daemon);

	client_ask(admin, "territory put code=NORD kind=cpts", "ok...");
	for (size_t i = 0; i < ARRAY_SIZE(dialogue); i++)
		client_ask(admin, dialogue[i][0], dialogue[i][1]);
	client_close(admin);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_replayed_invitation_does_not_tell_its_code)
{
	static const char line[] = "account invite role=auditor "
				   "key=5a1ff3e0-6a52-4c39-8f6a-3b1f1d0c9a01";
	struct daemon *daemon = kit_daemon(NULL);
	struct client *admin = daemon_operator(daemon);

	client_ask(admin, line, "ok account=... code=... cursor=...");
	client_ask(admin, line, "ok account=... replayed=yes cursor=...");
	ck_assert_ptr_null(client_value(admin, "code"));
	client_send(admin, "account list");
	ck_assert_uint_eq(
	    client_expect_after(admin, "ok count=1 cursor=..."), 2);
	client_close(admin);
	daemon_free(daemon);
}
END_TEST

START_TEST(accounts_are_listed_by_pages)
{
	enum { ACCOUNTS = 25, PAGE = 7 };
	struct daemon *daemon = kit_daemon(NULL);
	struct client *admin = daemon_operator(daemon);
	char last[40] = "", *next = NULL;
	unsigned seen = 0;

	for (int i = 0; i < ACCOUNTS; i++)
		free(invite(
		    admin, i % 5 == 0 ? "role=admin" : "role=auditor", NULL));
	do {
		const char *line;

		if (next == NULL)
			client_send(admin, "account list limit=%d", PAGE);
		else
			client_send(
			    admin, "account list limit=%d next=%s", PAGE, next);
		while (client_matches(line = client_line(admin), "* ...")) {
			/* each once, in the order of ids */
			ck_assert_int_gt(
			    strcmp(client_value(admin, "account"), last), 0);
			(void)snprintf(last, sizeof(last), "%s",
			    client_value(admin, "account"));
			seen++;
		}
		ck_assert(client_matches(line, "ok count=..."));
		free(next);
		next = NULL;
		if (client_value(admin, "next") != NULL)
			next = keep(admin, "next");
	} while (next != NULL);
	ck_assert_uint_eq(seen, ACCOUNTS);
	client_send(admin, "account list role=admin");
	ck_assert_uint_eq(client_expect_after(admin, "ok count=5 ..."), 6);
	client_ask(admin, "account list role=chief", "bad value what=role ...");
	client_close(admin);
	daemon_free(daemon);
}
END_TEST

static void
add(TCase *all)
{
	tcase_add_test(all, from_invitation_to_token);
	tcase_add_test(all, a_code_is_good_once);
	tcase_add_test(all, of_many_who_use_one_code_one_wins);
	tcase_add_test(all, codes_and_tokens_run_out);
	tcase_add_test(all, a_watch_ends_with_its_token);
	tcase_add_test(all, revoking_ends_live_sessions_of_every_daemon);
	tcase_add_test(all, guessing_gets_slower);
	tcase_add_test(all, what_an_invitation_needs);
	tcase_add_test(all, a_replayed_invitation_does_not_tell_its_code);
	tcase_add_test(all, accounts_are_listed_by_pages);
}

int
main(void)
{
	return kit_main("auth", add);
}
