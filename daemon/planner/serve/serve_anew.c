/* SPDX-License-Identifier: ISC */
/*
 * serve_anew: an instance of facts, made anew as they change, by another thread
 * beside the work.
 *
 * Nothing that was heard is lost unsaid.  Of a text that makes no instance the
 * line at which the reading ended is refused by name, if it was heard since the
 * instance that is served: it is there as it was in that, all else is kept, and
 * the text is made once more.  Until the next line of that name what is served
 * is not current.  Where no such line is to blame it is not until an instance
 * is made, which is tried again after the next line.
 */
#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/planner/reduce/facts.h"
#include "daemon/planner/serve/serve_private.h"

#include <stdlib.h>
#include <string.h>

enum { QUIET_MS = 100 };

void
anew_init(struct anew *anew, char *text, size_t len, bool is_facts)
{
	*anew = (struct anew){.good = text, .good_len = len};
	store_init(&anew->store);
	if (is_facts)
		store_put_all(&anew->store, (struct span){text, len});
	anew->good_puts = anew->store.puts;
}

static void
forget_since(struct anew *anew)
{
	for (size_t i = 0; i < anew->sinces; i++)
		free(anew->since[i]);
	anew->sinces = 0;
}

void
anew_fini(struct anew *anew)
{
	struct error ignored;
	size_t len;
	char *text = NULL;

	if (anew->building != NULL)
		served_free(
		    building_end(anew->building, &text, &len, &ignored));
	clearing_end(anew->clearing);
	free(text);
	free(anew->good);
	free(anew->order);
	forget_since(anew);
	free(anew->since);
	for (size_t i = 0; i < anew->refuseds; i++)
		free(anew->refused[i]);
	free(anew->refused);
	store_fini(&anew->store);
}

bool
anew_is_current(const struct anew *anew)
{
	return !anew->dirty && !anew->unmade && anew->building == NULL &&
	    anew->refuseds == 0;
}

/* ----- what is heard ----- */

static void
note_refused(struct anew *anew, struct span name)
{
	for (size_t i = 0; i < anew->refuseds; i++)
		if (span_is(name, anew->refused[i]))
			return;
	anew->refused = xgrow(anew->refused, &anew->refused_room,
	    anew->refuseds + 1, sizeof(anew->refused[0]));
	anew->refused[anew->refuseds++] = xstrndup(name.ptr, name.len);
}

static void
forgive(struct anew *anew, struct span name)
{
	size_t i = 0;

	while (i < anew->refuseds && !span_is(name, anew->refused[i]))
		i++;
	if (i == anew->refuseds)
		return;
	free(anew->refused[i]);
	anew->refused[i] = anew->refused[--anew->refuseds];
}

void
anew_put(struct anew *anew, struct span line, bool plain)
{
	store_put(&anew->store, line);
	if (anew->refuseds > 0)
		forgive(anew, store_name(line));
	if (anew->building != NULL) {
		anew->since = xgrow(anew->since, &anew->since_room,
		    anew->sinces + 1, sizeof(anew->since[0]));
		anew->since[anew->sinces++] = xstrndup(line.ptr, line.len);
	}
	if (plain && !anew->unmade)
		return;
	anew->dirty = true;
	anew->heard_us = clock_mono_us();
}

void
anew_refuse(struct anew *anew, struct span line)
{
	struct span name = store_name(line);

	if (name.len > 0 && facts_is_change(line))
		note_refused(anew, name);
}

/* ----- the instance ----- */

int
anew_patience(const struct anew *anew)
{
	uint64_t quiet = clock_mono_us() - anew->heard_us;

	if (!anew->dirty || anew->building != NULL)
		return -1;
	return quiet >= QUIET_MS * 1000 ? 0 : QUIET_MS - (int)(quiet / 1000);
}

void
anew_begin(struct anew *anew, const struct served *served)
{
	size_t len;
	char *text;

	clearing_end(anew->clearing);
	anew->clearing = NULL;
	store_set_now(&anew->store, clock_real_s());
	free(anew->order);
	anew->order = store_order(&anew->store);
	anew->tried_puts = anew->store.puts;
	text = store_text(&anew->store, anew->order, &len);
	anew->building =
	    building_new(text, len, repairer_legacy(served->repairer));
	anew->dirty = false;
	forget_since(anew);
}

/* The line of the store at which the reading ended: "line N: why". */
static bool
find_fault(const struct anew *anew, const struct error *error, size_t *line)
{
	struct span rest = span_of(error->text), word;
	uint64_t number;

	if (!span_cut(&rest, ' ', &word) || !span_is(word, "line") ||
	    !span_cut(&rest, ':', &word) ||
	    !span_to_u64(word, anew->store.lines, &number) || number == 0)
		return false;
	*line = anew->order[number - 1];
	return true;
}

/* What came meanwhile is a next line. */
static enum anew_end
leave_unmade(struct anew *anew)
{
	anew->unmade = true;
	if (anew->sinces > 0)
		anew->dirty = true;
	return ANEW_UNMADE;
}

/* Once more, with what was heard meanwhile, or without a line that made none of
 * it. */
static enum anew_end
try_again(struct anew *anew, struct error *error)
{
	struct span good = {anew->good, anew->good_len}, name;
	char text[SERVE_NAME_MAX + 1];
	size_t at;
	uint64_t put;

	if (!find_fault(anew, error, &at))
		return leave_unmade(anew);
	put = anew->store.line[at].put;
	if (put > anew->tried_puts) {
		anew->dirty = true;
		return ANEW_AGAIN;
	}
	name = store_name(span_of(anew->store.line[at].text));
	if (put <= anew->good_puts || name.len == 0)
		return leave_unmade(anew);
	anew->dirty = true;
	memcpy(text, name.ptr, name.len);
	text[name.len] = '\0';
	note_refused(anew, name);
	store_take_back(&anew->store, at, good);
	error_prefix(error, "%s", text);
	return ANEW_REFUSED;
}

enum anew_end
anew_end(struct anew *anew, struct served **served, struct error *error)
{
	struct error ignored;
	struct served *made;
	size_t len;
	char *text;

	made = building_end(anew->building, &text, &len, error);
	anew->building = NULL;
	if (made == NULL) {
		free(text);
		return try_again(anew, error);
	}
	free(anew->good);
	anew->good = text;
	anew->good_len = len;
	anew->good_puts = anew->tried_puts;
	anew->clearing = clearing_new(*served);
	anew->unmade = false;
	*served = made;
	/* What was plain to the old one may be for the rules in the new one. */
	for (size_t i = 0; i < anew->sinces; i++)
		if (serve_hear(made, span_of(anew->since[i]),
			&(struct serve_world){.current = false},
			&ignored) != HEARD_CHANGED)
			anew->dirty = true;
	return ANEW_MADE;
}
