/* SPDX-License-Identifier: ISC */
/*
 * H07: where the site says whom it needs in that half-day for that activity,
 * one of its needs, or of its sector's, is for the physician's specialty.
 */
#include "daemon/domain/rule_private.h"

#include <string.h>

enum { WANTED_MAX = 64 };

/* Whose needs, and what was found of them. */
struct wanted {
	const struct assignment *a;
	const char *specialty;
	bool any, fits;
	char text[WANTED_MAX]; /* specialties, a blank between */
	size_t len;
};

/* Adds a specialty unless it stands there already, or there is no room. */
static void
remember(struct wanted *wanted, const char *specialty)
{
	struct span rest = {wanted->text, wanted->len}, word;
	size_t len = strlen(specialty);

	while (span_cut(&rest, ' ', &word))
		if (span_is(word, specialty))
			return;
	if (wanted->len + 1 + len > sizeof(wanted->text))
		return;
	if (wanted->len > 0)
		wanted->text[wanted->len++] = ' ';
	memcpy(wanted->text + wanted->len, specialty, len);
	wanted->len += len;
}

static void
look(struct wanted *wanted, const struct book *book, struct id owner)
{
	const struct assignment *a = wanted->a;
	size_t count;
	const int32_t *facts = book_facts(book, KIND_NEED, owner, &count);

	for (size_t i = 0; i < count && !wanted->fits; i++) {
		const struct need *need =
		    (const struct need *)book_entity(book, KIND_NEED, facts[i]);

		if (need->from > a->day)
			break;
		if (need->to < a->day || !is_active(need->state) ||
		    !span_is(span_of(need->activity),
			activity_name(assignment_activity(a))) ||
		    !pattern_has(
			&need->pattern, need->from, a->day, (enum part)a->part))
			continue;
		wanted->any = true;
		wanted->fits = strcmp(need->specialty, wanted->specialty) == 0;
		remember(wanted, need->specialty);
	}
}

bool
rule_H07(const struct judgement *judgement, struct finding *finding)
{
	const struct book *book = judgement->book;
	const struct assignment *a = judgement->assignment;
	const struct physician *physician = book_physician(book, a->physician);
	const struct site *site = book_site(book, a->site);
	struct wanted wanted = {.a = a, .specialty = physician->specialty};

	look(&wanted, book, site->entity.id);
	if (!wanted.any || wanted.fits)
		return true;
	if (site->sector != REF_NONE)
		look(&wanted, book,
		    book_entity(book, KIND_TERRITORY, site->sector)->id);
	if (wanted.fits)
		return true;
	finding_site(finding, "at", site, false);
	finding_part(finding, a);
	finding_text(finding, "activity",
	    span_of(activity_name(assignment_activity(a))));
	finding_text(finding, "specialty", span_of(physician->specialty));
	finding_text(finding, "wanted", (struct span){wanted.text, wanted.len});
	return false;
}
