/* SPDX-License-Identifier: ISC */
/*
 * link: see link.h.  Lines lie in one buffer that holds a few of them; it moves
 * to the front when its end is reached.
 */
#include "tools/rota/link.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "proto/limits.h"
#include "tools/rota/tls.h"
#include "tools/rota/words.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	INPUT_SIZE = 8 * (PROTO_LINE_MAX + 2), /* more than a line */
	WHY_SIZE = 512
};

struct link {
	int fd; /* -1: lost */
	struct tls *tls;
	int interrupt; /* a descriptor; -1: none */
	bool interrupted;
	char *in;
	size_t begin, end; /* of what has been read and not handed out */
	char why[WHY_SIZE];
};

static uint64_t
now_ms(void)
{
	return clock_mono_us() / 1000;
}

static void
lose(struct link *link, const char *why)
{
	(void)snprintf(link->why, sizeof(link->why), "%s", why);
	if (link->fd == -1)
		return;
	tls_free(link->tls);
	link->tls = NULL;
	(void)close(link->fd);
	link->fd = -1;
}

/* Waits for the descriptor until the deadline: false when it has passed, or
 * when somebody interrupts. */
static bool
await(struct link *link, short what, uint64_t deadline)
{
	struct pollfd at[2] = {{.fd = link->fd, .events = what},
	    {.fd = link->interrupt, .events = POLLIN}};

	for (;;) {
		uint64_t now = now_ms();
		int n = poll(at, 2, deadline > now ? (int)(deadline - now) : 0);

		if (n > 0 && at[1].revents != 0) {
			link->interrupted = true;
			return false;
		}
		if (n > 0)
			return true;
		if (n == 0 || errno != EINTR)
			return false;
	}
}

/* Why await() was in vain. */
static const char *
in_vain(const struct link *link)
{
	return link->interrupted ? T("interrupted") : strerror(ETIMEDOUT);
}

/* ----- connecting ----- */

/* Who only waits for pushes learns within a minute that nobody is there. */
static void
set_tcp_options(int fd)
{
	static const struct {
		int level, name, value;
	} options[] = {
	    {IPPROTO_TCP, TCP_NODELAY, 1},
	    {SOL_SOCKET, SO_KEEPALIVE, 1},
	    {IPPROTO_TCP, TCP_KEEPIDLE, 30},
	    {IPPROTO_TCP, TCP_KEEPINTVL, 10},
	    {IPPROTO_TCP, TCP_KEEPCNT, 3},
	};

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		(void)setsockopt(fd, options[i].level, options[i].name,
		    &options[i].value, sizeof(options[i].value));
}

