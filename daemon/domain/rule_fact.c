/* SPDX-License-Identifier: ISC */
/*
 * rule_fact: what several rules ask of the facts about a physician.
 */
#include "daemon/domain/rule_private.h"

int32_t
assignment_programme(const struct book *book, const struct assignment *a)
{
	struct span reference = book_word_text(book, a->programme);

	return reference.len == 0
	    ? REF_NONE
	    : book_resolve(book, KIND_PROGRAMME, reference);
}

const int32_t *
judgement_facts(
    const struct judgement *judgement, enum kind kind, size_t *count)
{
	const struct book *book = judgement->book;
	int32_t physician = judgement->assignment->physician;

	return book_facts(
	    book, kind, book_physician(book, physician)->entity.id, count);
}

bool
judgement_stays(const struct judgement *judgement)
{
	const struct assignment *a = judgement->assignment;
	const struct assignment *before = judgement->before;

	return before != NULL && state_blocks(assignment_state(before)) &&
	    before->physician == a->physician && before->site == a->site &&
	    before->day == a->day && before->part == a->part;
}
