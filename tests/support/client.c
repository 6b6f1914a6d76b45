/* SPDX-License-Identifier: ISC */
/*
 * client: see client.h.  Reads whatever there is into one buffer and sorts
 * whole lines into two queues.
 */
#include "tests/support/client.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "proto/request.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { READ_SIZE = 65536 };

struct line {
	STAILQ_ENTRY(line) next;
	char text[];
};

STAILQ_HEAD(line_queue, line);

struct client {
	int fd;
	SSL_CTX *context; /* TLS only */
	SSL *ssl;
	char subject[256];
	bool ended;
	char *input; /* the beginning of a line */
	size_t len, capacity;
	struct line_queue answers, pushes;
	struct line *last; /* lent */
	struct answer parsed;
	char value[PROTO_LINE_MAX + 1];
};

static void NORETURN PRINTF_LIKE(1, 2) fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("client: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	abort();
}

static uint64_t
now_ms(void)
{
	return clock_mono_us() / 1000;
}

/* ----- bytes ----- */

/* Waits until the socket may be read, or written; false after the deadline. */
static bool
wait_for(const struct client *client, short what, uint64_t deadline)
{
	struct pollfd at = {.fd = client->fd, .events = what};
	uint64_t now = now_ms();
	int wait = deadline > now ? (int)(deadline - now) : 0;
	int ready = poll(&at, 1, wait);

	return ready > 0 || (ready == -1 && errno == EINTR);
}

/* What to wait for before the call of OpenSSL that gave `result` is made again;
 * 0: it failed. */
static short
tls_wants(const struct client *client, int result)
{
	switch (SSL_get_error(client->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return POLLIN;
	case SSL_ERROR_WANT_WRITE:
		return POLLOUT;
	default:
		return 0;
	}
}

/* Bytes read; 0: none there now; -1: the end. */
static ssize_t
read_some(struct client *client, char *bytes, size_t size)
{
	ssize_t got;

	if (client->ssl != NULL) {
		got = SSL_read(client->ssl, bytes, (int)size);
		if (got > 0)
			return got;
		return tls_wants(client, (int)got) != 0 ? 0 : -1;
	}
	got = recv(client->fd, bytes, size, MSG_DONTWAIT);
	if (got > 0)
		return got;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return -1;
}

/* Bytes written; 0: none now; -1: the other side is gone. */
static ssize_t
write_some(struct client *client, const char *bytes, size_t len)
{
	ssize_t sent;

	if (client->ssl != NULL) {
		sent = SSL_write(client->ssl, bytes, (int)len);
		if (sent > 0)
			return sent;
		return tls_wants(client, (int)sent) != 0 ? 0 : -1;
	}
	sent = send(client->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent >= 0)
		return sent;
	return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

bool
client_send_bytes(struct client *client, const char *bytes, size_t len)
{
	uint64_t deadline = now_ms() + CLIENT_PATIENCE_MS;

	while (len > 0) {
		ssize_t sent = write_some(client, bytes, len);

		if (sent < 0)
			return false;
		bytes += sent;
		len -= (size_t)sent;
		if (sent == 0 && !wait_for(client, POLLOUT, deadline))
			fail("the daemon does not read");
	}
	return true;
}

void
client_send(struct client *client, const char *fmt, ...)
{
	char *line;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&line, fmt, ap);
	va_end(ap);
	if (len < 0)
		fail("out of memory");
	line[len] = '\n'; /* in place of the final NUL */
	/* A daemon that is gone shows when its answer is read. */
	(void)client_send_bytes(client, line, (size_t)len + 1);
	free(line);
}

void
client_shutdown(struct client *client)
{
	if (client->ssl != NULL)
		(void)SSL_shutdown(client->ssl);
	else
		(void)shutdown(client->fd, SHUT_WR);
}

/* ----- lines ----- */

static void
take_line(struct client *client, const char *bytes, size_t len)
{
	struct line *line = xmalloc(sizeof(*line) + len + 1);

	memcpy(line->text, bytes, len);
	line->text[len] = '\0';
	if (line->text[0] == '!')
		STAILQ_INSERT_TAIL(&client->pushes, line, next);
	else
		STAILQ_INSERT_TAIL(&client->answers, line, next);
}

static void
take_lines(struct client *client)
{
	char *rest = client->input, *end;
	size_t len = client->len;

	while ((end = memchr(rest, '\n', len)) != NULL) {
		take_line(client, rest, (size_t)(end - rest));
		len -= (size_t)(end + 1 - rest);
		rest = end + 1;
	}
	memmove(client->input, rest, len);
	client->len = len;
}

/* Reads what is there, waiting for something until the deadline; false when
 * nothing came. */
static bool
receive(struct client *client, uint64_t deadline)
{
	ssize_t got;

	for (;;) {
		client->input = xgrow(client->input, &client->capacity,
		    client->len + READ_SIZE, 1);
		got = read_some(client, client->input + client->len, READ_SIZE);
		if (got > 0) {
			client->len += (size_t)got;
			take_lines(client);
			return true;
		}
		if (got < 0) {
			client->ended = true;
			return true;
		}
		if (!wait_for(client, POLLIN, deadline))
			return false;
	}
}

static const char *
next_line(struct client *client, struct line_queue *queue)
{
	uint64_t deadline = now_ms() + CLIENT_PATIENCE_MS;

	while (STAILQ_EMPTY(queue) && !client->ended) {
		if (!receive(client, deadline))
			fail("no line came; the last was \"%s\"",
			    client->last != NULL ? client->last->text : "");
	}
	free(client->last);
	client->last = STAILQ_FIRST(queue);
	if (client->last == NULL)
		return NULL;
	STAILQ_REMOVE_HEAD(queue, next);
	return client->last->text;
}

const char *
client_line(struct client *client)
{
	return next_line(client, &client->answers);
}

const char *
client_push(struct client *client)
{
	return next_line(client, &client->pushes);
}

bool
client_matches(const char *text, const char *pattern)
{
	const char *dots = strstr(pattern, "...");
	size_t len = dots != NULL ? (size_t)(dots - pattern) : 0;

	if (dots == NULL)
		return strcmp(text, pattern) == 0;
	if (strncmp(text, pattern, len) != 0)
		return false;
	text += len;
	/* Each piece between dots at the first place where it fits: if that
	 * leaves no room for the rest, no other place does. */
	for (;;) {
		const char *piece = dots + 3, *next = strstr(piece, "...");
		size_t left = strlen(text), size = strlen(piece);

		if (next == NULL)
			return size <= left &&
			    strcmp(text + left - size, piece) == 0;
		size = (size_t)(next - piece);
		text = memmem(text, left, piece, size);
		if (text == NULL)
			return false;
		text += size;
		dots = next;
	}
}

const char *
client_expect(struct client *client, const char *pattern)
{
	const char *line =
	    pattern[0] == '!' ? client_push(client) : client_line(client);

	if (line == NULL)
		fail("the connection ended instead of \"%s\"", pattern);
	if (!client_matches(line, pattern))
		fail("\"%s\"\ninstead of \"%s\"", line, pattern);
	return line;
}

size_t
client_expect_after(struct client *client, const char *pattern)
{
	const char *line;
	size_t count = 0;

	do {
		line = pattern[0] == '!' ? client_push(client)
					 : client_line(client);
		if (line == NULL)
			fail("the connection ended instead of \"%s\"", pattern);
		count++;
	} while (!client_matches(line, pattern));
	return count;
}

const char *
client_ask(struct client *client, const char *line, const char *pattern)
{
	client_send(client, "%s", line);
	return client_expect(client, pattern);
}

void
client_expect_end(struct client *client)
{
	const char *line = client_line(client);

	if (line != NULL)
		fail("\"%s\"\ninstead of the end", line);
}

void
client_expect_silence(struct client *client, int ms)
{
	uint64_t deadline = now_ms() + (uint64_t)ms;

	/* What is left of a TLS record or line is not yet a line. */
	while (STAILQ_EMPTY(&client->answers) &&
	    STAILQ_EMPTY(&client->pushes) && !client->ended) {
		if (!receive(client, deadline))
			return;
	}
	if (client->ended)
		fail("the connection ended instead of silence");
	fail("\"%s\"\ninstead of silence",
	    STAILQ_EMPTY(&client->answers)
		? STAILQ_FIRST(&client->pushes)->text
		: STAILQ_FIRST(&client->answers)->text);
}

const char *
client_value(struct client *client, const char *key)
{
	struct span value;

	if (client->last == NULL)
		fail("no line to take %s= from", key);
	if (!answer_parse(&client->parsed, span_of(client->last->text)))
		fail("not of the grammar: \"%s\"", client->last->text);
	value = answer_value(&client->parsed, key);
	if (value.ptr == NULL || value.len > PROTO_LINE_MAX)
		return NULL;
	memcpy(client->value, value.ptr, value.len);
	client->value[value.len] = '\0';
	return client->value;
}

/* ----- connecting ----- */

static struct client *
client_new(int fd)
{
	struct client *client = xcalloc(1, sizeof(*client));

	client->fd = fd;
	STAILQ_INIT(&client->answers);
	STAILQ_INIT(&client->pushes);
	return client;
}

struct client *
client_unix(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(address.sun_path))
		fail("%s: path too long", path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (fd == -1 ||
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)) !=
		0)
		fail("%s: %s", path, strerror(errno));
	return client_new(fd);
}

