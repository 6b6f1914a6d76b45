/* SPDX-License-Identifier: ISC */
/*
 * instance_text_private: the pieces of a line; for instance_text*.c only.
 */
#ifndef TESTS_INSTANCE_TEXT_PRIVATE_H
#define TESTS_INSTANCE_TEXT_PRIVATE_H

#include "proto/limits.h"
#include "proto/out.h"
#include "tests/unit/instance_text.h"

#include <stdio.h>

struct writer {
	const struct instance *in;
	FILE *file;
	char text[PROTO_LINE_MAX + 1];
	struct out out; /* the line under way */
};

/* The line begins with its kind; text_end() writes it. */
struct out *text_begin(struct writer *writer, const char *kind);
void text_end(struct writer *writer);

/* Each puts " key=value", and nothing where there is nothing to say. */
void text_number(struct out *out, const char *key, int64_t number);
void text_flag(struct out *out, const char *key, bool flag);
void text_name(struct out *out, const char *key, const struct names *names,
    int32_t number);
void text_parts(struct out *out, const char *key, unsigned parts);
/* Letters alone. */
void text_letters(struct out *out, unsigned parts);
void text_day(struct writer *writer, const char *key, int32_t day);
void text_activity(struct writer *writer, int32_t activity);
/* "mon", ...: of weekdays from 0. */
extern const char *const text_weekdays[DAYS_PER_WEEK];

/* Of instance_text_work.c: physicians and what they may do, and what is said of
 * single half-days. */
void text_work(struct writer *writer);
void text_marks(struct writer *writer);

#endif
