/* SPDX-License-Identifier: ISC */
/*
 * names: opaque tokens of an instance, each with the number of its order of
 * arrival.  Numbers are dense from 0 and never change.
 */
#ifndef PLANNER_NAMES_H
#define PLANNER_NAMES_H

#include "proto/span.h"

enum { NAMES_NONE = -1 };

struct names {
	char **text; /* owned, by number */
	size_t count, room;
	int32_t *slots;
	size_t capacity;
};

void names_init(struct names *names);
void names_fini(struct names *names);
/* The number of a token, or NAMES_NONE. */
int32_t names_find(const struct names *names, struct span token);
/* The number of a new token, or NAMES_NONE when it is there already. */
int32_t names_add(struct names *names, struct span token);
/* Lent until names_fini. */
const char *names_text(const struct names *names, int32_t number);

#endif
