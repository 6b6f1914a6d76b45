/* SPDX-License-Identifier: ISC */
/*
 * rule: what makes an assignment acceptable, as small pure functions.
 *
 * A rule reads a book that is already in the end state of the unit being judged
 * and looks at one assignment of it.  It answers true, or fills a finding:
 * which figures, and which other assignment stands in the way.  Its sentences
 * (source, text, remedy, in each language) stand in rule_text.def with the
 * figures' keys in braces; nothing about a rule stands elsewhere.  To add one:
 * a row in proto/rule.def, a row in rule_text.def, a function.
 */
#ifndef DOMAIN_RULE_H
#define DOMAIN_RULE_H

#include "daemon/domain/book.h"
#include "daemon/domain/unit.h"
#include "proto/out.h"
#include "proto/status.h"

/*
 * When a rule is judged: WRITE, for every half-day of a unit that blocks, but
 * not for one that is merely recorded as held; PUBLISH, likewise and for those
 * taken away: such a rule says itself what is a warning until publication;
 * ALWAYS, for every half-day of a unit whatever its state; CLOSE, when a period
 * has passed, which refuses nothing.
 */
enum moment { MOMENT_WRITE, MOMENT_PUBLISH, MOMENT_CLOSE, MOMENT_ALWAYS };

struct travel; /* minutes between places, see travel.h */

/* Who writes, as far as rules ask. */
struct actor {
	int32_t physician; /* whose own act it is, or REF_NONE */
};

#define RULE_BIT(number) (UINT32_C(1) << (number))

/* What a unit is judged by. */
struct rules {
	const struct travel *travel; /* borrowed */
	/* WRITE: by the rules of all moments but CLOSE; PUBLISH: only by those
	 * of PUBLISH and ALWAYS, which suffice for drafts judged before. */
	enum moment moment;
	struct actor actor;
	int64_t now;  /* instant of the write: what has begun, H19 */
	uint32_t off; /* RULE_BIT(n): Hn is not judged */
};

struct shares; /* of rule_h16.c */

struct judgement {
	const struct book *book; /* in the end state */
	const struct rules *rules;
	const struct unit *unit;
	/* Of each change of the unit, as it was before: revision 0 when there
	 * was none. */
	const struct assignment *befores;
	struct shares *shares; /* reckoned once for a whole verdict */
	const struct unit_change *change;    /* the one judged */
	const struct assignment *assignment; /* of it, in the book */
	/* As it was before the unit; NULL when the unit creates it. */
	const struct assignment *before;
};

enum figure_type {
	FIGURE_NUMBER,
	FIGURE_INSTANT, /* with the offset of the site that it belongs to */
	FIGURE_WEEKDAY, /* Monday 0; "mon", in the texts a word */
	FIGURE_TEXT,    /* kept in the finding */
	FIGURE_HELD     /* likewise: "1 12:00,2 13:00", rooms and until when */
};

struct figure {
	const char *key; /* of the refusal line, and in braces in the texts */
	enum figure_type type;
	bool scoped;    /* names the other site: told only with `with` */
	int64_t number; /* or where the text begins in the finding's own */
	size_t len;     /* of the text */
	int offset;     /* minutes east of UTC, of an instant */
};

/* May be copied, and outlives the supposition that it was found in. */
struct finding {
	enum status rule; /* STATUS_H01 ... */
	unsigned variant; /* which of the rule's sentences, rule_text.def */
	bool warning;     /* told, not refused: a rule may set it */
	unsigned line;    /* of the batch; 0: a single request */
	struct id slot;   /* assignment refused */
	struct id with;   /* assignment in the way, or nil */
	/* Its site: told only to those in whose scope it is.  REF_NONE: there
	 * is none, or the unit itself creates it. */
	int32_t with_site;
	unsigned count;
	struct figure figures[8];
	size_t used;
	char text[256];
};

/* Findings that do not refuse, in the order in which they were made; two that
 * say the same of different half-days are kept once. */
enum { WARNINGS_MAX = 64 };
struct warnings {
	struct finding *at; /* owned */
	size_t count, capacity;
	bool more; /* there were more than WARNINGS_MAX */
};

void warnings_fini(struct warnings *warnings);
/* False when it says nothing new, or there are too many: then `more` is set. */
bool warnings_add(struct warnings *warnings, const struct finding *finding);

/*
 * Supposes the sealed unit, judges its assignments by the rules, and retracts.
 * True when all is acceptable; else the first finding in the order of (line,
 * rule).  Findings that are warnings are added to *warnings, unless NULL.
 */
bool rules_judge(struct book *book, const struct rules *rules,
    const struct unit *unit, struct finding *finding,
    struct warnings *warnings);

/* Whether the write is the own act of the assignment's physician. */
static inline bool
judgement_is_own(const struct judgement *judgement)
{
	return judgement->rules->actor.physician != REF_NONE &&
	    judgement->rules->actor.physician ==
	    judgement->assignment->physician;
}

/*
 * Likewise, but what refuses is collected: the first finding of each change, in
 * their order, the first `max` of them.  Returns how many changes are refused.
 */
size_t rules_findings(struct book *book, const struct rules *rules,
    const struct unit *unit, struct finding *findings, size_t max,
    struct warnings *warnings);

/*
 * Judges a half-day that the book does not have, beside what it has, as if it
 * were written alone, and by the rules that ask nothing of a whole period: not
 * by quotas (H09, H15), nor by the share of unscheduled care (H16).  False with
 * the first finding.  Nothing is supposed, so many may be judged one after
 * another.
 */
bool rules_alone(const struct book *book, const struct rules *rules,
    const struct assignment *assignment, struct finding *finding);

/*
 * Judges the assignments of a sealed unit change by change: all that they were
 * before is given up first; then each takes its place and is judged on what has
 * been accepted so far, and leaves again when it is refused, so that it stands
 * in nobody's way.  Where a room is still to be allotted it is the lowest free
 * one.  refused() is told of each refusal, in order; the book is supposed
 * meanwhile, so nothing may be read from it.  Returns how many.
 */
typedef void rules_refused_fn(
    void *arg, const struct unit_change *change, const struct finding *finding);
size_t rules_sift(struct book *book, const struct rules *rules,
    const struct unit *unit, rules_refused_fn *refused, void *arg);

/*
 * Prints " slot= with= site= from= ... text= source= remedy=".  The other
 * assignment's site and id are printed only when `with_visible`.
 */
void finding_print(const struct finding *finding, const struct book *book,
    enum lang lang, bool with_visible, struct out *out);

/* Only " text=". */
void finding_print_text(const struct finding *finding, const struct book *book,
    enum lang lang, bool with_visible, struct out *out);

/* The lowest room free at the site over the whole interval, other than for the
 * assignment `self`; 0 when none is. */
unsigned room_lowest_free(const struct book *book, int32_t site, int64_t from,
    int64_t to, struct id self);

#endif
