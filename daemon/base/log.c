/* SPDX-License-Identifier: ISC */
/*
 * log: lines are put together on the stack and leave in one write(2).
 *
 * The level, and whether stderr is the journal, are the only global state of
 * the project outside the clock's test time.
 */
#include "daemon/base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const struct {
	const char *name;
	int priority; /* as in syslog(3) */
} levels[] = {
    [LOG_LEVEL_DEBUG] = {"debug", 7},
    [LOG_LEVEL_INFO] = {"info", 6},
    [LOG_LEVEL_WARN] = {"warn", 4},
    [LOG_LEVEL_ERROR] = {"error", 3},
};

static struct {
	enum log_level level;
	bool journal;
} log_state = {LOG_LEVEL_INFO, false};

/* A line under construction; used never exceeds LOG_LINE_MAX - 1. */
struct line {
	char text[LOG_LINE_MAX];
	size_t used;
	bool cut;
	int error; /* errno when the line was started, and again at its end */
};

static void line_vadd(struct line *line, const char *fmt, va_list args)
    PRINTF_LIKE(2, 0);
static void line_add(struct line *line, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void log_line(enum log_level level, bool with_errno, const char *id,
    const char *event, const char *fmt, va_list args) PRINTF_LIKE(5, 0);

/*
 * systemd sets JOURNAL_STREAM to device:inode of the stream it made; whoever
 * redirects stderr afterwards inherits the variable but not the stream.
 */
static bool
stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat st;
	char own[64];

	if (stream == NULL || fstat(STDERR_FILENO, &st) == -1)
		return false;
	(void)snprintf(own, sizeof(own), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	return strcmp(stream, own) == 0;
}

void
log_init(enum log_level level)
{
	log_state.level = level;
	log_state.journal = stderr_is_journal();
}

bool
log_wanted(enum log_level level)
{
	return level >= log_state.level;
}

int
log_level_parse(const char *name, enum log_level *level)
{
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		if (strcmp(name, levels[i].name) == 0) {
			*level = (enum log_level)i;
			return 0;
		}
	}
	return -1;
}

static void
line_vadd(struct line *line, const char *fmt, va_list args)
{
	size_t room = LOG_LINE_MAX - line->used;
	int len = vsnprintf(line->text + line->used, room, fmt, args);

	if (len < 0)
		return;
	if ((size_t)len >= room) {
		line->cut = true;
		line->used = LOG_LINE_MAX - 1;
	} else {
		line->used += (size_t)len;
	}
}

static void
line_add(struct line *line, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	line_vadd(line, fmt, args);
	va_end(args);
}

static void
line_start(
    struct line *line, enum log_level level, const char *id, const char *event)
{
	struct timespec now;
	struct tm utc;
	char day[32];

	line->error = errno;
	line->used = 0;
	line->cut = false;
	if (log_state.journal) {
		line_add(line, "<%d>%s %s ", levels[level].priority, id, event);
		return;
	}
	/* Real time even where a test holds the clock: a log is about now. */
	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)gmtime_r(&now.tv_sec, &utc);
	(void)strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &utc);
	line_add(line, "%s.%03ldZ %s %s %s ", day, now.tv_nsec / 1000000,
	    levels[level].name, id, event);
}

static void
line_end(struct line *line)
{
	static const char dots[] = "...";
	ssize_t written;

	if (line->cut)
		memcpy(line->text + LOG_LINE_MAX - sizeof(dots), dots,
		    sizeof(dots) - 1);
	else if (line->text[line->used - 1] == ' ')
		line->used--; /* an event without figures */
	for (size_t i = 0; i < line->used; i++) {
		unsigned char byte = (unsigned char)line->text[i];

		if (byte < 0x20 || byte == 0x7f)
			line->text[i] = '?';
	}
	line->text[line->used++] = '\n';
	/* If stderr is gone, nobody can be told. */
	written = write(STDERR_FILENO, line->text, line->used);
	(void)written;
	errno = line->error;
}

