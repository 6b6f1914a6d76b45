/* SPDX-License-Identifier: ISC */
/*
 * faultproxy: pairs of sockets and the thread that pumps them.
 *
 * The thread holds the lock except while it sleeps in poll(), so an order is
 * in force as soon as its caller has had the lock; a byte in the pipe makes it
 * look at the orders anew.
 */
#include "tests/support/faultproxy.h"

#include "daemon/base/address.h"
#include "daemon/base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CHUNK = 65536, PAIRS_MAX = 512, POLLS = 2 + 2 * PAIRS_MAX };

#define FOREVER UINT64_MAX

/* Bytes on their way from one socket of a pair to the other. */
struct flow {
	char *bytes;
	size_t len;
	uint64_t budget; /* bytes that may still pass before the cut */
	bool eof;        /* the sender has finished */
	bool told;       /* and the receiver knows */
};

struct pair {
	int fd[FAULTPROXY_WAYS]; /* source of the way UP, of the way DOWN */
	struct flow flow[FAULTPROXY_WAYS];
};

struct order {
	bool stalled, trickles;
	uint64_t budget; /* of connections to come */
};

struct faultproxy {
	pthread_t thread;
	pthread_mutex_t lock;
	int listener, wake[2];
	unsigned port;
	char *path, *target;
	bool refuses, ends;
	struct order order[FAULTPROXY_WAYS];
	struct pair *pair[PAIRS_MAX];
	size_t npairs;
};

static void NORETURN
die(const char *what)
{
	fprintf(stderr, "faultproxy: %s: %s\n", what, strerror(errno));
	abort();
}

/* ----- sockets ----- */

struct end {
	socklen_t len;
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_un un;
	} at;
};

static void
end_parse(struct end *end, const char *text)
{
	struct address address;

	memset(end, 0, sizeof(*end));
	if (strncmp(text, "unix:", 5) == 0) {
		end->at.un.sun_family = AF_UNIX;
		snprintf(end->at.un.sun_path, sizeof(end->at.un.sun_path), "%s",
		    text + 5);
		end->len = sizeof(end->at.un);
		return;
	}
	if (address_parse(text, &address) != 0 ||
	    inet_pton(AF_INET, address.host, &end->at.in.sin_addr) != 1) {
		errno = EINVAL;
		die(text);
	}
	end->at.in.sin_family = AF_INET;
	end->at.in.sin_port = htons((uint16_t)atoi(address.port));
	end->len = sizeof(end->at.in);
}

static int
end_socket(const struct end *end)
{
	int on = 1;
	int fd = socket(end->at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		die("socket");
	if (end->at.any.sa_family == AF_INET)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static void
set_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1)
		die("fcntl");
}

static void
open_listener(struct faultproxy *proxy)
{
	struct end end;
	char *text = proxy->path == NULL ? xstrdup("127.0.0.1:0")
					 : xasprintf("unix:%s", proxy->path);

	end_parse(&end, text);
	free(text);
	proxy->listener = end_socket(&end);
	if (bind(proxy->listener, &end.at.any, end.len) == -1 ||
	    listen(proxy->listener, PAIRS_MAX) == -1 ||
	    getsockname(proxy->listener, &end.at.any, &end.len) == -1)
		die("listen");
	set_nonblocking(proxy->listener);
	if (end.at.any.sa_family == AF_INET)
		proxy->port = ntohs(end.at.in.sin_port);
}

/* ----- pairs ----- */

/* A cut is a reset where there is such a thing, so that bytes already sent
 * but not read yet are lost too. */
