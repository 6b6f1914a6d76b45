/* SPDX-License-Identifier: ISC */
/* link: see link.h. */
#include "tools/bench/link.h"

#include "daemon/base/address.h"
#include "daemon/base/mem.h"
#include "proto/limits.h"
#include "tools/bench/link_tls.h"
#include "tools/bench/options.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/util.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	INPUT_SIZE = 64 << 10, /* at least a line and its end */
	READS_MAX = 4          /* of one link before the others */
};

enum link_state {
	LINK_CONNECTING,
	LINK_HANDSHAKE, /* TLS */
	LINK_GREETING,
	LINK_AUTH,
	LINK_READY,
	LINK_LOST
};

struct link {
	enum link_state state;
	int fd;
	struct link_tls *tls; /* NULL: plain */
	struct event *readable, *writable;
	const struct link_hooks *hooks;
	void *arg;
	const char *token;
	bool reading; /* in on_readable: what is sent waits for its end */
	char *in;     /* from the first byte */
	size_t in_len;
	struct {
		char *ptr;
		size_t begin, end, capacity;
	} out;
};

static void
link_lose(struct link *link, const char *why)
{
	if (link->state == LINK_LOST)
		return;
	link->state = LINK_LOST;
	event_del(link->readable);
	event_del(link->writable);
	link->hooks->on_lost(link->arg, why);
}

/* As recv(2) and send(2): -1 with EAGAIN when there is nothing to be done now.
 */
static ssize_t
link_receive(struct link *link, char *bytes, size_t size)
{
	return link->tls != NULL ? link_tls_read(link->tls, bytes, size)
				 : recv(link->fd, bytes, size, 0);
}

static void
link_flush(struct link *link)
{
	while (link->out.begin < link->out.end) {
		const char *bytes = link->out.ptr + link->out.begin;
		size_t len = link->out.end - link->out.begin;
		ssize_t n = link->tls != NULL
		    ? link_tls_write(link->tls, bytes, len)
		    : send(link->fd, bytes, len, MSG_NOSIGNAL);

		if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
			event_add(link->writable, NULL);
			return;
		}
		if (n <= 0) {
			link_lose(link, strerror(errno));
			return;
		}
		link->out.begin += (size_t)n;
	}
	link->out.begin = link->out.end = 0;
}

static void
put(struct link *link, const char *bytes, size_t len)
{
	link->out.ptr = xgrow(link->out.ptr, &link->out.capacity,
	    link->out.end + len, sizeof(char));
	memcpy(link->out.ptr + link->out.end, bytes, len);
	link->out.end += len;
	if (!link->reading)
		link_flush(link);
}

void
link_send(struct link *link, const char *bytes, size_t len)
{
	if (link->state == LINK_READY)
		put(link, bytes, len);
}

static void
link_ready(struct link *link)
{
	link->state = LINK_READY;
	link->hooks->on_ready(link->arg);
}

/* The greeting, then the answer to auth. */
static void
link_welcome(struct link *link, struct span line)
{
	char text[PROTO_WORD_MAX + sizeof("auth token=\n")];
	int len;

	if (link->state == LINK_GREETING) {
		if (line.len < 6 || memcmp(line.ptr, "! rota", 6) != 0) {
			link_lose(link, "no greeting of a rota daemon");
		} else if (link->token == NULL) {
			link_ready(link);
		} else {
			link->state = LINK_AUTH;
			len = snprintf(
			    text, sizeof(text), "auth token=%s\n", link->token);
			put(link, text, (size_t)len);
		}
	} else if (line.len >= 2 && memcmp(line.ptr, "ok", 2) == 0) {
		link_ready(link);
	} else if (line.len > 0 && line.ptr[0] != '*' && line.ptr[0] != '!') {
		link_lose(link, "the token was refused");
	}
}

/* Hands out the lines that are there; the rest moves to the front. */
static void
link_lines(struct link *link)
{
	char *at = link->in, *end = link->in + link->in_len;

	while (at < end && link->state != LINK_LOST) {
		char *newline = memchr(at, '\n', (size_t)(end - at));
		struct span line;

		if (newline == NULL)
			break;
		line = (struct span){at, (size_t)(newline - at)};
		at = newline + 1;
		if (link->state == LINK_READY)
			link->hooks->on_line(link->arg, line);
		else
			link_welcome(link, line);
	}
	link->in_len = (size_t)(end - at);
	if (at > link->in)
		memmove(link->in, at, link->in_len);
}

