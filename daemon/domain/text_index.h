/* SPDX-License-Identifier: ISC */
/*
 * text_index: finds things by a text that they carry.
 *
 * Holds positions only; the texts stay with their owner and are asked for
 * through a function.  Several positions may carry one text for a while (within
 * a unit that exchanges two codes): the lowest is found.
 */
#ifndef DOMAIN_TEXT_INDEX_H
#define DOMAIN_TEXT_INDEX_H

#include "proto/span.h"

/* The text at a position; borrowed. */
typedef struct span text_at_fn(const void *owner, uint32_t position);

struct text_index {
	uint32_t *slots;
	size_t capacity, count;
	uint64_t secret;
	text_at_fn *text_at;
};

#define TEXT_INDEX_NONE UINT32_MAX

void text_index_init(struct text_index *index, text_at_fn *text_at);
void text_index_fini(struct text_index *index);
/* Lowest position with this text, or TEXT_INDEX_NONE. */
uint32_t text_index_find(
    const struct text_index *index, const void *owner, struct span text);
/* The owner answers for the position already. */
void text_index_add(
    struct text_index *index, const void *owner, uint32_t position);
/* The owner still answers with the text that was added. */
void text_index_remove(
    struct text_index *index, const void *owner, uint32_t position);
size_t text_index_memory(const struct text_index *index); /* bytes */

#endif
