/* SPDX-License-Identifier: ISC */
/*
 * series: see series.h.
 */
#include "daemon/server/change/series.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/server/server.h"

#include <stdlib.h>

/* Days back within which it may be today somewhere. */
enum { YESTERDAY = 2 };

static const char *const change_words[] = {
    [CREATED] = "created", [CHANGED] = "changed", [CANCELLED] = "cancelled"};

void
series_fini(struct series *series)
{
	free(series->views);
	free(series->sites);
	free(series->wanted);
	free(series->at);
}

/* What the book has of a half-day of this rotation, or NULL. */
static const struct assignment *
existing(const struct series *series, int32_t day, enum part part)
{
	const struct assignment *a = book_assignment(series->plan->book,
	    rotation_occurrence(series->after->entity.id, day, part));

	return a != NULL && a->rotation == series->rotation ? a : NULL;
}

static struct occurrence *
add(struct series *series, const struct assignment *after,
    enum change_word word, bool lives)
{
	struct occurrence *occurrence;

	series->at = xgrow(series->at, &series->capacity, series->count + 1,
	    sizeof(series->at[0]));
	occurrence = &series->at[series->count++];
	occurrence->after = *after;
	occurrence->word = word;
	occurrence->lives = lives;
	occurrence->refused = false;
	return occurrence;
}

/* ----- what becomes of each half-day ----- */

static void
take_room(const struct series *series, const struct assignment *was,
    struct assignment *a)
{
	const struct site *site = book_site(series->plan->book, a->site);

	if (!site_is_attended(site, series->activity))
		a->room = 0;
	else if (was != NULL && was->site == a->site && was->room > 0)
		a->room = (uint8_t)(ROOM_RATHER + was->room);
	else
		a->room = ROOM_ANY;
}

static bool
is_so(const struct assignment *was, const struct assignment *a)
{
	return was->physician == a->physician && was->site == a->site &&
	    was->activity == a->activity && was->programme == a->programme &&
	    was->unscheduled == a->unscheduled && was->remote == a->remote;
}

static void
want(struct series *series, const struct wanted *wanted)
{
	enum part part = (enum part)wanted->part;
	const struct assignment *was = existing(series, wanted->day, part);
	struct assignment a = {.day = wanted->day,
	    .part = wanted->part,
	    .physician = series->physicians[wanted->turn],
	    .programme = series->programme,
	    .activity = (uint8_t)series->activity,
	    .unscheduled = (uint8_t)(series->after->unscheduled / PORTION_UNIT),
	    .remote = (uint8_t)(series->after->remote / PORTION_UNIT),
	    .rotation = series->rotation,
	    .state = STATE_DRAFT};

	if (was != NULL && was->by_hand) {
		series->kept += was->from > series->now;
		return;
	}
	if (was != NULL && !state_blocks((enum state)was->state) &&
	    was->state != STATE_CANCELLED)
		return; /* it was not held: that is so */
	a.id = rotation_occurrence(series->after->entity.id, a.day, part);
	if (was != NULL && was->state == STATE_CANCELLED)
		was = NULL;
	series_choose_site(series, was, &a);
	if (a.from <= series->now || (was != NULL && was->from <= series->now))
		return;
	if (was != NULL && is_so(was, &a))
		return;
	if (was != NULL) {
		a.state = was->state;
		if (was->physician == a.physician)
			a.agreed = was->agreed;
		/* New hours move nothing by themselves. */
		if (was->site == a.site) {
			a.from = was->from;
			a.length = was->length;
			a.offset_from = was->offset_from;
			a.offset_to = was->offset_to;
		}
	}
	if (series->has_agreed)
		a.agreed = (uint8_t)series->agreed;
	take_room(series, was, &a);
	add(series, &a, was == NULL ? CREATED : CHANGED, was != NULL);
}

static bool
is_wanted(const struct series *series, int32_t day, unsigned part)
{
	size_t low = 0, high = series->nwanted;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct wanted *wanted = &series->wanted[middle];

		if (wanted->day < day ||
		    (wanted->day == day && wanted->part < part))
			low = middle + 1;
		else
			high = middle;
	}
	return low < series->nwanted && series->wanted[low].day == day &&
	    series->wanted[low].part == part;
}

