/* SPDX-License-Identifier: ISC */
/* plan_names: what sites and physicians are called; see plan_cover.h. */
#include "tools/rota/plan_cover.h"

#include "daemon/base/mem.h"
#include "proto/out.h"

#include <stdlib.h>
#include <string.h>

struct found {
	const char *first, *second; /* keys of the name */
	char *name;                 /* owned */
};

static void
on_row(void *arg, const struct answer *row, struct span line UNUSED)
{
	struct found *found = arg;
	struct span first = answer_value(row, found->first);
	struct span second = answer_value(row, found->second);

	free(found->name);
	found->name = xasprintf("%.*s%s%.*s", SPAN_ARGS(first),
	    first.len > 0 && second.len > 0 ? " " : "", SPAN_ARGS(second));
}

/* A refusal is no matter: then it is called by its code. */
static char *
find(struct rota *rota, const char *kind, struct span code, struct found *found)
{
	struct reader reader = {.on_row = on_row, .arg = found};
	enum outcome outcome = OUTCOME_FAIL;
	struct session *session = rota_session(rota, &outcome);
	char text[PROTO_LINE_MAX];
	struct out out = OUT(text);

	out_text(&out, kind);
	out_literal(&out, " get");
	out_key_value(&out, kind, code);
	if (session != NULL)
		outcome =
		    session_ask(session, (struct span){text, out.len}, &reader);
	if (outcome == OUTCOME_OK && found->name != NULL &&
	    *found->name != '\0')
		return found->name;
	free(found->name);
	return span_dup(code);
}

char *
name_of_site(struct rota *rota, const char *site)
{
	struct found found = {"name", "", NULL};

	return find(rota, "site", span_of(site), &found);
}

char *
name_of_territory(struct rota *rota, const char *territory)
{
	struct found found = {"name", "", NULL};

	return find(rota, "territory", span_of(territory), &found);
}

char *
name_of_physician(struct rota *rota, struct span physician)
{
	struct found found = {"given", "family", NULL};

	return find(rota, "physician", physician, &found);
}
