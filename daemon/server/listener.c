/* SPDX-License-Identifier: ISC */
/*
 * listener: sockets of the configuration, of the service manager, and the unix
 * socket, which is open to its owner and group (mode 0660).
 */
#include "daemon/server/listener.h"

#include "daemon/base/address.h"
#include "daemon/base/log.h"
#include "daemon/base/mem.h"
#include "daemon/config/config.h"
#include "daemon/config/supervise.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	PASSED_MAX = 32, /* sockets of the service manager */
	LISTENERS_MAX = 4 * CONFIG_LIST_MAX + PASSED_MAX + 1,
	BACKLOG = 1024,
	PAUSE_US = 200000,
	KEEPALIVE_IDLE_S = 60, /* a peer that is gone is noticed in two */
	KEEPALIVE_INTERVAL_S = 15,
	KEEPALIVE_PROBES = 4,
	USER_TIMEOUT_MS = 60000 /* unacknowledged output */
};

struct listener {
	struct listeners *all; /* borrowed */
	struct evconnlistener *evl;
	enum supervise_kind kind;
	unsigned port; /* 0: unix */
};

struct listeners {
	struct event_base *base;
	listener_accept_fn *accept;
	void *arg;
	struct listener at[LISTENERS_MAX];
	size_t count;
	struct event *resume;
	bool paused;
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	bool path_ours; /* to be removed at the end, while it is this one: */
	dev_t device;
	ino_t inode;
};

union any_address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
	struct sockaddr_storage storage;
};

/* ----- accepting ----- */

static void
describe_unix(struct peer *peer, int fd)
{
	struct ucred credentials = {.uid = (uid_t)-1};
	socklen_t size = sizeof(credentials);

	peer->is_unix = true;
	(void)snprintf(peer->text, sizeof(peer->text), "unix");
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
		credentials.uid = (uid_t)-1;
	/* No IPv6 address begins like this. */
	peer->address = (struct id){UINT64_MAX, credentials.uid};
	peer->is_operator = credentials.uid != (uid_t)-1 &&
	    (credentials.uid == 0 || credentials.uid == geteuid());
}

static void
describe_peer(struct peer *peer, int fd, const struct sockaddr *address)
{
	union any_address from;
	unsigned char bytes[16] = {0};

	memset(peer, 0, sizeof(*peer));
	memset(&from, 0, sizeof(from));
	switch (address->sa_family) {
	case AF_INET:
		memcpy(&from.in, address, sizeof(from.in));
		memcpy(bytes + 12, &from.in.sin_addr, 4);
		bytes[10] = bytes[11] = 0xff;
		(void)inet_ntop(
		    AF_INET, &from.in.sin_addr, peer->text, sizeof(peer->text));
		break;
	case AF_INET6:
		memcpy(&from.in6, address, sizeof(from.in6));
		memcpy(bytes, &from.in6.sin6_addr, 16);
		(void)inet_ntop(AF_INET6, &from.in6.sin6_addr, peer->text,
		    sizeof(peer->text));
		/* Whoever has one address of a /64 has them all. */
		if (!IN6_IS_ADDR_V4MAPPED(&from.in6.sin6_addr))
			memset(bytes + 8, 0, 8);
		if (IN6_IS_ADDR_LOOPBACK(&from.in6.sin6_addr))
			bytes[15] = 1; /* not the nil id */
		break;
	default:
		describe_unix(peer, fd);
		return;
	}
	peer->address = id_from_bytes(bytes);
}

/* None of these is worth refusing a client for. */
static void
set_options(int fd)
{
	static const struct {
		int level, name, value;
	} options[] = {
	    {IPPROTO_TCP, TCP_NODELAY, 1},
	    {SOL_SOCKET, SO_KEEPALIVE, 1},
	    {IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S},
	    {IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S},
	    {IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES},
	    {IPPROTO_TCP, TCP_USER_TIMEOUT, USER_TIMEOUT_MS},
	};

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		(void)setsockopt(fd, options[i].level, options[i].name,
		    &options[i].value, sizeof(options[i].value));
}

static void
on_accept(struct evconnlistener *evl UNUSED, evutil_socket_t fd,
    struct sockaddr *address, int size UNUSED, void *arg)
{
	struct listener *listener = arg;
	struct listeners *all = listener->all;
	struct peer peer;

	describe_peer(&peer, fd, address);
	if (!peer.is_unix)
		set_options(fd);
	all->accept(all->arg, fd, &peer, listener->kind == SUPERVISE_TLS);
}

static void
on_resume(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct listeners *all = arg;

	all->paused = false;
	for (size_t i = 0; i < all->count; i++)
		(void)evconnlistener_enable(all->at[i].evl);
	log_info("listener", "resumed", "");
}

