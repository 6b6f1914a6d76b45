/* SPDX-License-Identifier: ISC */
/*
 * serve_fact: what the book says, as what it means for the plan that is served.
 */
#include "daemon/base/mem.h"
#include "daemon/planner/reduce/reduce.h"
#include "daemon/planner/serve/serve_private.h"
#include "proto/out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ----- half-days ----- */

static struct serve_place
place_of(const struct book_half *half)
{
	return (struct serve_place){.physician = NAMES_NONE,
	    .site = span_of(half->site),
	    .activity = span_of(half->activity),
	    .specialty = span_of(half->specialty),
	    .day = half->day,
	    .part = half->part};
}

static void
note_gone(struct served *served, const struct book_half *half, int32_t need)
{
	struct serve_place place = place_of(half);

	place.physician = half->doctor;
	serve_note_gone(served, span_of(half->physician), &place, need);
}

static void
note_stand(struct served *served, const struct book_half *half, int32_t need)
{
	struct span name = span_of(half->id);
	int32_t number = names_find(&served->moving, name);

	if (number == NAMES_NONE)
		number = names_add(&served->moving, name);
	served->stand = xgrow(served->stand, &served->stand_room,
	    (size_t)number + 1, sizeof(served->stand[0]));
	served->stand[number] = (struct stand){half->doctor, need};
}

static bool
is_within(const struct served *served, const struct book_half *half)
{
	return half->day >= served->in.from &&
	    half->day < served->in.from + served->in.days;
}

/* The need of which he has an option. */
static int32_t
need_of(const struct served *served, const struct book_half *half)
{
	struct serve_place place = place_of(half);

	place.physician = half->doctor;
	return half->doctor == NAMES_NONE ? NAMES_NONE
					  : serve_need(served, &place);
}

/* ----- of a new instance ----- */

static void
on_moving(void *arg, const struct book_half *half)
{
	struct served *served = arg;
	struct serve_place place = place_of(half);
	int32_t need = need_of(served, half);

	/* It may be one that he has no option of. */
	if (need == NAMES_NONE)
		need = serve_need(served, &place);
	note_stand(served, half, need);
}

static void
on_cancelled(void *arg, const struct book_half *half)
{
	struct served *served = arg;
	struct serve_place place = place_of(half);

	if (names_find(&served->moving, span_of(half->id)) == NAMES_NONE)
		note_gone(served, half, serve_need(served, &place));
}

void
serve_fact_index(struct served *served)
{
	book_each_moving(served->in.reduction, on_moving, served);
	book_each_cancelled(served->in.reduction, on_cancelled, served);
}

/* ----- questions ----- */

bool
serve_fact_has_begun(const void *arg, int32_t number)
{
	const struct fact_clock *clock = arg;
	const struct need *need = &clock->served->in.need[number];

	return book_has_begun(clock->served->in.reduction, need->site,
	    need->half, need->activity, clock->now);
}

struct besides {
	struct hearing *hearing;
	const struct repair_ask *ask;
	int64_t now;
};

static void
on_other(void *arg, const struct book_half *half)
{
	const struct besides *besides = arg;
	struct hearing *hearing = besides->hearing;
	const struct repair_ask *ask = besides->ask;
	int32_t at =
	    serve_half(&hearing->served->in, half->day) + (int32_t)half->part;

	if (half->from <= besides->now || at < ask->from || at >= ask->until ||
	    (ask->parts >> half->part & 1) == 0 ||
	    names_find(&hearing->served->ended, span_of(half->id)) !=
		NAMES_NONE)
		return;
	hearing->beside = xgrow(hearing->beside, &hearing->beside_room,
	    hearing->besides + 1, sizeof(hearing->beside[0]));
	hearing->beside[hearing->besides++] = *half;
}

void
serve_fact_beside(struct hearing *hearing, struct span physician,
    struct span site, const struct repair_ask *ask, int64_t now)
{
	struct besides besides = {hearing, ask, now};

	book_each_other(
	    hearing->served->in.reduction, physician, site, on_other, &besides);
}

