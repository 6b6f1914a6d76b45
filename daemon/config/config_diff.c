/* SPDX-License-Identifier: ISC */
/*
 * config_diff: a loaded configuration as text, and two of them compared.
 *
 * Values are compared as text: config_value() writes equal values alike.
 */
#include "daemon/base/mem.h"
#include "daemon/config/config.h"
#include "daemon/config/config_value.h"

#include <stdlib.h>
#include <string.h>

static const void *
member(const struct config *config, const struct config_key *key)
{
	return (const char *)config + key->offset;
}

static char *
list_text(const struct config_list *list)
{
	char *text = xstrdup("");

	for (size_t i = 0; i < list->count; i++) {
		char *longer = xasprintf(
		    "%s%s%s", text, i > 0 ? ", " : "", list->values[i]);

		free(text);
		text = longer;
	}
	return text;
}

char *
config_value(const struct config *config, const struct config_key *key)
{
	const void *at = member(config, key);
	struct config_text number;

	switch (key->type) {
	case CONFIG_STRING:
		return xstrdup(*(char *const *)at);
	case CONFIG_LIST:
		return list_text(at);
	case CONFIG_DURATION:
		return xstrdup(
		    config_duration_text(&number, *(const uint64_t *)at));
	case CONFIG_COUNT:
		return xstrdup(
		    config_count_text(&number, *(const uint64_t *)at));
	case CONFIG_SIZE:
		return xstrdup(
		    config_size_text(&number, *(const uint64_t *)at));
	case CONFIG_BOOL:
		return xstrdup(*(const bool *)at ? "yes" : "no");
	}
	abort();
}

size_t
config_diff(const struct config *before, const struct config *after,
    config_change_fn *on_change, void *arg)
{
	size_t count;
	const struct config_key *keys = config_keys(&count);
	size_t changed = 0;

	for (size_t i = 0; i < count; i++) {
		char *old = config_value(before, &keys[i]);
		char *new = config_value(after, &keys[i]);

		if (strcmp(old, new) != 0) {
			changed++;
			if (on_change != NULL)
				on_change(arg, &keys[i], old, new);
		}
		free(old);
		free(new);
	}
	return changed;
}

static void
on_change_collect(void *arg, const struct config_key *key,
    const char *before UNUSED, const char *after UNUSED)
{
	struct error *names = arg;

	if (key->reloadable)
		return;
	if (names->text[0] == '\0')
		error_set(names, "%s", key->name);
	else
		error_set(names, "%s, %s", names->text, key->name);
}

int
config_reloadable(
    const struct config *now, const struct config *next, struct error *error)
{
	struct error names = {""};

	(void)config_diff(now, next, on_change_collect, &names);
	if (names.text[0] == '\0')
		return 0;
	error_set(error, "a change of %s needs a restart", names.text);
	return -1;
}

static void
print_list(
    const struct config_list *list, const struct config_key *key, FILE *file)
{
	if (list->count == 0)
		(void)fprintf(file, "%s =\n", key->name);
	for (size_t i = 0; i < list->count; i++)
		(void)fprintf(file, "%s = %s\n", key->name, list->values[i]);
}

void
config_print(const struct config *config, FILE *file)
{
	size_t count;
	const struct config_key *keys = config_keys(&count);

	for (size_t i = 0; i < count; i++) {
		char *value;

		if (keys[i].type == CONFIG_LIST) {
			print_list(member(config, &keys[i]), &keys[i], file);
			continue;
		}
		value = config_value(config, &keys[i]);
		(void)fprintf(file, "%s =%s%s\n", keys[i].name,
		    value[0] == '\0' ? "" : " ", value);
		free(value);
	}
}
