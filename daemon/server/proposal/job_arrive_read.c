/* SPDX-License-Identifier: ISC */
/*
 * job_arrive_read: the lines of a plan.
 */
#include "daemon/server/proposal/job_arrive_private.h"

#include "daemon/base/id_random.h"
#include "daemon/base/mem.h"
#include "daemon/server/server.h"
#include "proto/request.h"

#include <string.h>

/* ----- lines of the plan ----- */

static void
note(struct arrival *arrival, struct span line)
{
	struct job *job = arrival->job;

	if (arrival->notes + line.len + 1 > PLAN_NOTES_MAX)
		return;
	job->notes = xgrow(job->notes, &arrival->notes_capacity,
	    arrival->notes + line.len + 2, 1);
	memcpy(job->notes + arrival->notes, line.ptr, line.len);
	arrival->notes += line.len;
	job->notes[arrival->notes++] = '\n';
	job->notes[arrival->notes] = '\0';
}

static bool
take_head(struct arrival *arrival, const struct answer *line)
{
	struct progress *progress = &arrival->job->proposal.progress;
	int64_t cost, bound;
	uint64_t phases;

	if (!job_points(answer_value(line, "cost"), &cost) ||
	    !job_points(answer_value(line, "bound"), &bound) ||
	    !span_to_u64(answer_value(line, "phases"), INT32_MAX, &phases))
		return arrival_fail(
		    arrival, "cost=, bound= and phases= are expected");
	progress->cost = cost;
	progress->bound = bound;
	progress->phases = (uint32_t)phases;
	arrival->has_head = true;
	return true;
}

static bool
take_minutes(struct span text, uint8_t *units)
{
	uint64_t minutes = 0;

	if (text.ptr == NULL)
		return true;
	if (!span_to_u64(text, PORTION_MAX, &minutes) ||
	    minutes % PORTION_UNIT != 0)
		return false;
	*units = (uint8_t)(minutes / PORTION_UNIT);
	return true;
}

/* Programmes are few. */
static uint32_t
intern(struct arrival *arrival, struct span word)
{
	size_t i = 0;

	if (word.len == 0)
		return 0;
	while (i < arrival->nwords && !span_is(word, arrival->words[i]))
		i++;
	if (i == arrival->nwords) {
		arrival->words = xgrow(arrival->words, &arrival->words_capacity,
		    i + 1, sizeof(arrival->words[0]));
		arrival->words[arrival->nwords++] =
		    xstrndup(word.ptr, word.len);
	}
	return (uint32_t)i + 1;
}

/* What the line says, with the book's indices of physician and site. */
static bool
read_assign(struct arrival *arrival, const struct answer *line,
    struct arrived *out, int32_t *physician, int32_t *site)
{
	const struct book *book = store_book(arrival->job->jobs->server->store);
	struct span programme = answer_value(line, "programme");
	enum part part;
	enum activity activity;

	*physician =
	    book_resolve(book, KIND_PHYSICIAN, answer_value(line, "physician"));
	*site = book_resolve(
	    book, KIND_SITE, job_site_id(answer_value(line, "site")));
	if (*physician == REF_NONE || *site == REF_NONE)
		return arrival_fail(arrival, "no such physician or site");
	if (!span_to_day(answer_value(line, "day"), &out->day) ||
	    !part_find(answer_value(line, "part"), &part) ||
	    !activity_find(answer_value(line, "activity"), &activity))
		return arrival_fail(
		    arrival, "day=, part= and activity= are expected");
	if (!take_minutes(
		answer_value(line, "unscheduled"), &out->unscheduled) ||
	    !take_minutes(answer_value(line, "remote"), &out->remote))
		return arrival_fail(
		    arrival, "minutes from 0 to 480 are expected");
	out->part = (uint8_t)part;
	out->activity = (uint8_t)activity;
	if (programme.len > PROTO_WORD_MAX)
		return arrival_fail(arrival, "a programme's code is expected");
	out->programme = intern(arrival, programme);
	out->physician = book_entity(book, KIND_PHYSICIAN, *physician)->id;
	out->site = book_entity(book, KIND_SITE, *site)->id;
	return true;
}