/* Out of descriptors or memory: nothing is gained by trying at once again. */
static void
on_error(struct evconnlistener *evl UNUSED, void *arg)
{
	static const struct timeval pause = {.tv_usec = PAUSE_US};
	struct listeners *all = ((struct listener *)arg)->all;

	if (all->paused)
		return;
	log_errno("listener", "paused", "us=%d", PAUSE_US);
	all->paused = true;
	for (size_t i = 0; i < all->count; i++)
		(void)evconnlistener_disable(all->at[i].evl);
	(void)evtimer_add(all->resume, &pause);
}

/* ----- opening ----- */

/* Owns fd, also when it fails. */
static int
add_listener(struct listeners *listeners, int fd, enum supervise_kind kind,
    struct error *error)
{
	struct listener *listener = &listeners->at[listeners->count];
	union any_address address = {.any.sa_family = AF_UNSPEC};
	socklen_t size = sizeof(address);
	struct evconnlistener *evl;

	if (listeners->count == LISTENERS_MAX) {
		error_set(error, "more than %d listeners", LISTENERS_MAX);
		(void)close(fd);
		return -1;
	}
	/* Backlog 0: it listens already. */
	evl = evconnlistener_new(listeners->base, on_accept, listener,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (evl == NULL) {
		error_set(error, "listener: %s", strerror(errno));
		(void)close(fd);
		return -1;
	}
	evconnlistener_set_error_cb(evl, on_error);
	*listener = (struct listener){listeners, evl, kind, 0};
	(void)getsockname(fd, &address.any, &size);
	if (address.any.sa_family == AF_INET)
		listener->port = ntohs(address.in.sin_port);
	else if (address.any.sa_family == AF_INET6)
		listener->port = ntohs(address.in6.sin6_port);
	listeners->count++;
	return 0;
}

/* A listening socket, or -1 with errno set. */
static int
socket_listen(const struct addrinfo *at)
{
	int fd, saved, on = 1;

	fd = socket(
	    at->ai_family, at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    (at->ai_family == AF_INET6 &&
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) ==
		    -1) ||
	    bind(fd, at->ai_addr, at->ai_addrlen) == -1 ||
	    listen(fd, BACKLOG) == -1)
		goto fail;
	return fd;
fail:
	saved = errno;
	(void)close(fd);
	errno = saved;
	return -1;
}

