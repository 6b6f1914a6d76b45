/* SPDX-License-Identifier: ISC */
/*
 * adopt_lines: see adopt_lines.h.
 *
 * A line has the id of its half-day from the day on which it was proposed, so
 * one that was adopted is found again, however often it is tried.
 */
#include "daemon/server/adopt_lines.h"

#include "daemon/base/clock.h"
#include "daemon/base/idmap.h"
#include "daemon/base/mem.h"
#include "daemon/domain/open.h"
#include "daemon/server/server.h"
#include "proto/request.h"

#include <stdlib.h>
#include <string.h>

enum {
	AHEAD_DAYS = 1100, /* as plan_slot.c */
	ROUNDS_MAX = 16,
	WORDS_MAX = 1900
};

void
adopt_lines_add(struct adopt_lines *lines, const struct proposal_line *row)
{
	struct adopt_line *line;

	lines->at = xgrow(lines->at, &lines->capacity, lines->count + 1,
	    sizeof(lines->at[0]));
	line = &lines->at[lines->count++];
	*line = (struct adopt_line){.number = row->number,
	    .cancels = row->cancels,
	    .slot = row->slot,
	    .physician = row->physician,
	    .site = row->site,
	    .day = row->day,
	    .unscheduled = (uint8_t)(row->unscheduled / PORTION_UNIT),
	    .remote = (uint8_t)(row->remote / PORTION_UNIT)};
	if (!part_find(row->part, &line->part) ||
	    !activity_find(row->activity, &line->activity) ||
	    row->programme.len > PROTO_WORD_MAX)
		abort(); /* the table has these words only */
	if (row->programme.len > 0)
		memcpy(line->programme, row->programme.ptr, row->programme.len);
}

static void
forget(struct adopt_line *line)
{
	for (int i = 0; i < LANG_COUNT; i++) {
		free(line->words[i]);
		line->words[i] = NULL;
	}
	line->state = LINE_ADOPTED;
	line->status = STATUS_OK;
	line->was = false;
}

void
adopt_lines_fini(struct adopt_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		forget(&lines->at[i]);
	free(lines->at);
	*lines = (struct adopt_lines){.count = 0};
}

struct proposal_line
adopt_line_row(const struct adopt_line *line)
{
	static const char letters[] = "MAESN";
	bool refused = line->state == LINE_REFUSED;

	return (struct proposal_line){.number = line->number,
	    .cancels = line->cancels,
	    .slot = line->slot,
	    .physician = line->physician,
	    .site = line->site,
	    .day = line->day,
	    .part = {&letters[line->part], 1},
	    .activity = span_of(activity_name(line->activity)),
	    .programme = span_of(line->programme),
	    .unscheduled = (uint32_t)line->unscheduled * PORTION_UNIT,
	    .remote = (uint32_t)line->remote * PORTION_UNIT,
	    .state = line->state,
	    .status = refused ? span_of(status_code(line->status)) : SPAN(""),
	    .words_en = span_of(refused ? line->words[LANG_EN] : ""),
	    .words_fr = span_of(refused ? line->words[LANG_FR] : "")};
}

static int
wave(const struct adopt_line *line)
{
	if (line->cancels)
		return 0;
	return line->activity == ACTIVITY_SNP || line->unscheduled > 0 ? 2 : 1;
}

