/* SPDX-License-Identifier: ISC */
/*
 * instance_read: lines out of bytes.  A line may only name what a line before
 * it has made; the first fault ends the reading.
 */
#include "daemon/planner/instance_read.h"

#include "daemon/base/mem.h"
#include "daemon/planner/facts.h"
#include "daemon/planner/instance_line.h"
#include "daemon/planner/reduce.h"
#include "daemon/planner/shape.h"
#include "proto/limits.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_LEN_MAX = PROTO_LINE_MAX };

struct reader {
	struct instance *in;
	struct error *error;
	size_t number;
	bool started;               /* the first line was there */
	struct facts *facts;        /* NULL: the lines are an instance's own */
	char partial[LINE_LEN_MAX]; /* a line that is cut */
	size_t partial_len;
	char scratch[LINE_LEN_MAX];
};

struct reader *
reader_new(struct instance *in, struct error *error)
{
	struct reader *reader = xcalloc(1, sizeof(*reader));

	reader->in = in;
	reader->error = error;
	instance_init(in, 0, 0);
	return reader;
}

void
reader_free(struct reader *reader)
{
	facts_free(reader->facts);
	free(reader);
}

static bool
read_line(struct reader *reader, struct span line)
{
	struct record record;

	if (line.len > LINE_LEN_MAX) {
		error_set(reader->error, "longer than %d bytes", LINE_LEN_MAX);
		return false;
	}
	if (!reader->started && facts_begin_with(line))
		reader->facts = facts_new();
	if (reader->facts != NULL) {
		reader->started = true;
		return facts_line(reader->facts, line, reader->error);
	}
	if (!record_parse(line, line_kinds, LINE_COUNT, reader->scratch,
		&record, reader->error))
		return false;
	if (reader->started != (record.kind != LINE_INSTANCE)) {
		error_set(reader->error,
		    "one line \"instance\" stands, before all others");
		return false;
	}
	reader->started = true;
	return line_read(reader->in, &record, reader->number, reader->error);
}

/* Blank lines and comments ("#") are skipped. */
bool
reader_line(struct reader *reader, struct span line)
{
	reader->number++;
	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	if (line.len == 0 || line.ptr[0] == '#' || read_line(reader, line))
		return true;
	/* Not when it names a line of its own already. */
	error_prefix(reader->error, "line %zu", reader->number);
	return false;
}

/* Keeps the beginning of a line, as much as tells that it is too long. */
static void
keep(struct reader *reader, struct span bytes)
{
	size_t room = sizeof(reader->partial) - reader->partial_len;

	if (bytes.len > room)
		bytes.len = room;
	if (bytes.len == 0)
		return;
	memcpy(reader->partial + reader->partial_len, bytes.ptr, bytes.len);
	reader->partial_len += bytes.len;
}

static bool
end_partial(struct reader *reader)
{
	struct span line = {reader->partial, reader->partial_len};

	reader->partial_len = 0;
	/* A full buffer: one byte more was there, or the end of a line. */
	if (line.len == sizeof(reader->partial))
		line.len++;
	return reader_line(reader, line);
}

bool
reader_feed(struct reader *reader, struct span bytes)
{
	while (bytes.len > 0) {
		const char *end = memchr(bytes.ptr, '\n', bytes.len);
		size_t len =
		    end == NULL ? bytes.len : (size_t)(end - bytes.ptr);
		struct span line = {bytes.ptr, len};

		if (end == NULL || reader->partial_len > 0) {
			keep(reader, line);
			if (end == NULL)
				return true;
			if (!end_partial(reader))
				return false;
		} else if (!reader_line(reader, line)) {
			return false;
		}
		bytes.ptr += len + 1;
		bytes.len -= len + 1;
	}
	return true;
}

/* The facts as an instance, in place of the empty one. */
static bool
reduce_facts(struct reader *reader)
{
	struct facts *facts = reader->facts;
	struct reduction *reduction;

	if (!facts_end(facts, reader->error))
		return false;
	reader->facts = NULL;
	reduction = reduction_new(facts, reader->error);
	if (reduction == NULL)
		return false;
	instance_fini(reader->in);
	return reduction_fill(reduction, reader->in, reader->error);
}

bool
reader_end(struct reader *reader)
{
	struct instance *in = reader->in;
	struct shape shape;

	if (reader->partial_len > 0 && !end_partial(reader))
		return false;
	if (!reader->started) {
		error_set(reader->error, "no line \"instance\"");
		return false;
	}
	if (reader->facts != NULL && !reduce_facts(reader))
		return false;
	if (!shape_make(&shape, &in->rule)) {
		error_set(
		    reader->error, "more than %d ways to rest", REST_MAX - 1);
		return false;
	}
	return in->reduction != NULL || instance_finish(in, reader->error);
}

bool
instance_read(struct instance *in, struct span text, struct error *error)
{
	struct reader *reader = reader_new(in, error);
	bool good = reader_feed(reader, text) && reader_end(reader);

	reader_free(reader);
	return good;
}
