/* SPDX-License-Identifier: ISC */
/*
 * instance_read: lines out of bytes.  A line may only name what a line before
 * it has made; the first fault ends the reading.
 */
#include "daemon/planner/read/instance_read.h"

#include "daemon/base/mem.h"
#include "daemon/planner/read/instance_line.h"
#include "daemon/planner/reduce/facts.h"
#include "daemon/planner/reduce/reduce.h"
#include "proto/limits.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_LEN_MAX = PROTO_LINE_MAX, LINES_MAX = 10000000 };

struct reader {
	struct instance *in;
	struct error *error;
	size_t number;
	bool started;        /* the first line was there */
	struct facts *facts; /* NULL: the lines are an instance's own */
	struct said said;
	/* A line that is cut: with '\r', or one byte too long. */
	char partial[LINE_LEN_MAX + 2];
	size_t partial_len;
	bool to_repair;
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
reader_to_repair(struct reader *reader)
{
	reader->to_repair = true;
}

static void
forget(struct said *said)
{
	for (size_t i = 0; i < ARRAY_SIZE(said->by_kind); i++)
		seen_fini(&said->by_kind[i]);
}

void
reader_free(struct reader *reader)
{
	forget(&reader->said);
	facts_free(reader->facts);
	free(reader);
}

/* Blank lines and comments ("#") are passed over. */
static bool
read_line(struct reader *reader, struct span line)
{
	struct record record;

	if (line.len > LINE_LEN_MAX) {
		error_set(reader->error, "longer than %d bytes", LINE_LEN_MAX);
		return false;
	}
	if (line.len == 0 || line.ptr[0] == '#')
		return true;
	if (reader->number > LINES_MAX) {
		error_set(reader->error, "more than %d lines", LINES_MAX);
		return false;
	}
	if (!reader->started && facts_begin_with(line))
		reader->facts = facts_new();
	if (reader->facts != NULL) {
		reader->started = true;
		facts_at(reader->facts, reader->number);
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
	return line_read(
	    reader->in, &reader->said, &record, reader->number, reader->error);
}

bool
reader_line(struct reader *reader, struct span line)
{
	reader->number++;
	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	if (read_line(reader, line))
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
			/* Who waits for the end of a line that is too long may
			 * wait forever. */
			if (end == NULL)
				return reader->partial_len <
				    sizeof(reader->partial) ||
				    end_partial(reader);
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
	if (reader->to_repair)
		facts_to_repair(facts);
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

	if (reader->partial_len > 0 && !end_partial(reader))
		return false;
	if (!reader->started) {
		error_set(reader->error, "no line \"instance\"");
		return false;
	}
	forget(&reader->said);
	if (reader->facts != NULL && !reduce_facts(reader))
		return false;
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
