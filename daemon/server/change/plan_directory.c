/* SPDX-License-Identifier: ISC */
/*
 * plan_directory: creates and changes whatever the field tables describe.
 *
 * An entity is named by its national or own code, a fact by what it says of
 * whom from when, so a put that is sent again changes nothing.  The id of a new
 * one is computed from that name: two daemons that create the same thing at
 * once collide on one guard, and the slower one finds it there.
 */
#include "daemon/server/change/put.h"

#include "daemon/server/print.h"

#include <stdlib.h>
#include <string.h>
#include <uuid/uuid.h>

static const struct span nothing = {NULL, 0};

enum status
put_refuse(
    struct put *put, enum status status, enum key key, const char *expected)
{
	return plan_refuse_key(put->plan, status, key, expected);
}

/* Appends words to the closing line of the refusal. */
static struct out
figures(struct put *put)
{
	struct out out = OUT(put->plan->refusal->figures);

	out.size--; /* the NUL that the struct was filled with stays */
	return out;
}

enum status
put_refuse_fault(struct put *put, const struct field_fault *fault)
{
	enum status status =
	    plan_refuse(put->plan, fault->status, fault->what, fault->expected);
	struct out out = figures(put);

	if (fault->at > 0)
		out_key_u64(&out, "at", fault->at);
	return status;
}

static enum status
refuse_revision(struct put *put, uint32_t rev)
{
	enum status status = put_refuse(put, STATUS_STALE, KEY_REV, NULL);
	struct out out = figures(put);

	out_key_u64(&out, "rev", rev);
	return status;
}

/* ----- which entity ----- */

/* The namespace of ids that are computed from names. */
static const unsigned char namespace[16] = {0x8a, 0x0e, 0x5d, 0x3c, 0x61, 0x27,
    0x4f, 0x0b, 0x9b, 0x6e, 0x2d, 0xc4, 0x1f, 0x70, 0xe2, 0x95};

struct id
put_computed_id(const struct out *name)
{
	unsigned char bytes[16];

	uuid_generate_sha1(bytes, namespace, name->ptr, name->len);
	return id_from_bytes(bytes);
}

/* The id of what is named so; `code` of the kind, of a zone all three keys. */
static struct id
computed_id(const struct put *put, const struct span *codes, size_t n)
{
	char text[4 * (PROTO_WORD_MAX + 1)];
	struct out out = OUT(text);

	out_text(&out, put->info->name);
	for (size_t i = 0; i < n; i++) {
		out_char(&out, ' ');
		out_bytes(&out, codes[i].ptr, codes[i].len);
	}
	return put_computed_id(&out);
}

void
put_found(struct put *put, int32_t index)
{
	const struct plan *plan = put->plan;

	put->index = index;
	put->before = (const union after *)unit_at(
	    plan->unit, plan->book, put->kind, index);
	memcpy(&put->after, put->before, put->info->size);
}

/* The entity is new: as empty as its kind allows. */
static void
begin_new(struct put *put, const struct span *codes, size_t n)
{
	const struct plan *plan = put->plan;
	struct id id = computed_id(put, codes, n);

	/* Taken when its owner was given another code since. */
	if (n == 0 ||
	    unit_find(plan->unit, plan->book, put->kind, id) != REF_NONE)
		id = plan->fresh;
	put->after.entity.id = id;
	for (size_t i = 0; i < put->info->nfields; i++)
		if (put->info->fields[i].initial != NULL)
			field_set_initial(&put->info->fields[i], &put->after);
}

static enum status
find_by_code(struct put *put)
{
	struct span code = request_text(put->request, put->info->natural);
	struct id id;
	int32_t index;

	/* Would be taken for no code at all, or for somebody's id. */
	if (span_is(code, "-") || span_to_id(code, &id))
		return put_refuse(put, STATUS_VALUE, put->info->natural,
		    "a code, which is neither - nor an id");
	index = unit_resolve(put->plan->unit, put->plan->book, put->kind, code);
	if (index == REF_NONE)
		begin_new(put, &code, 1);
	else
		put_found(put, index);
	return STATUS_OK;
}

/* An id that the client chose: of a site that is there, or of a new one. */
static enum status
find_site_by_id(struct put *put, const struct value *value)
{
	const struct plan *plan = put->plan;
	struct id id;
	int32_t index;

	if (request_value(put->request, KEY_SITE) != NULL ||
	    !span_to_id(value->text, &id))
		return put_refuse(
		    put, STATUS_VALUE, KEY_ID, "one of site= and id=");
	index = unit_find(plan->unit, plan->book, KIND_SITE, id);
	if (index != REF_NONE) {
		put_found(put, index);
		return STATUS_OK;
	}
	begin_new(put, &nothing, 0);
	put->after.entity.id = id;
	return STATUS_OK;
}

/* A site is named by id=, by site= or else by finess=; one that has none of
 * them is new. */
