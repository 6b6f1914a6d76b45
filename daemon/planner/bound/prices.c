/* SPDX-License-Identifier: ISC */
/* prices: their storage. */
#include "daemon/planner/bound/prices.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

void
prices_make(struct prices *prices, const struct model *model)
{
	const struct instance *in = model->in;

	prices->slot = xcalloc(model->slots + 1, sizeof(int64_t));
	prices->share = xcalloc(in->shares + 1, sizeof(int64_t));
	prices->unpopular =
	    xcalloc((size_t)in->physicians + 1, sizeof(int64_t));
	prices->cap = xcalloc(in->caps + 1, sizeof(int64_t));
}

void
prices_free(struct prices *prices)
{
	free(prices->slot);
	free(prices->share);
	free(prices->unpopular);
	free(prices->cap);
	memset(prices, 0, sizeof(*prices));
}

void
prices_copy(
    struct prices *to, const struct prices *from, const struct model *model)
{
	const struct instance *in = model->in;

	memcpy(to->slot, from->slot, model->slots * sizeof(int64_t));
	memcpy(to->share, from->share, in->shares * sizeof(int64_t));
	memcpy(to->unpopular, from->unpopular,
	    (size_t)in->physicians * sizeof(int64_t));
	memcpy(to->cap, from->cap, in->caps * sizeof(int64_t));
}
