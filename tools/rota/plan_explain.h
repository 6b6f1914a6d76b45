/* SPDX-License-Identifier: ISC */
/*
 * plan_explain: why a proposal is as it is, in sentences.
 */
#ifndef ROTA_PLAN_EXPLAIN_H
#define ROTA_PLAN_EXPLAIN_H

#include "tools/rota/asked.h"
#include "tools/rota/options.h"
#include "tools/rota/rota.h"

/* Asks "plan explain" and tells it to people. */
enum outcome plan_explain_tell(struct rota *rota, const struct options *options,
    struct asked *asked) MUST_CHECK;

#endif