/* 0, or the error. */
static int
connect_to(struct link *link, const struct sockaddr *address, socklen_t len,
    uint64_t deadline)
{
	int error = 0;
	socklen_t size = sizeof(error);

	link->fd = socket(
	    address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (link->fd == -1)
		return errno;
	if (address->sa_family != AF_UNIX)
		set_tcp_options(link->fd);
	if (connect(link->fd, address, len) == 0)
		return 0;
	if (errno != EINPROGRESS && errno != EINTR)
		return errno;
	if (!await(link, POLLOUT, deadline))
		return ETIMEDOUT;
	if (getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
		return errno;
	return error;
}

static void
open_unix(struct link *link, const struct target *target, uint64_t deadline)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int error;

	memcpy(at.sun_path, target->path, sizeof(target->path));
	error = connect_to(
	    link, (const struct sockaddr *)&at, sizeof(at), deadline);
	if (error != 0)
		lose(link, strerror(error));
}

static void
open_tcp(struct link *link, const struct target *target, uint64_t deadline)
{
	struct addrinfo hints = {
	    .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	struct addrinfo *found, *each;
	int error = getaddrinfo(
	    target->address.host, target->address.port, &hints, &found);

	if (error != 0) {
		(void)snprintf(link->why, sizeof(link->why), "%s: %s",
		    target->address.host, gai_strerror(error));
		return;
	}
	for (each = found; each != NULL; each = each->ai_next) {
		error =
		    connect_to(link, each->ai_addr, each->ai_addrlen, deadline);
		if (error == 0)
			break;
		lose(link, strerror(error));
	}
	freeaddrinfo(found);
}

/* What the other side wants waited for: true when to try again. */
static bool
await_tls(struct link *link, ssize_t wants, uint64_t deadline)
{
	char why[WHY_SIZE];

	if (wants == TLS_WANTS_READ || wants == TLS_WANTS_WRITE) {
		if (await(link, wants == TLS_WANTS_READ ? POLLIN : POLLOUT,
			deadline))
			return true;
		lose(link, in_vain(link));
		return false;
	}
	tls_reason(link->tls, why, sizeof(why));
	lose(link, why);
	return false;
}

static void
start_tls(struct link *link, const struct target *target, const char *ca,
    uint64_t deadline)
{
	const char *host = target->is_unix ? "localhost" : target->address.host;
	char why[WHY_SIZE];
	int wants;

	link->tls = tls_new(link->fd, host, ca, why, sizeof(why));
	if (link->tls == NULL) {
		if (ca != NULL) {
			char text[WHY_SIZE];

			(void)snprintf(
			    text, sizeof(text), "%s: %.400s", ca, why);
			lose(link, text);
		} else {
			lose(link, why);
		}
		return;
	}
	do
		wants = tls_handshake(link->tls);
	while (wants != 0 && await_tls(link, wants, deadline));
}

struct link *
link_open(const struct target *target, bool tls, const char *ca, int interrupt,
    int patience_ms)
{
	struct link *link = xcalloc(1, sizeof(*link));
	uint64_t deadline = now_ms() + (uint64_t)patience_ms;

	link->fd = -1;
	link->interrupt = interrupt;
	link->in = xmalloc(INPUT_SIZE);
	(target->is_unix ? open_unix : open_tcp)(link, target, deadline);
	if (link->fd != -1 && tls)
		start_tls(link, target, ca, deadline);
	return link;
}

void
link_free(struct link *link)
{
	if (link == NULL)
		return;
	lose(link, "");
	free(link->in);
	free(link);
}

void
link_set_interrupt(struct link *link, int fd)
{
	link->interrupt = fd;
}

bool
link_interrupted(const struct link *link)
{
	return link->interrupted;
}

bool
link_is_open(const struct link *link)
{
	return link->fd != -1;
}

const char *
link_why(const struct link *link)
{
	return link->why;
}

int
link_fd(const struct link *link)
{
	return link->fd;
}

/* ----- lines ----- */

static bool
is_again(void)
{
	return errno == EAGAIN || errno == EINTR;
}

/* Who is cut off while sending may have been told why: that is read first. */
static void
lose_with_last_words(struct link *link, int error)
{
	ssize_t n = recv(link->fd, link->in + link->end, INPUT_SIZE - link->end,
	    MSG_DONTWAIT);

	if (n > 0)
		link->end += (size_t)n;
	lose(link, strerror(error));
}

/* Bytes sent; 0 when it is to be tried again, or the link is lost. */
static size_t
send_some(struct link *link, const char *bytes, size_t len, uint64_t deadline)
{
	ssize_t n;

	if (link->tls != NULL) {
		n = tls_write(link->tls, bytes, len);
		if (n > 0)
			return (size_t)n;
		(void)await_tls(link, n, deadline);
		return 0;
	}
	n = send(link->fd, bytes, len, MSG_NOSIGNAL);
	if (n >= 0)
		return (size_t)n;
	if (!is_again())
		lose_with_last_words(link, errno);
	else if (!await(link, POLLOUT, deadline))
		lose(link, in_vain(link));
	return 0;
}

bool
link_send(struct link *link, const char *bytes, size_t len, int patience_ms)
{
	while (len > 0 && link->fd != -1) {
		size_t n = send_some(
		    link, bytes, len, now_ms() + (uint64_t)patience_ms);

		bytes += n;
		len -= n;
	}
	return link->fd != -1;
}

/* Reads what is there; LINK_LINE when something was. */
static enum link_news
fill(struct link *link, uint64_t deadline)
{
	char *at = link->in + link->end;
	size_t room = INPUT_SIZE - link->end;
	ssize_t n = link->tls != NULL ? tls_read(link->tls, at, room)
				      : recv(link->fd, at, room, 0);

	if (n > 0) {
		link->end += (size_t)n;
		return LINK_LINE;
	}
	if (n == 0) {
		lose(link, T("the daemon has closed the connection"));
		return LINK_LOST;
	}
	if (link->tls != NULL && n == TLS_LOST) {
		(void)await_tls(link, n, deadline);
		return LINK_LOST;
	}
	if (link->tls == NULL && !is_again()) {
		lose(link, strerror(errno));
		return LINK_LOST;
	}
	if (await(link, n == TLS_WANTS_WRITE ? POLLOUT : POLLIN, deadline))
		return LINK_LINE;
	if (!link->interrupted)
		return LINK_NOTHING;
	lose(link, in_vain(link));
	return LINK_LOST;
}

static bool
take_line(struct link *link, struct span *line)
{
	char *at = link->in + link->begin;
	char *newline = memchr(at, '\n', link->end - link->begin);

	if (newline == NULL)
		return false;
	*line = (struct span){at, (size_t)(newline - at)};
	if (line->len > 0 && at[line->len - 1] == '\r')
		line->len--;
	link->begin = (size_t)(newline + 1 - link->in);
	return true;
}

enum link_news
link_line(struct link *link, struct span *line, int patience_ms)
{
	uint64_t deadline = now_ms() + (uint64_t)patience_ms;
	enum link_news news;

	while (!take_line(link, line)) {
		if (link->fd == -1)
			return LINK_LOST;
		if (link->begin > 0) {
			link->end -= link->begin;
			memmove(link->in, link->in + link->begin, link->end);
			link->begin = 0;
		}
		if (link->end == INPUT_SIZE) {
			lose(link, T("the daemon sent a line without end"));
			return LINK_LOST;
		}
		news = fill(link, deadline);
		if (news != LINK_LINE)
			return news;
	}
	return LINK_LINE;
}
