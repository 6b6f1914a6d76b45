/* SPDX-License-Identifier: ISC */
/*
 * write_unit: the lines of a write as one unit, its rooms and its verdict.
 */
#include "daemon/server/change/write_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/config/config_value.h"
#include "daemon/server/server.h"

#include <stdlib.h>
#include <string.h>

enum {
	LINE_ANSWER_MAX = 1024,
	LINE_SECRET_MAX = 256,
	SENTENCE_ROOM = 1024,   /* of a rule, in quotes */
	TOLD_FINDINGS_MAX = 100 /* of a publication that is refused */
};

void
text_add(struct text *text, const char *bytes, size_t len)
{
	if (len == 0)
		return;
	text->ptr = xgrow(text->ptr, &text->capacity, text->len + len, 1);
	memcpy(text->ptr + text->len, bytes, len);
	text->len += len;
}

void
text_reset(struct text *text)
{
	free(text->ptr);
	*text = (struct text){NULL, 0, 0};
}

void
plan_tell(struct plan *plan, struct span line)
{
	char number[24];
	struct out out = OUT(number);

	if (plan->told == PLAN_TOLD_MAX)
		return;
	plan->told++;
	if (plan->line > 0)
		out_key_u64(&out, "line", plan->line);
	text_add(plan->data, number, out.len);
	text_add(plan->data, line.ptr, line.len);
	text_add(plan->data, "\n", 1);
}

static plan_fn *
planner(enum verb verb)
{
	static plan_fn *const planners[VERB_COUNT] = {
	    [VERB_ABSENCE_PUT] = plan_absence_put,
	    [VERB_ACCOUNT_INVITE] = plan_account_invite,
	    [VERB_ACCOUNT_REVOKE] = plan_account_revoke,
	    [VERB_AUTHORISATION_PUT] = plan_directory_put,
	    [VERB_AVAILABILITY_PUT] = plan_directory_put,
	    [VERB_BUSY_PUT] = plan_directory_put,
	    [VERB_CLOSURE_PUT] = plan_closure_put,
	    [VERB_ENROLMENT_PUT] = plan_directory_put,
	    [VERB_HOLIDAY_PUT] = plan_directory_put,
	    [VERB_NEED_PUT] = plan_directory_put,
	    [VERB_OPENING_PUT] = plan_opening_put,
	    [VERB_PHYSICIAN_PUT] = plan_directory_put,
	    [VERB_PLACE_HOLD] = plan_place_hold,
	    [VERB_PLACE_HONOUR] = plan_place_honour,
	    [VERB_PLACE_MISS] = plan_place_miss,
	    [VERB_PLACE_RELEASE] = plan_place_release,
	    [VERB_PLACE_SET] = plan_place_set,
	    [VERB_PLACE_TAKE] = plan_place_take,
	    [VERB_PRESENCE_PUT] = plan_directory_put,
	    [VERB_PROGRAMME_PUT] = plan_directory_put,
	    [VERB_QUOTA_PUT] = plan_directory_put,
	    [VERB_ROTATION_END] = plan_rotation_end,
	    [VERB_ROTATION_PUT] = plan_rotation_put,
	    [VERB_SITE_PUT] = plan_directory_put,
	    [VERB_SLOT_ARRIVE] = plan_slot_arrive,
	    [VERB_SLOT_ASSIGN] = plan_slot_assign,
	    [VERB_SLOT_CANCEL] = plan_slot_cancel,
	    [VERB_SLOT_MOVE] = plan_slot_move,
	    [VERB_SLOT_PUBLISH] = plan_slot_publish,
	    [VERB_SLOT_RECORD] = plan_slot_record,
	    [VERB_SLOT_SWAP] = plan_slot_swap,
	    [VERB_STOP_PUT] = plan_directory_put,
	    [VERB_STRUCTURE_PUT] = plan_directory_put,
	    [VERB_TERRITORY_PUT] = plan_directory_put,
	    [VERB_WEIGHT_PUT] = plan_directory_put,
	    [VERB_ZONE_PUT] = plan_directory_put,
	};

	return planners[verb];
}

/* What the parser refused, as a refusal of the line. */
static enum status
refuse_fault(
    struct plan *plan, enum status status, const struct request *request)
{
	struct out out = OUT(plan->refusal->figures);

	plan_refuse(plan, status, request->fault.what, request->fault.expected);
	out_key_u64(&out, "column", request->fault.column);
	plan->refusal->figures[out.len] = '\0';
	return status;
}