static enum status
find_site(struct put *put)
{
	const struct plan *plan = put->plan;
	const struct value *id = request_value(put->request, KEY_ID);
	struct span site = request_text(put->request, KEY_SITE);
	struct span finess = request_text(put->request, KEY_FINESS);
	struct span name = site.len > 0 ? site : finess;
	bool known_form = finess_check(name) != ID_FORM;
	int32_t index = REF_NONE;

	if (id != NULL)
		return find_site_by_id(put, id);
	if (name.len > 0)
		index = unit_resolve(plan->unit, plan->book, KIND_SITE, name);
	if (index != REF_NONE) {
		put_found(put, index);
		return STATUS_OK;
	}
	if (site.len > 0 && (!known_form || finess.len > 0))
		return plan_refuse(put->plan, STATUS_NOT_FOUND, site,
		    "the FINESS number or id of a site");
	begin_new(put, &name, known_form ? 1 : 0);
	if (site.len > 0)
		memcpy(put->after.site.finess, site.ptr, site.len);
	return STATUS_OK;
}

/* The fact of the book that begins on that day, whatever its id. */
static int32_t
zone_of(const struct book *book, const struct zone *key)
{
	const int32_t *sorted = book_sorted(book, KIND_ZONE);
	int32_t low = 0, high = book_count(book, KIND_ZONE);
	const struct zone *zone;

	while (low < high) {
		int32_t middle = low + (high - low) / 2;

		zone = (const struct zone *)book_entity(
		    book, KIND_ZONE, sorted[middle]);
		if (zone_compare(zone, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == book_count(book, KIND_ZONE))
		return REF_NONE;
	zone = (const struct zone *)book_entity(book, KIND_ZONE, sorted[low]);
	return zone_compare(zone, key) == 0 ? sorted[low] : REF_NONE;
}

static enum status
find_zone(struct put *put)
{
	static const enum key keys[] = {KEY_COMMUNE, KEY_KIND, KEY_FROM};
	const struct plan *plan = put->plan;
	struct span codes[ARRAY_SIZE(keys)];
	struct field_fault fault;
	union after key = {0};
	int32_t index;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		codes[i] = request_text(put->request, keys[i]);
		if (!field_read(kind_field(KIND_ZONE, keys[i]), codes[i],
			plan->book, plan->unit, &key, &fault))
			return put_refuse_fault(put, &fault);
	}
	index = zone_of(plan->book, &key.zone);
	if (index == REF_NONE)
		index = unit_find(plan->unit, plan->book, KIND_ZONE,
		    computed_id(put, codes, ARRAY_SIZE(codes)));
	if (index == REF_NONE)
		begin_new(put, codes, ARRAY_SIZE(codes));
	else
		put_found(put, index);
	return STATUS_OK;
}

static enum status
find_entity(struct put *put)
{
	if (put->info->identity != NULL)
		return put_find_fact(put);
	if (put->kind == KIND_SITE)
		return find_site(put);
	if (put->kind == KIND_ZONE)
		return find_zone(put);
	return find_by_code(put);
}

/* ----- what it becomes ----- */

/* Whether the request leaves the place half known. */
static enum status
check_place(struct put *put)
{
	const struct value *lat = request_value(put->request, KEY_LAT);
	const struct value *lon = request_value(put->request, KEY_LON);
	const struct field *field = kind_field(put->kind, KEY_LAT);
	int32_t place[2] = {0, 0};

	if ((lat == NULL) == (lon == NULL) || field == NULL)
		return STATUS_OK;
	if (put->before != NULL) {
		memcpy(&place[0], (const char *)put->before + field->offset,
		    sizeof(place[0]));
		field = kind_field(put->kind, KEY_LON);
		memcpy(&place[1], (const char *)put->before + field->offset,
		    sizeof(place[1]));
	}
	if (place[0] != 0 || place[1] != 0)
		return STATUS_OK;
	return put_refuse(put, STATUS_MISSING, lat == NULL ? KEY_LAT : KEY_LON,
	    "lat= and lon= together");
}

static enum status
take_fields(struct put *put)
{
	const struct plan *plan = put->plan;
	struct field_fault fault;

	for (size_t i = 0; i < put->info->nfields; i++) {
		const struct field *field = &put->info->fields[i];
		const struct value *value =
		    request_value(put->request, field->key);

		if (field->key == KEY_0 || value == NULL)
			continue;
		if (!field_read(field, value->text, plan->book, plan->unit,
			&put->after, &fault))
			return put_refuse_fault(put, &fault);
	}
	for (size_t i = 0; i < put->info->nfields; i++) {
		const struct field *field = &put->info->fields[i];

		if (field->initial == NULL && put->before == NULL &&
		    request_value(put->request, field->key) == NULL)
			return put_refuse(put, STATUS_MISSING, field->key,
			    "a value, to create it");
	}
	return check_place(put);
}

/* ----- what the kinds ask of themselves ----- */

static enum status
check_site(struct put *put)
{
	const struct site *after = &put->after.site;
	struct span finess = span_of(after->finess);

	if (put->before == NULL && finess.len == 0 && after->name[0] == '\0')
		return put_refuse(put, STATUS_MISSING, KEY_NAME,
		    "a name, as the site has no FINESS number");
	if (finess.len == 0)
		return STATUS_OK;
	if (finess_check(finess) == ID_KEY) {
		if (finess.ptr[1] != 'A' && finess.ptr[1] != 'B')
			return put_refuse(put, STATUS_VALUE, KEY_FINESS,
			    "a FINESS number, whose last digit is its key");
		put->warning = "finess-key";
	}
	return STATUS_OK;
}

static enum status
check_zone(struct put *put)
{
	static const struct {
		const char *kind, *classes, *expected;
	} known[] = {
	    {"gp", "ZIP ZAC ZAR HZ", "one of ZIP ZAC ZAR HZ"},
	    {"qpv", "QPV", "QPV"},
	    {"red", "ROUGE", "ROUGE"},
	};
	const struct zone *after = &put->after.zone;

	if (after->to < after->from)
		return put_refuse(put, STATUS_VALUE, KEY_TO,
		    "a day that is not before from=");
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		struct span rest = span_of(known[i].classes), class;

		if (strcmp(after->kind, known[i].kind) != 0)
			continue;
		while (span_cut(&rest, ' ', &class))
			if (span_is(class, after->class))
				return STATUS_OK;
		return put_refuse(
		    put, STATUS_VALUE, KEY_CLASS, known[i].expected);
	}
	return STATUS_OK;
}

