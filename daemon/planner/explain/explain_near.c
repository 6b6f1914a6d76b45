/* SPDX-License-Identifier: ISC */
/*
 * explain_near: of what a sector needs, the sites that it could be at.
 *
 * The plan has it at one of them, so what it would cost at another nobody can
 * tell; but who could be there, by the rules of that half-day alone, and is at
 * work nowhere then, is worth a call.
 */
#include "daemon/planner/explain/explain.h"

#include "daemon/planner/explain/explain_sector.h"
#include "proto/out.h"

#include <string.h>

enum { SITES_MOST = 32, COMERS_MOST = 3 };

struct near {
	const struct explain *explain;
	int32_t need;
	/* Open to it: where the plan has it first, then the others. */
	struct near_site {
		char id[ID_TEXT_LEN + 1];
		size_t could;
	} site[SITES_MOST];
	size_t sites;
	/* The nearest who are free, each at the nearest of the other sites. */
	struct near_comer {
		struct comer who;
		char site[ID_TEXT_LEN + 1];
	} comer[COMERS_MOST + 1];
	size_t comers;
};

static bool
is_at_work(const struct explain *explain, int32_t physician, int32_t half)
{
	const struct model *model = explain->model;
	const int32_t *at;

	if (physician < 0)
		return false;
	at = &model->week_seat[half_week(half) * model->in->physicians +
	    physician];
	for (int32_t s = at[0]; s < at[1]; s++)
		if (model->seat[s].half == half)
			return explain->force.board.choice[s] != OPTION_NONE;
	return false;
}

static void
add_site(struct near *near, const char *id, bool here, size_t could)
{
	size_t at = here ? 0 : near->sites;

	if (near->sites == SITES_MOST) {
		if (!here)
			return;
		near->sites--;
	}
	memmove(&near->site[at + 1], &near->site[at],
	    (near->sites - at) * sizeof(near->site[0]));
	near->sites++;
	memcpy(near->site[at].id, id, sizeof(near->site[at].id));
	near->site[at].could = could;
}

/* One more than are told is kept for a moment. */
static void
add_comer(struct near *near, const char *site, const struct comer *comer)
{
	size_t at = 0;

	for (size_t i = 0; i < near->comers; i++) {
		if (strcmp(near->comer[i].who.id, comer->id) != 0)
			continue;
		if (near->comer[i].who.minutes <= comer->minutes)
			return;
		near->comers--;
		memmove(&near->comer[i], &near->comer[i + 1],
		    (near->comers - i) * sizeof(near->comer[0]));
		break;
	}
	while (
	    at < near->comers && near->comer[at].who.minutes <= comer->minutes)
		at++;
	memmove(&near->comer[at + 1], &near->comer[at],
	    (near->comers - at) * sizeof(near->comer[0]));
	near->comer[at].who = *comer;
	memcpy(near->comer[at].site, site, sizeof(near->comer[at].site));
	near->comers += near->comers < COMERS_MOST;
}

static void
on_site(void *arg, const char *site, bool here, const struct comer *comers,
    size_t count)
{
	struct near *near = arg;
	int32_t half = near->explain->model->in->need[near->need].half;

	add_site(near, site, here, count);
	for (size_t i = 0; i < count && !here; i++)
		if (!is_at_work(near->explain, comers[i].physician, half))
			add_comer(near, site, &comers[i]);
}

bool
explain_near(struct out *out, const struct explain *explain, int32_t need)
{
	const struct need *of = &explain->model->in->need[need];
	struct near near = {.explain = explain, .need = need};
	const char *code = explain->mates == NULL
	    ? NULL
	    : mates_sector(explain->mates, of->turn);

	if (code == NULL)
		return false;
	mates_each_site(explain->mates,
	    &(struct query){NAMES_NONE, of->site, of->half, of->activity},
	    of->turn, on_site, &near);
	out_key_text(out, "sector", code);
	for (size_t i = 0; i < near.sites; i++) {
		out_text(out, i == 0 ? " sites=" : ",");
		out_text(out, near.site[i].id);
		out_char(out, ':');
		out_u64(out, near.site[i].could);
	}
	for (size_t i = 0; i < near.comers; i++) {
		out_text(out, i == 0 ? " elsewhere=" : ",");
		out_text(out, near.comer[i].who.id);
		out_char(out, ':');
		out_text(out, near.comer[i].site);
	}
	return near.comers > 0;
}
