/* SPDX-License-Identifier: ISC */
/*
 * directory_test: the tables of fields, handles, and national numbers.
 */
#include "daemon/domain/directory.h"

#include "daemon/base/compiler.h"
#include "daemon/domain/change.h"
#include "tests/unit/domain_support.h"

#include <string.h>

static bool
has_word(const struct field *field, const char *word)
{
	for (const char *const *name = field->names; *name != NULL; name++)
		if (strcmp(*name, word) == 0)
			return true;
	return false;
}

static void
check_text(const struct field *field)
{
	ck_assert_uint_gt(field->size, 1);
	if (field->names != NULL)
		for (const char *const *name = field->names; *name; name++)
			ck_assert_uint_lt(strlen(*name), field->size);
	if (field->initial != NULL) {
		ck_assert_uint_lt(strlen(field->initial), field->size);
		if (field->names != NULL)
			ck_assert(has_word(field, field->initial));
	}
	ck_assert((field->has_form == NULL) == (field->expected == NULL));
}

static void
check_field(enum kind kind, const struct field *field)
{
	const struct kind_info *info = kind_info(kind);
	struct hours hours;
	size_t column;
	const char *why;
	int64_t number;
	uint64_t count;

	ck_assert_uint_ge(field->offset, sizeof(struct entity));
	ck_assert_uint_le(field->offset + field->size, info->size);
	switch (field->type) {
	case FIELD_TEXT:
	case FIELD_WORD:
		check_text(field);
		break;
	case FIELD_U32:
		ck_assert_uint_eq(field->size, sizeof(uint32_t));
		ck_assert(span_to_u64(
		    span_of(field->initial), (uint64_t)field->max, &count));
		ck_assert_int_ge((int64_t)count, field->min);
		break;
	case FIELD_DEGREES:
		ck_assert_uint_eq(field->size, sizeof(int32_t));
		ck_assert(span_to_fixed(
		    span_of(field->initial), 5, field->max, &number));
		ck_assert_int_lt(field->min, 0);
		break;
	case FIELD_DAY:
		ck_assert_uint_eq(field->size, sizeof(int32_t));
		break;
	case FIELD_PATTERN:
		ck_assert_uint_eq(field->size, sizeof(struct pattern));
		ck_assert_ptr_null(field->initial);
		break;
	case FIELD_REF:
		ck_assert_uint_eq(field->size, sizeof(int32_t));
		ck_assert_int_lt(field->ref, kind);
		break;
	case FIELD_ID:
		ck_assert_uint_eq(field->size, sizeof(struct id));
		break;
	case FIELD_INSTANT:
		ck_assert_uint_eq(field->size, sizeof(int64_t));
		break;
	case FIELD_HOURS:
		ck_assert_uint_eq(field->size, sizeof(struct hours));
		ck_assert(field->initial == NULL ||
		    hours_parse(
			span_of(field->initial), &hours, &column, &why));
		break;
	case FIELD_TZ:
		ck_assert_uint_eq(field->size, sizeof(const struct tz *));
		ck_assert_ptr_nonnull(tz_find(span_of(field->initial)));
		break;
	}
}

/* A key is named as its column, but for '-' in the place of '_'. */
static void
check_name(const struct field *field)
{
	const char *name = key_name(field->key);

	ck_assert_uint_eq(strlen(name), strlen(field->column));
	for (size_t i = 0; name[i] != '\0'; i++)
		ck_assert_msg(name[i] ==
			(field->column[i] == '_' ? '-' : field->column[i]),
		    "%s, %s", name, field->column);
}

START_TEST(fields_fit_their_structs)
{
	const struct kind_info *info = kind_info((enum kind)_i);
	enum kind found = KIND_COUNT;

	ck_assert(kind_find(span_of(info->name), &found));
	ck_assert_int_eq(found, _i);
	ck_assert_uint_gt(info->nfields, 0);
	for (size_t i = 0; i < info->nfields; i++) {
		const struct field *field = &info->fields[i];

		check_field((enum kind)_i, field);
		for (size_t j = 0; j < i; j++) {
			ck_assert_str_ne(field->column, info->fields[j].column);
			/* None overlaps another. */
			ck_assert(field->offset >=
				info->fields[j].offset + info->fields[j].size ||
			    info->fields[j].offset >=
				field->offset + field->size);
		}
		if (field->key == KEY_0) {
			ck_assert_int_eq(_i, KIND_TOKEN);
			continue;
		}
		check_name(field);
		ck_assert_ptr_eq(kind_field((enum kind)_i, field->key), field);
	}
}
END_TEST

