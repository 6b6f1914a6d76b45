/* SPDX-License-Identifier: ISC */
/*
 * record: one line of an instance or a plan, "kind key=value ...", taken apart
 * by a table of the keys that its kind has.
 */
#ifndef PLANNER_RECORD_H
#define PLANNER_RECORD_H

#include "daemon/base/error.h"
#include "daemon/domain/calendar.h"

enum { RECORD_KEYS_MAX = 16 };

enum record_type {
	RECORD_TOKEN, /* 1 to 64 bytes, any text */
	RECORD_NUMBER,
	RECORD_POINTS, /* thousandths of what is said */
	RECORD_PRICE,  /* may be negative; the unit is 2^-16 point */
	RECORD_DAY,
	RECORD_PART,
	RECORD_PARTS,
	RECORD_FLAG, /* yes or no */
	RECORD_TEXT
};

struct record_key {
	const char *name;
	enum record_type type;
	bool needed;
	int64_t min, max; /* of a number */
};

struct record_kind {
	const char *name;
	struct record_key key[RECORD_KEYS_MAX];
};

/* The half-day of a line of a plan: the first keys of its kind. */
enum {
	HALF_DAY_PHYSICIAN,
	HALF_DAY_SITE,
	HALF_DAY_DAY,
	HALF_DAY_PART,
	HALF_DAY_ACTIVITY,
	HALF_DAY_SPECIALTY,
	HALF_DAY_PROGRAMME,
	HALF_DAY_KEYS
};

#define RECORD_HALF_DAY(needed)                                                \
	{"physician", RECORD_TOKEN, needed, 0, 0},                             \
	    {"site", RECORD_TOKEN, needed, 0, 0},                              \
	    {"day", RECORD_DAY, needed, 0, 0},                                 \
	    {"part", RECORD_PART, needed, 0, 0},                               \
	    {"activity", RECORD_TOKEN, needed, 0, 0},                          \
	    {"specialty", RECORD_TEXT, false, 0, 0},                           \
	{                                                                      \
		"programme", RECORD_TOKEN, false, 0, 0                         \
	}

struct value {
	bool given;
	int64_t number; /* day, part, bits of parts, flag too */
	struct span text;
};

struct record {
	size_t kind; /* index into the table */
	struct value value[RECORD_KEYS_MAX];
};

/* False with why.  scratch has room for the line. */
bool record_parse(struct span line, const struct record_kind *kinds,
    size_t count, char *scratch, struct record *out, struct error *error);

#endif
