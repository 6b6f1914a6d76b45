/* SPDX-License-Identifier: ISC */
/*
 * transport_test: bytes to lines and back - whatever pieces they come in,
 * whoever does not read, whoever sends nonsense.
 */
#include "tests/integration/transport_kit.h"

#include "daemon/base/mem.h"
#include "proto/limits.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* `len` bytes, the text and then as many of `fill` as it takes; then LF. */
static void
send_long(struct client *client, const char *text, size_t len, char fill)
{
	char *line = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&line, &size);

	ck_assert_ptr_nonnull(stream);
	for (size_t at = (size_t)fprintf(stream, "%s", text); at < len; at++)
		(void)fputc(fill, stream);
	(void)fputc('\n', stream);
	(void)fclose(stream);
	ck_assert(client_send_bytes(client, line, size));
	free(line);
}

START_TEST(a_line_may_come_byte_by_byte)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct client *client = daemon_client(daemon);
	const char *text = "#a ping\r\n#b whoami\n\n#c lang lang=\"fr\"\n";

	for (size_t i = 0; i < strlen(text); i++)
		ck_assert(client_send_bytes(client, text + i, 1));
	client_expect(client, "#a ok");
	client_expect(client, "#b ok role=none");
	client_expect(client, "#c ok lang=fr");
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(thousands_of_requests_need_not_wait)
{
	enum { REQUESTS = 20000 };
	struct daemon *daemon = kit_daemon(NULL);
	struct client *client = daemon_client(daemon);
	char *text = NULL, expected[32];
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	for (int i = 0; i < REQUESTS; i++)
		(void)fprintf(stream, "#%d ping\n", i);
	(void)fclose(stream);
	ck_assert(client_send_bytes(client, text, size));
	for (int i = 0; i < REQUESTS; i++) {
		(void)snprintf(expected, sizeof(expected), "#%d ok", i);
		client_expect(client, expected);
	}
	free(text);
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(line_ends_blanks_and_empty_lines)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct client *client = daemon_client(daemon);

	client_send(client, "\n\r\n   \n\t\r\n\t#1\tping  \r\nping");
	client_expect(client, "#1 ok");
	client_expect(client, "ok");
	client_ask(client, "ping\r", "ok");
	client_ask(client, "pi\rng", "bad encoding column=3 ...");
	client_ask(client, "ping\r\r", "bad encoding column=5 ...");
	client_expect_silence(client, 50);
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_line_has_8192_bytes_and_no_more)
{
	static const char tagged[] = "#long ping";
	struct daemon *daemon = kit_daemon(NULL);
	struct client *client = daemon_client(daemon);

	send_long(client, "#1 ping", PROTO_LINE_MAX, ' ');
	client_expect(client, "#1 ok");
	send_long(client, "#2 ping", PROTO_LINE_MAX + 1, ' ');
	client_expect(client, "#2 bad too-long column=8193 ...");
	/* with CR: the end of the line does not count */
	send_long(client, "#3 ping", PROTO_LINE_MAX + 1, ' ');
	client_expect(client, "#3 bad too-long ...");
	send_long(client, tagged, 5 << 20, 'x');
	client_expect(client, "#long bad too-long ...");
	client_ask(client, "ping", "ok");
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(the_end_of_a_full_line_may_be_crlf)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct client *client = daemon_client(daemon);

	/* without its end the line has as many bytes as it may have */
	send_long(client, "#1 ping", PROTO_LINE_MAX, ' ');
	client_expect(client, "#1 ok");
	ck_assert(client_send_bytes(client, "#2 ping", 7));
	for (int i = 7; i < PROTO_LINE_MAX; i++)
		ck_assert(client_send_bytes(client, " ", 1));
	ck_assert(client_send_bytes(client, "\r\n", 2));
	client_expect(client, "#2 ok");
	client_ask(client, "ping", "ok");
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(an_over_long_line_may_come_in_pieces)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct client *client = daemon_client(daemon);
	char piece[3000];

	memset(piece, 'y', sizeof(piece));
	client_send(client, "ping");
	client_expect(client, "ok");
	ck_assert(client_send_bytes(client, "#p ping ", 8));
	for (int i = 0; i < 10; i++)
		ck_assert(client_send_bytes(client, piece, sizeof(piece)));
	/* told before its end has come, and only once */
	client_expect(client, "#p bad too-long ...");
	client_expect_silence(client, 50);
	ck_assert(client_send_bytes(client, "y\n#q ping\n", 10));
	client_expect(client, "#q ok");
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(what_is_not_text_is_refused)
{
	static const struct {
		const char *bytes;
		size_t len;
	} cases[] = {
	    {"ping \xc3\n", 7},              /* cut short */
	    {"ping \xc3\x28\n", 8},          /* no continuation */
	    {"ping \xed\xa0\x80\n", 9},      /* a surrogate */
	    {"ping \xf4\x90\x80\x80\n", 10}, /* beyond Unicode */
	    {"ping \xc0\xaf\n", 8},          /* overlong */
	    {"ping \0\n", 7},                /* NUL */
	    {"ping \x1b[2J\n", 10},          /* escape sequence */
	    {"ping \xc2\x85\n", 8},          /* C1 control */
	    {"\xff\xfe\xfd\xfc\xfb\xfa\xf9\n", 8},
	};
	struct daemon *daemon = kit_daemon(NULL);
	struct client *client = daemon_client(daemon);

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ck_assert(
		    client_send_bytes(client, cases[i].bytes, cases[i].len));
		client_expect(client, "bad encoding column=...");
	}
	client_ask(client, "ping", "ok");
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(requests_before_a_half_close_are_answered)
{
	enum { REQUESTS = 500 };
	struct daemon *daemon = kit_daemon(NULL);
	struct client *client = client_unix(daemon_socket(daemon));

	for (int i = 0; i < REQUESTS; i++)
		client_send(client,
		    "territory put code=T%d kind=cpts name=T dry=yes", i);
	/* without a line end it is no request */
	ck_assert(client_send_bytes(client, "ping", 4));
	client_shutdown(client);
	for (int i = 0; i < REQUESTS; i++)
		client_expect(client, "ok territory=... dry=yes");
	client_expect_end(client);
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(writes_before_a_half_close_are_done)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct client *client = client_unix(daemon_socket(daemon));

	for (int i = 0; i < 20; i++)
		client_send(client, "territory put code=T%d kind=cpts", i);
	client_shutdown(client);
	for (int i = 0; i < 20; i++)
		client_expect(client, "ok territory=T... rev=1 cursor=...");
	client_expect_end(client);
	client_close(client);
	client = daemon_operator(daemon);
	client_send(client, "territory list limit=1000");
	ck_assert_uint_eq(client_expect_after(client, "ok count=20 ..."), 21);
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_batch_cut_short_by_the_end_is_dropped)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct client *client = client_unix(daemon_socket(daemon));

	client_send(client,
	    "batch n=3\nterritory put code=T1 kind=cpts\n"
	    "territory put code=T2 kind=cpts");
	client_shutdown(client);
	client_expect_end(client);
	client_close(client);
	client = daemon_operator(daemon);
	client_ask(client, "territory list", "ok count=0 ...");
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(quit_answers_and_closes)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct client *client = daemon_client(daemon);

	client_send(client, "#1 ping\n#2 quit\n#3 ping");
	client_expect(client, "#1 ok");
	client_expect(client, "#2 ok");
	client_expect_end(client);
	ck_assert_ptr_null(client_push(client));
	client_close(client);
	daemon_free(daemon);
}
END_TEST

