/* SPDX-License-Identifier: ISC */
/* instance_text_work: who works, and what is said of single half-days. */
#include "daemon/planner/instance/filter.h"
#include "tests/unit/instance_text_private.h"

#include <string.h>

/* ----- physicians ----- */

/* Seven groups of parts. */
static void
put_week(struct out *out, const char *key, const uint8_t *days)
{
	out_key(out, key);
	for (unsigned day = 0; day < DAYS_PER_WEEK; day++) {
		if (day > 0)
			out_char(out, ',');
		if (days[day] == 0)
			out_char(out, '-');
		text_letters(out, days[day]);
	}
}

static void
put_physician(struct writer *writer, int32_t p)
{
	const struct instance *in = writer->in;
	const struct worker *worker = &in->physician[p];
	struct out *out = text_begin(writer, "physician");
	bool first = true;

	text_name(out, "id", &in->physician_names, p);
	if (worker->skills == 0)
		out_key_value(out, "skills", SPAN(""));
	for (unsigned a = 0; a < in->activities; a++) {
		if ((worker->skills >> a & 1) == 0)
			continue;
		if (first)
			out_key(out, "skills");
		else
			out_char(out, ',');
		out_text(out, names_text(&in->activity_names, (int32_t)a));
		first = false;
	}
	text_number(out, "week-min", worker->week_min);
	text_number(out, "week-max", worker->week_max);
	text_number(out, "horizon-min", worker->horizon_min);
	text_number(out, "horizon-max", worker->horizon_max);
	text_number(out, "day-max", worker->day_max);
	text_number(out, "fair-share", worker->fair_share);
	text_name(
	    out, "programme", &in->programme_names, worker->programme - 1);
	text_number(out, "travel", worker->travel);
	text_number(out, "week-short", worker->week_short);
	text_number(out, "unfair", worker->unfair);
	text_end(writer);
}

static void
put_times(struct writer *writer, int32_t p, int32_t week)
{
	const struct instance *in = writer->in;
	size_t day =
	    (size_t)p * (size_t)in->days + (size_t)week * DAYS_PER_WEEK;
	size_t at = (size_t)p * (size_t)in->weeks + (size_t)week;
	struct out *out = text_begin(writer, "free");

	text_name(out, "physician", &in->physician_names, p);
	text_day(writer, "week", week * DAYS_PER_WEEK);
	put_week(out, "parts", in->free_parts + day);
	put_week(out, "disliked", in->disliked + day);
	text_end(writer);
	out = text_begin(writer, "week");
	text_name(out, "physician", &in->physician_names, p);
	text_day(writer, "week", week * DAYS_PER_WEEK);
	text_number(out, "min", in->week_min[at]);
	text_number(out, "max", in->week_max[at]);
	text_end(writer);
}

static void
put_anchors(struct writer *writer, int32_t p)
{
	const struct instance *in = writer->in;

	for (unsigned day = 0; day < DAYS_PER_WEEK; day++) {
		struct out *out;

		if (in->physician[p].anchor[day] == NAMES_NONE)
			continue;
		out = text_begin(writer, "anchor");
		text_name(out, "physician", &in->physician_names, p);
		out_key_text(out, "weekday", text_weekdays[day]);
		text_name(
		    out, "site", &in->site_names, in->physician[p].anchor[day]);
		text_end(writer);
	}
}

static void
put_reaches(struct writer *writer)
{
	const struct instance *in = writer->in;

	for (size_t i = 0; i < in->reaches; i++) {
		const struct reach *reach = &in->reach[i];
		struct out *out = text_begin(writer, "reach");

		text_name(
		    out, "physician", &in->physician_names, reach->physician);
		text_name(out, "site", &in->site_names, reach->site);
		text_number(out, "minutes", reach->minutes);
		text_number(out, "preference", reach->preference);
		text_end(writer);
	}
	for (size_t i = 0; i < in->aparts; i++) {
		const struct apart *apart = &in->apart[i];
		struct out *out = text_begin(writer, "apart");

		text_name(
		    out, "physician", &in->physician_names, apart->physician);
		text_parts(out, "first", 1u << apart->first);
		text_name(out, "a", &in->site_names, apart->a);
		text_name(out, "b", &in->site_names, apart->b);
		text_end(writer);
	}
}

static void
put_caps(struct writer *writer)
{
	const struct instance *in = writer->in;

	for (size_t i = 0; i < in->caps; i++) {
		const struct cap *cap = &in->cap[i];
		struct out *out = text_begin(writer, "cap");

		text_name(out, "id", &in->cap_names, (int32_t)i);
		text_name(
		    out, "physician", &in->physician_names, cap->physician);
		text_day(writer, "from", cap->from / PART_COUNT);
		text_day(writer, "to", cap->until / PART_COUNT - 1);
		text_number(out, "max", cap->max);
		text_number(out, "min", cap->min);
		text_number(out, "weight", cap->weight);
		text_name(
		    out, "programme", &in->programme_names, cap->programme);
		text_flag(out, "unscheduled", cap->unscheduled);
		if (cap->turn != 0)
			text_number(out, "turn", cap->turn);
		text_end(writer);
	}
}

