/* SPDX-License-Identifier: ISC */
/*
 * plan_rotation: rotation put and rotation end; what becomes of each half-day
 * is series.c's.
 */
#include "daemon/server/change/series.h"

#include "daemon/base/clock.h"

#include <stdlib.h>
#include <string.h>

/* ----- what a rotation may say ----- */

/* The list as ids, in its order. */
static enum status
read_physicians(struct plan *plan, struct rotation *after)
{
	char list[ROTATION_LIST_MAX + 1] = "";
	struct span rest = span_of(after->physicians), word;
	struct out out = {list, 0, sizeof(list) - 1, false};
	unsigned count = 0;

	while (span_cut(&rest, ',', &word)) {
		int32_t index =
		    unit_resolve(plan->unit, plan->book, KIND_PHYSICIAN, word);

		if (index == REF_NONE)
			return plan_refuse(plan, STATUS_NOT_FOUND, word,
			    "RPPS numbers or ids of physicians, comma between");
		if (!session_covers_physician(plan->session, plan->book, index))
			return plan_refuse(plan, STATUS_SCOPE, word,
			    "physicians enrolled in a programme or authorised "
			    "at a site of the account's scope");
		if (count++ > 0)
			out_char(&out, ',');
		out_id(&out,
		    unit_at(plan->unit, plan->book, KIND_PHYSICIAN, index)->id);
	}
	if (count == 0 || count > ROTATION_PHYSICIANS_MAX)
		return plan_refuse_key(
		    plan, STATUS_VALUE, KEY_PHYSICIANS, "1 to 64 physicians");
	memcpy(after->physicians, list, sizeof(list));
	return STATUS_OK;
}

static enum status
check_days(struct plan *plan, const struct rotation *after)
{
	int32_t today = (int32_t)(clock_real_s() / SECONDS_PER_DAY);

	if (after->to < after->from)
		return plan_refuse_key(plan, STATUS_VALUE, KEY_TO,
		    "a day that is not before from=");
	if (after->to > today + PLAN_AHEAD_DAYS ||
	    after->to - after->from > 2 * PLAN_AHEAD_DAYS)
		return plan_refuse_key(plan, STATUS_VALUE, KEY_TO,
		    "a day less than 1100 days from today");
	return STATUS_OK;
}

static enum status
check_portions(
    struct plan *plan, const struct request *request, struct rotation *after)
{
	uint8_t units = (uint8_t)(after->unscheduled / PORTION_UNIT);
	enum activity activity;
	enum status status;

	if (!activity_find(span_of(after->activity), &activity))
		abort(); /* the field has these words only */
	status = plan_take_portion(plan, request, KEY_UNSCHEDULED,
	    activity_takes_unscheduled(activity), &units);
	if (status != STATUS_OK)
		return status;
	after->unscheduled = (uint32_t)units * PORTION_UNIT;
	units = (uint8_t)(after->remote / PORTION_UNIT);
	status = plan_take_portion(
	    plan, request, KEY_REMOTE, activity_takes_remote(activity), &units);
	after->remote = (uint32_t)units * PORTION_UNIT;
	return status;
}

enum status
plan_check_rotation(struct plan *plan, const struct request *request,
    const struct rotation *before, struct rotation *after)
{
	bool site = request_value(request, KEY_SITE) != NULL;
	bool sector = request_value(request, KEY_SECTOR) != NULL;
	enum status status;

	/* The one that is said takes the place of the other. */
	if (site && !sector)
		after->sector = REF_NONE;
	if (sector && !site)
		after->site = REF_NONE;
	if ((after->site == REF_NONE) == (after->sector == REF_NONE))
		return plan_refuse_key(plan,
		    site ? STATUS_VALUE : STATUS_MISSING, KEY_SITE,
		    "either site= or sector=");
	if (!session_reads_rotation(plan->session, plan->book, after) ||
	    (before != NULL &&
		!session_reads_rotation(plan->session, plan->book, before)))
		return plan_refuse_key(plan, STATUS_SCOPE,
		    after->site != REF_NONE ? KEY_SITE : KEY_SECTOR, NULL);
	if ((status = check_days(plan, after)) != STATUS_OK ||
	    (status = check_portions(plan, request, after)) != STATUS_OK)
		return status;
	memcpy(after->state, "active", sizeof("active"));
	return read_physicians(plan, after);
}

/* ----- the verbs ----- */

enum status
plan_rotation_put(struct plan *plan, const struct request *request)
{
	bool partial = request_number(request, KEY_PARTIAL, 0) != 0;
	struct series series;
	enum status status = plan_directory_put(plan, request);

	if (status != STATUS_OK)
		return status;
	series_init(&series, plan, request, plan->entity);
	status = series_want(&series, request);
	if (status == STATUS_OK)
		status = series_finish(&series, partial);
	series_fini(&series);
	return status;
}

/* The rotation, within reach and at the revision asked for. */
static enum status
find_rotation(
    struct plan *plan, const struct request *request, union after *after)
{
	struct span name = request_text(request, KEY_ROTATION);
	const struct value *rev = request_value(request, KEY_REV);
	int32_t index = book_resolve(plan->book, KIND_ROTATION, name);
	const struct rotation *rotation;

	rotation = index == REF_NONE ? NULL
				     : (const struct rotation *)book_entity(
					   plan->book, KIND_ROTATION, index);
	/* What is out of sight does not exist. */
	if (rotation == NULL ||
	    !session_reads_rotation(plan->session, plan->book, rotation))
		return plan_refuse(plan, STATUS_NOT_FOUND, name,
		    "the code or id of a rotation");
	if (rev != NULL && rev->number != rotation->entity.rev) {
		struct out out = OUT(plan->refusal->figures);

		plan_refuse_key(plan, STATUS_STALE, KEY_REV, NULL);
		out_key_u64(&out, "rev", rotation->entity.rev);
		plan->refusal->figures[out.len] = '\0';
		return STATUS_STALE;
	}
	after->rotation = *rotation;
	return STATUS_OK;
}

enum status
plan_rotation_end(struct plan *plan, const struct request *request)
{
	const struct value *from = request_value(request, KEY_FROM);
	int32_t first = from == NULL ? INT32_MIN : (int32_t)from->number;
	struct series series;
	union after after = {0};
	bool over;
	enum status status = find_rotation(plan, request, &after);

	if (status != STATUS_OK)
		return status;
	plan->entity = after.entity.id;
	over = span_is(span_of(after.rotation.state), "ended");
	memcpy(after.rotation.state, "ended", sizeof("ended"));
	if (first > after.rotation.from && first <= after.rotation.to) {
		after.rotation.to = first - 1;
		over = false;
	}
	if (!over)
		unit_put(plan->unit, plan->book, KIND_ROTATION, &after,
		    plan->line, request_text(request, KEY_REASON));
	series_init(&series, plan, request, plan->entity);
	out_key_value(plan->answer, "rotation", span_of(after.rotation.code));
	out_key_id(plan->answer, "id", plan->entity);
	out_key_u64(plan->answer, "rev", series.after->entity.rev);
	if (over)
		out_key_text(plan->answer, "unchanged", "yes");
	series_drop(&series, first);
	status = series_finish(&series, false);
	series_fini(&series);
	return status;
}
