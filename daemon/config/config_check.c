/* SPDX-License-Identifier: ISC */
/*
 * config_check: what the keys of a configuration must be to each other.
 *
 * Looks at texts only: nothing is opened, bound or looked up.  No listener at
 * all is right here, since the service manager may hand over sockets.
 */
#include "daemon/base/address.h"
#include "daemon/config/config.h"
#include "daemon/config/config_value.h"

#include <libpq-fe.h>
#include <string.h>
#include <sys/un.h>

static int
check_address(const char *text, const char *key, struct error *error)
{
	struct address address;

	if (address_parse(text, &address) == 0)
		return 0;
	error_set(error, "%s must be " ADDRESS_FORM ", not \"%s\"", key, text);
	return -1;
}

static int
check_plain(const struct config *config, struct error *error)
{
	struct address address;

	for (size_t i = 0; i < config->listen.count; i++) {
		const char *text = config->listen.values[i];

		if (check_address(text, "listen", error) != 0 ||
		    address_parse(text, &address) != 0)
			return -1;
		if (address_is_loopback(&address) ||
		    config->plaintext_beyond_loopback)
			continue;
		error_set(error,
		    "listen %s would carry tokens in the clear beyond this "
		    "machine: use listen-tls, or set "
		    "plaintext-beyond-loopback = yes",
		    text);
		return -1;
	}
	return 0;
}

static int
check_tls(const struct config *config, struct error *error)
{
	bool certificate = config->tls_certificate[0] != '\0';
	bool key = config->tls_key[0] != '\0';

	for (size_t i = 0; i < config->listen_tls.count; i++) {
		const char *text = config->listen_tls.values[i];

		if (check_address(text, "listen-tls", error) != 0)
			return -1;
	}
	if (config->listen_tls.count > 0 && !(certificate && key)) {
		error_set(error,
		    "listen-tls needs tls-certificate and tls-key as well");
		return -1;
	}
	return 0;
}

static int
check_tls_files(const struct config *config, struct error *error)
{
	if ((config->tls_certificate[0] == '\0') ==
	    (config->tls_key[0] == '\0'))
		return 0;
	error_set(error, "tls-certificate and tls-key must be set together");
	return -1;
}

static int
check_unix(const struct config *config, struct error *error)
{
	const size_t max = sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1;
	const char *path = config->listen_unix;

	if (path[0] == '\0')
		return 0;
	if (path[0] != '/') {
		error_set(error,
		    "listen-unix must be an absolute path, not \"%s\"", path);
		return -1;
	}
	if (strlen(path) > max) {
		error_set(error,
		    "listen-unix must be a path of at most %zu bytes, not %zu",
		    max, strlen(path));
		return -1;
	}
	return 0;
}

static int
check_database(const struct config *config, struct error *error)
{
	char *message = NULL;
	PQconninfoOption *options = PQconninfoParse(config->database, &message);
	int result = 0;

	if (options == NULL) {
		/* libpq's text ends in a newline and may quote a word. */
		error_set(error, "database is no connection string: %.*s",
		    message != NULL ? (int)strcspn(message, "\n") : 0,
		    message != NULL ? message : "");
		result = -1;
	}
	PQfreemem(message);
	PQconninfoFree(options);
	return result;
}

static int
check_reconnect(const struct config *config, struct error *error)
{
	if (config->reconnect_min_ms <= config->reconnect_max_ms)
		return 0;
	error_set(error, "reconnect-max must not be below reconnect-min");
	return -1;
}

static int
check_auth_delay(const struct config *config, struct error *error)
{
	if (config->auth_delay_min_ms <= config->auth_delay_max_ms)
		return 0;
	error_set(error, "auth-delay-max must not be below auth-delay-min");
	return -1;
}

static int
check_lock_timeout(const struct config *config, struct error *error)
{
	if (config->lock_timeout_ms <= config->statement_timeout_ms)
		return 0;
	error_set(error, "lock-timeout must not be above statement-timeout");
	return -1;
}

static int
check_rules(const struct config *config, struct error *error)
{
	uint32_t off;

	if (config_parse_rules(config->rules_off, &off) == 0)
		return 0;
	error_set(error, "rules-off must be " CONFIG_RULES_FORM ", not \"%s\"",
	    config->rules_off);
	return -1;
}

int
config_check(const struct config *config, const char **key, struct error *error)
{
	static const struct {
		const char *key;
		int (*check)(const struct config *config, struct error *error);
	} checks[] = {
	    {"listen", check_plain},
	    {"listen-tls", check_tls},
	    {"tls-certificate", check_tls_files},
	    {"listen-unix", check_unix},
	    {"database", check_database},
	    {"reconnect-max", check_reconnect},
	    {"auth-delay-max", check_auth_delay},
	    {"lock-timeout", check_lock_timeout},
	    {"rules-off", check_rules},
	};

	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		if (checks[i].check(config, error) != 0) {
			*key = checks[i].key;
			return -1;
		}
	}
	return 0;
}
