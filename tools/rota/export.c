/* SPDX-License-Identifier: ISC */
/*
 * export: a list as the CSV file that import takes: the columns are the keys of
 * "KIND put", of those that occur.
 *
 * A list names a thing by its kind, a put by its number or code, and a site
 * that has none by its id; revisions stay behind, so that the file can be read
 * into any database.
 */
#include "tools/rota/command.h"

#include "tools/rota/record.h"
#include "tools/rota/view.h"

#include <stdio.h>
#include <string.h>

/* Keys of a put that say how, not what. */
static bool
is_manner(const char *key)
{
	static const char *const keys[] = {"rev", "dry", "key"};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

static bool
is_id(struct span text)
{
	struct id id;

	return span_to_id(text, &id);
}

/* What a row of the list has for a key of the put. */
static struct span
value_for(const struct answer *row, const char *key, const char *kind)
{
	static const char *const names[] = {"code", "rpps", "finess"};
	struct span handle = answer_value(row, kind);

	/* what is kept from the reader nobody can put back */
	if (strcmp(key, "category") == 0 &&
	    span_is(answer_value(row, key), "ABSENT"))
		return (struct span){NULL, 0};
	/* of a site the handle is its number, or its id if it has none */
	if (strcmp(kind, "site") == 0 && strcmp(key, "id") == 0)
		return is_id(handle) ? handle : (struct span){NULL, 0};
	if (strcmp(kind, "site") == 0 && strcmp(key, "site") == 0)
		return (struct span){NULL, 0};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(key, names[i]) != 0)
			continue;
		/* a territory has a FINESS number beside its code */
		if (strcmp(key, "finess") == 0 && strcmp(kind, "site") != 0)
			break;
		return is_id(handle) ? (struct span){NULL, 0} : handle;
	}
	return answer_value(row, key);
}

struct extract {
	struct rows rows;
	const struct verb_view *put;
	const char *kind;
	bool used[VERB_KEYS_MAX]; /* some row has the key */
};

static void
on_row(void *arg, const struct answer *row, struct span line)
{
	struct extract *sheet = arg;

	for (size_t i = 0; i < sheet->put->count; i++)
		if (value_for(row, sheet->put->keys[i].name, sheet->kind).len >
		    0)
			sheet->used[i] = true;
	rows_add(&sheet->rows, row, line);
}

static void
print_line(const struct extract *sheet, const struct answer *row)
{
	bool first = true;

	for (size_t i = 0; i < sheet->put->count; i++) {
		const struct verb_key *key = &sheet->put->keys[i];

		if (is_manner(key->name) || (!sheet->used[i] && !key->required))
			continue;
		if (!first)
			putchar(',');
		first = false;
		csv_field(stdout,
		    row == NULL ? span_of(key->name)
				: value_for(row, key->name, sheet->kind));
	}
	putchar('\n');
}

static enum outcome
print_sheet(struct rota *rota, struct extract *sheet, struct asked *asked)
{
	struct reader reader = {.on_row = on_row, .arg = sheet};
	struct answer row;
	enum outcome outcome;

	if (rows_init(&sheet->rows) != 0)
		return OUTCOME_FAIL;
	outcome = view_fetch(rota, asked, &reader);
	if (outcome == OUTCOME_OK) {
		print_line(sheet, NULL);
		rows_rewind(&sheet->rows);
		while (rows_next(&sheet->rows, &row))
			print_line(sheet, &row);
	}
	if (sheet->rows.failed) {
		complain("%s", T("the temporary file could not be written"));
		outcome = OUTCOME_FAIL;
	}
	rows_fini(&sheet->rows);
	return outcome;
}

enum outcome
command_export(struct rota *rota, const struct options *options UNUSED,
    const struct arguments *arguments)
{
	char kind[VERB_NAME_MAX + 1];
	struct verb_view put, list;
	struct extract sheet = {.put = &put, .kind = kind};
	struct asked asked;
	enum outcome outcome;

	if (arguments->count == 0) {
		complain("%s", T("usage: rota export KIND [KEY=VALUE...]"));
		return OUTCOME_USAGE;
	}
	outcome = verbs_of_kind(rota, arguments->word[0], "put", kind, &put);
	if (outcome == OUTCOME_OK)
		outcome = verbs_of_kind(rota, kind, "list", kind, &list);
	if (outcome == OUTCOME_OK)
		outcome = asked_build(&asked, &list, NULL, arguments->word + 1,
		    arguments->count - 1);
	if (outcome != OUTCOME_OK)
		return outcome;
	return print_sheet(rota, &sheet, &asked);
}
