/* SPDX-License-Identifier: ISC */
/*
 * job_run: the planner as the child of a job: how it is begun, what it says
 * and how it ends.
 */
#include "daemon/server/proposal/job_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/config/config.h"
#include "daemon/server/print.h"
#include "daemon/server/server.h"
#include "proto/request.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char log_id[] = "plan";

enum {
	CHECK_MS = 120000,
	CHECK_WRONG = 3 /* the planner's status for a plan that is not so */
};

/* ----- what the planner says ----- */

bool
job_points(struct span text, int64_t *points)
{
	bool below = text.len > 0 && text.ptr[0] == '-';
	uint64_t value;

	if (below) {
		text.ptr++;
		text.len--;
	}
	if (text.ptr == NULL || !span_to_u64(text, INT64_MAX, &value))
		return false;
	*points = below ? -(int64_t)value : (int64_t)value;
	return true;
}

struct span
job_site_id(struct span place)
{
	struct span id = {NULL, 0};

	(void)span_cut(&place, '/', &id);
	return id;
}

const struct assignment *
job_half_day(const struct book *book, int32_t physician, int32_t site,
    int32_t day, enum part part, enum activity activity)
{
	struct run run = book_physician_run(book, physician);

	for (size_t i = run_from_day(book, run, day); i < run.count; i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		if (a->from / SECONDS_PER_DAY > day + 2)
			break;
		if (a->day == day && a->part == (uint8_t)part &&
		    a->site == site && a->activity == (uint8_t)activity &&
		    state_blocks((enum state)a->state))
			return a;
	}
	return NULL;
}

static void
take_phases(const struct answer *line, const char *key, uint32_t *phases)
{
	struct span text = answer_value(line, key);
	uint64_t value;

	if (text.ptr != NULL && span_to_u64(text, INT32_MAX, &value))
		*phases = (uint32_t)value;
}

/* "progress phase= cost= bound= ..." and at the end "result ... phases=". */
static void
on_line(void *arg, struct span text)
{
	struct job *job = arg;
	struct progress *progress = &job->proposal.progress;
	struct answer line;

	if (!answer_parse_data(&line, text) ||
	    (!span_is(line.word[0], "progress") &&
		!span_is(line.word[0], "result")))
		return;
	(void)job_points(answer_value(&line, "cost"), &progress->cost);
	(void)job_points(answer_value(&line, "bound"), &progress->bound);
	take_phases(&line, "phase", &progress->phases);
	take_phases(&line, "phases", &progress->phases);
	progress->took_ms = (clock_mono_us() - job->begun_us) / 1000;
	job_watches_tell(job->jobs->watches, &job->proposal);
}

static void
on_run(void *arg, uint64_t prepare_us)
{
	struct job *job = arg;
	off_t size = lseek(job->instance_fd, 0, SEEK_END);

	job->proposal.written_us = prepare_us;
	job->proposal.written = size > 0 ? (uint64_t)size : 0;
	log_info(log_id, "instance", "bytes=%ju us=%" PRIu64,
	    (uintmax_t)job->proposal.written, prepare_us);
}

/* Why there is no plan. */
static void
fail(struct job *job, const struct child_end *end)
{
	char text[600];

	switch (end->why) {
	case CHILD_EXITED:
		(void)snprintf(text, sizeof(text),
		    "planner ended with status %d: %s", end->code, end->last);
		break;
	case CHILD_KILLED:
		if (end->code == SIGXFSZ)
			(void)snprintf(text, sizeof(text),
			    "plan it is larger than a plan may be");
		else
			(void)snprintf(text, sizeof(text),
			    "killed planner was ended by signal %d", end->code);
		break;
	case CHILD_MEMORY:
		(void)snprintf(text, sizeof(text),
		    "memory planner took more than planner-memory allows");
		break;
	case CHILD_DEADLINE:
		(void)snprintf(
		    text, sizeof(text), "deadline planner did not end in time");
		break;
	case CHILD_NOT_RUN:
		(void)snprintf(text, sizeof(text),
		    "not-run planner could not be run: %s", end->last);
		break;
	}
	job_end(job,
	    job->stop && end->why != CHILD_MEMORY ? PROPOSAL_CANCELLED
						  : PROPOSAL_FAILED,
	    text);
}

