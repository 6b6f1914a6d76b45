/* SPDX-License-Identifier: ISC */
/*
 * dial: see dial.h.
 *
 * libpq may close its socket and open another within one PQconnectPoll(), under
 * the same number, and epoll forgets a closed one: the event is made anew after
 * every poll.
 */
#include "daemon/store/dial.h"

#include "daemon/base/mem.h"

#include <event2/event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { PARAMS_MAX = 64 };

struct hosts {
	PQconninfoOption *options; /* of the string; NULL: it is wrong */
	struct error wrong;
	size_t count;
	size_t turn; /* of the host that an attempt begins with, modulo count */
};

struct dial {
	struct event_base *base;
	struct hosts *hosts;
	dial_done_fn *done;
	void *arg;
	size_t turn;  /* of the attempt under way */
	PGconn *conn; /* being connected */
	struct event *socket, *deadline;
};

/* The arguments of PQconnectStartParams(); a later one wins. */
struct params {
	const char *keys[PARAMS_MAX + 1], *values[PARAMS_MAX + 1];
	size_t count;
};

/* What a daemon wants of every connection unless the operator says otherwise:
 * a primary, and notice within seconds when the other side is gone. */
static const struct {
	const char *key, *value;
} standards[] = {
    {"target_session_attrs", "read-write"},
    {"keepalives_idle", "10"},
    {"keepalives_interval", "5"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "15000"},
};

void
dial_error(struct error *error, const char *text)
{
	size_t used = 0;

	for (; *text != '\0' && used + 1 < sizeof(error->text); text++) {
		bool blank = *text == '\n' || *text == '\t';
		char c = (char)(blank ? ' ' : *text);

		if (c == ' ' && (used == 0 || error->text[used - 1] == ' '))
			continue;
		error->text[used++] = c;
	}
	while (used > 0 && error->text[used - 1] == ' ')
		used--;
	error->text[used] = '\0';
}

static void
succeed(struct dial *dial)
{
	PGconn *conn = dial->conn;

	dial->conn = NULL;
	dial_stop(dial);
	dial->done(dial->arg, conn, NULL); /* may free the dial */
}

static void
fail(struct dial *dial, const char *why)
{
	struct error error;

	dial_error(&error, why);
	/* Unless another attempt has found that out before. */
	if (dial->hosts->turn == dial->turn)
		dial->hosts->turn++;
	dial_stop(dial);
	dial->done(dial->arg, NULL, error.text); /* may free the dial */
}

static void
on_deadline(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct dial *dial = arg;

	if (dial->hosts->options == NULL)
		fail(dial, dial->hosts->wrong.text);
	else if (dial->conn == NULL)
		fail(dial, "out of memory");
	else if (PQstatus(dial->conn) == CONNECTION_BAD)
		fail(dial, PQerrorMessage(dial->conn));
	else
		fail(dial, "the server does not answer");
}

static void on_socket(evutil_socket_t fd, short what, void *arg);

static void
watch(struct dial *dial, short what)
{
	if (dial->socket != NULL)
		event_free(dial->socket);
	dial->socket =
	    event_new(dial->base, PQsocket(dial->conn), what, on_socket, dial);
	if (dial->socket == NULL || event_add(dial->socket, NULL) == -1)
		fail(dial, "the socket cannot be watched");
}

static void
on_socket(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct dial *dial = arg;
	PostgresPollingStatusType polled = PQconnectPoll(dial->conn);

	switch (polled) {
	case PGRES_POLLING_READING:
		watch(dial, EV_READ);
		break;
	case PGRES_POLLING_WRITING:
		watch(dial, EV_WRITE);
		break;
	case PGRES_POLLING_OK:
		succeed(dial);
		break;
	default:
		fail(dial, PQerrorMessage(dial->conn));
		break;
	}
}

struct dial *
dial_new(
    struct event_base *base, struct hosts *hosts, dial_done_fn *done, void *arg)
{
	struct dial *dial = xcalloc(1, sizeof(*dial));

	dial->base = base;
	dial->hosts = hosts;
	dial->done = done;
	dial->arg = arg;
	dial->deadline = evtimer_new(base, on_deadline, dial);
	if (dial->deadline == NULL)
		abort();
	return dial;
}

void
dial_free(struct dial *dial)
{
	if (dial == NULL)
		return;
	dial_stop(dial);
	event_free(dial->deadline);
	free(dial);
}

