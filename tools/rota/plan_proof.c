/* SPDX-License-Identifier: ISC */
/*
 * plan_proof: "plan proof ID FOLDER": the instance and the plan that prove what
 * a proposal costs, as files that rota-planner --check reads.
 *
 * They hold private facts: nobody but the owner may read them.
 */
#include "tools/rota/command.h"

#include "daemon/base/mem.h"
#include "tools/rota/asked.h"
#include "tools/rota/view.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct fetch {
	FILE *file;
	uint64_t at;
	bool gap; /* the daemon left something out */
};

static void
on_row(void *arg, const struct answer *row, struct span line UNUSED)
{
	struct fetch *fetch = arg;
	struct span text = answer_value(row, "text");
	uint64_t at = UINT64_MAX;

	if (!span_to_u64(answer_value(row, "at"), UINT64_MAX, &at) ||
	    at != fetch->at)
		fetch->gap = true;
	fetch->at += text.len;
	(void)fwrite(text.ptr, 1, text.len, fetch->file);
}

/* The file as a whole, page by page. */
static enum outcome
ask(struct rota *rota, const char *plan, const char *kind, struct fetch *fetch)
{
	char *text = xasprintf("kind=%s", kind);
	char *words[] = {xstrdup(plan), text};
	struct reader reader = {.on_row = on_row, .arg = fetch};
	struct verb_view view;
	struct asked asked;
	enum outcome outcome = OUTCOME_FAIL;

	if (verbs_known("plan proof", &view))
		outcome = asked_build(
		    &asked, &view, "plan", words, ARRAY_SIZE(words));
	if (outcome == OUTCOME_OK)
		outcome = view_fetch(rota, &asked, &reader);
	free(words[0]);
	free(text);
	return outcome;
}

static FILE *
create(const char *path)
{
	int fd =
	    open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		S_IRUSR | S_IWUSR);
	FILE *file = fd == -1 ? NULL : fdopen(fd, "w");

	if (file == NULL && fd != -1)
		(void)close(fd);
	return file;
}

static enum outcome
write_one(
    struct rota *rota, const char *plan, const char *kind, const char *folder)
{
	char *path = xasprintf("%s/%s", folder, kind);
	struct fetch fetch = {.file = create(path)};
	enum outcome outcome;
	bool failed;

	if (fetch.file == NULL) {
		complain("%s: %s", path, strerror(errno));
		free(path);
		return OUTCOME_FAIL;
	}
	outcome = ask(rota, plan, kind, &fetch);
	failed = ferror(fetch.file) != 0;
	if (fclose(fetch.file) != 0 || failed) {
		complain(T("%s could not be written"), path);
		outcome = OUTCOME_FAIL;
	} else if (outcome == OUTCOME_OK && fetch.gap) {
		complain(T("%s: the daemon left something out"), path);
		outcome = OUTCOME_FAIL;
	}
	/* half a file would prove nothing */
	if (outcome != OUTCOME_OK)
		(void)unlink(path);
	free(path);
	return outcome;
}

enum outcome
command_plan_proof(struct rota *rota, const struct options *options,
    const struct arguments *arguments)
{
	static const char *const kinds[] = {"instance", "plan"};
	const char *plan = arguments->word[0], *folder = arguments->word[1];
	enum outcome outcome;

	if (mkdir(folder, S_IRWXU) != 0 && errno != EEXIST) {
		complain("%s: %s", folder, strerror(errno));
		return OUTCOME_FAIL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		outcome = write_one(rota, plan, kinds[i], folder);
		if (outcome != OUTCOME_OK)
			return outcome;
	}
	if (!options->quiet)
		printf("rota-planner --check %s/instance %s/plan\n", folder,
		    folder);
	return OUTCOME_OK;
}
