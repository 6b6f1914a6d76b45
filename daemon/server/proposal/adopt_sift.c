/* SPDX-License-Identifier: ISC */
/*
 * adopt_sift: which lines of a unit may be adopted, as the rules have it and as
 * they depend on each other: where one stands in the place of a half-day that
 * another takes away, there is neither without the other.
 */
#include "daemon/server/proposal/adopt_lines_private.h"

#include "daemon/base/idmap.h"
#include "daemon/base/mem.h"
#include "daemon/domain/open.h"
#include "daemon/server/server.h"

#include <stdlib.h>

enum { ROUNDS_MAX = 16 };

struct sieve {
	struct plan *plan;
	struct adopt_lines *lines;
	struct finding *findings; /* owned; of those refused in this round */
	size_t *of;               /* owned; which lines */
	size_t count, findings_capacity, of_capacity;
	size_t next; /* refusals come in the order of the lines */
	/* By name: what is taken away and what is put of a physician then, and
	 * the first that is put at a place. */
	struct idmap cancels, puts, places;
	size_t *next_there; /* owned; the next one there, or their number */
	bool *followed;     /* owned; refused, and what depends on it */
};

static void
on_refused(
    void *arg, const struct unit_change *change, const struct finding *finding)
{
	struct sieve *sieve = arg;

	while (!id_equal(sieve->lines->at[sieve->next].slot, change->change.id))
		sieve->next++;
	sieve->findings = xgrow(sieve->findings, &sieve->findings_capacity,
	    sieve->count + 1, sizeof(sieve->findings[0]));
	sieve->of = xgrow(sieve->of, &sieve->of_capacity, sieve->count + 1,
	    sizeof(sieve->of[0]));
	sieve->findings[sieve->count] = *finding;
	sieve->of[sieve->count++] = sieve->next;
}

/* All lines but those refused before; backwards: the last one first. */
static void
make_unit(struct sieve *sieve, struct unit *unit, bool backwards)
{
	struct adopt_lines *lines = sieve->lines;

	unit_init(unit);
	for (size_t i = 0; i < lines->count; i++) {
		struct adopt_line *line =
		    &lines->at[backwards ? lines->count - 1 - i : i];
		union after after;

		if (line->state == LINE_ADOPTED &&
		    adopt_line_make(sieve->plan, line, &after))
			adopt_line_put(unit, sieve->plan, lines, &after);
	}
	unit_seal(unit, store_book(sieve->plan->server->store));
}

static bool
lacks_room(const struct unit_change *change)
{
	return change->change.after->assignment.room > PROTO_ROOMS_MAX;
}

/* The lowest free ones, once all that goes is gone. */
static void
allot_rooms(struct book *book, struct unit *unit)
{
	book_suppose(book, NULL, 0);
	for (size_t i = 0; i < unit->count; i++)
		if (!lacks_room(&unit->changes[i]))
			book_suppose_more(book, &unit->changes[i].change);
	for (size_t i = 0; i < unit->count; i++) {
		const struct assignment *a =
		    &unit->changes[i].change.after->assignment;

		if (!lacks_room(&unit->changes[i]))
			continue;
		unit_set_room(unit, i,
		    room_lowest_free(
			book, a->site, a->from, assignment_to(a), a->id));
		book_suppose_more(book, &unit->changes[i].change);
	}
	book_retract(book);
}

/* Whether all of it may be as it is, and with what warnings: what moves may
 * break in between what it keeps in the end, such as a share of unscheduled
 * care. */
static bool
fits(struct sieve *sieve, struct warnings *warnings, bool backwards)
{
	struct plan *plan = sieve->plan;
	struct book *book = store_book(plan->server->store);
	struct rules rules = plan_rules(plan->server, plan->session);
	struct unit unit;
	bool good = true;

	make_unit(sieve, &unit, backwards);
	if (unit.count > 0) {
		allot_rooms(book, &unit);
		good =
		    rules_findings(book, &rules, &unit, NULL, 0, warnings) == 0;
	}
	unit_fini(&unit);
	return good;
}

static void
sift_once(struct sieve *sieve)
{
	struct plan *plan = sieve->plan;
	struct book *book = store_book(plan->server->store);
	struct rules rules = plan_rules(plan->server, plan->session);
	struct unit unit;

	make_unit(sieve, &unit, false);
	sieve->count = sieve->next = 0;
	if (unit.count > 0)
		(void)rules_sift(book, &rules, &unit, on_refused, sieve);
	unit_fini(&unit);
}

/* ----- what depends on what ----- */

/* The half-day of a physician, as a name. */
static struct id
when(const struct adopt_line *line)
{
	return (struct id){line->physician.hi ^ (uint64_t)line->day << 8,
	    line->physician.lo ^ (uint64_t)line->part};
}

/* What is wanted of a site, likewise. */
static struct id
where(const struct adopt_line *line)
{
	return (struct id){line->site.hi ^ (uint64_t)line->day << 8,
	    line->site.lo ^ (uint64_t)line->part ^
		(uint64_t)line->activity << 8};
}

static void
find_ties(struct sieve *sieve)
{
	const struct adopt_lines *lines = sieve->lines;

	idmap_init(&sieve->cancels);
	idmap_init(&sieve->puts);
	idmap_init(&sieve->places);
	sieve->next_there = xcalloc(lines->count + 1, sizeof(size_t));
	sieve->followed = xcalloc(lines->count + 1, sizeof(bool));
	for (size_t i = lines->count; i-- > 0;) {
		const struct adopt_line *line = &lines->at[i];
		uint64_t first;

		if (line->cancels) {
			idmap_set(&sieve->cancels, when(line), i);
			continue;
		}
		idmap_set(&sieve->puts, when(line), i);
		first = idmap_get(&sieve->places, where(line));
		sieve->next_there[i] =
		    first == IDMAP_NONE ? lines->count : (size_t)first;
		idmap_set(&sieve->places, where(line), i);
	}
}

