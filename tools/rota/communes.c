/* SPDX-License-Identifier: ISC */
/* communes: see communes.h. */
#include "tools/rota/communes.h"

#include "daemon/base/mem.h"
#include "tools/rota/csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, COMMUNE_LEN);
}

/* Which field has the codes; csv->count: none. */
static size_t
find_column(const struct csv *csv)
{
	size_t i = 0;

	while (i < csv->count && !span_is(csv->field[i], "insee"))
		i++;
	return i;
}

static bool
add(struct communes *communes, struct span code)
{
	if (code.len != COMMUNE_LEN)
		return false;
	communes->codes = xgrow(communes->codes, &communes->capacity,
	    communes->count + 1, sizeof(communes->codes[0]));
	memcpy(communes->codes[communes->count++], code.ptr, COMMUNE_LEN);
	return true;
}

static enum outcome
refuse(const char *path, const struct csv *csv, const char *fault)
{
	complain("%s:%zu: %s", path, csv->line, fault);
	return OUTCOME_USAGE;
}

static enum outcome
read_codes(struct communes *communes, struct csv *csv, const char *path)
{
	size_t column;

	if (csv_open(csv, csv->file) != CSV_RECORD)
		return refuse(path, csv, csv->fault);
	column = find_column(csv);
	if (column == csv->count)
		return refuse(path, csv, T("there is no column \"insee\""));
	for (;;) {
		switch (csv_next(csv)) {
		case CSV_END:
			return OUTCOME_OK;
		case CSV_BAD:
		case CSV_UNREADABLE:
			return refuse(path, csv, csv->fault);
		case CSV_RECORD:
			if (!add(communes, csv->field[column]))
				return refuse(path, csv,
				    T("a code of a commune has five "
				      "characters"));
		}
	}
}

enum outcome
communes_read(struct communes *communes, const char *path)
{
	struct csv csv = {.file = fopen(path, "re")};
	enum outcome outcome;

	*communes = (struct communes){.codes = NULL};
	if (csv.file == NULL) {
		complain("%s: %s", path, strerror(errno));
		return OUTCOME_USAGE;
	}
	outcome = read_codes(communes, &csv, path);
	csv_close(&csv);
	fclose(csv.file);
	if (communes->count > 0)
		qsort(communes->codes, communes->count,
		    sizeof(communes->codes[0]), compare);
	return outcome;
}

void
communes_fini(struct communes *communes)
{
	free(communes->codes);
	*communes = (struct communes){.codes = NULL};
}

bool
communes_have(const struct communes *communes, struct span code)
{
	return code.len == COMMUNE_LEN && communes->count > 0 &&
	    bsearch(code.ptr, communes->codes, communes->count,
		sizeof(communes->codes[0]), compare) != NULL;
}
