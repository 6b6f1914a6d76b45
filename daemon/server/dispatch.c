/* SPDX-License-Identifier: ISC */
/*
 * dispatch: parse, ask the role, ask the book, call the verb.
 *
 * A verb that has no handler does not compile: see handled[].
 */
#include "daemon/server/dispatch.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/config/config.h"
#include "daemon/server/change/write.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <stdlib.h>
#include <string.h>

/* X(SYMBOL, handler) for each verb of verb.def */
#define READ_VERBS(X)                                                          \
	X(ABSENCE_LIST, read_directory_list)                                   \
	X(ACCOUNT_LIST, read_account_list)                                     \
	X(AUTH, read_auth)                                                     \
	X(AUTHORISATION_LIST, read_directory_list)                             \
	X(AVAILABILITY_LIST, read_directory_list)                              \
	X(BUSY_LIST, read_directory_list)                                      \
	X(CAPACITY, read_capacity)                                             \
	X(CLOSURE_LIST, read_directory_list)                                   \
	X(ENROLMENT_LIST, read_directory_list)                                 \
	X(GAPS, read_gaps)                                                     \
	X(HELP, read_help)                                                     \
	X(HOLIDAY_LIST, read_directory_list)                                   \
	X(LANG, read_lang)                                                     \
	X(MY, read_my)                                                         \
	X(NEED_LIST, read_directory_list)                                      \
	X(OPENING_LIST, read_directory_list)                                   \
	X(PHYSICIAN_GET, read_directory_get)                                   \
	X(PHYSICIAN_LIST, read_directory_list)                                 \
	X(PING, read_ping)                                                     \
	X(PLACE_LIST, read_place_list)                                         \
	X(PLAN_EXPLAIN, read_plan_explain)                                     \
	X(PLAN_LINES, read_plan_lines)                                         \
	X(PLAN_LIST, read_plan_list)                                           \
	X(PLAN_PROOF, read_plan_proof)                                         \
	X(PLAN_SHOW, read_plan_show)                                           \
	X(PLAN_WATCH, read_plan_watch)                                         \
	X(PRESENCE_LIST, read_directory_list)                                  \
	X(PROGRAMME_GET, read_directory_get)                                   \
	X(PROGRAMME_LIST, read_directory_list)                                 \
	X(QUIT, read_quit)                                                     \
	X(QUOTA_LIST, read_directory_list)                                     \
	X(ROTATION_GET, read_directory_get)                                    \
	X(ROTATION_LIST, read_directory_list)                                  \
	X(SITE_GET, read_directory_get)                                        \
	X(SITE_LIST, read_directory_list)                                      \
	X(SLOT_HISTORY, read_slot_history)                                     \
	X(SLOT_LIST, read_slot_list)                                           \
	X(STATUS, read_status)                                                 \
	X(STOP_LIST, read_directory_list)                                      \
	X(STRUCTURE_GET, read_directory_get)                                   \
	X(STRUCTURE_LIST, read_directory_list)                                 \
	X(TERRITORY_GET, read_directory_get)                                   \
	X(TERRITORY_LIST, read_directory_list)                                 \
	X(WATCH, read_watch)                                                   \
	X(WEEK, read_week)                                                     \
	X(WEIGHT_LIST, read_directory_list)                                    \
	X(WHOAMI, read_whoami)                                                 \
	X(ZONE_LIST, read_directory_list)

