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

enum moment { MOMENT_WRITE, MOMENT_PUBLISH, MOMENT_CLOSE, MOMENT_ALWAYS };

struct travel; /* minutes between places, see travel.h */

struct judgement {
	const struct book *book; /* in the end state */
	const struct travel *travel;
	const struct assignment *assignment; /* the one judged */
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

/*
 * Supposes the sealed unit, judges every blocking assignment of it by every
 * rule of the moment, and retracts.  True when all is acceptable; else the
 * first finding in the order of (line, rule).
 */
bool rules_judge(struct book *book, const struct travel *travel,
    enum moment moment, const struct unit *unit, struct finding *finding);

/*
 * Prints " slot= with= site= from= ... text= source= remedy=".  The other
 * assignment's site and id are printed only when `with_visible`.
 */
void finding_print(const struct finding *finding, const struct book *book,
    enum lang lang, bool with_visible, struct out *out);

/* The lowest room free at the site over the whole interval, other than for the
 * assignment `self`; 0 when none is. */
unsigned room_lowest_free(const struct book *book, int32_t site, int64_t from,
    int64_t to, struct id self);

#endif
