/* SPDX-License-Identifier: ISC */
/*
 * quota: see quota.h.
 */
#include "daemon/domain/quota.h"

#include "daemon/domain/counter.h"

#include <string.h>

enum { DAYS_PER_WEEK = 7, DAYS_PER_MONTH_MAX = 31, DAYS_PER_YEAR_MAX = 366 };

static int32_t
year_first(int32_t day)
{
	int year;
	unsigned month, mday;

	day_to_civil(day, &year, &month, &mday);
	return day_from_civil(year, 1, 1);
}

bool
quota_period(
    const struct quota *quota, int32_t day, struct quota_period *period)
{
	int32_t first, last;

	if (day < quota->from || day > quota->to ||
	    strcmp(quota->state, "active") != 0)
		return false;
	if (strcmp(quota->period, "week") == 0) {
		first = day_week(day);
		last = first + DAYS_PER_WEEK - 1;
	} else if (strcmp(quota->period, "month") == 0) {
		first = day_month(day);
		last = day_month(first + DAYS_PER_MONTH_MAX) - 1;
	} else if (strcmp(quota->period, "year") == 0) {
		first = year_first(day);
		last = year_first(first + DAYS_PER_YEAR_MAX) - 1;
	} else {
		first = quota->from;
		last = quota->to;
	}
	period->first = first < quota->from ? quota->from : first;
	period->last = last > quota->to ? quota->to : last;
	return true;
}

/* What the counters have of the period, of the programme or (REF_NONE) any. */
static uint64_t
older(const struct book *book, const struct quota *quota, int32_t physician,
    int32_t programme, const struct quota_period *period)
{
	struct counter_question question = {.programme = programme,
	    .activity = ACTIVITY_COUNT,
	    .class = CLASS_KINDS,
	    .from = period->first,
	    .to = book_from(book)};

	if (period->first >= question.to)
		return 0;
	if (period->first == quota->from && !book_counts_from(book, quota))
		question.from = bucket_first(quota->from);
	return counters_half_days(book_counters(book), physician, &question);
}

static bool
is_done(const struct assignment *a, int32_t today)
{
	return a->state == STATE_HELD ||
	    (a->state == STATE_PUBLISHED && a->day < today);
}

struct quota_sum
quota_sum(const struct book *book, const struct quota *quota, int32_t physician,
    const struct quota_period *period, int32_t today)
{
	struct run run = book_physician_run(book, physician);
	struct quota_sum sum = {0, 0};
	int32_t programme = REF_NONE;
	size_t i = run_from_day(book, run, period->first);

	if (quota->programme != REF_NONE) {
		const struct programme *of =
		    (const struct programme *)book_entity(
			book, KIND_PROGRAMME, quota->programme);

		programme = book_word_find(book, span_of(of->code));
		if (programme == REF_NONE) /* no half-day names it */
			return sum;
	}
	sum.done = older(book, quota, physician, programme, period);
	for (; i < run.count; i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		/* Of days that are ordered by the clock of other zones. */
		if ((int64_t)a->day > (int64_t)period->last + 2)
			break;
		if (a->day < period->first || a->day > period->last ||
		    !state_blocks((enum state)a->state) ||
		    (programme != REF_NONE && a->programme != programme))
			continue;
		if (is_done(a, today))
			sum.done += a->count;
		else
			sum.planned += a->count;
	}
	return sum;
}

/* A list of lines being made. */
struct making {
	const struct book *book;
	int32_t physician, day, today;
	struct quota_line *lines;
	size_t count;
};

static void
add_line(struct making *making, const struct quota *quota,
    const struct quota_period *period)
{
	struct quota_line *line;
	uint64_t all;

	if (making->count == QUOTA_LINES_MAX)
		return;
	line = &making->lines[making->count++];
	line->quota = quota;
	line->period = *period;
	line->of_programme = quota->physician == REF_NONE;
	line->sum = quota_sum(
	    making->book, quota, making->physician, period, making->today);
	all = line->sum.done + line->sum.planned;
	line->owed = quota->min > all ? quota->min - all : 0;
}

/* Whether the physician is enrolled on any day of the period. */
static bool
is_enrolled(const struct book *book, const int32_t *facts, size_t nfacts,
    int32_t programme, const struct quota_period *period)
{
	for (size_t i = 0; i < nfacts; i++) {
		const struct enrolment *enrolment =
		    (const struct enrolment *)book_entity(
			book, KIND_ENROLMENT, facts[i]);

		if (enrolment->programme == programme &&
		    strcmp(enrolment->state, "active") == 0 &&
		    enrolment->from <= period->last &&
		    enrolment->to >= period->first)
			return true;
	}
	return false;
}

/* Whether an earlier one of the facts is of the same programme. */
static bool
is_repeated(const struct book *book, const int32_t *facts, size_t i)
{
	const struct enrolment *enrolment =
	    (const struct enrolment *)book_entity(
		book, KIND_ENROLMENT, facts[i]);

	for (size_t j = 0; j < i; j++) {
		const struct enrolment *other =
		    (const struct enrolment *)book_entity(
			book, KIND_ENROLMENT, facts[j]);

		if (other->programme == enrolment->programme)
			return true;
	}
	return false;
}

static void
add_own(struct making *making, struct id physician)
{
	const struct book *book = making->book;
	struct quota_period period;
	size_t count;
	const int32_t *facts = book_facts(book, KIND_QUOTA, physician, &count);

	for (size_t i = 0; i < count; i++) {
		const struct quota *quota = (const struct quota *)book_entity(
		    book, KIND_QUOTA, facts[i]);

		if (quota_period(quota, making->day, &period))
			add_line(making, quota, &period);
	}
}

/* The i-th of the enrolments' programme. */
static void
add_of_programme(struct making *making, const int32_t *enrolments,
    size_t nenrolments, size_t i)
{
	const struct book *book = making->book;
	int32_t programme = ((const struct enrolment *)book_entity(
				 book, KIND_ENROLMENT, enrolments[i]))
				->programme;
	struct quota_period period;
	size_t count;
	const int32_t *facts = book_facts(book, KIND_QUOTA,
	    book_entity(book, KIND_PROGRAMME, programme)->id, &count);

	for (size_t j = 0; j < count; j++) {
		const struct quota *quota = (const struct quota *)book_entity(
		    book, KIND_QUOTA, facts[j]);

		if (quota_period(quota, making->day, &period) &&
		    is_enrolled(
			book, enrolments, nenrolments, programme, &period))
			add_line(making, quota, &period);
	}
}

size_t
quota_lines(const struct book *book, int32_t physician, int32_t day,
    int32_t today, struct quota_line lines[QUOTA_LINES_MAX])
{
	struct making making = {book, physician, day, today, lines, 0};
	struct id id = book_physician(book, physician)->entity.id;
	size_t count;
	const int32_t *enrolments =
	    book_facts(book, KIND_ENROLMENT, id, &count);

	if (day < book_from(book))
		return 0;
	add_own(&making, id);
	for (size_t i = 0; i < count; i++)
		if (!is_repeated(book, enrolments, i))
			add_of_programme(&making, enrolments, count, i);
	return making.count;
}
