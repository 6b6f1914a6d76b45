/* SPDX-License-Identifier: ISC */
/*
 * usage: what can be said, and how.
 */
#ifndef ROTA_USAGE_H
#define ROTA_USAGE_H

#include "tools/rota/verbs.h"

/* One line to standard error, after a complaint. */
void usage_short(const struct verb_view *view);
/* What a verb takes, to standard output. */
void usage_verb(const struct verb_view *view);
/* All commands and verbs. */
void usage_all(void);

#endif
