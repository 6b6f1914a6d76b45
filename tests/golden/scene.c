/* SPDX-License-Identifier: ISC */
/* scene: connections, accounts and complaints of one file of transcripts. */
#include "tests/golden/scene.h"

#include "proto/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_MAX = 60000 };

void
scene_begin(struct scene *scene, const char *path, int32_t monday)
{
	scene->path = path;
	scene->line = 0;
	pattern_init(&scene->pattern, monday);
	scene->parties = NULL;
}

void
party_hang_up(struct party *party)
{
	dialogue_free(party->dialogue);
	party->dialogue = NULL;
}

void
scene_end(struct scene *scene)
{
	struct party *party;

	while ((party = scene->parties) != NULL) {
		scene->parties = party->next;
		dialogue_free(party->dialogue);
		free(party->token);
		free(party);
	}
	pattern_fini(&scene->pattern);
}

bool
scene_fail(const struct scene *scene, const char *what, struct span text)
{
	fprintf(scene->log, "%s:%u: %s%s%.*s\n", scene->path, scene->line, what,
	    text.len > 0 ? ": " : "", (int)text.len,
	    text.ptr == NULL ? "" : text.ptr);
	return false;
}

bool
scene_fail_expected(const struct scene *scene, struct span expected,
    enum dialogue_next next, struct span got)
{
	switch (next) {
	case DIALOGUE_LINE:
		scene_fail(scene, "another line came", (struct span){NULL, 0});
		break;
	case DIALOGUE_END:
		scene_fail(
		    scene, "the connection has ended", (struct span){NULL, 0});
		break;
	case DIALOGUE_SILENCE:
		scene_fail(scene, "nothing came", (struct span){NULL, 0});
		break;
	}
	fprintf(
	    scene->log, "  expected: %.*s\n", (int)expected.len, expected.ptr);
	if (next == DIALOGUE_LINE)
		fprintf(
		    scene->log, "  got:      %.*s\n", (int)got.len, got.ptr);
	return false;
}

/* An attempt too soon after one that failed: waits as long as it is told. */
static bool
wait_if_delayed(struct dialogue *dialogue, const struct answer *answer)
{
	struct span line;
	uint64_t wait;

	return span_is(answer->word[1], "delayed") &&
	    span_to_u64(answer_value(answer, "wait"), WAIT_MAX, &wait) &&
	    dialogue_read(dialogue, false, (int)wait, &line) ==
	    DIALOGUE_SILENCE;
}

/* Sends a request of the runner itself and takes its closing line apart. */
static bool
ask(const struct scene *scene, struct dialogue *dialogue, const char *request,
    struct answer *answer)
{
	enum dialogue_next next;
	struct span line;

	do {
		line = (struct span){NULL, 0};
		if (!dialogue_send(dialogue, request, strlen(request)) ||
		    !dialogue_send(dialogue, "\n", 1))
			return scene_fail(
			    scene, "cannot send", span_of(request));
		next = dialogue_read(dialogue, false, scene->patience, &line);
		if (next != DIALOGUE_LINE || !answer_parse(answer, line))
			break;
		if (span_is(answer->word[0], "ok"))
			return true;
	} while (wait_if_delayed(dialogue, answer));
	scene_fail(scene, "refused to the runner", span_of(request));
	return scene_fail_expected(scene, SPAN("ok <...>"), next, line);
}

static bool
take_greeting(const struct scene *scene, struct party *party)
{
	static const char start[] = "! rota protocol=1 ";
	struct span line = {NULL, 0};
	enum dialogue_next next =
	    dialogue_read(party->dialogue, true, scene->patience, &line);

	if (next == DIALOGUE_LINE && line.len >= sizeof(start) &&
	    memcmp(line.ptr, start, sizeof(start) - 1) == 0)
		return true;
	return scene_fail_expected(
	    scene, SPAN("! rota protocol=1 <...>"), next, line);
}

static bool
connect_party(
    struct scene *scene, struct party *party, bool trusted, bool greeting)
{
	int fd = scene->connect(scene->arg, trusted);

	if (fd == -1)
		return scene_fail(scene, "connect", span_of(strerror(errno)));
	party->dialogue = dialogue_new(fd);
	return !greeting || take_greeting(scene, party);
}