static enum status
adopt_line(struct plan *plan, struct write *write, struct write_line *line)
{
	struct request request;
	struct span text = {write->lines.ptr + line->offset, line->len};
	enum status status;

	if (write->plan != NULL)
		return write->plan(plan, NULL);
	status = request_parse(&request, text);
	if (status != STATUS_OK)
		return refuse_fault(plan, status, &request);
	if (write->is_batch) {
		const struct verb_info *info = verb_info(request.verb);

		if (request.tag.len > 0)
			return plan_refuse(plan, STATUS_SYNTAX, request.tag,
			    "a line of a batch without a tag");
		if ((info->flags & VERB_FLAG_BATCH) == 0)
			return plan_refuse(plan, STATUS_NOT_IN_BATCH,
			    span_of(info->name), "a verb that writes the plan");
		if (request_value(&request, KEY_KEY) != NULL ||
		    request_value(&request, KEY_DRY) != NULL)
			return plan_refuse(plan, STATUS_UNKNOWN_KEY,
			    SPAN("key dry"), "key= and dry= on the batch line");
		status = session_may(write->session, request.verb);
		if (status != STATUS_OK)
			return plan_refuse(
			    plan, status, span_of(info->name), NULL);
	}
	return planner(request.verb)(plan, &request);
}

enum status
write_plan(struct write *write)
{
	char answer[LINE_ANSWER_MAX], secret[LINE_SECRET_MAX];
	struct plan plan = {.server = write->server,
	    .session = write->session,
	    .book = store_book(write->server->store),
	    .unit = &write->unit,
	    .dry = write->dry,
	    .data = &write->data,
	    .moment = &write->moment,
	    .refusal = &write->refusal,
	    .arg = write->plan_arg};
	enum status status;
	size_t i;

	if (write->has_unit)
		unit_fini(&write->unit);
	unit_init(&write->unit);
	write->has_unit = true;
	write->answers.len = 0;
	write->secret.len = 0;
	write->data.len = 0;
	write->moment = MOMENT_WRITE;
	for (i = 0; i < write->count; i++) {
		struct write_line *line = &write->line[i];
		struct out out = OUT(answer), untold = OUT(secret);

		plan.line = write->is_batch ? (unsigned)i + 1 : 0;
		plan.fresh = line->fresh;
		plan.slot = plan.with = ID_NIL;
		plan.answer = &out;
		plan.secret = &untold;
		status = adopt_line(&plan, write, line);
		if (status != STATUS_OK)
			return status;
		line->slot = plan.slot;
		line->with = plan.with;
		line->answer = write->answers.len;
		line->answer_len = out.len;
		text_add(&write->answers, answer, out.len);
		text_add(&write->secret, secret, untold.len);
	}
	plan_release_places(&write->unit, plan.book);
	unit_seal(&write->unit, plan.book);
	return STATUS_OK;
}

/* Whether its room is still to be allotted. */
static bool
lacks_room(const struct assignment *a)
{
	return a->room > PROTO_ROOMS_MAX;
}

/*
 * The room it would rather have, or the lowest one, that nobody holds during
 * the interval: in the supposed book, where those of this unit that were
 * allotted before show in the unit.
 */
static unsigned
free_room(const struct write *write, const struct book *book,
    const struct assignment *a)
{
	bool held[PROTO_ROOMS_MAX + 1] = {false};
	const struct site *site = book_site(book, a->site);
	struct run run = book_site_run(book, a->site);
	size_t i = run_from_instant(book, run, a->from - book_longest(book));
	unsigned room, rather = a->room - ROOM_RATHER;

	for (; i < run.count; i++) {
		const struct assignment *b = book_at(book, run.slot[i]);

		if (b->from >= assignment_to(a))
			break;
		if (id_equal(a->id, b->id) || !state_blocks(b->state) ||
		    assignment_to(b) <= a->from)
			continue;
		if (lacks_room(b))
			b = unit_assignment(&write->unit, book, b->id);
		if (!lacks_room(b))
			held[b->room] = true;
	}
	if (rather <= site->rooms && !held[rather])
		return rather;
	for (room = 1; room <= site->rooms; room++)
		if (!held[room])
			return room;
	return 0; /* none: the rule on rooms says which are held until when */
}

static void
allot_rooms(struct write *write, struct book *book)
{
	struct unit *unit = &write->unit;
	const struct change **changes;
	bool any = false;
	size_t i;

	for (i = 0; i < unit->count && !any; i++)
		any = unit->changes[i].change.kind == KIND_ASSIGNMENT &&
		    lacks_room(&unit->changes[i].change.after->assignment);
	if (!any)
		return;
	changes = xcalloc(unit->count, sizeof(const struct change *));
	for (i = 0; i < unit->count; i++)
		changes[i] = &unit->changes[i].change;
	book_suppose(book, changes, unit->count);
	for (i = 0; i < unit->count; i++) {
		const struct assignment *a = &changes[i]->after->assignment;

		if (changes[i]->kind == KIND_ASSIGNMENT && lacks_room(a))
			unit_set_room(unit, i, free_room(write, book, a));
	}
	book_retract(book);
	free(changes);
}

