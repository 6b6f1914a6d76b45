/* SPDX-License-Identifier: ISC */
/* substitute: see substitute.h. */
#include "daemon/server/change/substitute.h"

#include "daemon/base/mem.h"
#include "daemon/domain/open.h"
#include "daemon/domain/quota.h"
#include "daemon/domain/term.h"
#include "daemon/domain/travel.h"
#include "daemon/server/print.h"
#include "daemon/server/server.h"
#include "daemon/server/verb/half_day.h"

#include <stdlib.h>
#include <string.h>

enum {
	NEAREST_MAX = 300,
	THERE_DAYS = 91, /* how far back somebody is known at a site */
	LINE_ROOM = 1024
};

struct candidate {
	int32_t physician;
	unsigned minutes; /* from home, one way */
	unsigned there;   /* half-days at the site of late */
	unsigned week;    /* half-days of the week already */
	uint64_t owed;
	int64_t left; /* of the narrowest quota; -1: none */
	int64_t points;
	int32_t programme; /* word that the half-day would be of, or REF_NONE */
	bool refused;
	struct finding finding;
};

struct vacant {
	struct plan *plan;
	struct book *book;
	struct rules rules;
	const struct assignment *was;
	struct place place;
	int64_t travel, continuity, owed; /* points */
	struct candidate *candidate;      /* owned */
	size_t count, room;
	size_t farther; /* not looked at */
};

/* ----- who is looked at ----- */

static unsigned
home_minutes(const struct vacant *vacancy, const struct physician *of)
{
	const struct place *place = &vacancy->place;
	double metres = 1; /* unknown: as near as can be, but another place */

	if (of->home[0] != '\0' && strcmp(of->home, place->commune) == 0)
		metres = 0;
	if ((place->lat != 0 || place->lon != 0) &&
	    (of->lat != 0 || of->lon != 0))
		metres =
		    travel_metres(of->lat, of->lon, place->lat, place->lon);
	return travel_over(vacancy->rules.travel, metres);
}

static bool
is_related(const struct vacant *vacancy, int32_t index)
{
	const struct book *book = vacancy->book;
	const struct physician *of = book_physician(book, index);
	const struct physician *who =
	    book_physician(book, vacancy->was->physician);

	return index != vacancy->was->physician &&
	    strcmp(of->state, "active") == 0 &&
	    strcmp(of->specialty, who->specialty) == 0 &&
	    session_covers_physician(vacancy->plan->session, book, index);
}

static int
by_minutes(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	if (a->minutes != b->minutes)
		return a->minutes < b->minutes ? -1 : 1;
	return (a->physician > b->physician) - (a->physician < b->physician);
}

/* The programme that the physician would come for.  A need names none: whoever
 * is in another one comes for that. */
static int32_t
programme_of(const struct vacant *vacancy, int32_t index)
{
	struct book *book = vacancy->book;
	const struct assignment *was = vacancy->was;
	int32_t wanted = book_resolve(
	    book, KIND_PROGRAMME, book_word_text(book, was->programme));
	int32_t other = REF_NONE;
	size_t count;
	const int32_t *facts = book_facts(book, KIND_ENROLMENT,
	    book_physician(book, index)->entity.id, &count);

	for (size_t i = 0; wanted != REF_NONE && i < count; i++) {
		const struct enrolment *enrolment =
		    (const struct enrolment *)book_entity(
			book, KIND_ENROLMENT, facts[i]);

		if (strcmp(enrolment->state, "active") != 0 ||
		    was->day < enrolment->from || was->day > enrolment->to)
			continue;
		if (enrolment->programme == wanted)
			return was->programme;
		if (other == REF_NONE)
			other = enrolment->programme;
	}
	return other == REF_NONE
	    ? was->programme
	    : book_word(book,
		  entity_handle(KIND_PROGRAMME,
		      book_entity(book, KIND_PROGRAMME, other)));
}

static void
collect(struct vacant *vacancy)
{
	int32_t count = book_count(vacancy->book, KIND_PHYSICIAN);

	for (int32_t i = 0; i < count; i++) {
		if (!is_related(vacancy, i))
			continue;
		vacancy->candidate = xgrow(vacancy->candidate, &vacancy->room,
		    vacancy->count + 1, sizeof(vacancy->candidate[0]));
		vacancy->candidate[vacancy->count++] =
		    (struct candidate){.physician = i,
			.programme = programme_of(vacancy, i),
			.minutes = home_minutes(
			    vacancy, book_physician(vacancy->book, i))};
	}
	if (vacancy->count > 1)
		qsort(vacancy->candidate, vacancy->count,
		    sizeof(vacancy->candidate[0]), by_minutes);
	if (vacancy->count > NEAREST_MAX) {
		vacancy->farther = vacancy->count - NEAREST_MAX;
		vacancy->count = NEAREST_MAX;
	}
}

