/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as an answer.  What is accepted is printed again and must then mean
 * the same; the bytes are also values that must come back as they went.
 */
#include "proto/out.h"
#include "proto/request.h"
#include "tests/fuzz/fuzz.h"

const char fuzz_corpus[] = "answer";

/* Words first: where they stand among the pairs is not kept by the struct. */
static struct span
print(const struct answer *answer, char *line, size_t size)
{
	struct out out = {line, 0, size, false};
	char key[PROTO_LINE_MAX + 1];
	unsigned i;

	if (answer->tag.len > 0) {
		out_char(&out, '#');
		out_bytes(&out, answer->tag.ptr, answer->tag.len);
		out_char(&out, ' ');
	}
	if (answer->marker != 0)
		out_char(&out, answer->marker);
	for (i = 0; i < PROTO_WORDS && answer->word[i].len > 0; i++) {
		if (out.len > 0 && out.ptr[out.len - 1] != ' ')
			out_char(&out, ' ');
		out_bytes(&out, answer->word[i].ptr, answer->word[i].len);
	}
	for (i = 0; i < answer->count; i++) {
		memcpy(key, answer->pairs[i].key.ptr, answer->pairs[i].key.len);
		key[answer->pairs[i].key.len] = '\0';
		out_key_value(&out, key, answer->pairs[i].value);
	}
	fuzz_hold(!out.overflow);
	return (struct span){line, out.len};
}

static void
check_accepted(const struct answer *first)
{
	static struct answer second;
	static char room[3 * PROTO_LINE_MAX];
	struct span line = print(first, room, sizeof(room));
	unsigned i;

	if (line.len > PROTO_LINE_MAX)
		return; /* raw tabs became escapes */
	fuzz_hold(answer_parse(&second, line));
	fuzz_hold(second.marker == first->marker);
	fuzz_hold(second.count == first->count);
	fuzz_hold(span_equal(second.tag, first->tag));
	for (i = 0; i < PROTO_WORDS; i++)
		fuzz_hold(span_equal(second.word[i], first->word[i]));
	for (i = 0; i < first->count; i++) {
		fuzz_hold(span_equal(second.pairs[i].key, first->pairs[i].key));
		fuzz_hold(
		    span_equal(second.pairs[i].value, first->pairs[i].value));
	}
}

/* Printed as a value, also into every smaller room, and read again. */
static void
check_value(struct span value)
{
	static struct answer answer;
	static char room[2 * PROTO_LINE_MAX + 16];
	struct out out = {room, 0, sizeof(room), false};
	size_t whole;

	if (value.len > PROTO_LINE_MAX / 2 - 16 || !span_is_text(value))
		return;
	out_literal(&out, "ok");
	out_key_value(&out, "a", value);
	whole = out.len;
	fuzz_hold(!out.overflow &&
	    answer_parse(&answer, (struct span){room, out.len}));
	fuzz_hold(span_equal(answer_value(&answer, "a"), value));
	out = (struct out){room, 2, whole - 1, false};
	out_key_value(&out, "a", value);
	fuzz_hold(out.overflow && out.len == 2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct answer answer;
	char *line = fuzz_copy(data, size);

	memset(&answer, 0xa5, sizeof(answer));
	if (answer_parse(&answer, (struct span){line, size}))
		check_accepted(&answer);
	check_value((struct span){line, size});
	free(line);
	return 0;
}
