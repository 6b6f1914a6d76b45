/* SPDX-License-Identifier: ISC */
/*
 * agenda: half-days below each other, day by day.
 */
#ifndef ROTA_AGENDA_H
#define ROTA_AGENDA_H

#include "tools/rota/asked.h"
#include "tools/rota/rows.h"
#include "tools/rota/table.h"

void agenda_print(FILE *stream, struct rows *rows,
    const struct table_look *look, const struct asked *asked);

#endif
