/* SPDX-License-Identifier: ISC */
/* plan_names: see plan_names.h. */
#include "tools/rota/plan_names.h"

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

/* ----- each of them once ----- */

static char *
find_site(struct rota *rota, struct span code)
{
	char *text = span_dup(code);
	char *name = name_of_site(rota, text);

	free(text);
	return name;
}

void
names_init_sites(struct names *names, struct rota *rota)
{
	*names = (struct names){.rota = rota, .find = find_site};
}

void
names_init_physicians(struct names *names, struct rota *rota)
{
	*names = (struct names){.rota = rota, .find = name_of_physician};
}

void
names_fini(struct names *names)
{
	for (size_t i = 0; i < names->count; i++) {
		free(names->at[i].code);
		free(names->at[i].name);
	}
	free(names->at);
}

const char *
names_get(struct names *names, struct span code)
{
	struct named *named;

	for (size_t i = 0; i < names->count; i++)
		if (span_is(code, names->at[i].code))
			return names->at[i].name;
	names->at = xgrow(names->at, &names->capacity, names->count + 1,
	    sizeof(names->at[0]));
	named = &names->at[names->count++];
	named->code = span_dup(code);
	named->name = names->find(names->rota, code);
	return named->name;
}
