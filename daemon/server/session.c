/* SPDX-License-Identifier: ISC */
/*
 * session: roles come from the table of verbs, places from the account.
 *
 * A role is a letter there; what the scope covers is looked up by index, so a
 * question costs a walk over the few entries of one account.
 */
#include "daemon/server/session.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	char letter; /* of verb.def */
} roles[] = {
    [ROLE_NONE] = {"none", '\0'},
    [ROLE_ADMIN] = {"admin", 'a'},
    [ROLE_COORDINATOR] = {"coordinator", 'c'},
    [ROLE_PHYSICIAN] = {"physician", 'p'},
    [ROLE_DESK] = {"desk", 'd'},
    [ROLE_REGULATOR] = {"regulator", 'r'},
    [ROLE_AUDITOR] = {"auditor", 'u'},
};

const char *
role_name(enum role role)
{
	return roles[role].name;
}

bool
role_find(struct span text, enum role *out)
{
	for (size_t i = ROLE_ADMIN; i < ARRAY_SIZE(roles); i++) {
		if (span_is(text, roles[i].name)) {
			*out = (enum role)i;
			return true;
		}
	}
	return false;
}

void
session_init(struct session *session)
{
	*session = (struct session){.role = ROLE_NONE,
	    .account = REF_NONE,
	    .physician = REF_NONE,
	    .lang = LANG_EN};
}

void
session_reset(struct session *session)
{
	enum lang lang = session->lang;

	free(session->scope);
	session->scope = NULL;
	session_init(session);
	session->lang = lang;
}

void
session_operator(struct session *session)
{
	session_reset(session);
	session->role = ROLE_ADMIN;
}

bool
scope_next(struct span *rest, const struct book *book, struct scope *scope,
    struct span *entry)
{
	struct span handle, word;

	if (!span_cut(rest, ',', entry))
		return false;
	*scope = (struct scope){.kind = KIND_COUNT, .index = REF_NONE};
	handle = *entry;
	if (!span_cut(&handle, ':', &word) || word.len == entry->len)
		return true;
	if (span_is(word, kind_info(KIND_TERRITORY)->name))
		scope->kind = KIND_TERRITORY;
	else if (span_is(word, kind_info(KIND_SITE)->name))
		scope->kind = KIND_SITE;
	else if (span_is(word, kind_info(KIND_PROGRAMME)->name))
		scope->kind = KIND_PROGRAMME;
	else
		return true;
	scope->index = book_resolve(book, scope->kind, handle);
	return true;
}

/* Sets a scope where there is none. */
static void
adopt_scope(struct session *session, const struct book *book,
    const struct account *account)
{
	struct span rest = span_of(account->scope), entry;
	struct scope scope, *list = NULL;
	unsigned count = 0;
	size_t capacity = 0;

	while (count < SCOPE_MAX && scope_next(&rest, book, &scope, &entry)) {
		if (scope.index == REF_NONE) {
			log_warn("session", "scope-unknown",
			    "account=%s entry=%s", LOG_QUOTE(account->name),
			    LOG_QUOTE_BYTES(entry.ptr, entry.len));
			continue;
		}
		list = xgrow(list, &capacity, count + 1, sizeof(*list));
		list[count++] = scope;
	}
	if (rest.len > 0)
		log_warn("session", "scope-cut", "account=%s entries=%d",
		    LOG_QUOTE(account->name), SCOPE_MAX);
	session->scope = list;
	session->nscope = count;
}

bool
session_adopt(struct session *session, const struct book *book, int32_t account)
{
	int64_t expires = session->expires;
	const struct account *entity;
	enum role role;

	session_reset(session);
	if (account == REF_NONE)
		return false;
	entity =
	    (const struct account *)book_entity(book, KIND_ACCOUNT, account);
	if (strcmp(entity->state, "active") != 0 ||
	    !role_find(span_of(entity->role), &role))
		return false;
	session->role = role;
	session->account = account;
	session->account_id = entity->entity.id;
	session->expires = expires;
	if (role == ROLE_PHYSICIAN)
		session->physician = entity->physician;
	adopt_scope(session, book, entity);
	return true;
}

enum status
session_may(const struct session *session, enum verb verb)
{
	const char *allowed = verb_info(verb)->roles;

	if (allowed[0] == '-')
		return STATUS_OK;
	if (session->role == ROLE_NONE)
		return STATUS_AUTH;
	if (allowed[0] == '*' ||
	    strchr(allowed, roles[session->role].letter) != NULL)
		return STATUS_OK;
	return STATUS_ROLE;
}

static bool
covers(const struct session *session, enum kind kind, int32_t index)
{
	if (session->role == ROLE_ADMIN || session->role == ROLE_AUDITOR)
		return true;
	if (index == REF_NONE)
		return false;
	for (unsigned i = 0; i < session->nscope; i++) {
		if (session->scope[i].kind == kind &&
		    session->scope[i].index == index)
			return true;
	}
	return false;
}

bool
session_covers_site(
    const struct session *session, const struct book *book, int32_t site)
{
	const struct site *at;

	if (covers(session, KIND_SITE, site))
		return true;
	if (site == REF_NONE || session->nscope == 0)
		return false;
	at = book_site(book, site);
	return session_covers_territory(session, at->territory) ||
	    session_covers_territory(session, at->sector);
}

