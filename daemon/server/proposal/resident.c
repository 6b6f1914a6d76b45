/* SPDX-License-Identifier: ISC */
/* resident: see resident.h. */
#include "daemon/server/proposal/resident_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/mem.h"
#include "daemon/domain/fact_line.h"
#include "daemon/server/server.h"
#include "daemon/server/session.h"

#include <event2/event.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SCOPE_TEXT_MAX = 16384,
	/* A publication may be of several units: they are heard first. */
	PREWARM_US = 1000000
};

static const char log_id[] = "resident";

/* ----- questions ----- */

void
resident_finish(
    struct resident *resident, struct ask *ask, enum resident_end end)
{
	struct resident_hooks hooks = ask->hooks;
	void *arg = ask->arg;
	char *error = ask->error;

	TAILQ_REMOVE(&resident->asks, ask, all);
	free(ask->line);
	free(ask);
	hooks.on_end(arg, end, span_of(error));
	free(error);
}

static void
pass_on(struct resident *resident, struct ask *ask)
{
	(void)child_feed(resident->child, span_of(ask->line));
	ask->sent = true;
}

static void
become_ready(struct resident *resident)
{
	struct ask *ask;

	if (resident->ready)
		return;
	resident->ready = true;
	resident->failures = 0;
	log_info(log_id, "ready", "us=%" PRIu64,
	    clock_mono_us() - resident->born_us);
	TAILQ_FOREACH(ask, &resident->asks, all)
	pass_on(resident, ask);
}

/* The question that a line is tagged with. */
static struct ask *
find_ask(struct resident *resident, struct span line)
{
	struct span word, tag, id;
	struct ask *ask;
	uint64_t number;

	if (!span_cut(&line, ' ', &word) || !span_cut(&line, ' ', &tag) ||
	    !span_cut(&tag, '=', &id) || !span_is(id, "id") ||
	    !span_to_u64(tag, UINT64_MAX, &number))
		return NULL;
	TAILQ_FOREACH(ask, &resident->asks, all)
	if (ask->id == number)
		return ask;
	return NULL;
}

static bool
begins(struct span line, const char *word)
{
	struct span first;

	span_cut(&line, ' ', &first);
	return span_is(first, word);
}

/* Of a question, or of what it was told: then it knows less than the book, and
 * is begun anew from that. */
static void
take_error(struct resident *resident, struct span line)
{
	struct ask *ask = find_ask(resident, line);

	log_warn(log_id, "refused", "line=%.*s",
	    (int)(line.len < 200 ? line.len : 200), line.ptr);
	if (ask == NULL) {
		resident->refusals += !resident->outdated;
		resident->outdated = true;
		return;
	}
	ask->error = xstrndup(line.ptr, line.len);
	resident_finish(resident, ask, RESIDENT_ANSWERED);
}

void
resident_on_line(void *arg, struct span line)
{
	struct resident *resident = arg;
	struct ask *ask;

	resident->heard_us = clock_mono_us();
	if (begins(line, "ready")) {
		become_ready(resident);
		return;
	}
	if (begins(line, "error")) {
		take_error(resident, line);
		return;
	}
	ask = find_ask(resident, line);
	if (ask == NULL)
		return;
	ask->told = true;
	ask->hooks.on_line(ask->arg, line);
	if (begins(line, "done"))
		resident_finish(resident, ask, RESIDENT_ANSWERED);
}

/* ----- all of them ----- */

struct residents *
residents_new(struct server *server)
{
	struct residents *residents = xcalloc(1, sizeof(*residents));

	residents->server = server;
	TAILQ_INIT(&residents->all);
	residents->tick = event_new(
	    server->base, -1, EV_PERSIST, residents_on_tick, residents);
	if (residents->tick == NULL)
		abort(); /* out of memory: small, and at the start */
	return residents;
}

