/* SPDX-License-Identifier: ISC */
/* output: a stream that counts its lines, on a file that is to be replaced. */
#include "daemon/planner/output/output.h"

#include "daemon/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* 0: an error, for what fwrite() calls. */
static ssize_t
on_write(void *cookie, const char *bytes, size_t len)
{
	struct output *output = cookie;
	size_t done = 0;

	while (done < len) {
		ssize_t put = write(output->fd, bytes + done, len - done);

		if (put == -1 && errno == EINTR)
			continue;
		if (put <= 0)
			return 0;
		done += (size_t)put;
	}
	for (size_t i = 0; i < len; i++)
		output->lines += bytes[i] == '\n';
	return (ssize_t)len;
}

/* The name by which a regular file is replaced, or NULL; owned. */
static char *
replaceable(const char *name)
{
	struct stat there, named;
	char *path;

	if (stat(name, &there) == -1)
		return xstrdup(name);
	if (!S_ISREG(there.st_mode))
		return NULL;
	/* What is only open has no path, and what is said is no path. */
	path = realpath(name, NULL);
	if (path != NULL && lstat(path, &named) == 0 &&
	    named.st_dev == there.st_dev && named.st_ino == there.st_ino)
		return path;
	free(path);
	return NULL;
}

/* The mode of a file that was there, or that of a new one. */
static mode_t
mode_of(const char *name)
{
	struct stat there;
	mode_t mask = umask(0);

	(void)umask(mask);
	return stat(name, &there) == 0 ? there.st_mode & 0777 : 0666 & ~mask;
}

/* The file and the word of it, as one for whoever handles a signal. */
static int
make_beside(struct output *output)
{
	sigset_t all, before;

	sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	output->fd = mkostemp(output->beside, O_CLOEXEC);
	output->made = output->fd != -1;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return output->fd;
}

static int
open_beside(struct output *output)
{
	output->beside = xasprintf("%s.XXXXXX", output->name);
	if (make_beside(output) == -1) {
		free(output->beside);
		output->beside = NULL;
		return -1;
	}
	return fchmod(output->fd, mode_of(output->name));
}

static int
open_target(struct output *output, const char *name)
{
	if (strcmp(name, "-") == 0) {
		output->lent = true;
		output->fd = STDOUT_FILENO;
		return 0;
	}
	output->name = replaceable(name);
	if (output->name != NULL)
		return open_beside(output);
	output->fd = open(name, O_WRONLY | O_CLOEXEC);
	return output->fd == -1 ? -1 : 0;
}

bool
output_is_file(const char *name, const char *other)
{
	struct stat a, b;

	return strcmp(other, "-") != 0 && stat(name, &a) == 0 &&
	    stat(other, &b) == 0 && a.st_dev == b.st_dev &&
	    a.st_ino == b.st_ino;
}

bool
output_open(struct output *output, const char *name)
{
	static const cookie_io_functions_t calls = {.write = on_write};

	memset(output, 0, sizeof(*output));
	output->fd = -1;
	if (open_target(output, name) == 0)
		output->file = fopencookie(output, "w", calls);
	if (output->file != NULL)
		return true;
	output_drop(output);
	return false;
}

/* What was there before is longer than the plan. */
static bool
cut_rest(const struct output *output)
{
	struct stat there;

	if (output->lent || fstat(output->fd, &there) == -1 ||
	    !S_ISREG(there.st_mode))
		return true;
	return ftruncate(output->fd, lseek(output->fd, 0, SEEK_CUR)) == 0;
}

static bool
finish(struct output *output)
{
	if (fflush(output->file) != 0 || ferror(output->file) != 0)
		return false;
	fprintf(output->file, "end lines=%zu\n", output->lines);
	if (fflush(output->file) != 0 || !cut_rest(output))
		return false;
	return output->name == NULL ||
	    rename(output->beside, output->name) == 0;
}

bool
output_end(struct output *output)
{
	bool good = finish(output);

	if (good) {
		free(output->beside);
		output->beside = NULL;
	}
	output_drop(output);
	return good;
}

void
output_leave(const struct output *output)
{
	if (output->made)
		(void)unlink(output->beside);
}

void
output_drop(struct output *output)
{
	int why = errno;

	if (output->file != NULL)
		(void)fclose(output->file);
	if (output->fd != -1 && !output->lent)
		(void)close(output->fd);
	if (output->beside != NULL)
		(void)unlink(output->beside);
	output->made = 0;
	free(output->beside);
	free(output->name);
	memset(output, 0, sizeof(*output));
	output->fd = -1;
	errno = why;
}
