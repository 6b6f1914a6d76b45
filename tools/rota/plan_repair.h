/* SPDX-License-Identifier: ISC */
/*
 * plan_repair: what the planner would do when somebody drops out, and who could
 * come for each half-day or why not.
 */
#ifndef ROTA_PLAN_REPAIR_H
#define ROTA_PLAN_REPAIR_H

#include "tools/rota/asked.h"
#include "tools/rota/options.h"
#include "tools/rota/rota.h"

/* What "plan repair" was asked, told to standard output. */
enum outcome plan_repair_tell(struct rota *rota, const struct options *options,
    struct asked *asked) MUST_CHECK;

#endif
