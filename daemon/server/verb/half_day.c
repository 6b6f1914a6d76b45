/* SPDX-License-Identifier: ISC */
/*
 * half_day: see half_day.h.
 */
#include "daemon/server/verb/half_day.h"

#include "daemon/server/print.h"
#include "daemon/server/reply.h"

#include <stdio.h>
#include <string.h>

bool
half_day_range(
    struct conn *conn, int32_t first, int32_t from, int32_t to, int32_t most)
{
	/* A day beyond could be printed, and not be asked for again. */
	int32_t last = day_from_civil(2999, 12, 31);
	char expected[80];
	struct out *out;

	if (to < from)
		return reply_refuse_key(conn, STATUS_VALUE, KEY_TO,
		    "a day that is not before from=");
	if (to - from >= most) {
		snprintf(expected, sizeof(expected),
		    "a day less than %d days after from=", (int)most);
		return reply_refuse_key(conn, STATUS_VALUE, KEY_TO, expected);
	}
	if (from >= first && to <= last)
		return true;
	out = reply_closing(conn, STATUS_CLOSED, REPLY_ROOM);
	if (from < first)
		out_key_day(out, "first", first);
	else
		out_key_day(out, "last", last);
	reply_reason(conn, out, STATUS_CLOSED, SPAN("from"), NULL);
	reply_end(conn);
	return false;
}

void
half_day_print(struct out *out, int32_t day, enum part part)
{
	out_key_day(out, "day", day);
	out_literal(out, " part=");
	out_char(out, part_letter(part));
}

/* Whether staff of that kind is at the site. */
static bool
is_there(const struct book *book, const int32_t *facts, size_t count,
    const char *staff, int32_t day, enum part part)
{
	for (size_t i = 0; i < count; i++) {
		const struct presence *presence =
		    (const struct presence *)book_entity(
			book, KIND_PRESENCE, facts[i]);

		if (day >= presence->from && day <= presence->to &&
		    strcmp(presence->staff, staff) == 0 &&
		    strcmp(presence->state, "active") == 0 &&
		    pattern_has(&presence->pattern, presence->from, day, part))
			return true;
	}
	return false;
}

void
half_day_print_staff(struct out *out, const struct book *book, int32_t site,
    int32_t day, enum part part)
{
	const struct field *field = kind_field(KIND_PRESENCE, KEY_STAFF);
	bool any = false;
	size_t count;
	const int32_t *facts = book_facts(
	    book, KIND_PRESENCE, book_site(book, site)->entity.id, &count);

	for (const char *const *staff = field->names;
	     count > 0 && *staff != NULL; staff++) {
		if (!is_there(book, facts, count, *staff, day, part))
			continue;
		out_text(out, any ? "," : " staff=");
		out_text(out, *staff);
		any = true;
	}
}

void
half_day_print_text(struct out *out, const char *key, const char *text)
{
	if (text[0] != '\0')
		out_key_text(out, key, text);
}

void
half_day_print_person(
    struct out *out, const struct book *book, int32_t physician)
{
	const struct physician *person = book_physician(book, physician);

	half_day_print_text(out, "family", person->family);
	half_day_print_text(out, "given", person->given);
}

void
half_day_print_quota(
    struct out *out, const struct book *book, const struct quota_line *line)
{
	const struct quota *quota = line->quota;

	out_key_id(out, "quota", quota->entity.id);
	out_key_text(out, "rule", line->of_programme ? "H15" : "H09");
	if (quota->programme != REF_NONE) {
		out_key(out, "programme");
		print_handle(out, KIND_PROGRAMME,
		    book_entity(book, KIND_PROGRAMME, quota->programme));
	}
	out_key_text(out, "period", quota->period);
	out_key_day(out, "from", line->period.first);
	if (line->period.last != INT32_MAX)
		out_key_day(out, "to", line->period.last);
	out_key_u64(out, "min", quota->min);
	if (quota->max != QUOTA_NONE)
		out_key_u64(out, "max", quota->max);
	out_key_u64(out, "done", line->sum.done);
	out_key_u64(out, "planned", line->sum.planned);
	out_key_u64(out, "owed", line->owed);
}