/* ----- the verdict ----- */

static struct assignment
instead(const struct vacant *vacancy, const struct candidate *candidate)
{
	struct assignment a = *vacancy->was;

	a.id = (struct id){UINT64_MAX, (uint64_t)candidate->physician + 1};
	a.rev = 0;
	a.physician = candidate->physician;
	a.programme = candidate->programme;
	a.state = STATE_DRAFT;
	a.rotation = 0;
	a.by_hand = 0;
	a.agreed = AGREED_NOT;
	return a;
}

static union after
cancelled(const struct vacant *vacancy)
{
	union after after = {.assignment = *vacancy->was};

	after.assignment.state = STATE_CANCELLED;
	return after;
}

/* Each alone, beside what there is without the half-day. */
static void
judge_alone(struct vacant *vacancy)
{
	union after after = cancelled(vacancy);
	const struct change change = {.kind = KIND_ASSIGNMENT,
	    .id = vacancy->was->id,
	    .rev = vacancy->was->rev + 1,
	    .after = &after};
	const struct change *const changes[] = {&change};

	book_suppose(vacancy->book, changes, 1);
	for (size_t i = 0; i < vacancy->count; i++) {
		struct candidate *candidate = &vacancy->candidate[i];
		struct assignment a = instead(vacancy, candidate);

		candidate->refused = !rules_alone(
		    vacancy->book, &vacancy->rules, &a, &candidate->finding);
	}
	book_retract(vacancy->book);
}

/* With quotas and shares too. */
static void
judge(struct vacant *vacancy, struct candidate *candidate)
{
	union after gone = cancelled(vacancy);
	union after after = {.assignment = instead(vacancy, candidate)};
	struct unit unit;

	unit_init(&unit);
	unit_put(
	    &unit, vacancy->book, KIND_ASSIGNMENT, &gone, 1, SPAN("REPLACED"));
	unit_put(&unit, vacancy->book, KIND_ASSIGNMENT, &after, 2, SPAN(""));
	unit_seal(&unit, vacancy->book);
	candidate->refused = !rules_judge(
	    vacancy->book, &vacancy->rules, &unit, &candidate->finding, NULL);
	unit_fini(&unit);
}

/* ----- the ranking ----- */

static void
count_work(const struct vacant *vacancy, struct candidate *candidate)
{
	const struct book *book = vacancy->book;
	const struct assignment *was = vacancy->was;
	struct run run = book_physician_run(book, candidate->physician);
	int32_t week = day_week(was->day);

	for (size_t i = run_from_day(book, run, was->day - THERE_DAYS);
	     i < run.count; i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		if (a->day > week + 8)
			break;
		if (!state_blocks((enum state)a->state))
			continue;
		candidate->there += a->site == was->site && a->day < was->day;
		candidate->week += day_week(a->day) == week ? a->count : 0;
	}
}

static void
count_quotas(const struct vacant *vacancy, struct candidate *candidate)
{
	struct quota_line lines[QUOTA_LINES_MAX];
	size_t count = quota_lines(vacancy->book, candidate->physician,
	    vacancy->was->day, tz_day(print_tz(), vacancy->rules.now), lines);

	candidate->left = -1;
	for (size_t i = 0; i < count; i++) {
		uint64_t sum = lines[i].sum.done + lines[i].sum.planned;
		int64_t left;

		if (lines[i].owed > candidate->owed)
			candidate->owed = lines[i].owed;
		if (lines[i].quota->max == QUOTA_NONE)
			continue;
		left = (int64_t)lines[i].quota->max - (int64_t)sum;
		left = left < 0 ? 0 : left;
		if (candidate->left < 0 || left < candidate->left)
			candidate->left = left;
	}
}

static void
weigh(const struct vacant *vacancy, struct candidate *candidate)
{
	count_work(vacancy, candidate);
	count_quotas(vacancy, candidate);
	candidate->points = 2 * vacancy->travel * candidate->minutes;
	if (candidate->there == 0)
		candidate->points += vacancy->continuity;
	if (candidate->owed > 0)
		candidate->points -= vacancy->owed;
}

static int
by_points(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	if (a->refused != b->refused)
		return a->refused ? 1 : -1;
	if (!a->refused && a->points != b->points)
		return a->points < b->points ? -1 : 1;
	return by_minutes(left, right);
}

/* ----- the lines ----- */

static void
begin(const struct vacant *vacancy, const struct candidate *candidate,
    struct out *out)
{
	out_key_id(out, "slot", vacancy->was->id);
	out_key_text(out, "physician",
	    book_physician(vacancy->book, candidate->physician)->rpps);
	half_day_print_person(out, vacancy->book, candidate->physician);
}

