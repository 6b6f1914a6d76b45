/* SPDX-License-Identifier: ISC */
/*
 * store_kit_write: units for the stores of store_kit, and their answers.
 */
#include "tests/integration/store_kit.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

uint64_t
kit_random(void)
{
	uint64_t number;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		abort();
	return number;
}

struct id
kit_id(void)
{
	return (struct id){kit_random(), kit_random()};
}

static void
on_done(void *arg, const struct store_result *result)
{
	struct kit_write *write = arg;

	ck_assert(!write->done);
	write->done = true;
	write->result = *result;
	snprintf(write->answer, sizeof(write->answer), "%.*s",
	    (int)result->answer.len,
	    result->answer.len == 0 ? "" : result->answer.ptr);
}

bool
kit_send_unit(struct rig *rig, struct kit_write *write, const struct unit *unit,
    struct id key, unsigned char request)
{
	struct store_write how = {
	    .key = key, .answer = SPAN("ok slot=first"), .unit = unit};

	memset(how.request, request, sizeof(how.request));
	memset(write, 0, sizeof(*write));
	if (store_write(rig->store, &how, on_done, write) != STATUS_OK)
		return false;
	/* Never inside the call. */
	ck_assert(!write->done);
	return true;
}

bool
kit_send(struct rig *rig, struct kit_write *write, struct assignment a,
    struct id key, unsigned char request)
{
	const struct book *book = store_book(rig->store);
	union after after = {.assignment = a};
	struct unit unit;
	bool sent;

	unit_init(&unit);
	unit_put(&unit, book, KIND_ASSIGNMENT, &after, 0, SPAN("illness"));
	unit_seal(&unit, book);
	sent = kit_send_unit(rig, write, &unit, key, request);
	unit_fini(&unit);
	return sent;
}

static bool
is_done(void *arg)
{
	return ((struct kit_write *)arg)->done;
}

enum status
kit_wait(struct kit_write *write)
{
	kit_until(is_done, write, 60000);
	return write->result.status;
}

enum status
kit_put(struct rig *rig, struct assignment a)
{
	struct kit_write write;

	ck_assert(kit_send(rig, &write, a, ID_NIL, 0));
	return kit_wait(&write);
}

struct assignment
kit_assignment(struct rig *rig, int32_t physician, int32_t site, int32_t day)
{
	const struct site *at = book_site(store_book(rig->store), site);
	struct assignment a = {.id = kit_id(),
	    .physician = physician,
	    .site = site,
	    .day = day,
	    .programme = REF_NONE,
	    .part = PART_M,
	    .room = (uint8_t)(1 + physician % PROTO_ROOMS_MAX),
	    .activity = ACTIVITY_SNP,
	    .state = STATE_DRAFT,
	    .count = 1,
	    .length = 3 * 3600};

	a.from = tz_instant(at->tz, day, 9 * 60);
	return a;
}

static void
put_site(struct unit *unit, const struct book *book, int32_t number)
{
	union after after;
	struct site *site = &after.site;

	memset(&after, 0, sizeof(after));
	site->entity.id = kit_id();
	snprintf(site->finess, sizeof(site->finess), "%09u",
	    (unsigned)number % 1000000000U);
	snprintf(site->name, sizeof(site->name), "Maison \"%d\"\\ \t\xc3\xa9",
	    (int)number);
	site->structure = site->territory = REF_NONE;
	site->sector = site->pdsa = REF_NONE;
	site->tz = tz_find(
	    number % 2 == 0 ? SPAN("Europe/Paris") : SPAN("Indian/Reunion"));
	strcpy(site->kind, "fixed");
	strcpy(site->precision, "address");
	strcpy(site->hours_source, "real");
	strcpy(site->holidays, "closed");
	strcpy(site->manner, "bookable");
	site->minutes = 20;
	site->rooms = PROTO_ROOMS_MAX;
	site->hours = hours_default();
	strcpy(site->state, "active");
	strcpy(site->source, "generated");
	unit_put(unit, book, KIND_SITE, &after, 0, (struct span){NULL, 0});
}

static void
put_physician(struct unit *unit, const struct book *book, int32_t number)
{
	union after after;
	struct physician *physician = &after.physician;

	memset(&after, 0, sizeof(after));
	physician->entity.id = kit_id();
	snprintf(
	    physician->rpps, sizeof(physician->rpps), "%011d", (int)number);
	strcpy(physician->family, "Dupont");
	strcpy(physician->specialty, "MG");
	strcpy(physician->status, "physician");
	strcpy(physician->state, "active");
	strcpy(physician->source, "generated");
	unit_put(unit, book, KIND_PHYSICIAN, &after, 0, (struct span){NULL, 0});
}

void
kit_people(struct rig *rig, int32_t count)
{
	const struct book *book = store_book(rig->store);
	struct kit_write write;
	struct unit unit;

	unit_init(&unit);
	for (int32_t i = 0; i < count; i++) {
		put_site(&unit, book, i);
		put_physician(&unit, book, i);
	}
	unit_seal(&unit, book);
	ck_assert(kit_send_unit(rig, &write, &unit, ID_NIL, 0));
	unit_fini(&unit);
	ck_assert_int_eq(kit_wait(&write), STATUS_OK);
}

void
kit_put_by_sql(PGconn *session, struct rig *rig, struct id entity, int day)
{
	const struct book *book = store_book(rig->store);
	char texts[3][ID_TEXT_LEN + 1] = {"", "", ""};
	long long from = (KIT_DAY + day) * (long long)SECONDS_PER_DAY + 43200;

	id_to_text(book_physician(book, 1)->entity.id, texts[0]);
	id_to_text(book_site(book, 1)->entity.id, texts[1]);
	id_to_text(entity, texts[2]);
	pgcluster_run(session,
	    "SELECT rota.write('{NULL}', '{NULL}', '{NULL}', '{NULL}', '{}',"
	    " '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{1}',"
	    " '{assignment}', ARRAY[jsonb_build_object('id', '%s',"
	    " 'rev', 1, 'physician', '%s', 'site', '%s', 'room', 0,"
	    " 'day', date '1970-01-01' + %d, 'part', 'M', 'from', %lld,"
	    " 'to', %lld, 'half_days', 1, 'activity', 'TLC',"
	    " 'programme', NULL, 'state', 'draft')])",
	    texts[2], texts[0], texts[1], KIT_DAY + day, from, from + 3600);
}
