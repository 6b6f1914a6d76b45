/* SPDX-License-Identifier: ISC */
/*
 * config: lines "key = value" into a struct config and back.
 *
 * A struct config under construction is always complete: it begins with the
 * defaults, and a value replaces another only once it has been accepted.
 */
#include "daemon/config/config.h"

#include "daemon/base/mem.h"
#include "daemon/config/config_value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NO false
#define YES true

static const struct config_key keys[] = {
#define CONFIG(field, key, TYPE, standard, min, max, RELOAD, text)             \
	{key, CONFIG_##TYPE, standard, min, max, RELOAD, text,                 \
	    offsetof(struct config, field)},
#include "daemon/config/config.def"
#undef CONFIG
};

#undef NO
#undef YES

enum { KEYS = ARRAY_SIZE(keys) };

/* A file being read. */
struct reader {
	const char *name;
	struct config *config;
	unsigned line;
	unsigned line_of[KEYS]; /* where a key was first set; 0: nowhere */
	struct error *error;
};

const struct config_key *
config_keys(size_t *count)
{
	*count = KEYS;
	return keys;
}

static void *
member_of(struct config *config, const struct config_key *key)
{
	return (char *)config + key->offset;
}

/* Whether value is one of the words in "word|word|word". */
static bool
is_choice(const char *choices, const char *value)
{
	size_t len = strlen(value);

	for (const char *at = choices;; at++) {
		size_t size = strcspn(at, "|");

		if (size == len && memcmp(at, value, len) == 0)
			return true;
		at += size;
		if (*at == '\0')
			return false;
	}
}

static int
set_string(char **string, const struct config_key *key, const char *value,
    struct error *error)
{
	if (key->min[0] != '\0' && !is_choice(key->min, value)) {
		error_set(error, "%s must be one of %s, not \"%s\"", key->name,
		    key->min, value);
		return -1;
	}
	free(*string);
	*string = xstrdup(value);
	return 0;
}

static int
list_add(struct config_list *list, const struct config_key *key,
    const char *value, struct error *error)
{
	if (list->count == CONFIG_LIST_MAX) {
		error_set(error, "%s may be given at most %d times", key->name,
		    CONFIG_LIST_MAX);
		return -1;
	}
	if (value[0] != '\0')
		list->values[list->count++] = xstrdup(value);
	return 0;
}

static int
set_bool(bool *to, const struct config_key *key, const char *value,
    struct error *error)
{
	if (config_parse_bool(value, to) == 0)
		return 0;
	error_set(error, "%s must be " CONFIG_BOOL_FORM ", not \"%s\"",
	    key->name, value);
	return -1;
}

typedef int parse_fn(const char *text, uint64_t *value);

static int
set_number(uint64_t *to, const struct config_key *key, const char *value,
    struct error *error)
{
	static const struct {
		parse_fn *parse;
		const char *form;
	} types[] = {
	    [CONFIG_DURATION] = {config_parse_duration, CONFIG_DURATION_FORM},
	    [CONFIG_COUNT] = {config_parse_count, CONFIG_COUNT_FORM},
	    [CONFIG_SIZE] = {config_parse_size, CONFIG_SIZE_FORM},
	};
	parse_fn *parse = types[key->type].parse;
	uint64_t number = 0;
	uint64_t min = 0;
	uint64_t max = 0;

	if (parse(key->min, &min) != 0 || parse(key->max, &max) != 0)
		abort(); /* config.def */
	if (parse(value, &number) != 0) {
		error_set(error, "%s must be %s, not \"%s\"", key->name,
		    types[key->type].form, value);
		return -1;
	}
	if (number < min || number > max) {
		error_set(error, "%s must be between %s and %s, not %s",
		    key->name, key->min, key->max, value);
		return -1;
	}
	*to = number;
	return 0;
}

/* 0, or -1 with error set and nothing changed. */
static int
set_value(struct config *config, const struct config_key *key,
    const char *value, struct error *error)
{
	void *to = member_of(config, key);

	switch (key->type) {
	case CONFIG_STRING:
		return set_string(to, key, value, error);
	case CONFIG_LIST:
		return list_add(to, key, value, error);
	case CONFIG_DURATION:
	case CONFIG_COUNT:
	case CONFIG_SIZE:
		return set_number(to, key, value, error);
	case CONFIG_BOOL:
		return set_bool(to, key, value, error);
	}
	abort();
}

static void
list_clear(struct config_list *list)
{
	while (list->count > 0)
		free(list->values[--list->count]);
}

struct config *
config_new(void)
{
	struct config *config = xcalloc(1, sizeof(*config));
	struct error error;

	for (size_t i = 0; i < KEYS; i++) {
		if (set_value(config, &keys[i], keys[i].standard, &error) != 0)
			abort(); /* config.def */
	}
	return config;
}

void
config_free(struct config *config)
{
	if (config == NULL)
		return;
	for (size_t i = 0; i < KEYS; i++) {
		void *at = member_of(config, &keys[i]);

		if (keys[i].type == CONFIG_STRING)
			free(*(char **)at);
		else if (keys[i].type == CONFIG_LIST)
			list_clear(at);
	}
	free(config);
}

