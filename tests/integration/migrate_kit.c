/* SPDX-License-Identifier: ISC */
/* migrate_kit: see migrate_kit.h. */
#include "tests/integration/migrate_kit.h"

#include "daemon/base/mem.h"

#include <check.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *
source_folder(void)
{
	const char *folder = getenv("ROTA_SOURCE_DIR");

	return folder != NULL ? folder : ".";
}

void
run_start(struct run *run, const char *conninfo, const char *folder,
    const char *fmt, ...)
{
	const char *build = getenv("ROTA_BUILD_DIR");
	char *args, *command, *own = NULL;
	va_list ap;

	va_start(ap, fmt);
	ck_assert_int_ge(vasprintf(&args, fmt, ap), 0);
	va_end(ap);
	if (folder == NULL)
		folder = own = xasprintf("%s/migrations", source_folder());
	command = xasprintf("exec '%s/rota-migrate' -d '%s' -m '%s' %s 2>&1",
	    build != NULL ? build : ".", conninfo, folder, args);
	run->pipe = popen(command, "re"); // NOLINT(cert-env33-c): our words
	ck_assert_ptr_nonnull(run->pipe);
	free(own);
	free(command);
	free(args);
}

void
run_end(struct run *run)
{
	size_t len = fread(run->text, 1, sizeof(run->text) - 1, run->pipe);
	int status;

	run->text[len] = '\0';
	status = pclose(run->pipe);
	run->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void
run_check(const struct run *run, int status, const char *expected)
{
	ck_assert_msg(
	    run->status == status && strstr(run->text, expected) != NULL,
	    "exit %d, not %d, with \"%s\":\n%s", run->status, status, expected,
	    run->text);
}

void
run_expect(const char *conninfo, const char *folder, const char *args,
    int status, const char *expected)
{
	struct run run;

	run_start(&run, conninfo, folder, "%s", args);
	run_end(&run);
	run_check(&run, status, expected);
}

static int
is_sql(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 4 && strcmp(entry->d_name + len - 4, ".sql") == 0;
}

/* The project's migrations in order; their number. */
static int
list_own(struct dirent ***files)
{
	char *path = xasprintf("%s/migrations", source_folder());
	int count = scandir(path, files, is_sql, alphasort);

	ck_assert_int_gt(count, 0);
	free(path);
	return count;
}

static void
list_free(struct dirent **files, int count)
{
	for (int i = 0; i < count; i++)
		free(files[i]);
	free(files);
}

int
folder_count(void)
{
	struct dirent **files;
	int count = list_own(&files);

	list_free(files, count);
	return count;
}

static void
copy_in(const char *folder, const char *file)
{
	char *from = xasprintf("%s/migrations/%s", source_folder(), file);
	FILE *stream = fopen(from, "re");
	enum { SIZE = 1 << 20 };
	char *text = xmalloc(SIZE);
	size_t len;

	ck_assert_ptr_nonnull(stream);
	len = fread(text, 1, SIZE - 1, stream);
	ck_assert_int_ne(feof(stream), 0);
	text[len] = '\0';
	fclose(stream);
	folder_put(folder, file, text);
	free(text);
	free(from);
}

char *
folder_new(void)
{
	char *folder = xstrdup("/tmp/rota-migrations-XXXXXX");
	struct dirent **files;
	int count = list_own(&files);

	ck_assert_ptr_nonnull(mkdtemp(folder));
	for (int i = 0; i < count; i++)
		copy_in(folder, files[i]->d_name);
	list_free(files, count);
	return folder;
}

void
folder_free(char *folder)
{
	struct dirent **files;
	int count = scandir(folder, &files, NULL, NULL);

	for (int i = 0; i < count; i++)
		if (files[i]->d_name[0] != '.')
			folder_remove(folder, files[i]->d_name);
	list_free(files, count);
	ck_assert_int_eq(rmdir(folder), 0);
	free(folder);
}

void
folder_put(const char *folder, const char *file, const char *text)
{
	char *path = xasprintf("%s/%s", folder, file);
	FILE *stream = fopen(path, "we");

	ck_assert_ptr_nonnull(stream);
	ck_assert_int_ge(fputs(text, stream), 0);
	ck_assert_int_eq(fclose(stream), 0);
	free(path);
}

void
folder_remove(const char *folder, const char *file)
{
	char *path = xasprintf("%s/%s", folder, file);

	ck_assert_int_eq(unlink(path), 0);
	free(path);
}

char *
folder_next(const char *name, int *number)
{
	int next = folder_count() + 1;

	if (number != NULL)
		*number = next;
	return xasprintf("%04d_%s.sql", next, name);
}

void
folder_put_next(const char *folder, const char *name, const char *sql)
{
	int number;
	char *file = folder_next(name, &number);
	char *text = xasprintf("INSERT INTO rota.migration"
			       " (number, name, oldest_daemon)"
			       " VALUES (%d, '%s', 1);\n%s",
	    number, name, sql);

	folder_put(folder, file, text);
	free(text);
	free(file);
}