bool
session_covers_territory(const struct session *session, int32_t territory)
{
	return covers(session, KIND_TERRITORY, territory);
}

bool
session_covers_programme(const struct session *session, int32_t programme)
{
	return covers(session, KIND_PROGRAMME, programme);
}

/* Whether a fact is not retired, nor over everywhere: what has ended gives no
 * insight any more. */
static bool
is_running(const char *state, int32_t to)
{
	int32_t today = (int32_t)(clock_real_s() / SECONDS_PER_DAY);

	return strcmp(state, "active") == 0 && to >= today - 1;
}

bool
session_enrols(
    const struct session *session, const struct book *book, int32_t physician)
{
	struct id id = book_entity(book, KIND_PHYSICIAN, physician)->id;
	size_t count;
	const int32_t *facts = book_facts(book, KIND_ENROLMENT, id, &count);

	for (size_t i = 0; i < count; i++) {
		const struct enrolment *enrolment =
		    (const struct enrolment *)book_entity(
			book, KIND_ENROLMENT, facts[i]);

		if (is_running(enrolment->state, enrolment->to) &&
		    session_covers_programme(session, enrolment->programme))
			return true;
	}
	return false;
}

/* The physician may work at a site of the scope. */
static bool
authorises(
    const struct session *session, const struct book *book, int32_t physician)
{
	struct id id = book_entity(book, KIND_PHYSICIAN, physician)->id;
	size_t count;
	const int32_t *facts = book_facts(book, KIND_AUTHORISATION, id, &count);

	for (size_t i = 0; i < count; i++) {
		const struct authorisation *authorisation =
		    (const struct authorisation *)book_entity(
			book, KIND_AUTHORISATION, facts[i]);

		if (is_running(authorisation->state, authorisation->to) &&
		    session_covers_site(session, book, authorisation->site))
			return true;
	}
	return false;
}

bool
session_covers_physician(
    const struct session *session, const struct book *book, int32_t physician)
{
	if (session->role == ROLE_ADMIN || session->role == ROLE_AUDITOR)
		return true;
	if (physician == REF_NONE)
		return false;
	if (physician == session->physician)
		return true;
	return session->role == ROLE_COORDINATOR &&
	    (session_enrols(session, book, physician) ||
		authorises(session, book, physician));
}

bool
session_reads_private(
    const struct session *session, const struct book *book, int32_t physician)
{
	if (physician == REF_NONE)
		return false;
	return physician == session->physician ||
	    (session->role == ROLE_COORDINATOR &&
		session_enrols(session, book, physician));
}

bool
session_reads_side(const struct session *session, const struct book *book,
    enum kind kind, const struct entity *fact)
{
	switch (kind) {
	case KIND_ENROLMENT:
		return session_covers_programme(
		    session, ((const struct enrolment *)fact)->programme);
	case KIND_QUOTA:
		return session_covers_programme(
		    session, ((const struct quota *)fact)->programme);
	case KIND_AUTHORISATION:
		return session_covers_site(
		    session, book, ((const struct authorisation *)fact)->site);
	default:
		return false;
	}
}

bool
session_reads_fact(const struct session *session, const struct book *book,
    enum kind kind, const struct entity *fact)
{
	int32_t owner;

	return fact_owner(kind, fact, &owner) != KIND_PHYSICIAN ||
	    session_covers_physician(session, book, owner) ||
	    session_reads_side(session, book, kind, fact);
}

bool
session_reads_rotation(const struct session *session, const struct book *book,
    const struct rotation *rotation)
{
	char id[ID_TEXT_LEN + 1] = "";

	if (session->role == ROLE_PHYSICIAN) {
		if (session->physician == REF_NONE)
			return false;
		id_to_text(
		    book_entity(book, KIND_PHYSICIAN, session->physician)->id,
		    id);
		return strstr(rotation->physicians, id) != NULL;
	}
	return rotation->site != REF_NONE
	    ? session_covers_site(session, book, rotation->site)
	    : session_covers_territory(session, rotation->sector);
}

static bool
is_own(const struct session *session, const struct assignment *assignment)
{
	return session->physician != REF_NONE &&
	    assignment->physician == session->physician;
}

bool
session_sees(const struct session *session, const struct book *book,
    const struct assignment *assignment)
{
	bool draft = assignment->state == STATE_DRAFT;

	switch (session->role) {
	case ROLE_ADMIN:
	case ROLE_AUDITOR:
		return true;
	case ROLE_PHYSICIAN:
		if (is_own(session, assignment))
			return true;
		break;
	case ROLE_COORDINATOR:
		draft = false; /* she sees those of her sites */
		break;
	case ROLE_DESK:
	case ROLE_REGULATOR:
		break;
	case ROLE_NONE:
		return false;
	}
	return !draft && session_covers_site(session, book, assignment->site);
}

enum status
session_may_write(const struct session *session, const struct book *book,
    const struct assignment *assignment)
{
	bool may = false;

	switch (session->role) {
	case ROLE_ADMIN:
		may = true;
		break;
	case ROLE_COORDINATOR:
		may = session_covers_site(session, book, assignment->site);
		break;
	case ROLE_PHYSICIAN:
		may = is_own(session, assignment);
		break;
	case ROLE_NONE:
	case ROLE_DESK:
	case ROLE_REGULATOR:
	case ROLE_AUDITOR:
		break;
	}
	return may ? STATUS_OK : STATUS_SCOPE;
}
