/* SPDX-License-Identifier: ISC */
/*
 * log: one line per event to stderr, "id event key=value ...".
 *
 * id says who ("conn/12", "db/3", "config"), event what happened in a few
 * fixed words joined by "-", the tail with which figures.  A line leaves in one
 * write(2), so lines of several processes never mix; it never contains a
 * control byte and never exceeds LOG_LINE_MAX bytes.
 *
 * When stderr is the journal (JOURNAL_STREAM names it) a line begins with the
 * priority, "<6>"; otherwise with UTC time and the level's name.  No call
 * changes errno, allocates, or fails.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "daemon/base/compiler.h"

#include <stdbool.h>
#include <stddef.h>

enum {
	LOG_LINE_MAX = 4096, /* bytes with the newline; longer ends in "..." */
	LOG_TEXT_MAX = 256,  /* bytes of a quoted value with quotes and NUL */
};

enum log_level {
	LOG_LEVEL_DEBUG,
	LOG_LEVEL_INFO,
	LOG_LEVEL_WARN,
	LOG_LEVEL_ERROR,
};

/*
 * Sets what is logged, and looks what stderr is.  May be called again, for
 * another level.  Before the first call: info and above, never the journal.
 */
void log_init(enum log_level level);

/* Whether a line of this level would be written; spares costly arguments. */
bool log_wanted(enum log_level level);

/* The level called name ("debug", "info", "warn", "error"): 0, else -1. */
int log_level_parse(const char *name, enum log_level *level) MUST_CHECK;

/*
 * All strings are borrowed.  fmt makes the tail and may be ""; a text that
 * came from outside goes through LOG_QUOTE() first.
 */
void log_debug(const char *id, const char *event, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void log_info(const char *id, const char *event, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void log_warn(const char *id, const char *event, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void log_error(const char *id, const char *event, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* An error line that ends with error="..." for the errno of the moment. */
void log_errno(const char *id, const char *event, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* Caller's storage for one quoted value. */
struct log_text {
	char text[LOG_TEXT_MAX];
};

/*
 * The len bytes at bytes as a value that is safe in a line: in double quotes,
 * with \" and \\ escaped, \n \r \t by name, other control bytes and whatever is
 * not UTF-8 as \xNN.  What does not fit is cut and ends with "...".  Returns
 * out->text.  bytes may be NULL if len is 0.
 */
const char *log_quote_bytes(
    struct log_text *out, const char *bytes, size_t len);

/* The same for a string; NULL gives "". */
const char *log_quote(struct log_text *out, const char *string);

/* In the arguments of a log call; good to the end of the enclosing block. */
#define LOG_QUOTE(string) log_quote(&(struct log_text){""}, string)
#define LOG_QUOTE_BYTES(bytes, len)                                            \
	log_quote_bytes(&(struct log_text){""}, bytes, len)

#endif
