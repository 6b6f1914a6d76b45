/* SPDX-License-Identifier: ISC */
/*
 * limits: every size that a client drives.  protocol.md states them; a change
 * here is a change of the protocol.
 */
#ifndef PROTO_LIMITS_H
#define PROTO_LIMITS_H

enum {
	PROTO_LINE_MAX =
	    8192, /* bytes of a line either way, its end not counted */
	PROTO_TAG_MAX = 64,       /* bytes of a tag, '#' not counted */
	PROTO_ARGS_MAX = 32,      /* key=value pairs of one request */
	PROTO_WORD_MAX = 64,      /* bytes of a name, code or token */
	PROTO_TEXT_MAX = 200,     /* bytes of a free text */
	PROTO_LONG_MAX = 4096,    /* bytes of hours=, scope= and cursors */
	PROTO_BATCH_MAX = 20000,  /* lines of one batch */
	PROTO_PAGE_DEFAULT = 100, /* lines of a list when limit= is absent */
	PROTO_PAGE_MAX = 1000,    /* largest limit= */
	PROTO_ROOMS_MAX = 99,     /* rooms of one site */
	PROTO_FACTS_MAX = 4000,   /* facts of a kind about one owner */
	PROTO_WORDS = 2, /* words of an answer line, its marker not counted */
	PROTO_PAIRS_MAX = 64, /* key=value pairs of an answer line */
	PROTO_DAYS_MAX = 3660 /* days that one list may span */
};

#endif
