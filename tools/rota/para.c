/* SPDX-License-Identifier: ISC */
/* para: see para.h. */
#include "tools/rota/para.h"

#include <string.h>

/* French sets a blank before these, and no line begins with one. */
static bool
clings(const char *at, size_t len)
{
	return len > 1 && at[0] == ' ' && strchr(":;!?%", at[1]) != NULL;
}

/* Bytes of the first word. */
static size_t
word_len(struct span text)
{
	size_t len = 0;

	while (len < text.len &&
	    (text.ptr[len] != ' ' || clings(text.ptr + len, text.len - len)))
		len++;
	return len;
}

static void
blanks(FILE *stream, size_t count)
{
	while (count-- > 0)
		putc(' ', stream);
}

/* Without the bytes of styles, each "ESC [ ... m". */
static size_t
head_width(const char *head)
{
	size_t width = 0;

	while (*head != '\0') {
		size_t len = strcspn(head, "\033");

		width += text_width((struct span){head, len});
		head += len;
		if (*head != '\0')
			head += strcspn(head, "m");
		if (*head != '\0')
			head++;
	}
	return width;
}

void
para_print(FILE *stream, const struct term *term, const char *head,
    struct span text, size_t indent)
{
	size_t column = head_width(head);
	bool first = true; /* of its line */

	fputs(head, stream);
	while (text.len > 0) {
		size_t len = word_len(text);
		size_t wide = text_width((struct span){text.ptr, len});

		if (!first && term->width > 0 &&
		    column + 1 + wide > term->width) {
			putc('\n', stream);
			blanks(stream, indent);
			column = indent;
			first = true;
		}
		if (!first)
			putc(' ', stream);
		(void)fwrite(text.ptr, 1, len, stream);
		column += wide + (first ? 0 : 1);
		first = false;
		if (len < text.len)
			len++; /* the blank */
		text.ptr += len;
		text.len -= len;
	}
	putc('\n', stream);
}
