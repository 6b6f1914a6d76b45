/* SPDX-License-Identifier: ISC */
/*
 * import_send: chunks as units of the daemon.
 *
 * A unit is refused as a whole because of one line.  That line is taken out and
 * the rest sent again; after a few of these the rest goes line by line, which
 * costs more but no longer depends on how many are wrong.  A put that is sent
 * twice changes nothing, so after a failure it is sent again.
 */
#include "tools/rota/import.h"

#include "daemon/base/backoff.h"
#include "proto/out.h"
#include "tools/rota/refusal.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum {
	UNIT_TRIES = 8,    /* lines taken out of a unit one by one */
	FAILURE_TRIES = 6, /* failures of the daemon in a row */
	WINDOW = 64,       /* single requests under way */
	PAUSE_MIN_MS = 100,
	PAUSE_MAX_MS = 5000
};

/* Counts what a unit or a single request has left as it was, and tells what was
 * done but is doubtful. */
static void
on_row(void *arg, const struct answer *row, struct span line UNUSED)
{
	struct import *import = arg;
	struct span warning = answer_value(row, "warning");
	uint64_t place;

	if (span_is(answer_value(row, "unchanged"), "yes"))
		import->answer_unchanged++;
	if (warning.len == 0 ||
	    !span_to_u64(
		answer_value(row, "line"), import->chunk.count, &place) ||
	    place == 0)
		return;
	progress_wipe(&import->progress);
	complain(T("%s:%zu: loaded, but: %.*s"), import->path,
	    import->chunk.lines[place - 1].line, SPAN_ARGS(warning));
}

static enum outcome
ask_unit(struct import *import, struct session *session)
{
	struct reader reader = {.on_row = on_row, .arg = import};
	char text[64];
	struct out out = OUT(text);

	import->answer_unchanged = 0;
	out_text(&out, "batch");
	out_key_u64(&out, "n", import->chunk.count);
	if (import->options->dry_run)
		out_key_text(&out, "dry", "yes");
	out_char(&out, '\n');
	if (!session_send(session, (struct span){text, out.len}) ||
	    !session_send(
		session, (struct span){import->chunk.text, import->chunk.len}))
		return OUTCOME_FAIL;
	return session_answer(session, &reader);
}

/* ----- failures ----- */

/* Whether what failed is to be tried again; waits a little if so. */
static bool
may_try_again(struct import *import, struct backoff *backoff, unsigned *tries)
{
	const struct session *session = import->rota->session;
	const struct answer *closing =
	    session != NULL ? session_closing(session) : NULL;

	if ((closing != NULL &&
		!span_is(answer_value(closing, "retry"), "yes")) ||
	    (session != NULL && session_interrupted(session)))
		return false;
	if (++*tries > FAILURE_TRIES)
		return false;
	progress_wipe(&import->progress);
	if (closing != NULL) {
		refusal_say(closing, import->path);
		complain("%s", T("trying again"));
	}
	(void)poll(NULL, 0, (int)backoff_next(backoff));
	return true;
}

/* Asks until the daemon has judged it; without session or closing line the
 * result is OUTCOME_FAIL. */
static enum outcome
ask_until_judged(struct import *import,
    enum outcome (*ask)(struct import *, struct session *))
{
	struct backoff backoff;
	unsigned tries = 0;
	enum outcome outcome;

	backoff_init(&backoff, PAUSE_MIN_MS, PAUSE_MAX_MS);
	do {
		struct session *session = rota_session(import->rota, &outcome);

		if (session == NULL && outcome != OUTCOME_FAIL)
			return outcome; /* a token or address that is wrong */
		if (session != NULL)
			outcome = ask(import, session);
	} while (
	    outcome == OUTCOME_FAIL && may_try_again(import, &backoff, &tries));
	return outcome;
}

static const struct answer *
closing_of(const struct import *import)
{
	return import->rota->session != NULL
	    ? session_closing(import->rota->session)
	    : NULL;
}

/* The place that a refusal names, from 0; -1: none. */
static long
refused_place(const struct import *import, const struct answer *closing)
{
	uint64_t number;

	if (closing == NULL ||
	    !span_to_u64(
		answer_value(closing, "line"), import->chunk.count, &number) ||
	    number == 0)
		return -1;
	return (long)number - 1;
}

