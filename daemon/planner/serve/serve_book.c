/* SPDX-License-Identifier: ISC */
/*
 * serve_book: see serve_book.h.
 *
 * Plain is what only takes away from what is possible - somebody is absent or
 * not available, a site closes -, and half-days of the form that a plan gives.
 */
#include "daemon/planner/serve/serve_book.h"

#include "daemon/domain/fact_line.h"
#include "daemon/planner/reduce/reduce_private.h"

#include <string.h>

/* ----- lines ----- */

unsigned
book_line_rank(struct span line)
{
	static const struct {
		const char *word;
		unsigned rank;
	} others[] = {
	    {"cut", KIND_DIRECTORY_COUNT + 1},
	    {"older", KIND_DIRECTORY_COUNT + 2},
	    {"scope", BOOK_RANKS - 1},
	    {"covers", BOOK_RANKS - 1},
	    {"variant", BOOK_RANKS - 1},
	    {"lock", BOOK_RANKS - 1},
	};
	struct span word;
	enum kind kind;

	span_cut(&line, ' ', &word);
	/* Each kind refers only to kinds before it, half-days also to what is
	 * left of older ones. */
	if (kind_find(word, &kind))
		return (unsigned)kind + (kind == KIND_ASSIGNMENT ? 3 : 1);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (span_is(word, others[i].word))
			return others[i].rank;
	return 0;
}

_Static_assert(KIND_COUNT + 3 < BOOK_RANKS, "each kind has a rank of its own");

/* ----- half-days ----- */

static void
copy(struct span text, char to[BOOK_WORD_MAX])
{
	size_t len = text.len < BOOK_WORD_MAX ? text.len : BOOK_WORD_MAX - 1;

	if (len > 0)
		memcpy(to, text.ptr, len);
	to[len] = '\0';
}

static struct book_half
half_of(const struct reduction *reduction, const struct assignment *a)
{
	const struct book *book = reduction->book;
	const struct physician *physician = book_physician(book, a->physician);
	int32_t doctor = reduction_doctor(reduction, a->physician);
	struct book_half half = {
	    .activity = activity_name((enum activity)a->activity),
	    .from = a->from,
	    .doctor = doctor == NONE ? -1 : doctor,
	    .day = a->day,
	    .part = a->part,
	    .blocks = state_blocks((enum state)a->state),
	    .cancelled = a->state == STATE_CANCELLED,
	    .held = a->state == STATE_HELD,
	    .movable = reduction_may_move(reduction, a)};

	id_to_text(a->id, half.id);
	id_to_text(physician->entity.id, half.physician);
	id_to_text(book_site(book, a->site)->entity.id, half.site);
	copy(span_of(physician->specialty), half.specialty);
	if (a->programme != REF_NONE)
		copy(book_word_text(book, a->programme), half.programme);
	return half;
}

static bool
find(const struct reduction *reduction, enum kind kind, struct span text,
    int32_t *index)
{
	struct id id;

	*index = REF_NONE;
	if (span_to_id(text, &id))
		*index = book_find(reduction->book, kind, id);
	return *index != REF_NONE;
}

bool
book_has_physician(const struct reduction *reduction, struct span id)
{
	int32_t index;

	return find(reduction, KIND_PHYSICIAN, id, &index);
}

bool
book_has_site(const struct reduction *reduction, struct span id)
{
	int32_t index;

	return find(reduction, KIND_SITE, id, &index);
}

bool
book_has_begun(const struct reduction *reduction, int32_t spot, int32_t half,
    int32_t class, int64_t now)
{
	const struct demand *demand =
	    reduce_demand(reduction, spot, half, class);

	return demand != NULL && demand->from <= now;
}

static bool
moves(const struct reduction *reduction, struct id id)
{
	for (size_t i = 0; i < reduction->movables; i++)
		if (id_equal(reduction->movable[i].was.id, id))
			return !reduction->movable[i].stays;
	return false;
}

void
book_each_moving(
    const struct reduction *reduction, book_half_fn *each, void *arg)
{
	for (size_t i = 0; i < reduction->movables; i++) {
		struct book_half half =
		    half_of(reduction, &reduction->movable[i].was);

		if (!reduction->movable[i].stays)
			each(arg, &half);
	}
}

void
book_each_cancelled(
    const struct reduction *reduction, book_half_fn *each, void *arg)
{
	const struct book *book = reduction->book;

	for (uint32_t i = 0; i < book_assignments(book); i++) {
		const struct assignment *a = book_at(book, i);
		struct book_half half;

		/* What moves is out of the book, as if it were cancelled. */
		if (a->state != STATE_CANCELLED ||
		    !reduce_has_day(reduction, a->day))
			continue;
		half = half_of(reduction, a);
		each(arg, &half);
	}
}

