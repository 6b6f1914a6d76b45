/* SPDX-License-Identifier: ISC */
/*
 * talk: requests and answers over a dialogue.
 */
#include "tests/support/talk.h"

#include "daemon/base/mem.h"
#include "tests/golden/dialogue.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATIENCE_MS = 30000 };

struct talk {
	struct dialogue *dialogue; /* owned */
	int patience;
	bool over;
	char *closing, *push; /* owned */
	char **data;          /* owned, and each of them */
	size_t count, capacity;
};

/* ----- life ----- */

static struct talk *
open_socket(const struct sockaddr *address, socklen_t size)
{
	struct talk *talk;
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return NULL;
	if (connect(fd, address, size) == -1) {
		close(fd);
		return NULL;
	}
	talk = xcalloc(1, sizeof(*talk));
	talk->dialogue = dialogue_new(fd);
	talk->patience = PATIENCE_MS;
	return talk;
}

struct talk *
talk_open(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(address.sun_path))
		abort();
	memcpy(address.sun_path, path, strlen(path) + 1);
	return open_socket((const struct sockaddr *)&address, sizeof(address));
}

struct talk *
talk_open_port(unsigned port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	return open_socket((const struct sockaddr *)&address, sizeof(address));
}

static void
forget_data(struct talk *talk)
{
	while (talk->count > 0)
		free(talk->data[--talk->count]);
}

void
talk_free(struct talk *talk)
{
	if (talk == NULL)
		return;
	dialogue_free(talk->dialogue);
	forget_data(talk);
	free(talk->data);
	free(talk->closing);
	free(talk->push);
	free(talk);
}

void
talk_patience(struct talk *talk, int milliseconds)
{
	talk->patience = milliseconds;
}

/* ----- requests and answers ----- */

static bool
send_line(struct talk *talk, const char *fmt, va_list ap)
{
	char *line, *whole;
	bool sent;

	if (vasprintf(&line, fmt, ap) == -1)
		abort();
	whole = xasprintf("%s\n", line);
	sent = dialogue_send(talk->dialogue, whole, strlen(whole));
	free(whole);
	free(line);
	return sent;
}

bool
talk_send(struct talk *talk, const char *fmt, ...)
{
	va_list ap;
	bool sent;

	va_start(ap, fmt);
	sent = send_line(talk, fmt, ap);
	va_end(ap);
	return sent;
}

static void
keep_data(struct talk *talk, struct span line)
{
	talk->data = xgrow(talk->data, &talk->capacity, talk->count + 1,
	    sizeof(talk->data[0]));
	talk->data[talk->count++] = xstrndup(line.ptr, line.len);
}

/* Takes a data line in; false when it is a closing line. */
static bool
take_data(struct talk *talk, struct span line)
{
	struct span rest = line, tag = {NULL, 0};

	if (rest.len > 0 && rest.ptr[0] == '#')
		span_cut(&rest, ' ', &tag);
	if (rest.len < 2 || memcmp(rest.ptr, "* ", 2) != 0)
		return false;
	rest.ptr += 2;
	rest.len -= 2;
	keep_data(talk, rest);
	return true;
}

const char *
talk_answer(struct talk *talk)
{
	enum dialogue_next next;
	struct span line = {NULL, 0};

	forget_data(talk);
	free(talk->closing);
	talk->closing = NULL;
	do
		next =
		    dialogue_read(talk->dialogue, false, talk->patience, &line);
	while (next == DIALOGUE_LINE && take_data(talk, line));
	talk->over = next == DIALOGUE_END;
	talk->closing =
	    next == DIALOGUE_LINE ? xstrndup(line.ptr, line.len) : xstrdup("");
	return talk->closing;
}

const char *
talk_ask(struct talk *talk, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	send_line(talk, fmt, ap);
	va_end(ap);
	return talk_answer(talk);
}

bool
talk_over(const struct talk *talk)
{
	return talk->over;
}

size_t
talk_count(const struct talk *talk)
{
	return talk->count;
}

const char *
talk_data(const struct talk *talk, size_t i)
{
	if (i >= talk->count)
		abort();
	return talk->data[i];
}

const char *
talk_push(struct talk *talk, const char *start, int milliseconds)
{
	enum dialogue_next next;
	struct span line = {NULL, 0};

	do {
		free(talk->push);
		talk->push = NULL;
		next = dialogue_read(talk->dialogue, true, milliseconds, &line);
		if (next != DIALOGUE_LINE) {
			talk->over = next == DIALOGUE_END;
			return NULL;
		}
		if (line.len < 2)
			abort();
		talk->push = xstrndup(line.ptr + 2, line.len - 2);
	} while (*start != '\0' && !line_begins(talk->push, start));
	return talk->push;
}

/* ----- lines ----- */

bool
line_begins(const char *line, const char *words)
{
	size_t len = strlen(words);

	return strncmp(line, words, len) == 0 &&
	    (line[len] == '\0' || line[len] == ' ');
}

/* Where the value of a key begins; NULL when the line does not have it. */
static const char *
find_value(const char *line, const char *key)
{
	size_t len = strlen(key);
	bool quoted = false, fresh = true;

	for (; *line != '\0'; line++) {
		if (fresh && !quoted && strncmp(line, key, len) == 0 &&
		    line[len] == '=')
			return line + len + 1;
		if (*line == '\\' && quoted)
			line++;
		else if (*line == '"')
			quoted = !quoted;
		fresh = *line == ' ';
	}
	return NULL;
}

bool
line_has(const char *line, const char *pair)
{
	size_t len = strcspn(pair, "=");
	char *key = xstrndup(pair, len), *value = line_value(line, key);
	bool has = value != NULL && strcmp(value, pair + len + 1) == 0;

	free(value);
	free(key);
	return has;
}

char *
line_value(const char *line, const char *key)
{
	const char *from = find_value(line, key);
	char *value, *to;

	if (from == NULL)
		return NULL;
	if (*from != '"')
		return xstrndup(from, strcspn(from, " "));
	value = to = xmalloc(strlen(from) + 1);
	for (from++; *from != '"' && *from != '\0'; from++) {
		if (*from == '\\' && from[1] != '\0')
			from++;
		*to++ = *from;
	}
	*to = '\0';
	return value;
}

long long
line_number(const char *line, const char *key)
{
	char *value = line_value(line, key), *end;
	long long number;

	if (value == NULL)
		return -1;
	number = strtoll(value, &end, 10);
	if (end == value || *end != '\0')
		number = -1;
	free(value);
	return number;
}
