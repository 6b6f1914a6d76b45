/* SPDX-License-Identifier: ISC */
/* resident: see resident.h. */
#include "daemon/server/resident.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/mem.h"
#include "daemon/config.h"
#include "daemon/domain/fact_line.h"
#include "daemon/server/job_private.h"
#include "daemon/server/print.h"
#include "daemon/server/server.h"

#include <errno.h>
#include <event2/event.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	TICK_MS = 500,
	START_MS = 3000,          /* a question waits so long for a start */
	IDLE_MS = 30 * 60 * 1000, /* then it is ended */
	AGE_MS = 6 * 3600 * 1000, /* time goes on: it is begun anew */

};

static const char log_id[] = "resident";

struct ask {
	TAILQ_ENTRY(ask) all;
	uint64_t id, asked_us;
	struct resident_hooks hooks;
	void *arg;
	char *line;  /* owned */
	char *error; /* owned; it was refused */
	bool sent, told;
	unsigned deaths; /* planners that it has seen end */
};

TAILQ_HEAD(asks, ask);

struct resident {
	TAILQ_ENTRY(resident) all;
	struct residents *residents; /* borrowed */
	char *scope;                 /* owned */
	struct child *child;         /* owned; NULL: it ended */
	int instance_fd;
	bool ready;
	struct asks asks;
	uint64_t born_us, used_us;
};

TAILQ_HEAD(resident_list, resident);

struct residents {
	struct server *server; /* borrowed */
	struct resident_list all;
	struct event *tick;
	uint64_t last_id;
	bool stopping;
};

/* ----- questions ----- */

