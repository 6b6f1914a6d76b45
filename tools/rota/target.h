/* SPDX-License-Identifier: ISC */
/*
 * target: where a daemon listens, as people write it.
 *
 *	/run/rota/rotad.sock   host:7683   [2001:db8::1]:7683   host
 */
#ifndef ROTA_TARGET_H
#define ROTA_TARGET_H

#include "daemon/base/address.h"
#include "daemon/base/compiler.h"

#include <stdbool.h>

/* Ports that an address without one means; see rotad.conf(5). */
#define TARGET_PORT_PLAIN "7682"
#define TARGET_PORT_TLS "7683"
#define TARGET_SOCKET "/run/rota/rotad.sock"

enum { TARGET_PATH_MAX = 108 }; /* of a unix socket, its final NUL included */

struct target {
	bool is_unix;
	bool is_local; /* nobody stands between: unix socket or loopback */
	char path[TARGET_PATH_MAX];
	struct address address;
};

/* 0, or -1 when the text has none of the forms. */
int target_parse(const char *text, struct target *target) MUST_CHECK;

#endif