START_TEST(hours_default_is_the_initial_value)
{
	const struct field *field = kind_field(KIND_SITE, KEY_HOURS);
	struct hours initial, expected = hours_default();
	size_t column;
	const char *why;

	ck_assert(
	    hours_parse(span_of(field->initial), &initial, &column, &why));
	ck_assert(hours_equal(&initial, &expected));
}
END_TEST

START_TEST(kinds_have_codes_and_handles)
{
	static const struct {
		enum kind kind;
		const char *name;
		enum key handle, natural;
	} expected[] = {
	    {KIND_TERRITORY, "territory", KEY_TERRITORY, KEY_CODE},
	    {KIND_STRUCTURE, "structure", KEY_STRUCTURE, KEY_CODE},
	    {KIND_PROGRAMME, "programme", KEY_PROGRAMME, KEY_CODE},
	    {KIND_SITE, "site", KEY_SITE, KEY_FINESS},
	    {KIND_PHYSICIAN, "physician", KEY_PHYSICIAN, KEY_RPPS},
	    {KIND_ZONE, "zone", KEY_ZONE, KEY_0},
	    {KIND_OPENING, "opening", KEY_OPENING, KEY_0},
	    {KIND_ABSENCE, "absence", KEY_ABSENCE, KEY_0},
	    {KIND_ROTATION, "rotation", KEY_ROTATION, KEY_CODE},
	    {KIND_ACCOUNT, "account", KEY_ACCOUNT, KEY_0},
	    {KIND_TOKEN, "token", KEY_0, KEY_0},
	    {KIND_ASSIGNMENT, "assignment", KEY_SLOT, KEY_0},
	};
	enum kind kind = KIND_ZONE;

	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		const struct kind_info *info = kind_info(expected[i].kind);

		ck_assert_str_eq(info->name, expected[i].name);
		ck_assert_int_eq(info->handle, expected[i].handle);
		ck_assert_int_eq(info->natural, expected[i].natural);
	}
	ck_assert(!kind_find(SPAN("patient"), &kind));
	ck_assert(!kind_find(SPAN(""), &kind));
	ck_assert_int_eq(kind, KIND_ZONE);
	ck_assert_ptr_null(kind_field(KIND_TOKEN, KEY_0));
	ck_assert_ptr_null(kind_field(KIND_SITE, KEY_RPPS));
}
END_TEST

START_TEST(handles_are_what_people_say)
{
	struct site site = test_site(17);
	struct physician physician = test_physician(5);
	struct territory territory = {.code = "CPTS-SUD"};
	struct token token = {.hash = "abc"};
	char text[ID_TEXT_LEN], id[ID_TEXT_LEN];

	ck_assert(span_is(entity_handle(KIND_SITE, &site.entity), "000000017"));
	ck_assert(
	    span_is(entity_name(KIND_SITE, &site.entity, text), "000000017"));
	ck_assert(span_is(
	    entity_handle(KIND_PHYSICIAN, &physician.entity), "00000000005"));
	ck_assert(span_is(
	    entity_handle(KIND_TERRITORY, &territory.entity), "CPTS-SUD"));
	/* A secret's hash is nobody's name. */
	ck_assert_uint_eq(entity_handle(KIND_TOKEN, &token.entity).len, 0);
	site.finess[0] = '\0';
	ck_assert_uint_eq(entity_handle(KIND_SITE, &site.entity).len, 0);
	id_to_text(site.entity.id, id);
	ck_assert(span_equal(entity_name(KIND_SITE, &site.entity, text),
	    (struct span){id, sizeof(id)}));
}
END_TEST

