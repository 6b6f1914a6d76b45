/* SPDX-License-Identifier: ISC */
/* dialogue: lines over a blocking socket, with a deadline. */
#include "tests/golden/dialogue.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 65536 };

struct line {
	struct line *next;
	size_t len;
	char bytes[];
};

struct stream {
	struct line *first, **end;
};

struct dialogue {
	int fd;
	bool ended;
	struct stream answers, pushes;
	struct line *lent;
	char *input; /* of the line under way */
	size_t len, size;
};

struct dialogue *
dialogue_new(int fd)
{
	struct dialogue *dialogue = calloc(1, sizeof(*dialogue));

	if (dialogue == NULL)
		abort();
	dialogue->fd = fd;
	dialogue->answers.end = &dialogue->answers.first;
	dialogue->pushes.end = &dialogue->pushes.first;
	return dialogue;
}

static void
free_lines(struct line *line)
{
	struct line *next;

	for (; line != NULL; line = next) {
		next = line->next;
		free(line);
	}
}

void
dialogue_free(struct dialogue *dialogue)
{
	if (dialogue == NULL)
		return;
	close(dialogue->fd);
	free_lines(dialogue->answers.first);
	free_lines(dialogue->pushes.first);
	free(dialogue->lent);
	free(dialogue->input);
	free(dialogue);
}

bool
dialogue_send(struct dialogue *dialogue, const char *bytes, size_t len)
{
	ssize_t sent;

	while (len > 0) {
		sent = send(dialogue->fd, bytes, len, MSG_NOSIGNAL);
		if (sent == -1 && errno == EINTR)
			continue;
		if (sent == -1)
			return false;
		bytes += sent;
		len -= (size_t)sent;
	}
	return true;
}

static void
add_line(struct dialogue *dialogue, const char *bytes, size_t len)
{
	struct line *line = malloc(sizeof(*line) + len);
	struct stream *stream =
	    len > 0 && bytes[0] == '!' ? &dialogue->pushes : &dialogue->answers;

	if (line == NULL)
		abort();
	line->next = NULL;
	line->len = len > 0 && bytes[len - 1] == '\r' ? len - 1 : len;
	memcpy(line->bytes, bytes, len);
	*stream->end = line;
	stream->end = &line->next;
}

/* Cuts the whole lines off the input. */
static void
cut_lines(struct dialogue *dialogue)
{
	char *at = dialogue->input, *end;
	size_t left = dialogue->len;

	while (left > 0 && (end = memchr(at, '\n', left)) != NULL) {
		add_line(dialogue, at, (size_t)(end - at));
		left -= (size_t)(end - at) + 1;
		at = end + 1;
	}
	if (left > 0)
		memmove(dialogue->input, at, left);
	dialogue->len = left;
}

static void
receive(struct dialogue *dialogue)
{
	ssize_t got;

	if (dialogue->size - dialogue->len < CHUNK) {
		dialogue->size += (size_t)2 * CHUNK;
		dialogue->input = realloc(dialogue->input, dialogue->size);
		if (dialogue->input == NULL)
			abort();
	}
	got = recv(dialogue->fd, dialogue->input + dialogue->len, CHUNK, 0);
	if (got > 0) {
		dialogue->len += (size_t)got;
		cut_lines(dialogue);
	} else if (got == 0 || errno != EINTR) {
		dialogue->ended = true;
	}
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

enum dialogue_next
dialogue_read(
    struct dialogue *dialogue, bool pushed, int milliseconds, struct span *line)
{
	struct stream *stream = pushed ? &dialogue->pushes : &dialogue->answers;
	struct pollfd poll_fd = {.fd = dialogue->fd, .events = POLLIN};
	int64_t left, deadline = now_ms() + milliseconds;

	while (stream->first == NULL) {
		if (dialogue->ended)
			return DIALOGUE_END;
		left = deadline - now_ms();
		if (left <= 0)
			return DIALOGUE_SILENCE;
		if (poll(&poll_fd, 1, (int)left) > 0)
			receive(dialogue);
	}
	free(dialogue->lent);
	dialogue->lent = stream->first;
	stream->first = dialogue->lent->next;
	if (stream->first == NULL)
		stream->end = &stream->first;
	*line = (struct span){dialogue->lent->bytes, dialogue->lent->len};
	return DIALOGUE_LINE;
}
