/* SPDX-License-Identifier: ISC */
/* reach: see reach.h. */
#include "tools/bench/reach.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int
read_token(struct reach *reach, const char *path)
{
	FILE *file = fopen(path, "re");
	char *text;

	if (file == NULL) {
		complain("%s: %s", path, strerror(errno));
		return -1;
	}
	text = fgets(reach->text, sizeof(reach->text), file);
	fclose(file);
	if (text == NULL || strcspn(text, "\n") == 0) {
		complain("%s holds no token", path);
		return -1;
	}
	text[strcspn(text, "\n")] = '\0';
	reach->token = text;
	return 0;
}

int
reach_init(
    struct reach *reach, const char *connect, bool tls, const char *token_file)
{
	reach->token = NULL;
	if (token_file != NULL && read_token(reach, token_file) != 0)
		return -1;
	return target_init(&reach->target, connect, tls);
}

void
reach_fini(struct reach *reach)
{
	target_fini(&reach->target);
}

struct link *
reach_link(const struct reach *reach, struct event_base *base,
    const struct link_hooks *hooks, void *arg)
{
	return link_new(base, &reach->target, reach->token, hooks, arg);
}