static void
close_hard(int fd)
{
	const struct linger now = {1, 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

static void
pair_free(struct pair *pair, bool hard)
{
	for (int way = 0; way < FAULTPROXY_WAYS; way++) {
		if (hard)
			close_hard(pair->fd[way]);
		else
			close(pair->fd[way]);
		free(pair->flow[way].bytes);
	}
	free(pair);
}

static void
remove_pair(struct faultproxy *proxy, size_t at, bool hard)
{
	pair_free(proxy->pair[at], hard);
	proxy->pair[at] = proxy->pair[--proxy->npairs];
}

static void
take(struct faultproxy *proxy)
{
	struct end end;
	struct pair *pair;
	int fd = accept4(proxy->listener, NULL, NULL, SOCK_CLOEXEC), target,
	    on = 1;

	if (fd == -1)
		return;
	end_parse(&end, proxy->target);
	target = end_socket(&end);
	if (proxy->refuses || proxy->npairs == PAIRS_MAX ||
	    connect(target, &end.at.any, end.len) == -1) {
		close(target);
		close_hard(fd);
		return;
	}
	if (proxy->port != 0)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	set_nonblocking(fd);
	set_nonblocking(target);
	pair = xcalloc(1, sizeof(*pair));
	pair->fd[FAULTPROXY_UP] = fd;
	pair->fd[FAULTPROXY_DOWN] = target;
	for (int way = 0; way < FAULTPROXY_WAYS; way++) {
		pair->flow[way].bytes = xmalloc(CHUNK);
		pair->flow[way].budget = proxy->order[way].budget;
	}
	proxy->pair[proxy->npairs++] = pair;
}

/* False when the pair is to be cut. */
static bool
pump_in(struct pair *pair, int way)
{
	struct flow *flow = &pair->flow[way];
	ssize_t got;

	if (flow->eof || flow->len == CHUNK)
		return true;
	got =
	    recv(pair->fd[way], flow->bytes + flow->len, CHUNK - flow->len, 0);
	if (got > 0)
		flow->len += (size_t)got;
	else if (got == 0)
		flow->eof = true;
	else if (errno != EAGAIN && errno != EINTR)
		return false;
	return true;
}

static bool
pump_out(struct faultproxy *proxy, struct pair *pair, int way)
{
	struct flow *flow = &pair->flow[way];
	size_t size = flow->len;
	ssize_t sent;

	if (proxy->order[way].stalled)
		return true;
	if (size > flow->budget)
		size = (size_t)flow->budget;
	if (proxy->order[way].trickles && size > 1)
		size = 1;
	if (size > 0) {
		sent = send(pair->fd[!way], flow->bytes, size, MSG_NOSIGNAL);
		if (sent == -1)
			return errno == EAGAIN || errno == EINTR;
		flow->len -= (size_t)sent;
		memmove(flow->bytes, flow->bytes + sent, flow->len);
		if (flow->budget != FOREVER)
			flow->budget -= (uint64_t)sent;
	}
	if (flow->eof && flow->len == 0 && !flow->told) {
		flow->told = true;
		shutdown(pair->fd[!way], SHUT_WR);
	}
	return flow->budget > 0;
}

/* ----- the thread ----- */

static short
events_of(const struct faultproxy *proxy, const struct pair *pair, int way)
{
	const struct flow *in = &pair->flow[way], *out = &pair->flow[!way];
	short events = 0;

	if (!in->eof && in->len < CHUNK)
		events |= POLLIN;
	if (out->len > 0 && !proxy->order[!way].stalled)
		events |= POLLOUT;
	return events;
}

static nfds_t
fill(const struct faultproxy *proxy, struct pollfd *polls)
{
	nfds_t n = 0;

	polls[n++] = (struct pollfd){.fd = proxy->wake[0], .events = POLLIN};
	polls[n++] = (struct pollfd){.fd = proxy->listener, .events = POLLIN};
	for (size_t i = 0; i < proxy->npairs; i++)
		for (int way = 0; way < FAULTPROXY_WAYS; way++) {
			struct pair *pair = proxy->pair[i];
			short events = events_of(proxy, pair, way);

			/* A hung-up socket would make poll() spin. */
			polls[n++] = (struct pollfd){
			    .fd = events != 0 ? pair->fd[way] : -1,
			    .events = events};
		}
	return n;
}

static bool
pump_pair(struct faultproxy *proxy, struct pair *pair)
{
	for (int way = 0; way < FAULTPROXY_WAYS; way++)
		if (!pump_in(pair, way) || !pump_out(proxy, pair, way))
			return false;
	return true;
}

static void
pump(struct faultproxy *proxy)
{
	size_t i = 0;

	while (i < proxy->npairs) {
		const struct pair *pair = proxy->pair[i];

		if (!pump_pair(proxy, proxy->pair[i]))
			remove_pair(proxy, i, true);
		else if (pair->flow[FAULTPROXY_UP].told &&
		    pair->flow[FAULTPROXY_DOWN].told)
			remove_pair(proxy, i, false);
		else
			i++;
	}
}

static void *
run(void *arg)
{
	struct faultproxy *proxy = arg;
	struct pollfd *polls = xcalloc(POLLS, sizeof(*polls));
	char bytes[64];
	nfds_t n;

	pthread_mutex_lock(&proxy->lock);
	while (!proxy->ends) {
		n = fill(proxy, polls);
		pthread_mutex_unlock(&proxy->lock);
		if (poll(polls, n, -1) == -1 && errno != EINTR)
			die("poll");
		pthread_mutex_lock(&proxy->lock);
		if (polls[0].revents != 0)
			(void)!read(proxy->wake[0], bytes, sizeof(bytes));
		if (polls[1].revents != 0)
			take(proxy);
		pump(proxy);
	}
	pthread_mutex_unlock(&proxy->lock);
	free(polls);
	return NULL;
}

static void
lock(struct faultproxy *proxy)
{
	pthread_mutex_lock(&proxy->lock);
}

static void
unlock(struct faultproxy *proxy)
{
	pthread_mutex_unlock(&proxy->lock);
	(void)!write(proxy->wake[1], "", 1);
}

/* ----- life and orders ----- */

struct faultproxy *
faultproxy_new(const char *path, const char *target)
{
	struct faultproxy *proxy = xcalloc(1, sizeof(*proxy));

	proxy->path = xstrdup(path);
	proxy->target = xstrdup(target);
	proxy->order[FAULTPROXY_UP].budget = FOREVER;
	proxy->order[FAULTPROXY_DOWN].budget = FOREVER;
	open_listener(proxy);
	if (pipe2(proxy->wake, O_CLOEXEC | O_NONBLOCK) == -1)
		die("pipe");
	errno = pthread_mutex_init(&proxy->lock, NULL);
	if (errno == 0)
		errno = pthread_create(&proxy->thread, NULL, run, proxy);
	if (errno != 0)
		die("thread");
	return proxy;
}

void
faultproxy_free(struct faultproxy *proxy)
{
	if (proxy == NULL)
		return;
	lock(proxy);
	proxy->ends = true;
	unlock(proxy);
	pthread_join(proxy->thread, NULL);
	while (proxy->npairs > 0)
		remove_pair(proxy, 0, true);
	close(proxy->listener);
	close(proxy->wake[0]);
	close(proxy->wake[1]);
	if (proxy->path != NULL)
		unlink(proxy->path);
	pthread_mutex_destroy(&proxy->lock);
	free(proxy->path);
	free(proxy->target);
	free(proxy);
}

unsigned
faultproxy_port(const struct faultproxy *proxy)
{
	return proxy->port;
}

void
faultproxy_pass(struct faultproxy *proxy)
{
	lock(proxy);
	proxy->refuses = false;
	for (int way = 0; way < FAULTPROXY_WAYS; way++) {
		proxy->order[way] = (struct order){.budget = FOREVER};
		for (size_t i = 0; i < proxy->npairs; i++)
			proxy->pair[i]->flow[way].budget = FOREVER;
	}
	unlock(proxy);
}

void
faultproxy_stall(struct faultproxy *proxy, enum faultproxy_way way)
{
	lock(proxy);
	proxy->order[way].stalled = true;
	unlock(proxy);
}

void
faultproxy_refuse(struct faultproxy *proxy)
{
	lock(proxy);
	proxy->refuses = true;
	unlock(proxy);
}

void
faultproxy_trickle(struct faultproxy *proxy, enum faultproxy_way way)
{
	lock(proxy);
	proxy->order[way].trickles = true;
	unlock(proxy);
}

void
faultproxy_cut_after(
    struct faultproxy *proxy, enum faultproxy_way way, uint64_t bytes)
{
	lock(proxy);
	proxy->order[way].budget = bytes;
	for (size_t i = 0; i < proxy->npairs; i++)
		proxy->pair[i]->flow[way].budget = bytes;
	unlock(proxy);
}

void
faultproxy_cut(struct faultproxy *proxy)
{
	lock(proxy);
	while (proxy->npairs > 0)
		remove_pair(proxy, 0, true);
	unlock(proxy);
}

/* ----- figures ----- */

uint64_t
faultproxy_waiting(struct faultproxy *proxy, enum faultproxy_way way)
{
	uint64_t waiting = 0;

	lock(proxy);
	for (size_t i = 0; i < proxy->npairs; i++)
		waiting += proxy->pair[i]->flow[way].len;
	unlock(proxy);
	return waiting;
}
