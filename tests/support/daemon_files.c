/* SPDX-License-Identifier: ISC */
/*
 * daemon_files: the folder of a daemon of a test - rotad.conf, sock, log, and
 * with TLS cert.pem and key.pem.
 */
#include "tests/support/daemon_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { POLL_MS = 5, CERTIFICATE_DAYS = 1 };

static void
show_log(const struct daemon *daemon)
{
	char *text = daemon_log(daemon);

	(void)fprintf(stderr, "---- %s\n%s----\n", daemon->log, text);
	free(text);
}

void
daemon_fail(const struct daemon *daemon, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)fputs("daemon: ", stderr);
	(void)vfprintf(stderr, fmt, ap);
	(void)fputc('\n', stderr);
	va_end(ap);
	if (daemon != NULL && daemon->log != NULL)
		show_log(daemon);
	abort();
}

void
daemon_pause(void)
{
	(void)poll(NULL, 0, POLL_MS);
}

uint64_t
daemon_now_ms(void)
{
	return clock_mono_us() / 1000;
}

void
daemon_configure(struct daemon *daemon, const char *config)
{
	char *next = xasprintf("%s.next", daemon->config);
	FILE *file = fopen(next, "we");

	if (config != daemon->lines) {
		free(daemon->lines);
		daemon->lines = xstrdup(config);
	}
	if (file == NULL)
		daemon_fail(daemon, "%s: %s", next, strerror(errno));
	(void)fprintf(file,
	    "listen = 127.0.0.1:0\n"
	    "listen-unix = %s\n"
	    "database = %s\n",
	    daemon->socket, daemon->conninfo);
	if (daemon->tls)
		(void)fprintf(file,
		    "listen-tls = 127.0.0.1:0\n"
		    "tls-certificate = %s/cert.pem\n"
		    "tls-key = %s/key.pem\n",
		    daemon->folder, daemon->folder);
	if (daemon->lines != NULL)
		(void)fprintf(file, "%s\n", daemon->lines);
	/* What is not the matter of a test needs no facts. */
	if (daemon->lines == NULL || strstr(daemon->lines, "rules-off") == NULL)
		(void)fprintf(file, "rules-off = H05 H16 H21\n");
	if (fclose(file) != 0 || rename(next, daemon->config) != 0)
		daemon_fail(daemon, "%s: %s", next, strerror(errno));
	free(next);
}

static FILE *
open_pem(struct daemon *daemon, const char *name)
{
	char *path = xasprintf("%s/%s", daemon->folder, name);
	FILE *file = fopen(path, "we");

	if (file == NULL)
		daemon_fail(daemon, "%s: %s", path, strerror(errno));
	free(path);
	return file;
}

void
daemon_certify(struct daemon *daemon, const char *name)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	X509_NAME *subject = X509_get_subject_name(certificate);
	FILE *file;

	(void)X509_set_version(certificate, 2);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	(void)X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	(void)X509_gmtime_adj(
	    X509_getm_notAfter(certificate), CERTIFICATE_DAYS * 86400L);
	(void)X509_set_pubkey(certificate, key);
	(void)X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
	    (const unsigned char *)name, -1, -1, 0);
	(void)X509_set_issuer_name(certificate, subject);
	if (X509_sign(certificate, key, EVP_sha256()) == 0)
		daemon_fail(daemon, "no certificate");
	file = open_pem(daemon, "key.pem");
	(void)PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
	(void)fclose(file);
	file = open_pem(daemon, "cert.pem");
	(void)PEM_write_X509(file, certificate);
	(void)fclose(file);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

char *
daemon_log(const struct daemon *daemon)
{
	FILE *file = fopen(daemon->log, "re");
	size_t len = 0, capacity = 0, got = 0;
	char *text = NULL;

	do {
		len += got;
		text = xgrow(text, &capacity, len + 4096, 1);
		got = file != NULL
		    ? fread(text + len, 1, capacity - len - 1, file)
		    : 0;
	} while (got > 0);
	text[len] = '\0';
	if (file != NULL)
		(void)fclose(file);
	return text;
}

void
daemon_expect_log(struct daemon *daemon, const char *words)
{
	uint64_t deadline = daemon_now_ms() + CLIENT_PATIENCE_MS;

	while (daemon_now_ms() < deadline) {
		char *text = daemon_log(daemon);
		const char *at = strstr(text + daemon->found, words);

		if (at != NULL)
			daemon->found = (size_t)(at - text) + strlen(words);
		free(text);
		if (at != NULL)
			return;
		daemon_pause();
	}
	daemon_fail(daemon, "the log does not hold \"%s\"", words);
}

void
daemon_remove_files(const struct daemon *daemon)
{
	static const char *const files[] = {"rotad.conf", "rotad.conf.next",
	    "log", "sock", "cert.pem", "key.pem"};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char *path = xasprintf("%s/%s", daemon->folder, files[i]);

		(void)unlink(path);
		free(path);
	}
	(void)rmdir(daemon->folder);
}
