/* SPDX-License-Identifier: ISC */
/* facts: the reader.  The first fault ends the reading. */
#include "daemon/planner/reduce/facts_private.h"

#include "daemon/base/mem.h"
#include "daemon/domain/fact_line.h"
#include "daemon/planner/instance/record.h"
#include "proto/lex.h"

#include <stdlib.h>
#include <string.h>

enum { PERCENT_MAX = 10000, MINUTES_MAX = 1440, PLAN_DAYS_MAX = 7 * 104 };

/* What most daemons have; a line travel says otherwise. */
static const struct travel_rule usual_travel = {130, 10, 15};

/* The kinds of lines that are none of the book. */
static const struct record_kind kinds[FACT_KINDS] = {
    [FACT_INSTANCE] = {"instance",
	{{"version", RECORD_NUMBER, true, 1, 1},
	    {"facts", RECORD_FLAG, true, 0, 0},
	    {"from", RECORD_DAY, true, 0, 0}, {"to", RECORD_DAY, true, 0, 0},
	    {"now", RECORD_NUMBER, true, 0, INT64_MAX / 2},
	    {"full-from", RECORD_DAY, true, 0, 0}}},
    [FACT_TRAVEL] = {"travel",
	{{"road-percent", RECORD_NUMBER, true, 0, PERCENT_MAX},
	    {"fixed", RECORD_NUMBER, true, 0, MINUTES_MAX},
	    {"margin", RECORD_NUMBER, true, 0, MINUTES_MAX},
	    {"matrix", RECORD_TEXT, false, 0, 0}}},
    [FACT_RULES] = {"rules", {{"off", RECORD_NUMBER, true, 0, UINT32_MAX}}},
    [FACT_SCOPE] = {"scope",
	{{"territory", RECORD_TOKEN, false, 0, 0},
	    {"programme", RECORD_TOKEN, false, 0, 0},
	    {"site", RECORD_TOKEN, false, 0, 0}}},
    [FACT_COVERS] = {"covers",
	{{"territory", RECORD_TOKEN, false, 0, 0},
	    {"programme", RECORD_TOKEN, false, 0, 0},
	    {"site", RECORD_TOKEN, false, 0, 0}}},
    [FACT_VARIANT] = {"variant",
	{{"name", RECORD_TEXT, true, 0, 0},
	    {"frozen", RECORD_DAY, false, 0, 0}}},
    [FACT_LOCK] = {"lock",
	{{"physician", RECORD_TOKEN, true, 0, 0},
	    {"site", RECORD_TOKEN, true, 0, 0}, {"day", RECORD_DAY, true, 0, 0},
	    {"part", RECORD_PART, true, 0, 0},
	    {"activity", RECORD_TOKEN, true, 0, 0},
	    {"state", RECORD_TEXT, true, 0, 0}}},
};

/* A line under way; all lent. */
struct own_line {
	struct facts *facts;
	const struct record *record;
	struct error *error;
};

static bool
refuse(const struct own_line *line, size_t key, const char *why)
{
	struct span text = line->record->value[key].text;

	error_set(line->error, "%s=%.*s %s",
	    kinds[line->record->kind].key[key].name,
	    (int)(text.len < 80 ? text.len : 80), text.ptr, why);
	return false;
}

/* Whether no line of the kind before said the same. */
static bool
once(const struct own_line *line, uint64_t a, uint64_t b)
{
	size_t kind = line->record->kind;
	uint32_t before =
	    seen_add(&line->facts->said[kind], a, b, line->facts->number);

	if (before != 0)
		error_set(line->error, "stands already in line %u: %s", before,
		    kinds[kind].name);
	return before == 0;
}

/* An entity that the book has. */
static bool
find_index(
    const struct own_line *line, size_t key, enum kind kind, int32_t *out)
{
	struct id id;

	*out = REF_NONE;
	if (span_to_id(line->record->value[key].text, &id))
		*out = book_find(line->facts->book, kind, id);
	return *out != REF_NONE ||
	    refuse(line, key, "is not the id of a line before");
}

/* ----- the lines ----- */

static bool
read_instance(const struct own_line *line)
{
	struct facts *facts = line->facts;
	const struct value *value = line->record->value;

	if (!once(line, 0, 0))
		return false;
	facts->from = (int32_t)value[2].number;
	facts->to = (int32_t)value[3].number;
	facts->now = value[4].number;
	if (value[1].number == 0)
		return refuse(line, 1, "is not yes");
	if (facts->to < facts->from - 1 ||
	    facts->to - facts->from >= PLAN_DAYS_MAX)
		return refuse(line, 3, "is before from=, or too far from it");
	facts->book = book_new((int32_t)value[5].number);
	return true;
}

