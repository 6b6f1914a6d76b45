/* SPDX-License-Identifier: ISC */
/*
 * import: a CSV file whose columns are the keys of a verb "KIND put", line by
 * line as requests.
 */
#include "tools/rota/import.h"

#include "daemon/base/mem.h"
#include "proto/out.h"
#include "tools/rota/record.h"
#include "tools/rota/refusal.h"
#include "tools/rota/usage.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { WHOLE_MAX = 16 << 20 }; /* bytes of one batch, see protocol.md */

/* ----- refusals ----- */

static void
json_refusal(struct import *import, size_t line, struct span status,
    struct span code, struct span text)
{
	printf("%s\n{\"line\":%zu,\"status\":", import->refused > 0 ? "," : "",
	    line);
	json_text(stdout, status);
	fputs(",\"code\":", stdout);
	json_text(stdout, code);
	fputs(",\"text\":", stdout);
	json_text(stdout, text);
	putchar('}');
}

void
import_refuse(struct import *import, size_t line, const struct answer *closing)
{
	char where[PROTO_LINE_MAX];

	progress_wipe(&import->progress);
	if (import->options->format == FORMAT_JSON)
		json_refusal(import, line, closing->word[0], closing->word[1],
		    answer_value(closing, "text"));
	(void)snprintf(where, sizeof(where), "%.4096s:%zu", import->path, line);
	refusal_say(closing, where);
	import->refused++;
}

void
import_refuse_local(struct import *import, size_t line, size_t column,
    const char *fault, const char *what)
{
	char at[32] = "";

	progress_wipe(&import->progress);
	if (import->options->format == FORMAT_JSON)
		json_refusal(
		    import, line, SPAN("bad"), SPAN("file"), span_of(fault));
	if (column > 0)
		(void)snprintf(at, sizeof(at), ":%zu", column);
	complain("%s:%zu%s: %s%s%s", import->path, line, at, fault,
	    what != NULL ? T(": ") : "", what != NULL ? what : "");
	import->refused++;
}

/* ----- columns ----- */

static bool
is_needed_elsewhere(const struct import *import, const char *key)
{
	for (size_t i = 0; i < import->csv.count; i++)
		if (import->key[i] != NULL && strcmp(import->key[i], key) == 0)
			return true;
	return false;
}

/* The key of a column; NULL after a complaint, or to be passed over. */
static enum outcome
take_column(struct import *import, size_t i)
{
	struct span name = import->csv.field[i];
	char key[PROTO_WORD_MAX + 1];
	const struct verb_key *known;

	while (name.len > 0 && name.ptr[name.len - 1] == ' ')
		name.len--;
	span_copy(name, key, sizeof(key));
	known = verb_key_find(&import->view, key);
	if (known != NULL &&
	    (strcmp(key, "dry") == 0 || strcmp(key, "key") == 0))
		known = NULL;
	import->key[i] = NULL;
	if (known == NULL && import->options->ignore_unknown)
		return OUTCOME_OK;
	if (known == NULL) {
		complain(T("%s:%zu: \"%s\" does not take \"%s\"; "
			   "--ignore-unknown passes over such columns"),
		    import->path, import->csv.line, import->view.name, key);
		usage_short(&import->view);
		return OUTCOME_USAGE;
	}
	if (is_needed_elsewhere(import, key)) {
		complain(T("%s:%zu: the column \"%s\" is there twice"),
		    import->path, import->csv.line, key);
		return OUTCOME_USAGE;
	}
	import->key[i] = known->name;
	return OUTCOME_OK;
}

static enum outcome
take_columns(struct import *import)
{
	enum outcome outcome = OUTCOME_OK;

	for (size_t i = 0; i < import->csv.count; i++)
		import->key[i] = NULL;
	for (size_t i = 0; i < import->csv.count && outcome == OUTCOME_OK; i++)
		outcome = take_column(import, i);
	if (outcome != OUTCOME_OK)
		return outcome;
	for (size_t i = 0; i < import->view.count; i++) {
		const struct verb_key *key = &import->view.keys[i];

		if (!key->required || is_needed_elsewhere(import, key->name))
			continue;
		complain(T("%s:%zu: the column \"%s\" is missing"),
		    import->path, import->csv.line, key->name);
		return OUTCOME_USAGE;
	}
	return OUTCOME_OK;
}

/* ----- lines ----- */

/* A record as a request; false when it is too long for one. */
static bool
put_request(const struct import *import, struct out *out)
{
	out_text(out, import->view.name);
	for (size_t i = 0; i < import->csv.count; i++)
		if (import->key[i] != NULL && import->csv.field[i].len > 0)
			out_key_value(
			    out, import->key[i], import->csv.field[i]);
	return !out->overflow;
}

/* Whether the communes that the record names are known; false after a
 * complaint. */
static bool
check_communes(struct import *import)
{
	for (size_t i = 0; i < import->csv.count; i++) {
		const char *key = import->key[i];
		struct span code = import->csv.field[i];
		char *fault;

		if (key == NULL || code.len == 0 || span_is(code, "-") ||
		    (strcmp(key, "commune") != 0 && strcmp(key, "home") != 0) ||
		    communes_have(&import->communes, code))
			continue;
		fault = xasprintf(T("%s=%.*s: no such commune in %s"), key,
		    SPAN_ARGS(code), import->options->communes);
		import_refuse_local(import, import->csv.line, 0, fault, NULL);
		free(fault);
		return false;
	}
	return true;
}

