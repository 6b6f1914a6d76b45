/* SPDX-License-Identifier: ISC */
/* plan_follow: see plan_follow.h. */
#include "tools/rota/plan_follow.h"

#include "daemon/base/backoff.h"
#include "daemon/base/clock.h"
#include "proto/out.h"
#include "tools/rota/refusal.h"
#include "tools/rota/words.h"

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
	PAUSE_MIN_MS = 200,
	PAUSE_MAX_MS = 5000,
	TICK_MS = 500,     /* the clock of the live line */
	PLAIN_MS = 5000,   /* between two plain lines */
	REQUEST_MAX = 128, /* a verb and an id */
	MS = 1000,
	MINUTE = 60
};

struct follow {
	struct rota *rota;
	struct plan_job *job;
	int signals; /* a descriptor */
	sigset_t before;
	bool quiet, live;  /* nothing is said; in one line */
	bool shown;        /* that line stands there */
	bool stop, asked;  /* its end is wanted; the daemon has been told */
	bool left;         /* nobody waits any more */
	uint64_t heard_ms; /* when took_ms was so much */
	uint64_t told_ms;  /* the last plain line */
	bool told_any;
	char told[PLAN_WORD_MAX + 1]; /* its state */
};

static uint64_t
now_ms(void)
{
	return clock_mono_us() / MS;
}

static bool
is_over(const struct plan_job *job)
{
	return job->state[0] != '\0' && strcmp(job->state, "queued") != 0 &&
	    strcmp(job->state, "running") != 0;
}

/* ----- signals ----- */

static void
catch_signals(struct follow *follow)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &set, &follow->before);
	follow->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (follow->signals == -1)
		abort();
}

static void
release_signals(struct follow *follow)
{
	(void)close(follow->signals);
	(void)sigprocmask(SIG_SETMASK, &follow->before, NULL);
}

/* Waits for the session (NULL: for nothing but time) or a signal. */
static void
await(struct follow *follow, const struct session *session, int ms)
{
	struct pollfd at[2] = {{.fd = follow->signals, .events = POLLIN},
	    {.fd = session != NULL ? session_fd(session) : -1,
		.events = POLLIN}};
	struct signalfd_siginfo info;

	(void)poll(at, 2, ms);
	while (read(follow->signals, &info, sizeof(info)) == sizeof(info)) {
		if (follow->stop)
			follow->left = true;
		follow->stop = true;
	}
}

/* ----- what is shown ----- */

/* "phase 214, cost 5933071, within 0.640 % of the best". */
static void
progress_text(const struct plan_job *job, char *text, size_t size)
{
	if (strcmp(job->state, "queued") == 0)
		(void)snprintf(
		    text, size, "%s", T("waiting for the plans before it"));
	else if (job->cost[0] == '\0')
		(void)snprintf(text, size, "%s", T("reading the facts"));
	else if (job->gap[0] == '\0')
		(void)snprintf(text, size, T("phase %" PRIu64 ", cost %s"),
		    job->phases, job->cost);
	else
		(void)snprintf(text, size,
		    T("phase %" PRIu64 ", cost %s, within %s %% of the best"),
		    job->phases, job->cost, job->gap);
}

/* A terminal that can go back to the beginning of its line. */
static bool
can_draw(void)
{
	const char *name = getenv("TERM");

	return isatty(STDERR_FILENO) == 1 && name != NULL && *name != '\0' &&
	    strcmp(name, "dumb") != 0;
}

