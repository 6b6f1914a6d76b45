/* SPDX-License-Identifier: ISC */
/*
 * view: asks, and shows the answer as the options say.
 */
#ifndef ROTA_VIEW_H
#define ROTA_VIEW_H

#include "tools/rota/asked.h"
#include "tools/rota/rota.h"
#include "tools/rota/rows.h"
#include "tools/rota/table.h"

/* Sends a request and shows what comes back; lists are fetched page by page. */
enum outcome view_ask(struct rota *rota, const struct options *options,
    struct asked *asked) MUST_CHECK;

/* All data lines of a list, page after page.  Refusals are said. */
enum outcome view_fetch(struct rota *rota, struct asked *asked,
    const struct reader *reader) MUST_CHECK;

/* How rows of a verb are shown to people; NULL: as any table. */
typedef void view_fn(FILE *stream, struct rows *rows,
    const struct table_look *look, const struct asked *asked);
view_fn *view_of(const char *verb);

#endif