static void
free_ties(struct sieve *sieve)
{
	idmap_fini(&sieve->cancels);
	idmap_fini(&sieve->puts);
	idmap_fini(&sieve->places);
	free(sieve->next_there);
	free(sieve->followed);
}

/* The line of that name, if it is not refused so far; else NULL. */
static struct adopt_line *
line_of(const struct sieve *sieve, const struct idmap *map, struct id name)
{
	uint64_t at = idmap_get(map, name);

	return at == IDMAP_NONE || sieve->lines->at[at].state != LINE_ADOPTED
	    ? NULL
	    : &sieve->lines->at[at];
}

/* Who was to be there instead of a half-day that stays: rather somebody who
 * comes from nowhere else then; or NULL. */
static struct adopt_line *
successor(const struct sieve *sieve, const struct adopt_line *stays)
{
	struct adopt_lines *lines = sieve->lines;
	struct adopt_line *found = NULL;
	uint64_t first = idmap_get(&sieve->places, where(stays));
	size_t i = first == IDMAP_NONE ? lines->count : (size_t)first;

	for (; i < lines->count; i = sieve->next_there[i]) {
		struct adopt_line *line = &lines->at[i];

		if (line->state != LINE_ADOPTED)
			continue;
		if (idmap_get(&sieve->cancels, when(line)) == IDMAP_NONE)
			return line;
		if (found == NULL)
			found = line;
	}
	return found;
}

/* Refuses what was to stand in the place of a half-day that stays: what its
 * physician was to do then, and who was to do what he does. */
static bool
leave_out(struct sieve *sieve, const struct adopt_line *stays)
{
	struct adopt_line *own = line_of(sieve, &sieve->puts, when(stays));
	struct adopt_line *other;

	if (own != NULL)
		adopt_line_refuse_like(own, stays);
	other = successor(sieve, stays);
	if (other != NULL)
		adopt_line_refuse_like(other, stays);
	return own != NULL || other != NULL;
}

/*
 * What a refused line was to stand in the place of stays as well, and what was
 * to stand in the place of one that stays is left out.  True when there was
 * such: the others are to be judged again.
 */
static bool
follow(struct sieve *sieve)
{
	struct adopt_lines *lines = sieve->lines;
	bool any = false, more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < lines->count; i++) {
			struct adopt_line *line = &lines->at[i], *gone;

			if (line->state != LINE_REFUSED || sieve->followed[i])
				continue;
			sieve->followed[i] = true;
			if (line->cancels) {
				more = leave_out(sieve, line) || more;
				continue;
			}
			gone = line_of(sieve, &sieve->cancels, when(line));
			if (gone == NULL)
				continue;
			adopt_line_refuse_like(gone, line);
			more = true;
		}
		any = any || more;
	}
	return any;
}

/* Of what the rules have refused in this round. */
static void
refuse_found(struct sieve *sieve, size_t number)
{
	struct adopt_lines *lines = sieve->lines;

	adopt_line_refuse(&lines->at[sieve->of[number]], sieve->plan->book,
	    &sieve->findings[number]);
	if (sieve->of[number] + 1 != lines->count)
		return;
	lines->has_finding = true;
	lines->finding = sieve->findings[number];
}

/*
 * What the rules have refused in this round, as far as other lines depend on
 * it, is refused for good.  Of the rest the next round may think otherwise.
 */
static bool
follow_rules(struct sieve *sieve)
{
	for (size_t i = 0; i < sieve->count; i++) {
		const struct adopt_line *line = &sieve->lines->at[sieve->of[i]];

		if (line->cancels ||
		    line_of(sieve, &sieve->cancels, when(line)) != NULL)
			refuse_found(sieve, i);
	}
	return follow(sieve);
}

static void
refuse_all(struct sieve *sieve)
{
	for (size_t i = 0; i < sieve->count; i++)
		refuse_found(sieve, i);
}

void
adopt_lines_sift(struct plan *plan, struct adopt_lines *lines)
{
	struct sieve sieve = {.plan = plan, .lines = lines};
	unsigned rounds = 0;
	bool fit;

	for (size_t i = 0; i < lines->count; i++)
		if (!lines->at[i].barred)
			adopt_line_forget(&lines->at[i]);
	find_ties(&sieve);
	lines->has_finding = false;
	do {
		fit = fits(&sieve, NULL, false);
	} while (follow(&sieve));
	if (!fit) {
		do {
			sift_once(&sieve);
		} while (follow_rules(&sieve) && ++rounds < ROUNDS_MAX);
		/* Enough: what else follows is for the write to find; a dry
		 * one counts it among the adopted. */
		if (rounds == ROUNDS_MAX) {
			sift_once(&sieve);
			(void)follow_rules(&sieve);
		}
	}
	refuse_all(&sieve);
	free_ties(&sieve);
	free(sieve.findings);
	free(sieve.of);
}

void
adopt_lines_warn(struct plan *plan, struct adopt_lines *lines,
    struct warnings *warnings, bool last_first)
{
	struct sieve sieve = {.plan = plan, .lines = lines};

	(void)fits(&sieve, warnings, last_first);
}
