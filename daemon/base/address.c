/* SPDX-License-Identifier: ISC */
/*
 * address: the last colon parts host and port; a host with colons of its own
 * has brackets.
 */
#include "daemon/base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

static const char name_bytes[] = "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789.-_";

static bool
parse_port(const char *text, char port[6])
{
	unsigned value = 0;
	size_t len = strlen(text);

	if (len == 0 || len > 5)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (unsigned)(text[i] - '0');
	}
	if (value > 65535)
		return false;
	memcpy(port, text, len + 1);
	return true;
}

int
address_parse(const char *text, struct address *address)
{
	struct in6_addr in6;
	const char *colon = strrchr(text, ':');
	size_t len;

	if (colon == NULL || !parse_port(colon + 1, address->port))
		return -1;
	len = (size_t)(colon - text);
	if (len == 0 || len >= sizeof(address->host))
		return -1;
	if (text[0] == '[') {
		if (len < 3 || text[len - 1] != ']')
			return -1;
		memcpy(address->host, text + 1, len - 2);
		address->host[len - 2] = '\0';
		return inet_pton(AF_INET6, address->host, &in6) == 1 ? 0 : -1;
	}
	memcpy(address->host, text, len);
	address->host[len] = '\0';
	if (strcmp(address->host, "*") == 0) {
		address->host[0] = '\0';
		return 0;
	}
	return strspn(address->host, name_bytes) == len ? 0 : -1;
}

bool
address_is_loopback(const struct address *address)
{
	struct in_addr in;
	struct in6_addr in6;

	if (strcmp(address->host, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, address->host, &in) == 1)
		return (ntohl(in.s_addr) >> 24) == 127;
	if (inet_pton(AF_INET6, address->host, &in6) != 1)
		return false;
	return IN6_IS_ADDR_LOOPBACK(&in6) ||
	    (IN6_IS_ADDR_V4MAPPED(&in6) && in6.s6_addr[12] == 127);
}
