/* SPDX-License-Identifier: ISC */
/* facts: the reader.  The first fault ends the reading. */
#include "daemon/planner/facts_private.h"

#include "daemon/base/mem.h"
#include "daemon/domain/fact_line.h"
#include "proto/lex.h"

#include <stdlib.h>
#include <string.h>

enum {
	PAIRS_MAX = 8,
	PERCENT_MAX = 10000,
	MINUTES_MAX = 1440,
	PLAN_DAYS_MAX = 7 * 104
};

/* What most daemons have; a line travel says otherwise. */
static const struct travel_rule usual_travel = {130, 10, 15};

/* A line of ours, "word key=value ...", taken apart. */
struct pairs {
	struct span key[PAIRS_MAX], value[PAIRS_MAX];
	unsigned count;
	char scratch[FACT_LINE_MAX];
};

static bool
refuse(struct error *error, const char *key, const char *why)
{
	error_set(error, "%s= %s", key, why);
	return false;
}

static bool
split(struct pairs *pairs, struct lex *lex, struct error *error)
{
	size_t used = 0;
	const char *expected;

	pairs->count = 0;
	while (lex_more(lex)) {
		if (pairs->count == PAIRS_MAX) {
			error_set(error, "too many keys");
			return false;
		}
		pairs->key[pairs->count] = lex_word(lex, '=');
		if (lex_at_gap(lex)) {
			error_set(error, "a key has no value");
			return false;
		}
		lex->at++;
		expected = lex_value(
		    lex, pairs->scratch, &used, &pairs->value[pairs->count]);
		if (expected != NULL) {
			error_set(error, "expected %s", expected);
			return false;
		}
		pairs->count++;
	}
	return true;
}

/* The empty span when it is not given. */
static struct span
value_of(const struct pairs *pairs, const char *key)
{
	for (unsigned i = 0; i < pairs->count; i++)
		if (span_is(pairs->key[i], key))
			return pairs->value[i];
	return (struct span){NULL, 0};
}

static bool
number_of(const struct pairs *pairs, const char *key, uint64_t most,
    uint64_t *out, struct error *error)
{
	return span_to_u64(value_of(pairs, key), most, out) ||
	    refuse(error, key, "is not a number in its range");
}

static bool
day_of(const struct pairs *pairs, const char *key, int32_t *out,
    struct error *error)
{
	return span_to_day(value_of(pairs, key), out) ||
	    refuse(error, key, "is no day YYYY-MM-DD");
}

/* An entity that the book has. */
static bool
index_of(const struct facts *facts, const struct pairs *pairs, const char *key,
    enum kind kind, int32_t *out, struct error *error)
{
	struct id id;

	*out = REF_NONE;
	if (span_to_id(value_of(pairs, key), &id))
		*out = book_find(facts->book, kind, id);
	return *out != REF_NONE ||
	    refuse(error, key, "is not the id of a line before");
}

/* ----- the lines ----- */

static bool
read_instance(
    struct facts *facts, const struct pairs *pairs, struct error *error)
{
	uint64_t now, version;
	int32_t full;

	if (facts->book != NULL) {
		error_set(error, "a second line instance");
		return false;
	}
	if (!number_of(pairs, "version", 1, &version, error) ||
	    !day_of(pairs, "from", &facts->from, error) ||
	    !day_of(pairs, "to", &facts->to, error) ||
	    !day_of(pairs, "full-from", &full, error) ||
	    !number_of(pairs, "now", INT64_MAX / 2, &now, error))
		return false;
	if (version != 1)
		return refuse(error, "version", "is not 1");
	if (facts->to < facts->from - 1 ||
	    facts->to - facts->from >= PLAN_DAYS_MAX)
		return refuse(error, "to", "is too far from from=");
	facts->now = (int64_t)now;
	facts->book = book_new(full);
	return true;
}

static bool
read_travel(struct facts *facts, const struct pairs *pairs, struct error *error)
{
	struct span matrix = value_of(pairs, "matrix");
	struct travel_rule rule;
	uint64_t road, fixed, margin;
	char *path;

	if (!number_of(pairs, "road-percent", PERCENT_MAX, &road, error) ||
	    !number_of(pairs, "fixed", MINUTES_MAX, &fixed, error) ||
	    !number_of(pairs, "margin", MINUTES_MAX, &margin, error))
		return false;
	rule = (struct travel_rule){
	    (unsigned)road, (unsigned)fixed, (unsigned)margin};
	path = matrix.len == 0 ? NULL : xstrndup(matrix.ptr, matrix.len);
	travel_free(facts->travel);
	facts->travel = travel_new(&rule, path, error);
	free(path);
	return facts->travel != NULL;
}

static bool
read_rules(struct facts *facts, const struct pairs *pairs, struct error *error)
{
	uint64_t off;

	if (!number_of(pairs, "off", UINT32_MAX, &off, error))
		return false;
	facts->rules.off = (uint32_t)off;
	return true;
}