static bool
has_slots(const struct unit *unit)
{
	for (size_t i = 0; i < unit->count; i++)
		if (unit->changes[i].change.kind == KIND_ASSIGNMENT)
			return true;
	return false;
}

/* How many places of the half-day went with it; nil: of all half-days. */
static void
compose_released(const struct write *write, struct out *out, struct id slot)
{
	size_t count = plan_released_places(&write->unit, slot);

	if (count > 0)
		out_key_u64(out, "released", count);
}

static void
compose_slot(const struct write *write, const struct book *book,
    struct out *out, const struct write_line *line)
{
	const struct assignment *a =
	    unit_assignment(&write->unit, book, line->slot);

	out_key_id(out, "slot", a->id);
	out_key_u64(out, "rev", a->rev);
	if (!id_is_nil(line->with)) {
		a = unit_assignment(&write->unit, book, line->with);
		out_key_id(out, "with", a->id);
		out_key_u64(out, "with-rev", a->rev);
		return;
	}
	if (a->room > 0)
		out_key_u64(out, "room", a->room);
	out_key_text(out, "state", state_name(a->state));
	compose_released(write, out, a->id);
}

static void
compose_answer(struct write *write, const struct book *book)
{
	char buffer[LINE_ANSWER_MAX];
	size_t i;

	write->answer.len = 0;
	for (i = 0; i < write->count; i++) {
		const struct write_line *line = &write->line[i];
		struct out out = OUT(buffer);

		if (i > 0)
			text_add(&write->answer, "\n", 1);
		if (id_is_nil(line->slot)) {
			text_add(&write->answer,
			    write->answers.ptr + line->answer,
			    line->answer_len);
			/* Of several lines, each knows only its own. */
			if (write->count == 1 && has_slots(&write->unit))
				compose_released(write, &out, ID_NIL);
			text_add(&write->answer, buffer, out.len);
			continue;
		}
		compose_slot(write, book, &out, line);
		text_add(&write->answer, buffer, out.len);
	}
}

struct rules
plan_rules(const struct server *server, const struct session *session)
{
	struct rules rules = {.travel = server->travel,
	    .moment = MOMENT_WRITE,
	    .actor = {session->physician},
	    .now = clock_real_s()};

	if (config_parse_rules(server->config->rules_off, &rules.off) != 0)
		abort(); /* the configuration was checked */
	return rules;
}

/* All that stands in the way of a publication. */
static void
tell_findings(struct write *write, struct book *book, const struct rules *rules)
{
	struct finding *findings =
	    xcalloc(TOLD_FINDINGS_MAX, sizeof(findings[0]));
	size_t count = rules_findings(
	    book, rules, &write->unit, findings, TOLD_FINDINGS_MAX, NULL);
	char buffer[LINE_ANSWER_MAX + SENTENCE_ROOM];

	for (size_t i = 0; i < count && i < TOLD_FINDINGS_MAX; i++) {
		struct out out = OUT(buffer);

		plan_print_finding(&out, write->session, book, &findings[i],
		    unit_assignment(&write->unit, book, findings[i].slot));
		out_char(&out, '\n');
		text_add(&write->data, buffer, out.len);
	}
	free(findings);
}

enum status
write_judge(struct write *write)
{
	struct book *book = store_book(write->server->store);
	struct refusal *refusal = &write->refusal;
	struct rules rules = plan_rules(write->server, write->session);

	rules.moment = write->moment;
	warnings_fini(&write->warnings);
	allot_rooms(write, book);
	*refusal = (struct refusal){.status = STATUS_OK};
	if (plan_judge_directory(&write->unit, book, refusal) != STATUS_OK ||
	    plan_judge_sites(&write->unit, book, refusal) != STATUS_OK ||
	    plan_judge_absences(&write->unit, book, refusal) != STATUS_OK)
		return refusal->status;
	if (!rules_judge(book, &rules, &write->unit, &refusal->finding,
		&write->warnings)) {
		refusal->status = refusal->finding.rule;
		refusal->line = refusal->finding.line;
		if (write->moment == MOMENT_PUBLISH)
			tell_findings(write, book, &rules);
		return refusal->status;
	}
	compose_answer(write, book);
	return STATUS_OK;
}
