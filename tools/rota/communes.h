/* SPDX-License-Identifier: ISC */
/*
 * communes: which communes there are, from a CSV file with a column insee.
 *
 * The daemon knows the form of a code and not what there is; whoever has the
 * list finds a wrong one before it is sent.
 */
#ifndef ROTA_COMMUNES_H
#define ROTA_COMMUNES_H

#include "proto/span.h"
#include "tools/rota/words.h"

#include <stdbool.h>
#include <stddef.h>

enum { COMMUNE_LEN = 5 };

struct communes {
	char (*codes)[COMMUNE_LEN]; /* sorted; owned */
	size_t count, capacity;
};

/* OUTCOME_OK, or OUTCOME_USAGE after a complaint; communes_fini() in any case.
 */
enum outcome communes_read(struct communes *communes, const char *path);
void communes_fini(struct communes *communes);
bool communes_have(const struct communes *communes, struct span code);

#endif
