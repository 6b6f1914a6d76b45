/* SPDX-License-Identifier: ISC */
/*
 * plan_names: what sites, territories and physicians are called.
 */
#ifndef ROTA_PLAN_NAMES_H
#define ROTA_PLAN_NAMES_H

#include "tools/rota/rota.h"

/* The name, or the code itself if nobody knows; owned by the caller. */
char *name_of_site(struct rota *rota, const char *site) MUST_CHECK;
char *name_of_territory(struct rota *rota, const char *territory) MUST_CHECK;
char *name_of_physician(struct rota *rota, struct span physician) MUST_CHECK;

typedef char *name_fn(struct rota *rota, struct span code);

struct named {
	char *code, *name; /* owned */
};

/* Who is named once is named again soon: each is asked for once. */
struct names {
	struct rota *rota;
	name_fn *find;
	struct named *at; /* owned */
	size_t count, capacity;
};

void names_init_sites(struct names *names, struct rota *rota);
void names_init_physicians(struct names *names, struct rota *rota);
void names_fini(struct names *names);
/* Lent until names_fini(). */
const char *names_get(struct names *names, struct span code);

#endif
