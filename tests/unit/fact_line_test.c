/* SPDX-License-Identifier: ISC */
/*
 * fact_line_test: a book of everything, printed line by line and read into an
 * empty one, is the same book; and what is no such line is refused.
 *
 * Entities are random by the tables of their fields, so a new kind or column is
 * tested from its first day.
 */
#include "daemon/base/compiler.h"
#include "daemon/domain/fact_line.h"
#include "tests/unit/domain_support.h"

#include <stdlib.h>
#include <string.h>

enum { OF_A_KIND = 12, SLOTS = 300, OLDER = 400, FIRST_DAY = 20500 };

static struct random chance;

static uint32_t
any(uint32_t below)
{
	return random_below(&chance, below);
}

static void
random_word(const struct field *field, char *member)
{
	static const char letters[] = "aZ09 =\"\\\tx";
	size_t count = 0, len;

	if (field->names != NULL) {
		while (field->names[count] != NULL)
			count++;
		strcpy(member, field->names[any((uint32_t)count)]);
		return;
	}
	len = any((uint32_t)(field->size < 60 ? field->size : 60));
	for (size_t i = 0; i < len; i++) {
		member[i] = letters[any(sizeof(letters) - 1)];
		if (member[i] == '\t')
			member[i] = 'y';
	}
}

static void
random_number(const struct field *field, char *member)
{
	int64_t span = field->max - field->min + 1;
	int64_t number = field->min + (int64_t)any((uint32_t)span);
	uint32_t count = (uint32_t)number;
	int32_t degrees = (int32_t)number;

	memcpy(member, field->type == FIELD_U32 ? (void *)&count : &degrees, 4);
}

static void
random_pattern(char *member)
{
	static const char *const texts[] = {"mon-fri MA", "2nd tue A; wed MES",
	    "sat,sun MAESN every 3", "last fri N"};
	struct pattern pattern;
	size_t column;
	const char *why;

	ck_assert(pattern_parse(
	    span_of(texts[any(ARRAY_SIZE(texts))]), &pattern, &column, &why));
	memcpy(member, &pattern, sizeof(pattern));
}

static void
random_hours(char *member)
{
	struct hours hours;

	memset(&hours, 0, sizeof(hours));
	if (any(3) > 0)
		hours = hours_default();
	if (any(2) > 0)
		hours.at[6][PART_N] = (struct opening){1450, 1900};
	memcpy(member, &hours, sizeof(hours));
}

static void
random_field(const struct book *book, const struct field *field, char *member)
{
	const struct tz *tz;
	int32_t number;

	switch (field->type) {
	case FIELD_TEXT:
	case FIELD_WORD:
		random_word(field, member);
		return;
	case FIELD_U32:
	case FIELD_DEGREES:
		random_number(field, member);
		return;
	case FIELD_DAY:
		number = (int32_t)(20000 + any(900));
		if (field->initial != NULL && any(4) == 0)
			number = INT32_MAX;
		memcpy(member, &number, sizeof(number));
		return;
	case FIELD_REF:
		number = (int32_t)any((uint32_t)book_count(book, field->ref));
		if (field->initial != NULL && any(2) > 0)
			number = REF_NONE;
		memcpy(member, &number, sizeof(number));
		return;
	case FIELD_HOURS:
		random_hours(member);
		return;
	case FIELD_PATTERN:
		random_pattern(member);
		return;
	case FIELD_TZ:
		tz = tz_find(
		    any(2) > 0 ? SPAN("Europe/Paris") : SPAN("Indian/Reunion"));
		memcpy(member, &tz, sizeof(tz));
		return;
	case FIELD_INSTANT:
	case FIELD_ID:
		break; /* of no kind that has lines */
	}
	ck_abort_msg("%s", field->column);
}

static void
load_entity(struct book *book, enum kind kind, uint32_t n)
{
	const struct kind_info *info = kind_info(kind);
	union after after;
	struct change change = {.kind = kind, .after = &after};

	memset(&after, 0, sizeof(after));
	change.id = after.entity.id = test_id((uint64_t)kind * 1000 + n);
	change.rev = after.entity.rev = 1 + any(9);
	for (size_t i = 0; i < info->nfields; i++)
		random_field(book, &info->fields[i],
		    (char *)&after.entity + info->fields[i].offset);
	/* What the book itself must be able to read. */
	if (kind == KIND_QUOTA && any(2) > 0)
		after.quota.from = FIRST_DAY - 40 - (int32_t)any(200);
	ck_assert_int_eq(book_load(book, &change), APPLY_DONE);
}