/* Every line would be refused for the same reason. */
static bool
is_hopeless(const struct answer *closing)
{
	return closing != NULL && span_is(closing->word[0], "no") &&
	    (span_is(closing->word[1], "role") ||
		span_is(closing->word[1], "auth"));
}

static enum outcome
stop(const struct import *import, enum outcome outcome)
{
	const struct answer *closing = closing_of(import);

	if (closing != NULL)
		refusal_say(closing, import->path);
	return outcome;
}

static void
count_loaded(struct import *import, uint64_t count)
{
	import->loaded += count;
	import->unchanged += import->answer_unchanged;
}

/* ----- one by one ----- */

/* Sends some requests without waiting for their answers. */
static bool
send_window(struct import *import, struct session *session, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!session_send(session, chunk_request(&import->chunk, i)) ||
		    (import->options->dry_run &&
			!session_send(session, SPAN(" dry=yes"))) ||
		    !session_send(session, SPAN("\n")))
			return false;
	}
	return true;
}

/* The answer to the request at a place of the chunk. */
static enum outcome
take_answer(struct import *import, struct session *session, size_t place)
{
	enum outcome outcome = session_answer(session, NULL);
	const struct answer *closing = session_closing(session);

	if (outcome == OUTCOME_FAIL || is_hopeless(closing))
		return outcome == OUTCOME_FAIL ? OUTCOME_FAIL : OUTCOME_NO;
	import->answer_unchanged = 0;
	on_row(import, closing, (struct span){NULL, 0});
	if (outcome == OUTCOME_OK)
		count_loaded(import, 1);
	else
		import_refuse(import, import->chunk.lines[place].line, closing);
	return OUTCOME_OK;
}

/* The answers, in order.  What has been judged leaves the chunk. */
static enum outcome
ask_window(struct import *import, struct session *session)
{
	size_t count =
	    import->chunk.count < WINDOW ? import->chunk.count : WINDOW;
	enum outcome outcome = OUTCOME_OK;
	size_t judged = 0;

	if (!send_window(import, session, count))
		return OUTCOME_FAIL;
	while (judged < count && outcome == OUTCOME_OK) {
		outcome = take_answer(import, session, judged);
		judged += outcome == OUTCOME_OK ? 1 : 0;
	}
	chunk_drop(&import->chunk, judged);
	if (judged + 1 < count) {
		/* answers to what is under way would be taken for others */
		(void)stop(import, outcome);
		rota_hang_up(import->rota);
	}
	return outcome;
}

static enum outcome
send_singly(struct import *import)
{
	while (import->chunk.count > 0) {
		enum outcome outcome = ask_until_judged(import, ask_window);

		if (outcome != OUTCOME_OK)
			return stop(import, outcome);
	}
	return OUTCOME_OK;
}

/* ----- as a unit ----- */

enum outcome
import_send(struct import *import)
{
	for (unsigned tries = 0; import->chunk.count > 0; tries++) {
		const struct answer *closing;
		enum outcome outcome;
		long place;

		if (tries == UNIT_TRIES)
			return send_singly(import);
		outcome = ask_until_judged(import, ask_unit);
		if (outcome == OUTCOME_OK) {
			count_loaded(import, import->chunk.count);
			break;
		}
		closing = closing_of(import);
		if (closing != NULL &&
		    span_is(closing->word[1], "not-in-batch"))
			return send_singly(import);
		place = refused_place(import, closing);
		if (outcome == OUTCOME_FAIL || place < 0 ||
		    is_hopeless(closing))
			return stop(import, outcome);
		import_refuse(import, import->chunk.lines[place].line, closing);
		chunk_remove(&import->chunk, (size_t)place);
	}
	chunk_clear(&import->chunk);
	return OUTCOME_OK;
}

enum outcome
import_send_whole(struct import *import)
{
	enum outcome outcome = ask_until_judged(import, ask_unit);
	const struct answer *closing = closing_of(import);
	long place = refused_place(import, closing);

	if (outcome == OUTCOME_OK)
		count_loaded(import, import->chunk.count);
	else if (outcome == OUTCOME_FAIL || place < 0)
		return stop(import, outcome);
	else
		import_refuse(import, import->chunk.lines[place].line, closing);
	return outcome == OUTCOME_OK ? OUTCOME_OK : OUTCOME_NO;
}