static void
finish(struct resident *resident, struct ask *ask, enum resident_end end)
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
finish_all(struct resident *resident, enum resident_end end)
{
	struct ask *ask;

	while ((ask = TAILQ_FIRST(&resident->asks)) != NULL)
		finish(resident, ask, end);
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

/* Questions are answered in their order: a refusal is of the first. */
static void
take_error(struct resident *resident, struct span line)
{
	struct ask *ask = TAILQ_FIRST(&resident->asks);

	log_warn(log_id, "refused", "line=%.*s",
	    (int)(line.len < 200 ? line.len : 200), line.ptr);
	if (ask == NULL || !ask->sent)
		return;
	ask->error = xstrndup(line.ptr, line.len);
	finish(resident, ask, RESIDENT_ANSWERED);
}

static void
on_line(void *arg, struct span line)
{
	struct resident *resident = arg;
	struct ask *ask;

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
		finish(resident, ask, RESIDENT_ANSWERED);
}

/* ----- its life ----- */

static void
resident_free(struct resident *resident)
{
	TAILQ_REMOVE(&resident->residents->all, resident, all);
	child_free(resident->child);
	resident->child = NULL;
	finish_all(resident, RESIDENT_GONE);
	if (resident->instance_fd >= 0)
		(void)close(resident->instance_fd);
	free(resident->scope);
	free(resident);
}

static int
write_facts(void *arg, struct error *error)
{
	const struct resident *resident = arg;
	struct server *server = resident->residents->server;
	int32_t today = tz_day(print_tz(), clock_real_s());
	struct job job = {.jobs = server->jobs,
	    .proposal = {.from = today,
		.to = today + RESIDENT_DAYS - 1,
		.is_free = true,
		.scope = span_of(resident->scope)}};

	return job_facts_write(&job, error);
}

static void on_child_end(void *arg, const struct child_end *end);

static bool
start(struct resident *resident)
{
	static const struct child_hooks hooks = {
	    .on_line = on_line, .on_end = on_child_end};
	struct server *server = resident->residents->server;
	char path[4200];
	const char *const argv[] = {path, "--serve", "/dev/fd/3", NULL};
	int fds[1];
	const struct child_options options = {.argv = argv,
	    .fds = fds,
	    .nfds = ARRAY_SIZE(fds),
	    .is_fed = true,
	    .memory_max = server->config->planner_memory,
	    .grace_ms = server->config->planner_grace_ms,
	    .prepare = write_facts,
	    .prepare_arg = resident};
	struct error error = {""};

	job_program(server->config, path, sizeof(path));
	resident->instance_fd = memfd_create("rota-resident", MFD_CLOEXEC);
	fds[0] = resident->instance_fd;
	if (resident->instance_fd >= 0)
		resident->child =
		    child_new(server->base, &options, &hooks, resident, &error);
	else
		error_set(&error, "memfd_create: %s", strerror(errno));
	if (resident->child == NULL)
		log_warn(log_id, "not-run", "why=%s", LOG_QUOTE(error.text));
	else
		log_info(log_id, "begun", "pid=%d pause-us=%" PRIu64,
		    (int)child_pid(resident->child),
		    child_pause_us(resident->child));
	return resident->child != NULL;
}

/* Questions of which nothing was told yet have another chance. */
static bool
has_another(struct resident *resident)
{
	struct ask *ask, *next;

	for (ask = TAILQ_FIRST(&resident->asks); ask != NULL; ask = next) {
		next = TAILQ_NEXT(ask, all);
		if (ask->told || ask->deaths++ > 0)
			finish(resident, ask, RESIDENT_GONE);
		else
			ask->sent = false;
	}
	return !TAILQ_EMPTY(&resident->asks);
}

static void
on_child_end(void *arg, const struct child_end *end)
{
	struct resident *resident = arg;

	log_warn(log_id, "ended", "why=%d code=%d memory=%" PRIu64 " last=%s",
	    (int)end->why, end->code, end->memory, LOG_QUOTE(end->last));
	child_free(resident->child);
	resident->child = NULL;
	(void)close(resident->instance_fd);
	resident->instance_fd = -1;
	resident->ready = false;
	resident->born_us = clock_mono_us();
	/* What cannot be begun is told by the clock. */
	if (has_another(resident))
		(void)start(resident);
	else
		resident_free(resident);
}

/* The one that was asked least recently makes room. */
static void
make_room(struct residents *residents)
{
	uint64_t most = residents->server->config->planner_residents, count = 0;
	struct resident *resident, *oldest = NULL;

	TAILQ_FOREACH(resident, &residents->all, all)
	{
		count++;
		if (oldest == NULL || resident->used_us < oldest->used_us)
			oldest = resident;
	}
	if (count >= most && oldest != NULL)
		resident_free(oldest);
}

static struct resident *
resident_of(struct residents *residents, struct span scope)
{
	struct resident *resident;

	TAILQ_FOREACH(resident, &residents->all, all)
	if (span_is(scope, resident->scope))
		return resident;
	make_room(residents);
	resident = xcalloc(1, sizeof(*resident));
	resident->residents = residents;
	resident->scope = xstrndup(scope.ptr, scope.len);
	resident->instance_fd = -1;
	resident->born_us = clock_mono_us();
	TAILQ_INIT(&resident->asks);
	TAILQ_INSERT_TAIL(&residents->all, resident, all);
	if (!residents->stopping)
		(void)start(resident);
	return resident;
}

/* ----- the clock ----- */

static void
tick_asks(struct resident *resident, uint64_t now)
{
	struct ask *ask, *next;

	for (ask = TAILQ_FIRST(&resident->asks); ask != NULL; ask = next) {
		next = TAILQ_NEXT(ask, all);
		if (!ask->sent && now - ask->asked_us >= START_MS * 1000)
			finish(resident, ask, RESIDENT_STARTING);
	}
}

static void
on_tick(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct residents *residents = arg;
	uint64_t now = clock_mono_us();
	struct resident *resident, *next;

	for (resident = TAILQ_FIRST(&residents->all); resident != NULL;
	     resident = next) {
		next = TAILQ_NEXT(resident, all);
		tick_asks(resident, now);
		if (resident->child == NULL ||
		    (TAILQ_EMPTY(&resident->asks) &&
			(now - resident->used_us >= IDLE_MS * 1000ULL ||
			    now - resident->born_us >= AGE_MS * 1000ULL)))
			resident_free(resident);
	}
	if (TAILQ_EMPTY(&residents->all))
		event_del(residents->tick);
}

static void
arm(struct residents *residents)
{
	static const struct timeval period = {0, TICK_MS * 1000};

	if (!evtimer_pending(residents->tick, NULL) &&
	    event_add(residents->tick, &period) != 0)
		abort(); /* out of memory: small */
}

/* ----- for others ----- */

struct residents *
residents_new(struct server *server)
{
	struct residents *residents = xcalloc(1, sizeof(*residents));

	residents->server = server;
	TAILQ_INIT(&residents->all);
	residents->tick =
	    event_new(server->base, -1, EV_PERSIST, on_tick, residents);
	if (residents->tick == NULL)
		abort(); /* out of memory: small, and at the start */
	return residents;
}

void
residents_on_loaded(struct residents *residents)
{
	struct resident *resident;

	while ((resident = TAILQ_FIRST(&residents->all)) != NULL)
		/* It leaves the list, which the analyzer does not see.
		 * NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
		resident_free(resident);
}

void
residents_stop(struct residents *residents)
{
	residents->stopping = true;
	residents_on_loaded(residents);
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
residents_ask(struct residents *residents, struct span scope, const char *line,
    const struct resident_hooks *hooks, void *arg)
{
	struct resident *resident = resident_of(residents, scope);
	struct ask *ask = xcalloc(1, sizeof(*ask));
	struct span rest = span_of(line), word;
	size_t size = strlen(line) + 32;

	resident->used_us = clock_mono_us();
	ask->id = ++residents->last_id;
	ask->asked_us = resident->used_us;
	ask->hooks = *hooks;
	ask->arg = arg;
	ask->line = xmalloc(size);
	span_cut(&rest, ' ', &word);
	(void)snprintf(ask->line, size, "%.*s id=%" PRIu64 " %.*s\n",
	    (int)word.len, word.ptr, ask->id, (int)rest.len, rest.ptr);
	TAILQ_INSERT_TAIL(&resident->asks, ask, all);
	/* What cannot be asked is told by the clock, as is a late start. */
	if (resident->ready && resident->child != NULL)
		pass_on(resident, ask);
	arm(residents);
}