static void
load_slot(struct book *book, uint32_t n, int32_t day)
{
	union after after;
	struct assignment *a = &after.assignment;
	struct change change = {.kind = KIND_ASSIGNMENT, .after = &after};

	memset(&after, 0, sizeof(after));
	change.id = a->id = test_id(900000 + n);
	change.rev = a->rev = 1 + any(5);
	a->day = day;
	a->part = (uint8_t)any(PART_COUNT);
	a->from = (int64_t)day * SECONDS_PER_DAY + 300 * (int64_t)any(200);
	a->length = 300 * (1 + any(100));
	a->physician = (int32_t)any(OF_A_KIND);
	a->site = (int32_t)any(OF_A_KIND);
	a->programme =
	    any(2) > 0 ? REF_NONE : book_word(book, SPAN("CSTM/2026;x"));
	a->rotation = any(3) > 0 ? 0 : 1 + any(OF_A_KIND);
	a->room = (uint8_t)any(PROTO_ROOMS_MAX + 1);
	a->activity = (uint8_t)any(ACTIVITY_COUNT);
	a->state = (uint8_t)any(STATE_COUNT);
	a->count = (uint8_t)(1 + any(2));
	a->agreed = (uint8_t)any(AGREED_COUNT);
	a->by_hand = (uint8_t)any(2);
	a->unscheduled = (uint8_t)any(20);
	a->remote = (uint8_t)any(20);
	a->offset_from = (int8_t)((int)any(100) - 48);
	a->offset_to = (int8_t)((int)any(100) - 48);
	ck_assert_int_eq(book_load(book, &change), APPLY_DONE);
}

static struct book *
everything(void)
{
	struct book *book = book_new(FIRST_DAY);

	for (unsigned kind = 0; kind < KIND_DIRECTORY_COUNT; kind++)
		for (uint32_t n = 0;
		     fact_line_has((enum kind)kind) && n < OF_A_KIND; n++)
			load_entity(book, (enum kind)kind, n);
	for (uint32_t n = 0; n < SLOTS; n++)
		load_slot(book, n, FIRST_DAY + (int32_t)any(120));
	for (uint32_t n = 0; n < OLDER; n++)
		load_slot(book, SLOTS + n, FIRST_DAY - 1 - (int32_t)any(200));
	return book;
}

static void
read_line(void *arg, struct span line)
{
	struct book *book = arg;
	struct fact fact;
	struct error error;

	ck_assert_uint_le(line.len, FACT_LINE_MAX + 1);
	ck_assert_int_eq(line.ptr[line.len - 1], '\n');
	line.len--;
	switch (fact_line_read(&fact, book, line, &error)) {
	case FACT_CHANGE:
		ck_assert_int_eq(book_load(book, &fact.change), APPLY_DONE);
		return;
	case FACT_LOADED:
		return;
	case FACT_OTHER:
	case FACT_BAD:
		ck_abort_msg("%.*s: %s", (int)line.len, line.ptr, error.text);
	}
}

START_TEST(a_book_is_copied_by_its_lines)
{
	struct book *book, *copy = book_new(FIRST_DAY);
	char why[128] = "";

	chance = random_new((uint64_t)_i + 1);
	book = everything();
	fact_line_book(book, INT32_MIN, INT32_MAX, read_line, copy);
	ck_assert_msg(
	    book_equal(book, copy, why, sizeof(why)), "seed %d: %s", _i, why);
	for (int32_t i = 0; i < book_count(book, KIND_QUOTA); i++) {
		const struct quota *quota =
		    (const struct quota *)book_entity(book, KIND_QUOTA, i);

		ck_assert_int_eq(book_counts_from(book, quota),
		    book_counts_from(copy, quota));
	}
	book_free(book);
	book_free(copy);
}
END_TEST

static void
count_days(void *arg, struct span line)
{
	unsigned *count = arg;

	if (line.len > 11 && memcmp(line.ptr, "assignment ", 11) == 0)
		++*count;
}

