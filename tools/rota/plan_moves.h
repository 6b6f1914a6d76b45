/* SPDX-License-Identifier: ISC */
/*
 * plan_moves: what a proposal moves, in words: who goes from where to where,
 * and who comes in place of whom.
 */
#ifndef ROTA_PLAN_MOVES_H
#define ROTA_PLAN_MOVES_H

#include "tools/rota/rota.h"
#include "tools/rota/rows.h"

/* Of the answer of "plan lines" those lines that move something, each in a
 * line; at most so many, whose number is returned. */
size_t moves_print(struct rota *rota, struct rows *rows, size_t most);
/* The first of a plan, of which so many are told to move something. */
void moves_tell(struct rota *rota, const char *plan, uint64_t count);

#endif
