/* SPDX-License-Identifier: ISC */
/*
 * watch: changes as they are pushed - as lines, or on a terminal as the week of
 * what is watched, drawn anew in place.
 *
 * A connection that breaks is opened again, ever later, and the watch goes on
 * behind the last cursor, so that nothing is missed and nothing told twice.
 */
#include "tools/rota/command.h"

#include "daemon/base/backoff.h"
#include "proto/out.h"
#include "tools/rota/asked.h"
#include "tools/rota/record.h"
#include "tools/rota/refusal.h"
#include "tools/rota/screen.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { PAUSE_MIN_MS = 200, PAUSE_MAX_MS = 30000 };

struct watch {
	struct rota *rota;
	const struct options *options;
	struct asked asked;
	struct verb_view view;
	char cursor[PROTO_LONG_MAX + 1]; /* up to which all was told */
	int signals;                     /* a descriptor */
	sigset_t before;
	bool over; /* somebody interrupted */
	bool resized;
	struct screen screen;
};

/* ----- signals ----- */

static void
catch_signals(struct watch *watch)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGWINCH);
	(void)sigprocmask(SIG_BLOCK, &set, &watch->before);
	watch->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (watch->signals == -1)
		abort();
}

static void
release_signals(struct watch *watch)
{
	(void)close(watch->signals);
	(void)sigprocmask(SIG_SETMASK, &watch->before, NULL);
}

/* Waits for the session (NULL: for nothing but time) or a signal. */
static void
await(struct watch *watch, const struct session *session, int ms)
{
	struct pollfd at[2] = {{.fd = watch->signals, .events = POLLIN},
	    {.fd = session != NULL ? session_fd(session) : -1,
		.events = POLLIN}};
	struct signalfd_siginfo info;

	(void)poll(at, 2, ms);
	while (read(watch->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGWINCH)
			watch->resized = true;
		else
			watch->over = true;
	}
}

/* ----- pushed lines ----- */

static void
print_json(const struct answer *push)
{
	fputs("{\"push\":", stdout);
	json_text(stdout, push->word[0]);
	for (unsigned i = 0; i < push->count; i++) {
		putchar(',');
		json_text(stdout, push->pairs[i].key);
		putchar(':');
		json_text(stdout, push->pairs[i].value);
	}
	puts("}");
}

static void
print_push(struct watch *watch, const struct answer *push)
{
	static const char *const none[] = {NULL};

	if (watch->options->format == FORMAT_JSON) {
		print_json(push);
	} else {
		printf("%.*s ", SPAN_ARGS(push->word[0]));
		pairs_print(stdout, push, none);
		putchar('\n');
	}
	fflush(stdout);
}

/* What a pushed line means to us; the others are for people. */
static void
take_push(struct watch *watch, const struct answer *push)
{
	struct span kind = push->word[0];
	struct span cursor =
	    answer_value(push, span_is(kind, "cursor") ? "value" : "cursor");

	if (span_is(kind, "cursor") || span_is(kind, "heartbeat") ||
	    span_is(kind, "reset"))
		span_copy(cursor, watch->cursor, sizeof(watch->cursor));
	if (span_is(kind, "cursor") || span_is(kind, "heartbeat"))
		return;
	if (watch->screen.wanted)
		watch->screen.stale = true;
	else
		print_push(watch, push);
	if (span_is(kind, "reset") && !watch->screen.wanted)
		complain("%s",
		    T("the history was replaced, or rights have "
		      "changed: read again what matters"));
}

static void
on_push(void *arg, const struct answer *push, struct span line UNUSED)
{
	take_push(arg, push);
}

/* ----- the connection ----- */

/* The request, behind the cursor if there is one. */
static enum outcome
ask_watch(struct watch *watch, struct session *session)
{
	char text[PROTO_LINE_MAX];
	struct out out = OUT(text);
	struct reader reader = {.on_push = on_push, .push_arg = watch};

	out_bytes(&out, watch->asked.line, watch->asked.len);
	if (watch->cursor[0] != '\0')
		out_key_text(&out, "after", watch->cursor);
	return session_ask(session, (struct span){text, out.len}, &reader);
}

