/* SPDX-License-Identifier: ISC */
/*
 * auth: the verbs auth, whoami and account list.
 *
 * Whoever fails is told so at once and must wait longer and longer for the next
 * attempt, from whatever connection; see guess.h.
 */
#include "daemon/server/auth.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/mem.h"
#include "daemon/config/config.h"
#include "daemon/server/change/write.h"
#include "daemon/server/dispatch.h"
#include "daemon/server/guess.h"
#include "daemon/server/print.h"
#include "daemon/server/proposal/job.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"
#include "daemon/server/watch.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { SECRET_BYTES = 32 };

/* ----- secrets ----- */

static int64_t
now_s(void)
{
	return clock_real_s();
}

void
secret_hash(struct span text, char hash[HASH_LEN + 1])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[HASH_LEN / 2];
	unsigned size = sizeof(digest);

	if (EVP_Digest(text.ptr, text.len, digest, &size, EVP_sha256(), NULL) !=
	    1)
		abort(); /* SHA-256 of bytes in memory cannot fail */
	for (size_t i = 0; i < sizeof(digest); i++) {
		hash[2 * i] = digits[digest[i] >> 4];
		hash[2 * i + 1] = digits[digest[i] & 0xf];
	}
	hash[HASH_LEN] = '\0';
}

void
secret_make(struct secret *secret)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789-_";
	unsigned char bytes[SECRET_BYTES];
	unsigned bits = 0, pool = 0;
	size_t at = 0;

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes)) {
		log_errno("auth", "random-failed", "");
		abort(); /* a secret that may be guessed is worse than none */
	}
	for (size_t i = 0; i < sizeof(bytes); i++) {
		pool = pool << 8 | bytes[i];
		for (bits += 8; bits >= 6; bits -= 6)
			secret->text[at++] = letters[pool >> (bits - 6) & 0x3f];
	}
	secret->text[at++] = letters[pool << (6 - bits) & 0x3f];
	secret->text[at] = '\0';
	secret_hash(span_of(secret->text), secret->hash);
}

const struct token *
token_find(const struct book *book, const char *hash, const char *kind,
    const char *account_state)
{
	int32_t index = book_resolve(book, KIND_TOKEN, span_of(hash));
	const struct account *account;
	const struct token *token;

	if (index == REF_NONE)
		return NULL;
	token = (const struct token *)book_entity(book, KIND_TOKEN, index);
	/* The id of a token leads to it too, but is not a secret. */
	if (strcmp(token->hash, hash) != 0 || strcmp(token->kind, kind) != 0 ||
	    strcmp(token->state, "live") != 0 || token->expires <= now_s() ||
	    token->account == REF_NONE)
		return NULL;
	account = (const struct account *)book_entity(
	    book, KIND_ACCOUNT, token->account);
	return strcmp(account->state, account_state) == 0 ? token : NULL;
}

/* ----- auth ----- */

static void
deny(struct conn *conn)
{
	const struct config *config = conn->server->config;

	guess_failed(conn->server->guess, conn_address(conn), clock_mono_us(),
	    config->auth_delay_min_ms, config->auth_delay_max_ms);
	log_warn(conn_id(conn), "denied", "peer=%s", conn_peer(conn));
	reply_status(conn, STATUS_DENIED);
}

/* The account takes the place of whoever spoke before.  STATUS_OK, DENIED or
 * LIMIT, and then nothing is changed. */
static enum status
become(struct conn *conn, int32_t account, int64_t expires)
{
	const struct book *book = store_book(conn->server->store);
	struct session session, former = conn->session;
	enum status status;

	session_init(&session);
	session.lang = former.lang;
	session.expires = expires;
	if (!session_adopt(&session, book, account))
		return STATUS_DENIED;
	conn->session = session;
	status = conn_set_account(conn, session.account_id);
	if (status != STATUS_OK) {
		conn->session = former;
		session_reset(&session);
		return status;
	}
	session_reset(&former);
	job_watch_free(conn);
	watch_free(conn->watch); /* it was for the eyes of the former one */
	conn->watch = NULL;
	guess_succeeded(conn->server->guess, conn_address(conn));
	log_info(conn_id(conn), "auth", "peer=%s role=%s", conn_peer(conn),
	    role_name(conn->session.role));
	return STATUS_OK;
}