static bool
read_travel(const struct own_line *line)
{
	struct facts *facts = line->facts;
	const struct value *value = line->record->value;
	struct travel_rule rule = {(unsigned)value[0].number,
	    (unsigned)value[1].number, (unsigned)value[2].number};
	struct span matrix = value[3].text;
	char *path;

	if (!once(line, 0, 0))
		return false;
	path = matrix.len == 0 ? NULL : xstrndup(matrix.ptr, matrix.len);
	facts->travel = travel_new(&rule, path, line->error);
	free(path);
	return facts->travel != NULL;
}

static bool
read_rules(const struct own_line *line)
{
	line->facts->rules.off = (uint32_t)line->record->value[0].number;
	return once(line, 0, 0);
}

/* The one territory, programme or site of a line. */
static bool
take_scope(const struct own_line *line, size_t count, struct fact_scope *scope)
{
	static const enum kind kind_of[] = {
	    KIND_TERRITORY, KIND_PROGRAMME, KIND_SITE};
	size_t key = 0, given = 0;

	for (size_t i = 0; i < ARRAY_SIZE(kind_of); i++) {
		if (!line->record->value[i].given)
			continue;
		key = i;
		given++;
	}
	if (given != 1 || count == SCOPE_MAX) {
		error_set(line->error,
		    "one territory=, programme= or site= is "
		    "expected, in at most %d lines",
		    SCOPE_MAX);
		return false;
	}
	scope->kind = kind_of[key];
	return find_index(line, key, scope->kind, &scope->index) &&
	    once(line, scope->kind, (uint64_t)scope->index);
}

static bool
read_scope(const struct own_line *line)
{
	struct facts *facts = line->facts;
	struct fact_scope scope;

	if (!take_scope(line, facts->scopes, &scope))
		return false;
	facts->scope = xgrow(facts->scope, &facts->scope_room,
	    facts->scopes + 1, sizeof(facts->scope[0]));
	facts->scope[facts->scopes++] = scope;
	return true;
}

static bool
read_covers(const struct own_line *line)
{
	struct facts *facts = line->facts;
	struct fact_scope cover;

	if (!take_scope(line, facts->covers, &cover))
		return false;
	facts->cover = xgrow(facts->cover, &facts->cover_room,
	    facts->covers + 1, sizeof(facts->cover[0]));
	facts->cover[facts->covers++] = cover;
	return true;
}

static bool
read_variant(const struct own_line *line)
{
	struct span name = line->record->value[0].text;

	line->facts->may_move = span_is(name, "free");
	if (!line->facts->may_move && !span_is(name, "fill"))
		return refuse(line, 0, "is not fill or free");
	if (line->record->value[1].given)
		line->facts->frozen = (int32_t)line->record->value[1].number;
	return once(line, 0, 0);
}

static bool
read_lock(const struct own_line *line)
{
	struct facts *facts = line->facts;
	const struct value *value = line->record->value;
	struct fact_lock lock = {.day = (int32_t)value[2].number,
	    .part = (enum part)value[3].number,
	    .keep = span_is(value[5].text, "keep")};

	if (!find_index(line, 0, KIND_PHYSICIAN, &lock.physician) ||
	    !find_index(line, 1, KIND_SITE, &lock.site))
		return false;
	if (!activity_find(value[4].text, &lock.activity))
		return refuse(line, 4, "is no activity");
	if (!lock.keep && !span_is(value[5].text, "forbid"))
		return refuse(line, 5, "is not keep or forbid");
	if (facts->locks == LOCKS_MAX) {
		error_set(line->error, "more than %d locks", LOCKS_MAX);
		return false;
	}
	if (!once(line, (uint64_t)lock.physician << 32 | (uint32_t)lock.site,
		(uint64_t)lock.day << 16 | (uint64_t)lock.part << 8 |
		    (uint64_t)lock.activity << 1 | lock.keep))
		return false;
	facts->lock = xgrow(facts->lock, &facts->lock_room, facts->locks + 1,
	    sizeof(facts->lock[0]));
	facts->lock[facts->locks++] = lock;
	return true;
}