/* Edit distance of two names; one longer than a row counts as far away. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[64];
	size_t len = strlen(b);

	if (len >= ARRAY_SIZE(row))
		return SIZE_MAX;
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t change = diagonal + (a[i - 1] != b[j - 1]);
			size_t other =
			    row[j] < row[j - 1] ? row[j] : row[j - 1];

			diagonal = row[j];
			row[j] = change <= other ? change : other + 1;
		}
	}
	return row[len];
}

static const struct config_key *
find_key(const char *name, struct error *error)
{
	const struct config_key *nearest = NULL;
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < KEYS; i++) {
		size_t far = distance(keys[i].name, name);

		if (far == 0)
			return &keys[i];
		if (far < least) {
			least = far;
			nearest = &keys[i];
		}
	}
	if (nearest != NULL && least <= 2 + strlen(nearest->name) / 4)
		error_set(error, "unknown key \"%s\"; did you mean \"%s\"?",
		    name, nearest->name);
	else
		error_set(error,
		    "unknown key \"%s\"; rotad.conf(5) lists the keys", name);
	return NULL;
}

/* A LIST's first line puts an end to its default, an empty one to the list. */
static int
assign(struct reader *reader, const struct config_key *key, const char *value)
{
	unsigned *first = &reader->line_of[key - keys];
	struct config_list *list = member_of(reader->config, key);

	if (key->type == CONFIG_LIST && *first == 0)
		list_clear(list);
	if (key->type == CONFIG_LIST && *first != 0 &&
	    (value[0] == '\0' || list->count == 0)) {
		error_set(reader->error,
		    "%s without a value must be its only line; see line %u",
		    key->name, *first);
		return -1;
	}
	if (key->type != CONFIG_LIST && *first != 0) {
		error_set(reader->error, "%s was already set in line %u",
		    key->name, *first);
		return -1;
	}
	if (*first == 0)
		*first = reader->line;
	return set_value(reader->config, key, value, reader->error);
}

/* Cuts blanks off both ends of the string. */
static char *
trim(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL)
		len--;
	text[len] = '\0';
	return text;
}

static int
read_line(struct reader *reader, char *line)
{
	const struct config_key *key;
	char *text = trim(line);
	char *equals;

	if (text[0] == '\0' || text[0] == '#')
		return 0;
	equals = strchr(text, '=');
	if (equals == NULL || equals == text) {
		error_set(reader->error,
		    "a line must be \"key = value\", or a comment with # "
		    "at its beginning");
		return -1;
	}
	*equals = '\0';
	key = find_key(trim(text), reader->error);
	if (key == NULL)
		return -1;
	return assign(reader, key, trim(equals + 1));
}

/* Copies the line out of the text; refuses what cannot be a string. */
static int
read_bytes(struct reader *reader, const char *bytes, size_t len)
{
	char line[CONFIG_VALUE_MAX];

	if (len >= sizeof(line)) {
		error_set(reader->error, "line too long, at most %zu bytes",
		    sizeof(line) - 1);
		return -1;
	}
	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)bytes[i];

		if ((byte < 0x20 && byte != '\t' && byte != '\r') ||
		    byte == 0x7f) {
			error_set(reader->error,
			    "control byte 0x%02x in column %zu", byte, i + 1);
			return -1;
		}
		line[i] = bytes[i];
	}
	line[len] = '\0';
	return read_line(reader, line);
}

static int
read_text(struct reader *reader, const char *text, size_t len)
{
	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t size = end != NULL ? (size_t)(end - text) : len;

		reader->line++;
		if (read_bytes(reader, text, size) != 0)
			return -1;
		size += end != NULL;
		text += size;
		len -= size;
	}
	return 0;
}

/* Puts the place of the key that is wrong, if the file has it, in line. */
static int
check_all(struct reader *reader)
{
	const char *name = NULL;

	if (config_check(reader->config, &name, reader->error) == 0)
		return 0;
	reader->line = 0;
	for (size_t i = 0; i < KEYS; i++) {
		if (strcmp(keys[i].name, name) == 0)
			reader->line = reader->line_of[i];
	}
	return -1;
}

struct config *
config_parse(
    const char *name, const char *text, size_t len, struct error *error)
{
	struct reader reader = {.name = name, .error = error};

	reader.config = config_new();
	if (read_text(&reader, text, len) == 0 && check_all(&reader) == 0)
		return reader.config;
	if (reader.line > 0)
		error_prefix(error, "%s:%u", name, reader.line);
	else
		error_prefix(error, "%s", name);
	config_free(reader.config);
	return NULL;
}

struct config *
config_load(const char *path, struct error *error)
{
	char *text = xmalloc(CONFIG_FILE_MAX + 1);
	struct config *config = NULL;
	FILE *file = fopen(path, "re");
	size_t len = 0;

	if (file != NULL)
		len = fread(text, 1, CONFIG_FILE_MAX + 1, file);
	if (file == NULL || ferror(file))
		error_set(error, "%s: %s", path, strerror(errno));
	else if (len > CONFIG_FILE_MAX)
		error_set(
		    error, "%s: larger than %d bytes", path, CONFIG_FILE_MAX);
	else
		config = config_parse(path, text, len, error);
	if (file != NULL)
		(void)fclose(file);
	free(text);
	return config;
}
