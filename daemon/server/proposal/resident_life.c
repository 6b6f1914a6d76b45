/* SPDX-License-Identifier: ISC */
/* resident_life: how a planner that stays begins, dies and ends. */
#include "daemon/server/proposal/resident_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/mem.h"
#include "daemon/config/config.h"
#include "daemon/server/print.h"
#include "daemon/server/proposal/job_private.h"
#include "daemon/server/proposal/verb_plan.h"
#include "daemon/server/server.h"
#include "daemon/server/shed.h"

#include <errno.h>
#include <event2/event.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	TICK_MS = 500,
	START_MS = 3000,       /* a question waits so long for a start */
	FIRST_MS = 10 * 1000,  /* a first answer is a matter of milliseconds */
	ANSWER_MS = 90 * 1000, /* longer than anything may be asked to take */
	IDLE_MS = 30 * 60 * 1000,   /* with nothing ahead it is ended then */
	AGE_MS = 6 * 3600 * 1000,   /* time goes on: it is begun anew */
	QUIET_MS = 60 * 1000,       /* ...when nobody has asked for so long */
	LATELY_MS = 10 * 60 * 1000, /* who asked is about to ask again */
	LOOK_MS = 60 * 1000,        /* between two looks ahead */
	AGAIN_MS = 10 * 1000, /* between two starts that nobody asks for */
	DOUBLINGS_MAX = 9     /* of that, while none is of use */
};

static const char log_id[] = "resident";

static uint64_t
us(unsigned ms)
{
	return (uint64_t)ms * 1000;
}

/* ----- what it is kept for ----- */

/* Whether a half-day published at one of its places has still to come. */
static bool
is_ahead(const struct resident *resident)
{
	const struct book *book =
	    store_book(resident->residents->server->store);
	int32_t today = tz_day(print_tz(), clock_real_s());
	struct span scope = span_of(resident->scope);
	int32_t sites = book == NULL ? 0 : book_count(book, KIND_SITE);

	for (int32_t site = 0; site < sites; site++) {
		struct run run = book_site_run(book, site);
		size_t i = run_from_day(book, run, today);

		if (i == run.count || !plan_scope_has(scope, book, site))
			continue;
		for (; i < run.count; i++)
			if (book_at(book, run.slot[i])->state ==
			    STATE_PUBLISHED)
				return true;
	}
	return false;
}

/* Looked at now and then: it walks the book. */
static bool
is_wanted(struct resident *resident, uint64_t now)
{
	if (!TAILQ_EMPTY(&resident->asks) ||
	    (now - resident->used_us < us(IDLE_MS) &&
		resident->failures == 0) ||
	    (resident->looked_us > 0 &&
		now - resident->looked_us < us(LOOK_MS)))
		return true;
	if (!is_ahead(resident))
		return false;
	resident->looked_us = now;
	return true;
}

/* ----- its planner ----- */

static int
write_facts(void *arg, struct error *error)
{
	const struct resident *resident = arg;
	struct server *server = resident->residents->server;
	int32_t today = tz_day(print_tz(), clock_real_s());
	struct job job = {.jobs = server->jobs,
	    .covers = span_of(resident->scope),
	    .proposal = {.from = today,
		.to = today + RESIDENT_DAYS - 1,
		.variant = PROPOSAL_FREE,
		.scope = span_of(resident->scope)}};

	return job_facts_write(&job, error);
}

static void
end_child(struct resident *resident)
{
	struct ask *ask;

	child_free(resident->child);
	resident->child = NULL;
	if (resident->instance_fd >= 0)
		shed_file(
		    resident->residents->server->base, resident->instance_fd);
	resident->instance_fd = -1;
	resident->ready = resident->outdated = false;
	TAILQ_FOREACH(ask, &resident->asks, all)
	ask->sent = false;
}

/* Between two starts, when so many before were of no use. */
static uint64_t
again_us(unsigned count)
{
	return us(AGAIN_MS) << (count > DOUBLINGS_MAX ? DOUBLINGS_MAX : count);
}

/* When it is begun again if nobody asks. */
static void
put_off(struct resident *resident)
{
	resident->due_us = resident->born_us + again_us(resident->failures);
}

static void on_child_end(void *arg, const struct child_end *end);

void
resident_start(struct resident *resident)
{
	static const struct child_hooks hooks = {
	    .on_line = resident_on_line, .on_end = on_child_end};
	struct residents *residents = resident->residents;
	struct server *server = residents->server;
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

	end_child(resident);
	if (clock_mono_us() - resident->born_us >= us(AGE_MS))
		resident->refusals = 0;
	resident->born_us = clock_mono_us();
	put_off(resident);
	residents->starts++;
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
}

/* Questions of which nothing was told yet have another chance. */
static bool
has_another(struct resident *resident)
{
	struct ask *ask, *next;

	for (ask = TAILQ_FIRST(&resident->asks); ask != NULL; ask = next) {
		next = TAILQ_NEXT(ask, all);
		if (ask->told || ask->deaths++ > 0)
			resident_finish(resident, ask, RESIDENT_GONE);
	}
	return !TAILQ_EMPTY(&resident->asks);
}

