/* SPDX-License-Identifier: ISC */
/* region_check: see region_check.h. */
#include "tests/unit/region_check.h"

#include "daemon/base/mem.h"
#include "daemon/domain/directory.h"
#include "proto/request.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static bool
seen_has(const struct seen *seen, const char *name)
{
	for (size_t i = 0; i < seen->count; i++)
		if (strcmp(seen->names[i], name) == 0)
			return true;
	return false;
}

/* What is said of `kind key`; both owned by the struct. */
static void
seen_put(struct seen *seen, const char *kind, struct span key)
{
	char *name = xasprintf("%s %.*s", kind, (int)key.len, key.ptr);

	ck_assert_msg(!seen_has(seen, name), "%s is put twice", name);
	seen->names = xgrow(
	    seen->names, &seen->capacity, seen->count + 1, sizeof(char *));
	seen->names[seen->count++] = name;
}

static void
seen_expect(const struct seen *seen, const char *kind, struct span key)
{
	char *name = xasprintf("%s %.*s", kind, (int)key.len, key.ptr);

	ck_assert_msg(seen_has(seen, name), "%s is not put before", name);
	free(name);
}

unsigned
seen_count(const struct seen *seen, const char *prefix)
{
	unsigned count = 0;

	for (size_t i = 0; i < seen->count; i++)
		count += strncmp(seen->names[i], prefix, strlen(prefix)) == 0;
	return count;
}

void
seen_fini(struct seen *seen)
{
	for (size_t i = 0; i < seen->count; i++)
		free(seen->names[i]);
	free(seen->names);
}

/* The kind that a put makes; VERB_SITE_PUT -> KIND_SITE. */
static enum kind
kind_of(const struct request *request)
{
	struct span name = span_of(verb_info(request->verb)->name), word;
	enum kind kind;

	ck_assert_uint_ne(verb_info(request->verb)->flags & VERB_FLAG_BATCH, 0);
	ck_assert(span_cut(&name, ' ', &word));
	ck_assert_msg(
	    kind_find(word, &kind), "%s", verb_info(request->verb)->name);
	return kind;
}

/* Words are among those allowed, codes have their form, nothing is missing. */
static void
check_fields(enum kind kind, const struct request *request)
{
	const struct kind_info *info = kind_info(kind);

	for (size_t i = 0; i < info->nfields; i++) {
		const struct field *field = &info->fields[i];
		struct span text = request_text(request, field->key);
		bool known = field->names == NULL || text.ptr == NULL;

		if (text.ptr == NULL)
			ck_assert_ptr_nonnull(field->initial);
		for (size_t n = 0; !known && field->names[n] != NULL; n++)
			known = span_is(text, field->names[n]);
		ck_assert_msg(known, "%.*s is no %s", (int)text.len, text.ptr,
		    field->column);
		if (text.len > 0 && field->has_form != NULL)
			ck_assert_msg(field->has_form(text), "%.*s: %s",
			    (int)text.len, text.ptr, field->expected);
	}
}

/* In Nouvelle-Aquitaine. */
static void
check_place(const struct request *request)
{
	int64_t lat = request_number(request, KEY_LAT, 0);
	int64_t lon = request_number(request, KEY_LON, 0);

	ck_assert(lat > 4270000 && lat < 4730000);
	ck_assert(lon > -190000 && lon < 270000);
}

static void
check_site(const struct request *request)
{
	struct span hours = request_text(request, KEY_HOURS);
	struct span commune = request_text(request, KEY_COMMUNE);
	struct span departement = request_text(request, KEY_DEPARTEMENT);
	int64_t rooms = request_number(request, KEY_ROOMS, 0);
	bool mobile = span_is(request_text(request, KEY_KIND), "mobile");
	char canonical[1024];
	struct hours week;
	const char *why;
	size_t column;

	ck_assert_int_eq(
	    finess_check(request_text(request, KEY_FINESS)), ID_GOOD);
	ck_assert(rooms >= 1 && rooms <= (mobile ? 1 : 4));
	ck_assert(hours_parse(hours, &week, &column, &why));
	ck_assert_uint_eq(
	    hours_print(&week, canonical, sizeof(canonical)), hours.len);
	ck_assert_mem_eq(canonical, hours.ptr, hours.len);
	ck_assert_uint_gt(request_text(request, KEY_NAME).len, 0);
	ck_assert(departement.len == 2 && commune.len == 5 &&
	    memcmp(commune.ptr, departement.ptr, 2) == 0);
	check_place(request);
	ck_assert(span_is(
	    request_text(request, KEY_SOURCE), mobile ? "generated" : "real"));
}

