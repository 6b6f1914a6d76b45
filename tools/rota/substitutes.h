/* SPDX-License-Identifier: ISC */
/*
 * substitutes: who could take the half-days that fall vacant, the best first,
 * and why others cannot: what replace=yes answers.
 */
#ifndef ROTA_SUBSTITUTES_H
#define ROTA_SUBSTITUTES_H

#include "tools/rota/asked.h"
#include "tools/rota/rows.h"
#include "tools/rota/table.h"

/* Whether there are any such lines. */
bool substitutes_any(const struct rows *rows);
void substitutes_print(FILE *stream, struct rows *rows,
    const struct table_look *look, const struct asked *asked);

#endif
