/* SPDX-License-Identifier: ISC */
/* load: see load.h. */
#include "daemon/planner/read/load.h"

#include "daemon/base/mem.h"
#include "daemon/planner/read/instance_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 1 << 20 };

static int
open_file(const char *name, struct error *error)
{
	int fd = strcmp(name, "-") == 0 ? STDIN_FILENO
					: open(name, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		error_set(error, "%s", strerror(errno));
	return fd;
}

/* What there is of at most len bytes; 0 at the end, -1 with why. */
static ssize_t
read_piece(int fd, char *bytes, size_t len, struct error *error)
{
	ssize_t got;

	do
		got = read(fd, bytes, len);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		error_set(error, "%s", strerror(errno));
	return got;
}

/* In pieces: the text of a large instance would be most of the memory. */
bool
load_instance(struct instance *in, const char *name, struct error *error)
{
	struct reader *reader;
	char *bytes;
	ssize_t got;
	bool good = true;
	int fd = open_file(name, error);

	if (fd == -1)
		return false;
	reader = reader_new(in, error);
	bytes = xmalloc(PIECE);
	do {
		got = read_piece(fd, bytes, PIECE, error);
		if (got > 0)
			good = reader_feed(
			    reader, (struct span){bytes, (size_t)got});
	} while (good && got > 0);
	good = good && got == 0 && reader_end(reader);
	close(fd);
	free(bytes);
	reader_free(reader);
	if (!good)
		instance_fini(in);
	return good;
}

bool
load_plan(struct plan *plan, const struct instance *in, const char *name,
    struct error *error)
{
	char *bytes = NULL;
	size_t len = 0, room = 0;
	ssize_t got;
	bool good = false;
	int fd = open_file(name, error);

	if (fd == -1)
		return false;
	do {
		bytes = xgrow(bytes, &room, len + PIECE, 1);
		got = read_piece(fd, bytes + len, room - len, error);
		len += got > 0 ? (size_t)got : 0;
	} while (got > 0);
	close(fd);
	if (got == 0) {
		good = plan_read(plan, in, (struct span){bytes, len}, error);
		if (!good)
			plan_free(plan);
	}
	free(bytes);
	return good;
}