static void
wipe(struct follow *follow)
{
	if (!follow->shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	follow->shown = false;
}

static void
draw(struct follow *follow, const char *text, uint64_t seconds)
{
	struct term term;
	char line[256];
	size_t len, used;

	term_look(&term, STDERR_FILENO, COLOUR_NEVER);
	(void)snprintf(line, sizeof(line),
	    "%" PRIu64 ":%02" PRIu64 "  %s  (%s)", seconds / MINUTE,
	    seconds % MINUTE, text,
	    follow->stop ? T("ending") : T("Ctrl-C ends it"));
	len = text_fit(span_of(line), term.width - 1, &used);
	fprintf(stderr, "\r\033[K%.*s", (int)len, line);
	fflush(stderr);
	follow->shown = true;
}

static void
show(struct follow *follow)
{
	const struct plan_job *job = follow->job;
	uint64_t now = now_ms(), ms = job->took_ms;
	char text[200];

	if (follow->quiet || job->state[0] == '\0' || is_over(job))
		return;
	if (strcmp(job->state, "running") == 0)
		ms += now - follow->heard_ms;
	progress_text(job, text, sizeof(text));
	if (follow->live) {
		draw(follow, text, ms / MS);
		return;
	}
	if (follow->told_any && strcmp(follow->told, job->state) == 0 &&
	    now - follow->told_ms < PLAIN_MS)
		return;
	follow->told_any = true;
	follow->told_ms = now;
	memcpy(follow->told, job->state, sizeof(follow->told));
	fprintf(stderr, T("%s, %" PRIu64 " s\n"), text, ms / MS);
}

/* ----- what comes ----- */

static void
take_number(const struct answer *line, const char *key, uint64_t *number)
{
	uint64_t value;

	if (span_to_u64(answer_value(line, key), UINT64_MAX, &value))
		*number = value;
}

static void
take_word(const struct answer *line, const char *key, char *text, size_t size)
{
	struct span value = answer_value(line, key);

	if (value.len > 0)
		span_copy(value, text, size);
}

static void
take(struct follow *follow, const struct answer *line)
{
	struct plan_job *job = follow->job;

	if (!span_is(answer_value(line, "plan"), job->id))
		return;
	take_word(line, "state", job->state, sizeof(job->state));
	take_word(line, "error", job->error, sizeof(job->error));
	take_word(line, "reason", job->reason, sizeof(job->reason));
	take_word(line, "cost", job->cost, sizeof(job->cost));
	take_word(line, "bound-gap", job->gap, sizeof(job->gap));
	take_number(line, "phases", &job->phases);
	take_number(line, "took-ms", &job->took_ms);
	take_number(line, "lines", &job->lines);
	follow->heard_ms = now_ms();
}

static void
on_push(void *arg, const struct answer *push, struct span line UNUSED)
{
	if (span_is(push->word[0], "plan"))
		take(arg, push);
}

/* A request about the job; what its answer says is taken. */
static enum outcome
ask(struct follow *follow, struct session *session, const char *verb)
{
	struct reader reader = {.on_push = on_push, .push_arg = follow};
	char text[REQUEST_MAX];
	struct out out = OUT(text);
	enum outcome outcome;

	out_text(&out, verb);
	out_key_text(&out, "plan", follow->job->id);
	outcome = session_ask(session, (struct span){text, out.len}, &reader);
	if (session_closing(session) == NULL)
		return OUTCOME_FAIL;
	if (outcome == OUTCOME_OK) {
		take(follow, session_closing(session));
		return OUTCOME_OK;
	}
	wipe(follow);
	refusal_say(session_closing(session), NULL);
	return outcome;
}

/* Until it is over, the connection breaks or nobody waits any more. */
static enum outcome
listen_to(struct follow *follow, struct session *session)
{
	while (!is_over(follow->job) && !follow->left) {
		const struct answer *push;
		struct span line;
		enum link_news news = session_push(session, &push, &line, 0);

		if (news == LINK_LOST)
			return OUTCOME_FAIL;
		if (news == LINK_LINE) {
			on_push(follow, push, line);
			continue;
		}
		if (follow->stop && !follow->asked) {
			enum outcome outcome =
			    ask(follow, session, "plan cancel");

			if (outcome != OUTCOME_OK)
				return outcome;
			follow->asked = true;
			continue;
		}
		show(follow);
		await(follow, session, TICK_MS);
	}
	return OUTCOME_OK;
}

/* One connection: OUTCOME_FAIL means another one may do better. */
static enum outcome
connect_and_listen(struct follow *follow, struct backoff *backoff)
{
	enum outcome outcome;
	struct session *session = rota_session(follow->rota, &outcome);

	if (session == NULL)
		return outcome;
	/* our own descriptor tells of signals now */
	session_set_interrupt(session, -1);
	outcome = ask(follow, session, "plan watch");
	if (outcome != OUTCOME_OK)
		return outcome;
	backoff_reset(backoff);
	outcome = listen_to(follow, session);
	if (outcome == OUTCOME_FAIL && !session_is_open(session)) {
		wipe(follow);
		complain(
		    T("the connection has ended: %s"), session_why(session));
	}
	if (session_is_open(session))
		session_set_interrupt(session, follow->rota->interrupt);
	return outcome;
}

static enum outcome
run(struct follow *follow)
{
	struct backoff backoff;
	enum outcome outcome = OUTCOME_FAIL;

	backoff_init(&backoff, PAUSE_MIN_MS, PAUSE_MAX_MS);
	while (!follow->left) {
		outcome = connect_and_listen(follow, &backoff);
		if (outcome != OUTCOME_FAIL || follow->left || follow->stop)
			break;
		await(follow, NULL, (int)backoff_next(&backoff));
	}
	return follow->left ? OUTCOME_NO : outcome;
}

enum outcome
plan_follow(
    struct rota *rota, const struct options *options, struct plan_job *job)
{
	struct follow follow = {.rota = rota,
	    .job = job,
	    .quiet = options->quiet || options->format != FORMAT_TABLE,
	    .live = can_draw(),
	    .heard_ms = now_ms()};
	enum outcome outcome;

	catch_signals(&follow);
	outcome = run(&follow);
	wipe(&follow);
	release_signals(&follow);
	return outcome;
}
