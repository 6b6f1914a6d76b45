/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a request.  What is accepted is printed again and must then mean
 * the same; what is refused must say where, and what would be right.
 */
#include "proto/out.h"
#include "proto/request.h"
#include "tests/fuzz/fuzz.h"

const char fuzz_corpus[] = "request";

static void
same_text(struct span a, struct span b)
{
	fuzz_hold(span_equal(a, b));
}

/* The request in its shortest form. */
static struct span
print(const struct request *request, char *line, size_t size)
{
	struct out out = {line, 0, size, false};
	unsigned i;

	if (request->tag.len > 0) {
		out_char(&out, '#');
		out_bytes(&out, request->tag.ptr, request->tag.len);
		out_char(&out, ' ');
	}
	out_text(&out, verb_info(request->verb)->name);
	for (i = 0; i < request->count; i++)
		out_key_value(&out, key_name(request->values[i].key),
		    request->values[i].text);
	fuzz_hold(!out.overflow);
	return (struct span){line, out.len};
}

static void
check_accepted(const struct request *first)
{
	static struct request second;
	static char room[2 * PROTO_LINE_MAX];
	struct span line = print(first, room, sizeof(room));
	const struct value *a, *b;
	unsigned i;

	/* quoting may make it longer: "x=" for an empty value cannot, but a
	 * tab as \t can */
	if (line.len > PROTO_LINE_MAX)
		return;
	fuzz_hold(request_parse(&second, line) == STATUS_OK);
	fuzz_hold(second.verb == first->verb && second.count == first->count);
	same_text(second.tag, first->tag);
	for (i = 0; i < first->count; i++) {
		a = &first->values[i];
		b = &second.values[i];
		fuzz_hold(a->key == b->key && a->number == b->number &&
		    id_equal(a->id, b->id) && a->column >= b->column);
		same_text(a->text, b->text);
		fuzz_hold(verb_takes(first->verb, a->key) &&
		    request_value(first, a->key) == a && span_is_text(a->text));
	}
}

static void
check_refused(const struct request *request, enum status status, size_t len)
{
	fuzz_hold(status > STATUS_OK && status <= STATUS_VALUE);
	fuzz_hold(request->fault.expected != NULL &&
	    request->fault.expected[0] != '\0');
	fuzz_hold(
	    request->fault.column >= 1 && request->fault.column <= len + 1);
	fuzz_hold(request->fault.what.len <= PROTO_WORD_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct request request;
	char *line = fuzz_copy(data, size);
	enum status status;

	memset(&request, 0xa5, sizeof(request));
	status = request_parse(&request, (struct span){line, size});
	if (status == STATUS_OK)
		check_accepted(&request);
	else
		check_refused(&request, status, size);
	free(line);
	return 0;
}