/* Finds or adds a party by name. */
static struct party *
get_party(struct scene *scene, struct span name)
{
	struct party *party;

	for (party = scene->parties; party != NULL; party = party->next) {
		if (span_is(name, party->name))
			return party;
	}
	party = calloc(1, sizeof(*party));
	if (party == NULL || name.len >= sizeof(party->name))
		abort();
	memcpy(party->name, name.ptr, name.len);
	party->next = scene->parties;
	scene->parties = party;
	return party;
}

/* "coordinator anne/2 scope=..." taken apart. */
struct role_line {
	struct span name;    /* "coordinator anne/2", "anonymous" */
	struct span account; /* without "/2" */
	struct span role, person;
	struct span invitation; /* more keys of account invite */
};

static bool
parse_role(struct span text, struct role_line *role)
{
	struct span rest = text, person = {NULL, 0};

	*role = (struct role_line){.name = {NULL, 0}};
	if (!span_cut(&rest, ' ', &role->role))
		return false;
	role->name = role->role;
	if (span_cut(&rest, ' ', &person))
		role->name.len = (size_t)(person.ptr - text.ptr) + person.len;
	role->invitation = rest;
	rest = role->name;
	span_cut(&rest, '/', &role->account);
	if (person.len > 0 && person.ptr[0] != '/')
		span_cut(&person, '/', &role->person);
	return role->name.len < PARTY_NAME_MAX;
}

/* The connection over which the runner invites; opened when it is not. */
static struct party *
operator_party(struct scene *scene)
{
	struct party *party = get_party(scene, SPAN("admin"));

	if (party->dialogue != NULL || connect_party(scene, party, true, true))
		return party;
	party_hang_up(party);
	return NULL;
}

/* Invites the account as the operator, and spends the code. */
static bool
create_account(
    struct scene *scene, struct party *party, const struct role_line *role)
{
	static struct answer answer;
	struct party *inviting = operator_party(scene);
	char request[2 * PROTO_LINE_MAX];
	struct span value;
	size_t len;
	char *more = pattern_expand(&scene->pattern, role->invitation, &len);

	if (more == NULL)
		return scene_fail(
		    scene, "a placeholder without a value", role->invitation);
	snprintf(request, sizeof(request),
	    "account invite role=%.*s name=%.*s %.*s", (int)role->role.len,
	    role->role.ptr, (int)role->person.len, role->person.ptr, (int)len,
	    more);
	free(more);
	if (inviting == NULL ||
	    !ask(scene, inviting->dialogue, request, &answer))
		return false;
	value = answer_value(&answer, "code");
	snprintf(request, sizeof(request), "auth code=%.*s", (int)value.len,
	    value.len > 0 ? value.ptr : "");
	if (!ask(scene, party->dialogue, request, &answer))
		return false;
	value = answer_value(&answer, "token");
	party->token = strndup(value.len > 0 ? value.ptr : "", value.len);
	return true;
}

static bool
log_in(struct scene *scene, struct party *party, const struct role_line *role)
{
	static struct answer answer;
	const struct party *other = get_party(scene, role->account);
	char request[PROTO_LINE_MAX];

	if (party->token == NULL && other->token != NULL)
		party->token = strdup(other->token);
	if (party->token == NULL)
		return create_account(scene, party, role);
	snprintf(request, sizeof(request), "auth token=%s", party->token);
	return ask(scene, party->dialogue, request, &answer);
}

/* Connects and authenticates as the role says. */
static bool
open_party(struct scene *scene, struct party *party,
    const struct role_line *role, bool greeting)
{
	bool operator_role = span_is(role->role, "admin");

	if (!connect_party(scene, party, operator_role, greeting))
		return false;
	if (operator_role || span_is(role->role, "anonymous"))
		return true;
	if (role->person.len == 0)
		return scene_fail(
		    scene, "this role needs the name of a person", role->role);
	return log_in(scene, party, role);
}

struct party *
scene_party(struct scene *scene, struct span words, bool greeting)
{
	struct role_line role;
	struct party *party;

	if (!parse_role(words, &role)) {
		scene_fail(scene, "not a role and a name", words);
		return NULL;
	}
	party = get_party(scene, role.name);
	/* who is nobody starts anew in every block */
	if (!party->used && span_is(role.role, "anonymous"))
		party_hang_up(party);
	if (party->dialogue == NULL &&
	    !open_party(scene, party, &role, greeting)) {
		party_hang_up(party);
		return NULL;
	}
	party->used = true;
	return party;
}