static const struct {
	const char *text;
	enum idcheck rpps, finess;
} numbers[] = {
    {"10005173140", ID_GOOD, ID_FORM},
    {"10002909371", ID_GOOD, ID_FORM},
    {"10100050075", ID_KEY, ID_FORM},
    {"1000517314", ID_FORM, ID_FORM},
    {"100051731400", ID_FORM, ID_FORM},
    {"1000517314x", ID_FORM, ID_FORM},
    {" 1000517314", ID_FORM, ID_FORM},
    {"", ID_FORM, ID_FORM},
    {"750712184", ID_FORM, ID_GOOD},
    {"330781196", ID_FORM, ID_GOOD},
    {"690781810", ID_FORM, ID_GOOD},
    {"950047225", ID_FORM, ID_GOOD},
    {"810004421", ID_FORM, ID_KEY},
    {"75071218", ID_FORM, ID_FORM},
    {"7507121840", ID_FORM, ID_FORM},
    {"7A0712184", ID_FORM, ID_FORM},
    {"2C0712184", ID_FORM, ID_FORM},
    {"A20712184", ID_FORM, ID_FORM},
    {"2a0712184", ID_FORM, ID_FORM},
    /* A counts as 1, B as 2. */
    {"2A0000014", ID_FORM, ID_GOOD},
    {"2A0000015", ID_FORM, ID_KEY},
    {"2A0000006", ID_FORM, ID_GOOD},
    {"2B0000020", ID_FORM, ID_GOOD},
    {"2A0000020", ID_FORM, ID_KEY},
};

START_TEST(national_numbers)
{
	struct span text = span_of(numbers[_i].text);

	ck_assert_msg(
	    rpps_check(text) == numbers[_i].rpps, "rpps %s", numbers[_i].text);
	ck_assert_msg(finess_check(text) == numbers[_i].finess, "finess %s",
	    numbers[_i].text);
}
END_TEST

/* Every wrong digit, and every exchange of two neighbours but 09 and 90, is
 * found: what Luhn's key is for. */
START_TEST(keys_find_slips)
{
	char text[] = "750712184";

	for (size_t i = 0; i < 9; i++) {
		char right = text[i];

		for (int c = '0'; c <= '9'; c++) {
			text[i] = (char)c;
			ck_assert_int_eq(finess_check(span_of(text)),
			    c == right ? ID_GOOD : ID_KEY);
		}
		text[i] = right;
	}
}
END_TEST

START_TEST(insee_codes)
{
	static const struct {
		const char *text;
		bool commune, departement;
	} cases[] = {{"16102", true, false}, {"2A004", true, false},
	    {"97411", true, false}, {"16", false, true}, {"2B", false, true},
	    {"974", false, true}, {"1610", false, false},
	    {"161024", false, false}, {"2C004", false, false},
	    {"1a102", false, false}, {"A2004", false, false},
	    {"", false, false}, {"1", false, false}};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct span text = span_of(cases[i].text);

		ck_assert_msg(commune_has_form(text) == cases[i].commune, "%s",
		    cases[i].text);
		ck_assert_msg(
		    departement_has_form(text) == cases[i].departement, "%s",
		    cases[i].text);
	}
}
END_TEST

START_TEST(words_of_assignments)
{
	enum activity activity;
	enum state state;

	for (unsigned i = 0; i < ACTIVITY_COUNT; i++) {
		ck_assert(activity_find(
		    span_of(activity_name((enum activity)i)), &activity));
		ck_assert_int_eq(activity, (int)i);
		ck_assert_int_eq(activity_is_remote(activity),
		    activity == ACTIVITY_TLC || activity == ACTIVITY_REGUL);
	}
	for (unsigned i = 0; i < STATE_COUNT; i++) {
		ck_assert(
		    state_find(span_of(state_name((enum state)i)), &state));
		ck_assert_int_eq(state, (int)i);
		ck_assert_int_eq(state_blocks(state),
		    state == STATE_DRAFT || state == STATE_PUBLISHED ||
			state == STATE_HELD);
	}
	ck_assert(!activity_find(SPAN("mt"), &activity));
	ck_assert(!state_find(SPAN("Draft"), &state));
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("directory");

	tcase_add_loop_test(
	    tcase, fields_fit_their_structs, 0, KIND_DIRECTORY_COUNT);
	tcase_add_test(tcase, hours_default_is_the_initial_value);
	tcase_add_test(tcase, kinds_have_codes_and_handles);
	tcase_add_test(tcase, handles_are_what_people_say);
	tcase_add_loop_test(
	    tcase, national_numbers, 0, (int)ARRAY_SIZE(numbers));
	tcase_add_test(tcase, keys_find_slips);
	tcase_add_test(tcase, insee_codes);
	tcase_add_test(tcase, words_of_assignments);
	return test_main("directory", &tcase, 1);
}