struct client *
client_tcp(unsigned port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 ||
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)) !=
		0)
		fail("port %u: %s", port, strerror(errno));
	return client_new(fd);
}

static void
handshake(struct client *client)
{
	uint64_t deadline = now_ms() + CLIENT_PATIENCE_MS;
	int result;

	while ((result = SSL_connect(client->ssl)) != 1) {
		short what = tls_wants(client, result);

		if (what == 0)
			fail("TLS: %s",
			    ERR_reason_error_string(ERR_get_error()));
		if (!wait_for(client, what, deadline))
			fail("TLS: no answer");
	}
}

struct client *
client_tls(unsigned port)
{
	struct client *client = client_tcp(port);
	X509 *certificate;

	(void)fcntl(client->fd, F_SETFL, O_NONBLOCK);
	client->context = SSL_CTX_new(TLS_client_method());
	client->ssl = SSL_new(client->context);
	if (client->ssl == NULL || SSL_set_fd(client->ssl, client->fd) != 1)
		fail("TLS: out of memory");
	handshake(client);
	certificate = SSL_get1_peer_certificate(client->ssl);
	(void)X509_NAME_get_text_by_NID(X509_get_subject_name(certificate),
	    NID_commonName, client->subject, sizeof(client->subject));
	X509_free(certificate);
	return client;
}

static void
empty(struct line_queue *queue)
{
	struct line *line;

	while ((line = STAILQ_FIRST(queue)) != NULL) {
		STAILQ_REMOVE_HEAD(queue, next);
		free(line);
	}
}

void
client_close(struct client *client)
{
	if (client == NULL)
		return;
	SSL_free(client->ssl);
	SSL_CTX_free(client->context);
	(void)close(client->fd);
	empty(&client->answers);
	empty(&client->pushes);
	free(client->last);
	free(client->input);
	free(client);
}

int
client_fd(const struct client *client)
{
	return client->fd;
}

const char *
client_subject(const struct client *client)
{
	return client->subject;
}
