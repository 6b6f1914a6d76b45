/* SPDX-License-Identifier: ISC */
/*
 * places: codes and names of what a key can hold, fetched from the daemon once
 * for each kind and then known for a minute.
 */
#ifndef ROTA_PLACES_H
#define ROTA_PLACES_H

#include "tools/rota/rota.h"

struct place {
	char *code, *name;
};

/* How many there are for "site", "territory" ...; 0 when the daemon cannot be
 * asked, or there are none for that key. */
size_t places_count(struct rota *rota, const char *key);
const struct place *places_at(struct rota *rota, const char *key, size_t i);
/* By the beginning of the code, or of the name in any case. */
bool place_matches(const struct place *place, const char *start);

#endif