/* How each line is planned: see write_unit.c. */
#define WRITE_VERBS(X)                                                         \
	X(ABSENCE_PUT, write_request)                                          \
	X(ACCOUNT_INVITE, write_request)                                       \
	X(ACCOUNT_REVOKE, write_request)                                       \
	X(AUTHORISATION_PUT, write_request)                                    \
	X(AVAILABILITY_PUT, write_request)                                     \
	X(BATCH, write_batch_begin)                                            \
	X(BUSY_PUT, write_request)                                             \
	X(CLOSURE_PUT, write_request)                                          \
	X(ENROLMENT_PUT, write_request)                                        \
	X(HOLIDAY_PUT, write_request)                                          \
	X(NEED_PUT, write_request)                                             \
	X(OPENING_PUT, write_request)                                          \
	X(PHYSICIAN_PUT, write_request)                                        \
	X(PLACE_HOLD, write_request)                                           \
	X(PLACE_HONOUR, write_request)                                         \
	X(PLACE_MISS, write_request)                                           \
	X(PLACE_RELEASE, write_request)                                        \
	X(PLACE_SET, write_request)                                            \
	X(PLACE_TAKE, write_request)                                           \
	X(PLAN_ADOPT, read_plan_adopt)                                         \
	X(PLAN_CANCEL, read_plan_cancel)                                       \
	X(PLAN_EDIT, read_plan_edit)                                           \
	X(PLAN_PUBLISH, read_plan_publish)                                     \
	X(PLAN_REPAIR, read_plan_repair)                                       \
	X(PLAN_START, read_plan_start)                                         \
	X(PRESENCE_PUT, write_request)                                         \
	X(PROGRAMME_PUT, write_request)                                        \
	X(QUOTA_PUT, write_request)                                            \
	X(ROTATION_END, write_request)                                         \
	X(ROTATION_PUT, write_request)                                         \
	X(SITE_PUT, write_request)                                             \
	X(SLOT_ARRIVE, write_request)                                          \
	X(SLOT_ASSIGN, write_request)                                          \
	X(SLOT_CANCEL, write_request)                                          \
	X(SLOT_MOVE, write_request)                                            \
	X(SLOT_PUBLISH, write_request)                                         \
	X(SLOT_RECORD, write_request)                                          \
	X(SLOT_SWAP, write_request)                                            \
	X(STOP_PUT, write_request)                                             \
	X(STRUCTURE_PUT, write_request)                                        \
	X(TERRITORY_PUT, write_request)                                        \
	X(WEIGHT_PUT, write_request)                                           \
	X(ZONE_PUT, write_request)

typedef void write_fn(struct conn *conn, const struct request *request);

/* One of the two. */
static const struct {
	read_fn *read;
	write_fn *write;
} handlers[VERB_COUNT] = {
#define X(SYMBOL, handler) [VERB_##SYMBOL] = {.read = (handler)},
    READ_VERBS(X)
#undef X
#define X(SYMBOL, handler) [VERB_##SYMBOL] = {.write = (handler)},
	WRITE_VERBS(X)
#undef X
};

enum {
#define X(SYMBOL, handler) HANDLED_##SYMBOL,
	READ_VERBS(X) WRITE_VERBS(X)
#undef X
	    HANDLED_COUNT
};

/* Each verb of verb.def has its HANDLED_ name above, or this is an error. */
STATIC_ASSERT((int)HANDLED_COUNT == (int)VERB_COUNT);
enum {
#define VERB(SYMBOL, name, roles, flags, required, optional, summary)          \
	ALSO_##SYMBOL = HANDLED_##SYMBOL,
#include "proto/verb.def"
#undef VERB
};

/* A read that waits for the book to show what its client has seen elsewhere. */
struct behind {
	struct conn *conn;       /* held */
	struct store_wait *wait; /* NULL when it is over */
	size_t len;
	char line[];
};

static void
on_covered(void *arg, enum status status)
{
	struct behind *behind = arg;
	struct conn *conn = behind->conn;
	struct request request;

	behind->wait = NULL;
	conn->behind = NULL;
	conn_release(conn);
	if (!conn_gone(conn)) {
		if (status == STATUS_OK)
			status = request_parse(
			    &request, (struct span){behind->line, behind->len});
		if (status == STATUS_OK)
			handlers[request.verb].read(conn, &request);
		else
			reply_status(conn, status);
	}
	free(behind);
}

void
dispatch_abandon(struct conn *conn)
{
	struct behind *behind = conn->behind;

	if (behind == NULL)
		return;
	if (behind->wait != NULL)
		store_forget(conn->server->store, behind->wait);
	conn->behind = NULL;
	free(behind);
}

