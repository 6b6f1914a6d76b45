/* SPDX-License-Identifier: ISC */
/*
 * load: instances and plans from files of the command line.
 */
#ifndef PLANNER_LOAD_H
#define PLANNER_LOAD_H

#include "daemon/base/error.h"
#include "daemon/planner/instance/plan_file.h"

#include <stdbool.h>

/* "-" is standard input.  False with why; then there is no instance to free. */
bool load_instance(struct instance *in, const char *name, struct error *error)
    MUST_CHECK;
/* Likewise a plan of the instance. */
bool load_plan(struct plan *plan, const struct instance *in, const char *name,
    struct error *error) MUST_CHECK;

#endif
