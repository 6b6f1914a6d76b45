/* SPDX-License-Identifier: ISC */
/*
 * login: turns an invitation code into a token, which goes into a file that
 * nobody else may read, and makes the profile if there is none.
 *
 * A code that does not stand on the command line is asked for, so that it need
 * not be seen by who lists processes.
 */
#include "tools/rota/command.h"

#include "daemon/base/mem.h"
#include "proto/out.h"
#include "tools/rota/refusal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { CODE_SIZE = 128 };

/* Reads the code without showing it. */
static bool
read_code(char code[CODE_SIZE])
{
	bool tty = isatty(STDIN_FILENO) == 1;
	struct termios saved, silent;
	bool got;

	if (tty) {
		if (tcgetattr(STDIN_FILENO, &saved) != 0)
			return false;
		silent = saved;
		silent.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
		fprintf(stderr, "%s", T("code: "));
	}
	got = fgets(code, CODE_SIZE, stdin) != NULL;
	if (tty) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved);
		fputc('\n', stderr);
	}
	if (!got)
		return false;
	code[strcspn(code, " \t\r\n")] = '\0';
	return *code != '\0';
}

static int
write_token(const char *path, struct span token)
{
	char *text = xasprintf("%.*s\n", SPAN_ARGS(token));
	int answer = private_write(path, text);

	free(text);
	return answer;
}

/* What the next run needs to come here again. */
static int
write_profile(const struct rota *rota, const char *token_path)
{
	static const char *const tls[] = {
	    [TLS_AUTO] = "auto", [TLS_YES] = "yes", [TLS_NO] = "no"};
	char *ca =
	    rota->options.ca != NULL ? realpath(rota->options.ca, NULL) : NULL;
	char *text = xasprintf("server = %s\ntls = %s\n%s%s%stoken-file = "
			       "%s\n",
	    rota_server(rota), tls[rota->options.tls],
	    ca != NULL ? "ca = " : "", ca != NULL ? ca : "",
	    ca != NULL ? "\n" : "", token_path);
	int answer = private_write(rota->profile.path, text);

	free(text);
	free(ca);
	return answer;
}

/* Where the token goes; owned by the caller, NULL after a complaint. */
static char *
token_path(const struct rota *rota)
{
	const char *told = rota_token_file(rota);
	char *whole, folder[4096];

	if (told == NULL && rota->profile.path != NULL)
		return profile_token_path(&rota->profile);
	if (told == NULL || getcwd(folder, sizeof(folder)) == NULL) {
		complain("%s", T("say where the token goes: --token-file"));
		return NULL;
	}
	whole =
	    told[0] == '/' ? xstrdup(told) : xasprintf("%s/%s", folder, told);
	return whole;
}

static enum outcome
keep_token(struct rota *rota, const struct options *options,
    const struct answer *closing)
{
	struct span token = answer_value(closing, "token");
	char *path = token_path(rota);
	enum outcome outcome = OUTCOME_FAIL;

	if (path == NULL)
		return OUTCOME_USAGE;
	if (token.len == 0) {
		complain("%s", T("the daemon gave no token"));
	} else if (write_token(path, token) == 0) {
		outcome = OUTCOME_OK;
		if (!rota->profile.found && rota->profile.path != NULL &&
		    write_profile(rota, path) != 0)
			outcome = OUTCOME_FAIL;
	}
	if (outcome == OUTCOME_OK && !options->quiet)
		printf(T("You are %.*s at %s until %.*s; the token is in "
			 "%s\n"),
		    SPAN_ARGS(answer_value(closing, "role")), rota_server(rota),
		    SPAN_ARGS(answer_value(closing, "expires")), path);
	free(path);
	return outcome;
}

enum outcome
command_login(struct rota *rota, const struct options *options,
    const struct arguments *arguments)
{
	char code[CODE_SIZE] = "", line[PROTO_LINE_MAX];
	struct out out = OUT(line);
	struct session *session;
	enum outcome outcome;

	if (arguments->count > 1) {
		complain("%s", T("usage: rota login [CODE]"));
		return OUTCOME_USAGE;
	}
	if (arguments->count == 1)
		(void)snprintf(code, sizeof(code), "%s", arguments->word[0]);
	else if (!read_code(code)) {
		complain("%s", T("no code"));
		return OUTCOME_USAGE;
	}
	session = rota_session_bare(rota, &outcome);
	if (session == NULL)
		return outcome;
	out_text(&out, "auth");
	out_key_text(&out, "code", code);
	outcome = session_ask(session, (struct span){line, out.len}, NULL);
	if (session_closing(session) == NULL)
		return outcome;
	refusal_say(session_closing(session), NULL);
	if (outcome == OUTCOME_OK)
		outcome = keep_token(rota, options, session_closing(session));
	return outcome;
}
