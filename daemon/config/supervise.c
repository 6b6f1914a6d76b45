/* SPDX-License-Identifier: ISC */
/*
 * supervise: the environment is read at each call; there is no state.
 */
#include "daemon/config/supervise.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/config/config_value.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	FIRST_FD = 3, /* sd_listen_fds(3) */
	STATUS_MAX = 200,
};

/* The length of the address, or 0 if name is none that we can reach. */
static socklen_t
notify_address(struct sockaddr_un *address, const char *name)
{
	size_t len = strlen(name);

	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	if ((name[0] != '/' && name[0] != '@') || len < 2 ||
	    len >= sizeof(address->sun_path))
		return 0;
	memcpy(address->sun_path, name, len);
	if (name[0] == '@')
		address->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
}

/* 0, or -1 with errno set. */
static int
send_state(const char *name, const char *state)
{
	static const struct timeval patience = {.tv_sec = 1};
	struct sockaddr_un address;
	socklen_t size = notify_address(&address, name);
	ssize_t sent = -1;
	int saved;
	int fd;

	if (size == 0) {
		errno = EAFNOSUPPORT;
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	if (setsockopt(
		fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) == 0)
		sent = sendto(fd, state, strlen(state), MSG_NOSIGNAL,
		    (const struct sockaddr *)&address, size);
	saved = errno;
	(void)close(fd);
	errno = saved;
	return sent == -1 ? -1 : 0;
}

static void
notify(const char *state)
{
	const char *name = getenv("NOTIFY_SOCKET");

	if (name == NULL || name[0] == '\0')
		return;
	if (send_state(name, state) == -1)
		log_errno("supervise", "notify-failed", "socket=%s state=%s",
		    LOG_QUOTE(name), LOG_QUOTE(state));
}

void
supervise_ready(void)
{
	notify("READY=1");
}

void
supervise_reloading(void)
{
	char state[64];

	(void)snprintf(state, sizeof(state),
	    "RELOADING=1\nMONOTONIC_USEC=%" PRIu64, clock_mono_us());
	notify(state);
}

void
supervise_stopping(void)
{
	notify("STOPPING=1");
}

void
supervise_alive(void)
{
	notify("WATCHDOG=1");
}

void
supervise_status(const char *fmt, ...)
{
	char state[STATUS_MAX + sizeof("STATUS=")] = "STATUS=";
	size_t used = strlen(state);
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(state + used, sizeof(state) - used, fmt, args);
	va_end(args);
	/* A line end would begin another variable. */
	for (char *at = state + used; *at != '\0'; at++) {
		if (*at == '\n')
			*at = ' ';
	}
	notify(state);
}

/* Whether the variable is absent or holds our process id. */
static bool
is_for_us(const char *variable)
{
	const char *text = getenv(variable);
	uint64_t pid = 0;

	if (text == NULL)
		return true;
	return config_parse_count(text, &pid) == 0 && pid == (uint64_t)getpid();
}

uint64_t
supervise_watchdog_us(void)
{
	const char *text = getenv("WATCHDOG_USEC");
	uint64_t us = 0;

	if (text == NULL || !is_for_us("WATCHDOG_PID") ||
	    config_parse_count(text, &us) != 0)
		return 0;
	return us > 1 ? us / 2 : us;
}

static int
socket_option(int fd, int option)
{
	int value = -1;
	socklen_t size = sizeof(value);

	if (getsockopt(fd, SOL_SOCKET, option, &value, &size) == -1)
		return -1;
	return value;
}

/* Takes one socket over; name is what the manager calls it. */
static int
take_socket(struct supervise_socket *taken, int fd, const char *name,
    struct error *error)
{
	int domain = socket_option(fd, SO_DOMAIN);
	int flags;

	if (socket_option(fd, SO_TYPE) != SOCK_STREAM ||
	    socket_option(fd, SO_ACCEPTCONN) != 1 ||
	    (domain != AF_INET && domain != AF_INET6 && domain != AF_UNIX)) {
		error_set(error,
		    "LISTEN_FDS: descriptor %d (%s) is not a listening TCP or "
		    "unix stream socket",
		    fd, name);
		return -1;
	}
	flags = fcntl(fd, F_GETFL);
	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) == -1) {
		error_set(error, "LISTEN_FDS: descriptor %d: %s", fd,
		    strerror(errno));
		return -1;
	}
	taken->fd = fd;
	if (domain == AF_UNIX)
		taken->kind = SUPERVISE_UNIX;
	else if (strcmp(name, "tls") == 0)
		taken->kind = SUPERVISE_TLS;
	else
		taken->kind = SUPERVISE_PLAIN;
	return 0;
}

/* Copies the name up to ":" and returns where the next one begins. */
static const char *
next_name(const char *names, char *name, size_t size)
{
	size_t len = strcspn(names, ":");

	(void)snprintf(
	    name, size, "%.*s", (int)(len < size ? len : size - 1), names);
	return names[len] == ':' ? names + len + 1 : names + len;
}

static int
take_sockets(struct supervise_socket sockets[], size_t count, const char *names,
    struct error *error)
{
	for (size_t i = 0; i < count; i++) {
		char name[64];

		names = next_name(names, name, sizeof(name));
		if (take_socket(&sockets[i], FIRST_FD + (int)i, name, error) !=
		    0)
			return -1;
	}
	return (int)count;
}

int
supervise_sockets(
    struct supervise_socket sockets[], size_t max, struct error *error)
{
	const char *fds = getenv("LISTEN_FDS");
	const char *names = getenv("LISTEN_FDNAMES");
	uint64_t count = 0;
	int result = 0;

	if (fds != NULL && getenv("LISTEN_PID") != NULL &&
	    is_for_us("LISTEN_PID")) {
		if (config_parse_count(fds, &count) == 0 && count <= max) {
			result = take_sockets(sockets, (size_t)count,
			    names != NULL ? names : "", error);
		} else {
			error_set(error,
			    "LISTEN_FDS must be a number up to %zu, not \"%s\"",
			    max, fds);
			result = -1;
		}
	}
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_FDNAMES");
	(void)unsetenv("LISTEN_PID");
	return result;
}