static struct out *
begin_ok(struct conn *conn, struct id account)
{
	struct out *out = reply_ok(conn, REPLY_ROOM);

	out_key_id(out, "account", account);
	out_key_text(out, "role", role_name(conn->session.role));
	return out;
}

static void
auth_token(struct conn *conn, struct span text)
{
	const struct book *book = store_book(conn->server->store);
	const struct token *token;
	char hash[HASH_LEN + 1];
	enum status status = STATUS_DENIED;
	struct out *out;

	secret_hash(text, hash);
	token = token_find(book, hash, "bearer", "active");
	if (token != NULL)
		status = become(conn, token->account, token->expires);
	if (status == STATUS_LIMIT) {
		reply_refuse(conn, status, SPAN("account"), NULL);
		return;
	}
	if (status != STATUS_OK) {
		deny(conn);
		return;
	}
	out = begin_ok(conn, conn->session.account_id);
	out_key_text(out, "name",
	    ((const struct account *)book_entity(
		 book, KIND_ACCOUNT, conn->session.account))
		->name);
	reply_end(conn);
}

/* A code on its way to become a token. */
struct code_auth {
	struct conn *conn;      /* held */
	struct session session; /* of the account, for the history */
	char hash[HASH_LEN + 1];
	struct code_use use;
};

static void
answer_code(struct conn *conn, const struct code_use *use)
{
	const struct book *book = store_book(conn->server->store);
	int32_t account = book_find(book, KIND_ACCOUNT, use->account);
	enum status status = STATUS_DENIED;
	struct out *out;

	if (account != REF_NONE)
		status = become(conn, account, use->expires);
	/* The token is good even where this connection cannot take it: too
	 * many of the account, or a book that lags behind. */
	if (status != STATUS_OK)
		log_warn(conn_id(conn), "not-adopted", "status=%s",
		    status_code(status));
	out = begin_ok(conn, use->account);
	out_key_text(out, "token", use->token.text);
	print_instant(out, "expires", use->expires);
	reply_end(conn);
}

static void
on_code_used(void *arg, const struct refusal *refusal, struct span answer,
    const struct warnings *warnings UNUSED)
{
	struct code_auth *auth = arg;
	struct conn *conn = auth->conn;

	(void)answer;
	if (conn_gone(conn))
		log_info(conn_id(conn), "token-unheard", "status=%s",
		    status_code(refusal->status));
	else if (refusal->status == STATUS_OK)
		answer_code(conn, &auth->use);
	else if (refusal->status == STATUS_DENIED)
		deny(conn);
	else
		reply_status(conn, refusal->status);
	session_reset(&auth->session);
	OPENSSL_cleanse(auth, sizeof(*auth));
	free(auth);
	conn_release(conn);
}

static void
auth_code(struct conn *conn, struct span text)
{
	const struct book *book = store_book(conn->server->store);
	const struct token *token;
	struct code_auth *auth;
	char hash[HASH_LEN + 1];

	secret_hash(text, hash);
	token = token_find(book, hash, "invite", "invited");
	if (token == NULL) {
		deny(conn);
		return;
	}
	auth = xcalloc(1, sizeof(*auth));
	auth->conn = conn;
	memcpy(auth->hash, hash, sizeof(hash));
	auth->use.hash = auth->hash;
	secret_make(&auth->use.token);
	session_init(&auth->session);
	auth->session.account_id =
	    book_entity(book, KIND_ACCOUNT, token->account)->id;
	conn_hold(conn);
	write_internal(conn->server, &auth->session, plan_auth_code, &auth->use,
	    on_code_used, auth);
}

void
read_auth(struct conn *conn, const struct request *request)
{
	const struct value *token = request_value(request, KEY_TOKEN);
	const struct value *code = request_value(request, KEY_CODE);
	uint64_t wait = guess_wait(
	    conn->server->guess, conn_address(conn), clock_mono_us());
	struct out *out;

	if (token == NULL && code == NULL) {
		reply_refuse(
		    conn, STATUS_MISSING, SPAN("token"), "token= or code=");
	} else if (token != NULL && code != NULL) {
		reply_refuse(
		    conn, STATUS_VALUE, SPAN("code"), "token= or code=");
	} else if (wait > 0) {
		out = reply_closing(conn, STATUS_DELAYED, REPLY_ROOM);
		out_key_u64(out, "wait", wait);
		reply_reason(
		    conn, out, STATUS_DELAYED, (struct span){NULL, 0}, NULL);
		reply_end(conn);
	} else if (token != NULL) {
		auth_token(conn, token->text);
	} else {
		auth_code(conn, code->text);
	}
}

