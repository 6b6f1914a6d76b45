/* SPDX-License-Identifier: ISC */
/* pattern: placeholders of transcripts. */
#include "tests/golden/pattern.h"

#include "proto/out.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_TEXT = 10, DAYS_AWAY = 100000, FILL_MAX = 100000 };

struct binding {
	struct binding *next;
	char *value;
	size_t value_len;
	size_t name_len;
	char name[]; /* "id:slot", no NUL */
};

void
pattern_init(struct pattern *pattern, int32_t monday)
{
	*pattern = (struct pattern){monday, NULL};
}

/* Forgets what was bound since `until` was the newest. */
static void
forget(struct pattern *pattern, const struct binding *until)
{
	struct binding *next;

	for (; pattern->bindings != until; pattern->bindings = next) {
		next = pattern->bindings->next;
		free(pattern->bindings->value);
		free(pattern->bindings);
	}
}

void
pattern_fini(struct pattern *pattern)
{
	forget(pattern, NULL);
}

static bool
bound(const struct pattern *pattern, struct span name, struct span *value)
{
	const struct binding *binding = pattern->bindings;

	for (; binding != NULL; binding = binding->next) {
		if (span_equal(name,
			(struct span){binding->name, binding->name_len})) {
			*value =
			    (struct span){binding->value, binding->value_len};
			return true;
		}
	}
	return false;
}

static void
bind(struct pattern *pattern, struct span name, struct span value)
{
	struct binding *binding = malloc(sizeof(*binding) + name.len);

	if (binding == NULL || (binding->value = malloc(value.len + 1)) == NULL)
		abort();
	memcpy(binding->value, value.ptr, value.len);
	binding->value_len = value.len;
	memcpy(binding->name, name.ptr, name.len);
	binding->name_len = name.len;
	binding->next = pattern->bindings;
	pattern->bindings = binding;
}

/* Cuts "<name>" off the front of *rest; false when it does not begin so. */
static bool
take_placeholder(struct span *rest, struct span *name)
{
	const char *end;

	if (rest->len < 3 || rest->ptr[0] != '<' ||
	    (end = memchr(rest->ptr, '>', rest->len)) == NULL)
		return false;
	*name = (struct span){rest->ptr + 1, (size_t)(end - rest->ptr) - 1};
	*rest = (struct span){end + 1, rest->len - name->len - 2};
	return true;
}

static bool
starts(struct span text, const char *start, struct span *rest)
{
	size_t len = strlen(start);

	if (text.len < len || memcmp(text.ptr, start, len) != 0)
		return false;
	*rest = (struct span){text.ptr + len, text.len - len};
	return true;
}

/* <day+7>, <day-7>: the date as text. */
static bool
day_value(const struct pattern *pattern, struct span name, char text[DAY_TEXT])
{
	struct out out = {text, 0, DAY_TEXT, false};
	uint64_t away;
	struct span number;
	bool back;

	back = starts(name, "day-", &number);
	if ((!back && !starts(name, "day+", &number)) ||
	    !span_to_u64(number, DAYS_AWAY, &away))
		return false;
	out_day(&out,
	    back ? pattern->monday - (int32_t)away
		 : pattern->monday + (int32_t)away);
	return true;
}