/* Sends whole lines until the daemon has not read for a while; how many. */
static size_t
send_until_full(struct client *client, const char *line, size_t most)
{
	struct pollfd at = {.fd = client_fd(client), .events = POLLOUT};
	size_t len = strlen(line), sent = 0;

	while (sent < most && poll(&at, 1, 500) == 1) {
		ssize_t got = send(
		    client_fd(client), line, len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (got < 0)
			continue;
		/* the rest of a line that went in part */
		ck_assert(
		    client_send_bytes(client, line + got, len - (size_t)got));
		sent++;
	}
	return sent;
}

START_TEST(who_does_not_read_is_not_read)
{
	enum { REQUESTS = 20000 };
	struct daemon *daemon = kit_daemon(NULL);
	struct client *slow = daemon_operator(daemon);
	struct client *other = daemon_operator(daemon);
	size_t sent;

	sent = send_until_full(slow,
	    "#a-tag-that-makes-this-a-request-of-some-length help\n", REQUESTS);
	ck_assert_uint_lt(sent, REQUESTS);
	client_ask(other, "ping", "ok");
	/* nothing is lost */
	for (size_t i = 0; i < sent; i++)
		client_expect_after(slow, "#a-tag... ok count=...");
	client_ask(slow, "ping", "ok");
	client_close(slow);
	client_close(other);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_watcher_that_does_not_read_is_cut_off)
{
	enum { BATCH = 500, BATCHES = 100 };
	struct daemon *daemon = kit_daemon("unread-max = 64k");
	struct client *watcher = daemon_operator(daemon);
	struct client *writer = daemon_operator(daemon);
	char *log = NULL;
	int i, size = 4096;

	(void)setsockopt(
	    client_fd(watcher), SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	client_ask(watcher, "watch", "ok cursor=...");
	for (i = 0; i < BATCHES; i++) {
		client_send(writer, "batch n=%d", BATCH);
		for (int j = 0; j < BATCH; j++)
			client_send(writer,
			    "territory put code=T%d kind=cpts name=N%d", j, i);
		client_expect_after(writer, "ok lines=...");
		log = daemon_log(daemon);
		if (strstr(log, " unread bytes=") != NULL)
			break;
		free(log);
		log = NULL;
	}
	ck_assert_msg(i < BATCHES, "it was never cut off");
	free(log);
	/* whole lines, then the reason */
	client_expect_after(watcher, "! bye reason=unread");
	client_expect_end(watcher);
	client_ask(writer, "ping", "ok");
	client_close(watcher);
	client_close(writer);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_flood_is_slowed_then_closed)
{
	struct daemon *daemon = kit_daemon("bad-lines-max = 3");
	struct client *client = daemon_client(daemon);
	struct client *other = daemon_client(daemon);
	long start = kit_ms(), slowed;

	for (int i = 0; i < 3; i++)
		client_ask(client, "x y", "bad unknown-verb ...");
	client_send(client, "a\nb\nc\nd\nping");
	for (int i = 0; i < 3; i++)
		client_expect(client, "bad unknown-verb ...");
	slowed = kit_ms();
	client_expect(client, "bad flood text=...");
	client_expect(client, "! bye reason=flood");
	client_expect_end(client);
	/* pauses of 100, 200 and 400 ms, the last before the flood line; a
	 * timer counts from the beginning of the loop's turn */
	ck_assert_int_ge(slowed - start, 250);
	ck_assert_int_ge(kit_ms() - start, 600);
	client_ask(other, "ping", "ok");
	daemon_expect_log(daemon, " flood peer=127.0.0.1");
	client_close(client);
	client_close(other);
	daemon_free(daemon);
}
END_TEST

START_TEST(one_who_asks_much_does_not_keep_others_waiting)
{
	enum { REQUESTS = 1000 };
	struct daemon *daemon = kit_daemon("turn-lines = 16");
	struct client *busy = daemon_client(daemon);
	struct client *other = daemon_client(daemon);
	long start;

	for (int i = 0; i < REQUESTS; i++)
		ck_assert(client_send_bytes(busy, "help\n", 5));
	client_expect(busy, "* verb=...");
	start = kit_ms();
	for (int i = 0; i < 20; i++)
		client_ask(other, "ping", "ok");
	ck_assert_int_lt(kit_ms() - start, 2000);
	for (int i = 0; i < REQUESTS; i++)
		client_expect_after(busy, "ok count=...");
	client_close(busy);
	client_close(other);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_client_may_vanish_at_any_moment)
{
	static const char *const lines[] = {"", "pi", "ping", "help",
	    "territory put code=T kind=cpts",
	    "batch n=2\nterritory put code=U kind=cpts", "watch",
	    "site list after=1:99999999:99999999:"};
	struct daemon *daemon = kit_daemon("read-behind-timeout = 300ms");
	struct linger reset = {.l_onoff = 1, .l_linger = 0};
	struct client *client;

	for (size_t i = 0; i < 2 * ARRAY_SIZE(lines); i++) {
		client = client_unix(daemon_socket(daemon));
		if (i % 2 == 1)
			(void)setsockopt(client_fd(client), SOL_SOCKET,
			    SO_LINGER, &reset, sizeof(reset));
		client_send(client, "%s", lines[i / 2]);
		client_close(client);
	}
	client = daemon_operator(daemon);
	client_ask(client, "ping", "ok");
	client_close(client);
	daemon_free(daemon);
}
END_TEST

/* ----- after= ----- */

START_TEST(a_read_waits_for_the_moment_that_it_names)
{
	char *conninfo = kit_database();
	struct daemon *daemons[2];
	struct client *writer, *reader;

	for (int i = 0; i < 2; i++)
		daemons[i] = daemon_new(conninfo, NULL);
	writer = daemon_operator(daemons[0]);
	reader = daemon_operator(daemons[1]);
	for (int i = 0; i < 50; i++) {
		client_send(writer, "territory put code=T%d kind=cpts", i);
		client_expect(writer, "ok territory=T... cursor=...");
		/* the tag and the keys outlive the wait */
		client_send(reader,
		    "#r%d territory get territory=T%d after=%s\n#p%d ping", i,
		    i, client_value(writer, "cursor"), i);
		client_expect(reader, "#r... * territory=T...");
		client_expect(reader, "#r... ok cursor=...");
		client_expect(reader, "#p... ok");
	}
	client_close(writer);
	client_close(reader);
	free(conninfo);
	daemon_free(daemons[0]);
	daemon_free(daemons[1]);
}
END_TEST

START_TEST(it_does_not_wait_for_ever)
{
	struct daemon *daemon = kit_daemon("read-behind-timeout = 300ms");
	struct client *client = daemon_operator(daemon);
	unsigned long long epoch;
	long start;

	client_ask(client, "status", "ok ... epoch=...");
	epoch = (unsigned long long)kit_number(client_value(client, "epoch"));
	start = kit_ms();
	client_send(client,
	    "#1 site list after=%llu:99999999:99999999:\n#2 ping", epoch);
	client_expect(client, "#1 fail behind retry=yes text=...");
	client_expect(client, "#2 ok");
	ck_assert_int_ge(kit_ms() - start, 250);
	client_ask(
	    client, "site list after=1:1:1:", "no cursor what=after text=...");
	client_ask(client, "site list after=1", "no cursor ...");
	client_ask(client, "site list after=x", "bad value ...");
	client_close(client);
	daemon_free(daemon);
}
END_TEST

static void
add(TCase *all)
{
	tcase_add_test(all, a_line_may_come_byte_by_byte);
	tcase_add_test(all, thousands_of_requests_need_not_wait);
	tcase_add_test(all, line_ends_blanks_and_empty_lines);
	tcase_add_test(all, a_line_has_8192_bytes_and_no_more);
	tcase_add_test(all, the_end_of_a_full_line_may_be_crlf);
	tcase_add_test(all, an_over_long_line_may_come_in_pieces);
	tcase_add_test(all, what_is_not_text_is_refused);
	tcase_add_test(all, requests_before_a_half_close_are_answered);
	tcase_add_test(all, writes_before_a_half_close_are_done);
	tcase_add_test(all, a_batch_cut_short_by_the_end_is_dropped);
	tcase_add_test(all, quit_answers_and_closes);
	tcase_add_test(all, who_does_not_read_is_not_read);
	tcase_add_test(all, a_watcher_that_does_not_read_is_cut_off);
	tcase_add_test(all, a_flood_is_slowed_then_closed);
	tcase_add_test(all, one_who_asks_much_does_not_keep_others_waiting);
	tcase_add_test(all, a_client_may_vanish_at_any_moment);
	tcase_add_test(all, a_read_waits_for_the_moment_that_it_names);
	tcase_add_test(all, it_does_not_wait_for_ever);
}

int
main(void)
{
	return kit_main("transport", add);
}
