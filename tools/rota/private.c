/* SPDX-License-Identifier: ISC */
/* private: files that hold secrets; see profile.h. */
#include "tools/rota/profile.h"

#include "daemon/base/mem.h"
#include "tools/rota/words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MODE = 0600, FOLDER_MODE = 0700, OTHERS = 0077 };

int
private_folder(const char *path)
{
	char *folder = xstrdup(path), *slash = folder;
	int answer = 0;

	while (answer == 0 && (slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		if (mkdir(folder, FOLDER_MODE) != 0 && errno != EEXIST) {
			complain("%s: %s", folder, strerror(errno));
			answer = -1;
		}
		*slash = '/';
	}
	free(folder);
	return answer;
}

static int
write_all(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		text += n;
		len -= (size_t)n;
	}
	return fsync(fd);
}

int
private_write(const char *path, const char *text)
{
	char *next = xasprintf("%s.XXXXXX", path);
	int fd, answer = -1;

	if (private_folder(path) != 0) {
		free(next);
		return -1;
	}
	fd = mkostemp(next, O_CLOEXEC); /* of mode 0600 */
	if (fd != -1 && fchmod(fd, FILE_MODE) == 0 &&
	    write_all(fd, text) == 0 && rename(next, path) == 0)
		answer = 0;
	if (answer != 0) {
		complain("%s: %s", path, strerror(errno));
		if (fd != -1)
			(void)unlink(next);
	}
	if (fd != -1)
		(void)close(fd);
	free(next);
	return answer;
}

int
token_read(const char *path, char token[PROFILE_TOKEN_MAX + 1])
{
	char text[PROFILE_TOKEN_MAX + 2] = "";
	FILE *file = fopen(path, "re");
	struct stat about;
	size_t len;

	if (file == NULL) {
		if (errno == ENOENT)
			return 1;
		complain("%s: %s", path, strerror(errno));
		return -1;
	}
	if (fstat(fileno(file), &about) != 0 || (about.st_mode & OTHERS) != 0) {
		complain(T("%s holds a secret, and others may read it: chmod "
			   "600 it"),
		    path);
		fclose(file);
		return -1;
	}
	(void)fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	len = strcspn(text, " \t\r\n");
	if (len == 0 || len > PROFILE_TOKEN_MAX) {
		complain(T("%s holds no token"), path);
		return -1;
	}
	memcpy(token, text, len);
	token[len] = '\0';
	return 0;
}
