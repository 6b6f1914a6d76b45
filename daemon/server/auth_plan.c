/* SPDX-License-Identifier: ISC */
/*
 * auth_plan: the writes of accounts and tokens - invite, revoke, and the use of
 * an invitation code.
 *
 * An account and its tokens change in one unit, which raises the account: two
 * daemons that are given one code cannot both accept it.
 */
#include "daemon/server/auth.h"

#include "daemon/base/clock.h"
#include "daemon/base/id_random.h"
#include "daemon/config/config.h"
#include "daemon/server/print.h"
#include "daemon/server/server.h"

#include <string.h>

static const struct span no_reason = {NULL, 0};

/* The text fits: it was cut to a bound of the protocol or is ours. */
static void
set_text(char *to, size_t size, struct span text)
{
	size_t len = text.len < size ? text.len : size - 1;

	memset(to, 0, size);
	if (len > 0)
		memcpy(to, text.ptr, len);
}

static int64_t
instant_in(uint64_t ms)
{
	return (clock_real_us() + (int64_t)ms * 1000) / 1000000;
}

static void
put(struct plan *plan, enum kind kind, const union after *after)
{
	unit_put(plan->unit, plan->book, kind, after, plan->line, no_reason);
}

/* A token of an account that may be new in the unit. */
static void
put_token(struct plan *plan, struct id account, const char *kind,
    const char *hash, int64_t expires)
{
	union after after;
	struct token *token = &after.token;

	memset(&after, 0, sizeof(after));
	token->entity.id = id_random();
	token->account =
	    unit_find(plan->unit, plan->book, KIND_ACCOUNT, account);
	token->expires = expires;
	set_text(token->kind, sizeof(token->kind), span_of(kind));
	set_text(token->hash, sizeof(token->hash), span_of(hash));
	set_text(token->state, sizeof(token->state), SPAN("live"));
	put(plan, KIND_TOKEN, &after);
}

/* ----- account invite ----- */

static enum status
take_physician(struct plan *plan, const struct request *request, enum role role,
    struct account *account)
{
	const struct value *value = request_value(request, KEY_PHYSICIAN);

	account->physician = REF_NONE;
	if (value == NULL && role == ROLE_PHYSICIAN)
		return plan_refuse(plan, STATUS_MISSING, SPAN("physician"),
		    "who the account is");
	if (value == NULL)
		return STATUS_OK;
	if (role != ROLE_PHYSICIAN)
		return plan_refuse(plan, STATUS_VALUE, SPAN("physician"),
		    "no physician: the role is another one");
	account->physician =
	    book_resolve(plan->book, KIND_PHYSICIAN, value->text);
	if (account->physician == REF_NONE)
		return plan_refuse(plan, STATUS_NOT_FOUND, value->text,
		    "the RPPS number or id of a physician");
	return STATUS_OK;
}

/* An entry as it is kept: a site by its id, which is its own for ever. */
static void
keep_scope(struct out *out, const struct book *book, const struct scope *scope,
    struct span entry)
{
	if (out->len > 0)
		out_char(out, ',');
	if (scope->kind != KIND_SITE) {
		out_bytes(out, entry.ptr, entry.len);
		return;
	}
	out_literal(out, "site:");
	out_id(out, book_site(book, scope->index)->entity.id);
}

static enum status
take_scope(struct plan *plan, const struct request *request, enum role role,
    struct account *account)
{
	const struct value *value = request_value(request, KEY_SCOPE);
	struct span rest, entry;
	struct scope scope;
	struct out kept = OUT(account->scope);
	unsigned count = 0;

	kept.size--; /* the NUL that the struct was filled with stays */
	if ((value == NULL || value->text.len == 0) &&
	    (role == ROLE_COORDINATOR || role == ROLE_DESK))
		return plan_refuse(plan, STATUS_MISSING, SPAN("scope"),
		    "territory:<code>, site:<site> or programme:<code>, "
		    "separated by commas");
	if (value == NULL)
		return STATUS_OK;
	rest = value->text;
	while (scope_next(&rest, plan->book, &scope, &entry)) {
		if (scope.kind == KIND_COUNT || ++count > SCOPE_MAX)
			return plan_refuse(plan, STATUS_VALUE, SPAN("scope"),
			    "at most 128 of territory:<code>, site:<site> and "
			    "programme:<code>, separated by commas");
		if (scope.index == REF_NONE)
			return plan_refuse(plan, STATUS_NOT_FOUND, entry,
			    "a territory, site or programme that there is");
		keep_scope(&kept, plan->book, &scope, entry);
	}
	return STATUS_OK;
}

