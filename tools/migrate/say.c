/* SPDX-License-Identifier: ISC */
/* say: complaints and tables. */
#include "tools/migrate/say.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS_MAX = 16 };

void
complain(const char *fmt, ...)
{
	va_list args;

	fflush(stdout); /* in the order in which it happened */
	fputs("rota-migrate: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

/* Characters, which is columns for the names that stand in a report. */
static int
width(const char *text)
{
	int count = 0;

	for (; *text != '\0'; text++)
		if (((unsigned char)*text & 0xc0) != 0x80)
			count++;
	return count;
}

static void
say_cell(const char *text, int wide, bool right, bool last)
{
	int pad = wide - width(text);

	if (right)
		printf("%*s%s", pad, "", text);
	else
		printf("%s%*s", text, last ? 0 : pad, "");
	fputs(last ? "\n" : "  ", stdout);
}

void
say_table(const PGresult *result)
{
	int columns = PQnfields(result), rows = PQntuples(result);
	int wide[COLUMNS_MAX] = {0};
	bool right[COLUMNS_MAX] = {false};

	if (columns > COLUMNS_MAX)
		columns = COLUMNS_MAX;
	for (int c = 0; c < columns; c++) {
		right[c] = PQfname(result, c)[0] == '#';
		wide[c] = width(PQfname(result, c) + right[c]);
		for (int r = 0; r < rows; r++) {
			int len = width(PQgetvalue(result, r, c));

			wide[c] = len > wide[c] ? len : wide[c];
		}
	}
	putchar('\n');
	for (int r = -1; r < rows; r++)
		for (int c = 0; c < columns; c++)
			say_cell(r < 0 ? PQfname(result, c) + right[c]
				       : PQgetvalue(result, r, c),
			    wide[c], right[c], c == columns - 1);
}