static void
wait_for(struct conn *conn, struct span cursor, struct span line)
{
	struct server *server = conn->server;
	struct behind *behind = xmalloc(sizeof(*behind) + line.len);

	behind->conn = conn;
	behind->len = line.len;
	memcpy(behind->line, line.ptr, line.len);
	conn->behind = behind;
	conn_hold(conn);
	behind->wait = store_await(server->store, cursor,
	    server->config->read_behind_timeout_ms, on_covered, behind);
}

/* Whether the book shows what after= asks for; else the answer is under way. */
static bool
is_covered(struct conn *conn, const struct request *request, struct span line)
{
	const struct value *after = request_value(request, KEY_AFTER);
	unsigned flags = verb_info(request->verb)->flags;
	enum status status;

	if (after == NULL || !(flags & (VERB_FLAG_READ | VERB_FLAG_LIST)))
		return true;
	status = store_covers(conn->server->store, after->text);
	if (status == STATUS_BEHIND)
		wait_for(conn, after->text, line);
	else if (status != STATUS_OK)
		reply_refuse(conn, status, SPAN("after"), NULL);
	return status == STATUS_OK;
}

/* Verbs that need no book. */
static bool
works_always(enum verb verb)
{
	return verb == VERB_PING || verb == VERB_HELP || verb == VERB_LANG ||
	    verb == VERB_QUIT || verb == VERB_STATUS || verb == VERB_WHOAMI;
}

static enum status
book_state(struct conn *conn, enum verb verb)
{
	struct store *store = conn->server->store;

	if (works_always(verb))
		return STATUS_OK;
	if (store_state(store) == STORE_REFUSED)
		return STATUS_UNAVAILABLE;
	return store_book(store) == NULL ? STATUS_LOADING : STATUS_OK;
}

/* A token that has run out leaves nobody. */
static void
check_expiry(struct conn *conn)
{
	struct session *session = &conn->session;

	if (session->expires == 0 || session->expires > clock_real_s())
		return;
	session_reset(session);
	/* Nobody is always within the limits. */
	if (conn_set_account(conn, ID_NIL) != STATUS_OK)
		abort();
}

/* A batch that is refused takes its lines with it, if it said how many. */
static void
drop_batch(struct conn *conn, const struct request *request)
{
	if (request->verb == VERB_BATCH)
		conn->drop = (uint64_t)request_number(request, KEY_N, 0);
}

static bool
is_blank(struct span line)
{
	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] != ' ' && line.ptr[i] != '\t')
			return false;
	}
	return true;
}

static void
refuse_line(
    struct conn *conn, enum status status, const struct request *request)
{
	drop_batch(conn, request);
	if (conn_count_bad(conn)) {
		reply_fault(conn, status, request);
	} else {
		reply_status(conn, STATUS_FLOOD);
		conn_bye(conn, "flood");
	}
}

void
dispatch_line(struct conn *conn, struct span line)
{
	struct request request;
	enum status status;

	if (is_blank(line))
		return;
	if (conn->drop > 0) {
		conn->drop--;
		return;
	}
	if (conn->batch != NULL) {
		write_batch_line(conn, line);
		return;
	}
	request.verb = VERB_COUNT; /* none: the fault may come before it */
	status = request_parse(&request, line);
	conn->tag_len = request.tag.len;
	if (request.tag.len > 0)
		memcpy(conn->tag, request.tag.ptr, request.tag.len);
	if (status != STATUS_OK) {
		refuse_line(conn, status, &request);
		return;
	}
	check_expiry(conn);
	status = session_may(&conn->session, request.verb);
	if (status == STATUS_OK)
		status = book_state(conn, request.verb);
	if (status != STATUS_OK) {
		drop_batch(conn, &request);
		reply_status(conn, status);
	} else if (handlers[request.verb].write != NULL) {
		handlers[request.verb].write(conn, &request);
	} else if (is_covered(conn, &request, line)) {
		handlers[request.verb].read(conn, &request);
	}
}
