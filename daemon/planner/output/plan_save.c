/* SPDX-License-Identifier: ISC */
/* plan_save: the plan, figures, explanations; and a rehearsal. */
#include "daemon/planner/output/plan_save.h"

#include "daemon/planner/explain/explain.h"
#include "daemon/planner/explain/figure.h"
#include "daemon/planner/output/plan_write.h"

/* A part is not the whole, and another plan is not this one. */
static const double margin = 1.2;

/* Of all seconds, at least, for a plan with its explanations, but not more than
 * that: the search would not gain by them. */
static const double least_part = 0.01, least_seconds = 0.3;

bool
plan_save(FILE *file, const struct search *search, const struct saving *saving)
{
	return plan_write(file, search, saving->seed) &&
	    (saving->unexplained ||
		(figure_write(file, &search->best) &&
		    explain_write(file, search)));
}

static ssize_t
on_write(void *cookie, const char *bytes, size_t len)
{
	(void)cookie;
	(void)bytes;
	return (ssize_t)len;
}

static double
at_least(const struct search *search, const struct saving *saving)
{
	double part = search->until_us == 0 || saving->unexplained
	    ? 0
	    : least_part * (double)(search->until_us - search->start_us) / 1e6;

	return part < least_seconds ? part : least_seconds;
}

double
plan_save_seconds(const struct search *search, const struct saving *saving)
{
	static const cookie_io_functions_t calls = {.write = on_write};
	FILE *nowhere = fopencookie(NULL, "w", calls);
	double seconds, least = at_least(search, saving);

	if (nowhere == NULL)
		return 0;
	seconds = plan_rehearse(nowhere, search);
	if (!saving->unexplained) {
		double start = search_worked();

		(void)figure_write(nowhere, &search->best);
		seconds += search_worked() - start;
		/* Of no plan there is nothing to explain. */
		if (search->sweeps > 0 || search->answers > 0)
			seconds += explain_rehearse(nowhere, search);
	}
	(void)fclose(nowhere);
	return margin * seconds > least ? margin * seconds : least;
}
