/* SPDX-License-Identifier: ISC */
/* prices: their storage. */
#include "daemon/planner/prices.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

void
prices_make(struct prices *prices, const struct model *model)
{
	size_t physicians = (size_t)model->in->physicians + 1;
	size_t sites = (size_t)model->in->sites + 1;

	prices->slot = xcalloc(model->slots + 1, sizeof(int64_t));
	prices->physician = xcalloc(physicians, sizeof(int64_t));
	prices->unpopular = xcalloc(physicians, sizeof(int64_t));
	prices->site = xcalloc(sites, sizeof(int64_t));
}

void
prices_free(struct prices *prices)
{
	free(prices->slot);
	free(prices->physician);
	free(prices->unpopular);
	free(prices->site);
	memset(prices, 0, sizeof(*prices));
}

void
prices_copy(
    struct prices *to, const struct prices *from, const struct model *model)
{
	size_t physicians = (size_t)model->in->physicians;
	size_t sites = (size_t)model->in->sites;

	memcpy(to->slot, from->slot, model->slots * sizeof(int64_t));
	memcpy(to->physician, from->physician, physicians * sizeof(int64_t));
	memcpy(to->unpopular, from->unpopular, physicians * sizeof(int64_t));
	memcpy(to->site, from->site, sites * sizeof(int64_t));
}
