/* SPDX-License-Identifier: ISC */
/*
 * directory: the master data of the plan - territories, structures, sites,
 * physicians, zoning facts - and the accounts that may touch it.
 *
 * Every kind is a struct that begins with struct entity and is described by a
 * table of fields.  Reading a request, printing a line, and storing and loading
 * a row are expanded from these tables and stand nowhere else.  Entities are
 * never removed, only retired, so an index into the book stays valid.
 */
#ifndef DOMAIN_DIRECTORY_H
#define DOMAIN_DIRECTORY_H

#include "daemon/domain/calendar.h"
#include "proto/id.h"
#include "proto/limits.h"
#include "proto/verb.h"

#include <stddef.h>

/* In the order in which a unit writes them and the book loads them: a kind
 * refers only to kinds before it. */
enum kind {
	KIND_TERRITORY,
	KIND_STRUCTURE,
	KIND_SITE,
	KIND_PHYSICIAN,
	KIND_ZONE,
	KIND_ACCOUNT,
	KIND_TOKEN,
	KIND_DIRECTORY_COUNT,
	KIND_ASSIGNMENT = KIND_DIRECTORY_COUNT, /* not in the field tables */
	KIND_COUNT
};

/* Index of an entity of a kind in the book; REF_NONE: absent. */
enum { REF_NONE = -1 };

struct entity {
	struct id id;
	uint32_t rev; /* from 1 */
};

struct territory {
	struct entity entity;
	char code[PROTO_WORD_MAX + 1];
	char kind[16]; /* cpts pdsa sector departement region epci */
	char name[PROTO_TEXT_MAX + 1];
	char state[8];   /* active retired */
	char source[16]; /* real generated */
};

struct structure {
	struct entity entity;
	char code[PROTO_WORD_MAX + 1]; /* FINESS of the legal holder, or own */
	char kind[16]; /* MSP CDS ESP CABINET HOPITAL EHPAD MMG CSNP OTHER */
	char name[PROTO_TEXT_MAX + 1];
	char state[8];
	char source[16];
};

struct site {
	struct entity entity;
	char finess[10]; /* or "" */
	char name[PROTO_TEXT_MAX + 1];
	int32_t structure, territory; /* index or REF_NONE */
	char commune[6];              /* INSEE code */
	char departement[4];
	int32_t lat, lon; /* 1e-5 degrees WGS84; both 0: unknown */
	const struct tz *tz;
	uint32_t rooms; /* 1..PROTO_ROOMS_MAX */
	struct hours hours;
	char state[8];
	char source[16];
};

struct physician {
	struct entity entity;
	char rpps[12];
	char family[PROTO_TEXT_MAX + 1];
	char given[PROTO_TEXT_MAX + 1];
	char specialty[9]; /* "MG" general practice, else a code */
	char home[6];      /* INSEE code of the home commune, or "" */
	int32_t lat, lon;  /* of the home; both 0: unknown */
	char state[8];
	char source[16];
};

/* A commune is of a class from a day on, to a day included. */
struct zone {
	struct entity entity;
	char commune[6];
	char kind[8];  /* gp qpv red */
	char class[8]; /* ZIP ZAC ZAR HZ, QPV, ROUGE */
	int32_t from;
	int32_t to; /* INT32_MAX: open */
	char source[16];
};

struct account {
	struct entity entity;
	char name[PROTO_TEXT_MAX + 1];
	char role[12]; /* admin coordinator physician desk regulator auditor */
	int32_t physician; /* index or REF_NONE; set when role is physician */
	char scope[PROTO_LONG_MAX +
	    1];        /* "territory:CODE,site:HANDLE"; "" none */
	char state[8]; /* invited active revoked */
};

/* An invitation code or a bearer token; only its SHA-256 is known. */
struct token {
	struct entity entity;
	int32_t account;
	char kind[8];    /* invite bearer */
	char hash[65];   /* lower-case hexadecimal */
	int64_t expires; /* instant */
	char state[8];   /* live used revoked */
};

enum field_type {
	FIELD_TEXT, /* char[size], size - 1 bytes at most */
	FIELD_WORD, /* likewise, of `names` when given */
	FIELD_U32,
	FIELD_DEGREES, /* int32_t, 1e-5 */
	FIELD_DAY,     /* int32_t; INT32_MAX absent */
	FIELD_INSTANT, /* int64_t */
	FIELD_REF,     /* int32_t index of an entity of kind `ref` */
	FIELD_HOURS,   /* struct hours */
	FIELD_TZ       /* const struct tz * */
};

struct field {
	const char *column; /* of the table and of the feed's payload */
	enum key key; /* of put and of the printed line; KEY_0: internal */
	enum field_type type;
	size_t offset, size;
	const char *const *names; /* words allowed, NULL-ended, or NULL */
	enum kind ref;
	int64_t min, max; /* FIELD_U32, FIELD_DEGREES */
	/* Value of a new entity, in the form that a request has: "" is none of
	 * a reference, a day or a code.  NULL: must be given, and not empty. */
	const char *initial;
	/* FIELD_WORD: whether a text that is not empty has the form of the
	 * code, and that form in words; NULL: any word. */
	bool (*has_form)(struct span text);
	const char *expected;
};

struct kind_info {
	const char *name; /* "site": table, key of its handle, push word */
	size_t size;      /* of the struct */
	const struct field *fields;
	size_t nfields;
	enum key handle;  /* key that names one: KEY_SITE ... or KEY_0 */
	enum key natural; /* key of the national or own code, or KEY_0 */
};

const struct kind_info *kind_info(enum kind kind);
bool kind_find(struct span name, enum kind *out);
const struct field *kind_field(enum kind kind, enum key key); /* or NULL */

/*
 * The name by which people call an entity: the FINESS of a site if it has one,
 * the RPPS number of a physician, the code of a territory or structure.  The
 * empty span when it has none: its id is its name then.
 */
struct span entity_handle(enum kind kind, const struct entity *entity);
/* Its handle, or its id as text, which is written to `text` then. */
struct span entity_name(
    enum kind kind, const struct entity *entity, char text[ID_TEXT_LEN]);

/* Luhn keys of RPPS (11 digits) and FINESS (9; Corsica 2A.. 2B..). */
enum idcheck { ID_FORM, ID_KEY, ID_GOOD }; /* wrong form, wrong key, right */
enum idcheck rpps_check(struct span text);
enum idcheck finess_check(struct span text);
/* Form of INSEE codes: "16102", "2A004"; "16", "2A", "974". */
bool commune_has_form(struct span text);
bool departement_has_form(struct span text);

#endif
