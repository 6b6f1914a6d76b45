/* SPDX-License-Identifier: ISC */
/* profile: see profile.h. */
#include "tools/rota/profile.h"

#include "daemon/base/mem.h"
#include "tools/rota/target.h"
#include "tools/rota/words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 4096 };

/* "$variable/rota", or "$HOME/otherwise/rota". */
static char *
folder_of(const char *variable, const char *otherwise)
{
	const char *base = getenv(variable), *home = getenv("HOME");

	/* the standard has relative ones ignored */
	if (base != NULL && base[0] == '/')
		return xasprintf("%s/rota", base);
	if (home != NULL && home[0] == '/')
		return xasprintf("%s/%s/rota", home, otherwise);
	return NULL;
}

char *
state_path(const char *name)
{
	char *folder = folder_of("XDG_STATE_HOME", ".local/state");
	char *path = folder != NULL ? xasprintf("%s/%s", folder, name) : NULL;

	free(folder);
	return path;
}

static char *
profile_path(const char *name)
{
	char *folder, *path;

	if (name != NULL && strchr(name, '/') != NULL)
		return xstrdup(name);
	folder = folder_of("XDG_CONFIG_HOME", ".config");
	if (folder == NULL)
		return NULL;
	path = xasprintf("%s/%s", folder, name != NULL ? name : "profile");
	free(folder);
	return path;
}

char *
profile_token_path(const struct profile *profile)
{
	const char *slash = strrchr(profile->path, '/');
	size_t len = slash != NULL ? (size_t)(slash - profile->path) + 1 : 0;

	if (strcmp(profile->path + len, "profile") == 0)
		return xasprintf("%.*stoken", (int)len, profile->path);
	return xasprintf("%s.token", profile->path);
}

/* A path that stands in the profile. */
static char *
path_in(const struct profile *profile, const char *value)
{
	const char *slash = strrchr(profile->path, '/');
	const char *home = getenv("HOME");

	if (strncmp(value, "~/", 2) == 0 && home != NULL)
		return xasprintf("%s%s", home, value + 1);
	if (value[0] == '/' || slash == NULL)
		return xstrdup(value);
	return xasprintf(
	    "%.*s%s", (int)(slash - profile->path) + 1, profile->path, value);
}

/* NULL, or what is wrong with it. */
static const char *
set(struct profile *profile, const char *key, const char *value)
{
	struct target target;
	char **path = strcmp(key, "ca") == 0 ? &profile->ca
	    : strcmp(key, "token-file") == 0 ? &profile->token_file
					     : NULL;

	if (*value == '\0')
		return T("the value is missing");
	if (path != NULL) {
		free(*path);
		*path = path_in(profile, value);
		return NULL;
	}
	if (strcmp(key, "server") == 0) {
		if (target_parse(value, &target) != 0)
			return T("a server is HOST:PORT, [IPV6]:PORT or the "
				 "path of a socket");
		free(profile->server);
		profile->server = xstrdup(value);
		return NULL;
	}
	if (strcmp(key, "tls") != 0)
		return T("there is no such setting");
	if (strcmp(value, "yes") == 0)
		profile->tls = TLS_YES;
	else if (strcmp(value, "no") == 0)
		profile->tls = TLS_NO;
	else if (strcmp(value, "auto") == 0)
		profile->tls = TLS_AUTO;
	else
		return T("tls is yes, no or auto");
	return NULL;
}

static char *
trim(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	text[len] = '\0';
	return text;
}

static const char *
read_line(struct profile *profile, char *line)
{
	char *text = trim(line), *equals;

	if (*text == '\0' || *text == '#')
		return NULL;
	equals = strchr(text, '=');
	if (equals == NULL)
		return T("a line is KEY = VALUE");
	*equals = '\0';
	return set(profile, trim(text), trim(equals + 1));
}

static int
read_lines(struct profile *profile, FILE *file)
{
	char line[LINE_SIZE];
	unsigned number = 0;

	while (fgets(line, sizeof(line), file) != NULL) {
		const char *fault;

		number++;
		fault = strchr(line, '\n') == NULL && !feof(file)
		    ? T("the line is too long")
		    : read_line(profile, line);
		if (fault != NULL) {
			complain("%s:%u: %s", profile->path, number, fault);
			return -1;
		}
	}
	return 0;
}

int
profile_read(struct profile *profile, const char *name, bool must)
{
	FILE *file;
	int answer;

	memset(profile, 0, sizeof(*profile));
	profile->path = profile_path(name);
	if (profile->path == NULL) {
		if (name == NULL)
			return 0;
		complain("%s", T("HOME is not set: no folder of profiles"));
		return -1;
	}
	file = fopen(profile->path, "re");
	if (file == NULL) {
		if ((name == NULL || !must) &&
		    (errno == ENOENT || errno == EACCES))
			return 0;
		complain("%s: %s", profile->path, strerror(errno));
		return -1;
	}
	profile->found = true;
	answer = read_lines(profile, file);
	if (ferror(file)) {
		complain("%s: %s", profile->path, strerror(errno));
		answer = -1;
	}
	fclose(file);
	return answer;
}

void
profile_fini(struct profile *profile)
{
	free(profile->path);
	free(profile->server);
	free(profile->ca);
	free(profile->token_file);
	memset(profile, 0, sizeof(*profile));
}