static void
link_read(struct link *link)
{
	for (int i = 0; i < READS_MAX && link->state != LINK_LOST; i++) {
		ssize_t n = link_receive(
		    link, link->in + link->in_len, INPUT_SIZE - link->in_len);
		bool full;

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			link_lose(link,
			    n == 0 ? "closed by the daemon" : strerror(errno));
			return;
		}
		link->in_len += (size_t)n;
		full = link->in_len == INPUT_SIZE;
		link_lines(link);
		if (link->in_len == INPUT_SIZE)
			link_lose(link, "a line without end");
		/* TLS keeps bytes that no event will tell of. */
		if (!full && link->tls == NULL)
			return;
	}
	if (link->tls != NULL && link->state != LINK_LOST)
		event_active(link->readable, EV_READ, 0);
}

static void
link_handshake(struct link *link)
{
	int done = link_tls_handshake(link->tls);

	if (done > 0)
		link->state = LINK_GREETING;
	else if (errno != EAGAIN)
		link_lose(link, "the TLS handshake failed");
	else if (link_tls_wants_write(link->tls))
		event_add(link->writable, NULL);
}

static void
on_readable(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct link *link = arg;

	if (link->state == LINK_HANDSHAKE)
		link_handshake(link);
	if (link->state == LINK_HANDSHAKE || link->state == LINK_LOST)
		return;
	link->reading = true;
	link_read(link);
	link->reading = false;
	if (link->state != LINK_LOST)
		link_flush(link);
}

static void
on_writable(evutil_socket_t fd, short what UNUSED, void *arg)
{
	struct link *link = arg;
	int error = 0;
	socklen_t len = sizeof(error);

	if (link->state == LINK_CONNECTING) {
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
			error = errno;
		if (error != 0) {
			link_lose(link, strerror(error));
			return;
		}
		link->state =
		    link->tls != NULL ? LINK_HANDSHAKE : LINK_GREETING;
		event_add(link->readable, NULL);
	}
	if (link->state == LINK_HANDSHAKE)
		link_handshake(link);
	else if (link->state != LINK_LOST)
		link_flush(link);
}

static int
open_socket(const struct target *target)
{
	int saved, on = 1;
	int fd = socket(target->address.ss_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return -1;
	if (target->address.ss_family != AF_UNIX)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(fd, (const struct sockaddr *)&target->address,
		target->len) == 0 ||
	    errno == EINPROGRESS)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

struct link *
link_new(struct event_base *base, const struct target *target,
    const char *token, const struct link_hooks *hooks, void *arg)
{
	int fd = open_socket(target);
	struct link *link;

	if (fd == -1) {
		complain("cannot connect: %s", strerror(errno));
		return NULL;
	}
	link = xcalloc(1, sizeof(*link));
	*link = (struct link){.state = LINK_CONNECTING,
	    .fd = fd,
	    .hooks = hooks,
	    .arg = arg,
	    .token = token};
	link->in = xmalloc(INPUT_SIZE);
	if (target->tls != NULL)
		link->tls = link_tls_new(target->tls, fd);
	link->readable =
	    event_new(base, fd, EV_READ | EV_PERSIST, on_readable, link);
	link->writable = event_new(base, fd, EV_WRITE, on_writable, link);
	if (link->readable == NULL || link->writable == NULL)
		abort();
	event_add(link->writable, NULL);
	return link;
}

void
link_free(struct link *link)
{
	if (link == NULL)
		return;
	event_free(link->readable);
	event_free(link->writable);
	link_tls_free(link->tls);
	close(link->fd);
	free(link->in);
	free(link->out.ptr);
	free(link);
}

/* ----- targets ----- */

static int
target_unix(struct target *target, const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(at.sun_path)) {
		complain("the path of the socket is too long: %s", path);
		return -1;
	}
	memcpy(at.sun_path, path, strlen(path));
	memcpy(&target->address, &at, sizeof(at));
	target->len = sizeof(at);
	return 0;
}

static int
target_tcp(struct target *target, const char *text)
{
	struct addrinfo hints = {
	    .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	struct addrinfo *found;
	struct address address;

	if (address_parse(text, &address) != 0) {
		complain("%s must be a path, " ADDRESS_FORM, text);
		return -1;
	}
	if (!address_is_loopback(&address)) {
		complain("%s is not this machine; this program loads only the "
			 "machine it runs on",
		    text);
		return -1;
	}
	if (getaddrinfo(address.host, address.port, &hints, &found) != 0) {
		complain("there is no address %s", text);
		return -1;
	}
	memcpy(&target->address, found->ai_addr, found->ai_addrlen);
	target->len = found->ai_addrlen;
	freeaddrinfo(found);
	return 0;
}

int
target_init(struct target *target, const char *text, bool tls)
{
	memset(target, 0, sizeof(*target));
	if ((text[0] == '/' ? target_unix : target_tcp)(target, text) != 0)
		return -1;
	if (tls && (target->tls = link_tls_context()) == NULL) {
		complain("OpenSSL does not start");
		return -1;
	}
	return 0;
}

void
target_fini(struct target *target)
{
	link_tls_context_free(target->tls);
	target->tls = NULL;
}