static bool
add(struct arrival *arrival, const struct arrived *line, int32_t site)
{
	if (arrival->count == PLAN_LINES_MAX)
		return arrival_fail(
		    arrival, "more lines than a proposal may have");
	arrival->lines = xgrow(arrival->lines, &arrival->capacity,
	    arrival->count + 1, sizeof(arrival->lines[0]));
	arrival->lines[arrival->count] = *line;
	if (site < arrival->nsites) {
		arrival->lines[arrival->count].next = arrival->of_site[site];
		arrival->of_site[site] = (uint32_t)arrival->count + 1;
	}
	arrival->count++;
	return true;
}

static bool
take_assign(struct arrival *arrival, const struct answer *line)
{
	const struct book *book = store_book(arrival->job->jobs->server->store);
	struct arrived out = {.programme = 0};
	int32_t physician, site;

	if (!read_assign(arrival, line, &out, &physician, &site))
		return false;
	if (job_half_day(book, physician, site, out.day, (enum part)out.part,
		(enum activity)out.activity) != NULL) {
		arrival->kept++;
		return true;
	}
	out.slot = id_random();
	return add(arrival, &out, site);
}

/* "drop slot=ID": a half-day of the plan that is not in the proposal. */
static bool
take_drop(struct arrival *arrival, const struct answer *line)
{
	const struct book *book = store_book(arrival->job->jobs->server->store);
	const struct assignment *a;
	struct arrived out = {.cancels = true};

	if (!span_to_id(answer_value(line, "slot"), &out.slot))
		return arrival_fail(arrival, "slot= is expected");
	a = book_assignment(book, out.slot);
	if (a == NULL || !state_blocks((enum state)a->state))
		return true; /* gone meanwhile */
	out.physician = book_entity(book, KIND_PHYSICIAN, a->physician)->id;
	out.site = book_entity(book, KIND_SITE, a->site)->id;
	out.day = a->day;
	out.part = a->part;
	out.activity = a->activity;
	out.programme = intern(arrival, book_word_text(book, a->programme));
	out.unscheduled = a->unscheduled;
	out.remote = a->remote;
	return add(arrival, &out, a->site);
}

static bool
take_line(struct arrival *arrival, struct span text)
{
	static const char *const notes[] = {
	    "term", "weight", "conflict", "against", "unit", "figure"};
	struct answer line;

	arrival->line++;
	if (text.len == 0 || text.ptr[0] == '#')
		return true;
	if (!answer_parse_data(&line, text))
		return arrival_fail(arrival, "not a line of a plan");
	if (span_is(line.word[0], "plan"))
		return take_head(arrival, &line);
	if (span_is(line.word[0], "assign"))
		return take_assign(arrival, &line);
	if (span_is(line.word[0], "drop"))
		return take_drop(arrival, &line);
	for (size_t i = 0; i < ARRAY_SIZE(notes); i++)
		if (span_is(line.word[0], notes[i]))
			note(arrival, text);
	return true;
}

/* False when the arrival is over. */
bool
arrival_read(struct arrival *arrival)
{
	struct span rest = {
	    arrival->text + arrival->at, arrival->size - arrival->at};
	struct span line;

	if (arrival->at < arrival->proof_size && span_cut(&rest, '\n', &line) &&
	    !arrival_is_reason(line)) {
		arrival->at = arrival->size - rest.len;
		return take_line(arrival, line);
	}
	/* Explanations stand behind all else. */
	arrival->proof_size = arrival->reasons_at = arrival->at;
	if (!arrival->has_head)
		return arrival_fail(arrival, "it does not begin with its cost");
	arrival->step = STEP_WEIGH;
	return true;
}
