/* SPDX-License-Identifier: ISC */
/*
 * tls: OpenSSL as the server uses it.
 */
#ifndef SERVER_TLS_H
#define SERVER_TLS_H

#include "daemon/base/compiler.h"
#include "daemon/base/error.h"

struct bufferevent;
struct config;
struct event_base;
struct ssl_ctx_st; /* OpenSSL's SSL_CTX; counts its references itself */

/*
 * Certificate, key and least version as the configuration says; owned by the
 * caller, connections keep it alive.  NULL with *error: a file that cannot be
 * read, or two that do not belong together.
 */
struct ssl_ctx_st *tls_new(const struct config *config, struct error *error)
    MUST_CHECK;
void tls_free(struct ssl_ctx_st *tls);

/* Owns fd on success; NULL when there is no memory. */
struct bufferevent *tls_accept(
    struct event_base *base, int fd, struct ssl_ctx_st *tls) MUST_CHECK;
/* "TLSv1.3"; borrowed. */
const char *tls_version(struct bufferevent *bev);
/* Tells the client that nothing more will be written. */
void tls_shutdown(struct bufferevent *bev);
/* What OpenSSL says about the last failure of the connection; static or
 * borrowed until the next call. */
const char *tls_reason(struct bufferevent *bev);

#endif
