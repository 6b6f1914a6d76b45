/* SPDX-License-Identifier: ISC */
/* tls: see tls.h. */
#include "tools/rota/tls.h"

#include "daemon/base/mem.h"
#include "tools/rota/words.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tls {
	SSL_CTX *context;
	SSL *ssl;
	int saved;           /* errno of the call that failed; 0: none */
	unsigned long error; /* of OpenSSL, likewise */
};

static void
last_error(char *why, size_t size)
{
	unsigned long error = ERR_peek_last_error();
	const char *text = ERR_reason_error_string(error);

	(void)snprintf(why, size, "%s", text != NULL ? text : strerror(errno));
	ERR_clear_error();
}

static bool
is_number(const char *host)
{
	struct in6_addr address;

	return inet_pton(AF_INET, host, &address) == 1 ||
	    inet_pton(AF_INET6, host, &address) == 1;
}

/* The certificate must be of this host. */
static bool
name_host(SSL *ssl, const char *host)
{
	X509_VERIFY_PARAM *wanted = SSL_get0_param(ssl);

	if (is_number(host))
		return X509_VERIFY_PARAM_set1_ip_asc(wanted, host) == 1;
	X509_VERIFY_PARAM_set_hostflags(
	    wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return X509_VERIFY_PARAM_set1_host(wanted, host, 0) == 1 &&
	    SSL_set_tlsext_host_name(ssl, host) == 1;
}

static bool
prepare(struct tls *tls, int fd, const char *host, const char *ca)
{
	tls->context = SSL_CTX_new(TLS_client_method());
	if (tls->context == NULL ||
	    SSL_CTX_set_min_proto_version(tls->context, TLS1_2_VERSION) != 1)
		return false;
	SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER, NULL);
	(void)SSL_CTX_set_mode(tls->context,
	    SSL_MODE_ENABLE_PARTIAL_WRITE |
		SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	if (ca != NULL
		? SSL_CTX_load_verify_locations(tls->context, ca, NULL) != 1
		: SSL_CTX_set_default_verify_paths(tls->context) != 1)
		return false;
	tls->ssl = SSL_new(tls->context);
	if (tls->ssl == NULL || SSL_set_fd(tls->ssl, fd) != 1 ||
	    !name_host(tls->ssl, host))
		return false;
	SSL_set_connect_state(tls->ssl);
	return true;
}

struct tls *
tls_new(int fd, const char *host, const char *ca, char *why, size_t size)
{
	struct tls *tls = xcalloc(1, sizeof(*tls));

	ERR_clear_error();
	if (!prepare(tls, fd, host, ca)) {
		last_error(why, size);
		tls_free(tls);
		return NULL;
	}
	return tls;
}

void
tls_free(struct tls *tls)
{
	if (tls == NULL)
		return;
	SSL_free(tls->ssl);
	SSL_CTX_free(tls->context);
	free(tls);
}

/* What a call that returned n <= 0 means; 0 is the end. */
static int
meaning(struct tls *tls, int n)
{
	switch (SSL_get_error(tls->ssl, n)) {
	case SSL_ERROR_WANT_READ:
		return TLS_WANTS_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_WANTS_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	default:
		tls->error = ERR_peek_last_error();
		tls->saved = errno;
		return TLS_LOST;
	}
}

int
tls_handshake(struct tls *tls)
{
	int n;

	ERR_clear_error();
	errno = 0;
	n = SSL_do_handshake(tls->ssl);
	if (n == 1)
		return 0;
	n = meaning(tls, n);
	return n == 0 ? TLS_LOST : n;
}

ssize_t
tls_read(struct tls *tls, char *bytes, size_t size)
{
	int n;

	ERR_clear_error();
	errno = 0;
	n = SSL_read(tls->ssl, bytes, (int)size);
	return n > 0 ? n : meaning(tls, n);
}

ssize_t
tls_write(struct tls *tls, const char *bytes, size_t len)
{
	int n;

	ERR_clear_error();
	errno = 0;
	n = SSL_write(tls->ssl, bytes, len > 1 << 20 ? 1 << 20 : (int)len);
	if (n > 0)
		return n;
	n = meaning(tls, n);
	return n == 0 ? TLS_LOST : n;
}

void
tls_reason(const struct tls *tls, char *why, size_t size)
{
	long verdict = SSL_get_verify_result(tls->ssl);
	const char *text = ERR_reason_error_string(tls->error);

	if (verdict != X509_V_OK)
		(void)snprintf(why, size,
		    T("the daemon's certificate is not good: %s"),
		    X509_verify_cert_error_string(verdict));
	else if (text != NULL)
		(void)snprintf(why, size, "TLS: %s", text);
	else
		(void)snprintf(why, size, "%s",
		    tls->saved != 0
			? strerror(tls->saved)
			: T("the daemon has closed the connection"));
}
