/* SPDX-License-Identifier: ISC */
/* term: see term.h. */
#include "tools/rota/term.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

enum { WIDTH_UNKNOWN = 80, WIDTH_MIN = 20 };

static bool
wants_colour(void)
{
	const char *none = getenv("NO_COLOR"), *name = getenv("TERM");

	return (none == NULL || *none == '\0') && name != NULL &&
	    *name != '\0' && strcmp(name, "dumb") != 0;
}

void
term_look(struct term *term, int fd, enum colour_use use)
{
	struct winsize size;

	term->tty = isatty(fd) == 1;
	term->width = 0;
	if (term->tty) {
		term->width = WIDTH_UNKNOWN;
		if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
			term->width = size.ws_col;
		if (term->width < WIDTH_MIN)
			term->width = WIDTH_MIN;
	}
	term->colour = use == COLOUR_ALWAYS ||
	    (use == COLOUR_AUTO && term->tty && wants_colour());
}

const char *
term_style(const struct term *term, enum style style)
{
	static const char *const codes[] = {
	    [STYLE_PLAIN] = "\033[0m",
	    [STYLE_BOLD] = "\033[1m",
	    [STYLE_DIM] = "\033[2m",
	    [STYLE_RED] = "\033[31m",
	    [STYLE_GREEN] = "\033[32m",
	    [STYLE_YELLOW] = "\033[33m",
	};

	return term->colour ? codes[style] : "";
}

/* The character at the front of len > 0 bytes, and its bytes: what is no UTF-8
 * is one byte and one column. */
static size_t
character(const unsigned char *at, size_t len, wchar_t *out)
{
	static const unsigned char first_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	size_t need = at[0] < 0x80 ? 1
	    : at[0] >= 0xf0        ? 4
	    : at[0] >= 0xe0        ? 3
				   : 2;
	unsigned long code = at[0] & first_bits[need];

	*out = L'?';
	if (need > len || (at[0] & 0xc0) == 0x80)
		return 1;
	for (size_t i = 1; i < need; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 1;
		code = code << 6 | (at[i] & 0x3fUL);
	}
	*out = (wchar_t)code;
	return need;
}

static size_t
character_width(wchar_t c)
{
	int width;

	if (c >= L' ' && c < 0x7f)
		return 1;
	width = wcwidth(c);
	return width < 0 ? 1 : (size_t)width;
}

size_t
text_fit(struct span text, size_t width, size_t *used)
{
	size_t at = 0, total = 0;

	while (at < text.len) {
		wchar_t c;
		size_t bytes = character(
		    (const unsigned char *)text.ptr + at, text.len - at, &c);
		size_t columns = character_width(c);

		if (columns > width - total)
			break;
		total += columns;
		at += bytes;
	}
	*used = total;
	return at;
}

size_t
text_width(struct span text)
{
	size_t used;

	(void)text_fit(text, (size_t)-1, &used);
	return used;
}