void
series_drop(struct series *series, int32_t first)
{
	const struct rotation *before = series->before;
	int32_t today = (int32_t)(series->now / SECONDS_PER_DAY);
	int32_t day = first > today - YESTERDAY ? first : today - YESTERDAY;

	if (before == NULL)
		return;
	for (day = day > before->from ? day : before->from; day <= before->to;
	     day++) {
		unsigned parts =
		    pattern_parts(&before->pattern, before->from, day);

		for (unsigned part = 0; part < PART_COUNT; part++) {
			const struct assignment *was;
			struct assignment a;

			if (!(parts & 1u << part) ||
			    is_wanted(series, day, part))
				continue;
			was = existing(series, day, (enum part)part);
			if (was == NULL || was->from <= series->now)
				continue;
			if (was->by_hand) {
				series->kept++;
				continue;
			}
			if (!state_blocks((enum state)was->state))
				continue;
			a = *was;
			a.state = STATE_CANCELLED;
			add(series, &a, CANCELLED, true);
		}
	}
}

/* ----- into the unit ----- */

static void
put_occurrence(const struct series *series, struct unit *unit,
    const struct occurrence *occurrence)
{
	union after after = {.assignment = occurrence->after};

	unit_put(unit, series->plan->book, KIND_ASSIGNMENT, &after,
	    series->plan->line, series->reason);
}

struct sieve {
	struct series *series;
	size_t next; /* refusals come in the order of the unit */
};

static void
on_refused(
    void *arg, const struct unit_change *change, const struct finding *finding)
{
	struct sieve *sieve = arg;
	struct occurrence *at = sieve->series->at;

	while (!id_equal(at[sieve->next].after.id, change->change.id))
		sieve->next++;
	at[sieve->next].refused = true;
	at[sieve->next].finding = *finding;
	sieve->series->refused++;
}

/* Finds out which half-days cannot be: those after them are judged without
 * them. */
static void
sift(struct series *series)
{
	struct plan *plan = series->plan;
	struct book *book = store_book(plan->server->store);
	struct rules rules = plan_rules(plan->server, plan->session);
	struct sieve sieve = {series, 0};
	struct unit unit;

	if (series->count == 0)
		return;
	unit_init(&unit);
	for (size_t i = 0; i < plan->unit->count; i++) {
		const struct unit_change *change = &plan->unit->changes[i];

		unit_put(&unit, plan->book, change->change.kind,
		    change->change.after, change->line, change->reason);
	}
	for (size_t i = 0; i < series->count; i++)
		put_occurrence(series, &unit, &series->at[i]);
	unit_seal(&unit, plan->book);
	rules_sift(book, &rules, &unit, on_refused, &sieve);
	unit_fini(&unit);
}

static void
tell_refused(struct series *series)
{
	struct plan *plan = series->plan;

	for (size_t i = 0; i < series->count; i++) {
		const struct occurrence *occurrence = &series->at[i];
		char line[2048];
		struct out out = OUT(line);

		if (!occurrence->refused)
			continue;
		plan_print_finding(&out, plan->session, plan->book,
		    &occurrence->finding, &occurrence->after);
		plan_tell(plan, (struct span){line, out.len});
	}
}

/* A dry run says what would become of each half-day. */
static void
tell_change(struct series *series, const struct occurrence *occurrence)
{
	const struct plan *plan = series->plan;
	const struct assignment *a = &occurrence->after;
	char line[256], id[ID_TEXT_LEN];
	struct out out = OUT(line);

	if (!plan->dry)
		return;
	out_key_day(&out, "day", a->day);
	out_key(&out, "part");
	out_char(&out, part_letter((enum part)a->part));
	out_key_value(&out, "site",
	    entity_name(
		KIND_SITE, book_entity(plan->book, KIND_SITE, a->site), id));
	out_key_text(
	    &out, "physician", book_physician(plan->book, a->physician)->rpps);
	out_key_text(&out, "change", change_words[occurrence->word]);
	plan_tell(series->plan, (struct span){line, out.len});
}

static enum status
refuse_series(struct series *series)
{
	struct refusal *refusal = series->plan->refusal;
	const struct occurrence *first = series->at;
	struct out out = OUT(refusal->figures);

	while (!first->refused)
		first++;
	*refusal = (struct refusal){.status = first->finding.rule,
	    .line = series->plan->line,
	    .finding = first->finding};
	out_key_u64(&out, "refused", series->refused);
	refusal->figures[out.len] = '\0';
	return refusal->status;
}

/*
 * Puts what is accepted.  A half-day that is refused is free, for it is not of
 * the series any more, unless what was refused is to change it at all.
 */
