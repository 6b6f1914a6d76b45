/* SPDX-License-Identifier: ISC */
/*
 * owed: see owed.h.
 *
 * A period ends on a Sunday, with a month, or with its quota: only such days
 * are looked at, physician by physician.
 */
#include "daemon/server/verb/owed.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/domain/quota.h"
#include "daemon/server/print.h"
#include "daemon/server/reply.h"
#include "daemon/server/verb/half_day.h"

#include <stdlib.h>
#include <string.h>

enum {
	LINE_ROOM = 1024,
	WORK_MAX = 3000, /* questions of one page, some 5 us each */
	SUNDAY = 6
};

/* Where a page begins: behind a line, or behind all of a physician. */
struct place {
	struct span physician;
	bool within;
	int32_t last;
	struct id quota;
};

struct days {
	int32_t *at; /* owned, in order */
	size_t count, capacity;
};

bool
owed_any(const struct book *book)
{
	return book_count(book, KIND_QUOTA) > 0;
}

/* ----- days ----- */

static void
add_day(struct days *days, int32_t day)
{
	days->at = xgrow(
	    days->at, &days->capacity, days->count + 1, sizeof(days->at[0]));
	days->at[days->count++] = day;
}

/* Marks the last days of quotas that are in reach. */
static void
mark_ends(const struct owed *owed, bool *ends)
{
	for (int32_t i = 0; i < book_count(owed->book, KIND_QUOTA); i++) {
		const struct quota *quota = (const struct quota *)book_entity(
		    owed->book, KIND_QUOTA, i);

		if (quota->to >= owed->from && quota->to <= owed->to)
			ends[quota->to - owed->from] = true;
	}
}

static void
find_days(const struct owed *owed, struct days *days)
{
	bool *ends =
	    xcalloc((size_t)(owed->to - owed->from) + 1, sizeof(ends[0]));

	mark_ends(owed, ends);
	for (int32_t day = owed->from; day <= owed->to; day++)
		if (day_weekday(day) == SUNDAY ||
		    day_month(day + 1) != day_month(day) ||
		    ends[day - owed->from])
			add_day(days, day);
	free(ends);
}

/* ----- lines ----- */

static bool
is_behind(
    const struct place *place, struct span name, const struct quota_line *line)
{
	if (!place->within || !span_equal(name, place->physician))
		return true;
	if (line->period.last != place->last)
		return line->period.last > place->last;
	return id_compare(line->quota->entity.id, place->quota) > 0;
}

static void
keep_place(struct out *out, struct span name, const struct quota_line *line)
{
	out->len = 0;
	out_bytes(out, name.ptr, name.len);
	if (line == NULL)
		return;
	out_char(out, ',');
	out_day(out, line->period.last);
	out_char(out, ',');
	out_id(out, line->quota->entity.id);
}

static void
answer_line(struct owed *owed, int32_t physician, const struct quota_line *line)
{
	struct out *out = reply_data(owed->conn, LINE_ROOM);

	out_literal(out, " quota physician=");
	print_handle(out, KIND_PHYSICIAN,
	    book_entity(owed->book, KIND_PHYSICIAN, physician));
	half_day_print_quota(out, owed->book, line);
	half_day_print_person(out, owed->book, physician);
	reply_end(owed->conn);
	owed->count++;
}

static int
compare_lines(const void *a, const void *b)
{
	const struct quota_line *x = a, *y = b;

	return id_compare(x->quota->entity.id, y->quota->entity.id);
}

/* The lines of one physician and last day that are to be told; how many. */
static size_t
lines_of(const struct owed *owed, int32_t physician, int32_t day, int32_t today,
    struct quota_line lines[QUOTA_LINES_MAX])
{
	size_t n = quota_lines(owed->book, physician, day, today, lines);
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (lines[i].owed > 0 && lines[i].period.last == day &&
		    (owed->programme == REF_NONE ||
			lines[i].quota->programme == owed->programme))
			lines[kept++] = lines[i];
	if (kept > 1)
		qsort(lines, kept, sizeof(lines[0]), compare_lines);
	return kept;
}

/* False when the page is full. */
static bool
answer_physician(struct owed *owed, int32_t physician, const struct days *days,
    const struct place *after, struct out *place)
{
	int32_t today = tz_day(print_tz(), clock_real_s());
	struct span name = span_of(book_physician(owed->book, physician)->rpps);
	struct quota_line lines[QUOTA_LINES_MAX];

	for (size_t i = 0; i < days->count; i++) {
		size_t n = lines_of(owed, physician, days->at[i], today, lines);

		for (size_t k = 0; k < n; k++) {
			if (!is_behind(after, name, &lines[k]))
				continue;
			if (owed->count == owed->limit)
				return false;
			answer_line(owed, physician, &lines[k]);
			keep_place(place, name, &lines[k]);
		}
	}
	return true;
}

/* ----- walking ----- */

static void
read_place(struct span text, struct place *place)
{
	struct span last, id;

	*place = (struct place){.within = false};
	if (!span_cut(&text, ',', &place->physician))
		return;
	id = text;
	place->within = span_cut(&id, ',', &last) &&
	    span_to_day(last, &place->last) && span_to_id(id, &place->quota);
}

/* Those who have a quota, or are enrolled where there may be one; owned by the
 * caller. */
static bool *
find_people(const struct book *book)
{
	bool *concerned = xcalloc(
	    (size_t)book_count(book, KIND_PHYSICIAN), sizeof(concerned[0]));

	for (int32_t i = 0; i < book_count(book, KIND_QUOTA); i++) {
		const struct quota *quota =
		    (const struct quota *)book_entity(book, KIND_QUOTA, i);

		if (quota->physician != REF_NONE)
			concerned[quota->physician] = true;
	}
	for (int32_t i = 0; i < book_count(book, KIND_ENROLMENT); i++)
		concerned[((const struct enrolment *)book_entity(
			       book, KIND_ENROLMENT, i))
			      ->physician] = true;
	return concerned;
}

/* Where to begin in the order of physicians. */
static int32_t
first_of(const struct owed *owed, const struct place *begin)
{
	int32_t rank;

	if (begin->physician.len == 0)
		return 0;
	rank = book_rank(owed->book, KIND_PHYSICIAN, begin->physician);
	return begin->within && rank > 0 ? rank - 1 : rank;
}

static bool
answer_people(struct owed *owed, const bool *concerned, const struct days *days,
    const struct place *begin, struct out *place)
{
	const struct book *book = owed->book;
	const int32_t *sorted = book_sorted(book, KIND_PHYSICIAN);
	int32_t n = book_count(book, KIND_PHYSICIAN);
	size_t work = 0;

	for (int32_t i = first_of(owed, begin); i < n; i++) {
		if (!concerned[sorted[i]])
			continue;
		if (work >= WORK_MAX)
			return false;
		work++;
		if (session_covers_physician(
			&owed->conn->session, book, sorted[i])) {
			if (!answer_physician(
				owed, sorted[i], days, begin, place))
				return false;
			work += days->count;
		}
		if (work >= WORK_MAX)
			keep_place(place,
			    span_of(book_physician(book, sorted[i])->rpps),
			    NULL);
	}
	return true;
}

bool
owed_answer(struct owed *owed, struct span after, struct out *place)
{
	struct days days = {NULL, 0, 0};
	struct place begin;
	bool *concerned, all;

	read_place(after, &begin);
	out_bytes(place, after.ptr, after.len);
	concerned = find_people(owed->book);
	find_days(owed, &days);
	all = answer_people(owed, concerned, &days, &begin, place);
	free(concerned);
	free(days.at);
	return all;
}