static bool
read_scope(struct facts *facts, const struct pairs *pairs, struct error *error)
{
	static const enum kind kinds[] = {
	    KIND_TERRITORY, KIND_PROGRAMME, KIND_SITE};
	struct fact_scope scope = {KIND_COUNT, REF_NONE};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (value_of(pairs, kind_info(kinds[i])->name).len > 0)
			scope.kind = kinds[i];
	if (scope.kind == KIND_COUNT || pairs->count != 1 ||
	    facts->scopes == SCOPE_MAX) {
		error_set(error,
		    "one territory=, programme= or site= is "
		    "expected, in at most %d lines",
		    SCOPE_MAX);
		return false;
	}
	if (!index_of(facts, pairs, kind_info(scope.kind)->name, scope.kind,
		&scope.index, error))
		return false;
	facts->scope = xgrow(facts->scope, &facts->scope_room,
	    facts->scopes + 1, sizeof(facts->scope[0]));
	facts->scope[facts->scopes++] = scope;
	return true;
}

static bool
read_variant(
    struct facts *facts, const struct pairs *pairs, struct error *error)
{
	struct span name = value_of(pairs, "name");

	facts->may_move = span_is(name, "free");
	return facts->may_move || span_is(name, "fill") ||
	    refuse(error, "name", "is not fill or free");
}

static bool
read_lock(struct facts *facts, const struct pairs *pairs, struct error *error)
{
	struct span state = value_of(pairs, "state");
	struct fact_lock lock;

	if (!index_of(facts, pairs, "physician", KIND_PHYSICIAN,
		&lock.physician, error) ||
	    !index_of(facts, pairs, "site", KIND_SITE, &lock.site, error) ||
	    !day_of(pairs, "day", &lock.day, error))
		return false;
	if (!part_find(value_of(pairs, "part"), &lock.part))
		return refuse(error, "part", "is not one of M A E S N");
	if (!activity_find(value_of(pairs, "activity"), &lock.activity))
		return refuse(error, "activity", "is none");
	lock.keep = span_is(state, "keep");
	if (!lock.keep && !span_is(state, "forbid"))
		return refuse(error, "state", "is not keep or forbid");
	if (facts->locks == LOCKS_MAX)
		return refuse(error, "lock", "stands too often");
	facts->lock = xgrow(facts->lock, &facts->lock_room, facts->locks + 1,
	    sizeof(facts->lock[0]));
	facts->lock[facts->locks++] = lock;
	return true;
}

typedef bool read_fn(
    struct facts *facts, const struct pairs *pairs, struct error *error);

static const struct line {
	const char *word;
	read_fn *read;
} lines[] = {
    {"instance", read_instance},
    {"travel", read_travel},
    {"rules", read_rules},
    {"scope", read_scope},
    {"variant", read_variant},
    {"lock", read_lock},
};

static bool
read_own(struct facts *facts, struct span line, struct error *error)
{
	struct lex lex = {line, 0};
	struct pairs pairs;
	struct span word;
	size_t i = 0;

	lex_more(&lex);
	word = lex_word(&lex, ' ');
	while (i < ARRAY_SIZE(lines) && !span_is(word, lines[i].word))
		i++;
	if (i == ARRAY_SIZE(lines)) {
		error_set(error, "%.*s is not a kind of line",
		    (int)(word.len < 60 ? word.len : 60), word.ptr);
		return false;
	}
	if (facts->book == NULL && lines[i].read != read_instance) {
		error_set(error, "the first line is not instance");
		return false;
	}
	return split(&pairs, &lex, error) &&
	    lines[i].read(facts, &pairs, error);
}

static bool
load(struct facts *facts, const struct change *change, struct error *error)
{
	if (book_load(facts->book, change) == APPLY_DONE)
		return true;
	error_set(error, "it refers to what no line before has made");
	return false;
}

bool
facts_line(struct facts *facts, struct span line, struct error *error)
{
	struct fact fact;

	if (line.len == 0 || line.ptr[0] == '#')
		return true;
	if (line.len > FACT_LINE_MAX || lex_line_length(line) != line.len) {
		error_set(error, "the line is too long, or no text");
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
	struct pairs pairs;
	struct error error;

	if (line.len > FACT_LINE_MAX || lex_line_length(line) != line.len)
		return false;
	lex_more(&lex);
	return span_is(lex_word(&lex, ' '), "instance") &&
	    split(&pairs, &lex, &error) &&
	    span_is(value_of(&pairs, "facts"), "yes");
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

	facts->rules.actor.physician = REF_NONE;
	return facts;
}

void
facts_free(struct facts *facts)
{
	if (facts == NULL)
		return;
	book_free(facts->book);
	travel_free(facts->travel);
	free(facts->scope);
	free(facts->lock);
	free(facts);
}

bool
facts_end(struct facts *facts, struct error *error)
{
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