void
residents_stop(struct residents *residents)
{
	struct resident *resident;

	residents->stopping = true;
	while ((resident = TAILQ_FIRST(&residents->all)) != NULL)
		/* It leaves the list, which the analyzer does not see.
		 * NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
		resident_free(resident);
}

void
residents_free(struct residents *residents)
{
	if (residents == NULL)
		return;
	residents_stop(residents);
	event_free(residents->tick);
	free(residents);
}

/* What they know is of another history. */
void
residents_on_loaded(struct residents *residents)
{
	struct resident *resident;
	struct ask *ask;

	TAILQ_FOREACH(resident, &residents->all, all)
	{
		while ((ask = TAILQ_FIRST(&resident->asks)) != NULL)
			/* As above.
			 * NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
			resident_finish(resident, ask, RESIDENT_GONE);
		resident_start(resident);
	}
}

void
residents_on_change(struct residents *residents, const struct change *change)
{
	const struct book *book;
	struct resident *resident;
	char text[FACT_LINE_MAX + 1];
	struct out out = OUT(text);

	if (TAILQ_EMPTY(&residents->all) || !fact_line_has(change->kind))
		return;
	book = store_book(residents->server->store);
	fact_line_print(&out, book, change->kind, change->after);
	out_char(&out, '\n');
	TAILQ_FOREACH(resident, &residents->all, all)
	if (resident->child != NULL)
		(void)child_feed(resident->child, (struct span){text, out.len});
}

void
residents_figures(
    const struct residents *residents, struct residents_figures *figures)
{
	const struct resident *resident;

	*figures = (struct residents_figures){
	    .starts = residents->starts, .deaths = residents->deaths};
	TAILQ_FOREACH(resident, &residents->all, all)
	{
		figures->running += resident->child != NULL;
		figures->ready += resident->child != NULL && resident->ready;
	}
}

/* ----- of a scope ----- */

bool
resident_scope(
    const struct session *session, const struct book *book, struct out *out)
{
	for (unsigned i = 0; session->role != ROLE_ADMIN && i < session->nscope;
	     i++) {
		const struct scope *at = &session->scope[i];

		if (at->kind == KIND_PROGRAMME || at->index == REF_NONE)
			continue;
		if (out->len > 0)
			out_char(out, ',');
		out_text(out, kind_info(at->kind)->name);
		out_char(out, ':');
		out_id(out, book_entity(book, at->kind, at->index)->id);
	}
	return session->role == ROLE_ADMIN || (out->len > 0 && !out->overflow);
}

void
residents_prewarm(struct residents *residents, const struct session *session)
{
	char text[SCOPE_TEXT_MAX];
	struct out out = OUT(text);
	const struct book *book = store_book(residents->server->store);
	struct resident *resident;

	if (session->role != ROLE_COORDINATOR || residents->stopping ||
	    book == NULL || !resident_scope(session, book, &out))
		return;
	resident = resident_of(residents, (struct span){text, out.len}, false);
	if (resident == NULL)
		return;
	resident->used_us = clock_mono_us();
	if (resident->child == NULL && resident->failures == 0)
		resident->due_us = resident->used_us + PREWARM_US;
	residents_arm(residents);
}

void
residents_ask(struct residents *residents, struct span scope, const char *line,
    const struct resident_hooks *hooks, void *arg)
{
	struct resident *resident = resident_of(residents, scope, true);
	struct ask *ask = xcalloc(1, sizeof(*ask));
	struct span rest = span_of(line), word;
	size_t size = strlen(line) + 32;

	resident->used_us = clock_mono_us();
	ask->id = ++residents->last_id;
	ask->asked_us = resident->asked_us = resident->used_us;
	ask->hooks = *hooks;
	ask->arg = arg;
	ask->line = xmalloc(size);
	span_cut(&rest, ' ', &word);
	(void)snprintf(ask->line, size, "%.*s id=%" PRIu64 " %.*s\n",
	    (int)word.len, word.ptr, ask->id, (int)rest.len, rest.ptr);
	TAILQ_INSERT_TAIL(&resident->asks, ask, all);
	if (resident->child == NULL)
		resident_start(resident);
	/* What cannot be asked is told by the clock, as is a late start. */
	if (resident->ready && resident->child != NULL)
		pass_on(resident, ask);
	residents_arm(residents);
}
