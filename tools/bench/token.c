/* SPDX-License-Identifier: ISC */
/*
 * token: an account of the role admin and a token for it, by way of the unix
 * socket, over which the operator of the daemon needs none.  The token goes to
 * standard output.
 */
#include "tools/bench/command.h"

#include "proto/request.h"
#include "tools/bench/reach.h"
#include "tools/bench/stage.h"

#include <stdio.h>
#include <string.h>

struct token {
	struct common common;
	struct reach reach;
	struct stage stage;
	struct link *host, *newcomer;
	char code[PROTO_WORD_MAX + 1], token[PROTO_WORD_MAX + 1];
};

static void
on_lost(void *arg, const char *why)
{
	struct token *token = arg;

	stage_fail(&token->stage, "the connection was lost: %s", why);
}

/* The value of an ok line as a string; false after a complaint. */
static bool
take(struct token *token, struct span line, const char *key,
    char text[PROTO_WORD_MAX + 1])
{
	struct answer answer;
	struct span value;

	if (!answer_parse(&answer, line) || !span_is(answer.word[0], "ok")) {
		stage_fail(
		    &token->stage, "refused: %.*s", (int)line.len, line.ptr);
		return false;
	}
	value = answer_value(&answer, key);
	if (value.len == 0 || value.len > PROTO_WORD_MAX) {
		stage_fail(&token->stage, "an ok without %s=", key);
		return false;
	}
	memcpy(text, value.ptr, value.len);
	text[value.len] = '\0';
	return true;
}

static void
on_newcomer_ready(void *arg)
{
	struct token *token = arg;
	char text[PROTO_WORD_MAX + sizeof("auth code=\n")];
	int len = snprintf(text, sizeof(text), "auth code=%s\n", token->code);

	link_send(token->newcomer, text, (size_t)len);
}

static void
on_newcomer_line(void *arg, struct span line)
{
	struct token *token = arg;

	if (line.len > 0 && line.ptr[0] != '!' && line.ptr[0] != '*' &&
	    take(token, line, "token", token->token))
		stage_exhausted(&token->stage);
}

static void
on_operator_ready(void *arg)
{
	static const char invite[] =
	    "account invite role=admin name=rota-bench\n";
	struct token *token = arg;

	stage_count_ready(&token->stage);
	link_send(token->host, invite, sizeof(invite) - 1);
}

static void
on_operator_line(void *arg, struct span line)
{
	static const struct link_hooks hooks = {
	    on_newcomer_ready, on_newcomer_line, on_lost};
	struct token *token = arg;

	if (line.len == 0 || line.ptr[0] == '!' || line.ptr[0] == '*' ||
	    !take(token, line, "code", token->code))
		return;
	token->newcomer =
	    reach_link(&token->reach, token->stage.base, &hooks, token);
	if (token->newcomer == NULL)
		stage_fail(&token->stage, "no connection");
}

static void
on_start(void *arg)
{
	(void)arg;
}

static int
token_run(struct token *token)
{
	static const struct link_hooks hooks = {
	    on_operator_ready, on_operator_line, on_lost};
	int status = -1;

	stage_init(&token->stage, &token->common, 1, on_start, token);
	token->host =
	    reach_link(&token->reach, token->stage.base, &hooks, token);
	if (token->host != NULL)
		status = stage_run(&token->stage);
	if (status == 0 && token->token[0] == '\0') {
		complain("the daemon did not answer in time");
		status = -1;
	}
	if (status == 0)
		puts(token->token);
	link_free(token->host);
	link_free(token->newcomer);
	stage_fini(&token->stage);
	return status;
}

int
command_token(int argc, char **argv)
{
	struct token token = {0};
	const struct option options[] = {
	    {"connect", OPTION_TEXT, &token.common.connect, 0, 0}};
	int status;

	common_init(&token.common);
	token.common.connect = "/run/rota/rotad.sock";
	token.common.warm_up = 0;
	if (options_read(argc, argv, options, ARRAY_SIZE(options)) != 0)
		return EXIT_USAGE;
	if (reach_init(&token.reach, token.common.connect, false, NULL) != 0)
		return EXIT_VOID;
	status = token_run(&token);
	reach_fini(&token.reach);
	return status == 0 ? 0 : EXIT_VOID;
}
