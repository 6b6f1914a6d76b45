/* SPDX-License-Identifier: ISC */
/* ids: see ids.h. */
#include "tools/rota/ids.h"

#include "daemon/base/mem.h"
#include "tools/rota/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	IDS_MAX = 2000,
	LINE_LEN = ID_TEXT_LEN + 1 /* with its line feed */
};

/* A list of ids as the file has them: a line each. */
struct list {
	size_t count;
	char text[IDS_MAX * LINE_LEN + 1];
};

static bool
has(const struct list *list, const char *id)
{
	for (size_t i = 0; i < list->count; i++)
		if (memcmp(list->text + i * LINE_LEN, id, ID_TEXT_LEN) == 0)
			return true;
	return false;
}

static void
add(struct list *list, const char *id)
{
	char *at = list->text + list->count * LINE_LEN;

	if (list->count == IDS_MAX || has(list, id))
		return;
	memcpy(at, id, ID_TEXT_LEN);
	at[ID_TEXT_LEN] = '\n';
	at[LINE_LEN] = '\0';
	list->count++;
}

/* Adds the ids of the file, up to the first line that is none. */
static void
add_file(struct list *list, const char *path)
{
	char line[LINE_LEN + 1];
	FILE *file = fopen(path, "re");
	struct id id;

	if (file == NULL)
		return;
	while (fgets(line, sizeof(line), file) != NULL &&
	    span_to_id((struct span){line, strcspn(line, "\n")}, &id))
		add(list, line);
	fclose(file);
}

static void
add_row(struct list *list, const struct answer *row)
{
	struct id id;

	for (unsigned i = 0; i < row->count; i++)
		if (span_to_id(row->pairs[i].value, &id))
			add(list, row->pairs[i].value.ptr);
}

void
ids_remember(struct rows *rows)
{
	char *path = state_path("ids");
	struct list *list;
	struct answer row;

	if (path == NULL)
		return;
	list = xcalloc(1, sizeof(*list));
	rows_rewind(rows);
	while (rows_next(rows, &row))
		add_row(list, &row);
	if (list->count > 0) {
		add_file(list, path);
		if (private_write(path, list->text) != 0)
			complain("%s", T("shortened ids cannot be typed back"));
	}
	free(list);
	free(path);
}

static bool
is_short(const char *text)
{
	static const char digits[] = "0123456789abcdefABCDEF";

	return strspn(text, digits) == ID_SHOWN_LEN &&
	    (text[ID_SHOWN_LEN] == '\0' ||
		strcmp(text + ID_SHOWN_LEN, "…") == 0);
}

enum ids_match
ids_find(const char *text, char id[ID_TEXT_LEN + 1])
{
	enum ids_match match = IDS_NONE;
	struct list *list;
	char *path;

	if (!is_short(text) || (path = state_path("ids")) == NULL)
		return IDS_NONE;
	list = xcalloc(1, sizeof(*list));
	add_file(list, path);
	for (size_t i = 0; i < list->count; i++) {
		const char *each = list->text + i * LINE_LEN;

		if (strncasecmp(each, text, ID_SHOWN_LEN) != 0)
			continue;
		match = match == IDS_NONE ? IDS_ONE : IDS_SEVERAL;
		memcpy(id, each, ID_TEXT_LEN);
		id[ID_TEXT_LEN] = '\0';
	}
	free(list);
	free(path);
	return match;
}