/* Whether the daemon cannot tell what came after our cursor. */
static bool
is_lost(const struct watch *watch, const struct answer *closing)
{
	return closing != NULL && watch->cursor[0] != '\0' &&
	    span_is(closing->word[0], "no") &&
	    (span_is(closing->word[1], "cursor") ||
		span_is(closing->word[1], "limit"));
}

static enum outcome
subscribe(struct watch *watch, struct session *session)
{
	enum outcome outcome = ask_watch(watch, session);
	const struct answer *closing = session_closing(session);

	if (is_lost(watch, closing)) {
		complain("%s",
		    T("what happened meanwhile cannot be told: read "
		      "again what matters"));
		watch->cursor[0] = '\0';
		outcome = ask_watch(watch, session);
		closing = session_closing(session);
	}
	if (closing == NULL)
		return outcome;
	refusal_say(closing, NULL);
	if (outcome == OUTCOME_OK && watch->cursor[0] == '\0')
		span_copy(answer_value(closing, "cursor"), watch->cursor,
		    sizeof(watch->cursor));
	return outcome;
}

/* Takes what is pushed until the connection or our time is over. */
static void
follow(struct watch *watch, struct session *session)
{
	struct reader reader = {.on_push = on_push, .push_arg = watch};

	while (!watch->over) {
		const struct answer *push;
		struct span line;
		enum link_news news = session_push(session, &push, &line, 0);

		if (news == LINK_LOST)
			return;
		if (news == LINK_LINE) {
			take_push(watch, push);
			continue;
		}
		if (watch->screen.wanted &&
		    (watch->screen.stale || watch->resized)) {
			watch->resized = false;
			if (screen_draw(&watch->screen, watch->rota,
				watch->options, &reader) == OUTCOME_FAIL)
				return;
			continue;
		}
		await(watch, session, -1);
	}
}

/* One connection: OUTCOME_FAIL means another one may do better. */
static enum outcome
connect_and_follow(struct watch *watch, struct backoff *backoff)
{
	enum outcome outcome;
	struct session *session = rota_session(watch->rota, &outcome);

	if (session == NULL)
		return outcome;
	/* our own descriptor tells of signals now */
	session_set_interrupt(session, -1);
	outcome = subscribe(watch, session);
	if (outcome != OUTCOME_OK)
		return outcome;
	backoff_reset(backoff);
	watch->screen.stale = true;
	follow(watch, session);
	if (watch->over)
		return OUTCOME_OK;
	complain(T("the connection has ended: %s"), session_why(session));
	return OUTCOME_FAIL;
}

/* The first connection must succeed; later ones are waited for. */
static enum outcome
run(struct watch *watch)
{
	struct backoff backoff;
	bool first = true;

	backoff_init(&backoff, PAUSE_MIN_MS, PAUSE_MAX_MS);
	while (!watch->over) {
		enum outcome outcome = connect_and_follow(watch, &backoff);

		if (outcome == OUTCOME_NO || outcome == OUTCOME_USAGE ||
		    (first && watch->cursor[0] == '\0' &&
			outcome == OUTCOME_FAIL))
			return outcome;
		first = false;
		if (!watch->over)
			await(watch, NULL, (int)backoff_next(&backoff));
	}
	return OUTCOME_OK;
}

enum outcome
command_watch(struct rota *rota, const struct options *options,
    const struct arguments *arguments)
{
	struct watch watch = {.rota = rota, .options = options};
	struct verb_view *view = &watch.view;
	enum outcome outcome;

	if (!verbs_known("watch", view) || options->format == FORMAT_CSV) {
		complain("%s", T("watch prints lines or JSON, not CSV"));
		return OUTCOME_USAGE;
	}
	outcome = asked_build(
	    &watch.asked, view, "territory", arguments->word, arguments->count);
	if (outcome != OUTCOME_OK)
		return outcome;
	screen_init(&watch.screen, &watch.asked, options);
	catch_signals(&watch);
	outcome = run(&watch);
	release_signals(&watch);
	/* what is pushed from now on nobody waits for */
	rota_hang_up(rota);
	screen_fini(&watch.screen);
	return outcome;
}
