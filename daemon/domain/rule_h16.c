/* SPDX-License-Identifier: ISC */
/*
 * H16: unscheduled care is the lesser part of the care of a programme at a site
 * in a quarter.  A warning while all of it is a draft; a refusal at
 * publication, and from then on of whatever makes it worse, published or to be
 * published.
 *
 * A quarter that the book does not have in full is history and not judged.
 */
#include "daemon/domain/rule_private.h"

#include "daemon/base/mem.h"
#include "daemon/domain/share.h"

#include <stdlib.h>

enum { OF_PROGRAMME, OF_NONE, NOT_ALLOWED };
enum { PERCENT = 100, PER_MILLE = 1000, MONTHS_PER_QUARTER = 3 };

/* ----- the shares of one verdict ----- */

struct share_entry {
	struct share_group group;
	struct share change; /* by the unit: after less before */
	struct share now;
	bool known; /* `now` has been reckoned */
	bool told;  /* once of a publication suffices */
};

struct shares {
	struct share_entry *at;
	size_t count, capacity;
	bool gathered; /* the changes of the unit */
};

struct shares *
shares_new(void)
{
	return xcalloc(1, sizeof(struct shares));
}

void
shares_free(struct shares *shares)
{
	if (shares == NULL)
		return;
	free(shares->at);
	free(shares);
}

void
shares_forget(struct shares *shares)
{
	shares->count = 0;
	shares->gathered = false;
}

static bool
same_group(const struct share_group *a, const struct share_group *b)
{
	return a->site == b->site && a->programme == b->programme &&
	    a->quarter == b->quarter;
}

static struct share_entry *
entry(struct shares *shares, const struct share_group *group)
{
	for (size_t i = shares->count; i-- > 0;)
		if (same_group(&shares->at[i].group, group))
			return &shares->at[i];
	shares->at = xgrow(shares->at, &shares->capacity, shares->count + 1,
	    sizeof(shares->at[0]));
	shares->at[shares->count] = (struct share_entry){.group = *group};
	return &shares->at[shares->count++];
}

static void
gather(const struct judgement *judgement)
{
	const struct unit *unit = judgement->unit;
	struct shares *shares = judgement->shares;

	for (size_t i = 0; i < unit->count; i++) {
		const struct assignment *was = &judgement->befores[i];
		const struct assignment *is;
		struct share_group group;

		if (unit->changes[i].change.kind != KIND_ASSIGNMENT)
			continue;
		if (was->rev > 0) {
			group = share_group(was);
			share_add(&entry(shares, &group)->change, was, -1);
		}
		/* NULL: its turn has not come, see rules_sift(). */
		is = book_assignment(
		    judgement->book, unit->changes[i].change.id);
		if (is != NULL) {
			group = share_group(is);
			share_add(&entry(shares, &group)->change, is, 1);
		}
	}
	shares->gathered = true;
}

/* The share in the end state, and as it was before the unit. */
static struct share_entry *
look(const struct judgement *judgement, const struct share_group *group,
    struct share *now, struct share *was)
{
	struct share_entry *of;

	if (!judgement->shares->gathered)
		gather(judgement);
	of = entry(judgement->shares, group);
	if (!of->known)
		of->now = share_of(judgement->book, group);
	of->known = true;
	*now = of->now;
	was->snp = of->now.snp - of->change.snp;
	was->all = of->now.all - of->change.all;
	was->published = of->now.published - of->change.published;
	was->published_snp = of->now.published_snp - of->change.published_snp;
	return of;
}

/* ----- the verdict ----- */

enum verdict { ACCEPTABLE, WARNING, REFUSED };

struct view {
	struct share_group group;
	struct share now, was;
	unsigned bound;
	struct share_entry *entry;
};

static bool
is_worse(const struct view *view)
{
	if (view->was.all == 0)
		return view->now.snp > 0;
	return view->now.snp * view->was.all > view->was.snp * view->now.all;
}

/* What fills the gap of an absence may be published although the absence left
 * the share too high: of what is published it makes nothing worse. */
static bool
publishes_no_worse(const struct view *view)
{
	const struct share *now = &view->now, *was = &view->was;

	return was->published > 0 &&
	    now->published_snp * was->published <=
	    was->published_snp * now->published;
}

