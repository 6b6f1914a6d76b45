/* SPDX-License-Identifier: ISC */
/*
 * transport_tls_test: TLS as OpenSSL's own client sees it, and the certificate
 * that SIGHUP brings.
 */
#include "tests/integration/transport_kit.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct daemon *
tls_daemon(const char *config)
{
	return kit_daemon_with(
	    (struct daemon_options){.config = config, .tls = true});
}

/*
 * What `openssl s_client` prints, with these options, when "ping" is typed; it
 * ends when the daemon closes.  Owned by the caller.
 */
static char *
s_client(const struct daemon *daemon, const char *options)
{
	char *command = xasprintf("printf 'ping\\nquit\\n' | "
				  "timeout 30 openssl s_client -ign_eof "
				  "-connect 127.0.0.1:%u %s 2>&1",
	    daemon_tls_port(daemon), options);
	FILE *pipe = popen(command, "re"); // NOLINT(cert-env33-c): our words
	char *text = xcalloc(1, 65536);

	ck_assert_ptr_nonnull(pipe);
	(void)fread(text, 1, 65535, pipe);
	(void)pclose(pipe);
	free(command);
	return text;
}

static void
expect_s_client(
    const struct daemon *daemon, const char *options, const char *words)
{
	char *text = s_client(daemon, options);

	ck_assert_msg(strstr(text, words) != NULL,
	    "s_client %s does not say \"%s\":\n%s", options, words, text);
	free(text);
}

START_TEST(openssl_speaks_to_it)
{
	struct daemon *daemon = tls_daemon(NULL);

	expect_s_client(daemon, "-tls1_2", "\nok\nok\n");
	expect_s_client(daemon, "-tls1_3", "\nok\nok\n");
	expect_s_client(daemon, "-tls1_2", "ECDHE");
	expect_s_client(daemon, "-brief", "! rota protocol=1");
	daemon_free(daemon);
}
END_TEST

START_TEST(what_is_old_is_refused)
{
	static const char *const old[] = {
	    "-tls1_1 -cipher DEFAULT:@SECLEVEL=0",
	    "-tls1 -cipher DEFAULT:@SECLEVEL=0",
	    "-tls1_2 -cipher AES128-SHA",             /* no forward secrecy */
	    "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA", /* CBC */
	};
	struct daemon *daemon = tls_daemon(NULL);

	for (size_t i = 0; i < ARRAY_SIZE(old); i++) {
		char *text = s_client(daemon, old[i]);

		ck_assert_msg(strstr(text, "! rota") == NULL &&
			strstr(text, "alert") != NULL,
		    "s_client %s:\n%s", old[i], text);
		free(text);
	}
	expect_s_client(daemon, "-tls1_2", "\nok\n");
	daemon_free(daemon);
}
END_TEST

START_TEST(the_least_version_can_be_raised)
{
	struct daemon *daemon = tls_daemon("tls-min-version = 1.3");

	expect_s_client(daemon, "-tls1_2", "alert protocol version");
	expect_s_client(daemon, "-tls1_3", "\nok\n");
	daemon_free(daemon);
}
END_TEST

START_TEST(plain_text_is_not_taken_for_tls)
{
	struct daemon *daemon = tls_daemon(NULL);
	struct client *client = client_tcp(daemon_tls_port(daemon));
	struct client *good;

	client_send(client, "ping");
	/* an alert, which is no line, then the end */
	client_expect_end(client);
	ck_assert_ptr_null(client_push(client));
	client_close(client);
	good = client_tls(daemon_tls_port(daemon));
	client_expect(good, "! rota protocol=1 ... auth=required");
	client_ask(good, "ping", "ok");
	client_close(good);
	daemon_free(daemon);
}
END_TEST

