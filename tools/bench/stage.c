/* SPDX-License-Identifier: ISC */
/* stage: see stage.h. */
#include "tools/bench/stage.h"

#include "daemon/base/clock.h"

#include <event2/event.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	OPENING_US = 120 * 1000000, /* until the last link must be ready */
	DRAINING_US = 20 * 1000000  /* until the last answer must have come */
};

static void stage_enter(struct stage *stage, enum stage_phase phase);

static void
wait_for(struct stage *stage, uint64_t us)
{
	struct timeval delay = {
	    (time_t)(us / 1000000), (suseconds_t)(us % 1000000)};

	event_add(stage->timer, &delay);
}

static void
stage_enter(struct stage *stage, enum stage_phase phase)
{
	stage->phase = phase;
	switch (phase) {
	case STAGE_OPENING:
		wait_for(stage, OPENING_US);
		break;
	case STAGE_WARM_UP:
		wait_for(stage, stage->warm_up_us);
		break;
	case STAGE_MEASURED:
		stage->begin_us = clock_mono_us();
		wait_for(stage, stage->measured_us);
		break;
	case STAGE_DRAINING:
		stage->end_us = clock_mono_us();
		wait_for(
		    stage, stage->busy > 0 ? DRAINING_US : stage->linger_us);
		break;
	case STAGE_OVER:
		event_del(stage->timer);
		event_base_loopbreak(stage->base);
		break;
	}
}

static void
on_timer(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct stage *stage = arg;

	switch (stage->phase) {
	case STAGE_OPENING:
		stage_fail(stage,
		    "only %u of %u connections were ready in %d s",
		    stage->ready, stage->links, OPENING_US / 1000000);
		break;
	case STAGE_WARM_UP:
		stage_enter(stage, STAGE_MEASURED);
		break;
	case STAGE_MEASURED:
		stage_enter(stage, STAGE_DRAINING);
		break;
	case STAGE_DRAINING:
		if (stage->busy > 0 && !stage->tolerant)
			stage_fail(stage, "%llu requests stayed unanswered",
			    (unsigned long long)stage->busy);
		else
			stage_enter(stage, STAGE_OVER);
		break;
	case STAGE_OVER:
		break;
	}
}

void
stage_init(struct stage *stage, const struct common *common, unsigned links,
    void (*on_start)(void *arg), void *arg)
{
	struct event_config *config = event_config_new();

	*stage = (struct stage){.links = links,
	    .warm_up_us = (uint64_t)common->warm_up * 1000000,
	    .measured_us = (uint64_t)common->seconds * 1000000,
	    .on_start = on_start,
	    .arg = arg};
	/* Without it, timers are as coarse as the kernel's tick. */
	event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
	stage->base = event_base_new_with_config(config);
	event_config_free(config);
	if (stage->base == NULL)
		abort();
	stage->timer = event_new(stage->base, -1, 0, on_timer, stage);
	if (stage->timer == NULL)
		abort();
}

void
stage_fini(struct stage *stage)
{
	event_free(stage->timer);
	event_base_free(stage->base);
}

int
stage_run(struct stage *stage)
{
	if (!stage->failed) {
		stage_enter(stage, STAGE_OPENING);
		event_base_dispatch(stage->base);
	}
	if (!stage->failed && stage->phase != STAGE_OVER)
		stage_fail(stage, "the event loop ended early");
	return stage->failed ? -1 : 0;
}

void
stage_count_ready(struct stage *stage)
{
	if (++stage->ready != stage->links || stage->phase != STAGE_OPENING)
		return;
	stage_enter(
	    stage, stage->warm_up_us > 0 ? STAGE_WARM_UP : STAGE_MEASURED);
	stage->on_start(stage->arg);
}

void
stage_fail(struct stage *stage, const char *fmt, ...)
{
	char text[512];
	va_list args;

	if (stage->failed || stage->phase == STAGE_OVER)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	complain("%s", text);
	stage->failed = true;
	stage_enter(stage, STAGE_OVER);
}

void
stage_sent(struct stage *stage)
{
	stage->busy++;
}

void
stage_answered(struct stage *stage)
{
	if (--stage->busy == 0 && stage->phase == STAGE_DRAINING)
		wait_for(stage, stage->linger_us);
}

void
stage_exhausted(struct stage *stage)
{
	if (stage->phase == STAGE_WARM_UP)
		stage_enter(stage, STAGE_MEASURED);
	if (stage->phase == STAGE_MEASURED)
		stage_enter(stage, STAGE_DRAINING);
}

double
stage_seconds(const struct stage *stage)
{
	return (double)(stage->end_us - stage->begin_us) / 1e6;
}