static size_t
items(const char *list)
{
	size_t count = 1;

	if (list == NULL)
		return 0;
	for (; *list != '\0'; list++)
		if (*list == ',')
			count++;
	return count;
}

/* The list, owned by the caller, with its first `by` items at the end. */
static char *
rotated(const char *list, size_t by)
{
	const char *from = list;

	if (by == 0)
		return xstrdup(list);
	for (; by > 0; by--)
		from = strchr(from, ',') + 1;
	return xasprintf("%s,%.*s", from, (int)(from - list - 1), list);
}

static const char *
option(const struct hosts *hosts, const char *key)
{
	const PQconninfoOption *option = hosts->options;

	while (option->keyword != NULL && strcmp(option->keyword, key) != 0)
		option++;
	return option->keyword == NULL ? NULL : option->val;
}

struct hosts *
hosts_new(const char *conninfo)
{
	struct hosts *hosts = xcalloc(1, sizeof(*hosts));
	char *why = NULL;
	size_t addresses;

	hosts->options = PQconninfoParse(conninfo, &why);
	if (hosts->options == NULL) {
		dial_error(&hosts->wrong,
		    why == NULL ? "the connection string is wrong" : why);
		PQfreemem(why);
		return hosts;
	}
	hosts->count = items(option(hosts, "host"));
	addresses = items(option(hosts, "hostaddr"));
	if (addresses > hosts->count)
		hosts->count = addresses;
	return hosts;
}

void
hosts_free(struct hosts *hosts)
{
	if (hosts == NULL)
		return;
	PQconninfoFree(hosts->options);
	free(hosts);
}

static void
add(struct params *params, const char *key, const char *value)
{
	if (params->count == PARAMS_MAX)
		abort(); /* libpq has fewer keywords */
	params->keys[params->count] = key;
	params->values[params->count++] = value;
	params->keys[params->count] = params->values[params->count] = NULL;
}

/* Every list that is as long as that of the hosts begins with the host whose
 * turn it is. */
static PGconn *
connect_start(const struct hosts *hosts)
{
	static const char *const lists[] = {"host", "hostaddr", "port"};
	char *owned[ARRAY_SIZE(lists)] = {NULL};
	size_t by = hosts->count == 0 ? 0 : hosts->turn % hosts->count;
	struct params params = {.count = 0};
	PGconn *conn;

	for (size_t i = 0; i < ARRAY_SIZE(standards); i++)
		add(&params, standards[i].key, standards[i].value);
	for (const PQconninfoOption *option = hosts->options;
	     option->keyword != NULL; option++)
		if (option->val != NULL)
			add(&params, option->keyword, option->val);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		const char *list = option(hosts, lists[i]);

		if (list == NULL || items(list) != hosts->count)
			continue;
		owned[i] = rotated(list, by);
		add(&params, lists[i], owned[i]);
	}
	add(&params, "application_name", "rotad");
	add(&params, "client_encoding", "UTF8");
	conn = PQconnectStartParams(params.keys, params.values, 0);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		free(owned[i]);
	return conn;
}

void
dial_start(struct dial *dial, uint64_t timeout_ms)
{
	struct timeval in = {(time_t)(timeout_ms / 1000),
	    (suseconds_t)(timeout_ms % 1000 * 1000)};

	if (dial->conn != NULL)
		abort();
	dial->turn = dial->hosts->turn;
	if (dial->hosts->options != NULL)
		dial->conn = connect_start(dial->hosts);
	if (dial->conn == NULL || PQstatus(dial->conn) == CONNECTION_BAD) {
		event_active(dial->deadline, EV_TIMEOUT, 0);
		return;
	}
	event_add(dial->deadline, &in);
	/* As if the last poll had said so, in the words of libpq's manual; the
	 * first poll may be made at once. */
	dial->socket = event_new(
	    dial->base, PQsocket(dial->conn), EV_WRITE, on_socket, dial);
	if (dial->socket == NULL)
		abort();
	if (event_add(dial->socket, NULL) == -1)
		event_active(dial->socket, EV_WRITE, 0);
}

void
dial_stop(struct dial *dial)
{
	event_del(dial->deadline);
	if (dial->socket != NULL)
		event_free(dial->socket);
	dial->socket = NULL;
	PQfinish(dial->conn);
	dial->conn = NULL;
}
