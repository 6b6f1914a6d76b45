/* SPDX-License-Identifier: ISC */
/* follower: see follower.h. */
#include "tests/fault/follower.h"

#include "daemon/base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	HANG_UP = 50,          /* cursors between two disconnects */
	HANG_UP_BEFORE = 2000, /* likewise, lines that stand before one... */
	HANG_UP_UP_TO = 100,   /* ...as long as these are few, to get on */
	WAIT_MS = 20,
	PATIENCE_MS = 60000
};

static void PRINTF_LIKE(2, 3)
    complain(struct follower *follower, const char *fmt, ...)
{
	va_list ap;

	if (follower->failure[0] != '\0')
		return;
	va_start(ap, fmt);
	vsnprintf(follower->failure, sizeof(follower->failure), fmt, ap);
	va_end(ap);
}

static bool
goes_on(const struct follower *follower)
{
	return !atomic_load(&follower->over) && follower->failure[0] == '\0';
}

/* ----- what is told ----- */

static void
keep(struct follower *follower, const char *push)
{
	char *slot = line_value(push, "slot");
	char *rpps = line_value(push, "physician");
	struct follower_push *next;
	unsigned n = 0;

	while (n < FOLLOWER_PEOPLE && rpps != NULL &&
	    strcmp(rpps, town_rpps(n)) != 0)
		n++;
	if (slot == NULL || n == FOLLOWER_PEOPLE) {
		complain(follower, "unexpected: %s", push);
	} else {
		follower->waiting =
		    xgrow(follower->waiting, &follower->capacity,
			follower->nwaiting + 1, sizeof(follower->waiting[0]));
		next = &follower->waiting[follower->nwaiting++];
		next->physician = n;
		next->rev = line_number(push, "rev");
		snprintf(next->slot, sizeof(next->slot), "%s", slot);
	}
	free(slot);
	free(rpps);
}

/* What was told is certain from here on. */
static void
believe(struct follower *follower, char *cursor)
{
	for (size_t i = 0; i < follower->nwaiting; i++) {
		const struct follower_push *next = &follower->waiting[i];
		struct follower_push *at = &follower->at[next->physician];
		bool same = strcmp(next->slot, at->slot) == 0;

		if (next->rev != (same ? at->rev + 1 : 1))
			complain(follower,
			    "told of slot %s rev %lld, after %s rev %lld",
			    next->slot, next->rev, at->slot, at->rev);
		*at = *next;
	}
	atomic_fetch_add(&follower->told, (long long)follower->nwaiting);
	follower->nwaiting = 0;
	if (cursor == NULL)
		complain(follower, "a cursor without its value");
	free(follower->cursor);
	follower->cursor = cursor;
}

/* False when the connection is to be given up. */
static bool
take(struct follower *follower, const char *push)
{
	if (line_begins(push, "slot"))
		keep(follower, push);
	else if (line_begins(push, "cursor"))
		believe(follower, line_value(push, "value"));
	else if (line_begins(push, "heartbeat"))
		believe(follower, line_value(push, "cursor"));
	else if (line_begins(push, "reset"))
		complain(follower, "the history is another one: %s", push);
	return !line_begins(push, "bye") &&
	    (follower->nwaiting > HANG_UP_UP_TO ||
		town_below(&follower->chance,
		    follower->nwaiting == 0 ? HANG_UP : HANG_UP_BEFORE) > 0);
}

/* ----- connections ----- */

/* NULL when nobody is there, or does not want to. */
static struct talk *
resume(struct follower *follower)
{
	unsigned at = town_below(&follower->chance, follower->daemons);
	struct talk *talk =
	    talk_open(daemon_socket(follower->town->daemon[at]));
	const char *answer;

	if (talk == NULL)
		return NULL;
	follower->nwaiting = 0;
	answer = follower->cursor == NULL
	    ? talk_ask(talk, "watch")
	    : talk_ask(talk, "watch after=%s", follower->cursor);
	if (line_begins(answer, "ok")) {
		if (follower->cursor == NULL)
			follower->cursor = line_value(answer, "cursor");
		follower->resumed++;
		return talk;
	}
	if (*answer != '\0' && !line_begins(answer, "fail"))
		complain(
		    follower, "watch after=%s: %s", follower->cursor, answer);
	talk_free(talk);
	return NULL;
}

static void
watch(struct follower *follower, struct talk *talk)
{
	const char *push;

	do {
		push = talk_push(talk, "", WAIT_MS);
		if (push == NULL && talk_over(talk))
			return;
	} while (goes_on(follower) && (push == NULL || take(follower, push)));
}

static void *
follow(void *arg)
{
	struct follower *follower = arg;

	while (goes_on(follower)) {
		struct talk *talk = resume(follower);

		if (talk == NULL)
			town_pause();
		else
			watch(follower, talk);
		talk_free(talk);
	}
	return NULL;
}

void
follower_start(struct follower *follower, const struct town *town,
    unsigned daemons, uint64_t seed)
{
	struct talk *talk = town_talk(town, 0);

	memset(follower, 0, sizeof(*follower));
	follower->town = town;
	follower->daemons = daemons;
	follower->chance = seed;
	follower->cursor =
	    line_value(talk_ask(talk, "site list limit=1"), "cursor");
	talk_free(talk);
	if (pthread_create(&follower->thread, NULL, follow, follower) != 0)
		abort();
}

void
follower_finish(struct follower *follower, long long told)
{
	uint64_t deadline = town_now_ms() + PATIENCE_MS;

	while (goes_on(follower) && atomic_load(&follower->told) < told &&
	    town_now_ms() < deadline)
		town_pause();
	atomic_store(&follower->over, true);
	pthread_join(follower->thread, NULL);
	if (atomic_load(&follower->told) != told)
		complain(follower,
		    "told of %lld changes of %lld, %zu behind %s",
		    atomic_load(&follower->told), told, follower->nwaiting,
		    follower->cursor);
	free(follower->cursor);
	free(follower->waiting);
}
