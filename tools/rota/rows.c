/* SPDX-License-Identifier: ISC */
/* rows: see rows.h. */
#include "tools/rota/rows.h"

#include <errno.h>
#include <string.h>

int
rows_init(struct rows *rows)
{
	rows->count = rows->columns = 0;
	rows->failed = false;
	rows->spool = tmpfile();
	if (rows->spool == NULL) {
		complain(T("no temporary file: %s"), strerror(errno));
		return -1;
	}
	return 0;
}

void
rows_fini(struct rows *rows)
{
	if (rows->spool != NULL)
		fclose(rows->spool);
	rows->spool = NULL;
}

static void
note_key(struct rows *rows, struct span key)
{
	for (size_t i = 0; i < rows->columns; i++)
		if (span_is(key, rows->key[i]))
			return;
	if (rows->columns < ROWS_COLUMNS_MAX && key.len <= PROTO_WORD_MAX)
		span_copy(key, rows->key[rows->columns++], PROTO_WORD_MAX + 1);
}

void
rows_add(struct rows *rows, const struct answer *row, struct span line)
{
	if (row->word[0].len > 0)
		note_key(rows, SPAN("word"));
	for (unsigned i = 0; i < row->count; i++)
		note_key(rows, row->pairs[i].key);
	if (fwrite(line.ptr, 1, line.len, rows->spool) != line.len ||
	    putc('\n', rows->spool) == EOF)
		rows->failed = true;
	rows->count++;
}

static void
on_row(void *arg, const struct answer *row, struct span line)
{
	rows_add(arg, row, line);
}

struct reader
rows_reader(struct rows *rows)
{
	return (struct reader){.on_row = on_row, .arg = rows};
}

void
rows_rewind(struct rows *rows)
{
	if (fflush(rows->spool) != 0)
		rows->failed = true;
	rewind(rows->spool);
}

bool
rows_next(struct rows *rows, struct answer *row)
{
	size_t len;

	if (fgets(rows->line, sizeof(rows->line), rows->spool) == NULL)
		return false;
	len = strcspn(rows->line, "\n");
	return answer_parse(row, (struct span){rows->line, len});
}

struct span
row_value(const struct answer *row, const char *key)
{
	struct span value = answer_value(row, key);

	if (value.ptr == NULL && strcmp(key, "word") == 0)
		return row->word[0];
	return value;
}
