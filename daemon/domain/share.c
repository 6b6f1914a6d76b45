/* SPDX-License-Identifier: ISC */
/*
 * share: see share.h.
 */
#include "daemon/domain/share.h"

enum { DEFAULT_BOUND = 50, QUARTER_DAYS_MAX = 92, SECONDS_PER_MINUTE = 60 };

/* Whether it is care at all. */
static bool
is_care(enum activity activity)
{
	switch (activity) {
	case ACTIVITY_MT:
	case ACTIVITY_SNP:
	case ACTIVITY_CA:
	case ACTIVITY_VAD:
	case ACTIVITY_TLC:
	case ACTIVITY_EHPAD:
	case ACTIVITY_PDSA:
		return true;
	case ACTIVITY_REGUL:
	case ACTIVITY_HOSP:
	case ACTIVITY_SUPERV:
	case ACTIVITY_COORD:
	case ACTIVITY_PERM:
	case ACTIVITY_COUNT:
		break;
	}
	return false;
}

static bool
counts(const struct assignment *a)
{
	return state_blocks((enum state)a->state) &&
	    is_care((enum activity)a->activity);
}

struct share_group
share_group(const struct assignment *a)
{
	return (struct share_group){a->programme, a->site, day_quarter(a->day)};
}

static bool
is_of(const struct assignment *a, const struct share_group *group)
{
	return a->programme == group->programme && a->site == group->site &&
	    day_quarter(a->day) == group->quarter;
}

void
share_add(struct share *share, const struct assignment *a, int times)
{
	int64_t minutes = (int64_t)(a->length / SECONDS_PER_MINUTE) * times;
	int64_t snp = (int64_t)assignment_unscheduled(a) * times;

	if (!counts(a))
		return;
	share->all += minutes;
	share->snp += snp;
	if (a->state != STATE_DRAFT) {
		share->published += minutes;
		share->published_snp += snp;
	}
}

struct share
share_of(const struct book *book, const struct share_group *group)
{
	struct run run = book_site_run(book, group->site);
	struct share share = {0};

	for (size_t i = run_from_day(book, run, group->quarter); i < run.count;
	     i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		/* Nights and clocks west of Greenwich come a day late. */
		if (a->day > group->quarter + QUARTER_DAYS_MAX)
			break;
		if (is_of(a, group))
			share_add(&share, a, 1);
	}
	return share;
}

static bool
is_for_unscheduled(const struct book *book, int32_t site)
{
	int32_t structure = book_site(book, site)->structure;
	struct span kind;

	if (structure == REF_NONE)
		return false;
	kind = span_of(((const struct structure *)book_entity(
			    book, KIND_STRUCTURE, structure))
			   ->kind);
	return span_is(kind, "CSNP") || span_is(kind, "MMG");
}

unsigned
share_bound(const struct book *book, const struct share_group *group)
{
	int32_t programme;

	if (is_for_unscheduled(book, group->site))
		return SHARE_UNBOUND;
	if (group->programme == REF_NONE)
		return DEFAULT_BOUND;
	/* A reference that was never described has the default too. */
	programme = book_resolve(
	    book, KIND_PROGRAMME, book_word_text(book, group->programme));
	if (programme == REF_NONE)
		return DEFAULT_BOUND;
	return ((const struct programme *)book_entity(
		    book, KIND_PROGRAMME, programme))
	    ->snp_max;
}

unsigned
share_touched(const struct assignment *before, const struct assignment *after,
    struct share_group groups[2])
{
	struct share was = {0}, is = {0}, left = {0};
	struct share_group group = share_group(after);
	unsigned n = 0;

	share_add(&is, after, 1);
	if (before != NULL)
		share_add(is_of(before, &group) ? &was : &left, before, 1);
	if (left.all > left.snp)
		groups[n++] = share_group(before);
	if (is.published > was.published || is.snp > was.snp ||
	    is.all - is.snp < was.all - was.snp)
		groups[n++] = group;
	return n;
}
