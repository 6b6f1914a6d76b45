/* SPDX-License-Identifier: ISC */
/*
 * child_io: the pipes of a child: lines that it says, bytes that it is fed.
 */
#include "daemon/server/child/child_private.h"

#include "daemon/base/log.h"
#include "daemon/base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FEED_MAX = 64 << 20, READ_MAX = 64 << 10 };

static const char log_id[] = "child";

struct event *
child_watch_fd(struct child *child, int fd, short what,
    event_callback_fn callback, void *arg)
{
	struct event *event = event_new(child->base, fd, what, callback, arg);

	if (event == NULL)
		abort(); /* out of memory: small */
	return event;
}

/* ----- lines ----- */

static void
on_out_line(struct child *child, struct span line)
{
	if (child->hooks.on_line != NULL)
		child->hooks.on_line(child->arg, line);
}

void
child_says(struct child *child, struct span line)
{
	size_t len = line.len < CHILD_LAST_MAX ? line.len : CHILD_LAST_MAX;

	if (len == 0)
		return;
	/* Not in the middle of a character. */
	while (len < line.len && ((unsigned char)line.ptr[len] & 0xc0) == 0x80)
		len--;
	memcpy(child->last, line.ptr, len);
	child->last[len] = '\0';
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)child->last[i] < ' ')
			child->last[i] = ' ';
	log_debug(log_id, "says", "pid=%d line=%s", (int)child->pid,
	    LOG_QUOTE(child->last));
}

static void
end_line(struct child_source *source)
{
	struct span line = {source->line, source->len};

	source->len = 0;
	if (source == &source->child->out)
		on_out_line(source->child, line);
	else
		child_says(source->child, line);
}

static void
take(struct child_source *source, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\n') {
			if (!source->skipping)
				end_line(source);
			source->skipping = false;
		} else if (source->skipping) {
			continue;
		} else if (source->len == sizeof(source->line)) {
			end_line(source);
			source->skipping = true;
		} else {
			source->line[source->len++] = bytes[i];
		}
	}
}

void
child_source_fini(struct child_source *source)
{
	if (source->event != NULL)
		event_free(source->event);
	if (source->fd >= 0)
		(void)close(source->fd);
	source->event = NULL;
	source->fd = -1;
}

/* Whether there may be more later. */
static bool
read_some(struct child_source *source)
{
	char bytes[READ_MAX];
	ssize_t got = read(source->fd, bytes, sizeof(bytes));

	if (got > 0)
		take(source, bytes, (size_t)got);
	if (got > 0 || (got < 0 && errno == EINTR))
		return true;
	if (got < 0 && errno == EAGAIN)
		return false;
	if (source->len > 0 && !source->skipping)
		end_line(source);
	child_source_fini(source);
	return false;
}

static void
on_source(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	(void)read_some(arg);
}

void
child_source_drain(struct child_source *source)
{
	for (int i = 0; i < READ_MAX / 1024 && source->fd >= 0; i++)
		if (!read_some(source))
			break;
}

void
child_source_init(struct child_source *source, struct child *child, int fd)
{
	source->child = child;
	source->fd = fd;
	source->event =
	    child_watch_fd(child, fd, EV_READ | EV_PERSIST, on_source, source);
	(void)event_add(source->event, NULL);
}

/* ----- its input ----- */

static void
on_input(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct child *child = arg;
	ssize_t sent = write(child->input_fd, child->feed + child->feed_sent,
	    child->feed_len - child->feed_sent);

	if (sent > 0)
		child->feed_sent += (size_t)sent;
	/* One that reads no more will tell why by its end. */
	if (sent < 0 && errno != EAGAIN && errno != EINTR)
		child->feed_sent = child->feed_len;
	if (child->feed_sent == child->feed_len)
		child->feed_sent = child->feed_len = 0;
	else
		(void)event_add(child->input, NULL);
}

void
child_input_init(struct child *child, int fd)
{
	child->input_fd = fd;
	if (fd >= 0)
		child->input =
		    child_watch_fd(child, fd, EV_WRITE, on_input, child);
}

bool
child_feed(struct child *child, struct span bytes)
{
	if (child->input == NULL || child->killed)
		return false;
	if (child->feed_len - child->feed_sent + bytes.len > FEED_MAX) {
		log_warn(log_id, "unread", "pid=%d", (int)child->pid);
		child_kill(child, CHILD_KILLED);
		return false;
	}
	if (child->feed_sent > FEED_MAX / 2) {
		memmove(child->feed, child->feed + child->feed_sent,
		    child->feed_len - child->feed_sent);
		child->feed_len -= child->feed_sent;
		child->feed_sent = 0;
	}
	child->feed = xgrow(child->feed, &child->feed_capacity,
	    child->feed_len + bytes.len + 1, 1);
	if (bytes.len > 0)
		memcpy(child->feed + child->feed_len, bytes.ptr, bytes.len);
	child->feed_len += bytes.len;
	(void)event_add(child->input, NULL);
	return true;
}
