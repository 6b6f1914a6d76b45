/* SPDX-License-Identifier: ISC */
/*
 * directory_private: what the tables of the kinds are written with.
 *
 * Columns are named as the struct members.  A field whose initial value is
 * NULL must be given when an entity is created; for a reference, a day or a
 * code the initial value "" means none.
 */
#ifndef DOMAIN_DIRECTORY_PRIVATE_H
#define DOMAIN_DIRECTORY_PRIVATE_H

#include "daemon/base/compiler.h"
#include "daemon/domain/directory.h"

/* The tables: directory_places.c, directory_people.c, directory_plan.c. */
extern const struct kind_info kind_territory, kind_structure, kind_programme,
    kind_site, kind_physician, kind_zone, kind_holiday, kind_closure,
    kind_opening, kind_stop, kind_presence, kind_need, kind_enrolment,
    kind_authorisation, kind_availability, kind_absence, kind_busy, kind_quota,
    kind_rotation, kind_weight, kind_account, kind_token, kind_offer,
    kind_visit;

/* Lists of words, ended by NULL. */
extern const char *const words_state[];
extern const char *const words_source[];
extern const char *const words_activity[];

bool parts_have_form(struct span text);

/* 1e-5 degrees */
enum { LATITUDE_MAX = 9000000, LONGITUDE_MAX = 18000000 };

#define MEMBER(kind, member)                                                   \
	.column = #member, .offset = offsetof(struct kind, member),            \
	.size = sizeof(((struct kind *)NULL)->member)

/* What nearly every kind has. */
#define STATE(kind)                                                            \
	MEMBER(kind, state), .key = KEY_STATE, .type = FIELD_WORD,             \
			     .names = words_state, .initial = "active"
#define SOURCE(kind)                                                           \
	MEMBER(kind, source), .key = KEY_SOURCE, .type = FIELD_WORD,           \
			      .names = words_source, .initial = "real"
#define NAME(kind)                                                             \
	MEMBER(kind, name), .key = KEY_NAME, .type = FIELD_TEXT, .initial = ""
#define FROM(kind) MEMBER(kind, from), .key = KEY_FROM, .type = FIELD_DAY
#define TO(kind)                                                               \
	MEMBER(kind, to), .key = KEY_TO, .type = FIELD_DAY, .initial = ""
#define PHYSICIAN(kind)                                                        \
	MEMBER(kind, physician), .key = KEY_PHYSICIAN, .type = FIELD_REF,      \
				 .ref = KIND_PHYSICIAN
#define SITE(kind)                                                             \
	MEMBER(kind, site), .key = KEY_SITE, .type = FIELD_REF, .ref = KIND_SITE
#define PATTERN(kind)                                                          \
	MEMBER(kind, pattern), .key = KEY_PATTERN, .type = FIELD_PATTERN
#define PARTS(kind)                                                            \
	MEMBER(kind, parts), .key = KEY_PARTS, .type = FIELD_WORD,             \
			     .initial = "MAESN", .has_form = parts_have_form,  \
			     .expected = "letters of MAESN, in this order"
#define COUNT(kind, member, most)                                              \
	MEMBER(kind, member), .type = FIELD_U32, .min = 0, .max = (most)

/* Of a member, which MEMBER() gives. */
#define COMMUNE                                                                \
	.key = KEY_COMMUNE, .type = FIELD_WORD, .has_form = commune_has_form,  \
	.expected = "an INSEE code of a commune, 16102"

#define LATITUDE(kind)                                                         \
	MEMBER(kind, lat), .key = KEY_LAT, .type = FIELD_DEGREES,              \
			   .min = -LATITUDE_MAX, .max = LATITUDE_MAX,          \
			   .initial = "0"
#define LONGITUDE(kind)                                                        \
	MEMBER(kind, lon), .key = KEY_LON, .type = FIELD_DEGREES,              \
			   .min = -LONGITUDE_MAX, .max = LONGITUDE_MAX,        \
			   .initial = "0"

#define KIND(kind)                                                             \
	.name = #kind, .size = sizeof(struct kind), .fields = kind##_fields,   \
	.nfields = ARRAY_SIZE(kind##_fields)

/* What names a fact. */
#define IDENTITY(...)                                                          \
	.identity = (const enum key[])                                         \
	{                                                                      \
		__VA_ARGS__, KEY_0                                             \
	}

#endif
