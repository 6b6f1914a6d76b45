/* SPDX-License-Identifier: ISC */
/*
 * session: a link on which the greeting has been read, the account
 * authenticated and the language set: requests out, answers in.
 */
#ifndef ROTA_SESSION_H
#define ROTA_SESSION_H

#include "proto/request.h"
#include "tools/rota/link.h"
#include "tools/rota/words.h"

struct session;

struct session_options {
	const char *server; /* for complaints */
	const struct target *target;
	bool tls;
	const char *ca;    /* or NULL */
	const char *token; /* or NULL */
	/* The token is used even where the system vouches for us. */
	bool token_wanted;
	enum lang lang;
	int interrupt;   /* see link_set_interrupt() */
	int patience_ms; /* for connecting, and for each line of an answer */
};

/* NULL after a complaint, with the exit status for it. */
struct session *session_open(
    const struct session_options *options, enum outcome *why) MUST_CHECK;
void session_free(struct session *session);
/* Whether requests can still be sent, as far as is known. */
bool session_is_open(const struct session *session);
int session_fd(const struct session *session);

/* Who reads the lines of answers; any may be NULL. */
struct reader {
	/* A data line; both are lent for the call. */
	void (*on_row)(void *arg, const struct answer *row, struct span line);
	void *arg;
	/* A pushed line between them. */
	void (*on_push)(
	    void *push_arg, const struct answer *push, struct span line);
	void *push_arg;
};

/*
 * Sends one request (or several lines of a batch, parted by LF) without its
 * last LF, and reads its answer.  What the class of the closing line means;
 * OUTCOME_FAIL also when the connection broke, which has been complained about.
 */
enum outcome session_ask(struct session *session, struct span request,
    const struct reader *reader) MUST_CHECK;
/* The closing line of the last answer, lent until the next request; NULL when
 * there was none. */
const struct answer *session_closing(const struct session *session);

/* For who sends many: the two halves of session_ask().  false: lost. */
bool session_send(struct session *session, struct span bytes) MUST_CHECK;
enum outcome session_answer(
    struct session *session, const struct reader *reader) MUST_CHECK;

/*
 * The next pushed line: LINK_LINE with the line parsed, lent until the next
 * call.  `bye` and a connection that ends are LINK_LOST, without complaint.
 */
enum link_news session_push(struct session *session, const struct answer **push,
    struct span *line, int patience_ms) MUST_CHECK;
/* Why the session ended, for people. */
const char *session_why(const struct session *session);
/* Seconds that an answer may take; for what must not keep people waiting. */
void session_set_patience(struct session *session, int patience_ms);
int session_patience(const struct session *session);

/* See link_set_interrupt(). */
void session_set_interrupt(struct session *session, int fd);
bool session_interrupted(const struct session *session);

/* Exit status of a closing line. */
enum outcome outcome_of(const struct answer *closing);

#endif
