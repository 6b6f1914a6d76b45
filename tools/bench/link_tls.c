/* SPDX-License-Identifier: ISC */
/* link_tls: see link_tls.h. */
#include "tools/bench/link_tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>

/* struct link_tls is OpenSSL's SSL, which no other file needs to know. */

static SSL *
ssl_of(struct link_tls *tls)
{
	return (SSL *)tls;
}

void *
link_tls_context(void)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());

	if (context == NULL)
		return NULL;
	SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
	/* A daemon that closes is an end, not an error; buffers of idle
	 * connections are given back. */
	SSL_CTX_set_mode(context,
	    SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
		SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	return context;
}

void
link_tls_context_free(void *context)
{
	SSL_CTX_free(context);
}

struct link_tls *
link_tls_new(void *context, int fd)
{
	SSL *ssl = SSL_new(context);

	if (ssl == NULL || SSL_set_fd(ssl, fd) != 1)
		abort();
	SSL_set_connect_state(ssl);
	return (struct link_tls *)ssl;
}

void
link_tls_free(struct link_tls *tls)
{
	SSL_free(ssl_of(tls));
}

/* What a call that returned n <= 0 means. */
static int
outcome(struct link_tls *tls, int n)
{
	int error = SSL_get_error(ssl_of(tls), n);

	ERR_clear_error();
	if (error == SSL_ERROR_ZERO_RETURN)
		return 0;
	errno = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE
	    ? EAGAIN
	    : EPROTO;
	return -1;
}

int
link_tls_handshake(struct link_tls *tls)
{
	int n = SSL_do_handshake(ssl_of(tls));

	return n == 1 ? 1 : outcome(tls, n);
}

bool
link_tls_wants_write(const struct link_tls *tls)
{
	return SSL_want_write((const SSL *)tls);
}

ssize_t
link_tls_read(struct link_tls *tls, char *bytes, size_t size)
{
	int n = SSL_read(ssl_of(tls), bytes, (int)size);

	return n > 0 ? n : outcome(tls, n);
}

ssize_t
link_tls_write(struct link_tls *tls, const char *bytes, size_t len)
{
	int n = SSL_write(ssl_of(tls), bytes, (int)len);

	return n > 0 ? n : outcome(tls, n);
}
