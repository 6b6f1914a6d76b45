/* SPDX-License-Identifier: ISC */
/*
 * grid: a week as days beside each other and parts of the day below each other.
 */
#ifndef ROTA_GRID_H
#define ROTA_GRID_H

#include "tools/rota/asked.h"
#include "tools/rota/rows.h"
#include "tools/rota/table.h"

void grid_print(FILE *stream, struct rows *rows, const struct table_look *look,
    const struct asked *asked);

#endif
