/* SPDX-License-Identifier: ISC */
/*
 * rotation: see rotation.h.
 */
#include "daemon/domain/rotation.h"

#include "proto/out.h"

#include <uuid/uuid.h>

/* The namespace of the ids of occurrences: never to be changed, for they are
 * how an occurrence is found again. */
static const unsigned char namespace[16] = {0x5e, 0x3f, 0x10, 0x9a, 0xc2, 0x7d,
    0x4b, 0x61, 0x8f, 0x2b, 0x70, 0x4d, 0x93, 0xaa, 0x16, 0xe8};

bool
rotation_physicians(
    struct span text, struct id out[ROTATION_PHYSICIANS_MAX], unsigned *count)
{
	struct span rest = text, word;

	*count = 0;
	while (span_cut(&rest, ',', &word)) {
		if (*count == ROTATION_PHYSICIANS_MAX ||
		    !span_to_id(word, &out[*count]))
			return false;
		++*count;
	}
	/* A comma at the end leaves nothing to cut. */
	return *count > 0 && text.ptr[text.len - 1] != ',';
}

/* Whose turn it is. */
struct turns {
	unsigned physicians, next;
	bool by_week;
	int32_t week; /* of the one who has it, when by week */
};

static unsigned
take_turn(struct turns *turns, int32_t day)
{
	if (!turns->by_week || day_week(day) != turns->week) {
		turns->week = day_week(day);
		turns->next = (turns->next + 1) % turns->physicians;
	}
	return turns->next;
}

size_t
rotation_expand(const struct rotation *rotation, unsigned physicians,
    rotation_open_fn *is_open, void *arg, struct wanted *out, size_t max)
{
	struct turns turns = {.physicians = physicians,
	    .next = physicians - 1, /* so that the first is the first */
	    .by_week = span_is(span_of(rotation->mode), "week"),
	    .week = INT32_MIN};
	size_t count = 0;

	for (int32_t day = rotation->from; day <= rotation->to; day++) {
		unsigned parts =
		    pattern_parts(&rotation->pattern, rotation->from, day);

		for (unsigned part = 0; part < PART_COUNT; part++) {
			unsigned turn;

			if (!(parts & 1u << part) ||
			    !is_open(arg, day, (enum part)part))
				continue;
			turn = take_turn(&turns, day);
			if (count < max)
				out[count] = (struct wanted){
				    day, (uint8_t)part, (uint8_t)turn};
			count++;
		}
	}
	return count;
}

struct id
rotation_occurrence(struct id rotation, int32_t day, enum part part)
{
	char text[ID_TEXT_LEN + 16];
	struct out out = OUT(text);
	unsigned char bytes[16];

	out_id(&out, rotation);
	out_char(&out, ' ');
	out_day(&out, day);
	out_char(&out, ' ');
	out_char(&out, part_letter(part));
	uuid_generate_sha1(bytes, namespace, text, out.len);
	return id_from_bytes(bytes);
}
