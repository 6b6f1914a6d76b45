/* SPDX-License-Identifier: ISC */
/*
 * plan_tell: a proposal as a coordinator decides by it: what is covered before
 * and after, by zone and site, the worst gaps and why they stay, the ways, how
 * even it is, what is owed, and how to go on.
 */
#ifndef ROTA_PLAN_TELL_H
#define ROTA_PLAN_TELL_H

#include "tools/rota/asked.h"
#include "tools/rota/options.h"
#include "tools/rota/rota.h"

/* What "plan show" was asked, told to standard output; with options->wide every
 * site and the cost as well. */
enum outcome plan_tell(struct rota *rota, const struct options *options,
    struct asked *asked) MUST_CHECK;

#endif
