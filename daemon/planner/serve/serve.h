/* SPDX-License-Identifier: ISC */
/*
 * serve: the planner that stays, for repairs; rota-planner.1.
 *
 * It keeps one published plan and answers questions about it on standard
 * output, in lines tagged with the id of the question, the last of which is
 * "done id=" or, of a question that is refused, "error id=".  What it is told
 * of changes it takes at once as far as they are plain, and makes its instance
 * anew beside the work for the rest; meanwhile it answers from what it has.
 *
 * The lines "drop" and "assign" behind "settled" are, in any order and all
 * together, what makes the plan as it was fed the plan as it is to be:
 *
 * - A drop is a half-day that is there, an assign one that is not; nothing is
 *   both.
 * - Of who drops out and of a site that closes every half-day of the question
 *   that has not begun is dropped, also those that are no plan's to move
 *   ("beside": of a rotation, with portions, at other times): these are in no
 *   need of the plan, so who takes them is known once they are cancelled.
 * - What was cancelled before the question is in no line.  It is vacant as far
 *   as it is still wanted, and whoever had it at a site that is closed may be
 *   sent elsewhere.  So the same question has the same lines before and after
 *   an absence or a closure is written, less the drops that it has made itself.
 * - What has begun, and what others have before frozen=, is in no line.
 */
#ifndef PLANNER_SERVE_H
#define PLANNER_SERVE_H

#include "daemon/base/compiler.h"

/* Until the end of standard input; the exit status.  plan: of prices, and of
 * what is published when the instance does not say so; or NULL. */
int serve_run(const char *instance, const char *plan) MUST_CHECK;

#endif
