/* SPDX-License-Identifier: ISC */
/*
 * session: who speaks on a connection, and what of the plan is within reach.
 *
 * Roles say which verbs (proto/verb.def); the scope says where.  Indices into
 * the book are resolved when the session authenticates, and again when its
 * account changes or the book is replaced.
 */
#ifndef SERVER_SESSION_H
#define SERVER_SESSION_H

#include "daemon/domain/book.h"
#include "proto/status.h"
#include "proto/verb.h"

enum role {
	ROLE_NONE,
	ROLE_ADMIN,
	ROLE_COORDINATOR,
	ROLE_PHYSICIAN,
	ROLE_DESK,
	ROLE_REGULATOR,
	ROLE_AUDITOR
};

enum { SCOPE_MAX = 128 };

struct session {
	enum role role;
	int32_t account; /* index, or REF_NONE: peer credentials or nobody */
	struct id account_id; /* nil when there is no account */
	int32_t physician;    /* of the role physician, else REF_NONE */
	int64_t expires;      /* instant of the token; 0: does not */
	enum lang lang;
	unsigned nscope;
	struct scope *scope; /* owned; NULL when there is none */
};

/* One entry of "territory:CODE,site:HANDLE". */
struct scope {
	enum kind kind; /* KIND_TERRITORY, KIND_SITE or KIND_PROGRAMME */
	int32_t index;
};

/* Cuts the next entry off *rest: false at the end.  Its kind is KIND_COUNT when
 * it is not of this form, its index REF_NONE when it is not in the book. */
bool scope_next(struct span *rest, const struct book *book, struct scope *scope,
    struct span *entry);

void session_init(struct session *session);
/* Forgets who speaks; the language stays. */
void session_reset(struct session *session);
/* Takes role, physician and scope from the account; false when it is not
 * active. */
bool session_adopt(
    struct session *session, const struct book *book, int32_t account);
/* Role admin without an account: the peer of the unix socket is the operator.
 */
void session_operator(struct session *session);

#define ROLE_WORDS "one of admin coordinator physician desk regulator auditor"
const char *role_name(enum role role);
bool role_find(struct span text, enum role *out);

/* STATUS_OK, STATUS_AUTH (nobody) or STATUS_ROLE. */
enum status session_may(const struct session *session, enum verb verb);

/* Whether the site, its territory or its sector is in the scope: always for
 * admin and auditor. */
bool session_covers_site(
    const struct session *session, const struct book *book, int32_t site);
bool session_covers_territory(const struct session *session, int32_t territory);
bool session_covers_programme(const struct session *session, int32_t programme);
/* A programme of the scope has the physician enrolled. */
bool session_enrols(
    const struct session *session, const struct book *book, int32_t physician);
/* The own; of a coordinator, whoever is enrolled in a programme or authorised
 * at a site of her scope, until the day on which that ends. */
bool session_covers_physician(
    const struct session *session, const struct book *book, int32_t physician);
/* What planning does not need - the home, why somebody is absent - is for the
 * person and for coordinators of a programme that enrols. */
bool session_reads_private(
    const struct session *session, const struct book *book, int32_t physician);
/* Facts about a physician are for those who cover the physician, or the
 * programme or site that the fact is also about; all others for everybody whose
 * role may list them. */
bool session_reads_fact(const struct session *session, const struct book *book,
    enum kind kind, const struct entity *fact);
/* Its last part: whether the programme or site is covered. */
bool session_reads_side(const struct session *session, const struct book *book,
    enum kind kind, const struct entity *fact);
/* A rotation is for those who have its site or sector in scope, and for the
 * physicians in it. */
bool session_reads_rotation(const struct session *session,
    const struct book *book, const struct rotation *rotation);
/* Whether the assignment is read in full: own, or its site is in the scope; of
 * a draft only coordinators among the latter.  Others see "busy" and the
 * interval. */
bool session_sees(const struct session *session, const struct book *book,
    const struct assignment *assignment);
/* Whether the session may write it: admin; coordinator of the site; the
 * physician itself.  STATUS_OK or STATUS_SCOPE. */
enum status session_may_write(const struct session *session,
    const struct book *book, const struct assignment *assignment);

#endif
