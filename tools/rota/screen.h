/* SPDX-License-Identifier: ISC */
/*
 * screen: the week of what is watched, drawn in place on a terminal.
 */
#ifndef ROTA_SCREEN_H
#define ROTA_SCREEN_H

#include "tools/rota/asked.h"
#include "tools/rota/options.h"

struct screen {
	bool wanted;            /* a terminal, and something that has a week */
	bool stale;             /* to be drawn */
	struct verb_view *view; /* of "week"; owned */
	char *key, *value;      /* what is watched; owned */
};

void screen_init(struct screen *screen, const struct asked *watched,
    const struct options *options);
void screen_fini(struct screen *screen);
/* Fetches and draws; pushed lines that come meanwhile go to the reader.
 * OUTCOME_FAIL when the connection broke. */
enum outcome screen_draw(struct screen *screen, struct rota *rota,
    const struct options *options, const struct reader *reader) MUST_CHECK;

#endif
