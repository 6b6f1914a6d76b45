/* SPDX-License-Identifier: ISC */
/* places: see places.h. */
#include "tools/rota/places.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "proto/limits.h"
#include "tools/rota/complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	FRESH_MS = 60000,
	PATIENCE_MS = 2000 /* somebody waits behind a key */
};

static const char *const kinds[] = {
    "physician", "programme", "site", "structure", "territory"};

struct list {
	size_t count, capacity;
	struct place *at;
	uint64_t fetched_ms; /* 0: never */
};

struct places {
	struct list list[ARRAY_SIZE(kinds)];
};

struct fetch {
	struct list *list;
	const char *kind;
};

static void
on_place(void *arg, const struct answer *row, struct span line UNUSED)
{
	struct fetch *fetch = arg;
	struct list *list = fetch->list;
	struct span name = answer_value(row, "name");

	if (list->count == PROTO_PAGE_MAX)
		return;
	if (name.ptr == NULL)
		name = answer_value(row, "family");
	list->at = xgrow(
	    list->at, &list->capacity, list->count + 1, sizeof(list->at[0]));
	list->at[list->count++] = (struct place){
	    span_dup(answer_value(row, fetch->kind)), span_dup(name)};
}

static void
empty(struct list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->at[i].code);
		free(list->at[i].name);
	}
	list->count = 0;
}

static void
fetch_list(struct rota *rota, struct list *list, const char *kind)
{
	struct fetch fetch = {list, kind};
	struct reader reader = {.on_row = on_place, .arg = &fetch};
	struct session *session = rota->session;
	uint64_t now = clock_mono_us() / 1000;
	char text[64];
	int patience;

	if (session == NULL || !session_is_open(session) ||
	    (list->fetched_ms != 0 && now - list->fetched_ms < FRESH_MS))
		return;
	empty(list);
	list->fetched_ms = now;
	(void)snprintf(
	    text, sizeof(text), "%s list limit=%d", kind, PROTO_PAGE_MAX);
	patience = session_patience(session);
	session_set_patience(session, PATIENCE_MS);
	if (session_ask(session, span_of(text), &reader) != OUTCOME_OK)
		empty(list);
	session_set_patience(session, patience);
}

/* NULL: the key holds nothing of a kind. */
static struct list *
list_of(struct rota *rota, const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(key, kinds[i]) != 0)
			continue;
		if (rota->places == NULL)
			rota->places = xcalloc(1, sizeof(*rota->places));
		return &rota->places->list[i];
	}
	return NULL;
}

size_t
places_count(struct rota *rota, const char *key)
{
	struct list *list = list_of(rota, key);

	if (list == NULL)
		return 0;
	fetch_list(rota, list, key);
	return list->count;
}

const struct place *
places_at(struct rota *rota, const char *key, size_t i)
{
	return &list_of(rota, key)->at[i];
}

bool
place_matches(const struct place *place, const char *start)
{
	size_t len = strlen(start);

	return strncmp(place->code, start, len) == 0 ||
	    strncasecmp(place->name, start, len) == 0;
}

void
places_free(struct places *places)
{
	if (places == NULL)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		empty(&places->list[i]);
		free(places->list[i].at);
	}
	free(places);
}