static void
put_series(struct series *series, size_t done[])
{
	for (size_t i = 0; i < series->count; i++) {
		struct occurrence *at = &series->at[i];

		if (at->refused) {
			if (!at->lives || at->word == CANCELLED ||
			    at->finding.rule == STATUS_H19)
				continue;
			at->after =
			    *book_assignment(series->plan->book, at->after.id);
			at->after.state = STATE_CANCELLED;
			at->word = CANCELLED;
		}
		put_occurrence(series, series->plan->unit, at);
		tell_change(series, at);
		done[at->word]++;
	}
}

enum status
series_finish(struct series *series, bool partial)
{
	struct plan *plan = series->plan;
	size_t done[ARRAY_SIZE(change_words)] = {0};

	sift(series);
	tell_refused(series);
	if (series->refused > 0 && !partial)
		return refuse_series(series);
	put_series(series, done);
	for (unsigned i = 0; i < ARRAY_SIZE(change_words); i++)
		out_key_u64(plan->answer, change_words[i], done[i]);
	out_key_u64(plan->answer, "kept", series->kept);
	out_key_u64(plan->answer, "refused", series->refused);
	return STATUS_OK;
}

/* ----- what is asked ----- */

static const struct rotation *
rotation_before(const struct plan *plan, struct id id)
{
	int32_t index = book_find(plan->book, KIND_ROTATION, id);

	return index == REF_NONE ? NULL
				 : (const struct rotation *)book_entity(
				       plan->book, KIND_ROTATION, index);
}

void
series_init(struct series *series, struct plan *plan,
    const struct request *request, struct id id)
{
	*series = (struct series){.plan = plan,
	    .before = rotation_before(plan, id),
	    .after = &unit_entity(plan->unit, plan->book, KIND_ROTATION, id)
			  ->rotation,
	    .rotation =
		(uint32_t)unit_find(plan->unit, plan->book, KIND_ROTATION, id) +
		1,
	    .now = clock_real_s(),
	    .reason = request_text(request, KEY_REASON),
	    .programme = REF_NONE};
}

static enum status
take_work(struct series *series, const struct request *request)
{
	struct plan *plan = series->plan;
	const struct rotation *rotation = series->after;
	const struct value *agreed = request_value(request, KEY_AGREED);

	if (!activity_find(span_of(rotation->activity), &series->activity))
		abort(); /* the field has these words only */
	if (rotation->programme != REF_NONE) {
		const struct entity *programme = unit_at(plan->unit, plan->book,
		    KIND_PROGRAMME, rotation->programme);

		series->programme = book_word(store_book(plan->server->store),
		    entity_handle(KIND_PROGRAMME, programme));
		if (series->programme == REF_NONE)
			return plan_refuse_key(plan, STATUS_LIMIT,
			    KEY_PROGRAMME,
			    "one of the programmes already in use");
	}
	series->has_agreed = agreed != NULL;
	if (agreed != NULL && !agreement_find(agreed->text, &series->agreed))
		return plan_refuse_key(plan, STATUS_VALUE, KEY_AGREED,
		    "one of phone mail written oral");
	return STATUS_OK;
}

static void
take_physicians(struct series *series)
{
	struct id ids[ROTATION_PHYSICIANS_MAX];

	if (!rotation_physicians(
		span_of(series->after->physicians), ids, &series->nphysicians))
		abort(); /* it was made here */
	for (unsigned i = 0; i < series->nphysicians; i++)
		series->physicians[i] =
		    book_find(series->plan->book, KIND_PHYSICIAN, ids[i]);
}

enum status
series_want(struct series *series, const struct request *request)
{
	enum status status = take_work(series, request);

	if (status != STATUS_OK)
		return status;
	take_physicians(series);
	series_find_sites(series);
	series->wanted =
	    xcalloc(ROTATION_HALF_DAYS_MAX, sizeof(series->wanted[0]));
	series->nwanted = rotation_expand(series->after, series->nphysicians,
	    series_is_open, series, series->wanted, ROTATION_HALF_DAYS_MAX);
	if (series->nwanted > ROTATION_HALF_DAYS_MAX)
		return plan_refuse_key(series->plan, STATUS_LIMIT, KEY_TO,
		    "a period of at most 1000 half-days");
	for (size_t i = 0; i < series->nwanted; i++)
		want(series, &series->wanted[i]);
	series_drop(series, INT32_MIN);
	return STATUS_OK;
}