/* Whatever it refers to was put before. */
static void
check_references(
    struct seen *seen, enum kind kind, const struct request *request)
{
	const struct kind_info *info = kind_info(kind);

	for (size_t i = 0; i < info->nfields; i++) {
		const struct field *field = &info->fields[i];
		struct span text = request_text(request, field->key);

		if (field->type == FIELD_REF && text.len > 0)
			seen_expect(seen, kind_info(field->ref)->name, text);
	}
}

/* Its code, or what names a fact; owned by the caller. */
static char *
name_of(enum kind kind, const struct request *request)
{
	const struct kind_info *info = kind_info(kind);
	static const enum key zone[] = {KEY_COMMUNE, KEY_KIND, KEY_FROM, KEY_0};
	const enum key natural[] = {info->natural, KEY_0};
	const enum key *key = info->identity;
	char *name = xstrdup("");

	if (key == NULL)
		key = info->natural != KEY_0 ? natural : zone;
	for (; *key != KEY_0; key++) {
		struct span text = request_text(request, *key);
		char *longer =
		    xasprintf("%s%s%.*s", name, *name == '\0' ? "" : " ",
			(int)text.len, text.ptr == NULL ? "" : text.ptr);

		free(name);
		name = longer;
	}
	return name;
}

/* Whether a pattern is written in its one form. */
static void
check_pattern(const struct request *request)
{
	struct span text = request_text(request, KEY_PATTERN);
	char canonical[PATTERN_TEXT_MAX];
	struct pattern pattern;
	const char *why = "";
	size_t column;

	if (text.ptr == NULL)
		return;
	ck_assert_msg(pattern_parse(text, &pattern, &column, &why), "%s", why);
	ck_assert_uint_eq(
	    pattern_print(&pattern, canonical, sizeof(canonical)), text.len);
	ck_assert_mem_eq(canonical, text.ptr, text.len);
}

static void
check_physician(const struct request *request)
{
	struct span rpps = request_text(request, KEY_RPPS);

	ck_assert_int_eq(rpps_check(rpps), ID_GOOD);
	ck_assert_mem_eq(rpps.ptr, "999", 3);
	ck_assert_uint_gt(request_text(request, KEY_FAMILY).len, 0);
	ck_assert_uint_gt(request_text(request, KEY_GIVEN).len, 0);
	ck_assert_uint_gt(request_text(request, KEY_HOME).len, 0);
	check_place(request);
	ck_assert(span_is(request_text(request, KEY_SOURCE), "generated"));
}

static void
check_put(struct seen *seen, const struct request *request)
{
	enum kind kind = kind_of(request);
	char *name = name_of(kind, request);

	check_fields(kind, request);
	check_references(seen, kind, request);
	check_pattern(request);
	if (kind == KIND_SITE)
		check_site(request);
	else if (kind == KIND_PHYSICIAN)
		check_physician(request);
	seen_put(seen, kind_info(kind)->name, span_of(name));
	free(name);
}

void
region_check(struct seen *seen, const char *text)
{
	struct span rest = span_of(text), line;
	struct request *request = xcalloc(1, sizeof(*request));

	while (span_cut(&rest, '\n', &line)) {
		enum status status = request_parse(request, line);

		ck_assert_msg(status == STATUS_OK, "%d at %zu: %.*s", status,
		    request->fault.column, (int)line.len, line.ptr);
		check_put(seen, request);
	}
	free(request);
}
