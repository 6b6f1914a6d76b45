/* SPDX-License-Identifier: ISC */
/*
 * book_words: words that stand in many assignments, kept once each.
 */
#include "daemon/domain/book_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>

static struct span
word_at(const void *owner, uint32_t position)
{
	const struct words *words = owner;

	return span_of(words->at[position]);
}

void
words_init(struct words *words)
{
	text_index_init(&words->index, word_at);
}

void
words_fini(struct words *words)
{
	for (int32_t i = 0; i < words->count; i++)
		free(words->at[i]);
	free(words->at);
	text_index_fini(&words->index);
}

int32_t
book_word_find(const struct book *book, struct span word)
{
	uint32_t at = text_index_find(&book->words.index, &book->words, word);

	return at == TEXT_INDEX_NONE ? REF_NONE : (int32_t)at;
}

int32_t
book_word(struct book *book, struct span word)
{
	struct words *words = &book->words;
	int32_t found = book_word_find(book, word);

	if (found != REF_NONE || word.len == 0 ||
	    words->count >= BOOK_WORDS_MAX)
		return found;
	words->at = xgrow(words->at, &words->capacity, (size_t)words->count + 1,
	    sizeof(words->at[0]));
	words->at[words->count] = xstrndup(word.ptr, word.len);
	words->bytes += word.len + 1;
	text_index_add(&words->index, words, (uint32_t)words->count);
	return words->count++;
}

struct span
book_word_text(const struct book *book, int32_t word)
{
	if (word < 0 || word >= book->words.count)
		return (struct span){NULL, 0};
	return span_of(book->words.at[word]);
}

size_t
words_memory(const struct words *words)
{
	return words->capacity * sizeof(words->at[0]) + words->bytes +
	    text_index_memory(&words->index);
}
