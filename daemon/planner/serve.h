/* SPDX-License-Identifier: ISC */
/*
 * serve: the planner that stays, for repairs; rota-planner.1.
 *
 * It keeps one published plan and answers questions about it on standard
 * output, one line each, tagged with the id of the question and ended by
 * "done id=".  What it is told of changes it takes at once as far as they are
 * plain, and makes its instance anew beside the work for the rest.
 */
#ifndef PLANNER_SERVE_H
#define PLANNER_SERVE_H

#include "daemon/base/compiler.h"

/* Until the end of standard input; the exit status.  plan: of prices, and of
 * what is published when the instance does not say so; or NULL. */
int serve_run(const char *instance, const char *plan) MUST_CHECK;

#endif