static void
on_child_end(void *arg, const struct child_end *end)
{
	struct resident *resident = arg;

	log_warn(log_id, "ended", "why=%d code=%d memory=%" PRIu64 " last=%s",
	    (int)end->why, end->code, end->memory, LOG_QUOTE(end->last));
	resident->residents->deaths++;
	if (!resident->ready)
		resident->failures++;
	end_child(resident);
	put_off(resident);
	if (has_another(resident))
		resident_start(resident);
}

/* ----- of a scope ----- */

void
resident_free(struct resident *resident)
{
	struct ask *ask;

	TAILQ_REMOVE(&resident->residents->all, resident, all);
	end_child(resident);
	while ((ask = TAILQ_FIRST(&resident->asks)) != NULL)
		resident_finish(resident, ask, RESIDENT_GONE);
	free(resident->scope);
	free(resident);
}

/* One that was only just begun for a publication has not been asked yet. */
static bool
asked_lately(const struct resident *resident)
{
	uint64_t last = resident->asked_us > resident->made_us
	    ? resident->asked_us
	    : resident->made_us;

	return !TAILQ_EMPTY(&resident->asks) ||
	    clock_mono_us() - last < us(LATELY_MS);
}

/* The one that was used least recently makes room; one that was begun or asked
 * lately only for a question. */
static bool
make_room(struct residents *residents, bool asked)
{
	uint64_t most = residents->server->config->planner_residents, count = 0;
	struct resident *resident, *oldest = NULL;

	TAILQ_FOREACH(resident, &residents->all, all)
	{
		count++;
		if (!asked && asked_lately(resident))
			continue;
		if (oldest == NULL || resident->used_us < oldest->used_us)
			oldest = resident;
	}
	if (count < most)
		return true;
	if (oldest != NULL)
		resident_free(oldest);
	return oldest != NULL;
}

struct resident *
resident_of(struct residents *residents, struct span scope, bool asked)
{
	struct resident *resident;

	TAILQ_FOREACH(resident, &residents->all, all)
	if (span_is(scope, resident->scope))
		return resident;
	if (!make_room(residents, asked) && !asked)
		return NULL;
	resident = xcalloc(1, sizeof(*resident));
	resident->residents = residents;
	resident->made_us = clock_mono_us();
	resident->scope = xstrndup(scope.ptr, scope.len);
	resident->instance_fd = -1;
	TAILQ_INIT(&resident->asks);
	TAILQ_INSERT_TAIL(&residents->all, resident, all);
	return resident;
}

/* ----- the clock ----- */

/* One that does not answer is none; questions wait for those before them. */
static void
tick_stuck(struct resident *resident, uint64_t now)
{
	const struct ask *ask = TAILQ_FIRST(&resident->asks);
	uint64_t most = us(ask != NULL && ask->told ? ANSWER_MS : FIRST_MS);

	if (ask == NULL || !ask->sent || now - ask->asked_us < most ||
	    now - resident->heard_us < most)
		return;
	log_warn(log_id, "stuck", "pid=%d", (int)child_pid(resident->child));
	resident->residents->deaths++;
	resident->failures++;
	end_child(resident);
	put_off(resident);
}

static void
tick_asks(struct resident *resident, uint64_t now)
{
	struct ask *ask, *next;

	for (ask = TAILQ_FIRST(&resident->asks); ask != NULL; ask = next) {
		next = TAILQ_NEXT(ask, all);
		if (resident->child == NULL)
			resident_finish(resident, ask, RESIDENT_GONE);
		else if (!ask->sent && now - ask->asked_us >= us(START_MS))
			resident_finish(resident, ask, RESIDENT_STARTING);
	}
}

static bool
is_due(const struct resident *resident, uint64_t now)
{
	if (resident->child == NULL)
		return now >= resident->due_us;
	if (!TAILQ_EMPTY(&resident->asks))
		return false;
	/* It may refuse a kind of fact whenever it is told one. */
	if (resident->outdated &&
	    now - resident->born_us >= again_us(resident->refusals - 1))
		return true;
	return now - resident->used_us >= us(QUIET_MS) &&
	    now - resident->born_us >= us(AGE_MS);
}

void
residents_on_tick(int fd UNUSED, short what UNUSED, void *arg)
{
	struct residents *residents = arg;
	uint64_t now = clock_mono_us();
	struct resident *resident, *next;

	for (resident = TAILQ_FIRST(&residents->all); resident != NULL;
	     resident = next) {
		next = TAILQ_NEXT(resident, all);
		tick_stuck(resident, now);
		tick_asks(resident, now);
		if (store_book(residents->server->store) == NULL)
			continue;
		if (!is_wanted(resident, now))
			resident_free(resident);
		else if (is_due(resident, now))
			resident_start(resident);
	}
	if (TAILQ_EMPTY(&residents->all))
		event_del(residents->tick);
}

void
residents_arm(struct residents *residents)
{
	static const struct timeval period = {0, TICK_MS * 1000};

	if (!evtimer_pending(residents->tick, NULL) &&
	    event_add(residents->tick, &period) != 0)
		abort(); /* out of memory: small */
}