/* ----- the second reckoning ----- */

static void
checked(struct job *job, const char *verdict)
{
	job->proposal.checked = span_of(verdict);
	arrival_begin(job, job->stop);
}

/* It says whether the plan is what it says of itself; whoever could not find
 * out has said nothing. */
static void
on_checked(void *arg, const struct child_end *end)
{
	struct job *job = arg;
	bool over = end->why == CHILD_EXITED;
	const char *verdict = over && end->code == 0 ? "yes"
	    : over && end->code == CHECK_WRONG       ? "no"
						     : "";

	if (verdict[0] != 'y')
		log_warn(log_id, "not-checked", "why=%d code=%d last=%s",
		    (int)end->why, end->code, LOG_QUOTE(end->last));
	child_free(job->child);
	job->child = NULL;
	checked(job, verdict);
}

static const struct child_hooks check_hooks = {.on_end = on_checked};

/* The planner is asked whether cost, bound and lines are so: whoever reads the
 * plan is told, also where the multipliers that prove the bound are not kept.
 */
static void
check(struct job *job)
{
	struct jobs *jobs = job->jobs;
	const struct config *config = jobs->server->config;
	char path[4200];
	const char *const argv[] = {
	    path, "--check", "/dev/fd/3", "/dev/fd/4", NULL};
	const int fds[] = {job->instance_fd, job->plan_fd};
	struct child_options options = {.argv = argv,
	    .fds = fds,
	    .nfds = ARRAY_SIZE(fds),
	    .is_batch = true,
	    .memory_max = config->planner_memory,
	    .deadline_ms = CHECK_MS,
	    .grace_ms = config->planner_grace_ms};
	struct error error = {""};

	job_program(config, path, sizeof(path));
	job->child =
	    child_new(jobs->server->base, &options, &check_hooks, job, &error);
	if (job->child != NULL)
		return;
	log_warn(log_id, "not-checked", "why=%s", LOG_QUOTE(error.text));
	checked(job, "");
}

static void
on_end(void *arg, const struct child_end *end)
{
	struct job *job = arg;
	struct child_end kept = *end;
	char last[256];

	(void)snprintf(last, sizeof(last), "%s", end->last);
	kept.last = last;
	job->proposal.progress.took_ms =
	    (clock_mono_us() - job->begun_us) / 1000;
	log_info(log_id, "planner-ended",
	    "code=%d cpu-ms=%" PRIu64 " memory=%" PRIu64, end->code,
	    end->cpu_ms, end->memory);
	child_free(job->child);
	job->child = NULL;
	if (kept.why == CHILD_EXITED && kept.code == 0)
		check(job);
	else
		fail(job, &kept);
}

/* ----- the beginning ----- */

/* As configured; else beside this program, or from sbin over to bin. */
void
job_program(const struct config *config, char *path, size_t size)
{
	static const char *const places[] = {
	    "rota-planner", "../bin/rota-planner"};
	char own[4096];
	ssize_t len;
	char *slash;

	(void)snprintf(path, size, "%s", config->planner);
	len = readlink("/proc/self/exe", own, sizeof(own) - 1);
	if (path[0] != '\0' || len <= 0)
		return;
	own[len] = '\0';
	slash = strrchr(own, '/');
	for (size_t i = 0; slash != NULL && i < ARRAY_SIZE(places); i++) {
		(void)snprintf(
		    path, size, "%.*s/%s", (int)(slash - own), own, places[i]);
		if (access(path, X_OK) == 0)
			return;
	}
}

enum { ARGUMENTS_MAX = 20 };

struct command {
	char path[4200];
	char text[6][24];
	const char *argv[ARGUMENTS_MAX];
};

