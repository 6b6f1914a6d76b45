/* SPDX-License-Identifier: ISC */
/*
 * status: the outcomes that a client may see.  The rules are statuses of class
 * NO whose code is the rule's id, so that one word tells what was refused.
 */
#ifndef PROTO_STATUS_H
#define PROTO_STATUS_H

enum status_class { CLASS_OK, CLASS_BAD, CLASS_NO, CLASS_FAIL };

enum status {
#define STATUS(SYMBOL, class, code, english, french) STATUS_##SYMBOL,
#include "proto/status.def"
#undef STATUS
#define RULE(ID, moment) STATUS_##ID,
#include "proto/rule.def"
#undef RULE
	STATUS_COUNT
};

enum lang { LANG_EN, LANG_FR, LANG_COUNT };

enum status_class status_class(enum status status);
const char *status_class_name(enum status_class class); /* "ok" "bad" ... */
const char *status_code(enum status status);            /* "stale", "H01" */
/* A sentence for people; for a rule the empty text (the rule has its own). */
const char *status_text(enum status status, enum lang lang);

#endif
