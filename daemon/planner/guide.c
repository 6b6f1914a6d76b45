/* SPDX-License-Identifier: ISC */
/* guide: which options to try first. */
#include "daemon/base/mem.h"
#include "daemon/planner/chain.h"
#include "daemon/planner/prices.h"

#include <stdlib.h>

struct ranked {
	int64_t worth;
	struct taker taker;
};

static int
compare(const void *left, const void *right)
{
	const struct ranked *a = left, *b = right;

	if (a->worth != b->worth)
		return a->worth < b->worth ? -1 : 1;
	return (a->taker.option > b->taker.option) -
	    (a->taker.option < b->taker.option);
}

static int64_t
reduced(const struct model *model, const int64_t *price, int32_t number)
{
	const struct offer *option = &model->option[number];

	return option->cost * PRICE_ONE - price[option->need];
}

static void
rank_seats(struct guide *guide, const struct model *model, const int64_t *price)
{
	struct ranked *list = NULL;
	size_t room = 0;

	for (size_t s = 0; s < model->seats; s++) {
		int32_t first = model->seat[s].first;
		size_t count = (size_t)(model->seat[s + 1].first - first);

		list = xgrow(list, &room, count, sizeof(list[0]));
		for (size_t i = 0; i < count; i++) {
			int32_t o = first + (int32_t)i;

			list[i] = (struct ranked){
			    reduced(model, price, o), {(int32_t)s, o}};
		}
		qsort(list, count, sizeof(list[0]), compare);
		for (size_t i = 0; i < count; i++)
			guide->ranked[first + (int32_t)i] =
			    list[i].taker.option;
	}
	free(list);
}

static void
rank_takers(
    struct guide *guide, const struct model *model, const int64_t *price)
{
	struct ranked *list = NULL;
	size_t room = 0;

	for (size_t n = 0; n < model->slots; n++) {
		int32_t first = model->taker_first[n];
		size_t count = (size_t)(model->taker_first[n + 1] - first);

		list = xgrow(list, &room, count + 1, sizeof(list[0]));
		for (size_t i = 0; i < count; i++) {
			struct taker taker = model->taker[first + (int32_t)i];

			list[i] = (struct ranked){
			    reduced(model, price, taker.option), taker};
		}
		qsort(list, count, sizeof(list[0]), compare);
		for (size_t i = 0; i < count; i++)
			guide->taker[first + (int32_t)i] = list[i].taker;
	}
	free(list);
}

void
guide_make(struct guide *guide, const struct model *model, const int64_t *price)
{
	guide->ranked = xcalloc(model->options + 1, sizeof(int32_t));
	guide->taker = xcalloc(model->options + 1, sizeof(struct taker));
	rank_seats(guide, model, price);
	rank_takers(guide, model, price);
}

void
guide_free(struct guide *guide)
{
	free(guide->ranked);
	free(guide->taker);
	guide->ranked = NULL;
	guide->taker = NULL;
}