static void
put_spreads(struct writer *writer)
{
	const struct instance *in = writer->in;

	for (size_t i = 0; i < in->spreads; i++) {
		const struct spread *spread = &in->spread[i];
		struct out *out = text_begin(writer, "spread");

		text_name(
		    out, "physician", &in->physician_names, spread->physician);
		out_key_text(
		    out, "of", spread->of == SPREAD_AREA ? "area" : "site");
		text_number(out, "want", spread->want);
		text_number(out, "weight", spread->weight);
		if (spread->used <= -2)
			text_name(
			    out, "used", &in->site_names, -2 - spread->used);
		else
			text_name(out, "used", &in->group_names[spread->of],
			    spread->used);
		text_end(writer);
	}
}

void
text_work(struct writer *writer)
{
	for (int32_t p = 0; p < writer->in->physicians; p++) {
		put_physician(writer, p);
		for (int32_t week = 0; week < writer->in->weeks; week++)
			put_times(writer, p, week);
		put_anchors(writer, p);
	}
	put_reaches(writer);
	put_caps(writer);
	put_spreads(writer);
}

/* ----- single half-days ----- */

static void
put_helds(struct writer *writer)
{
	const struct instance *in = writer->in;

	for (size_t i = 0; i < in->helds; i++) {
		const struct held *held = &in->held[i];
		struct out *out = text_begin(writer, "held");

		text_name(
		    out, "physician", &in->physician_names, held->physician);
		text_name(out, "site", &in->site_names, held->site);
		text_day(writer, "day", half_day(held->half));
		text_parts(out, "part", 1u << half_part(held->half));
		text_flag(out, "remote", held->remote);
		text_end(writer);
	}
}

/* The beginning of a line about a physician at a need. */
static struct out *
begin_mark(struct writer *writer, const char *kind, int32_t physician,
    const struct need *need)
{
	const struct instance *in = writer->in;
	struct out *out = text_begin(writer, kind);

	text_name(out, "physician", &in->physician_names, physician);
	text_name(out, "site", &in->site_names, need->site);
	text_day(writer, "day", half_day(need->half));
	text_parts(out, "part", 1u << half_part(need->half));
	text_activity(writer, need->activity);
	text_name(out, "programme", &in->programme_names, need->programme);
	return out;
}

static void
put_listed(struct writer *writer)
{
	static const char *const kinds[] = {[MARK_KEEP] = "lock",
	    [MARK_FORBID] = "lock",
	    [MARK_EXISTING] = "existing",
	    [MARK_EXTRA] = "extra"};
	const struct instance *in = writer->in;

	for (size_t i = 0; i < in->marks; i++) {
		const struct mark *mark = &in->mark[i];
		struct out *out = begin_mark(writer, kinds[mark->kind],
		    mark->physician, &in->need[mark->need]);

		if (mark->kind == MARK_KEEP)
			out_key_text(out, "state", "keep");
		else if (mark->kind == MARK_FORBID)
			out_key_text(out, "state", "forbid");
		else if (mark->kind == MARK_EXTRA)
			text_number(out, "points", mark->points);
		else if (mark->kind == MARK_EXISTING)
			text_number(out, "drop",
			    instance_stability(
				in, mark->physician, &in->need[mark->need])
				.drop);
		text_end(writer);
	}
}

static bool
is_there(const struct candidate *candidate)
{
	const struct instance *in = candidate->in;
	size_t count;
	const struct mark *mark = instance_marks(
	    in, candidate->reach->physician, candidate->need->half, &count);

	for (size_t i = 0; i < count; i++)
		if (mark[i].kind == MARK_EXISTING &&
		    &in->need[mark[i].need] == candidate->need)
			return true;
	return false;
}

/* What the hook says of an option, in lines. */
static void
put_hooked(struct writer *writer, const struct candidate *candidate)
{
	const struct hook *hook = &writer->in->hook;
	int32_t physician = candidate->reach->physician, points = 0;
	size_t refusing = filter_refusing(candidate);

	if (refusing == filter_count && hook->extra != NULL)
		points = hook->extra(hook->context, candidate);
	if (refusing == filter_count && hook->stability != NULL &&
	    !is_there(candidate))
		points +=
		    hook->stability(hook->context, physician, candidate->need)
			.add;
	if (points != 0) {
		begin_mark(writer, "extra", physician, candidate->need);
		text_number(&writer->out, "points", points);
		text_end(writer);
	}
	if (refusing < filter_count &&
	    strcmp(filters[refusing].word, "rule") == 0) {
		begin_mark(writer, "lock", physician, candidate->need);
		out_key_text(&writer->out, "state", "forbid");
		text_end(writer);
	}
}

static void
put_hook(struct writer *writer)
{
	const struct instance *in = writer->in;

	for (size_t r = 0; r < in->reaches; r++)
		for (size_t n = 0; n < in->needs; n++)
			if (in->need[n].site == in->reach[r].site)
				put_hooked(writer,
				    &(struct candidate){
					in, &in->reach[r], &in->need[n]});
}

void
text_marks(struct writer *writer)
{
	put_helds(writer);
	put_listed(writer);
	put_hook(writer);
}
