/* SPDX-License-Identifier: ISC */
/* rota_kit: see rota_kit.h. */
#include "tests/integration/rota_kit.h"

#include "daemon/base/mem.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct seat {
	char folder[64];
	char *out, *err; /* owned */
};

/* What would make one machine's terminal differ from another's. */
static void
set_environment(const struct seat *seat, const struct daemon *daemon)
{
	static const char *const unset[] = {"NO_COLOR", "LANGUAGE",
	    "LC_MESSAGES", "LANG", "XDG_CONFIG_HOME", "XDG_STATE_HOME",
	    "ROTA_TOKEN_FILE", "COLUMNS", "POSIXLY_CORRECT"};
	const char *build = getenv("ROTA_BUILD_DIR");
	const char *path = getenv("PATH");
	char *with_build = xasprintf("%s:%s", build != NULL ? build : ".",
	    path != NULL ? path : "/usr/bin:/bin");
	char *catalogues =
	    xasprintf("%s/tools/po", build != NULL ? build : ".");

	for (size_t i = 0; i < ARRAY_SIZE(unset); i++)
		(void)unsetenv(unset[i]);
	(void)setenv("PATH", with_build, 1);
	(void)setenv("TEXTDOMAINDIR", catalogues, 1);
	(void)setenv("HOME", seat->folder, 1);
	(void)setenv("LC_ALL", "C.UTF-8", 1);
	(void)setenv("TERM", "xterm", 1);
	if (daemon != NULL)
		(void)setenv("ROTA_SERVER", daemon_socket(daemon), 1);
	free(with_build);
	free(catalogues);
}

struct seat *
seat_new(const struct daemon *daemon)
{
	struct seat *seat = xcalloc(1, sizeof(*seat));

	(void)snprintf(
	    seat->folder, sizeof(seat->folder), "/tmp/rota-seat.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(seat->folder));
	set_environment(seat, daemon);
	return seat;
}

void
seat_free(struct seat *seat)
{
	char *command = xasprintf("rm -rf '%s'", seat->folder);

	// NOLINTNEXTLINE(cert-env33-c): our own words
	ck_assert_int_eq(system(command), 0);
	free(command);
	free(seat->out);
	free(seat->err);
	free(seat);
}

const char *
seat_folder(const struct seat *seat)
{
	return seat->folder;
}

void
seat_write(const struct seat *seat, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", seat->folder, name);
	FILE *file = fopen(path, "we");

	ck_assert_ptr_nonnull(file);
	(void)fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
	free(path);
}

char *
seat_read(const struct seat *seat, const char *name)
{
	char *path = xasprintf("%s/%s", seat->folder, name);
	FILE *file = fopen(path, "re");
	size_t len = 0, capacity = 0, got = 0;
	char *text = NULL;

	ck_assert_msg(file != NULL, "there is no %s", path);
	do {
		len += got;
		text = xgrow(text, &capacity, len + 4096, 1);
		got = fread(text + len, 1, capacity - len - 1, file);
	} while (got > 0);
	text[len] = '\0';
	(void)fclose(file);
	free(path);
	return text;
}

unsigned
seat_mode(const struct seat *seat, const char *name)
{
	char *path = xasprintf("%s/%s", seat->folder, name);
	struct stat about;

	ck_assert_msg(stat(path, &about) == 0, "there is no %s", path);
	free(path);
	return about.st_mode & 0777;
}

void
seat_run(struct seat *seat, int status, const char *fmt, ...)
{
	char *words, *command;
	va_list args;
	int ended;

	va_start(args, fmt);
	if (vasprintf(&words, fmt, args) == -1)
		abort();
	va_end(args);
	seat_write(seat, "command", words);
	command = xasprintf("cd '%s' && exec timeout -k 5 120 bash -o pipefail "
			    "./command >out 2>err </dev/null",
	    seat->folder);
	// NOLINTNEXTLINE(cert-env33-c): our own words
	ended = system(command);
	free(seat->out);
	free(seat->err);
	seat->out = seat_read(seat, "out");
	seat->err = seat_read(seat, "err");
	ck_assert_msg(WIFEXITED(ended) && WEXITSTATUS(ended) == status,
	    "%.800s\nended with %d instead of %d\n%.1000s%.1000s", words,
	    WIFEXITED(ended) ? WEXITSTATUS(ended) : -1, status, seat->out,
	    seat->err);
	/* of a sanitizer, in a part of a pipe that nobody asks */
	ck_assert_msg(strstr(seat->err, "runtime error:") == NULL &&
		strstr(seat->err, "Sanitizer") == NULL,
	    "%.800s\n%.2000s", words, seat->err);
	free(command);
	free(words);
}

const char *
seat_out(const struct seat *seat)
{
	return seat->out;
}

const char *
seat_err(const struct seat *seat)
{
	return seat->err;
}

void
seat_out_has(const struct seat *seat, const char *text)
{
	ck_assert_msg(strstr(seat->out, text) != NULL,
	    "no \"%.200s\" in what was printed:\n%.2000s", text, seat->out);
}

void
seat_err_has(const struct seat *seat, const char *text)
{
	ck_assert_msg(strstr(seat->err, text) != NULL,
	    "no \"%.200s\" in what was complained about:\n%.2000s", text,
	    seat->err);
}

void
seat_found(struct seat *seat)
{
	seat_write(seat, "found",
	    "territory put CPTS-SUD kind=cpts name='CPTS Sud Charente'\n"
	    "structure put MSP-TILLEULS kind=MSP name='Maison de santé'\n"
	    "site put finess=" SEAT_SITE " name='Les Tilleuls' "
	    "structure=MSP-TILLEULS territory=CPTS-SUD commune=16106 "
	    "departement=16 lat=45.63927 lon=0.20703 rooms=2\n"
	    "site put finess=" SEAT_SITE_2 " name='Limoges Centre' "
	    "commune=87085 departement=87 lat=45.83362 lon=1.26103\n"
	    "physician put " SEAT_PHYSICIAN " family=Martin given=Claire\n"
	    "physician put " SEAT_PHYSICIAN_2 " family=Durand given=Paul\n");
	seat_run(seat, 0, "rota -q <found");
}
