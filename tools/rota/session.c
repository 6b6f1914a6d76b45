/* SPDX-License-Identifier: ISC */
/* session: see session.h. */
#include "tools/rota/session.h"

#include "daemon/base/mem.h"
#include "proto/limits.h"
#include "tools/rota/refusal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHY_SIZE = 512 };

struct session {
	struct link *link;
	int patience_ms;
	bool has_closing;
	char why[WHY_SIZE];    /* "" until it ended */
	struct answer line;    /* the last one read */
	struct answer closing; /* of the text below */
	char text[PROTO_LINE_MAX];
};

enum outcome
outcome_of(const struct answer *closing)
{
	if (span_is(closing->word[0], "ok"))
		return OUTCOME_OK;
	if (span_is(closing->word[0], "no"))
		return OUTCOME_NO;
	if (span_is(closing->word[0], "bad"))
		return OUTCOME_USAGE;
	return OUTCOME_FAIL;
}

/* ----- the end ----- */

static const char *
bye_text(struct span reason)
{
	static const struct {
		const char *reason, *text;
	} texts[] = {
	    {"stopping", N("the daemon is stopping")},
	    {"idle", N("nothing was asked for too long")},
	    {"handshake", N("authenticating took too long")},
	    {"unread", N("answers were not read fast enough")},
	    {"flood", N("too many malformed lines")},
	    {"revoked", N("the account or its token has ended")},
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (span_is(reason, texts[i].reason))
			return T(texts[i].text);
	return NULL;
}

static void
end(struct session *session, const char *why)
{
	if (session->why[0] == '\0')
		(void)snprintf(session->why, sizeof(session->why), "%s", why);
}

static void
note_bye(struct session *session)
{
	struct span reason = answer_value(&session->line, "reason");
	const char *text = bye_text(reason);

	if (text != NULL)
		end(session, text);
	else
		(void)snprintf(session->why, sizeof(session->why), "bye %.*s",
		    SPAN_ARGS(reason));
}

const char *
session_why(const struct session *session)
{
	return session->why;
}

bool
session_is_open(const struct session *session)
{
	return session->why[0] == '\0' && link_is_open(session->link);
}

int
session_fd(const struct session *session)
{
	return link_fd(session->link);
}

void
session_set_patience(struct session *session, int patience_ms)
{
	session->patience_ms = patience_ms;
}

int
session_patience(const struct session *session)
{
	return session->patience_ms;
}

void
session_set_interrupt(struct session *session, int fd)
{
	link_set_interrupt(session->link, fd);
}

bool
session_interrupted(const struct session *session)
{
	return link_interrupted(session->link);
}

/* ----- lines ----- */

/* The next line, parsed into session->line. */
static enum link_news
next_line(struct session *session, struct span *line, int patience_ms)
{
	enum link_news news = link_line(session->link, line, patience_ms);

	if (news == LINK_LOST)
		end(session, link_why(session->link));
	if (news != LINK_LINE)
		return news;
	if (!answer_parse(&session->line, *line)) {
		end(session,
		    T("the daemon sent what is no line of the "
		      "protocol"));
		return LINK_LOST;
	}
	if (session->line.marker == '!' &&
	    span_is(session->line.word[0], "bye"))
		note_bye(session);
	return LINK_LINE;
}

static void
keep_closing(struct session *session, struct span line)
{
	memcpy(session->text, line.ptr, line.len);
	session->has_closing = answer_parse(
	    &session->closing, (struct span){session->text, line.len});
}

const struct answer *
session_closing(const struct session *session)
{
	return session->has_closing ? &session->closing : NULL;
}

bool
session_send(struct session *session, struct span bytes)
{
	if (link_send(
		session->link, bytes.ptr, bytes.len, session->patience_ms))
		return true;
	/* what was said before the end */
	for (;;) {
		struct span line;

		if (next_line(session, &line, 0) != LINK_LINE)
			break;
	}
	end(session, link_why(session->link));
	complain(T("the connection has ended: %s"), session->why);
	return false;
}

static void
hand_out(struct session *session, const struct reader *reader, struct span line)
{
	if (reader == NULL)
		return;
	if (session->line.marker == '*' && reader->on_row != NULL)
		reader->on_row(reader->arg, &session->line, line);
	if (session->line.marker == '!' && reader->on_push != NULL)
		reader->on_push(reader->push_arg, &session->line, line);
}

enum outcome
session_answer(struct session *session, const struct reader *reader)
{
	struct span line;

	session->has_closing = false;
	for (;;) {
		enum link_news news =
		    next_line(session, &line, session->patience_ms);

		if (news != LINK_LINE) {
			if (news == LINK_NOTHING)
				end(session, T("no answer came in time"));
			complain(
			    T("the connection has ended: %s"), session->why);
			return OUTCOME_FAIL;
		}
		if (session->line.marker == 0)
			break;
		hand_out(session, reader, line);
	}
	keep_closing(session, line);
	return outcome_of(&session->closing);
}

enum outcome
session_ask(
    struct session *session, struct span request, const struct reader *reader)
{
	session->has_closing = false;
	if (!session_send(session, request) ||
	    !session_send(session, SPAN("\n")))
		return OUTCOME_FAIL;
	return session_answer(session, reader);
}

enum link_news
session_push(struct session *session, const struct answer **push,
    struct span *line, int patience_ms)
{
	for (;;) {
		enum link_news news = next_line(session, line, patience_ms);

		if (news != LINK_LINE)
			return news;
		if (session->why[0] != '\0')
			return LINK_LOST;
		if (session->line.marker != '!')
			continue;
		*push = &session->line;
		return LINK_LINE;
	}
}

/* ----- beginning ----- */

/* The greeting; whether the system has vouched for us is told. */
static bool
greet(struct session *session, const struct session_options *options,
    bool *is_peer)
{
	const char *server = options->server;
	struct span line;
	enum link_news news = next_line(session, &line, session->patience_ms);

	if (news == LINK_NOTHING)
		end(session, T("no greeting came in time"));
	if (news != LINK_LINE && !options->tls && !options->target->is_unix) {
		complain(T("%s: %s; if it expects TLS there, add --tls"),
		    server, session->why);
		return false;
	}
	if (news != LINK_LINE) {
		complain("%s: %s", server, session->why);
		return false;
	}
	if (session->line.marker != '!' ||
	    !span_is(session->line.word[0], "rota")) {
		complain(T("%s: this is no rota daemon"), server);
		return false;
	}
	if (!span_is(answer_value(&session->line, "protocol"), "1")) {
		complain(T("%s: the daemon speaks another version of the "
			   "protocol"),
		    server);
		return false;
	}
	*is_peer = span_is(answer_value(&session->line, "auth"), "peer");
	return true;
}

static enum outcome
set_up(struct session *session, const struct session_options *options,
    bool is_peer)
{
	char text[PROTO_LONG_MAX];
	enum outcome outcome = OUTCOME_OK;

	if (options->lang == LANG_FR)
		outcome = session_ask(session, SPAN("lang lang=fr"), NULL);
	if (outcome == OUTCOME_OK && options->token != NULL &&
	    (!is_peer || options->token_wanted)) {
		(void)snprintf(
		    text, sizeof(text), "auth token=%s", options->token);
		outcome = session_ask(session, span_of(text), NULL);
	}
	if (outcome != OUTCOME_OK && session->has_closing)
		refusal_say(&session->closing, NULL);
	return outcome;
}

struct session *
session_open(const struct session_options *options, enum outcome *why)
{
	struct session *session = xcalloc(1, sizeof(*session));
	bool is_peer = false;

	*why = OUTCOME_FAIL;
	session->patience_ms = options->patience_ms;
	session->link = link_open(options->target, options->tls, options->ca,
	    options->interrupt, options->patience_ms);
	if (!link_is_open(session->link)) {
		complain("%s: %s", options->server, link_why(session->link));
		session_free(session);
		return NULL;
	}
	if (greet(session, options, &is_peer))
		*why = set_up(session, options, is_peer);
	if (*why != OUTCOME_OK) {
		session_free(session);
		return NULL;
	}
	return session;
}

void
session_free(struct session *session)
{
	if (session == NULL)
		return;
	link_free(session->link);
	free(session);
}
