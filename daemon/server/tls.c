/* SPDX-License-Identifier: ISC */
/*
 * tls: TLS 1.2 and 1.3 with forward secrecy only, no compression, no
 * renegotiation, no session kept: each connection stands for itself and a
 * client stays connected for hours, so resumption would save nothing.
 */
#include "daemon/server/tls.h"

#include "daemon/config/config.h"

#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>

/* Of TLS 1.2; those of 1.3 are all good. */
static const char ciphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20";

static struct ssl_ctx_st *
refuse(struct ssl_ctx_st *tls, struct error *error, const char *key,
    const char *path)
{
	unsigned long code = ERR_peek_last_error();
	const char *reason = ERR_reason_error_string(code);

	if (ERR_SYSTEM_ERROR(code))
		reason = strerror(ERR_GET_REASON(code));
	error_set(error, "%s %s: %s", key, path,
	    reason != NULL ? reason : "not usable");
	ERR_clear_error();
	SSL_CTX_free(tls);
	return NULL;
}

struct ssl_ctx_st *
tls_new(const struct config *config, struct error *error)
{
	struct ssl_ctx_st *tls;
	bool only13 = strcmp(config->tls_min_version, "1.3") == 0;

	ERR_clear_error();
	tls = SSL_CTX_new(TLS_server_method());
	if (tls == NULL ||
	    SSL_CTX_set_min_proto_version(
		tls, only13 ? TLS1_3_VERSION : TLS1_2_VERSION) != 1 ||
	    SSL_CTX_set_cipher_list(tls, ciphers) != 1)
		return refuse(
		    tls, error, "tls-min-version", config->tls_min_version);
	SSL_CTX_set_options(tls,
	    SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
		SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_num_tickets(tls, 0);
	SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
	/* Most connections are idle: they need no buffers meanwhile. */
	SSL_CTX_set_mode(tls,
	    SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
		SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	if (SSL_CTX_use_certificate_chain_file(tls, config->tls_certificate) !=
	    1)
		return refuse(
		    tls, error, "tls-certificate", config->tls_certificate);
	if (SSL_CTX_use_PrivateKey_file(
		tls, config->tls_key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(tls) != 1)
		return refuse(tls, error, "tls-key", config->tls_key);
	return tls;
}

void
tls_free(struct ssl_ctx_st *tls)
{
	SSL_CTX_free(tls);
}

struct bufferevent *
tls_accept(struct event_base *base, int fd, struct ssl_ctx_st *tls)
{
	SSL *ssl = SSL_new(tls);
	struct bufferevent *bev;

	if (ssl == NULL)
		return NULL;
	bev = bufferevent_openssl_socket_new(
	    base, fd, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
	if (bev == NULL) {
		SSL_free(ssl);
		return NULL;
	}
	/* A line that is whole counts, however the connection ends. */
	bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
	return bev;
}

const char *
tls_version(struct bufferevent *bev)
{
	return SSL_get_version(bufferevent_openssl_get_ssl(bev));
}

void
tls_shutdown(struct bufferevent *bev)
{
	(void)SSL_shutdown(bufferevent_openssl_get_ssl(bev));
	ERR_clear_error();
}

const char *
tls_reason(struct bufferevent *bev)
{
	const char *reason = NULL;
	unsigned long code;

	while ((code = bufferevent_get_openssl_error(bev)) != 0)
		reason = ERR_reason_error_string(code);
	return reason != NULL ? reason : "lost";
}