/* ----- whoami, account list ----- */

/* " scope=": a site by the name that it has now. */
static void
print_scope(
    struct out *out, const struct book *book, const struct account *account)
{
	char text[ACCOUNT_SCOPE_MAX + 1];
	struct out told = OUT(text);
	struct span rest = span_of(account->scope), entry;
	struct scope scope;

	while (scope_next(&rest, book, &scope, &entry)) {
		if (told.len > 0)
			out_char(&told, ',');
		if (scope.kind != KIND_SITE || scope.index == REF_NONE) {
			out_bytes(&told, entry.ptr, entry.len);
			continue;
		}
		out_literal(&told, "site:");
		print_handle(&told, KIND_SITE,
		    book_entity(book, KIND_SITE, scope.index));
	}
	out_key(out, "scope");
	out_value(out, (struct span){text, told.len});
}

/* " role= name= physician= scope=", what there is of it. */
static void
print_account(
    struct out *out, const struct book *book, const struct account *account)
{
	out_key_text(out, "role", account->role);
	if (account->name[0] != '\0')
		out_key_text(out, "name", account->name);
	if (account->physician != REF_NONE)
		out_key_text(out, "physician",
		    book_physician(book, account->physician)->rpps);
	if (account->scope[0] != '\0')
		print_scope(out, book, account);
}

void
read_whoami(struct conn *conn, const struct request *request UNUSED)
{
	const struct book *book = store_book(conn->server->store);
	const struct session *session = &conn->session;
	struct out *out = reply_ok(conn, REPLY_ROOM_LONG);

	if (session->account == REF_NONE || book == NULL) {
		out_key_text(out, "role", role_name(session->role));
	} else {
		out_key_id(out, "account", session->account_id);
		print_account(out, book,
		    (const struct account *)book_entity(
			book, KIND_ACCOUNT, session->account));
	}
	reply_end(conn);
}

static void
list_account(
    struct conn *conn, const struct book *book, const struct account *account)
{
	struct out *out = reply_data(conn, REPLY_ROOM_LONG);

	out_key_id(out, "account", account->entity.id);
	print_account(out, book, account);
	out_key_text(out, "state", account->state);
	out_key_u64(out, "rev", account->entity.rev);
	reply_end(conn);
}

void
read_account_list(struct conn *conn, const struct request *request)
{
	const struct book *book = store_book(conn->server->store);
	const int32_t *sorted = book_sorted(book, KIND_ACCOUNT);
	const struct value *next = request_value(request, KEY_NEXT);
	const struct value *role = request_value(request, KEY_ROLE);
	int64_t limit = request_number(request, KEY_LIMIT, PROTO_PAGE_DEFAULT);
	const struct account *account, *last = NULL;
	int32_t count = book_count(book, KIND_ACCOUNT), at = 0;
	enum role wanted;
	int64_t listed = 0;
	struct out *out;

	if (role != NULL && !role_find(role->text, &wanted)) {
		reply_refuse(conn, STATUS_VALUE, SPAN("role"), ROLE_WORDS);
		return;
	}
	if (next != NULL)
		at = book_rank(book, KIND_ACCOUNT, next->text);
	for (; at < count; at++) {
		account = (const struct account *)book_entity(
		    book, KIND_ACCOUNT, sorted[at]);
		if (role != NULL && !span_is(role->text, account->role))
			continue;
		if (listed == limit)
			break;
		list_account(conn, book, account);
		listed++;
		last = account;
	}
	out = reply_ok(conn, REPLY_ROOM_LONG);
	out_key_u64(out, "count", (uint64_t)listed);
	if (at < count && last != NULL)
		out_key_id(out, "next", last->entity.id);
	reply_cursor(conn, out);
	reply_end(conn);
}
