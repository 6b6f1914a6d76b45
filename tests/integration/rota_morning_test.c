/* SPDX-License-Identifier: ISC */
/*
 * rota_morning_test: a coordinator's morning at the prompt, from her invitation
 * on: she looks at a week, fills it, is refused and told why, puts a rotation,
 * publishes, loses a physician, finds another one, and gives a place away.
 */
#include "tests/integration/rota_kit.h"
#include "tests/support/terminal.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "proto/out.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROMPT "rota> "

/* The day so many days after the Monday after next; a ring of texts. */
static const char *
day(int away)
{
	static char ring[16][16];
	static unsigned at;
	int32_t today = (int32_t)(clock_real_us() / 1000000 / 86400);
	/* 1970-01-01 was a Thursday */
	int32_t monday = today - (today + 3) % 7 + 14;
	char *text = ring[at++ % ARRAY_SIZE(ring)];
	struct out out = {text, 0, sizeof(ring[0]) - 1, false};

	out_day(&out, monday + away);
	text[out.len] = '\0';
	return text;
}

/* Types a line, and waits for a text in the answer and the next prompt. */
static void PRINTF_LIKE(3, 4)
    say(struct terminal *terminal, const char *answer, const char *fmt, ...)
{
	char *line;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&line, fmt, args) == -1)
		abort();
	va_end(args);
	terminal_type(terminal, line);
	terminal_type(terminal, "\n");
	terminal_expect(terminal, answer);
	terminal_expect(terminal, PROMPT);
	free(line);
}

/* The shortened id that stands first in a row that was shown last. */
static char *
short_id(const struct seat *seat)
{
	char *ids = seat_read(seat, ".local/state/rota/ids");
	char *id = xstrndup(ids, 8);

	free(ids);
	return id;
}

static struct terminal *
arrive(struct seat *seat, const struct daemon *daemon)
{
	struct terminal *terminal;
	char *command, *code;

	seat_run(seat, 0,
	    "rota --json account invite role=coordinator name=Jeanne "
	    "scope=territory:CPTS-SUD | jq -r .answer.code");
	code = xstrdup(seat_out(seat));
	command = xasprintf("rota -s 127.0.0.1:%u login && unset ROTA_SERVER "
			    "&& exec rota",
	    daemon_port(daemon));
	terminal = terminal_open(command, 110);
	terminal_expect(terminal, "code: ");
	terminal_type(terminal, code);
	terminal_expect(terminal, "You are coordinator");
	terminal_expect(terminal, "connected to 127.0.0.1");
	terminal_expect(terminal, PROMPT);
	free(code);
	free(command);
	return terminal;
}

static void
plan(struct terminal *terminal)
{
	say(terminal, "Jeanne", "whoami");
	say(terminal, "\033[31m! 1 SNP", "week " SEAT_SITE " %s", day(0));
	say(terminal, "rev=1 room=1 state=",
	    "assign " SEAT_PHYSICIAN " " SEAT_SITE " %s M activity=SNP",
	    day(0));
	say(terminal, "~Martin C. SNP r1", "week " SEAT_SITE " %s", day(0));
	/* twice at a time: refused, by which rule, and what would do */
	say(terminal, "refused (H01)",
	    "assign " SEAT_PHYSICIAN " " SEAT_SITE " %s M", day(0));
	say(terminal,
	    "remedy: ", "assign " SEAT_PHYSICIAN " " SEAT_SITE " %s M", day(5));
	/* the rest of the week in turn */
	say(terminal, "created=4",
	    "rotate TUE-FRI 'tue-fri M' %s %s " SEAT_PHYSICIAN
	    "," SEAT_PHYSICIAN_2 " site=" SEAT_SITE " activity=SNP",
	    day(0), day(6));
	say(terminal, "done", "publish %s %s site=" SEAT_SITE, day(0), day(6));
	say(terminal, "published", "slot list site=" SEAT_SITE " from=%s",
	    day(0));
}

static void
mend(struct seat *seat, struct terminal *terminal)
{
	char *id;

	/* Claire is ill on Monday: her half-day is open again */
	say(terminal, " rev=1 slots=1",
	    "absent " SEAT_PHYSICIAN " %s %s slots=cancel", day(0), day(0));
	say(terminal, "SNP", "gaps from=%s to=%s", day(0), day(0));
	say(terminal, "rev=1 room=1 state=",
	    "assign " SEAT_PHYSICIAN_2 " " SEAT_SITE
	    " %s M activity=SNP state=published",
	    day(0));
	say(terminal, "bookable", "capacity site=" SEAT_SITE " ahead=744");
	id = short_id(seat);
	say(terminal, "state=held", "place hold %s", id);
	free(id);
	say(terminal, "held", "place list site=" SEAT_SITE " day=%s", day(0));
}

START_TEST(a_coordinators_morning)
{
	struct daemon *daemon = kit_daemon("rules-off = H05 H16 H21");
	struct seat *seat = seat_new(daemon);
	struct terminal *terminal;

	seat_found(seat);
	seat_run(seat, 0,
	    "rota -q need put site=" SEAT_SITE
	    " pattern='mon-fri M' activity=SNP from=%s && "
	    "rota -q site put finess=" SEAT_SITE " places=6 && "
	    "for who in " SEAT_PHYSICIAN " " SEAT_PHYSICIAN_2 "; do "
	    "rota -q authorisation put $who " SEAT_SITE " mission 2026-01-01; "
	    "done",
	    day(0));
	terminal = arrive(seat, daemon);
	plan(terminal);
	mend(seat, terminal);
	terminal_type(terminal, "quit\n");
	ck_assert_int_eq(terminal_wait(terminal), 0);
	(void)terminal_close(terminal);
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

static void
add_tests(TCase *all)
{
	tcase_add_test(all, a_coordinators_morning);
}

int
main(void)
{
	return kit_main("rota_morning", add_tests);
}
