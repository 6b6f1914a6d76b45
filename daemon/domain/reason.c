/* SPDX-License-Identifier: ISC */
/* reason: the tables. */
#include "daemon/domain/reason.h"

#define ITEM(SYMBOL, id, key, en, fr)                                          \
	[ITEM_##SYMBOL] = {#id, key, {[LANG_EN] = en, [LANG_FR] = fr}},
static const struct item_info items[ITEM_COUNT] = {
#include "daemon/domain/reason.def"
};
#undef ITEM

#define REASON(SYMBOL, word, en, fr)                                           \
	[REASON_##SYMBOL] = {word, {[LANG_EN] = en, [LANG_FR] = fr}},
static const struct reason_info reasons[REASON_COUNT] = {
#include "daemon/domain/reason.def"
};
#undef REASON

const struct item_info *
item_info(enum item item)
{
	return &items[item];
}

enum item
item_find(struct span key)
{
	int i = 0;

	while (i < ITEM_COUNT && !span_is(key, items[i].key))
		i++;
	return (enum item)i;
}

const struct reason_info *
reason_info(enum reason reason)
{
	return &reasons[reason];
}

enum reason
reason_find(struct span word)
{
	int i = 0;

	while (i < REASON_COUNT && !span_is(word, reasons[i].word))
		i++;
	return (enum reason)i;
}
