/* SPDX-License-Identifier: ISC */
/*
 * ledger: the cost of a plan, and of a change of it, item by item.
 *
 * The points of all items together are the cost to the point: what an option
 * costs that no item explains goes to EXTRA.
 */
#ifndef PLANNER_LEDGER_H
#define PLANNER_LEDGER_H

#include "daemon/domain/reason.h"
#include "daemon/planner/model/board.h"

struct ledger {
	int64_t points[ITEM_COUNT], count[ITEM_COUNT];
};

/* Of the whole plan. */
void ledger_board(struct ledger *ledger, const struct board *board);

/*
 * Of the changes in the desk's log from `from` on, which are taken back
 * thereby: what they cost.
 */
void ledger_undo(struct ledger *ledger, struct desk *desk, int32_t from);

/* The item that a half-day of the need is missed by. */
enum item ledger_item(const struct instance *in, const struct need *need);

#endif