static void
take_record(struct import *import)
{
	char text[PROTO_LINE_MAX];
	struct out out = OUT(text);

	if (import->options->communes != NULL && !check_communes(import))
		return;
	if (put_request(import, &out))
		chunk_add(&import->chunk, (struct span){text, out.len},
		    import->csv.line);
	else
		import_refuse_local(import, import->csv.line, 0,
		    T("longer than a request may be"), NULL);
}

/* One record; false at the end of the file. */
static bool
step(struct import *import, enum outcome *outcome)
{
	switch (csv_next(&import->csv)) {
	case CSV_END:
		return false;
	case CSV_UNREADABLE:
		complain("%s: %s", import->path, import->csv.fault);
		*outcome = OUTCOME_FAIL;
		return false;
	case CSV_BAD:
		import->lines++;
		import_refuse_local(import, import->csv.line,
		    import->csv.column, import->csv.fault, NULL);
		break;
	case CSV_RECORD:
		import->lines++;
		take_record(import);
		break;
	}
	progress_tell(&import->progress, (uint64_t)ftello(import->csv.file));
	return true;
}

static enum outcome
load_all(struct import *import)
{
	enum outcome outcome = OUTCOME_OK;

	while (outcome == OUTCOME_OK && step(import, &outcome))
		if (import->chunk.count == IMPORT_CHUNK)
			outcome = import_send(import);
	if (outcome == OUTCOME_OK && import->chunk.count > 0)
		outcome = import_send(import);
	if (outcome != OUTCOME_OK)
		complain(T("%s: stopped before line %zu"), import->path,
		    import->chunk.count > 0 ? import->chunk.lines[0].line
					    : import->csv.next_line);
	return outcome;
}

static enum outcome
load_whole(struct import *import)
{
	enum outcome outcome = OUTCOME_OK;

	while (step(import, &outcome)) {
		if (import->chunk.count <= PROTO_BATCH_MAX &&
		    import->chunk.len <= WHOLE_MAX)
			continue;
		complain(T("%s: one unit has at most %d lines and %d MiB; "
			   "nothing was loaded"),
		    import->path, PROTO_BATCH_MAX, WHOLE_MAX >> 20);
		return OUTCOME_USAGE;
	}
	if (outcome != OUTCOME_OK)
		return outcome;
	if (import->refused > 0) {
		complain(T("%s: nothing was loaded"), import->path);
		return OUTCOME_NO;
	}
	if (import->chunk.count == 0)
		return OUTCOME_OK;
	outcome = import_send_whole(import);
	if (outcome != OUTCOME_OK)
		complain(T("%s: nothing was loaded"), import->path);
	return outcome;
}

/* ----- the file ----- */

static void
print_sum(const struct import *import)
{
	if (import->options->format == FORMAT_JSON) {
		printf("],\"lines\":%" PRIu64 ",\"loaded\":%" PRIu64
		       ",\"unchanged\":%" PRIu64 ",\"refused\":%" PRIu64 "}\n",
		    import->lines, import->loaded, import->unchanged,
		    import->refused);
		return;
	}
	if (import->options->quiet)
		return;
	printf(import->options->dry_run
		? T("%" PRIu64 " lines: %" PRIu64 " would be loaded (%" PRIu64
		    " of them change nothing), %" PRIu64 " refused\n")
		: T("%" PRIu64 " lines: %" PRIu64 " loaded (%" PRIu64
		    " of them changed nothing), %" PRIu64 " refused\n"),
	    import->lines, import->loaded, import->unchanged, import->refused);
}

static enum outcome
load(struct import *import, FILE *file)
{
	struct stat about;
	uint64_t size = 0;
	enum outcome outcome;

	if (fstat(fileno(file), &about) == 0 && S_ISREG(about.st_mode))
		size = (uint64_t)about.st_size;
	if (csv_open(&import->csv, file) != CSV_RECORD) {
		complain("%s:%zu: %s", import->path, import->csv.line,
		    import->csv.fault);
		return OUTCOME_USAGE;
	}
	outcome = take_columns(import);
	if (outcome != OUTCOME_OK)
		return outcome;
	if (import->options->format == FORMAT_JSON)
		fputs("{\"rejects\":[", stdout);
	progress_begin(
	    &import->progress, T("import"), size, !import->options->quiet);
	outcome = import->options->all_or_nothing ? load_whole(import)
						  : load_all(import);
	progress_wipe(&import->progress);
	print_sum(import);
	if (outcome == OUTCOME_OK && import->refused > 0)
		outcome = OUTCOME_NO;
	return outcome;
}

enum outcome
command_import(struct rota *rota, const struct options *options,
    const struct arguments *arguments)
{
	struct import import = {.rota = rota, .options = options};
	char kind[VERB_NAME_MAX + 1];
	enum outcome outcome;
	FILE *file;

	if (arguments->count != 2) {
		complain("%s",
		    T("usage: rota import KIND FILE.csv, - for "
		      "standard input"));
		return OUTCOME_USAGE;
	}
	import.path = arguments->word[1];
	outcome =
	    verbs_of_kind(rota, arguments->word[0], "put", kind, &import.view);
	if (outcome != OUTCOME_OK)
		return outcome;
	if (options->communes != NULL)
		outcome = communes_read(&import.communes, options->communes);
	if (outcome != OUTCOME_OK) {
		communes_fini(&import.communes);
		return outcome;
	}
	file = strcmp(import.path, "-") == 0 ? stdin : fopen(import.path, "re");
	if (file == NULL) {
		complain("%s: %s", import.path, strerror(errno));
		communes_fini(&import.communes);
		return OUTCOME_USAGE;
	}
	outcome = load(&import, file);
	chunk_fini(&import.chunk);
	communes_fini(&import.communes);
	csv_close(&import.csv);
	if (file != stdin)
		fclose(file);
	return outcome;
}