static bool
is_loopback(const struct sockaddr *address)
{
	union any_address at;

	memset(&at, 0, sizeof(at));
	if (address->sa_family == AF_INET) {
		memcpy(&at.in, address, sizeof(at.in));
		return ntohl(at.in.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	}
	if (address->sa_family == AF_INET6) {
		memcpy(&at.in6, address, sizeof(at.in6));
		return IN6_IS_ADDR_LOOPBACK(&at.in6.sin6_addr);
	}
	return true; /* a unix socket */
}

static int
refuse_plain(const char *what, struct error *error)
{
	error_set(error,
	    "%s would carry tokens in the clear beyond this machine: use TLS, "
	    "or set plaintext-beyond-loopback = yes",
	    what);
	return -1;
}

static int
open_tcp(struct listeners *listeners, const char *text, bool tls, bool anywhere,
    struct error *error)
{
	const struct addrinfo hints = {
	    .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
	    .ai_socktype = SOCK_STREAM,
	};
	struct addrinfo *found, *at;
	struct address address;
	int result = 0, code, fd;

	if (address_parse(text, &address) != 0) {
		error_set(error, "\"%s\" must be " ADDRESS_FORM, text);
		return -1;
	}
	code = getaddrinfo(address.host[0] == '\0' ? NULL : address.host,
	    address.port, &hints, &found);
	if (code != 0) {
		error_set(error, "%s: %s", text, gai_strerror(code));
		return -1;
	}
	for (at = found; at != NULL && result == 0; at = at->ai_next) {
		if (!tls && !anywhere && !is_loopback(at->ai_addr)) {
			result = refuse_plain(text, error);
			break;
		}
		fd = socket_listen(at);
		/* "*" on a machine without one of the two families */
		if (fd == -1 && errno == EAFNOSUPPORT && found->ai_next)
			continue;
		if (fd == -1) {
			error_set(error, "%s: %s", text, strerror(errno));
			result = -1;
		} else {
			result = add_listener(listeners, fd,
			    tls ? SUPERVISE_TLS : SUPERVISE_PLAIN, error);
		}
	}
	freeaddrinfo(found);
	if (result == 0)
		log_info("listener", "open", "address=%s port=%u tls=%s", text,
		    listeners->at[listeners->count - 1].port,
		    tls ? "yes" : "no");
	return result;
}

/* 0 when the path is free, stale sockets removed; -1 with errno set. */
static int
clear_path(const struct sockaddr_un *address)
{
	struct stat status;
	int fd, code;

	if (lstat(address->sun_path, &status) != 0)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISSOCK(status.st_mode)) {
		errno = EEXIST;
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	code =
	    connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0
	    ? EADDRINUSE
	    : errno;
	(void)close(fd);
	if (code != ECONNREFUSED) { /* somebody listens */
		errno = code == EAGAIN ? EADDRINUSE : code;
		return -1;
	}
	log_info("listener", "stale-removed", "path=%s",
	    LOG_QUOTE(address->sun_path));
	return unlink(address->sun_path);
}

static int
open_unix(struct listeners *listeners, const char *path, struct error *error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const struct addrinfo at = {.ai_family = AF_UNIX,
	    .ai_socktype = SOCK_STREAM,
	    .ai_addr = (struct sockaddr *)&address,
	    .ai_addrlen = sizeof(address)};
	struct stat status;
	mode_t mask;
	int fd = -1;

	if (strlen(path) >= sizeof(address.sun_path)) {
		error_set(error, "%s: path too long", path);
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (clear_path(&address) == 0) {
		mask = umask(S_IXUSR | S_IXGRP | S_IRWXO);
		fd = socket_listen(&at);
		(void)umask(mask);
	}
	if (fd == -1) {
		error_set(error, "%s: %s", path, strerror(errno));
		return -1;
	}
	if (stat(path, &status) == 0) {
		listeners->path_ours = true;
		listeners->device = status.st_dev;
		listeners->inode = status.st_ino;
	}
	memcpy(listeners->path, path, strlen(path) + 1);
	log_info("listener", "open", "path=%s", LOG_QUOTE(path));
	return add_listener(listeners, fd, SUPERVISE_UNIX, error);
}

static int
take_passed(struct listeners *listeners, const struct config *config,
    const struct supervise_socket *passed, struct error *error)
{
	union any_address address = {.any.sa_family = AF_UNSPEC};
	socklen_t size = sizeof(address);
	char what[32];

	(void)getsockname(passed->fd, &address.any, &size);
	(void)snprintf(what, sizeof(what), "descriptor %d", passed->fd);
	if (passed->kind == SUPERVISE_PLAIN &&
	    !config->plaintext_beyond_loopback && !is_loopback(&address.any)) {
		(void)close(passed->fd);
		return refuse_plain(what, error);
	}
	if (passed->kind == SUPERVISE_UNIX && listeners->path[0] == '\0' &&
	    size > offsetof(struct sockaddr_un, sun_path))
		(void)snprintf(listeners->path, sizeof(listeners->path), "%.*s",
		    (int)(sizeof(listeners->path) - 1), address.un.sun_path);
	log_info("listener", "passed", "fd=%d", passed->fd);
	return add_listener(listeners, passed->fd, passed->kind, error);
}

int
listeners_open(struct listeners *listeners, const struct config *config,
    struct error *error)
{
	struct supervise_socket passed[PASSED_MAX];
	bool anywhere = config->plaintext_beyond_loopback;
	int count = supervise_sockets(passed, PASSED_MAX, error);
	int result = count < 0 ? -1 : 0;

	for (int i = 0; i < count; i++) {
		if (result == 0)
			result =
			    take_passed(listeners, config, &passed[i], error);
		else
			(void)close(passed[i].fd);
	}
	for (size_t i = 0; result == 0 && i < config->listen.count; i++)
		result = open_tcp(listeners, config->listen.values[i], false,
		    anywhere, error);
	for (size_t i = 0; result == 0 && i < config->listen_tls.count; i++)
		result = open_tcp(listeners, config->listen_tls.values[i], true,
		    anywhere, error);
	if (result == 0 && config->listen_unix[0] != '\0')
		result = open_unix(listeners, config->listen_unix, error);
	if (result == 0 && listeners->count == 0) {
		error_set(error, "nothing to listen on");
		result = -1;
	}
	return result;
}

/* ----- all of them ----- */

struct listeners *
listeners_new(struct event_base *base, listener_accept_fn *accept, void *arg)
{
	struct listeners *listeners = xcalloc(1, sizeof(*listeners));

	listeners->base = base;
	listeners->accept = accept;
	listeners->arg = arg;
	listeners->resume = evtimer_new(base, on_resume, listeners);
	if (listeners->resume == NULL)
		abort(); /* out of memory: small, and at the start */
	return listeners;
}

void
listeners_free(struct listeners *listeners)
{
	struct stat status;

	if (listeners == NULL)
		return;
	if (listeners->path_ours && stat(listeners->path, &status) == 0 &&
	    status.st_dev == listeners->device &&
	    status.st_ino == listeners->inode)
		(void)unlink(listeners->path);
	for (size_t i = 0; i < listeners->count; i++)
		evconnlistener_free(listeners->at[i].evl);
	event_free(listeners->resume);
	free(listeners);
}

bool
listeners_any(const struct listeners *listeners, bool tls)
{
	for (size_t i = 0; i < listeners->count; i++) {
		if ((listeners->at[i].kind == SUPERVISE_TLS) == tls)
			return true;
	}
	return false;
}

unsigned
listeners_port(const struct listeners *listeners, bool tls)
{
	for (size_t i = 0; i < listeners->count; i++) {
		const struct listener *listener = &listeners->at[i];

		if (listener->port != 0 &&
		    (listener->kind == SUPERVISE_TLS) == tls)
			return listener->port;
	}
	return 0;
}

const char *
listeners_path(const struct listeners *listeners)
{
	return listeners->path;
}