void
serve_fact_print(const struct hearing *hearing, const struct book_half *half)
{
	char text[SERVE_LINE_MAX];
	struct out out = OUT(text);

	out_literal(&out, "drop");
	out_key_value(&out, "id", hearing->id);
	out_key_text(&out, "physician", half->physician);
	out_key_text(&out, "site", half->site);
	out_key_day(&out, "day", half->day);
	out_key(&out, "part");
	out_char(&out, part_letter((enum part)half->part));
	out_key_text(&out, "activity", half->activity);
	if (half->programme[0] != '\0')
		out_key_text(&out, "programme", half->programme);
	out_char(&out, '\n');
	fwrite(out.ptr, 1, out.len, stdout);
}

/* ----- changes ----- */

static void
on_away(void *arg, int32_t doctor, int32_t spot, int32_t from, int32_t to,
    unsigned parts)
{
	struct served *served = arg;
	int32_t first = serve_half(&served->in, from);
	int32_t end = serve_half(&served->in, (int64_t)to + 1);

	if (first >= end)
		return;
	if (doctor != NAMES_NONE)
		repairer_close(served->repairer, doctor, first, end, parts);
	else
		repairer_close_site(served->repairer, spot, first, end, parts);
}

/* Of what was cancelled, or is somewhere else; false when the plan has no place
 * for that. */
static bool
leave(struct served *served, const struct book_half *half, struct stand *stand)
{
	bool good = stand->need != NAMES_NONE &&
	    stand->physician != NAMES_NONE &&
	    repairer_set(
		served->repairer, stand->physician, stand->need, false);

	if (half->cancelled)
		note_gone(served, half, stand->need);
	stand->need = NAMES_NONE;
	return good;
}

/* One that is not the plan's: what stayed and is cancelled leaves a need that
 * the plan does not know of. */
static bool
end(struct served *served, const struct book_news *news)
{
	struct span name = span_of(news->half.id);

	if (!news->was_there)
		return true;
	if (names_find(&served->ended, name) == NAMES_NONE)
		(void)names_add(&served->ended, name);
	if (is_within(served, &news->half) && news->half.cancelled)
		note_gone(served, &news->half, NAMES_NONE);
	return false;
}

/* He does it now; what the plan has no place for keeps him busy. */
static bool
begin(struct served *served, const struct book_half *half, int32_t need)
{
	int32_t at = serve_half(&served->in, half->day) + (int32_t)half->part;

	if (need != NAMES_NONE && half->movable &&
	    repairer_set(served->repairer, half->doctor, need, true)) {
		note_stand(served, half, need);
		return true;
	}
	if (half->doctor != NAMES_NONE && is_within(served, half))
		repairer_close(served->repairer, half->doctor, at, at + 1,
		    1u << half->part);
	return false;
}

static bool
hear_half(struct served *served, const struct book_news *news)
{
	const struct book_half *half = &news->half;
	int32_t number = names_find(&served->moving, span_of(half->id));
	int32_t need = half->blocks && is_within(served, half)
	    ? need_of(served, half)
	    : NAMES_NONE;
	struct stand *stand =
	    number == NAMES_NONE ? NULL : &served->stand[number];
	bool good = true;

	if (stand == NULL && !half->blocks)
		return end(served, news);
	if (stand != NULL && stand->need != NAMES_NONE) {
		if (half->blocks && stand->need == need &&
		    stand->physician == half->doctor &&
		    (half->held || half->movable))
			return true;
		good = leave(served, half, stand);
	}
	if (half->blocks && !begin(served, half, need))
		good = false;
	return good;
}

enum heard
serve_fact_change(struct served *served, struct span line)
{
	struct book_news news;
	bool plain = false;

	book_read(served->in.reduction, line, &news, on_away, served);
	switch (news.sort) {
	case NEWS_HALF:
		plain = hear_half(served, &news);
		break;
	case NEWS_AWAY:
		plain = news.restricts;
		break;
	case NEWS_OTHER:
		break;
	}
	return plain ? HEARD_CHANGED : HEARD_UNKNOWN;
}