static void
tell_ranked(const struct vacant *vacancy, const struct candidate *candidate,
    unsigned rank)
{
	char text[LINE_ROOM];
	struct out out = OUT(text);

	begin(vacancy, candidate, &out);
	out_key_u64(&out, "rank", rank);
	if (candidate->programme != REF_NONE)
		out_key_value(&out, "programme",
		    book_word_text(vacancy->book, candidate->programme));
	out_key(&out, "points");
	out_i64(&out, candidate->points);
	/* From the way follows where somebody lives. */
	if (session_reads_private(
		vacancy->plan->session, vacancy->book, candidate->physician))
		out_key_u64(&out, "minutes", candidate->minutes);
	out_key_u64(&out, "there", candidate->there);
	out_key_u64(&out, "week", candidate->week);
	out_key_u64(&out, "owed", candidate->owed);
	if (candidate->left >= 0)
		out_key_u64(&out, "left", (uint64_t)candidate->left);
	plan_tell(vacancy->plan, (struct span){text, out.len});
}

static void
tell_left(const struct vacant *vacancy, const struct candidate *candidate)
{
	const struct session *session = vacancy->plan->session;
	const struct finding *finding = &candidate->finding;
	char text[LINE_ROOM];
	struct out out = OUT(text);
	bool visible = finding->with_site == REF_NONE ||
	    session_covers_site(session, vacancy->book, finding->with_site);
	size_t before;

	begin(vacancy, candidate, &out);
	out_key_text(&out, "rule", status_code(finding->rule));
	before = out.len;
	finding_print_text(
	    finding, vacancy->book, session->lang, visible, &out);
	if (out.overflow)
		out.len = before;
	plan_tell(vacancy->plan, (struct span){text, out.len});
}

static void
tell_end(const struct vacant *vacancy, size_t accepted, size_t told)
{
	char text[LINE_ROOM];
	struct out out = OUT(text);
	const struct assignment *was = vacancy->was;
	char id[ID_TEXT_LEN];

	out_key_id(&out, "slot", was->id);
	out_key_day(&out, "day", was->day);
	out_key(&out, "part");
	out_char(&out, part_letter((enum part)was->part));
	out_key_value(&out, "site",
	    entity_name(KIND_SITE,
		book_entity(vacancy->book, KIND_SITE, was->site), id));
	out_key_text(
	    &out, "activity", activity_name((enum activity)was->activity));
	out_key_u64(&out, "replacements", accepted);
	out_key_u64(&out, "others", vacancy->count - accepted);
	out_key_u64(&out, "told", told);
	if (vacancy->farther > 0)
		out_key_u64(&out, "farther", vacancy->farther);
	plan_tell(vacancy->plan, (struct span){text, out.len});
}

static void
rank(struct vacant *vacancy)
{
	size_t accepted = 0, told = 0;

	judge_alone(vacancy);
	for (size_t i = 0; i < vacancy->count; i++) {
		if (vacancy->candidate[i].refused)
			continue;
		judge(vacancy, &vacancy->candidate[i]);
		if (vacancy->candidate[i].refused)
			continue;
		weigh(vacancy, &vacancy->candidate[i]);
		accepted++;
	}
	if (vacancy->count > 1)
		qsort(vacancy->candidate, vacancy->count,
		    sizeof(vacancy->candidate[0]), by_points);
	for (size_t i = 0; i < accepted && i < SUBSTITUTES_TOLD; i++, told++)
		tell_ranked(vacancy, &vacancy->candidate[i], (unsigned)i + 1);
	for (size_t i = accepted;
	     i < vacancy->count && i < accepted + SUBSTITUTES_LEFT; i++, told++)
		tell_left(vacancy, &vacancy->candidate[i]);
	tell_end(vacancy, accepted, told);
}

void
substitute_tell(struct plan *plan, const struct assignment *a)
{
	const struct book *book = plan->book;
	int32_t territory = book_site(book, a->site)->territory;
	struct vacant vacancy = {.plan = plan,
	    .book = store_book(plan->server->store),
	    .rules = plan_rules(plan->server, plan->session),
	    .was = a};

	vacancy.travel =
	    term_value(book, TERM_TRAVEL, territory, REF_NONE, a->day);
	vacancy.continuity =
	    term_value(book, TERM_CONTINUITY, territory, REF_NONE, a->day);
	vacancy.owed = term_value(book, TERM_OWED, territory, REF_NONE, a->day);
	site_place(book, a->site, a->day, (enum part)a->part, &vacancy.place);
	collect(&vacancy);
	rank(&vacancy);
	free(vacancy.candidate);
}

enum status
substitute_wanted(
    struct plan *plan, const struct request *request, bool *wanted)
{
	const struct value *value = request_value(request, KEY_REPLACE);

	*wanted = value != NULL && value->number != 0;
	if (*wanted && plan->session->role == ROLE_PHYSICIAN)
		return plan_refuse(plan, STATUS_VALUE, SPAN("replace"),
		    "asked by coordinators only");
	return STATUS_OK;
}
