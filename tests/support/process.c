/* SPDX-License-Identifier: ISC */
/* process: see process.h. */
#include "tests/support/process.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 8192 };

/* A file of its folder below /proc as text, blanks for what ends a word; ""
 * when it is gone. */
static void
read_proc(const char *process, const char *name, char text[TEXT_MAX])
{
	char path[300];
	size_t len = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%s/%s", process, name);
	file = fopen(path, "re");
	if (file != NULL) {
		len = fread(text, 1, TEXT_MAX - 1, file);
		(void)fclose(file);
	}
	text[len] = '\0';
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\0')
			text[i] = ' ';
}

static pid_t
parent_of(const char *process)
{
	char text[TEXT_MAX];
	const char *after;

	/* "7 (name) S 1 ...": the name may hold anything. */
	read_proc(process, "stat", text);
	after = strrchr(text, ')');
	if (after == NULL || strlen(after) < 4)
		return 0;
	return (pid_t)strtol(after + 4, NULL, 10);
}

pid_t
process_child(pid_t parent, const char *words)
{
	DIR *folder = opendir("/proc");
	const struct dirent *entry;
	char text[TEXT_MAX];
	pid_t found = 0;

	if (folder == NULL)
		abort();
	while (found == 0 && (entry = readdir(folder)) != NULL) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid <= 0 || parent_of(entry->d_name) != parent)
			continue;
		read_proc(entry->d_name, "cmdline", text);
		if (strstr(text, words) != NULL)
			found = pid;
	}
	(void)closedir(folder);
	return found;
}

size_t
process_threads(pid_t pid, pid_t thread[], size_t max)
{
	const struct dirent *entry;
	char path[64];
	size_t count = 0;
	DIR *folder;

	(void)snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	folder = opendir(path);
	if (folder == NULL)
		return 0;
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (count < max)
			thread[count] = (pid_t)strtol(entry->d_name, NULL, 10);
		count++;
	}
	(void)closedir(folder);
	return count;
}
