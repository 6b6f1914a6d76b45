/* SPDX-License-Identifier: ISC */
/* target: see target.h. */
#include "tools/rota/target.h"

#include <stdio.h>
#include <string.h>

static int
parse_path(const char *text, struct target *target)
{
	size_t len = strlen(text);

	if (len >= sizeof(target->path))
		return -1;
	target->is_unix = target->is_local = true;
	memcpy(target->path, text, len + 1);
	return 0;
}

/* Whether a port is there: behind the last colon, outside brackets. */
static bool
has_port(const char *text)
{
	const char *colon = strrchr(text, ':');
	const char *bracket = strrchr(text, ']');

	return colon != NULL && (bracket == NULL || colon > bracket);
}

int
target_parse(const char *text, struct target *target)
{
	char with_port[sizeof(target->address.host) + sizeof("[]:65535")];
	const char *port = TARGET_PORT_TLS;
	int len;

	memset(target, 0, sizeof(*target));
	if (strncmp(text, "unix:", 5) == 0)
		return parse_path(text + 5, target);
	if (strchr(text, '/') != NULL)
		return parse_path(text, target);
	if (!has_port(text)) {
		len =
		    snprintf(with_port, sizeof(with_port), "%s:%s", text, port);
		if (len < 0 || (size_t)len >= sizeof(with_port) ||
		    address_parse(with_port, &target->address) != 0)
			return -1;
		target->is_local = address_is_loopback(&target->address);
		if (target->is_local)
			memcpy(target->address.port, TARGET_PORT_PLAIN,
			    sizeof(TARGET_PORT_PLAIN));
	} else if (address_parse(text, &target->address) != 0) {
		return -1;
	}
	target->is_local = address_is_loopback(&target->address);
	return *target->address.host == '\0' ? -1 : 0;
}
