/* SPDX-License-Identifier: ISC */
/*
 * reason: the words by which a plan is explained; the rows of reason.def.
 */
#ifndef DOMAIN_REASON_H
#define DOMAIN_REASON_H

#include "proto/span.h"
#include "proto/status.h"

enum item {
#define ITEM(SYMBOL, id, key, en, fr) ITEM_##SYMBOL,
#include "daemon/domain/reason.def"
#undef ITEM
	ITEM_COUNT
};

struct item_info {
	const char *id, *key; /* S05, travel */
	const char *text[LANG_COUNT];
};

enum reason {
#define REASON(SYMBOL, word, en, fr) REASON_##SYMBOL,
#include "daemon/domain/reason.def"
#undef REASON
	REASON_COUNT
};

struct reason_info {
	const char *word;
	const char *text[LANG_COUNT]; /* what so many physicians ... */
};

const struct item_info *item_info(enum item item);
/* The item of a key, or ITEM_COUNT. */
enum item item_find(struct span key);

const struct reason_info *reason_info(enum reason reason);
/* The reason of a word, or REASON_COUNT. */
enum reason reason_find(struct span word);

#endif
