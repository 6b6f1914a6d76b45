/* SPDX-License-Identifier: ISC */
/*
 * directory: what the plan is made on - territories, structures, programmes,
 * sites, physicians, the dated facts about them - and the accounts that may
 * touch it.
 *
 * Every kind is a struct that begins with struct entity and is described by a
 * table of fields.  Reading a request, printing a line, and storing and loading
 * a row are expanded from these tables and stand nowhere else.  Entities are
 * never removed, only retired, so an index into the book stays valid.
 *
 * A fact is an entity without a code of its own: what it says of whom from when
 * is its name (struct kind_info, identity).  Its days are service dates, both
 * included; `to` is INT32_MAX when it is open.
 */
#ifndef DOMAIN_DIRECTORY_H
#define DOMAIN_DIRECTORY_H

#include "daemon/domain/calendar.h"
#include "daemon/domain/pattern.h"
#include "proto/id.h"
#include "proto/limits.h"
#include "proto/verb.h"

#include <stddef.h>

/* In the order in which a unit writes them and the book loads them: a kind
 * refers only to kinds before it. */
enum kind {
	KIND_TERRITORY,
	KIND_STRUCTURE,
	KIND_PROGRAMME,
	KIND_SITE,
	KIND_PHYSICIAN,
	KIND_ZONE,
	KIND_HOLIDAY,
	KIND_CLOSURE,
	KIND_OPENING,
	KIND_STOP,
	KIND_PRESENCE,
	KIND_NEED,
	KIND_ENROLMENT,
	KIND_AUTHORISATION,
	KIND_AVAILABILITY,
	KIND_ABSENCE,
	KIND_BUSY,
	KIND_QUOTA,
	KIND_ROTATION,
	KIND_WEIGHT,
	KIND_ACCOUNT,
	KIND_TOKEN,
	KIND_DIRECTORY_COUNT,
	KIND_ASSIGNMENT = KIND_DIRECTORY_COUNT, /* not in the field tables */
	/* In the field tables, but not in the directory: see book_places.h.
	 */
	KIND_OFFER,
	KIND_PLACE,
	KIND_COUNT
};

/* Index of an entity of a kind in the book; REF_NONE: absent. */
enum { REF_NONE = -1 };

/* 64 physicians of a rotation, as ids. */
enum { ROTATION_LIST_MAX = 64 * (ID_TEXT_LEN + 1) };

struct entity {
	struct id id;
	uint32_t rev; /* from 1 */
};

struct territory {
	struct entity entity;
	char code[PROTO_WORD_MAX + 1];
	char kind[16]; /* cpts pdsa sector departement region epci */
	char name[PROTO_TEXT_MAX + 1];
	char finess[10]; /* of a CPTS (category 604), or "" */
	char phone[17];  /* of its coordination, +33..., or "" */
	/* Free unscheduled places under which its coordinators are alarmed,
	 * within the next 24 and 48 hours; 0: never. */
	uint32_t floor_24, floor_48;
	char
	    regulator[8]; /* what the SAS may do with its places: reads takes */
	char state[8];    /* active retired */
	char source[16];  /* real generated */
};

struct structure {
	struct entity entity;
	char code[PROTO_WORD_MAX + 1]; /* FINESS of the legal holder, or own */
	char kind[16]; /* MSP CDS ESP CABINET HOPITAL EHPAD MMG CSNP OTHER */
	char name[PROTO_TEXT_MAX + 1];
	char state[8];
	char source[16];
};

/* A named set of rules and targets; see quota, enrolment. */
struct programme {
	struct entity entity;
	char code[PROTO_WORD_MAX + 1];
	char name[PROTO_TEXT_MAX + 1];
	int32_t from, to; /* INT32_MAX: open */
	/* Bound of the share of unscheduled care, percent, H16; 100: none. */
	uint32_t snp_max;
	char state[8];
	char source[16];
};