static void
make_command(struct command *command, const struct job *job)
{
	const struct proposal *proposal = &job->proposal;
	unsigned n = 0;

	job_program(
	    job->jobs->server->config, command->path, sizeof(command->path));
	command->argv[n++] = command->path;
	command->argv[n++] = "--progress";
	(void)snprintf(command->text[0], 24, "%u", proposal->threads);
	command->argv[n++] = "--threads";
	command->argv[n++] = command->text[0];
	(void)snprintf(command->text[1], 24, "%u", proposal->seconds);
	command->argv[n++] = "--time";
	command->argv[n++] = command->text[1];
	(void)snprintf(command->text[2], 24, "%" PRIu64, proposal->seed);
	command->argv[n++] = "--seed";
	command->argv[n++] = command->text[2];
	if (proposal->max_phases > 0) {
		(void)snprintf(
		    command->text[3], 24, "%u", proposal->max_phases);
		command->argv[n++] = "--phases";
		command->argv[n++] = command->text[3];
	}
	if (proposal->max_gap >= 0) {
		(void)snprintf(command->text[4], 24, "%d.%03d",
		    proposal->max_gap / 1000, proposal->max_gap % 1000);
		command->argv[n++] = "--gap";
		command->argv[n++] = command->text[4];
	}
	command->argv[n++] = "--out";
	command->argv[n++] = "/dev/fd/4";
	command->argv[n++] = "/dev/fd/3";
	command->argv[n] = NULL;
}

static const struct child_hooks child_hooks = {on_run, on_line, on_end};

/* Files without a name: whatever ends whom, nothing is left behind. */
static int
make_files(struct job *job, struct error *error)
{
	job->instance_fd = memfd_create("rota-instance", MFD_CLOEXEC);
	job->plan_fd = memfd_create("rota-plan", MFD_CLOEXEC);
	if (job->instance_fd >= 0 && job->plan_fd >= 0)
		return 0;
	error_set(error, "memfd_create: %s", strerror(errno));
	return -1;
}

static int
start_child(struct job *job, struct error *error)
{
	struct jobs *jobs = job->jobs;
	const struct config *config = jobs->server->config;
	struct command command;
	int fds[2];
	struct child_options options = {.argv = command.argv,
	    .fds = fds,
	    .nfds = ARRAY_SIZE(fds),
	    .is_batch = true,
	    .memory_max = config->planner_memory,
	    .file_max = PLAN_FILE_MAX,
	    .deadline_ms = (uint64_t)job->proposal.seconds * 1000 +
		config->planner_grace_ms,
	    .grace_ms = config->planner_grace_ms,
	    .prepare = job_facts_write,
	    .prepare_arg = job};

	if (make_files(job, error) != 0)
		return -1;
	fds[0] = job->instance_fd;
	fds[1] = job->plan_fd;
	make_command(&command, job);
	job->child =
	    child_new(jobs->server->base, &options, &child_hooks, job, error);
	if (job->child == NULL)
		return -1;
	jobs->figures.pause_us = child_pause_us(job->child);
	if (jobs->figures.pause_us > jobs->figures.pause_max_us)
		jobs->figures.pause_max_us = jobs->figures.pause_us;
	job->proposal.pause_us = jobs->figures.pause_us;
	return 0;
}

/* One that was cancelled elsewhere meanwhile is found by the next tick. */
static void
on_begun(void *arg UNUSED, enum status status UNUSED,
    const struct proposal_answer *answer UNUSED)
{
}

void
job_begin(struct job *job)
{
	struct jobs *jobs = job->jobs;
	struct store *store = jobs->server->store;
	struct error error = {""};
	char id[ID_TEXT_LEN + 1] = "", text[600];

	id_to_text(job->proposal.id, id);
	job->begun = true;
	job->frozen = tz_day(print_tz(), clock_real_s()) +
	    (int32_t)jobs->server->config->freeze_days;
	job->begun_us = clock_mono_us();
	job->proposal.state = PROPOSAL_RUNNING;
	jobs->figures.running = 1;
	if (start_child(job, &error) != 0) {
		(void)snprintf(text, sizeof(text),
		    "not-run planner could not be run: %s", error.text);
		job_end(job, PROPOSAL_FAILED, text);
		return;
	}
	log_info(log_id, "begun", "plan=%s pid=%d pause-us=%" PRIu64, id,
	    (int)child_pid(job->child), job->proposal.pause_us);
	job->proposal.cursor = store_cursor(store);
	/* When it cannot be asked now, the end of the job will tell. */
	if (proposals_begin(store_proposals(store), &job->proposal, on_begun,
		jobs) != STATUS_OK)
		log_info(log_id, "untold", "plan=%s", id);
	job->proposal.cursor = SPAN(""); /* was borrowed */
	job_watches_tell(jobs->watches, &job->proposal);
}