void
book_each_other(const struct reduction *reduction, struct span physician,
    struct span site, book_half_fn *each, void *arg)
{
	const struct book *book = reduction->book;
	int32_t who = REF_NONE, where = REF_NONE;
	struct run run;

	if ((physician.len > 0 &&
		!find(reduction, KIND_PHYSICIAN, physician, &who)) ||
	    (site.len > 0 && !find(reduction, KIND_SITE, site, &where)) ||
	    (who == REF_NONE && where == REF_NONE))
		return;
	run = who != REF_NONE ? book_physician_run(book, who)
			      : book_site_run(book, where);
	for (size_t i = run_from_day(book, run, reduction->r.monday);
	     i < run.count; i++) {
		const struct assignment *a = book_at(book, run.slot[i]);
		struct book_half half;

		if ((a->state != STATE_DRAFT && a->state != STATE_PUBLISHED) ||
		    !reduce_has_day(reduction, a->day) ||
		    (where != REF_NONE && a->site != where))
			continue;
		half = half_of(reduction, a);
		each(arg, &half);
	}
}

/* ----- changes ----- */

static bool
is_active(const char *state)
{
	return strcmp(state, "active") == 0;
}

static unsigned
bits_of(const char *letters)
{
	unsigned bits = 0;

	for (unsigned part = 0; part < PART_COUNT; part++)
		bits |= (unsigned)parts_have(letters, (enum part)part) << part;
	return bits;
}

struct reading {
	const struct reduction *reduction;
	const struct fact *fact;
	struct book_news *news;
	book_away_fn *away;
	void *arg;
};

static void
read_half(const struct reading *reading)
{
	const struct assignment *a = &reading->fact->after.assignment;
	const union after *was =
	    book_latest(reading->reduction->book, KIND_ASSIGNMENT, a->id);

	reading->news->sort = NEWS_HALF;
	reading->news->half = half_of(reading->reduction, a);
	reading->news->was_there = was != NULL &&
	    state_blocks((enum state)was->assignment.state) &&
	    !moves(reading->reduction, a->id);
}

static void
read_absence(const struct reading *reading)
{
	const struct absence *absence = &reading->fact->after.absence;
	int32_t doctor =
	    reduction_doctor(reading->reduction, absence->physician);

	reading->news->sort = NEWS_AWAY;
	if (is_active(absence->state) && doctor != NONE)
		reading->away(reading->arg, doctor, NONE, absence->from,
		    absence->to, bits_of(absence->parts));
}

static void
read_availability(const struct reading *reading)
{
	const struct availability *said = &reading->fact->after.availability;
	const struct reduction *reduction = reading->reduction;
	int32_t doctor = reduction_doctor(reduction, said->physician);
	int32_t day = reduction->r.monday;
	int32_t last = day + 7 * reduction->r.weeks - 1;

	if (strcmp(said->kind, "unavailable") != 0)
		return;
	reading->news->sort = NEWS_AWAY;
	if (!is_active(said->state) || doctor == NONE)
		return;
	for (day = said->from > day ? said->from : day;
	     day <= last && day <= said->to; day++) {
		unsigned parts = pattern_parts(&said->pattern, said->from, day);

		if (parts != 0)
			reading->away(
			    reading->arg, doctor, NONE, day, day, parts);
	}
}

/* Nobody is sent there meanwhile; what is wanted there the rules say. */
static void
read_closure(const struct reading *reading)
{
	const struct closure *closure = &reading->fact->after.closure;
	const struct reduction *reduction = reading->reduction;

	for (size_t s = 0; s < reduction->r.spots; s++)
		if (is_active(closure->state) &&
		    reduction->r.spot[s].site == closure->site)
			reading->away(reading->arg, NONE, (int32_t)s,
			    closure->from, closure->to,
			    bits_of(closure->parts));
}

void
book_read(const struct reduction *reduction, struct span line,
    struct book_news *news, book_away_fn *away, void *arg)
{
	struct error ignored;
	struct fact fact;
	struct reading reading = {reduction, &fact, news, away, arg};

	*news = (struct book_news){.sort = NEWS_OTHER};
	/* What refers to what is new is for the rules. */
	if (fact_line_read(&fact, reduction->book, line, &ignored) !=
	    FACT_CHANGE)
		return;
	news->restricts = fact.change.rev == 1;
	/* Others mean more than they say. */
	if (fact.change.kind == KIND_ASSIGNMENT)
		read_half(&reading);
	else if (fact.change.kind == KIND_ABSENCE)
		read_absence(&reading);
	else if (fact.change.kind == KIND_AVAILABILITY)
		read_availability(&reading);
	else if (fact.change.kind == KIND_CLOSURE)
		read_closure(&reading);
}
