/* SPDX-License-Identifier: ISC */
/*
 * profile: a file of "key = value" lines that says which daemon, and the files
 * of the client: token and history.
 *
 *	server = rota.example.org:7683
 *	tls = yes
 *	ca = /etc/ssl/rota-ca.pem
 *	token-file = token
 *
 * Relative paths in it are of the folder it lies in.  Secrets stand in files of
 * their own that nobody else may read: 0600, in a folder of 0700.
 */
#ifndef ROTA_PROFILE_H
#define ROTA_PROFILE_H

#include "daemon/base/compiler.h"

#include <stdbool.h>
#include <stddef.h>

enum tls_use { TLS_AUTO, TLS_YES, TLS_NO };

enum { PROFILE_TOKEN_MAX = 64 };

/* Texts are owned; NULL: not told. */
struct profile {
	char *path; /* of the file, whether or not it is there */
	char *server, *ca, *token_file;
	enum tls_use tls;
	bool found;
};

/*
 * `name` as --profile says it: NULL for "profile", a name in the folder, or a
 * path when it has a slash.  A file that is not there is no fault unless it was
 * asked for by name and `must` be there.  0, or -1 after a complaint with the
 * line.
 */
int profile_read(struct profile *profile, const char *name, bool must)
    MUST_CHECK;
void profile_fini(struct profile *profile);

/* Where login puts a token if nothing says where: beside the profile. */
char *profile_token_path(const struct profile *profile) MUST_CHECK;

/* The one word in a token's file.  0, 1 when there is no such file, -1 after a
 * complaint: also when others may read it. */
int token_read(const char *path, char token[PROFILE_TOKEN_MAX + 1]) MUST_CHECK;
/* Writes a file of mode 0600 in a folder of 0700, whole or not at all. */
int private_write(const char *path, const char *text) MUST_CHECK;
/* Makes the folder a path lies in, and those above it. */
int private_folder(const char *path) MUST_CHECK;

/* "$XDG_STATE_HOME/rota/<name>"; owned by the caller, NULL without a home. */
char *state_path(const char *name) MUST_CHECK;

#endif
