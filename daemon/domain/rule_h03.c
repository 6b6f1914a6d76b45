/* SPDX-License-Identifier: ISC */
/*
 * H03: an assignment on site has a room of the site to itself over its whole
 * interval; one from elsewhere needs none.  A room is held by its number, so
 * two half-days may follow each other in one room while others overlap both.
 */
#include "daemon/domain/rule_private.h"

#include "daemon/domain/open.h"

enum { ROOM_HELD, ALL_HELD, NO_SUCH_ROOM, ROOM_MISSING };

/* Who holds each room last within an interval. */
struct rooms {
	const struct assignment *holder[PROTO_ROOMS_MAX + 1];
	unsigned count; /* of the site */
};

static void
rooms_look(const struct book *book, struct rooms *rooms,
    const struct assignment *asked)
{
	struct run run = book_site_run(book, asked->site);
	int64_t from = asked->from, to = assignment_to(asked);
	size_t i =
	    run_from_instant(book, run, from - (int64_t)book_longest(book));

	*rooms = (struct rooms){.count = book_site(book, asked->site)->rooms};
	/* As the schema has it; nothing below may depend on that. */
	if (rooms->count < 1)
		rooms->count = 1;
	if (rooms->count > PROTO_ROOMS_MAX)
		rooms->count = PROTO_ROOMS_MAX;
	for (; i < run.count; i++) {
		const struct assignment *other = book_at(book, run.slot[i]);

		if (other->from >= to)
			break;
		if (assignment_to(other) <= from || other->room == 0 ||
		    other->room > PROTO_ROOMS_MAX ||
		    !state_blocks(assignment_state(other)) ||
		    id_equal(other->id, asked->id))
			continue;
		if (rooms->holder[other->room] == NULL ||
		    assignment_to(rooms->holder[other->room]) <
			assignment_to(other))
			rooms->holder[other->room] = other;
	}
}

/* 0 when none is free. */
static unsigned
rooms_lowest_free(const struct rooms *rooms)
{
	for (unsigned room = 1; room <= rooms->count; room++)
		if (rooms->holder[room] == NULL)
			return room;
	return 0;
}

unsigned
room_lowest_free(const struct book *book, int32_t site, int64_t from,
    int64_t to, struct id self)
{
	struct assignment asked = {.id = self, .from = from, .site = site};
	struct rooms rooms;

	asked.length = (uint32_t)(to - from);
	rooms_look(book, &rooms, &asked);
	return rooms_lowest_free(&rooms);
}

static void
find_all_held(struct finding *finding, const struct rooms *rooms)
{
	const struct assignment *first = rooms->holder[1];

	for (unsigned room = 2; room <= rooms->count; room++)
		if (assignment_to(rooms->holder[room]) < assignment_to(first))
			first = rooms->holder[room];
	finding->variant = ALL_HELD;
	finding_with(finding, first);
	finding_instant(
	    finding, "free-from", assignment_to(first), offset_to(first));
	for (unsigned room = 1; room <= rooms->count; room++)
		finding_held(finding, room, assignment_to(rooms->holder[room]),
		    offset_to(rooms->holder[room]));
}

bool
rule_H03(const struct judgement *judgement, struct finding *finding)
{
	const struct assignment *a = judgement->assignment;
	struct rooms rooms;
	unsigned free;

	if (a->room == 0 &&
	    !site_is_attended(
		book_site(judgement->book, a->site), assignment_activity(a)))
		return true;
	rooms_look(judgement->book, &rooms, a);
	if (a->room > 0 && a->room <= rooms.count &&
	    rooms.holder[a->room] == NULL)
		return true;
	free = rooms_lowest_free(&rooms);
	finding_number(finding, "rooms", rooms.count);
	if (a->room > 0)
		finding_number(finding, "room", a->room);
	if (a->room > rooms.count) {
		finding->variant = NO_SUCH_ROOM;
	} else if (free == 0) {
		find_all_held(finding, &rooms);
	} else if (a->room == 0) {
		finding->variant = ROOM_MISSING;
		finding_text(finding, "activity",
		    span_of(activity_name(assignment_activity(a))));
	} else {
		finding->variant = ROOM_HELD;
		finding_with(finding, rooms.holder[a->room]);
		finding_interval(finding, rooms.holder[a->room]);
	}
	if (free > 0)
		finding_number(finding, "free", free);
	return false;
}