static enum status
check_programme(struct put *put)
{
	const struct programme *after = &put->after.programme;

	/* Either day may be absent. */
	if (after->from != INT32_MAX && after->to < after->from)
		return put_refuse(put, STATUS_VALUE, KEY_TO,
		    "a day that is not before from=");
	return STATUS_OK;
}

static enum status
check(struct put *put)
{
	if (put->info->identity != NULL)
		return put_check_fact(put);
	if (put->kind == KIND_PROGRAMME)
		return check_programme(put);
	if (put->kind == KIND_ROTATION)
		return plan_check_rotation(put->plan, put->request,
		    put->before == NULL ? NULL : &put->before->rotation,
		    &put->after.rotation);
	if (put->kind == KIND_SITE)
		return check_site(put);
	if (put->kind == KIND_ZONE)
		return check_zone(put);
	if (put->kind == KIND_PHYSICIAN &&
	    rpps_check(span_of(put->after.physician.rpps)) == ID_KEY)
		put->warning = "rpps-key";
	return STATUS_OK;
}

/* ----- the verb ----- */

static enum status
check_revision(struct put *put)
{
	const struct plan *plan = put->plan;
	const struct value *rev = request_value(put->request, KEY_REV);
	uint32_t known = 0;

	/* What an earlier line of the batch will make of it is not known to
	 * who wrote the batch. */
	if (put->before != NULL &&
	    put->index < book_count(plan->book, put->kind))
		known = book_entity(plan->book, put->kind, put->index)->rev;
	if (rev == NULL || rev->number == known)
		return STATUS_OK;
	return refuse_revision(put, known);
}

static bool
differs(const struct put *put)
{
	if (put->before == NULL)
		return true;
	for (size_t i = 0; i < put->info->nfields; i++)
		if (!field_equal(
			&put->info->fields[i], put->before, &put->after))
			return true;
	return false;
}

static void
answer(const struct put *put, bool changed)
{
	const struct plan *plan = put->plan;
	const union after *now = unit_entity(
	    plan->unit, plan->book, put->kind, put->after.entity.id);

	print_name(plan->answer, put->kind, &now->entity);
	if (!changed)
		out_key_text(plan->answer, "unchanged", "yes");
	if (put->warning != NULL)
		out_key_text(plan->answer, "warning", put->warning);
}

enum status
plan_directory_put(struct plan *plan, const struct request *request)
{
	/* Whoever may not say it is not told how often it was said, either. */
	static enum status (*const steps[])(struct put * put) = {
	    find_entity, take_fields, check, put_may, check_revision};
	struct put put = {.plan = plan,
	    .request = request,
	    .kind = field_kind(request->verb),
	    .index = REF_NONE};
	enum status status;
	bool changed;

	put.info = kind_info(put.kind);
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		if ((status = steps[i](&put)) != STATUS_OK)
			return status;
	plan->entity = put.after.entity.id;
	/* A category is kept apart: whether it is another is not known here.
	 */
	changed = differs(&put) || request_value(request, KEY_CATEGORY) != NULL;
	if (changed)
		unit_put(plan->unit, plan->book, put.kind, &put.after,
		    plan->line, nothing);
	answer(&put, changed);
	return STATUS_OK;
}
