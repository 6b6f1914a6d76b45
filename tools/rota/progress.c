/* SPDX-License-Identifier: ISC */
/* progress: see progress.h. */
#include "tools/rota/progress.h"

#include "daemon/base/clock.h"
#include "tools/rota/term.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	FIRST_MS = 300, /* work that is done sooner shows nothing */
	EVERY_MS = 100,
	BAR_MAX = 40,
	BESIDE = 24 /* columns for label, percentage and number */
};

static uint64_t
now_ms(void)
{
	return clock_mono_us() / 1000;
}

void
progress_begin(
    struct progress *progress, const char *label, uint64_t total, bool wanted)
{
	*progress =
	    (struct progress){.wanted = wanted && isatty(STDERR_FILENO) == 1,
		.label = label,
		.total = total,
		.began_ms = now_ms()};
}

static void
draw(struct progress *progress, uint64_t done)
{
	struct term term;
	size_t width, full;

	term_look(&term, STDERR_FILENO, COLOUR_NEVER);
	fprintf(stderr, "\r\033[K%s ", progress->label);
	if (progress->total == 0) {
		fprintf(stderr, "%" PRIu64, done);
	} else {
		if (done > progress->total)
			done = progress->total;
		width = strlen(progress->label) + BESIDE;
		width = term.width > width ? term.width - width : 1;
		width = width > BAR_MAX ? BAR_MAX : width;
		full = (size_t)(done * width / progress->total);
		putc('[', stderr);
		for (size_t i = 0; i < width; i++)
			putc(i < full ? '#' : '.', stderr);
		fprintf(
		    stderr, "] %3" PRIu64 " %%", done * 100 / progress->total);
	}
	fflush(stderr);
	progress->shown = true;
}

void
progress_tell(struct progress *progress, uint64_t done)
{
	uint64_t now;

	if (!progress->wanted)
		return;
	now = now_ms();
	if (now - progress->began_ms < FIRST_MS ||
	    now - progress->told_ms < EVERY_MS)
		return;
	progress->told_ms = now;
	draw(progress, done);
}

void
progress_wipe(struct progress *progress)
{
	if (!progress->shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	progress->shown = false;
}
