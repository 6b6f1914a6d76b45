/* SPDX-License-Identifier: ISC */
/*
 * address: "host:port" of a listener or peer as text; no name is looked up.
 *
 *	127.0.0.1:7682   rota.example.org:7683   [2001:db8::1]:7682   *:7682
 */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include "daemon/base/compiler.h"

#include <stdbool.h>

/* Caller's storage; both texts are ready for getaddrinfo(3). */
struct address {
	char host[254]; /* without brackets; "" is "*", every address */
	char port[6];   /* decimal, "0" to "65535"; 0 lets the kernel choose */
};

/* What address_parse() accepts, for messages: "must be " ADDRESS_FORM. */
#define ADDRESS_FORM "HOST:PORT, [IPV6]:PORT or *:PORT"

/* 0, or -1 if text has another form; address is then undefined. */
int address_parse(const char *text, struct address *address) MUST_CHECK;

/*
 * Whether it cannot be reached from another machine.  A name other than
 * "localhost" may be anything, so it is not.
 */
bool address_is_loopback(const struct address *address);

#endif
