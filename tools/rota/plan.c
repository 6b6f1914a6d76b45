/* SPDX-License-Identifier: ISC */
/*
 * plan: has the planner propose how to fill a period, shows how that comes
 * along, and tells what came of it.
 */
#include "tools/rota/command.h"

#include "proto/out.h"
#include "tools/rota/asked.h"
#include "tools/rota/cell.h"
#include "tools/rota/plan_follow.h"
#include "tools/rota/refusal.h"
#include "tools/rota/view.h"

#include <stdio.h>
#include <string.h>

enum { WEEK = 7, DAYS = 28 /* that a plan has unless told */ };

static bool
add_day(struct asked *asked, const char *key, int32_t day)
{
	char text[16];
	struct out out = OUT(text);

	out_day(&out, day);
	return asked_add(asked, key, (struct span){text, out.len});
}

/* Without days the next four weeks from Monday; four weeks from one day. */
static bool
add_days(struct asked *asked)
{
	const char *told = asked_value(asked, "from");
	int32_t today = day_today(), from;

	from = today + WEEK - (int32_t)weekday_of(today);
	if (told == NULL && !add_day(asked, "from", from))
		return false;
	if (asked_value(asked, "to") != NULL)
		return true;
	if (told != NULL && !day_of_word(told, today, &from) &&
	    !span_to_day(span_of(told), &from))
		return true; /* the daemon says what is wrong with it */
	return add_day(asked, "to", from + DAYS - 1);
}

/* Asks for a plan; its id is in the job then. */
static enum outcome
start(struct rota *rota, const struct asked *asked, struct plan_job *job)
{
	struct reader reader = {.on_row = NULL};
	enum outcome outcome = OUTCOME_FAIL;
	struct session *session = rota_session(rota, &outcome);
	const struct answer *closing;

	if (session == NULL)
		return outcome;
	outcome = session_ask(
	    session, (struct span){asked->line, asked->len}, &reader);
	closing = session_closing(session);
	if (closing == NULL)
		return outcome;
	refusal_say(closing, NULL);
	span_copy(answer_value(closing, "plan"), job->id, sizeof(job->id));
	return outcome;
}

/* What "plan show" answers, for people or programs. */
static enum outcome
show(struct rota *rota, const struct options *options, struct plan_job *job)
{
	char *words[1] = {job->id};
	struct verb_view view;
	struct asked asked;
	enum outcome outcome;

	if (!verbs_known("plan show", &view))
		return OUTCOME_FAIL;
	outcome = asked_build(&asked, &view, "plan", words, 1);
	return outcome == OUTCOME_OK ? view_ask(rota, options, &asked)
				     : outcome;
}

/* What became of it; there may be a proposal although it was cancelled. */
static enum outcome
tell(struct rota *rota, const struct options *options, struct plan_job *job)
{
	if (strcmp(job->state, "failed") == 0) {
		complain(T("there is no plan (%s): %s"), job->error,
		    job->reason[0] != '\0' ? job->reason : "-");
		return OUTCOME_FAIL;
	}
	if (strcmp(job->state, "cancelled") == 0 && job->cost[0] == '\0') {
		complain("%s", T("cancelled before there was a plan"));
		return OUTCOME_NO;
	}
	if (options->quiet && options->format == FORMAT_TABLE) {
		puts(job->id);
		return OUTCOME_OK;
	}
	return show(rota, options, job);
}

enum outcome
command_plan(struct rota *rota, const struct options *options,
    const struct arguments *arguments)
{
	struct plan_job job = {.id = ""};
	struct verb_view view;
	struct asked asked;
	enum outcome outcome;

	if (!verbs_known("plan start", &view))
		return OUTCOME_FAIL;
	outcome = asked_build(
	    &asked, &view, "from to", arguments->word, arguments->count);
	if (outcome != OUTCOME_OK)
		return outcome;
	if (!add_days(&asked) ||
	    (options->dry_run && !asked_add(&asked, "dry", SPAN("yes")))) {
		complain(
		    T("the request is longer than %d bytes"), PROTO_LINE_MAX);
		return OUTCOME_USAGE;
	}
	if (options->dry_run || asked_value(&asked, "dry") != NULL)
		return view_ask(rota, options, &asked);
	outcome = start(rota, &asked, &job);
	if (outcome != OUTCOME_OK)
		return outcome;
	outcome = plan_follow(rota, options, &job);
	if (outcome == OUTCOME_OK)
		return tell(rota, options, &job);
	complain(T("it goes on: see \"rota plan show plan=%s\""), job.id);
	return outcome;
}