/* Length of the run of letters, digits and bytes of `more` in front. */
static size_t
run(struct span text, bool letters, const char *more)
{
	size_t i;
	char c;

	for (i = 0; i < text.len; i++) {
		c = text.ptr[i];
		if (c >= '0' && c <= '9')
			continue;
		if (letters &&
		    ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
			continue;
		if (c == '\0' || strchr(more, c) == NULL)
			break;
	}
	return i;
}

/* Length of a value, bare or quoted. */
static size_t
value_length(struct span text)
{
	size_t i;

	if (text.len == 0 || text.ptr[0] != '"') {
		for (i = 0; i < text.len && text.ptr[i] != ' '; i++)
			continue;
		return i;
	}
	for (i = 1; i < text.len && text.ptr[i] != '"'; i++) {
		if (text.ptr[i] == '\\')
			i++;
	}
	return i < text.len ? i + 1 : 0;
}

/* Length of what a kind of placeholder matches in front of text, 0 for no
 * match; false when there is no such kind. */
static bool
kind_length(struct span kind, struct span text, size_t *len)
{
	int64_t instant;
	struct id id;

	*len = 0;
	if (span_is(kind, "n")) {
		*len = run(text, false, "");
	} else if (span_is(kind, "cursor")) {
		*len = run(text, false, ":,");
	} else if (span_is(kind, "word")) {
		*len = run(text, true, "._:/+-");
	} else if (span_is(kind, "text")) {
		*len = value_length(text);
	} else if (span_is(kind, "instant")) {
		*len = run(text, false, "TZ:+-");
		if (!span_to_instant((struct span){text.ptr, *len}, &instant))
			*len = 0;
	} else if (span_is(kind, "id")) {
		if (text.len >= ID_TEXT_LEN &&
		    span_to_id((struct span){text.ptr, ID_TEXT_LEN}, &id))
			*len = ID_TEXT_LEN;
	} else {
		return false;
	}
	return true;
}

static bool
skip_exactly(struct span *line, struct span text)
{
	if (line->len < text.len ||
	    (text.len > 0 && memcmp(line->ptr, text.ptr, text.len) != 0))
		return false;
	line->ptr += text.len;
	line->len -= text.len;
	return true;
}

static enum pattern_result
match_placeholder(struct pattern *pattern, struct span name, struct span *line)
{
	struct span kind = name, known, rest = name;
	char day[DAY_TEXT];
	size_t len;

	if (span_is(name, "lt"))
		return skip_exactly(line, SPAN("<")) ? PATTERN_MATCHES
						     : PATTERN_DIFFERS;
	if (day_value(pattern, name, day))
		return skip_exactly(line, (struct span){day, DAY_TEXT})
		    ? PATTERN_MATCHES
		    : PATTERN_DIFFERS;
	if (bound(pattern, name, &known))
		return skip_exactly(line, known) ? PATTERN_MATCHES
						 : PATTERN_DIFFERS;
	span_cut(&rest, ':', &kind);
	if (!kind_length(kind, *line, &len) ||
	    (kind.len < name.len && rest.len == 0))
		return PATTERN_BROKEN;
	if (len == 0)
		return PATTERN_DIFFERS;
	if (rest.len > 0)
		bind(pattern, name, (struct span){line->ptr, len});
	line->ptr += len;
	line->len -= len;
	return PATTERN_MATCHES;
}

static enum pattern_result
match(struct pattern *pattern, struct span expected, struct span line)
{
	enum pattern_result result;
	struct span name;

	while (expected.len > 0) {
		if (span_is(expected, "<...>"))
			return PATTERN_MATCHES;
		if (take_placeholder(&expected, &name)) {
			result = match_placeholder(pattern, name, &line);
			if (result != PATTERN_MATCHES)
				return result;
			continue;
		}
		if (line.len == 0 || *line.ptr != *expected.ptr)
			return PATTERN_DIFFERS;
		expected.ptr++;
		expected.len--;
		line.ptr++;
		line.len--;
	}
	return line.len == 0 ? PATTERN_MATCHES : PATTERN_DIFFERS;
}

enum pattern_result
pattern_match(struct pattern *pattern, struct span expected, struct span line)
{
	const struct binding *before = pattern->bindings;
	enum pattern_result result = match(pattern, expected, line);

	if (result != PATTERN_MATCHES)
		forget(pattern, before);
	return result;
}

static unsigned
hex(char c)
{
	return c <= '9' ? (unsigned)(c - '0')
			: (unsigned)((c | 0x20) - 'a') + 10;
}

/* <bytes:c328>: bytes by their hexadecimal digits; 0 when they are not. */
static size_t
put_bytes(struct span digits, char *out)
{
	size_t i;

	if (digits.len % 2 != 0 || run(digits, true, "") != digits.len)
		return 0;
	for (i = 0; i < digits.len; i += 2)
		out[i / 2] =
		    (char)(hex(digits.ptr[i]) << 4 | hex(digits.ptr[i + 1]));
	return digits.len / 2;
}

/* What a placeholder stands for in a line to send; room for FILL_MAX bytes. */
static bool
expand_placeholder(
    const struct pattern *pattern, struct span name, char *out, size_t *len)
{
	struct span value;
	uint64_t count;

	if (span_is(name, "lt")) {
		*out = '<';
		*len = 1;
		return true;
	}
	if (day_value(pattern, name, out)) {
		*len = DAY_TEXT;
		return true;
	}
	if (starts(name, "fill:", &value)) {
		if (!span_to_u64(value, FILL_MAX, &count))
			return false;
		memset(out, 'x', (size_t)count);
		*len = (size_t)count;
		return true;
	}
	if (starts(name, "bytes:", &value)) {
		*len = put_bytes(value, out);
		return *len > 0;
	}
	if (!bound(pattern, name, &value) || value.len > FILL_MAX)
		return false;
	memcpy(out, value.ptr, value.len);
	*len = value.len;
	return true;
}

/* Room for FILL_MAX more bytes behind len. */
static void
grow(char **out, size_t len, size_t *size)
{
	char *grown;

	if (*size - len >= FILL_MAX)
		return;
	*size += (size_t)2 * FILL_MAX;
	grown = realloc(*out, *size);
	if (grown == NULL)
		abort();
	*out = grown;
}

char *
pattern_expand(const struct pattern *pattern, struct span line, size_t *len)
{
	char *out = NULL;
	size_t step, size = 0;
	struct span name;

	*len = 0;
	grow(&out, 0, &size);
	for (; line.len > 0; *len += step) {
		grow(&out, *len, &size);
		if (!take_placeholder(&line, &name)) {
			out[*len] = *line.ptr++;
			line.len--;
			step = 1;
		} else if (!expand_placeholder(
			       pattern, name, out + *len, &step)) {
			free(out);
			return NULL;
		}
	}
	return out;
}
