/* SPDX-License-Identifier: ISC */
#include "tests/unit/instance_text_private.h"

#include <check.h>
#include <string.h>

const char *const text_weekdays[DAYS_PER_WEEK] = {
    "mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* ----- pieces of a line ----- */

struct out *
text_begin(struct writer *writer, const char *kind)
{
	writer->out =
	    (struct out){writer->text, 0, sizeof(writer->text), false};
	out_text(&writer->out, kind);
	return &writer->out;
}

void
text_end(struct writer *writer)
{
	out_char(&writer->out, '\n');
	ck_assert(!writer->out.overflow);
	ck_assert_uint_eq(
	    fwrite(writer->text, 1, writer->out.len, writer->file),
	    writer->out.len);
}

void
text_number(struct out *out, const char *key, int64_t number)
{
	out_key(out, key);
	out_i64(out, number);
}

void
text_flag(struct out *out, const char *key, bool flag)
{
	if (flag)
		out_key_text(out, key, "yes");
}

void
text_name(
    struct out *out, const char *key, const struct names *names, int32_t number)
{
	if (number != NAMES_NONE)
		out_key_text(out, key, names_text(names, number));
}

void
text_letters(struct out *out, unsigned parts)
{
	for (unsigned part = 0; part < PART_COUNT; part++)
		if ((parts >> part & 1) != 0)
			out_char(out, part_letter((enum part)part));
}

void
text_parts(struct out *out, const char *key, unsigned parts)
{
	out_key(out, key);
	text_letters(out, parts);
}

void
text_day(struct writer *writer, const char *key, int32_t day)
{
	out_key_day(&writer->out, key, writer->in->from + day);
}

void
text_activity(struct writer *writer, int32_t activity)
{
	const struct activity_kind *kind = &writer->in->activity[activity];

	out_key_value(&writer->out, "activity",
	    (struct span){kind->word, (size_t)kind->word_len});
	if (kind->special[0] != '\0')
		out_key_text(&writer->out, "specialty", kind->special);
}

/* ----- the head ----- */

static void
put_levels(struct out *out, const struct ladder *ladder)
{
	out_key(out, "levels");
	for (unsigned i = 0; i < ladder->levels; i++) {
		if (i > 0)
			out_char(out, ',');
		out_i64(out, ladder->level[i]);
	}
}

static void
put_weights(struct writer *writer)
{
	const struct weights *weight = &writer->in->weight;
	struct out *out = text_begin(writer, "weights");

	text_number(out, "travel", weight->travel);
	text_number(out, "preference", weight->preference);
	text_number(out, "dislike", weight->dislike);
	text_number(out, "anchor", weight->anchor);
	text_number(out, "week-short", weight->week_short);
	text_number(out, "horizon-short", weight->horizon_short);
	text_number(out, "unfair", weight->unfair);
	text_number(out, "presence", weight->presence);
	text_parts(out, "presence-parts", weight->presence_parts);
	put_levels(out, &weight->ladder);
	text_number(out, "drop", weight->stability.drop);
	text_number(out, "new", weight->stability.add);
	text_end(writer);
}

static void
put_part_rules(struct writer *writer, unsigned part)
{
	const struct rules *rule = &writer->in->rule;
	struct out *out;

	if (part + 1 < PART_COUNT && rule->gap[part] >= 0) {
		out = text_begin(writer, "pair");
		text_parts(out, "first", 1u << part);
		text_parts(out, "second", 1u << (part + 1));
		text_number(out, "gap", rule->gap[part]);
		text_end(writer);
	}
	if (rule->rest[part] != 0) {
		out = text_begin(writer, "rest");
		text_parts(out, "after", 1u << part);
		text_parts(out, "before", rule->rest[part]);
		out_key_text(
		    out, "across-weeks", rule->rest_across ? "yes" : "no");
		text_end(writer);
	}
	out = text_begin(writer, "units");
	text_parts(out, "part", 1u << part);
	text_number(out, "count", rule->units[part]);
	text_end(writer);
}

static void
put_rules(struct writer *writer)
{
	const struct rules *rule = &writer->in->rule;
	struct out *out;
	bool first = true;

	for (unsigned part = 0; part < PART_COUNT; part++)
		put_part_rules(writer, part);
	out = text_begin(writer, "minority");
	out_key_text(
	    out, "physicians", rule->minority_physician ? "yes" : "no");
	out_key_text(out, "sites", rule->minority_site ? "yes" : "no");
	text_end(writer);
	out = text_begin(writer, "unpopular");
	if (rule->unpopular_parts != 0)
		text_parts(out, "parts", rule->unpopular_parts);
	for (unsigned day = 0; day < DAYS_PER_WEEK; day++) {
		if ((rule->unpopular_days >> day & 1) == 0)
			continue;
		if (first)
			out_key(out, "days");
		else
			out_char(out, ',');
		out_text(out, text_weekdays[day]);
		first = false;
	}
	text_end(writer);
}

static void
put_activities(struct writer *writer)
{
	for (unsigned a = 0; a < writer->in->activities; a++) {
		const struct activity_kind *kind = &writer->in->activity[a];
		struct out *out = text_begin(writer, "activity");

		out_key_value(out, "id",
		    (struct span){kind->word, (size_t)kind->word_len});
		if (kind->special[0] != '\0')
			out_key_text(out, "specialty", kind->special);
		text_number(out, "factor", kind->factor);
		text_flag(out, "remote", kind->remote);
		text_flag(out, "unscheduled", kind->unscheduled);
		text_flag(out, "anchored", kind->anchored);
		text_end(writer);
	}
	for (size_t i = 0; i < writer->in->programme_names.count; i++) {
		text_name(text_begin(writer, "programme"), "id",
		    &writer->in->programme_names, (int32_t)i);
		text_end(writer);
	}
}

/* ----- sites ----- */

static void
put_group(
    struct out *out, const struct instance *in, int32_t site, enum spread_of of)
{
	const char *key = of == SPREAD_SITE ? "group" : "area";
	int32_t group = in->site[site].group[of];

	if (group < 0)
		out_key_value(out, key, SPAN(""));
	else
		text_name(out, key, &in->group_names[of], group - 1);
}

static void
put_sites(struct writer *writer)
{
	const struct instance *in = writer->in;

	for (int32_t s = 0; s < in->sites; s++) {
		const struct place *site = &in->site[s];
		struct out *out = text_begin(writer, "site");

		text_name(out, "id", &in->site_names, s);
		text_number(out, "value", site->value);
		text_number(out, "rooms", site->rooms);
		text_number(out, "presence", site->presence);
		put_group(out, in, s, SPREAD_SITE);
		put_group(out, in, s, SPREAD_AREA);
		text_end(writer);
	}
	for (size_t i = 0; i < in->dears; i++) {
		text_name(text_begin(writer, "presence"), "site",
		    &in->site_names, in->dear[i].site);
		text_day(writer, "day", in->dear[i].day);
		text_number(&writer->out, "points", in->dear[i].points);
		text_end(writer);
	}
	for (size_t i = 0; i < in->roads; i++) {
		struct out *out = text_begin(writer, "road");

		text_name(out, "a", &in->site_names, in->road[i].a);
		text_name(out, "b", &in->site_names, in->road[i].b);
		text_number(out, "minutes", in->road[i].minutes);
		text_end(writer);
	}
}

/* Of sites, or of physicians, who must be there first. */
static void
put_shares(struct writer *writer, bool of_sites)
{
	const struct instance *in = writer->in;

	for (size_t i = 0; i < in->share_names.count; i++) {
		const struct share *share = &in->share[i];
		struct out *out;

		if (of_sites != (share->site != NAMES_NONE))
			continue;
		out = text_begin(writer, "share");
		text_name(out, "id", &in->share_names, (int32_t)i);
		text_name(out, "site", &in->site_names, share->site);
		text_name(
		    out, "physician", &in->physician_names, share->physician);
		text_name(
		    out, "programme", &in->programme_names, share->programme);
		text_name(out, "family", &in->share_names, share->family - 1);
		if (!of_sites) {
			text_day(writer, "from", share->from / PART_COUNT);
			text_day(writer, "to", share->until / PART_COUNT - 1);
		}
		text_number(out, "minutes", share->minutes);
		text_number(out, "unscheduled", share->unscheduled);
		text_number(out, "bound", share->bound);
		text_end(writer);
	}
}

static void
put_need(struct writer *writer, const struct need *need)
{
	const struct instance *in = writer->in;
	const struct care *care = &in->care[need->care];
	bool named = need->share != NAMES_NONE &&
	    (size_t)need->share < in->share_names.count;
	struct out *out = text_begin(writer, "need");

	text_name(out, "site", &in->site_names, need->site);
	text_day(writer, "day", half_day(need->half));
	text_parts(out, "part", 1u << half_part(need->half));
	text_activity(writer, need->activity);
	text_name(out, "programme", &in->programme_names, need->programme);
	text_number(out, "count", need->count);
	text_number(out, "filled", need->filled);
	out_key(out, "value");
	out_fixed(out, need->worth, 3);
	text_number(out, "minutes", care->minutes);
	text_number(out, "unscheduled", care->unscheduled);
	text_name(
	    out, "share", &in->share_names, named ? need->share : NAMES_NONE);
	text_name(out, "family", &in->share_names, need->family - 1);
	if (need->turn != 0)
		text_number(out, "turn", need->turn);
	if (need->ladder != 0)
		put_levels(out, &in->ladder[need->ladder - 1]);
	text_end(writer);
}

char *
instance_text(const struct instance *in)
{
	struct writer writer = {.in = in};
	char *text = NULL;
	size_t len = 0;

	writer.file = open_memstream(&text, &len);
	ck_assert_ptr_nonnull(writer.file);
	text_begin(&writer, "instance version=1");
	text_day(&writer, "from", 0);
	text_number(&writer.out, "weeks", in->weeks);
	text_end(&writer);
	put_weights(&writer);
	put_rules(&writer);
	put_activities(&writer);
	put_sites(&writer);
	put_shares(&writer, true);
	for (size_t n = 0; n < in->needs; n++)
		put_need(&writer, &in->need[n]);
	text_work(&writer);
	put_shares(&writer, false);
	text_marks(&writer);
	ck_assert_int_eq(fclose(writer.file), 0);
	return text;
}
