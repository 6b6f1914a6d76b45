/* SPDX-License-Identifier: ISC */
/* serve_build: from text to what is served, also in a thread of its own. */
#include "daemon/base/mem.h"
#include "daemon/planner/explain/explain.h"
#include "daemon/planner/instance/plan_file.h"
#include "daemon/planner/serve/serve_private.h"
#include "proto/out.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where the instance does not say what change costs. */
enum { DROP = 150, ADD = 75, ASSIGN_MAX = 512 };

/* ----- what is published ----- */

/* What it costs to drop it, by the line of the instance, or BY_WEIGHTS. */
static int32_t
drop_of(const struct instance *in, const struct assign *assign)
{
	size_t count;
	const struct mark *mark = instance_marks(
	    in, assign->physician, in->need[assign->need].half, &count);

	for (size_t i = 0; i < count; i++)
		if (mark[i].kind == MARK_EXISTING &&
		    mark[i].need == assign->need)
			return mark[i].points;
	return BY_WEIGHTS;
}

static void
put_existing(
    struct out *out, const struct instance *in, const struct assign *assign)
{
	const struct need *need = &in->need[assign->need];
	int32_t drop = drop_of(in, assign);

	out_literal(out, "existing");
	out_key_text(out, "physician",
	    names_text(&in->physician_names, assign->physician));
	explain_need(out, in, need);
	if (drop != BY_WEIGHTS)
		out_key_u64(out, "drop", (uint64_t)drop);
	out_char(out, '\n');
}

/* The instance once more, with the half-days of the plan as the existing ones.
 */
static bool
read_published(struct served *served, struct span text, struct span plan,
    struct error *error)
{
	struct span line;
	struct out out;
	struct plan read;
	bool good;

	if (!plan_read(&read, &served->in, plan, error)) {
		error_prefix(error, "plan");
		plan_free(&read);
		return false;
	}
	out = (struct out){.size = text.len + 1 + read.assigns * ASSIGN_MAX};
	out.ptr = xmalloc(out.size);
	while (span_cut(&text, '\n', &line)) {
		if (line.len >= 9 && memcmp(line.ptr, "existing ", 9) == 0)
			continue;
		out_bytes(&out, line.ptr, line.len);
		out_char(&out, '\n');
	}
	for (size_t i = 0; i < read.assigns; i++)
		put_existing(&out, &served->in, &read.assign[i]);
	plan_free(&read);
	instance_fini(&served->in);
	good =
	    instance_read(&served->in, (struct span){out.ptr, out.len}, error);
	free(out.ptr);
	return good;
}

static bool
read_to_repair(struct instance *in, struct span text, struct error *error)
{
	struct reader *reader = reader_new(in, error);
	bool good;

	reader_to_repair(reader);
	good = reader_feed(reader, text) && reader_end(reader);
	reader_free(reader);
	return good;
}

static bool
read_all(struct served *served, struct span text, struct span plan,
    struct error *error)
{
	struct stability *stability = &served->in.weight.stability;

	if (!read_to_repair(&served->in, text, error))
		return false;
	served->is_facts = served->in.reduction != NULL;
	if (!served->is_facts && plan.len > 0 &&
	    !read_published(served, text, plan, error))
		return false;
	if (stability->drop == 0 && stability->add == 0)
		*stability = (struct stability){DROP, ADD};
	return true;
}

/* Prices that do not fit are no fault: there will be others. */
static void
take_prices(struct served *served, struct span text)
{
	struct error ignored = {""};
	struct plan plan;

	if (text.len == 0)
		return;
	if (plan_read(&plan, &served->in, text, &ignored))
		repairer_take_prices(served->repairer, &plan);
	plan_free(&plan);
}

struct served *
served_new(struct span text, struct span plan, struct error *error)
{
	struct served *served = xcalloc(1, sizeof(*served));

	if (!read_all(served, text, plan, error)) {
		instance_fini(&served->in);
		free(served);
		return NULL;
	}
	model_make(&served->model, &served->in);
	served->repairer = repairer_new(&served->model, &served->in);
	take_prices(served, plan);
	names_init(&served->word);
	names_init(&served->moving);
	names_init(&served->ended);
	serve_index_sites(served);
	if (served->is_facts)
		serve_fact_index(served);
	return served;
}

void
served_free(struct served *served)
{
	if (served == NULL)
		return;
	repairer_free(served->repairer);
	model_free(&served->model);
	instance_fini(&served->in);
	names_fini(&served->word);
	names_fini(&served->moving);
	names_fini(&served->ended);
	free(served->site_of);
	free(served->next_site);
	free(served->gone);
	free(served->stand);
	free(served);
}

/* ----- beside ----- */

struct building {
	pthread_t thread;
	int pipe[2];
	char *text; /* owned */
	size_t len;
	struct legacy *legacy; /* owned; NULL: none */
	struct served *served;
	struct error error;
};

static void *
build(void *arg)
{
	struct building *building = arg;
	ssize_t wrote;

	building->served =
	    served_new((struct span){building->text, building->len},
		(struct span){NULL, 0}, &building->error);
	if (building->served != NULL && building->legacy != NULL) {
		repairer_inherit(building->served->repairer, building->legacy);
		/* So that the first question has not to. */
		(void)repairer_bound(building->served->repairer);
	}
	do
		wrote = write(building->pipe[1], "", 1);
	while (wrote == -1 && errno == EINTR);
	if (wrote != 1)
		abort(); /* a pipe of our own takes a byte */
	return NULL;
}

struct building *
building_new(char *text, size_t len, struct legacy *legacy)
{
	struct building *building = xcalloc(1, sizeof(*building));

	building->text = text;
	building->len = len;
	building->legacy = legacy;
	if (pipe2(building->pipe, O_CLOEXEC) != 0 ||
	    pthread_create(&building->thread, NULL, build, building) != 0)
		abort(); /* out of descriptors or memory: small */
	return building;
}

int
building_fd(const struct building *building)
{
	return building->pipe[0];
}

struct served *
building_end(
    struct building *building, char **text, size_t *len, struct error *error)
{
	struct served *served;

	if (pthread_join(building->thread, NULL) != 0)
		abort();
	served = building->served;
	*error = building->error;
	(void)close(building->pipe[0]);
	(void)close(building->pipe[1]);
	*text = building->text;
	*len = building->len;
	legacy_free(building->legacy);
	free(building);
	return served;
}

struct clearing {
	pthread_t thread;
	struct served *served;
};

static void *
clear(void *arg)
{
	struct clearing *clearing = arg;

	served_free(clearing->served);
	return NULL;
}

struct clearing *
clearing_new(struct served *served)
{
	struct clearing *clearing = xcalloc(1, sizeof(*clearing));

	clearing->served = served;
	if (pthread_create(&clearing->thread, NULL, clear, clearing) != 0)
		abort(); /* out of memory: small */
	return clearing;
}

void
clearing_end(struct clearing *clearing)
{
	if (clearing == NULL)
		return;
	if (pthread_join(clearing->thread, NULL) != 0)
		abort();
	free(clearing);
}
