/* SPDX-License-Identifier: ISC */
/* transcript: reads files of dialogues and holds a server to them. */
#include "tests/golden/transcript.h"

#include "proto/request.h"
#include "tests/golden/scene.h"

#include <stdlib.h>
#include <string.h>

enum { PATIENCE = 10000, LINES_MAX = 400, WEEK = 7 };

struct transcript {
	struct scene scene;  /* of the file under way */
	struct party *party; /* of the lines under way */
	int32_t monday;
	unsigned passed;
	bool verbs[VERB_COUNT], statuses[STATUS_COUNT];
	/* of the block under way */
	bool block_verbs[VERB_COUNT], block_statuses[STATUS_COUNT];
};

struct block {
	unsigned first; /* line of lines[0] */
	unsigned count;
	char *lines[LINES_MAX];
};

struct transcript *
transcript_new(
    transcript_connect_fn *connect, void *arg, int32_t today, FILE *log)
{
	struct transcript *t = calloc(1, sizeof(*t));

	if (t == NULL)
		abort();
	t->scene = (struct scene){
	    .connect = connect, .arg = arg, .log = log, .patience = PATIENCE};
	/* 1970-01-05 was a Monday: the first one after today */
	t->monday = today + WEEK - (today + 3) % WEEK;
	return t;
}

void
transcript_free(struct transcript *t)
{
	free(t);
}

void
transcript_patience(struct transcript *t, int milliseconds)
{
	t->scene.patience = milliseconds;
}

static bool
run_send(struct transcript *t, struct span text)
{
	static struct request request;
	size_t len;
	char *bytes;
	bool sent;

	bytes = pattern_expand(&t->scene.pattern, text, &len);
	if (bytes == NULL)
		return scene_fail(
		    &t->scene, "a placeholder without a value", text);
	if (request_parse(&request, (struct span){bytes, len}) == STATUS_OK)
		t->block_verbs[request.verb] = true;
	bytes[len] = '\n';
	sent = dialogue_send(t->party->dialogue, bytes, len + 1);
	free(bytes);
	return sent || scene_fail(&t->scene, "cannot send", text);
}

static void
note_status(struct transcript *t, struct span line)
{
	static struct answer answer;
	unsigned status;

	if (!answer_parse(&answer, line) || answer.marker != 0)
		return;
	for (status = 0; status < STATUS_COUNT; status++) {
		if (span_is(answer.word[status == STATUS_OK ? 0 : 1],
			status_code((enum status)status)) &&
		    span_is(answer.word[0],
			status_class_name(status_class((enum status)status))))
			t->block_statuses[status] = true;
	}
}

static bool
is_data(struct span line)
{
	if (line.len > 0 && line.ptr[0] == '#')
		span_cut(&line, ' ', &(struct span){NULL, 0});
	return line.len > 0 && line.ptr[0] == '*';
}

/* Nothing matched; what was passed over may tell why. */
static bool
fail_passed_over(struct transcript *t, struct span expected,
    enum dialogue_next next, struct span passed)
{
	scene_fail_expected(&t->scene, expected, next, (struct span){NULL, 0});
	if (passed.len > 0)
		scene_fail(&t->scene, "passed over last", passed);
	return false;
}

static bool
expect_end(struct transcript *t)
{
	struct span line = {NULL, 0};
	enum dialogue_next next =
	    dialogue_read(t->party->dialogue, false, t->scene.patience, &line);

	if (next == DIALOGUE_END)
		return true;
	return scene_fail_expected(&t->scene, SPAN("<end>"), next, line);
}

/*
 * The next line of the stream that `expected` is of.  Of pushed lines those
 * that do not match are passed over; of answers, data lines when `skip`.
 */
static bool
expect_line(struct transcript *t, struct span expected, bool skip)
{
	bool pushed = expected.len > 0 && expected.ptr[0] == '!';
	enum pattern_result result;
	enum dialogue_next next;
	struct span line = {NULL, 0};

	for (;;) {
		/* a line is lent until another one comes */
		next = dialogue_read(
		    t->party->dialogue, pushed, t->scene.patience, &line);
		if (next != DIALOGUE_LINE)
			return fail_passed_over(t, expected, next, line);
		result = pattern_match(&t->scene.pattern, expected, line);
		if (result == PATTERN_BROKEN)
			return scene_fail(
			    &t->scene, "no such placeholder", expected);
		if (result == PATTERN_MATCHES) {
			note_status(t, line);
			return true;
		}
		if (!pushed && !(skip && is_data(line)))
			return scene_fail_expected(
			    &t->scene, expected, next, line);
	}
}

