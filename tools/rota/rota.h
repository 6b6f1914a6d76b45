/* SPDX-License-Identifier: ISC */
/*
 * rota: what one run of the client knows - options, profile, language, and the
 * session, which is opened when the first command needs it and again when it
 * has ended.
 */
#ifndef ROTA_ROTA_H
#define ROTA_ROTA_H

#include "tools/rota/options.h"
#include "tools/rota/profile.h"
#include "tools/rota/session.h"

struct places;

struct rota {
	struct options options; /* of the command line */
	struct profile profile;
	enum lang lang;
	struct session *session; /* NULL: none yet; owned */
	struct places *places;   /* names for completion; NULL: none yet */
	int interrupt;           /* see link_set_interrupt(); -1: none */
};

/* Reads the profile, which has to be there if it was asked for and `must` is
 * set.  0, or -1 after a complaint. */
int rota_init(struct rota *rota, const struct options *options, enum lang lang,
    bool must) MUST_CHECK;
void rota_fini(struct rota *rota);

/* The daemon's address as it was told, or what is usual; borrowed. */
const char *rota_server(const struct rota *rota);
/* The file of the token as it was told; NULL: nobody told; borrowed. */
const char *rota_token_file(const struct rota *rota);
/* Whether a connection there is to be TLS. */
bool rota_uses_tls(const struct rota *rota, const struct target *target);

/* The open session, lent; connects if need be.  NULL after a complaint, with
 * the exit status for it. */
struct session *rota_session(struct rota *rota, enum outcome *why) MUST_CHECK;
/* The same without authenticating, for a code. */
struct session *rota_session_bare(struct rota *rota, enum outcome *why)
    MUST_CHECK;
void rota_hang_up(struct rota *rota);

#endif