static void
log_line(enum log_level level, bool with_errno, const char *id,
    const char *event, const char *fmt, va_list args)
{
	struct line line;

	if (!log_wanted(level))
		return;
	line_start(&line, level, id, event);
	line_vadd(&line, fmt, args);
	if (with_errno)
		line_add(&line, "%serror=%s", fmt[0] == '\0' ? "" : " ",
		    LOG_QUOTE(strerror(line.error)));
	line_end(&line);
}

#define LOG_FUNCTION(name, level, with_errno)                                  \
	void name(const char *id, const char *event, const char *fmt, ...)     \
	{                                                                      \
		va_list args;                                                  \
                                                                               \
		va_start(args, fmt);                                           \
		log_line(level, with_errno, id, event, fmt, args);             \
		va_end(args);                                                  \
	}

LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG, false)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO, false)
LOG_FUNCTION(log_warn, LOG_LEVEL_WARN, false)
LOG_FUNCTION(log_error, LOG_LEVEL_ERROR, false)
LOG_FUNCTION(log_errno, LOG_LEVEL_ERROR, true)

static bool
in_range(unsigned char byte, unsigned from, unsigned to)
{
	return byte >= from && byte <= to;
}

/*
 * Length of the well-formed, printable multi-byte character at text, or 0.
 * Leaves out overlong forms, surrogates and U+0080-U+009F, which are controls
 * to a terminal.
 */
static size_t
utf8_length(const unsigned char *text, size_t len)
{
	unsigned low = 0x80;
	unsigned high = 0xbf;
	size_t need;

	if (in_range(text[0], 0xc2, 0xdf)) {
		need = 2;
		low = text[0] == 0xc2 ? 0xa0 : low;
	} else if (in_range(text[0], 0xe0, 0xef)) {
		need = 3;
		low = text[0] == 0xe0 ? 0xa0 : low;
		high = text[0] == 0xed ? 0x9f : high;
	} else if (in_range(text[0], 0xf0, 0xf4)) {
		need = 4;
		low = text[0] == 0xf0 ? 0x90 : low;
		high = text[0] == 0xf4 ? 0x8f : high;
	} else {
		return 0;
	}
	if (len < need || !in_range(text[1], low, high))
		return 0;
	for (size_t i = 2; i < need; i++) {
		if (!in_range(text[i], 0x80, 0xbf))
			return 0;
	}
	return need;
}

/*
 * Writes the form of the character at text to piece (NUL-terminated) and says
 * how many bytes of text it stands for.
 */
static size_t
quote_one(char piece[8], const unsigned char *text, size_t len)
{
	static const char named[] = "\"\\\n\r\t";
	static const char names[] = "\"\\nrt";
	const char *name = memchr(named, text[0], sizeof(named) - 1);
	size_t multi;

	if (name != NULL) {
		(void)snprintf(piece, 8, "\\%c", names[name - named]);
		return 1;
	}
	multi = in_range(text[0], 0x20, 0x7e) ? 1 : utf8_length(text, len);
	if (multi == 0) {
		(void)snprintf(piece, 8, "\\x%02x", text[0]);
		return 1;
	}
	memcpy(piece, text, multi);
	piece[multi] = '\0';
	return multi;
}

const char *
log_quote_bytes(struct log_text *out, const char *bytes, size_t len)
{
	static const char tail[] = "...\"";
	const unsigned char *text = (const unsigned char *)bytes;
	size_t used = 0;
	size_t at = 0;

	out->text[used++] = '"';
	while (at < len) {
		char piece[8];
		size_t taken = quote_one(piece, text + at, len - at);
		size_t size = strlen(piece);

		if (used + size + sizeof(tail) > sizeof(out->text)) {
			memcpy(out->text + used, tail, sizeof(tail));
			return out->text;
		}
		memcpy(out->text + used, piece, size);
		used += size;
		at += taken;
	}
	out->text[used++] = '"';
	out->text[used] = '\0';
	return out->text;
}

const char *
log_quote(struct log_text *out, const char *string)
{
	return log_quote_bytes(
	    out, string, string == NULL ? 0 : strlen(string));
}
