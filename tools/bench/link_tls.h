/* SPDX-License-Identifier: ISC */
/*
 * link_tls: TLS of a link, in the manner of sockets: -1 with EAGAIN when there
 * is nothing to be done now, with EPROTO when all is over.
 */
#ifndef BENCH_LINK_TLS_H
#define BENCH_LINK_TLS_H

#include "daemon/base/compiler.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct link_tls;

/* Accepts any certificate, as it is for this machine only.  NULL on failure. */
void *link_tls_context(void) MUST_CHECK;
void link_tls_context_free(void *context); /* NULL does nothing */

struct link_tls *link_tls_new(void *context, int fd) MUST_CHECK;
void link_tls_free(struct link_tls *tls);                /* NULL does nothing */
int link_tls_handshake(struct link_tls *tls) MUST_CHECK; /* 1: done */
bool link_tls_wants_write(const struct link_tls *tls);
ssize_t link_tls_read(struct link_tls *tls, char *bytes, size_t size);
ssize_t link_tls_write(struct link_tls *tls, const char *bytes, size_t len);

#endif
