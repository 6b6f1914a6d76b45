/* SPDX-License-Identifier: ISC */
/* rota: see rota.h.  An option comes before the environment, that before the
 * profile, that before what is usual. */
#include "tools/rota/rota.h"

#include "daemon/base/mem.h"
#include "tools/rota/complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MS = 1000 };

int
rota_init(
    struct rota *rota, const struct options *options, enum lang lang, bool must)
{
	memset(rota, 0, sizeof(*rota));
	rota->options = *options;
	rota->lang = lang;
	rota->interrupt = -1;
	return profile_read(&rota->profile, options->profile, must);
}

void
rota_fini(struct rota *rota)
{
	session_free(rota->session);
	places_free(rota->places);
	profile_fini(&rota->profile);
}

static const char *
told(const char *option, const char *variable, const char *profile)
{
	const char *value = variable != NULL ? getenv(variable) : NULL;

	if (option != NULL)
		return option;
	return value != NULL && *value != '\0' ? value : profile;
}

const char *
rota_server(const struct rota *rota)
{
	const char *server =
	    told(rota->options.server, "ROTA_SERVER", rota->profile.server);

	if (server != NULL)
		return server;
	return access(TARGET_SOCKET, R_OK | W_OK) == 0
	    ? TARGET_SOCKET
	    : "127.0.0.1:" TARGET_PORT_PLAIN;
}

const char *
rota_token_file(const struct rota *rota)
{
	return told(rota->options.token_file, "ROTA_TOKEN_FILE",
	    rota->profile.token_file);
}

bool
rota_uses_tls(const struct rota *rota, const struct target *target)
{
	enum tls_use use = rota->options.tls != TLS_AUTO ? rota->options.tls
							 : rota->profile.tls;

	return use == TLS_YES || (use == TLS_AUTO && !target->is_local);
}

/* The token to use: 0, also when there is none, or -1 after a complaint. */
static int
find_token(
    const struct rota *rota, char token[PROFILE_TOKEN_MAX + 1], bool *wanted)
{
	const char *told_path = rota_token_file(rota);
	char *path;
	int found;

	*wanted = told_path != NULL;
	*token = '\0';
	if (told_path == NULL && rota->profile.path == NULL)
		return 0;
	path = told_path != NULL ? xstrdup(told_path)
				 : profile_token_path(&rota->profile);
	found = token_read(path, token);
	if (found == 1 && *wanted) {
		complain(T("%s: there is no such token file; \"rota login "
			   "CODE\" makes one"),
		    path);
		found = -1;
	}
	free(path);
	return found == -1 ? -1 : 0;
}

static struct session *
open_session(
    struct rota *rota, const char *token, bool wanted, enum outcome *why)
{
	struct target target;
	struct session_options options = {.server = rota_server(rota),
	    .target = &target,
	    .ca = told(rota->options.ca, NULL, rota->profile.ca),
	    .token = token,
	    .token_wanted = wanted,
	    .lang = rota->lang,
	    .interrupt = rota->interrupt,
	    .patience_ms = rota->options.timeout_s * MS};

	*why = OUTCOME_USAGE;
	if (target_parse(options.server, &target) != 0) {
		complain(T("%s: a server is HOST:PORT, [IPV6]:PORT or the "
			   "path of a socket"),
		    options.server);
		return NULL;
	}
	options.tls = rota_uses_tls(rota, &target);
	rota_hang_up(rota);
	rota->session = session_open(&options, why);
	return rota->session;
}

/* Whether the session is open, as far as the daemon has told by now. */
static bool
is_alive(struct session *session)
{
	const struct answer *push;
	enum link_news news = LINK_LINE;
	struct span line;

	while (news == LINK_LINE && session_is_open(session))
		news = session_push(session, &push, &line, 0);
	return news == LINK_NOTHING && session_is_open(session);
}

struct session *
rota_session(struct rota *rota, enum outcome *why)
{
	char token[PROFILE_TOKEN_MAX + 1];
	bool wanted;

	if (rota->session != NULL && is_alive(rota->session))
		return rota->session;
	*why = OUTCOME_USAGE;
	if (find_token(rota, token, &wanted) != 0)
		return NULL;
	return open_session(rota, *token != '\0' ? token : NULL, wanted, why);
}

struct session *
rota_session_bare(struct rota *rota, enum outcome *why)
{
	return open_session(rota, NULL, false, why);
}

void
rota_hang_up(struct rota *rota)
{
	session_free(rota->session);
	rota->session = NULL;
}
