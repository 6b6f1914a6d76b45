/* SPDX-License-Identifier: ISC */
/*
 * plan_publish: the verbs that move half-days on from draft to what was held -
 * slot publish and slot record.
 *
 * A publication is one unit, judged at the moment of publication: the drafts
 * were judged one by one when they were written, and are judged together now.
 */
#include "daemon/server/change/plan.h"

#include "daemon/base/clock.h"
#include "daemon/server/server.h"

enum { PUBLISH_MAX = 20000, QUARTER_HOUR = 15 };

void
plan_print_finding(struct out *out, const struct session *session,
    const struct book *book, const struct finding *finding,
    const struct assignment *a)
{
	char id[ID_TEXT_LEN];
	bool visible = finding->with_site == REF_NONE ||
	    session_covers_site(session, book, finding->with_site);

	out_key_day(out, "day", a->day);
	out_key(out, "part");
	out_char(out, part_letter((enum part)a->part));
	out_key_value(out, "site",
	    entity_name(KIND_SITE, book_entity(book, KIND_SITE, a->site), id));
	out_key_text(
	    out, "physician", book_physician(book, a->physician)->rpps);
	out_key_text(out, "rule", status_code(finding->rule));
	finding_print_text(finding, book, session->lang, visible, out);
}

/* ----- publish ----- */

/* Whose drafts. */
struct publication {
	struct plan *plan;
	enum key key;  /* which of the four */
	int32_t index; /* of the site, territory or physician; of the word */
	int32_t from, to;
	size_t count;
};

static enum status
take_subject(struct publication *all, const struct request *request)
{
	static const struct {
		enum key key;
		enum kind kind;
	} subjects[] = {{KEY_SITE, KIND_SITE}, {KEY_TERRITORY, KIND_TERRITORY},
	    {KEY_PHYSICIAN, KIND_PHYSICIAN}, {KEY_PROGRAMME, KIND_PROGRAMME}};
	static const char one[] =
	    "one of site=, territory=, programme= and physician=";
	struct plan *plan = all->plan;
	const struct value *subject = NULL;
	enum kind kind = KIND_COUNT;

	for (size_t i = 0; i < ARRAY_SIZE(subjects); i++) {
		const struct value *value =
		    request_value(request, subjects[i].key);

		if (value == NULL)
			continue;
		if (subject != NULL)
			return plan_refuse_key(
			    plan, STATUS_VALUE, subjects[i].key, one);
		subject = value;
		all->key = subjects[i].key;
		kind = subjects[i].kind;
	}
	if (subject == NULL)
		return plan_refuse_key(plan, STATUS_MISSING, KEY_SITE, one);
	/* A programme is what half-days say, described or not. */
	all->index = kind == KIND_PROGRAMME
	    ? book_word_find(plan->book, subject->text)
	    : book_resolve(plan->book, kind, subject->text);
	if (all->index == REF_NONE)
		return plan_refuse(plan, STATUS_NOT_FOUND, subject->text, NULL);
	return STATUS_OK;
}

static enum status
take_days(struct publication *all, const struct request *request)
{
	struct plan *plan = all->plan;

	all->from = (int32_t)request_number(request, KEY_FROM, 0);
	all->to = (int32_t)request_number(request, KEY_TO, 0);
	if (all->to < all->from)
		return plan_refuse_key(plan, STATUS_VALUE, KEY_TO,
		    "a day that is not before from=");
	if (all->from < book_from(plan->book)) {
		struct out out = OUT(plan->refusal->figures);

		plan_refuse_key(plan, STATUS_CLOSED, KEY_FROM, NULL);
		out_key_day(&out, "first", book_from(plan->book));
		plan->refusal->figures[out.len] = '\0';
		return STATUS_CLOSED;
	}
	return STATUS_OK;
}

static bool
is_meant(const struct publication *all, const struct assignment *a)
{
	return a->state == STATE_DRAFT && a->day >= all->from &&
	    a->day <= all->to &&
	    (all->key != KEY_PROGRAMME || a->programme == all->index);
}

/* The drafts of one run. */
static enum status
publish_run(struct publication *all, struct run run)
{
	struct plan *plan = all->plan;
	size_t i = run_from_day(plan->book, run, all->from);

	for (; i < run.count; i++) {
		const struct assignment *a = book_at(plan->book, run.slot[i]);
		union after after = {.assignment = *a};

		/* A night begins a day late, and clocks differ by another. */
		if (a->from / SECONDS_PER_DAY > all->to + 2)
			break;
		if (!is_meant(all, a))
			continue;
		if (session_may_write(plan->session, plan->book, a) !=
		    STATUS_OK)
			return plan_refuse_key(
			    plan, STATUS_SCOPE, all->key, NULL);
		if (++all->count > PUBLISH_MAX)
			return plan_refuse_key(plan, STATUS_LIMIT, KEY_TO,
			    "a period of at most 20000 drafts");
		after.assignment.state = STATE_PUBLISHED;
		unit_put(plan->unit, plan->book, KIND_ASSIGNMENT, &after,
		    plan->line, (struct span){NULL, 0});
	}
	return STATUS_OK;
}

