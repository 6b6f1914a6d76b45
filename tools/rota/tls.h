/* SPDX-License-Identifier: ISC */
/*
 * tls: OpenSSL's side of a link: TLS 1.2 or later, the daemon's certificate
 * verified against the system's authorities or a file of them, and its name
 * against the name that was asked for.
 */
#ifndef ROTA_TLS_H
#define ROTA_TLS_H

#include "daemon/base/compiler.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct tls;

/* host: a name or an address; ca: a file of certificates, or NULL.  NULL when
 * that fails, with the reason in why. */
struct tls *tls_new(int fd, const char *host, const char *ca, char *why,
    size_t size) MUST_CHECK;
void tls_free(struct tls *tls);

/* What a call answers that cannot go on now. */
enum { TLS_LOST = -1, TLS_WANTS_READ = -2, TLS_WANTS_WRITE = -3 };

/* 0 when done, or one of these. */
int tls_handshake(struct tls *tls) MUST_CHECK;
/* Bytes, 0 at the end, or one of these. */
ssize_t tls_read(struct tls *tls, char *bytes, size_t size) MUST_CHECK;
ssize_t tls_write(struct tls *tls, const char *bytes, size_t len) MUST_CHECK;
/* After TLS_LOST: why, for people. */
void tls_reason(const struct tls *tls, char *why, size_t size);

#endif
