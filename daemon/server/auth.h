/* SPDX-License-Identifier: ISC */
/*
 * auth: secrets, and what auth.c (the verbs) and auth_plan.c (the writes)
 * share.
 *
 * A secret is 32 random bytes in base64url.  Only its SHA-256 is ever kept or
 * compared, so the time that a look-up takes tells nothing about the secret.
 */
#ifndef SERVER_AUTH_H
#define SERVER_AUTH_H

#include "daemon/server/change/plan.h"

enum {
	SECRET_LEN = 43, /* characters of a token or code */
	HASH_LEN = 64    /* hexadecimal digits */
};

struct secret {
	char text[SECRET_LEN + 1];
	char hash[HASH_LEN + 1];
};

/* From the system's generator; ends the process when that fails. */
void secret_make(struct secret *secret);
void secret_hash(struct span text, char hash[HASH_LEN + 1]);

/*
 * The token of this hash, if it is of the kind ("invite", "bearer"), live and
 * not expired, and its account is in the state; else NULL.
 */
const struct token *token_find(const struct book *book, const char *hash,
    const char *kind, const char *account_state);

/* Argument of plan_auth_code(), a write_internal(): the code's hash becomes the
 * new token. */
struct code_use {
	const char *hash; /* of the code */
	struct secret token;
	int64_t expires;   /* of the token, set by the plan */
	struct id account; /* likewise */
};
plan_fn plan_auth_code;

#endif
