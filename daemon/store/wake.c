/* SPDX-License-Identifier: ISC */
/*
 * wake: see wake.h.
 */
#include "daemon/store/wake.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/store/feed.h"
#include "daemon/store/pgsession.h"

#include <event2/event.h>
#include <stdlib.h>

struct wake {
	const struct store_options *options;
	struct feed *feed;
	struct pgsession *session;
	struct event *timer; /* when the next one may go */
	uint64_t sent_us;
	bool asked, running;
};

/* It says nothing that could be lost in a crash. */
static const char *const setup[] = {"SET synchronous_commit = off", NULL};

static const struct pgsession_statement statements[] = {
    {"notify", "NOTIFY rota_change", 0, NULL, 0},
};

static const struct pgsession_role role = {
    setup, statements, ARRAY_SIZE(statements)};

static void notify_or_wait(struct wake *wake);

static void
on_notified(void *arg, enum status status UNUSED, const PGresult *result UNUSED)
{
	struct wake *wake = arg;

	wake->running = false;
	if (wake->asked)
		notify_or_wait(wake);
}

static void
notify(struct wake *wake)
{
	wake->asked = false;
	wake->sent_us = clock_mono_us();
	wake->running = pgsession_send(wake->session, 0, NULL, on_notified,
			    wake) == STATUS_OK;
}

static void
notify_or_wait(struct wake *wake)
{
	uint64_t pause = wake->options->wake_ms * 1000;
	uint64_t passed = clock_mono_us() - wake->sent_us;
	struct timeval in = {0, 0};

	if (wake->running || event_pending(wake->timer, EV_TIMEOUT, NULL))
		return;
	if (passed >= pause) {
		/* At the end of this turn: for all that it commits. */
		event_active(wake->timer, EV_TIMEOUT, 0);
		return;
	}
	in.tv_sec = (time_t)((pause - passed) / 1000000);
	in.tv_usec = (suseconds_t)((pause - passed) % 1000000);
	event_add(wake->timer, &in);
}

static void
on_timer(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct wake *wake = arg;

	if (wake->asked && !wake->running)
		notify(wake);
}

void
wake_ask(struct wake *wake)
{
	if (wake->asked)
		return;
	wake->asked = true;
	notify_or_wait(wake);
}

static enum pgsession_hello
on_hello(
    void *arg, const PGresult *hello, const char *sqlstate, struct error *why)
{
	struct wake *wake = arg;

	return feed_judge(wake->feed, hello, sqlstate, why);
}

static void
on_ready(void *arg)
{
	struct wake *wake = arg;

	feed_ignore(wake->feed, pgsession_pid(wake->session));
	if (wake->asked)
		notify_or_wait(wake);
}

static void
on_down(void *arg, const char *why UNUSED)
{
	struct wake *wake = arg;

	feed_ignore(wake->feed, 0);
}

static const struct pgsession_hooks pgsession_hooks = {
    on_hello, on_ready, on_down, NULL};

struct wake *
wake_new(const struct store_env *env, struct feed *feed)
{
	struct wake *wake = xcalloc(1, sizeof(*wake));

	wake->options = env->options;
	wake->feed = feed;
	wake->timer = evtimer_new(env->base, on_timer, wake);
	if (wake->timer == NULL)
		abort();
	wake->session =
	    pgsession_new(env, "store/wake", &role, &pgsession_hooks, wake);
	return wake;
}

void
wake_free(struct wake *wake)
{
	if (wake == NULL)
		return;
	wake->asked = false;
	pgsession_free(wake->session, STATUS_STOPPING);
	event_free(wake->timer);
	free(wake);
}

void
wake_start(struct wake *wake)
{
	pgsession_start(wake->session);
}

void
wake_restart(struct wake *wake, const char *why)
{
	pgsession_restart(wake->session, why);
}