START_TEST(lines_in_pieces_and_in_heaps)
{
	enum { REQUESTS = 5000 };
	struct daemon *daemon = tls_daemon(NULL);
	struct client *client = client_tls(daemon_tls_port(daemon));
	const char *text = "#piece ping\r\n";

	for (size_t i = 0; i < strlen(text); i++)
		ck_assert(client_send_bytes(client, text + i, 1));
	client_expect(client, "#piece ok");
	for (int i = 0; i < REQUESTS; i++)
		client_send(client, "#%d ping", i);
	for (int i = 0; i < REQUESTS; i++) {
		char expected[32];

		(void)snprintf(expected, sizeof(expected), "#%d ok", i);
		client_expect(client, expected);
	}
	for (int i = 0; i < 200; i++)
		client_send(client, "help");
	for (int i = 0; i < 200; i++)
		client_expect_after(client, "ok count=...");
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(requests_before_a_close_notify_are_answered)
{
	struct daemon *daemon = tls_daemon(NULL);
	struct client *client = client_tls(daemon_tls_port(daemon));

	for (int i = 0; i < 300; i++)
		client_send(client, "#%d help", i);
	client_shutdown(client);
	for (int i = 0; i < 300; i++)
		client_expect_after(client, "#... ok count=...");
	client_expect_end(client);
	client_close(client);
	client = client_tls(daemon_tls_port(daemon));
	client_send(client, "#1 ping\n#2 quit");
	client_expect(client, "#1 ok");
	client_expect(client, "#2 ok");
	client_expect_end(client);
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(who_does_not_read_is_not_read_over_tls)
{
	struct daemon *daemon = tls_daemon(NULL);
	struct client *slow = client_tls(daemon_tls_port(daemon));
	struct client *other = client_tls(daemon_tls_port(daemon));

	/* some 7 MB of answers, of which the kernel holds a part */
	for (int i = 0; i < 2000; i++)
		client_send(slow, "help");
	client_ask(other, "ping", "ok");
	for (int i = 0; i < 2000; i++)
		client_expect_after(slow, "ok count=...");
	client_ask(slow, "ping", "ok");
	client_close(slow);
	client_close(other);
	daemon_free(daemon);
}
END_TEST

static void
expect_subject(const struct daemon *daemon, const char *name)
{
	struct client *client = client_tls(daemon_tls_port(daemon));

	ck_assert_str_eq(client_subject(client), name);
	client_expect(client, "! rota ...");
	client_ask(client, "ping", "ok");
	client_close(client);
}

START_TEST(a_reload_brings_the_new_certificate)
{
	struct daemon *daemon = tls_daemon(NULL);
	struct client *before = client_tls(daemon_tls_port(daemon));

	expect_subject(daemon, "first");
	daemon_certify(daemon, "second");
	expect_subject(daemon, "first"); /* not before it is asked */
	daemon_hup(daemon);
	daemon_expect_log(daemon, "config reloaded");
	expect_subject(daemon, "second");
	client_expect(before, "! rota ...");
	client_ask(before, "ping", "ok");
	client_close(before);
	daemon_free(daemon);
}
END_TEST

static void
spoil(const struct daemon *daemon, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", daemon_folder(daemon), name);
	FILE *file = fopen(path, "we");

	ck_assert_ptr_nonnull(file);
	(void)fputs(text, file);
	(void)fclose(file);
	free(path);
}

START_TEST(a_bad_certificate_refuses_the_whole_reload)
{
	struct daemon *daemon = tls_daemon("connections-max = 50");

	/* a good change of the configuration beside a bad certificate */
	daemon_configure(daemon, "connections-max = 1");
	spoil(daemon, "cert.pem", "not a certificate\n");
	daemon_hup(daemon);
	daemon_expect_log(daemon, "config refused error=\"tls-certificate");
	for (int i = 0; i < 2; i++)
		expect_subject(daemon, "first");
	/* a key that belongs to another certificate */
	daemon_certify(daemon, "second");
	spoil(daemon, "key.pem", "");
	daemon_hup(daemon);
	daemon_expect_log(daemon, "config refused error=\"tls-key");
	expect_subject(daemon, "first");
	/* and all is well again */
	daemon_certify(daemon, "third");
	daemon_hup(daemon);
	daemon_expect_log(daemon, "config reloaded");
	expect_subject(daemon, "third");
	daemon_free(daemon);
}
END_TEST

START_TEST(a_bad_configuration_is_refused_whole)
{
	static const struct {
		const char *config, *words;
	} cases[] = {
	    {"connections-max = 1\nno-such-key = 1", "unknown key"},
	    {"connections-max = 1\nidle-timeout = soon", "idle-timeout"},
	    {"connections-max = 1\nwrite-sessions = 3", "write-sessions"},
	    {"connections-max = 1\nreconnect-min = 1m", "reconnect"},
	};
	struct daemon *daemon = tls_daemon(NULL);
	struct client *clients[2];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		daemon_configure(daemon, cases[i].config);
		daemon_hup(daemon);
		daemon_expect_log(daemon, "config refused");
		daemon_expect_log(daemon, cases[i].words);
	}
	/* connections-max has never become 1 */
	clients[0] = daemon_client(daemon);
	clients[1] = daemon_client(daemon);
	client_ask(clients[1], "ping", "ok");
	client_close(clients[0]);
	client_close(clients[1]);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_bad_certificate_ends_the_start)
{
	char *conninfo = kit_database();
	struct daemon *daemon =
	    daemon_spawn(&(struct daemon_options){.conninfo = conninfo,
		.config = "tls-certificate = /nonexistent/cert.pem\n"
			  "tls-key = /nonexistent/key.pem"});

	ck_assert_int_eq(daemon_wait_exit(daemon), 2);
	daemon_expect_log(daemon, "tls-certificate /nonexistent/cert.pem");
	daemon_free(daemon);
	free(conninfo);
}
END_TEST

static void
add(TCase *all)
{
	tcase_add_test(all, openssl_speaks_to_it);
	tcase_add_test(all, what_is_old_is_refused);
	tcase_add_test(all, the_least_version_can_be_raised);
	tcase_add_test(all, plain_text_is_not_taken_for_tls);
	tcase_add_test(all, lines_in_pieces_and_in_heaps);
	tcase_add_test(all, requests_before_a_close_notify_are_answered);
	tcase_add_test(all, who_does_not_read_is_not_read_over_tls);
	tcase_add_test(all, a_reload_brings_the_new_certificate);
	tcase_add_test(all, a_bad_certificate_refuses_the_whole_reload);
	tcase_add_test(all, a_bad_configuration_is_refused_whole);
	tcase_add_test(all, a_bad_certificate_ends_the_start);
}

int
main(void)
{
	return kit_main("transport_tls", add);
}