static int
compare(const void *left, const void *right)
{
	const struct adopt_line *a = left, *b = right;

	if (wave(a) != wave(b))
		return wave(a) < wave(b) ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

void
adopt_lines_order(struct adopt_lines *lines)
{
	if (lines->count > 1)
		qsort(lines->at, lines->count, sizeof(lines->at[0]), compare);
}

/* ----- refusals ----- */

static void
refuse(struct adopt_line *line, enum status status)
{
	line->state = LINE_REFUSED;
	line->status = status;
	for (int i = 0; i < LANG_COUNT; i++)
		line->words[i] = xstrdup(status_text(status, (enum lang)i));
}

/* Its words without the place of the other half-day: others will read them. */
static void
refuse_by_rule(struct adopt_line *line, const struct book *book,
    const struct finding *finding)
{
	line->state = LINE_REFUSED;
	line->status = finding->rule;
	for (int i = 0; i < LANG_COUNT; i++) {
		char text[PROTO_LINE_MAX];
		struct out out = OUT(text);
		struct answer answer;
		struct span words = {NULL, 0};

		out_literal(&out, "*");
		finding_print_text(finding, book, (enum lang)i, false, &out);
		if (answer_parse(&answer, (struct span){text, out.len}))
			words = answer_value(&answer, "text");
		if (words.len > WORDS_MAX)
			words.len = WORDS_MAX;
		line->words[i] = words.ptr == NULL
		    ? xstrdup("")
		    : xstrndup(words.ptr, words.len);
	}
}

bool
adopt_lines_bar(struct adopt_lines *lines, const struct book *book,
    const struct finding *finding)
{
	for (size_t i = 0; i < lines->count; i++) {
		struct adopt_line *line = &lines->at[i];

		if (!id_equal(line->slot, finding->slot) || line->barred)
			continue;
		forget(line);
		refuse_by_rule(line, book, finding);
		line->barred = true;
		return true;
	}
	return false;
}

/* ----- a line as a half-day ----- */

static enum status
find_cancelled(
    const struct plan *plan, struct adopt_line *line, struct assignment *a)
{
	const struct assignment *known =
	    book_assignment(plan->book, line->slot);

	line->was = known == NULL || !state_blocks((enum state)known->state);
	if (line->was)
		return STATUS_OK;
	*a = *known;
	if (a->state != STATE_DRAFT && a->state != STATE_PUBLISHED)
		return STATUS_STATE;
	a->state = STATE_CANCELLED;
	return session_may_write(plan->session, plan->book, known);
}

static enum status
make_half_day(
    const struct plan *plan, struct adopt_line *line, struct assignment *a)
{
	struct book *book = store_book(plan->server->store);
	int32_t today = (int32_t)(clock_real_s() / SECONDS_PER_DAY);

	line->was = book_assignment(book, line->slot) != NULL;
	if (line->was)
		return STATUS_OK;
	*a = (struct assignment){.id = line->slot,
	    .physician = book_find(book, KIND_PHYSICIAN, line->physician),
	    .site = book_find(book, KIND_SITE, line->site),
	    .day = line->day,
	    .part = (uint8_t)line->part,
	    .activity = (uint8_t)line->activity,
	    .state = STATE_DRAFT,
	    .programme = line->programme[0] == '\0'
		? REF_NONE
		: book_word(book, span_of(line->programme)),
	    .unscheduled = line->unscheduled,
	    .remote = line->remote};
	if (a->physician == REF_NONE || a->site == REF_NONE)
		return STATUS_NOT_FOUND;
	if (a->day < book_from(book) || a->day > today + AHEAD_DAYS)
		return STATUS_CLOSED;
	if (session_may_write(plan->session, book, a) != STATUS_OK ||
	    (plan->session->role == ROLE_COORDINATOR &&
		!session_covers_physician(plan->session, book, a->physician)))
		return STATUS_SCOPE;
	if (site_is_attended(book_site(book, a->site), line->activity))
		a->room = ROOM_ANY;
	plan_interval(plan, a);
	return STATUS_OK;
}

/* False when there is nothing to judge: it is refused, or so already. */
static bool
make(const struct plan *plan, struct adopt_line *line, union after *after)
{
	enum status status = line->cancels
	    ? find_cancelled(plan, line, &after->assignment)
	    : make_half_day(plan, line, &after->assignment);

	if (status != STATUS_OK)
		refuse(line, status);
	return status == STATUS_OK && !line->was;
}

/* What was published is taken away for a reason, H19. */
static void
put(struct unit *unit, const struct plan *plan, const union after *after)
{
	unit_put(
	    unit, plan->book, KIND_ASSIGNMENT, after, plan->line, SPAN("PLAN"));
}

/* ----- the sieve ----- */

struct sieve {
	struct plan *plan;
	struct adopt_lines *lines;
	struct finding *findings; /* owned; of those refused in this round */
	size_t *of;               /* owned; which lines */
	size_t count, findings_capacity, of_capacity;
	size_t next; /* refusals come in the order of the lines */
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

/* All lines but those refused before. */
static void
make_unit(struct sieve *sieve, struct unit *unit)
{
	struct adopt_lines *lines = sieve->lines;

	unit_init(unit);
	for (size_t i = 0; i < lines->count; i++) {
		union after after;

		if (lines->at[i].state == LINE_ADOPTED &&
		    make(sieve->plan, &lines->at[i], &after))
			put(unit, sieve->plan, &after);
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

/* Whether all of it may be as it is: what moves may break in between what it
 * keeps in the end, such as a share of unscheduled care. */
static bool
fits(struct sieve *sieve)
{
	struct plan *plan = sieve->plan;
	struct book *book = store_book(plan->server->store);
	struct rules rules = plan_rules(plan->server, plan->session);
	struct finding finding;
	struct unit unit;
	bool good = true;

	make_unit(sieve, &unit);
	if (unit.count > 0) {
		allot_rooms(book, &unit);
		good =
		    rules_findings(book, &rules, &unit, &finding, 1, NULL) == 0;
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

	make_unit(sieve, &unit);
	sieve->count = sieve->next = 0;
	if (unit.count > 0)
		(void)rules_sift(book, &rules, &unit, on_refused, sieve);
	unit_fini(&unit);
}

/* The half-day of a physician, as a name. */
static struct id
when(const struct adopt_line *line)
{
	return (struct id){line->physician.hi ^ (uint64_t)line->day << 8,
	    line->physician.lo ^ (uint64_t)line->part};
}

/*
 * What a refused line was to stand in the place of stays as well.  True when
 * there was such: the others are to be judged again.
 */
static bool
keep_replaced(struct sieve *sieve, const struct idmap *cancels)
{
	struct adopt_lines *lines = sieve->lines;
	bool any = false;

	for (size_t i = 0; i < sieve->count; i++) {
		const struct adopt_line *line = &lines->at[sieve->of[i]];
		uint64_t at = idmap_get(cancels, when(line));

		if (line->cancels || at == IDMAP_NONE ||
		    lines->at[at].state != LINE_ADOPTED)
			continue;
		refuse_by_rule(
		    &lines->at[at], sieve->plan->book, &sieve->findings[i]);
		any = true;
	}
	return any;
}

static void
refuse_all(struct sieve *sieve)
{
	struct adopt_lines *lines = sieve->lines;

	for (size_t i = 0; i < sieve->count; i++) {
		refuse_by_rule(&lines->at[sieve->of[i]], sieve->plan->book,
		    &sieve->findings[i]);
		if (sieve->of[i] + 1 != lines->count)
			continue;
		lines->has_finding = true;
		lines->finding = sieve->findings[i];
	}
}

void
adopt_lines_sift(struct plan *plan, struct adopt_lines *lines)
{
	struct sieve sieve = {.plan = plan, .lines = lines};
	struct idmap cancels;
	unsigned rounds = 0;

	idmap_init(&cancels);
	for (size_t i = 0; i < lines->count; i++) {
		if (lines->at[i].barred)
			continue;
		forget(&lines->at[i]);
		if (lines->at[i].cancels)
			idmap_set(&cancels, when(&lines->at[i]), i);
	}
	lines->has_finding = false;
	if (!fits(&sieve))
		do {
			sift_once(&sieve);
		} while (
		    keep_replaced(&sieve, &cancels) && ++rounds < ROUNDS_MAX);
	refuse_all(&sieve);
	idmap_fini(&cancels);
	free(sieve.findings);
	free(sieve.of);
}

void
adopt_lines_put(struct plan *plan, const struct adopt_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		struct adopt_line line = lines->at[i];
		union after after;

		if (line.state == LINE_ADOPTED && !line.was &&
		    make(plan, &line, &after))
			put(plan->unit, plan, &after);
	}
}