/* Whether the half-day falls away because somebody is absent or a site closes:
 * that is so, whatever it does to the share. */
static bool
is_forced(const struct judgement *judgement)
{
	const struct unit *unit = judgement->unit;

	if (state_blocks(assignment_state(judgement->assignment)))
		return false;
	/* In the order of kinds: facts stand before half-days. */
	for (size_t i = 0; i < unit->count; i++) {
		enum kind kind = unit->changes[i].change.kind;

		if (kind == KIND_ABSENCE || kind == KIND_CLOSURE)
			return true;
		if (kind == KIND_ASSIGNMENT)
			break;
	}
	return false;
}

static enum verdict
verdict(const struct judgement *judgement, const struct view *view)
{
	if (view->now.snp == 0 ||
	    view->now.snp * PERCENT < (int64_t)view->bound * view->now.all)
		return ACCEPTABLE;
	if (judgement->rules->moment == MOMENT_PUBLISH) {
		if (view->entry->told)
			return ACCEPTABLE;
		return publishes_no_worse(view) ? WARNING : REFUSED;
	}
	if (is_forced(judgement))
		return WARNING;
	if (view->was.published > 0)
		return is_worse(view) ? REFUSED : WARNING;
	return view->now.published > 0 ? REFUSED : WARNING;
}

/* Half-days of other care, as long as this one, that would bring the share
 * under its bound. */
static int64_t
missing(const struct view *view, const struct assignment *a)
{
	int64_t minutes = a->length < 60 ? 1 : a->length / 60;
	int64_t least = view->now.snp * PERCENT / view->bound + 1;

	return (least - view->now.all + minutes - 1) / minutes;
}

static void
finding_percent(
    struct finding *finding, const char *key, const struct share *share)
{
	char text[24];
	struct out out = OUT(text);

	out_fixed(
	    &out, share->all == 0 ? 0 : share->snp * PER_MILLE / share->all, 1);
	finding_text(finding, key, (struct span){text, out.len});
}

static void
finding_quarter(struct finding *finding, int32_t quarter)
{
	char text[16];
	struct out out = OUT(text);
	int year;
	unsigned month, mday;

	day_to_civil(quarter, &year, &month, &mday);
	out_i64(&out, year);
	out_literal(&out, "-Q");
	out_u64(&out, (month - 1) / MONTHS_PER_QUARTER + 1);
	finding_text(finding, "quarter", (struct span){text, out.len});
}

static void
find(const struct judgement *judgement, const struct view *view,
    struct finding *finding)
{
	struct span programme =
	    book_word_text(judgement->book, view->group.programme);

	finding_site(
	    finding, "at", book_site(judgement->book, view->group.site), false);
	if (programme.len > 0)
		finding_text(finding, "programme", programme);
	finding_quarter(finding, view->group.quarter);
	finding_percent(finding, "share", &view->now);
	finding_percent(finding, "was", &view->was);
	finding_number(finding, "bound", view->bound);
	if (view->bound == 0) {
		finding->variant = NOT_ALLOWED;
		return;
	}
	finding->variant = programme.len > 0 ? OF_PROGRAMME : OF_NONE;
	finding_number(
	    finding, "half-days", missing(view, judgement->assignment));
}

bool
rule_H16(const struct judgement *judgement, struct finding *finding)
{
	struct share_group groups[2];
	struct view worst = {.bound = SHARE_UNBOUND};
	enum verdict most = ACCEPTABLE;
	unsigned n =
	    share_touched(judgement->before, judgement->assignment, groups);

	for (unsigned i = 0; i < n; i++) {
		struct view view = {.group = groups[i]};
		enum verdict of;

		view.bound = share_bound(judgement->book, &view.group);
		if (view.bound >= SHARE_UNBOUND ||
		    view.group.quarter < book_from(judgement->book))
			continue;
		view.entry = look(judgement, &view.group, &view.now, &view.was);
		of = verdict(judgement, &view);
		if (of > most) {
			most = of;
			worst = view;
		}
	}
	if (most == ACCEPTABLE)
		return true;
	finding->warning = most == WARNING;
	entry(judgement->shares, &worst.group)->told =
	    most == REFUSED || judgement->rules->moment == MOMENT_PUBLISH;
	find(judgement, &worst, finding);
	return false;
}
