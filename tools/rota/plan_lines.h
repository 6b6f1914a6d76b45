/* SPDX-License-Identifier: ISC */
/*
 * plan_lines: the lines of a proposal, with the names of sites and physicians.
 */
#ifndef ROTA_PLAN_LINES_H
#define ROTA_PLAN_LINES_H

#include "tools/rota/rows.h"
#include "tools/rota/table.h"

/* A table of an answer of "plan lines".  Names are asked for: the closing line
 * of that answer goes.  Where the terminal is narrow the codes are left out. */
void lines_print(struct rows *rows, const struct table_look *look);

#endif