/* Nothing may have been answered that the block does not expect. */
static bool
settle(struct transcript *t, struct party *party)
{
	static const char ping[] = "#settle ping\n";
	struct span line = {NULL, 0};
	enum dialogue_next next;

	if (!party->used || party->dialogue == NULL)
		return true;
	if (!dialogue_send(party->dialogue, ping, sizeof(ping) - 1))
		return true; /* ended, as the block may want it */
	next = dialogue_read(party->dialogue, false, t->scene.patience, &line);
	if (next == DIALOGUE_LINE && !span_is(line, "#settle ok"))
		return scene_fail(
		    &t->scene, "more came than the block has", line);
	if (next == DIALOGUE_SILENCE)
		return scene_fail(
		    &t->scene, "no answer to ping", span_of(party->name));
	if (next == DIALOGUE_END)
		party_hang_up(party);
	return true;
}

/* What stands behind the marker and its blank. */
static struct span
behind(const char *line)
{
	return span_of(line[1] == ' ' ? line + 2 : line + 1);
}

static bool
run_line(
    struct transcript *t, const struct block *block, unsigned i, bool *skip)
{
	const char *line = block->lines[i];
	const char *after = i + 1 < block->count ? block->lines[i + 1] : "";
	struct span text;
	bool skipping = *skip;

	if (line[0] == '\0')
		return true;
	text = behind(line);
	*skip = false;
	t->scene.line = block->first + i;
	if (line[0] == '=') {
		t->party = scene_party(&t->scene, text, after[0] != '<');
		return t->party != NULL;
	}
	if (t->party == NULL)
		return scene_fail(
		    &t->scene, "a block begins with \"= role\"", text);
	if (line[0] == '>')
		return run_send(t, text);
	if (line[0] != '<')
		return scene_fail(
		    &t->scene, "not a line of a transcript", span_of(line));
	if (span_is(text, "...")) {
		*skip = true;
		return true;
	}
	if (span_is(text, "<end>"))
		return expect_end(t);
	return expect_line(t, text, skipping);
}

static bool
run_lines(struct transcript *t, const struct block *block)
{
	struct party *party;
	bool skip = false;
	unsigned i;

	for (i = 0; i < block->count; i++) {
		if (!run_line(t, block, i, &skip))
			return false;
	}
	for (party = t->scene.parties; party != NULL; party = party->next) {
		if (!settle(t, party))
			return false;
	}
	return true;
}

/* Whether the block passed. */
static bool
run_block(struct transcript *t, struct block *block)
{
	struct party *party;
	bool passed;
	unsigned i;

	memset(t->block_verbs, 0, sizeof(t->block_verbs));
	memset(t->block_statuses, 0, sizeof(t->block_statuses));
	t->party = NULL;
	passed = run_lines(t, block);
	for (party = t->scene.parties; party != NULL; party = party->next) {
		party->used = false;
		if (!passed)
			party_hang_up(party);
	}
	for (i = 0; passed && i < VERB_COUNT; i++)
		t->verbs[i] |= t->block_verbs[i];
	for (i = 0; passed && i < STATUS_COUNT; i++)
		t->statuses[i] |= t->block_statuses[i];
	t->passed += passed ? 1 : 0;
	for (i = 0; i < block->count; i++)
		free(block->lines[i]);
	block->count = 0;
	return passed;
}

/* Whether a line of a plain file belongs to a block. */
static bool
is_line(const char *line)
{
	return strchr("=><", line[0]) != NULL && line[0] != '\0' &&
	    line[1] == ' ';
}

static int
run_file(struct transcript *t, FILE *file, bool fenced)
{
	struct block block = {0, 0, {NULL}};
	bool inside = !fenced, more = true, member;
	char *line = NULL;
	size_t size = 0;
	unsigned number = 0;
	ssize_t len;
	int failed = 0;

	while (more) {
		len = getline(&line, &size, file);
		more = len > 0;
		number++;
		if (more && line[len - 1] == '\n')
			line[len - 1] = '\0';
		member = more && inside &&
		    (fenced ? strcmp(line, "```") != 0 : is_line(line));
		if (member && block.count < LINES_MAX) {
			if (block.count == 0)
				block.first = number;
			block.lines[block.count++] = strdup(line);
			continue;
		}
		if (block.count > 0)
			failed += run_block(t, &block) ? 0 : 1;
		if (fenced)
			inside = more && strcmp(line, "```transcript") == 0;
	}
	free(line);
	return failed;
}

int
transcript_run(struct transcript *t, const char *path)
{
	size_t len = strlen(path);
	FILE *file = fopen(path, "r");
	int failed;

	if (file == NULL)
		return -1;
	scene_begin(&t->scene, path, t->monday);
	failed =
	    run_file(t, file, len > 3 && strcmp(path + len - 3, ".md") == 0);
	scene_end(&t->scene);
	fclose(file);
	return failed;
}

unsigned
transcript_passed(const struct transcript *t)
{
	return t->passed;
}

bool
transcript_has_verb(const struct transcript *t, enum verb verb)
{
	return t->verbs[verb];
}

bool
transcript_has_status(const struct transcript *t, enum status status)
{
	return t->statuses[status];
}
