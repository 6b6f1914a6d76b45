/* SPDX-License-Identifier: ISC */
/*
 * serve_input: lines out of bytes.  While a free question runs they are read
 * too, and kept: one of another kind among them is not to wait.
 */
#include "daemon/base/mem.h"
#include "daemon/planner/serve/serve_private.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	PIECE = 1 << 16,
	/* So much is kept; then whoever writes waits. */
	INPUT_MAX = 64 << 20
};

void
input_init(struct serve_input *input, int fd)
{
	*input = (struct serve_input){.fd = fd};
}

void
input_fini(struct serve_input *input)
{
	free(input->bytes);
}

static void
forget_taken(struct serve_input *input)
{
	if (input->taken == 0)
		return;
	input->len -= input->taken;
	input->seen -= input->taken;
	memmove(input->bytes, input->bytes + input->taken, input->len);
	input->taken = 0;
}

void
input_read(struct serve_input *input)
{
	ssize_t got;

	if (input->ended)
		return;
	forget_taken(input);
	input->bytes = xgrow(input->bytes, &input->room, input->len + PIECE, 1);
	got = read(input->fd, input->bytes + input->len, PIECE);
	if (got > 0)
		input->len += (size_t)got;
	else if (got == 0 || (errno != EINTR && errno != EAGAIN))
		input->ended = true;
}

/* The line that begins at *at, behind which *at is then; the last one may lack
 * its end. */
static bool
find_line(const struct serve_input *input, size_t *at, struct span *line)
{
	const char *from = input->bytes + *at, *end;

	if (*at == input->len)
		return false;
	end = memchr(from, '\n', input->len - *at);
	if (end == NULL && !input->ended)
		return false;
	*line = (struct span){
	    from, end != NULL ? (size_t)(end - from) : input->len - *at};
	*at += line->len + (end != NULL);
	return true;
}

/* There is no whole line: of what is too long already the beginning is kept. */
static void
skip(struct serve_input *input)
{
	if (!input->skipping && input->len - input->taken <= SERVE_LINE_MAX)
		return;
	if (!input->skipping)
		memcpy(input->head, input->bytes + input->taken,
		    sizeof(input->head));
	input->skipping = true;
	input->taken = input->seen = input->len;
}

enum input_got
input_line(struct serve_input *input, struct span *line)
{
	bool skipped = input->skipping;

	if (!find_line(input, &input->taken, line) &&
	    !(skipped && input->ended)) {
		skip(input);
		return INPUT_NONE;
	}
	if (input->seen < input->taken)
		input->seen = input->taken;
	input->skipping = false;
	if (skipped)
		*line = (struct span){input->head, sizeof(input->head)};
	return skipped || line->len > SERVE_LINE_MAX ? INPUT_TOO_LONG
						     : INPUT_LINE;
}

static bool
is_question(struct span line)
{
	struct span word = {NULL, 0};

	(void)span_cut(&line, ' ', &word);
	return span_is(word, "repair") || span_is(word, "keep");
}

bool
input_is_free(struct span line)
{
	struct span word;

	if (!is_question(line))
		return false;
	while (span_cut(&line, ' ', &word))
		if (span_is(word, "variant=free") ||
		    span_is(word, "variant=\"free\""))
			return true;
	return false;
}

static bool
is_readable(const struct serve_input *input)
{
	struct pollfd fd = {input->fd, POLLIN, 0};

	return !input->ended && input->len - input->taken < INPUT_MAX &&
	    poll(&fd, 1, 0) > 0;
}

bool
input_waits(void *arg)
{
	struct serve_input *input = arg;
	struct span line;
	bool waits = false;

	if (is_readable(input))
		input_read(input);
	while (!waits && find_line(input, &input->seen, &line))
		waits = is_question(line) && !input_is_free(line);
	return waits;
}
