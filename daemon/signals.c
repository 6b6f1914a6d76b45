/* SPDX-License-Identifier: ISC */
/*
 * signals: one event per signal; nothing runs inside a signal handler.
 */
#include "daemon/signals.h"

#include "daemon/base/log.h"
#include "daemon/base/mem.h"

#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>

struct signals {
	struct signals_hooks hooks;
	void *arg;
	struct event *hup, *term, *interrupt;
};

static void
on_signal(evutil_socket_t number, short what UNUSED, void *arg)
{
	struct signals *signals = arg;

	switch (number) {
	case SIGHUP:
		log_info("signals", "hup", "");
		signals->hooks.on_hup(signals->arg);
		break;
	case SIGTERM:
		log_info("signals", "term", "");
		signals->hooks.on_term(signals->arg);
		break;
	default:
		log_info("signals", "int", "");
		signals->hooks.on_int(signals->arg);
		break;
	}
}

static struct event *catch (
    struct signals *signals, struct event_base *base, int number)
{
	struct event *event = evsignal_new(base, number, on_signal, signals);

	if (event == NULL || event_add(event, NULL) != 0)
		abort(); /* out of memory: small, and at the start */
	return event;
}

struct signals *
signals_new(
    struct event_base *base, const struct signals_hooks *hooks, void *arg)
{
	struct signals *signals = xcalloc(1, sizeof(*signals));

	(void)signal(SIGPIPE, SIG_IGN);
	/* What holds again after signals_free(): the process is at its end
	 * then, and being asked once more is no reason to die by a signal. */
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGINT, SIG_IGN);
	signals->hooks = *hooks;
	signals->arg = arg;
	signals->hup = catch (signals, base, SIGHUP);
	signals->term = catch (signals, base, SIGTERM);
	signals->interrupt = catch (signals, base, SIGINT);
	return signals;
}

void
signals_free(struct signals *signals)
{
	if (signals == NULL)
		return;
	event_free(signals->hup);
	event_free(signals->term);
	event_free(signals->interrupt);
	free(signals);
}