struct site {
	struct entity entity;
	char finess[10]; /* or "" */
	char name[PROTO_TEXT_MAX + 1];
	char kind[8];                 /* fixed mobile remote ehpad */
	int32_t structure, territory; /* index or REF_NONE */
	int32_t sector, pdsa;         /* territories of these kinds, likewise */
	char commune[6];              /* INSEE code */
	char departement[4];
	int32_t lat, lon; /* 1e-5 degrees WGS84; both 0: unknown */
	const struct tz *tz;
	char precision[8]; /* of lat and lon: address commune */
	char address[PROTO_TEXT_MAX + 1];
	char phone[17];
	uint32_t rooms; /* 1..PROTO_ROOMS_MAX; a vehicle has one */
	struct hours hours;
	char hours_source[16]; /* of hours and rooms: real generated */
	char holidays[8];      /* on public holidays: closed open */
	char area[20]; /* whose holidays beside the national ones, or "" */
	/* What an unscheduled half-day leaves to rota unless it says otherwise:
	 * places (0: as many as fit) of so many minutes. */
	uint32_t places, minutes;
	char manner[10]; /* bookable walk-in */
	char label[20];  /* that promises five days a week, or "" */
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
	char status[12];   /* physician junior intern */
	uint32_t max_km; /* from home to a site, 0: no limit of the person's */
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

/* By what names a fact: commune, kind, first day; as strcmp() answers. */
int zone_compare(const struct zone *a, const struct zone *b);

/* A public or school holiday of an area: "national" or a part of the country.
 */
struct holiday {
	struct entity entity;
	char area[20];
	char kind[8]; /* public school */
	int32_t from, to;
	char name[PROTO_TEXT_MAX + 1];
	char state[8];
	char source[16];
};

/* A site does not open in these parts of these days. */
struct closure {
	struct entity entity;
	int32_t site;
	int32_t from, to;
	char parts[PART_COUNT + 1]; /* letters of enum part, "MA" */
	char cause[12];             /* works flood leave staff other */
	char state[8];
	char source[16];
};

/* A site opens so on these days, whatever else is said of them. */
struct opening_day {
	struct entity entity;
	int32_t site;
	int32_t from, to;
	struct hours hours;
	char state[8];
	char source[16];
};

/* Where a mobile site stands. */
struct stop {
	struct entity entity;
	int32_t site;
	struct pattern pattern;
	int32_t from, to;
	char commune[6];
	int32_t lat, lon;
	char address[PROTO_TEXT_MAX + 1];
	char state[8];
	char source[16];
};

/* Local staff who work with the physician of the half-day. */
struct presence {
	struct entity entity;
	int32_t site;
	char staff[12]; /* nurse apn assistant asalee midwife secretary other */
	struct pattern pattern;
	int32_t from, to;
	uint32_t number;
	char state[8];
	char source[16];
};

/* So many physicians are needed in each half-day of the pattern, at a site or
 * at any site of a sector: one of the two references is given. */
struct need {
	struct entity entity;
	int32_t site, sector;
	struct pattern pattern;
	char activity[8];
	char specialty[9];
	int32_t from, to;
	uint32_t number;
	char state[8];
	char source[16];
};

struct enrolment {
	struct entity entity;
	int32_t physician, programme;
	int32_t from, to;
	char state[8];
	char source[16];
};

/* Why a physician may work at a site, H05. */
struct authorisation {
	struct entity entity;
	int32_t physician, site;
	char kind[12]; /* principal declaration mission locum */
	int32_t from, to;
	char state[8];
	char source[16];
};

/* What a physician says of the own half-days. */
struct availability {
	struct entity entity;
	int32_t physician;
	char kind[12]; /* available unavailable preferred disliked */
	struct pattern pattern;
	int32_t from, to;
	char state[8];
	char source[16];
};

/* Its category is private, see rota.private. */
struct absence {
	struct entity entity;
	int32_t physician;
	int32_t from, to;
	char parts[PART_COUNT + 1];
	char state[8];
	char source[16];
};

/* Half-days that another employer plans. */
struct busy {
	struct entity entity;
	int32_t physician;
	int32_t structure; /* the employer, or REF_NONE */
	struct pattern pattern;
	int32_t from, to;
	char state[8];
	char source[16];
};

/* Half-days of a physician (or of each of a programme's, when no physician is
 * named) in each period: H09 and H15. */
struct quota {
	struct entity entity;
	int32_t physician, programme; /* one at least */
	char period[10];              /* week month year contract */
	int32_t from, to;
	uint32_t min, max; /* half-days; QUOTA_NONE: no maximum */
	char state[8];
	char source[16];
};
enum { QUOTA_NONE = 9999 };

/* Physicians in turn over the half-days of a pattern. */
struct rotation {
	struct entity entity;
	char code[PROTO_WORD_MAX + 1];
	int32_t site, sector; /* one of the two */
	struct pattern pattern;
	char mode[8]; /* turn: one half-day each; week: a whole week each */
	char activity[8];
	/* Minutes of each half-day, see struct assignment. */
	uint32_t unscheduled, remote;
	int32_t programme;
	int32_t from, to;
	char physicians[ROTATION_LIST_MAX +
	    1];        /* ids, comma between, in order */
	char state[8]; /* active ended */
	char source[16];
};

/* What a soft term counts, in a plan for a territory or a programme, or in any
 * when neither is named; see term.h. */
struct weight {
	struct entity entity;
	int32_t territory, programme; /* one at most */
	char term[16];                /* key of term.def */
	int32_t from, to;
	uint32_t value;
	char state[8];
	char source[16];
};
enum { WEIGHT_VALUE_MAX = 10000 };

/* A list as long as a request may have, each site of it by its id. */
enum { ACCOUNT_SCOPE_MAX = 7600 };

struct account {
	struct entity entity;
	char name[PROTO_TEXT_MAX + 1];
	char role[12]; /* admin coordinator physician desk regulator auditor */
	int32_t physician; /* index or REF_NONE; set when role is physician */
	/* "territory:CODE,site:UUID"; "" none.  A site by its id: a number may
	 * be taken from it and given to another one. */
	char scope[ACCOUNT_SCOPE_MAX + 1];
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
	FIELD_ID,      /* struct id, of what is not in the directory */
	FIELD_REF,     /* int32_t index of an entity of kind `ref` */
	FIELD_HOURS,   /* struct hours */
	FIELD_PATTERN, /* struct pattern */
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
	/* Not printed when it has its initial value. */
	bool quiet;
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
	/*
	 * Of a fact: the fields that name it, ended by KEY_0, and NULL for any
	 * other kind.  Its id is computed from them, so stating a fact again
	 * finds it.  The first reference among them that is given is its owner.
	 */
	const enum key *identity;
	/* Verdicts read it: a write of it raises the guard of its owner. */
	bool judged;
};

const struct kind_info *kind_info(enum kind kind);
bool kind_find(struct span name, enum kind *out);
const struct field *kind_field(enum kind kind, enum key key); /* or NULL */
/* The owner of a fact: its kind, and the index in *index; KIND_COUNT when it
 * has none, as a holiday. */
enum kind fact_owner(
    enum kind kind, const struct entity *entity, int32_t *index);
/* First day of a fact; INT32_MIN of a kind without days. */
int32_t fact_from(enum kind kind, const struct entity *entity);

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