static bool (*const read_kind[FACT_KINDS])(const struct own_line *line) = {
    [FACT_INSTANCE] = read_instance,
    [FACT_TRAVEL] = read_travel,
    [FACT_RULES] = read_rules,
    [FACT_SCOPE] = read_scope,
    [FACT_COVERS] = read_covers,
    [FACT_VARIANT] = read_variant,
    [FACT_LOCK] = read_lock,
};

static bool
read_own(struct facts *facts, struct span text, struct error *error)
{
	struct record record;
	struct own_line line = {facts, &record, error};
	char scratch[FACT_LINE_MAX];

	if (!record_parse(text, kinds, FACT_KINDS, scratch, &record, error))
		return false;
	if (facts->book == NULL && record.kind != FACT_INSTANCE) {
		error_set(error, "the first line is not instance");
		return false;
	}
	return read_kind[record.kind](&line);
}

/* An entity stands once; what is older than the book's days has no id in it. */
static bool
load(struct facts *facts, const struct change *change, struct error *error)
{
	struct id id = change->id;
	uint32_t before =
	    seen_add(&facts->loaded[change->kind], id.hi, id.lo, facts->number);

	if (before != 0) {
		error_set(error, "its id stands already in line %u", before);
		return false;
	}
	if (book_load(facts->book, change) == APPLY_DONE)
		return true;
	error_set(error, "it refers to what no line before has made");
	return false;
}

bool
facts_line(struct facts *facts, struct span line, struct error *error)
{
	struct fact fact;

	facts->number++;
	if (line.len == 0 || line.ptr[0] == '#')
		return true;
	if (line.len > FACT_LINE_MAX) {
		error_set(error, "longer than %d bytes", FACT_LINE_MAX);
		return false;
	}
	if (facts->book == NULL)
		return read_own(facts, line, error);
	switch (fact_line_read(&fact, facts->book, line, error)) {
	case FACT_CHANGE:
		return load(facts, &fact.change, error);
	case FACT_LOADED:
		return true;
	case FACT_OTHER:
		return read_own(facts, line, error);
	case FACT_BAD:
		return false;
	}
	abort();
}

bool
facts_begin_with(struct span line)
{
	struct lex lex = {line, 0};
	struct span key, value;
	char scratch[FACT_LINE_MAX];
	size_t used = 0;

	if (line.len > FACT_LINE_MAX || lex_line_length(line) != line.len)
		return false;
	lex_more(&lex);
	if (!span_is(lex_word(&lex, ' '), "instance"))
		return false;
	while (lex_more(&lex)) {
		key = lex_word(&lex, '=');
		if (lex_at_gap(&lex))
			return false;
		lex.at++;
		if (lex_value(&lex, scratch, &used, &value) != NULL)
			return false;
		if (span_is(key, "facts"))
			return span_is(value, "yes");
	}
	return false;
}

bool
facts_is_change(struct span line)
{
	struct span rest = line, word;
	enum kind kind;

	span_cut(&rest, ' ', &word);
	return kind_find(word, &kind) && fact_line_has(kind) && rest.len > 3 &&
	    memcmp(rest.ptr, "id=", 3) == 0;
}

struct facts *
facts_new(void)
{
	struct facts *facts = xcalloc(1, sizeof(*facts));

	facts->frozen = INT32_MIN;
	facts->rules.actor.physician = REF_NONE;
	return facts;
}

void
facts_at(struct facts *facts, size_t number)
{
	facts->number = (uint32_t)number - 1;
}

static void
forget(struct facts *facts)
{
	for (size_t i = 0; i < ARRAY_SIZE(facts->said); i++)
		seen_fini(&facts->said[i]);
	for (size_t i = 0; i < ARRAY_SIZE(facts->loaded); i++)
		seen_fini(&facts->loaded[i]);
}

void
facts_to_repair(struct facts *facts)
{
	facts->to_repair = true;
}

void
facts_free(struct facts *facts)
{
	if (facts == NULL)
		return;
	forget(facts);
	book_free(facts->book);
	travel_free(facts->travel);
	free(facts->scope);
	free(facts->cover);
	free(facts->lock);
	free(facts);
}

bool
facts_end(struct facts *facts, struct error *error)
{
	forget(facts);
	if (facts->book == NULL) {
		error_set(error, "there is no line");
		return false;
	}
	if (facts->travel == NULL)
		facts->travel = travel_new(&usual_travel, NULL, error);
	facts->rules.travel = facts->travel;
	facts->rules.now = facts->now;
	return facts->travel != NULL;
}
