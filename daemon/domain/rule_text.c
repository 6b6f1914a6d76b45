/* SPDX-License-Identifier: ISC */
/*
 * rule_text: the sentences of the rules.
 */
#include "daemon/domain/rule_private.h"

static const struct rule_text texts[] = {
#define RULE_TEXT(                                                             \
    ID, number, source_en, source_fr, text_en, text_fr, remedy_en, remedy_fr)  \
	{                                                                      \
	    .rule = STATUS_##ID,                                               \
	    .variant = (number),                                               \
	    .source = {[LANG_EN] = (source_en), [LANG_FR] = (source_fr)},      \
	    .text = {[LANG_EN] = (text_en), [LANG_FR] = (text_fr)},            \
	    .remedy = {[LANG_EN] = (remedy_en), [LANG_FR] = (remedy_fr)},      \
	},
#include "daemon/domain/rule_text.def"
#undef RULE_TEXT
};

const struct rule_text *
rule_text(enum status rule, unsigned variant)
{
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (texts[i].rule == rule && texts[i].variant == variant)
			return &texts[i];
	return NULL;
}