START_TEST(half_days_are_those_of_the_period)
{
	struct book *book;
	unsigned printed = 0, there = 0;

	chance = random_new(77);
	book = everything();
	fact_line_book(
	    book, FIRST_DAY + 10, FIRST_DAY + 20, count_days, &printed);
	for (uint32_t i = 0; i < book_assignments(book); i++)
		there += book_at(book, i)->day >= FIRST_DAY + 10 &&
		    book_at(book, i)->day <= FIRST_DAY + 20;
	ck_assert_uint_eq(printed, there);
	book_free(book);
}
END_TEST

/* ID stands for an id. */
#define ID "11111111-1111-1111-1111-111111111111"

static const struct {
	const char *line;
	enum fact_sort sort;
} lines[] = {
    {"", FACT_OTHER},
    {"weights travel=2", FACT_OTHER},
    {"account id=" ID " rev=1", FACT_OTHER},
    {"territory id=" ID " rev=1 code=X kind=cpts", FACT_CHANGE},
    {"territory id=" ID " rev=1 code=X kind=village", FACT_BAD},
    {"territory id=" ID " code=X", FACT_BAD},
    {"territory rev=1 code=X", FACT_BAD},
    {"territory id=" ID " rev=0", FACT_BAD},
    {"territory id=x rev=1", FACT_BAD},
    {"territory id=" ID " rev=1 code", FACT_BAD},
    {"territory id=" ID " rev=1 code=\"a", FACT_BAD},
    {"territory id=" ID " rev=1 colour=red", FACT_BAD},
    {"territory id=" ID " rev=1 floor_24=10000", FACT_BAD},
    {"territory id=" ID " rev=1 floor_24=-1", FACT_BAD},
    {"site id=" ID " rev=1 tz=Europe/Paris", FACT_CHANGE},
    {"site id=" ID " rev=1", FACT_BAD},
    {"site id=" ID " rev=1 tz=Europe/Nowhere", FACT_BAD},
    {"site id=" ID " rev=1 tz=Europe/Paris hours=\"mon X\"", FACT_BAD},
    {"site id=" ID " rev=1 tz=Europe/Paris territory=" ID, FACT_BAD},
    {"need id=" ID " rev=1 pattern=\"mon Q\"", FACT_BAD},
    {"need id=" ID " rev=1 pattern=\"mon M\" from=2026-01-01", FACT_BAD},
    {"need id=" ID " rev=1 pattern=\"mon M\" activity=MT", FACT_BAD},
    {"need id=" ID " rev=1 pattern=\"mon M\" activity=MT from=2026-01-01",
	FACT_CHANGE},
    {"holiday id=" ID " rev=1 from=2026-01-01", FACT_BAD},
    {"assignment id=" ID " rev=1 from=99999999999999", FACT_BAD},
    {"need id=" ID " rev=1 from=2026-02-30", FACT_BAD},
    {"assignment id=" ID " rev=1", FACT_BAD},
    {"assignment id=" ID " rev=1 part=Q", FACT_BAD},
    {"assignment id=" ID " rev=1 remote=7", FACT_BAD},
    {"assignment id=" ID " rev=1 state=gone", FACT_BAD},
    {"assignment id=" ID " rev=1 site=" ID, FACT_BAD},
    {"cut day=2026-01-05", FACT_LOADED},
    {"cut", FACT_BAD},
    {"cut physician=" ID " day=2026-01-05", FACT_BAD},
    {"older cells=1.1.1.1", FACT_BAD},
    {"older physician=" ID " cells=1.1.1.1", FACT_BAD},
    {"cut day=\001", FACT_BAD},
};

START_TEST(what_is_no_line_is_refused)
{
	struct book *book = book_new(FIRST_DAY);
	struct fact fact;
	struct error error;

	ck_assert_msg(fact_line_read(&fact, book, span_of(lines[_i].line),
			  &error) == lines[_i].sort,
	    "%s: %s", lines[_i].line, error.text);
	if (lines[_i].sort == FACT_BAD)
		ck_assert_str_ne(error.text, "");
	book_free(book);
}
END_TEST

int
main(void)
{
	TCase *copy = tcase_create("copy"), *wrong = tcase_create("wrong");
	TCase *cases[] = {copy, wrong};

	tcase_add_loop_test(copy, a_book_is_copied_by_its_lines, 0, 20);
	tcase_add_test(copy, half_days_are_those_of_the_period);
	tcase_add_loop_test(
	    wrong, what_is_no_line_is_refused, 0, (int)ARRAY_SIZE(lines));
	return test_main("fact_line", cases, ARRAY_SIZE(cases));
}