static enum status
publish_sites(struct publication *all)
{
	const struct book *book = all->plan->book;
	enum status status = STATUS_OK;
	const int32_t *sites;
	size_t n;

	if (all->key == KEY_TERRITORY) {
		sites = book_territory_sites(book, all->index, &n);
		for (size_t i = 0; i < n && status == STATUS_OK; i++)
			status =
			    publish_run(all, book_site_run(book, sites[i]));
		return status;
	}
	for (int32_t i = 0;
	     i < book_count(book, KIND_SITE) && status == STATUS_OK; i++)
		status = publish_run(all, book_site_run(book, i));
	return status;
}

/* Whether the session has the subject at all; of half-days of programmes and
 * physicians each one's site is looked at. */
static bool
covers_subject(const struct publication *all)
{
	const struct session *session = all->plan->session;

	if (all->key == KEY_SITE)
		return session_covers_site(
		    session, all->plan->book, all->index);
	if (all->key == KEY_TERRITORY)
		return session_covers_territory(session, all->index);
	return true;
}

enum status
plan_slot_publish(struct plan *plan, const struct request *request)
{
	struct publication all = {.plan = plan};
	const struct book *book = plan->book;
	enum status status;

	if ((status = take_subject(&all, request)) != STATUS_OK ||
	    (status = take_days(&all, request)) != STATUS_OK)
		return status;
	if (!covers_subject(&all))
		return plan_refuse_key(plan, STATUS_SCOPE, all.key, NULL);
	if (all.key == KEY_PHYSICIAN)
		status = publish_run(&all, book_physician_run(book, all.index));
	else if (all.key == KEY_SITE)
		status = publish_run(&all, book_site_run(book, all.index));
	else
		status = publish_sites(&all);
	if (status != STATUS_OK)
		return status;
	*plan->moment = MOMENT_PUBLISH;
	out_key_u64(plan->answer, "published", all.count);
	return STATUS_OK;
}

/* ----- record ----- */

static enum status
refuse_state(struct plan *plan, const struct assignment *a)
{
	struct out out = OUT(plan->refusal->figures);

	plan_refuse(plan, STATUS_STATE, SPAN("slot"),
	    "a published half-day that has begun");
	out_key_text(&out, "state", state_name((enum state)a->state));
	out_key(&out, "from");
	out_instant(&out, a->from, a->offset_from * QUARTER_HOUR);
	plan->refusal->figures[out.len] = '\0';
	return STATUS_STATE;
}

/* The half-day, within reach of whoever may say what became of it. */
static enum status
find_recorded(
    struct plan *plan, const struct request *request, struct assignment *out)
{
	const struct value *slot = request_value(request, KEY_SLOT);
	const struct value *rev = request_value(request, KEY_REV);
	const struct assignment *known = book_assignment(plan->book, slot->id);
	const struct assignment *a;

	if (known == NULL || !session_sees(plan->session, plan->book, known))
		return plan_refuse(plan, STATUS_NOT_FOUND, slot->text,
		    "the id of an assignment");
	if (!session_covers_site(plan->session, plan->book, known->site))
		return plan_refuse(plan, STATUS_SCOPE, slot->text, NULL);
	if (rev != NULL && rev->number != known->rev) {
		struct out figures = OUT(plan->refusal->figures);

		plan_refuse(plan, STATUS_STALE, SPAN("rev"), NULL);
		out_key_u64(&figures, "rev", known->rev);
		plan->refusal->figures[figures.len] = '\0';
		return STATUS_STALE;
	}
	a = unit_assignment(plan->unit, plan->book, slot->id);
	if (a->state == STATE_DRAFT || a->state == STATE_CANCELLED ||
	    a->from > clock_real_s())
		return refuse_state(plan, a);
	*out = *a;
	return STATUS_OK;
}

enum status
plan_slot_record(struct plan *plan, const struct request *request)
{
	struct span word = request_text(request, KEY_STATE);
	union after after = {0};
	enum state state;
	enum status status;

	if (!state_find(word, &state) ||
	    (state != STATE_HELD && state != STATE_NOT_HELD))
		return plan_refuse_key(
		    plan, STATUS_VALUE, KEY_STATE, "held or not-held");
	status = find_recorded(plan, request, &after.assignment);
	if (status != STATUS_OK)
		return status;
	plan->slot = after.assignment.id;
	if (after.assignment.state == state)
		return STATUS_OK; /* so it is */
	after.assignment.state = (uint8_t)state;
	unit_put(plan->unit, plan->book, KIND_ASSIGNMENT, &after, plan->line,
	    (struct span){NULL, 0});
	return STATUS_OK;
}