enum status
plan_account_invite(struct plan *plan, const struct request *request)
{
	uint64_t lifetime = plan->server->config->invite_lifetime_ms;
	struct span role_text = request_text(request, KEY_ROLE);
	int64_t expires = instant_in(lifetime);
	union after after;
	struct account *account = &after.account;
	struct secret code;
	enum status status;
	enum role role;

	memset(&after, 0, sizeof(after));
	if (!role_find(role_text, &role))
		return plan_refuse(
		    plan, STATUS_VALUE, SPAN("role"), ROLE_WORDS);
	account->entity.id = plan->fresh;
	set_text(account->role, sizeof(account->role), role_text);
	set_text(account->name, sizeof(account->name),
	    request_text(request, KEY_NAME));
	set_text(account->state, sizeof(account->state), SPAN("invited"));
	status = take_physician(plan, request, role, account);
	if (status == STATUS_OK)
		status = take_scope(plan, request, role, account);
	if (status != STATUS_OK)
		return status;
	put(plan, KIND_ACCOUNT, &after);
	secret_make(&code);
	put_token(plan, plan->fresh, "invite", code.hash, expires);
	out_key_id(plan->answer, "account", plan->fresh);
	if (request_number(request, KEY_DRY, 0) == 0) {
		out_key_text(plan->secret, "code", code.text);
		print_instant(plan->secret, "expires", expires);
	}
	return STATUS_OK;
}

/* ----- account revoke ----- */

static void
revoke_tokens(struct plan *plan, int32_t account)
{
	int32_t count = book_count(plan->book, KIND_TOKEN);

	for (int32_t i = 0; i < count; i++) {
		const struct token *token = (const struct token *)book_entity(
		    plan->book, KIND_TOKEN, i);
		union after after;

		if (token->account != account ||
		    strcmp(token->state, "live") != 0)
			continue;
		memset(&after, 0, sizeof(after));
		after.token = *token;
		set_text(after.token.state, sizeof(after.token.state),
		    SPAN("revoked"));
		put(plan, KIND_TOKEN, &after);
	}
}

enum status
plan_account_revoke(struct plan *plan, const struct request *request)
{
	struct span handle = request_text(request, KEY_ACCOUNT);
	int32_t index = book_resolve(plan->book, KIND_ACCOUNT, handle);
	const struct account *account;
	union after after;
	bool revoked;

	if (index == REF_NONE)
		return plan_refuse(
		    plan, STATUS_NOT_FOUND, handle, "the id of an account");
	account = (const struct account *)book_entity(
	    plan->book, KIND_ACCOUNT, index);
	revoked = strcmp(account->state, "revoked") == 0;
	out_key_id(plan->answer, "account", account->entity.id);
	out_key_u64(plan->answer, "rev", account->entity.rev + !revoked);
	if (revoked) {
		out_key_text(plan->answer, "unchanged", "yes");
		return STATUS_OK;
	}
	memset(&after, 0, sizeof(after));
	after.account = *account;
	set_text(
	    after.account.state, sizeof(after.account.state), SPAN("revoked"));
	put(plan, KIND_ACCOUNT, &after);
	revoke_tokens(plan, index);
	return STATUS_OK;
}

/* ----- auth code= ----- */

enum status
plan_auth_code(struct plan *plan, const struct request *request UNUSED)
{
	struct code_use *use = plan->arg;
	const struct token *invite =
	    token_find(plan->book, use->hash, "invite", "invited");
	union after after;

	/* Used by somebody else while this one waited. */
	if (invite == NULL)
		return plan_refuse(plan, STATUS_DENIED, no_reason, NULL);
	use->expires = instant_in(plan->server->config->token_lifetime_ms);
	memset(&after, 0, sizeof(after));
	after.account = *(const struct account *)book_entity(
	    plan->book, KIND_ACCOUNT, invite->account);
	use->account = after.account.entity.id;
	set_text(
	    after.account.state, sizeof(after.account.state), SPAN("active"));
	put(plan, KIND_ACCOUNT, &after);
	memset(&after, 0, sizeof(after));
	after.token = *invite;
	set_text(after.token.state, sizeof(after.token.state), SPAN("used"));
	put(plan, KIND_TOKEN, &after);
	put_token(plan, use->account, "bearer", use->token.hash, use->expires);
	return STATUS_OK;
}
