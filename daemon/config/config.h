/* SPDX-License-Identifier: ISC */
/*
 * config: rotad.conf, read whole or not at all.
 *
 * config.def is the only list of keys; this struct, the parser, the printer,
 * the man page's and the example's tests are expanded from it.  A struct config
 * is never changed once loaded: a reload makes a new one and swaps.
 */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include "daemon/base/compiler.h"
#include "daemon/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
	CONFIG_LIST_MAX = 16,      /* values of one LIST key */
	CONFIG_VALUE_MAX = 4096,   /* bytes of one value */
	CONFIG_FILE_MAX = 1 << 20, /* bytes of the file */
};

/* How a key is written, and what its member holds. */
enum config_type {
	CONFIG_STRING,   /* char *: never NULL, "" is none */
	CONFIG_LIST,     /* struct config_list: the key may be repeated */
	CONFIG_DURATION, /* uint64_t: milliseconds */
	CONFIG_COUNT,    /* uint64_t */
	CONFIG_SIZE,     /* uint64_t: bytes */
	CONFIG_BOOL,     /* bool */
};

struct config_list {
	char *values[CONFIG_LIST_MAX]; /* never "" */
	size_t count;
};

#define CONFIG_MEMBER_STRING char *
#define CONFIG_MEMBER_LIST struct config_list
#define CONFIG_MEMBER_DURATION uint64_t
#define CONFIG_MEMBER_COUNT uint64_t
#define CONFIG_MEMBER_SIZE uint64_t
#define CONFIG_MEMBER_BOOL bool

/* All strings are owned by the config. */
struct config {
#define CONFIG(field, key, TYPE, ...) CONFIG_MEMBER_##TYPE field;
#include "daemon/config/config.def"
#undef CONFIG
};

/* One row of config.def. */
struct config_key {
	const char *name;
	enum config_type type;
	const char *standard; /* the default */
	const char *min;
	const char *max;
	bool reloadable;
	const char *text;
	size_t offset; /* of the member in struct config */
};

/* The rows in the order of config.def; static. */
const struct config_key *config_keys(size_t *count);

/* The defaults, which pass config_check(); owned by the caller. */
struct config *config_new(void) MUST_CHECK;
void config_free(struct config *config); /* NULL is nothing */

/*
 * The file at path, checked: owned by the caller.  NULL with error set to
 * "file:line: what is wrong and what would be right".
 */
struct config *config_load(const char *path, struct error *error) MUST_CHECK;

/* The same for len bytes of text (borrowed); name stands for the file. */
struct config *config_parse(const char *name, const char *text, size_t len,
    struct error *error) MUST_CHECK;

/*
 * What no key can say alone.  0, or -1 with error set and *key the name of the
 * key (static) that should be changed.
 */
int config_check(const struct config *config, const char **key,
    struct error *error) MUST_CHECK;

/*
 * The value as text, owned by the caller; values of a LIST are joined by ", ".
 * May contain what the operator holds secret.
 */
char *config_value(const struct config *config, const struct config_key *key)
    MUST_CHECK;

/* One changed key; all is borrowed. */
typedef void config_change_fn(void *arg, const struct config_key *key,
    const char *before, const char *after);

/* Calls on_change (may be NULL) for each key that differs; returns how many. */
size_t config_diff(const struct config *before, const struct config *after,
    config_change_fn *on_change, void *arg);

/*
 * Whether a running daemon may swap now for next: 0, or -1 with error naming
 * each changed key that needs a restart (names only, no values).
 */
int config_reloadable(const struct config *now, const struct config *next,
    struct error *error) MUST_CHECK;

/* All keys with their values, in a form that config_load() reads back. */
void config_print(const struct config *config, FILE *file);

#endif
