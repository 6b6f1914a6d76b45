/* SPDX-License-Identifier: ISC */
/*
 * instance_text: an instance as the lines that say the same, also one that was
 * made of facts: what its hook refuses is forbidden, what it charges is extra.
 */
#ifndef TESTS_INSTANCE_TEXT_H
#define TESTS_INSTANCE_TEXT_H

#include "daemon/planner/instance/instance.h"

/* Owned by the caller.  The order of things is that of their numbers. */
char *instance_text(const struct instance *in);

#endif
